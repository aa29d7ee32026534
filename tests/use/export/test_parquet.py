"""Parquet: every cell as duckdb and polars read it is what the graph holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from magkg.errors import InputError
from magkg.use.export.table.columns import CLAIMS, EVIDENCE
from magkg.use.export.table.rows import evidence_rows, markdown, stated_rows
from tests import evidence
from tests.use.export import nasty
from tests.use.export.tables import export, whole, written

if TYPE_CHECKING:
    from magkg.use.graph import Graph

pytest.importorskip("pyarrow")

DOCS = Path(__file__).parents[3] / "docs" / "tables.md"
TABLES = {"claims": (CLAIMS, stated_rows), "evidence": (EVIDENCE, evidence_rows)}


def by_duckdb(path: Path) -> list[dict[str, Any]]:
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)])
    names = [each[0] for each in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def by_polars(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pytest.importorskip("polars").read_parquet(path).to_dicts()
    return rows


@cache
def expected(graph: Graph, table: str) -> list[dict[str, Any]]:
    """The rows as the entities give them, with dates as dates."""
    columns, rows = TABLES[table]
    return [
        {
            each.name: date.fromisoformat(str(cell)) if each.kind == "date" and cell else cell
            for each in columns
            for cell in [each.value(row)]
        }
        for row in rows(graph.subgraph().content)
    ]


@pytest.mark.parametrize("read", [by_duckdb, by_polars])
@pytest.mark.parametrize("table", TABLES)
def test_every_cell_of_the_bundled_graph_comes_back(table: str, read: Any) -> None:
    out = written("bundled", "parquet")
    rows = read(out / f"{table}.parquet")
    assert len(rows) > 400
    assert rows == expected(whole("bundled"), table)


@pytest.mark.parametrize("read", [by_duckdb, by_polars])
def test_all_nasty_strings_come_back(read: Any) -> None:
    out = written("nasty", "parquet")
    rows = read(out / "claims.parquet")
    assert {row["gist"] for row in rows} == set(nasty.strings())
    assert len(rows) == nasty.COUNT
    assert rows == expected(whole("nasty"), "claims")
    lines = read(out / "evidence.parquet")
    assert lines == expected(whole("nasty"), "evidence")


def test_figures_and_facts_of_studies_are_typed() -> None:
    out = written("evidence", "parquet")
    rows = by_duckdb(out / "evidence.parquet")
    row = next(each for each in rows if each["evidence"].endswith("two-trials#e-first"))
    assert (row["effect_estimate"], row["effect_low"]) == (Decimal("0.1"), Decimal("-0.2"))
    assert row["effect_level"] == 95
    assert row["study_size"] == 12
    assert row["study_species_labels"] == ["honeybee"]
    assert (row["polarity"], row["direction"]) == ("denies", "supports")
    assert (row["study_named"], row["study_reached"]) == (True, True)


def test_a_denial_is_told_from_an_affirmation() -> None:
    out = written("evidence", "parquet")
    rows = by_duckdb(out / "claims.parquet")
    row = next(each for each in rows if each["claim"].endswith("two-trials#no-brood"))
    assert (row["polarity"], row["lines_supporting"]) == ("denies", 1)


def test_counts_of_nought_are_counts_and_unrated_kinds_have_none() -> None:
    out = written("bundled", "parquet")
    rows = by_duckdb(out / "claims.parquet")
    assert {type(row["all_denying"]) for row in rows if row["verdict"]} == {int}
    assert {row["all_denying"] for row in rows if not row["verdict"]} == {None}


def test_the_files_say_what_they_are(bundled: Graph, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    export(bundled, tmp_path / "out", "parquet", source="guide-nerve-health")
    file = pq.ParquetFile(tmp_path / "out" / "claims.parquet")
    schema = file.schema_arrow
    about = {name.decode(): value.decode() for name, value in schema.metadata.items()}
    assert bundled.manifest is not None
    assert about["magkg.root"] == bundled.manifest.root
    assert about["magkg.selection"] == "source=guide-nerve-health"
    assert [each.metadata[b"description"].decode() for each in schema] == [
        each.about for each in CLAIMS
    ]
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_each_part_is_a_row_group_and_none_is_lost(
    bundled: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.parquet as pq

    from magkg.use.select.subgraph import Subgraph

    windows = Subgraph.windows
    monkeypatch.setattr(Subgraph, "windows", lambda self: windows(self, 300))
    export(bundled, tmp_path / "out", "parquet")
    file = pq.ParquetFile(tmp_path / "out" / "claims.parquet")
    assert [file.metadata.row_group(each).num_rows for each in range(file.num_row_groups)] == [
        300, 300, 300, len(bundled.subgraph()) - 900,
    ]  # fmt: skip
    assert by_duckdb(tmp_path / "out" / "claims.parquet") == expected(whole("bundled"), "claims")


def test_the_same_graph_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        export(evidence.graph(), tmp_path / name, "parquet")
    for table in TABLES:
        one, two = ((tmp_path / each / f"{table}.parquet").read_bytes() for each in ("one", "two"))
        assert one == two


def test_an_empty_selection_gives_tables_without_rows(bundled: Graph, tmp_path: Path) -> None:
    counts = export(bundled, tmp_path / "out", "parquet", until="1900")
    assert counts == {"claims": 0, "evidence rows": 0}
    assert by_duckdb(tmp_path / "out" / "claims.parquet") == []
    assert by_polars(tmp_path / "out" / "evidence.parquet") == []


def test_a_lone_surrogate_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nasty#c0.*gist.*U\+D800"):
        export(nasty.surrogate(), tmp_path / "out", "parquet")


def test_a_figure_beyond_the_columns_is_refused_by_name() -> None:
    from dataclasses import replace

    from magkg.use.export.table.parquet import _sound

    content = evidence.graph().subgraph().content
    row = next(each for each in evidence_rows(content) if each.effect)
    assert row.effect is not None
    column = next(each for each in EVIDENCE if each.name == "effect_estimate")
    for good in ("1e19", "-0.000000000000000001", "0"):
        found = _sound(column, replace(row, effect=replace(row.effect, estimate=Decimal(good))))
        assert found == Decimal(good)
    for bad in ("1e21", "0.0000000000000000001", "NaN"):
        with pytest.raises(InputError, match="effect_estimate"):
            _sound(column, replace(row, effect=replace(row.effect, estimate=Decimal(bad))))


def test_a_control_character_is_carried(tmp_path: Path) -> None:
    export(nasty.control(), tmp_path / "out", "parquet")
    assert by_duckdb(tmp_path / "out" / "claims.parquet")[0]["gist"] == "before\x0bafter"


@pytest.mark.parametrize("table", TABLES)
def test_the_documentation_has_every_column(table: str) -> None:
    assert markdown(TABLES[table][0]) in DOCS.read_text(encoding="utf-8")


def test_no_column_is_there_twice() -> None:
    for columns, _ in TABLES.values():
        names = [each.name for each in columns]
        assert len(set(names)) == len(names)
