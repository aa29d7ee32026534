from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from magkg.errors import MagkgError, UnknownName
from magkg.store.interface import IRI, Blank, Literal, Solutions, Term
from magkg.use.rows import Rows
from magkg.use.terms import as_term, to_python
from magkg.vocabulary import XSD
from tests.use.made import rows_of

ONE = (IRI("https://w3id.org/magkg/concept/zinc"), Literal("Zinc", language="en"), None)
TWO = (Blank("_:b0"), Literal("7", XSD + "integer"), Literal("1.5", XSD + "decimal"))


def rows() -> Rows:
    return rows_of(("thing", "label", "number"), [ONE, TWO])


def test_rows_have_names() -> None:
    first = rows()[0]
    assert first.thing == first["thing"] == ONE[0]
    assert first.number is None
    assert dict(first) == dict(zip(("thing", "label", "number"), ONE, strict=True))
    assert len(first) == 3
    assert "thing" in first
    assert "other" not in first
    assert not hasattr(first, "other")
    with pytest.raises(AttributeError, match="thing, label, number"):
        _ = first.other
    with pytest.raises(KeyError):
        _ = first["other"]
    assert repr(first) == (
        "Row(thing='https://w3id.org/magkg/concept/zinc', label='Zinc', number=None)"
    )
    assert first == rows()[0]
    assert len({first, rows()[0], rows()[1]}) == 2
    assert copy.copy(first) == first


def test_rows_can_be_read_again_and_are_fetched_when_asked_for() -> None:
    fetched = []

    def source() -> Iterator[tuple[Term | None, ...]]:
        for row in (ONE, TWO):
            fetched.append(row)
            yield row

    found = Rows(Solutions(("a", "b", "c"), source()), title="some")
    assert fetched == []
    assert bool(found)
    assert fetched == [ONE]
    assert next(iter(found)).a == ONE[0]
    assert fetched == [ONE]
    assert len(found) == 2
    assert [row.a for row in found] == [row.a for row in found] == [ONE[0], TWO[0]]
    assert found[-1].a == TWO[0]
    assert found.column("b") == [ONE[1], TWO[1]]
    assert repr(found) == "<Rows of some: a, b, c>"
    with pytest.raises(IndexError, match="2 rows"):
        _ = found[2]
    with pytest.raises(UnknownName) as caught:
        found.column("B")
    assert caught.value.suggestions == ["b"]
    assert not rows_of(("a",), [])


def test_a_stream_keeps_nothing() -> None:
    found = rows()
    assert bool(found)
    assert list(found.stream()) == [ONE, TWO]
    with pytest.raises(MagkgError, match="streamed"):
        len(found)
    whole = rows()
    assert len(whole) == 2
    assert list(whole.stream()) == [ONE, TWO] == list(whole.stream())


def test_reading_fetches_no_row_ahead_and_a_limit_one() -> None:
    fetched = []

    def source(most: int) -> Iterator[tuple[Term | None, ...]]:
        for number in range(most):
            fetched.append(number)
            yield (Literal(str(number)),)

    found = iter(Rows(Solutions(("n",), source(1_000_000))))
    assert [str(next(found).n) for _ in range(3)] == ["0", "1", "2"]
    assert len(fetched) == 3
    fetched.clear()
    stream = Rows(Solutions(("n",), source(1_000_000))).stream()
    assert [str(next(stream)[0]) for _ in range(3)] == ["0", "1", "2"]
    assert len(fetched) == 3
    fetched.clear()
    limited = Rows(Solutions(("n",), source(1_000_000)), limit=5)
    assert not limited.limited
    assert len(limited) == 5
    assert limited.limited
    assert "<p>5 rows, and there are more: a limit was set</p>" in limited._repr_html_()
    assert len(fetched) == 6
    for most in (4, 5):
        whole = Rows(Solutions(("n",), source(most)), limit=5)
        assert (len(list(whole.stream())), whole.limited) == (most, False)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (None, None),
        (IRI("urn:x"), "urn:x"),
        (Blank("_:x"), "_:x"),
        (Literal("x", language="en"), "x"),
        (Literal("7", XSD + "integer"), 7),
        (Literal("1.50", XSD + "decimal"), Decimal("1.50")),
        (Literal("true", XSD + "boolean"), True),
        (Literal("1e3", XSD + "double"), 1000.0),
        (Literal("INF", XSD + "float"), float("inf")),
        (Literal("many", XSD + "double"), "many"),
        (Literal("7", XSD + "unsignedInt"), 7),
        (Literal("few", XSD + "int"), "few"),
        (Literal("2024-05-01", XSD + "date"), date(2024, 5, 1)),
        (Literal("2024-05-01T10:00:00Z", XSD + "dateTime"), datetime(2024, 5, 1, 10, tzinfo=UTC)),
    ],
)
def test_python_values(term: Term | None, value: object) -> None:
    found = to_python(term)
    assert found == value
    assert type(found) is type(value)


