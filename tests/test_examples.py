"""The notebooks of examples/ run from beginning to end, in a folder of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from magkg.use.select.language import select

if TYPE_CHECKING:
    from magkg.use.graph import Graph

FOLDER = Path(__file__).resolve().parents[1] / "examples"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# What each must leave behind, beside a manifest for each.
LEFT = {
    "analyst": {"supplements.graphml", "supplements.cyjs", "supplements", "supplements-tables"},
    "researcher": {"bioavailability.svg", "bioavailability.bib"},
}


def _said(notebook: Any) -> Iterator[str]:
    """What the cells show as text."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            yield output.get("text", "") + output.get("data", {}).get("text/plain", "")


def _researcher(said: str, graph: Graph) -> None:
    """The oxide's rows show, and the sentence at the end is what the graph finds."""
    content = graph.subgraph(subject="magnesium-oxide", predicate="hasBioavailability").content
    assert all(claim.gist[:60] in said for claim in content.claims)
    (widest,) = [each for each in content.propositions.values() if not each.qualifiers]
    strength = widest.strength.removeprefix("strength").lower()
    assert f"low bioavailability is {widest.verdict} (strength for it: {strength}, " in said
    assert f"independent studies for it {widest.independent_for}," in said


def _analyst(said: str, graph: Graph) -> None:
    """What falls is told of the study that carries most."""
    chosen = graph.subgraph(
        (
            select(concept="magnesium-supplement", expand="narrower", kind=["efficacy", "safety"])
            | select(contested="yes")
        )
        & ~select(kind="advice")
    )
    first = chosen.study_load()[0]
    assert first.label[:40] in said
    for name, number in graph.without(first.study).as_json()["summary"].items():
        assert f"'{name}': {number}" in said


SAYS = {"researcher": _researcher, "analyst": _analyst}


def test_there_is_one_for_each_user() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(LEFT)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(
    path: Path,
    tmp_path: Path,
    bundled: Graph,
    bundled_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    assert bundled_folder.is_dir()  # built before the kernel looks for it
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "jupyter"))
    work = tmp_path / "work"
    work.mkdir()
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert "pip install 'magkg[pandas]' jupyter" in notebook.cells[0].source
    assert not any(cell.get("outputs") for cell in notebook.cells), "committed without outputs"
    client = nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(work)}}
    )
    client.execute()
    shown = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output["output_type"] in ("execute_result", "display_data")
    ]
    assert any("text/html" in each["data"] for each in shown)
    SAYS[path.stem]("".join(_said(notebook)), bundled)
    left = {name for name in os.listdir(work) if not name.startswith(".")}
    assert LEFT[path.stem] <= left
    assert {f"{name}.manifest.json" for name in LEFT[path.stem]} <= left
