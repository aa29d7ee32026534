"""Contested claims: one definition for selections, networks, exports and the shipped queries."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from magkg.errors import InputError
from magkg.store.interface import IRI
from magkg.use.export.formats import Options
from magkg.use.select import opposition
from magkg.use.select.opposition import Opposition, contested
from magkg.vocabulary import MAG
from tests import evidence, small

if TYPE_CHECKING:
    from pathlib import Path

    from magkg.use.graph import Graph

OXIDE = "https://w3id.org/magkg/source/shechter-2012#oxide-not-poorer"


def expected(graph: Graph) -> set[str]:
    """What docs/selecting.md says, read from the entities; a tight null result is left out."""
    content = graph.subgraph().content
    said: dict[str, set[str]] = defaultdict(set)
    for claim in content.claims:
        held = content.propositions.get(claim.proposition)
        for iri in (held.iri, *held.bears_on) if held else ():
            said[iri].add(claim.polarity)
    opposite = {"affirms": "denies", "denies": "affirms"}
    found = set()
    for claim in content.claims:
        held = content.propositions.get(claim.proposition)
        if held is None:
            continue
        denied = claim.polarity == "denies" and "supported" in held.verdicts
        unsettled = {"disputed", "conflicting"} & set(held.verdicts)
        sides = held.independent_for > 0 < held.independent_against
        if opposite.get(claim.polarity) in said[held.iri] or denied or unsettled or sides:
            found.add(claim.iri)
    return found


@pytest.fixture(params=["bundled", "evidence", "small"])
def graph(request: pytest.FixtureRequest, bundled: Graph) -> Graph:
    return {"bundled": lambda: bundled, "evidence": evidence.graph, "small": small.graph}[
        request.param
    ]()


def test_the_definition_holds(graph: Graph) -> None:
    found = contested(graph.store)
    assert found == expected(graph)
    assert found == {each.iri for each in graph.subgraph().content.claims if each.contested}
    assert found == set(graph.subgraph(contested="yes").claims)
    every = set(graph.subgraph().claims)
    assert every - found == set(graph.subgraph(not_contested="yes").claims)


def test_a_few_claims_are_told_apart_as_all_of_them_are(graph: Graph) -> None:
    found = contested(graph.store)
    for claim in sorted(found)[:3] + sorted(set(graph.subgraph().claims) - found)[:3]:
        (loaded,) = graph.subgraph(claim=claim).content.claims
        assert loaded.contested == (claim in found)
    assert contested(graph.store, []) == set()


def test_the_shipped_queries_follow_it(graph: Graph) -> None:
    found = contested(graph.store)
    assert {str(row["claim"]) for row in graph.query("contested_claims")} == found
    claims = set(graph.subgraph().claims)
    given = {str(one) for one, *_ in graph.construct("contested") if isinstance(one, IRI)}
    assert given & claims == found


@pytest.mark.parametrize("remembered", [0, 20, 1_000_000])
@pytest.mark.parametrize("size", [1, 7])
def test_part_by_part_it_is_the_same(
    graph: Graph, size: int, remembered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opposition, "_REMEMBERED", remembered)
    claims = sorted(each.iri for each in graph.subgraph().content.claims)[:150]
    parts = [claims[start : start + size] for start in range(0, len(claims), size)]
    asked = Opposition(graph.store)
    found = {claim for part in [*parts, *parts[:3]] for claim in asked.contested(part)}
    assert found == contested(graph.store) & set(claims)
    content = graph.subgraph().content
    told = [
        (each.iri, each.proposition, MAG + each.polarity)
        for each in content.claims
        if each.iri in claims and each.proposition
    ]
    for whole in (True, False):
        among = Opposition(graph.store, whole=whole).among
        parts_told = [told[start : start + size] for start in range(0, len(told), size)]
        assert {claim for part in parts_told for claim in among(part)} == found


def test_a_denial_of_what_is_supported_is_contested(bundled: Graph) -> None:
    """Nobody says the opposite in so many words, but what the graph finds does."""
    content = bundled.subgraph(claim=OXIDE).content
    (claim,) = content.claims
    assert (claim.polarity, content.propositions[claim.proposition].verdict) == (
        "denies", "supported",
    )  # fmt: skip
    assert claim.contested


@pytest.mark.parametrize(("polarity", "found"), [("denies", True), ("affirms", False)])
def test_what_is_supported_contests_a_denial_though_no_claim_does(
    polarity: str, found: bool
) -> None:
    text = (
        f"@prefix mag: <{MAG}> . @prefix x: <https://example.org/> . "
        f"x:c a mag:Claim ; mag:states x:p ; mag:polarity mag:{polarity} . "
        "x:a mag:proposition x:p ; mag:verdict mag:supported ; "
        "mag:rootsFor 1 ; mag:rootsAgainst 0 ."
    )
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    claims = {"https://example.org/c"} if found else set()
    assert contested(small.in_memory(small.project(), quads).store) == claims


def test_what_the_audit_finds_opposed_is_contested(bundled: Graph) -> None:
    opposed = set(bundled.subgraph(tension="opposite_polarity").claims)
    assert opposed
    assert opposed <= contested(bundled.store)


def no_difference(*more: str) -> Graph:
    """The bees with a trial that finds no difference where a leaflet affirms."""
    trial = "https://example.org/bees/source/two-trials#"
    text = (
        f"<{trial}no-brood> <{MAG}polarity> <{MAG}reportsNoDifference> . "
        f"<https://example.org/r> <{MAG}broughtBy> <{trial}e-first> . " + " ".join(more)
    )
    kept = [
        quad
        for quad in evidence.quads()
        if not (
            quad.predicate.value == MAG + "polarity"
            and quad.subject == ox.NamedNode(f"{trial}no-brood")
        )
        and quad.predicate.value not in (MAG + "assessment", MAG + "broughtBy", MAG + "proposition")
    ]
    return small.in_memory(small.project(), (*kept, *ox.parse(text, format=ox.RdfFormat.TURTLE)))


def test_no_difference_opposes_only_with_a_tight_interval() -> None:
    """As in audit/opposite_polarity: what is merely not significant is no opposition."""
    trial = "https://example.org/bees/source/two-trials#"
    (stated,) = {
        quad.object.value
        for quad in evidence.quads()
        if quad.subject == ox.NamedNode(f"{trial}no-brood")
        and quad.predicate.value == MAG + "states"
        and isinstance(quad.object, ox.NamedNode)
    }
    rated = f"<https://example.org/r> <{MAG}proposition> <{stated}> ; <{MAG}vote> <{MAG}"
    both = {f"{trial}no-brood", f"{trial}more-brood"}
    assert not both & contested(no_difference(f"{rated}inconclusive> .").store)
    graph = no_difference(f"{rated}disputes> .")
    tight = graph.store
    assert both <= contested(tight)
    assert {str(row["claim"]) for row in graph.query("contested_claims")} == contested(tight)
    assert contested(tight, [f"{trial}no-brood"]) == {f"{trial}no-brood"}


def test_every_format_marks_the_same_claims(bundled: Graph, tmp_path: Path) -> None:
    """Parquet, KGX and the tables of two views, against the definition."""
    parquet = pytest.importorskip("pyarrow.parquet")
    found = contested(bundled.store)
    subgraph = bundled.subgraph()
    subgraph.export("parquet", tmp_path / "parquet")
    rows = parquet.read_table(
        tmp_path / "parquet" / "claims.parquet", columns=["claim", "contested"]
    ).to_pylist()
    assert {row["claim"] for row in rows if row["contested"]} == found
    assert {row["contested"] for row in rows} == {True, False}
    subgraph.export("kgx", tmp_path / "kgx")
    records = [
        json.loads(line)
        for name in ("edges", "no_edge")
        for line in (tmp_path / "kgx" / f"{name}.jsonl").read_text().splitlines()
    ]
    assert {each["mag_claim"] for each in records if each.get("mag_contested")} == found
    benefits = ("biolink:treats", "biolink:ameliorates_condition")
    for each in records:
        if each.get("mag_contested") and each.get("predicate") in benefits:
            assert each["negated"]
    subgraph.export("csv", tmp_path / "csv", Options(view="claims"))
    with (tmp_path / "csv" / "nodes.csv").open(newline="") as file:
        nodes = list(csv.DictReader(file))
    assert {each["id"] for each in nodes if each["contested"] == "true"} == found


def test_contested_takes_yes(bundled: Graph) -> None:
    with pytest.raises(InputError, match="contested takes yes, not 'no'") as error:
        len(bundled.subgraph(contested="no"))
    assert "--not-contested yes" in error.value.hint
