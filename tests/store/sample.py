"""A small sound project about bricks, written for a test: bricks, clay, sand; no source text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from magkg.claims.project import Project

MAG = "https://w3id.org/magkg/ns#"
CON = "https://w3id.org/magkg/concept/"
SRC = "https://w3id.org/magkg/source/bricks"

PREFIXES = """\
@prefix con: <https://w3id.org/magkg/concept/> .
@prefix fabio: <http://purl.org/spar/fabio/> .
@prefix mag: <https://w3id.org/magkg/ns#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
HEAD = """\
<> a mag:Source , fabio:WebPage ; rdfs:label "About bricks"@en ; mag:characters 9000 ;
    mag:sha256 "{hash}" .
<#reading-1> a mag:Reading , prov:Activity ; rdfs:label "First reading"@en ;
    prov:endedAtTime "2026-01-01T00:00:00Z"^^xsd:dateTime ;
    prov:wasAssociatedWith mag:curator ; mag:method mag:closeReading .
"""
CLAIM = """\
<#{name}> a mag:Claim ; rdfs:label "{label}"@en ;
    mag:subject con:brick ; mag:predicate mag:hasComponent ; mag:object con:{object} ;
    mag:polarity mag:{polarity} ; mag:certainty mag:asserted ; mag:attribution mag:noSource ;
    mag:kind mag:definitionClaim ; mag:source <> ; mag:passage <#c{start}-{end}> ;
    prov:wasGeneratedBy <#reading-1> {more}.
"""
PASSAGE = """\
<#c{start}-{end}> a mag:Passage ; oa:hasSource <> ; oa:start {start} ; oa:end {end} ;
    mag:sha256 "{hash}" ; mag:foldedSha256 "{hash}" ; mag:foldedLength 5 ;
    mag:beforeSha256 "{hash}" ; mag:afterSha256 "{hash}" .
"""
HASH = "0123456789abcdef" * 4
CONCEPTS = {
    "substance": ("brick", "clay", "sand", "lime", "straw", "fired-clay"),
    "organism": ("mouse",),
    "population": ("masons",),
}


def claim(
    name: str, start: int, target: str = "clay", polarity: str = "affirms", **more: str
) -> str:
    """Write a claim with its passage of five characters; ``more`` are further properties."""
    tail = "".join(f"; mag:{key} {value} " for key, value in sorted(more.items()))
    label = f"The claim called {name}."
    values = {"name": name, "start": start, "end": start + 5, "hash": HASH, "label": label}
    text = CLAIM.format(**values, object=target, polarity=polarity, more=tail)
    return text + PASSAGE.format(**values)


STANDARD = (
    claim("clay", 0),
    claim("clay-again", 10),
    claim("sand", 20, "sand", "denies"),
    claim("mouse", 30, species="con:mouse"),
    claim("masons", 40, population="con:masons"),
    claim("both", 50, population="con:masons", species="con:mouse"),
    claim("chain", 60, "lime", via="<#clay>"),
)


def write(
    folder: Path, claims: Iterable[str] = STANDARD, concepts: Mapping[str, Iterable[str]] = CONCEPTS
) -> Project:
    """Write the project; the same arguments give the same bytes."""
    graphs = folder / "graphs"
    (graphs / "concepts").mkdir(parents=True, exist_ok=True)
    (graphs / "sources").mkdir(exist_ok=True)
    for kind, names in concepts.items():
        lines = [
            f'con:{name} a mag:Concept ; skos:prefLabel "{name.replace("-", " ")}"@en ;'
            f" mag:conceptKind mag:{kind}Concept .\n"
            for name in names
        ]
        (graphs / "concepts" / f"{kind}.ttl").write_text(PREFIXES + "".join(lines))
    text = f"@base <{SRC}> .\n{PREFIXES}{HEAD.format(hash=HASH)}{''.join(claims)}"
    (graphs / "sources" / "bricks.ttl").write_text(text)
    return Project(folder)
