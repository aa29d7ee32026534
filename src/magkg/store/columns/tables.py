"""A graph as tables: one of terms, and one of coded subjects and objects for each predicate.

A term is coded as a 64-bit hash of its N-Triples form, so a term that a rule makes has its code
before anything is looked up; the last two bits say what it is (0 IRI, 1 blank node, 2 literal).
Two terms of one code are found when terms are taken in, and refused. The table of a predicate with
literals holds the texts of its objects as well: what looks at values then reads one column.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from magkg.errors import MagkgError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import duckdb

__all__ = ["MACROS", "Columns", "connected", "full", "quoted", "term", "texts"]

_XSD = "http://www.w3.org/2001/XMLSchema#"
# An absolute IRI with at most one fragment (RFC 3987, as far as rules can break it).
_CHARACTERS = r"[^\x00-\x20<>\x22{}|^`\\#]*"
_IRI = rf"[A-Za-z][A-Za-z0-9+.-]*:{_CHARACTERS}(#{_CHARACTERS})?"
# What a term of N-Triples is made of. Of the escapes of literals, \\ is set aside as U+0000 (which
# no literal holds) so that none is read twice; \uXXXX, which stands for control characters alone,
# stays as it is.
MACROS = rf"""
CREATE OR REPLACE TEMP MACRO code(t) AS (hash(t) & 18446744073709551612::UBIGINT)
  | CASE t[1] WHEN '<' THEN 0::UBIGINT WHEN '_' THEN 1::UBIGINT ELSE 2::UBIGINT END;
