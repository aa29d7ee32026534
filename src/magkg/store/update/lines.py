"""The tier of evidence lines: the studies that they reach, themselves or by citation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from magkg.store.update.graph import Node, about, mag
from magkg.store.update.questions import Pair, Question
from magkg.store.update.tiers import LINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from magkg.store.update.work import Work

__all__ = ["Reach", "claims_of", "lines", "linked", "same_claims"]

_EVIDENCE, _STATES = mag("evidence"), mag("states")
# Lines that cite a source, each with what one of its claims states.
_CITING = Question(
    "?line ?stated",
    "?line mag:citesSource $one . ?claim mag:evidence ?line ; mag:states ?stated",
)
# Claims that state a proposition, from a source.
_SAME = Question("?claim", "?claim mag:states $one ; mag:source $other")
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
    holding = []
    for claim in work.claims:
        own = graph.objects(claim, _EVIDENCE, ever=True)
        found |= own
        if own:
            holding.append(claim)
    found |= _citing(work, holding)
    for node in work.nodes:
        for way in (mag("effect"), mag("judgement")):
            found |= {q for q in graph.subjects(way, node, ever=True) if claims_of(work, q)}
    held = {about(q) for q in work.changed if q.predicate in _REACHED}
    held |= {node for node in work.nodes if graph.is_a(node, mag("Study"))}
    for study in graph.reached(held, mag("includes"), back=True):
        found |= {node for node in graph.subjects(mag("study"), study) if claims_of(work, node)}
    return found


def _citing(work: Work, claims: Iterable[Node]) -> set[Node]:
    """Give the lines that cite the source of one of these claims for what bears on it."""
    graph = work.graph
    sources = {claim: graph.objects(claim, mag("source"), ever=True) for claim in claims}
    every = set().union(*sources.values())
    before: dict[Node, list[tuple[Node, Node]]] = defaultdict(list)
    for claim, stated in work.before.items():
        for line in graph.objects(claim, _EVIDENCE):
            for source in graph.objects(line, mag("citesSource")):
                before[source] += ((line, each) for each in stated)
    known = work.questions.of(_CITING, every)
    found = set()
    for claim in claims:
        near = {each for one in work.stated(claim) for each in work.bearing(one)}
        for source in sources[claim]:
            rows = (*known.get(source, ()), *before.get(source, ()))
            found |= {line for line, stated in rows if stated in near}
    return found


def _cited(work: Work, own: set[Node]) -> None:
    """Copy what lines lean on: of the sources that they cite, what bears on their claims."""
    graph, memory = work.graph, work.memory
    pairs: dict[Pair, None] = {}
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
        pairs |= dict.fromkeys(product(near, sources))
    same = {claim for rows in same_claims(work, pairs).values() for claim in rows}
    _claims(work, same)
    leaning = {each for claim in same for each in graph.objects(claim, _EVIDENCE)}
    memory.take(leaning)
    # What other lines lean on and reach is as it was.
    others = graph.reached(leaning, mag("leansOn")) - own
    memory.pick(others, mag("leansOn"), *_REACHES)


def same_claims(
    work: Work, pairs: Iterable[tuple[Node, Node]]
) -> dict[tuple[Node, Node], set[Node]]:
    """Give the claims for propositions from sources, for each pair that has any."""

    def joint(one: Node, other: Node) -> Iterator[tuple[Node]]:
        yield from ((each,) for each in work.graph.joint((_STATES, one), (mag("source"), other)))

    found = work.questions.of_pairs(_SAME, pairs, joint)
    return {pair: {claim for (claim,) in rows} for pair, rows in found.items()}


def _claims(work: Work, claims: set[Node]) -> None:
    work.memory.take(claims)
    work.memory.pick(claims, _STATES)
    for claim in claims:
        work.memory.pick(work.graph.objects(claim, _STATES), mag("bearsOn"))
