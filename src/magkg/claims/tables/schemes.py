"""The closed lists of the ontology and the predicates, as a mapping may name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from magkg import resources
from magkg.claims import turtle
from magkg.vocabulary import MAG, SKOS, TYPE

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["FABIO", "documents", "predicates", "term", "values"]

FABIO = "http://purl.org/spar/fabio/"


@cache
def _schemes() -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for quad in turtle.read(resources.data("ontology") / "schemes.ttl").quads:
        if quad.predicate.value == SKOS + "inScheme":
            found[_value(quad.object).removeprefix(MAG)].add(_value(quad.subject))
    return {name: frozenset(each) for name, each in found.items()}


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def values(scheme: str) -> dict[str, str]:
    """Give the values of a scheme (``polarityScheme``): local name to IRI."""
    return {each.removeprefix(MAG): each for each in sorted(_schemes()[scheme])}


def term(scheme: str, name: str) -> str | None:
    """Give the IRI of a scheme's value by its name, None where there is none.

    ``mag:affirms``, ``affirms``, and of kinds and designs also what stands before the word that
    all of them end in: ``efficacy``.

    >>> term("kindScheme", "efficacy")
    'https://w3id.org/magkg/ns#efficacyClaim'
    """
    known = values(scheme)
    bare = name.removeprefix("mag:").removeprefix(MAG)
    return known.get(bare) or known.get(bare + "Claim") or known.get(bare + "Concept")


@cache
def documents() -> frozenset[str]:
    """Give the names of FaBiO's classes that a source may have: what sort of document it is."""
    found = turtle.read(resources.data("ontology") / "shapes" / "typed.ttl").quads
    iris = (_value(quad.object) for quad in found)
    return frozenset(each.removeprefix(FABIO) for each in iris if each.startswith(FABIO))


def predicates(own: Iterable[ox.Quad]) -> frozenset[str]:
    """Give the IRIs of all predicates: those of the ontology and those among ``own`` statements."""
    ours = turtle.read(resources.data("ontology") / "predicates.ttl").quads
    return frozenset(
        _value(quad.subject)
        for quad in chain(ours, own)
        if quad.predicate.value == TYPE and _value(quad.object) == MAG + "Predicate"
    )
