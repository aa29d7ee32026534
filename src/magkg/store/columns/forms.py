"""SPARQL as the algebra of rdflib; queries that differ in their terms alone are parsed once.

Of the constraints that shapes are compiled to, seven in eight differ from another only in IRIs and
strings, and rdflib takes some 12 ms to parse one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from magkg.store.columns.relation import Untranslated
from magkg.store.columns.remembered import known
from magkg.store.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["parsed", "variables"]

_PLACE = "urn:x-term:"


def parsed(text: str) -> Any:
    """Parse a query; raises Untranslated where it does not parse."""
    found = tokens(text)
    if any(each.kind == "name" or "EXISTS" in each.keyword for each in found):
        # A prefix would be cut off from its IRI; the pattern of an EXISTS is not yet algebra.
        return _parsed(text)
    form: list[str] = []
    terms: dict[Any, Any] = {}
    at = 0
    for before, each, after in zip([None, *found], found, [*found[1:], None], strict=False):
        if _stands_alone(before, each, after):
            kept = f"{_PLACE}{len(terms)}"
            place = f"<{kept}>" if each.kind == "iri" else f'"{kept}"'
            terms[_term(place)] = _term(each.text)
            form += [text[at : each.start], place]
            at = each.end
    return _put(_parsed("".join([*form, text[at:]])), terms)


def _stands_alone(before: Token | None, each: Token, after: Token | None) -> bool:
    """Whether a token is a whole term: not a text with a datatype or a language, nor that type."""
    if each.kind == "iri":
        return before is None or before.text != "^^"
    return each.kind == "text" and each.text[-1] in "\"'" and (not after or after.text != "^^")


def _term(token: str) -> Any:
    """Give an IRI or a string as it stands in a query as a term of rdflib."""
    from rdflib import Literal, URIRef

    (quad,) = ox.parse(f"<a:> <a:> {token} .", format=ox.RdfFormat.TURTLE)
    term = quad.object
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return URIRef(term.value) if isinstance(term, ox.NamedNode) else Literal(term.value)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Any:
    return known(text, _by_rdflib)


def _by_rdflib(text: str) -> Any:
    from pyparsing import ParseException
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    # rdflib's grammar has no space before the sign of a path: <p> +.
    text = re.sub(r"([>)]) ([*+?]) (?=[?<])", r"\1\2 ", text)
    try:
        return translateQuery(parseQuery(text)).algebra
    except ParseException as error:
        raise Untranslated(f"the query does not parse: {error}") from None


def _put(node: Any, terms: Mapping[Any, Any]) -> Any:
    """Copy an algebra with terms in the places that were kept for them."""
    from rdflib import Literal, URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
    from rdflib.plugins.sparql.parserutils import CompValue

    def put(node: Any) -> Any:
        if isinstance(node, URIRef | Literal):
            return terms.get(node, node)
        if isinstance(node, CompValue):
            made = CompValue(node.name)
            made.update((key, put(value)) for key, value in node.items())
            return made
        if isinstance(node, dict):  # a row of VALUES
            return {key: put(value) for key, value in node.items()}
        if isinstance(node, list | tuple | set):
            return type(node)(map(put, node))
        if isinstance(node, SequencePath | AlternativePath):
            return type(node)(*map(put, node.args))
        if isinstance(node, MulPath):
            return MulPath(put(node.path), node.mod)
        if isinstance(node, InvPath):
            return InvPath(put(node.arg))
        # A negated path keeps its places: it is not translated.
        return node

    return put(node)


def variables(node: Any) -> Iterator[str]:
    """Give the variables in an expression, as often as they stand there."""
    from rdflib import Variable

    if isinstance(node, Variable):
        yield str(node)
    elif isinstance(node, dict | list | tuple):
        for each in node.values() if isinstance(node, dict) else node:
            yield from variables(each)
