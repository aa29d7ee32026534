"""The description of the graph as a dataset, for programs: VoID and DCAT."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from magkg.vocabulary import MAG
from magkg.web.pages.entry import dataset
from magkg.web.pages.masthead import masthead
from magkg.web.pages.page import Page

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.web.pages.page import Context

__all__ = ["void"]

_CONTEXT = {
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_CLASSES = {
    "claims": "Claim", "propositions": "Proposition", "sources": "Source", "studies": "Study",
    "concepts": "Concept", "passages": "Passage",
}  # fmt: skip
# Prefixes of what the graph itself names; the others are vocabularies.
_OWN = ("src", "con", "study", "prop")
_EXAMPLE = f"SELECT ?claim WHERE {{ ?claim a <{MAG}Claim> }} ORDER BY ?claim LIMIT 1"
_WRITERS = {"ttl": ("text/turtle; charset=utf-8", "turtle"), "nq": ("application/n-quads", "nt")}


def void(context: Context) -> Page:
    """Describe the dataset: its size, its digests, its licence, and where it can be had."""
    described = _description(context)
    files: dict[str, Callable[[], tuple[str, bytes]]] = {
        suffix: _writer(described, *how) for suffix, how in _WRITERS.items()
    }
    files["jsonld"] = lambda: ("application/ld+json", json.dumps(described).encode())
    return Page("void.html", "The graph as a dataset", described, files=files)


def _description(context: Context) -> dict[str, Any]:
    graph, base = context.graph, context.base
    counts, cited, head = dataset.figures(graph), dataset.citation(graph, base), masthead(graph)
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": f"{base}/.well-known/void#dataset",
        "@type": ["void:Dataset", "dcat:Dataset"],
        "dcterms:title": {"@value": cited.title, "@language": "en"},
        "foaf:homepage": {"@id": f"{base}/"},
        "dcat:landingPage": {"@id": f"{base}/"},
        "void:sparqlEndpoint": {"@id": f"{base}/sparql"},
        "void:uriSpace": [graph.prefixes[each] for each in _OWN],
        "void:vocabulary": [{"@id": each} for each in _vocabularies(graph.prefixes)],
        "void:exampleResource": [{"@id": each} for each in _examples(graph.engine)],
        "void:classPartition": [
            {
                "@id": f"{base}/.well-known/void#{name}",
                "void:class": {"@id": MAG + kind},
                "void:entities": counts[name],
            }
            for name, kind in _CLASSES.items()
        ],
        "dcat:accessService": {
            "@id": f"{base}/.well-known/void#service",
            "@type": "dcat:DataService",
            "dcterms:title": {"@value": "SPARQL 1.1 endpoint, read-only", "@language": "en"},
            "dcat:endpointURL": {"@id": f"{base}/sparql"},
            "dcat:endpointDescription": {"@id": f"{base}/openapi.json"},
        },
    }
    built = graph.manifest
    if built is not None:
        # Those of the default graph; what sources state word by word stands in a graph of its own.
        found["void:triples"] = built.counts["quads"] - built.counts.get("stated", 0)
        found["dcterms:identifier"] = [f"sha256:{built.content}", f"sha256:{built.root}"]
    found |= {"dcterms:license": {"@id": head.licence}} if head.licence else {}
    if cited.date:
        found["dcterms:modified"] = {"@value": cited.date, "@type": "xsd:date"}
    return found


def _vocabularies(prefixes: Mapping[str, str]) -> list[str]:
    return sorted({space for prefix, space in prefixes.items() if prefix not in _OWN})


def _examples(store: Store) -> list[str]:
    return [str(claim) for (claim,) in store.select(_EXAMPLE)]


def _writer(
    described: dict[str, Any], media_type: str, name: str
) -> Callable[[], tuple[str, bytes]]:
    def write() -> tuple[str, bytes]:
        from rdflib import Graph

        parsed = Graph().parse(data=json.dumps(described), format="json-ld")
        return media_type, parsed.serialize(format=name, encoding="utf-8")

    return write
