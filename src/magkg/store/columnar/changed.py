"""The columns of a kept file, as they would be if some statements had come and others had gone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

from magkg.errors import MagkgError
from magkg.store.columns import answers
from magkg.store.columns.tables import Columns, connected, term, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from magkg.store.columnar.kept import Kept

__all__ = ["ASKED", "Changed", "Pair", "Row"]

Pair: TypeAlias = "tuple[ox.NamedNode, ox.NamedNode]"
Row: TypeAlias = "tuple[Any, ...]"
# The property that leads from the first to the second node of each pair which a query is about.
ASKED = "https://w3id.org/magkg/asked"
_PAIRS = "asked"


class Changed(Columns):
    """A kept file that is only read; views hide the tables of what changed.

    Of literals that came it knows the texts, not their values as numbers.
    ``path`` is the folder for what does not fit in memory, ``memory`` what DuckDB may take of it
    (bytes). Raises MagkgError where the file is damaged, or memory does not suffice.
    """

    strict = True

    def __init__(self, kept: Kept, path: Path, memory: int) -> None:
        self.path = path
        self.sql = connected(str(kept.path), path, memory, read_only=True)
        self.predicates = {**kept.predicates, ASKED: _PAIRS}
        self.texts, self.nodes = set(kept.texts), kept.nodes
        self.classes = None
        self._file = self.one("SELECT current_database()")
        self._gone: Mapping[str, list[ox.Quad]] = {}
        self._come: Mapping[str, list[ox.Quad]] = {}
        self._tables = frozenset(kept.predicates.values())
        self._shown: set[str] = set()
        self.run("CREATE TEMP TABLE came (id UBIGINT, text VARCHAR)")
        self.run(f"CREATE TEMP VIEW term AS FROM {self._file}.term UNION ALL FROM came")

    def see(self, gone: Iterable[ox.Quad], come: Iterable[ox.Quad]) -> None:
        """Take in all that changed so far, in the place of what was told before."""
        before = self._gone.keys() | self._come.keys()
        self._gone, self._come = _by_predicate(gone), _by_predicate(come)
        self._shown = self._shown - before - self._gone.keys() - self._come.keys()

    def table(self, predicate: str, *, texts: bool = False) -> str:
        """Give what shows the statements of a predicate, an empty table if there are none."""
        del texts
        if predicate not in self._shown and predicate != ASKED:
            self._shown.add(predicate)
            self._show(predicate, self._gone.get(predicate, ()), self._come.get(predicate, ()))
        return self.predicates.get(predicate, "nothing")

    def answers(self, query: str, pairs: Iterable[Pair]) -> Iterator[Row]:
        """Give the rows of a SELECT that says what it is about by ``?one <ASKED> ?other``."""
        rows = [(str(one), ASKED, str(other)) for one, other in pairs]
        with self.rows_of(rows) as name:
            pair = "code(s) AS s, code(o) AS o"
            self.run(f"CREATE OR REPLACE TEMP TABLE {_PAIRS} AS SELECT DISTINCT {pair} FROM {name}")
        asked = answers.asked(query, self)
        self.run(f"CREATE OR REPLACE TEMP TABLE answer AS {asked.sql}")
        found: Any = self.sql.sql("FROM answer").to_arrow_table()
        columns = [found.column(name).to_pylist() for name in asked.variables]
        codes = {
            code
            for name, column in zip(asked.variables, columns, strict=True)
            if name in asked.coded
            for code in column
        }
        terms = {code: term(text) for code, text in self._texts(codes - {None})}
        for name, column in zip(asked.variables, columns, strict=True):
            if name not in asked.coded:
                terms |= {text: term(text) for text in set(column) - {None}}
        return zip(*([terms.get(each) for each in column] for column in columns), strict=True)

    def _show(self, predicate: str, gone: Sequence[ox.Quad], come: Sequence[ox.Quad]) -> None:
        name = self.predicates.get(predicate)
        if name is None and not come:
            return
        if name in self._tables and not gone and not come:
            self.run(f"DROP VIEW IF EXISTS temp.{name}")  # of what was undone since
            return
        name = self.predicates.setdefault(predicate, f"new{len(self.predicates)}")
        for kind, quads in (("gone", gone), ("come", come)):
            with self.rows_of(texts(quads)) as given:
                self.run(
                    f"CREATE OR REPLACE TEMP TABLE {name}_{kind} AS "
                    f"SELECT code(s) AS s, code(o) AS o, s AS st, o AS t FROM {given}"
                )
        self._terms(f"{name}_come")
        if any(isinstance(quad.object, ox.Literal) for quad in come):
            self.nodes -= {name}
        shown = "s, o, t" if name in self.texts else "s, o"
        view = f"SELECT {shown} FROM {name}_come"
        if name in self._tables:
            view += (
                f" UNION ALL SELECT {shown} FROM {self._file}.{name} k WHERE NOT EXISTS "
                f"(SELECT 1 FROM {name}_gone g WHERE g.s = k.s AND g.o = k.o)"
            )
        self.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {view}")

    def _terms(self, table: str) -> None:
        """Take in the terms of a table that neither the file nor an earlier one had."""
        both = f"SELECT s AS id, st AS text FROM {table} UNION SELECT o, t FROM {table}"
        self.run(
            "CREATE OR REPLACE TEMP TABLE fresh AS SELECT b.id, b.text, t.text AS known "
            f"FROM ({both}) b LEFT JOIN term t ON t.id = b.id"
        )
        if self.one("SELECT count(*) <> count(DISTINCT id) OR bool_or(known <> text) FROM fresh"):
            raise MagkgError("two terms have one code")
        self.run("INSERT INTO came SELECT id, text FROM fresh WHERE known IS NULL")

    def _texts(self, codes: Iterable[int]) -> list[tuple[int, str]]:
        import pyarrow as pa

        self.sql.register("wanted", pa.table({"id": pa.array(codes, pa.uint64())}))
        try:
            return self.rows("SELECT t.id, t.text FROM wanted w JOIN term t ON t.id = w.id")
        finally:
            self.sql.unregister("wanted")


def _by_predicate(quads: Iterable[ox.Quad]) -> Mapping[str, list[ox.Quad]]:
    found: dict[str, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.graph_name, ox.DefaultGraph):
            found[quad.predicate.value].append(quad)
    return found
