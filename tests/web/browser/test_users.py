"""The first five minutes of each of the three users, in a real browser."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pyoxigraph as ox

from tests.web.browser.watching import go, picture, until, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PREFIXES = (
    "PREFIX mag: <https://w3id.org/magkg/ns#>\nPREFIX con: <https://w3id.org/magkg/concept/>\n"
)
FAULT = "SELECT ?claim WHERE { ?claim a mag:Claim "
ABROAD = "SELECT * WHERE { SERVICE <https://example.org/sparql> { ?s ?p ?o } }"


def downloaded(page: Page, selector: str) -> bytes:
    """Click a link that gives a file, and give the file."""
    with page.expect_download() as waiting:
        page.click(selector)
    return Path(waiting.value.path()).read_bytes()


def write(page: Page, query: str) -> None:
    """Type a query into the editor in the place of what stands there."""
    page.click(".yasqe .CodeMirror-lines")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(query)


def test_a_researcher_asks(browser: Browser, base: str, tmp_path: Path) -> None:
    with watched(browser, base, refused=True) as (page, _):
        go(page, "/")
        picture(page, tmp_path, "researcher-1-start")
        page.keyboard.press("/")
        page.keyboard.type("cramp", delay=20)
        page.wait_for_selector("#find-hits li")
        picture(page, tmp_path, "researcher-2-hits")
        page.wait_for_selector("#find-hits li:has-text('muscle cramps')")
        for _ in range(page.locator("#find-hits li").count()):
            page.keyboard.press("ArrowDown")
            chosen = page.get_attribute("#find", "aria-activedescendant")
            assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
            if page.inner_text(f"#{chosen}").startswith("concept"):
                break
        page.keyboard.press("Enter")
        page.wait_for_url("**/concept/*")
        assert "cramp" in page.inner_text("h1").lower()
        name = page.url.rpartition("/")[2]
        picture(page, tmp_path, "researcher-3-concept")

        go(page, "/queries/claims_about")
        page.fill("#param-concept", name)
        page.click("#form button")
        page.wait_for_selector("table.answer tbody tr")
        assert f"concept={name}" in page.url
        rows = page.locator("table.answer tbody tr").count()
        picture(page, tmp_path, "researcher-4-query")

        page.click("text=Open it in the SPARQL page")
        page.wait_for_selector(".yasqe .CodeMirror-line")
        page.click(".yasqe_queryButton")
        page.wait_for_selector(".yasr table.answer tbody tr")
        assert page.locator(".yasr table.answer tbody tr").count() == rows
        picture(page, tmp_path, "researcher-5-editor")

        write(page, FAULT)
        page.click(".yasqe_queryButton")
        page.wait_for_selector(".yasr [role=alert]")
        said = page.inner_text(".yasr [role=alert]")
        assert "line 1, column" in said
        picture(page, tmp_path, "researcher-6-fault")
        write(page, ABROAD)
        page.click(".yasqe_queryButton")
        until(page, "document.querySelector('.yasr [role=alert]')?.textContent.includes('SERVICE')")
        picture(page, tmp_path, "researcher-7-service")

        write(page, f"{PREFIXES}SELECT ?claim WHERE {{ ?claim mag:subject con:{name} }} # mine")
        page.keyboard.press("End")
        page.click(".yasqe_queryButton")
        page.wait_for_selector(".yasr table.answer tbody tr, .yasr .notice")
        link = page.get_attribute("#permalink", "href")
        assert link
        assert "SPARQLWrapper" in (page.text_content("#as-python") or "")
        assert "# mine" in (page.text_content("#as-python") or "")
        rows_kept = list(
            csv.DictReader(io.StringIO(downloaded(page, "[data-format=csv]").decode()))
        )
        assert len(rows_kept) == page.locator(".yasr table.answer tbody tr").count()
    with watched(browser, base) as (page, _):
        go(page, link)
        page.wait_for_selector(".yasqe .CodeMirror-line")
        assert "# mine" in page.inner_text(".yasqe .CodeMirror-code")


def test_an_analyst_takes_away(browser: Browser, base: str, tmp_path: Path) -> None:
    with watched(browser, base) as (page, _):
        go(page, "/matrix")
        picture(page, tmp_path, "analyst-1-matrix")
        for facet, value in (("polarity", "affirms"), ("certainty", "hedged")):
            box = page.locator(f'.narrow input[name="{facet}"][value="{value}"]')
            box.locator("xpath=ancestor::details[last()]").locator("summary").first.click()
            box.check()
        page.click("form.facets button.main")
        page.wait_for_url("**polarity=affirms**")
        assert "certainty=hedged" in page.url
        picture(page, tmp_path, "analyst-2-narrow")
        here = page.url
        table = list(csv.reader(io.StringIO(downloaded_text(page, ".downloads a:text-is('csv')"))))
        assert len(table) > 1
        assert len({len(row) for row in table}) == 1
        svg = ElementTree.fromstring(body(page, ".downloads a:text-is('svg')"))
        assert svg.tag.endswith("svg")
        assert "".join(svg.itertext()).strip()
        drawn = page.locator(".downloads a:text-is('png')")
        if drawn.count():
            decodes(page, body(page, ".downloads a:text-is('png')"))
        assert page.url == here
        page.click("a.cell >> nth=0")
        page.wait_for_load_state()
        assert page.locator("article.claim").count() > 0
        picture(page, tmp_path, "analyst-3-cell")
        page.click("a.button:has-text('Export')")
        page.wait_for_url("**/export?**")
        assert page.is_checked('input[name="polarity"][value="affirms"]')
        assert page.is_checked('input[name="certainty"][value="hedged"]')
        picture(page, tmp_path, "analyst-4-export")
        packed = zipfile.ZipFile(io.BytesIO(downloaded(page, "table.formats a:text-is('kgx')")))
        assert any(each.endswith("nodes.tsv") for each in packed.namelist()), packed.namelist()
        graphml = ElementTree.fromstring(downloaded(page, "table.formats a:text-is('graphml')"))
        assert graphml.tag.endswith("graphml")
    network(browser, base, tmp_path)


def network(browser: Browser, base: str, tmp_path: Path) -> None:
    nodes = "document.getElementById('canvas')?.network?.nodes().map((n) => n.id()).sort()"
    with watched(browser, base, accept_downloads=True) as (page, _):
        go(page, "/network?concept=magnesium-glycinate")
        until(page, f"{nodes}?.length > 1")
        picture(page, tmp_path, "analyst-5-network", whole=True)
        before = page.evaluate(nodes)
        page.focus("#canvas")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_url("**expand=**")
        after = page.evaluate(nodes)
        assert set(before) < set(after)
        picture(page, tmp_path, "analyst-6-expanded")
        assert page.locator("#nodes-list tbody tr").count() == len(after)
        decodes(page, downloaded(page, "#png"))
        page.reload()
        until(page, f"{nodes}?.length > 1")
        assert page.evaluate(nodes) == after


def body(page: Page, selector: str) -> bytes:
    """Give what a link leads to."""
    href = page.get_attribute(selector, "href")
    assert href
    answer = page.request.get(href)
    assert answer.ok, (href, answer.status)
    return answer.body()


def downloaded_text(page: Page, selector: str) -> str:
    return body(page, selector).decode()


def decodes(page: Page, png: bytes) -> None:
    """The picture is one for the browser, too."""
    size = page.evaluate(
        "async (bytes) => (await createImageBitmap(new Blob([new Uint8Array(bytes)],"
        " {type: 'image/png'}))).width",
        list(png),
    )
    assert size > 100


def test_an_auditor_doubts(browser: Browser, base: str, tmp_path: Path) -> None:
    with watched(browser, base) as (page, _):
        go(page, "/audit")
        picture(page, tmp_path, "auditor-1-audit")
        page.select_option("#a-severity", "high")
        page.click("form.facets button.main")
        page.wait_for_url("**severity=high**")
        assert {*page.locator("section.kind h3 .badge").all_inner_texts()} == {"high"}
        picture(page, tmp_path, "auditor-2-high")
        page.click("li.finding ul.about a >> nth=0")
        page.wait_for_url("**/claim/**")
        picture(page, tmp_path, "auditor-3-claim", whole=True)

        go(page, "/claim/guide-nerve-health/table-glycinate-bioavailability")
        if page.locator("figure.excerpt").count():
            marked = page.inner_text("figure.excerpt mark >> nth=0")
            around = page.inner_text("figure.excerpt blockquote >> nth=0")
            assert marked in around
            assert len(around) > len(marked) > 0
            assert "intact" in page.inner_text("ol.passages")
            page.locator("#passage").scroll_into_view_if_needed()
            picture(page, tmp_path, "auditor-4-passage")
        page.locator("#evidence").scroll_into_view_if_needed()
        picture(page, tmp_path, "auditor-5-why")
        claim = page.url
        study = page.locator("#evidence a[href^='/study/']").first
        assert study.count(), "a study stands behind the claim"
        study.click()
        page.wait_for_url("**/study/**")
        assert page.locator("a[href^='/claim/']").count() > 0, "what rests on the study"
        picture(page, tmp_path, "auditor-6-study", whole=True)

        page.goto(claim)
        page.click("#elsewhere a[href^='/proposition/'], #says a[href^='/proposition/'] >> nth=0")
        page.wait_for_url("**/proposition/**")
        assert page.locator(".sides .for, .sides .against").count() >= 2
        picture(page, tmp_path, "auditor-7-proposition", whole=True)

        page.goto(claim)
        assert page.inner_text("#cite-text").strip()
        turtle = body(page, ".downloads a:text-is('ttl')")
        held = {str(each.subject) for each in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
        assert any(each.endswith("#table-glycinate-bioavailability>") for each in held)
        assert json.loads(body(page, ".downloads a:text-is('json')"))
