"""Which queries the columns may answer: what maplib 0.20 was seen to answer as Oxigraph does.

A query is taken apart by rdflib; an operator that is not known to be answered alike is refused by
name (`Unfit`), and so is every class of queries for which the two engines were found to differ.
What is said of a refusal ends the sentence "the columns do not answer ...".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg.store.columnar.expressions import Seen, Unfit, check
from magkg.store.interface import form
from magkg.store.syntax import blank

if TYPE_CHECKING:
    from magkg.store.columnar.tables import Tables

__all__ = ["Asked", "Unfit", "fitted"]

# A count is of another type than the number beside it, so that none is found equal.
_COUNT_IS = re.compile(r"(COUNT\s*\(\s*(?:DISTINCT\s+)?(?:\?\w+|\*)\s*\))\s*=\s*([0-9]+)", re.I)
_PATHS = {"*": "a path of any length", "?": "a path of length zero or one"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it is sent: its text, its variables, and those that each row must bind."""

    text: str
    variables: tuple[str, ...]
    bound: frozenset[str]


def fitted(query: str, tables: Tables) -> Asked:
    """Give a SELECT as the columns are asked it; raises Unfit with the reason why they are not."""
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    if form(query) != "select":
        raise Unfit("any form but SELECT")
    text = _with_counts(query)
    try:
        found = translateQuery(parseQuery(text)).algebra
    except Exception:  # whatever it is, Oxigraph decides whether the query parses
        raise Unfit("what rdflib does not parse") from None
    if found.datasetClause:
        raise Unfit("FROM")
    seen = _Walk(tables.kinds(), tables.kept_out).of(found.p)
    names = tuple(str(each) for each in found.PV)
    if not seen.grouped <= set(names):
        raise Unfit("groups whose keys are not in the answer")
    return Asked(text, names, frozenset(seen.bound & set(names)))


def _with_counts(query: str) -> str:
    """Write ``COUNT(?x) = 2`` as two comparisons, which the columns answer."""
    code = blank(query)
    pieces, done = [], 0
    for hit in _COUNT_IS.finditer(code):
        count, number = query[hit.start(1) : hit.end(1)], hit[2]
        pieces += [query[done : hit.start()], f"({count} >= {number} && {count} <= {number})"]
        done = hit.end()
    return "".join((*pieces, query[done:]))


