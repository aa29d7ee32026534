"""Which expressions the columns may compute, given what is known of the variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

__all__ = ["Seen", "Unfit", "Value", "check"]

_COMPARED = frozenset(("=", "!=", "<", ">", "<=", ">=", "IN", "NOT IN"))
# Functions of texts and terms that give the same on both engines where each argument is bound.
_FUNCTIONS = frozenset(
    f"Builtin_{name}"
    for name in (
        "CONCAT", "CONTAINS", "IRI", "LANG", "LANGMATCHES", "LCASE", "REGEX", "REPLACE", "STR",
        "STRAFTER", "STRENDS", "STRLEN", "STRSTARTS", "SUBSTR", "UCASE", "URI", "isIRI", "isURI",
    )
)  # fmt: skip
_PARTS = ("arg", "arg1", "arg2", "text", "pattern", "replacement", "flags", "start", "length")


class Unfit(Exception):
    """A query that the columns are not asked; its text ends "the columns do not answer ..."."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the variables of a part of a query.

    ``bound`` always have a value, ``maybe`` may have none; ``counts`` are the results of COUNT.
    ``grouped`` are the keys of a GROUP BY, which maplib leaves unbound where there is no group.
    """

    bound: frozenset[str]
    maybe: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()
    grouped: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """All variables."""
        return self.bound | self.maybe

    def beside(
        self, other: Seen, *, bound: frozenset[str], grouped: frozenset[str] = frozenset()
    ) -> Seen:
        """Give what is known of two parts together, of which ``bound`` always have a value."""
        maybe = (self.names | other.names) - bound
        return Seen(bound, maybe, self.counts | other.counts, grouped)

    def with_value(self, name: str, value: Value, grouped: frozenset[str]) -> Seen:
        """Add a variable that was computed."""
        more = frozenset((name,))
        return Seen(
            self.bound if value.may_fail else self.bound | more,
            self.maybe | more if value.may_fail else self.maybe,
            self.counts | more if value.is_count else self.counts,
            grouped,
        )

    def only(self, names: frozenset[str]) -> Seen:
        """Keep these variables; one that nothing binds may be unbound."""
        maybe = (self.maybe & names) | (names - self.names)
        return Seen(self.bound & names, maybe, self.counts & names, self.grouped)

    def given(self, names: frozenset[str]) -> Seen:
        """Take these variables for bound, as behind BOUND()."""
        both = names & self.maybe
        return replace(self, bound=self.bound | both, maybe=self.maybe - both)


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression gives: whether it may fail or be unbound, and whether it is a count."""

    may_fail: bool = False
    is_count: bool = False


Exists = Callable[[Any, Seen], None]


def check(node: Any, seen: Seen, exists: Exists | None) -> Value:
    """Say what an expression gives; raises Unfit where the columns may compute something else.

    ``exists`` checks the pattern of an EXISTS, None where none may stand.
    """
    return _Check(exists, negated=False).of(node, seen)


