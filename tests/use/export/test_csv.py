"""CSV and TSV: pandas and duckdb read what the network holds."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from magkg.errors import InputError
from magkg.use.export.formats import VIEWS, Options
from magkg.use.export.table.flat import _File, _joined, neutralised
from magkg.use.select.network import network
from tests import evidence
from tests.use.export import nasty
from tests.use.export.tables import LONGEST, by_duckdb, by_pandas, export, whole, written

if TYPE_CHECKING:
    from magkg.use.graph import Graph

DOCS = Path(__file__).parents[3] / "docs" / "tables.md"
DELIMITERS = {"csv": ",", "tsv": "\t"}
Read = Callable[[Path, str], list[dict[str, str]]]


def text(value: Any) -> str:
    """How a plain table writes a value."""
    if value is None:
        return ""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)


def same(rows: list[dict[str, str]], held: list[dict[str, Any]]) -> None:
    """Every cell of every row is what the network holds, and nothing else is there."""
    columns = {name for each in held for name in each}
    assert set(rows[0]) == columns
    assert len(rows) == len(held)
    for row, each in zip(rows, held, strict=True):
        assert row == {name: text(each.get(name)) for name in columns}


@cache
def nodes_of(name: str, view: str) -> list[dict[str, Any]]:
    made = network(whole(name).subgraph(), view)
    return [{"id": iri, **held} for iri, held in made.nodes(data=True)]


@cache
def edges_of(name: str, view: str) -> list[dict[str, Any]]:
    made = network(whole(name).subgraph(), view)
    return [
        {"id": key, "source": one, "target": other, **held}
        for one, other, key, held in made.edges(keys=True, data=True)
    ]


def documented(section: str) -> set[str]:
    """The columns that a section of docs/tables.md describes."""
    text = DOCS.read_text(encoding="utf-8").partition(f"## {section}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_is_documented(view: str) -> None:
    for graph in ("bundled", "evidence"):
        nodes = {name for each in nodes_of(graph, view) for name in each}
        edges = {name for each in edges_of(graph, view) for name in each}
        assert nodes <= documented("CSV and TSV: nodes")
        assert edges <= documented("CSV and TSV: edges")


@pytest.mark.parametrize("read", [by_pandas, by_duckdb])
@pytest.mark.parametrize("form", DELIMITERS)
@pytest.mark.parametrize("view", VIEWS)
def test_every_cell_of_the_bundled_graph_comes_back(form: str, view: str, read: Read) -> None:
    out = written("bundled", form, Options(view=view))
    nodes = read(out / f"nodes.{form}", DELIMITERS[form])
    edges = read(out / f"edges.{form}", DELIMITERS[form])
    same(nodes, nodes_of("bundled", view))
    same(edges, edges_of("bundled", view))
    ids = {row["id"] for row in nodes}
    assert {row[end] for row in edges for end in ("source", "target")} <= ids
    assert len({row["id"] for row in edges}) == len(edges)


@pytest.mark.parametrize("read", [by_pandas, by_duckdb])
@pytest.mark.parametrize("form", DELIMITERS)
def test_all_nasty_strings_come_back(form: str, read: Read) -> None:
    out = written("nasty", form)
    edges = read(out / f"edges.{form}", DELIMITERS[form])
    found = [gist for row in edges for gist in json.loads(row["gists"])]
    assert sorted(found) == sorted(nasty.strings())
    assert len(found) == nasty.COUNT
    same(edges, edges_of("nasty", "propositions"))
    same(read(out / f"nodes.{form}", DELIMITERS[form]), nodes_of("nasty", "propositions"))


@pytest.mark.parametrize("read", [by_pandas, by_duckdb])
@pytest.mark.parametrize("form", DELIMITERS)
def test_nasty_strings_that_are_cells_come_back(form: str, read: Read) -> None:
    out = written("nasty", form, Options(view="provenance"))
    rows = read(out / f"nodes.{form}", DELIMITERS[form])
    assert [row["label"] for row in rows] == [
        text(each.get("label")) for each in nodes_of("nasty", "provenance")
    ]
    assert {row["label"] for row in rows if row["kind"] == "claim"} == set(nasty.strings())


def test_polarity_is_in_the_id_of_an_edge_and_in_its_label() -> None:
    out = written("evidence", "csv")
    rows = by_pandas(out / "edges.csv", ",")
    denied = [row for row in rows if row["polarity"] == "denies"]
    assert denied
    for row in rows:
        assert row["id"].endswith(f"|{row['polarity']}")
        assert (row["label"] == row["predicate_label"]) == (
            row["polarity"] == "affirms" and row["contested"] == "false"
        )


def test_columns_begin_with_the_ids() -> None:
    out = written("bundled", "csv")
    nodes, edges = (
        (out / f"{name}.csv").read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        for name in ("nodes", "edges")
    )
    assert nodes[:3] == ["id", "kind", "label"]
    assert edges[:4] == ["id", "source", "target", "relation"]
    assert nodes[3:] == sorted(nodes[3:])
    assert edges[7:] == sorted(edges[7:])


def test_claims_without_a_triple_are_named(bundled: Graph) -> None:
    out = written("bundled", "csv")
    about = {row["name"]: row["value"] for row in by_pandas(out / "about.csv", ",")}
    content = bundled.subgraph().content
    assert json.loads(about["not_formalised"]) == [
        each.iri for each in content.claims if not each.proposition
    ]
    assert about["claim_count"] == str(len(content.claims))


def test_what_is_counted_is_what_was_written(tmp_path: Path) -> None:
    graph = whole("bundled")
    found = export(graph, tmp_path / "out", "csv")
    content = graph.subgraph().content
    left = sum(not each.proposition for each in content.claims)
    assert found["claims"] == len(content.claims) - left
    assert found["claims without a triple"] == left > 0
    for name in ("nodes", "edges"):
        assert found[name] == len(by_pandas(tmp_path / "out" / f"{name}.csv", ","))
    told = export(graph, tmp_path / "claims", "csv", Options(view="claims"))
    assert told["claims"] == told["nodes"] == len(content.claims)


# Neo4j: what its documentation of `neo4j-admin database import` says of headers and arrays.
PARSERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "long": int,
    "double": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "string[]": lambda cell: [
        "" if each == "%" else each.replace("%3B", ";").replace("%25", "%")
        for each in cell.split(";")
    ],
}


def neo4j(path: Path) -> list[dict[str, Any]]:
    """Read a table as Neo4j does: by the types in its header; what is empty is no property."""
    found = []
    for row in by_pandas(path, ","):
        read: dict[str, Any] = {}
        for header, cell in row.items():
            name, _, kind = header.partition(":")
            if cell:
                read[name or kind] = PARSERS.get(kind, str)(cell)
        found.append(read)
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_neo4j_reads_the_types_and_values_of_the_network(view: str) -> None:
    out = written("bundled", "csv", Options(view=view, neo4j=True))
    nodes = neo4j(out / "nodes.csv")
    assert all(row.pop("LABEL") for row in nodes)
    assert nodes == nodes_of("bundled", view)
    edges = neo4j(out / "edges.csv")
    assert all(row.pop("TYPE") for row in edges)
    for row in edges:
        row["source"], row["target"] = row.pop("START_ID"), row.pop("END_ID")
    assert edges == edges_of("bundled", view)


def test_neo4j_has_its_headers() -> None:
    out = written("bundled", "csv", Options(neo4j=True))
    nodes = by_pandas(out / "nodes.csv", ",")
    edges = by_pandas(out / "edges.csv", ",")
    assert {"id:ID", ":LABEL", "claim_count:long", "synonyms:string[]"} <= set(nodes[0])
    assert {":START_ID", ":END_ID", ":TYPE", "contested:boolean", "claims:string[]"} <= set(
        edges[0]
    )
    magnesium = next(row for row in nodes if row["label:string"] == "magnesium")
    assert magnesium[":LABEL"] == "Concept;SubstanceConcept"


def test_the_type_of_a_relationship_is_positive_only_where_nothing_speaks_against_it() -> None:
    out = written("bundled", "csv", Options(neo4j=True))
    marks = {
        ("affirms", "false"): "RELIEVES",
        ("affirms", "true"): "CONTESTED_RELIEVES",
        ("denies", "false"): "DENIES_RELIEVES",
        ("denies", "true"): "DENIES_RELIEVES",
        ("reportsNoDifference", "false"): "NO_DIFFERENCE_RELIEVES",
        ("reportsNoDifference", "true"): "NO_DIFFERENCE_RELIEVES",
        ("reportsLackOfEvidence", "false"): "LACKS_EVIDENCE_RELIEVES",
        ("reportsLackOfEvidence", "true"): "LACKS_EVIDENCE_RELIEVES",
    }
    rows = by_pandas(out / "edges.csv", ",")
    relieving = [row for row in rows if row["predicate:string"].endswith("#relieves")]
    assert len({row[":TYPE"] for row in relieving}) == 5
    for row in relieving:
        assert row[":TYPE"] == marks[row["polarity:string"], row["contested:boolean"]]


def test_neo4j_arrays_of_nasty_strings_come_back() -> None:
    out = written("nasty", "csv", Options(neo4j=True))
    found = [gist for row in neo4j(out / "edges.csv") for gist in row["gists"]]
    assert sorted(found) == sorted(nasty.strings())


def test_values_that_look_like_the_rule_of_arrays_come_back() -> None:
    values = ["%3B", ";", "", "%", "%25", "a;b"]
    assert PARSERS["string[]"](_joined(values)) == values


def test_evidence_has_its_direction_in_the_type() -> None:
    out = written("bundled", "csv", Options(neo4j=True, view="provenance"))
    rows = by_pandas(out / "edges.csv", ",")
    found = {(row["direction:string"], row[":TYPE"]) for row in rows}
    assert ("supports", "EVIDENCE_SUPPORTS") in found
    assert ("inconclusive", "EVIDENCE_INCONCLUSIVE") in found


@pytest.mark.parametrize("form", DELIMITERS)
def test_a_spreadsheet_sees_no_formula_and_every_text_comes_back(form: str) -> None:
    out = written("nasty", form, Options(spreadsheet=True, view="provenance"))
    path = out / f"nodes.{form}"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    before = csv.field_size_limit(LONGEST)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=DELIMITERS[form]))
    finally:
        csv.field_size_limit(before)
    plain = nodes_of("nasty", "provenance")
    assert sum(row["label"] != each["label"] for row, each in zip(rows, plain, strict=True)) > 100
    for row, each in zip(rows, plain, strict=True):
        for name, cell in row.items():
            value = each.get(name)
            if isinstance(value, (str, list)):
                assert cell[:1] not in set("=+-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20")
                assert cell.removeprefix("'") == text(value)
            else:
                assert cell == text(value)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ('=HYPERLINK("http://x/")', '\'=HYPERLINK("http://x/")'),
        ("+1", "'+1"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r", "'\r"),
        ("\x00=1", "'\x00=1"),
        ("  =1", "'  =1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\u202e-1", "'\u202e-1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("'quoted'", "''quoted'"),
        ("plain = text", "plain = text"),
        ("5-HT", "5-HT"),
        ("", ""),
    ],
)
def test_a_formula_is_neutralised_so_that_it_can_be_undone(given: str, written: str) -> None:
    assert neutralised(given) == written
    assert neutralised(given).removeprefix("'") == given or given.startswith("'")


def test_numbers_stay_numbers_in_a_spreadsheet(tmp_path: Path) -> None:
    out = written("bundled", "csv", Options(spreadsheet=True, view="provenance"))
    rows = by_pandas(out / "nodes.csv", ",", encoding="utf-8-sig")
    assert {row["held_gap"] for row in rows} == {"", "0", "1", "2", "3"}
    assert _File(tmp_path, "csv", Options(spreadsheet=True))._cell(-2) == "-2"


def test_the_two_kinds_of_headers_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exclude each other"):
        export(evidence.graph(), tmp_path / "out", "csv", Options(neo4j=True, spreadsheet=True))


def test_a_lone_surrogate_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nasty#c0.*U\+D800"):
        export(nasty.surrogate(), tmp_path / "out", "csv")


def test_a_control_character_is_carried(tmp_path: Path) -> None:
    export(nasty.control(), tmp_path / "out", "tsv", Options(view="provenance"))
    rows = by_pandas(tmp_path / "out" / "nodes.tsv", "\t")
    assert "before\x0bafter" in [row["label"] for row in rows]


def test_the_same_graph_gives_the_same_bytes_and_nothing_selected_gives_headers(
    tmp_path: Path,
) -> None:
    for name in ("one", "two"):
        export(evidence.graph(), tmp_path / name, "csv")
    for name in ("nodes", "edges", "about"):
        one, two = ((tmp_path / each / f"{name}.csv").read_bytes() for each in ("one", "two"))
        assert one == two
    export(evidence.graph(), tmp_path / "none", "csv", until="1900")
    assert (tmp_path / "none" / "nodes.csv").read_text() == "id\n"
