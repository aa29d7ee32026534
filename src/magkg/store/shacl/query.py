"""Constraints that are queries (SHACL-SPARQL), asked once for all nodes that they look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.shacl.checks import Check
from magkg.store.shacl.places import Place
from magkg.store.shacl.rewrite import rewritten
from magkg.store.shacl.terms import Term, Uncompiled, text
from magkg.store.syntax import blank
from magkg.store.tokens import tokens
from magkg.vocabulary import RDF, RDFS, XSD

if TYPE_CHECKING:
    from magkg.store.shacl.graph import Graph
    from magkg.store.shacl.paths import Path

__all__ = ["Ask", "Asked", "Select", "ask", "asked", "select", "told"]

# What pySHACL declares whether or not the shape does.
_BEFOREHAND = {
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": RDF,
    "rdfs": RDFS,
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xsd": XSD,
}
# What SHACL does not allow (appendix A), and what it leaves to processors.
_REFUSED = {
    r"[?$]PATH\b": "$PATH in a query of a shape without a path",
    r"[?$]shapesGraph\b": "$shapesGraph in a query",
    r"[?$]currentShape\b": "$currentShape in a query",
    r"[?$]failure\b": "?failure in a query",
    r"(?i)\bAS\s+[?$]this\b": "a query that binds $this itself",
    r"(?i)(?<=\W)SELECT\b(?![^{]*[?$]this\b)": "a sub-select that does not give $this",
    r"(?i)\b(?:VALUES|MINUS|SERVICE)\b": "a query that SHACL does not allow",
    r"(?i)\b(?:GRAPH|FROM)\b": "GRAPH or FROM in a query",
}
_MENTIONED = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True)
class Asked:
    """A query as its author wrote it, its prefixes, and the terms of its parameters."""

    text: str
    prefixes: Mapping[str, str]
    terms: Mapping[str, str] = field(default_factory=dict)

    def of(self, place: Place, head: str = "") -> str:
        """Write it for all nodes of a place, or with a ``head`` for all their values."""
        names = {"this": place.node, **self.terms}
        if not head:
            return rewritten(self.text, self.prefixes, place.domain, names)
        names["value"] = place.value
        return rewritten(self.text, self.prefixes, lambda _: place.values, names, head)


@dataclass(frozen=True, eq=False)
class Select(Check):
    """A query that finds what breaks it: sh:sparql, or a validator of a component.

    ``name`` is what findings call the query, where they name it and not its shape.
    """

    component: str
    asked: Asked
    shows: tuple[str, ...]
    message: str
    name: str = ""

    def _where(self, place: Place) -> str | None:
        return f"{{ {self.asked.of(place)} }}"


@dataclass(frozen=True, eq=False)
class Ask(Check):
    """A validator that asks of each value whether it is as it should be."""

    component: str
    asked: Asked
    message: str

    def _where(self, place: Place) -> str | None:
        both = " ".join(dict.fromkeys((place.node, place.value)))
        return f"{{ {place.values} }} MINUS {{ {self.asked.of(place, f'SELECT {both}')} }}"


def told(message: str, row: Mapping[str, Term | None]) -> str:
    """Put what a query found into a message: {?name} stands for it."""

    def word(found: re.Match[str]) -> str:
        term = row.get(found[1])
        return found[0] if term is None else text(term)

    return _MENTIONED.sub(word, message)


def asked(
    query: str,
    graph: Graph,
    node: Term,
    path: Path | None,
    terms: Mapping[str, Term] | None = None,
) -> Asked:
    """Read the query of a node of a shapes graph, with what the node declares as prefixes.

    Raises Uncompiled for what cannot be asked for all nodes at once, or not at all.
    """
    declared = graph.prefixes(node)
    if path is not None:
        query = re.sub(r"[?$]PATH\b", lambda _: str(path), query)
    code = blank(query)
    given = "|".join(["value", *(terms or {})])
    bound = {rf"(?i)\bAS\s+[?$](?:{given})\b": "a query that binds what is given"}
    for pattern, what in (_REFUSED | (bound if terms else {})).items():
        if re.search(pattern, code, re.DOTALL):
            raise Uncompiled(what)
    if graph.pinned and any(each.text in ("*", "?") for each in tokens(query)):
        # Oxigraph does not go from such a node to itself.
        raise Uncompiled("a path that may be empty, beside nodes that the data need not mention")
    used = partial(re.search, string=code)
    prefixes = {
        prefix: space
        for prefix, space in (_BEFOREHAND | dict(declared)).items()
        if used(rf"(?<![\w.-]){re.escape(prefix)}:")
    }
    return Asked(query, prefixes, {name: str(term) for name, term in (terms or {}).items()})


def select(
    component: str, found: Asked, message: str, *, name: str = "", whole: bool = False
) -> Select:
    """Make a constraint of a query that finds what breaks it; ``whole`` has it show the node.

    Raises Uncompiled where it does not parse, or does not give $this.
    """
    place = Place(_anywhere, None)
    given = _parsed(found.of(place))
    if "this" not in given:
        raise Uncompiled("a query that does not give $this")
    named = {"path", "value", *_MENTIONED.findall(message)}
    shows = tuple(f"?{each}" for each in given if each in named and each != "this")
    if whole and "?value" not in shows:
        shows = (*shows, "value")
    return Select(component, found, shows, message, name)


def ask(component: str, found: Asked, message: str) -> Ask:
    """Make a constraint of a query that asks whether a value is as it should be.

    Raises Uncompiled where it does not parse.
    """
    _parsed(found.of(Place(_anywhere, None), "SELECT ?this"))
    return Ask(component, found, message)


def _anywhere(variable: str) -> str:
    return f"VALUES {variable} {{ <urn:x> }}"


def _parsed(query: str) -> list[str]:
    """Give the variables of a query; on an empty store this evaluates nothing."""
    try:
        found = ox.Store().query(query)
    except SyntaxError as error:
        reason = str(error).partition("\n")[0]
        raise Uncompiled(f"a query that does not parse ({reason})") from None
    if not isinstance(found, ox.QuerySolutions):
        raise Uncompiled("a query that is no SELECT")
    return [each.value for each in found.variables]