@dataclass
class _Walk:
    kinds: Mapping[str, set[str]]
    kept_out: Mapping[str, str]

    def of(self, node: Any) -> Seen:
        """Say what is known of the variables of an operator; raises Unfit for an unknown one."""
        known: dict[str, Callable[[Any], Seen]] = {
            "AggregateJoin": self._aggregated,
            "BGP": self._basic,
            "Distinct": lambda each: self.of(each.p),
            "Extend": self._extended,
            "Filter": self._filtered,
            "Join": self._joined,
            "LeftJoin": self._optional,
            "OrderBy": self._ordered,
            "Project": self._projected,
            "Slice": lambda each: self.of(each.p),
            "ToMultiSet": self._inner,
            "Union": self._either,
        }
        if node.name not in known:
            raise Unfit(node.name.upper())
        return known[node.name](node)

    def _basic(self, node: Any) -> Seen:
        from rdflib import BNode, Literal, Variable

        bound = set()
        for subject, predicate, value in node.triples:
            self._predicate(predicate)
            if isinstance(value, Literal) and value.language:
                raise Unfit("a text with its language in a pattern")
            if subject == value:
                raise Unfit("a node twice in one statement")
            bound |= {f"{each}" for each in (subject, value) if isinstance(each, Variable | BNode)}
        return Seen(frozenset(bound))

    def _predicate(self, predicate: Any) -> None:
        from rdflib import URIRef
        from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

        if isinstance(predicate, MulPath):
            if predicate.mod in _PATHS:
                raise Unfit(_PATHS[predicate.mod])
            self._predicate(predicate.path)
        elif isinstance(predicate, SequencePath | AlternativePath):
            for each in predicate.args:
                self._predicate(each)
        elif isinstance(predicate, InvPath):
            self._predicate(predicate.arg)
        elif not isinstance(predicate, URIRef):
            raise Unfit("a variable or a negated path in the place of a predicate")
        elif str(predicate) in self.kept_out:
            raise Unfit(f"<{predicate}>: {self.kept_out[str(predicate)]}")
        elif len(self.kinds.get(str(predicate), ())) > 1:
            raise Unfit(f"<{predicate}>, which has values of several types")

    def _joined(self, node: Any) -> Seen:
        left, right = self.of(node.p1), self.of(node.p2)
        shared = left.names & right.names
        if not shared <= left.bound & right.bound:
            raise Unfit("a join on a variable that may be unbound")
        if shared & (left.counts | right.counts):
            raise Unfit("a join on a count")
        # A group without members is no row; its keys match nothing, so it goes in the join.
        grouped = frozenset().union(
            *(each.grouped for each in (left, right) if not each.grouped & shared)
        )
        return left.beside(right, bound=left.bound | right.bound, grouped=grouped)

    def _optional(self, node: Any) -> Seen:
        left, right = self.of(node.p1), self.of(node.p2)
        shared = left.names & right.names
        if not shared <= left.bound & right.bound:
            raise Unfit("OPTIONAL on a variable that may be unbound")
        if right.grouped or shared & (left.counts | right.counts):
            raise Unfit("OPTIONAL on groups")
        if node.expr is not None and node.expr.name != "TrueFilter":
            check(node.expr, right, self._exists)
        return left.beside(right, bound=left.bound, grouped=left.grouped)

    def _either(self, node: Any) -> Seen:
        left, right = self.of(node.p1), self.of(node.p2)
        if left.grouped or right.grouped or left.counts or right.counts:
            raise Unfit("UNION of groups")
        return left.beside(right, bound=left.bound & right.bound)

    def _filtered(self, node: Any) -> Seen:
        below = self.of(node.p)
        check(node.expr, below, self._exists)
        return below

    def _extended(self, node: Any) -> Seen:
        below = self.of(node.p)
        value = check(node.expr, below, None)
        name = str(node.var)
        grouped = below.grouped
        if str(node.expr) in grouped:  # the name of a key outside its group
            grouped = grouped - {str(node.expr)} | {name}
        return below.with_value(name, value, grouped)

    def _inner(self, node: Any) -> Seen:
        if node.p.name != "values":
            return self.of(node.p)
        rows = [set(map(str, row)) for row in node.p.res]
        names = frozenset().union(*rows) if rows else frozenset()
        if any(row != names for row in rows) or any(
            str(value) == "UNDEF" for row in node.p.res for value in row.values()
        ):
            raise Unfit("VALUES with UNDEF")
        return Seen(names)

    def _projected(self, node: Any) -> Seen:
        below = self.of(node.p)
        names = frozenset(str(each) for each in node.PV)
        if not below.grouped <= names:
            raise Unfit("groups whose keys are not in the answer")
        return below.only(names)

    def _ordered(self, node: Any) -> Seen:
        below = self.of(node.p)
        for each in node.expr:
            check(each.expr, below, None)
        return below

    def _aggregated(self, node: Any) -> Seen:
        below = self.of(node.p.p)
        keys = node.p.expr or []
        names = {str(each) for each in keys}
        if below.grouped or below.counts:
            raise Unfit("groups of groups")
        if not names <= below.bound:
            raise Unfit("GROUP BY what may be unbound, or an expression")
        bound, counts = set(), set()
        renamed = {}
        for each in node.A:
            name, kind = str(each.res), each.name.removeprefix("Aggregate_")
            if kind == "Sample":  # rdflib's own form of a key
                if str(each.vars) not in names:
                    raise Unfit("SAMPLE")
                renamed[str(each.vars)] = name
                continue
            if kind == "Count":
                counts.add(name)
            elif not keys:
                raise Unfit(f"{kind.upper()} of everything")
            self._aggregate(kind, each, below)
            bound.add(name)
        grouped = frozenset(renamed.get(each, each) for each in names)
        return Seen(frozenset(bound) | grouped, counts=frozenset(counts), grouped=grouped)

    def _aggregate(self, kind: str, node: Any, below: Seen) -> None:
        if kind not in {"Count", "Sum", "Min", "Max"}:
            raise Unfit(kind.upper())
        if kind == "Count" and str(node.vars) == "*":
            if node.distinct:
                raise Unfit("COUNT(DISTINCT *)")
            return
        value = check(node.vars, below, None)
        if value.may_fail and (kind != "Count" or node.distinct):
            raise Unfit(f"{kind.upper()} of what may be unbound")

    def _exists(self, node: Any, outer: Seen) -> None:
        """Check the pattern of an EXISTS: it names what is bound outside, and nothing else."""
        inner = self.of(node.graph)
        shared = inner.names & outer.names
        if not shared or not shared <= inner.bound & outer.bound:
            raise Unfit("EXISTS on a variable that may be unbound")
        if inner.grouped or inner.counts:
            raise Unfit("EXISTS of groups")
