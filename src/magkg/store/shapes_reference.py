"""What pySHACL finds: for the shapes that are not compiled, and as the reference for all."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from magkg import resources
from magkg.errors import MagkgError
from magkg.store.shapes import local
from magkg.store.shapes_data import Violation
from magkg.vocabulary import SH

if TYPE_CHECKING:
    import pyoxigraph as ox
    from rdflib import Graph
    from rdflib.term import Node

__all__ = ["judged"]

# Beyond this many focus nodes pySHACL's own filter (a list) costs more than validating everything.
_FEW = 200


def judged(
    store: ox.Store,
    files: tuple[Path, ...],
    wanted: set[str] | None = None,
    covered: frozenset[str] = frozenset(),
) -> Iterator[Violation]:
    """Give what pySHACL finds in the default graph with the shapes that are not ``covered``.

    The shapes have been linted; with ``wanted``, only these nodes are looked at. Raises MagkgError
    for shapes that pySHACL cannot evaluate.
    """
    few = sorted(wanted) if wanted is not None and len(wanted) <= _FEW else None
    if _nested(_graph(files)):
        few = None
    graph = _without(files, covered) if few is not None else _flat(files, covered)
    for each in _report(store, graph, few):
        if wanted is None or each.focus in wanted:
            yield each


def _nested(shapes: Graph) -> bool:
    """Whether shapes stand within shapes: with focus nodes, pySHACL 0.40.1 passes those over."""
    from rdflib import URIRef

    within = ("and", "node", "not", "or", "qualifiedValueShape", "xone")
    return any((None, URIRef(SH + each), None) in shapes for each in within)


def _run(store: ox.Store, shapes: Graph, focus: list[str] | None) -> Graph:
    import pyshacl
    from pyshacl.graph_abstraction import DataGraph
    from rdflib import Graph

    data = DataGraph.from_oxigraph_store(store)
    # pySHACL asks `if data` several times for each violation, which counts all statements: 30 ms
    # for 20,000. There is a graph; that is all it wants to know.
    quick = type("Quick", (type(data),), {"__bool__": lambda _: True})
    data.__class__ = quick
    # rdflib logs an ill-formed date with its traceback; the finding says it better.
    terms = logging.getLogger("rdflib.term")
    level = terms.level
    terms.setLevel(logging.CRITICAL)
    try:
        _, report, text = pyshacl.validate(data, shacl_graph=shapes, focus_nodes=focus)
    except Exception as error:
        # pySHACL 0.40.1 takes a literal for a node in places, which its own stores endure.
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise MagkgError(f"the shapes could not be evaluated: {reason}") from error
    finally:
        terms.setLevel(level)
    if not isinstance(report, Graph):
        raise MagkgError(f"the shapes could not be evaluated: {text}")
    return report


def _report(store: ox.Store, shapes: Graph, focus: list[str] | None) -> Iterator[Violation]:
    from rdflib import URIRef

    report = _run(store, shapes, focus)

    def of(node: Node, name: str) -> str:
        found = report.value(node, URIRef(SH + name))
        return "" if found is None else str(found)

    for result in report.objects(None, URIRef(SH + "result")):
        component = local(of(result, "sourceConstraintComponent"))
        component = component.removesuffix("ConstraintComponent")
        source = of(result, "sourceConstraint") if component == "SPARQL" else ""
        name = "sparql" if component == "SPARQL" else component[:1].lower() + component[1:]
        focused, value = of(result, "focusNode"), of(result, "value")
        yield Violation(
            focus=focused,
            constraint=f"{local(source or of(result, 'sourceShape'))}/{name}",
            path=of(result, "resultPath"),
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
