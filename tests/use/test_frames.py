"""Columns of one type each, in Arrow, pandas and Polars: the same values in all three."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from magkg.errors import MagkgError
from magkg.store.interface import IRI, Blank, Literal, Term
from magkg.use import frames
from magkg.use.rows import Rows
from magkg.vocabulary import XSD
from tests.use.made import rows_of

CON = "https://w3id.org/magkg/concept/"


def lit(text: str, kind: str = "string") -> Literal:
    return Literal(text, XSD + kind)


def rows() -> Rows:
    names = ("whole", "part", "float", "yes", "day", "moment", "text", "iri", "mixed", "none")
    return rows_of(
        names,
        [
            (
                lit("1", "integer"), lit("1.5", "decimal"), lit("1e3", "double"),
                lit("true", "boolean"), lit("2024-05-01", "date"),
                lit("2024-05-01T10:00:00Z", "dateTime"), Literal("a", language="en"),
                IRI(CON + "zinc"), lit("7", "integer"), None,
            ),
            (None,) * 10,
            (
                lit("-7", "integer"), lit("-20.25", "decimal"), lit("INF", "float"),
                lit("0", "boolean"), lit("0001-01-01", "date"),
                lit("2024-05-01T12:00:00+02:00", "dateTime"), lit("b"), Blank("_:b0"),
                IRI(CON + "zinc"), None,
            ),
        ],
    )  # fmt: skip


MOMENT = datetime(2024, 5, 1, 10, tzinfo=UTC)
VALUES: dict[str, list[Any]] = {
    "whole": [1, None, -7],
    "part": [Decimal("1.5"), None, Decimal("-20.25")],
    "float": [1000.0, None, float("inf")],
    "yes": [True, None, False],
    "day": [date(2024, 5, 1), None, date(1, 1, 1)],
    "moment": [MOMENT, None, MOMENT],
    "text": ["a", None, "b"],
    "iri": [CON + "zinc", None, "_:b0"],
    "mixed": ["7", None, CON + "zinc"],
    "none": [None, None, None],
}


def test_arrow_has_types_and_nulls() -> None:
    pa = pytest.importorskip("pyarrow")
    table = rows().to_arrow()
    assert table.to_pydict() == VALUES
    assert [str(field.type) for field in table.schema] == [
        "int64", "decimal128(4, 2)", "double", "bool", "date32[day]", "timestamp[us, tz=UTC]",
        "string", "string", "string", "string",
    ]  # fmt: skip
    assert isinstance(table, pa.Table)
    assert rows().to_arrow(curies=True)["iri"].to_pylist() == ["con:zinc", None, "_:b0"]


def test_polars_has_the_same() -> None:
    pytest.importorskip("polars")
    frame = rows().to_polars()
    assert frame.to_dict(as_series=False) == VALUES
    assert [str(kind) for kind in frame.dtypes[:5]] == [
        "Int64", "Decimal(precision=4, scale=2)", "Float64", "Boolean", "Date",
    ]  # fmt: skip
    assert rows().to_polars(curies=True)["mixed"].to_list() == ["7", None, "con:zinc"]


def test_pandas_has_the_same_but_for_decimals() -> None:
    pd = pytest.importorskip("pandas")
    frame = rows().to_pandas()
    assert [str(kind) for kind in frame.dtypes[:4]] == ["Int64", "Float64", "Float64", "boolean"]
    assert [str(kind) for kind in frame.dtypes[4:6]] == ["datetime64[s]", "datetime64[us, UTC]"]
    assert all(pd.api.types.is_string_dtype(frame[name]) for name in ("text", "iri", "none"))
    assert frame["part"].tolist()[::2] == [1.5, -20.25]
    assert frame["day"].tolist()[2].year == 1
    assert frame["moment"].tolist()[2] == MOMENT
    assert frame.isna().sum().tolist() == [1] * 9 + [3]
    assert rows().to_pandas(curies=True)["iri"].tolist()[0] == "con:zinc"


def test_python_values_may_have_prefixed_names_too() -> None:
    assert rows().to_python(curies=True)[0]["iri"] == rows()[0].to_python(curies=True)["iri"]
    assert rows()[0].to_python(curies=True)["iri"] == "con:zinc"
    assert rows()[0].to_python()["iri"] == CON + "zinc"
    own = Rows(_solutions(IRI("urn:own:x")), prefixes={"own": "urn:own:"})
    assert own.to_python(curies=True) == [{"a": "own:x"}]
    assert own.to_arrow(curies=True).to_pydict() == {"a": ["own:x"]}


def _solutions(term: Term) -> Any:
    from magkg.store.interface import Solutions

    return Solutions(("a",), iter([(term,)]))


@pytest.mark.parametrize(
    ("terms", "kind"),
    [
        ([], "text"),
        ([None], "text"),
        ([lit("1", "integer"), lit("1.5", "decimal")], "decimal"),
        ([lit("1", "integer"), lit("1", "double")], "double"),
        ([lit("3", "nonNegativeInteger"), lit("1", "long")], "integer"),
        ([lit(str(2**63 - 1), "integer")], "integer"),
        ([lit(str(2**63), "integer")], "text"),
        ([lit("1" * 76 + ".5", "decimal")], "text"),
        ([lit("2024-05-01", "date"), lit("2024-05-01T10:00:00Z", "dateTime")], "text"),
        ([lit("2024-05-01T10:00:00Z", "dateTime"), lit("2024-05-01T10:00:00", "dateTime")], "text"),
        ([lit("1", "integer"), lit("true", "boolean")], "text"),
        ([lit("many", "integer"), lit("1", "integer")], "text"),
        ([lit("2024", "gYear")], "text"),
    ],
)
def test_a_column_has_one_kind(terms: list[Term | None], kind: str) -> None:
    assert frames.kind_of(terms) == kind
    column = rows_of(("a",), [(term,) for term in terms]).to_arrow()["a"].to_pylist()
    if kind == "text":
        assert column == [None if term is None else str(term) for term in terms]
    elif kind == "decimal":
        assert column == [Decimal("1.0"), Decimal("1.5")]
    assert len(column) == len(terms)


def test_wide_decimals_keep_every_digit() -> None:
    text = "1" * 40 + "." + "2" * 10
    [value] = rows_of(("a",), [(lit(text, "decimal"),)]).to_arrow()["a"].to_pylist()
    assert value == Decimal(text)


def test_wide_decimals_are_text_in_polars_which_has_none() -> None:
    pytest.importorskip("polars")
    text = "1" * 40 + "." + "2" * 10
    column = rows_of(("a",), [(lit(text, "decimal"),), (lit("1", "integer"),)]).to_polars()["a"]
    assert column.to_list() == [text, "1"]


def test_an_answer_without_rows_or_columns() -> None:
    for name in ("arrow", "pandas", "polars"):
        pytest.importorskip("pyarrow" if name == "arrow" else name)
        assert list(getattr(rows_of(("a", "b"), []), f"to_{name}")()) is not None
    assert rows_of(("a", "b"), []).to_arrow().column_names == ["a", "b"]
    assert rows_of((), []).to_arrow().num_columns == 0


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_without_the_library_the_error_says_what_to_install(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MagkgError, match=rf"magkg\[{name}\]"):
        getattr(rows(), f"to_{name}")()
