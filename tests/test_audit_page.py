"""The page of an audit: sound markup, the same bytes every time, and as a real browser shows it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from magkg.use.lettering import wrapped
from magkg.use.report import matrix, signs
from magkg.use.report.holdings import VERDICTS, statements
from magkg.use.report.layers import Box, Edge, place
from magkg.use.report.markup import Html, join, link, tag

from . import audited

if TYPE_CHECKING:
    from magkg.use.graph import Graph

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
VOID = {"br", "col", "hr", "link", "meta"}
PAGE = audited.graph().audit().html(dismissed=True)
# What a page says of itself once it is laid out, in a copy that may run it.
MEASURE = """<script>addEventListener("load", () => {
  const wide = document.documentElement.scrollWidth - innerWidth, out = [];
  for (const e of document.querySelectorAll("svg.diagram text")) {
    const box = e.closest(".box"); if (!box) continue;
    const a = e.getBoundingClientRect(), b = box.querySelector("rect").getBoundingClientRect();
    if (a.right > b.right + 1 || a.bottom > b.bottom + 1) out.push(e.textContent);
  }
  for (const e of document.querySelectorAll("svg.diagram")) {
    const a = [...e.querySelectorAll(".box > rect")].map((r) => r.getBoundingClientRect());
    for (let i = 0; i < a.length; i++) for (let j = 0; j < i; j++)
      if (a[i].left < a[j].right && a[j].left < a[i].right && a[i].top < a[j].bottom &&
          a[j].top < a[i].bottom) out.push("overlap in " + e.id);
  }
  parent.postMessage(JSON.stringify({wide, out, width: innerWidth}), "*");
})</script>"""
# A window has a least width, a frame has none.
FRAME = """<!DOCTYPE html><title>frame</title><script>
addEventListener("message", (e) => { document.documentElement.dataset.measured = e.data; });
</script><iframe src="audit.html" width="%d" height="900" style="border:0"></iframe>"""


class Outline(HTMLParser):
    """Ids, references and headings of a page; it fails on tags that do not pair."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.local: set[str] = set()
        self.remote: set[str] = set()
        self.headings: list[int] = []
        self.scoped: list[bool] = []
        self.captions = 0
        self.tables = 0
        self.feed(text)
        assert not self.open

    def handle_starttag(self, name: str, given: list[tuple[str, str | None]]) -> None:
        attributes = dict(given)
        if name not in VOID:
            self.open.append(name)
        if attributes.get("id"):
            self.ids.append(attributes["id"] or "")
        for key in ("href", "src", "xlink:href", "action", "srcset", "data"):
            held = attributes.get(key)
            if held is not None:
                (self.local if held.startswith("#") else self.remote).add(held.removeprefix("#"))
                assert key == "href"
        for key in ("aria-labelledby",):
            self.local |= set((attributes.get(key) or "").split())
        if re.fullmatch("h[1-6]", name):
            self.headings.append(int(name[1]))
        if name == "th":
            self.scoped.append("scope" in attributes)
        self.captions += name == "caption"
        self.tables += name == "table" and attributes.get("class") != "ident"

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name


@pytest.fixture(params=["made", "bundled"])
def written(request: pytest.FixtureRequest) -> str:
    if request.param == "made":
        return PAGE
    graph: Graph = request.getfixturevalue("bundled")
    return graph.audit().html()


def test_the_markup_is_sound_and_every_reference_leads_somewhere(written: str) -> None:
    found = Outline(written)
    assert len(found.ids) == len(set(found.ids))
    assert found.local - {""} <= set(found.ids)
    assert all(urlsplit(each).scheme in ("http", "https") for each in found.remote)
    assert found.headings[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(found.headings))
    assert all(found.scoped)
    assert found.captions == found.tables
    assert "url(http" not in written
    assert "@import" not in written


def test_the_same_graph_gives_the_same_bytes() -> None:
    assert audited.graph().audit().html(dismissed=True) == PAGE


def test_no_text_becomes_markup() -> None:
    assert "<script>alert" not in PAGE
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in PAGE
    assert PAGE.count("<script") == 1
    assert "\u202e" not in PAGE
    assert "\u0007" not in PAGE
    assert "\\u202e" in PAGE


def test_every_verdict_has_a_sign_of_its_own_and_its_words() -> None:
    held = statements(audited.store())
    assert {each.verdict for each in held} == set(VERDICTS)
    shapes = re.findall(r'<symbol id="sign-(\w+)"[^>]*>(.*?)</symbol>', signs.definitions())
    assert {name for name, _ in shapes} == set(VERDICTS)
    # Told apart without colour: no two shapes are alike, classes aside.
    bare = {re.sub(r'class="[^"]*"', "", shape) for _, shape in shapes}
    assert len(bare) == len(VERDICTS)
    for each in held:
        assert signs.WORDS[each.verdict][0] in PAGE


def test_the_matrix_tells_evidence_from_assertion() -> None:
    (part,) = matrix.parts(statements(audited.store()))
    columns = [label for _, label in part.columns]
    # A column needs more than assertion; a lack that is reported is more.
    assert "fever" not in columns
    assert {"insomnia", "cramp", "fatigue", "cough", "itch"} == set(columns)
    written = matrix.matrix(part)
    assert "conflicting" in written
    assert ">rat<" in written
    assert "Valerian".lower() in written


