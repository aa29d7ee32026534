"""The tokens of a query of SPARQL."""

from __future__ import annotations

import re
from typing import NamedTuple

from magkg.store.syntax import IRIREF

__all__ = ["CLOSING", "OPENING", "Token", "tokens"]

OPENING, CLOSING = "{([", "})]"
_TOKEN = re.compile(
    rf"""
      (?P<space>\s+|\#[^\n\r]*)
    | (?P<iri>{IRIREF})
    | (?P<text>(?:\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\" | '''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*)?)
    | (?P<variable>[?$]\w+)
    | (?P<name>(?:[A-Za-z_][\w.-]*)?:(?:[\w:-]|\.(?=[\w:-])|%[0-9A-Fa-f]{{2}}|\\.)*)
    | (?P<number>[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<mark>\^\^|&&|\|\||!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One token, and where it stands."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def keyword(self) -> str:
        """Its word in capitals, "" where it is none."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(query: str) -> list[Token]:
    """Give the tokens of a query, without space and comments."""
    found = (Token(hit.lastgroup or "", hit.group(), *hit.span()) for hit in _TOKEN.finditer(query))
    return [each for each in found if each.kind != "space"]
