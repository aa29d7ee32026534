"""Any node, the terms of the vocabulary among them."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph as ox

from magkg.vocabulary import LABEL, MAG, RDFS
from magkg.web.pages.concepts.resource import about
from magkg.web.pages.links import Links
from magkg.web.pages.page import Context
from tests import small
from tests.web.asking import get
from tests.web.pages.looking import data, page, refused, rows

if TYPE_CHECKING:
    from magkg.use.graph import Graph

CON = "https://w3id.org/magkg/concept/"


def at(iri: str) -> str:
    return f"/resource?iri={quote(iri, safe='')}"


def test_a_predicate_says_what_it_means_and_how_many_claims_use_it(bundled: Graph) -> None:
    found = data(bundled, "/term/relieves")
    query = (
        f"SELECT (COUNT(?c) AS ?n) WHERE {{ ?c a <{MAG}Claim> ; <{MAG}predicate> <{MAG}relieves> }}"
    )
    count = int(str(next(iter(bundled.store.select(query)))[0]))
    assert found["term"]["kind"] == "predicate"
    assert found["term"]["use_count"] == count > 100
    assert found["term"]["selects"] == "predicate=relieves"
    assert "closeMatch" in {each["match"] for each in found["term"]["alignments"]}
    assert [each["name"] for each in found["term"]["links"]] == [
        "subjects may be", "objects may be"
    ]  # fmt: skip


def test_a_closed_list_counts_each_value(bundled: Graph) -> None:
    values = data(bundled, "/term/polarityScheme")["term"]["values"]
    assert {each["label"] for each in values} >= {"affirms", "denies"}
    query = f"SELECT (COUNT(?c) AS ?n) WHERE {{ ?c <{MAG}polarity> <{MAG}denies> }}"
    denied = int(str(next(iter(bundled.store.select(query)))[0]))
    assert next(each for each in values if each["label"] == "denies")["count"] == denied


def test_the_vocabulary_has_every_class_and_every_value_of_a_list(bundled: Graph) -> None:
    html, seen = page(bundled, "/term")
    assert {"/term/Claim", "/term/polarity", "/term/relieves", "/term/denies"} <= set(seen.links)
    assert "Closed list: certainty" in html
    listed = rows(bundled, "/term")
    assert len(listed) == data(bundled, "/term")["count"] > 300


def test_what_points_to_a_node_is_counted_and_bounded(bundled: Graph) -> None:
    found = data(bundled, at(CON + "magnesium-glycinate"))
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s ?p <{CON}magnesium-glycinate> }}"
    assert found["pointed_by_count"] == int(str(next(iter(bundled.store.select(query)))[0]))
    subjects = next(
        each for each in found["pointed_by"] if each["property"]["iri"] == MAG + "subject"
    )
    assert subjects["count"] > len(subjects["nodes"]) == 20


def test_a_node_that_has_a_page_leads_to_it(bundled: Graph) -> None:
    html, seen = page(bundled, at(CON + "magnesium-glycinate"))
    assert "/concept/magnesium-glycinate" in seen.links
    assert "The page made for it" in html
    assert data(bundled, at(MAG + "relieves"))["meant"] == ""


def test_any_node_inside_a_source_can_be_shown(bundled: Graph) -> None:
    context = Context(bundled, Links(bundled.prefixes))
    reading = bundled.prefixes["src"] + "pan-2011#reading-1"
    shown = about(replace(context, params={}), reading)
    assert shown.data["types"][0]["label"] == "reading"
    assert shown.canonical == "/claim/pan-2011/reading-1"


def test_an_unknown_node_leads_to_the_nearest(bundled: Graph) -> None:
    found = refused(bundled, at(CON + "magnesium-glycinat"))
    assert found["status"] == 404
    assert CON + "magnesium-glycinate" in found["suggestions"]
    assert refused(bundled, "/term/releives")["suggestions"][0] == "relieves"
    assert refused(bundled, "/resource?iri=no%20iri")["status"] == 400
    assert refused(bundled, "/resource")["status"] == 400


def test_an_iri_that_is_no_web_address_is_text() -> None:
    node = ox.NamedNode("javascript:alert(1)")
    label = ox.Literal("</script><script>alert(2)</script>\u202eevil")
    more = (
        ox.Quad(node, ox.NamedNode(LABEL), label),
        ox.Quad(node, ox.NamedNode(RDFS + "seeAlso"), ox.NamedNode("data:text/html,x")),
    )
    graph = small.in_memory(small.project(), [*small.quads(), *more])
    html, seen = page(graph, at("javascript:alert(1)"))
    assert "<script>alert" not in html
    assert "[U+202E]" in html
    assert not [each for each in seen.links if each.startswith(("javascript", "data"))]


def test_a_predicate_of_the_project_itself_is_a_term() -> None:
    graph = small.graph()
    found = data(graph, at("https://example.org/bees/ns#pollinates"))
    assert found["term"]["kind"] == "predicate"
    assert found["term"]["use_count"] >= 1


def test_a_property_of_another_vocabulary_is_no_link_to_a_page_that_is_not_there(
    bundled: Graph,
) -> None:
    html = get(bundled, "/term/ruleV1").body.decode()
    told = html[html.index('id="properties"') : html.index('id="pointing"')]
    for name in re.findall(r'<dt><a href="([^"]+)"', told):
        assert get(bundled, unescape(name)).status == 200
    assert 'title="http://www.w3.org/2000/01/rdf-schema#label"' in told
