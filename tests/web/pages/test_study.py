"""A study and what rests on it; all studies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.use.select.criteria import matching
from magkg.use.select.language import select
from magkg.vocabulary import MAG
from tests import evidence, small
from tests.web.asking import get
from tests.web.pages.looking import data, page, refused, rows

if TYPE_CHECKING:
    from magkg.use.graph import Graph


def test_what_was_done_and_how_it_was_recognised(bundled: Graph) -> None:
    found = data(bundled, "/study/pan-2011")
    assert found["design"]["name"] == "animalRandomised"
    assert found["year"] == 2011
    assert found["size"] is None
    assert found["species_assumed"] is False
    assert found["sureness"]["name"] == "probable"
    parts = {each["name"]: [one["label"] for one in each["nodes"]] for each in found["parts"]}
    assert parts["species"] == ["mouse"]
    assert len(parts["outcome"]) == 7
    html, seen = page(bundled, "/study/pan-2011")
    assert "magkg without study:pan-2011" in html
    assert "/source/pan-2011" in seen.links


def test_claims_that_rest_on_it(bundled: Graph) -> None:
    found = data(bundled, "/study/pan-2011")
    wanted = {str(row["claim"]) for row in bundled.query("claims_on_study", study="pan-2011")}
    named = {each["iri"] for each in found["claims"]}
    through = {each["iri"] for each in found["relayed"]}
    assert named | through == wanted
    assert not named & through
    assert named
    assert {each["basis"]["name"] for each in found["claims"]} == {"own", "relayed"}
    selected = matching(bundled, select(study="pan-2011"))
    assert {e["iri"] for e in (*found["claims"], *found["relayed"]) if e["leads"]} == selected


def test_propositions_and_how_often_it_is_counted(bundled: Graph) -> None:
    found = data(bundled, "/study/pan-2011")
    asked = bundled.query("propositions_of_study", study="pan-2011", vote="supports")
    wanted = {str(row["proposition"]) for row in asked}
    supported = {
        each["iri"]
        for each in found["propositions"]
        if each["vote"] and each["vote"]["name"] == "supports"
    }
    assert supported == wanted
    alone = [each for each in found["propositions"] if each["only"]]
    assert found["only_count"] == len(alone)
    assert all(each["studyCount"] == 1 for each in alone)
    assert found["propositions"][: len(alone)] == alone


def test_a_study_in_a_pool_is_counted_there(bundled: Graph) -> None:
    pool = data(bundled, "/study/garrison-2020-rest-cramps")
    held = pool["kindred"]["holds"]
    assert held
    part = data(bundled, "/study/" + held[0]["iri"].rpartition("/")[2])
    assert pool["iri"] in {each["iri"] for each in part["kindred"]["within"]}
    assert any(each["in_pool"] for each in part["propositions"])
    assert part["counted"] < part["proposition_count"]


def test_studies_of_one_group_are_one_piece_of_evidence(bundled: Graph) -> None:
    found = data(bundled, "/study/pan-2011")["kindred"]
    kin = {each["iri"].rpartition("/")[2] for each in found["group"]}
    assert kin == {each["iri"].rpartition("/")[2] for each in found["shared"]}
    assert found["root"] is None or found["root"]["iri"].rpartition("/")[2] in kin
    html, _ = page(bundled, "/study/kieboom-2018")
    assert "It stands alone" in html


def test_judgements_say_who_held_what() -> None:
    graph = evidence.graph()
    judged = data(graph, "/study/first")["judgements"]
    assert [(each["downgrade"], each["rationale"]) for each in judged] == [
        (0, "Hives drawn by lot.")
    ]
    html, _ = page(graph, "/study/made-up")
    assert "<b>Retracted.</b> The figures were made up." in html
    assert "None is recorded" in html


def test_ids_lead_to_their_standard_address_only() -> None:
    source = ox.NamedNode(small.BASE + "source/norwood-2019")
    study = ox.NamedNode(small.BASE + "study/norwood-clover")
    more = (
        ox.Quad(source, ox.NamedNode(MAG + "pmid"), ox.Literal("123456")),
        ox.Quad(study, ox.NamedNode(MAG + "upstreamId"), ox.Literal("TRIAL-7")),
    )
    graph = small.in_memory(small.project(), [*small.quads(), *more])
    _, seen = page(graph, "/study/norwood-clover")
    assert "https://pubmed.ncbi.nlm.nih.gov/123456" in seen.links
    assert not [each for each in seen.links if "TRIAL-7" in each]


def test_other_forms(bundled: Graph) -> None:
    kinds = {each["what"] for each in rows(bundled, "/study/pan-2011")}
    assert kinds == {"claim", "proposition"}
    assert get(bundled, "/study/pan-2011", "nq").status == 200
    assert refused(bundled, "/study/pan-2012")["suggestions"][0] == "pan-2011"
    assert refused(bundled, "/study/guide-nerve-health")["status"] == 404


def test_all_studies_by_design_and_year(bundled: Graph) -> None:
    every = data(bundled, "/study")
    assert every["count"] == len(rows(bundled, "/study")) == len(list(bundled.query("studies")))
    found = data(bundled, "/study?species=mouse&sort=-year")
    assert found["count"] < every["count"]
    assert {each["label"] for row in found["rows"] for each in row["species"]} == {"mouse"}
    years = [row["year"] for row in found["rows"] if row["year"]]
    assert years == sorted(years, reverse=True)
    assumed = data(bundled, "/study?species=human")
    assert assumed["count"] > found["count"]


def test_a_study_that_nobody_cites_says_so() -> None:
    html, _ = page(evidence.graph(), "/study/made-up")
    assert "no claim of a rated kind leads to it" in html
