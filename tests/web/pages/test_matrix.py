"""The matrix: cells count their claims and lead to them, in every view and every form."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from magkg.use.graph import open as open_graph
from magkg.use.report.matrix import parts
from magkg.web.pages.matrix.facets import holding
from tests import small
from tests.web.asking import get

if TYPE_CHECKING:
    from pathlib import Path

    from magkg.use.graph import Graph

SVG = "{http://www.w3.org/2000/svg}"
VIEWS = (
    "/matrix",
    "/matrix?kind=efficacy&polarity=denies&polarity=reportsNoDifference",
    "/matrix?subject=magnesium&object=pain",
    "/matrix?by=design&certainty=asserted",
    "/matrix?by=design&rows=statement&concept=magnesium-oxide",
)


@pytest.fixture(scope="module")
def bundled(bundled_folder: Path) -> Iterator[Graph]:
    """One graph for all tests, as what is gathered is kept for it."""
    with open_graph(bundled_folder) as graph:
        yield graph


def data(graph: Graph, url: str) -> dict[str, Any]:
    answer = get(graph, url, "json")
    assert answer.status == 200, answer.body[:300]
    found: dict[str, Any] = json.loads(answer.body)
    return found


def groups(page: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for sheet in page["sheets"]:
        for row in sheet["rows"]:
            for column, cell in zip(sheet["columns"], row["cells"], strict=True):
                for group in cell:
                    yield row["iri"], column["iri"], group


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.cells: list[dict[str, str | None]] = []
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "a" and held.get("class") == "cell":
            self.cells.append(held)
        self.bad += [name for name in held if name == "style" or name.startswith("on")]


def test_without_facets_it_is_the_matrix_of_the_report(bundled: Graph) -> None:
    page = data(bundled, "/matrix")
    expected = parts(holding(bundled).statements)
    assert len(expected) == len(page["sheets"])
    for part, sheet in zip(expected, page["sheets"], strict=True):
        assert [(each["iri"], each["label"]) for each in sheet["columns"]] == list(part.columns)
        assert [(each["iri"], each["label"]) for each in sheet["rows"]] == list(part.rows)
    shown = [
        (row["iri"], column["iri"], group)
        for sheet in page["sheets"]
        for row in sheet["rows"]
        for column, cell in zip(sheet["columns"], row["cells"], strict=True)
        for group in cell
    ]
    held = [
        (row, column, [each for each in part.cells[row, column] if each.scope == scope])
        for part in expected
        for row, _ in part.rows
        for column, _ in part.columns
        for scope in sorted({each.scope for each in part.cells.get((row, column), ())})
    ]
    assert len(shown) == len(held)
    contested = {"conflicting", "disputed"}
    for (row, column, group), (subject, target, statements) in zip(shown, held, strict=True):
        assert (row, column) == (subject, target)
        assert group["claims"] == sum(each.number("claimCount") for each in statements)
        assert group["studies"] == len({root for each in statements for root in each.roots})
        open_ones = contested & {each.verdict for each in statements}
        assert group["narrower_contested"] == bool(open_ones - {group["verdict"]})
        widest = min(len(each.qualifiers) for each in statements)
        assert group["verdict"] in {
            each.verdict for each in statements if len(each.qualifiers) == widest
        }
    assert any(group["narrower_contested"] for *_, group in shown)


@pytest.mark.parametrize("url", VIEWS)
def test_a_cell_leads_to_its_claims(bundled: Graph, url: str) -> None:
    page = data(bundled, url)
    found = list(groups(page))
    assert found
    by_url: dict[str, int] = {}
    for _, _, group in found:
        assert group["claims"] == sum(group["said"].values()) > 0
        by_url[group["url"]] = by_url.get(group["url"], 0) + group["claims"]
    for target, number in sorted(by_url.items())[:12]:
        parts_of = urlsplit(target)
        there = data(bundled, f"{parts_of.path}?{parts_of.query}")
        listed = there["list"]
        if parts_of.fragment != "claims":
            listed = [each for each in listed if f"s-{each['key']}" == parts_of.fragment]
        assert sum(len(each["claims"]) for each in listed) == number, target


@pytest.mark.parametrize("url", VIEWS)
def test_html_csv_and_svg_show_the_same_cells(bundled: Graph, url: str) -> None:
    page = data(bundled, url)
    html = Links()
    html.feed(get(bundled, url).body.decode())
    assert not html.bad
    shown = [group for *_, group in groups(page)]
    assert [each["href"] for each in html.cells] == [each["url"] for each in shown]
    for cell, group in zip(html.cells, shown, strict=True):
        assert group["words"] == cell["title"]
    rows = list(csv.DictReader(io.StringIO(get(bundled, url, "csv").body.decode())))
    if page["sheet_pages"] == 1:
        counts = [(int(each["claims"]), int(each["studies"])) for each in rows]
        assert counts == [(each["claims"], each["studies"]) for each in shown]
    svg = ElementTree.fromstring(get(bundled, url, "svg").body)
    titles = [each.text or "" for each in svg.iter(f"{SVG}title")]
    assert [each for each in titles if "claim" in each and ": " in each]
    for group in shown:
        assert any(title.endswith(group["words"]) for title in titles), group["words"]


def test_a_denial_is_counted_apart_and_said_in_words(bundled: Graph) -> None:
    page = data(bundled, "/matrix?polarity=denies")
    assert page["claims"] > 0
    for *_, group in groups(page):
        assert group["numbers"] == [f"−{group['claims']}"]
        assert "denying" in group["words"]


def test_facets_stand_in_the_url_and_are_taken_away_one_by_one(bundled: Graph) -> None:
    url = "/matrix?kind=efficacy&kind=safety&polarity=affirms&by=design"
    page = data(bundled, url)
    assert {(each["word"], each["name"]) for each in page["chosen"]} == {
        ("kind", "efficacyClaim"), ("kind", "safetyClaim"), ("polarity", "affirms"),
    }  # fmt: skip
    first = next(each for each in page["chosen"] if each["name"] == "safetyClaim")
    assert dict(parse_qsl(urlsplit(first["without"]).query)) == {
        "kind": "efficacyClaim", "polarity": "affirms", "by": "design",
    }  # fmt: skip
    assert data(bundled, first["without"])["claims"] < page["claims"]
    html = get(bundled, url).body.decode()
    for value in ("efficacyClaim", "safetyClaim", "affirms"):
        assert re.search(rf'<input type="checkbox" name="\w+" value="{value}" checked>', html)
    assert '<input type="hidden" name="by" value="design">' in html
    assert "--kind efficacyClaim --kind safetyClaim" in page["command"]
    assert page["take"].startswith("/export?verdict=")
    assert page["take"].endswith("&kind=efficacyClaim&kind=safetyClaim&polarity=affirms")


def test_an_outcome_only_asserted_has_a_column_if_asked(bundled: Graph) -> None:
    plain = data(bundled, "/matrix?kind=efficacy&asserted=no")
    every = data(bundled, "/matrix?kind=efficacy")
    assert plain["without_column"] > 0
    assert every["without_column"] == 0
    assert len({at for _, at, _ in groups(every)}) > len({at for _, at, _ in groups(plain)})


def test_long_views_are_cut_into_sheets_and_pages(bundled: Graph) -> None:
    page = data(bundled, "/matrix?asserted=yes")
    assert page["sheet_pages"] > 1
    more = data(bundled, "/matrix?asserted=yes&sheet=2&page=7")
    assert more["page"] == more["pages"] == 7
    first, second = ({each["name"] for each in part["sheets"]} for part in (page, more))
    assert first
    assert second
    assert not first & second
    assert sum(len(each["claims"]) for each in page["list"]) == 100


@pytest.mark.parametrize(
    ("url", "status", "says"),
    [
        ("/matrix?kind=eficacy", 404, "efficacyClaim"),
        ("/matrix?source=nowhere-guide-nerve-health", 404, "guide-nerve-health"),
        ("/matrix?by=colour", 404, "value of by"),
        ("/matrix?page=99", 400, "no page 99"),
        ("/matrix?sheet=99", 400, "no sheet 99"),
        ("/matrix?page=x", 400, "no number"),
        ("/matrix?by=design&by=outcome", 400, "given 2 times"),
    ],
)
def test_what_is_refused(bundled: Graph, url: str, status: int, says: str) -> None:
    answer = get(bundled, url, "json")
    assert answer.status == status
    assert says in answer.body.decode()
    assert get(bundled, url).status == status


def test_rdf_holds_the_claims_of_the_view(bundled: Graph) -> None:
    url = "/matrix?subject=magnesium-oxide&object=constipation"
    answer = get(bundled, url, "nq")
    quads = list(ox.parse(answer.body, format=ox.RdfFormat.N_QUADS))
    listed = {each["iri"] for held in data(bundled, url)["list"] for each in held["claims"]}
    named = {quad.subject.value for quad in quads if quad.predicate.value.endswith("#states")}
    assert listed
    assert listed == named


def test_a_png_is_drawn_or_says_what_to_install(
    bundled: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "/matrix?subject=magnesium-oxide"
    pytest.importorskip("resvg_py")
    drawn = get(bundled, url, "png")
    if drawn.status == 200:
        assert drawn.media_type == "image/png"
        assert drawn.body.startswith(b"\x89PNG")
    else:
        assert b"font" in drawn.body
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    missing = get(bundled, url, "png")
    assert missing.status == 400
    assert "pip install 'magkg[png]'" in missing.body.decode()


def test_without_resvg_no_link_leads_to_a_png(
    bundled: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("magkg.web.pages.matrix.matrix.find_spec", lambda name: None)
    html = get(bundled, "/matrix?subject=magnesium-oxide").body.decode()
    assert "/matrix.svg?" in html
    assert "/matrix.png" not in html


def test_hostile_names_stay_text() -> None:
    nasty = '</text><script>alert(1)</script>"\u202e\u0007'
    renamed = []
    for quad in small.quads():
        if quad.predicate.value.endswith("prefLabel") and "/concept/" in quad.subject.value:
            quad = ox.Quad(quad.subject, quad.predicate, ox.Literal(nasty), quad.graph_name)
        renamed.append(quad)
    graph = small.in_memory(small.project(), renamed)
    for form in ("html", "svg"):
        body = get(graph, "/matrix?asserted=yes", form).body.decode()
        assert "&lt;script&gt;alert(1)" in body
        assert "<script>alert" not in body
        assert "\u202e" not in body
        assert "\u0007" not in body
    ElementTree.fromstring(get(graph, "/matrix?asserted=yes", "svg").body)


def test_a_small_graph_and_an_empty_one() -> None:
    page = data(small.graph(), "/matrix?asserted=yes")
    assert list(groups(page))
    empty = small.in_memory(small.project(), [])
    assert data(empty, "/matrix")["sheets"] == []
    assert b"no statement of a kind that is rated" in get(empty, "/matrix").body
    assert get(empty, "/matrix", "svg").status == 200
    assert get(empty, "/matrix", "csv").status == 200


def test_a_cell_and_its_row_of_the_table_say_what_the_widest_statement_hides(
    bundled: Graph,
) -> None:
    url = "/matrix?subject=magnesium&object=muscle-cramps"
    (sheet,) = json.loads(get(bundled, url, "json").body)["sheets"]
    (group,) = sheet["rows"][0]["cells"][0]
    assert group["verdict"] == "inconclusiveBody"
    assert group["narrower_contested"]
    assert group["also_found_lacking"], "evidence for a narrower statement was found lacking"
    assert "contested: disputed, none strength for, moderate against" in group["words"]
    (row,) = csv.DictReader(io.StringIO(get(bundled, url, "csv").body.decode()))
    assert (row["narrower_contested"], row["also_found_lacking"]) == ("yes", "yes")
