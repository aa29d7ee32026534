"""A page of each kind: nothing serious for axe-core, nothing leaves the host, keyboard, paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.web.browser.kinds import KINDS
from tests.web.browser.watching import NARROW, WIDE, Watch, go, overflow, picture, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parents[2] / "readers/node/node_modules/axe-core/axe.min.js"
GRAVE = {"serious", "critical"}
# The rules whose verdict hangs on colours and on the width of the window.
SEEN = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")


@pytest.fixture(scope="module")
def paths(base: str) -> dict[str, str]:
    """The paths of all kinds; that of a proposition is a digest, and is looked up."""
    listed = httpx.get(
        f"{base}{KINDS['propositions']}", headers={"Accept": "text/html"}, timeout=30
    )
    found = re.search(r'href="(/proposition/[0-9a-f]{64})"', listed.text)
    assert found
    return {**KINDS, "proposition": found[1]}


def faults(page: Page, *rules: str) -> list[tuple[str, str, list[str]]]:
    """What axe-core finds that is serious or critical, of all rules or of some."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    # The field that CodeMirror is typed into, and scrolls by keyboard, stands beside what scrolls.
    found: list[dict[str, Any]] = page.evaluate(
        "(options) => axe.run({exclude: ['.CodeMirror-scroll']}, options)"
        ".then((all) => all.violations)",
        options,
    )
    return [
        (each["impact"], each["id"], [node["html"][:160] for node in each["nodes"][:3]])
        for each in found
        if each["impact"] in GRAVE
    ]


def look(page: Page, watch: Watch, kind: str, path: str, folder: Path) -> list[object]:
    """Open a page light and wide, then dark and narrow, and give what is wrong with it."""
    wrong: list[object] = []
    for scheme, size in (("light", WIDE), ("dark", NARROW)):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        if scheme == "light":
            go(page, path)
        page.evaluate("document.fonts.ready")
        picture(page, folder, f"kind-{kind.replace(' ', '-')}-{scheme}-{size['width']}")
        if (wide := overflow(page)) > 0:
            wrong.append((path, scheme, f"{wide} pixels wider than the window"))
        if AXE.is_file():
            wrong += [
                (path, scheme, *each) for each in faults(page, *(SEEN if scheme == "dark" else ()))
            ]
    watch.check(page)
    return wrong


def test_nothing_grave_on_any_kind_of_page(
    browser: Browser, base: str, paths: dict[str, str], tmp_path: Path
) -> None:
    """Violations, overflow, requests to elsewhere, errors; without axe-core all but the first."""
    wrong: list[object] = []
    with watched(browser, base, reduced_motion="reduce") as (page, watch):
        for kind, path in paths.items():
            wrong += look(page, watch, kind, path, tmp_path)
        assert watch.asked > len(paths)
    assert not wrong
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/readers/node")


def test_the_watch_sees(browser: Browser, base: str) -> None:
    """What the other tests rest on: a request to elsewhere, a dialog, an error are taken down."""
    with watched(browser, base, bypass_csp=True) as (page, watch):
        go(page, "/term")
        page.evaluate(
            "new Promise((done) => { const i = new Image(); i.onerror = done;"
            " i.src = 'https://away.example/x.png'; })"
        )
        page.evaluate("alert('seen')")
        page.evaluate("console.error('seen')")
        assert watch.outside == ["https://away.example/x.png"]
        assert watch.ran == ["alert: seen"]
        assert any("seen" in each for each in watch.said)
        for each in (watch.outside, watch.ran, watch.said):
            each.clear()


def test_the_policy_stops_what_is_in_a_page(browser: Browser, base: str) -> None:
    """The second wall: markup that got into a page all the same neither runs nor fetches."""
    with watched(browser, base) as (page, watch):
        go(page, "/term")
        with page.expect_event("requestfailed") as stopped:
            page.evaluate(
                "document.body.insertAdjacentHTML('beforeend', '<img src=https://away.example/x"
                " onerror=window.__pwned=1><svg onload=window.__pwned=1></svg>')"
            )
        assert stopped.value.failure == "csp"
        assert page.evaluate("window.__pwned") is None
        assert any("Content Security Policy" in each for each in watch.said)
        watch.said.clear()
        watch.outside.clear()


@pytest.mark.parametrize("path", ["/", "/claim/guide-nerve-health/table-glycinate-bioavailability"])
def test_by_keyboard(browser: Browser, base: str, path: str) -> None:
    where = "document.activeElement.className + '#' + document.activeElement.id"
    with watched(browser, base) as (page, _):
        go(page, path)
        page.keyboard.press("Tab")
        assert page.evaluate(where) == "skip#"
        assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
        order = []
        for _step in range(20):
            page.keyboard.press("Tab")
            order.append(page.evaluate(where))
            ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert ring not in {"none", ""}, order
        assert "#find" in order
        assert page.evaluate("!!document.activeElement.closest('main, nav')")
        page.focus(".skip")
        page.keyboard.press("Enter")
        assert page.evaluate(where) == "#main"
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('main')")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("claim", "/claim/guide-nerve-health/table-glycinate-bioavailability"),
        ("matrix", "/matrix?concept=magnesium-malate"),
    ],
)
def test_on_paper(browser: Browser, base: str, tmp_path: Path, name: str, path: str) -> None:
    with watched(browser, base) as (page, _):
        go(page, path)
        closed = page.locator("main details:not([open])").count()
        made = page.pdf(path=tmp_path / f"{name}.pdf", format="A4")
        assert made.startswith(b"%PDF-")
        assert len(re.findall(rb"/Type\s*/Page\b", made)) >= 1
        assert len(made) > 10_000
        page.emulate_media(media="print")
        assert not page.is_visible("form.find")
        assert page.is_visible("h1")
        picture(page, tmp_path, f"paper-{name}", whole=True)
        assert page.locator("main details:not([open])").count() == closed
