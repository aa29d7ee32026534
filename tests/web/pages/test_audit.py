"""The audit page: the same findings as ``magkg audit``, narrowed, in every form."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from magkg.use.audit import SEVERITIES
from magkg.use.graph import open as open_graph
from magkg.web.pages.audit import whole_audit
from magkg.web.pages.audit.whole_audit import audited
from tests import audited as made_up
from tests import small
from tests.web.asking import get

if TYPE_CHECKING:
    from collections.abc import Iterator

    from magkg.use.audit import Audit
    from magkg.use.graph import Graph

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs" / "audit.schema.json").read_text(encoding="utf-8")
)
SRC = "https://w3id.org/magkg/source/"
CON = "https://w3id.org/magkg/concept/"


@pytest.fixture(scope="module")
def bundled(bundled_folder: Path) -> Iterator[Graph]:
    """One graph for all tests, as the audit is kept for it."""
    with open_graph(bundled_folder) as graph:
        yield graph


def data(graph: Graph, url: str) -> dict[str, Any]:
    answer = get(graph, url, "json")
    assert answer.status == 200, answer.body[:300]
    found: dict[str, Any] = json.loads(answer.body)
    return found


def said(found: Audit) -> str:
    return found.json(dismissed=True)


@pytest.mark.parametrize(
    ("source", "concept", "kinds"),
    [
        ("guide-nerve-health", None, ()),
        (None, "magnesium-oxide", ()),
        ("guide-nerve-health", "magnesium-glycinate", ()),
        (None, None, ("nothing_cited", "animal_evidence_for_people")),
        ("guide-nerve-health", None, ("wording_firmer_than_what_is_held",)),
        (None, None, ("retracted_study",)),
    ],
)
def test_narrowing_gives_what_asking_again_gives(
    bundled: Graph, source: str | None, concept: str | None, kinds: tuple[str, ...]
) -> None:
    whole = audited(bundled)
    assert whole is not None
    again = bundled.audit(source=source, concept=concept, kinds=kinds)
    narrowed = whole.narrowed(
        source=SRC + source if source else "",
        concept=CON + concept if concept else "",
        kinds=kinds or None,
    )
    assert said(narrowed) == said(again)
    words = [("source", source), ("concept", concept), *(("kind", each) for each in kinds)]
    query = "&".join(f"{word}={value}" for word, value in words if value)
    assert data(bundled, f"/audit?{query}") == json.loads(said(again))


def test_dismissals_are_narrowed_with_their_kinds() -> None:
    graph = made_up.graph()
    whole = graph.audit()
    assert whole.dismissed
    for kind in {each.kind.name for each in whole.dismissed} | {each.name for each in whole.kinds}:
        assert said(whole.narrowed(kinds=[kind])) == said(graph.audit(kinds=[kind]))


@pytest.mark.parametrize("url", ["/audit", "/audit?severity=high&source=guide-nerve-health"])
def test_json_has_the_documented_shape(bundled: Graph, url: str) -> None:
    found = data(bundled, url)
    jsonschema.validate(found, SCHEMA)
    assert found["findings"]
    assert found["dismissed_count"] == len(found["dismissed"])


def test_every_finding_is_on_the_page_of_its_kind(bundled: Graph) -> None:
    whole = audited(bundled)
    assert whole is not None
    page = get(bundled, "/audit").body.decode()
    for kind in whole.kinds:
        number = whole.counts[kind.name]
        listed = get(bundled, f"/audit?kind={kind.name}").body.decode()
        assert listed.count('<li class="finding">') == min(number, 100) + sum(
            each.kind == kind for each in whole.dismissed
        )
        assert (f'id="k-{kind.name}"' in page) == bool(number)
        assert f"/audit?kind={kind.name}" in page
    for each in whole.dismissed:
        assert each.dismissal is not None
        assert each.dismissal.who in page
    assert "How to mend or dismiss it" in page
    assert page.index("Contested statements") < page.index("Kinds of findings")


def test_long_kinds_are_paged(bundled: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magkg.web.pages.shared.nodes.PAGE", 20)
    number = data(bundled, "/audit?kind=nothing_cited")["summary"]["nothing_cited"]
    last = -(-number // 20)
    page = get(bundled, f"/audit?kind=nothing_cited&page={last}").body.decode()
    assert page.count('<li class="finding">') == number - 20 * (last - 1)
    assert f"/audit?kind=nothing_cited&amp;page={last - 1}" in page
    assert get(bundled, f"/audit?kind=nothing_cited&page={last + 1}").status == 400


def test_csv_has_a_row_a_finding(bundled: Graph) -> None:
    whole = audited(bundled)
    assert whole is not None
    rows = list(csv.DictReader(io.StringIO(get(bundled, "/audit", "csv").body.decode())))
    every = (*whole.findings, *whole.dismissed)
    assert [(each["kind"], each["claim"], each["message"]) for each in rows] == [
        (each.kind.name, each.claim.iri, each.message) for each in every
    ]
    assert sum(bool(each["dismissed_why"]) for each in rows) == len(whole.dismissed)


def test_severities_keep_their_kinds(bundled: Graph) -> None:
    counts = data(bundled, "/audit")["severity"]
    for severity in SEVERITIES:
        found = data(bundled, f"/audit?severity={severity}")
        assert found["severity"] == {**dict.fromkeys(SEVERITIES, 0), severity: counts[severity]}


def test_rdf_holds_the_claims_of_the_findings(bundled: Graph) -> None:
    found = data(bundled, "/audit?kind=curated_tension")
    claims = {each[name] for each in found["findings"] for name in ("claim", "other")}
    body = get(bundled, "/audit?kind=curated_tension", "nq").body.decode()
    states = "<https://w3id.org/magkg/ns#states>"
    stated = {line.split()[0][1:-1] for line in body.splitlines() if f" {states} " in line}
    assert stated
    assert stated <= claims


def test_the_report_is_a_file_to_keep(bundled: Graph) -> None:
    answer = get(bundled, "/audit/report?source=guide-nerve-health")
    assert answer.status == 200
    assert answer.media_type == "text/html; charset=utf-8"
    assert dict(answer.headers)["Content-Disposition"].startswith("attachment; filename=")
    expected = bundled.audit(source="guide-nerve-health").html(dismissed=True)
    assert answer.body.decode() == expected
    page = get(bundled, "/audit?source=guide-nerve-health").body.decode()
    assert 'href="/audit/report?source=guide-nerve-health"' in page


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("/audit?kind=nothing_citd", "nothing_cited"),
        ("/audit?severity=hihg", "high"),
        ("/audit?source=guide-nerve-healt", "guide-nerve-health"),
        ("/audit?concept=magnesium-oxid", "magnesium-oxide"),
        ("/audit/report?kind=nothing_citd", "nothing_cited"),
    ],
)
def test_an_unknown_name_is_not_found(bundled: Graph, url: str, says: str) -> None:
    answer = get(bundled, url, "json")
    assert answer.status == 404
    assert says in json.loads(answer.body)["suggestions"]


def test_a_large_graph_is_asked_kind_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_audit, "LARGEST", 1)
    graph = small.graph()
    page = get(graph, "/audit").body.decode()
    assert "not asked" in page
    assert "/audit?kind=nothing_cited" in page
    assert get(graph, "/audit/report").status == 400
    one = data(graph, "/audit?kind=nothing_cited")
    assert one == json.loads(said(graph.audit(kinds=["nothing_cited"])))


def test_a_small_graph_and_an_empty_one() -> None:
    graph = small.graph()
    jsonschema.validate(data(graph, "/audit"), SCHEMA)
    empty = small.in_memory(small.project(), [])
    page = get(empty, "/audit")
    assert page.status == 200
    assert b"Nothing was found in this scope." in page.body
