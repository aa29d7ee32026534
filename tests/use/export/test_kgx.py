"""KGX: columns by the rules of the format, predicates by the evidence, cells read back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from magkg.errors import InputError
from magkg.use.export.exchange import biolink
from magkg.use.export.exchange.kgx import EDGE_COLUMNS, NODE_COLUMNS
from magkg.use.select.entities import Concept
from tests import evidence
from tests.use.export import nasty
from tests.use.export.tables import by_duckdb, by_pandas, export, written

if TYPE_CHECKING:
    from magkg.use.graph import Graph

Read = Callable[[Path], list[dict[str, str]]]
DOCS = Path(__file__).parents[3] / "docs" / "tables.md"
CURIE = re.compile(r"[A-Za-z][\w.-]*:\S+")
LEVELS = {"knowledge_assertion", "prediction", "statistical_association", "not_provided"}
AGENTS = {"manual_agent", "manual_validation_of_automated_agent", "not_provided"}
STRONG = ("strengthLow", "strengthModerate", "strengthHigh")
POSITIVE = {"treats", "ameliorates_condition", "preventative_for_condition"}


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def pandas_quoted(path: Path) -> list[dict[str, str]]:
    return by_pandas(path, "\t")


def pandas_unquoted(path: Path) -> list[dict[str, str]]:
    """As the kgx toolkit reads it: csv.QUOTE_NONE."""
    return by_pandas(path, "\t", quoting=3)


def duckdb_unquoted(path: Path) -> list[dict[str, str]]:
    return by_duckdb(path, "\t", quote="")


READERS = (pandas_quoted, pandas_unquoted, duckdb_unquoted)


def unescaped(cell: str) -> str:
    found: str = json.loads(f'"{cell}"')
    return found


def same(rows: list[dict[str, str]], held: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """Each cell of the TSV is what the JSON line holds."""
    assert len(rows) == len(held)
    for row, each in zip(rows, held, strict=True):
        assert tuple(row) == columns
        assert set(each) <= set(columns)
        for name, cell in row.items():
            value = each.get(name)
            if isinstance(value, list):
                assert [unescaped(part) for part in cell.split("|")] == value
            elif isinstance(value, bool):
                assert cell == ("true" if value else "" if name == "negated" else "false")
            else:
                assert unescaped(cell) == ("" if value is None else str(value))


@pytest.mark.parametrize("read", READERS)
def test_the_tables_hold_what_the_json_lines_hold(read: Read) -> None:
    out = written("bundled", "kgx")
    same(read(out / "nodes.tsv"), records(out / "nodes.jsonl"), NODE_COLUMNS)
    same(read(out / "edges.tsv"), records(out / "edges.jsonl"), EDGE_COLUMNS)


@pytest.mark.parametrize("read", READERS)
def test_all_nasty_strings_come_back(read: Read) -> None:
    out = written("nasty", "kgx")
    edges = records(out / "edges.jsonl")
    every = [*edges, *records(out / "no_edge.jsonl")]
    assert {each["description"] for each in every} == set(nasty.strings())
    assert len(every) == nasty.COUNT
    rows = read(out / "edges.tsv")
    same(rows, edges, EDGE_COLUMNS)
    assert {unescaped(row["description"]) for row in rows} == {e["description"] for e in edges}
    assert len(rows) > nasty.COUNT / 3
    same(read(out / "nodes.tsv"), records(out / "nodes.jsonl"), NODE_COLUMNS)


def test_every_claim_is_an_edge_that_says_what_the_claim_says(
    bundled: Graph, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    counts = export(bundled, out, "kgx")
    content = bundled.subgraph().content
    edges = {each["mag_claim"]: each for each in records(out / "edges.jsonl")}
    loose = {each["mag_claim"]: each for each in records(out / "no_edge.jsonl")}
    assert edges.keys() | loose.keys() == {each.iri for each in content.claims}
    assert edges.keys().isdisjoint(loose)
    assert (counts["edges"], counts["claims that are no edge"]) == (len(edges), len(loose))
    prefixes = bundled.prefixes

    def full(curie: str) -> str:
        prefix, _, local = curie.partition(":")
        return prefixes[prefix] + local

    for claim in content.claims:
        edge = (edges | loose)[claim.iri]
        for name in (
            "polarity", "certainty", "attribution", "kind", "cited_strength", "held_strength",
            "cited_gap", "held_gap", "digest", "force", "evidence_bar",
        ):  # fmt: skip
            assert edge.get(f"mag_{name}") == (
                getattr(claim, name) if getattr(claim, name) != "" else None
            )
        assert edge["description"] == claim.gist
        assert edge["mag_source"] == claim.source
        for name in ("passages", "evidence", "via", "because", "readings", "checks"):
            assert [full(each) for each in edge.get(f"mag_{name}", [])] == list(
                getattr(claim, name)
            )
        assert tuple(edge.get("mag_notes", [])) == claim.notes
        if not claim.predicate:
            assert edge["mag_not_formalised"] == claim.not_formalised
            continue
        if claim.iri in loose:
            assert claim.polarity.startswith("reports")
        assert full(edge["original_subject"]) == claim.subject
        assert full(edge["original_predicate"]) == claim.predicate
        assert full(edge["original_object"]) == claim.object
        held = content.propositions[claim.proposition]
        assert edge.get("mag_graph_verdict", "") == held.verdict
        if held.verdict:
            assert edge["mag_graph_independent_against"] == held.independent_against


def test_columns_by_the_rules_of_the_format() -> None:
    """Biolink's kgx-format: what a node and an edge must have, and of what shape."""
    out = written("bundled", "kgx")
    nodes, edges = records(out / "nodes.jsonl"), records(out / "edges.jsonl")
    ids = [each["id"] for each in nodes]
    assert len(set(ids)) == len(ids)
    for node in nodes:
        assert CURIE.fullmatch(node["id"])
        assert node["name"]
        assert isinstance(node["category"], list)
        assert all(re.fullmatch(r"biolink:[A-Z]\w+", each) for each in node["category"])
        assert all(isinstance(each, str) for each in node.get("synonym", []))
    for edge in edges:
        assert {edge["subject"], edge["object"]} <= set(ids)
        assert re.fullmatch(r"biolink:[a-z_]+", edge["predicate"])
        assert edge["category"] == ["biolink:Association"]
        assert isinstance(edge["negated"], bool)
        assert edge["knowledge_level"] in LEVELS
        assert edge["agent_type"] in AGENTS
        assert CURIE.fullmatch(edge["primary_knowledge_source"])
        assert edge["publications"]
        assert isinstance(edge["evidence_count"], int)
        assert CURIE.fullmatch(edge["original_predicate"])
    assert len({each["id"] for each in edges}) == len(edges)


