"""A made-up graph: a statement for every verdict, a tension, dismissals, hostile labels."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.use.graph import Graph
from tests import ruled

if TYPE_CHECKING:
    from magkg.store.oxigraph import OxigraphStore

# What a page must show and never obey.
HOSTILE = '<script>alert(1)</script> & "quotes" | `pipes` \u202e\u0007'
PREFIXES = """
@prefix con: <https://w3id.org/magkg/concept/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix mag: <https://w3id.org/magkg/ns#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix src: <https://w3id.org/magkg/source/> .
@prefix study: <https://w3id.org/magkg/study/> .
@prefix t: <https://w3id.org/magkg/tension/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CONCEPTS = {
    "hops": "substance", "valerian": "substance", "insomnia": "condition", "fatigue": "condition",
    "cramp": "condition", "cough": "condition", "itch": "condition", "fever": "condition",
    "rat": "organism",
}  # fmt: skip
# name: source, object, polarity, certainty, studies with their direction, more
CLAIMS = {
    "relieves-insomnia": ("leaflet", "insomnia", "affirms", "asserted", (), ""),
    "eases-insomnia": ("blog", "insomnia", "affirms", "hedged", (), ""),
    "trial-insomnia": ("trial", "insomnia", "affirms", "asserted", ("good supports",), ""),
    "no-insomnia": ("other-trial", "insomnia", "denies", "asserted", ("fair supports",), ""),
    "relieves-fatigue": ("trial", "fatigue", "affirms", "asserted", ("good supports",), ""),
    "not-cramp": ("trial", "cramp", "denies", "asserted", ("good supports",), ""),
    "relieves-cramp": ("leaflet", "cramp", "affirms", "asserted", (), ""),
    "open-cough": ("trial", "cough", "affirms", "hedged", ("good inconclusive",), ""),
    "lacks-itch": ("blog", "itch", "reportsLackOfEvidence", "asserted", (), ""),
    "hostile-fever": ("leaflet", "fever", "affirms", "asserted", (), ""),
    "rat-fatigue": ("trial", "fatigue", "affirms", "asserted", ("rats supports",),
                    "mag:species con:rat ;"),
}  # fmt: skip
REST = """
study:good a mag:Study ; rdfs:label "The good trial"@en ; mag:design mag:randomisedTrial ;
  mag:size 400 ; mag:intervention con:valerian ; mag:condition con:insomnia , con:fatigue ,
  con:cramp , con:cough ; mag:outcome con:insomnia , con:fatigue , con:cramp , con:cough ;
  mag:judgement study:j-good , study:j-size .
study:fair a mag:Study ; rdfs:label "The fair trial"@en ; mag:design mag:randomisedTrial ;
  mag:size 300 ; mag:intervention con:valerian ; mag:condition con:insomnia ;
  mag:outcome con:insomnia ; mag:judgement study:j-fair .
study:rats a mag:Study ; rdfs:label "The rats"@en ; mag:design mag:animalRandomised ;
  mag:species con:rat ; mag:intervention con:valerian ; mag:condition con:fatigue ;
  mag:outcome con:fatigue .
study:j-good a mag:Judgement ; mag:domain mag:riskOfBias ; mag:downgrade 0 ; mag:method mag:ruleV1 ;
  mag:rationale "Sound."@en ; prov:wasAssociatedWith mag:reviewer ;
  prov:endedAtTime "2026-01-02T00:00:00Z"^^xsd:dateTime .
study:j-size a mag:Judgement ; mag:domain mag:imprecision ; mag:downgrade 0 ;
  mag:method mag:ruleV1 ; mag:rationale "Large."@en ; prov:wasAssociatedWith mag:reviewer ;
  prov:endedAtTime "2026-01-02T00:00:00Z"^^xsd:dateTime .
study:j-fair a mag:Judgement ; mag:domain mag:riskOfBias ; mag:downgrade 0 ; mag:method mag:ruleV1 ;
  mag:rationale "Sound."@en ; prov:wasAssociatedWith mag:reviewer ;
  prov:endedAtTime "2026-01-02T00:00:00Z"^^xsd:dateTime .
t:one a mag:Tension ; rdfs:label "Cure and symptom"@en ; mag:rationale "A reader saw it."@en ;
  mag:between <https://w3id.org/magkg/source/leaflet#relieves-cramp> ,
    <https://w3id.org/magkg/source/leaflet#relieves-insomnia> ;
  prov:wasGeneratedBy src:reading .
t:two a mag:Tension ; rdfs:label "Seen twice"@en ; mag:rationale "None, on second thought."@en ;
  mag:between <https://w3id.org/magkg/source/blog#eases-insomnia> ,
    <https://w3id.org/magkg/source/leaflet#relieves-insomnia> ;
  prov:wasGeneratedBy src:reading .
src:reading a mag:Reading ; rdfs:label "Reading"@en ; prov:wasAssociatedWith mag:curator ;
  prov:endedAtTime "2026-01-01T00:00:00Z"^^xsd:dateTime .
<https://w3id.org/magkg/search/one> a mag:Search ; rdfs:label "Trials of valerian"@en ;
  mag:searchedIn "a library"@en ; mag:words "valerian trial" ; mag:found src:trial ;
  mag:leftOutBecause "Adverts."@en ; mag:nothingFound "Nothing on itch."@en ;
  prov:wasAssociatedWith mag:curator ; prov:endedAtTime "2026-01-05T00:00:00Z"^^xsd:dateTime .
"""
# Name: kind of finding, what it is about, why, who, when.
DISMISSALS = {
    "live": ("curated_tension", "t:two", "The two speak of other doses.", "reviewer", "02-03"),
    "gone": ("curated_tension", "<{trial}not-cramp>", "Gone.", "curator", "02-04"),
    "many": ("curated_tension", "t:one , t:two", "Both.", "curator", "02-05"),
    "unknown": ("rival_object", "<{trial}not-cramp>", "Misspelt.", "curator", "02-06"),
    "twice": ("curated_tension", "t:two", "Once more.", "curator", "02-07"),
}


