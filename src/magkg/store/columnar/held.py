"""An open file of columns: queries in SQL, answered as rows of terms within a time limit."""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magkg.errors import MagkgError, QueryTimeout
from magkg.store.columns.answers import TABLES, Asked
from magkg.store.columns.tables import MACROS, Columns, connected
from magkg.store.oxigraph import term_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    import duckdb

    from magkg.store.columnar.kept import Kept
    from magkg.store.interface import Fact, Row, Term

__all__ = ["Failed", "Held"]

# What queries may take of memory (bytes), unless told; more spills to temporary files.
_MEMORY = 3 << 30
# Rows in Python's hands at once, and rows that are waited for before the first is given: an error
# among those still leaves the query to Oxigraph.
_BATCH, _WAITED = 50_000, 200_000
# Terms that one answer remembers.
_KNOWN = 1_000_000


class Failed(Exception):
    """The columns could not answer: a value that they do not hold exactly, or memory at its end."""


class Held(Columns):
    """The columns of a kept file, for any number of queries at once.

    With ``memory`` (bytes) queries take that much in all, and nothing spills: what does not fit
    fails.
    """

    strict = True

    def __init__(self, kept: Kept, memory: int | None = None) -> None:
        # DuckDB makes this folder when it needs it, and removes it.
        self.path = Path(tempfile.gettempdir()) / f"magkg-columns-{secrets.token_hex(4)}"
        self.sql = connected(str(kept.path), self.path, memory or _MEMORY, read_only=True)
        if memory is not None:
            self.sql.execute("SET max_temp_directory_size = '0KiB'")
        self.predicates = kept.predicates
        self.texts, self.nodes = set(kept.texts), kept.nodes
        self.classes = None
        self._idle: list[duckdb.DuckDBPyConnection] = []

    def table(self, predicate: str, *, texts: bool = False) -> str:
        """Give the table of a predicate, an empty one for a predicate that the graph has not."""
        del texts
        return self.predicates.get(predicate, "nothing")

    def answer(self, asked: Asked, timeout: float | None) -> Iterator[Row]:
        """Give the rows of a query; ``timeout`` is in seconds and counts waiting only.

        The first rows are there when this returns. Raises Failed, QueryTimeout; MagkgError where
        the columns fail later, in a large answer.
        """
        rows = self._rows(asked, _Limit(timeout))
        next(rows)
        return rows  # type: ignore[return-value]  # all but the first are rows

    def facts(
        self, nodes: Sequence[str], only: Sequence[str], timeout: float | None
    ) -> Iterator[Fact]:
        """Give what is said of nodes (see interface.Facts); all is read when this returns.

        Raises Failed, QueryTimeout.
        """
        import pyarrow as pa

        said = [(at, self.predicates[each]) for at, each in enumerate(only)
                if each in self.predicates]  # fmt: skip
        given = pa.table({"node": range(len(nodes)), "text": [f"<{each}>" for each in nodes]})
        with self._cursor() as cursor:
            cursor.register("given", given)
            asked = Asked((), self._said(said), ("node", "property", "value"), frozenset())
            try:
                with closing(self._batches(cursor, asked, _Limit(timeout))) as batches:
                    found = list(batches) if said else []
            finally:
                cursor.unregister("given")
        return _facts(found, nodes, only)

    def _said(self, tables: Sequence[tuple[int, str]]) -> str:
        """Give the query for what tables, with the numbers of their properties, say of `given`."""
        coded, texts = [], []
        for at, table in tables:
            rows = f"FROM {table} x JOIN wanted w ON w.id = x.s"
            if table in self.texts:
                texts.append(f"SELECT w.node, {at} AS property, x.t AS value {rows}")
            else:
                coded.append(f"SELECT w.node, {at} AS property, x.o {rows}")
        if coded:
            union = " UNION ALL ".join(coded)
            looked_up = f"FROM ({union}) c JOIN term t ON t.id = c.o"
            texts.append(f"SELECT c.node, c.property, t.text AS value {looked_up}")
        wanted = "WITH wanted AS MATERIALIZED (SELECT node, code(text) AS id FROM given) "
        return wanted + " UNION ALL ".join(texts)

    def _rows(self, asked: Asked, limit: _Limit) -> Iterator[Row | None]:
        with self._cursor() as cursor, self._cursor() as names:
            terms: dict[Any, Term | None] = {None: None}
            # Closed here: a reader may stop, and its connection is another's then.
            with closing(self._batches(cursor, asked, limit)) as batches:
                rows = (row for batch in batches for row in _read(batch, asked, terms, names))
                waited = list(islice(rows, _WAITED))
                yield None
                yield from waited
                del waited
                try:
                    yield from rows
                except Failed as error:
                    raise MagkgError(
                        f"the columns ended in the midst of a large answer: {error}",
                        hint="Ask with --engine oxigraph.",
                    ) from None

    def _batches(
        self, cursor: duckdb.DuckDBPyConnection, asked: Asked, limit: _Limit
    ) -> Generator[Any, None, None]:
        import duckdb
        import pyarrow as pa

        try:
            for step in asked.steps:
                with limit.over(cursor):
                    cursor.execute(step)
            with limit.over(cursor):
                reader: Any = cursor.sql(asked.sql).to_arrow_reader(_BATCH)
            while True:
                with limit.over(cursor):
                    batch = next(reader, None)
                if batch is None:
                    return
                yield batch
        except (duckdb.Error, pa.ArrowException) as error:
            if limit.late:
                raise QueryTimeout(limit.seconds or 0) from None
            raise Failed(str(error).partition("\n")[0][:200]) from None
        finally:
            with suppress(duckdb.Error):  # of a damaged file, which ended the query
                for name in TABLES if asked.steps else ():
                    cursor.execute(f"DROP TABLE IF EXISTS {name}")

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a connection of its own, one that is idle if there is one."""
        import duckdb

        try:
            cursor = self._idle.pop()
        except IndexError:
            try:
                cursor = self.sql.cursor()
                cursor.execute(MACROS)
            except duckdb.Error as error:
                raise Failed(str(error).partition("\n")[0][:200]) from None
        try:
            yield cursor
        finally:
            self._idle.append(cursor)


class _Limit:
    """A time limit over all waiting of one query."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds, self.left = seconds, seconds
        self.late = False

    @contextmanager
    def over(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Interrupt the query of ``cursor`` where it takes longer than what is left."""
        if self.left is None:
            yield
            return

        def end() -> None:
            self.late = True
            cursor.interrupt()

        began, timer = time.monotonic(), threading.Timer(max(self.left, 0), end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self.left -= time.monotonic() - began


def _read(
    batch: Any, asked: Asked, terms: dict[Any, Term | None], names: duckdb.DuckDBPyConnection
) -> Iterator[Row]:
    """Give the rows of a batch; ``terms`` are those known by code or form."""
    if len(terms) > _KNOWN:
        terms.clear()
        terms[None] = None
    width = len(asked.variables)
    if not width:
        yield from [()] * batch.num_rows
        return
    columns = [batch.column(at).to_pylist() for at in range(width)]
    coded = [column for name, column in zip(asked.variables, columns, strict=True)
             if name in asked.coded]  # fmt: skip
    fresh = {code for column in coded for code in column if code not in terms}
    if fresh:
        for code, text in _looked_up(names, fresh):
            terms[code] = term_of(text)
    for name, column in zip(asked.variables, columns, strict=True):
        if name not in asked.coded:
            terms.update((text, term_of(text)) for text in set(column) if text not in terms)
    get = terms.__getitem__
    yield from zip(*(map(get, column) for column in columns), strict=True)


def _facts(batches: Iterable[Any], nodes: Sequence[str], only: Sequence[str]) -> Iterator[Fact]:
    for batch in batches:
        node, prop, value = batch.columns
        texts = value.dictionary_encode()
        terms = [term_of(each) for each in texts.dictionary.to_pylist()]
        at = zip(node.to_pylist(), prop.to_pylist(), texts.indices.to_pylist(), strict=True)
        yield from ((nodes[n], only[p], terms[v]) for n, p, v in at)


def _looked_up(names: duckdb.DuckDBPyConnection, codes: set[int]) -> list[tuple[int, str]]:
    import duckdb
    import pyarrow as pa

    names.register("wanted", pa.table({"id": pa.array(codes, pa.uint64())}))
    try:
        found: list[tuple[int, str]] = names.execute(
            "SELECT t.id, t.text FROM wanted w JOIN term t ON t.id = w.id"
        ).fetchall()
        return found
    except duckdb.Error as error:
        raise Failed(str(error).partition("\n")[0][:200]) from None
    finally:
        names.unregister("wanted")
