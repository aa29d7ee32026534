"""RDF terms as shapes and findings name them, and as SPARQL writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

import pyoxigraph as ox

from magkg.claims.form import is_canonical
from magkg.vocabulary import RDF, XSD

__all__ = ["Term", "Uncompiled", "literal", "local", "same", "stored", "text"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_TEXTS = (XSD + "string", RDF + "langString")


class Uncompiled(Exception):
    """A shape says something that is not compiled; the text names it."""


def local(iri: str) -> str:
    """Give the last part of an IRI, which is how findings name a shape."""
    return re.split(r"[#/]", iri)[-1]


def text(term: Term) -> str:
    """Give the IRI, the label of a blank node, or the text of a literal: how findings show it."""
    return str(term) if isinstance(term, ox.Triple) else term.value


def stored(term: Term) -> Term:
    """Give a term as it comes out of a store, which writes literals in a form of its own."""
    if not isinstance(term, ox.Literal):
        return term
    if term.datatype.value == XSD + "string" or is_canonical(term):
        return term
    store, node = ox.Store(), ox.NamedNode("urn:x")
    store.add(ox.Quad(node, node, term))
    (quad,) = store
    kept: ox.Literal = quad.object
    return kept


def literal(value: str) -> str:
    """Write a text as a string of SPARQL."""
    return str(ox.Literal(value))


def same(variable: str, terms: Sequence[Term]) -> str:
    """Write that a variable is one of these terms: terms, not values, so that 1 is not 1.0."""
    iris = [str(each) for each in terms if isinstance(each, ox.NamedNode)]
    others = [f"sameTerm({variable}, {each})" for each in terms if isinstance(each, ox.Literal)]
    if iris:
        others.insert(0, f"{variable} IN ({', '.join(iris)})")
    return f"({' || '.join(others)})" if others else "false"
