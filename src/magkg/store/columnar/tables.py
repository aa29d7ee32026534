"""The default graph of a built store as Parquet tables, one for each predicate and kind of value.

::

    stores/ID.columns/columns.json     the content digest of the graph, the files, what is kept out
    stores/ID.columns/12.0.parquet     columns ``subject`` and ``object``, in the types of maplib

They are made once. Where the folder of the graph cannot be written, they stand in the user's cache.
"""

from __future__ import annotations

import json
import queue
import secrets
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from magkg.errors import OutputError
from magkg.store.columnar.values import parts
from magkg.store.places import cache_folder

if TYPE_CHECKING:
    import pyoxigraph as ox

    from magkg.store.manifest import Manifest

__all__ = ["Table", "Tables", "made"]

FILE = "columns.json"
# Counts up when the files change their meaning: tables of another one are made anew.
_VERSION = 1
# Rows of a file: what bounds the memory of making and of loading them.
_ROWS = 2_000_000
_MAKERS = 2
# Sets of tables that stay in the cache.
_KEPT = 4
_PREDICATES = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) ?p"


@dataclass(frozen=True, slots=True)
class Table:
    """A file of statements of one predicate whose values are of one kind (IRI or a datatype)."""

    predicate: str
    kind: str
    file: str
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a graph in ``folder``; ``kept_out`` are predicates that are in no table.

    A predicate is kept out, with the reason, where one of its values would change on the way: a
    blank node, a datatype outside the closed list, a number that the columns cannot hold.
    """

    folder: Path
    tables: tuple[Table, ...]
    kept_out: dict[str, str]

    @property
    def rows(self) -> int:
        """The number of statements in the tables."""
        return sum(table.rows for table in self.tables)

    def kinds(self) -> dict[str, set[str]]:
        """Give for each predicate the kinds of its values."""
        found: dict[str, set[str]] = {}
        for table in self.tables:
            found.setdefault(table.predicate, set()).add(table.kind)
        return found


def made(
    folder: Path, built: Manifest, store: ox.Store, progress: Callable[[str], None] | None = None
) -> Tables:
    """Give the tables of the graph built in ``folder``; make them where they are missing.

    ``store`` is its open store. Tables of other content, of another version, or of which a file is
    missing or of another size, are made anew. Raises OutputError where they can be written neither
    beside the store nor into the user's cache folder.
    """
    beside = folder / "stores" / f"{built.store}.columns"
    cached = cache_folder() / "columns" / built.content[:32]
    for place in (beside, cached):
        found = _read(place, built.content)
        if found is not None:
            return found
    try:
        return _make(beside, built.content, store, progress)
    except OSError:
        try:
            cached.parent.mkdir(parents=True, exist_ok=True)
            found = _make(cached, built.content, store, progress)
        except OSError as error:
            raise OutputError(
                f"the tables of the graph could be written neither in {beside.parent} nor in "
                f"{cached.parent}: {(error.strerror or str(error)).lower()}",
                hint="Make room or give rights there, name another cache folder with MAGKG_CACHE, "
                "or ask with --engine oxigraph.",
            ) from None
        _forget(cached)
        return found


def _read(place: Path, content: str) -> Tables | None:
    """Read the list of tables; None where it is missing, of something else, or not true."""
    try:
        told = json.loads((place / FILE).read_bytes())
        if (told["content"], told["version"]) != (content, _VERSION):
            return None
        tables = tuple(Table(**each) for each in told["tables"])
        if any((place / each.file).stat().st_size != each.size for each in tables):
            return None
        return Tables(place, tables, dict(told["kept_out"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _make(
    place: Path, content: str, store: ox.Store, progress: Callable[[str], None] | None
) -> Tables:
    """Make tables in a folder of their own and move it into its place, whole or not at all."""
    if progress is not None:
        progress("writing the graph as columns, once")
    # A build sweeps what begins like this and was left behind.
    new = place.with_name(f".new-{place.name}-{secrets.token_hex(4)}")
    new.mkdir(mode=0o755)
    try:
        tables, kept_out = _written(new, store)
        listed = [asdict(each) for each in tables]
        told = {"content": content, "version": _VERSION, "kept_out": kept_out, "tables": listed}
        (new / FILE).write_text(json.dumps(told, indent=1), encoding="utf-8")
        if place.exists():  # of other content, or damaged
            place.rename(new.with_name(f".old-{secrets.token_hex(4)}"))
        new.rename(place)
        for old in place.parent.glob(".old-*"):
            shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return Tables(place, tuple(tables), kept_out)


def _written(folder: Path, store: ox.Store) -> tuple[list[Table], dict[str, str]]:
    """Write the tables of every predicate, the largest first, in two threads."""
    import pyoxigraph as ox

    waiting: queue.SimpleQueue[tuple[int, str, int]] = queue.SimpleQueue()
    answer = store.query(_PREDICATES)
    assert isinstance(answer, ox.QuerySolutions)
    for number, (name, rows) in enumerate(answer):
        waiting.put((number, name.value, int(rows.value)))
    tables: list[Table] = []
    kept_out: dict[str, str] = {}
    faults: list[BaseException] = []

    def work() -> None:
        with suppress(queue.Empty):
            while not faults:
                number, predicate, rows = waiting.get_nowait()
                try:
                    found, reason = _predicate(folder, store, number, predicate, rows)
                except BaseException as error:
                    faults.append(error)
                    return
                tables.extend(found)
                if reason:
                    kept_out[predicate] = reason

    threads = [threading.Thread(target=work, name="magkg-columns") for _ in range(_MAKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return sorted(tables, key=lambda each: (-each.rows, each.file)), kept_out


def _predicate(
    folder: Path, store: ox.Store, number: int, predicate: str, rows: int
) -> tuple[list[Table], str]:
    """Write the tables of a predicate; give them, or none and the reason to keep it out."""
    import polars as pl
    import pyoxigraph as ox

    raw = folder / f"{number}.tsv"
    query = f"SELECT ?s ?o WHERE {{ ?s <{predicate}> ?o }}"
    answer = store.query(query)
    assert isinstance(answer, ox.QuerySolutions)
    answer.serialize(str(raw), format=ox.QueryResultsFormat.TSV)
    tables: list[Table] = []
    reason = ""
    for start in range(0, rows, _ROWS):
        lines = pl.scan_csv(raw, separator="\t", quote_char=None, infer_schema=False)
        frame = lines.slice(start, _ROWS).rename({"?s": "subject", "?o": "object"}).collect()
        for kind, part in parts(frame):
            if isinstance(part, str):
                reason = part
                break
            file = folder / f"{number}.{len(tables)}.parquet"
            part.write_parquet(file, compression="zstd", compression_level=1)
            size = file.stat().st_size
            tables.append(Table(predicate, kind, file.name, part.height, size))
    raw.unlink()
    if reason:
        for table in tables:
            (folder / table.file).unlink()
        return [], reason
    return tables, ""


def _forget(current: Path) -> None:
    """Remove the tables of graphs long gone from the cache, the oldest first."""
    others = [path for path in current.parent.iterdir() if path != current]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
