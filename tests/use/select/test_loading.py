"""What a subgraph holds of each claim, against what the graph says."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from magkg.errors import InputError
from magkg.vocabulary import MAG
from tests import evidence, small

if TYPE_CHECKING:
    from magkg.use.graph import Graph

BEES = small.BASE


def test_a_claim_with_everything() -> None:
    held = evidence.graph().subgraph(claim="two-trials#no-brood").content
    (claim,) = held.claims
    assert claim.gist == "Clover did not raise brood."
    assert claim.language == "en"
    assert (claim.subject, claim.object) == (f"{BEES}concept/white-clover", f"{BEES}concept/brood")
    assert (claim.kind, claim.polarity, claim.certainty) == ("efficacyClaim", "denies", "asserted")
    line = held.lines[claim.evidence[0]]
    assert (line.direction, line.basis, line.studies) == (
        "supports", "own", (f"{BEES}study/first",),
    )  # fmt: skip
    effect = held.effects[line.effects[0]]
    assert effect.measure == "meanDifference"
    figures = (effect.estimate, effect.low, effect.high, effect.level)
    assert figures == (Decimal("0.1"), Decimal("-0.2"), Decimal("0.4"), Decimal(95))
    assert effect.p_value is None
    study = held.studies[f"{BEES}study/first"]
    assert (study.design, study.size, study.label) == ("animalRandomised", 12, "First trial")
    assert held.label(study.iri) == "First trial"
    assert held.label(f"{BEES}source/two-trials") == "Two trials"
    assert held.label("https://example.org/unknown#it") == "it"


def test_what_should_be_an_iri_and_is_none_is_refused() -> None:
    text = f'<x:c> a <{MAG}Claim> ; <{MAG}states> "a proposition" .'
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    with pytest.raises(InputError, match="'a proposition' is not an IRI"):
        _ = small.in_memory(small.project(), quads).subgraph().content


def test_parts_together_are_the_content(bundled: Graph) -> None:
    found = bundled.subgraph(source="guide-nerve-health")
    parts = list(found.parts(50))
    assert len(parts) == -(-len(found) // 50)
    assert tuple(claim for part in parts for claim in part.claims) == found.content.claims
    for name in ("passages", "lines", "propositions", "studies", "sources", "concepts"):
        joined = {iri: each for part in parts for iri, each in getattr(part, name).items()}
        assert joined == getattr(found.content, name)


def test_every_link_of_a_claim_leads_to_something(bundled: Graph) -> None:
    held = bundled.subgraph().content
    for claim in held.claims:
        assert claim.source in held.sources
        assert set(claim.passages) <= held.passages.keys()
        assert set(claim.evidence) <= held.lines.keys()
        assert not claim.proposition or claim.proposition in held.propositions
        named = {claim.subject, claim.predicate, claim.object, claim.addressee} - {""}
        assert named | {value for _, value in claim.qualifiers} <= held.concepts.keys()
    for line in held.lines.values():
        assert {*line.studies, *line.reaches} <= held.studies.keys()
        assert set(line.cites) <= held.sources.keys()
        assert set(line.effects) <= held.effects.keys()
    several = [each for each in held.propositions.values() if len(each.verdicts) > 1]
    assert {each.verdicts[1] for each in several} == {"foundLacking"}
    assert all(each.verdict == each.verdicts[0] != "foundLacking" for each in several)
    rated = [each for each in held.propositions.values() if each.strength != "notRated"]
    assert rated
    assert all(each.claims and each.verdict for each in rated)


def test_outside_ids_and_predicates(bundled: Graph) -> None:
    held = bundled.subgraph(concept="spinal-stenosis").content
    stenosis = held.concepts["https://w3id.org/magkg/concept/spinal-stenosis"]
    assert ("exactMatch", "http://purl.obolibrary.org/obo/MONDO_0005965") in stenosis.mappings
    assert stenosis.kind == "conditionConcept"
    predicates = {each.predicate for each in held.claims} - {""}
    assert all(held.concepts[each].kind == "predicate" for each in predicates)
    assert all(each.startswith(MAG) for each in predicates)
