"""What Biolink is told of a claim: the table of exchange/biolink.py, row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from magkg.use.export.exchange import biolink
from magkg.use.select.entities import Claim, Concept, Content, Line, Study
from magkg.vocabulary import MAG
from tests import small

if TYPE_CHECKING:
    from magkg.use.graph import Graph

Read = Callable[[Path], list[dict[str, str]]]
NAMES = {
    MAG + "relieves": "ameliorates_condition",
    MAG + "treats": "treats_or_applied_or_studied_to_treat",
    MAG + "prevents": "preventative_for_condition",
    MAG + "causes": "causes",
    MAG + "worsens": "exacerbates_condition",
    MAG + "contraindicatedIn": "contraindicated_in",
}
TRIAL = ("randomisedTrial", "", "strengthModerate")
BROAD = "treats_or_applied_or_studied_to_treat"
CLAIM = next(each for each in small.graph().subgraph().content.claims if each.predicate)


def stated(
    predicate: str = "relieves",
    polarity: str = "affirms",
    *found: tuple[str, str, str],
    certainty: str = "asserted",
    direction: str = "supports",
    ends: tuple[str, str] = ("substanceConcept", "conditionConcept"),
    contested: bool = False,
    held: str = "strengthLow",
    retracted: str = "",
) -> tuple[str, str, bool]:
    """What Biolink is told of a claim with an evidence line for each design, species, strength."""
    studies, lines = {}, {}
    for number, (design, species, strength) in enumerate(found):
        study = f"s{number}"
        studies[study] = Study(
            study, study, design, (species,) if species else (), (), (), (), (), (), 10, 2020,
            (), (), study, retracted, "", (),
        )  # fmt: skip
        lines[f"e{number}"] = Line(
            f"e{number}", direction, "own", strength, 3, (study,), (study,), (), "", ()
        )
    concepts = {
        iri: Concept(iri, iri, kind, (), (), ())
        for iri, kind in zip(("what", "for"), ends, strict=True)
    }
    human = "http://purl.obolibrary.org/obo/NCBITaxon_9606"
    concepts["person"] = Concept(
        "person", "human", "organismConcept", (), (), (("exactMatch", human),)
    )
    concepts["mouse"] = Concept("mouse", "mouse", "organismConcept", (), (), ())
    claim: Claim = replace(
        CLAIM, subject="what", predicate=MAG + predicate, object="for", polarity=polarity,
        certainty=certainty, evidence=tuple(lines), held_strength=held, contested=contested,
    )  # fmt: skip
    content = Content((claim,), lines=lines, studies=studies, concepts=concepts)
    read = biolink.read(claim, content, NAMES)
    return read.predicate, read.level, read.negated


def test_people_in_a_trial_make_a_benefit() -> None:
    told = ("knowledge_assertion", False)
    assert stated("relieves", "affirms", TRIAL) == ("ameliorates_condition", *told)
    assert stated("treats", "affirms", TRIAL) == ("treats", *told)
    assert stated("prevents", "affirms", TRIAL) == ("preventative_for_condition", *told)
    review = ("systematicReview", "person", "strengthLow")
    assert stated("treats", "affirms", review) == ("treats", *told)
    assert stated("treats", "affirms", ("cellStudy", "", "strengthVeryLow"), TRIAL) == (
        "treats", *told,
    )  # fmt: skip


@pytest.mark.parametrize("strength", ["strengthVeryLow", "strengthNone", "notRated", ""])
def test_a_trial_that_is_rated_below_low_says_only_that_there_was_one(strength: str) -> None:
    told = ("in_clinical_trials_for", "knowledge_assertion", False)
    assert stated("relieves", "affirms", ("randomisedTrial", "", strength)) == told
    assert stated("relieves", "affirms", TRIAL, held=strength) == told


def test_a_contested_claim_is_no_plain_positive_edge_of_any_predicate() -> None:
    assert stated("causes", "affirms", TRIAL)[0] == "causes"
    assert stated("causes", "affirms", TRIAL, contested=True)[0] == "related_to"


def test_a_contested_claim_asserts_no_benefit() -> None:
    told = ("in_clinical_trials_for", "knowledge_assertion", False)
    assert stated("relieves", "affirms", TRIAL, contested=True) == told


@pytest.mark.parametrize(
    "design",
    ["cohortStudy", "caseControlStudy", "crossSectionalStudy", "caseSeries", "caseReport",
     "nonRandomisedTrial"],
)  # fmt: skip
def test_people_without_a_random_trial_make_an_application(design: str) -> None:
    told = ("applied_to_treat", "statistical_association", False)
    assert stated("relieves", "affirms", (design, "", "strengthLow")) == told
    assert stated("prevents", "affirms", (design, "person", "strengthLow")) == told


@pytest.mark.parametrize(
    ("design", "species"),
    [("animalRandomised", "mouse"), ("animalNonRandomised", ""), ("cellStudy", ""),
     ("randomisedTrial", "mouse")],
)  # fmt: skip
def test_animals_and_cells_make_a_benefit_in_models(design: str, species: str) -> None:
    told = ("beneficial_in_models_for", "knowledge_assertion", False)
    assert stated("relieves", "affirms", (design, species, "strengthModerate")) == told


def test_what_nothing_supports_is_only_stated() -> None:
    told = (BROAD, "not_provided", False)
    assert stated("relieves") == told
    assert stated("relieves", "affirms", TRIAL, direction="inconclusive") == told
    assert stated("relieves", "affirms", TRIAL, direction="disputes") == told
    assert stated("relieves", "affirms", TRIAL, retracted="made up") == told
    assert stated("relieves", "affirms", ("unknownDesign", "", "strengthLow")) == told


@pytest.mark.parametrize("certainty", ["hedged", "speculative"])
def test_what_is_hedged_is_a_prediction(certainty: str) -> None:
    assert stated("relieves", certainty=certainty) == (BROAD, "prediction", False)
    told = stated("relieves", "affirms", TRIAL, certainty=certainty)
    assert told == ("ameliorates_condition", "prediction", False)
    assert stated("causes", "denies", certainty=certainty) == ("causes", "prediction", True)


def test_a_denial_is_negated_whatever_its_evidence() -> None:
    assert stated("relieves", "denies") == ("ameliorates_condition", "not_provided", True)
    assert stated("treats", "denies", TRIAL) == ("treats", "knowledge_assertion", True)
    assert stated("causes", "denies") == ("causes", "not_provided", True)
    assert stated("reduces", "denies") == ("related_to", "not_provided", True)


def test_a_report_of_no_difference_says_that_it_was_studied() -> None:
    def told(*found: tuple[str, str, str]) -> tuple[str, str, bool]:
        return stated("relieves", "reportsNoDifference", *found, direction="inconclusive")

    assert told(TRIAL) == ("in_clinical_trials_for", "knowledge_assertion", False)
    mice = ("animalRandomised", "mouse", "")
    assert told(mice) == ("in_preclinical_trials_for", "knowledge_assertion", False)
    assert told(("cohortStudy", "", "")) == ("studied_to_treat", "not_provided", False)
    assert told() == ("studied_to_treat", "not_provided", False)
    assert stated("causes", "reportsNoDifference", TRIAL)[0] == ""


def test_a_report_of_a_lack_is_no_edge() -> None:
    for predicate in ("relieves", "causes"):
        told = stated(predicate, "reportsLackOfEvidence", TRIAL, direction="inconclusive")
        assert told[0] == ""


def test_other_predicates_are_those_they_are_aligned_with() -> None:
    assert stated("causes", "affirms", TRIAL) == ("causes", "knowledge_assertion", False)
    observed = ("cohortStudy", "", "strengthLow")
    assert stated("causes", "affirms", observed) == ("causes", "statistical_association", False)
    assert stated("causes") == ("causes", "not_provided", False)
    assert stated("reduces") == ("related_to", "not_provided", False)


def test_an_intervention_on_a_condition_is_wanted_where_biolink_wants_it() -> None:
    for ends in (("processConcept", "conditionConcept"), ("substanceConcept", "processConcept")):
        assert stated("relieves", "affirms", TRIAL, ends=ends)[0] == "related_to"
    assert stated("worsens", ends=("conditionConcept", "conditionConcept"))[0] == "related_to"
    assert stated("worsens")[0] == "exacerbates_condition"


def test_a_contraindication_needs_something_to_stand_on() -> None:
    assert stated("contraindicatedIn")[0] == "related_to"
    assert stated("contraindicatedIn", "affirms", TRIAL)[0] == "contraindicated_in"


def test_what_the_ontology_aligns_is_used(bundled: Graph) -> None:
    names = biolink.aligned(bundled)
    assert names[MAG + "relieves"] == "ameliorates_condition"
    assert names[MAG + "treats"] == BROAD
    assert names[MAG + "hasSymptom"] == "has_phenotype"
    assert MAG + "reduces" not in names
