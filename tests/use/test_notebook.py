"""What a notebook shows: cards that say what the claim says, and run nothing."""

from __future__ import annotations

import copy
from html.parser import HTMLParser
from typing import Any

import pytest

from magkg.claims.sources import SourceTexts
from magkg.use import notebook
from magkg.use.trace import Trace
from magkg.use.why import Why
from tests import audited, evidence, small


class _Seen(HTMLParser):
    """The tags, the links and the text of a page; every tag must be closed in its order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.links += [value for name, value in attrs if name in ("href", "src")]
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_claim_shows_as_a_card() -> None:
    graph = evidence.graph()
    seen = _Seen(graph.trace("hive-notes#clover-more-brood")._repr_html_())
    for said in (
        "white clover · increases · brood", "affirms · asserted", "characters 151-226",
        "the text is not at hand", "Hive notes", "supports, relayed", "Clover beside hives",
        "size: 40", "what the graph holds: very low",
    ):  # fmt: skip
        assert said in seen.text, said
    assert "https://example.org/bees/concept/white-clover" in seen.links
    bare = _Seen(graph.trace("garden-leaflet#gardens-differ")._repr_html_())
    assert "none: " in bare.text
    assert "none is given by the source" in bare.text


def test_a_denied_claim_and_its_words_are_seen() -> None:
    graph = small.graph()
    trace = graph.trace("hive-notes#patty-no-cure", SourceTexts(small.SOURCES))
    page = trace._repr_html_()
    [words] = [each["words"] for each in trace.document["passages"]]
    assert f"<mark>{words}</mark>" in page
    assert "denies" in _Seen(page).text


EVIL = '<script>alert("x")</script><a href="javascript:alert(1)">\u202egpj.exe'


def spoilt(value: Any) -> Any:
    """The document with every text made hostile, IRIs too."""
    if isinstance(value, dict):
        return {key: spoilt(held) for key, held in value.items()}
    if isinstance(value, list):
        return [spoilt(held) for held in value]
    if not isinstance(value, str):
        return value
    return f"javascript:{EVIL}" if value.startswith("http") else value + EVIL


@pytest.mark.parametrize("name", ["hive-notes#clover-more-brood", "hive-notes#patty-low"])
def test_nothing_in_a_graph_runs(name: str) -> None:
    graph = evidence.graph()
    trace = graph.trace(name, SourceTexts(small.SOURCES))
    why = graph.why(name)
    for page in (
        Trace(EVIL, spoilt(copy.deepcopy(trace.document)))._repr_html_(),
        Why(EVIL, _spoilt_labels(copy.deepcopy(why.document)))._repr_html_(),
    ):
        seen = _Seen(page)
        assert set(seen.tags) <= {"div", "b", "table", "tr", "th", "td", "a", "br", "mark"}
        assert all(link and link.startswith(("http://", "https://")) for link in seen.links)
        assert "\u202e" not in page
        assert "\\u202e" in seen.text


def _spoilt_labels(value: Any, name: str = "") -> Any:
    """As `spoilt`, but for the words that the ladder itself goes by."""
    if isinstance(value, dict):
        return {key: _spoilt_labels(held, key) for key, held in value.items()}
    if isinstance(value, list):
        return [_spoilt_labels(held, name) for held in value]
    return spoilt(value) if name == "label" else value


def test_a_ladder_shows_its_steps() -> None:
    seen = _Seen(evidence.graph().why("hive-notes#clover-more-brood")._repr_html_())
    for title in ("Claim", "What it cites itself", "What the graph holds", "What would change it"):
        assert title in seen.text


def test_an_audit_shows_its_first_findings_and_counts_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notebook, "_SHOWN", 5)
    audit = audited.graph().audit()
    seen = _Seen(audit._repr_html_())
    assert f"{len(audit.findings)} findings" in seen.text
    assert f"{len(audit.findings) - 5} more" in seen.text
    assert seen.tags.count("tr") == 6
    assert " ".join(audit.findings[0].message.split()) in " ".join(seen.text.split())
    none = _Seen(audited.graph().audit(kinds="retracted_study")._repr_html_())
    assert none.text.startswith(f"{len(audited.graph().audit(kinds='retracted_study').findings)}")
