from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
from typing import TYPE_CHECKING, TextIO

import pyoxigraph as ox
import pytest

from magkg.errors import UnknownName
from magkg.store.interface import IRI, Blank, Literal
from magkg.use import write as module
from magkg.use.write import FORMATS, boolean, write
from magkg.vocabulary import XSD
from tests.use.made import rows_of

if TYPE_CHECKING:
    from magkg.use.rows import Rows

NASTY = 'say "a, b"\r\nand\ttab \\ | <b> * `'


def rows() -> Rows:
    return rows_of(
        ("thing", "text", "n"),
        [
            (IRI("https://w3id.org/magkg/concept/zinc"), Literal(NASTY, language="en"), None),
            (Blank("_:b0"), Literal("=1+1"), Literal("7", XSD + "integer")),
            (IRI("urn:x"), Literal(""), Literal("1.5", XSD + "decimal")),
        ],
    )


def written(form: str, found: Rows | None = None) -> str:
    out = io.StringIO(newline="")
    count = write(rows() if found is None else found, form, out)
    assert count == 3 or found is not None
    return out.getvalue()


def test_csv_is_that_of_the_recommendation() -> None:
    assert written("csv") == (
        "thing,text,n\r\n"
        'https://w3id.org/magkg/concept/zinc,"say ""a, b""\r\nand\ttab \\ | <b> * `",\r\n'
        "_:b0,=1+1,7\r\n"
        "urn:x,,1.5\r\n"
    )
    read = list(csv.reader(io.StringIO(written("csv"), newline="")))
    assert read[1] == ["https://w3id.org/magkg/concept/zinc", NASTY, ""]


def test_tsv_is_that_of_the_recommendation() -> None:
    assert written("tsv") == (
        "?thing\t?text\t?n\n"
        "<https://w3id.org/magkg/concept/zinc>\t"
        '"say \\"a, b\\"\\r\\nand\\ttab \\\\ | <b> * `"@en\t\n'
        f'_:b0\t"=1+1"\t"7"^^<{XSD}integer>\n'
        f'<urn:x>\t""\t"1.5"^^<{XSD}decimal>\n'
    )


@pytest.mark.parametrize(
    ("form", "media"),
    [("json", ox.QueryResultsFormat.JSON), ("tsv", ox.QueryResultsFormat.TSV)],
)
def test_another_reader_reads_the_same(form: str, media: ox.QueryResultsFormat) -> None:
    found = ox.parse_query_results(input=written(form), format=media)
    assert isinstance(found, ox.QuerySolutions)
    assert [each.value for each in found.variables] == ["thing", "text", "n"]
    first, second, third = list(found)
    assert first["text"] == ox.Literal(NASTY, language="en")
    assert first["n"] is None
    assert isinstance(second["thing"], ox.BlankNode)
    assert third["n"] == ox.Literal("1.5", datatype=ox.NamedNode(XSD + "decimal"))


def test_json_is_the_same_as_the_object() -> None:
    assert json.loads(written("json")) == rows().as_json()
    empty = rows_of(("a",), [])
    assert json.loads(written("json", empty)) == {
        "head": {"vars": ["a"]},
        "results": {"bindings": []},
    }


def test_markdown_escapes_what_would_be_markup() -> None:
    lines = written("markdown").splitlines()
    assert lines[:2] == ["| thing | text | n |", "|---|---|---|"]
    assert lines[2] == ('| con:zinc | say "a, b" and tab \\\\ \\| \\<b> \\* \\` |  |')
    assert len(lines) == 5


def test_table_in_a_pipe_is_plain_and_whole() -> None:
    long = "word " * 60
    found = rows_of(
        ("a", "text"), [(IRI("https://w3id.org/magkg/ns#Claim"), Literal(long.strip()))]
    )
    assert written("table", found).splitlines() == [
        "a          text",
        "---------  " + "-" * 299,
        f"mag:Claim  {long.strip()}",
    ]
    assert written("table", rows_of(("a",), [])) == "a\n-\n"
    assert written("table", rows_of((), [])).strip() == ""


