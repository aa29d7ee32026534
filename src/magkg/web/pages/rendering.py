"""Templates: text is escaped always, invisible characters are shown, only web links are links."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from magkg.web.pages.links import is_web

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["environment", "linked", "visible"]

# Characters that change how others are shown, or are not shown themselves (UAX #9, categories Cf,
# Cc, Cs, Co, Zl, Zp). Joiners and the soft hyphen belong to words.
_HIDDEN = re.compile(r"[^\S \n\t]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\W")
_KEPT = frozenset("\u200c\u200d\u00ad\u00a0\u202f\u2009\n\t\r")


def visible(value: object) -> object:
    """Give a text with each invisible or bidirectional control character as [U+XXXX]."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _HIDDEN.sub(_shown, value)


def _shown(found: re.Match[str]) -> str:
    char = found[0]
    hidden = unicodedata.category(char) in {"Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    return f"[U+{ord(char):04X}]" if hidden and char not in _KEPT else char


def linked(value: Any) -> Markup:
    """Write an object as JSON for a script element of a data type: it cannot end the element."""
    text = json.dumps(value, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704


@cache
def environment() -> Environment:
    """Give the templates of the package, with the filters that every page may use."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("magkg.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.tests["web"] = is_web
    found.filters["linked"] = linked
    return found
