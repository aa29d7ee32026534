"""Parquet from a store and from its columns: the same bytes, whoever is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partialmethod
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import magkg
from magkg.errors import QueryTimeout
from magkg.store.columnar import kept
from magkg.store.columnar.store import ColumnarStore
from magkg.use.select import subgraph
from magkg.use.select.subgraph import Subgraph
from tests.cli import magkg as run

if TYPE_CHECKING:
    from magkg.use.graph import Graph

pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def generated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sys.path.append(str(Path(__file__).resolve().parents[3] / "benchmarks"))
    import serve_graph

    folder: Path = serve_graph.generated(700, tmp_path_factory.mktemp("generated") / "graph")
    return folder


@pytest.fixture(scope="module", params=["bundled", "generated"])
def folder(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(f"{request.param}_folder")
    return found


@pytest.fixture(scope="module")
def columnar(folder: Path) -> Iterator[Graph]:
    with magkg.open(folder, engine="columnar", notice=lambda _: None) as graph:
        yield graph


def files(graph: Graph, out: Path, **words: str) -> dict[str, bytes]:
    """What an export writes: both tables and the manifest beside them."""
    out.mkdir(exist_ok=True)
    graph.subgraph(**words).export("parquet", out / "tables")
    return {path.name: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def plain(folder: Path, out: Path, **words: str) -> dict[str, bytes]:
    with magkg.open(folder, engine="oxigraph") as graph:
        return files(graph, out, **words)


def engine_of(graph: Graph) -> ColumnarStore:
    assert isinstance(graph.engine, ColumnarStore)
    return graph.engine


@pytest.mark.parametrize("parts", [None, (50, 300), (100, 10)])
def test_columns_and_store_give_the_same_bytes(
    columnar: Graph, folder: Path, parts: tuple[int, int] | None, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """In one part, in several of one window, and in windows of one part."""
    if parts is not None:
        monkeypatch.setattr(Subgraph, "windows", partialmethod(Subgraph.windows, parts[0]))
        monkeypatch.setattr(subgraph, "WINDOW", parts[1])
    expected = plain(folder, tmp_path / "plain")
    assert set(expected) == {"claims.parquet", "evidence.parquet", "tables.manifest.json"}
    before = dict(engine_of(columnar).asked)
    assert files(columnar, tmp_path / "columns") == expected
    after = engine_of(columnar).asked
    assert after["columnar"] > before["columnar"]
    assert after["oxigraph"] == before["oxigraph"]


def test_a_graph_of_more_claims_than_are_known_at_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What opposes a claim is then read for each part: that tells the same."""
    expected = plain(folder, tmp_path / "known")
    monkeypatch.setattr(subgraph, "KNOWN", 0)
    assert plain(folder, tmp_path / "unknown") == expected


def test_a_large_selection_is_read_from_columns_and_a_small_one_is_not(
    columnar: Graph, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = plain(folder, tmp_path / "plain", polarity="denies")
    number = len(columnar.subgraph(polarity="denies"))
    engine = engine_of(columnar)
    for window, reads in ((number, True), (number + 1, False)):
        monkeypatch.setattr(subgraph, "WINDOW", window)
        before = engine.asked["columnar"]
        assert files(columnar, tmp_path / str(window), polarity="denies") == expected
        assert (engine.asked["columnar"] > before) == reads


def test_the_store_is_read_where_the_columns_cannot_be(folder: Path, tmp_path: Path) -> None:
    said: list[str] = []
    with magkg.open(folder, engine="columnar", notice=said.append) as graph:
        engine = engine_of(graph)
        engine.kept = replace(engine.kept, reason="graphs of a kind")
        assert files(graph, tmp_path / "columns") == plain(folder, tmp_path / "plain")
        assert engine.asked["columnar"] == 0
    assert said == ["the columns do not answer graphs of a kind; Oxigraph answers"]


@pytest.mark.parametrize("folder", ["bundled"], indirect=True)
def test_auto_says_aloud_that_columns_are_read(
    folder: Path, columnar: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert columnar  # which has made the columns
    monkeypatch.setattr(kept, "LARGE", 1)
    said: list[str] = []
    with magkg.open(folder, notice=said.append) as graph:
        assert files(graph, tmp_path / "auto") == plain(folder, tmp_path / "plain")
    assert said == ["the columns of the graph answer (--engine oxigraph asks its store)"]


@pytest.mark.parametrize("folder", ["bundled"], indirect=True)
def test_nothing_half_written_is_left(
    columnar: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends it in the midst: a time limit, or Ctrl-C."""
    monkeypatch.setattr(Subgraph, "windows", partialmethod(Subgraph.windows, 100))
    monkeypatch.setattr(subgraph, "WINDOW", 100)
    facts = ColumnarStore.facts
    for error in (QueryTimeout(1), KeyboardInterrupt()):
        calls: list[int] = []

        def fails(self: ColumnarStore, *words: object, error: BaseException = error,
                  calls: list[int] = calls) -> object:  # fmt: skip
            calls.append(1)
            if len(calls) > 20:
                raise error
            return facts(self, *words)  # type: ignore[arg-type]

        monkeypatch.setattr(ColumnarStore, "facts", fails)
        with pytest.raises(type(error)):
            files(columnar, tmp_path)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", ["bundled"], indirect=True)
def test_the_command_line_writes_the_same(folder: Path, tmp_path: Path) -> None:
    words = ["export", "--format", "parquet", "--graph", folder]
    for engine in ("oxigraph", "columnar"):
        done = run(*words, "--engine", engine, "--out", tmp_path / engine)
        assert done.code == 0
        assert "Oxigraph answers" not in done.err
    for path in (tmp_path / "oxigraph").iterdir():
        assert path.read_bytes() == (tmp_path / "columnar" / path.name).read_bytes()
