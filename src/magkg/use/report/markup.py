"""HTML and SVG put together from parts: whatever is not markup already is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from magkg.use.plain import shown

__all__ = ["Html", "Part", "join", "link", "prose", "tag"]

_VOID = frozenset(("br", "col", "hr", "link", "meta"))


class Html(str):
    """Markup that is whole: every text in it was escaped."""

    __slots__ = ()


Part: TypeAlias = "str | Html | int | Iterable[Part] | None"


def join(*parts: Part) -> Html:
    """Put parts one after the other; None is left out, and lists are taken apart."""
    found: list[str] = []
    for part in parts:
        if isinstance(part, Html):
            found.append(part)
        elif isinstance(part, (str, int)):
            found.append(escape(shown(str(part))))
        elif part is not None:
            found.append(join(*part))
    return Html("".join(found))


def tag(name: str, /, *parts: Part, **attributes: str | int | float | bool | None) -> Html:
    """Make an element: ``tag("td", "a < b", class_="n")``.

    An attribute that is None or False is left out, True stands alone; ``_`` at the end of its name
    is dropped, ``_`` within is a hyphen.
    """
    held = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        attribute = key.removesuffix("_").replace("_", "-")
        said = "" if value is True else f'="{escape(shown(str(value)))}"'
        held.append(f" {attribute}{said}")
    opened = f"<{name}{''.join(held)}>"
    return Html(opened if name in _VOID else f"{opened}{join(*parts)}</{name}>")


def prose(text: str) -> Html:
    """Take a text in which code stands between backticks."""
    parts = text.split("`")
    return join(tag("code", each) if at % 2 else each for at, each in enumerate(parts))


def link(address: str, *parts: Part) -> Html:
    """Make a link to a page of the web; any other address stays plain text."""
    if not re.match(r"https?://[^\s]+\Z", address):
        return join(*parts)
    return tag("a", *parts, href=address, rel="noreferrer")
