"""The first page: figures, matrix, both sides of what is contested, doors, citation."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from magkg.use.graph import Graph
from magkg.use.report.holdings import statements
from magkg.use.select.opposition import contested
from magkg.web.pages.entry import start
from magkg.web.pages.links import Links
from tests import small
from tests.web.asking import get

if TYPE_CHECKING:
    import pytest


def _data(graph: Graph) -> dict[str, object]:
    found: dict[str, object] = json.loads(get(graph, "/", "json").body)
    return found


def test_figures_are_those_of_the_graph(bundled: Graph) -> None:
    assert bundled.manifest is not None
    held = _data(bundled)["counts"]
    assert isinstance(held, dict)
    for name in ("claims", "propositions", "sources", "studies", "concepts", "passages"):
        assert held[name] == bundled.manifest.counts[name]
    assert 0 < held["roots"] < held["studies"]
    assert f"<b>{held['claims']:,}</b>" in get(bundled, "/").body.decode()


def test_figures_are_counted_where_no_manifest_tells_them(bundled: Graph) -> None:
    bare = Graph(bundled.store, project=bundled.project)
    assert _data(bare)["counts"] == _data(bundled)["counts"]


def test_the_matrix_in_small_says_of_a_cell_what_its_statements_say(bundled: Graph) -> None:
    found = _data(bundled)["matrix"]
    assert isinstance(found, dict)
    every = {each.iri: each for each in statements(bundled.store)}
    cells = [
        (row, column, cell)
        for row in found["rows"]
        for column, cell in zip(found["columns"], row["cells"], strict=True)
        if cell
    ]
    assert len(cells) > 10
    for row, column, cell in cells:
        stated = every[cell["proposition"]]
        assert (stated.subject.iri, stated.object.iri) == (row["iri"], column["iri"])
        assert cell["verdict"]["name"] == stated.verdict
        here = [
            each
            for each in every.values()
            if (each.subject.iri, each.object.iri, each.question)
            == (row["iri"], column["iri"], stated.question)
        ]
        assert cell["claims"] == sum(each.number("claimCount") for each in here)
        assert cell["roots"] == len(set().union(*(each.roots for each in here)))


def test_both_sides_of_what_is_contested_are_there(bundled: Graph) -> None:
    found = _data(bundled)["contested"]
    assert isinstance(found, dict)
    assert found["claims"] == len(contested(bundled.store)) > 0
    assert found["propositions"]
    html = get(bundled, "/").body.decode()
    for each in found["propositions"]:
        for side in ("for", "against"):
            held = each["sides"][side]
            assert held["claims"]["number"] + held["studies"]["number"] > 0
            for claim in held["claims"]["first"]:
                assert claim["polarity"]["name"] == {"for": "affirms", "against": "denies"}[side]
                assert Links(bundled.prefixes).path(claim["iri"]) in html


def test_the_examples_of_the_doors_lead_somewhere(bundled: Graph) -> None:
    examples = _data(bundled)["examples"]
    assert isinstance(examples, dict)
    assert bundled.trace(examples["claim_name"]).claim
    assert len(bundled.subgraph(concept=examples["concept_name"]))
    assert len(bundled.query(examples["sparql"])) > 1


def test_it_is_described_as_a_dataset_and_cited(bundled: Graph) -> None:
    assert bundled.manifest is not None
    html = get(bundled, "/").body.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    linked = json.loads(block[1])
    assert linked["@type"] == "Dataset"
    assert bundled.manifest.root in linked["identifier"]
    assert linked["license"].startswith("https://creativecommons.org/")
    assert {each["contentUrl"] for each in linked["distribution"]} >= {
        "http://127.0.0.1:8000/export/turtle",
        "http://127.0.0.1:8000/export/parquet",
    }
    cited = _data(bundled)["citation"]
    assert isinstance(cited, dict)
    assert bundled.manifest.root in cited["text"]
    assert cited["bibtex"].startswith("@misc{")


def test_a_small_graph_has_a_page_too() -> None:
    with small.graph() as graph:
        assert get(graph, "/").status == 200


def test_a_large_graph_is_not_drawn(bundled: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "_MOST", 3)
    held = _data(bundled)
    assert held["matrix"] is None
    assert held["contested"] is None
    html = get(bundled, "/").body.decode()
    assert "too many" in html
    assert 'href="/matrix"' in html


def test_a_study_that_is_named_on_a_side_bears_on_the_proposition(bundled: Graph) -> None:
    """The root of a line only names what its studies share, and may be about something else."""
    found = _data(bundled)["contested"]
    assert isinstance(found, dict)
    seen = 0
    for each in found["propositions"]:
        lines = bundled.why(each["iri"]).document["assessment"]["lines"]
        for side, vote in (("for", "supports"), ("against", "disputes")):
            here = [line for line in lines if line["vote"] == vote]
            assert each["sides"][side]["studies"]["number"] == len(here)
            best = {line["ratings"][0]["study"]["iri"] for line in here}
            assert {study["iri"] for study in each["sides"][side]["studies"]["first"]} <= best
            seen += len({line["root"]["iri"] for line in here} - best)
        assert each["beside"]["undecided"] == sum(line["vote"] == "inconclusive" for line in lines)
    assert seen, "no root here is named after another study: the test sees nothing"


def test_who_takes_no_side_is_told_too(bundled: Graph) -> None:
    found = _data(bundled)["contested"]
    assert isinstance(found, dict)
    text = " ".join(get(bundled, "/").body.decode().split())
    told = [each["beside"] for each in found["propositions"] if each["beside"]["undecided"]]
    assert told
    assert text.count("On neither side:") == sum(
        any(each["beside"].values()) for each in found["propositions"]
    )


def test_a_cell_does_not_hide_who_denies(bundled: Graph) -> None:
    found = _data(bundled)["matrix"]
    assert isinstance(found, dict)
    cells = [cell for row in found["rows"] for cell in row["cells"] if cell]
    for cell in cells:
        assert sum(cell["said"].values()) == cell["claims"]
        assert min(cell["said"].values()) >= 0
    denied = [cell for cell in cells if cell["said"]["denying"]]
    assert denied
    html = get(bundled, "/").body.decode()
    assert html.count('<span class="denying">') == len(denied)
    for cell in denied:
        assert f"{cell['said']['denying']} denying" in html
