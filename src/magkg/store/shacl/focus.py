"""Which of some nodes the targets of a shape name: asked of a store node by node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.shacl.terms import Term
from magkg.vocabulary import RDFS, TYPE

if TYPE_CHECKING:
    from magkg.store.shacl.findings import Targets

__all__ = ["Focus"]

_TYPE, _BELOW = ox.NamedNode(TYPE), ox.NamedNode(RDFS + "subClassOf")
# A graph with fewer nodes than so many for each that is looked at is looked at as a whole.
_MANY = 4


class Focus:
    """Some nodes of the default graph of a store, by their IRIs."""

    def __init__(self, store: ox.Store, iris: Iterable[str]) -> None:
        self.store = store
        self.nodes = tuple(_nodes(sorted(iris)))
        self._types = {node: {quad.object for quad in self._quads(node)} for node in self.nodes}
        self._below: dict[ox.NamedNode, set[Term]] = {}

    @property
    def most(self) -> bool:
        """Whether these are so many that it is quicker to look at all nodes of the graph."""
        bound = _MANY * len(self.nodes)
        typed = islice(self._quads(None), bound + 1)
        return sum(1 for _ in typed) <= bound

    def targeted(self, targets: Targets) -> list[ox.NamedNode]:
        """Give those of the nodes that targets name."""
        kinds = set[Term]().union(*map(self._with_subclasses, targets.classes))
        return [
            node
            for node in self.nodes
            if node in targets.nodes
            or not kinds.isdisjoint(self._types[node])
            or any(self._has(node, each, None) for each in targets.subjects_of)
            or any(self._has(None, each, node) for each in targets.objects_of)
        ]

    def _quads(self, node: ox.NamedNode | None) -> Iterator[ox.Quad]:
        return self.store.quads_for_pattern(node, _TYPE, None, ox.DefaultGraph())

    def _has(
        self, node: ox.NamedNode | None, predicate: ox.NamedNode, value: ox.NamedNode | None
    ) -> bool:
        found = self.store.quads_for_pattern(node, predicate, value, ox.DefaultGraph())
        return next(found, None) is not None

    def _with_subclasses(self, kind: ox.NamedNode) -> set[Term]:
        if kind not in self._below:
            found: set[Term] = {kind}
            new: list[Term] = [kind]
            while new:
                quads = self.store.quads_for_pattern(None, _BELOW, new.pop(), ox.DefaultGraph())
                lower = {quad.subject for quad in quads} - found
                found |= lower
                new += lower
            self._below[kind] = found
        return self._below[kind]


def _nodes(iris: Iterable[str]) -> Iterator[ox.NamedNode]:
    for iri in iris:
        try:
            yield ox.NamedNode(iri)
        except ValueError:
            continue  # no IRI, so no node of the data