CREATE OR REPLACE TEMP MACRO unescaped(x) AS CASE WHEN NOT contains(x, '\') THEN x ELSE
  replace(replace(replace(replace(replace(replace(replace(replace(x,
  '\\', chr(0)), '\"', '"'), '\n', chr(10)), '\r', chr(13)), '\t', chr(9)), '\b', chr(8)),
  '\f', chr(12)), chr(0), '\') END;
CREATE OR REPLACE TEMP MACRO escaped(x) AS
  replace(replace(replace(replace(replace(replace(replace(x,
  '\', '\\'), '"', '\"'), chr(10), '\n'), chr(13), '\r'), chr(9), '\t'), chr(8), '\b'),
  chr(12), '\f');
CREATE OR REPLACE TEMP MACRO string_of(x) AS '"' || escaped(x) || '"';
CREATE OR REPLACE TEMP MACRO lexical(t) AS CASE
  WHEN t[1] = '<' THEN t[2:-2]
  WHEN t[1] <> '"' THEN NULL
  WHEN t[-1] = '"' THEN unescaped(t[2:-2])
  ELSE unescaped(regexp_extract(t, '^"((?s:.*))"[@^]', 1)) END;
CREATE OR REPLACE TEMP MACRO datatype_of(t) AS CASE
  WHEN t[1] <> '"' THEN NULL
  WHEN t[-1] = '"' THEN '{_XSD}string'
  WHEN t[-1] = '>' THEN regexp_extract(t, '\^\^<([^<>"]*)>$', 1)
  ELSE 'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString' END;
CREATE OR REPLACE TEMP MACRO language_of(t) AS CASE
  WHEN t[1] <> '"' THEN NULL
  WHEN t[-1] = '"' OR t[-1] = '>' THEN ''
  ELSE regexp_extract(t, '"@([A-Za-z0-9-]*)$', 1) END;
CREATE OR REPLACE TEMP MACRO number_kind(t) AS
  CASE regexp_extract(t, '\^\^<{_XSD}([a-zA-Z]+)>$', 1)
  WHEN 'integer' THEN 1 WHEN 'decimal' THEN 2 WHEN 'double' THEN 3 WHEN 'float' THEN 3
  WHEN 'int' THEN 1 WHEN 'long' THEN 1 WHEN 'short' THEN 1 WHEN 'byte' THEN 1
  WHEN 'nonNegativeInteger' THEN 1 WHEN 'positiveInteger' THEN 1 WHEN 'nonPositiveInteger' THEN 1
  WHEN 'negativeInteger' THEN 1 WHEN 'unsignedInt' THEN 1 WHEN 'unsignedLong' THEN 1
  WHEN 'unsignedShort' THEN 1 WHEN 'unsignedByte' THEN 1 END;
CREATE OR REPLACE TEMP MACRO number_value(t) AS try_cast(nullif(CASE number_kind(t)
  WHEN 1 THEN regexp_extract(t, '^"([+-]?[0-9]+)"', 1)
  WHEN 2 THEN regexp_extract(t, '^"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))"', 1)
  WHEN 3 THEN regexp_extract(t, '^"([^"]*)"', 1) END, '') AS DOUBLE);
CREATE OR REPLACE TEMP MACRO iri_of(x) AS CASE WHEN regexp_full_match(x, '{_IRI}') THEN x END;
CREATE OR REPLACE TEMP MACRO plain(v) AS CASE
  WHEN v = trunc(v) AND abs(v) < 1e15 THEN CAST(CAST(v AS BIGINT) AS VARCHAR)
  ELSE CAST(v AS VARCHAR) END;
CREATE OR REPLACE TEMP MACRO number_of(v, k) AS CASE
  WHEN v IS NULL THEN NULL
  ELSE '"' || plain(v) || '"^^<{_XSD}' || CASE k WHEN 1 THEN 'integer' WHEN 2 THEN 'decimal'
    ELSE 'double' END || '>' END;
CREATE OR REPLACE TEMP MACRO boolean_of(b) AS CASE
  WHEN b THEN '"true"^^<{_XSD}boolean>' WHEN NOT b THEN '"false"^^<{_XSD}boolean>' END;
"""


def quoted(text: str) -> str:
    """Give a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def connected(
    database: str, spill: Path, memory: int, *, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """Open a database that may take ``memory`` (bytes), and room in the folder ``spill``.

    Raises MagkgError where the file is damaged.
    """
    import duckdb

    try:
        found = duckdb.connect(database, read_only=read_only)
        found.execute(f"SET memory_limit = '{memory >> 20}MiB'")
        found.execute(f"SET temp_directory = {quoted(str(spill))}")
        found.execute("SET preserve_insertion_order = false")
        found.execute("SET enable_progress_bar = false")
        found.execute(MACROS)
    except duckdb.Error as error:
        raise MagkgError(f"the columns could not be opened: {_first_line(error)}") from None
    return found


def texts(quads: Iterable[ox.Quad]) -> list[tuple[str, str, str]]:
    """Give statements of the default graph as `Columns.rows_of` takes them."""
    return [
        (str(each.subject), each.predicate.value, str(each.object))
        for each in quads
        if isinstance(each.graph_name, ox.DefaultGraph)
    ]


def term(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    """Read the N-Triples form of a term."""
    if text.startswith("<"):
        return ox.NamedNode(text[1:-1])
    line = f"<urn:a> <urn:b> {text} ."
    quad: ox.Quad = next(iter(ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES)))
    return quad.object


def full(error: Exception) -> MagkgError:
    """Make the error for memory, or room for temporary files, that does not suffice."""
    return MagkgError(
        f"the columns do not fit: {_first_line(error)}",
        hint="Give more memory (--memory), or room in the output folder.",
    )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


class Columns:
    """The default graph of a set of statements in a DuckDB database.

    ``path`` is the folder for what does not fit in memory, ``memory`` what DuckDB may take of it
    (bytes), ``predicates`` maps the IRI of each predicate to its table. Tables hold each statement
    once.
    """

    # Whether what SPARQL says an error of, or what a double cannot hold, ends the query.
    strict = False
    # Tables of which it is known that no object is a literal.
    nodes: frozenset[str] = frozenset()

    def __init__(self, path: Path, memory: int) -> None:
        self.path = path
        # In memory, so that nothing is logged, nor synced, that ends with the process.
        self.sql = connected(":memory:", path, memory)
        self.run("ATTACH ':memory:' AS columns (COMPRESS)")
        self.run("USE columns")
        self.run("CREATE TABLE IF NOT EXISTS term (id UBIGINT, text VARCHAR)")
        self.run("CREATE TABLE IF NOT EXISTS number (id UBIGINT, value DOUBLE, kind TINYINT)")
        self.predicates: dict[str, str] = {}
        self.texts: set[str] = set()
        self.classes: dict[str, str] | None = None

    def run(self, text: str) -> duckdb.DuckDBPyConnection:
        """Run SQL; raises MagkgError where memory or disk do not suffice."""
        import duckdb

        try:
            return self.sql.execute(text)
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise full(error) from None
        except duckdb.Error as error:
            reason = _first_line(error)
            raise MagkgError(f"the columns could not be evaluated: {reason}") from None

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """Run SQL and give all its rows."""
        return self.run(text).fetchall()

    def one(self, text: str) -> Any:
        """Run SQL and give the one value of its one row."""
        return self.rows(text)[0][0]

    def table(self, predicate: str, *, texts: bool = False) -> str:
        """Give the table of a predicate, a new one (with the ``texts`` of objects) if need be."""
        if predicate not in self.predicates:
            name = f"p{len(self.predicates)}"
            self.run(f"CREATE TABLE {name} (s UBIGINT, o UBIGINT{', t VARCHAR' * texts})")
            self.predicates[predicate] = name
            if texts:
                self.texts.add(name)
            self.terms(f"SELECT {quoted(f'<{predicate}>')} AS text")
        return self.predicates[predicate]

    def insert(self, predicate: str, pairs: str) -> None:
        """Add pairs of subject and object (a query for s, o) that are not there yet."""
        table = self.table(predicate)
        text, join = "", ""
        if table in self.texts:
            text, join = ", v.text", "JOIN term v ON v.id = n.o "
        self.run(
            f"INSERT INTO {table} SELECT n.s, n.o{text} "
            f"FROM (SELECT DISTINCT s, o FROM ({pairs})) n {join}WHERE NOT EXISTS "
            f"(SELECT 1 FROM {table} t WHERE t.s = n.s AND t.o = n.o)"
        )

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Within it no statement is added, so the instances of a class are looked up once."""
        self.classes = {}
        try:
            yield
        finally:
            for table in self.classes.values():
                self.run(f"DROP TABLE {table}")
            self.classes = None

    def instances(self, kind: str, path: str) -> str | None:
        """Give the table (s) of what a path leads from to a class; none while things change.

        ``path`` is the query for the pairs that the path connects.
        """
        if self.classes is None:
            return None
        if kind not in self.classes:
            name = f"c{len(self.classes)}"
            self.run(
                f"CREATE TEMP TABLE {name} AS SELECT DISTINCT s FROM ({path}) p "
                f"WHERE o = code({quoted(f'<{kind}>')})"
            )
            self.classes[kind] = name
        return self.classes[kind]

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Add statements from Python, few ones: the vocabulary, or a test's."""
        with self.rows_of(texts(quads)) as name:
            self.take(name)

    @contextmanager
    def rows_of(self, rows: list[tuple[str, str, str]]) -> Iterator[str]:
        """Give the name of a table with the columns s, p (without < and >) and o of these rows."""
        import pyarrow as pa

        columns = {
            name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate("spo")
        }
        self.sql.register("given", pa.table(columns))
        try:
            yield "given"
        finally:
            self.sql.unregister("given")

    def take(self, name: str) -> None:
        """Take in the statements of a table of texts (s, p, o) that are not there yet."""
        self.terms(f"SELECT s AS text FROM {name} UNION ALL SELECT o FROM {name}")
        found = self.rows(f"SELECT p, bool_or(o[1] = '\"') FROM {name} GROUP BY p ORDER BY p")
        for predicate, texts in found:
            self.table(predicate, texts=texts)
            pairs = f"SELECT code(s) AS s, code(o) AS o FROM {name} WHERE p = {quoted(predicate)}"
            self.insert(predicate, pairs)

    def terms(self, texts: str) -> None:
        """Take in terms that are not known yet, from a query that gives their ``text``."""
        self.run(
            "CREATE OR REPLACE TEMP TABLE fresh AS SELECT n.id, any_value(n.text) AS text, "
            "any_value(t.text) AS known, min(n.other) <> max(n.other) AS mixed FROM "
            "(SELECT code(text) AS id, text, hash(text || ' ') AS other "
            f"FROM ({texts}) x) n LEFT JOIN term t ON t.id = n.id GROUP BY n.id"
        )
        number = "known IS NULL AND text[1] = '\"' AND text[-1] = '>'"
        mixed, unknown, numbers = self.rows(
            "SELECT any_value(text) FILTER (mixed OR known <> text), count(*) FILTER "
            f"(known IS NULL), count(*) FILTER ({number}) FROM fresh"
        )[0]
        if mixed is not None:
            raise MagkgError(f"two terms have one code; one of them is {mixed[:200]}")
        if unknown:
            self.run("INSERT INTO term SELECT id, text FROM fresh WHERE known IS NULL")
        if numbers:  # its plan alone, with the patterns of numbers, takes 30 ms
            self.run(
                "INSERT INTO number SELECT id, number_value(text), number_kind(text) FROM fresh "
                f"WHERE {number} AND number_value(text) IS NOT NULL"
            )

    def sizes(self) -> dict[str, int]:
        """Give the number of statements of each predicate."""
        return {
            iri: int(self.one(f"SELECT count(*) FROM {t}")) for iri, t in self.predicates.items()
        }

    def lines(self, size: int = 1_000_000) -> Iterator[str]:
        """Give queries for the lines (N-Quads), each to be read before the next is asked for.

        Each has all statements of some subjects, about ``size`` in number. The loader of Oxigraph
        takes in a million at a time, with all terms in them: 50 million terms of 45 million
        statements that came predicate by predicate, 16 million so.
        """
        if not self.predicates:
            return
        parts = max(1, -(-sum(self.sizes().values()) // size))
        for each in range(parts):
            first, end = ((at << 64) // parts for at in (each, each + 1))
            some = " UNION ALL ".join(
                f"SELECT s, {quoted(f' <{iri}> ')} AS p, o FROM {table} "
                f"WHERE s BETWEEN {first}::UBIGINT AND {end - 1}::UBIGINT"
                for iri, table in self.predicates.items()
            )
            # DuckDB knows how many rows a table has, and so what to look up in what.
            self.run(f"CREATE OR REPLACE TEMP TABLE part AS {some}")
            yield (
                "SELECT s.text || p.p || o.text || ' .' AS line FROM part p "
                "JOIN term s ON s.id = p.s JOIN term o ON o.id = p.o"
            )

    def close(self) -> None:
        """Close the database; what it held is gone."""
        self.sql.close()
