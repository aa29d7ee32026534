"""Which engine answers: by name, by size, and said aloud."""

from __future__ import annotations

from pathlib import Path

import pytest

from magkg.errors import InputError, MagkgError
from tests.cli import magkg

pytest.importorskip("maplib", reason="the extra columnar is not installed")

from magkg.store.columnar import choice, model
from magkg.store.columnar.store import ColumnarStore


def test_auto_is_columnar_only_for_many_queries_of_a_large_graph() -> None:
    few, large = choice._MANY - 1, choice._MANY
    assert choice.chosen("auto", large, many=True) == "columnar"
    assert choice.chosen("auto", few, many=True) == "oxigraph"
    assert choice.chosen("auto", large, many=False) == "oxigraph"
    assert choice.chosen("columnar", 1, many=False) == "columnar"
    assert choice.chosen("oxigraph", large, many=True) == "oxigraph"
    with pytest.raises(InputError, match="no engine"):
        choice.chosen("duck", 1, many=False)


def test_without_the_extra_columnar_is_refused_and_auto_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model, "_EXTRA", ("a_module_that_is_not_there",))
    assert choice.chosen("auto", choice._MANY, many=True) == "oxigraph"
    with pytest.raises(MagkgError, match="not installed") as refused:
        choice.chosen("columnar", 1, many=False)
    assert refused.value.hint == "Install it with: pip install 'magkg[columnar]'"


def test_auto_says_aloud_that_it_is_not_oxigraph(
    bundled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "_MANY", 1)
    said: list[str] = []
    store, _ = choice.opened(bundled_folder, many=True, notice=said.append)
    assert isinstance(store, ColumnarStore)
    store.close()
    assert any("as columns in memory" in each for each in said)


def test_the_command_line_takes_an_engine(bundled_folder: Path) -> None:
    asked = ["query", "verdicts", "--format", "csv", "--graph", bundled_folder]
    plain = magkg(*asked)
    columnar = magkg(*asked, "--engine", "columnar")
    assert (columnar.code, columnar.out) == (0, plain.out)
    assert "Oxigraph answers" not in columnar.err
    graph_walk = "SELECT ?g { GRAPH ?g { ?s ?p ?o } } LIMIT 1"
    fallen = magkg("query", graph_walk, "--graph", bundled_folder, "--engine", "columnar")
    assert fallen.code == 0
    assert "the columns do not answer GRAPH; Oxigraph answers" in fallen.err
    assert magkg(*asked, "--engine", "duck").code == 2
    served = magkg("serve", "--graph", bundled_folder, "--engine", "columnar")
    assert served.code == 2
    assert "is not served with the engine" in served.err


def test_an_audit_and_an_export_are_the_same_with_columns(
    bundled_folder: Path, tmp_path: Path
) -> None:
    asked = ["audit", "--graph", bundled_folder, "--format", "json"]
    assert magkg(*asked, "--engine", "columnar").out == magkg(*asked).out
    for engine in ("oxigraph", "columnar"):
        words = ["export", "--format", "csv", "--graph", bundled_folder, "--engine", engine]
        assert magkg(*words, "--out", tmp_path / engine).code == 0
    for path in (tmp_path / "oxigraph").rglob("*.csv"):
        assert path.read_bytes() == (tmp_path / "columnar" / path.name).read_bytes()
