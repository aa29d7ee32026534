"""`magkg init`: an empty graph project of another subject, ready to check and build."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from magkg.errors import InputError, OutputError

__all__ = ["default_base", "lay_down"]

# What an IRI that names may not contain (SPARQL 1.1, production 139), nor a query or a fragment.
_BASE = re.compile(r"https?://[^\s/<>\"{}|^`\\?#$]+/(?:[^\s<>\"{}|^`\\?#$]*/)?")


def default_base(directory: Path) -> str:
    """Give the base that a project in ``directory`` gets unless another is named."""
    name = re.sub(r"[^a-z0-9]+", "-", directory.absolute().name.lower()).strip("-")
    return f"https://example.org/{name or 'project'}/"


def lay_down(directory: Path, base: str) -> None:
    """Write a project into a folder that is new or empty: one source, one claim, one concept file.

    ``base`` is the IRI that the project's names begin with; it ends in '/'. Nothing is written
    where the folder holds anything (InputError) or cannot be made (OutputError).
    """
    if not _BASE.fullmatch(base) or ".." in base:
        raise InputError(
            f"{base!r} cannot be the base of a project",
            hint="It is an http(s) IRI that ends in '/', such as https://example.org/tea/",
        )
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise InputError("this is not an empty folder", file=str(directory), hint="Name a new one.")
    target = directory.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".magkg-", dir=target.parent))
    except OSError as error:
        raise OutputError(f"{directory}: cannot be made: {error.strerror}") from None
    try:
        for name, text in _files(resources.files("magkg.claims") / "starter_files"):
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Template(text).substitute(base=base, name=target.name), "utf-8")
        made.chmod(0o755)
        # Replaces an empty folder, and only an empty one: the project appears whole or not at all.
        os.replace(made, target)
    except OSError as error:
        raise OutputError(f"{directory}: cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _files(folder: Traversable, lead: str = "") -> Iterator[tuple[str, str]]:
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if each.is_dir():
            yield from _files(each, f"{lead}{each.name}/")
        else:
            yield lead + each.name, each.read_text("utf-8")
