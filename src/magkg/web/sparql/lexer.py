"""The tokens of a SPARQL text in linear time, each with the part of a query that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urljoin

from magkg.errors import SyntaxFault

__all__ = ["CLOSING", "OPENING", "TERMS", "Token", "graphs", "line", "tokens"]


class Token(NamedTuple):
    """One token.

    ``kind`` is string, variable, tag, node, number, iri, name, word (a keyword, in upper case),
    items (several constants of a list, each behind a comma) or mark (anything else). ``part`` is
    where it stands: head (prologue, SELECT clause, modifiers), template, pattern, expression or
    data (the rows of VALUES); a bracket stands in what it opens. ``depth`` is the number of
    brackets around it, its own included.
    """

    kind: str
    text: str
    start: int
    part: str
    depth: int


# SPARQL 1.1 grammar, section 19.8, and the marks of SPARQL 1.2. No repetition is tried in a second
# way (++, *+), and an unclosed string ends the reading: so no text is read again and again. (Long
# strings have one way only without it, and Python before 3.11.5 is at fault there.)
_IRI = r"<(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>"
_STRING = (
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?!"")[^"\\\n\r]*+(?:\\.[^"\\\n\r]*+)*+"'
    r"|'(?!'')[^'\\\n\r]*+(?:\\.[^'\\\n\r]*+)*+'"
)
_NUMBER = r"(?:[0-9]++(?:\.(?:[0-9]++|(?=[eE][+-]?[0-9])))?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+"
# What names are made of (productions 164 to 167): far more than \w, so that no keyword is seen
# behind a mark of a name, and more than the grammar allows, which is an error to every engine.
_CHAR = (
    r"\w\u00b7\u00c0-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufffd\U00010000-\U000effff"
)
_LOCAL = rf":(?:[{_CHAR}:-]++|%[0-9A-Fa-f]{{2}}|\\[_~.!$&'()*+,;=/?#@%-]|\.++(?=[{_CHAR}:%\\-]))*+"
_PREFIX = rf"(?!\d)[{_CHAR}][{_CHAR}-]*+(?:\.++[{_CHAR}-]++)*+"
_GAP = r"(?:\s++|\#[^\n\r]*+)"
_ANY = re.compile(
    rf"{_GAP}*+(?:(?P<string>{_STRING})|(?P<open>[\"'])"
    rf"|(?P<variable>[?$][{_CHAR}]++)|(?P<tag>@[A-Za-z][\w-]*+)"
    rf"|(?P<node>_:[{_CHAR}-]++(?:\.++[{_CHAR}-]++)*+)"
    rf"|(?P<number>{_NUMBER})|(?P<word>{_PREFIX})(?P<local>{_LOCAL})?+|(?P<name>{_LOCAL})"
    r"|(?P<mark>&&|\|\||\^\^|!=|<<\(|\)>>|\{\||\|\}|<<|>>|<=|>=|.))",
    re.DOTALL,
)
_IRIREF = re.compile(_IRI)
# Constants of a list in an expression, and rows of VALUES up to the next bracket: data, of which
# there may be thousands.
_ITEMS = re.compile(
    rf"(?:{_GAP}*+,{_GAP}*+(?:{_IRI}|(?:{_STRING})(?:@[\w-]++|\^\^{_IRI})?+|-?{_NUMBER}"
    rf"|(?:{_PREFIX})?+{_LOCAL})(?={_GAP}*+[,)]))++",
    re.DOTALL,
)
_CELLS = rf"(?:[^{{}}()\[\]<>\"'#|]++|{_IRI}|{_STRING}|{_GAP})"
_ROWS = re.compile(rf"(?:{_CELLS}|\({_CELLS}*+\))++", re.DOTALL)
_PIECE = re.compile(r"[^.]+|\.")
OPENING: Mapping[str, str] = {
    "{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}"
}  # fmt: skip
CLOSING = frozenset(OPENING.values())
# What a value ends with: < behind it compares, and begins no IRI.
TERMS = frozenset(("string", "variable", "tag", "node", "number", "iri", "name"))
_ENDS = frozenset((")", "]", "}", ")>>"))
# Words that a bracket behind them makes no call.
_NO_CALL = frozenset(("A", "TRUE", "FALSE", "VALUES", "UNION", "WHERE", "OPTIONAL", "GRAPH"))


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of a query, without blanks and comments.

    It does not parse, and goes on behind what no query holds. Raises SyntaxFault for a string that
    is not closed.
    """
    reader = _Reader()
    place, end = 0, len(text)
    while place < end:
        hit = reader.skipped(text, place) or _ANY.match(text, place)
        if hit is None:
            return  # only blanks and comments are left
        kind = hit.lastgroup or "items"
        start, place = hit.start(kind) if hit.lastgroup else place, hit.end()
        if kind == "open":
            raise _unclosed(text, start)
        if kind == "mark" and text[start] == "<":
            iri = None if reader.compares else _IRIREF.match(text, start)
            if iri is not None:
                kind, place = "iri", iri.end()
            elif reader.compares and hit[kind] in ("<<", "<<("):
                place = start + 1  # less than an IRI
        if kind in ("word", "local"):
            yield from reader.words(text[hit.start("word") : place], hit.start("word"))
        else:
            yield reader.token(kind, text[start:place], start)


