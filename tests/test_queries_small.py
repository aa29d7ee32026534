"""What the shipped queries say of the small graph, each answer known from reading its files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from magkg.use import catalogue
from tests import small

if TYPE_CHECKING:
    from magkg.use.graph import Graph
    from magkg.use.rows import Row

NAMES = list(catalogue.all_queries())


@cache
def small_graph() -> Graph:
    return small.graph()


def told(rows: Iterable[Row], *columns: str) -> list[tuple[object, ...]]:
    """The columns as Python values, IRIs without their namespace."""
    return [
        tuple(
            re.sub(r".*/(concept/|source/|study/|ns#)", "", value)
            if isinstance(value := row.to_python()[name], str)
            else value
            for name in columns
        )
        for row in rows
    ]


SAID: list[tuple[str, dict[str, Any], str, list[tuple[object, ...]]]] = [
    (
        "claims_about",
        {"concept": "thymol"},
        "claim role",
        [
            ("garden-leaflet#oxalic-milder", "comparator"),
            ("garden-leaflet#oxalic-thymol", "object"),
        ],
    ),
    ("claims_about", {"concept": "bee:pollinates", "source": "hive-notes"}, "claim role",
     [("hive-notes#bees-pollinate-clover", "predicate")]),
    ("claims_with_word", {"word": "OXALIC"}, "claim",
     [("garden-leaflet#oxalic-milder",), ("garden-leaflet#oxalic-thymol",)]),
    ("claims_with_word", {"word": "."}, "claim", [("all",)] * 22),
    ("concepts", {"kind": "timeConcept"}, "concept as_subject as_object as_qualifier",
     [("autumn", 0, 0, 1)]),
    ("concepts", {"kind": "processConcept"}, "concept as_subject as_object as_qualifier",
     [("brood", 1, 4, 0)]),
    ("concept_overview", {"concept": "honeybee"}, "role kind source claims", [
        ("species", "efficacyClaim", "garden-leaflet", 1),
        ("subject", "mechanismClaim", "garden-leaflet", 1),
        ("subject", "mechanismClaim", "hive-notes", 1),
    ]),
    ("outside_ids", {}, "concept outside", [("honeybee", "https://example.org/taxa/7")]),
    ("forms_by_bioavailability", {}, "subject level source", [
        ("bee-bread", "high-bioavailability", "hive-notes"),
        ("pollen-patty", "low-bioavailability", "hive-notes"),
    ]),
    ("forms_by_bioavailability", {"form": "pollen-patty"}, "claim", [("hive-notes#patty-low",)]),
    ("efficacy", {"target": "chalkbrood"}, "subject polarity", [("pollen-patty", "denies")]),
    ("safety", {}, "claim population dose frequency", [
        ("garden-leaflet#gardens-differ", None, None, None),
        ("hive-notes#sting-swells", "gardener", None, "often"),
        ("garden-leaflet#oxalic-milder", None, "about-2-g-per-hive", None),
        ("garden-leaflet#oxalic-thymol", None, None, None),
    ]),
    ("safety", {"about": "bee-venom"}, "claim", [("hive-notes#sting-swells",)]),
    ("interactions", {"partner": "thymol"}, "claim", [("garden-leaflet#oxalic-thymol",)]),
    ("doses", {}, "subject bound value unit", [("sugar-syrup", "atMost", 2, "kg/L")]),
    ("food_sources", {}, "food source", [
        ("lavender", "garden-leaflet"),
        ("white-clover", "garden-leaflet"),
        ("white-clover", "norwood-2019"),
    ]),
    ("advice", {}, "force addressee polarity", [("obligatory", "beekeeper", "denies")]),
    ("shared_propositions", {}, "subject object sources claims", [
        ("white-clover", "brood", 3, 3),
        ("white-clover", "nectar", 2, 2),
        ("honeybee", "white-clover", 2, 2),
    ]),
    ("shared_propositions", {"concept": "nectar"}, "subject object sources",
     [("white-clover", "nectar", 2)]),
    ("single_source_propositions", {"source": "norwood-2019"}, "subject", []),
    ("hedged_against_asserted", {"subject": "white-clover"}, "certainty claim", [
        ("asserted", "hive-notes#clover-more-brood"),
        ("asserted", "norwood-2019#more-brood"),
        ("hedged", "garden-leaflet#as-the-trial"),
    ]),
    ("claims_citing_nothing", {"source": "norwood-2019"}, "claim", [("norwood-2019#figure",)]),
    ("denied_or_lacking", {}, "polarity claim evidence_bar", [
        ("denies", "hive-notes#no-unknown-honey", None),
        ("denies", "hive-notes#patty-no-cure", None),
        ("reportsLackOfEvidence", "garden-leaflet#thyme-untested", "field trials"),
    ]),
    ("mechanism_chains", {}, "chain link step", [
        ("hive-notes#clover-keeps-colony", "because", "hive-notes#long-flow"),
        ("hive-notes#clover-keeps-colony", "via", "hive-notes#clover-more-brood"),
    ]),
    # That honeybees lead to brood is stated nowhere; its two steps are.
    ("stated_paths", {"concept": "honeybee"}, "first middle second further third target", [
        ("pollinates", "white-clover", "increases", None, None, "brood"),
        ("pollinates", "white-clover", "increases", "brood", "maintains", "colony-strength"),
        ("pollinates", "white-clover", "maintains", None, None, "colony-strength"),
        ("pollinates", "white-clover", "isSourceOf", None, None, "nectar"),
    ]),
    ("stated_paths", {"concept": "white-clover", "target": "colony-strength"},
     "first middle second", [("increases", "brood", "maintains")]),
    ("sources", {}, "source title characters claims cited_by", [
        ("garden-leaflet", "garden leaflet", 480, 9, 0),
        ("hive-notes", "Hive notes", 547, 11, 0),
        ("norwood-2019", "Clover beside hives", None, 2, 1),
        ("norwood-beekeepers", "the beekeepers of Norwood", None, 0, 1),
    ]),
    ("claims_of_source", {"source": "norwood-2019"}, "start claim passages",
     [(None, "norwood-2019#figure", 0), (None, "norwood-2019#more-brood", 1)]),
    ("passages_of_claim", {"claim": "hive-notes#patty-low"}, "start end", [(275, 290), (329, 347)]),
    ("passages_of_claim", {"claim": "norwood-2019#more-brood"}, "start locator",
     [(None, "Abstract, Results")]),
    ("same_statement", {"claim": "norwood-2019#figure"}, "other",
     [("garden-leaflet#clover-nectar",), ("norwood-2019#figure",)]),
    ("evidence_of_claim", {"claim": "hive-notes#clover-more-brood"}, "study document basis", [
        ("norwood-clover", None, "relayed"), (None, "norwood-2019", "relayed"),
    ]),
    ("studies", {}, "study size claims sources", [("norwood-clover", 40, 2, 2)]),
    ("claims_on_study", {"study": "norwood-clover"}, "claim named", [
        ("hive-notes#clover-more-brood", False),
        ("hive-notes#clover-more-brood", True),
        ("norwood-2019#more-brood", True),
    ]),
    ("citations_of_source", {"source": "hive-notes"}, "cited claims",
     [("norwood-2019", 1), ("norwood-clover", 1)]),
    ("unresolved_citations", {}, "claim unresolved",
     [("garden-leaflet#lavender-calms", "research")]),
    ("cited_unread", {}, "document title claims",
     [("norwood-beekeepers", "the beekeepers of Norwood", 1)]),
    ("cited_unread", {"source": "hive-notes"}, "document", []),
    ("claims_by_reading", {}, "reading claims checked", [
        ("garden-leaflet#reading-1", 9, 0),
        ("hive-notes#reading-1", 11, 0),
        ("hive-notes#reading-2", 0, 2),
        ("norwood-2019#reading-1", 2, 0),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "given", "columns", "expected"), SAID, ids=[f"{n}-{''.join(g)}" for n, g, *_ in SAID]
)
def test_says_what_the_files_say(
    name: str, given: dict[str, Any], columns: str, expected: list[tuple[object, ...]]
) -> None:
    rows = small_graph().query(name, **given)
    if expected[:1] == [("all",)]:
        assert len(rows) == len(expected)
    else:
        assert told(rows, *columns.split()) == expected


def test_table_of_claims_has_one_row_a_claim_whatever_it_has_several_of() -> None:
    rows = {str(row["claim"]).rpartition("#")[2]: row for row in small_graph().query("claims")}
    assert len(rows) == 22 == len(small_graph().query("claims"))
    brood = rows["clover-more-brood"].to_python()
    counted = ("passages", "evidence", "studies", "cited", "checks", "via", "because")
    assert [brood[name] for name in counted] == [1, 2, 1, 1, 0, 0, 0]
    keeps = rows["clover-keeps-colony"].to_python()
    assert [keeps[name] for name in counted] == [1, 0, 0, 0, 1, 1, 1]
    patty = rows["patty-low"].to_python()
    assert (patty["passages"], patty["start"], patty["end"]) == (2, 275, 290)
    milder = rows["oxalic-milder"].to_python()
    assert (milder["dose_amount_label"], milder["comparator_label"]) == (
        "about 2 g a hive",
        "thymol",
    )
    assert rows["gardens-differ"]["subject"] is None
    assert rows["gardens-differ"]["object_label"] is None
    assert rows["figure"].to_python()["passages"] == 0


def test_counts_by_kind_add_up() -> None:
    rows = small_graph().query("claims_by_kind").to_python()
    assert sum(int(str(row["claims"])) for row in rows) == 22
    for row in rows:
        parts = [int(str(row[name])) for name in ("asserted", "hedged", "speculative")]
        assert sum(parts) == row["claims"]


def test_predicates_count_what_is_not_affirmed() -> None:
    rows = told(small_graph().query("predicates_in_use"), "predicate", "claims", "not_affirmed")
    assert ("treats", 2, 2) in rows
    assert ("increases", 3, 0) in rows


def test_every_query_has_been_read_on_the_small_graph() -> None:
    read = {name for name, *_ in SAID} | {"claims", "claims_by_kind", "predicates_in_use"}
    assert read == set(NAMES)