def test_a_wide_matrix_is_cut_into_parts() -> None:
    (held,) = [each for each in statements(audited.store()) if each.verdict == "supported"][:1]
    many = [
        replace(
            held,
            object=replace(held.object, iri=f"o{n % 60}", label=f"outcome {n % 60}"),
            subject=replace(held.subject, iri=f"s{n // 60}", label=f"substance {n // 60}"),
        )
        for n in range(3600)
    ]
    parts = matrix.parts(many)
    assert len(parts) == 60 // matrix.COLUMNS
    assert sum(len(each.columns) for each in parts) == 60
    assert all(len(each.rows) == 60 for each in parts)
    assert sum(len(cell) for each in parts for cell in each.cells.values()) == 3600


def test_markup_escapes_all_that_is_not_markup() -> None:
    assert tag("td", "a < b", class_="n") == '<td class="n">a &lt; b</td>'
    assert tag("br") == "<br>"
    assert tag("a", Html("<b>x</b>"), title='"', hidden=True, id=None) == (
        '<a title="&quot;" hidden><b>x</b></a>'
    )
    assert join("a", None, ["b", 3]) == "ab3"
    assert link("javascript:alert(1)", "x") == "x"
    assert link("https://example.org/a", "x").startswith('<a href="https://example.org/a"')


def test_boxes_of_a_layer_never_touch() -> None:
    boxes = [Box(f"a{n}", 0, ("x",)) for n in range(3)]
    boxes += [Box(f"b{n}", 1, ("x", "y"), ("z",), level=2) for n in range(9)]
    edges = [Edge(f"a{n % 3}", f"b{n}") for n in range(9)]
    layers = [[each for each in boxes if each.layer == at] for at in range(2)]
    placed = place(layers, edges)
    for layer in layers:
        spans = sorted((placed.tops[each.key], each.height) for each in layer)
        for (top, height), (below, _) in pairwise(spans):
            assert top + height < below
        assert spans[0][0] >= -0.01
        assert sum(spans[-1]) <= placed.height + 0.01


def test_long_texts_are_broken_and_cut_with_a_sign() -> None:
    assert wrapped("one two", 200, 2) == ("one two",)
    lines = wrapped("word " * 40, 60, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all("W" * 4 not in line for line in wrapped("W" * 20, 40, 9))


needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")


def browse(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a headless browser that may call nobody but whom the page calls."""
    assert BROWSER is not None
    return subprocess.run(
        [
            BROWSER,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-features=NetworkTimeServiceQuerying,OptimizationHints,MediaRouter",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--enable-logging=stderr",
            f"--user-data-dir={home / 'profile'}",
            *words,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "HOME": str(home)},
        check=False,
    )


@needs_browser
def test_no_request_leaves_and_nothing_complains(written: str, tmp_path: Path) -> None:
    file, log = tmp_path / "audit.html", tmp_path / "net.json"
    file.write_text(written, "utf-8")
    done = browse("--dump-dom", f"--log-net-log={log}", file.as_uri(), home=tmp_path)
    assert "<h1>" in done.stdout
    assert "CONSOLE" not in done.stderr, done.stderr
    # The browser's own calls home (updates, the time of day) have no page for an initiator.
    asked = [
        line
        for line in log.read_text("utf-8", "replace").splitlines()
        if '"initiator":' in line and '"initiator":"not an origin"' not in line
    ]
    assert not [line for line in asked if '"url":"file:' not in line]
    # The one script works under the page's own policy.
    assert "data-open" in done.stdout
    assert not re.search(r"<button[^>]*hidden", done.stdout)


@needs_browser
def test_a_request_would_be_seen(tmp_path: Path) -> None:
    file, log = tmp_path / "audit.html", tmp_path / "net.json"
    file.write_text('<img src="http://example.org/a.png">', "utf-8")
    browse("--dump-dom", f"--log-net-log={log}", file.as_uri(), home=tmp_path)
    seen = [line for line in log.read_text("utf-8").splitlines() if "example.org/a.png" in line]
    assert any('"initiator":' in line and "not an origin" not in line for line in seen)


@needs_browser
def test_it_fits_a_telephone_and_labels_fit_their_boxes(written: str, tmp_path: Path) -> None:
    file = tmp_path / "audit.html"
    free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", written)
    file.write_text(free.replace("</body>", MEASURE + "</body>"), "utf-8")
    frame = tmp_path / "frame.html"
    for width in (390, 1280):
        frame.write_text(FRAME % width, "utf-8")
        done = browse(
            "--dump-dom",
            "--window-size=1400,900",
            "--virtual-time-budget=4000",
            frame.as_uri(),
            home=tmp_path,
        )
        (said,) = re.findall(r'data-measured="([^"]*)"', done.stdout)
        found = json.loads(said.replace("&quot;", '"'))
        assert found["width"] == width
        assert found["wide"] <= 0, found
        assert found["out"] == []


@needs_browser
def test_it_prints(written: str, tmp_path: Path) -> None:
    file, paper = tmp_path / "audit.html", tmp_path / "audit.pdf"
    file.write_text(written, "utf-8")
    browse("--no-pdf-header-footer", f"--print-to-pdf={paper}", file.as_uri(), home=tmp_path)
    pages = len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
    assert 2 < pages < 150
