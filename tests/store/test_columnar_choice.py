"""Which engine answers: by name and by size; what it falls back on is said aloud."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import magkg
from magkg.errors import InputError
from magkg.store.columnar import choice, kept
from magkg.store.columnar.store import ColumnarStore
from magkg.store.oxigraph import OxigraphStore
from tests.cli import magkg as run


@pytest.fixture
def graph(bundled_folder: Path, tmp_path: Path) -> Path:
    """A copy of the bundled graph, without columns."""
    copy = tmp_path / "graph"
    shutil.copytree(bundled_folder, copy, ignore=shutil.ignore_patterns("*.columns"))
    return copy


def engine_of(folder: Path, engine: str = "auto") -> object:
    return choice.opened(folder, engine)[1]


def test_auto_asks_the_columns_of_a_large_graph_that_has_them(
    graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "LARGE", 1)
    assert isinstance(engine_of(graph), OxigraphStore)
    made = engine_of(graph, "columnar")
    assert isinstance(made, ColumnarStore)
    assert isinstance(engine_of(graph), ColumnarStore)
    assert isinstance(engine_of(graph, "oxigraph"), OxigraphStore)
    monkeypatch.setattr(kept, "LARGE", 10**9)
    assert isinstance(engine_of(graph), OxigraphStore)
    with pytest.raises(InputError, match="no engine"):
        choice.opened(graph, "duck")


def test_to_open_a_graph_counts_nothing(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a million claims, 45 million quads would be read for it."""

    def counted(store: OxigraphStore) -> int:
        raise AssertionError("the quads were counted")

    monkeypatch.setattr(OxigraphStore, "__len__", counted)
    for engine in choice.ENGINES:
        with magkg.open(graph, engine=engine, notice=lambda _: None) as opened:
            assert next(iter(opened.query("verdicts")))
            assert next(opened.subgraph(kind="doseClaim").windows()).claims


def test_look_ups_stay_with_the_store(graph: Path) -> None:
    with magkg.open(graph, engine="columnar", notice=lambda _: None) as opened:
        assert isinstance(opened.store, OxigraphStore)
        assert isinstance(opened.engine, ColumnarStore)
        assert list(opened.query("verdicts"))
        assert opened.engine.asked == {"columnar": 1, "oxigraph": 0}
        engine = opened.engine
    assert engine._held is None
    with pytest.raises(magkg.MagkgError, match="closed"):
        _ = opened.engine


def test_what_is_made_is_said_aloud(graph: Path) -> None:
    said: list[str] = []
    choice.opened(graph, "columnar", notice=said.append)
    assert said == ["writing the graph as columns, once"]
    choice.opened(graph, "columnar", notice=said.append)
    assert len(said) == 1


def test_auto_says_aloud_that_it_is_not_oxigraph(
    graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine_of(graph, "columnar")
    monkeypatch.setattr(kept, "LARGE", 1)
    said: list[str] = []
    with magkg.open(graph, notice=said.append) as opened:
        assert said == []
        assert list(opened.query("verdicts"))
        assert list(opened.query("verdicts"))
    assert said == ["the columns of the graph answer (--engine oxigraph asks its store)"]


def test_the_command_line_takes_an_engine(bundled_folder: Path) -> None:
    asked = ["query", "verdicts", "--format", "csv", "--graph", bundled_folder]
    plain = run(*asked, "--engine", "oxigraph")
    columnar = run(*asked, "--engine", "columnar")
    assert (columnar.code, columnar.out) == (0, plain.out)
    assert "Oxigraph answers" not in columnar.err
    graph_walk = "SELECT ?g { GRAPH ?g { ?s ?p ?o } } LIMIT 1"
    fallen = run("query", graph_walk, "--graph", bundled_folder, "--engine", "columnar")
    assert fallen.code == 0
    assert "the columns do not answer Graph; Oxigraph answers" in fallen.err
    assert run(*asked, "--engine", "duck").code == 2


def test_an_audit_and_an_export_are_the_same_with_columns(
    bundled_folder: Path, tmp_path: Path
) -> None:
    asked = ["audit", "--graph", bundled_folder, "--format", "json"]
    assert run(*asked, "--engine", "columnar").out == run(*asked).out
    for engine in ("oxigraph", "columnar"):
        words = ["export", "--format", "csv", "--graph", bundled_folder, "--engine", engine]
        assert run(*words, "--out", tmp_path / engine).code == 0
    for path in (tmp_path / "oxigraph").rglob("*.csv"):
        assert path.read_bytes() == (tmp_path / "columnar" / path.name).read_bytes()
