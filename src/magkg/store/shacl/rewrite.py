"""A shape's query, rewritten so that it is asked once for all nodes.

SHACL asks a query node by node, with ``$this`` bound beforehand wherever it stands. Here a pattern
that gives all the nodes (the domain) takes the place of that: it is put at the start of the query,
and of each group within it that uses ``$this`` without a triple pattern of its own that gives it.
A FILTER NOT EXISTS of several patterns, which Oxigraph evaluates anew for each solution, becomes a
MINUS where the two say the same. Prefixes are written out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from magkg.store.shacl.places import Domain, distinct
from magkg.store.shacl.terms import Uncompiled
from magkg.store.tokens import CLOSING, OPENING, Token, tokens

__all__ = ["rewritten"]

_AGGREGATES = {"AVG", "COUNT", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM"}
_CLAUSES = {"LIMIT", "OFFSET"}
_TRIPLES = {"TRUE", "FALSE", "A"}
_STEPS = set(";,/|*+?")


@dataclass
class _Group:
    """One group: its words, the variables of its own triples, and what else it says."""

    words: list[str] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    computes: bool = False  # ``$this`` stands in an expression, or beside a path that may be empty
    held: list[tuple[int, _Group]] = field(default_factory=list)  # NOT EXISTS, and where
    plain: bool = True  # nothing but triples
    weight: int = 1  # of how many triples it is, one for each step of a path


def rewritten(
    query: str,
    prefixes: Mapping[str, str],
    domain: Domain,
    names: Mapping[str, str],
    head: str = "",
) -> str:
    """Give a SELECT for all nodes of a domain; ``names`` are the words for some variables.

    With a ``head`` the query is an ASK, and the domain gives values beside the nodes.

    Raises Uncompiled for a query that cannot be asked for all nodes at once.
    """
    return _Rewriter(tokens(query), dict(prefixes), domain, names).run(head)


class _Rewriter:
    def __init__(
        self,
        found: list[Token],
        prefixes: dict[str, str],
        domain: Domain,
        names: Mapping[str, str],
    ) -> None:
        self.tokens = found
        self.prefixes = prefixes
        self.names = names
        self.base = ""
        self.at = 0
        words = {each.keyword for each in found}
        # What SHACL binds beforehand; "value" is among the names of an ASK.
        self.given = {names[each] for each in ("this", "value") if each in names}
        self.grouped = bool(words & {"GROUP", *_AGGREGATES})
        if refused := words & _CLAUSES:
            raise Uncompiled(f"{min(refused)} in a query")
        pattern = domain(self.this)
        self.domain = distinct(self.this, pattern) if self.grouped else pattern

    @property
    def this(self) -> str:
        return self.names["this"]

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def run(self, head: str) -> str:
        while self.here.keyword in ("PREFIX", "BASE"):
            if self.here.keyword == "BASE":
                self.base = self.tokens[self.at + 1].text[1:-1]
                self.at += 2
            else:
                name, space = self.tokens[self.at + 1 : self.at + 3]
                self.prefixes[name.text[:-1]] = urljoin(self.base, space.text[1:-1])
                self.at += 3
        first, *rest = self.select(head, top=True)
        text, last = first, first
        for word in rest:
            # Oxigraph takes no space between some functions and their bracket.
            text += word if word == "(" and last.replace("_", "").isalnum() else f" {word}"
            last = word
        return text

    def select(self, ask: str, *, top: bool) -> list[str]:
        """Read a query: its head, its pattern, and what comes after it."""
        head = self.until(lambda token: token.text == "{")
        if ask:
            head = [ask, "WHERE"]
        pattern = self.group(start=True, inside=not top).words
        tail = self.until(lambda token: token.text == "}" and token.kind == "mark")
        start = [each.upper() for each in tail[:2]]
        if start == ["GROUP", "BY"]:
            ends = [n for n, each in enumerate(tail) if each.upper() in ("HAVING", "ORDER")]
            if self.this not in tail[: min(ends, default=len(tail))]:
                raise Uncompiled("a query with groups of several nodes")
        elif any(each.upper() in _AGGREGATES for each in head):
            raise Uncompiled("a query that counts without GROUP BY $this")
        return [*head, *pattern, *tail]

    def until(self, ends: Callable[[Token], bool]) -> list[str]:
        words = []
        while self.at < len(self.tokens) and not ends(self.here):
            words.append(self.word())
        return words

    def word(self) -> str:
        """Take one token, with names written out."""
        token = self.here
        self.at += 1
        if token.kind == "variable":
            return self.names.get(token.text[1:], f"?{token.text[1:]}")
        if token.kind == "iri":
            return f"<{urljoin(self.base, token.text[1:-1])}>" if self.base else token.text
        if token.kind == "name" and not token.text.startswith("_:"):
            prefix, _, name = token.text.partition(":")
            if prefix not in self.prefixes:
                raise Uncompiled(f"the prefix {prefix}: that is not declared")
            return f"<{self.prefixes[prefix]}{name.replace(chr(92), '')}>"
        if token.text in ("+", "-") and self.at < len(self.tokens):
            after = self.here
            if after.kind == "number" and after.start == token.end:
                self.at += 1
                return token.text + after.text
        return token.text

    def group(self, *, start: bool = False, inside: bool = False) -> _Group:
        """Read a group; the domain goes into the first, and into others that need it."""
        found = _Group()
        self.at += 1
        while self.here.text != "}":
            self.element(found)
        self.at += 1
        self.settle(found)
        needs = self.domain and (found.computes or (start and not inside))
        opening = ["{", self.domain] if needs else ["{"]
        found.words = [*opening, *found.words, "}"]
        return found

    def element(self, found: _Group) -> None:
        """Read one piece of a group."""
        keyword = self.here.keyword
        if self.here.text == "{":
            found.words += self.group().words
        elif keyword == "SELECT":
            found.words += self.select("", top=False)
        elif keyword == "FILTER":
            self.filter(found)
        elif keyword == "BIND":
            found.words.append(self.word())
            self.expression(found)
        elif keyword and keyword not in _TRIPLES:
            found.words.append(self.word())
        else:
            mark = self.here.text if self.here.kind == "mark" else ""
            if mark in ("*", "?"):
                found.computes |= not self.given.isdisjoint(found.bound)
            last = self.tokens[self.at + 1].text == "}"
            found.weight += mark in _STEPS or (mark == "." and not last)
            word = self.word()
            if word.startswith("?") and len(word) > 1:
                found.bound.add(word)
            found.words.append(word)
            return
        found.plain = False

    def filter(self, found: _Group) -> None:
        """Read a filter; a NOT EXISTS that stands alone is held back until the group is known."""
        if [each.keyword for each in self.tokens[self.at + 1 : self.at + 3]] == ["NOT", "EXISTS"]:
            self.at += 3
            found.held.append((len(found.words), self.exists()))
            return
        found.words.append(self.word())
        self.expression(found)

    def exists(self) -> _Group:
        """Read the group of an EXISTS, where all variables of the solution are known."""
        domain, self.domain = self.domain, ""
        try:
            group = self.group()
        finally:
            self.domain = domain
        return group

    def expression(self, found: _Group) -> None:
        """Read an expression: as far as its bracket closes, or the group of its EXISTS."""
        depth = 0
        while True:
            token = self.here
            if token.text == "{":
                found.words += self.exists().words
                if depth == 0:
                    return
                continue
            if token.kind == "mark":
                depth += (token.text in OPENING) - (token.text in CLOSING)
            word = self.word()
            found.computes |= word in self.given
            found.words.append(word)
            if depth == 0 and token.text == ")":
                return

    def settle(self, found: _Group) -> None:
        """Put each NOT EXISTS that was held back to where it stood, or a MINUS to the end."""
        last: list[str] = []
        for at, group in reversed(found.held):
            shared = group.bound & found.bound
            hidden = (group.bound - found.bound) & set(found.words)
            if group.plain and group.weight > 1 and shared and not hidden:
                last = ["MINUS", *group.words, *last]
            else:
                found.words[at:at] = ["FILTER", "NOT", "EXISTS", *group.words]
        found.words += last
