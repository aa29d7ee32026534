"""The tiers of assessments, and of claims and their lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from magkg.store.update.graph import IS_A, Node, about, mag
from magkg.store.update.lines import claims_of, linked
from magkg.store.update.ratings import assessment
from magkg.store.update.tiers import BODIES, CLAIMS, RATED
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

    from magkg.store.update.work import Work

__all__ = ["Bodies"]

_EVIDENCE, _STATES, _RATING = mag("evidence"), mag("states"), mag("rating")
_ASSESSMENT, _OF = mag("assessment"), mag("proposition")
_JUDGEMENT, _SOUGHT = mag("judgement"), mag("soughtFor")
_VOTE, _LEAP = mag("vote"), mag("leap")
_STRENGTHS = (mag("strength"), mag("strengthAgainst"))
_OF_LINES = frozenset((MAG + "level", MAG + "strength"))


@dataclass
class Bodies:
    """The propositions that are touched, with what claims read of their evidence at first."""

    work: Work
    propositions: set[Node]
    held: dict[Node, object] = field(init=False)

    def __post_init__(self) -> None:
        work = self.work
        self.propositions = set(self.propositions)
        for claim in work.claims:
            self.propositions |= work.stated(claim)
        for node in work.nodes:
            self._beside(node)
        self.held = {each: self._held(each) for each in self.propositions}

    def _beside(self, node: Node) -> None:
        """Take in what searches look for, and what judgements are about."""
        graph = self.work.graph
        claims = graph.objects(node, _SOUGHT, ever=True)
        claims |= graph.subjects(_JUDGEMENT, node, ever=True)
        for claim in claims:
            self.propositions |= self.work.stated(claim)

    def _held(self, proposition: Node) -> object:
        """Give what the rules of claims read of a proposition: strengths, and leaps."""
        graph = self.work.graph
        strengths = [
            graph.objects(body, way)
            for body in graph.objects(proposition, _ASSESSMENT)
            for way in _STRENGTHS
        ]
        votes: Counter[Node] = Counter()
        leaps: Counter[tuple[Node, Node]] = Counter()
        for rating in graph.subjects(_OF, proposition):
            for vote in graph.objects(rating, _VOTE):
                votes[vote] += 1
                leaps.update((vote, leap) for leap in graph.objects(rating, _LEAP))
        return strengths, {pair for pair, number in leaps.items() if number == votes[pair[0]]}

    def assess(self) -> None:
        """Derive the assessments anew."""
        work, graph, memory = self.work, self.work.graph, self.work.memory
        kept: set[ox.Quad] = set()
        for proposition in self.propositions:
            if not graph.objects(proposition, _ASSESSMENT):
                continue
            memory.pick([proposition], _ASSESSMENT)
            own = [q for q in graph.of(assessment(proposition)) if _of_rated(q)]
            memory.add(own)
            kept.update(own)
            self._claims(proposition)
            self._ratings(proposition)
        # Those that are assessed no more are owners, too: nothing is derived of them.
        work.run(BODIES, dict.fromkeys(map(assessment, self.propositions)), more=kept)

    def _claims(self, proposition: Node) -> None:
        graph, memory = self.work.graph, self.work.memory
        for quad in graph.to(_STATES, proposition):
            claim = about(quad)
            memory.add([quad])
            memory.pick([claim], mag("source"), mag("polarity"), _JUDGEMENT)
            memory.take(graph.objects(claim, _JUDGEMENT))
            memory.take(graph.subjects(_SOUGHT, claim))

    def _ratings(self, proposition: Node) -> None:
        graph, memory = self.work.graph, self.work.memory
        for rating in graph.subjects(_OF, proposition):
            if graph.is_a(rating, mag("Rating")):
                memory.ratings([rating])
                for study in graph.objects(rating, mag("study")):
                    memory.take([study])
                    memory.pick([study], mag("root"))
                    memory.take(graph.objects(study, _JUDGEMENT))
                for line in graph.objects(rating, mag("broughtBy")):
                    memory.pick([line], _JUDGEMENT)
                    memory.take(graph.objects(line, _JUDGEMENT))

    def claims(self, lines: Iterable[Node], ratings: Iterable[Node]) -> None:
        """Derive anew what is said of claims and lines: touched ones, and what they read of."""
        work, graph, memory = self.work, self.work.graph, self.work.memory
        rated = set(lines)
        for rating in ratings:
            rated |= linked(work, rating)
        claims = set(work.claims)
        for line in rated:
            claims |= claims_of(work, line)
        for proposition, before in self.held.items():
            if self._held(proposition) != before:
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
