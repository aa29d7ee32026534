"""The prefixes, read from ontology/prefixes.ttl, and the terms that the code names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from magkg import resources
from magkg.errors import UnknownName

__all__ = ["FORMAL", "MAG", "PROP", "QUALIFIERS", "declared", "expand", "prefixes", "shrink"]

MAG = "https://w3id.org/magkg/ns#"
OA = "http://www.w3.org/ns/oa#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCTERMS = "http://purl.org/dc/terms/"
# Propositions are content-addressed, so every project shares their namespace and merges are unions.
PROP = "https://w3id.org/magkg/proposition/"

TYPE = RDF + "type"
LABEL = RDFS + "label"
# The three properties that hold a claim's triple.
FORMAL = (MAG + "subject", MAG + "predicate", MAG + "object")
# The qualifiers that are part of a proposition's identity (CONTRACT: scheme values).
QUALIFIERS = tuple(
    MAG + name
    for name in (
        "comparator", "condition", "doseAmount", "form", "population", "route", "site", "species",
        "timing",
    )
)  # fmt: skip


def declared(path: Path) -> dict[str, str]:
    """Read the ``sh:declare`` prefixes of a Turtle file: prefix to namespace IRI.

    Raises SyntaxError (of pyoxigraph, with its line) where the file does not parse.
    """
    import pyoxigraph as ox

    rows: dict[str, dict[str, str]] = {}
    for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
        if quad.predicate.value in (SH + "prefix", SH + "namespace"):
            rows.setdefault(str(quad.subject), {})[quad.predicate.value] = quad.object.value
    return {
        row[SH + "prefix"]: row[SH + "namespace"]
        for row in rows.values()
        if len(row) == 2  # a half declaration names nothing
    }


@cache
def prefixes() -> Mapping[str, str]:
    """Give the engine's prefixes in the order of their names (from ontology/prefixes.ttl)."""
    found = declared(resources.data("ontology") / "prefixes.ttl")
    return MappingProxyType(dict(sorted(found.items())))


def expand(name: str, known: Mapping[str, str] | None = None) -> str:
    """Turn ``prefix:local`` into an IRI; an IRI passes through.

    Raises UnknownName where the prefix is not known.
    """
    known = prefixes() if known is None else known
    bare = name[1:-1] if name.startswith("<") and name.endswith(">") else name
    prefix, colon, local = bare.partition(":")
    if colon and prefix in known:
        return known[prefix] + local
    if "://" in bare or bare.startswith("urn:"):
        return bare
    raise UnknownName("prefix", prefix, known)


def shrink(iri: str, known: Mapping[str, str] | None = None) -> str:
    """Turn an IRI into ``prefix:local`` with the longest namespace that fits, else give it back."""
    known = prefixes() if known is None else known
    fitting = [(len(space), name) for name, space in known.items() if iri.startswith(space)]
    if not fitting:
        return iri
    length, name = max(fitting)
    return f"{name}:{iri[length:]}"
