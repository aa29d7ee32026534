"""The texts of the sources, which the project never contains: a folder with one SLUG.txt each."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from magkg.errors import InputError

__all__ = ["SETTING", "SourceTexts", "Texts", "from_setting"]

# The environment variable that names the folder where no option does (CONTRACT, "Command line").
SETTING = "MAGKG_SOURCES"


class SourceTexts:
    """A folder of source texts; the text of the source SLUG is FOLDER/SLUG.txt, in UTF-8.

    Where there is none, the one file whose name differs in case alone is it: PMC1.txt of pmc1.

    Texts are decoded as they are: no newline is translated, nothing is normalised, a byte order
    mark is a character like another. So offsets are code points of the file itself. Files are
    read when asked for, and never written.
    """

    def __init__(self, folder: str | Path) -> None:
        """Raises InputError where the folder does not exist or is none."""
        self.folder = Path(folder)
        try:
            # Path("") would be the working folder.
            there = self.folder.exists() and bool(str(folder))
            is_folder = there and self.folder.is_dir()
        except (OSError, ValueError):
            there = is_folder = False
        if not is_folder:
            raise InputError(
                "this is not a folder" if there else "there is no such folder",
                file=str(folder),
                hint=f"--sources (or {SETTING}) names the folder with SLUG.txt of each source.",
            )
        self._top = self.folder.resolve()
        self._folded: dict[str, list[str]] | None = None

    def path(self, slug: str) -> Path:
        """Give the path of a source's text, which need not exist.

        Raises InputError for a slug that is empty or leads out of the folder, by itself or by a
        link.
        """
        parts = slug.split("/")
        if "\\" in slug or "\0" in slug or any(part in ("", ".", "..") for part in parts):
            raise self._leaves(slug)
        path = self.folder / f"{slug}.txt"
        try:
            inside = path.resolve().is_relative_to(self._top)
        except (OSError, RuntimeError) as error:
            raise InputError(f"cannot be read: {error}", file=str(path)) from None
        if not inside:
            raise self._leaves(slug)
        return path

    def _leaves(self, slug: str) -> InputError:
        return InputError(
            f"the source name {slug!r} leads out of the folder {self.folder}",
            hint="A source's text is SLUG.txt inside the folder, not a link to elsewhere.",
        )

    def _bytes(self, slug: str) -> bytes | None:
        path = self.path(slug)
        try:
            if path.is_file():
                return path.read_bytes()
            there = path.exists()
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"cannot be read: {reason}", file=str(path)) from None
        if not there:
            return self._alike(slug)
        # A folder, or a pipe that a read would wait on for ever.
        raise InputError("this is not a file but a folder or a device", file=str(path))

    def _alike(self, slug: str) -> bytes | None:
        """Give the bytes of the one text whose name differs in case alone, None for no such."""
        if self._folded is None:
            self._folded = {}
            for each in self.known():
                self._folded.setdefault(each.casefold(), []).append(each)
        alike = self._folded.get(slug.casefold(), [])
        return self.path(alike[0]).read_bytes() if len(alike) == 1 else None

    def text(self, slug: str) -> str | None:
        """Give the text of a source as decoded, None where it is not at hand.

        Raises InputError for bytes that are not UTF-8 (with their offset), for what is no regular
        file, and for a slug that leads out of the folder.
        """
        content = self._bytes(slug)
        if content is None:
            return None
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(
                f"this is not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start}",
                file=str(self.path(slug)),
                line=content.count(b"\n", 0, error.start) + 1,
                hint="Offsets count code points of UTF-8; save the text anew as UTF-8.",
            ) from None

    def sha256(self, slug: str) -> str | None:
        """Give the SHA-256 of the file's bytes in lower-case hex, None where it is not at hand."""
        content = self._bytes(slug)
        return None if content is None else sha256(content).hexdigest()

    def known(self) -> list[str]:
        """Give the slugs of all texts in and below the folder, sorted; no links that leave it."""
        slugs = []
        for folder, _, names in os.walk(self._top):
            for name in names:
                path = Path(folder, name)
                if path.suffix == ".txt" and path.is_file():
                    slug = path.relative_to(self._top).with_suffix("").as_posix()
                    if path.resolve().is_relative_to(self._top):
                        slugs.append(slug)
        return sorted(slugs)


def from_setting(option: Texts = None) -> SourceTexts | None:
    """Give the texts of a folder, else those of MAGKG_SOURCES, else None; texts pass through.

    Raises InputError where the folder named does not exist.
    """
    if isinstance(option, SourceTexts):
        return option
    folder = option if option is not None else os.environ.get(SETTING) or None
    return None if folder is None else SourceTexts(os.fspath(folder))


# What names the texts of sources: a folder, the texts themselves, None for the setting.
Texts: TypeAlias = SourceTexts | str | os.PathLike[str] | None
