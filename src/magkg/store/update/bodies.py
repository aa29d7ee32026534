"""The tiers of assessments, and of claims and their lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from magkg.store.update.counting import Counting
from magkg.store.update.graph import IS_A, Graph, Node, mag
from magkg.store.update.independent import independent
from magkg.store.update.lines import claims_of, linked
from magkg.store.update.questions import Question
from magkg.store.update.ratings import assessment
from magkg.store.update.standing import stand
from magkg.store.update.tiers import CLAIMS, RATED, STEPS, VERDICTS
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from magkg.store.update.ratings import Ratings
    from magkg.store.update.work import Work

__all__ = ["Bodies"]

_EVIDENCE, _STATES, _RATING = mag("evidence"), mag("states"), mag("rating")
_ASSESSMENT, _OF = mag("assessment"), mag("proposition")
_JUDGEMENT, _SOUGHT = mag("judgement"), mag("soughtFor")
_VOTE, _LEAP = mag("vote"), mag("leap")
_STRENGTHS = (mag("strength"), mag("strengthAgainst"))
# The ratings of a proposition by their votes, and by their votes and leaps.
_VOTES, _LEAPS = (
    Question(
        f"?vote {leap} (COUNT(*) AS ?number)",
        f"?rating mag:proposition $one ; mag:vote ?vote {more}",
        f"?vote {leap}",
    )
    for leap, more in (("", ""), ("?leap", "; mag:leap ?leap"))
)
# What a rating votes for, and the leaps that it makes.
_Votes: TypeAlias = tuple[set[Node], set[Node]]
# How many ratings have a vote, or a vote and a leap.
_Tally: TypeAlias = Counter[tuple[Node, ...]]
_OF_LINES = frozenset((MAG + "level", MAG + "strength"))


@dataclass
class Bodies:
    """The propositions that are touched, with what claims read of their evidence at first."""

    work: Work
    ratings: Ratings
    propositions: set[Node] = field(init=False)
    held: dict[Node, object] = field(init=False)
    voted: dict[Node, _Tally] = field(init=False)
    tallies: dict[Node, _Tally] = field(init=False, default_factory=dict)

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

    def _touched(self, proposition: Node) -> _Tally:
        """Sum up what the touched ratings under a proposition say."""
        graph = Graph(self.work.changes.store)
        nodes = self.ratings.under(proposition)
        return _tally(_votes(graph, node) for node in nodes if graph.is_a(node, mag("Rating")))

    def changed(self, proposition: Node) -> bool:
        """Say whether the rules of claims read something else of a proposition than at first.

        They read its strengths, and the leaps that all ratings of one vote have.
        """
        if self._strengths(proposition) != self.held[proposition]:
            return True
        before, now = self.voted[proposition], self._touched(proposition)
        if before == now:
            return False
        every = self.tallies[proposition]
        others = every.copy()
        others.subtract(now)
        return _common(every) != _common(others + before)

    def _sum_up(self, propositions: Iterable[Node]) -> None:
        """Sum up what all ratings under propositions say, as far as that is not known yet."""
        new = [each for each in propositions if each not in self.tallies]
        self.tallies |= {each: Counter() for each in new}
        for question in (_VOTES, _LEAPS):
            for proposition, rows in self.work.questions.of(question, new).items():
                own = {tuple(terms): int(number.value) for *terms, number in rows}
                self.tallies[proposition].update(own)

    def assess(self) -> None:
        """Derive the independent lines and the assessments anew."""
        work, memory = self.work, self.work.memory
        lines = independent(work, self.ratings)
        assessed = {each for each in self.propositions if memory.follow([each], _ASSESSMENT)}
        own = [IS_A, *map(ox.NamedNode, RATED.heads())]
        memory.pick(map(assessment, assessed), *own)
        stand(work, assessed)
        # Those that are assessed no more are owners, too: nothing is derived of them.
        nodes = [assessment(each) for each in self.propositions]
        work.run(STEPS, dict.fromkeys(nodes, STEPS.heads()))
        Counting(work, self.propositions, assessed).count(self.ratings.nodes(), lines)
        work.run(VERDICTS, dict.fromkeys(nodes, VERDICTS.heads()))

    def claims(self, lines: Iterable[Node], ratings: Iterable[Node]) -> None:
        """Derive anew what is said of claims and lines: touched ones, and what they read of."""
        work, graph, memory = self.work, self.work.graph, self.work.memory
        rated = set(lines)
        for rating in ratings:
            rated |= linked(work, rating)
        claims = set(work.claims)
        for line in rated:
            claims |= claims_of(work, line)
        self._sum_up(self.propositions)
        for proposition in self.propositions:
            if self.changed(proposition):
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
        near = Graph(memory.settle())
        stated = {one for claim in claims for one in graph.objects(claim, _STATES)}
        self._sum_up(stated)
        for proposition in stated:
            memory.pick([proposition], _ASSESSMENT)
            memory.pick(graph.objects(proposition, _ASSESSMENT), IS_A, *_STRENGTHS)
            self._leaps(proposition, near.subjects(_OF, proposition))
        owners: dict[Node, frozenset[str] | None] = dict.fromkeys(own, _OF_LINES)
        owners |= dict.fromkeys(claims, CLAIMS.heads() - _OF_LINES)
        work.run(CLAIMS, owners)

    def _leaps(self, proposition: Node, nodes: set[Node]) -> None:
        """Copy the votes and leaps under a proposition: one rating of a vote stands for the rest.

        It has the leaps that all have which are not among ``nodes``: these are copied themselves.
        """
        memory = self.work.memory
        memory.pick(nodes, _VOTE, _LEAP)
        rest = self.tallies[proposition].copy()
        rest.subtract(_tally(_votes(self.work.graph, node) for node in nodes))
        for vote in {key[0] for key, number in rest.items() if len(key) == 1 and number}:
            node = ox.NamedNode(f"{proposition.value}#{vote.value.rpartition('#')[2]}")
            memory.add([ox.Quad(node, _OF, proposition), ox.Quad(node, _VOTE, vote)])
            leaps = {pair[1] for pair in _common(rest) if pair[0] == vote}
            memory.add(ox.Quad(node, _LEAP, leap) for leap in leaps)


def _votes(graph: Graph, rating: Node) -> _Votes:
    return graph.objects(rating, _VOTE), graph.objects(rating, _LEAP)


def _tally(ratings: Iterable[_Votes]) -> _Tally:
    found: _Tally = Counter()
    for votes, leaps in ratings:
        found.update((vote,) for vote in votes)
        found.update((vote, leap) for vote in votes for leap in leaps)
    return found


def _common(tally: Mapping[tuple[Node, ...], int]) -> set[tuple[Node, ...]]:
    """Give the leaps that all ratings of a vote have, with the vote."""
    return {key for key, number in tally.items() if len(key) == 2 and number == tally[key[:1]] > 0}
