"""Files of statements are read into columns, and told by their digests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from magkg.claims.project import shown
from magkg.errors import InputError
from magkg.store.build import input_digests
from magkg.store.bulk import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from magkg.store.columns.tables import Columns

__all__ = ["digests", "read"]


def read(columns: Columns, files: Sequence[Path]) -> dict[str, str]:
    """Read all files; give their digests.

    Raises InputError for what is no RDF, and where a file was changed between the two: its digest
    would be another's.
    """
    paths = [path.absolute() for path in files]
    before = {path: _state(path) for path in paths}
    reading.read(columns, files)
    found = digests(files)
    for path, state in before.items():
        if _state(path) != state:
            raise InputError(
                "the file was changed while it was read",
                file=shown(path),
                hint="Build again when nothing writes to it.",
            )
    return found


def digests(files: Sequence[Path]) -> dict[str, str]:
    """Give the SHA-256 of each file by its name within the folder that holds all.

    Those of the ontology are given as well. Raises InputError for a file that cannot be read.
    """
    paths = [path.absolute() for path in files]
    top = Path(os.path.commonpath([path.parent for path in paths]))
    try:
        return input_digests(dict.fromkeys(paths, top))
    except OSError as error:
        named = None if error.filename is None else shown(Path(error.filename))
        raise InputError(f"the file cannot be read: {error.strerror}", file=named) from None


def _state(path: Path) -> tuple[int, int, int]:
    """Give what tells that a file was changed or replaced; raises InputError where it is gone."""
    try:
        found = path.stat()
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", file=shown(path)) from None
    return found.st_ino, found.st_size, found.st_mtime_ns
