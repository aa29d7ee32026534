"""The competency questions: each is mapped, each query named answers, and says what is there."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from magkg.use import catalogue
from tests import answers, evidence, small
from tests.test_queries import as_rdflib, compare, given_small, needs_bundled
from tests.test_queries_small import told

if TYPE_CHECKING:
    from magkg.use.graph import Graph

# How many questions the published list has in each of its parts.
PUBLISHED = {"FA": 11, "FE": 10, "AE": 4, "EP": 7, "PK": 3, "PROD": 2, "STAT": 8}
QUERIES = catalogue.all_queries()


def table() -> list[tuple[str, str]]:
    """The numbers and the answers of the table in queries/README.md."""
    text = answers.README.read_text("utf-8").split("## Competency questions")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in text.split("\n") if line.startswith("| ")]
    return [(row[0], row[2]) for row in rows[1:]]


def named() -> list[str]:
    """The queries of the section; parameters and columns, one word each, stand there too."""
    section = answers.README.read_text("utf-8").split("## Competency questions")[1]
    found = set(re.findall(r"`(\w+)`", section.split("\n## ")[0]))
    return sorted(name for name in found if name in QUERIES or "_" in name)


@cache
def graph() -> Graph:
    return evidence.graph()


def test_every_question_is_mapped_once() -> None:
    numbers = [
        (part, int(number))
        for cell, _ in table()
        for part, rest in [cell.split(" ", 1)]
        for number in rest.split(", ")
    ]
    assert sorted(numbers) == sorted(
        (part, number) for part, last in PUBLISHED.items() for number in range(1, last + 1)
    )
    assert len(numbers) == 45


def test_every_question_has_a_query_or_a_reason() -> None:
    for number, answer in table():
        assert "does not apply" in answer or set(re.findall(r"`(\w+)`", answer)) & set(QUERIES), (
            number
        )


@pytest.mark.parametrize("name", named())
def test_every_query_named_answers_on_the_bundled_graph(name: str) -> None:
    needs_bundled()
    query = QUERIES[name]
    rows = answers.bundled().query(query, **answers.cases(query)["examples"])
    assert len(rows) > 0 or query.severity  # an audit may find nothing


SAID: list[tuple[str, dict[str, Any], str, list[tuple[object, ...]]]] = [
    ("verdicts", {"verdict": "conflicting"},
     "statement verdict strength strength_against roots_for roots_against claims sources",
     [("white clover increases brood", "conflicting", "strengthVeryLow", "strengthVeryLow",
       2, 1, 5, 4)]),
    ("assessments_of_concept", {"concept": "honeybee"}, "statement role verdict roots_for", [
        ("lavender promotes calm, in honeybee", "species", "onlyAsserted", 0),
        ("pollen patty treats chalkbrood, in honeybee", "species", "foundLacking", 1),
        ("pollen patty treats chalkbrood, in honeybee", "species", "inconclusiveBody", 1),
        ("white clover treats chalkbrood, in honeybee", "species", "inconclusiveBody", 1),
    ]),
    ("strengths", {"source": "two-trials"}, "claim cited_strength held_strength", [
        ("two-trials#clover", "strengthLow", "strengthVeryLow"),
        ("two-trials#more-brood", "strengthVeryLow", "strengthVeryLow"),
        ("two-trials#no-brood", "strengthVeryLow", "strengthVeryLow"),
        ("two-trials#patty", "strengthLow", "strengthVeryLow"),
    ]),
    ("evidence_for_proposition", {"design": "animalNonRandomised"},
     "statement vote level study claim basis", [
        ("white clover increases brood", "supports", 1, "norwood-clover",
         "hive-notes#clover-more-brood", "relayed"),
        ("white clover increases brood", "supports", 1, "norwood-clover",
         "norwood-2019#more-brood", "own"),
    ]),
    ("one_study_only", {"side": "disputes"}, "statement root level strength",
     [("white clover increases brood", "first", 1, "strengthVeryLow")]),
    ("one_design_only", {"side": "disputes"}, "statement only_design studies",
     [("white clover increases brood", "animalRandomised", 1)]),
    # Two designs support it, so it is not among them.
    ("one_design_only", {"side": "supports"}, "statement only_design", [
        ("pollen patty treats chalkbrood", "animalRandomised"),
        ("pollen patty treats chalkbrood, in honeybee", "animalRandomised"),
        ("white clover treats chalkbrood, in honeybee", "animalRandomised"),
    ]),
    ("one_design_only", {"design": "cellStudy"}, "statement", []),
    ("propositions_by_design", {"design": "animalRandomised", "side": "disputes"},
     "statement studies best_level", [("white clover increases brood", 1, 1)]),
    ("only_study_of_several", {}, "side root propositions claims", [("supports", "second", 3, 3)]),
    ("studies_of_several", {"predicate": "mag:treats"}, "study vote propositions best_level",
     [("second", "supports", 3, 2)]),
    ("studies_of_several", {"predicate": "mag:increases"}, "study", []),
    ("for_and_against_in_one_source", {}, "source subject object claim contrary contrary_polarity",
     [("two-trials", "white-clover", "brood", "two-trials#more-brood", "two-trials#no-brood",
       "denies")]),
    ("rejected", {}, "rejected kind reason who", [
        ("https://example.org/bees/search/patties", "left out", "A price list.", "curator"),
        ("two-trials#more-brood", "opposite_polarity", "Two trials, two fields.", "reviewer"),
        ("two-trials#no-brood", "opposite_polarity", "Two trials, two fields.", "reviewer"),
        ("made-up", "retracted", "The figures were made up.", None),
    ]),
    ("assumptions", {"study": "first"}, "statement vote step_kind change",
     [("white clover increases brood", "disputes", "speciesStep", -2)]),
    ("claims_on_assumptions", {"source": "norwood-2019"}, "study step_kind change", [
        ("norwood-clover", "biasStep", -1),
        ("norwood-clover", "speciesStep", -2),
        ("second", "biasStep", -1),
        ("second", "imprecisionStep", -1),
        ("second", "speciesStep", -2),
    ]),
    # Two studies hold up what is said for the brood: either can go.
    ("propositions_resting_on_one", {}, "statement side root level level_without", [
        ("pollen patty treats chalkbrood", "supports", "second", 1, 0),
        ("pollen patty treats chalkbrood, in honeybee", "supports", "second", 1, 0),
        ("white clover increases brood", "disputes", "first", 1, 0),
        ("white clover treats chalkbrood, in honeybee", "supports", "second", 1, 0),
    ]),
    # The retracted one is a study still, of which nothing is known but its design.
    ("studies_by_design", {}, "design start_level studies roots sized subjects claims", [
        ("animalRandomised", 4, 3, 3, 2, 102, 4),
        ("animalNonRandomised", 2, 1, 1, 1, 40, 2),
    ]),
    ("studies_by_outcome", {"outcome": "brood"}, "design studies compared first_year", [
        ("animalNonRandomised", 1, 0, 2019),
        ("animalRandomised", 2, 0, None),
    ]),
    ("evidence_by_kind", {}, "kind direction claims lines studies documents",
     [("efficacyClaim", "supports", 8, 9, 3, 2)]),
    ("designs_by_kind", {}, "kind design studies claims", [
        ("efficacyClaim", "animalNonRandomised", 1, 2),
        ("efficacyClaim", "animalRandomised", 2, 4),
    ]),
    ("claims_with_both", {"concept": "thymol", "other": "brood"}, "claim role other_role",
     [("garden-leaflet#oxalic-milder", "comparator", "object")]),
    ("claims_with_both", {"concept": "thymol", "other": "oxalic-acid"}, "claim role other_role", [
        ("garden-leaflet#oxalic-milder", "comparator", "subject"),
        ("garden-leaflet#oxalic-thymol", "object", "subject"),
    ]),
    ("rating_steps", {"claim": "two-trials#clover"}, "study level step_kind change assumption", [
        ("second", 2, "biasStep", -1, True),
        ("second", 2, "imprecisionStep", -1, True),
        ("second", 2, "speciesStep", 0, False),
        ("second", 2, "startStep", 4, False),
    ]),
    ("assessment_steps", {"claim": "two-trials#clover"}, "verdict side step_kind change", [
        ("inconclusiveBody", "supports", "bestLineStep", 2),
        ("inconclusiveBody", "supports", "confirmationStep", -1),
        ("inconclusiveBody", "disputes", "noEvidenceStep", 0),
    ]),
    ("propositions_of_study", {"study": "second", "vote": "supports"}, "statement level verdict", [
        ("pollen patty treats chalkbrood", 1, "inconclusiveBody"),
        ("pollen patty treats chalkbrood, in honeybee", 2, "foundLacking"),
        ("pollen patty treats chalkbrood, in honeybee", 2, "inconclusiveBody"),
        ("white clover increases brood", 1, "conflicting"),
        ("white clover treats chalkbrood, in honeybee", 2, "inconclusiveBody"),
    ]),
    ("effects", {"study": "first"}, "claim measure interval note",
     [("two-trials#no-brood", "meanDifference", 95, "frames")]),
    ("effects", {"study": "second"}, "claim", []),
    ("judgements", {}, "judged domain downgrade rationale who",
     [("first", "riskOfBias", 0, "Hives drawn by lot.", "curator")]),
    ("judgements", {"domain": "imprecision"}, "judged", []),
    ("searches", {}, "label found claims nothing_found left_out",
     [("Patties", 2, 1, "No review.", "A price list.")]),
    ("search_words", {"claim": "two-trials#patty"}, "words",
     [("bee bread brood",), ("pollen patty chalkbrood",)]),
    ("search_words", {"claim": "two-trials#clover"}, "words", []),
    ("study_groups", {}, "study group together", [("norwood-clover", "Norwood", 1)]),
    ("authors_of_study", {"study": "norwood-clover"}, "group document author",
     [("Norwood", "norwood-2019", None)]),
    ("who_cites", {"cited": "norwood-2019"}, "source claims", [("hive-notes", 1)]),
    ("who_cites", {}, "cited source", [
        ("norwood-2019", "hive-notes"),
        ("norwood-beekeepers", "garden-leaflet"),
        ("norwood-clover", "hive-notes"),
    ]),
    ("source_versions", {"source": "hive-notes"}, "source characters reading who",
     [("hive-notes", 547, "hive-notes#reading-1", "curator")]),
    ("independent_studies", {}, "statement root vote level low_bias study", [
        ("pollen patty treats chalkbrood", "second", "supports", 1, None, "second"),
        ("pollen patty treats chalkbrood, in honeybee", "second", "supports", 2, None, "second"),
        ("white clover treats chalkbrood, in honeybee", "second", "supports", 2, None, "second"),
        ("white clover increases brood", "first", "disputes", 1, True, "first"),
        ("white clover increases brood", "norwood-clover", "supports", 1, None, "norwood-clover"),
        ("white clover increases brood", "second", "supports", 1, None, "second"),
    ]),
    ("propositions_without_study", {"source": "garden-leaflet"}, "statement claims searches", [
        ("lavender promotes calm, in honeybee", 1, 0),
        ("oxalic acid interacts with thymol", 1, 0),
        ("oxalic acid is milder on brood, few mites, oxalic syrup, trickling, about 2 g a hive,"
         " against thymol", 1, 0),
    ]),
    ("study_facts", {"study": "norwood-clover"}, "property recorded_label", [
        ("design", "non-randomised animal study"),
        ("group", None),
        ("identification", None),
        ("identificationSureness", "certain"),
        ("intervention", "white clover"),
        ("outcome", "brood"),
        ("reportedIn", "Clover beside hives"),
        ("root", "Clover beside hives, Norwood 2019"),
        ("size", None),
        ("species", "honeybee"),
        ("year", None),
    ]),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("name", "given", "columns", "expected"), SAID, ids=[f"{n}-{''.join(g)}" for n, g, *_ in SAID]
)
def test_says_what_is_there(
    name: str, given: dict[str, Any], columns: str, expected: list[tuple[object, ...]]
) -> None:
    assert told(graph().query(name, **given), *columns.split()) == expected


@cache
def second() -> Any:
    return as_rdflib(evidence.quads())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", sorted({name for name, *_ in SAID}))
def test_same_answer_on_rdflib_and_in_any_order(name: str) -> None:
    query = QUERIES[name]
    given = given_small(query)
    compare(graph(), second(), query, given)
    turned = small.in_memory(small.project(), list(reversed(evidence.quads())))
    assert list(turned.query(query, **given)) == list(graph().query(query, **given))
