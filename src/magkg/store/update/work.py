"""What the tiers of an update share: the graph, the neighbourhood, and what they found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.update.graph import IS_A, Graph, Node, about, mag, target
from magkg.store.update.memory import Memory
from magkg.store.update.merging import users
from magkg.store.update.tiers import ASSESSMENT, STEP, Tier, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from magkg.store.update.changes import Changes
    from magkg.store.update.questions import Questions

__all__ = ["Work"]


@dataclass
class Work:
    """An update after its authored statements were applied, before all is derived from them.

    ``changed`` are the authored statements that came or went; ``claims`` the claims that they
    describe or described, or a part of them; ``before`` the propositions that these stated.
    ``bearing`` gives what bore on a proposition at first.
    """

    changes: Changes
    questions: Questions
    graph: Graph = field(init=False)
    memory: Memory = field(init=False)
    changed: frozenset[ox.Quad] = field(init=False)
    nodes: frozenset[Node] = field(init=False)
    claims: frozenset[Node] = field(init=False)
    before: dict[Node, set[Node]] = field(init=False)
    touched: set[Node] = field(init=False, default_factory=set)
    _dropped: set[Node] = field(init=False, default_factory=set)
    _bore: dict[Node, set[Node]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        changes = self.changes
        self.graph = Graph(changes.store, changes.removed)
        self.memory = Memory(self.graph)
        self.changed = frozenset(changes.added | changes.removed)
        every = {about(quad) for quad in self.changed}
        gone = {about(q) for q in changes.removed if q.predicate == IS_A and q.object == _CLAIM}
        self.claims = frozenset(users(self.graph, every, ever=True) | gone)
        self.before = {node: self.graph.objects(node, mag("states")) for node in self.claims}
        read = mentioned()
        self.nodes = frozenset(about(q) for q in self.changed if q.predicate.value in read)
        for node in set().union(*self.before.values()):
            self._bore[node] = self.graph.objects(node, mag("bearsOn"))

    def bearing(self, proposition: Node) -> set[Node]:
        """Give a proposition with those that its evidence bears on, or bore on at first."""
        now = self.graph.objects(proposition, mag("bearsOn"))
        return now | self._bore.get(proposition, set()) | {proposition}

    def stated(self, claim: Node) -> set[Node]:
        """Give what a claim states, or stated at first."""
        return self.graph.objects(claim, mag("states")) | self.before.get(claim, set())

    def apply(self, old: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> set[Node]:
        """Put what was derived anew in the place of what was derived before; give what differs."""
        was, now = set(old), set(new)
        self._dropped |= {target(q) for q in was - now if q.predicate == mag("step")}
        self.changes.apply(was, now)
        different = {about(quad) for quad in was ^ now}
        self.touched |= different
        return different

    def run(
        self,
        tier: Tier,
        owners: Mapping[Node, frozenset[str] | None],
        *,
        keep: frozenset[str] = frozenset(),
    ) -> set[Node]:
        """Derive anew what a tier says of owners; give whatever differs.

        ``owners`` come with the properties that the tier derives of them (None: all that they
        have), ``keep`` are properties that others may have written as well: they are added to,
        not replaced.
        """
        if not owners:
            return set()
        store = self.memory.settle()
        named = {node.value: None if only is None else only | keep for node, only in owners.items()}
        found, steps = tier.run(store, named)
        used = {target(q).value for q in found if q.predicate == mag("step")}
        shared = {quad for iri in used for quad in steps.get(iri, ())}
        different = self.apply(self._old(owners), found)
        self.changes.apply((), shared)
        self.touched |= {node for node in different if node.value.startswith(STEP)}
        return different

    def _old(self, owners: Mapping[Node, frozenset[str] | None]) -> Iterable[ox.Quad]:
        for node, only in owners.items():
            if node.value.startswith(ASSESSMENT) and only is not None:
                # Its independent lines are thousands, and no tier but their own writes of them.
                for name in sorted(only):
                    yield from self.graph.of(node, ox.NamedNode(name))
                continue
            for quad in self.graph.of(node):
                if only is None or quad.predicate.value in only:
                    yield quad

    def sweep(self) -> None:
        """Take out the steps to which nothing leads any more."""
        for step in self._dropped:
            if next(self.graph.to(mag("step"), step), None) is None:
                self.changes.apply(list(self.graph.of(step)), ())


_CLAIM = mag("Claim")
