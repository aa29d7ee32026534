"""A small sound project about a wall of bricks, as text that tests change before they check it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from magkg.claims.project import Project

if TYPE_CHECKING:
    from magkg.store import check

HEAD = """@base <https://w3id.org/magkg/source/SLUG> .
@prefix con: <https://w3id.org/magkg/concept/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix fabio: <http://purl.org/spar/fabio/> .
@prefix mag: <https://w3id.org/magkg/ns#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix study: <https://w3id.org/magkg/study/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TEXT = "Clay bricks ease the wall.\n"
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


SOURCE = f"""
<> a mag:Source , fabio:WebPage ; dcterms:title "A wall"@en ;
    mag:characters {len(TEXT)} ;
    mag:sha256 "{DIGEST}" .
<#reading-1> a mag:Reading , prov:Activity ; rdfs:label "First"@en ; mag:method mag:closeReading ;
    prov:endedAtTime "2026-01-01T00:00:00Z"^^xsd:dateTime ; prov:wasAssociatedWith mag:curator .
<#first> a mag:Claim ; rdfs:label "Bricks ease walls."@en ;
    mag:subject con:test-brick ;
    mag:predicate <https://example.org/eases> ;
    mag:object con:test-wall ;
    mag:polarity mag:affirms ; mag:certainty mag:asserted ; mag:attribution mag:noSource ;
    mag:kind mag:definitionClaim ; mag:source <> ;
    mag:passage <#c0-11> ;
    prov:wasGeneratedBy <#reading-1> .
<#c0-11> a mag:Passage ; oa:hasSource <> ; oa:start 0 ; oa:end 11 ;
    mag:sha256 "{digest(TEXT[:11])}" ; mag:foldedSha256 "{digest(TEXT[:11])}" ;
    mag:foldedLength 11 ; mag:beforeSha256 "{digest("")}" ;
    mag:afterSha256 "{digest(" ease the wall. ")}" .
"""
CONCEPTS = """
con:test-brick a mag:Concept ;
    skos:prefLabel "test brick"@en ; mag:conceptKind mag:substanceConcept .
con:test-wall a mag:Concept ; skos:prefLabel "test wall"@en ; mag:conceptKind mag:substanceConcept .
"""
PREDICATE = """
<https://example.org/eases> a mag:Predicate ; rdfs:label "eases"@en ; skos:definition "Eases."@en ;
    skos:example "Oil eases."@en ; rdfs:isDefinedBy <https://example.org/> ;
    mag:subjectKind mag:substanceConcept ; mag:objectKind mag:substanceConcept .
"""

EVIDENCE = """
<#e-trial> a mag:EvidenceLine ; mag:basis mag:own ; mag:direction mag:supports ;
    mag:study study:trial ; mag:effect <#f-trial> .
<#f-trial> a mag:Effect ; mag:measure mag:meanDifference ; mag:estimate 2 .
"""
STUDY = """
study:trial a mag:Study ; rdfs:label "Trial"@en ; mag:design mag:randomisedTrial .
"""
JUDGEMENT = """
study:trial mag:judgement study:trial\\#j-bias .
study:trial\\#j-bias a mag:Judgement ; mag:domain mag:riskOfBias ; mag:downgrade 1 ;
    mag:rationale "Not blinded."@en ; mag:method mag:ruleV1 ;
    prov:wasAssociatedWith mag:curator ; prov:endedAtTime "2026-01-01T00:00:00Z"^^xsd:dateTime .
"""


def put(path: Path, text: str, slug: str = "wall") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.replace("SLUG", slug) + text, encoding="utf-8")
    return path


def project(root: Path) -> Project:
    """Write the project into a folder."""
    graphs = root / "graphs"
    put(graphs / "sources" / "wall.ttl", SOURCE)
    put(graphs / "concepts" / "substance.ttl", CONCEPTS)
    put(graphs / "predicates.ttl", PREDICATE)
    return Project(root)


def rest_on_a_trial(project: Project, evidence: str = EVIDENCE, study: str = STUDY) -> None:
    """Give the project's claim an evidence line with an effect and a study."""
    path = project.graphs / "sources" / "wall.ttl"
    text = path.read_text("utf-8").replace(
        "mag:noSource ;", "mag:ownData ; mag:evidence <#e-trial> ;"
    )
    path.write_text(text + evidence, encoding="utf-8")
    put(project.graphs / "studies" / "trial.ttl", study, "trial")


def kinds(report: check.Report) -> list[str]:
    return [each.kind for each in report.findings]
