"""The selections by name (queries/export) on made-up graphs, each answer known from their files."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from magkg.use import catalogue
from magkg.use.select.opposition import contested
from tests import evidence, ruled, small
from tests.test_queries import as_rdflib, claims_in, compare

if TYPE_CHECKING:
    from magkg.use.graph import Graph

# Two claims about hives with few mites, narrower than what the other sources say: one disagrees.
# A difference that was merely not found is no opposition.
NARROWER = """
@prefix con: <https://example.org/bees/concept/> .
@prefix mag: <https://w3id.org/magkg/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix src: <https://example.org/bees/source/> .
@prefix new: <https://example.org/bees/source/new-leaflet#> .

src:new-leaflet a mag:Source .
new:few-mites a mag:Claim ; rdfs:label "No more brood where there are few mites."@en ;
  mag:subject con:white-clover ; mag:predicate mag:increases ; mag:object con:brood ;
  mag:condition con:few-mites ; mag:polarity mag:denies ; mag:certainty mag:asserted ;
  mag:attribution mag:noSource ; mag:kind mag:efficacyClaim ; mag:source src:new-leaflet .
new:no-nectar a mag:Claim ; rdfs:label "No difference in nectar was found."@en ;
  mag:subject con:white-clover ; mag:predicate mag:isSourceOf ; mag:object con:nectar ;
  mag:polarity mag:reportsNoDifference ; mag:certainty mag:asserted ;
  mag:attribution mag:noSource ; mag:kind mag:foodClaim ; mag:source src:new-leaflet .
new:nectar a mag:Claim ; rdfs:label "Nectar of clover, also where there are few mites."@en ;
  mag:subject con:white-clover ; mag:predicate mag:isSourceOf ; mag:object con:nectar ;
  mag:condition con:few-mites ; mag:polarity mag:affirms ; mag:certainty mag:asserted ;
  mag:attribution mag:noSource ; mag:kind mag:foodClaim ; mag:source src:new-leaflet .
"""
# A leaflet that cites the notes, which cite the paper: it rests on the study at third hand.
CHAIN = """
@prefix con: <https://example.org/bees/concept/> .
@prefix mag: <https://w3id.org/magkg/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix src: <https://example.org/bees/source/> .
@prefix new: <https://example.org/bees/source/new-leaflet#> .

src:new-leaflet a mag:Source .
new:as-the-notes a mag:Claim ; rdfs:label "More brood beside clover, as the notes say."@en ;
  mag:subject con:white-clover ; mag:predicate mag:increases ; mag:object con:brood ;
  mag:polarity mag:affirms ; mag:certainty mag:hedged ; mag:attribution mag:namedSource ;
  mag:kind mag:efficacyClaim ; mag:source src:new-leaflet ; mag:evidence new:e .
new:e a mag:EvidenceLine ; mag:direction mag:supports ; mag:basis mag:relayed ;
  mag:citesSource src:hive-notes .
