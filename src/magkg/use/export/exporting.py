"""Writes a subgraph as a file or a folder, whole or not at all, with a manifest beside it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from magkg import resources
from magkg.claims.project import bundled
from magkg.errors import InputError, OutputError
from magkg.store.manifest import write_atomically
from magkg.use.export.formats import VIEWS, Format, Options, find, writer

if TYPE_CHECKING:
    from magkg.use.select.subgraph import Subgraph

__all__ = ["MANIFEST", "Exported", "default_name", "export", "export_to"]

# What is put after the name of an export to name its manifest.
MANIFEST = ".manifest.json"
# An export to a stream is held in memory up to so many bytes, then on disk, until it is whole.
_SPOOLED = 64 * 1024 * 1024
_COPY = 1 << 20


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: where, its manifest (both None for a stream), and its counts."""

    path: Path | None
    manifest: Path | None
    counts: Mapping[str, int]

    def text(self) -> str:
        """Say what was written, for people."""
        held = ", ".join(
            f"{number:,} {_named(name, number)}" for name, number in self.counts.items()
        )
        if self.path is None:
            return f"wrote {held}"
        return f"wrote {self.path}: {held}\nmanifest {self.manifest}"


def _named(name: str, number: int) -> str:
    """Give the name of a count in its number: "claims without a triple", of one "claim without"."""
    several = next((each for each in name.split() if each.endswith("s")), "")
    if number != 1 or not several:
        return name
    one = several[:-3] + "y" if several.endswith("ies") else several[:-1]
    return name.replace(several, one, 1)


def export(
    subgraph: Subgraph, form: str, out: str | os.PathLike[str] | None = None,
    options: Options | None = None,
) -> Exported:  # fmt: skip
    """Write a subgraph in a format to ``out``, taken literally, and ``out`` + ``.manifest.json``.

    Without ``out`` the name is made of the version, the root digest and the selection, in the
    working folder. A file that stands there is replaced; a folder that holds anything is not. A
    device or a pipe is written to as ``export_to`` does, and has no manifest.
    Raises UnknownName for a format, InputError for an option that it does not take or a claim that
    it cannot carry, OutputError where nothing can be written. What stood at ``out`` is then as it
    was, unless only the manifest could not be written.
    """
    made, chosen = find(form), options or Options()
    made.check(chosen)
    path = Path(default_name(subgraph, made, chosen.view) if out is None else out)
    if not path.name:
        raise InputError(
            f"{os.fspath(out or '')!r} does not name an output", hint="Name it: --out FILE."
        )
    if made.either and path.is_dir():
        made = replace(made, folder=True)
    with _writing(path):
        if not made.folder and path.exists() and not (path.is_file() or path.is_dir()):
            with path.open("wb") as device:
                return export_to(subgraph, form, device, chosen)
        counts = _folder(subgraph, made, path, chosen) if made.folder else _file(
            subgraph, made, path, chosen
        )  # fmt: skip
        manifest = path.with_name(path.name + MANIFEST)
        text = json.dumps(_manifest(subgraph, made, path, counts, chosen), indent=1) + "\n"
        write_atomically(manifest, text.encode())
    return Exported(path, manifest, counts)


def export_to(
    subgraph: Subgraph, form: str, out: BinaryIO, options: Options | None = None
) -> Exported:
    """Write a subgraph in a format of one file to a stream, once it is whole.

    Raises InputError for a format of several files; else as ``export``.
    """
    made, chosen = find(form), options or Options()
    made.check(chosen)
    if made.folder:
        raise InputError(
            f"{form} is several files, which standard output cannot take",
            hint="Name a folder: --out DIR.",
        )
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as held:
        counts = writer(made)(subgraph, held, chosen, form)
        held.seek(0)
        shutil.copyfileobj(held, out, _COPY)
    return Exported(None, None, counts)


def default_name(subgraph: Subgraph, form: Format, view: str = VIEWS[0]) -> str:
    """Give ``DATASET-VERSION-ROOT[-SELECTION][-VIEW]SUFFIX``, the same for the same export.

    ROOT is the first 12 digits of the root digest ("endpoint" where there is no manifest),
    SELECTION the first 8 of the SHA-256 of the selection's words, VIEW what is not the usual one.
    """
    built, project = subgraph.graph.manifest, subgraph.graph.home
    dataset = "magkg" if project == bundled() else project.root.name if project else "graph"
    parts = [re.sub(r"[^\w.-]", "-", dataset)]
    parts += [built.versions.get("magkg", "0"), built.root[:12]] if built else ["endpoint"]
    if not subgraph.whole:
        parts.append(hashlib.sha256(str(subgraph.selection).encode()).hexdigest()[:8])
    if view != VIEWS[0]:
        parts.append(view)
    return "-".join((*parts, form.name)) + form.suffix if form.folder else (
        "-".join(parts) + form.suffix
    )  # fmt: skip


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "Make room or give rights there, or name another place with --out."
        if isinstance(error, FileNotFoundError):
            hint = f"Make the folder {path.parent} first."
        raise OutputError(
            f"{path}: cannot be written: {(error.strerror or str(error)).lower()}", hint=hint
        ) from None


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a place beside ``path`` that takes its place, and its rights, where nothing fails.

    A symbolic link stays one: what it leads to is replaced.
    """
    target = path.resolve()
    beside = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    try:
        yield beside
        if target.exists():
            shutil.copymode(target, beside)
        os.replace(beside, target)
    except BaseException:
        if beside.is_dir():
            shutil.rmtree(beside, ignore_errors=True)
        beside.unlink(missing_ok=True)
        raise


def _file(subgraph: Subgraph, form: Format, path: Path, options: Options) -> Mapping[str, int]:
    if path.is_dir():
        raise InputError(f"{path} is a folder, and {form.name} is one file")
    with _replacing(path) as beside, beside.open("xb") as out:
        counts = writer(form)(subgraph, out, options, form.name)
        out.flush()
        os.fsync(out.fileno())
    return counts


def _folder(subgraph: Subgraph, form: Format, path: Path, options: Options) -> Mapping[str, int]:
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file, and {form.name} is several files in a folder")
    if path.is_dir() and any(path.iterdir()):
        raise InputError(
            f"the folder {path} is not empty, and an export does not mix with what is there",
            hint="Name another folder with --out, or clear this one.",
        )
    with _replacing(path) as beside:
        beside.mkdir()
        return writer(form)(subgraph, beside, options, form.name)


def _manifest(
    subgraph: Subgraph, form: Format, path: Path, counts: Mapping[str, int], options: Options
) -> dict[str, Any]:
    """Say what the export is: format, selection, counts, digests; no time and no machine."""
    built = subgraph.graph.manifest
    files = sorted(each for each in path.rglob("*") if each.is_file()) if form.folder else [path]
    return {
        "format": form.name,
        "options": {name: getattr(options, name) for name in sorted(form.takes - {"key"})},
        "selection": str(subgraph.selection),
        "claims": len(subgraph),
        "counts": dict(counts),
        "graph": {
            "root": built.root if built else None,
            "content": built.content if built else None,
        },
        "files": {
            each.relative_to(path).as_posix() if form.folder else each.name: {
                "bytes": each.stat().st_size,
                "sha256": _sha256(each),
            }
            for each in files
        },
        "versions": {"magkg": resources.version()},
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
