"""N-Quads, Parquet tables and other RDF files of any size as lines in a table, then as columns.

Lines in canonical form (what pyoxigraph itself writes) are taken apart by DuckDB, in parallel;
all others go through pyoxigraph first, which normalises or refuses them, naming file and line.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims import form
from magkg.claims.project import shown
from magkg.errors import InputError, SyntaxFault
from magkg.store.bulk import places, tabular
from magkg.store.bulk.files import LINES, OTHER, opened, refuse_damaged
from magkg.store.columns.tables import Columns, full, quoted
from magkg.vocabulary import XSD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["read"]


# An absolute IRI; a stranger one that pyoxigraph takes as well goes through it.
_PART = r"(?:[^\x00-\x20<>\x22{}|^`\\#%\[\]]|%[0-9A-Fa-f]{2})*"
_IRI = rf"<[A-Za-z][A-Za-z0-9+.-]*:{_PART}(?:#{_PART})?>"
# Canonical escapes: the short ones, and \u for the other characters that are not written as such.
_LITERAL = (
    r"\x22(?:[^\x00-\x1F\x7F\x22\\\x{FFFE}\x{FFFF}]|\\[btnfr\x22\\]|"
    r"\\u(?:000[0-7BEF]|001[0-9A-F]|007F|FFF[EF]))*\x22"
    rf"(?:@[a-z]+(?:-[a-z0-9]+)*|\^\^{_IRI})?"
)
_CANONICAL = rf"{_IRI} {_IRI} (?:{_IRI}|{_LITERAL}) \."
# The datatype that canonical lines leave out.
_STRING = f'"^^<{XSD}string> .'
# A line longer than that is refused (bytes): pyoxigraph refuses a token of 16 MiB.
_LONGEST = 32 << 20
_FEW = 200_000
# Faults of the folder for temporary files, not of what is read.
_FULL = frozenset({errno.EDQUOT, errno.EFBIG, errno.ENOSPC})
# Finds the file and the line, or row, of a line that was read.
Where = Callable[[str], tuple[str | None, int | None]]


def read(columns: Columns, inputs: Sequence[Path]) -> int:
    """Read files into the table ``line`` and the columns; give the number of statements.

    Raises InputError for a table that is none (`tabular.lines`), for what is no RDF, holds a blank
    node (it has no identity), a statement in a named graph (authors write none) or a literal that
    a store would write otherwise; SyntaxFault with file and line for what does not parse.
    """
    columns.run("CREATE TABLE line (line VARCHAR, s UBIGINT, p UBIGINT, o UBIGINT)")
    plain = [each for each in inputs if each.name.endswith(LINES)]
    for each in plain:
        refuse_damaged(each)
    if plain:
        _take(columns, plain, partial(places.of_line, columns, plain))
    for each in inputs:
        if each.name.endswith(tabular.SUFFIX):
            _sorted(columns, tabular.lines(columns, each), partial(places.of_line, columns, [each]))
        elif each not in plain:
            with _as_lines(each, columns.path) as made:
                _take(columns, [made], partial(_parsed, each))
    _once(columns)
    _coded(columns)
    _formed(columns, inputs)
    return int(columns.one("SELECT count(*) FROM line"))


def _take(columns: Columns, paths: Sequence[Path], where: Where) -> None:
    """Read files of lines."""
    listed = ", ".join(quoted(str(path)) for path in paths)
    source = (
        f"read_csv([{listed}], columns = {{'l': 'VARCHAR'}}, delim = chr(1), quote = '', "
        "escape = '', header = false, auto_detect = false, strict_mode = false, "
        f"max_line_size = {_LONGEST})"
    )
    import duckdb

    try:
        _sorted(columns, f"SELECT l FROM {source} WHERE l <> '' AND l[1] <> '#'", where)
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise _unreadable(paths, error) from None
    except duckdb.IOException as error:
        reason = str(error).partition("\n")[0]
        named = next((shown(path) for path in paths if str(path) in reason), None)
        raise InputError(f"the file cannot be read: {reason}", file=named) from None


def _sorted(columns: Columns, lines: str, where: Where) -> None:
    """Take lines (a query for l) in; those that are not canonical once more, one by one."""
    import duckdb

    try:
        columns.sql.execute(
            "CREATE OR REPLACE TEMP TABLE raw AS SELECT l, "
            f"regexp_full_match(l, {quoted(_CANONICAL)}) AND NOT contains(l, {quoted(_STRING)}) "
            f"AS sound FROM ({lines}) r"
        )
    except duckdb.OutOfMemoryException as error:
        raise full(error) from None
    _parts(columns, "SELECT l FROM raw WHERE sound")
    columns.run("CREATE OR REPLACE TEMP TABLE odd AS SELECT l FROM raw WHERE NOT sound")
    for first in range(0, int(columns.one("SELECT count(*) FROM odd")), _FEW):
        some = f"SELECT l FROM odd WHERE rowid >= {first} AND rowid < {first + _FEW}"
        made = [_normal(line, where) for (line,) in columns.rows(some)]
        with columns.rows_of([(each, "", "") for each in made if each]) as name:
            _parts(columns, f"SELECT s AS l FROM {name}")
    columns.run("DROP TABLE odd")
    columns.run("DROP TABLE raw")


def _parts(columns: Columns, lines: str) -> None:
    """Take canonical lines apart: neither a subject nor a predicate holds a space."""
    columns.run(
        "INSERT INTO line SELECT l, code(a), code(b), code(l[length(a) + length(b) + 3:-3]) "
        f"FROM (SELECT l, split_part(l, ' ', 1) AS a, split_part(l, ' ', 2) AS b FROM ({lines}) x)"
    )


def _once(columns: Columns) -> None:
    """Leave each statement once."""
    total, single = columns.rows(
        "SELECT count(*), (SELECT count(*) FROM (SELECT DISTINCT s, p, o FROM line)) FROM line"
    )[0]
    if total != single:
        columns.run(
            "CREATE OR REPLACE TABLE line AS "
            "SELECT any_value(line) AS line, s, p, o FROM line GROUP BY s, p, o"
        )


def _coded(columns: Columns) -> None:
    """Make the table of terms and those of the predicates from the lines."""
    columns.terms(
        "SELECT split_part(line, ' ', 1) AS text FROM line UNION ALL "
        f"SELECT {_object('line')} FROM line"
    )
    found = columns.rows(
        "SELECT p, any_value(split_part(line, ' ', 2)) AS name, bool_or(o & 3 = 2) FROM line "
        "GROUP BY p ORDER BY name"
    )
    for code, name, texts in found:
        table = columns.table(name[1:-1], texts=texts)
        text = f", {_object('line')}" if texts else ""
        columns.run(f"INSERT INTO {table} SELECT s, o{text} FROM line WHERE p = {code}")


def _object(line: str) -> str:
    """Give the object in a canonical line: neither a subject nor a predicate holds a space."""
    head = f"length(split_part({line}, ' ', 1)) + length(split_part({line}, ' ', 2))"
    return f"{line}[{head} + 3:-3]"


def _formed(columns: Columns, inputs: Sequence[Path]) -> None:
    """Refuse literals of other datatypes or forms than DESIGN's: a store would rewrite them.

    Those that are plainly in form are passed over by DuckDB.
    """
    plain = {"integer": "0|-?[1-9][0-9]{0,17}", "boolean": "true|false"}
    patterns = (rf'"(?:{each})"\^\^<{XSD}{name}>' for name, each in plain.items())
    sound = " OR ".join(f"regexp_full_match(text, {quoted(each)})" for each in patterns)
    typed = columns.run(
        "SELECT text FROM term WHERE id & 3 = 2 AND text[-1] = '>' "
        f"AND NOT ({sound}) AND id IN (SELECT o FROM line) ORDER BY text"
    )
    for (text,) in typed.fetchall():
        line = f"<urn:a> <urn:b> {text} ."
        (quad,) = ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES)
        if isinstance(quad.object, ox.Literal) and not form.is_canonical(quad.object):
            stated = columns.rows(f"SELECT line FROM line WHERE o = code({quoted(text)}) LIMIT 1")
            name, number = places.of_line(columns, inputs, stated[0][0])
            better = form.canonical(quad.object)
            raise InputError(
                f"a store would not keep the literal {text} as it is written",
                file=name,
                line=number,
                hint=f"Write {better}." if better else "Its datatype, or its form, is not known.",
            )


def _normal(line: str, where: Where) -> str:
    """Give the canonical form of a line, "" of one that says nothing; refuse all else."""
    try:
        quads = list(ox.parse(line.encode(), format=ox.RdfFormat.N_QUADS))
    except SyntaxError as error:
        name, number = where(line)
        raise SyntaxFault(str(error.msg), file=name, line=number, column=error.offset) from None
    if not quads:
        return ""
    (quad,) = quads
    reason = _refused(quad)
    if reason:
        name, number = where(line)
        raise InputError(reason[0], file=name, line=number, hint=reason[1])
    return f"{quad} ."


def _refused(quad: ox.Quad) -> tuple[str, str] | None:
    if not isinstance(quad.graph_name, ox.DefaultGraph):
        return (
            "the statement is in a named graph, and authors write none",
            "The bare triples of mag:stated are derived; import a built graph from its folder.",
        )
    if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
        return ("a blank node has no identity", "Give it an IRI of its own, such as <#e-1>.")
    if isinstance(quad.object, ox.Triple):
        return ("a triple term is not read", "Write the statement with an IRI of its own.")
    return None


def _parsed(path: Path, line: str) -> tuple[str | None, int | None]:
    """Name the file that was parsed first; which of its lines said what is not known."""
    del line
    return shown(path), None


def _unreadable(paths: Sequence[Path], error: Exception) -> InputError:
    """Name the file, and the line if it can be found, that DuckDB could not read."""
    for path in paths:
        with opened(path) as file:
            for number, each in enumerate(file, 1):
                try:
                    each.decode()
                except UnicodeDecodeError:
                    return InputError("the line is not UTF-8", file=shown(path), line=number)
                if len(each) > _LONGEST:
                    told = f"the line is longer than {_LONGEST >> 20} MB"
                    return InputError(told, file=shown(path), line=number)
    return InputError(str(error).partition("\n")[0], file=shown(paths[0]))


@contextmanager
def _as_lines(path: Path, place: Path) -> Iterator[Path]:
    """Write a file of another format as N-Quads in a folder for what is temporary."""
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        made = Path(folder) / "lines.nq"
        try:
            with made.open("wb") as out:
                parsed = ox.parse(path=path, format=OTHER[path.suffix])
                ox.serialize(parsed, out, format=ox.RdfFormat.N_QUADS)
        except SyntaxError as error:
            raise SyntaxFault(
                str(error.msg), file=shown(path), line=error.lineno, column=error.offset
            ) from None
        except OSError as error:
            if error.errno in _FULL:
                raise
            raise InputError(f"the file cannot be read: {error}", file=shown(path)) from None
        yield made
