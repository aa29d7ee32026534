"""Holds data against SHACL shapes, and refuses shapes that would pass in silence.

The shapes are compiled (see `shapes`); what is not compiled goes to pySHACL, shape by shape, which
is also the reference: ``validate(..., reference=True)`` has pySHACL judge everything.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg import resources
from magkg.claims import turtle
from magkg.errors import InputError, MagkgError, nearest
from magkg.store.shapes import Compiled, compiled, local
from magkg.store.shapes_data import Violation
from magkg.store.syntax import blank, refuse_service
from magkg.vocabulary import SH, prefixes

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    from magkg.claims.turtle import Document

__all__ = ["SHACL", "Violation", "authored", "derived", "lint", "uncompiled", "validate"]

_log = logging.getLogger(__name__)

# What a shape may say: the SHACL terms that pySHACL evaluates (W3C SHACL, 2017, and SHACL-SPARQL).
# A misspelt one would be passed over by every validator, and the shape would hold nothing.
_TERMS = """
    NodeShape PropertyShape SPARQLConstraint PrefixDeclaration
    BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRI IRIOrLiteral Literal
    Info Violation Warning
    alternativePath and class closed datatype deactivated declare defaultValue description disjoint
    equals flags group hasValue ignoredProperties in inversePath languageIn lessThan
    lessThanOrEquals maxCount maxExclusive maxInclusive maxLength message minCount minExclusive
    minInclusive minLength name namespace node nodeKind not oneOrMorePath or order path pattern
    prefix prefixes property qualifiedMaxCount qualifiedMinCount qualifiedValueShape
    qualifiedValueShapesDisjoint select severity sparql targetClass targetNode targetObjectsOf
    targetSubjectsOf uniqueLang xone zeroOrMorePath zeroOrOnePath
