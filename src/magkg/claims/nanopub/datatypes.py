"""The lexical forms of XML Schema's datatypes (XSD 1.1, part 2), as far as they are looked at."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from magkg.vocabulary import XSD

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["fits"]

_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_DAY = r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_FLOAT = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN"
_FORMS: Final = {
    XSD + name: re.compile(form)
    for name, form in {
        "boolean": "true|false|0|1",
        "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
        "double": _FLOAT,
        "float": _FLOAT,
        "date": _DAY + _ZONE,
        "dateTime": f"{_DAY}T{_TIME}{_ZONE}",
        "dateTimeStamp": f"{_DAY}T{_TIME}{_ZONE.removesuffix('?')}",
        "time": _TIME + _ZONE,
        "gYear": _YEAR + _ZONE,
        "gYearMonth": f"{_YEAR}-(?:0[1-9]|1[0-2]){_ZONE}",
        "gMonth": f"--(?:0[1-9]|1[0-2]){_ZONE}",
        "gMonthDay": f"--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]){_ZONE}",
        "gDay": f"---(?:0[1-9]|[12][0-9]|3[01]){_ZONE}",
        "duration": (
            r"-?P(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?"
            r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
        ),
        "hexBinary": "(?:[0-9A-Fa-f]{2})*",
        "language": "[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    }.items()
}
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
# The least and the greatest value of what derives from integer; None says that there is none.
_RANGES: Final[dict[str, tuple[int | None, int | None]]] = {
    XSD + name: bounds
    for name, bounds in {
        "integer": (None, None),
        "nonNegativeInteger": (0, None),
        "positiveInteger": (1, None),
        "nonPositiveInteger": (None, 0),
        "negativeInteger": (None, -1),
        "long": (-(1 << 63), (1 << 63) - 1),
        "int": (-(1 << 31), (1 << 31) - 1),
        "short": (-(1 << 15), (1 << 15) - 1),
        "byte": (-128, 127),
        "unsignedLong": (0, (1 << 64) - 1),
        "unsignedInt": (0, (1 << 32) - 1),
        "unsignedShort": (0, (1 << 16) - 1),
        "unsignedByte": (0, 255),
    }.items()
}
# A number of more digits is no longer turned into one (Python refuses beyond 4,300).
_DIGITS = 4000


def fits(value: ox.Literal) -> bool:
    """Say whether a literal's text is one of its datatype; of other datatypes nothing is known."""
    kind, text = value.datatype.value, value.value.strip(" \t\r\n")
    if kind in _RANGES:
        return bool(_INTEGER.fullmatch(text)) and len(text) < _DIGITS and _within(kind, int(text))
    form = _FORMS.get(kind)
    if form is None:
        return True
    found = form.fullmatch(text)
    if found is None:
        return False
    return not found.groups() or _is_day(*map(int, found.groups()))


def _within(kind: str, number: int) -> bool:
    low, high = _RANGES[kind]
    return (low is None or number >= low) and (high is None or number <= high)


def _is_day(year: int, month: int, day: int) -> bool:
    # The calendar repeats after 400 years; Python knows the years 1 to 9999.
    try:
        date(2000 + year % 400, month, day)
    except ValueError:
        return False
    return True
