"""What tests look at in a page: its JSON, its rows, its ids, and what no page may hold."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from tests.web.asking import get

if TYPE_CHECKING:
    from magkg.use.graph import Graph


class Seen(HTMLParser):
    """The ids, the links and the elements of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.faults: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and tag == "a":
                self.links.append(value or "")
            if name == "style" or name.startswith("on"):
                self.faults.append(f"{tag} {name}")
            if name in {"href", "src"} and re.match(r"(?i)\s*(javascript|data):", value or ""):
                self.faults.append(f"{tag} {name}={value}")


def page(graph: Graph, url: str, sources: str | None = None) -> tuple[str, Seen]:
    """Give a page that is there, whose markup keeps to the policy of the site."""
    answer = get(graph, url, "html", sources)
    html = answer.body.decode()
    assert answer.status == 200, html
    seen = Seen(html)
    assert not seen.faults
    assert len(seen.ids) == len(set(seen.ids)), "an id stands twice"
    assert seen.tags.count("h1") == 1
    return html, seen


def data(graph: Graph, url: str, sources: str | None = None) -> dict[str, Any]:
    """Give what a page shows as JSON."""
    answer = get(graph, url, "json", sources)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = json.loads(answer.body)
    return found


def rows(graph: Graph, url: str) -> list[dict[str, str]]:
    """Give the rows of a page as CSV."""
    answer = get(graph, url, "csv")
    assert answer.status == 200, answer.body
    return list(csv.DictReader(io.StringIO(answer.body.decode())))


def refused(graph: Graph, url: str) -> dict[str, Any]:
    """Give the problem that a URL is answered with; its page must be shown too."""
    answer = get(graph, url, "json")
    assert get(graph, url).status == answer.status
    found: dict[str, Any] = json.loads(answer.body)
    assert found["status"] == answer.status
    return found
