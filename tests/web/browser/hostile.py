"""A made-up project in which every text that an author may write is a hostile string.

What the rules of a build refuse (hidden characters, ``javascript:`` addresses, names that are no
slugs) is written into the built store by ``forged``, as a store of somebody else could hold it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from magkg.claims.project import Project
from magkg.store.build import build as build_graph
from tests.web.browser.strings import HIDDEN, STRINGS

BASE = "https://example.org/hostile/"
CON, SRC, STUDY = (f"{BASE}{each}/" for each in ("concept", "source", "study"))
TEXT = f"{SRC}text"
SOURCES = 12
# What an author may write, which is not all blank and holds no hidden character.
ALLOWED = tuple(each for each in STRINGS if each not in HIDDEN)
_PREFIXES = f"""
@prefix con: <{CON}> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix fabio: <http://purl.org/spar/fabio/> .
@prefix mag: <https://w3id.org/magkg/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix src: <{SRC}> .
@prefix study: <{STUDY}> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_OWN = f"""
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{BASE}ns> a owl:Ontology ; sh:declare <{BASE}ns#con> , <{BASE}ns#src> , <{BASE}ns#study> .
<{BASE}ns#con> sh:namespace "{CON}"^^xsd:anyURI ; sh:prefix "con" .
<{BASE}ns#src> sh:namespace "{SRC}"^^xsd:anyURI ; sh:prefix "src" .
<{BASE}ns#study> sh:namespace "{STUDY}"^^xsd:anyURI ; sh:prefix "study" .
"""


def _text(value: str, language: str = "en") -> str:
    """Write a literal in Turtle."""
    return str(ox.Literal(value, language=language) if language else ox.Literal(value))


def build(folder: Path) -> Path:
    """Write the project below ``folder``, build it, and give the folder of the built graph."""
    graphs = folder / "project" / "graphs"
    graphs.mkdir(parents=True)
    (graphs / "prefixes.ttl").write_text(_OWN, encoding="utf-8")
    (graphs / "all.ttl").write_text("\n".join((_PREFIXES, *_things())), encoding="utf-8")
    build_graph(Project(folder / "project"), folder / "built")
    return folder / "built"


def _things() -> Iterator[str]:
    yield from _concepts()
    yield from _sources()
    yield from _studies()
    yield from _claims()
    yield from _records()


def _concepts() -> Iterator[str]:
    """Give a concept with each string as its label; the others are its synonym and definition."""
    for number, label in enumerate(ALLOWED):
        kind = "mag:substanceConcept" if number % 2 else "mag:conditionConcept"
        yield (
            f"con:c{number} a mag:Concept ; mag:conceptKind {kind} ;"
            f" skos:prefLabel {_text(label)} ; skos:altLabel {_text(_other(number, 1))} ;"
            f" skos:definition {_text(_other(number, 2))} ."
        )


def _other(number: int, step: int) -> str:
    return ALLOWED[(number + step) % len(ALLOWED)]


def _sources() -> Iterator[str]:
    """Give the source of all claims, and some whose every text is hostile."""
    for number in range(SOURCES):
        texts = [_other(9 * number, step) for step in range(5)]
        name = "text" if number == 0 else f"s{number}"
        address = f"https://example.org/?q={quote(texts[0][:300], safe='')}"
        yield (
            f"src:{name} a mag:Source , fabio:WebPage ; dcterms:title {_text(texts[0])} ;"
            f" mag:seenAt <{address}> ; dcterms:creator {_text(texts[1], '')} ;"
            f" dcterms:bibliographicCitation {_text(texts[2])} ; mag:note {_text(texts[3])} ;"
            f" mag:identification {_text(texts[4])} ; mag:identificationSureness mag:certain ."
        )
    yield (
        f"<{TEXT}#reading-1> a mag:Reading , prov:Activity ; rdfs:label {_text(ALLOWED[0])} ;"
        ' prov:endedAtTime "2024-05-01T10:00:00Z"^^xsd:dateTime ;'
        " prov:wasAssociatedWith mag:curator ; mag:method mag:closeReading ."
    )