"""
AFFIRMED = {
    "garden-leaflet#as-the-trial", "hive-notes#clover-more-brood", "norwood-2019#more-brood",
}  # fmt: skip


@cache
def quads(name: str) -> tuple[ox.Quad, ...]:
    if name in ("small", "evidence"):
        return small.quads() if name == "small" else evidence.quads()
    more = ox.parse({"narrower": NARROWER, "chain": CHAIN}[name], format=ox.RdfFormat.TURTLE)
    return tuple(small.filled([*ruled.read(*small.project().files()), *more]))


@cache
def graph(name: str) -> Graph:
    return small.in_memory(small.project(), quads(name))


@cache
def second(name: str) -> Any:
    return as_rdflib(quads(name))


def short(iris: set[str]) -> set[str]:
    return {iri.removeprefix("https://example.org/bees/source/") for iri in iris}


SAID: list[tuple[str, str, dict[str, Any], set[str], set[str]]] = [
    # Query, graph, what is given; the claims selected, and some of what hangs on them.
    ("contested", "small", {}, set(), set()),
    ("contested", "evidence", {},
     {*AFFIRMED, "two-trials#more-brood", "two-trials#no-brood", "two-trials#patty",
      "hive-notes#patty-no-cure"},
     {"two-trials#e-first", "hive-notes#c151-226", "norwood-2019#results"}),
    # Of bees and of no species named: one bears on the other.
    ("contested", "evidence", {"concept": "pollen-patty"},
     {"two-trials#patty", "hive-notes#patty-no-cure"}, {"two-trials#e-patty"}),
    ("contested", "narrower", {}, {*AFFIRMED, "new-leaflet#few-mites"}, {"hive-notes#e-norwood"}),
    # What nothing is held for and what cites nothing is not worded too firmly, but unproven.
    ("overclaims", "small", {}, AFFIRMED, {"garden-leaflet#e-beekeepers", "hive-notes#c151-226"}),
    ("overclaims", "evidence", {},
     {*AFFIRMED, "two-trials#more-brood", "two-trials#no-brood", "hive-notes#patty-no-cure"},
     {"two-trials#e-second"}),
    ("evidence_of_concept", "evidence", {"concept": "chalkbrood"},
     {"hive-notes#patty-no-cure", "two-trials#clover", "two-trials#patty"},
     {"two-trials#e-patty", "two-trials#e-clover", "https://example.org/bees/study/second"}),
    ("evidence_of_concept", "evidence", {"concept": "brood"},
     {*AFFIRMED, "two-trials#more-brood", "two-trials#no-brood", "hive-notes#brood-strength",
      "garden-leaflet#oxalic-milder"},
     {"two-trials#f-first", "https://example.org/bees/study/j-first", "norwood-beekeepers"}),
    ("study_and_its_claims", "evidence", {"study": "first"}, {"two-trials#no-brood"},
     {"https://example.org/bees/study/first", "https://example.org/bees/study/j-first",
      "two-trials", "two-trials#f-first"}),
    # The notes cite the paper, and the paper has the study.
    ("study_and_its_claims", "evidence", {"study": "norwood-clover"},
     {"hive-notes#clover-more-brood", "norwood-2019#more-brood"},
     {"hive-notes#e-paper", "norwood-2019#results", "norwood-2019"}),
    ("study_and_its_claims", "chain", {"study": "norwood-clover"},
     {"hive-notes#clover-more-brood", "norwood-2019#more-brood", "new-leaflet#as-the-notes"},
     {"new-leaflet#e"}),
    ("source_in_full", "evidence", {"source": "two-trials"},
     {"two-trials#clover", "two-trials#more-brood", "two-trials#no-brood", "two-trials#patty"},
     {"two-trials", "two-trials#e-first", "two-trials#f-first",
      "https://example.org/bees/study/second"}),
    ("source_in_full", "small", {"source": "norwood-2019"},
     {"norwood-2019#figure", "norwood-2019#more-brood"},
     {"norwood-2019", "norwood-2019#results", "norwood-2019#e-own", "norwood-2019#reading-1"}),
    ("source_in_full", "small", {"source": "hive-notes"},
     {f"hive-notes#{name}" for name in (
         "bee-bread-high", "bees-pollinate-clover", "brood-strength", "clover-keeps-colony",
         "clover-more-brood", "long-flow", "no-unknown-honey", "patty-low", "patty-no-cure",
         "sting-swells", "syrup-limit")},
     {"hive-notes#l0-29", "hive-notes#reading-2"}),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("name", "place", "given", "claims", "parts"),
    SAID,
    ids=[f"{n}-{p}-{''.join(g.values())}" for n, p, g, *_ in SAID],
)
def test_selects_what_the_files_say(
    name: str, place: str, given: dict[str, Any], claims: set[str], parts: set[str]
) -> None:
    triples = list(graph(place).construct(name, **given))
    assert short(claims_in(triples)) == claims
    assert parts <= short({str(subject) for subject, _, _ in triples})
    compare(graph(place), second(place), catalogue.find(name), given)


@pytest.mark.parametrize("place", ["small", "evidence", "narrower"])
def test_the_table_of_contested_claims_has_those_of_the_selection(place: str) -> None:
    asked = graph(place)
    rows = asked.query("contested_claims")
    chosen = claims_in(list(asked.construct("contested")))
    assert {str(row.claim) for row in rows} == chosen == contested(asked.store)
    for row in rows:
        opposite = row.contested_by.value == "another claim says the opposite"
        assert opposite == (row.other is not None) == (row.other_gist is not None)
