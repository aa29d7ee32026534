"""Whether a shape's query can be asked for all nodes at once, and in which words.

SHACL asks the query of a constraint node by node, with ``$this`` given beforehand. Asked once with
``$this`` open, it has to find at least the nodes for which it would find something then. `wide`
gives such a query where that is certain, from the form of the query alone:

- every solution of the whole pattern has ``$this`` from a triple pattern (not from a path that may
  be empty, which leads to itself also where the data do not mention it);
- a FILTER, a BIND and an OPTIONAL that mention it stand in a group that does so too (before them,
  for BIND and OPTIONAL);
- there is no sub-select and no LIMIT, and aggregates are those of a GROUP BY $this.

A FILTER only ever takes nodes away, so one that is slow with ``$this`` open (Oxigraph is quadratic
for EXISTS with several patterns) or that cannot be trusted is left out. What the wide query finds
too much does no harm: those nodes are asked one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from magkg.store.syntax import IRIREF

__all__ = ["narrowed", "wide"]

_HEAD = "SELECT DISTINCT ?this WHERE {"
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
_OPENING, _CLOSING = "{([", "})]"
_NODES = ("iri", "text", "variable", "name", "number")
_TAIL = {"ORDER", "BY", "ASC", "DESC"}
_GROUPED = _TAIL | {"GROUP", "HAVING"}
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
# Characters in an IRI that would make it an expression if the parser read it otherwise.
_DOUBTFUL = re.compile(r"[?$(){}]")


class _Opaque(Exception):
    """The query is not of a form that can be asked for all nodes at once."""


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int

    @property
    def this(self) -> bool:
        return self.kind == "variable" and self.text[1:] == "this"

    @property
    def keyword(self) -> str:
        return self.text.upper() if self.kind == "word" else ""


@dataclass
class _Group:
    """What is known of one group: ``weight`` counts its patterns, ``filters`` are token ranges."""

    binds: bool = False
    mentions: bool = False
    needs: bool = False
    weight: int = 0
    filters: list[tuple[int, int]] = field(default_factory=list)


def wide(query: str) -> str | None:
    """Give the query for all candidates of ``$this``, or None where it has to be asked for each."""
    try:
        return _Reader(query).wide()
    except (_Opaque, IndexError):
        return None


def narrowed(query: str, kind: str) -> str | None:
    """Give a wide query for the instances of a class alone, None where it is not put that way."""
    before, head, after = query.partition(_HEAD)
    return f"{before}{head} ?this a <{kind}> . {after}" if head else None


class _Reader:
    """Reads the tokens of a query that the engine has parsed."""

    def __init__(self, query: str) -> None:
        self.query = query
        found = (
            _Token(hit.lastgroup or "", hit.group(), *hit.span()) for hit in _TOKEN.finditer(query)
        )
        self.tokens = [each for each in found if each.kind != "space"]
        self.at = 0
        self.dropped: list[tuple[int, int]] = []
        self.slow = False  # an EXISTS of several patterns has to stay

    def wide(self) -> str:
        tokens = self.tokens
        while self.here.keyword in ("PREFIX", "BASE"):
            self.at += 3 if self.here.keyword == "PREFIX" else 2
        if self.here.keyword != "SELECT":
            raise _Opaque
        prologue = self.query[: self.here.start]
        if any(each.kind == "iri" and _DOUBTFUL.search(each.text) for each in tokens):
            raise _Opaque
        while self.here.text != "{":
            self.at = self.closing() + 1 if self.here.text in _OPENING else self.at + 1
        start, head = self.here.start, tokens[: self.at]
        grouped = any(each.keyword == "GROUP" for each in tokens)
        group = self.group(monotone=not grouped)
        if not group.binds:
            raise _Opaque
        if grouped:
            return self.grouped(head)
        words = {each.keyword for each in tokens} & _AGGREGATES
        if words or {each.keyword for each in tokens[self.at :]} - _TAIL - {""}:
            raise _Opaque
        body = list(self.query[start : tokens[self.at - 1].end])
        for first, end in self.dropped:
            body[first - start : end - start] = " " * (end - first)
        return f"{prologue}{_HEAD}{''.join(body[1:])}"

    def grouped(self, head: list[_Token]) -> str:
        """Give the query as it stands, where each of its groups is about one node."""
        tail = self.tokens[self.at :]
        words = {each.keyword for each in tail} - {""} - _AGGREGATES
        if self.slow or words - _GROUPED or not any(each.this for each in head):
            raise _Opaque
        if [each.keyword for each in tail[:2]] != ["GROUP", "BY"]:
            raise _Opaque
        for each in tail[2:]:
            if each.this:
                return self.query
            if each.kind != "variable":
                break
        raise _Opaque

    @property
    def here(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def closing(self) -> int:
        """Give where the bracket that opens here closes."""
        depth = 0
        for index in range(self.at, len(self.tokens)):
            each = self.tokens[index]
            if each.kind == "mark":
                depth += (each.text in _OPENING) - (each.text in _CLOSING)
            if depth == 0:
                return index
        raise _Opaque

    def group(self, *, monotone: bool) -> _Group:
        """Read a group; ``monotone`` where more solutions of it are more solutions of the whole."""
        found = _Group()
        self.take()
        while self.here.text != "}":
            if self.here.text == "{":
                self.union(found, monotone)
            elif self.here.keyword in ("FILTER", "OPTIONAL", "BIND"):
                getattr(self, self.take().keyword.lower())(found)
            elif self.here.text == ".":
                self.take()
            elif self.here.kind in _NODES or self.here.keyword in ("TRUE", "FALSE"):
                self.triples(found)
            else:
                raise _Opaque
        self.take()
        after = self.at
        for start, end in found.filters:
            self.judge(found, start, end, monotone)
        self.at = after
        if found.needs and not found.binds:
            raise _Opaque
        return found

    def union(self, found: _Group, monotone: bool) -> None:
        parts = [self.group(monotone=monotone)]
        while self.here.keyword == "UNION":
            self.take()
            parts.append(self.group(monotone=monotone))
        found.binds |= all(each.binds for each in parts)
        for each in parts:
            found.mentions |= each.mentions
            found.weight += each.weight

    def optional(self, found: _Group) -> None:
        part = self.group(monotone=False)
        if part.mentions and not found.binds:
            raise _Opaque
        found.mentions |= part.mentions
        found.weight += part.weight

    def bind(self, found: _Group) -> None:
        end = self.closing()
        inside = self.tokens[self.at : end]
        if inside[-1].this or any(each.keyword == "EXISTS" for each in inside):
            raise _Opaque
        if any(each.this for each in inside):
            if not found.binds:
                raise _Opaque
            found.mentions = True
        self.at = end + 1

    def filter(self, found: _Group) -> None:
        """Note where a filter stands; it is judged when the whole group is known."""
        start = self.at - 1
        while self.here.text not in ("(", "{"):
            self.take()
        self.at = self.closing() + 1
        found.filters.append((start, self.at))

    def judge(self, found: _Group, start: int, end: int, monotone: bool) -> None:
        mentions = any(each.this for each in self.tokens[start:end])
        weight = self.exists(start, end)
        if monotone and (weight is None or weight > 1 or (mentions and not found.binds)):
            self.dropped.append((self.tokens[start].start, self.tokens[end - 1].end))
            return
        if weight is None:
            raise _Opaque
        self.slow |= weight > 1
        found.weight += weight
        found.mentions |= mentions
        found.needs |= mentions

    def exists(self, start: int, end: int) -> int | None:
        """Give the weight of the heaviest EXISTS of a filter, None for one that is not read."""
        heaviest, index = 0, start
        while index < end:
            if self.tokens[index].keyword == "EXISTS":
                self.at = index + 1
                try:
                    heaviest = max(heaviest, self.group(monotone=False).weight)
                except _Opaque:
                    return None
                index = self.at
            index += 1
        return heaviest

    def triples(self, found: _Group) -> None:
        subject = self.node()
        while True:
            weight, sure, verb = self.verb()
            while True:
                value = self.node()
                this = subject.this or verb or value.this
                found.weight += weight
                found.mentions |= this
                found.binds |= this and sure
                found.needs |= this and not sure
                if self.here.text != ",":
                    break
                self.take()
            if self.here.text != ";":
                return
            while self.here.text == ";":
                self.take()
            if self.here.text in (".", "}"):
                return

    def node(self) -> _Token:
        token = self.take()
        if token.text in ("+", "-"):
            token = self.take()
        if token.kind not in _NODES and token.keyword not in ("TRUE", "FALSE"):
            raise _Opaque
        if token.kind == "text" and self.here.text == "^^":
            self.at += 2
        return token

    def verb(self) -> tuple[int, bool, bool]:
        """Give a verb's weight, whether it is never an empty path, and whether it is $this."""
        if self.here.kind == "variable":
            return 1, True, self.take().this
        weight, sure = self.path()
        return weight, sure, False

    def path(self) -> tuple[int, bool]:
        weight, sure = self.steps()
        while self.here.text == "|":
            self.take()
            more, other = self.steps()
            weight, sure = max(weight, more), sure and other
        return weight, sure

    def steps(self) -> tuple[int, bool]:
        weight, sure = self.step()
        while self.here.text == "/":
            self.take()
            more, other = self.step()
            weight, sure = weight + more, sure and other
        return weight, sure

    def step(self) -> tuple[int, bool]:
        while self.here.text == "^":
            self.take()
        weight, sure = 1, True
        if self.here.text == "(":
            self.take()
            weight, sure = self.path()
            if self.take().text != ")":
                raise _Opaque
        elif self.here.kind in ("iri", "name") or self.here.text == "a":
            self.take()
        else:
            raise _Opaque
        if self.here.text in ("*", "+", "?"):
            weight, sure = 2, sure and self.take().text == "+"
        return weight, sure
