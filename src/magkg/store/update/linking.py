"""A second store of the same statements, for the price of its newest files."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["linked"]

# RocksDB never writes into a table once it is there: its checkpoints are made in this way, too.
_TABLE = ".sst"
_ASIDE = ("LOCK", "LOG")


def linked(old: Path, new: Path) -> frozenset[str]:
    """Make ``new`` a store with the files of ``old``; give the names of those that are shared.

    Tables are linked, all else (what RocksDB appends to or replaces) is copied. Where the file
    system refuses links, tables are copied as well, and none is shared. ``old`` stays untouched,
    whatever is written to ``new``. Raises OSError.
    """
    new.mkdir()
    shared = set()
    for path in sorted(old.iterdir()):
        if path.name.startswith(_ASIDE):
            continue
        to = new / path.name
        if path.suffix == _TABLE and _link(path, to):
            shared.add(path.name)
        else:
            shutil.copyfile(path, to)
    return frozenset(shared)


def _link(path: Path, to: Path) -> bool:
    try:
        os.link(path, to)
    except OSError:
        return False
    return True
