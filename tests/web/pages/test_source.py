"""A source in reading order, with its text and without; all sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.use.coverage import cover
from magkg.use.graph import Graph
from magkg.use.graph import open as open_graph
from magkg.vocabulary import MAG
from magkg.web.pages.sources import reading
from tests import evidence, small
from tests.web.asking import get
from tests.web.pages.looking import data, page, refused, rows

GUIDE = "/source/guide-nerve-health"


@pytest.fixture(scope="module")
def bundled(bundled_folder: Path) -> Iterator[Graph]:
    """The bundled graph, opened once: the page keeps its audit, which takes a second."""
    with open_graph(bundled_folder) as graph:
        yield graph


def numbers(found: dict[str, object]) -> list[int]:
    return [claim["number"] for row in found["rows"] for claim in row["claims"]]  # type: ignore[attr-defined]


def test_every_claim_stands_once_in_reading_order(bundled: Graph) -> None:
    found = data(bundled, GUIDE)
    covered = bundled.coverage("guide-nerve-health")
    assert numbers(found) == list(range(1, len(covered.claims) + 1))
    starts = [row["start"] for row in found["rows"] if row["start"] is not None]
    assert starts == sorted(starts)
    assert found["coverage"]["covered"] == covered.covered
    assert found["coverage"]["characters"] == 10675


def test_every_claim_and_every_passage_has_its_anchor(bundled: Graph) -> None:
    _, seen = page(bundled, GUIDE)
    query = (
        f"SELECT ?claim ?passage WHERE {{ ?claim <{MAG}source> "
        f"<{bundled.prefixes['src']}guide-nerve-health> ; <{MAG}passage> ?passage }}"
    )
    wanted = {str(each).partition("#")[2] for row in bundled.store.select(query) for each in row}
    assert wanted <= set(seen.ids)


def test_a_claim_stands_by_the_passage_that_is_its_own() -> None:
    held = reading.Passages(
        spans={"heading": (0, 5), "cell": (10, 15), "other": (20, 25)},
        of={"a": ["heading", "cell"], "b": ["heading", "other"], "c": []},
    )
    shared = {"heading": 2, "cell": 1, "other": 1}
    assert [held.home(each, shared) for each in "abc"] == ["cell", "other", ""]


def test_with_its_text_the_words_stand_beside_the_claims(
    bundled: Graph, article_folder: Path
) -> None:
    folder = str(article_folder)
    found = data(bundled, GUIDE, folder)
    words = (article_folder / "guide-nerve-health.txt").read_bytes().decode("utf-8")
    assert found["text"] == {"at_hand": True, "same": True, "trouble": ""}
    for row in found["rows"]:
        assert "".join(each["text"] for each in row["pieces"]) == words[row["start"] : row["end"]]
    shown = "".join(each["text"] for row in found["rows"] for each in row["pieces"])
    assert "".join(shown.split()) == "".join(words.split())
    assert numbers(found) == list(range(1, found["claim_count"] + 1))
    left = [each for row in found["rows"] for each in row["pieces"] if each["state"] == "left"]
    assert {each["reason"] for each in left} >= {"navigation", "reading time"}
    _, seen = page(bundled, GUIDE, folder)
    assert set(data(bundled, GUIDE, folder)["anchors"].values()) <= set(seen.ids)


def test_another_text_is_told_and_loses_no_claim(tmp_path: Path) -> None:
    graph = small.graph()
    (tmp_path / "garden-leaflet.txt").write_text("Short, and not what was read.", encoding="utf-8")
    found = data(graph, "/source/garden-leaflet", str(tmp_path))
    assert found["text"]["same"] is False
    assert len(numbers(found)) == found["claim_count"] == 9
    html, _ = page(graph, "/source/garden-leaflet", str(tmp_path))
    assert "not the one that was read" in html
    (tmp_path / "garden-leaflet.txt").write_bytes(b"\xff\xfe\xff")
    html, _ = page(graph, "/source/garden-leaflet", str(tmp_path))
    assert "cannot be read as UTF-8" in html
    assert str(tmp_path) not in html


def test_the_small_text_is_read_line_by_line() -> None:
    graph = small.graph()
    found = data(graph, "/source/garden-leaflet", str(small.SOURCES))
    first = next(row for row in found["rows"] if row["claims"])
    piece = next(each for each in first["pieces"] if each["names"] == ["c0-36"])
    words = (small.SOURCES / "garden-leaflet.txt").read_text(encoding="utf-8")
    assert piece["text"] == words[0:36]
    assert piece["state"] == "covered"


def test_a_source_known_by_its_abstract_shows_where_a_claim_stands(bundled: Graph) -> None:
    html, _ = page(bundled, "/source/pan-2011")
    assert "Abstract, Results" in html
    found = data(bundled, "/source/pan-2011")
    assert found["coverage"] is None
    assert found["read_as"]["name"] == "abstract"
    assert found["sureness"]["name"] == "probable"
    assert found["status"][0]["text"] == (
        "That this is the document which others name is probable."
    )
    assert [each["label"] for each in found["cites"]["reports"]] == [
        "Mouse study of 2011: dietary magnesium after a sciatic nerve crush"
    ]


def test_what_it_says_without_evidence(bundled: Graph) -> None:
    held = data(bundled, GUIDE)["without"]
    for name, attribution in (("none", "noSource"), ("unnamed", "unnamedSource")):
        wanted = data(bundled, f"/claim?source=guide-nerve-health&attribution={attribution}")
        assert len(held[name]) == wanted["count"]
    rated = [each["rated"] for each in held["none"]]
    assert rated == sorted(rated, reverse=True)
    counts = sum(each["claims"] for row in held["wording"] for each in row["counts"])
    assert counts == held["rated"]
    query = (
        f"SELECT (COUNT(?c) AS ?n) WHERE {{ ?c <{MAG}source> <{bundled.prefixes['src']}guide-nerve-"
        f"health> ; <{MAG}heldGap> ?g ; <{MAG}ownConclusion> true FILTER(?g >= 2) }}"
    )
    assert len(held["firmer"]) == int(str(next(iter(bundled.store.select(query)))[0]))


def test_findings_are_counted_as_the_audit_counts_them(bundled: Graph) -> None:
    counted = {each["kind"]: each["count"] for each in data(bundled, GUIDE)["findings"]}
    asked = bundled.audit(source="guide-nerve-health")
    assert counted == {kind: count for kind, count in asked.counts.items() if count}


def test_documents_that_cite_each_other(bundled: Graph) -> None:
    citing = data(bundled, GUIDE)["cites"]
    assert "kirkland-2018" in {each["iri"].rpartition("/")[2] for each in citing["sources"]}
    cited = data(bundled, "/source/kirkland-2018")["cites"]["cited_by"]
    assert "guide-nerve-health" in {each["iri"].rpartition("/")[2] for each in cited}


def test_other_forms(bundled: Graph) -> None:
    listed = rows(bundled, "/source/pan-2011")
    assert len(listed) == data(bundled, "/source/pan-2011")["claim_count"]
    assert listed[0]["polarity"] == "affirms"
    turtle = get(bundled, "/source/pan-2011", "ttl").body.decode()
    assert "pan-2011" in turtle
    html, _ = page(bundled, "/source/pan-2011")
    assert '"@type": "ScholarlyArticle"' in html
    assert refused(bundled, "/source/pan-2012")["suggestions"][0] == "pan-2011"
    assert refused(bundled, f"{GUIDE}?page=2")["status"] == 400


def test_a_long_source_is_cut_into_pages(bundled: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    from magkg.web.pages.sources import source

    monkeypatch.setattr(source, "_CLAIMS", 100)
    first, last = data(bundled, GUIDE), data(bundled, f"{GUIDE}?page=3")
    assert first["pages"] == 3
    assert numbers(first)[0] == 1
    assert numbers(last)[-1] == first["claim_count"]


def test_all_sources_are_filtered_and_sorted(bundled: Graph) -> None:
    found = data(bundled, "/source")
    assert found["rows"][0]["iri"].endswith("guide-nerve-health")
    assert found["pages"] == 2
    pages = data(bundled, "/source?type=WebPage&sort=title")
    names = [each["label"].casefold() for each in pages["rows"]]
    assert names == sorted(names)
    assert pages["count"] == 13 < found["count"] == len(rows(bundled, "/source"))
    years = [each["year"] for each in data(bundled, "/source?sort=-year")["rows"]]
    assert years[0] == max(each for each in years if each)
    assert refused(bundled, "/source?type=WebPag")["suggestions"] == ["WebPage"]
    assert refused(bundled, "/source?sort=titel")["suggestions"][0] == "title"


def test_a_source_of_a_retracted_study_says_so() -> None:
    study = ox.NamedNode(small.BASE + "study/norwood-clover")
    note = ox.Literal("The hives were not there.")
    more = ox.Quad(study, ox.NamedNode(MAG + "retracted"), note)
    graph = small.in_memory(small.project(), [*small.quads(), more])
    html, _ = page(graph, "/source/norwood-2019")
    assert "It reports a retracted study: The hives were not there." in html


def test_coverage_and_rows_agree_without_a_text() -> None:
    graph = evidence.graph()
    source = small.BASE + "source/garden-leaflet"
    covered = cover(graph.store, source, graph.prefixes)
    held = reading.passages(graph.store, source)
    made = reading.rows(covered, held, None)
    assert sum(len(row.claims) for row in made) == len(covered.claims)
    gaps = [(row.start, row.end) for row in made if row.pieces[0]["state"] == "gap"]
    assert gaps == [(gap.start, gap.end) for gap in covered.gaps]
