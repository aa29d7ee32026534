"""The page of a claim: its words, its passage, its ladder, and nothing that a text could do."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from magkg.claims.sources import SourceTexts
from magkg.use.export.formats import FORMATS
from magkg.use.graph import Graph
from magkg.use.graph import open as open_graph
from magkg.use.select.language import select
from magkg.vocabulary import MAG, OA
from magkg.web.pages.audit import findings, whole_audit
from tests import small
from tests.web.asking import get

NERVE = "/claim/guide-nerve-health/evidence-2011-regeneration"
TEXTS = str(small.SOURCES)


@pytest.fixture(scope="module")
def bees() -> Graph:
    return small.graph()


@pytest.fixture(scope="module")
def bundled(bundled_folder: Path) -> Iterator[Graph]:
    """The bundled graph, opened once: its audit takes a second."""
    with open_graph(bundled_folder) as graph:
        yield graph


def page(graph: Graph, url: str, sources: str | None = None) -> str:
    answer = get(graph, url, sources=sources)
    assert answer.status == 200, answer.body
    return unescape(answer.body.decode())


def data(graph: Graph, url: str, sources: str | None = None) -> dict[str, Any]:
    answer = get(graph, url, "json", sources=sources)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = json.loads(answer.body)
    return found


def section(html: str, name: str) -> str:
    """Give a section of a page that has a name, up to the next one that has."""
    _, start, rest = html.partition(f'<section id="{name}">')
    assert start, name
    return rest.partition('<section id="')[0]


def test_a_claim_is_shown_with_its_words_its_ladder_and_its_readers(bundled: Graph) -> None:
    html = page(bundled, NERVE)
    says, evidence = section(html, "says"), section(html, "evidence")
    assert "The source affirms:" in says
    assert 'href="/concept/magnesium"' in says
    assert 'href="/concept/nerve-regeneration"' in says
    assert 'href="/concept/sciatic-nerve-crush-injury"' in says
    assert "How firmly the source words the claim, nothing else." in says
    assert "A plain indicative." in says
    assert "The design is: randomised animal study." in evidence
    assert "Risk of bias was not assessed, so one level is assumed." in evidence
    assert evidence.count("assumed</b>") >= 3
    assert "counted once" in evidence
    assert "is of the same group as" in evidence
    assert "whether the statement is true" in evidence
    assert "not a GRADE rating" in evidence
    assert "if its risk of bias were assessed and judged low" in evidence
    assert "pan-2011#regeneration".replace("#", "/") in section(html, "elsewhere")
    reading = section(html, "reading")
    assert '<time datetime="2026-11-21T09:20:00Z">' in reading
    assert "reviewer" in reading


def test_the_data_hold_the_trace_and_the_ladder_as_magkg_gives_them(bundled: Graph) -> None:
    found = data(bundled, NERVE)
    name = "guide-nerve-health#evidence-2011-regeneration"
    assert found["trace"] == json.loads(json.dumps(bundled.trace(name).as_json()))
    ladder = json.loads(json.dumps(bundled.why(name).as_json()))
    told = found["why"]
    for line in told["assessment"]["lines"]:
        line.pop("because")
    assert told == ladder
    assert found["cite"]["digest"] == found["trace"]["digest"]
    assert [each["start"] for each in found["passages"]] == [3763, 3927]


def test_judgements_are_shown_with_reason_person_and_day(bundled: Graph) -> None:
    url = "/claim/guide-nerve-health/table-glycinate-bioavailability"
    found = data(bundled, url)
    said = list(found["judgements"].values())
    assert said
    assert all(each["rationale"] and each["who"] and each["when"] for each in said)
    assert "Judged</b> (" in page(bundled, url)
    assert found["why"]["claim"]["held"]["overclaim"]
    assert "worded more firmly than what it cites and than what the graph holds" in page(
        bundled, url
    )


def test_no_text_is_shown_unless_texts_are_served(bees: Graph) -> None:
    url = "/claim/hive-notes/bee-bread-high"
    html = page(bees, url)
    assert "<mark" not in html
    assert "No text of a source is part of the graph." in html
    assert data(bees, url)["excerpts"] == []
    assert {each["verdict"] for each in data(bees, url)["passages"]} == {"not-at-hand"}


def test_no_setting_of_the_surroundings_shows_a_text(
    bees: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    from magkg.web.messages import Job
    from magkg.web.pages import answering

    monkeypatch.setenv("MAGKG_SOURCES", TEXTS)
    body = SourceTexts(TEXTS).text("hive-notes") or ""
    for form in ("html", "json"):
        job = Job("page", "/claim/hive-notes/patty-no-cure", form)
        answer = answering.answer(bees, job, None).body.decode()
        assert "<mark" not in answer
        assert body[228:265] not in answer


def test_the_text_is_marked_where_the_passages_stand(bees: Graph) -> None:
    found = data(bees, "/claim/hive-notes/bee-bread-high", TEXTS)
    body = SourceTexts(TEXTS).text("hive-notes") or ""
    (excerpt,) = found["excerpts"]
    marked = [part["text"] for part in excerpt["parts"] if part["passage"]]
    assert marked == [body[275:290], body[297:313]]
    whole = "".join(part["text"] for part in excerpt["parts"])
    assert whole == body[excerpt["start"] : excerpt["end"]]
    assert {each["verdict"] for each in found["passages"]} == {"intact"}
    assert f"{body[275:290]}</mark>" in page(bees, "/claim/hive-notes/bee-bread-high", TEXTS)


def test_a_changed_text_shows_what_became_of_the_passage(bees: Graph, tmp_path: Path) -> None:
    body = (small.SOURCES / "hive-notes.txt").read_text("utf-8")
    before, words, after = body[:228], body[228:265], body[265:]
    (tmp_path / "hive-notes.txt").write_text(f"New line.\n{before}{words}{after}", "utf-8")
    url = "/claim/hive-notes/patty-no-cure"
    moved = data(bees, url, str(tmp_path))
    assert moved["passages"][0]["verdict"] == "moved"
    assert [e["text"] for e in moved["excerpts"][0]["parts"] if e["passage"]] == [words]
    (tmp_path / "hive-notes.txt").write_text(f"{before}Another thing.{after}", "utf-8")
    altered = data(bees, url, str(tmp_path))
    assert altered["passages"][0]["verdict"] == "altered"
    html = page(bees, url, str(tmp_path))
    assert "other words stand there now" in html
    assert words not in html


def test_a_text_of_another_source_is_never_shown(bees: Graph, tmp_path: Path) -> None:
    body = (small.SOURCES / "hive-notes.txt").read_text("utf-8")
    (tmp_path / "garden-leaflet.txt").write_text(f"Secret words. {body}", "utf-8")
    (tmp_path / "hive-notes.txt").write_text("Nothing of it is left.", "utf-8")
    found = data(bees, "/claim/hive-notes/patty-no-cure", str(tmp_path))
    assert found["passages"][0]["verdict"] == "misattributed"
    assert found["passages"][0]["new_start"] is None
    assert found["excerpts"] == []
    html = page(bees, "/claim/hive-notes/patty-no-cure", str(tmp_path))
    assert "Secret words" not in html
    assert body[228:265] not in html


def test_a_passage_that_names_another_source_shows_nothing_of_it(tmp_path: Path) -> None:
    claim, passage = f"{small.BASE}source/hive-notes#patty-no-cure", None
    quads = list(small.quads())
    for quad in quads:
        if quad.subject == ox.NamedNode(claim) and quad.predicate.value == MAG + "passage":
            passage = quad.object
    turned = [
        ox.Quad(q.subject, q.predicate, ox.NamedNode(f"{small.BASE}source/garden-leaflet"))
        if q.subject == passage and q.predicate.value == OA + "hasSource"
        else q
        for q in quads
    ]
    graph = small.in_memory(small.project(), turned)
    shutil.copy(small.SOURCES / "hive-notes.txt", tmp_path / "garden-leaflet.txt")
    (tmp_path / "hive-notes.txt").write_text("Other words. " * 60, "utf-8")
    found = data(graph, "/claim/hive-notes/patty-no-cure", str(tmp_path))
    assert found["passages"][0]["verdict"] == "intact"
    assert found["excerpts"] == []


def test_a_file_that_is_no_text_is_not_named(bees: Graph, tmp_path: Path) -> None:
    (tmp_path / "hive-notes.txt").write_bytes(b"\xff\xfe\x00")
    html = page(bees, "/claim/hive-notes/patty-no-cure", str(tmp_path))
    assert "the file cannot be read as text" in html
    assert str(tmp_path) not in html


def test_a_hostile_text_is_data(bees: Graph, tmp_path: Path) -> None:
    body = (small.SOURCES / "hive-notes.txt").read_text("utf-8")
    hostile = body[:200] + "</blockquote><script>x()</script>\u202e" + body[200:]
    (tmp_path / "hive-notes.txt").write_text(hostile, "utf-8")
    raw = get(bees, "/claim/hive-notes/patty-no-cure", sources=str(tmp_path)).body.decode()
    assert "<script>x" not in raw
    assert "&lt;script&gt;x()" in raw
    assert "[U+202E]" in raw


def test_the_command_that_checks_a_passage_prints_its_digest(bees: Graph) -> None:
    found = data(bees, "/claim/hive-notes/bee-bread-high")["passages"][0]
    command = found["check"].replace("python3", sys.executable, 1)
    told = subprocess.run(
        command, shell=True, cwd=small.SOURCES, capture_output=True, text=True, timeout=60
    )
    assert told.stdout.strip() == found["sha256"], told.stderr
    body = SourceTexts(TEXTS).text("hive-notes") or ""
    assert found["sha256"] == hashlib.sha256(body[275:290].encode()).hexdigest()


def test_a_denial_cannot_be_overlooked(bees: Graph) -> None:
    html = page(bees, "/claim/hive-notes/patty-no-cure")
    head = html[html.index("<h1") : html.index('<section id="says">')]
    assert "denies" in head
    assert '<p class="triple denies"><span class="says">The source denies:</span>' in html


def test_what_is_not_rated_is_not_none(bees: Graph) -> None:
    for name, why in (
        ("hive-notes/no-unknown-honey", "claims of this kind are not rated"),
        ("garden-leaflet/gardens-differ", "it has no triple"),
    ):
        evidence = section(page(bees, f"/claim/{name}"), "evidence")
        assert why in evidence
        assert "is another value than" in evidence
        assert "sign-strengthNone" not in evidence
        assert "Wording against" not in evidence


def test_a_claim_without_a_passage_or_with_a_place_in_words_says_so(bees: Graph) -> None:
    figure = section(page(bees, "/claim/norwood-2019/figure"), "passage")
    assert 'It has no passage: <span dir="auto">It stands in a figure.' in figure
    with_locator = bees.query("SELECT ?c WHERE { ?c mag:passage ?p . ?p mag:locator ?l }")
    name = str(with_locator[0]["c"]).rpartition("/")[2].replace("#", "/")
    assert "Abstract, Results" in section(page(bees, f"/claim/{name}"), "passage")


def test_an_old_name_leads_to_the_claim(bees: Graph) -> None:
    answer = get(bees, "/claim/norwood-2019/old-brood")
    found = data(bees, "/claim/norwood-2019/old-brood")
    now = "/claim/" + found["name"].replace("#", "/")
    assert now != "/claim/norwood-2019/old-brood"
    assert dict(answer.headers)["Link"].startswith(f'<{now}>; rel="canonical"')
    assert answer.status == 303
    assert dict(answer.headers)["Location"] == now
    assert data(bees, now)["old_names"] == [found["asked"]]


def test_what_is_no_claim_is_shown_as_a_node_and_what_is_nothing_names_the_nearest(
    bees: Graph,
) -> None:
    assert "c228-265" in page(bees, "/claim/hive-notes/c228-265")
    missing = get(bees, "/claim/hive-notes/paty-no-cure", "json")
    assert missing.status == 404
    assert json.loads(missing.body)["suggestions"][0] == "hive-notes#patty-no-cure"
    for odd in ("/claim/hive-notes/a%20b", "/claim/x/%3E%22", "/claim//x", "/claim/x/%00"):
        assert get(bees, odd).status == 404, odd


def test_every_format_is_named_and_the_page_has_its_own(bundled: Graph) -> None:
    html = page(bundled, NERVE)
    for name in FORMATS:
        url = f"/export/{name}?claim=guide-nerve-health%23evidence-2011-regeneration"
        assert f'href="{url}"' in html
    iri = "https://w3id.org/magkg/source/guide-nerve-health#evidence-2011-regeneration"
    head, row = get(bundled, NERVE, "csv").body.decode().splitlines()
    assert head.startswith("claim,gist,")
    assert row.startswith(iri)
    quads = list(ox.parse(get(bundled, NERVE, "nq").body, format=ox.RdfFormat.N_QUADS))
    assert any(quad.subject == ox.NamedNode(iri) for quad in quads)
    assert get(bundled, NERVE, "ttl").status == get(bundled, NERVE, "jsonld").status == 200


def test_it_can_be_cited_and_search_engines_read_it(bundled: Graph) -> None:
    found = data(bundled, "/claim/pan-2011/regeneration")
    assert "pan-2011#regeneration" in found["cite"]["text"]
    assert found["cite"]["url"] == "http://127.0.0.1:8000/claim/pan-2011/regeneration"
    assert found["cite"]["bibtex"].startswith("@article{pan-2011,")
    assert json.loads(found["cite"]["csl"])[0]["id"] == "pan-2011"
    raw = get(bundled, "/claim/pan-2011/regeneration").body.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', raw, re.DOTALL)
    assert block
    said = json.loads(block[1])
    assert said["@type"] == "Claim"
    assert said["author"][0]["name"] == "Pan HC"
    assert said["appearance"]["@id"].endswith("/source/pan-2011")
    assert said["firstAppearance"]["@id"] == said["appearance"]["@id"]


def test_findings_are_those_of_the_audit(bees: Graph) -> None:
    asked = bees.audit()
    for finding in asked.findings[:5]:
        told = findings.of_claims(bees, finding.claim.iri)
        assert told is not None
        assert (finding.kind.name, finding.message) in {
            (each["kind"], each["message"]) for each in told
        }
    quiet = {each.iri for each in bees.subgraph(select()).content.claims}
    quiet -= {iri for each in (*asked.findings, *asked.dismissed) for iri in each.about}
    assert all(findings.of_claims(bees, iri) == [] for iri in quiet)


def test_a_large_graph_is_not_audited_for_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_audit, "LARGEST", 3)
    graph = small.graph()
    assert findings.of_claims(graph, "urn:x") is None
    assert "The audit is not asked for this page" in page(graph, "/claim/hive-notes/patty-no-cure")


def test_what_machines_are_told_is_a_summary_and_says_the_polarity(bundled: Graph) -> None:
    for name, said in (
        ("garrison-2020/rest-cramps", "denies the proposition (asserted)"),
        ("banerjee-2017/migraine", "reports a lack of evidence (asserted)"),
        ("firoz-2001/organic-not-always-better", "reports no difference (hedged)"),
    ):
        html = get(bundled, f"/claim/{name}").body.decode()
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
        assert block is not None
        linked = json.loads(block[1])
        assert "text" not in linked, "the gist is not the text of the source"
        assert linked["description"].endswith(f"not the words of the source, which {said}.")


def test_evidence_for_a_denial_is_not_shown_as_evidence_for_the_proposition(
    bundled: Graph,
) -> None:
    html = unescape(get(bundled, "/claim/garrison-2020/rest-cramps").body.decode())
    cited = html[html.index("<h3>What it cites</h3>") : html.index("<h3>What the graph holds</h3>")]
    assert "what the claim says" in cited
    assert "points against the proposition" in cited
    assert "points for the proposition" not in cited
    assert "Against the proposition:" in html


def test_strengths_say_of_what_they_are(bundled: Graph) -> None:
    html = get(bundled, "/claim/firoz-2001/organic-not-always-better").body.decode()
    assert "Strength of what it cites:" in html
    assert "of what the graph holds:" in html
    listed = get(bundled, "/claim?polarity=denies").body.decode()
    assert '<span class="of">strength in the graph</span>' in listed
    read = get(bundled, "/source/garrison-2020").body.decode()
    assert '<span class="of">strength in the graph</span>' in read


def test_claims_of_one_gist_have_titles_of_their_own(bundled: Graph) -> None:
    pages = [
        get(bundled, f"/claim/guide-nerve-health/{name}").body.decode()
        for name in ("faq-glycinate-bioavailability", "table-glycinate-bioavailability")
    ]
    titles = {html[html.index("<title>") : html.index("</title>")] for html in pages}
    assert len(titles) == 2
