"""The neighbourhood of what is touched, in memory: what rules read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims.identity import DERIVED
from magkg.store.check import vocabulary_quads
from magkg.store.update.graph import mag, target
from magkg.store.update.tiers import RATED, STUDIES, mentioned
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from magkg.store.update.graph import Graph, Node

__all__ = ["Memory"]

_STEP = mag("step")


class Memory:
    """Statements that rules read, copied from a graph node by node, beside the vocabulary.

    What is derived is copied when it has been derived anew, so it is asked for by its name.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.store = ox.Store()
        self.store.bulk_extend(vocabulary_quads())
        self._authored = mentioned() - DERIVED - STUDIES.heads() - {MAG + "bearsOn"}
        self._authored -= RATED.heads() - {MAG + "proposition", MAG + "ratedBy"}
        self._taken: set[Node] = set()
        self._steps: set[Node] = set()
        self._waiting: list[ox.Quad] = []

    def take(self, nodes: Iterable[Node]) -> None:
        """Copy what was authored of nodes, as far as rules read it."""
        for node in nodes:
            if node not in self._taken:
                self._taken.add(node)
                own = self.graph.of(node)
                self._waiting += [q for q in own if q.predicate.value in self._authored]

    def pick(self, nodes: Iterable[Node], *predicates: Node) -> None:
        """Copy some properties of nodes."""
        for node in nodes:
            for predicate in predicates:
                self._waiting += self.graph.of(node, predicate)

    def follow(self, nodes: Iterable[Node], predicate: Node) -> set[Node]:
        """Copy a property that leads to nodes, and give these."""
        found = [quad for node in nodes for quad in self.graph.of(node, predicate)]
        self._waiting += found
        return {target(quad) for quad in found}

    def ratings(self, nodes: Iterable[Node]) -> list[ox.Quad]:
        """Copy all of ratings, with their steps: few, of which each stands under many ratings.

        Gives what is said of the ratings themselves.
        """
        found = [quad for node in nodes for quad in self.graph.of(node)]
        self._waiting += found
        steps = {target(quad) for quad in found if quad.predicate == _STEP} - self._steps
        self._steps |= steps
        for step in steps:
            self._waiting += self.graph.of(step)
        return found

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Take in statements."""
        self._waiting += quads

    def settle(self) -> ox.Store:
        """Give the store with all that was copied."""
        self.store.bulk_extend(self._waiting)
        self._waiting = []
        return self.store
