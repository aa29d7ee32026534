"""Reads shapes from their graph: each thing a shape says becomes a constraint, or is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from magkg.store.shacl.checks import (
    KINDS,
    Check,
    Class,
    Datatype,
    In,
    Languages,
    Length,
    NodeKind,
    Pattern,
    Range,
    portable,
)  # fmt: skip
from magkg.store.shacl.components import Components
from magkg.store.shacl.graph import TARGETS, Graph
from magkg.store.shacl.logic import And, Node, Not, One, Or, Qualified, Shape
from magkg.store.shacl.query import asked, select
from magkg.store.shacl.sets import (
    Closed,
    Count,
    Disjoint,
    Equals,
    HasValue,
    Less,
    UniqueLanguage,
)  # fmt: skip
from magkg.store.shacl.terms import Term, Uncompiled, literal, local, stored, text
from magkg.vocabulary import RDFS, SH, XSD

if TYPE_CHECKING:
    from magkg.store.shacl.paths import Path

__all__ = ["Reader"]

# What is said of a shape and asks nothing by itself.
_SAID = {
    "deactivated", "defaultValue", "description", "flags", "group", "ignoredProperties", "message",
    "name", "order", "path", "prefixes", "property", "qualifiedMaxCount", "qualifiedMinCount",
    "qualifiedValueShapesDisjoint", "select", "severity", *TARGETS,
}  # fmt: skip
_CONSTRAINT = {"deactivated", "message", "prefixes", "select"}
# What only a shape with a path may say (SHACL, appendix "shapes graph syntax").
_PROPERTY_ONLY = {
    "lessThan", "lessThanOrEquals", "maxCount", "minCount", "qualifiedValueShape", "uniqueLang",
}  # fmt: skip
_Parameter: TypeAlias = Callable[["Reader", Term, str], Iterator[Check]]


class Reader:
    """Makes shapes of what a graph says of them, each once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.components = Components(graph)
        self._known: dict[Term, Shape] = {}
        self._reading: list[Term] = []

    def shape(self, node: Term, name: str = "") -> Shape:
        """Read a shape; ``name`` is what findings call it where it has no name of its own.

        Raises Uncompiled, with the name of what is not compiled.
        """
        if node in self._reading:
            raise Uncompiled(f"{self.graph.named(node)}, which leads to itself")
        if isinstance(node, ox.Literal):
            raise Uncompiled(f"{text(node)} where a shape is expected")
        if node not in self._known:
            self._reading.append(node)
            try:
                self._known[node] = self._read(node, name)
            finally:
                self._reading.pop()
        return self._known[node]

    def _read(self, node: Term, name: str) -> Shape:
        graph = self.graph
        paths = graph.get(node, "path")
        try:
            path = graph.path(graph.one(node, "path")) if paths else None
            name = local(text(node)) if isinstance(node, ox.NamedNode) else name or "_"
            if path and path.iri and not isinstance(node, ox.NamedNode):
                name = f"{name}-{local(path.iri)}"
            off = graph.truth(node, "deactivated")
            checks = () if off else tuple(self._checks(node, path))
        except Uncompiled as reason:
            raise Uncompiled(_within(str(reason), graph.named(node))) from None
        inner = [] if off else graph.get(node, "property")
        for each in inner:
            if not graph.get(each, "path"):
                raise Uncompiled(f"{graph.named(each)} without sh:path")
        severity = [local(text(each)) for each in graph.get(node, "severity")]
        return Shape(
            name,
            self.message(node),
            severity[0] if severity else "Violation",
            path,
            checks,
            tuple(self.shape(each, name) for each in inner),
        )

    def message(self, node: Term) -> str:
        """Give a message: the first in the order of the alphabet, "" where there is none."""
        return min((text(each) for each in self.graph.get(node, "message")), default="")

    def _checks(self, node: Term, path: Path | None) -> Iterator[Check]:
        said = self.graph.says(node) - _SAID
        if strange := said - _PARAMETERS.keys() - {"sparql"}:
            raise Uncompiled(f"sh:{min(strange)}")
        if path is None and (strange := said & _PROPERTY_ONLY):
            raise Uncompiled(f"sh:{min(strange)} without sh:path")
        for name in sorted(said & _PARAMETERS.keys()):
            yield from _PARAMETERS[name](self, node, name)
        yield from self.components.checks(node, path, self.message(node))
        for each in self.graph.get(node, "sparql"):
            yield from self.query(node, each, path)

    def query(self, shape: Term, node: Term, path: Path | None) -> Iterator[Check]:
        """Read a sh:sparql constraint."""
        graph = self.graph
        strange = graph.says(node) - _CONSTRAINT
        if strange and node != shape:
            raise Uncompiled(f"sh:{min(strange)} of {graph.named(node)}")
        if len(selects := graph.get(node, "select")) != 1:
            raise Uncompiled(f"{graph.named(node)} without one sh:select")
        if graph.truth(node, "deactivated"):
            return
        message = self.message(node) or self.message(shape)
        try:
            found = asked(text(selects[0]), graph, node, path)
            yield select("sparql", found, message, name=local(text(node)))
        except Uncompiled as reason:
            raise Uncompiled(_within(str(reason), graph.named(node))) from None


def _within(reason: str, name: str) -> str:
    return reason if ", in " in reason else f"{reason}, in {name}"


def _iri(term: Term) -> ox.NamedNode:
    if not isinstance(term, ox.NamedNode):
        raise Uncompiled(f"{text(term)} where a name is expected")
    return term


