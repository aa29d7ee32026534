"""The tier of studies: their roots, and what they cover; and what is decisive of effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.update.graph import IS_A, Node, mag, value
from magkg.store.update.tiers import STUDIES
from magkg.vocabulary import MAG, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from magkg.store.update.work import Work

__all__ = ["NAMED", "narrower", "studies"]

_LINKS = (mag("sameGroupAs"), mag("sameCohortAs"), mag("includes"))
_BROADER = ox.NamedNode(SKOS + "broader")
# The properties by which a study names what it covers.
NAMED = tuple(
    mag(name)
    for name in (
        "comparator", "condition", "doseAmount", "form", "intervention", "outcome", "population",
        "route", "species",
    )
)  # fmt: skip


def studies(work: Work) -> set[Node]:
    """Derive what follows from touched studies and concepts; give the studies that differ.

    A root is decided among all studies that links connect. What a study covers follows from the
    concepts that it names, and from those that are broader.
    """
    graph = work.graph
    effects = {node for node in work.nodes if mag("Effect") in graph.objects(node, IS_A, ever=True)}
    begun = {node for node in work.nodes if graph.is_a(node, _STUDY)}
    linked = {q for q in work.changed if q.predicate in _LINKS}
    begun |= {q.object for q in linked if isinstance(q.object, ox.NamedNode)}
    groups = {value(q) for q in work.changed if q.predicate == _GROUP}
    begun |= {mate for each in groups for mate in graph.subjects(_GROUP, each)}
    begun |= _naming(work)
    every = _connected(work, begun)
    own = {node for node in every if graph.is_a(node, _STUDY)}
    memory = work.memory
    memory.take(every | effects)
    memory.add(set(_links(work, every)) - set(_derived(work, groups)))
    named = {each for node in own for way in NAMED for each in graph.objects(node, way)}
    memory.take(graph.reached(named, _BROADER))
    work.changes.apply(list(_derived(work, groups)), ())
    ways = STUDIES.heads() - {_DECISIVE, MAG + "sameGroupAs"}
    owners: dict[Node, frozenset[str] | None] = dict.fromkeys(own, ways)
    owners |= dict.fromkeys(effects, frozenset({_DECISIVE}))
    different = work.run(STUDIES, owners, keep=frozenset({MAG + "sameGroupAs"}))
    return {node for node in different | (begun & work.nodes) if graph.is_a(node, _STUDY)}


_STUDY, _GROUP, _DECISIVE = mag("Study"), mag("group"), MAG + "decisive"


def _connected(work: Work, nodes: Iterable[Node]) -> set[Node]:
    found = set(nodes)
    while True:
        more = work.graph.reached(found, *_LINKS)
        more = work.graph.reached(more, *_LINKS, back=True)
        groups = {value(q) for node in more for q in work.graph.of(node, _GROUP)}
        more |= {mate for each in groups for mate in work.graph.subjects(_GROUP, each)}
        if more == found:
            return found
        found = more


def _links(work: Work, nodes: Iterable[Node]) -> Iterable[ox.Quad]:
    return (quad for node in nodes for quad in work.graph.of(node, _LINKS[0]))


def _derived(work: Work, groups: Iterable[Node | ox.Literal]) -> Iterable[ox.Quad]:
    """Give the links to what was the first study of a group and is it no more.

    Who writes such a link by hand beside the group says what is derived anyway.
    """
    added = {q for q in work.changes.added if q.predicate == _GROUP}
    for group in groups:
        mates = work.graph.subjects(_GROUP, group)
        old = {node for node in mates if ox.Quad(node, _GROUP, group) not in added}
        if old:
            first = min(old, key=lambda node: node.value)
            if first != min(mates, key=lambda node: node.value):
                yield from (ox.Quad(node, _LINKS[0], first) for node in old - {first})


def _naming(work: Work) -> set[Node]:
    """Give the studies that name a touched concept, one narrower, or something with that route."""
    graph = work.graph
    found: set[Node] = set()
    for concept in narrower(work):
        for way in NAMED:
            found |= {node for node in graph.subjects(way, concept) if graph.is_a(node, _STUDY)}
        for given in graph.subjects(mag("route"), concept) | {concept}:
            found |= graph.subjects(mag("intervention"), given)
    return {node for node in found if graph.is_a(node, _STUDY)}


def narrower(work: Work) -> set[Node]:
    """Give the touched nodes that are no claims, nor parts of them, with all that is narrower."""
    graph = work.graph
    plain = {
        node
        for node in work.nodes - work.claims
        if not any(graph.is_a(node, kind) for kind in _OTHERS)
    }
    return graph.reached(plain, _BROADER, back=True)


_OTHERS = tuple(
    mag(name)
    for name in ("Effect", "EvidenceLine", "Judgement", "Passage", "Reading", "Source", "Study")
)
