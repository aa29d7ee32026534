"""What a build makes of what was authored, and what it leaves out or refuses."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from magkg import resources
from magkg.claims import identity, turtle
from magkg.errors import (
    Finding,
    FindingsError,
    InputError,
)
from magkg.store import manifest
from magkg.store.build import build
from magkg.store.derive import STATED
from magkg.store.manifest import open_store
from magkg.store.skip import leave_out
from magkg.store.verify import verify_store
from magkg.vocabulary import TYPE
from tests.store import sample
from tests.store.graphs import STEPS, claims, snapshot
from tests.store.sample import MAG, SRC, STANDARD, claim

if TYPE_CHECKING:
    from magkg.claims.project import Project

# What is built


def test_a_graph_holds_what_was_authored_the_ontology_and_what_follows(built: Project) -> None:
    store, found = open_store(built.built)
    authored = {q for path in built.files() for q in turtle.read(path).quads}
    quads = set(store.quads())
    assert authored <= quads
    assert verify_store(built.built) == []
    assert store.ask(f"ASK {{ <{MAG}Claim> ?p ?o }}")
    assert {q.graph_name for q in quads} == {ox.DefaultGraph(), STATED}
    assert found.counts["claims"] == 7
    assert found.counts["propositions"] == 6
    assert found.counts["stated"] == 2
    assert found.counts["quads"] == len(quads)
    assert {name for name in found.inputs if name.startswith("graphs/")} == {
        path.relative_to(built.root).as_posix() for path in built.files()
    }
    assert "ontology/magkg.ttl" in found.inputs
    assert found.versions["pyoxigraph"] == ox.__version__


def test_the_ids_before_the_store_are_those_of_its_dump(built: Project) -> None:
    before = list(identity.claims(q for p in built.files() for q in turtle.read(p).quads))
    store, found = open_store(built.built)
    quads = list(store.quads())
    assert list(identity.claims(quads)) == before
    assert identity.root(before) == found.root
    told = dict(store.select(f"SELECT ?c ?d {{ ?c <{MAG}digest> ?d }}"))
    assert {str(iri): str(told[iri]) for iri in told} == {each.iri: each.digest for each in before}
    states = dict(store.select(f"SELECT ?c ?p {{ ?c <{MAG}states> ?p }}"))
    assert {str(iri): str(states[iri]) for iri in states} == {
        each.iri: each.proposition for each in before
    }


def test_same_inputs_give_the_same_manifest_anywhere(built: Project, tmp_path: Path) -> None:
    other = sample.write(tmp_path / "else" / "where")
    os.utime(other.graphs / "sources" / "bricks.ttl", (1, 1))
    build(other, tmp_path / "out")
    mine, theirs = (built.built / "manifest.json", tmp_path / "out" / "manifest.json")
    assert mine.read_bytes() == theirs.read_bytes()
    for path in (tmp_path / "out").rglob("*"):
        assert path.is_dir() or str(tmp_path).encode() not in path.read_bytes()


def test_the_order_of_the_statements_is_no_matter(built: Project, tmp_path: Path) -> None:
    other = sample.write(tmp_path, tuple(reversed(STANDARD)))
    report = build(other, other.built)
    assert report.manifest.root == manifest.read(built.built).root
    assert report.manifest.content == manifest.read(built.built).content
    assert report.manifest.inputs != manifest.read(built.built).inputs


def test_a_note_changes_the_content_and_not_the_root(built: Project, tmp_path: Path) -> None:
    noted = claim("clay", 0, note='"read twice"@en')
    report = build(other := sample.write(tmp_path, (noted, *STANDARD[1:])), other.built)
    assert report.manifest.root == manifest.read(built.built).root
    assert report.manifest.content != manifest.read(built.built).content


def test_a_report_for_people_and_for_programs(copy: Project) -> None:
    steps: list[str] = []
    report = build(copy, copy.built, progress=steps.append)
    assert [step for step in STEPS if step not in steps] == ["list"]  # the store was there
    quads = report.manifest.counts["quads"]
    line = f"built {copy.built}: 7 claims, 6 propositions; 1 source; {quads} quads"
    assert report.text().splitlines()[0] == line
    assert report.manifest.root in report.text()
    assert report.as_json()["root"] == report.manifest.root
    assert report.as_json()["findings"] == report.as_json()["skipped"] == []


def test_the_report_counts_in_the_singular_and_says_which_sources_are_only_cited(
    tmp_path: Path,
) -> None:
    made = sample.write(tmp_path, [claim("clay", 0)])
    for name in ("iron", "zinc"):
        text = (
            sample.PREFIXES + f"src:{name} a mag:Source, fabio:WebPage ; rdfs:label '{name}'@en ."
        )
        text = f"@prefix src: <{SRC.removesuffix('bricks')}> .\n{text}"
        (made.graphs / "sources" / f"{name}.ttl").write_text(text)
    path = made.graphs / "sources" / "bricks.ttl"
    cites = "".join(
        f"<#{name}> a mag:EvidenceLine ; mag:citesSource <{name}> ;"
        " mag:direction mag:supports ; mag:basis mag:relayed .\n"
        for name in ("iron", "zinc")
    )
    text = path.read_text().replace(
        "mag:noSource", "mag:namedSource ; mag:evidence <#iron>, <#zinc>"
    )
    path.write_text(text + cites)
    report = build(made, made.built)
    assert ": 1 claim, 1 proposition; 3 sources, 2 of them cited only; " in report.text()
    assert report.skipped == ()


# Findings


def test_findings_stop_a_build_and_nothing_is_written(tmp_path: Path) -> None:
    made = sample.write(tmp_path, (*STANDARD, claim("bad", 80, "unknown-thing")))
    with pytest.raises(FindingsError, match="nothing was built") as caught:
        build(made, made.built)
    assert {each.claim for each in caught.value.findings} == {f"{SRC}#bad"}
    assert caught.value.exit_code == 1
    assert not (tmp_path / "build").exists()
    with pytest.raises(InputError, match="on_error"):
        build(made, made.built, on_error="ignore")


def test_faulty_claims_are_left_out_whole_with_what_depends_on_them(tmp_path: Path) -> None:
    bad = claim("bad", 80, "unknown-thing")
    shared = claim("shares", 0).partition("<#c0-5> a")[0]  # the passage of another claim
    shared = shared.replace("con:clay", "con:nowhere")
    evidence = '<#e-1> a mag:EvidenceLine ; mag:unresolved "a study"@en ; '
    evidence += "mag:direction mag:supports ; mag:basis mag:relayed .\n"
    one = claim("with-evidence", 90, "nothing", evidence="<#e-1>")
    chain = claim("rests", 100, because="<#bad>") + claim("rests-too", 110, via="<#rests>")
    made = sample.write(tmp_path, (*STANDARD, bad, shared, one, evidence, chain))
    report = build(made, made.built, on_error="skip")
    names = {each.partition("#")[2] for each in report.skipped}
    assert names == {"bad", "shares", "with-evidence", "rests", "rests-too"}
    faulty = {each.claim.partition("#")[2] for each in report.findings}
    assert faulty == {"bad", "shares", "with-evidence"}  # the others are sound but for these
    told = report.text().splitlines()
    assert told[2] == "left out 5 nodes (faulty claims, and what refers to them):"
    assert told[3:] == [f"  {SRC}#{name}" for name in sorted(names)]
    assert claims(made.built) == {"clay", "clay-again", "sand", "mouse", "masons", "both", "chain"}
    store, found = open_store(made.built)
    assert verify_store(made.built) == []
    for gone in ("c80-85", "e-1", "c90-95", "c100-105"):
        assert not store.ask(f"ASK {{ <{SRC}#{gone}> ?p ?o }}")
    assert store.ask(f"ASK {{ <{SRC}#c0-5> ?p ?o }}")  # the sound claim uses it still
    sound = sample.write(tmp_path / "sound")
    assert build(sound, sound.built).manifest.content == found.content


def test_what_becomes_faulty_by_leaving_out_is_left_out_too() -> None:
    def quads(*names: str) -> list[ox.Quad]:
        kind = ox.NamedNode(MAG + "Claim")
        return [ox.Quad(ox.NamedNode(f"x:{n}"), ox.NamedNode(TYPE), kind) for n in names]

    def again(left: Sequence[ox.Quad]) -> list[Finding]:
        gone = {f"x:{n}" for n in "abc"} - {str(q.subject.value) for q in left}
        return [] if "x:b" in gone else [Finding("f", 1, "x:b", "k", "m")]

    first = Finding("f", 1, "x:a", "k", "m")
    left, found, gone = leave_out(quads("a", "b", "c"), [first], again)
    assert left == quads("c")
    assert [each.claim for each in found] == gone == ["x:a", "x:b"]


def test_a_faulty_passage_takes_every_claim_that_uses_it(tmp_path: Path) -> None:
    text = claim("short", 80).replace("oa:end 85", "oa:end 80")
    made = sample.write(tmp_path, (*STANDARD, text))
    report = build(made, made.built, on_error="skip")
    assert [each.partition("#")[2] for each in report.skipped] == ["short"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("concepts/substance.ttl", 'skos:prefLabel "clay"@en ;', ""),
        ("sources/bricks.ttl", "mag:characters 9000", 'mag:characters "many"'),
        ("sources/bricks.ttl", "a mag:Reading", "a mag:Reading ; a"),
    ],
)
def test_faults_of_other_things_stop_even_when_claims_are_skipped(
    tmp_path: Path, file: str, old: str, new: str
) -> None:
    made = sample.write(tmp_path)
    path = made.graphs / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(FindingsError):
        build(made, made.built, on_error="skip")
    assert not made.built.exists()


@pytest.fixture
def ontology(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the ontology that a test may change."""
    place = Path(shutil.copytree(resources.data("ontology"), tmp_path / "data" / "ontology"))
    real = resources.data
    monkeypatch.setattr(resources, "data", lambda name: place if name == "ontology" else real(name))
    (place / "rules").mkdir(exist_ok=True)
    return place


