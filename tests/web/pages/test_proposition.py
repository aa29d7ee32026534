"""The page of a proposition: sides told apart, studies counted once, nothing called true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from magkg.use.graph import Graph
from magkg.use.graph import open as open_graph
from magkg.vocabulary import MAG, PROP
from tests import small
from tests.web.asking import get
from tests.web.pages.test_claim import section


@pytest.fixture(scope="module")
def bees() -> Graph:
    return small.graph()


@pytest.fixture(scope="module")
def bundled(bundled_folder: Path) -> Iterator[Graph]:
    """The bundled graph, opened once: its audit takes a second."""
    with open_graph(bundled_folder) as graph:
        yield graph


def digits(graph: Graph, claim: str) -> str:
    found = graph.trace(claim).document["proposition"]
    assert found
    return str(found).removeprefix(PROP)


def page(graph: Graph, name: str) -> str:
    answer = get(graph, f"/proposition/{name}")
    assert answer.status == 200, answer.body
    return unescape(answer.body.decode())


def data(graph: Graph, name: str) -> dict[str, Any]:
    answer = get(graph, f"/proposition/{name}", "json")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = json.loads(answer.body)
    return found


def held(graph: Graph, pattern: str) -> str:
    rows = graph.query(f"SELECT ?p WHERE {{ {pattern} }} ORDER BY ?p LIMIT 1")
    return str(rows[0]["p"]).removeprefix(PROP)


def test_claims_stand_on_the_side_that_they_take(bundled: Graph) -> None:
    both = held(
        bundled,
        "?a mag:states ?p ; mag:polarity mag:affirms . "
        "?b mag:states ?p ; mag:polarity mag:reportsNoDifference",
    )
    found = data(bundled, both)
    for side, polarity in (("for", "affirms"), ("no_difference", "reportsNoDifference")):
        assert found["sides"][side]
        assert {each["polarity"]["name"] for each in found["sides"][side]} == {polarity}
    assert sum(found["said"].values()) == found["count"]
    sides = section(page(bundled, both), "sides")
    assert "Sources that affirm it" in sides
    assert "Sources that deny it" in sides
    assert "Sources that report no difference" in sides
    assert "Sources that report a lack of evidence" not in sides


def test_a_lack_of_evidence_is_no_denial(bundled: Graph) -> None:
    name = held(bundled, "?c mag:states ?p ; mag:polarity mag:reportsLackOfEvidence")
    found = data(bundled, name)
    assert found["sides"]["lack"]
    html = section(page(bundled, name), "sides")
    assert "That is no denial" in html
    for claim in found["sides"]["lack"]:
        assert claim["iri"] not in {each["iri"] for each in found["sides"]["against"]}


def test_a_denial_stands_against(bees: Graph) -> None:
    name = digits(bees, "hive-notes#patty-no-cure")
    found = data(bees, name)
    assert [each["iri"].rpartition("#")[2] for each in found["sides"]["against"]] == [
        "patty-no-cure"
    ]
    assert found["sides"]["for"] == []
    assert "No source affirms it." in page(bees, name)


def test_the_assessment_is_that_of_why_and_says_which_row_fits(bundled: Graph) -> None:
    name = held(bundled, "?p mag:assessment ?a . ?a mag:verdict mag:conflicting")
    found, html = data(bundled, name), page(bundled, name)
    ladder = json.loads(json.dumps(bundled.why(PROP + name).as_json()))
    for line in found["why"]["assessment"]["lines"]:
        line.pop("because")
    assert found["why"] == ladder
    body = ladder["assessment"]
    assert found["decision"]["level_for"] == body["for"]["strength"]["level"]
    assert found["decision"]["level_against"] == body["against"]["strength"]["level"]
    table = html[html.index("Verdicts, the first that fits") :]
    (row,) = [each for each in table.split("<tr")[1:] if "this one" in each]
    assert "sign-conflicting" in row
    assert "not whether the proposition is true" in html
    assert "not a GRADE rating" in html
    assert found["contested"]
    assert ">contested<" in html


def test_studies_of_one_root_are_counted_once_and_it_says_why(bundled: Graph) -> None:
    name = digits(bundled, "guide-nerve-health#evidence-2011-regeneration")
    found = data(bundled, name)
    (line,) = found["why"]["assessment"]["lines"]
    assert len(line["ratings"]) == 2
    assert {each["how"] for each in line["because"]} == {"is of the same group as"}
    told = {(each["study"]["iri"], each["other"]["iri"]) for each in line["because"]}
    assert not {(b, a) for a, b in told if b} & told
    independent = section(page(bundled, name), "independent")
    assert "counted once" in independent
    assert "is of the same group as" in independent
    assert "A level is 1 at the least." in independent


def test_a_link_that_holds_either_way_is_told_once(bundled: Graph) -> None:
    name = held(
        bundled,
        "?a mag:sameCohortAs ?b . ?b mag:sameCohortAs ?a . ?x mag:proposition ?p ; mag:study ?a . "
        "?y mag:proposition ?p ; mag:study ?b",
    )
    lines = data(bundled, name)["why"]["assessment"]["lines"]
    told = [
        frozenset((each["study"]["iri"], each["other"]["iri"]))
        for line in lines
        for each in line["because"]
        if each["how"] == "is of the same cohort as"
    ]
    assert told
    assert len(told) == len(set(told))


def test_narrower_and_wider_propositions_say_what_differs(bundled: Graph) -> None:
    name = held(bundled, "?p mag:narrowerScopeThan ?wide")
    found = data(bundled, name)["near"]["propositions"]
    wider = [each for each in found if each["relation"] == "wider"]
    assert wider
    assert all(each["lacks"] for each in wider)
    assert not any(pair["qualifier"] != "species" for each in wider for pair in each["adds"])
    other = wider[0]["iri"].removeprefix(PROP)
    back = {each["iri"]: each for each in data(bundled, other)["near"]["propositions"]}
    assert back[PROP + name]["relation"] == "narrower"
    assert back[PROP + name]["adds"] == wider[0]["lacks"]
    assert "It does not say:" in page(bundled, name)


def test_a_prefix_leads_to_the_whole_name(bundled: Graph) -> None:
    whole = digits(bundled, "guide-nerve-health#evidence-2011-regeneration")
    answer = get(bundled, f"/proposition/{whole[:12]}")
    assert answer.status == 303
    assert dict(answer.headers)["Location"] == f"/proposition/{whole}"
    assert f'</proposition/{whole}>; rel="canonical"' in dict(answer.headers)["Link"]
    assert data(bundled, whole[:12].upper())["proposition"] == PROP + whole


def test_what_names_none_or_several_is_refused(bundled: Graph) -> None:
    for name in ("abc", "zzzz", "0" * 64, "0" * 65, "a%20b", "%22"):
        assert get(bundled, f"/proposition/{name}").status == 404, name


def test_a_kind_that_is_not_rated_is_not_none(bees: Graph) -> None:
    name = digits(bees, "hive-notes#bees-pollinate-clover")
    html = page(bees, name)
    assert data(bees, name)["why"]["assessment"] is None
    assert "is another value than" in section(html, "held")
    assert "sign-strengthNone" not in section(html, "held")
    assert "It has no strength that could change." in html


def test_its_claims_can_be_taken_away(bundled: Graph) -> None:
    name = digits(bundled, "guide-nerve-health#evidence-2011-regeneration")
    lines = get(bundled, f"/proposition/{name}", "csv").body.decode().splitlines()
    assert lines[0].startswith("claim,gist,")
    assert len(lines) == 3
    quads = ox.parse(get(bundled, f"/proposition/{name}", "nq").body, format=ox.RdfFormat.N_QUADS)
    said = {q.subject.value for q in quads if q.object == ox.NamedNode(MAG + "Claim")}
    assert {each.rpartition("/")[2] for each in said} == {
        "guide-nerve-health#evidence-2011-regeneration",
        "pan-2011#regeneration",
    }


def test_an_ambiguous_prefix_names_those_that_begin_with_it(bundled: Graph) -> None:
    rows = bundled.query("SELECT ?p WHERE { ?p a mag:Proposition }")
    begins = [str(row["p"]).removeprefix(PROP)[:4] for row in rows]
    twice = sorted({each for each in begins if begins.count(each) > 1})
    if not twice:
        pytest.skip("no two propositions of the graph begin alike")
    answer = get(bundled, f"/proposition/{twice[0]}", "json")
    assert answer.status == 400
    assert "several propositions begin with" in json.loads(answer.body)["detail"]


@pytest.mark.parametrize("url", ["proposition", "claim"])
def test_headings_go_down_one_rank_at_a_time(bundled: Graph, url: str) -> None:
    claim = "guide-nerve-health#table-glycinate-bioavailability"
    name = digits(bundled, claim) if url == "proposition" else claim.replace("#", "/")
    html = get(bundled, f"/{url}/{name}").body.decode()
    ranks = [int(each) for each in re.findall(r"<h([1-6])[ >]", html)]
    assert ranks.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(ranks))
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert "style=" not in html


def test_the_title_says_the_whole_scope(bundled: Graph) -> None:
    name = digits(bundled, "garrison-2020#rest-cramps")
    html = page(bundled, name)
    for tag in ("title", "h1"):
        found = html[html.index(f"<{tag}") : html.index(f"</{tag}>")]
        assert "compared with: placebo" in found
        assert "population: older adults" in found


def test_an_independent_line_is_headed_by_a_study_that_counts_in_it(bundled: Graph) -> None:
    name = digits(bundled, "garrison-2020#rest-cramps")
    (line,) = data(bundled, name)["why"]["assessment"]["lines"]
    own = [each["study"]["iri"] for each in line["ratings"]]
    assert line["root"]["iri"] not in own
    html = section(page(bundled, name), "independent")
    heading = html[html.index("<summary>Independent line 1") : html.index("</summary>")]
    assert line["ratings"][0]["study"]["label"] in heading
    assert line["root"]["label"] not in heading
    assert "which itself does not bear on this" in html


def test_what_is_about_people_is_not_narrower_than_what_is_about_rats(bundled: Graph) -> None:
    name = digits(bundled, "uysal-2019#citrate-lowest")
    near = data(bundled, name)["near"]["propositions"]
    apart = [
        each
        for each in near
        if "species" in {one["qualifier"] for one in (*each["adds"], *each["lacks"])}
    ]
    assert any(each["adds"] for each in apart)
    assert {each["relation"] for each in apart} == {"of another species"}
    assert "narrower" in {each["relation"] for each in near}
