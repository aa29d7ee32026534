"""Results written in every format are read back by others as the same terms."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pyoxigraph as ox
import pytest

from magkg.errors import InputError
from magkg.store.interface import IRI, Blank, Literal, Solutions, Term
from magkg.store.oxigraph import term
from magkg.vocabulary import XSD
from magkg.web.sparql.results import Limit, boolean, rows

NASTY = [
    "", " ", "a\tb", "a\nb", "a\rb", "a\r\nb", '"', "'", "\\", "\\n", ",", "=1+1", "<a>", "&amp;",
    "]]>", "<!--", "\u202e", "\u00e9", "\U0001f600", "\u2028", "</literal>", "?x", "\x7f", "\u0085",
    " lead", "trail ", "%s", "{}", "a" * 5_000,
]  # fmt: skip
CONTROLS = ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"]
ENDLESS = Limit(10**6, 10**9)
FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "tsv": ox.QueryResultsFormat.TSV,
}


def terms(texts: list[str]) -> list[Term]:
    found: list[Term] = [IRI("urn:x:a"), IRI("http://x/\u00e9?a=1&b='2'"), Blank("_:b0")]
    for each in texts:
        found += [Literal(each), Literal(each, language="en"), Literal(each, "urn:x:type")]
    return [*found, Literal("1", XSD + "integer"), Literal("true", XSD + "boolean")]


def table(texts: list[str]) -> list[tuple[Term | None, ...]]:
    found = terms(texts)
    pairs = list(zip(found, reversed(found), strict=True))
    return [*pairs, (None, found[0]), (found[0], None), (None, None)]


def written(writer: str, given: list[tuple[Term | None, ...]], limit: Limit = ENDLESS) -> bytes:
    return rows(Solutions(("x", "y"), iter(given)), writer, limit)[0]


@pytest.mark.parametrize("writer", FORMATS)
def test_pyoxigraph_reads_the_same_terms(writer: str) -> None:
    given = table(NASTY if writer == "xml" else NASTY + CONTROLS)
    found = ox.parse_query_results(written(writer, given), format=FORMATS[writer])
    assert isinstance(found, ox.QuerySolutions)
    assert [each.value for each in found.variables] == ["x", "y"]
    read = [tuple(None if v is None else term(v) for v in row) for row in found]
    # pyoxigraph strips the text of an XML element (rdflib, below, does not).
    strip = writer == "xml"
    assert [_plain(row, strip) for row in read] == [_plain(row, strip) for row in given]


@pytest.mark.parametrize("writer", ["json", "xml"])
def test_rdflib_reads_the_same_rows(writer: str) -> None:
    results = pytest.importorskip("rdflib.query")
    given = table(NASTY)[:-3]  # without unbound cells
    found = results.Result.parse(io.BytesIO(written(writer, given)), format=writer)
    assert [[str(each) for each in row] for row in found] == [
        [each.label if isinstance(each, Blank) else str(each) for each in row] for row in given
    ]


def test_csv_holds_the_plain_values() -> None:
    given = table(NASTY)
    text = written("csv", given).decode()
    assert text.startswith("x,y\r\n")
    found = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert found == [["" if each is None else str(each) for each in row] for row in given]


@pytest.mark.parametrize("control", CONTROLS)
def test_xml_says_what_it_cannot_hold(control: str) -> None:
    with pytest.raises(InputError, match=r"U\+"):
        written("xml", [(Literal(control), None)])


@pytest.mark.parametrize("writer", ["json", "xml", "csv", "tsv"])
def test_an_empty_answer_has_its_variables_and_no_row(writer: str) -> None:
    body = written(writer, [])
    if writer == "csv":
        assert body == b"x,y\r\n"
    else:
        found = ox.parse_query_results(body, format=FORMATS[writer])
        assert isinstance(found, ox.QuerySolutions)
        assert list(found) == []


@pytest.mark.parametrize("writer", ["json", "xml", "csv", "tsv"])
def test_a_limit_of_rows_is_said(writer: str) -> None:
    given: list[tuple[Term | None, ...]] = [(Literal(str(n)), None) for n in range(5)]
    body, limited = rows(Solutions(("x", "y"), iter(given)), writer, Limit(3, 10**6))
    assert limited == "rows=3"
    assert body.count(b"\n") == {"json": 5, "xml": 10, "csv": 4, "tsv": 4}[writer]
    assert rows(Solutions(("x", "y"), iter(given)), writer, Limit(5, 10**6))[1] == ""
    if writer == "json":
        assert json.loads(body)["magkg"] == {"limited": {"rows": 3}}
    if writer == "xml":
        assert b"<!-- magkg: limited, rows=3" in body
    if writer in FORMATS:
        found = ox.parse_query_results(body, format=FORMATS[writer])
        assert isinstance(found, ox.QuerySolutions)
        assert len(list(found)) == 3


@pytest.mark.parametrize("writer", ["json", "xml", "csv", "tsv"])
def test_no_answer_is_larger_than_its_limit(writer: str) -> None:
    given: list[tuple[Term | None, ...]] = [(Literal("\u00e9" * 50), None) for n in range(100)]
    for largest in (600, 1_000, 1_001, 5_000):
        body, limited = rows(Solutions(("x", "y"), iter(given)), writer, Limit(1_000, largest))
        assert len(body) <= largest
        assert limited == f"bytes={largest}"
        assert "\u00e9".encode() in body


def test_booleans() -> None:
    for value in (True, False):
        for writer in ("json", "xml"):
            found = ox.parse_query_results(boolean(value, writer), format=FORMATS[writer])
            assert isinstance(found, ox.QueryBoolean)
            assert bool(found) is value
        assert boolean(value, "csv").decode().strip() == str(value).lower()


def _plain(row: tuple[Term | None, ...], strip: bool) -> tuple[object, ...]:
    return tuple(
        "blank"
        if isinstance(each, Blank)
        else replace(each, value=each.value.strip())
        if strip and isinstance(each, Literal)
        else each
        for each in row
    )