def _known(term: Term) -> Term:
    if isinstance(term, ox.BlankNode):
        raise Uncompiled("a nameless node among values")
    return stored(term)


def _number(term: Term) -> int:
    if (
        isinstance(term, ox.Literal)
        and term.datatype.value == XSD + "integer"
        and re.fullmatch("[0-9]{1,9}", term.value)
    ):
        return int(term.value)
    raise Uncompiled(f"{text(term)} where a whole number is expected")


def _count(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    yield Count(name, _number(reader.graph.one(node, name)))


def _length(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    yield Length(name, _number(reader.graph.one(node, name)))


def _class(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    yield from (Class(_iri(each)) for each in reader.graph.get(node, name))


def _datatype(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    datatype = _iri(reader.graph.one(node, name)).value
    if datatype == RDFS + "Datatype":
        raise Uncompiled("rdfs:Datatype as a datatype")
    yield Datatype(datatype)


def _node_kind(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    kind = text(reader.graph.one(node, name)).removeprefix(SH)
    if kind not in KINDS:
        raise Uncompiled(f"{kind} as a node kind")
    yield NodeKind(kind)


def _in(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    yield In(tuple(map(_known, reader.graph.items(reader.graph.one(node, name)))))


def _has_value(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    yield from (HasValue(_known(each)) for each in reader.graph.get(node, name))


def _pattern(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    flags = "".join(text(each) for each in reader.graph.get(node, "flags")).lower()
    if set(flags) - set("im") or len(flags) != len(set(flags)):
        raise Uncompiled(f"the flags {flags!r} of a pattern")
    patterns = tuple(portable(text(each)) for each in reader.graph.get(node, name))
    for each in patterns:
        flagged = f", {literal(flags)}" if flags else ""
        # An error is neither true nor false.
        asked = f'ASK {{ FILTER(COALESCE(REGEX("", {literal(each)}{flagged}), "none") != "none") }}'
        if not ox.Store().query(asked):
            raise Uncompiled(f"a pattern that is none, or of another kind: {each}")
    yield Pattern(patterns, flags)


def _range(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    bounds = reader.graph.get(node, name)
    found = tuple(each for each in bounds if isinstance(each, ox.Literal))
    if len(found) != len(bounds):
        raise Uncompiled("a bound that is no literal")
    yield Range(name, found)


def _languages(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    ranges = reader.graph.items(reader.graph.one(node, name))
    yield Languages(tuple(text(each) for each in ranges))


def _unique(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    # The text has to be true: 1, which is the same value, asks for nothing (W3C's suite has it so).
    if text(reader.graph.one(node, name)) == "true":
        yield UniqueLanguage()


def _pair(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    for each in map(_iri, reader.graph.get(node, name)):
        if name == "equals":
            yield Equals(each)
        elif name == "disjoint":
            yield Disjoint(each)
        else:
            yield Less(name, each)


def _closed(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    graph = reader.graph
    if graph.truth(node, name):
        allowed = [path for each in graph.get(node, "property") for path in graph.get(each, "path")]
        for head in graph.get(node, "ignoredProperties"):
            allowed += graph.items(head)
        known = (each for each in allowed if isinstance(each, ox.NamedNode))
        yield Closed(tuple(dict.fromkeys(known)))


def _single(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    made = Not if name == "not" else Node
    for each in reader.graph.get(node, name):
        if name == "node" and reader.graph.get(each, "path"):
            raise Uncompiled("sh:node that names a shape with a path")
        yield made((reader.shape(each),))


def _several(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    kinds: dict[str, Callable[[tuple[Shape, ...]], Check]] = {"and": And, "or": Or, "xone": One}
    made = kinds[name]
    for head in reader.graph.get(node, name):
        yield made(tuple(reader.shape(each) for each in reader.graph.items(head)))


def _qualified(reader: Reader, node: Term, name: str) -> Iterator[Check]:
    graph = reader.graph
    inner = graph.one(node, name)
    siblings: dict[Term, None] = {}
    if graph.truth(node, "qualifiedValueShapesDisjoint"):
        for row in graph.rows.values():
            if node in (beside := row.get(SH + "property", [])):
                siblings |= {s: None for each in beside for s in graph.get(each, name)}
        siblings.pop(inner, None)
    shapes = tuple(map(reader.shape, siblings))
    for component in ("qualifiedMinCount", "qualifiedMaxCount"):
        if graph.get(node, component):
            bound = _number(graph.one(node, component))
            yield Qualified(component, bound, reader.shape(inner), shapes)


_PARAMETERS: dict[str, _Parameter] = {
    "and": _several,
    "class": _class,
    "closed": _closed,
    "datatype": _datatype,
    "disjoint": _pair,
    "equals": _pair,
    "hasValue": _has_value,
    "in": _in,
    "languageIn": _languages,
    "lessThan": _pair,
    "lessThanOrEquals": _pair,
    "maxCount": _count,
    "maxExclusive": _range,
    "maxInclusive": _range,
    "maxLength": _length,
    "minCount": _count,
    "minExclusive": _range,
    "minInclusive": _range,
    "minLength": _length,
    "node": _single,
    "nodeKind": _node_kind,
    "not": _single,
    "or": _several,
    "pattern": _pattern,
    "qualifiedValueShape": _qualified,
    "uniqueLang": _unique,
    "xone": _several,
}
