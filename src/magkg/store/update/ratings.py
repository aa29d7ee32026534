"""The tier of ratings: one study under one proposition."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.update.graph import IS_A, Node, mag
from magkg.store.update.lines import Reach, claims_of, linked
from magkg.store.update.studies import narrower
from magkg.store.update.tiers import RATED, RATINGS
from magkg.vocabulary import FORMAL, MAG, PROP, QUALIFIERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from magkg.store.update.work import Work

__all__ = ["Ratings", "assessed", "assessment", "rating"]

_EVIDENCE, _STATES, _INCLUDES = mag("evidence"), mag("states"), mag("includes")
_REACHES = (mag("reaches"), mag("reachesByCitation"))
_OF_CLAIMS = (_STATES, mag("kind"))
_SPACE = "https://w3id.org/magkg/rating/"


def rating(proposition: Node, study: Node) -> Node:
    """Give the node of a rating, as the rules name it."""
    pair = f"{proposition.value} {study.value}".encode()
    return ox.NamedNode(_SPACE + hashlib.sha256(pair).hexdigest())


def assessment(proposition: Node) -> Node:
    """Give the node of the assessment of a proposition, as the rules name it."""
    return ox.NamedNode(proposition.value.replace("/proposition/", "/assessment/"))


def assessed(work: Work) -> set[Node]:
    """Derive which propositions of touched claims are assessed; give those that begin or cease."""
    graph, memory = work.graph, work.memory
    own: dict[Node, set[Node]] = defaultdict(set)
    for claim in work.claims:
        for each in work.stated(claim):
            own[each].add(claim)
    stated = set().union(*work.before.values())
    open_ = {node for node in own if node in stated or not graph.objects(node, mag("assessment"))}
    for node in open_:
        # What nobody assessed so far can be so for the sake of a touched claim alone.
        memory.pick(graph.subjects(_STATES, node) if node in stated else own[node], *_OF_CLAIMS)
    owners: dict[Node, frozenset[str] | None] = dict.fromkeys(open_, frozenset(RATED.heads()))
    owners |= dict.fromkeys(map(assessment, open_), RATED.heads() | {IS_A.value})
    different = work.run(RATED, owners)
    return different & own.keys() | {
        node for node in own if not graph.is_a(node, mag("Proposition"))
    }


class Ratings:
    """The ratings that are touched, each with the lines that may bring its study to bear."""

    def __init__(self, work: Work, reach: Reach, studies: set[Node], begun: set[Node]) -> None:
        self.work = work
        self.found: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
        for line, reached in reach.lines.items():
            self._brought(line, reached)
        for proposition in begun:
            self._begun(proposition)
        for study in studies | self._judged():
            self._all(mag("study"), study)
        for concept in narrower(work):
            self._concept(concept)
        self._pools()
        self._studies: dict[Node, set[Node]] = defaultdict(set)
        for proposition, study in self.found:
            self._studies[proposition].add(study)

    @property
    def propositions(self) -> set[Node]:
        """What these ratings are under."""
        return {proposition for proposition, _ in self.found}

    def under(self, proposition: Node) -> set[Node]:
        """Give the nodes of these ratings that are under a proposition."""
        return {rating(proposition, study) for study in self._studies.get(proposition, ())}

    def nodes(self) -> set[Node]:
        """Give the nodes of these ratings."""
        return {rating(*pair) for pair in self.found}

    def derive(self) -> set[Node]:
        """Derive these ratings anew; give those that differ."""
        work = self.work
        for pair, brought in self.found.items():
            self._copy(*pair, brought)
        owners: dict[Node, frozenset[str] | None] = dict.fromkeys(self.nodes())
        every = {line for brought in self.found.values() for line in brought}
        owners |= dict.fromkeys(every, frozenset({MAG + "rating"}))
        return work.run(RATINGS, owners)

    def _brought(self, line: Node, reached: Iterable[Node]) -> None:
        work = self.work
        near = {
            each
            for claim in claims_of(work, line, ever=True)
            for one in work.stated(claim)
            for each in work.bearing(one)
        }
        for study in reached:
            for proposition in near:
                self.found[proposition, study].add(line)

    def _begun(self, proposition: Node) -> None:
        """Take in all evidence of what bears on a proposition whose assessment begins or ceases."""
        graph = self.work.graph
        self._all(mag("proposition"), proposition)
        for one in self.work.bearing(proposition):
            for claim in graph.subjects(_STATES, one):
                for line in graph.objects(claim, _EVIDENCE):
                    for way in _REACHES:
                        for study in graph.objects(line, way):
                            self.found[proposition, study].add(line)

    def _judged(self) -> set[Node]:
        """Give the studies whose judgements are touched."""
        graph = self.work.graph
        return {
            node
            for each in self.work.nodes
            for node in graph.subjects(mag("judgement"), each)
            if graph.is_a(node, mag("Study"))
        }

    def _all(self, way: Node, node: Node) -> None:
        graph = self.work.graph
        for each in graph.subjects(way, node):
            if each.value.startswith(_SPACE):
                self._take(each)

    def _take(self, node: Node) -> None:
        graph = self.work.graph
        (proposition,) = graph.objects(node, mag("proposition"))
        (study,) = graph.objects(node, mag("study"))
        self.found[proposition, study] |= set()

    def _concept(self, concept: Node) -> None:
        """Take in what is rated under propositions that speak of a concept, or of its species."""
        graph = self.work.graph
        for way in (*FORMAL, *QUALIFIERS):
            for node in graph.subjects(ox.NamedNode(way), concept):
                if node.value.startswith(PROP):
                    self._all(mag("proposition"), node)
                elif way == MAG + "species" and graph.is_a(node, mag("Study")):
                    self._all(mag("study"), node)

    def _pools(self) -> None:
        """Add the trials of pools: they are counted in these, or no more."""
        graph = self.work.graph
        for proposition, study in list(self.found):
            for part in graph.reached([study], _INCLUDES) - {study}:
                if next(graph.of(rating(proposition, part)), None):
                    self.found[proposition, part] |= set()

    def _copy(self, proposition: Node, study: Node, brought: set[Node]) -> None:
        work, graph, memory = self.work, self.work.graph, self.work.memory
        node = rating(proposition, study)
        brought |= graph.objects(node, mag("broughtBy")) | linked(work, node)
        self._proposition(proposition)
        self._study(study)
        for line in brought:
            memory.take([line])
            memory.pick([line], *_REACHES)
            memory.take(graph.objects(line, mag("judgement")))
            effects = graph.objects(line, mag("effect"))
            memory.take(effects)
            memory.pick(effects, mag("decisive"))
            claims = claims_of(work, line)
            memory.take(claims)
            memory.pick(claims, _STATES)
            for claim in claims:
                memory.pick(graph.objects(claim, _STATES), mag("bearsOn"))
        self._wholes(proposition, study)

    def _proposition(self, node: Node) -> None:
        graph, memory = self.work.graph, self.work.memory
        memory.take([node])
        memory.pick([node], mag("assessment"), mag("bearsOn"))
        memory.take(each for way in _PARTS for each in graph.objects(node, way))

    def _study(self, node: Node) -> None:
        graph, memory = self.work.graph, self.work.memory
        memory.take([node])
        memory.pick([node], mag("root"), *_COVERS)
        memory.take(graph.objects(node, mag("judgement")) | graph.objects(node, mag("species")))

    def _wholes(self, proposition: Node, study: Node) -> None:
        """Copy what other pools that hold a study say under the same proposition."""
        graph, memory = self.work.graph, self.work.memory
        wholes = graph.reached([study], _INCLUDES, back=True) - {study}
        for whole in wholes:
            memory.pick([whole], _INCLUDES)
            if (proposition, whole) not in self.found:
                ways = (mag("study"), mag("proposition"), mag("vote"))
                memory.pick([rating(proposition, whole)], *ways)


_PARTS = tuple(ox.NamedNode(each) for each in (*FORMAL, *QUALIFIERS))
_COVERS = tuple(
    mag(f"covers{name}")
    for name in ("Comparator", "Condition", "Intervention", "Outcome", "Species")
)
