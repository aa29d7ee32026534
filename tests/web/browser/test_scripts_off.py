"""The site in a browser that runs no scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.browser.watching import LIMIT, go, picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    """A page without scripts; nothing may be asked of another host."""
    context = browser.new_context(base_url=base, java_script_enabled=False)
    context.set_default_timeout(LIMIT)
    asked: list[str] = []
    context.on("request", lambda each: asked.append(each.url))
    yield context.new_page()
    context.close()
    assert asked
    assert not [each for each in asked if not each.startswith((f"{base}/", "data:"))]


def test_start_and_search(page: Page) -> None:
    go(page, "/")
    assert page.locator("table.matrix a.cell").count() > 10
    assert not page.is_visible("button.copy >> nth=0")
    page.fill("#find", "cramp")
    page.click("form.find button")
    page.wait_for_url("**/search?q=cramp")
    page.click("ol.hits .gist a >> nth=0")
    assert page.locator("h1").count() == 1


def test_a_claim(page: Page) -> None:
    go(page, "/claim/guide-nerve-health/table-glycinate-bioavailability")
    for part in ("#says", "#passage", "#evidence", "#elsewhere", "#audit", "#reading", "#cite"):
        assert page.is_visible(part), part
    page.click("#passage summary >> nth=0")
    assert page.is_visible("#passage details[open] code >> nth=0")


def test_a_query(page: Page) -> None:
    go(page, "/queries/claims_about")
    page.fill("#param-concept", "magnesium-malate")
    page.click("#form button")
    page.wait_for_url("**concept=magnesium-malate**")
    assert page.locator("table.answer tbody tr").count() > 0


def test_sparql(page: Page, tmp_path: Path) -> None:
    go(page, "/sparql")
    assert not page.is_visible("#yasgui")
    page.fill("#query-text", "SELECT ?kind (COUNT(*) AS ?n) { ?x a ?kind } GROUP BY ?kind")
    page.click("#plain button.main")
    page.wait_for_url("**/sparql?query=**")
    assert page.locator("table.answer tbody tr").count() > 5
    picture(page, tmp_path, "off-sparql")
    page.fill("#query-text", "SELECT ?x {")
    page.click("#plain button.main")
    assert page.inner_text("#problem").strip()
    assert page.input_value("#query-text") == "SELECT ?x {"


def test_matrix_network_export(page: Page, tmp_path: Path) -> None:
    go(page, "/matrix")
    page.click(".narrow > details:has(input[name=polarity]) > summary")
    page.check("input[name=polarity][value=denies]")
    page.click("form.facets button.main")
    page.wait_for_url("**polarity=denies**")
    assert page.is_visible(".chips.chosen")
    go(page, "/network?concept=magnesium-malate")
    drawn = page.locator("figure img")
    assert drawn.is_visible()
    box = drawn.bounding_box()
    assert box
    assert box["width"] > 200
    assert box["height"] > 100
    picture(page, tmp_path, "off-network")
    page.click("#nodes-list a[data-expand] >> nth=1")
    page.wait_for_url("**expand=**")
    go(page, "/export?concept=magnesium-malate")
    with page.expect_download() as waiting:
        page.click("table.formats a:text-is('csv')")
    assert waiting.value.path().read_bytes().count(b"\n") > 1
