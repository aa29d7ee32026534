"""Parquet tables as lines: a table is a class, a row a node, a column a property, by their names.

Which columns there are, and what their values become, is read from the shapes: whatever the shapes
know can be said in a table, and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from magkg.claims import turtle
from magkg.claims.project import shown
from magkg.errors import InputError, meant, nearest
from magkg.store import validate
from magkg.store.check import vocabulary_quads
from magkg.store.columns.tables import quoted
from magkg.vocabulary import MAG, RDF, SH, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from magkg.store.columns.tables import Columns

__all__ = ["KEY", "SUFFIX", "Property", "Table", "kind", "lines", "rows", "snake", "tables"]

SUFFIX = ".parquet"
# The column of the IRI that names a row's node, and that of further classes of it.
KEY, CLASSES = "iri", "type"
_LANGUAGE = "en"
_DATATYPE = "http://www.w3.org/2002/07/owl#DatatypeProperty"
_TEXT = RDF + "langString"


@dataclass(frozen=True, slots=True)
class Property:
    """A property as a column: its IRI, whether its values are literals, and their one datatype."""

    iri: str
    literal: bool
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A class as a table: its IRI, and its properties by the names of their columns."""

    iri: str
    columns: Mapping[str, Property]


def snake(iri: str) -> str:
    """Give the local name of an IRI in lower case, its words apart: ``folded_sha256``."""
    name = re.split(r"[/#]", iri)[-1]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@cache
def tables() -> Mapping[str, Table]:
    """Give the tables that there are, by their names, from the shapes of what is authored."""
    said: dict[str, dict[str, list[str]]] = {}
    for path in validate.authored():
        for quad in turtle.read(path).quads:
            # Nodes without a name are in parts of shapes alone.
            own = said.setdefault(f"{path.name} {quad.subject}", {})
            own.setdefault(quad.predicate.value, []).append(getattr(quad.object, "value", ""))
    by_name = {name.split(" ", 1)[1].strip("<>"): own for name, own in said.items()}
    found: dict[str, Table] = {}
    for shape in by_name.values():
        for iri in shape.get(SH + "targetClass", []):
            if iri.startswith(MAG):
                found[snake(iri)] = Table(iri, dict(_columns(shape, by_name)))
    return dict(sorted(found.items()))


def _columns(
    shape: Mapping[str, list[str]], every: Mapping[str, Mapping[str, list[str]]]
) -> Iterator[tuple[str, Property]]:
    literals = _literals()
    for name in shape.get(SH + "property", []):
        for iri in every.get(name, {}).get(SH + "path", []):
            own = every[name]
            (datatype,) = own.get(SH + "datatype", [""])
            literal = bool(datatype) or SH + "pattern" in own or iri in literals
            yield snake(iri), Property(iri, literal, datatype)


@cache
def _literals() -> frozenset[str]:
    """Give the properties whose values are literals, as the vocabulary has it."""
    return frozenset(
        str(quad.subject)[1:-1]
        for quad in vocabulary_quads()
        if quad.predicate.value == TYPE and str(quad.object) == f"<{_DATATYPE}>"
    )


def kind(path: Path) -> str:
    """Give the name of the table that a file belongs to: ``claim.parquet``, ``claim-7.parquet``.

    A file in a folder ``claim`` belongs to it too. Raises InputError for another name.
    """
    known = tables()
    for name in (path.name.removesuffix(SUFFIX), path.parent.name):
        bare = re.sub(r"[-.][-.\w]*$", "", name)
        if bare in known:
            return bare
    name = path.name.removesuffix(SUFFIX)
    close = meant(f"{each}{SUFFIX}" for each in nearest(name, known))
    hint = close or f"Tables are {', '.join(known)}: claim{SUFFIX}, claim-2{SUFFIX} ..."
    raise InputError("the name does not say which table this is", file=shown(path), hint=hint)


def lines(columns: Columns, path: Path) -> str:
    """Give a query for the lines (l, N-Quads) that a table says.

    Raises InputError for a file that cannot be read, a column that the shapes do not know or whose
    values have another type than the property, and for a row without an IRI.
    """
    table = tables()[kind(path)]
    types = _types(columns, path)
    source = f"read_parquet({quoted(str(path))})"
    if types.get(KEY) != "VARCHAR":
        raise _refused(path, f"there is no column {KEY} of texts", "It names the node of each row.")
    if columns.one(f"SELECT count(*) FROM {source} WHERE coalesce({KEY}, '') = ''"):
        raise InputError(
            f"the row has no {KEY}",
            file=shown(path),
            line=rows(columns, path, [""])[""],
            hint="Give every node an IRI.",
        )
    parts = [_said(source, TYPE, quoted(f"<{table.iri}>"), quoted(KEY), False)]
    for name, held in types.items():
        if name != KEY:
            parts.append(_column(path, source, table, name, held))
    return " UNION ALL ".join(parts)


