"""The tier of evidence lines: the studies that they reach, themselves or by citation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from magkg.store.update.graph import Node, about, mag
from magkg.store.update.tiers import LINES
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from magkg.store.update.work import Work

__all__ = ["Reach", "claims_of", "lines", "linked"]

_EVIDENCE, _STATES = mag("evidence"), mag("states")
# Lines that cite a source, each with what one of its claims states.
_CITING = (
    f"SELECT ?line ?stated WHERE {{ ?line <{MAG}citesSource> $node . "
    f"?claim <{MAG}evidence> ?line ; <{MAG}states> ?stated }}"
)
_REACHES = (mag("reaches"), mag("reachesByCitation"))
# What of a study says whether a line reaches it, and what it holds.
_REACHED = frozenset((mag("includes"), mag("design"), mag("retracted")))


@dataclass(frozen=True)
class Reach:
    """Touched evidence lines, each with the studies that it reaches, or reached at first."""

    lines: dict[Node, set[Node]]


def lines(work: Work) -> Reach:
    """Derive what touched evidence lines reach.

    Touched are those of touched claims, those that name a touched study or a pool that holds it,
    those that cite the source of a touched claim for what bears on it, and those that lean on any
    of these.
    """
    graph, memory = work.graph, work.memory
    every = graph.reached(_direct(work), mag("leansOn"), back=True)
    before = {node: _studies(work, node) for node in every}
    own = {node for node in every if graph.is_a(node, mag("EvidenceLine"))}
    memory.take(own)
    named = {each for node in own for each in graph.objects(node, mag("study"))}
    memory.take(graph.reached(named, mag("includes")))
    _cited(work, own)
    work.run(LINES, dict.fromkeys(every, LINES.heads()))
    return Reach({node: before[node] | _studies(work, node) for node in every})


def _studies(work: Work, line: Node) -> set[Node]:
    return set().union(*(work.graph.objects(line, way) for way in _REACHES))


def linked(work: Work, rating: Node) -> set[Node]:
    """Give the evidence lines with a rating: an independent line has ratings as well."""
    found = work.graph.subjects(mag("rating"), rating)
    return {node for node in found if work.graph.is_a(node, mag("EvidenceLine"))}


def claims_of(work: Work, line: Node, *, ever: bool = False) -> set[Node]:
    """Give the claims that an evidence line belongs to; ``ever``: or belonged to."""
    return work.graph.subjects(_EVIDENCE, line, ever=ever)


def _direct(work: Work) -> set[Node]:
    graph = work.graph
    found = {node for node in work.nodes if graph.is_a(node, mag("EvidenceLine"))}
    citing = _Citing(work)
    for claim in work.claims:
        own = graph.objects(claim, _EVIDENCE, ever=True)
        found |= own
        if own:
            found |= citing.of(claim)
    for node in work.nodes:
        for way in (mag("effect"), mag("judgement")):
            found |= {q for q in graph.subjects(way, node, ever=True) if claims_of(work, q)}
    held = {about(q) for q in work.changed if q.predicate in _REACHED}
    held |= {node for node in work.nodes if graph.is_a(node, mag("Study"))}
    for study in graph.reached(held, mag("includes"), back=True):
        found |= {node for node in graph.subjects(mag("study"), study) if claims_of(work, node)}
    return found


@dataclass
class _Citing:
    """The lines that cite a source, with what their claims state; each source is asked once."""

    work: Work
    known: dict[Node, list[tuple[Node, set[Node]]]] = field(default_factory=dict)
    before: dict[Node, dict[Node, set[Node]]] = field(init=False)

    def __post_init__(self) -> None:
        graph = self.work.graph
        self.before = defaultdict(lambda: defaultdict(set))
        for claim, stated in self.work.before.items():
            for line in graph.objects(claim, _EVIDENCE):
                for source in graph.objects(line, mag("citesSource")):
                    self.before[source][line] |= stated

    def of(self, claim: Node) -> set[Node]:
        """Give the lines that cite the source of a claim for what bears on it."""
        work = self.work
        near = {each for one in work.stated(claim) for each in work.bearing(one)}
        sources = work.graph.objects(claim, mag("source"), ever=True)
        return {line for each in sources for line, stated in self._lines(each) if stated & near}

    def _lines(self, source: Node) -> list[tuple[Node, set[Node]]]:
        if source not in self.known:
            found: dict[Node, set[Node]] = defaultdict(set)
            for line, stated in self.work.graph.answers(_CITING, source):
                found[line].add(stated)
            for line, early in self.before.get(source, {}).items():
                found[line] |= early
            self.known[source] = list(found.items())
        return self.known[source]


def _cited(work: Work, own: set[Node]) -> None:
    """Copy what lines lean on: of the sources that they cite, what bears on their claims."""
    graph, memory = work.graph, work.memory
    leaning: set[Node] = set()
    same: dict[tuple[Node, Node], set[Node]] = {}
    for line in own:
        sources = graph.objects(line, mag("citesSource"))
        if not sources:
            continue
        holders = claims_of(work, line)
        _claims(work, holders)
        near = {
            each
            for claim in holders
            for one in graph.objects(claim, _STATES)
            for each in graph.objects(one, mag("bearsOn")) | {one}
        }
        for pair in product(near, sources):
            if pair not in same:
                same[pair] = graph.joint((_STATES, pair[0]), (mag("source"), pair[1]))
                _claims(work, same[pair])
                leaning |= {
                    each for claim in same[pair] for each in graph.objects(claim, _EVIDENCE)
                }
    memory.take(leaning)
    # What other lines lean on and reach is as it was.
    others = graph.reached(leaning, mag("leansOn")) - own
    memory.pick(others, mag("leansOn"), *_REACHES)


def _claims(work: Work, claims: set[Node]) -> None:
    work.memory.take(claims)
    work.memory.pick(claims, _STATES)
    for claim in claims:
        work.memory.pick(work.graph.objects(claim, _STATES), mag("bearsOn"))