def _studies() -> Iterator[str]:
    for number in range(SOURCES):
        texts = [_other(10 * number + 5, step) for step in range(5)]
        gone = f"; mag:retracted {_text(texts[4])}" if number == 1 else ""
        yield (
            f"study:t{number} a mag:Study ; rdfs:label {_text(texts[0])} ;"
            f" mag:design mag:randomisedTrial ; mag:group {_text(texts[1], '')} ;"
            f" mag:identification {_text(texts[2])} ; mag:identificationSureness mag:certain ;"
            f" mag:note {_text(texts[3])} ; mag:upstreamId {_text(texts[4], '')} ;"
            f" mag:intervention con:c1 ; mag:outcome con:c0 ; mag:reportedIn src:s1 {gone} ."
        )


def _claims() -> Iterator[str]:
    """Give a claim with each string as its gist, about two concepts with others as theirs."""
    polarities = cycle(("mag:affirms", "mag:denies", "mag:affirms"))
    for number, (gist, polarity) in enumerate(zip(ALLOWED, polarities, strict=False)):
        about = (
            f"mag:subject con:c{number | 1} ; mag:predicate mag:treats ;"
            f" mag:object con:c{number & ~1}"
            if number < len(ALLOWED) - 2
            else f"mag:notFormalised {_text(gist)}"
        )
        yield (
            f"<{TEXT}#k{number}> a mag:Claim ; rdfs:label {_text(gist)} ; {about} ;"
            f" mag:polarity {polarity} ; mag:certainty mag:asserted ;"
            f" mag:attribution mag:namedSource ; mag:kind mag:efficacyClaim ; mag:source src:text ;"
            f" mag:noPassage {_text(_other(number, 3), '')} ;"
            f" mag:note {_text(_other(number, 4), '')} ;"
            f" mag:evidence <{TEXT}#e-{number}> , <{TEXT}#u-{number}> ;"
            f" prov:wasGeneratedBy <{TEXT}#reading-1> ."
        )
        side = "mag:disputes" if number % 5 == 4 else "mag:supports"
        yield (
            f"<{TEXT}#e-{number}> a mag:EvidenceLine ; mag:basis mag:background ;"
            f" mag:direction {side} ; mag:study study:t{number % SOURCES} ."
        )
        yield (
            f"<{TEXT}#u-{number}> a mag:EvidenceLine ; mag:basis mag:background ;"
            f" mag:direction {side} ; mag:unresolved {_text(_other(number, 5))} ."
        )


def _records() -> Iterator[str]:
    """Give a tension, a dismissed finding, a mapping and a search."""
    at = ' prov:endedAtTime "2024-05-04T10:00:00Z"^^xsd:dateTime'
    yield (
        f"<{BASE}tension/1> a mag:Tension ; rdfs:label {_text(ALLOWED[0])} ;"
        f" mag:between <{TEXT}#k0> , <{TEXT}#k1> ; mag:rationale {_text(ALLOWED[22])} ;"
        f" prov:wasGeneratedBy <{TEXT}#reading-1> ."
    )
    yield (
        f'<{BASE}dismissal/1> a mag:Dismissal ; mag:findingKind "opposite_polarity" ;'
        f" mag:dismissed <{TEXT}#k0> , <{TEXT}#k1> ; mag:rationale {_text(ALLOWED[23])} ;"
        f" prov:wasAssociatedWith mag:curator ; {at} ."
    )
    yield (
        f"<{CON}c0#m> a mag:Mapping ; mag:concept con:c0 ; mag:match skos:exactMatch ;"
        f" mag:outside <{BASE}?%22%3E%3Cscript%3Ealert(1)> ;"
        f" mag:justification {_text(ALLOWED[24])} ."
    )
    yield (
        f"<{BASE}search/1> a mag:Search ; rdfs:label {_text(ALLOWED[25])} ;"
        f" mag:searchedIn {_text(ALLOWED[26])} ; mag:words {_text(ALLOWED[27], '')} ;"
        f" mag:nothingFound {_text(ALLOWED[28])} ; mag:soughtFor <{TEXT}#k0> ;"
        f" prov:wasAssociatedWith mag:curator ; {at} ."
    )
