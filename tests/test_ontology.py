"""The ontology: each term explained, each list closed, each outside term seen somewhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg import resources
from magkg.claims import turtle
from magkg.claims.project import Project, bundled
from magkg.store import check, validate
from magkg.vocabulary import DCTERMS, LABEL, MAG, PROV, QUALIFIERS, RDFS, SKOS, TYPE
from tests import small

ONTOLOGY = resources.data("ontology")
REFERENCE = Path(__file__).parents[2] / "shared" / "reference" / "terms-and-ids.md"
EXPLAINED = (LABEL, SKOS + "definition", SKOS + "example", RDFS + "isDefinedBy")
MATCHES = {SKOS + kind + "Match" for kind in ("exact", "close", "broad", "narrow", "related")}
# The files that describe terms of magkg.
TERMS = ("magkg.ttl", "method.ttl", "predicates.ttl", "schemes.ttl")
# The vocabularies whose own files were at hand, at a stated date or version.
DATED = ("http://purl.obolibrary.org/obo/RO_", "https://w3id.org/biolink/vocab/")
# CONTRACT.md, "IRIs", and the architecture of the model.
SCHEMES = {
    "polarity": "affirms denies reportsNoDifference reportsLackOfEvidence",
    "certainty": "asserted hedged speculative",
    "attribution": "ownData namedSource unnamedSource noSource",
    "basis": "own relayed background",
    "direction": "supports disputes inconclusive",
    "kind": "efficacyClaim safetyClaim doseClaim bioavailabilityClaim mechanismClaim"
    " epidemiologyClaim definitionClaim foodClaim practiceClaim adviceClaim evidenceStateClaim",
    "strength": "strengthHigh strengthModerate strengthLow strengthVeryLow strengthNone notRated",
    "verdict": "supported disputed conflicting inconclusiveBody onlyAsserted foundLacking",
    "bound": "atMost atLeast exactly about moreThan lessThan",
    "force": "obligatory recommended permitted",
    "method": "assistedReading closeReading tableImport",
    "role": "curator reviewer",
    "sureness": "certain probable uncertain unidentified",
    "design": "randomisedTrial nonRandomisedTrial cohortStudy caseControlStudy crossSectionalStudy"
    " caseSeries caseReport animalRandomised animalNonRandomised cellStudy systematicReview"
    " narrativeReview expertOpinion unknownDesign",
    "conceptKind": "substanceConcept foodConcept conditionConcept processConcept anatomyConcept"
    " organismConcept populationConcept practiceConcept roleConcept qualityConcept quantityConcept"
    " evidenceConcept routeConcept timeConcept",
    "domain": "riskOfBias imprecision publicationBias largeEffect doseResponse",
    "leap": "speciesLeap causalLeap",
    "measure": "meanDifference standardisedMeanDifference riskRatio oddsRatio hazardRatio"
    " ratioOfMeans percentChange otherMeasure",
    "readAs": "fullText abstract excerpt summary",
    "step": "startStep biasStep recognitionStep speciesStep cellStep conditionStep interventionStep"
    " outcomeStep comparatorStep imprecisionStep inconsistencyStep publicationBiasStep"
    " mismatchBoundStep boundStep bestLineStep confirmationStep noEvidenceStep upgradeStep",
}


def value(term: object) -> str:
    return str(getattr(term, "value", term))


def rows(*names: str) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in names:
        for quad in turtle.read(ONTOLOGY / name).quads:
            found[value(quad.subject)][quad.predicate.value].append(value(quad.object))
    return found


def test_every_term_has_label_definition_example_and_home() -> None:
    for term, row in rows(*TERMS).items():
        if term.startswith(MAG):
            for each in EXPLAINED:
                assert len(row[each]) >= 1, (term, each)
                assert all(text.strip() for text in row[each]), (term, each)
            assert row[RDFS + "isDefinedBy"] == ["https://w3id.org/magkg/ns"], term


@pytest.mark.parametrize("scheme", SCHEMES)
def test_schemes_hold_the_values_of_the_contract(scheme: str) -> None:
    found = rows("schemes.ttl")
    home = f"{MAG}{scheme}Scheme"
    values = {
        term.removeprefix(MAG) for term, row in found.items() if home in row[SKOS + "inScheme"]
    }
    assert values == set(SCHEMES[scheme].split())


def test_there_is_no_other_scheme() -> None:
    found = {
        term for term, row in rows("schemes.ttl").items() if SKOS + "ConceptScheme" in row[TYPE]
    }
    assert found == {f"{MAG}{scheme}Scheme" for scheme in SCHEMES}


def test_a_name_means_one_thing() -> None:
    names: Counter[str] = Counter()
    for name in TERMS:
        names.update(term for term in rows(name) if term.startswith(MAG))
    assert [name for name, count in names.items() if count > 1] == []


def test_qualifiers_of_the_code_are_described() -> None:
    assert set(QUALIFIERS) <= set(rows("magkg.ttl"))


def test_shapes_and_ontology_name_the_same_properties() -> None:
    owl = "http://www.w3.org/2002/07/owl#"
    properties = {
        term
        for term, row in rows("magkg.ttl").items()
        if {owl + "ObjectProperty", owl + "DatatypeProperty"} & set(row[TYPE])
    }
    paths = set()
    for path in (*validate.authored(), *validate.derived()):
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            if quad.predicate.value.endswith("shacl#path"):
                paths.add(value(quad.object))
    assert {path for path in paths if path.startswith(MAG)} - properties == set()
    assert properties - paths == {MAG + "seenIn"}


def test_the_ontology_breaks_no_shape() -> None:
    assert validate.validate(check.vocabulary_quads()) == []


@pytest.mark.parametrize("name", check.VOCABULARY)
def test_files_are_in_canonical_form_under_cc0(name: str) -> None:
    document = turtle.read(ONTOLOGY / name)
    assert turtle.write(document.quads) == (ONTOLOGY / name).read_text(encoding="utf-8")
    licences = [value(q.object) for q in document.quads if q.predicate.value == DCTERMS + "license"]
    assert licences == ["https://creativecommons.org/publicdomain/zero/1.0/"]


def test_every_outside_term_was_seen_somewhere() -> None:
    found = rows("alignments.ttl", "predicates.ttl")
    outside = {each for row in found.values() for link in MATCHES for each in row[link]}
    seen = {term for term, row in found.items() if row[MAG + "seenIn"]}
    assert outside
    assert outside - seen == set()
    assert {term for term in seen if not term.startswith(MAG)} - outside == set()
    for term in seen:
        (note,) = found[term][MAG + "seenIn"]
        assert re.search(r"\(V3?\)", note), term


def test_aligned_terms_are_ours() -> None:
    known = set(rows("magkg.ttl", "schemes.ttl", "predicates.ttl"))
    aligned = {term for term, row in rows("alignments.ttl").items() if MATCHES & set(row)}
    assert aligned - known == set()


def test_two_terms_are_matched_in_one_way() -> None:
    ways: Counter[tuple[str, str]] = Counter()
    for term, row in rows("alignments.ttl", "magkg.ttl", "predicates.ttl", "schemes.ttl").items():
        ways.update((term, other) for link in MATCHES for other in row[link])
    assert [pair for pair, count in ways.items() if count > 1] == []


def test_classes_are_those_of_other_vocabularies() -> None:
    found = rows("magkg.ttl")
    above = {term: row[RDFS + "subClassOf"] for term, row in found.items()}
    assert above[MAG + "Claim"] == [PROV + "Entity"]
    assert above[MAG + "Reading"] == [PROV + "Activity"]
    assert above[MAG + "Predicate"] == ["http://www.w3.org/1999/02/22-rdf-syntax-ns#Property"]


@pytest.mark.parametrize("which", [small.project(), bundled()], ids=["small", "bundled"])
def test_domains_and_ranges_give_no_node_another_class(which: Project) -> None:
    """What RDFS would conclude from a built graph is what the graph says."""
    ends = {RDFS + "domain": 0, RDFS + "range": 1}
    asked: dict[tuple[str, int], str] = {}
    for term, row in rows("magkg.ttl").items():
        asked |= {(term, end): row[link][0] for link, end in ends.items() if row[link]}
    quads = small.quads_of(which)
    kinds: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate.value == TYPE:
            kinds[value(quad.subject)].add(value(quad.object))
    wrong = {
        (quad.predicate.value, node, asked[quad.predicate.value, end])
        for quad in quads
        for end, node in enumerate((value(quad.subject), value(quad.object)))
        if (quad.predicate.value, end) in asked
        if asked[quad.predicate.value, end] not in kinds[node]
    }
    assert wrong == set()
    assert any(MAG + "Proposition" in each for each in kinds.values())


def test_the_engine_speaks_of_no_subject_of_its_own() -> None:
    for path in (*ONTOLOGY.glob("*.ttl"), *ONTOLOGY.glob("shapes/**/*.ttl")):
        assert "magnesium" not in path.read_text(encoding="utf-8").casefold(), path.name


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the reference is not at hand")
def test_outside_terms_are_those_of_the_reference() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    # The reference shortens a run of ids of one vocabulary: `obo:SEPIO_0000388 ..., …0000389`.
    runs = re.findall(r"…(\d{7})", text)
    for term, row in rows("alignments.ttl").items():
        name = re.split("[#/]", term)[-1]
        if term.startswith(DATED) and any(
            re.search(r"as of \d{4}-\d\d-\d\d|version \d", seen) for seen in row[MAG + "seenIn"]
        ):
            continue  # seen in the vocabulary itself, at a stated date or version
        if not term.startswith(("https://w3id.org/magkg/",)):
            shortened = name.startswith("SEPIO_") and name.removeprefix("SEPIO_") in runs
            # Biolink predicates and qualifiers, like CiTO's and ORCA's, stand there by name.
            assert name in text or shortened, term
