"""Walks an expression of SPARQL (as rdflib parses it) and gives the SQL that says the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from magkg.store.columns import functions, strict
from magkg.store.columns.scope import Expression, Scope, constant, refuse
from magkg.store.columns.tables import quoted

__all__ = ["Translator", "text_of"]

# How an EXISTS is translated is the business of the patterns.
Exists = Callable[[Any, Scope], str]


def text_of(term: Any) -> str:
    """Give the N-Triples form of a term of rdflib, as pyoxigraph writes it."""
    import pyoxigraph as ox
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, URIRef):
        return f"<{term}>"
    if isinstance(term, BNode):
        return f"_:{term}"
    if not isinstance(term, Literal):
        raise refuse(f"the term {term!r}")
    if term.language:
        return str(ox.Literal(str(term), language=str(term.language).lower()))
    datatype = ox.NamedNode(str(term.datatype)) if term.datatype else None
    return str(ox.Literal(str(term), datatype=datatype))


class Translator:
    """Translates expressions in a scope; patterns in them are given to ``exists``."""

    def __init__(self, scope: Scope, exists: Exists) -> None:
        self.scope, self.exists = scope, exists

    def condition(self, node: Any) -> str:
        """Give the SQL of an expression that is a condition."""
        return self.scope.as_boolean(self.of(node))

    def of(self, node: Any) -> Expression:
        """Give the SQL of an expression."""
        from rdflib import BNode, Literal, URIRef, Variable
        from rdflib.plugins.sparql.parserutils import CompValue

        if isinstance(node, Variable):
            return self.scope.value(str(node))
        if isinstance(node, Literal):
            return _literal(node)
        if isinstance(node, URIRef | BNode):
            return constant(text_of(node))
        if isinstance(node, CompValue):
            return self._composed(node)
        raise refuse(f"the expression {node!r}")

    def _composed(self, node: Any) -> Expression:
        name = str(node.name)
        if name.startswith("Builtin_"):
            return self._builtin(node, name.removeprefix("Builtin_"))
        walk: dict[str, Callable[[Any], Expression]] = {
            "ConditionalAndExpression": lambda each: self._chain(each, "AND"),
            "ConditionalOrExpression": lambda each: self._chain(each, "OR"),
            "RelationalExpression": self._relation,
            "AdditiveExpression": self._arithmetic,
            "MultiplicativeExpression": self._arithmetic,
            "UnaryNot": self._negation,
            "UnaryMinus": self._minus,
            "UnaryPlus": lambda each: self.of(each.expr),
            "Function": self._function,
            "TrueFilter": lambda _: Expression("boolean", "true"),
        }
        if name not in walk:
            raise refuse(name)
        return walk[name](node)

    def _builtin(self, node: Any, name: str) -> Expression:
        if name in ("EXISTS", "NOTEXISTS"):
            found = self.exists(node.graph, self.scope)
            sql = f"NOT {found}" if name == "NOTEXISTS" else found
            return Expression("boolean", sql, sure=True)
        if name not in functions.FUNCTIONS:
            raise refuse(f"the function {name}")
        return functions.FUNCTIONS[name](self.scope, [self.of(each) for each in _given(node)])

    def _chain(self, node: Any, word: str) -> Expression:
        parts = [self.of(each) for each in (node.expr, *node.other)]
        sql = f" {word} ".join(self.scope.as_boolean(each) for each in parts)
        return Expression("boolean", f"({sql})", sure=all(_truth(each) for each in parts))

    def _negation(self, node: Any) -> Expression:
        given = self.of(node.expr)
        return Expression("boolean", f"(NOT {self.scope.as_boolean(given)})", sure=_truth(given))

    def _minus(self, node: Any) -> Expression:
        value, rank = self.scope.as_number(self.of(node.expr))
        return Expression("number", f"(- {value})", rank)

    def _arithmetic(self, node: Any) -> Expression:
        sql, rank = self.scope.as_number(self.of(node.expr))
        for sign, other in zip(node.op, node.other, strict=True):
            value, kind = self.scope.as_number(self.of(other))
            # Of integers, a quotient is a decimal (SPARQL 1.1, section 17.3).
            least = "2" if str(sign) == "/" else "1"
            same = rank == kind == least
            divisor = f"nullif({value}, 0)" if str(sign) == "/" else value
            sql = f"({sql} {sign} {divisor})"
            rank = rank if same else f"greatest({rank}, {kind}, {least})"
            if least == "2":
                strict.refused(self.scope, "a quotient")
        return Expression("number", strict.whole(self.scope, sql, rank), rank)

    def _relation(self, node: Any) -> Expression:
        sign = str(node.op)
        if sign in ("IN", "NOT IN"):
            return self._membership(node, sign)
        a, b = self.of(node.expr), self.of(node.other)
        if sign in ("=", "!="):
            found = functions.equal(self.scope, a, b)
            sql = found if sign == "=" else f"(NOT {found})"
            return Expression("boolean", sql, sure=a.sure and b.sure)
        return Expression("boolean", functions.compare(self.scope, a, sign, b))

    def _membership(self, node: Any, sign: str) -> Expression:
        a = self.of(node.expr)
        listed = node.other if isinstance(node.other, list) else []
        if not listed:
            strict.refused(self.scope, "IN of nothing")
        parts = [functions.equal(self.scope, a, self.of(each)) for each in listed]
        found = f"({' OR '.join(parts) or 'false'})"
        return Expression("boolean", found if sign == "IN" else f"(NOT {found})")

    def _function(self, node: Any) -> Expression:
        given = [self.of(each) for each in node.expr]
        if len(given) != 1:
            raise refuse(f"the function <{node.iri}>")
        return functions.cast(self.scope, str(node.iri), given[0])


def _truth(each: Expression) -> bool:
    """Whether an expression surely has an effective boolean value."""
    return each.sure and each.kind == "boolean"


def _literal(node: Any) -> Expression:
    from rdflib import XSD

    if node.language is None and node.datatype in (None, XSD.string):
        return Expression("string", quoted(str(node)), sure=True)
    kinds = {XSD.integer: "1", XSD.decimal: "2", XSD.double: "3"}
    if node.datatype in kinds:
        value = f"CAST({quoted(str(node))} AS DOUBLE)"
        return Expression("number", value, kinds[node.datatype], sure=True)
    if node.datatype == XSD.boolean:
        return Expression("boolean", str(str(node) in ("true", "1")).lower(), sure=True)
    return constant(text_of(node))


def _given(node: Any) -> list[Any]:
    """Give the arguments of a built-in function in their order."""
    named = {
        "Builtin_REGEX": ("text", "pattern", "flags"),
        "Builtin_REPLACE": ("arg", "pattern", "replacement", "flags"),
        "Builtin_SUBSTR": ("arg", "start", "length"),
    }
    order = named.get(str(node.name), ("arg", "arg1", "arg2", "arg3"))
    found = [node[each] for each in order if each in node and node[each] is not None]
    return [part for each in found for part in (each if isinstance(each, list) else [each])]
