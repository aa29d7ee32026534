"""What the shipped queries say of the small graph, each answer known from reading its files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from magkg import vocabulary
from magkg.use import catalogue
from tests import small
from tests.test_queries import as_rdflib, compare

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
    ("concepts", {"kind": "populationConcept"}, "concept as_object as_qualifier as_addressee",
     [("beekeeper", 0, 0, 1), ("colony", 1, 0, 0), ("gardener", 0, 1, 0)]),
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
    # A kind of claim is no value of these parameters, though each claim has one.
    ("forms_by_bioavailability", {"form": "mag:bioavailabilityClaim"}, "claim", []),
    ("efficacy", {"target": "mag:efficacyClaim"}, "claim", []),
    ("safety", {"about": "mag:safetyClaim"}, "claim", []),
    ("doses", {"about": "mag:doseClaim"}, "claim", []),
    ("doses", {"about": "sugar-syrup"}, "claim", [("hive-notes#syrup-limit",)]),
    ("efficacy", {"target": "chalkbrood"}, "subject polarity", [("pollen-patty", "denies")]),
    ("efficacy", {"target": ["calm", "chalkbrood"]}, "subject species",
     [("lavender", "honeybee"), ("pollen-patty", None)]),
    ("safety", {}, "claim population condition dose comparator frequency", [
        ("garden-leaflet#gardens-differ", None, None, None, None, None),
        ("hive-notes#sting-swells", "gardener", None, None, None, "often"),
        ("garden-leaflet#oxalic-milder", None, "few-mites", "about-2-g-per-hive", "thymol", None),
        ("garden-leaflet#oxalic-thymol", None, None, None, None, None),
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
    ("shared_propositions", {"concept": "brood"}, "polarity_count", [(1,)]),
    ("shared_propositions", {"concept": "nectar"}, "subject object sources",
     [("white-clover", "nectar", 2)]),
    ("single_source_propositions", {"source": "norwood-2019"}, "subject", []),
    ("hedged_against_asserted", {"subject": "white-clover"}, "polarity certainty claim", [
        ("affirms", "asserted", "hive-notes#clover-more-brood"),
        ("affirms", "asserted", "norwood-2019#more-brood"),
        ("affirms", "hedged", "garden-leaflet#as-the-trial"),
    ]),
    ("claims_citing_nothing", {"source": "norwood-2019"}, "claim", [("norwood-2019#figure",)]),
    ("denied_or_lacking", {}, "polarity claim evidence_bar", [
        ("denies", "hive-notes#no-unknown-honey", None),
        ("denies", "hive-notes#patty-no-cure", None),
        ("reportsLackOfEvidence", "garden-leaflet#thyme-untested", "field trials"),
    ]),
    ("mechanism_chains", {}, "chain depth link step", [
        ("hive-notes#clover-keeps-colony", 1, "because", "hive-notes#long-flow"),
        ("hive-notes#clover-keeps-colony", 1, "via", "hive-notes#clover-more-brood"),
    ]),
    ("predicate_kinds", {"predicate": "bee:pollinates"}, "place kind kind_label",
     [("subject", "organismConcept", "organism"), ("object", "foodConcept", "food")]),
    ("values", {"scheme": "certaintyScheme"}, "scheme_label value label", [
        ("certainty", "asserted", "asserted"),
        ("certainty", "hedged", "hedged"),
        ("certainty", "speculative", "speculative"),
    ]),
    # That honeybees lead to brood is stated nowhere; its two steps are.
    ("stated_paths", {"concept": "honeybee"}, "first middle second further third target", [
        ("pollinates", "white-clover", "increases", None, None, "brood"),
        ("pollinates", "white-clover", "increases", "brood", "maintains", "colony-strength"),
        ("pollinates", "white-clover", "maintains", None, None, "colony-strength"),
        ("pollinates", "white-clover", "isSourceOf", None, None, "nectar"),
    ]),
    # One source of three hedges the first step; no claim of either step has a qualifier.
    ("stated_paths", {"concept": "white-clover", "target": "colony-strength"},
     "first middle second hedged limited first_claim second_claim third_claim",
     [("increases", "brood", "maintains", True, False, "garden-leaflet#as-the-trial",
       "hive-notes#brood-strength", None)]),
    # Clover keeps a colony strong only until autumn: the qualifier is not in the triple.
    ("stated_paths", {"concept": "honeybee"}, "second third hedged limited third_claim", [
        ("increases", None, True, False, None),
        ("increases", "maintains", True, False, "hive-notes#brood-strength"),
        ("maintains", None, True, True, None),
        ("isSourceOf", None, True, False, None),
    ]),
    ("sources", {}, "source title year characters claims cited_by", [
        ("garden-leaflet", "garden leaflet", None, 480, 9, 0),
        ("hive-notes", "Hive notes", None, 547, 11, 0),
        ("norwood-2019", "Clover beside hives", 2019, None, 2, 1),
        ("norwood-beekeepers", "the beekeepers of Norwood", None, None, 0, 1),
    ]),
    ("claims_of_source", {"source": "norwood-2019"}, "start claim passages",
     [(None, "norwood-2019#figure", 0), (None, "norwood-2019#more-brood", 1)]),
    ("passages_of_claim", {"claim": "hive-notes#patty-low"}, "start end", [(275, 290), (329, 347)]),
    ("passages_of_claim", {"claim": "norwood-2019#more-brood"}, "start locator",
     [(None, "Abstract, Results")]),
    ("same_statement", {"claim": "norwood-2019#figure"}, "other",
     [("garden-leaflet#clover-nectar",)]),
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
    ("citations_of_source", {"source": "garden-leaflet"}, "cited label resolved claims", [
        ("garden-leaflet#e-research", "research", False, 1),
        ("norwood-beekeepers", "the beekeepers of Norwood", True, 1),
    ]),
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


def test_predicates_are_all_of_them_one_row_each() -> None:
    rows = told(small_graph().query("predicates"), "predicate", "functional", "comparative")
    kind = ox.NamedNode(vocabulary.MAG + "Predicate")
    known = {
        quad.subject
        for quad in small.quads()
        if quad.predicate.value == vocabulary.TYPE and quad.object == kind
    }
    assert len(rows) == len(known)
    assert {
        ("isMilderOn", False, True),
        ("pollinates", False, False),
        ("hasBioavailability", True, False),
    } <= set(rows)


def test_values_are_all_of_them_one_row_each() -> None:
    rows = told(small_graph().query("values"), "scheme", "value")
    within = ox.NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
    assert len(rows) == sum(quad.predicate == within for quad in small.quads())
    assert {("polarityScheme", "denies"), ("roleScheme", "curator")} <= set(rows)


# What the small project does not have: each query that must mind it, on both engines.
MORE = """
@prefix con: <https://example.org/bees/concept/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix mag: <https://w3id.org/magkg/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix src: <https://example.org/bees/source/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix new: <https://example.org/bees/source/new-leaflet#> .