def test_unseen_characters_are_shown_and_not_obeyed() -> None:
    evil = Literal("a\x1b[31mb\u202ec\x07\x00\ufeff")
    for form in ("table", "markdown"):
        text = written(form, rows_of(("x",), [(evil,)]))
        assert not {"\x1b", "\u202e", "\x07", "\x00", "\ufeff"} & set(text)
        assert "u202e" in text


def on_terminal(found: Rows, columns: int, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    leader, follower = pty.openpty()
    out: TextIO
    with os.fdopen(follower, "w", encoding="utf-8") as out:
        assert out.isatty()
        write(found, "table", out)
        out.flush()
    data = b""
    while chunk := _chunk(leader):
        data += chunk
    os.close(leader)
    return data.decode().replace("\r\n", "\n")


def _chunk(leader: int) -> bytes:
    try:
        return os.read(leader, 100_000)
    except OSError:  # what a terminal says at its end
        return b""


def test_table_on_a_terminal_wraps_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = rows_of(("a", "b"), [(Literal("[bold]x[/bold]"), Literal("word " * 40))])
    text = on_terminal(found, 60, monkeypatch)
    assert "[bold]x[/bold]" in text
    assert text.count("word") == 40
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert max(len(line) for line in plain.split("\n")) == 60
    assert len(text.splitlines()) > 4


def test_table_of_many_columns_is_written_as_records(monkeypatch: pytest.MonkeyPatch) -> None:
    names = tuple(f"column_{n}" for n in range(12))
    row = (Literal("x"), None, *(Literal(str(n)) for n in range(10)))
    text = on_terminal(rows_of(names, [row, row]), 80, monkeypatch)
    assert text.startswith("-- 1 --\ncolumn_0   x\ncolumn_2   0\n")
    assert "-- 2 --" in text
    assert "column_1 " not in text


@pytest.mark.parametrize("width", [80, 110, 160])
def test_no_word_is_broken_on_a_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("claim", "verdict", "strength", "against", "gist", "role", "n", "source")
    row = tuple(
        map(Literal, ("src:a#words-of-a-claim", "mag:inconclusiveBody", "mag:strengthVeryLow",
                      "mag:strengthNone", "word " * 30, "mag:object", "7", "src:a-source"))
    )  # fmt: skip
    text = on_terminal(rows_of(names, [row]), width, monkeypatch)
    assert {"src:a#words-of-a-claim", "mag:inconclusiveBody", "mag:strengthVeryLow"} <= set(
        text.split()
    )
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert max(map(len, plain.split("\n"))) <= width
    assert text.startswith("-- 1 --") == (width < 160)


def test_a_proposition_is_short_on_a_terminal_and_whole_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    digits = "1135ac40" + "0" * 56
    found = [(IRI(f"https://w3id.org/magkg/proposition/{digits}"),)]
    assert "prop:1135ac40…" in on_terminal(rows_of(("p",), found), 110, monkeypatch)
    for form in FORMATS:
        assert digits in written(form, rows_of(("p",), found))


def test_booleans() -> None:
    out = io.StringIO()
    for form in FORMATS:
        boolean(True, form, out)
    assert out.getvalue() == 'true\ntrue\ntrue\n{"head": {}, "boolean": true}\ntrue\n'


def test_unknown_formats_have_the_nearest() -> None:
    for call in (
        lambda: write(rows(), "jsn", io.StringIO()),
        lambda: boolean(True, "jsn", io.StringIO()),
    ):
        with pytest.raises(UnknownName) as caught:
            call()
        assert caught.value.suggestions == ["json"]


def test_rows_are_written_as_they_come() -> None:
    """Nothing but the table waits for the last row."""
    out = io.StringIO()

    def source() -> object:
        yield (Literal("one"),)
        assert "one" in out.getvalue()
        yield (Literal("two"),)

    for form in FORMATS[1:]:
        out.seek(0)
        out.truncate()
        assert write(rows_of(("x",), source()), form, out) == 2  # type: ignore[arg-type]
    assert module.FORMATS == ("table", "csv", "tsv", "json", "markdown")
