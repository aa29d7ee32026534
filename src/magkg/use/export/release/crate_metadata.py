"""What an RO-Crate says of itself: JSON-LD by the specification 1.1, and the same in VoID."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import quote

from magkg.store.interface import IRI, Literal, Term
from magkg.use.export.rdf.syntaxes import serialise
from magkg.vocabulary import DCTERMS, TYPE, XSD

__all__ = ["Release", "SourceOf", "document", "void"]

_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_PROFILE = "https://w3id.org/ro/crate/1.1"
_VOID = "http://rdfs.org/ns/void#"
_METADATA = "ro-crate-metadata.json"
_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_MEDIA = {
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".json": "application/json",
    ".csl.json": "application/vnd.citationstyles.csl+json",
    ".md": "text/markdown",
    ".nq": "application/n-quads",
    ".parquet": "application/vnd.apache.parquet",
    ".rq": "application/sparql-query",
    ".ttl": "text/turtle",
}
_ABOUT = {
    "CITATION.cff": "How to cite the data (Citation File Format)",
    "LICENSE": "Licence of the data",
    "bibliography/sources.bib": "The sources and the studies that they report, as BibTeX",
    "bibliography/sources.csl.json": "The sources and the studies that they report, as CSL-JSON",
    "data/claims.parquet": "A row for each claim",
    "data/evidence.parquet": "A row for each line of evidence of a claim",
    "data/graph.nq": "Every statement of the claims and of what they lead to, with named graphs",
    "manifest.json": "The selection, its counts, and the manifest of the graph that it is from",
    "void.ttl": "Description of the RDF data (VoID)",
}
_FOLDERS = {
    "bibliography": "The sources of the claims as bibliographies",
    "data": "The claims, as RDF and as tables",
    "ontology": "The vocabulary of the data, the rules that derive strengths, the shapes",
    "queries": "Questions that can be asked of the data, in SPARQL",
}
# What came with magkg and not with the data.
_OF_MAGKG = ("ontology", "queries")


@dataclass(frozen=True, slots=True)
class SourceOf:
    """A source that has a DOI."""

    iri: str
    doi: str
    title: str


@dataclass(frozen=True, slots=True)
class Release:
    """What is told of a crate as a whole.

    ``date`` is an ISO 8601 day, ``root`` the digest over the claims of the graph or "", ``license``
    an address, the name of a file in the crate, or "" where none is stated, ``creators`` names with
    their class (Person or Organization).
    """

    name: str
    description: str
    version: str
    date: str
    root: str
    license: str
    creators: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]
    sources: tuple[SourceOf, ...]
    vocabulary: str
    software: str
    example: str


def document(release: Release, files: Iterable[tuple[str, int, str]]) -> dict[str, Any]:
    """Give the metadata document; files are their names, sizes in bytes and SHA-256."""
    described = [_file(*each) for each in files]
    folders = [_folder(name, described) for name in _FOLDERS]
    top = [each for each in described if "/" not in each["@id"]]
    context = [_file_of(each) for each in release.sources]
    entities = [
        {
            "@id": _METADATA,
            "@type": "CreativeWork",
            "conformsTo": {"@id": _PROFILE},
            "about": {"@id": "./"},
        },
        _root(release, [*top, *folders], context),
        *folders,
        *described,
        *_licenses(release),
        *_people(release),
        *_made(release),
        *context,
    ]
    return {"@context": [_CONTEXT, {"sha256": "http://schema.org/sha256"}], "@graph": entities}


def _root(
    release: Release, parts: list[dict[str, Any]], mentioned: list[dict[str, Any]]
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": release.name,
        "description": release.description,
        "datePublished": release.date,
        "license": {"@id": release.license or "#license"},
        "keywords": "knowledge graph, claims, evidence, provenance",
        "hasPart": _named(parts),
        "mentions": [{"@id": "#export"}, *_named(mentioned)],
    }
    if release.creators:
        found["creator"] = [{"@id": _person(each)} for each, _ in release.creators]
    if release.version:
        found["version"] = release.version
    if release.root:
        found["identifier"] = f"urn:sha256:{release.root}"
    return found


def _named(entities: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [{"@id": each["@id"]} for each in entities]


def _file(name: str, size: int, digest: str) -> dict[str, Any]:
    end = name.rpartition("/")[2]
    suffix = ".csl.json" if end.endswith(".csl.json") else f".{end.rpartition('.')[2]}"
    return {
        "@id": quote(name),
        "@type": "File",
        "name": name,
        **({"description": _ABOUT[name]} if name in _ABOUT else {}),
        "encodingFormat": _MEDIA.get(suffix, "text/plain"),
        "contentSize": str(size),
        "sha256": digest,
    }


def _folder(name: str, files: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "@id": f"{name}/",
        "@type": "Dataset",
        "name": name,
        "description": _FOLDERS[name],
        **({"license": {"@id": _CC0}} if name in _OF_MAGKG else {}),
        "hasPart": _named(each for each in files if each["@id"].startswith(f"{name}/")),
    }


def _file_of(source: SourceOf) -> dict[str, Any]:
    return {
        "@id": f"https://doi.org/{quote(source.doi, safe='/():;.,-_')}",
        "@type": "CreativeWork",
        "name": source.title,
        "identifier": source.doi,
        "sameAs": {"@id": source.iri},
    }


def _licenses(release: Release) -> list[dict[str, Any]]:
    found = [
        {
            "@id": _CC0,
            "@type": "CreativeWork",
            "name": "CC0 1.0 Universal",
            "description": "Dedicated to the public domain.",
            "url": _CC0 + "legalcode",
        }
    ]
    if not release.license:
        found.append(
            {
                "@id": "#license",
                "@type": "CreativeWork",
                "name": "No licence is stated",
                "description": "Ask those who made the data what may be done with them.",
            }
        )
    return found


def _person(name: str) -> str:
    return f"#{quote(name, safe='')}"


def _people(release: Release) -> list[dict[str, Any]]:
    return [{"@id": _person(name), "@type": kind, "name": name} for name, kind in release.creators]


def _made(release: Release) -> list[dict[str, Any]]:
    return [
        {
            "@id": "#export",
            "@type": "CreateAction",
            "name": "Selection and export",
            "instrument": {"@id": "#magkg"},
            "result": {"@id": "./"},
        },
        {
            "@id": "#magkg",
            "@type": "SoftwareApplication",
            "name": "magkg",
            "version": release.software,
        },
    ]


def void(release: Release, prefixes: Mapping[str, str], out: BinaryIO) -> None:
    """Write the description of the RDF data as Turtle; addresses are relative to it."""
    data = IRI("#data")
    held: list[tuple[str, Term]] = [
        (TYPE, IRI(_VOID + "Dataset")),
        (_VOID + "dataDump", IRI("data/graph.nq")),
        (_VOID + "triples", Literal(str(release.counts["statements"]), XSD + "integer")),
        (_VOID + "vocabulary", IRI(release.vocabulary)),
        (DCTERMS + "description", Literal(release.description, language="en")),
        (DCTERMS + "issued", Literal(release.date, XSD + "date")),
        (DCTERMS + "title", Literal(release.name, language="en")),
        *((DCTERMS + "creator", Literal(name)) for name, _ in release.creators),
        *((DCTERMS + "source", IRI(each.iri)) for each in release.sources),
    ]
    if release.license:
        held.append((DCTERMS + "license", IRI(release.license)))
    if release.root:
        held.append((DCTERMS + "identifier", Literal(f"urn:sha256:{release.root}")))
    if release.example:
        held.append((_VOID + "exampleResource", IRI(release.example)))
    triples = ((data, IRI(name), value) for name, value in held)
    serialise(triples, "turtle", {**prefixes, "void": _VOID}, out)
