"""The endpoint described in RDF: SPARQL 1.1 Service Description, with the sizes of its graphs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from magkg.store.interface import IRI, Literal
from magkg.vocabulary import MAG, RDFS, TYPE, XSD

if TYPE_CHECKING:
    from magkg.store.interface import Triple
    from magkg.use.graph import Graph

__all__ = ["PREFIXES", "describe"]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
PREFIXES = {"sd": _SD, "void": _VOID, "formats": _FORMATS, "rdfs": RDFS, "xsd": XSD}
# The unique URIs of file formats that W3C lists.
_WRITTEN = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "N-Quads", "JSON-LD", "RDF_XML", "TriG",
)  # fmt: skip
_NAMED = "SELECT DISTINCT ?name WHERE { GRAPH ?name { ?s ?p ?o } } ORDER BY ?name LIMIT 1000"


def describe(graph: Graph, base: str) -> list[Triple]:
    """Give the triples that describe the endpoint at ``base``/sparql.

    It has no sd:feature: it reads no IRI that a query names, and its default graph is no union.
    The sizes are those of the manifest; an endpoint behind this one is not counted.
    """
    return list(_triples(graph, base))


def _triples(graph: Graph, base: str) -> Iterator[Triple]:
    endpoint = f"{base}/sparql"
    service, dataset = IRI(f"{endpoint}#service"), IRI(f"{endpoint}#dataset")
    default = IRI(f"{endpoint}#default-graph")
    yield service, IRI(TYPE), IRI(f"{_SD}Service")
    yield service, IRI(f"{RDFS}label"), Literal("SPARQL endpoint, read-only")
    yield service, IRI(f"{_SD}endpoint"), IRI(endpoint)
    yield service, IRI(f"{_SD}supportedLanguage"), IRI(f"{_SD}SPARQL11Query")
    for name in _WRITTEN:
        yield service, IRI(f"{_SD}resultFormat"), IRI(_FORMATS + name)
    yield service, IRI(f"{_SD}defaultDataset"), dataset
    yield dataset, IRI(TYPE), IRI(f"{_SD}Dataset")
    yield dataset, IRI(f"{RDFS}seeAlso"), IRI(f"{base}/.well-known/void#dataset")
    yield dataset, IRI(f"{_SD}defaultGraph"), default
    yield default, IRI(TYPE), IRI(f"{_SD}Graph")
    counts = graph.manifest.counts if graph.manifest is not None else {}
    if {"quads", "stated"} <= counts.keys():
        yield default, IRI(f"{_VOID}triples"), _number(counts["quads"] - counts["stated"])
    for place, name in enumerate(_names(graph), 1):
        named, content = IRI(f"{endpoint}#named-{place}"), IRI(f"{endpoint}#graph-{place}")
        yield dataset, IRI(f"{_SD}namedGraph"), named
        yield named, IRI(TYPE), IRI(f"{_SD}NamedGraph")
        yield named, IRI(f"{_SD}name"), name
        yield named, IRI(f"{_SD}graph"), content
        yield content, IRI(TYPE), IRI(f"{_SD}Graph")
        if name == MAG + "stated" and "stated" in counts:
            yield content, IRI(f"{_VOID}triples"), _number(counts["stated"])


def _names(graph: Graph) -> list[IRI]:
    if graph.manifest is not None:
        return [IRI(f"{MAG}stated")]  # CONTRACT: a built graph has this one
    rows = graph.store.select(_NAMED, graph.timeout)
    return [row[0] for row in rows if isinstance(row[0], IRI)]


def _number(count: int) -> Literal:
    return Literal(str(count), f"{XSD}integer")
