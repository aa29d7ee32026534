"""All claims in the words of the selection language; all propositions by verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from magkg.use.select.criteria import matching
from magkg.use.select.language import select
from tests import small
from tests.web.asking import get
from tests.web.pages.looking import data, page, refused, rows

if TYPE_CHECKING:
    from magkg.use.graph import Graph


def test_all_claims_a_hundred_to_a_page(bundled: Graph) -> None:
    first, last = data(bundled, "/claim"), data(bundled, "/claim?page=11")
    assert first["count"] == 1098
    assert first["pages"] == 11
    assert (len(first["claims"]), len(last["claims"])) == (100, 98)
    shown = {each["iri"] for each in (*first["claims"], *last["claims"])}
    assert len(shown) == 198
    assert refused(bundled, "/claim?page=12")["status"] == 400
    assert refused(bundled, "/claim?page=-1")["status"] == 400


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("source=guide-nerve-health&polarity=denies",
         {"source": "guide-nerve-health", "polarity": "denies"}),
        ("kind=efficacy&certainty=asserted&not-polarity=affirms",
         {"kind": "efficacy", "certainty": "asserted", "not_polarity": "affirms"}),
        ("polarity=denies&polarity=reportsNoDifference&strength-at-least=low",
         {"polarity": ["denies", "reportsNoDifference"], "strength-at-least": "low"}),
        ("concept=organic-magnesium-salts&expand=narrower",
         {"concept": "organic-magnesium-salts", "expand": "narrower"}),
    ],
)  # fmt: skip
def test_the_url_selects_as_the_language_does(
    bundled: Graph, query: str, words: dict[str, str]
) -> None:
    wanted = matching(bundled, select(words))
    found = data(bundled, f"/claim?{query}")
    assert wanted
    assert found["count"] == len(wanted)
    assert {each["iri"] for each in found["claims"]} <= wanted
    assert {row["claim"] for row in rows(bundled, f"/claim?{query}")} == wanted


def test_empty_fields_of_the_form_select_nothing_away(bundled: Graph) -> None:
    found = data(bundled, "/claim?source=&polarity=denies&kind=&design=")
    assert found["words"] == {"polarity": ["denies"]}
    html, _ = page(bundled, "/claim?polarity=denies")
    assert '<option value="denies" selected>' in html


def test_no_file_and_no_query_text_is_taken_from_a_url(bundled: Graph) -> None:
    for each in ("/etc/passwd", "x.rq", "CONSTRUCT%20%7B%7D%20WHERE%20%7B%7D"):
        assert data(bundled, f"/claim?query={each}")["count"] == 1098


def test_a_name_that_is_not_there_leads_to_the_nearest(bundled: Graph) -> None:
    found = refused(bundled, "/claim?source=guide-nerve-healt")
    assert found["status"] == 404
    assert found["suggestions"][0] == "guide-nerve-health"
    assert refused(bundled, "/claim?kind=efficcy")["status"] == 404
    assert refused(bundled, "/claim?hops=99")["status"] == 400


def test_the_selection_can_be_taken_away(bundled: Graph) -> None:
    turtle = get(bundled, "/claim?source=pan-2011", "ttl").body.decode()
    assert "inflammatory-response" in turtle
    _, seen = page(bundled, "/claim?source=pan-2011")
    assert "/export?source=pan-2011" in seen.links


def test_propositions_that_are_contested_come_first(bundled: Graph) -> None:
    found = data(bundled, "/proposition")
    assert found["count"] == found["all_count"] == 789
    assert found["propositions"][0]["verdicts"][0]["name"] == "conflicting"
    last = data(bundled, f"/proposition?page={found['pages']}")["propositions"][-1]
    assert last["rated"] is False


def test_propositions_by_verdict_and_strength(bundled: Graph) -> None:
    counts = {
        one["value"]: one["count"]
        for each in data(bundled, "/proposition")["choices"]
        for one in each["options"]
        if each["name"] == "verdict"
    }
    for verdict in ("disputed", "foundLacking"):
        found = data(bundled, f"/proposition?verdict={verdict}")
        assert found["count"] == counts[verdict] > 0
        for body in found["propositions"]:
            assert verdict in {each["name"] for each in body["verdicts"]}
    low = rows(bundled, "/proposition?strength=strengthLow")
    assert {row["strength"] for row in low} == {"strengthLow"}
    assert refused(bundled, "/proposition?verdict=disputd")["suggestions"][0] == "disputed"


def test_the_csv_has_every_proposition_with_all_its_claims(bundled: Graph) -> None:
    found = rows(bundled, "/proposition")
    assert len(found) == 789
    claims = sum(int(row["claims"]) for row in found)
    assert claims == 1096
    assert sum(int(row["denying"]) for row in found) > 0


def test_a_small_graph_of_another_subject() -> None:
    graph = small.graph()
    page(graph, "/claim?kind=safety")
    page(graph, "/proposition")
    assert data(graph, "/claim")["count"] == len(matching(graph, select()))
