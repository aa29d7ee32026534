"""What pySHACL finds: for the shapes that are not compiled, and as the reference for all."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from magkg import resources
from magkg.errors import MagkgError
from magkg.store.shacl.findings import Violation
from magkg.store.shacl.terms import local
from magkg.vocabulary import SH

if TYPE_CHECKING:
    import pyoxigraph as ox
    from rdflib import Graph
    from rdflib.term import Node

__all__ = ["judged"]

# Beyond this many focus nodes pySHACL's own filter (a list) costs more than validating everything.
_FEW = 200
# What rdflib is told holds for the whole process.
_LITERALLY = Lock()


def judged(
    store: ox.Store,
    files: tuple[Path, ...],
    wanted: set[str] | None = None,
    covered: frozenset[str] | None = None,
) -> Iterator[Violation]:
    """Give what pySHACL finds in the default graph with the shapes that are not ``covered``.

    With ``covered``, even if these are none, rdflib holds the data, which is slower: Oxigraph does
    not see everywhere what SHACL binds beforehand, and the shapes that are left may be of that
    kind.

    The shapes have been linted; with ``wanted``, only these nodes are looked at. Raises MagkgError
    for shapes that pySHACL cannot evaluate.
    """
    none: frozenset[str] = frozenset()
    few = sorted(wanted) if wanted is not None and len(wanted) <= _FEW else None
    if _nested(_graph(files)):
        few = None
    graph = _without(files, covered or none) if few is not None else _flat(files, covered or none)
    for each in _report(store, graph, few, own=covered is not None):
        if wanted is None or each.focus in wanted:
            yield each


def _nested(shapes: Graph) -> bool:
    """Whether shapes stand within shapes: with focus nodes, pySHACL 0.40.1 passes those over."""
    from rdflib import URIRef

    within = ("and", "node", "not", "or", "qualifiedValueShape", "xone")
    return any((None, URIRef(SH + each), None) in shapes for each in within)


def _run(store: ox.Store, shapes: Graph, focus: list[str] | None, *, own: bool) -> Graph:
    import pyshacl
    from pyshacl.graph_abstraction import DataGraph
    from rdflib import Graph

    try:
        with _literally():
            if own:
                data = _copied(store)
            else:
                data = DataGraph.from_oxigraph_store(store)
                data.__class__ = _eased(type(data))
            _, report, text = pyshacl.validate(data, shacl_graph=shapes, focus_nodes=focus)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise MagkgError(f"the shapes could not be evaluated: {reason}") from error
    if not isinstance(report, Graph):
        raise MagkgError(f"the shapes could not be evaluated: {text}")
    return report


def _copied(store: ox.Store) -> Graph:
    """Give the default graph as rdflib holds it; each text has its datatype, as in a store."""
    import pyoxigraph as ox
    from rdflib import BNode, Graph, Literal, URIRef

    def term(given: object) -> Node:
        if isinstance(given, ox.NamedNode):
            return URIRef(given.value)
        if isinstance(given, ox.Literal):
            kind = None if given.language else given.datatype.value
            return Literal(given.value, lang=given.language, datatype=kind)
        return BNode(getattr(given, "value", str(given)))

    graph = Graph()
    for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return graph


def _eased(kind: type) -> type:
    """Make a graph of pySHACL quick, and as patient with literals as rdflib's own graphs are.

    pySHACL 0.40.1 asks `if data` several times for each violation, which counts all statements: 30
    ms for 20,000. There is a graph; that is all it wants to know. And it asks what literals have
    for properties, where Oxigraph raises a TypeError.
    """
    from rdflib import Literal

    def patient(name: str) -> Callable[..., object]:
        method = getattr(kind, name)

        def asked(graph: object, *given: object, **named: object) -> object:
            first = given[0] if given else named.get("subject")
            subject = first[0] if isinstance(first, tuple) else first
            return iter(()) if isinstance(subject, Literal) else method(graph, *given, **named)

        return asked

    names = ("objects", "predicate_objects", "transitive_objects", "triples")
    return type("Eased", (kind,), {"__bool__": lambda _: True, **{n: patient(n) for n in names}})


@contextmanager
def _literally() -> Iterator[None]:
    """Have rdflib leave literals as they are written, whatever it was told elsewhere.

    It would write some in a form of its own and then take two terms for one; pySHACL tells it to
    once it has read the shapes. It also logs an ill-formed date with its traceback, and warns of
    booleans; the finding says it better.
    """
    import rdflib
    from pyshacl import entrypoints

    name = "rdflib_bool_unpatch"
    normalize, unpatch = rdflib.NORMALIZE_LITERALS, getattr(entrypoints, name)
    terms = logging.getLogger("rdflib.term")
    level = terms.level

    def stay() -> None:
        unpatch()
        rdflib.NORMALIZE_LITERALS = False

    with _LITERALLY, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rdflib.NORMALIZE_LITERALS = False
        setattr(entrypoints, name, stay)
        terms.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            setattr(entrypoints, name, unpatch)
            rdflib.NORMALIZE_LITERALS = normalize
            terms.setLevel(level)


def _report(
    store: ox.Store, shapes: Graph, focus: list[str] | None, *, own: bool
) -> Iterator[Violation]:
    from rdflib import BNode, URIRef

    report = _run(store, shapes, focus, own=own)

    def of(node: Node, name: str) -> str:
        found = report.value(node, URIRef(SH + name))
        return "" if found is None else str(found)

    for result in report.objects(None, URIRef(SH + "result")):
        component = local(of(result, "sourceConstraintComponent"))
        component = component.removesuffix("ConstraintComponent")
        source = of(result, "sourceConstraint") if component == "SPARQL" else ""
        name = "sparql" if component == "SPARQL" else component[:1].lower() + component[1:]
        focused, value = of(result, "focusNode"), of(result, "value")
        path = report.value(result, URIRef(SH + "resultPath"))
        yield Violation(
            focus=focused,
            constraint=f"{local(source or of(result, 'sourceShape'))}/{name}",
            path="" if path is None or isinstance(path, BNode) else str(path),
            value="" if value == focused and component == "SPARQL" else value,
            message=of(result, "resultMessage"),
        )


@cache
def _graph(shapes: tuple[Path, ...]) -> Graph:
    """Read shapes, with the prefixes that their queries use, into the form pySHACL takes."""
    from rdflib import RDF, XSD, Graph, Literal, URIRef

    graph = Graph()
    for path in (resources.data("ontology") / "prefixes.ttl", *shapes):
        # Blank nodes (of lists) get fresh names from rdflib, so that files cannot mix them up.
        graph.parse(path, format="turtle")
    # rdflib keeps "x" apart from "x"^^xsd:string, which is how data come out of a store.
    for predicate in (RDF.first, URIRef(SH + "hasValue")):
        for shape, value in list(graph.subject_objects(predicate)):
            if isinstance(value, Literal) and value.datatype is None and not value.language:
                graph.remove((shape, predicate, value))
                graph.add((shape, predicate, Literal(value, datatype=XSD.string)))
    return graph


@cache
def _without(shapes: tuple[Path, ...], covered: frozenset[str]) -> Graph:
    """Take their targets from the shapes that are covered: they only serve others then."""
    from rdflib import RDF, Graph, URIRef

    graph = Graph() + _graph(shapes)
    for iri in covered:
        shape = URIRef(iri)
        for predicate, value in list(graph.predicate_objects(shape)):
            # A shape that is a class has its instances as targets.
            implicit = predicate == RDF.type and not str(value).startswith(SH)
            if implicit or str(predicate).startswith(SH + "target"):
                graph.remove((shape, predicate, value))
    return graph


@cache
def _flat(shapes: tuple[Path, ...], covered: frozenset[str]) -> Graph:
    """Give each property shape the targets of the node shapes it belongs to.

    That says the same (SHACL, sections 2.1.3 and 4.8.1), and pySHACL then evaluates it once for
    all nodes, not once for each: 3.3 s instead of 5.3 s for 600 claims.
    """
    from rdflib import RDF, BNode, Graph, URIRef
    from rdflib.collection import Collection

    graph = Graph() + _without(shapes, covered)
    names = ("property", "path", "ignoredProperties", "deactivated")
    has, path, ignored, off = (URIRef(SH + each) for each in names)
    targets = {each for each in graph.predicates() if str(each).startswith(SH + "target")}
    if _nested(graph):
        return graph  # others may mean these shapes with all that belongs to them
    for shape in set(graph.subjects(has, None)) - set(graph.subjects(path, None)):
        aims = [(link, aim) for link in targets for aim in graph.objects(shape, link)]
        kinds = {str(each) for each in graph.objects(shape, RDF.type)}
        if not aims or kinds - {SH + "NodeShape"} or (shape, off, None) in graph:
            continue  # a class has its instances as targets, too
        known = [each for head in graph.objects(shape, ignored) for each in graph.items(head)]
        for each in list(graph.objects(shape, has)):
            graph.remove((shape, has, each))
            known += graph.objects(each, path)
            for link, aim in aims:
                graph.add((each, link, aim))
        if (shape, URIRef(SH + "closed"), None) in graph:
            head = BNode()
            Collection(graph, head, sorted(set(known), key=str))
            graph.set((shape, ignored, head))
    # A property shape that pySHACL is to start from says what it is.
    for each in set(graph.subjects(path, None)):
        graph.add((each, RDF.type, URIRef(SH + "PropertyShape")))
    return graph