src:new-leaflet a mag:Source ; dcterms:issued "2021-05-31"^^xsd:date .
<https://example.org/bees/ns#pollinates> skos:example "Bumblebees pollinate tomatoes."@en .

new:a a mag:Claim ; rdfs:label "A."@en ; mag:notFormalised "no sides" ; mag:polarity mag:affirms ;
  mag:certainty mag:speculative ; mag:attribution mag:unnamedSource ;
  mag:kind mag:bioavailabilityClaim ; mag:source src:new-leaflet ;
  mag:via new:b , new:c ; mag:evidence new:e-1 , new:e-2 .
new:b a mag:Claim ; rdfs:label "B."@en ; mag:subject con:thymol ; mag:predicate mag:affects ;
  mag:object con:brood ; mag:polarity mag:affirms ; mag:certainty mag:hedged ;
  mag:attribution mag:noSource ; mag:kind mag:bioavailabilityClaim ; mag:source src:new-leaflet ;
  mag:states <https://example.org/p> ; mag:because new:c .
new:c a mag:Claim ; rdfs:label "C."@en ; mag:subject con:thymol ; mag:predicate mag:affects ;
  mag:object con:brood ; mag:polarity mag:affirms ; mag:certainty mag:speculative ;
  mag:attribution mag:noSource ; mag:kind mag:mechanismClaim ; mag:source src:new-leaflet ;
  mag:states <https://example.org/p> ; mag:because new:d .
new:d a mag:Claim ; rdfs:label "D."@en ; mag:subject con:thymol ; mag:predicate mag:affects ;
  mag:object con:brood ; mag:polarity mag:denies ; mag:certainty mag:asserted ;
  mag:attribution mag:noSource ; mag:kind mag:mechanismClaim ; mag:source src:new-leaflet ;
  mag:states <https://example.org/p> ; mag:evidence new:e-3 .
