"""Rows and booleans in the result formats of SPARQL 1.1: JSON, XML, CSV, TSV."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from json.encoder import encode_basestring as _quote

from magkg.errors import InputError
from magkg.store.interface import IRI, Blank, Row, Solutions, Term
from magkg.use.write import ntriples
from magkg.vocabulary import XSD

__all__ = ["WRITERS", "Limit", "boolean", "rows"]

_STRING = XSD + "string"
# SPARQL 1.1 CSV: a field with one of these is quoted (RFC 4180).
_QUOTED = re.compile(r'[",\r\n]')
_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
# What XML 1.0 cannot hold (production 2).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPARQL = "http://www.w3.org/2005/sparql-results#"


@dataclass(frozen=True, slots=True)
class Limit:
    """The most rows or triples, and the most bytes, of one answer."""

    rows: int
    largest: int


@dataclass(frozen=True, slots=True)
class _Form:
    """How a format is written: what is around the rows, and a cell of each column."""

    head: Callable[[Sequence[str], str], str]
    row: Callable[[Sequence[str], dict[Term, str]], Callable[[Row], str]]
    between: str
    end: Callable[[str], str]


def rows(found: Solutions, writer: str, limit: Limit) -> tuple[bytes, str]:
    """Write rows in one of WRITERS; give the bytes, and which limit ended them: rows=N, bytes=N.

    The second is "" for a whole answer. Raises InputError for what XML cannot hold.
    """
    form = WRITERS[writer]
    write = form.row(found.variables, {})
    flag = f"bytes={limit.largest}"
    parts: list[bytes] = []
    size = len((form.head(found.variables, flag) + form.end(flag)).encode())
    between = form.between.encode()
    limited = ""
    source = iter(found)
    for row in islice(source, limit.rows):
        part = write(row).encode()
        size += len(part) + len(between)
        if size > limit.largest:
            limited = flag
            break
        parts.append(part)
    else:
        if len(parts) == limit.rows and next(source, None) is not None:
            limited = f"rows={limit.rows}"
    head = form.head(found.variables, limited).encode()
    return head + between.join(parts) + form.end(limited).encode(), limited


def boolean(value: bool, writer: str) -> bytes:
    """Write the answer to an ASK; as CSV and TSV, which SPARQL does not define, the bare word."""
    word = "true" if value else "false"
    if writer == "json":
        return f'{{"head": {{}}, "boolean": {word}}}\n'.encode()
    if writer == "xml":
        return f"{_PROLOGUE}<head/>\n<boolean>{word}</boolean>\n</sparql>\n".encode()
    return f"{word}\n".encode()


def _json_head(names: Sequence[str], limited: str) -> str:
    # Before the rows: pyoxigraph reads no member behind them.
    name, _, number = limited.partition("=")
    flag = f'"magkg": {{"limited": {{"{name}": {number}}}}}, ' if limited else ""
    listed = ", ".join(map(_quote, names))
    return f'{{"head": {{"vars": [{listed}]}}, {flag}"results": {{"bindings": [\n'


def _json_end(limited: str) -> str:
    return "\n]}}\n"


def _json_row(names: Sequence[str], known: dict[Term, str]) -> Callable[[Row], str]:
    bound = _bound([f"{_quote(name)}: " for name in names], known, _json)
    return lambda row: "{" + ", ".join(bound(row)) + "}"


def _bound(
    keys: Sequence[str], known: dict[Term, str], cell: Callable[[Term], str]
) -> Callable[[Row], list[str]]:
    """Write the cells of a row that are bound, each behind the key of its column."""

    def cells(row: Row) -> list[str]:
        found = []
        for key, term in zip(keys, row, strict=True):
            if term is not None:
                said = known.get(term)
                if said is None:
                    said = known[term] = cell(term)
                found.append(key + said)
        return found

    return cells


def _json(term: Term) -> str:
    if isinstance(term, Blank):
        return f'{{"type": "bnode", "value": {_quote(term.label)}}}'
    if isinstance(term, IRI):
        return f'{{"type": "uri", "value": {_quote(term)}}}'
    more = ""
    if term.language is not None:
        more = f', "xml:lang": {_quote(term.language)}'
    elif term.datatype != _STRING:
        more = f', "datatype": {_quote(term.datatype)}'
    return f'{{"type": "literal", "value": {_quote(term.value)}{more}}}'


_PROLOGUE = f'<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="{_SPARQL}">\n'


def _xml_head(names: Sequence[str], limited: str) -> str:
    each = "".join(f'<variable name="{_xml_text(name)}"/>' for name in names)
    return f"{_PROLOGUE}<head>{each}</head>\n<results>\n"


def _xml_end(limited: str) -> str:
    note = f"<!-- magkg: limited, {limited}; there is more -->\n" if limited else ""
    return f"</results>\n{note}</sparql>\n"


def _xml_row(names: Sequence[str], known: dict[Term, str]) -> Callable[[Row], str]:
    keys = [f'<binding name="{_xml_text(name)}">' for name in names]
    bound = _bound(keys, known, lambda term: f"{_xml(term)}</binding>")
    return lambda row: f"<result>{''.join(bound(row))}</result>\n"


def _xml(term: Term) -> str:
    if isinstance(term, Blank):
        return f"<bnode>{_xml_text(term.label)}</bnode>"
    if isinstance(term, IRI):
        return f"<uri>{_xml_text(term)}</uri>"
    more = ""
    if term.language is not None:
        more = f' xml:lang="{_xml_text(term.language)}"'
    elif term.datatype != _STRING:
        more = f' datatype="{_xml_text(term.datatype)}"'
    return f"<literal{more}>{_xml_text(term.value)}</literal>"


def _xml_text(text: str) -> str:
    if found := _NOT_XML.search(text):
        raise InputError(
            f"the answer holds U+{ord(found[0]):04X}, which XML cannot hold",
            hint="Ask for JSON: application/sparql-results+json.",
        )
    return text.translate(_XML)


def _plain(
    cell: Callable[[Term], str], mark: str, end: str
) -> Callable[[Sequence[str], dict[Term, str]], Callable[[Row], str]]:
    def of(names: Sequence[str], known: dict[Term, str]) -> Callable[[Row], str]:
        def cells(row: Row) -> Iterator[str]:
            for term in row:
                found = "" if term is None else known.get(term)
                if found is None:
                    assert term is not None
                    found = known[term] = cell(term)
                yield found

        return lambda row: mark.join(cells(row)) + end

    return of


def _csv(term: Term) -> str:
    text = str(term)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _unsaid(limited: str) -> str:
    return ""


WRITERS: Mapping[str, _Form] = {
    "json": _Form(_json_head, _json_row, ",\n", _json_end),
    "xml": _Form(_xml_head, _xml_row, "", _xml_end),
    "csv": _Form(lambda names, _: ",".join(names) + "\r\n", _plain(_csv, ",", "\r\n"), "", _unsaid),
    "tsv": _Form(
        lambda names, _: "\t".join(f"?{name}" for name in names) + "\n",
        _plain(ntriples, "\t", "\n"),
        "",
        _unsaid,
    ),
}
