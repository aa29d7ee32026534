"""A concept and what is said of it; all concepts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.vocabulary import MAG, SKOS
from tests import small
from tests.web.asking import get
from tests.web.pages.looking import data, page, refused, rows

if TYPE_CHECKING:
    from magkg.use.graph import Graph

GLYCINATE = "/concept/magnesium-glycinate"


def test_names_and_outside_ids_with_their_reasons(bundled: Graph) -> None:
    found = data(bundled, GLYCINATE)
    assert found["kind"]["name"] == "substanceConcept"
    assert {each["text"] for each in found["synonyms"]} == {
        "magnesium bisglycinate", "magnesium diglycinate"
    }  # fmt: skip
    assert [each["label"] for each in found["broader"]] == ["magnesium", "organic magnesium salts"]
    exact = {each["iri"]: each["justification"] for each in found["outside"]}
    assert "http://id.nlm.nih.gov/mesh/C091418" in exact
    assert all(exact.values())
    narrower = data(bundled, "/concept/organic-magnesium-salts")["narrower"]
    assert "magnesium glycinate" in {each["label"] for each in narrower}


def test_what_is_said_of_it_by_part_and_predicate(bundled: Graph) -> None:
    found = data(bundled, GLYCINATE)
    query = (
        f"SELECT (COUNT(?p) AS ?n) WHERE {{ ?p a <{MAG}Proposition> ; <{MAG}subject> "
        f"<{found['iri']}> }}"
    )
    wanted = int(str(next(iter(bundled.store.select(query)))[0]))
    roles = {each["role"]: each["predicates"] for each in found["said"]}
    as_subject = [body for group in roles["subject"] for body in group["propositions"]]
    assert len(as_subject) == wanted
    assert set(roles) == {"subject", "qualifier"}
    assert all(each["subject"]["iri"] == found["iri"] for each in as_subject)
    assert (
        sum(len(group["propositions"]) for part in roles.values() for group in part)
        == (found["proposition_count"])
    )


def test_a_denial_is_counted_and_shown(bundled: Graph) -> None:
    found = data(bundled, GLYCINATE)
    denied = [
        body
        for part in found["said"]
        for group in part["predicates"]
        for body in group["propositions"]
        if body["denies"]
    ]
    assert [body["label"] for body in denied] == [
        "magnesium glycinate has side effect laxative effect"
    ]
    html, _ = page(bundled, GLYCINATE)
    # Beside the statement too: on a phone the column of numbers is out of sight.
    assert "<b>denied by 1 claim</b>" in html
    assert '<td class="n"><b>1</b></td>' in html


def test_a_quantity_has_its_bound_its_number_and_its_unit(bundled: Graph) -> None:
    found = data(bundled, "/concept/at-most-350-mg-per-day")
    quantity = found["quantity"]
    assert (quantity["bound"]["name"], quantity["value"], quantity["unit"]) == (
        "atMost", "350", "mg/d"
    )  # fmt: skip
    assert [part["role"] for part in found["said"]] == ["object"]
    html, _ = page(bundled, "/concept/at-most-350-mg-per-day")
    assert "Quantity" in html
    assert data(bundled, GLYCINATE)["quantity"] is None


def test_what_sources_say_that_it_is(bundled: Graph) -> None:
    found = data(bundled, GLYCINATE)
    assert found["defined_count"] == len(found["defined_by"]) == 1
    listed = data(bundled, "/claim?subject=magnesium-glycinate&kind=definitionClaim")
    assert listed["count"] == 1


def test_neighbours_share_propositions(bundled: Graph) -> None:
    found = data(bundled, GLYCINATE)["neighbours"]
    shared = [each["shared"] for each in found]
    assert shared == sorted(shared, reverse=True)
    assert "magnesium oxide" in {each["label"] for each in found}
    _, seen = page(bundled, GLYCINATE)
    assert "/network?concept=magnesium-glycinate" in seen.links


def test_a_concept_of_many_propositions_is_bounded_and_says_so(bundled: Graph) -> None:
    found = data(bundled, "/concept/magnesium")
    assert found["shown_count"] == 150 < found["proposition_count"]
    assert len(rows(bundled, "/concept/magnesium")) == found["proposition_count"]
    html, _ = page(bundled, "/concept/magnesium")
    assert f"{found['proposition_count']} propositions, 150 of them here" in html


def test_names_in_several_languages_keep_their_language() -> None:
    lavender = ox.NamedNode(small.BASE + "concept/lavender")
    more = (
        ox.Quad(lavender, ox.NamedNode(SKOS + "altLabel"), ox.Literal("Lavendel", language="de")),
        ox.Quad(lavender, ox.NamedNode(SKOS + "definition"), ox.Literal("A <b>shrub</b>.")),
    )
    graph = small.in_memory(small.project(), [*small.quads(), *more])
    html, _ = page(graph, "/concept/lavender")
    assert '<bdi lang="de">Lavendel</bdi> (de)' in html
    assert "A &lt;b&gt;shrub&lt;/b&gt;." in html


def test_other_forms(bundled: Graph) -> None:
    assert get(bundled, GLYCINATE, "jsonld").status == 200
    html, _ = page(bundled, GLYCINATE)
    assert '"@type": "DefinedTerm"' in html
    found = refused(bundled, "/concept/magnesium-glycinat")
    assert found["status"] == 404
    assert found["suggestions"][0] == "magnesium-glycinate"


def test_all_concepts_by_kind(bundled: Graph) -> None:
    every = data(bundled, "/concept")
    assert every["rows"][0]["label"] == "magnesium"
    assert every["count"] == len(rows(bundled, "/concept")) == 495
    found = data(bundled, "/concept?kind=quantityConcept")
    assert found["count"] == 20


def test_its_kind_leads_to_the_concepts_of_that_kind(bundled: Graph) -> None:
    html = get(bundled, "/concept/muscle-cramps").body.decode()
    assert 'href="/concept?kind=conditionConcept"' in html
    found = json.loads(get(bundled, "/concept?kind=conditionConcept", "json").body)
    whole = json.loads(get(bundled, "/concept", "json").body)
    assert 0 < found["count"] < whole["count"]