new:e-1 a mag:EvidenceLine ; mag:direction mag:supports ; mag:basis mag:background ;
  mag:unresolved "studies"@en .
new:e-2 a mag:EvidenceLine ; mag:direction mag:supports ; mag:basis mag:background ;
  mag:unresolved "studies"@en .
new:e-3 a mag:EvidenceLine ; mag:direction mag:supports ; mag:basis mag:relayed ;
  mag:citesSource src:norwood-2019 ; mag:unresolved "the Norwood people"@en .
"""
NEW = {"source": "new-leaflet"}
THERE: list[tuple[str, dict[str, Any], str, list[tuple[object, ...]]]] = [
    # Mentions of equal words stay apart; words for a document that was found are not another.
    ("citations_of_source", NEW, "cited label claims", [
        ("new-leaflet#e-1", "studies", 1),
        ("new-leaflet#e-2", "studies", 1),
        ("norwood-2019", "Clover beside hives", 1),
    ]),
    ("unresolved_citations", NEW, "line unresolved",
     [("new-leaflet#e-1", "studies"), ("new-leaflet#e-2", "studies")]),
    # Hedged beside speculative is no firm word, nor is one for the opposite.
    ("hedged_against_asserted", {"subject": "thymol"}, "claim", []),
    # No triple: it stays. That something affects uptake gives no form a level.
    ("forms_by_bioavailability", {}, "claim level", [
        ("new-leaflet#a", None),
        ("hive-notes#bee-bread-high", "high-bioavailability"),
        ("hive-notes#patty-low", "low-bioavailability"),
    ]),
    # Downwards, whichever way leads there: two ways lead to c.
    ("mechanism_chains", NEW, "chain depth claim link step", [
        ("new-leaflet#a", 1, "new-leaflet#a", "via", "new-leaflet#b"),
        ("new-leaflet#a", 1, "new-leaflet#a", "via", "new-leaflet#c"),
        ("new-leaflet#a", 2, "new-leaflet#b", "because", "new-leaflet#c"),
        ("new-leaflet#a", 3, "new-leaflet#c", "because", "new-leaflet#d"),
    ]),
    ("sources", {}, "source year claims cited_by", [
        ("garden-leaflet", None, 9, 0),
        ("hive-notes", None, 11, 0),
        ("new-leaflet", 2021, 4, 0),
        ("norwood-2019", 2019, 2, 2),
        ("norwood-beekeepers", None, 0, 1),
    ]),
    ("cited_unread", {}, "document year", [("norwood-beekeepers", None)]),
]  # fmt: skip


@cache
def more_quads() -> tuple[ox.Quad, ...]:
    more = ox.parse(MORE, format=ox.RdfFormat.TURTLE)
    return (*small.quads(), *more)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("name", "given", "columns", "expected"), THERE, ids=[n for n, *_ in THERE]
)
def test_minds_what_the_small_project_does_not_have(
    name: str, given: dict[str, Any], columns: str, expected: list[tuple[object, ...]]
) -> None:
    graph = small.in_memory(small.project(), more_quads())
    turned = small.in_memory(small.project(), more_quads()[::-1])
    rows = graph.query(name, **given)
    assert told(rows, *columns.split()) == expected
    assert list(rows) == list(turned.query(name, **given))
    compare(graph, as_rdflib(more_quads()), catalogue.all_queries()[name], given)


def test_a_second_example_gives_no_second_row() -> None:
    graph = small.in_memory(small.project(), more_quads())
    rows = told(graph.query("predicates"), "predicate", "example")
    assert len(rows) == len(small_graph().query("predicates"))
    assert ("pollinates", "Bumblebees pollinate tomatoes.") in rows


def test_every_query_has_been_read_on_the_small_graph() -> None:
    # The last is held against its selection: test_queries_export.py.
    apart = {"claims", "claims_by_kind", "predicates", "predicates_in_use", "contested_claims"}
    # What is asked of evidence is read on a graph that has some: test_competency.py.
    from tests.test_competency import SAID as COMPETENCY
    from tests.test_queries_export import SAID as EXPORTS

    read = {name for name, *_ in (*SAID, *COMPETENCY, *EXPORTS)} | apart
    # What the audit asks has fixtures of its own: test_audit_queries.py.
    assert read == {name for name in NAMES if not catalogue.find(name).severity}
