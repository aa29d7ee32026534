"""The catalogue and its queries: forms, answers, what is wrong beside its field, ways elsewhere."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from magkg.web.pages.asking.results import KEPT
from magkg.web.pages.asking.suggestions import MOST
from tests import small
from tests.web.asking import get

if TYPE_CHECKING:
    from magkg.use.graph import Graph

HOSTILE = [
    '" } UNION { ?s ?p ?o } #',
    "x> } ; DROP ALL #",
    "<script>alert(1)</script>",
    "' onfocus='alert(1)",
    "con:x } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o",
    "\u202ereversed",
    "\ud800".encode("utf-8", "replace").decode(),
    "../../etc/passwd",
    "a" * 5000,
]


def page(graph: Graph, url: str, status: int = 200) -> str:
    found = get(graph, url)
    assert found.status == status, found.body.decode()[:400]
    return found.body.decode()


def data(graph: Graph, url: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(get(graph, url, "json").body)
    return found


def test_the_catalogue_lists_every_query_once(bundled: Graph) -> None:
    text = page(bundled, "/queries")
    linked = re.findall(r'href="/queries/(\w+)"', text)
    assert sorted(linked) == sorted(bundled.queries())


def test_words_and_tags_filter_the_catalogue(bundled: Graph) -> None:
    found = data(bundled, "/queries?q=CONCEPT+overview&tag=research")
    (group,) = found["groups"]  # type: ignore[misc]
    assert [each["name"] for each in group["queries"]] == ["concept_overview"]  # type: ignore[index]
    assert "No query has these words" in page(bundled, "/queries?q=zzzz")
    assert "Did you mean research" in page(bundled, "/queries?tag=reserch", 404)


def test_the_catalogue_is_a_table_too(bundled: Graph) -> None:
    rows = list(csv.DictReader(io.StringIO(get(bundled, "/queries", "csv").body.decode())))
    assert len(rows) == len(bundled.queries())
    assert {each["required"] for each in rows if each["name"] == "claims_about"} == {"concept"}


def test_a_query_that_needs_something_shows_its_form_first(bundled: Graph) -> None:
    text = page(bundled, "/queries/claims_about")
    assert 'name="concept"' in text
    assert 'placeholder="magnesium-glycinate"' in text
    assert "(optional)" in text
    assert "Give concept to see the answer" in text
    assert "<table" not in text
    assert get(bundled, "/queries/claims_about", "csv").status == 400


def test_the_answer_is_that_of_the_graph(bundled: Graph) -> None:
    rows = bundled.query("claims_about", concept="magnesium-glycinate")
    url = "/queries/claims_about?concept=magnesium-glycinate&source="
    answer = data(bundled, url)["answer"]
    assert answer["count"] == len(rows) > 10  # type: ignore[index,call-overload]
    text = page(bundled, url)
    assert text.count("<tr><td") == len(rows)
    assert 'href="/claim/best-form-for-sciatica/glycinate-calming"' in text
    table = list(csv.reader(io.StringIO(get(bundled, url, "csv").body.decode())))
    assert [tuple(each) for each in table[1:]] == [
        tuple(str(row[name] or "") for name in rows.variables) for row in rows
    ]


def test_a_denial_has_its_sign_in_the_answer(bundled: Graph) -> None:
    text = page(bundled, "/queries/denied_or_lacking")
    assert re.search(r'#sign-denies"/></svg>\s*<a[^>]*><bdi>mag:denies', text)


def test_several_values_of_one_parameter_are_alternatives(bundled: Graph) -> None:
    one, two = "magnesium-glycinate", "magnesium-oxide"
    text = page(bundled, f"/queries/claims_about?concept={one}&concept={two}")
    assert f'value="{one}"' in text
    assert f'value="{two}"' in text
    count = len(bundled.query("claims_about", concept=[one, two]))
    assert f"{count} rows" in text


def test_long_answers_are_cut_and_counted(bundled: Graph) -> None:
    text = page(bundled, "/queries/claims")
    count = len(bundled.query("claims"))
    assert f"{count:,} rows" in text
    assert "the first 200 are shown" in text
    assert text.count("<tr><td") == 200
    whole = get(bundled, "/queries/claims", "csv").body.decode()
    assert len(list(csv.reader(io.StringIO(whole)))) == count + 1


@pytest.mark.parametrize(
    "url", ["/queries/claims", "/queries/source_in_full?source=guide-nerve-health"]
)
def test_the_json_of_a_long_answer_is_bounded(bundled: Graph, url: str) -> None:
    answer = data(bundled, url)["answer"]
    assert len(answer["rows"]) == KEPT < answer["count"]  # type: ignore[index,call-overload]


def test_triples_are_a_table_too(bundled: Graph) -> None:
    text = page(bundled, "/queries/study_and_its_claims?study=pan-2011")
    assert re.search(r"[\d,]+ triples", text)
    assert "format=turtle" in text
    assert '<th scope="col">subject</th>' in text


def test_what_is_wrong_stands_beside_its_field_with_the_nearest(bundled: Graph) -> None:
    url = "/queries/claims_about?source=guide-nerve-health&concept=magnesium-glycinat"
    text = page(bundled, url, 404)
    assert re.search(r'name="concept"[^>]*aria-invalid="true"', text)
    assert not re.search(r'name="source"[^>]*aria-invalid', text)
    link = next(each for each in re.findall(r'class="chip" href="([^"]+)"', text))
    params = parse_qs(urlsplit(unescape(link)).query)
    assert params == {"source": ["guide-nerve-health"], "concept": ["magnesium-glycinate"]}
    assert get(bundled, url, "json").status == 404


def test_an_unknown_query_has_nearest_names(bundled: Graph) -> None:
    assert "claims_about" in page(bundled, "/queries/claims_abuot", 404)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["concept", "word"])
def test_hostile_values_are_data(bundled: Graph, value: str, name: str) -> None:
    query = {"concept": "claims_about", "word": "claims_with_word"}[name]
    found = get(bundled, f"/queries/{query}?{name}={quote(value)}")
    text = found.body.decode()
    assert found.status == (200 if name == "word" else found.status)
    assert found.status in {200, 400, 404}
    assert "<script>alert" not in text
    assert "onfocus='" not in text
    rows = re.findall(r"<tr><td", text)
    assert not rows, "a value that is no name finds nothing"


def test_snippets_quote_what_was_given(bundled: Graph) -> None:
    word = 'it\'s "5" \\ $(x)\nand'
    taken = data(bundled, f"/queries/claims_with_word?word={quote(word)}")["snippets"]
    curl, magkg, wrapper, in_r = [each["text"] for each in taken]  # type: ignore[attr-defined]
    assert f"word={word}" in shlex.split(curl)
    for text in (magkg, wrapper):
        compile(text, "snippet", "exec")
    assert repr(word) in magkg
    url = json.loads(in_r.partition("read.csv(")[2].rpartition(")")[0])
    assert parse_qs(urlsplit(url).query) == {"word": [word], "format": ["csv"]}


def test_the_text_is_the_query_as_it_is_sent(bundled: Graph) -> None:
    found = data(bundled, "/queries/claims_about?concept=sciatica")
    assert found["text"] == bundled.explain("claims_about", concept="sciatica")
    assert found["editor"] == "/sparql?example=claims_about&concept=sciatica"


def test_suggestions_are_names_of_the_graph_and_bounded(bundled: Graph) -> None:
    text = page(bundled, "/queries/claims_about")
    assert '<option value="magnesium-glycinate">magnesium glycinate</option>' in text
    params = data(bundled, "/queries/evidence_for_proposition")["params"]
    offered = {each["name"]: each["suggestions"] for each in params}  # type: ignore[attr-defined]
    assert offered["proposition"] == []
    assert "randomisedTrial" in {each["value"] for each in offered["design"]}
    assert all(len(each) <= MOST for each in offered.values())


def test_a_project_of_its_own_is_asked_in_its_own_names() -> None:
    graph = small.graph()
    text = page(graph, "/queries/concepts")
    assert small.BASE not in "".join(re.findall(r'href="(http[^"]+)"', text))
    assert re.search(r'href="/concept/[\w-]+"', text)