"""
SHACL = frozenset(_TERMS.split())
# Beyond this many focus nodes pySHACL's own filter (a list) costs more than validating everything.
_FEW = 200
_REACHING = re.compile(r"\b(SERVICE|FROM)\b", re.IGNORECASE)
# SHACL-SPARQL, section 5.2.1: these do not go together with a node that is bound beforehand.
_UNBOUND = re.compile(r"\b(MINUS|VALUES)\b", re.IGNORECASE)


def authored() -> tuple[Path, ...]:
    """Give the files of the shapes for what people write (ontology/shapes/*.ttl)."""
    return tuple(sorted((resources.data("ontology") / "shapes").glob("*.ttl")))


def derived() -> tuple[Path, ...]:
    """Give the files of the shapes for what a build derives (ontology/shapes/derived/*.ttl)."""
    return tuple(sorted((resources.data("ontology") / "shapes" / "derived").glob("*.ttl")))


def validate(
    data: ox.Store | Iterable[ox.Quad],
    shapes: Sequence[Path] | None = None,
    focus: Iterable[str] | None = None,
    *,
    reference: bool = False,
) -> list[Violation]:
    """Hold the default graph of ``data`` against shapes; give what breaks them, sorted.

    ``shapes`` are files (those of what is authored unless given), read and linted once in a
    process. With ``focus``, only these nodes are looked at; the others are their context. With
    ``reference``, pySHACL judges all shapes, not only those that are not compiled: the same
    findings, as a second opinion that takes twenty times as long.

    Raises InputError for shapes that cannot be trusted (see `lint`).
    """
    wanted = None if focus is None else set(focus)
    if wanted is not None and not wanted:
        return []
    files = tuple(authored() if shapes is None else shapes)
    store = _default_graph(data)
    if reference:
        return sorted(set(_judged(store, files, wanted, frozenset())))
    made = _compiled(files)
    found = set(made.find(store, wanted))
    if made.uncompiled:
        found.update(_judged(store, files, wanted, made.covered))
    return sorted(found)


def uncompiled(shapes: Sequence[Path]) -> Mapping[str, str]:
    """Give the shapes (IRIs) that pySHACL evaluates, each with what they say that is not compiled.

    Raises InputError for shapes that cannot be trusted (see `lint`).
    """
    return _compiled(tuple(shapes)).uncompiled


@cache
def _compiled(files: tuple[Path, ...]) -> Compiled:
    documents = [turtle.read(path) for path in files]
    _lint(documents)
    prefixed = turtle.read(resources.data("ontology") / "prefixes.ttl")
    made = compiled([prefixed.quads, *(each.quads for each in documents)])
    for shape, reason in made.uncompiled.items():
        _log.warning("%s goes to pySHACL, which is slower: %s is not compiled", shape, reason)
    return made


def _judged(
    store: ox.Store, files: tuple[Path, ...], wanted: set[str] | None, covered: frozenset[str]
) -> Iterator[Violation]:
    """Give what pySHACL finds with the shapes that are not ``covered``."""
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


def _default_graph(data: ox.Store | Iterable[ox.Quad]) -> ox.Store:
    """Give a store of the default graph alone: pySHACL would validate the union of all graphs."""
    if isinstance(data, ox.Store):
        if next(iter(data.named_graphs()), None) is None:
            return data
        data = data.quads_for_pattern(None, None, None, ox.DefaultGraph())
    store = ox.Store()
    store.extend(quad for quad in data if isinstance(quad.graph_name, ox.DefaultGraph))
    return store


def _report(store: ox.Store, shapes: Graph, focus: list[str] | None) -> Iterator[Violation]:
    import pyshacl
    from pyshacl.graph_abstraction import DataGraph
    from rdflib import Graph, URIRef

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
    finally:
        terms.setLevel(level)
    if not isinstance(report, Graph):
        raise MagkgError(f"the shapes could not be evaluated: {text}")

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

    lint(shapes)
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


def lint(shapes: Sequence[Path]) -> None:
    """Refuse shapes that would hold nothing, or reach elsewhere.

    That is: a SHACL term that does not exist (``sh:minCout``), a query that does not parse, that
    reaches elsewhere (SERVICE, FROM) or that SHACL does not allow (MINUS, VALUES).

    Raises InputError with file and line of the first such shape.
    """
    _lint(turtle.read(path) for path in shapes)


def _lint(documents: Iterable[Document]) -> None:
    for document in documents:
        for quad in document.quads:
            subject, predicate = _text(quad.subject), quad.predicate.value
            line = document.lines.line(subject, predicate)
            for term in (predicate, _text(quad.object)):
                if term.startswith(SH) and term[len(SH) :] not in SHACL:
                    raise _unknown(term, document.name, line)
            if predicate == SH + "select":
                _lint_query(_text(quad.object), document.name, line)


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _unknown(term: str, file: str, line: int | None) -> InputError:
    close = nearest(term[len(SH) :], SHACL)
    hint = f"Did you mean {' or '.join('sh:' + each for each in close)}?" if close else ""
    message = f"SHACL has no term sh:{term[len(SH) :]}, so this shape would hold nothing"
    return InputError(message, file=file, line=line, hint=hint)


def _lint_query(text: str, file: str, line: int | None) -> None:
    words = blank(text)
    if found := _REACHING.search(words):
        message = f"a shape's query must not use {found[1].upper()}: it would reach elsewhere"
        raise InputError(message, file=file, line=line)
    if found := _UNBOUND.search(words):
        message = f"a shape's query must not use {found[1].upper()}: SHACL does not allow it"
        hint = "Write FILTER(... IN (...)) for VALUES, FILTER NOT EXISTS for MINUS."
        raise InputError(message, file=file, line=line, hint=hint)
    try:
        refuse_service(
            "".join(f"PREFIX {name}: <{iri}> " for name, iri in prefixes().items()) + text
        )
        # On an empty store this parses and evaluates nothing.
        ox.Store().query(text, prefixes=dict(prefixes()))
    except InputError as error:
        raise InputError(f"a shape's query: {error.reason}", file=file, line=line) from None
    except SyntaxError as error:
        message = f"a shape's query does not parse: {error}"
        raise InputError(message, file=file, line=line) from None