def rows(columns: Columns, path: Path, iris: Sequence[str]) -> dict[str, int]:
    """Give the numbers of the first rows, from 1, of nodes; "" stands for what has no IRI."""
    source = f"read_parquet({quoted(str(path))}, file_row_number = true)"
    given = [(each, "", "") for each in iris]
    with columns.rows_of(given) as name:
        found = columns.rows(
            f"SELECT g.s, min(r.file_row_number) FROM {source} r JOIN {name} g "
            f"ON g.s = coalesce(r.{KEY}, '') GROUP BY g.s"
        )
    return {str(iri): int(number) + 1 for iri, number in found}


def _types(columns: Columns, path: Path) -> dict[str, str]:
    import duckdb

    try:
        found = columns.sql.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(str(path))})")
    except duckdb.Error as error:
        raise _refused(
            path, f"the table cannot be read: {str(error).partition(chr(10))[0]}"
        ) from None
    return {str(name): str(held) for name, held, *_ in found.fetchall()}


def _column(path: Path, source: str, table: Table, name: str, held: str) -> str:
    """Give the query for the statements of one column."""
    several = held.endswith("[]")
    held = held.removesuffix("[]")
    bare, _, language = name.partition("@")
    if bare == CLASSES:
        known = Property(TYPE, False)
    elif bare in table.columns:
        known = table.columns[bare]
    else:
        close = meant(nearest(bare, table.columns))
        hint = close or f"It has {', '.join(table.columns)}."
        raise _refused(path, f"the table {kind(path)} has no column {name}", hint)
    if language and not (known.literal and known.datatype in ("", _TEXT)):
        raise _refused(path, f"the column {name} names a language", f"Call it {bare}.")
    if not language and known.datatype == _TEXT:
        language = _LANGUAGE
    term = _term(known, held, language)
    if term is None:
        wanted = known.datatype if known.literal else "texts: IRIs, or names of magkg"
        raise _refused(path, f"the column {name} holds {held}", f"It is to hold {wanted}.")
    return _said(source, known.iri, term, quoted_name(name), several)


def quoted_name(name: str) -> str:
    """Give the name of a column as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def _said(source: str, iri: str, term: str, column: str, several: bool) -> str:
    """Give the query for statements of one property; a cell that says nothing says none."""
    value = f"unnest({column})" if several else column
    inner = f"SELECT {KEY} AS i, {value} AS v FROM {source}"
    return (
        f"SELECT '<' || i || {quoted(f'> <{iri}> ')} || {term} || ' .' AS l FROM ({inner}) r "
        "WHERE v IS NOT NULL AND CAST(v AS VARCHAR) <> ''"
    )


def _term(known: Property, held: str, language: str) -> str | None:
    """Give the expression for the term of a value ``v``; None where the types do not fit."""
    if not known.literal:
        iri = f"CASE WHEN contains(v, ':') THEN v ELSE {quoted(MAG)} || v END"
        return f"'<' || {iri} || '>'" if held == "VARCHAR" else None
    if held == "VARCHAR":
        if language:
            return f"string_of(v) || {quoted(f'@{language.lower()}')}"
        typed = "" if known.datatype in ("", XSD + "string") else f"^^<{known.datatype}>"
        return f"string_of(v) || {quoted(typed)}"
    form = _FORMS.get(re.sub(r"\(.*", "", held))
    if form is None or known.datatype not in ("", XSD + form[0]):
        return None
    return f"""'"' || {form[1]} || {quoted(f'"^^<{XSD}{form[0]}>')}"""


_INTEGER = ("integer", "CAST(v AS VARCHAR)")
_FRACTION = "CAST(CAST(v AS DECIMAL(38, 18)) AS VARCHAR)"
_DECIMAL = ("decimal", f"rtrim(rtrim({_FRACTION}, '0'), '.')")
# What a value of a type of DuckDB is: its datatype, and its canonical form.
_FORMS = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), _INTEGER),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), _INTEGER),
    **dict.fromkeys(("DECIMAL", "DOUBLE", "FLOAT"), _DECIMAL),
    "BOOLEAN": ("boolean", "CAST(v AS VARCHAR)"),
    "DATE": ("date", "CAST(v AS VARCHAR)"),
    "TIMESTAMP": ("dateTime", "strftime(v, '%Y-%m-%dT%H:%M:%SZ')"),
    "TIMESTAMP WITH TIME ZONE": (
        "dateTime", "strftime(v AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')",
    ),
}  # fmt: skip


def _refused(path: Path, reason: str, hint: str = "") -> InputError:
    return InputError(reason, file=shown(path), hint=hint)
