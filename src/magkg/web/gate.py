"""What is refused of a SPARQL text before any engine sees it: what could crash or stall a parser.

Nothing here parses: brackets, operators and terms are counted, in linear time. Measured with
pyoxigraph 0.5.13 (tests/web/nested.py): nested brackets end the process from 1,000 on, chains of
operators, of clauses and of names from 5,000 on; the order of n joined patterns is found in a time
that grows with the cube of n, 1 s for 100 and more than 10 s for 500.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from magkg.errors import InputError
from magkg.store.interface import form
from magkg.web.sparql.lexer import CLOSING, OPENING, TERMS, Token, line, tokens

__all__ = ["DEEPEST", "JOINED", "LONGEST", "MOST", "refuse"]

# Bytes of a text in UTF-8, and brackets around a token.
LONGEST = 64 * 1024
DEEPEST = 64
# How many triple patterns may be joined with one another, and how many there may be of each in a
# query. (The largest shipped queries have 33 joined, 90 in all, 64 operators, 52 clauses.)
JOINED = 60
MOST: Mapping[str, int] = {
    "triple patterns": 250,
    "operators": 400,
    "clauses": 200,
    "brackets": 300,
    "tokens": 8_000,
    "names before or behind the pattern": 400,
}
_OPERATORS = frozenset(
    ("&&", "||", "!", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "|", "^", "?")
)
_CLAUSES = frozenset(
    ("BIND", "EXISTS", "FILTER", "GRAPH", "MINUS", "OPTIONAL", "SELECT", "UNION", "VALUES")
)
# Clauses that are joined as a triple pattern is.
_JOINED = frozenset(("GRAPH", "VALUES"))
# Words before a group that is no part of the join it stands in.
_APART = frozenset(("EXISTS", "MINUS", "OPTIONAL", "UNION"))
_WORD_TERMS = frozenset(("A", "TRUE", "FALSE"))
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"))
_NEVER = re.compile("[\x00\ud800-\udfff]")
_BLANK = "Keywords and names stand apart, and no prefix begins with filter."
# A keyword and the next word in one: the engine takes them for two.
_GLUED = re.compile(rf"({'|'.join((*_CLAUSES, 'TRUE', 'FALSE'))}).")
# The places of a triple pattern: what is expected next.
_SUBJECT, _VERB, _OBJECT, _NEXT, _REIFIER, _PATH, _LIST = range(7)


def refuse(text: str) -> None:
    """Raise InputError for a query that is not to be asked; what passes may still not parse.

    Refused are: more than LONGEST bytes, NUL and lone surrogates, updates, SERVICE, a string that
    is not closed, brackets more than DEEPEST deep, and more of something than MOST. Triple
    patterns are counted as they are joined: each object and each step of a path is one, each item
    of a list two, each GRAPH and VALUES one, and each group that is joined as a whole (OPTIONAL,
    UNION, MINUS, EXISTS, a sub-select) one. The rows of VALUES, lists of constants
    and the template of a CONSTRUCT are data, of which there may be thousands.
    """
    if len(text) > LONGEST or len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        raise InputError(
            f"this query has more than {LONGEST:,} bytes",
            hint="Ask in parts, or with fewer terms in VALUES.",
        )
    if found := _NEVER.search(text):
        raise InputError(
            f"this query holds U+{ord(found[0]):04X}, which is no character of a text",
            line=line(text, found.start()),
        )
    if form(text) == "update":
        raise _update()
    count = _Count(text)
    for token in tokens(text):
        count.add(token)


@dataclass(slots=True)
class _Group:
    """A group graph pattern: how many patterns its join has, with those of the last group in it."""

    apart: bool
    joined: int = 0
    inner: int = 0


class _Count:
    """Counts the tokens of a query, and refuses the one that is too many."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._counts = dict.fromkeys(MOST, 0)
        self._states = [_SUBJECT]
        self._groups = [_Group(False)]
        self._declared: set[str] = set()
        self._last = ""

    def add(self, token: Token) -> None:
        """Count a token."""
        if token.depth > DEEPEST:
            raise self._refused(token, f"has brackets more than {DEEPEST} deep")
        last, self._last = self._last, token.text
        self._more(token, "tokens")
        if token.kind == "word":
            self._word(token, last)
        elif token.kind == "mark":
            self._mark(token, last)
        elif token.kind == "name":
            self._name(token, last)
        if token.part == "pattern":
            if last != "^^" and (token.kind in TERMS or token.text in _WORD_TERMS):
                self._term(token)
        elif token.part == "head" and token.kind in TERMS:
            self._more(token, "names before or behind the pattern")

    def _word(self, token: Token, last: str) -> None:
        word = token.text
        if "SERVICE" in word:
            raise self._service(token)
        if last == ";" and word in _UPDATES and token.part == "head":
            raise _update()
        if glued := _GLUED.match(word):
            raise self._refused(token, f"has no blank behind {glued[1]}", _BLANK)
        if word in _CLAUSES:
            self._more(token, "clauses")
            if word == "UNION" and last == "}":
                self._groups[-1].joined -= self._groups[-1].inner
            elif word == "SELECT":
                self._groups[-1].apart = True
            elif word in _JOINED:
                self._pattern(token)
        if token.part == "pattern" and word not in _WORD_TERMS:
            if self._states[-1] == _VERB:  # such as ``atrue``, which is two terms to the engine
                self._pattern(token)
            self._states[-1] = _SUBJECT

    def _name(self, token: Token, last: str) -> None:
        prefix = token.text.partition(":")[0]
        if last == "PREFIX":
            self._declared.add(prefix)
        elif prefix.upper().startswith("FILTER"):
            raise self._refused(token, "has no blank behind FILTER", _BLANK)
        elif prefix not in self._declared:
            # To the engine it is a keyword, and a name behind it that has another prefix or none.
            if "SERVICE" in prefix.upper():
                raise self._service(token)
            if token.part == "pattern":
                self._pattern(token)

    def _mark(self, token: Token, last: str) -> None:
        mark, states = token.text, self._states
        if mark in OPENING:
            self._open(token, last)
        elif mark in CLOSING:
            if len(states) > 1:
                states.pop()
            if mark == "|}":
                states[-1] = _NEXT
            elif mark == "}":
                states[-1] = _SUBJECT
                self._close(token)
            elif token.part == "pattern":
                self._term(token)
        elif token.part == "pattern":
            self._separated(token)
        if mark in _OPERATORS and token.part in ("pattern", "expression", "head"):
            self._more(token, "operators")

    def _close(self, token: Token) -> None:
        """End a group: the engine joins its patterns with those around it, but for some."""
        if token.part not in ("pattern", "head") or len(self._groups) == 1:
            return
        group = self._groups.pop()
        outer = self._groups[-1]
        outer.inner = 0 if group.apart else group.joined
        outer.joined += 1 if group.apart else group.joined
        self._look(token)

    def _look(self, token: Token) -> None:
        if self._groups[-1].joined > JOINED:
            raise self._refused(token, f"joins more than {JOINED} triple patterns")

    def _open(self, token: Token, last: str) -> None:
        """Begin a bracket: what is expected in it."""
        mark, outer = token.text, self._states[-1]
        inner = _SUBJECT
        if mark in ("[", "{|"):
            inner = _VERB
        elif mark == "(" and token.part == "pattern":
            inner = _PATH if outer in (_VERB, _PATH) else _LIST
        if mark in ("<<", "{|") and token.part == "pattern":
            self._pattern(token, 3)
        if mark == "{" and token.part == "pattern":
            self._states[-1] = _SUBJECT
            self._groups.append(_Group(last in _APART))
        if token.part in ("pattern", "expression"):
            self._more(token, "brackets")
        self._states.append(inner)

    def _separated(self, token: Token) -> None:
        mark, states = token.text, self._states
        if mark == "~":
            self._pattern(token, 3)
            states[-1] = _REIFIER
        elif mark == "/":
            self._pattern(token)
        if states[-1] in (_PATH, _LIST):
            return
        if mark in ("/", "|", ";"):
            states[-1] = _VERB
        elif mark == ",":
            states[-1] = _OBJECT
        elif mark == ".":
            states[-1] = _SUBJECT

    def _term(self, token: Token) -> None:
        """Take a term, or a bracket that stands for one, to its place."""
        if token.kind == "tag":
            return
        state = self._states[-1]
        if state == _LIST:
            self._pattern(token, 2)
        elif state == _OBJECT:
            self._pattern(token)
        follows = {_SUBJECT: _VERB, _VERB: _OBJECT, _OBJECT: _NEXT, _REIFIER: _NEXT, _NEXT: _VERB}
        self._states[-1] = follows.get(state, state)

    def _pattern(self, token: Token, number: int = 1) -> None:
        self._groups[-1].joined += number
        self._look(token)
        self._more(token, "triple patterns", number)

    def _more(self, token: Token, what: str, number: int = 1) -> None:
        self._counts[what] += number
        if self._counts[what] > MOST[what]:
            raise self._refused(token, f"has more than {MOST[what]} {what}")

    def _service(self, token: Token) -> InputError:
        return self._refused(
            token,
            "uses SERVICE, which is refused: a query of this graph reaches no other host",
            "Ask the other endpoint in a query of its own.",
        )

    def _refused(self, token: Token, reason: str, hint: str = "") -> InputError:
        number = line(self._text, token.start)
        return InputError(
            f"this query {reason} (line {number})",
            hint=hint or "Split it into several queries; a list of terms belongs in VALUES.",
        )


def _update() -> InputError:
    return InputError(
        "this is an update, and this endpoint is read-only",
        hint="Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
    )
