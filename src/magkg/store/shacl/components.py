"""Constraint components that shapes graphs define themselves (SHACL, section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.shacl.query import ask, asked, select, told
from magkg.store.shacl.terms import Term, Uncompiled, local, text
from magkg.vocabulary import RDFS, SH, TYPE

if TYPE_CHECKING:
    from magkg.store.shacl.checks import Check
    from magkg.store.shacl.graph import Graph
    from magkg.store.shacl.paths import Path

__all__ = ["Components"]

_COMPONENT = ox.NamedNode(SH + "ConstraintComponent")


@dataclass(frozen=True)
class _Component:
    """One component: its name in findings, and its parameters, some of which must be given."""

    node: Term
    name: str
    parameters: tuple[str, ...]
    needed: frozenset[str]


class Components:
    """The components that a graph defines, and the constraints that shapes make of them."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.found = [self._read(each) for each in graph.rows if self._defines(each)]

    def checks(self, shape: Term, path: Path | None, message: str) -> Iterator[Check]:
        """Give the constraints that a shape makes with these components.

        Raises Uncompiled for a component that is not compiled.
        """
        row = self.graph.rows.get(shape, {})
        for each in self.found:
            if not each.needed or not each.needed <= row.keys():
                continue
            given = {name: row[name] for name in each.parameters if name in row}
            if len(given) > 1 and any(len(values) > 1 for values in given.values()):
                raise Uncompiled(f"several values of the parameters of {each.name}")
            once = {local(name): values[0] for name, values in given.items()}
            for name, values in list(given.items())[:1]:
                for value in values:
                    yield self._check(each, once | {local(name): value}, path, message)

    def _defines(self, node: Term) -> bool:
        kinds = self.graph.rows[node].get(TYPE, [])
        rows = self.graph.rows
        return _COMPONENT in kinds or any(
            _COMPONENT in rows.get(kind, {}).get(RDFS + "subClassOf", []) for kind in kinds
        )

    def _read(self, node: Term) -> _Component:
        graph = self.graph
        parameters = graph.get(node, "parameter")
        paths = {each: text(path) for each in parameters for path in graph.get(each, "path")}
        needed = [
            path
            for each, path in paths.items()
            if [text(value) for value in graph.get(each, "optional")] != ["true"]
        ]
        name = local(text(node)).removesuffix("ConstraintComponent")
        name = name[:1].lower() + name[1:]
        return _Component(node, name, tuple(paths.values()), frozenset(needed))

    def _check(
        self, component: _Component, terms: dict[str, Term], path: Path | None, message: str
    ) -> Check:
        graph = self.graph
        own = graph.get(component.node, "nodeValidator" if path is None else "propertyValidator")
        validators = own or graph.get(component.node, "validator")
        if not validators:
            raise Uncompiled(f"{component.name}, which has no validator for such a shape")
        validator = validators[0]
        if any(isinstance(each, ox.BlankNode) for each in terms.values()):
            raise Uncompiled(f"a nameless node as a parameter of {component.name}")
        said = min((text(each) for each in graph.get(validator, "message")), default="")
        said = told(message or said, terms)
        try:
            query = text(graph.one(validator, "select" if own else "ask"))
            made = asked(query, graph, validator, path, terms)
            if own:
                return select(component.name, made, said, whole=path is None)
            return ask(component.name, made, said)
        except Uncompiled as reason:
            raise Uncompiled(f"{reason}, in {component.name}") from None
