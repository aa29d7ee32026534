"""The file in which the columns of a built graph are kept, and what is told of it.

::

    stores/ID.columns/columns.json      the content digest of the graph, and what the file holds
    stores/ID.columns/columns.duckdb    the tables of `magkg.store.columns.tables`

Where the folder of the graph cannot be written, they stand in the user's cache.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magkg.store import manifest
from magkg.store.columns.tables import MACROS
from magkg.store.places import cache_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from magkg.store.columns.tables import Columns
    from magkg.store.manifest import Manifest

__all__ = ["DATA", "LARGE", "Kept", "describe", "fault", "large", "places", "present", "read"]

# Quads from which a build keeps its columns, and from which questions about a whole graph are
# sooner answered by them than by Oxigraph: at 450,000 that answers nearly all shipped queries
# within a second (docs/engines.md).
LARGE = 1_000_000
DATA = "columns.duckdb"
_FILE = "columns.json"
# Counts up when the file changes its meaning: one of another version is made anew.
_VERSION = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of columns; ``reason`` says, if it does, why nothing is to be asked of it."""

    path: Path
    predicates: dict[str, str]
    texts: frozenset[str]
    nodes: frozenset[str]
    reason: str = ""


def large(counts: Mapping[str, int]) -> bool:
    """Whether a graph of these counts (those of a manifest) keeps its columns."""
    return counts.get("quads", 0) >= LARGE


def places(folder: Path, built: Manifest) -> tuple[Path, Path]:
    """Give where the file of the graph built in ``folder`` may be: beside its store, or cached."""
    beside = folder / "stores" / f"{built.store}.columns"
    return beside, cache_folder() / "columns" / built.content[:32]


def present(folder: Path, built: Manifest) -> Kept | None:
    """Give the file of the graph built in ``folder``, none where there is none that fits it."""
    for place in places(folder, built):
        found = read(place, built.content)
        if found is not None:
            return found
    return None


def describe(folder: Path, content: str, columns: Columns, reason: str = "") -> None:
    """Write what is told of the file in ``folder``: this makes it one that can be asked."""
    path = folder / DATA
    told = {
        "content": content,
        "version": _version(),
        "size": path.stat().st_size if path.exists() else 0,
        "sha256": manifest.sha256(path) if path.exists() else "",
        "reason": reason,
        "predicates": columns.predicates,
        "texts": sorted(columns.texts),
        "nodes": [] if reason else _nodes(columns),
    }
    (folder / _FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def read(place: Path, content: str) -> Kept | None:
    """Read what is told of a file; none where it is missing, of something else, or not true."""
    try:
        told = json.loads((place / _FILE).read_bytes())
        if (told["content"], told["version"]) != (content, _version()):
            return None
        path, reason = place / DATA, str(told["reason"])
        if not reason and path.stat().st_size != told["size"]:
            return None
        texts, nodes = frozenset(told["texts"]), frozenset(told["nodes"])
        return Kept(path, dict(told["predicates"]), texts, nodes, reason)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def fault(place: Path) -> str:
    """Say what is wrong with the file in a folder by its size and SHA-256, "" if nothing is.

    Of another version nothing is said: it is not asked.
    """
    shown = f"stores/{place.name}"
    try:
        told = json.loads((place / _FILE).read_bytes())
        if told["version"] != _version():
            return ""
        size, digest = int(told["size"]), str(told["sha256"])
        found = (place / DATA).stat().st_size if size else 0
    except FileNotFoundError as error:
        return f"{shown}/{Path(error.filename).name} is missing"
    except (OSError, ValueError, KeyError, TypeError):
        return f"{shown}/{_FILE} cannot be read"
    if found != size:
        return f"{shown}/{DATA} has {found} bytes instead of {size}"
    changed = size and manifest.sha256(place / DATA) != digest
    return f"{shown}/{DATA} was changed: its digest differs" if changed else ""


def _nodes(columns: Columns) -> list[str]:
    """Give the tables in which no object is a literal (see `tables`: the last bits of a code)."""
    return [
        name
        for name in columns.predicates.values()
        if not columns.one(f"SELECT EXISTS (SELECT 1 FROM {name} WHERE o & 3 = 2)")
    ]


def _version() -> list[Any]:
    """Say by what a file was made: codes are hashes of DuckDB, and another may hash otherwise."""
    from importlib.metadata import version

    return [_VERSION, version("duckdb"), hashlib.sha256(MACROS.encode()).hexdigest()[:16]]
