"""The frame of every page: its head and foot, its signs, and what a strict policy asks of it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from magkg.web.pages import masthead
from magkg.web.pages.rendering import environment
from tests import small
from tests.web.asking import get

if TYPE_CHECKING:
    from magkg.use.graph import Graph

WEB = Path(masthead.__file__).parent.parent
PAGES = (
    "/",
    "/search",
    "/search?q=magnesium",
    "/search?q=qqqq",
    "/export",
    "/export?hops=x",
    "/no",
)


@pytest.fixture(scope="module")
def bees() -> Iterator[Graph]:
    with small.graph() as graph:
        yield graph


@pytest.mark.parametrize("url", PAGES)
def test_pages_have_one_heading_one_main_and_nothing_that_the_policy_forbids(
    bees: Graph, url: str
) -> None:
    html = get(bees, url).body.decode()
    assert html.startswith("<!DOCTYPE html>")
    assert len(re.findall("<h1[ >]", html)) == 1
    assert html.count("<main ") == 1
    levels = [int(each) for each in re.findall(r"<h([1-6])[ >]", html)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    for script in re.findall(r"<script([^>]*)>", html):
        assert 'src="/static/' in script or 'type="application/ld+json"' in script
    assert not re.findall(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="(?:https?:)?//', html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for field in re.findall(r'<(?:input|select)[^>]*\sid="([^"]+)"', html):
        assert f'for="{field}"' in html


def test_the_head_names_the_graph_and_the_foot_its_state(bundled: Graph, bees: Graph) -> None:
    html = get(bundled, "/search").body.decode()
    assert bundled.manifest is not None
    assert f'<code title="{bundled.manifest.root}">{bundled.manifest.root[:12]}</code>' in html
    assert masthead.CC0 in html
    assert "no medical advice" in html
    assert "/term/ruleV1" in html
    for group in masthead.NAVIGATION:
        for path, words in group:
            assert f'<a href="{path}"' in html
            assert f">{words}</a>" in html
    # The licence of another graph is not ours to state.
    assert masthead.CC0 not in get(bees, "/search").body.decode()


def test_the_page_where_one_is_is_marked(bees: Graph) -> None:
    assert '<a href="/export" aria-current="page">' in get(bees, "/export").body.decode()
    assert "aria-current" not in get(bees, "/search").body.decode()


def test_every_value_of_the_lists_with_signs_has_one_and_its_words(bundled: Graph) -> None:
    signs = (WEB / "templates" / "signs.html").read_text("utf-8")
    assert 'id="sign-{{ name }}"' in signs
    lists = "polarityScheme certaintyScheme strengthScheme verdictScheme directionScheme"
    values = [
        (str(scheme).rpartition("#")[2], str(value).rpartition("#")[2])
        for scheme, value in bundled.store.select(
            "PREFIX mag: <https://w3id.org/magkg/ns#> SELECT ?list ?value WHERE { VALUES ?list { "
            + " ".join(f"mag:{each}" for each in lists.split())
            + " } ?value <http://www.w3.org/2004/02/skos/core#inScheme> ?list }"
        )
    ]
    assert len(values) > 20
    made = environment().from_string(
        '{% import "parts.html" as parts with context %}{% include "signs.html" %}'
        '{% for list, name in values %}{{ parts.value(list, name, "W" ~ name) }}{% endfor %}'
    )
    html = made.render(values=values, path=str, here="/", query="")
    defined = set(re.findall(r'<symbol id="(sign-[^"]+)"', html))
    used = re.findall(r'<use href="#([^"]+)"/></svg><bdi>W([^<]+)</bdi>', html)
    assert len(used) == len(values)
    assert {sign for sign, _ in used} <= defined
    # None and not rated are two signs, as are all polarities.
    apart = dict(used[::-1])
    assert len({sign for sign, name in used if "strength" in sign or name == "notRated"}) == 6
    assert len(apart) == len(defined & {sign for sign, _ in used})


def test_an_error_is_a_page_that_leads_on(bees: Graph) -> None:
    answer = get(bees, "/serch")
    html = answer.body.decode()
    assert answer.status == 404
    assert 'action="/search"' in html
    assert ">/search</bdi>" in html


def test_graph_text_is_never_markup() -> None:
    made = environment().from_string(
        '{% import "parts.html" as parts with context %}{{ parts.value("polarity", "x", bad) }}'
        "{{ parts.link(bad, bad) }}{{ parts.web(bad) }}{{ parts.code('a', bad, bad) }}"
    )
    bad = '"><script>alert(1)</script>\u202e'
    html = made.render(bad=bad, path=lambda iri: iri, here="/", query="")
    assert "<script" not in html
    assert "\u202e" not in html
    assert "[U+202E]" in html


def _contrast(one: str, other: str) -> float:
    """Give the contrast of two colours: WCAG 2.2, relative luminance."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_of_text_can_be_read_in_light_and_dark() -> None:
    css = (WEB / "static" / "magkg.css").read_text("utf-8")
    light, dark = (
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\n\s*\}", css, re.DOTALL)[:2]
    )
    for found in (light, dark):
        for name in ("ink", "muted", "accent", "for", "against", "good", "warn", "bad"):
            for ground in ("paper", "panel", "tint"):
                assert _contrast(found[name], found[ground]) >= 4.5, (name, ground)
        assert _contrast(found["ink"], found["mark"]) >= 4.5
        assert _contrast(found["on"], found["accent"]) >= 4.5
        assert _contrast(found["line"], found["paper"]) >= 3  # the edges of fields