def test_rules_add_to_the_graph(ontology: Path, tmp_path: Path) -> None:
    text = f"CONSTRUCT {{ <x:all> <x:has> ?c }} WHERE {{ ?c a <{MAG}Claim> }}"
    (ontology / "rules" / "90_all.rq").write_text(text)
    made = sample.write(tmp_path / "p")
    report = build(made, made.built)
    assert "ontology/rules/90_all.rq" in report.manifest.inputs
    store, _ = open_store(made.built)
    assert len(list(store.select("SELECT ?c { <x:all> <x:has> ?c }"))) == 7
    assert verify_store(made.built) == []


def test_what_was_derived_wrongly_is_not_published(ontology: Path, copy: Project) -> None:
    before = snapshot(copy.built)
    text = f'CONSTRUCT {{ ?c <{MAG}digest> "no digest" }} WHERE {{ ?c a <{MAG}Claim> }}'
    (ontology / "rules" / "10_wrong.rq").write_text(text)
    with pytest.raises(FindingsError, match="in what was derived") as caught:
        build(copy, copy.built)
    finding = caught.value.findings[0]
    assert finding.claim.startswith(SRC)
    assert finding.file.endswith("bricks.ttl")
    assert finding.line > 0
    assert snapshot(copy.built) == before
    (ontology / "rules" / "10_wrong.rq").write_text("nonsense")
    with pytest.raises(InputError, match=r"10_wrong\.rq"):
        build(copy, copy.built)
    assert snapshot(copy.built) == before