def test_every_column_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for section, columns in (("KGX: nodes", NODE_COLUMNS), ("KGX: edges", EDGE_COLUMNS)):
        told = text.partition(f"## {section}\n")[2].partition("\n## ")[0]
        assert tuple(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)) == columns


def test_negation_is_always_there_and_in_the_id() -> None:
    out = written("bundled", "kgx")
    edges = records(out / "edges.jsonl")
    for edge in edges:
        assert edge["negated"] == (edge["mag_polarity"] == "denies")
        mark = "~denies~negated" if edge["negated"] else f"~{edge['mag_polarity']}"
        assert edge["id"].endswith(mark)
    assert {each["mag_polarity"] for each in edges} == {
        "affirms", "denies", "reportsNoDifference",
    }  # fmt: skip
    # Every denial is an edge, and every edge is negated or not.
    loose = {each["mag_polarity"] for each in records(out / "no_edge.jsonl")}
    assert "denies" not in loose


def test_a_benefit_in_people_is_asserted_only_with_strong_evidence_in_people(
    bundled: Graph,
) -> None:
    out = written("bundled", "kgx")
    content = bundled.subgraph().content
    claims = {each.iri: each for each in content.claims}
    asserted = 0
    for edge in records(out / "edges.jsonl"):
        if edge["predicate"].removeprefix("biolink:") not in POSITIVE or edge["negated"]:
            continue
        claim = claims[edge["mag_claim"]]
        lines = [content.lines[iri] for iri in claim.evidence]
        assert claim.polarity == "affirms"
        assert not edge["mag_contested"]
        assert claim.held_strength in STRONG
        assert any(
            content.studies[study].design in ("randomisedTrial", "systematicReview")
            and not content.studies[study].species
            and line.direction == "supports"
            and line.strength in STRONG
            for line in lines
            for study in line.reaches
        )
        asserted += 1
    assert asserted


def test_reports_of_no_difference_and_of_a_lack_never_look_positive() -> None:
    out = written("bundled", "kgx")
    found = {
        (each["mag_polarity"], each["predicate"])
        for each in records(out / "edges.jsonl")
        if each["mag_polarity"].startswith("reports")
    }
    assert found == {
        ("reportsNoDifference", "biolink:in_clinical_trials_for"),
        ("reportsNoDifference", "biolink:in_preclinical_trials_for"),
        ("reportsNoDifference", "biolink:studied_to_treat"),
    }