@dataclass(frozen=True)
class _Check:
    exists: Exists | None
    negated: bool

    def of(self, node: Any, seen: Seen) -> Value:
        from rdflib import Literal, URIRef, Variable

        if isinstance(node, Variable):
            name = str(node)
            if name not in seen.names:
                raise Unfit(f"?{name}, which nothing binds there")
            return Value(name not in seen.bound, name in seen.counts)
        if isinstance(node, Literal | URIRef):
            return Value()
        kind = getattr(node, "name", type(node).__name__)
        if kind in _FUNCTIONS:
            return self._function(node, seen)
        known: dict[str, Callable[[Any, Seen], Value]] = {
            "AdditiveExpression": self._sum,
            "Builtin_BOUND": lambda each, now: Value(),
            "Builtin_COALESCE": self._first,
            "Builtin_EXISTS": self._there,
            "Builtin_IF": self._if,
            "Builtin_NOTEXISTS": self._there,
            "ConditionalAndExpression": self._logic,
            "ConditionalOrExpression": self._logic,
            "RelationalExpression": self._compared,
            "UnaryNot": lambda each, now: replace(self, negated=True).of(each.expr, now),
        }
        if kind not in known:
            raise Unfit(kind.removeprefix("Builtin_"))
        return known[kind](node, seen)

    def _function(self, node: Any, seen: Seen) -> Value:
        parts = [node[each] for each in _PARTS if each in node and node[each] is not None]
        arguments = [each for part in parts for each in (part if _many(part) else [part])]
        for each in arguments:
            if self.of(each, seen).may_fail:
                raise Unfit("a function of what may be unbound")
        return Value()

    def _sum(self, node: Any, seen: Seen) -> Value:
        for each in (node.expr, *node.other):
            value = self.of(each, seen)
            if value.is_count or value.may_fail:
                raise Unfit("a sum with a count, or with what may be unbound")
        return Value()

    def _first(self, node: Any, seen: Seen) -> Value:
        values = [self.of(each, seen) for each in node.arg]
        if any(each.is_count for each in values):
            raise Unfit("COALESCE of a count")
        return Value(may_fail=all(each.may_fail for each in values))

    def _there(self, node: Any, seen: Seen) -> Value:
        if self.exists is None or self.negated:
            raise Unfit("EXISTS within an expression")
        self.exists(node, seen)
        return Value()

    def _if(self, node: Any, seen: Seen) -> Value:
        inner = replace(self, exists=None)
        if inner.of(node.arg1, seen).may_fail:
            raise Unfit("IF on what may be unbound")
        yes = inner.of(node.arg2, seen.given(_sure(node.arg1, holds=True)))
        no = inner.of(node.arg3, seen.given(_sure(node.arg1, holds=False)))
        if yes.is_count != no.is_count:
            raise Unfit("IF of a count and another value")
        return Value(yes.may_fail or no.may_fail, yes.is_count)

    def _logic(self, node: Any, seen: Seen) -> Value:
        holds = node.name == "ConditionalAndExpression"
        inner = replace(self, exists=self.exists if holds else None)
        may_fail = False
        for each in (node.expr, *node.other):
            may_fail |= inner.of(each, seen).may_fail
            seen = seen.given(_sure(each, holds=holds))
        return Value(may_fail)

    def _compared(self, node: Any, seen: Seen) -> Value:
        if node.op not in _COMPARED:
            raise Unfit(f"the comparison {node.op}")
        sides = [node.expr, *(node.other if _many(node.other) else [node.other])]
        values = [self.of(each, seen) for each in sides]
        equal = node.op in {"=", "!=", "IN", "NOT IN"}
        if not equal and any(_is_text(each) for each in sides):
            raise Unfit("the order of a text and others")
        if equal and any(each.is_count for each in values):
            raise Unfit("a count compared for equality")
        may_fail = any(each.may_fail for each in values)
        if may_fail and (self.negated or node.op in {"!=", "NOT IN"}):
            raise Unfit("a difference from what may be unbound")
        return Value(may_fail)


def _is_text(node: Any) -> bool:
    from rdflib import Literal

    return isinstance(node, Literal) and isinstance(node.value, str)


def _many(part: Any) -> bool:
    return isinstance(part, list | tuple)


def _sure(node: Any, *, holds: bool) -> frozenset[str]:
    """Give the variables that are bound where a condition holds, or where it does not."""
    kind = getattr(node, "name", "")
    if kind == "UnaryNot":
        return _sure(node.expr, holds=not holds)
    if kind == "Builtin_BOUND":
        return frozenset((str(node.arg),)) if holds else frozenset()
    joined = {"ConditionalAndExpression": True, "ConditionalOrExpression": False}
    if joined.get(kind) is holds:
        return frozenset().union(*(_sure(each, holds=holds) for each in (node.expr, *node.other)))
    return frozenset()
