"""A graph in which every text is hostile: each of its pages, in a real browser, runs nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest

from magkg.web.pages.rendering import visible
from tests.web.browser import forged, hostile
from tests.web.browser.strings import HIDDEN, STRINGS
from tests.web.browser.watching import POLICY, go, picture, until, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.server import Served

BATCH = Path(__file__).with_name("batch.js").read_text(encoding="utf-8")
LISTS = ("/", "/claim", "/proposition", "/source", "/study", "/concept", "/term")


def seen(text: str) -> str:
    """How a string reads on a page: what is hidden is shown, white space is one space."""
    return " ".join(str(visible(text.replace("\r\n", "\n").replace("\r", "\n"))).split())


@pytest.fixture(scope="module")
def paths(hostile_site: Served) -> list[str]:
    """Every page of the graph that its sitemap names."""
    answer = httpx.get(f"{hostile_site.base}/sitemap.xml", timeout=30)
    found = re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", answer.text)
    assert len(found) > 300
    return [each.replace("&amp;", "&") for each in found]


def test_enough_strings() -> None:
    assert len(set(STRINGS)) >= 100
    assert HIDDEN
    assert set(hostile.ALLOWED) | set(HIDDEN) == set(STRINGS)


def test_every_page_holds_them_as_text(
    browser: Browser, hostile_site: Served, paths: list[str]
) -> None:
    with watched(browser, hostile_site.base, refused=True) as (page, _):
        go(page, "/concept")
        found: list[dict[str, Any]] = page.evaluate(BATCH, paths)
    assert len(found) == len(paths)
    for each in found:
        assert each["status"] == 200, each["path"]
        assert each["policy"].startswith(POLICY), each["path"]
        assert not each["faults"], (each["path"], each["faults"])
    titles = {each["path"]: " ".join(each["title"].split()) for each in found}
    for at, gist in enumerate(hostile.ALLOWED):
        if f"/claim/text/k{at}" in titles and not 1 <= at <= len(HIDDEN):
            assert titles[f"/claim/text/k{at}"] == seen(gist)
            assert titles.get(f"/concept/c{at}", seen(gist)) == seen(gist)
    for at, gist in enumerate(HIDDEN, 1):
        assert titles[f"/claim/text/k{at}"] == titles[f"/concept/c{at}"] == seen(gist)
    assert "[U+202E]" in titles["/claim/text/k1"]
    together = " ".join(" ".join(each["text"].split()) for each in found)
    assert not [each for each in STRINGS if seen(each) not in together]


def test_opened_one_by_one(browser: Browser, hostile_site: Served, paths: list[str]) -> None:
    """The lists, what was forged, and of the rest enough that each string stands on one."""
    names = [quote(each.rpartition("#")[2], safe="") for each in forged.renamed().values()]
    own = [each for each in paths if each.rpartition("/")[2].rpartition("%2F")[2] in names]
    single = [each for each in paths if each.count("/") > 1]
    chosen = dict.fromkeys((*LISTS, *own, *single[::7], *(f"/claim/text/k{at}" for at in range(8))))
    with watched(browser, hostile_site.base) as (page, watch):
        for path in chosen:
            go(page, path)
            watch.check(page)


def test_addresses_that_run_are_text(browser: Browser, hostile_site: Served) -> None:
    with watched(browser, hostile_site.base) as (page, _):
        for at, address in enumerate(forged.ADDRESSES, 1):
            go(page, f"/source/s{at}")
            assert address.replace("%E2%80%AE", "%E2%80%AE") in page.inner_text("main")
            hrefs = page.eval_on_selector_all("a", "(all) => all.map((each) => each.protocol)")
            assert set(hrefs) <= {"http:", "https:"}, hrefs


def test_pictures_and_views(browser: Browser, hostile_site: Served, tmp_path: Path) -> None:
    """Matrix, network, audit, export and search draw the strings, and nothing else happens."""
    with watched(browser, hostile_site.base) as (page, watch):
        for path in ("/matrix", "/audit", "/export?concept=c1", "/search?q=script&kind=claim"):
            go(page, path)
            assert "alert(1)" in (page.text_content("main") or "")
            watch.check(page)
        go(page, "/network?concept=c1&view=claims")
        until(page, "document.getElementById('canvas')?.network?.nodes().length > 1")
        labels = page.evaluate(
            "document.getElementById('canvas').network.nodes().map(n => n.data('label'))"
        )
        assert any("alert(1)" in each for each in labels)
        page.focus("#canvas")
        for key in ("ArrowRight", "ArrowRight", "Enter"):
            page.keyboard.press(key)
        until(page, "document.getElementById('said').textContent.length > 0")
        picture(page, tmp_path, "hostile-network")
        for path in ("/matrix.svg", "/network.svg?concept=c1&view=claims"):
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok
            assert not page.query_selector_all("script, foreignObject, [onload], [onbegin]")
            watch.check(page)


def test_the_editor_shows_answers_as_text(
    browser: Browser, hostile_site: Served, tmp_path: Path
) -> None:
    query = "SELECT ?s ?label WHERE { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }"
    with watched(browser, hostile_site.base) as (page, watch):
        go(page, f"/sparql?query={quote(query)}")
        page.click(".yasqe_queryButton")
        page.wait_for_selector(".yasr table.answer td")
        shown = page.inner_text(".yasr table.answer")
        assert "<script>window.__pwned=1;alert(1)</script>" in shown
        picture(page, tmp_path, "hostile-table")
        watch.check(page)
        page.click(".yasr .select_response")
        page.wait_for_selector(".yasr .CodeMirror-code")
        picture(page, tmp_path, "hostile-response")


def test_hits_while_typing_are_text(browser: Browser, hostile_site: Served, tmp_path: Path) -> None:
    with watched(browser, hostile_site.base) as (page, _):
        go(page, "/")
        page.locator("#find").press_sequentially("script")
        page.wait_for_selector("#find-hits li")
        assert "<" in page.inner_text("#find-hits")
        picture(page, tmp_path, "hostile-hits")