def test_a_node_has_an_outside_id_only_where_one_stands_for_it() -> None:
    out = written("bundled", "kgx")
    nodes = {each["mag_concept"].rpartition("/")[2]: each for each in records(out / "nodes.jsonl")}
    sciatica = nodes["sciatica"]
    assert (sciatica["id"], sciatica["category"]) == ("MONDO:0024333", ["biolink:Disease"])
    assert "MESH:D012585" in sciatica["xref"]
    assert nodes["muscle-spasms"]["id"] == "HP:0003394"
    assert nodes["muscle-spasms"]["category"] == ["biolink:PhenotypicFeature"]
    # The articles do not say which of the two substances they mean.
    assert nodes["magnesium-citrate"]["id"] == "con:magnesium-citrate"
    assert nodes["magnesium-citrate"]["mag_narrow_match"] == ["CHEBI:131389", "CHEBI:131391"]


def test_an_id_that_several_concepts_have_stands_for_none() -> None:
    chebi = "http://purl.obolibrary.org/obo/CHEBI_"
    one = Concept("c", "c", "substanceConcept", (), (), (("exactMatch", chebi + "1"),))
    assert biolink.preferred(one, frozenset(), {}) == "CHEBI:1"
    assert biolink.preferred(one, frozenset({chebi + "1"}), {}) == ""
    two = replace(one, mappings=(*one.mappings, ("exactMatch", chebi + "2")))
    assert biolink.preferred(two, frozenset(), {}) == ""
    near = replace(one, mappings=(("closeMatch", chebi + "1"),))
    assert biolink.preferred(near, frozenset(), {}) == ""


def test_qualifiers_stand_in_biolinks_columns_or_in_ours(bundled: Graph, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(bundled, out, "kgx", claim="nielsen-2010#sleep")
    edge = records(out / "no_edge.jsonl")[0]
    assert edge["disease_context_qualifier"] == "con:poor-sleep"
    assert edge["population_context_qualifier"] == "con:older-adults"
    assert edge["mag_comparator"] == "con:placebo"
    assert edge["mag_dose_amount"] == "con:mg-320-per-day"
    ids = {each["id"] for each in records(out / "nodes.jsonl")}
    assert {"con:poor-sleep", "con:older-adults", "con:placebo", "con:mg-320-per-day"} <= ids


def test_publications_and_studies_that_support(bundled: Graph, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(bundled, out, "kgx", claim="abbasi-2012#sleep-quality")
    edge = records(out / "edges.jsonl")[0]
    assert edge["publications"] == ["PMID:23853635"]
    assert edge["has_supporting_studies"] == ["study:abbasi-2012"]
    assert edge["evidence_count"] == 1
    assert edge["has_evidence_of_type"] == ["OBI:0004001"]
    assert edge["primary_knowledge_source"] == "src:abbasi-2012"


def test_evidence_that_decides_nothing_is_not_counted_as_support(
    bundled: Graph, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(bundled, out, "kgx", claim="nielsen-2010#sleep")
    edge = records(out / "no_edge.jsonl")[0]
    assert edge["evidence_count"] == 0
    assert "has_supporting_studies" not in edge
    assert edge["mag_inconclusive_studies"] == ["study:nielsen-2010"]


def test_the_same_graph_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        export(evidence.graph(), tmp_path / name, "kgx")
    names = sorted(each.name for each in (tmp_path / "one").iterdir())
    assert {"nodes.tsv", "edges.tsv", "nodes.jsonl", "edges.jsonl"} <= set(names)
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_nothing_selected_gives_headers(tmp_path: Path) -> None:
    counts = export(evidence.graph(), tmp_path / "out", "kgx", until="1900")
    assert counts == {"claims": 0, "nodes": 0, "edges": 0}
    assert (tmp_path / "out" / "edges.tsv").read_text() == "\t".join(EDGE_COLUMNS) + "\n"


def test_a_lone_surrogate_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nasty#c0.*U\+D800"):
        export(nasty.surrogate(), tmp_path / "out", "kgx")


def test_a_control_character_is_carried(tmp_path: Path) -> None:
    export(nasty.control(), tmp_path / "out", "kgx")
    assert records(tmp_path / "out" / "edges.jsonl")[0]["description"] == "before\x0bafter"
    assert "before\\u000bafter" in (tmp_path / "out" / "edges.tsv").read_text()
