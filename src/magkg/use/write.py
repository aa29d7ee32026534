"""Rows written to a text stream: table, CSV, TSV, JSON, Markdown; row by row but for the table."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from magkg import vocabulary
from magkg.errors import UnknownName
from magkg.store.interface import IRI, Blank, Term
from magkg.use.plain import one_line
from magkg.use.terms import as_term

if TYPE_CHECKING:
    from magkg.use.rows import Rows

__all__ = ["FORMATS", "boolean", "columns", "ntriples", "write"]

# A last column that is wrapped has at least so many characters.
_NARROW = 10
# On a terminal a column of longer cells has at least so many; where there is no room for that, or
# a word would break, rows are written as records.
_READABLE = 20
_GAP = 2
# A proposition on a terminal: `magkg why` takes a beginning of its digits.
_PROPOSITION = re.compile(r"\b(prop:[0-9a-f]{8})[0-9a-f]{56}\b")
# SPARQL 1.1 CSV: a field with one of these is quoted (RFC 4180).
_CSV = re.compile(r'[",\r\n]')
# N-Triples, production STRING_LITERAL_QUOTE, and the tab that TSV keeps for itself.
_TSV = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_MARKDOWN = str.maketrans({"\\": "\\\\", "|": "\\|", "<": "\\<", "`": "\\`", "*": "\\*"})


def write(rows: Rows, form: str, out: TextIO) -> int:
    """Write the rows in one of FORMATS; gives their number.

    ``out`` must not translate line ends (CSV ends its lines with CRLF). Raises UnknownName for a
    format that is not there.
    """
    if form not in _WRITERS:
        raise UnknownName("format", form, _WRITERS)
    return _WRITERS[form](rows, out)


def boolean(value: bool, form: str, out: TextIO) -> None:
    """Write the answer to an ASK: SPARQL Results JSON, or the word true or false.

    SPARQL 1.1 defines no CSV or TSV for it.
    """
    if form not in _WRITERS:
        raise UnknownName("format", form, _WRITERS)
    answer = json.dumps({"head": {}, "boolean": value})
    out.write(f"{answer if form == 'json' else str(value).lower()}\n")


def _csv(rows: Rows, out: TextIO) -> int:
    """SPARQL 1.1 Query Results CSV: plain values, CRLF. Values that look like formulas stay."""
    out.write(",".join(map(_quoted, rows.variables)) + "\r\n")
    count = 0
    for row in rows.stream():
        out.write(",".join("" if each is None else _quoted(str(each)) for each in row) + "\r\n")
        count += 1
    return count


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _CSV.search(text) else text


def _tsv(rows: Rows, out: TextIO) -> int:
    """SPARQL 1.1 Query Results TSV: ``?name`` headings, terms as in N-Triples."""
    out.write("\t".join(f"?{name}" for name in rows.variables) + "\n")
    count = 0
    for row in rows.stream():
        out.write("\t".join("" if each is None else ntriples(each) for each in row) + "\n")
        count += 1
    return count


def ntriples(term: Term) -> str:
    """Write a term as N-Triples does; tabs are escaped too, as TSV needs it."""
    if isinstance(term, Blank):
        return str(term)
    if isinstance(term, IRI):
        return f"<{term}>"
    text = f'"{term.value.translate(_TSV)}"'
    if term.language is not None:
        return f"{text}@{term.language}"
    plain = term.datatype == vocabulary.XSD + "string"
    return text if plain else f"{text}^^<{term.datatype}>"


def _json(rows: Rows, out: TextIO) -> int:
    """SPARQL 1.1 Query Results JSON, one binding a line."""
    names = json.dumps(list(rows.variables), ensure_ascii=False)
    out.write(f'{{"head": {{"vars": {names}}},\n "results": {{"bindings": [')
    count = 0
    for row in rows.stream():
        found = {
            name: as_term(term)
            for name, term in zip(rows.variables, row, strict=True)
            if term is not None
        }
        out.write(("," if count else "") + "\n  " + json.dumps(found, ensure_ascii=False))
        count += 1
    out.write("\n ]}}\n" if count else "]}}\n")
    return count


def _markdown(rows: Rows, out: TextIO) -> int:
    """A table of GitHub's Markdown; what it would take for markup is escaped."""
    out.write(f"| {' | '.join(rows.variables)} |\n|{'---|' * len(rows.variables)}\n")
    count = 0
    for row in rows.stream():
        cells = (_shown(each, rows.prefixes).translate(_MARKDOWN) for each in row)
        out.write(f"| {' | '.join(cells)} |\n")
        count += 1
    return count