def test_to_python_gives_dicts() -> None:
    assert rows().to_python()[1] == {"thing": "_:b0", "label": 7, "number": Decimal("1.5")}


def test_json_is_that_of_the_recommendation() -> None:
    assert rows().as_json() == {
        "head": {"vars": ["thing", "label", "number"]},
        "results": {
            "bindings": [
                {
                    "thing": {"type": "uri", "value": "https://w3id.org/magkg/concept/zinc"},
                    "label": {"type": "literal", "value": "Zinc", "xml:lang": "en"},
                },
                {
                    "thing": {"type": "bnode", "value": "b0"},
                    "label": {"type": "literal", "value": "7", "datatype": XSD + "integer"},
                    "number": {"type": "literal", "value": "1.5", "datatype": XSD + "decimal"},
                },
            ]
        },
    }
    assert as_term(Literal("x")) == {"type": "literal", "value": "x"}


def test_pandas_has_types() -> None:
    pd = pytest.importorskip("pandas")
    one, half = Literal("1", XSD + "integer"), Literal("1.5", XSD + "decimal")
    yes = Literal("true", XSD + "boolean")
    frame = rows_of(
        ("n", "d", "b", "t", "none"),
        [
            (one, half, yes, IRI("urn:x"), None),
            (None, None, None, Literal("y"), None),
        ],
    ).to_pandas()
    assert list(frame.columns) == ["n", "d", "b", "t", "none"]
    assert [str(each) for each in frame.dtypes[:3]] == ["Int64", "Float64", "boolean"]
    assert pd.api.types.is_string_dtype(frame["t"])
    assert frame["n"].sum() == 1
    assert frame.isna().to_numpy().sum() == 5
    empty = rows_of(("a", "b"), []).to_pandas()
    assert list(empty.columns) == ["a", "b"]
    assert len(empty) == 0


def test_without_pandas_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MagkgError, match=r"magkg\[pandas\]"):
        rows().to_pandas()


def test_a_notebook_shows_a_table_and_runs_nothing() -> None:
    evil = (
        IRI("javascript:alert(1)"),
        Literal('<script>alert("x")</script>'),
        IRI('https://example.org/"onclick="x'),
    )
    turned = rows_of(("a",), [(Literal("safe \u202eelbisrever"),)])._repr_html_()
    assert "\u202e" not in turned
    assert "\\u202e" in turned
    shown = rows_of(("<a>", "b", "c"), [ONE, evil])._repr_html_()
    assert '<a href="https://w3id.org/magkg/concept/zinc">con:zinc</a>' in shown
    assert "<script>" not in shown
    assert 'href="javascript' not in shown
    assert '"onclick' not in shown
    assert "<th>&lt;a&gt;</th>" in shown
    assert "<p>2 rows</p>" in shown
    many = rows_of(("a",), [(Literal(str(n)),) for n in range(60)])._repr_html_()
    assert "<p>50 of 60 rows</p>" in many
    assert "<td>49</td>" in many
    assert "<td>50</td>" not in many


def test_a_slice_is_a_list_of_rows() -> None:
    found = rows_of(("n",), [(Literal(str(number)),) for number in range(4)])
    assert [row.to_python()["n"] for row in found[:2]] == ["0", "1"]
    assert found[-1:] == [found[3]]
    assert found[4:] == []
