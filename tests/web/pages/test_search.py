"""Search: what is found by word, in which order, and where an identifier leads."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from magkg.use.graph import Graph
from magkg.web.pages.entry import names
from magkg.web.pages.entry.words import Entry, Words
from tests.web.asking import get


def _found(graph: Graph, query: str) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(get(graph, f"/search?q={quote(query)}", "json").body)
    return held


TABLE = Words(
    (
        Entry("c1", "claim", "Magnesium oxide eases cramps."),
        Entry("c2", "claim", "Cramps ease at night and by day, says Müller"),
        Entry("a", "concept", "magnesium oxide", ("MgO", "magnesia")),
        Entry("b", "concept", "magnesium oxides of old", ()),
        Entry("s", "source", "On salts", (), ("garcía", "2008")),
        Entry("p", "study", "magnesia in rats"),
    )
)


def _order(text: str) -> list[str]:
    return [each.entry.iri for each in TABLE.find(text)]


def test_exact_names_come_first_then_synonyms_beginnings_whole_words_and_begun_ones() -> None:
    assert _order("magnesium oxide") == ["a", "b", "c1"]
    assert _order("MAGNESIA") == ["a", "p"]
    assert TABLE.find("magnesia")[0].synonym == "magnesia"
    assert _order("cramps") == ["c2", "c1"]  # begins with it
    assert _order("ease") == ["c2", "c1"]  # has the word, begins a word
    assert _order("oxide magnesium") == ["a", "c1", "b"]


def test_case_accents_and_the_order_of_words_do_not_matter_and_all_must_be_there() -> None:
    assert _order("muller CRAMPS") == ["c2"]
    assert _order("Garcia") == ["s"]
    assert _order("GARCÍA 2008") == ["s"]
    assert _order("cramps rats") == []
    assert _order("") == []
    assert _order("?!") == []


def test_nothing_found_gives_the_nearest_words() -> None:
    assert TABLE.nearest("magnesim oxid") == ["magnesium oxid", "magnesia oxid"]
    assert TABLE.nearest("cramps rats") == ["cramps", "rats"]
    assert TABLE.nearest("zzzzzzz") == []


def test_synonyms_of_concepts_and_words_of_claims_are_found(bundled: Graph) -> None:
    name, synonym = next(
        (str(label), str(other))
        for label, other in bundled.store.select(
            "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?label ?other WHERE { "
            "?x skos:prefLabel ?label ; skos:altLabel ?other FILTER(STRLEN(?other) > 12) } "
            "ORDER BY ?other"
        )
    )
    first = _found(bundled, synonym)["hits"][0]
    assert (first["kind"], first["label"], first["synonym"]) == ("concept", name, synonym)
    held = _found(bundled, "glycinate bioavailability")
    assert held["kinds"]["claim"] >= 1
    hit = next(each for each in held["hits"] if each["kind"] == "claim")
    assert hit["polarity"]["label"]
    assert hit["source"]["path"].startswith("/source/")


def test_a_denial_is_shown_as_one(bundled: Graph) -> None:
    html = get(bundled, "/search?q=oxide&kind=claim").body.decode()
    held = json.loads(get(bundled, "/search?q=oxide&kind=claim", "json").body)
    denied = [each for each in held["hits"] if each["polarity"]["name"] == "denies"]
    assert denied
    assert html.count('class="value polarity denies"') == len(denied)


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("guide-nerve-health#table-glycinate-bioavailability",
         "/claim/guide-nerve-health/table-glycinate-bioavailability"),
        ("https://w3id.org/magkg/concept/magnesium-glycinate", "/concept/magnesium-glycinate"),
        ("con:magnesium-glycinate", "/concept/magnesium-glycinate"),
    ],
)  # fmt: skip
def test_an_identifier_leads_to_its_page(bundled: Graph, typed: str, path: str) -> None:
    answer = get(bundled, f"/search?q={quote(typed)}")
    assert answer.status == 303
    assert ("Location", path) in answer.headers
    assert _found(bundled, typed)["named"]["path"] == path


def test_a_doi_and_a_pmid_lead_to_their_source(bundled: Graph) -> None:
    for name, lead in (("doi", "https://doi.org/"), ("pmid", "PMID: ")):
        source, number = next(
            (str(row[0]), str(row[1]))
            for row in bundled.store.select(
                f"SELECT ?s ?id WHERE {{ ?s a <https://w3id.org/magkg/ns#Source> ; "
                f"<https://w3id.org/magkg/ns#{name}> ?id }} ORDER BY ?id"
            )
        )
        for typed in (number, lead + number, number.upper()):
            assert _found(bundled, typed)["named"]["iri"] == source


@pytest.mark.parametrize(
    "typed", ["http://nowhere.example/x", "a#b", "x:y", "<>", 'con:a"b', "10.1/x", "//e.example"]
)
def test_what_is_no_identifier_of_the_graph_leads_nowhere(bundled: Graph, typed: str) -> None:
    assert get(bundled, f"/search?q={quote(typed, safe='')}").status == 200
    assert _found(bundled, typed)["named"] is None


def test_pages_limits_and_kinds(bundled: Graph) -> None:
    first = _found(bundled, "magnesium")
    assert len(first["hits"]) == 50
    assert first["pages"] == -(-first["number"] // 50)
    second = json.loads(get(bundled, "/search?q=magnesium&page=2", "json").body)
    assert not {e["iri"] for e in first["hits"]} & {e["iri"] for e in second["hits"]}
    few = json.loads(get(bundled, "/search?q=magnesium&limit=3&kind=study", "json").body)
    assert [each["kind"] for each in few["hits"]] == ["study"] * 3
    assert get(bundled, "/search?q=x&kind=nonsense").status == 400
    assert get(bundled, "/search?q=x&limit=0").status == 400
    assert get(bundled, "/search?q=" + "x" * 5000).status == 200


def test_a_large_graph_says_how_many_claims_are_searched(
    bundled: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "CLAIMS", 10)
    bare = Graph(bundled.store, project=bundled.project, manifest=bundled.manifest)
    held = _found(bare, "magnesium")
    assert held["claims_searched"] == 10
    assert held["kinds"].get("claim", 0) <= 10
