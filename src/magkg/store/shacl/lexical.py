"""Which literals are ill formed for their datatype (XSD 1.1, part 2), as a condition of SPARQL.

rdflib, and so pySHACL, takes a little more for well formed: `1_0` for a number, a date for a
dateTime. SPARQL computes with none of these.
"""

from __future__ import annotations

from magkg.store.shacl.terms import literal
from magkg.vocabulary import XSD

__all__ = ["ill_formed"]

_INTEGER = "[+-]?[0-9]+"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOAT = f"{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_YEAR = "-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
# Leap years are those that 4 divides, but for the centuries that 400 does not divide.
_FOURTH, _EVEN = "(?:0[48]|[2468][048]|[13579][26])", "(?:[02468][048]|[13579][26])"
_LEAP = f"-?(?:(?:[1-9][0-9]+|0[0-9]){_FOURTH}|(?:[1-9][0-9]*)?{_EVEN}00)"
_DATE = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP}-02-29)"
)
_ZONE = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_SECONDS = r"[0-9]+(?:\.[0-9]+)?S"
_HOURS = f"T(?:[0-9]+H(?:[0-9]+M)?(?:{_SECONDS})?|[0-9]+M(?:{_SECONDS})?|{_SECONDS})"
_DAYS = f"(?:[0-9]+D(?:{_HOURS})?|{_HOURS})"
_MONTHS = "(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M)"
_FORMS = {
    "boolean": "true|false|1|0",
    "date": _DATE + _ZONE,
    "dateTime": f"{_DATE}T{_TIME}{_ZONE}",
    "dayTimeDuration": f"-?P{_DAYS}",
    "decimal": _DECIMAL,
    "double": _FLOAT,
    "duration": f"-?P(?:{_MONTHS}{_DAYS}?|{_DAYS})",
    "float": _FLOAT,
    "hexBinary": "(?:[0-9a-fA-F]{2})*",
    "integer": _INTEGER,
    "time": _TIME + _ZONE,
    "yearMonthDuration": f"-?P{_MONTHS}",
}
# The whole numbers that XSD derives from integer: the least and the greatest of them.
_RANGES: dict[str, tuple[int | None, int | None]] = {
    "byte": (-(2**7), 2**7 - 1),
    "int": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
    "positiveInteger": (1, None),
    "short": (-(2**15), 2**15 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedShort": (0, 2**16 - 1),
}


def ill_formed(datatype: str, variable: str) -> list[str]:
    """Write the conditions under which a literal of a datatype is ill formed.

    There are none for a datatype that is not known, and none for texts.
    """
    name = datatype.removeprefix(XSD)
    form = _INTEGER if name in _RANGES else _FORMS.get(name)
    if form is None or name == datatype:
        return []
    found = [f"!REGEX(STR({variable}), {literal(f'^(?:{form})$')})"]
    number = f"<{XSD}integer>(STR({variable}))"
    for sign, bound in zip("<>", _RANGES.get(name, ()), strict=False):
        if bound is not None:
            found.append(f"{number} {sign} {bound}")
    return found
