"""From columns into a store: lines as bytes to Oxigraph's bulk loader; the digests of all."""

from __future__ import annotations

import io
from itertools import chain
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from magkg.store.columns.tables import full
from magkg.store.derive import STATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from magkg.store.bulk.pace import Pace
    from magkg.store.columns.tables import Columns
    from magkg.store.digests import Gathered

__all__ = ["load"]

# Lines that are in Python's hands at once: some 25 MB.
_BATCH = 200_000


class _Lines(io.RawIOBase):
    """The lines of queries as a file; the digests of what is read are kept."""

    def __init__(self, batches: Iterator[Any], digests: Gathered, pace: Pace) -> None:
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


def load(columns: Columns, folder: Path, digests: Gathered, pace: Pace) -> None:
    """Fill a new store with all statements, optimized and closed; ``digests`` takes their lines'.

    These are those of the columns, and the bare triples of the table ``stated``; ``pace`` is told
    how many. Raises MagkgError where memory does not suffice, OSError where nothing can be written.
    """
    store = ox.Store(str(folder))
    graph = f"' {STATED} .'"
    stated = (
        f"SELECT s.text || ' ' || p.text || ' ' || o.text || {graph} AS line FROM stated t "
        "JOIN term s ON s.id = t.s JOIN term p ON p.id = t.p JOIN term o ON o.id = t.o"
    )
    lines: Any = _Lines(_batches(columns, chain(columns.lines(), [stated])), digests, pace)
    # The lines are our own writing.
    store.bulk_load(input=lines, format=ox.RdfFormat.N_QUADS, lenient=True)
    pace.say("optimize")
    store.flush()
    store.optimize()
    del store
    for path in folder.glob("LOG*"):
        path.unlink()  # it names this machine's folders


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