def _shown(term: Term | None, prefixes: Mapping[str, str]) -> str:
    """Give a term for the eye: one line, IRIs as prefixed names, unseen characters as escapes."""
    if term is None:
        return ""
    text = vocabulary.shrink(term, prefixes) if isinstance(term, IRI) else str(term)
    return one_line(text)


def _table(rows: Rows, out: TextIO) -> int:
    """A table for the eye: fitted to a terminal, else aligned in full, one row a line."""
    cells = [[_shown(each, rows.prefixes) for each in row] for row in rows.stream()]
    if not out.isatty():
        _aligned(rows.variables, cells, out)
        return len(cells)
    width = shutil.get_terminal_size().columns
    cells = [[_PROPOSITION.sub(r"\1…", cell) for cell in row] for row in cells]
    widths = _widths(rows.variables, cells, width)
    if widths is None:
        _records(rows.variables, cells, out, width)
    else:
        _wrapped(rows.variables, cells, out, widths)
    return len(cells)


def _widths(names: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Share a width among columns, so that no word breaks; None where it is not enough.

    A column has room for its longest word, and for _READABLE characters where it is longer. What
    is left goes where a column has the most to wrap.
    """
    from rich.cells import cell_len

    columns = list(zip(names, *cells, strict=True))
    whole = [max(map(cell_len, column)) for column in columns]
    words = [
        max(cell_len(w) for cell in column for w in cell.split() or [""]) for column in columns
    ]
    found = [max(word, min(full, _READABLE)) for word, full in zip(words, whole, strict=True)]
    left = width - sum(found) - _GAP * (len(found) - 1)
    if left < 0:
        return None
    while left and any(full > now for full, now in zip(whole, found, strict=True)):
        lines = [full / now for full, now in zip(whole, found, strict=True)]
        found[lines.index(max(lines))] += 1
        left -= 1
    return found


def columns(rows: Rows, names: Sequence[str], out: TextIO, *, most: int, width: int = 100) -> int:
    """Write some columns of the first ``most`` rows as aligned text; gives the number left out.

    The last column is wrapped, so that a line has ``width`` characters at most.
    """
    places = [rows.variables.index(name) for name in names]
    shown = (tuple(_shown(row[place], rows.prefixes) for place in places) for row in rows.stream())
    # Rows that differ only in other columns would look like mistakes.
    cells = list(dict.fromkeys(shown))
    _aligned(names, cells[:most], out, width)
    return max(0, len(cells) - most)


def _aligned(
    names: Sequence[str], cells: Iterable[Sequence[str]], out: TextIO, width: int | None = None
) -> None:
    """Columns side by side, one row a line; with a width in characters, the last is wrapped."""
    lines = [list(names), *map(list, cells)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))]
    if width is not None:
        left = sum(widths[:-1]) + 2 * (len(widths) - 1)
        widths[-1] = min(widths[-1], max(_NARROW, width - left))
        lines = [more for line in lines for more in _folded(line, widths[-1])]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        out.write("  ".join(padded).rstrip() + "\n")


def _folded(line: Sequence[str], width: int) -> list[list[str]]:
    """Give a row as several, of which the last cell has ``width`` characters at most."""
    first, *more = textwrap.wrap(line[-1], width) or [""]
    blank = [""] * (len(line) - 1)
    return [[*line[:-1], first], *([*blank, each] for each in more)]


def _records(names: Sequence[str], cells: Iterable[Sequence[str]], out: TextIO, width: int) -> None:
    """One block a row, a line or more a column, empty columns left out: for what is too wide."""
    first = max(map(len, names)) + _GAP
    for number, row in enumerate(cells, 1):
        out.write(f"-- {number} --\n")
        for name, cell in zip(names, row, strict=True):
            if cell:
                lines = textwrap.wrap(
                    cell,
                    max(_READABLE, width - first),
                    break_long_words=False,
                    break_on_hyphens=False,
                )
                out.write(name.ljust(first) + f"\n{' ' * first}".join(lines) + "\n")


def _wrapped(
    names: Sequence[str], cells: Iterable[Sequence[str]], out: TextIO, widths: Sequence[int]
) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # The gap is the padding of a column and the line between two, which is a blank.
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, _GAP - 1, 0, 0))
    for name, width in zip(names, widths, strict=True):
        table.add_column(Text(name), width=width, overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))  # Text: brackets in a cell are not markup
    wide = sum(widths) + _GAP * len(widths)
    Console(file=out, width=wide, highlight=False).print(table)


_WRITERS: Mapping[str, Callable[[Rows, TextIO], int]] = {
    "table": _table,
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "markdown": _markdown,
}
FORMATS = tuple(_WRITERS)
