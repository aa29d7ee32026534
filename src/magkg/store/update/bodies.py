"""The tiers of assessments, and of claims and their lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from magkg.store.update.graph import IS_A, Graph, Node, mag, target
from magkg.store.update.lines import claims_of, linked
from magkg.store.update.ratings import assessment
from magkg.store.update.tiers import BODIES, CLAIMS, RATED
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from magkg.store.update.ratings import Ratings
    from magkg.store.update.work import Work

__all__ = ["Bodies"]

_EVIDENCE, _STATES, _RATING = mag("evidence"), mag("states"), mag("rating")
_ASSESSMENT, _OF = mag("assessment"), mag("proposition")
_JUDGEMENT, _SOUGHT = mag("judgement"), mag("soughtFor")
_VOTE, _LEAP = mag("vote"), mag("leap")
_STRENGTHS = (mag("strength"), mag("strengthAgainst"))
# What the rules of bodies read of studies.
_OF_STUDIES = (mag("design"), mag("pools"), mag("root"))
# Of the claims that state a proposition: one answer is read faster than thousands of look-ups.
_STATING, _JUDGED, _SEARCHES = (
    f"SELECT {names} WHERE {{ ?claim <{MAG}states> $node . {more} }}"
    for names, more in (
        ("?claim ?source ?polarity", f"?claim <{MAG}source> ?source ; <{MAG}polarity> ?polarity"),
        ("?claim ?judgement", f"?claim <{MAG}judgement> ?judgement"),
        ("?search", f"?search <{MAG}soughtFor> ?claim"),
    )
)
# What a rating votes for, and the leaps that it makes.
_Votes: TypeAlias = tuple[set[Node], set[Node]]
_OF_LINES = frozenset((MAG + "level", MAG + "strength"))


@dataclass
class Bodies:
    """The propositions that are touched, with what claims read of their evidence at first."""

    work: Work
    ratings: Ratings
    propositions: set[Node] = field(init=False)
    held: dict[Node, object] = field(init=False)
    voted: dict[Node, dict[Node, _Votes]] = field(init=False)

    def __post_init__(self) -> None:
        work = self.work
        self.propositions = self.ratings.propositions
        for claim in work.claims:
            self.propositions |= work.stated(claim)
        for node in work.nodes:
            self._beside(node)
        self.held = {each: self._strengths(each) for each in self.propositions}
        self.voted = {each: self._touched(each) for each in self.propositions}

    def _beside(self, node: Node) -> None:
        """Take in what searches look for, and what judgements are about."""
        graph = self.work.graph
        claims = graph.objects(node, _SOUGHT, ever=True)
        claims |= graph.subjects(_JUDGEMENT, node, ever=True)
        for claim in claims:
            self.propositions |= self.work.stated(claim)

    def _strengths(self, proposition: Node) -> object:
        graph = self.work.graph
        return [
            graph.objects(body, way)
            for body in graph.objects(proposition, _ASSESSMENT)
            for way in _STRENGTHS
        ]

    def _touched(self, proposition: Node) -> dict[Node, _Votes]:
        """Give what the touched ratings under a proposition say."""
        graph = Graph(self.work.changes.store)
        return {
            node: _votes(graph, node)
            for node in self.ratings.under(proposition)
            if graph.is_a(node, mag("Rating"))
        }

    def changed(self, proposition: Node, memory: Graph) -> bool:
        """Say whether the rules of claims read something else of a proposition than at first.

        They read its strengths, and the leaps that all ratings of one vote have; these are in
        ``memory``, and none but the touched ones were others before.
        """
        if self._strengths(proposition) != self.held[proposition]:
            return True
        touched = self.ratings.under(proposition)
        now = {node: _votes(memory, node) for node in memory.subjects(_OF, proposition)}
        before = {node: each for node, each in now.items() if node not in touched}
        return _common(now.values()) != _common(
            [*before.values(), *self.voted[proposition].values()]
        )

    def assess(self) -> None:
        """Derive the assessments anew."""
        work, graph, memory = self.work, self.work.graph, self.work.memory
        kept: set[ox.Quad] = set()
        assessed = {each for each in self.propositions if memory.follow([each], _ASSESSMENT)}
        for proposition in assessed:
            own = [q for q in graph.of(assessment(proposition)) if _of_rated(q)]
            memory.add(own)
            kept.update(own)
            self._claims(proposition)
        self._rated(assessed)
        # Those that are assessed no more are owners, too: nothing is derived of them.
        work.run(BODIES, dict.fromkeys(map(assessment, self.propositions)), more=kept)

    def _claims(self, proposition: Node) -> None:
        """Copy what is read of the claims that state a proposition: thousands state some."""
        memory, graph = self.work.memory, self.work.graph
        for claim, source, polarity in graph.rows(_STATING, proposition):
            memory.add(
                (
                    ox.Quad(claim, _STATES, proposition),
                    ox.Quad(claim, mag("source"), source),
                    ox.Quad(claim, mag("polarity"), polarity),
                )
            )
        for claim, judgement in graph.rows(_JUDGED, proposition):
            memory.add([ox.Quad(claim, _JUDGEMENT, judgement)])
            memory.take([judgement])
        memory.take(search for (search,) in graph.rows(_SEARCHES, proposition))

    def _rated(self, propositions: Iterable[Node]) -> None:
        """Copy all ratings under propositions, with what is read of their studies and lines."""
        graph, memory = self.work.graph, self.work.memory
        nodes = {node for each in propositions for node in graph.subjects(_OF, each)}
        ratings = {node for node in nodes if graph.is_a(node, mag("Rating"))}
        own = memory.ratings(ratings)
        studies = {target(quad) for quad in own if quad.predicate == mag("study")}
        lines = {target(quad) for quad in own if quad.predicate == mag("broughtBy")}
        memory.pick(studies, *_OF_STUDIES)
        memory.take(memory.follow(studies | lines, _JUDGEMENT))

    def claims(self, lines: Iterable[Node], ratings: Iterable[Node]) -> None:
        """Derive anew what is said of claims and lines: touched ones, and what they read of."""
        work, graph, memory = self.work, self.work.graph, self.work.memory
        rated = set(lines)
        for rating in ratings:
            rated |= linked(work, rating)
        claims = set(work.claims)
        for line in rated:
            claims |= claims_of(work, line)
        near = Graph(memory.settle())
        for proposition in self.propositions:
            if self.changed(proposition, near):
                claims |= graph.subjects(_STATES, proposition)
        own = {each for claim in claims for each in graph.objects(claim, _EVIDENCE)} | rated
        memory.take(claims)
        memory.pick(claims, _STATES)
        for line in own:
            memory.take([line])
            memory.pick([line], _RATING, mag("reaches"))
            memory.take(claims_of(work, line))
            for rating in graph.objects(line, _RATING):
                memory.ratings([rating])
        for proposition in {one for claim in claims for one in graph.objects(claim, _STATES)}:
            memory.pick([proposition], _ASSESSMENT)
            memory.pick(graph.objects(proposition, _ASSESSMENT), IS_A, *_STRENGTHS)
            if proposition not in self.propositions:
                memory.pick(graph.subjects(_OF, proposition), _OF, _VOTE, _LEAP)
        owners: dict[Node, frozenset[str] | None] = dict.fromkeys(own, _OF_LINES)
        owners |= dict.fromkeys(claims, CLAIMS.heads() - _OF_LINES)
        work.run(CLAIMS, owners)


def _of_rated(quad: ox.Quad) -> bool:
    return quad.predicate == IS_A or quad.predicate.value in RATED.heads()


def _votes(graph: Graph, rating: Node) -> _Votes:
    return graph.objects(rating, _VOTE), graph.objects(rating, _LEAP)


def _common(ratings: Iterable[_Votes]) -> set[tuple[Node, Node]]:
    """Give the leaps that all ratings of a vote have, with the vote."""
    votes: Counter[Node] = Counter()
    leaps: Counter[tuple[Node, Node]] = Counter()
    for ways, those in ratings:
        votes.update(ways)
        leaps.update((vote, leap) for vote in ways for leap in those)
    return {pair for pair, number in leaps.items() if number == votes[pair[0]]}
