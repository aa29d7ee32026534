"""The counts of assessments: what was counted before, with the difference that the touched make.

Each claim, rating and independent line is counted for itself, and thousands may be counted for one
proposition. So the rules that count run twice, over nothing but those that are touched: as they
were, and as they are now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.update.graph import IS_A, Graph, Node, about, mag, target, value
from magkg.store.update.lines import same_claims
from magkg.store.update.ratings import assessment
from magkg.store.update.tiers import COUNTS
from magkg.vocabulary import MAG, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from magkg.store.update.work import Work

__all__ = ["Counting"]

_STATES, _SOURCE, _POLARITY = mag("states"), mag("source"), mag("polarity")
_LINE = mag("independentLine")
# What the rules read of claims, ratings and independent lines.
_COUNTED = {_STATES, _SOURCE, _POLARITY, mag("proposition"), mag("study"), mag("vote")}
_INTEGER = ox.NamedNode(XSD + "integer")
# Of the claims that state a proposition: one answer is read faster than thousands of look-ups.
_STATING = (
    f"SELECT ?claim ?source ?polarity WHERE {{ ?claim <{MAG}states> $node ; "
    f"<{MAG}source> ?source ; <{MAG}polarity> ?polarity }}"
)


@dataclass
class Counting:
    """What is counted for propositions; only those ``assessed`` have counts."""

    work: Work
    propositions: set[Node]
    assessed: set[Node]
    before: ox.Store = field(init=False, default_factory=ox.Store)
    now: ox.Store = field(init=False, default_factory=ox.Store)
    gone: dict[Node, list[ox.Quad]] = field(init=False)

    def __post_init__(self) -> None:
        self.gone = defaultdict(list)
        for quad in self.work.changes.removed:
            self.gone[about(quad)].append(quad)

    def count(self, ratings: Iterable[Node], lines: Iterable[Node]) -> None:
        """Derive the counts anew, with ``ratings`` and ``lines`` that are touched."""
        work = self.work
        old = {each: self._counted(each) for each in map(assessment, self.propositions)}
        begun = {each for each in self.assessed if not old[assessment(each)]}
        self._touched(ratings, lines)
        self._begun(begun)
        difference = self._run(self.now, self.assessed)
        difference.subtract(self._run(self.before, self.assessed - begun))
        for node in map(assessment, self.assessed):
            difference.update({(node, way): number for way, number in old[node].items()})
        found = {ox.Quad(*each, _number(number)) for each, number in difference.items()}
        was = {
            ox.Quad(node, way, _number(number))
            for node, each in old.items()
            for way, number in each.items()
        }
        work.apply(was, found)
        work.memory.add(found)

    def _touched(self, ratings: Iterable[Node], lines: Iterable[Node]) -> None:
        for node in (*self.work.claims, *ratings, *lines):
            self._both(node)
        for line in lines:
            self._link(line)
        self._sources()

    def _begun(self, propositions: set[Node]) -> None:
        """Take in all claims for what was not assessed so far; its ratings are touched."""
        for node in propositions:
            for claim, source, polarity in self.work.graph.answers(_STATING, node):
                ways = ((_STATES, node), (_SOURCE, source), (_POLARITY, polarity))
                self.now.extend(ox.Quad(claim, way, each) for way, each in ways)

    def _counted(self, node: Node) -> dict[Node, int]:
        quads = [q for way in COUNTS.heads() for q in self.work.graph.of(node, ox.NamedNode(way))]
        return {quad.predicate: int(value(quad).value) for quad in quads}

    def _both(self, node: Node) -> None:
        """Take in what is counted of a node as it was, and as it is."""
        added = self.work.changes.added
        now = [quad for quad in self.work.graph.of(node) if quad.predicate in _COUNTED]
        was = [quad for quad in now if quad not in added]
        self.now.extend(now)
        self.before.extend(was)
        self.before.extend(quad for quad in self.gone.get(node, ()) if quad.predicate in _COUNTED)

    def _link(self, line: Node) -> None:
        """Take in that an assessment has a line."""
        changes = self.work.changes
        quad = ox.Quad(ox.NamedNode(line.value.partition("#")[0]), _LINE, line)
        there = quad in changes.store
        if there:
            self.now.add(quad)
        if quad in changes.removed or (there and quad not in changes.added):
            self.before.add(quad)

    def _sources(self) -> None:
        """Take in, of other claims for the same from the same source, one: it is counted once."""
        pairs = {
            (target(stated), source)
            for store in (Graph(self.before), Graph(self.now))
            for claim in self.work.claims
            for stated in store.of(claim, _STATES)
            for source in store.objects(claim, _SOURCE)
        }
        for (proposition, source), same in same_claims(self.work, pairs).items():
            for claim in sorted(same - self.work.claims, key=str)[:1]:
                own = [ox.Quad(claim, _STATES, proposition), ox.Quad(claim, _SOURCE, source)]
                self.before.extend(own)
                self.now.extend(own)

    @staticmethod
    def _run(store: ox.Store, propositions: Iterable[Node]) -> Counter[tuple[Node, Node]]:
        nodes = {assessment(each): each for each in propositions}
        for node, each in nodes.items():
            store.add(ox.Quad(node, IS_A, mag("Assessment")))
            store.add(ox.Quad(node, mag("proposition"), each))
        found, _ = COUNTS.run(store, dict.fromkeys((node.value for node in nodes), COUNTS.heads()))
        return Counter({(about(q), q.predicate): int(value(q).value) for q in found})


def _number(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=_INTEGER)
