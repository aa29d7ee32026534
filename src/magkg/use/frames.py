"""Rows as columns of one type each: Arrow tables, and the DataFrames of pandas and Polars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from magkg.errors import MagkgError
from magkg.store.interface import Literal
from magkg.use.terms import as_text, to_python

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from magkg.store.interface import Term

__all__ = ["arrow", "kind_of", "pandas", "polars"]

Column: TypeAlias = Sequence["Term | None"]

# 64-bit integers, and the decimal digits of Arrow's two decimals; Polars has the narrower one.
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1
_DIGITS, _WIDE = 38, 76
# Numbers are promoted as SPARQL does it (SPARQL 1.1, section 17.3); nothing else is mixed.
_NUMBERS = ("integer", "decimal", "double")
# The order counts: a bool is an int, and a datetime is a date.
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"), (int, "integer"), (float, "double"), (Decimal, "decimal"),
    (datetime, "dateTime"), (date, "date"),
)  # fmt: skip


def kind_of(column: Column, most: int = _WIDE) -> str:
    """Give the one kind of a column: boolean, integer, decimal, double, date, dateTime or text.

    Numbers of several kinds take the widest; any other mixture is text, and so is what its type
    cannot hold: a whole number of more than 64 bits, a decimal of more than ``most`` digits. A
    column without a value is text.
    """
    kinds = {_kind(term) for term in column if term is not None}
    if kinds and kinds <= set(_NUMBERS):
        widest = max(kinds, key=_NUMBERS.index)
        return "text" if widest == "decimal" and _digits(column, most) is None else widest
    if kinds == {"zoned"}:
        return "dateTime"
    return kinds.pop() if len(kinds) == 1 else "text"


def _kind(term: Term) -> str:
    if not isinstance(term, Literal):
        return "text"
    value = to_python(term)
    if isinstance(value, str):
        return "text"
    kind = next(name for known, name in _KINDS if isinstance(value, known))
    if kind == "integer" and not _LEAST <= int(term.value) <= _MOST:
        return "text"
    if isinstance(value, Decimal) and not value.is_finite():
        return "text"
    return "zoned" if isinstance(value, datetime) and value.tzinfo else kind


def _digits(column: Column, most: int = _WIDE) -> tuple[int, int] | None:
    """Give digits and decimal places that hold every number of a column; None above ``most``."""
    whole = places = 1
    for term in column:
        if term is not None:
            _, digits, exponent = Decimal(str(term)).as_tuple()
            assert isinstance(exponent, int), "only finite numbers come here"
            whole = max(whole, len(digits) + exponent)
            places = max(places, -exponent)
    return (whole + places, places) if whole + places <= most else None


def _values(column: Column, kind: str, prefixes: Mapping[str, str] | None) -> list[Any]:
    if kind == "text":
        return [as_text(term, prefixes) for term in column]
    found = [to_python(term) for term in column]
    convert: Callable[[Any], Any] | None = {"decimal": Decimal, "double": float}.get(kind)
    if convert is None:
        return found
    return [None if value is None else convert(value) for value in found]


def arrow(
    names: Sequence[str],
    columns: Sequence[Column],
    prefixes: Mapping[str, str] | None = None,
    most: int = _WIDE,
) -> pa.Table:
    """Make an Arrow table: int64, decimal, double, bool, date32, timestamp (µs), string.

    With ``prefixes`` an IRI is written as a prefixed name; decimals of more than ``most`` digits
    are text.
    """
    import pyarrow as pa

    arrays = []
    for column in columns:
        kind = kind_of(column, most)
        values = _values(column, kind, prefixes)
        arrays.append(pa.array(values, type=_arrow_type(kind, column, values)))
    return pa.table(arrays, names=list(names)) if arrays else pa.table({})


def _arrow_type(kind: str, column: Column, values: Sequence[Any]) -> pa.DataType:
    import pyarrow as pa

    if kind == "decimal":
        size = _digits(column)
        assert size is not None, "kind_of calls such a column text"
        return pa.decimal128(*size) if size[0] <= _DIGITS else pa.decimal256(*size)
    if kind == "dateTime":
        zoned = any(value is not None and value.tzinfo for value in values)
        return pa.timestamp("us", tz="UTC" if zoned else None)
    plain = {
        "boolean": pa.bool_(), "integer": pa.int64(), "double": pa.float64(),
        "date": pa.date32(),
    }  # fmt: skip
    return plain.get(kind, pa.string())


def polars(
    names: Sequence[str], columns: Sequence[Column], prefixes: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Make a DataFrame of Polars, with the types of ``arrow``; raises MagkgError without it.

    Polars has no decimals of more than 38 digits, so that those are text here.
    """
    try:
        import polars as pl
    except ImportError:
        raise _missing("polars") from None
    frame = pl.from_arrow(arrow(names, columns, prefixes, _DIGITS))
    assert isinstance(frame, pl.DataFrame), "a table has columns"
    return frame


def pandas(
    names: Sequence[str], columns: Sequence[Column], prefixes: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Make a DataFrame of pandas: Int64, Float64, boolean, string, datetime64.

    pandas has no decimals, so that those are Float64 here. Raises MagkgError without pandas.
    """
    try:
        import pandas as pd
    except ImportError:
        raise _missing("pandas") from None
    types = {
        "boolean": "boolean", "integer": "Int64", "double": "Float64", "decimal": "Float64",
        "text": "string", "date": "datetime64[s]",
    }  # fmt: skip
    made: list[pd.Series[Any]] = []
    for column in columns:
        kind = kind_of(column)
        values = _values(column, kind, prefixes)
        if kind == "decimal":
            values = [None if value is None else float(value) for value in values]
        if kind == "dateTime":
            zoned = [value for value in values if value is not None and value.tzinfo]
            values = [value.astimezone(UTC) if value and zoned else value for value in values]
            made.append(
                pd.Series(values, dtype="datetime64[us, UTC]" if zoned else "datetime64[us]")
            )
        else:
            made.append(pd.Series(values, dtype=types[kind]))
    frame = pd.concat(made, axis=1) if made else pd.DataFrame()
    frame.columns = pd.Index(names, dtype=object)
    return frame


def _missing(name: str) -> MagkgError:
    return MagkgError(
        f"{name} is not installed", hint=f"Install it with: pip install 'magkg[{name}]'"
    )
