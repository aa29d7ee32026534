"""The notebooks of examples/ run from beginning to end, in a folder of their own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "examples"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# What each must leave behind, beside a manifest for each.
LEFT = {
    "analyst": {"supplements.graphml", "supplements.cyjs", "supplements", "supplements-tables"},
    "researcher": {"bioavailability.svg", "bioavailability.bib"},
}


def test_there_is_one_for_each_user() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(LEFT)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(
    path: Path, tmp_path: Path, bundled_folder: Path, monkeypatch: pytest.MonkeyPatch
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
    left = {name for name in os.listdir(work) if not name.startswith(".")}
    assert LEFT[path.stem] <= left
    assert {f"{name}.manifest.json" for name in LEFT[path.stem]} <= left
