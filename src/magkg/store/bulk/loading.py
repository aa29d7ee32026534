"""From columns into a store: lines as bytes to Oxigraph's bulk loader; the digests of all."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from magkg.store.columns.tables import full
from magkg.store.derive import STATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from magkg.store.bulk.pace import Pace
    from magkg.store.columns.tables import Columns

__all__ = ["Digests", "load"]

# Lines that are in Python's hands at once: some 25 MB.
_BATCH = 200_000


class Digests:
    """The SHA-256 of each statement's line, from which `identity.content` is made."""

    def __init__(self) -> None:
        self.data = bytearray()

    def add(self, found: bytes | memoryview) -> None:
        """Take digests of 32 bytes each, one after the other."""
        self.data += found

    def listed(self) -> memoryview:
        """Give all of them, each once, in their order."""
        import numpy as np

        # Sorted where they are: 32 bytes a statement, held once.
        found = np.frombuffer(self.data, dtype="S32")
        found.sort()
        words = found.view(np.uint64).reshape(-1, 4)
        fresh = np.ones(len(words), dtype=bool)
        fresh[1:] = (words[1:] != words[:-1]).any(axis=1)
        kept = found if fresh.all() else found[fresh]
        return memoryview(kept.view(np.uint8).data)


class _Lines(io.RawIOBase):
    """The lines of queries as a file; the digests of what is read are kept."""

    def __init__(self, batches: Iterator[Any], digests: Digests, pace: Pace) -> None:
        super().__init__()
        self.batches, self.digests, self.pace = batches, digests, pace
        self.rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not len(self.rest):
            batch = next(self.batches, None)
            if batch is None:
                return 0
            self.pace.add(batch.num_rows)
            self.rest = memoryview(_bytes(batch.column(0)))
            self.digests.add(_bytes(batch.column(1)))
        size = min(len(buffer), len(self.rest))
        buffer[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size


def _bytes(array: Any) -> Any:
    """Give the bytes of all values of an Arrow array of texts, one after the other."""
    import pyarrow as pa

    array = array.cast(pa.large_binary())
    _, offsets, data = array.buffers()
    if data is None:
        return b""
    ends = memoryview(offsets).cast("q")
    return memoryview(data)[ends[array.offset] : ends[array.offset + len(array)]]


def load(
    columns: Columns,
    folder: Path,
    after: Mapping[str, int],
    context: Iterable[ox.Quad],
    pace: Pace,
) -> memoryview:
    """Fill a new store with all statements, optimized and closed; give the digests of their lines.

    These are the table ``line``, the statements of ``context`` that are not in it, those of each
    predicate after a row, and the bare triples of ``stated``; ``pace`` is told how many. Raises
    MagkgError where memory does not suffice, OSError where nothing can be written.
    """
    digests = Digests()
    store = ox.Store(str(folder))
    beside = "".join(f"{each} .\n" for each in context).encode()
    _bulk(store, io.BytesIO(beside))
    for each in sorted(set(beside.splitlines())):
        digests.add(hashlib.sha256(each).digest())
    graph = f"' {STATED} .'"
    stated = (
        f"SELECT s.text || ' ' || p.text || ' ' || o.text || {graph} AS line FROM stated t "
        "JOIN term s ON s.id = t.s JOIN term p ON p.id = t.p JOIN term o ON o.id = t.o"
    )
    queries = ["SELECT line FROM line", *columns.lines(after), stated]
    _bulk(store, _Lines(_batches(columns, queries), digests, pace))
    pace.say("optimize")
    store.flush()
    store.optimize()
    del store
    for path in folder.glob("LOG*"):
        path.unlink()  # it names this machine's folders
    return digests.listed()


def _bulk(store: ox.Store, lines: Any) -> None:
    # The lines are our own writing, or were found canonical.
    store.bulk_load(input=lines, format=ox.RdfFormat.N_QUADS, lenient=True)


def _batches(columns: Columns, queries: Iterable[str]) -> Iterator[Any]:
    import duckdb
    import pyarrow as pa

    for each in queries:
        text = f"SELECT line || chr(10) AS line, unhex(sha256(line)) AS digest FROM ({each}) q"
        try:
            reader: Any = columns.sql.sql(text).to_arrow_reader(_BATCH)
            yield from reader
        except (duckdb.OutOfMemoryException, duckdb.IOException, pa.ArrowException) as error:
            raise full(error) from None
