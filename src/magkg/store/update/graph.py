"""Point look-ups in the default graph of a store."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

from magkg.vocabulary import MAG, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["IS_A", "Graph", "Node", "Overlaid", "about", "mag", "target", "value"]

Node: TypeAlias = ox.NamedNode
IS_A = ox.NamedNode(TYPE)
_DEFAULT = ox.DefaultGraph()


@cache
def mag(name: str) -> ox.NamedNode:
    """Give a term of magkg by its local name."""
    return ox.NamedNode(MAG + name)


def about(quad: ox.Quad) -> Node:
    """Give what a statement is about: a graph holds neither blank nodes nor triple terms."""
    node = quad.subject
    assert isinstance(node, ox.NamedNode)
    return node


def value(quad: ox.Quad) -> Node | ox.Literal:
    """Give what a statement says of its node: a node, or a literal."""
    found = quad.object
    assert isinstance(found, ox.NamedNode | ox.Literal)
    return found


def target(quad: ox.Quad) -> Node:
    """Give what a statement leads to, where its predicate leads to nodes."""
    node = quad.object
    assert isinstance(node, ox.NamedNode)
    return node


class Graph:
    """The default graph of a store, asked node by node.

    ``removed`` are statements that were taken out of it: ``ever`` counts them in.
    """

    def __init__(self, store: ox.Store, removed: Iterable[ox.Quad] = ()) -> None:
        self.store = store
        self._gone: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
        self._from: dict[tuple[Node | None, Node | ox.Literal], set[Node]] = defaultdict(set)
        for quad in removed:
            if isinstance(quad.object, ox.NamedNode):
                self._gone[about(quad), quad.predicate].add(quad.object)
                self._from[quad.predicate, quad.object].add(about(quad))

    def of(self, node: Node, predicate: Node | None = None) -> Iterator[ox.Quad]:
        """Give the statements of a node."""
        return self.store.quads_for_pattern(node, predicate, None, _DEFAULT)

    def to(self, predicate: Node | None, node: Node | ox.Literal) -> Iterator[ox.Quad]:
        """Give the statements that refer to a node."""
        return self.store.quads_for_pattern(None, predicate, node, _DEFAULT)

    def objects(self, node: Node, predicate: Node, *, ever: bool = False) -> set[Node]:
        """Give what a node refers to: IRIs alone."""
        found = {q.object for q in self.of(node, predicate) if isinstance(q.object, ox.NamedNode)}
        return found | self._gone.get((node, predicate), set()) if ever else found

    def subjects(
        self, predicate: Node | None, node: Node | ox.Literal, *, ever: bool = False
    ) -> set[Node]:
        """Give what refers to a node."""
        found = {about(quad) for quad in self.to(predicate, node)}
        return found | self._from.get((predicate, node), set()) if ever else found

    def both(self, one: tuple[Node, Node], other: tuple[Node, Node]) -> Iterator[Node]:
        """Give the nodes with two properties (predicate and node each), looking at the rarer one.

        A node may come twice.
        """
        # Who is asked in turn is done when the shorter answer is.
        for pair in zip(self.to(*one), self.to(*other), strict=False):
            for quad, (way, node) in zip(pair, (other, one), strict=True):
                if ox.Quad(about(quad), way, node) in self.store:
                    yield about(quad)

    def joint(self, one: tuple[Node, Node], other: tuple[Node, Node]) -> set[Node]:
        """Give the nodes with two properties (predicate and node each), where both are frequent."""
        # Two halves that are joined by hash: what is in one of them alone is never read as a term.
        halves = (
            f"{{ SELECT DISTINCT ?x WHERE {{ ?x {way} {node} }} }}" for way, node in (one, other)
        )
        found = self.store.query(f"SELECT ?x WHERE {{ {' '.join(halves)} }}")
        assert isinstance(found, ox.QuerySolutions)
        return {node for (node,) in found if isinstance(node, ox.NamedNode)}

    def is_a(self, node: Node, kind: Node) -> bool:
        """Say whether a node is of a class."""
        return ox.Quad(node, IS_A, kind) in self.store

    def answers(self, query: str, node: Node) -> Iterator[tuple[Any, ...]]:
        """Give the answers to a query of the default graph about ``$node``."""
        found = self.store.query(query.replace("$node", str(node)))
        assert isinstance(found, ox.QuerySolutions)
        yield from map(tuple, found)

    def reached(self, nodes: Iterable[Node], *ways: Node, back: bool = False) -> set[Node]:
        """Give the nodes and what predicates lead to from them, step by step; or ``back``."""
        found = set(nodes)
        waiting = list(found)
        while waiting:
            node = waiting.pop()
            for way in ways:
                new = self.subjects(way, node) if back else self.objects(node, way)
                waiting += new - found
                found |= new
        return found


class Overlaid(Graph):
    """A graph in which statements take the place of all that it says of the same nodes."""

    def __init__(self, store: ox.Store, quads: Iterable[ox.Quad]) -> None:
        super().__init__(store)
        self.own = frozenset(quads)
        self.nodes = {about(quad) for quad in self.own}
        self._above = ox.Store()
        self._above.bulk_extend(self.own)

    def of(self, node: Node, predicate: Node | None = None) -> Iterator[ox.Quad]:
        """Give the statements of a node."""
        store = self._above if node in self.nodes else self.store
        return store.quads_for_pattern(node, predicate, None, _DEFAULT)

    def to(self, predicate: Node | None, node: Node | ox.Literal) -> Iterator[ox.Quad]:
        """Give the statements that refer to a node."""
        yield from self._above.quads_for_pattern(None, predicate, node, _DEFAULT)
        for quad in super().to(predicate, node):
            if about(quad) not in self.nodes:
                yield quad
