"""Hostile strings as what a visitor asks: in every parameter, in paths, as queries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from magkg.web.pages.rendering import visible
from tests.web.browser.strings import STRINGS
from tests.web.browser.watching import POLICY, go, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.server import Served

BATCH = Path(__file__).with_name("batch.js").read_text(encoding="utf-8")
# Each string goes to the first ones, and to one of the others.
ALWAYS = ("/search?q=", "/sparql?query=", "/queries/claims_about?concept=")
IN_TURN = (
    "/claim?q=",
    "/proposition?concept=",
    "/matrix?concept=",
    "/audit?source=",
    "/network?concept=",
    "/export?text=",
    "/resource?iri=",
    "/queries?q=",
    "/sparql?example=",
    "/claim/text/",
    "/claim/",
    "/concept/",
    "/study/",
    "/proposition/",
    "/queries/",
    "/",
    "/export/",
    "/search?kind=claim&page=",
)


def paths() -> dict[str, str]:
    """The addresses that are asked, each with the string that stands in it."""
    found = {}
    for at, text in enumerate(STRINGS):
        if len(text) > 1500:
            text = text[-200:]
        for start in (*ALWAYS, IN_TURN[at % len(IN_TURN)]):
            found[start + quote(text, safe="")] = text
    return found


def test_nothing_that_is_asked_runs(browser: Browser, hostile_site: Served) -> None:
    asked = paths()
    with watched(browser, hostile_site.base, refused=True) as (page, _):
        go(page, "/search")
        found: list[dict[str, Any]] = page.evaluate(BATCH, list(asked))
    assert len(found) == len(asked)
    for each in found:
        assert each["status"] in {200, 400, 404, 414}, (each["path"], each["status"])
        assert each["policy"].startswith(POLICY), each["path"]
        assert not each["faults"], (each["path"], each["faults"])
        assert each["type"].startswith("text/html"), (each["path"], each["type"])
        assert each["sniff"] == "nosniff", each["path"]
        assert "49" not in each["title"], each["path"]  # {{7*7}}


def test_json_cannot_be_taken_for_a_page(browser: Browser, hostile_site: Served) -> None:
    with watched(browser, hostile_site.base, refused=True) as (page, _):
        for text in STRINGS[::9]:
            answer = page.goto(f"/search.json?{urlencode({'q': text[-200:]})}")
            assert answer is not None
            assert answer.headers["content-type"].startswith("application/")
            assert "json" in answer.headers["content-type"]
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_opened_as_addresses(browser: Browser, hostile_site: Served) -> None:
    """Some of them opened for real: the field holds what was asked, and the editor, too."""
    chosen = (*STRINGS[::13], *STRINGS[-7:])
    with watched(browser, hostile_site.base, refused=True) as (page, watch):
        for text in chosen:
            text = text[-200:]
            page.goto(f"/search?{urlencode({'q': text})}")
            held = " ".join(page.input_value("#words").split())
            assert held == " ".join(str(visible(text.strip())).split())
            watch.check(page)
        for text in chosen[::3]:
            page.goto(f"/sparql#{urlencode({'query': text[-200:]})}")
            page.reload()
            page.click(".yasqe_queryButton >> visible=true")
            page.wait_for_selector(".tabPanel.active .yasr :is([role=alert], table.answer)")
            watch.check(page)


def test_a_query_gives_markup_back_as_text(browser: Browser, hostile_site: Served) -> None:
    rows = " ".join(f'("{at}" {_literal(each)})' for at, each in enumerate(STRINGS[:40]))
    query = f"SELECT * WHERE {{ VALUES (?at ?text) {{ {rows} }} }}"
    with watched(browser, hostile_site.base) as (page, _):
        go(page, f"/sparql?{urlencode({'query': query})}")
        served = page.inner_text("#served table.answer")
        page.click(".yasqe_queryButton")
        page.wait_for_selector(".yasr table.answer td")
        drawn = page.inner_text(".yasr table.answer")
    for each in STRINGS[:40]:
        words = " ".join(each.split())
        assert words in " ".join(served.split())
        assert words in " ".join(drawn.split())


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
