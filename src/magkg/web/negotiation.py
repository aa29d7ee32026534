"""Which of the media types on offer an Accept header prefers (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["choose", "quality"]

# RFC 9110: token (5.6.2), quoted-string (5.6.4), weight (12.4.2).
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"({_WORD})/({_WORD})")
_PARAMETER = re.compile(rf'({_WORD})=("(?:[^"\\]|\\.)*"|{_WORD})')
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
# Ranges beyond these are not looked at; no client sends so many.
_MOST = 64
_LONGEST = 4096

_Range = tuple[str, str, frozenset[tuple[str, str]], float]


def choose(accept: str, offered: Sequence[str]) -> str | None:
    """Give the media type that is preferred, None where none is accepted.

    ``offered`` has the server's own choice first: it decides between equal weights, and where
    there is no header. The most specific range gives a type its weight; what is malformed in the
    header is ignored, and a header with nothing else accepts everything.
    """
    ranges = _ranges(accept)
    if not ranges:
        return offered[0] if offered else None
    weights = [(_quality(each, ranges), -place) for place, each in enumerate(offered)]
    best, place = max(weights, default=(0.0, 0))
    return offered[-place] if best > 0 else None


def quality(accept: str, media_type: str) -> float:
    """Give the weight, 0 to 1, that an Accept header gives a media type."""
    ranges = _ranges(accept)
    return _quality(media_type, ranges) if ranges else 1.0


def _quality(media_type: str, ranges: Sequence[_Range]) -> float:
    kind, _, rest = media_type.partition("/")
    name, *own = (each.strip().lower() for each in rest.split(";"))
    held = frozenset((key, value) for key, _, value in (each.partition("=") for each in own))
    found = [
        ((major != "*", minor != "*", len(params)), weight)
        for major, minor, params, weight in ranges
        if major in ("*", kind.lower()) and minor in ("*", name) and _fits(params, held)
    ]
    return max(found)[1] if found else 0.0


def _fits(params: frozenset[tuple[str, str]], held: frozenset[tuple[str, str]]) -> bool:
    # Every text here is UTF-8, said or not.
    return params <= held | {("charset", "utf-8")}


def _ranges(accept: str) -> list[_Range]:
    found = (_range(each) for each in _split(accept[:_LONGEST], ",")[:_MOST])
    return [each for each in found if each is not None]


def _range(text: str) -> _Range | None:
    first, *rest = (each.strip() for each in _split(text, ";"))
    hit = _RANGE.fullmatch(first)
    if hit is None or (hit[1] == "*" and hit[2] != "*"):
        return None
    params, weight = set(), 1.0
    for each in rest:
        parameter = _PARAMETER.fullmatch(each)
        if parameter is None:
            if each:
                return None
            continue
        name, value = parameter[1].lower(), parameter[2]
        if name == "q":
            if not _WEIGHT.fullmatch(value):
                return None
            weight = float(value)
            break  # what stands behind the weight says nothing of the type
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        params.add((name, value.lower()))
    return hit[1].lower(), hit[2].lower(), frozenset(params), weight


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark that stands outside quoted strings."""
    found, start, quoted, escaped = [], 0, False, False
    for place, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == mark and not quoted:
            found.append(text[start:place])
            start = place + 1
    return [*found, text[start:]]
