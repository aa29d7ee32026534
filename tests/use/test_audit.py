"""The audit: findings by kind, what narrows it, what is dismissed, and how it is written."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest

from magkg.claims.project import Project
from magkg.errors import InputError, OutputError, UnknownName
from magkg.use import audit as audits
from magkg.use.audit import SEVERITIES, Audit
from magkg.use.graph import Graph

from .. import audited, cli, small

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "audit.schema.json").read_text("utf-8")
)
SRC = "https://w3id.org/magkg/source/"
WHOLE = audited.graph().audit()


@pytest.mark.parametrize("dismissed", [False, True])
def test_the_document_follows_its_schema(dismissed: bool) -> None:
    found = WHOLE.as_json(dismissed=dismissed)
    jsonschema.validate(found, SCHEMA)
    assert len(found["dismissed"]) == (1 if dismissed else 0)
    assert json.loads(WHOLE.json(dismissed=dismissed)) == found


def test_findings_are_counted_by_kind_and_severity() -> None:
    assert WHOLE.findings
    assert sum(WHOLE.counts.values()) == len(WHOLE.findings) == sum(WHOLE.by_severity.values())
    assert set(WHOLE.counts) == {n for n, q in audited.graph().queries().items() if q.severity}
    grave = [SEVERITIES.index(each.kind.severity) for each in WHOLE.findings]
    assert grave == sorted(grave)
    for each in WHOLE.findings:
        assert each.claim.label
        assert each.claim.places
        assert each.kind.mend


def test_a_finding_has_place_and_strengths() -> None:
    (found,) = [
        each
        for each in WHOLE.findings
        if each.kind.name == "opposite_polarity"
        and each.claim.iri == SRC + "leaflet#relieves-cramp"
    ]
    given = found.as_json()
    assert given["other"] == SRC + "trial#not-cramp"
    assert given["passages"] == [{"start": 10, "end": 20, "locator": None}]
    assert given["source_title"] == "The leaflet"
    assert given["cited_strength"] == "none"
    assert given["held_strength"] in ("none", "very low")


def test_what_is_dismissed_is_left_out_counted_and_shown() -> None:
    (rejected,) = WHOLE.dismissed
    assert rejected.kind.name == "curated_tension"
    assert rejected.dismissal is not None
    given = rejected.as_json()
    assert (given["who"], given["why"]) == ("reviewer", "The two speak of other doses.")
    assert WHOLE.counts["curated_tension"] == 1
    for written in (WHOLE.table, WHOLE.markdown, WHOLE.html):
        assert "other doses" not in written()
        assert "other doses" in written(dismissed=True)
    assert "dismissed: 1" in WHOLE.table()


def test_a_dismissal_that_answers_to_nothing_is_named() -> None:
    gone, many, unknown, twice = sorted(WHOLE.stale, key=lambda each: each.dismissal.when)
    assert gone.dismissal.iri == "https://w3id.org/magkg/dismissal/gone"
    assert "no finding of the kind curated_tension answers" in gone.because
    assert "no one finding of the kind curated_tension is about all" in many.because
    # A kind that is misspelt rejects nothing, and the nearest is named.
    assert "did you mean rival_objects" in unknown.because
    assert twice.because.endswith("dismissal/live rejects the same finding already")
    for written in (WHOLE.table(), WHOLE.markdown(), WHOLE.html()):
        assert "answers to it any more" in written
        assert "did you mean rival_objects" in written
    # Only of the kinds that were looked for, and whatever the audit is narrowed to.
    assert audited.graph().audit(kinds=["rival_objects"]).stale == (unknown,)
    assert len(audited.graph().audit(source="blog").stale) == 4


def test_a_dismissal_must_name_nothing_that_the_finding_does_not() -> None:
    (found,) = [each for each in WHOLE.findings if each.tension]
    dismissal = WHOLE.stale[0].dismissal
    assert dismissal.kind == found.kind.name
    assert not dismissal.dismissed <= found.about
    assert {found.tension, found.claim.iri, SRC + "leaflet"} <= found.about


@pytest.mark.parametrize("name", ["leaflet", "src:leaflet", SRC + "leaflet", "The leaflet"])
def test_it_is_narrowed_to_a_source(name: str) -> None:
    found = audited.graph().audit(source=name)
    assert found.source == SRC + "leaflet"
    assert 0 < len(found.findings) < len(WHOLE.findings)
    for each in found.findings:
        both = [card.source for card in (each.claim, each.other) if card is not None]
        assert SRC + "leaflet" in both


def test_it_is_narrowed_to_a_concept_and_to_kinds() -> None:
    found = audited.graph().audit(concept="cramp", kinds=["opposite_polarity"])
    assert list(found.counts) == ["opposite_polarity"]
    assert [each.claim.iri for each in found.findings] == [SRC + "leaflet#relieves-cramp"]
    assert "insomnia" not in found.html()


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ({"kinds": ["opposite_polarty"]}, "opposite_polarity"),
        ({"source": "leaflt"}, "leaflet"),
        ({"concept": "valerain"}, "valerian"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(given: dict[str, str], near: str) -> None:
    with pytest.raises(UnknownName, match=near):
        audited.graph().audit(**given)  # type: ignore[arg-type]


def test_fail_on_takes_any_a_severity_and_worse_or_a_kind() -> None:
    assert WHOLE.failing() == []
    assert len(WHOLE.failing("any")) == len(WHOLE.findings)
    assert len(WHOLE.failing("low")) == len(WHOLE.findings)
    assert len(WHOLE.failing("high")) == WHOLE.by_severity["high"]
    assert len(WHOLE.failing("medium")) == WHOLE.by_severity["high"] + WHOLE.by_severity["medium"]
    assert [each.tension for each in WHOLE.failing("curated_tension")] != [""]
    with pytest.raises(UnknownName, match="curated_tension"):
        WHOLE.failing("curated_tensions")
    with pytest.raises(InputError, match="not looked for"):
        audited.graph().audit(kinds=["rival_objects"]).failing("curated_tension")


@pytest.mark.parametrize("form", ["table", "json", "markdown", "html"])
def test_every_format_is_written_to_a_stream_and_a_file(form: str, tmp_path: Path) -> None:
    out, file = io.StringIO(), tmp_path / "audit"
    audits.write(WHOLE, form, out)
    audits.write(WHOLE, form, file)
    assert file.read_text("utf-8") == out.getvalue()
    assert out.getvalue().endswith("\n")
    assert "\u202e" not in out.getvalue() or form == "json"


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        audits.write(WHOLE, "json", tmp_path)
    with pytest.raises(OutputError, match="cannot be written"):
        audits.write(WHOLE, "json", tmp_path / "none" / "audit.json")
    with pytest.raises(UnknownName, match="html"):
        audits.write(WHOLE, "htm", tmp_path / "audit")
    assert not list(tmp_path.iterdir())


def test_markdown_takes_no_text_for_markup() -> None:
    written = WHOLE.markdown()
    assert "<script>" not in written
    assert "\\<script\\>" in written
    for line in written.splitlines():
        if line.startswith("| ") and "claim" not in line:
            assert line.endswith(" |"), line


def test_a_query_of_the_project_is_asked_too(tmp_path: Path) -> None:
    home = tmp_path / "p"
    (home / "graphs").mkdir(parents=True)
    (home / "queries").mkdir()
    header = "#+ summary: s\n#+ description: d\n#+ tags: audit\n#+ severity: low\n#+ mend: m\n"
    where = f"WHERE {{ ?claim a <{small.BASE}None> }}"
    (home / "queries" / "mine.rq").write_text(
        header + f'SELECT ?claim ("x" AS ?message) {where}\n', "utf-8"
    )
    found = Graph(audited.store(), project=Project(home)).audit(kinds=["mine"])
    assert found.counts == {"mine": 0}
    (home / "queries" / "mine.rq").write_text(
        header + 'SELECT ("x" AS ?claim) ("y" AS ?message) WHERE {}\n', "utf-8"
    )
    with pytest.raises(InputError, match="mine"):
        Graph(audited.store(), project=Project(home)).audit(kinds=["mine"])


def test_a_graph_without_findings_is_written_too() -> None:
    found = Audit(audited.graph(), (), (), (), (), ())
    assert "0 findings" in found.table()
    assert "<h1>" in found.html()
    assert found.markdown().startswith("# ")


def test_the_verb(bundled_folder: Path, tmp_path: Path) -> None:
    asked = ("audit", "--graph", bundled_folder, "--kind", "nothing_cited")
    done = cli.magkg(*asked, "--json")
    assert done.code == 0
    found = json.loads(done.out)
    jsonschema.validate(found, SCHEMA)
    number = found["summary"]["nothing_cited"]
    assert cli.magkg(*asked, "--fail-on", "any").code == (1 if number else 0)
    file = tmp_path / "audit.html"
    done = cli.magkg(*asked, "--format", "html", "--out", file)
    assert (done.code, done.out) == (0, "")
    assert found["graph"]["content"] in file.read_text("utf-8")
    wrong = cli.magkg(*asked, "--fail-on", "grave")
    assert wrong.code == 2
    assert "grave" in wrong.err


def test_the_bundled_graph_follows_the_schema(bundled: Graph) -> None:
    found = bundled.audit()
    jsonschema.validate(found.as_json(dismissed=True), SCHEMA)
    assert found.findings
    assert found.html() == bundled.audit().html()
