"""SPARQL over columns: a query is parsed by rdflib, and its algebra becomes one SELECT of SQL.

Only the default graph is seen. What is not translated is refused by name (`Untranslated`): GRAPH,
SERVICE, negated paths, an EXISTS that looks outside deeper than its own filters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from magkg.store.columns import aggregates, forms, patterns
from magkg.store.columns.expressions import Translator, text_of
from magkg.store.columns.relation import (
    Relation,
    Variable,
    column,
    joined,
    left_joined,
    select,
    union,
    without,
)
from magkg.store.columns.scope import Expression, Scope, refuse
from magkg.store.columns.tables import Columns, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Query", "limited", "parse"]

# Computed values of more characters than that are computed before they are used: DuckDB puts an
# expression in for each use of it, which doubles with every level (a rule took 90 s, not 1 s).
_LONG = 200
_HEAVY = ("number_", "lexical(", "datatype_of(")


@dataclass(frozen=True)
class Query:
    """A parsed query: its algebra, what it projects or, of a CONSTRUCT, its template."""

    pattern: Any
    variables: tuple[str, ...]
    template: tuple[tuple[Any, Any, Any], ...] = ()

    def over(self, columns: Columns) -> Relation:
        """Translate the query for a graph; raises Untranslated."""
        return Algebra(columns).of(self.pattern)


# The constraints come again in each round of a build.
@lru_cache(maxsize=1024)
def parse(text: str) -> Query:
    """Parse a SELECT or CONSTRUCT; raises Untranslated for other forms and for FROM."""
    found = forms.parsed(text)
    if found.name not in ("SelectQuery", "ConstructQuery"):
        raise refuse(f"the form {found.name}")
    if found.datasetClause:
        raise refuse("FROM")
    template = tuple(found.template) if found.name == "ConstructQuery" else ()
    return Query(found.p, tuple(str(each) for each in found.PV or ()), template)


def limited(node: Any) -> str:
    """Give LIMIT and OFFSET of a Slice in SQL."""
    limit = "" if node.length is None else f" LIMIT {int(node.length)}"
    return limit + (f" OFFSET {int(node.start)}" if node.start else "")


class Algebra:
    """Translates operators of the SPARQL algebra over one graph."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.excluded: dict[str, frozenset[str]] = {}
        # Terms of which a variable is one, wherever it is bound in the pattern at hand.
        self.given: dict[str, list[str]] = {}
        # What the rows outside of an EXISTS bind, which its inner expressions cannot see here.
        self.around: frozenset[str] = frozenset()

    def of(self, node: Any) -> Relation:
        """Translate an operator with all below it."""
        walk: dict[str, Callable[[Any], Relation]] = {
            "AggregateJoin": self.aggregate,
            "BGP": self.join,
            "Distinct": self.distinct,
            "Extend": self.extend,
            "Filter": self.filter,
            "Join": self.join,
            "LeftJoin": self.optional,
            "Minus": lambda each: without(self.of(each.p1), self.apart(each.p2)),
            "Project": self.project,
            "Reduced": lambda each: self.of(each.p),
            "Slice": self.slice,
            "ToMultiSet": lambda each: self.side(each.p),
            "Union": lambda each: union([self.of(each.p1), self.of(each.p2)]),
            "values": self.values,
        }
        if node.name not in walk:
            raise refuse(str(node.name))
        return walk[node.name](node)

    def join(self, node: Any) -> Relation:
        """Join what stands side by side: each part with what it shares a variable with, if any.

        A basic graph pattern whose triples hang together only by another part would else be the
        product of its halves.
        """
        given = self.given
        self.given = given | self.listed(node)
        rest = list(self.parts(node))
        self.given = given
        found = rest.pop(0)
        while rest:
            near = [each for each in rest if each.variables.keys() & found.variables.keys()]
            part = (near or rest)[0]
            rest.remove(part)
            found = joined(found, part)
        return found

    def side(self, node: Any) -> Relation:
        """Translate a sub-select; on strict columns its patterns are joined before all others.

        DuckDB took first what 80 million rows of a query share, and then what 100,000 do.
        """
        found = self.of(node)
        if not (self.columns.strict and node.name == "Project" and node.p.name in ("BGP", "Join")):
            return found
        return Relation(f"WITH m AS MATERIALIZED ({found.sql}) SELECT * FROM m", found.variables)

    def listed(self, node: Any) -> dict[str, list[str]]:
        """Give the terms of variables that VALUES bind, where DuckDB would join them last."""
        return patterns.listed(node) if self.columns.strict else {}

    def apart(self, node: Any) -> Relation:
        """Translate what may be unbound, or mean another variable, where it is bound outside."""
        given, self.given = self.given, {}
        found = self.of(node)
        self.given = given
        return found

    def parts(self, node: Any) -> Iterator[Relation]:
        if node.name == "Join":
            yield from self.parts(node.p1)
            yield from self.parts(node.p2)
        elif node.name == "BGP":
            for triples in patterns.components(node.triples):
                yield patterns.basic(self.columns, triples, self.excluded, self.given)
        else:
            yield self.of(node)

    def scope(self, **relations: Relation) -> Scope:
        return Scope(relations, hidden=self.around, strict=self.columns.strict)

    def translator(self, scope: Scope) -> Translator:
        return Translator(scope, self.exists)

    def project(self, node: Any) -> Relation:
        found = self.apart(node.p)
        names = [str(each) for each in node.PV]
        known = {name: found.variables.get(name, Variable(False)) for name in names}
        columns = []
        for name in names:
            if name in found.variables:
                columns += found.columns("r", [name])
            else:
                columns.append(f"NULL::UBIGINT AS {column(name)}")
        return Relation(select(columns, f"FROM ({found.sql}) r"), known)

    def slice(self, node: Any) -> Relation:
        """Translate so many rows of a sub-select; which ones, no order says."""
        if not self.columns.strict:
            raise refuse("Slice")
        found = self.of(node.p)
        cut = f"SELECT * FROM ({found.sql}) r{limited(node)}"
        return Relation(f"WITH m AS MATERIALIZED ({cut}) SELECT * FROM m", found.variables)

    def distinct(self, node: Any) -> Relation:
        found = self.of(node.p)
        return Relation(f"SELECT DISTINCT * FROM ({found.sql}) r", found.variables)

    def filter(self, node: Any) -> Relation:
        known = dict(self.excluded)
        self.excluded |= _excluded(node.expr)
        found = self.of(node.p)
        self.excluded = known
        scope = self.scope(w=found)
        condition = self.translator(scope).condition(node.expr)
        columns = found.columns("w")
        rest = f"FROM {scope.wrapped('w')} WHERE {condition}"
        names = set(forms.variables(node.expr))
        if not self.columns.strict and len(names) == 1 and names == scope.texts.keys():
            (name,) = names
            if found.variables[name].bound:
                return self._of_terms(node.expr, found, name)
        return Relation(select(columns, rest), found.variables)

    def _of_terms(self, expression: Any, found: Relation, name: str) -> Relation:
        """Filter by the text of one variable: each term is looked at once, not in every row."""
        own = column(name)
        terms = ", ".join(found.columns("m", [name]))
        once = Relation(f"SELECT DISTINCT {terms} FROM m", {name: found.variables[name]})
        scope = self.scope(w=once)
        condition = self.translator(scope).condition(expression)
        sound = f"SELECT w.{own} FROM {scope.wrapped('w')} WHERE {condition}"
        rest = f"FROM m w WHERE w.{own} IN ({sound})"
        kept = select(found.columns("w"), rest)
        return Relation(f"WITH m AS MATERIALIZED ({found.sql}) {kept}", found.variables)

    def extend(self, node: Any) -> Relation:
        found = self.of(node.p)
        name, scope = str(node.var), self.scope(w=found)
        given = self.translator(scope).of(node.expr)
        own = {each: known for each, known in found.variables.items() if each != name}
        columns = found.columns("w", own)
        kind = "" if given.kind == "variable" else given.kind
        for suffix, sql in zip(
            Variable(kind=kind).companions, (given.sql, given.rank), strict=False
        ):
            columns.append(f"{sql} AS {column(name, suffix)}")
        known = {**own, name: Variable(given.sure, kind, node=scope.is_node(given))}
        if not kind:
            columns.append(f"{given.sql} AS {column(name)}")
            return Relation(select(columns, f"FROM {scope.wrapped('w')}"), known)
        sql = select(columns, f"FROM {scope.wrapped('w')}")
        value, rank = (f"m.{column(name, suffix)}" for suffix in "$%")
        code = scope.as_id(Expression(kind, value, rank, sure=given.sure))
        if len(given.sql) > _LONG or any(each in given.sql for each in _HEAVY):
            made = f"WITH m AS MATERIALIZED ({sql}) SELECT m.*, {code} AS {column(name)} FROM m"
        else:
            made = f"SELECT m.*, {code} AS {column(name)} FROM ({sql}) m"
        return Relation(made, known)

    def optional(self, node: Any) -> Relation:
        a, given = self.of(node.p1), self.given
        self.given = self.listed(node.p1)
        b = self.of(node.p2)
        self.given = given
        if node.expr.name == "TrueFilter":
            return left_joined(a, b)
        scope = self.scope(a=a, b=b)
        condition = self.translator(scope).condition(node.expr)
        wrapped = [f"SELECT * FROM {scope.wrapped(at)}" for at in "ab"]
        return left_joined(
            Relation(wrapped[0], a.variables), Relation(wrapped[1], b.variables), condition
        )

    def exists(self, graph: Any, outer: Scope) -> str:
        """Translate EXISTS as a correlated one of SQL; its own filters may look outside."""
        from rdflib.plugins.sparql.algebra import translateGroupGraphPattern

        node = graph
        if node.name == "GroupGraphPatternSub":
            node = translateGroupGraphPattern(node)
        conditions = []
        while node.name == "Filter":
            conditions.append(node.expr)
            node = node.p
        around, self.around = self.around, self.around | outer.names()
        inner = self.apart(node)
        self.around = around
        scope = Scope({"e": inner}, outer, strict=self.columns.strict)
        agree = []
        for name in inner.variables:
            known = outer.known(name)
            if known is None:
                continue
            same = f"e.{column(name)} = {outer.id(name)}"
            if not (known.bound and inner.variables[name].bound):
                same = f"({same} OR {outer.id(name)} IS NULL OR e.{column(name)} IS NULL)"
            agree.append(same)
        agree += [self.translator(scope).condition(each) for each in conditions]
        return f"EXISTS (SELECT 1 FROM {scope.wrapped('e')} WHERE {' AND '.join(agree) or 'true'})"

    def values(self, node: Any) -> Relation:
        names = list(dict.fromkeys(str(each) for row in node.res for each in row))
        if not names:
            return Relation(f"SELECT 1 AS one FROM range({len(node.res)}) v")
        texts = [
            [None if row[each] == "UNDEF" else text_of(row[each]) for each in row]
            for row in node.res
        ]
        known = {
            name: Variable(
                all(row[at] is not None for row in texts),
                "term",
                node=all((row[at] or "<")[0] == "<" for row in texts),
            )
            for at, name in enumerate(names)
        }
        rows = ", ".join(
            f"({', '.join('NULL' if each is None else quoted(each) for each in row)})"
            for row in texts
        )
        columns = []
        for at, name in enumerate(names):
            text = f"CAST(v.c{at} AS VARCHAR)"
            code = f"CASE WHEN v.c{at} IS NOT NULL THEN code({text}) END"
            columns += [f"{code} AS {column(name)}", f"{text} AS {column(name, '$')}"]
        given = ", ".join(f"c{at}" for at in range(len(names)))
        return Relation(select(columns, f"FROM (VALUES {rows}) v({given})"), known)

    def aggregate(self, node: Any) -> Relation:
        group = node.p
        found = self.of(group.p)
        scope = self.scope(w=found)
        translator = self.translator(scope)
        keys = [translator.of(each) for each in group.expr or []]
        columns, known = [], {}
        for each in node.A:
            name = str(each.res)
            text, bound = aggregates.of(each, translator, scope, found)
            columns += text
            known[name] = bound
        by = [scope.as_id(each) for each in keys]
        rest = f"FROM {scope.wrapped('w')}" + (f" GROUP BY {', '.join(by)}" if by else "")
        return Relation(select(columns, rest), known)


def _excluded(node: Any) -> dict[str, frozenset[str]]:
    """Give what ?x NOT IN (<a>, ...) excludes; predicates among it need not be looked at."""
    from rdflib import URIRef, Variable

    if getattr(node, "name", "") != "RelationalExpression" or str(node.op) != "NOT IN":
        return {}
    listed = node.other if isinstance(node.other, list) else []
    if not isinstance(node.expr, Variable) or not all(isinstance(n, URIRef) for n in listed):
        return {}
    return {str(node.expr): frozenset(map(str, listed))}
