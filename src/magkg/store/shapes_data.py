"""What compiled shapes look at, the statements of nodes by property, and what they find."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from magkg.store.shapes_values import Term
from magkg.vocabulary import RDFS, TYPE

__all__ = ["Data", "Targets", "Violation"]

_Rows: TypeAlias = dict[Term, list[Term]]
_TYPE, _BELOW = ox.NamedNode(TYPE), ox.NamedNode(RDFS + "subClassOf")
_GRAPH = ox.DefaultGraph()


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One constraint that one node breaks.

    ``focus`` is the node's IRI, ``path`` and ``value`` are what is concerned ("" where nothing in
    particular is), ``constraint`` is the constraint's id, ``SHAPE/component``
    (``ClaimShape-polarity/minCount``), ``message`` is the shape's own.
    """

    focus: str
    constraint: str
    path: str
    value: str
    message: str

    @property
    def queried(self) -> bool:
        """Whether the constraint is a SPARQL query, not one of SHACL's own."""
        return self.constraint.endswith("/sparql")


@dataclass(frozen=True, slots=True)
class Targets:
    """Which nodes a shape looks at (SHACL, section 2.1.3)."""

    classes: tuple[ox.NamedNode, ...] = ()
    nodes: tuple[Term, ...] = ()
    subjects_of: tuple[ox.NamedNode, ...] = ()
    objects_of: tuple[ox.NamedNode, ...] = ()


class Data:
    """The default graph of a store; with ``only``, what it says of the nodes with these IRIs.

    ``rows`` gives, for each property, the values that each of the nodes has.
    """

    def __init__(self, store: ox.Store, only: Iterable[str] | None = None) -> None:
        self.store = store
        self.only = None if only is None else frozenset(_nodes(only))
        self.rows: dict[ox.NamedNode, _Rows] = {}
        for subjects in [None] if self.only is None else self.only:
            for subject, predicate, value, _ in self._quads(subjects, None, None):
                self.rows.setdefault(predicate, {}).setdefault(subject, []).append(value)
        self._subclasses: dict[ox.NamedNode, frozenset[Term]] = {}
        self._types: dict[Term, frozenset[Term]] = {}
        self._targeted: dict[Targets, tuple[Term, ...]] = {}

    def _quads(
        self, subject: Term | None, predicate: ox.NamedNode | None, value: Term | None
    ) -> Iterator[ox.Quad]:
        if isinstance(subject, ox.Literal):
            return iter(())
        return self.store.quads_for_pattern(subject, predicate, value, _GRAPH)

    def values(self, predicate: ox.NamedNode) -> _Rows:
        """Give the values that the nodes have for a property."""
        return self.rows.get(predicate, {})

    def is_a(self, term: Term, kind: ox.NamedNode) -> bool:
        """Say whether a term is an instance of a class or of one of its subclasses."""
        if isinstance(term, ox.Literal):
            return False
        if self.only is None:
            return not self.with_subclasses(kind).isdisjoint(self.values(_TYPE).get(term, ()))
        if term not in self._types:
            self._types[term] = frozenset(quad.object for quad in self._quads(term, _TYPE, None))
        return not self._types[term].isdisjoint(self.with_subclasses(kind))

    def with_subclasses(self, kind: ox.NamedNode) -> frozenset[Term]:
        """Give a class and all that the data say is below it."""
        if kind not in self._subclasses:
            found: set[Term] = {kind}
            new: list[Term] = [kind]
            while new:
                lower = {quad.subject for quad in self._quads(None, _BELOW, new.pop())} - found
                found |= lower
                new += lower
            self._subclasses[kind] = frozenset(found)
        return self._subclasses[kind]

    def targeted(self, targets: Targets) -> tuple[Term, ...]:
        """Give the nodes that targets name, each once, of those that are looked at."""
        if targets not in self._targeted:
            self._targeted[targets] = tuple(dict.fromkeys(self._aimed(targets)))
        return self._targeted[targets]

    def _aimed(self, targets: Targets) -> Iterator[Term]:
        kinds = frozenset[Term]().union(*map(self.with_subclasses, targets.classes))
        if kinds:
            for node, types in self.values(_TYPE).items():
                if not kinds.isdisjoint(types):
                    yield node
        for predicate in targets.subjects_of:
            yield from self.values(predicate)
        for predicate in targets.objects_of:
            if self.only is None:
                yield from (quad.object for quad in self._quads(None, predicate, None))
            else:
                yield from self._led_to(predicate, self.only)
        yield from (each for each in targets.nodes if self.only is None or each in self.only)

    def _led_to(self, predicate: ox.NamedNode, nodes: Collection[Term]) -> Iterator[Term]:
        for each in nodes:
            if next(self._quads(None, predicate, each), None) is not None:
                yield each


def _nodes(iris: Iterable[str]) -> Iterator[Term]:
    for iri in iris:
        try:
            yield ox.NamedNode(iri)
        except ValueError:
            continue  # no IRI, so no node of the data
