"""The SPARQL page without scripts: form, examples, answers, faults; and what scripts are given."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from magkg.errors import InputError
from magkg.web import assets, gate
from tests.web.asking import get

if TYPE_CHECKING:
    from magkg.use.graph import Graph

STUDIES = "SELECT ?s WHERE { ?s a mag:Study } ORDER BY ?s LIMIT 3"


def page(graph: Graph, url: str, status: int = 200) -> str:
    found = get(graph, url)
    assert found.status == status, found.body.decode()[:400]
    return found.body.decode()


def test_the_page_is_a_form_that_works_without_scripts(bundled: Graph) -> None:
    text = page(bundled, "/sparql")
    assert '<form id="plain" method="get" action="/sparql">' in text
    assert '<textarea id="query-text" name="query"' in text
    examples = re.findall(r'href="/sparql\?example=(\w+)"', text)
    assert sorted(examples) == sorted(bundled.queries())


def test_what_stands_there_at_first_finds_something(bundled: Graph) -> None:
    area = re.search(r"<textarea[^>]*>(.*?)</textarea>", page(bundled, "/sparql"), re.DOTALL)
    assert area is not None
    text = page(bundled, f"/sparql?query={quote(unescape(area[1]))}")
    assert "20 rows" in text


def test_scripts_are_loaded_only_where_they_are_installed(
    bundled: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "available", lambda: False)
    without = page(bundled, "/sparql")
    assert "yasgui" not in without
    assert "editor.js" not in without
    monkeypatch.setattr(assets, "available", lambda: True)
    assert '<script src="/static/yasgui.min.js" defer>' in page(bundled, "/sparql")


def test_a_query_in_the_address_is_answered_below_the_form(bundled: Graph) -> None:
    text = page(bundled, f"/sparql?query={quote(STUDIES)}&format=")
    assert "3 rows" in text
    assert STUDIES in unescape(text)
    assert text.count("<tr><td") == 3
    links = [unescape(each) for each in re.findall(r'href="(/sparql\?query=[^"]+)"', text)]
    assert [parse_qs(urlsplit(each).query)["format"][0] for each in links] == [
        "csv", "tsv", "json", "xml",
    ]  # fmt: skip
    # The endpoint adds no prefixes, so what is taken away has them.
    sent = parse_qs(urlsplit(links[0]).query)["query"][0]
    assert sent.startswith("PREFIX mag: <")


def test_asks_and_triples_are_shown(bundled: Graph) -> None:
    assert 'class="big">yes<' in page(bundled, f"/sparql?query={quote('ASK { ?s a mag:Claim }')}")
    assert 'class="big">no<' in page(bundled, f"/sparql?query={quote('ASK { ?s a mag:No }')}")
    query = "CONSTRUCT { ?s a mag:Study } WHERE { ?s a mag:Study } LIMIT 2"
    text = page(bundled, f"/sparql?query={quote(query)}")
    assert "2 triples" in text
    assert "format=turtle" in text


def test_a_fault_is_shown_with_its_place_and_the_text_stays(bundled: Graph) -> None:
    query = "SELECT ?s WHERE {\n  ?s a mag:Study \n"
    text = page(bundled, f"/sparql?query={quote(query)}", 400)
    assert "line 3" in text
    assert query in unescape(text)
    found = get(bundled, f"/sparql?query={quote(query)}", "json")
    assert found.status == 400
    assert "line" in json.loads(found.body)["problem"]["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "DROP ALL",
        "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "LOAD <http://127.0.0.1:9/>",
        "",
        "hello",
    ],
)
def test_what_is_no_reading_query_is_refused(bundled: Graph, query: str) -> None:
    found = get(bundled, f"/sparql?query={quote(query)}")
    assert found.status == (400 if query else 200)
    assert b'id="answer"' not in found.body
    assert (b'id="problem"' in found.body) == bool(query)


def test_the_gate_stands_before_the_engine(bundled: Graph) -> None:
    deep = "SELECT * WHERE { ?s ?p ?o FILTER(" + "(" * 3000 + "1" + ")" * 3000 + ") }"
    with pytest.raises(InputError) as refused:
        gate.refuse(deep)
    assert refused.value.message in unescape(page(bundled, f"/sparql?query={quote(deep)}", 400))


def test_another_dataset_is_not_ignored(bundled: Graph) -> None:
    url = f"/sparql?query={quote(STUDIES)}&default-graph-uri=urn:x"
    assert "takes no default-graph-uri" in page(bundled, url, 400)


def test_hostile_terms_are_text(bundled: Graph) -> None:
    query = (
        "SELECT ?a ?b ?c WHERE { VALUES (?a ?b ?c) { (<javascript:alert(1)> "
        '"<img src=x onerror=alert(1)>" "\\u202Eback"@en) } }'
    )
    text = page(bundled, f"/sparql?query={quote(query)}")
    assert "<img" not in text
    assert "&lt;img src=x" in text
    assert 'href="javascript' not in text
    assert 'href="/resource?iri=javascript%3Aalert%281%29"' in text
    assert "[U+202E]" in text


def test_a_query_cannot_end_the_data_of_the_scripts(
    bundled: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "available", lambda: True)
    query = "SELECT ?s WHERE { ?s ?p '</script><script>alert(1)</script>' } LIMIT 1"
    text = page(bundled, f"/sparql?query={quote(query)}")
    assert "<script>alert" not in text
    held = re.search(r'id="editor-data">(.*?)</script>', text, re.DOTALL)
    assert held is not None
    assert json.loads(held[1])["query"] == query


def test_the_prefixes_of_the_editor_are_those_of_the_graph(
    bundled: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "available", lambda: True)
    held = re.search(r'id="editor-data">(.*?)</script>', page(bundled, "/sparql"), re.DOTALL)
    assert held is not None
    assert json.loads(held[1])["prefixes"] == dict(bundled.prefixes)


def test_an_example_is_put_into_the_form_and_not_asked(bundled: Graph) -> None:
    text = page(bundled, "/sparql?example=claims_about&concept=sciatica")
    assert "<https://w3id.org/magkg/concept/sciatica>" in unescape(text)
    assert 'id="answer"' not in text
    bare = page(bundled, "/sparql?example=claims_about")
    assert "VALUES ?concept { con:magnesium-glycinate }" in unescape(bare)
    assert "claims_about" in page(bundled, "/sparql?example=claims_abuot", 404)
