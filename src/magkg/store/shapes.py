"""Compiles SHACL shapes to scans and queries over whole sets of nodes.

pySHACL asks every constraint for every node; here each is evaluated once for all nodes that it
looks at, with the same findings. `compiled` gives what it could compile, and names each shape that
it could not, with the reason: whoever validates hands those to pySHACL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from magkg.store.shapes_data import Data, Targets, Violation
from magkg.store.shapes_query import Query, query
from magkg.store.shapes_values import EACH, WHOLE, Each, Term, Uncompiled, Whole, shown, text
from magkg.vocabulary import RDF, RDFS, SH, TYPE

__all__ = ["Compiled", "compiled", "local"]

_TARGETS = {
    "targetClass": "classes",
    "targetNode": "nodes",
    "targetObjectsOf": "objects_of",
    "targetSubjectsOf": "subjects_of",
}
_SAID = {"description", "group", "message", "name", "order", "severity", "defaultValue"}
_NODE = {"closed", "deactivated", "ignoredProperties", "property", "sparql", *_TARGETS, *_SAID}
_PROPERTY = {"deactivated", "path", *_TARGETS, *_SAID}
_CONSTRAINT = {"deactivated", "message", "prefixes", "select"}
_IS_A = ox.NamedNode(TYPE)
_RESOURCE = ox.NamedNode(RDFS + "Resource")


def local(iri: str) -> str:
    """Give the last part of an IRI, which is how findings name a shape."""
    return re.split(r"[#/]", iri)[-1]


@dataclass(frozen=True)
class _Values:
    """What a shape asks of the values of a property, or with no ``path`` of the node itself."""

    name: str
    message: str
    path: ox.NamedNode | None
    whole: tuple[tuple[str, Whole], ...]
    each: tuple[tuple[str, Each], ...]

    def __call__(self, data: Data, nodes: Sequence[Term]) -> Iterator[Violation]:
        rows = data.values(self.path) if self.path else {}
        for node in nodes:
            values = rows.get(node, ()) if self.path else (node,)
            for component, fits in self.whole:
                if not fits(values):
                    yield self._violation(node, component, "")
            for value in values:
                for component, good in self.each:
                    if not good(data, value):
                        yield self._violation(node, component, shown(value))

    def _violation(self, node: Term, component: str, value: str) -> Violation:
        path = self.path.value if self.path else ""
        return Violation(shown(node), f"{self.name}/{component}", path, value, self.message)


@dataclass(frozen=True)
class _Closed:
    """That nodes have no other properties than these."""

    name: str
    message: str
    allowed: frozenset[Term]

    def __call__(self, data: Data, nodes: Sequence[Term]) -> Iterator[Violation]:
        focus = set(nodes)
        for predicate in data.rows.keys() - self.allowed:
            rows = data.values(predicate)
            for node in rows.keys() & focus:
                for value in rows[node]:
                    if (predicate, value) != (_IS_A, _RESOURCE):
                        told = (f"{self.name}/closed", predicate.value, shown(value))
                        yield Violation(shown(node), *told, self.message)


@dataclass(frozen=True)
class Compiled:
    """Shapes in the form that is evaluated.

    ``uncompiled`` gives the shapes that are not in it, each with the reason; ``covered`` are the
    IRIs of those that are.
    """

    parts: tuple[tuple[Targets, tuple[_Values | _Closed | Query, ...]], ...]
    covered: frozenset[str]
    uncompiled: Mapping[str, str]

    def find(self, store: ox.Store, only: Iterable[str] | None = None) -> Iterator[Violation]:
        """Give what breaks the shapes in the default graph of a store, or in ``only`` its nodes.

        The same violation may come twice.
        """
        data = Data(store, only)
        for targets, checks in self.parts:
            if nodes := data.targeted(targets):
                for check in checks:
                    yield from check(data, nodes)


def compiled(documents: Iterable[Sequence[ox.Quad]]) -> Compiled:
    """Compile the shapes that documents hold, with the prefixes that they declare."""
    graph = _Graph(documents)
    parts = []
    covered: set[str] = set()
    refused: dict[str, str] = {}
    for shape in graph.roots():
        name = shape.value if isinstance(shape, ox.NamedNode) else f"_:{text(shape)}"
        try:
            if isinstance(shape, ox.BlankNode):
                raise Uncompiled("a shape without a name")
            if graph.extended:
                raise Uncompiled("a graph with a constraint component of its own")
            parts.append((graph.targets(shape), tuple(graph.shape(shape))))
            covered.add(name)
        except Uncompiled as reason:
            refused[name] = str(reason)
    return Compiled(tuple(parts), frozenset(covered), refused)


class _Graph:
    """The statements of shapes files, and the shapes that are read from them."""

    def __init__(self, documents: Iterable[Sequence[ox.Quad]]) -> None:
        self.rows: dict[Term, dict[str, list[Term]]] = {}
        for number, quads in enumerate(documents):
            for subject, predicate, value, _ in quads:
                # The same label of a blank node is another node in another file.
                row = self.rows.setdefault(_apart(subject, number), {})
                values = row.setdefault(predicate.value, [])
                if (own := _apart(value, number)) not in values:
                    values.append(own)

        # Any property might be the parameter of a component that the graph itself defines.
        self.extended = any(SH + "parameter" in row for row in self.rows.values())

    def get(self, node: Term, name: str) -> list[Term]:
        """Give the values of a SHACL property."""
        return self.rows.get(node, {}).get(SH + name, [])

    def says(self, node: Term) -> set[str]:
        """Give the local names of the SHACL properties that a node has."""
        return {each[len(SH) :] for each in self.rows.get(node, {}) if each.startswith(SH)}

    def roots(self) -> Iterator[Term]:
        """Give the shapes that have targets, so that something is held against them."""
        for node, row in self.rows.items():
            said = self.says(node)
            if said & _TARGETS.keys() or (
                self._implicit(node)
                and (said or any(text(kind).startswith(SH) for kind in row[TYPE]))
            ):
                yield node

    def _implicit(self, node: Term) -> bool:
        """Whether a node is a class, whose instances are then its targets."""
        whole = ox.NamedNode(RDFS + "Class")
        for kind in self.rows.get(node, {}).get(TYPE, []):
            if kind == whole or whole in self.rows.get(kind, {}).get(RDFS + "subClassOf", []):
                return True
        return False

    def targets(self, shape: Term) -> Targets:
        found = {field: tuple(self.get(shape, name)) for name, field in _TARGETS.items()}
        if self._implicit(shape):
            found["classes"] = (*found["classes"], shape)
        for field, terms in found.items():
            if field != "nodes" and not all(isinstance(each, ox.NamedNode) for each in terms):
                raise Uncompiled("a target without a name")
        return Targets(**found)  # type: ignore[arg-type]

    def shape(self, shape: Term) -> Iterator[_Values | _Closed | Query]:
        """Give what a shape with targets asks of them."""
        if self.get(shape, "path"):
            yield from self.values(shape, _PROPERTY)
            return
        if self.off(shape):
            return
        yield from self.values(shape, _NODE)
        for each in self.get(shape, "property"):
            if not self.get(each, "path"):
                raise Uncompiled(f"{_named(each)} without sh:path")
            yield from self.values(each, _PROPERTY)
        yield from self.closed(shape)
        for each in self.get(shape, "sparql"):
            yield from self.query(shape, each)

    def values(self, shape: Term, other: set[str]) -> Iterator[_Values]:
        said = self.says(shape) - other
        path = self.path(shape)
        flags = self.get(shape, "flags")
        if "pattern" in said and len(flags) < 2:
            said -= {"flags"}
        if strange := said - EACH.keys() - (WHOLE.keys() if path else {"hasValue"}):
            raise Uncompiled(f"sh:{min(strange)} of {_named(shape)}")
        if not said or self.off(shape):
            return
        try:
            yield _Values(
                local(text(shape)),
                self.message(shape),
                path,
                tuple((n, WHOLE[n](self.get(shape, n))) for n in sorted(said & WHOLE.keys())),
                tuple(
                    (n, EACH[n](self.given(shape, n), "".join(map(text, flags))))
                    for n in sorted(said & EACH.keys())
                ),
            )
        except Uncompiled as reason:
            raise Uncompiled(f"{reason}, in {_named(shape)}") from None

    def given(self, shape: Term, name: str) -> list[Term]:
        """Give the values of a parameter; those of sh:in stand in a list."""
        values = self.get(shape, name)
        if name != "in":
            return values
        if len(values) != 1:
            raise Uncompiled("more than one sh:in")
        return list(self.items(values[0]))

    def path(self, shape: Term) -> ox.NamedNode | None:
        paths = self.get(shape, "path")
        if not paths:
            return None
        if len(paths) > 1 or not isinstance(paths[0], ox.NamedNode):
            raise Uncompiled(f"the path of {_named(shape)}, which is not one property")
        return paths[0]

    def closed(self, shape: Term) -> Iterator[_Closed]:
        values = self.get(shape, "closed")
        ignored = self.get(shape, "ignoredProperties")
        if not values and not ignored:
            return
        if len(values) != 1 or text(values[0]) not in ("true", "false"):
            raise Uncompiled("sh:closed that is neither true nor false")
        if text(values[0]) == "true":
            listed = self.get(shape, "property")
            allowed = {path for each in listed for path in self.get(each, "path")}
            allowed.update(item for head in ignored for item in self.items(head))
            yield _Closed(local(text(shape)), self.message(shape), frozenset(allowed))

    def query(self, shape: Term, node: Term) -> Iterator[Query]:
        if strange := self.says(node) - _CONSTRAINT:
            raise Uncompiled(f"sh:{min(strange)} of {_named(node)}")
        selects = self.get(node, "select")
        if len(selects) != 1:
            raise Uncompiled(f"{_named(node)} without one sh:select")
        if not self.off(node):
            message = self.message(node if self.get(node, "message") else shape)
            try:
                name, declared = local(text(node)), self.prefixes(node)
                yield query(name, message, text(selects[0]), declared, self.targets(shape))
            except Uncompiled as reason:
                raise Uncompiled(f"{reason}, in {_named(node)}") from None

    def prefixes(self, node: Term) -> dict[str, str]:
        """Give the prefixes of a query: those of its sh:prefixes, else of all ontologies."""
        found: dict[str, str] = {}
        for owner in self.get(node, "prefixes"):
            declared = self.get(owner, "declare")
            if not declared or not self._ontology(owner):
                everywhere = [each for each in self.rows if self._ontology(each)]
                declared = [each for on in (owner, *everywhere) for each in self.get(on, "declare")]
            for each in declared:
                prefix, space = self.get(each, "prefix"), self.get(each, "namespace")
                if len(prefix) != 1 or len(space) != 1:
                    raise Uncompiled("a prefix that is not declared once")
                if found.setdefault(text(prefix[0]), text(space[0])) != text(space[0]):
                    raise Uncompiled(f"the prefix {text(prefix[0])} that is declared twice")
        return found

    def _ontology(self, node: Term) -> bool:
        kind = ox.NamedNode("http://www.w3.org/2002/07/owl#Ontology")
        return kind in self.rows.get(node, {}).get(TYPE, [])

    def message(self, shape: Term) -> str:
        """Give a shape's message: the first in the order of the alphabet, where it has several."""
        messages = sorted(text(each) for each in self.get(shape, "message"))
        if not messages:
            raise Uncompiled(f"no sh:message of {_named(shape)}")
        return messages[0]

    def off(self, shape: Term) -> bool:
        values = [text(each) for each in self.get(shape, "deactivated")]
        if len(values) > 1 or not set(values) <= {"true", "false"}:
            raise Uncompiled(f"sh:deactivated of {_named(shape)}")
        return values == ["true"]

    def items(self, head: Term) -> Iterator[Term]:
        seen: set[Term] = set()
        while text(head) != RDF + "nil":
            first, rest = (self.rows.get(head, {}).get(RDF + n, []) for n in ("first", "rest"))
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise Uncompiled("a list that is none")
            seen.add(head)
            yield first[0]
            head = rest[0]


def _apart(term: Term, number: int) -> Term:
    return ox.BlankNode(f"f{number}{term.value}") if isinstance(term, ox.BlankNode) else term


def _named(shape: Term) -> str:
    return local(text(shape)) if isinstance(shape, ox.NamedNode) else "a shape without a name"
