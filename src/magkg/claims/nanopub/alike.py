"""Concepts of others that are the project's own, by prefLabel and kind: the own ones are meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims.tables.context import folded
from magkg.vocabulary import MAG, SKOS

if TYPE_CHECKING:
    from magkg.claims.standing import Standing

__all__ = ["Own"]

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Own:
    """The concepts of a project by what they are called and of which kind they are."""

    concepts: Mapping[_Key, str]

    @classmethod
    def of(cls, standing: Standing) -> Own:
        """Collect them; a name that two concepts of one kind have is left aside."""
        found: defaultdict[_Key, set[str]] = defaultdict(set)
        for iri, key in _keys(standing.said(SKOS + "prefLabel", MAG + "conceptKind")).items():
            found[key].add(iri)
        return cls({key: min(iris) for key, iris in found.items() if len(iris) == 1})

    def instead(self, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
        """Give statements with the project's concepts in the place of those that are alike.

        What was said of the others is left out: the project describes its own.
        """
        held = list(quads)
        names = {
            iri: own
            for iri, key in _keys(held).items()
            if (own := self.concepts.get(key)) and own != iri
        }

        def put(term: ox.NamedNode) -> ox.NamedNode:
            return ox.NamedNode(names.get(term.value, term.value))

        return [
            ox.Quad(q.subject, q.predicate, put(q.object))
            if isinstance(q.object, ox.NamedNode)
            else q
            for q in held
            if not (isinstance(q.subject, ox.NamedNode) and _bare(q.subject.value) in names)
        ]


def _bare(iri: str) -> str:
    return iri.partition("#")[0]


def _keys(quads: Iterable[ox.Quad]) -> dict[str, _Key]:
    """Give the folded prefLabel and the kind of each concept that has both."""
    labels: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for quad in quads:
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        if quad.predicate.value == SKOS + "prefLabel" and isinstance(quad.object, ox.Literal):
            labels[quad.subject.value] = folded(quad.object.value)
        elif quad.predicate.value == MAG + "conceptKind" and isinstance(quad.object, ox.NamedNode):
            kinds[quad.subject.value] = quad.object.value
    return {iri: (label, kinds[iri]) for iri, label in labels.items() if iri in kinds}
