"""Compiles SHACL shapes to a list of constraints, each one query over a whole set of nodes.

pySHACL asks every constraint for every node; here each is evaluated once for all nodes that it
looks at, with the same findings. `compiled` gives what it could compile, and names each shape that
it could not, with the reason: whoever validates hands those to pySHACL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.errors import MagkgError
from magkg.store.shacl.findings import Targets, Violation
from magkg.store.shacl.focus import Focus
from magkg.store.shacl.graph import Graph
from magkg.store.shacl.logic import Shape, inner
from magkg.store.shacl.places import Domain, Place, targeted
from magkg.store.shacl.query import told
from magkg.store.shacl.read import Reader
from magkg.store.shacl.terms import Term, Uncompiled, text
from magkg.store.tokens import tokens

if TYPE_CHECKING:
    from magkg.store.shacl.checks import Check

__all__ = ["Compiled", "Constraint", "compiled"]

# What makes the solutions of a query more where the graph becomes less.
_SUBTRACTING = frozenset(("EXISTS", "LIMIT", "MINUS", "OFFSET", "OPTIONAL"))
_COUNTING = frozenset(("AVG", "COUNT", "GROUP", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM"))


@dataclass(frozen=True)
class Constraint:
    """One constraint of one shape, for all nodes of its targets.

    ``id`` is ``SHAPE/component``, as findings name it; ``path`` the property's IRI ("" for another
    path, and for none); ``severity`` the local name of a SHACL severity. ``select`` is SPARQL 1.1
    with full IRIs: over the default graph it gives a solution (``?this``, and as far as the
    finding has them ``?value`` and ``?path``) for each violation.
    """

    id: str
    message: str
    severity: str
    path: str
    targets: Targets
    select: str

    @cached_property
    def monotone(self) -> bool:
        """Whether nothing that is taken out of a graph can break it anew: it subtracts nothing."""
        words = {each.keyword for each in tokens(self.select)}
        counts = set() if self.id.endswith("/maxCount") else _COUNTING
        return words.isdisjoint(_SUBTRACTING | counts)

    def violation(self, row: Mapping[str, Term | None]) -> Violation:
        """Give the finding of a solution: its terms by the names of their variables."""
        node = row["this"]
        assert node is not None
        value, path = row.get("value"), row.get("path")
        shown = "" if value is None else text(value)
        return Violation(
            focus=text(node),
            constraint=self.id,
            path=self.path if path is None else text(path),
            # A query that gives no value means the node itself.
            value="" if self.id.endswith("/sparql") and shown == text(node) else shown,
            message=told(self.message, {"this": node, "value": node} | dict(row)),
        )

    def find(self, store: ox.Store) -> Iterator[Violation]:
        """Give what breaks it in the default graph of a store.

        Raises MagkgError where the store cannot evaluate it.
        """
        try:
            found = store.query(self.select)
            assert isinstance(found, ox.QuerySolutions)
            names = [each.value for each in found.variables]
            for row in found:
                yield self.violation(dict(zip(names, row, strict=True)))
        except (OSError, RuntimeError, SyntaxError, ValueError) as error:
            raise MagkgError(f"the shapes could not be evaluated: {self.id}: {error}") from None


@dataclass(frozen=True)
class Compiled:
    """Shapes in the form that is evaluated.

    ``uncompiled`` gives the shapes that are not in it, each with the reason; ``covered`` are the
    IRIs of those that are.
    """

    parts: tuple[tuple[Targets, Shape], ...]
    covered: frozenset[str]
    uncompiled: Mapping[str, str]

    @cached_property
    def constraints(self) -> tuple[Constraint, ...]:
        """All constraints, in the order of the files."""
        return tuple(
            each
            for targets, shape in self.parts
            for each in _constraints(targets, shape, targeted(targets))
        )

    def find(self, store: ox.Store, only: Iterable[str] | None = None) -> Iterator[Violation]:
        """Give what breaks the shapes in the default graph of a store, or in ``only`` its nodes.

        Raises MagkgError where the store cannot evaluate a constraint.
        """
        wanted = None if only is None else frozenset(only)
        for each in self.constraints if wanted is None else self._of(Focus(store, wanted)):
            for found in each.find(store):
                if wanted is None or found.focus in wanted:
                    yield found

    def _of(self, focus: Focus) -> Iterable[Constraint]:
        """Give the constraints, with queries for these nodes alone where they are few."""
        if focus.most:
            return self.constraints
        found: list[Constraint] = []
        for targets, shape in self.parts:
            # Other findings may be about other nodes than those where a shape begins.
            if _reaches(shape):
                found += _constraints(targets, shape, targeted(targets))
            elif nodes := focus.targeted(targets):
                found += _constraints(targets, shape, targeted(Targets(nodes=tuple(nodes))))
        return found


def compiled(documents: Iterable[Sequence[ox.Quad]]) -> Compiled:
    """Compile the shapes that documents hold, with the prefixes that they declare."""
    graph = Graph(documents)
    reader = Reader(graph)
    made: dict[Term, tuple[Targets, Shape]] = {}
    refused: dict[str, str] = {}
    for node in graph.roots():
        try:
            made[node] = (graph.targets(node), reader.shape(node))
        except Uncompiled as reason:
            refused[_label(node)] = str(reason)
    if refused:
        # pySHACL is told by their names which shapes it need not look at.
        for node in [each for each in made if not isinstance(each, ox.NamedNode)]:
            refused[_label(node)] = "a shape without a name, beside one that is not compiled"
            del made[node]
    return Compiled(tuple(made.values()), frozenset(map(_label, made)), refused)


def _label(node: Term) -> str:
    return node.value if isinstance(node, ox.NamedNode) else f"_:{text(node)}"


def _reaches(shape: Shape) -> bool:
    """Whether the findings of a shape may be about other nodes than those where it begins."""
    return any(shape.path is not None or _reaches(each) for each in shape.properties)


def _constraints(targets: Targets, shape: Shape, domain: Domain) -> Iterator[Constraint]:
    def at(shape: Shape, place: Place) -> Iterator[Constraint]:
        for check in shape.checks:
            where = check.where(place)
            if where is not None:
                select = f"SELECT DISTINCT {_head(check, place)} WHERE {{ {where} }}"
                yield Constraint(*_said(shape, check), targets, select)
        for each in shape.properties:
            yield from at(each, inner(each, place))

    yield from at(shape, Place(domain, shape.path))


def _said(shape: Shape, check: Check) -> tuple[str, str, str, str]:
    message = check.message or shape.message or f"This breaks sh:{check.component}."
    path = shape.path.iri if shape.path else ""
    return f"{check.name or shape.name}/{check.component}", message, shape.severity, path


def _head(check: Check, place: Place) -> str:
    own = place.value if place.path else f"({place.node} AS ?value)"
    return " ".join([place.node, *(own if each == "value" else each for each in check.shows)])