class _Reader:
    """Follows the brackets of a query, to know which part of it a token stands in."""

    def __init__(self) -> None:
        self._parts = ["head"]
        self._last = self._before = ("", "")
        self._rows = False  # behind VALUES, before its rows

    @property
    def compares(self) -> bool:
        """Whether < would be an operator here."""
        kind, text = self._last
        ended = kind in TERMS or text in _ENDS or text in ("TRUE", "FALSE") or kind == "items"
        return self._parts[-1] == "expression" and ended

    def skipped(self, text: str, place: int) -> re.Match[str] | None:
        """Give the constants that stand here, where they are data."""
        if self._parts[-1] == "data":
            return _ROWS.match(text, place)
        return _ITEMS.match(text, place) if self._parts[-1] == "expression" else None

    def words(self, text: str, start: int) -> Iterator[Token]:
        """Give a name, or the keywords that dots may join (``true.FILTER``)."""
        if ":" in text:
            yield self.token("name", text, start)
            return
        for piece in _PIECE.finditer(text):
            kind = "mark" if piece[0] == "." else "word"
            yield self.token(kind, piece[0].upper(), start + piece.start())

    def token(self, kind: str, text: str, start: int) -> Token:
        """Give a token with its part, and go on behind it."""
        parts = self._parts
        if kind == "mark" and text in OPENING:
            parts.append(self._opened(text))
        elif kind == "word" and text == "VALUES":
            self._rows = True
        elif kind == "word" and text == "SELECT":
            parts[-1] = "head"
        made = Token(kind, text, start, parts[-1], len(parts) - 1)
        if kind == "mark" and text in CLOSING and len(parts) > 1:
            parts.pop()
        self._before, self._last = self._last, (kind, text)
        return made

    def _opened(self, bracket: str) -> str:
        part, (kind, word) = self._parts[-1], self._last
        if bracket == "{":
            rows, self._rows = self._rows, False
            return "data" if rows else "template" if word == "CONSTRUCT" else "pattern"
        if part == "data" or self._rows:
            return "data"
        if bracket != "(":
            return "template" if part == "template" else "pattern"
        if part in ("head", "expression"):
            return "expression"
        called = kind == "word" and word not in _NO_CALL
        called = called or (kind in ("iri", "name") and self._before == ("word", "FILTER"))
        return "expression" if part == "pattern" and called else part


def graphs(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the IRIs of the FROM and the FROM NAMED clauses of a query, as they resolve."""
    base, spaces = "", dict[str, str]()
    default, named = list[str](), list[str]()
    words, declared = ("", ""), ""
    for token in tokens(text):
        if token.depth:
            break
        kind, value = token.kind, token.text
        if kind in ("iri", "name"):
            iri = urljoin(base, value[1:-1]) if kind == "iri" else _expanded(value, spaces)
            match words:
                case (_, "PREFIX") if kind == "name":
                    declared = value.partition(":")[0]
                    continue
                case (_, "PREFIX"):
                    spaces[declared] = iri
                case (_, "BASE"):
                    base = iri
                case (_, "FROM"):
                    default.append(iri)
                case ("FROM", "NAMED"):
                    named.append(iri)
        words = (words[1], value if kind == "word" else "")
    return tuple(dict.fromkeys(default)), tuple(dict.fromkeys(named))


def line(text: str, place: int) -> int:
    """Give the number of the line, from 1, on which a place of a text is."""
    return text.count("\n", 0, place) + 1


def _expanded(name: str, spaces: Mapping[str, str]) -> str:
    prefix, _, local = name.partition(":")
    return spaces.get(prefix, f"{prefix}:") + re.sub(r"\\(.)", r"\1", local)


def _unclosed(text: str, place: int) -> SyntaxFault:
    number = line(text, place)
    column = place - text.rfind("\n", 0, place)
    return SyntaxFault(
        f"the string that begins at line {number}, column {column} is not closed",
        line=number,
        column=column,
        hint='A quotation mark inside a string is written \\".',
    )
