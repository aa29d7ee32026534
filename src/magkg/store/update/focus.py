"""Which nodes shapes may judge otherwise after a change, and what shapes read about these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims.identity import DERIVED
from magkg.store.check import vocabulary_quads
from magkg.store.update.graph import IS_A, Graph, Node, about, mag, target, value
from magkg.store.update.tiers import ASSESSMENT, COUNTS, RATED, STEPS, STUDIES, VERDICTS
from magkg.vocabulary import DCTERMS, MAG, OA, SKOS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from magkg.store.update.changes import Changes

__all__ = ["derived", "neighbourhood", "surroundings", "touched"]

# No node may lead to itself along these: a fault may be told of any node of the circle.
_CIRCLES = (
    mag("because"),
    mag("via"),
    mag("includes"),
    ox.NamedNode(SKOS + "broader"),
    ox.NamedNode(DCTERMS + "isReplacedBy"),
)
# What shapes read of what refers to a node: a concept's mappings, what is judged, what leaves out.
_INWARD = (mag("concept"), mag("judgement"), mag("leftOut"))
# What is derived whole, which the shapes of what is authored do not look at.
_MADE = tuple(
    f"https://w3id.org/magkg/{name}/" for name in ("assessment", "proposition", "rating", "step")
)
_LATER = DERIVED | STUDIES.heads() - {MAG + "sameGroupAs"}
# What is derived of assessments, but for their independent lines.
_OF_BODIES = tuple(
    ox.NamedNode(each)
    for each in sorted(frozenset().union(*(t.heads() for t in (RATED, STEPS, COUNTS, VERDICTS))))
)
_LABEL, _HAS_SOURCE = ox.NamedNode(SKOS + "prefLabel"), ox.NamedNode(OA + "hasSource")


def touched(changes: Changes) -> set[Node]:
    """Give the nodes of which the shapes of what is authored may say something else than before.

    These are the changed ones, what they refer to, and what refers to them, in two steps at the
    most; those of which a circle may have been closed; those with the same label; and what was
    left out of the source of a passage.
    """
    graph = Graph(changes.store, changes.removed)
    quads = changes.added | changes.removed
    changed = {about(quad) for quad in quads}
    found = changed | {quad.object for quad in quads if isinstance(quad.object, ox.NamedNode)}
    near = changed
    for _ in range(2):
        near = {about(quad) for node in near for quad in graph.to(None, node)} - found
        near = {node for node in near if not node.value.startswith(_MADE)}
        found |= near
    linked = {about(quad) for quad in quads if quad.predicate in _CIRCLES}
    found |= graph.reached(linked, *_CIRCLES, back=True)
    for quad in quads:
        if quad.predicate == _LABEL:
            found |= graph.subjects(_LABEL, value(quad))
        elif quad.predicate == _HAS_SOURCE:
            found |= graph.objects(target(quad), mag("leftOut"))
    return found - {about(quad) for quad in vocabulary_quads()}


def neighbourhood(changes: Changes, nodes: Iterable[Node]) -> ox.Store:
    """Give a store in memory with what shapes read of nodes: the vocabulary, and all around them.

    Of what was derived nothing is in it, as little as in the files of authors.
    """
    graph = Graph(changes.store)
    store = ox.Store()
    store.bulk_extend(vocabulary_quads())
    store.bulk_extend(surroundings(graph, nodes, changes.added))
    return store


def surroundings(
    graph: Graph, nodes: Iterable[Node], added: Collection[ox.Quad]
) -> Iterator[ox.Quad]:
    """Give what shapes read of nodes, and of all around them, but for the vocabulary.

    What was derived is left out, where it is not among the statements that were ``added``.
    """
    own = set(nodes)
    quads = [quad for node in own for quad in graph.of(node)]
    every = {quad.object for quad in quads if isinstance(quad.object, ox.NamedNode)}
    for node in own:
        for way in _INWARD:
            every |= graph.subjects(way, node)
        for quad in graph.of(node, _LABEL):
            every |= graph.subjects(_LABEL, value(quad))
        for source in graph.subjects(mag("leftOut"), node):
            every |= graph.subjects(_HAS_SOURCE, source)
    every |= graph.reached({target(q) for q in quads if q.predicate in _CIRCLES}, *_CIRCLES)
    quads += (quad for node in every - own for quad in graph.of(node))
    for quad in quads:
        if quad.predicate.value not in _LATER or quad in added:
            yield quad


def derived(changes: Changes, nodes: Iterable[Node]) -> ox.Store:
    """Give a store in memory with what the shapes of what is derived read of nodes.

    Of the independent lines of an assessment those that came are looked at, not the rest again.
    """
    graph = Graph(changes.store)
    own = set(nodes)
    store = ox.Store()
    store.bulk_extend(vocabulary_quads())
    quads = [quad for node in own for quad in _said(graph, node)]
    quads += (quad for quad in changes.added if quad.subject in own)
    near = {quad.object for quad in quads if isinstance(quad.object, ox.NamedNode)} - own
    quads += (quad for node in near for quad in _said(graph, node))
    store.bulk_extend(quads)
    # That a proposition is stated by any claim is asked, and no more of what refers to a node.
    stating = (next(graph.to(mag("states"), node), None) for node in own)
    store.extend(quad for quad in stating if quad is not None)
    return store


def _said(graph: Graph, node: Node) -> Iterable[ox.Quad]:
    """Give the statements of a node; of an assessment, which lead to thousands of lines, others."""
    if not node.value.startswith(ASSESSMENT) or "#" in node.value:
        return graph.of(node)
    return (quad for way in (IS_A, *_OF_BODIES) for quad in graph.of(node, way))