def turtle() -> str:
    """The graph as its authors would write it."""
    parts = [PREFIXES, REST]
    for name, kind in CONCEPTS.items():
        parts.append(
            f'con:{name} a mag:Concept ; skos:prefLabel "{name}"@en ; '
            f"mag:conceptKind mag:{kind}Concept ."
        )
    parts += [
        f'src:{slug} a mag:Source ; dcterms:title "The {slug}"@en .'
        for slug in ("leaflet", "blog", "trial", "other-trial")
    ]
    for name, (kind, about, why, who, day) in DISMISSALS.items():
        named = about.format(trial="https://w3id.org/magkg/source/trial#")
        parts.append(
            f"<https://w3id.org/magkg/dismissal/{name}> a mag:Dismissal ; "
            f'mag:findingKind "{kind}" ; mag:dismissed {named} ; mag:rationale "{why}"@en ; '
            f"prov:wasAssociatedWith mag:{who} ; "
            f'prov:endedAtTime "2026-{day}T00:00:00Z"^^xsd:dateTime .'
        )
    for name, (slug, target, polarity, certainty, studies, more) in CLAIMS.items():
        iri = f"https://w3id.org/magkg/source/{slug}#{name}"
        lines = " ".join(f"mag:evidence <{iri}-e{at}> ;" for at, _ in enumerate(studies))
        said = "Valerian and " + (HOSTILE if name.startswith("hostile") else target)
        label = ox.Literal(said, language="en")
        data = "ownData" if studies else "noSource"
        parts.append(
            f"<{iri}> a mag:Claim ; rdfs:label {label} ; mag:subject con:valerian ; "
            f"mag:predicate mag:relieves ; mag:object con:{target} ; {more} {lines} "
            f"mag:polarity mag:{polarity} ; mag:certainty mag:{certainty} ; "
            f"mag:attribution mag:{data} ; mag:kind mag:efficacyClaim ; mag:source src:{slug} ; "
            f"mag:passage <{iri}-p> ."
            f"<{iri}-p> a mag:Passage ; oa:hasSource src:{slug} ; oa:start 10 ; oa:end 20 ."
        )
        for at, each in enumerate(studies):
            study, direction = each.split()
            parts.append(
                f"<{iri}-e{at}> a mag:EvidenceLine ; mag:study study:{study} ; mag:basis mag:own ; "
                f"mag:direction mag:{direction} ."
            )
    return "\n".join(parts)


@cache
def store() -> OxigraphStore:
    """The graph as a build would make it."""
    return ruled.ruled(ox.parse(turtle(), format=ox.RdfFormat.TURTLE))


def graph() -> Graph:
    """The graph, open."""
    return Graph(store())
