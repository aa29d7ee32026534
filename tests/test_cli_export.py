"""The verb export as a user types it: selection, places, standard output, what is refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.use.export.formats import FORMATS
from magkg.use.select.language import WORDS
from tests.cli import magkg


@pytest.fixture
def graph(bundled_folder: Path) -> str:
    return str(bundled_folder)


def test_a_selection_is_written_with_its_manifest(graph: str, tmp_path: Path) -> None:
    ran = magkg(
        "export", "--format", "graphml", "--concept", "magnesium-oxide", "--not-kind", "advice",
        "--kind=safety", "--kind", "efficacy", "--out", "a.graphml", "--graph", graph, cwd=tmp_path,
    )  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("wrote a.graphml: ")
    told = json.loads((tmp_path / "a.graphml.manifest.json").read_text("utf-8"))
    assert told["selection"] == ("concept=magnesium-oxide & not kind=advice & kind=safety,efficacy")
    assert f"{told['claims']} claims" in ran.out
    assert told["options"] == {"view": "propositions"}
    assert sorted(os.listdir(tmp_path)) == ["a.graphml", "a.graphml.manifest.json"]


def test_the_result_as_json(graph: str, tmp_path: Path) -> None:
    ran = magkg(
        "export", "--format", "csl", "--source", "pan-2011", "--json", "--graph", graph,
        cwd=tmp_path,
    )  # fmt: skip
    found = json.loads(ran.out)
    assert (tmp_path / found["path"]).is_file()
    assert (tmp_path / found["manifest"]).is_file()
    assert found["counts"]["claims"] > 0


def test_standard_output_holds_the_export_and_nothing_else(graph: str, tmp_path: Path) -> None:
    words = ("export", "--format", "nquads", "--source", "pan-2011", "--graph", graph)
    ran = magkg(*words, "--out", "-", cwd=tmp_path)
    assert ran.code == 0
    quads = list(ox.parse(ran.out, format=ox.RdfFormat.N_QUADS))
    assert quads
    assert ran.err.startswith("magkg: wrote ")
    assert os.listdir(tmp_path) == []
    magkg(*words, "--out", "a.nq", cwd=tmp_path)
    assert (tmp_path / "a.nq").read_text("utf-8") == ran.out


def test_a_reader_that_goes_away_is_no_error(graph: str) -> None:
    command = f"'{sys.executable}' -m magkg export --format ntriples --out - --graph '{graph}'"
    done = subprocess.run(
        f"set -o pipefail; {command} 2>&1 >/dev/full | head -c 300; echo; {command} | head -n 1",
        shell=True, executable="/bin/bash", capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    said = done.stdout.splitlines()
    full, first = said[0], said[-1]
    assert "no space left" in full.lower()
    assert first.endswith(" .")
    assert "Traceback" not in done.stdout + done.stderr


def test_the_list_and_the_help_tell_all(graph: str) -> None:
    listed = magkg("export", "--list").out
    assert [line.split()[0] for line in listed.splitlines()] == list(FORMATS)
    told = magkg("export", "--help").out
    said = " ".join(told.split())
    for word, takes in WORDS.items():
        assert f"--{word} {takes}" in said
    assert "docs/selecting.md" in said
    assert "docs/formats.md" in said
    assert "new or empty" in said


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], 2, "no format was named"),
        (["--format", "graphm"], 2, "Did you mean graphml"),
        (["--format", "csl", "--concpt", "x"], 2, "no word of the selection 'concpt'"),
        (["--format", "csl", "--concept"], 2, "has no value"),
        (["--format", "csl", "concept"], 2, "'concept'"),
        (["--format", "csl", "--concept", "magnesium-oxid"], 2, "Did you mean magnesium-oxide"),
        (["--format", "csl", "--neo4j"], 2, "takes no --neo4j"),
        (["--format", "graphml", "--view", "claim"], 2, "Did you mean claims"),
        (["--format", "csl", "--kind", "food", "--source", "pan-2011"], 2, "no claim matches"),
        (["--format", "parquet", "--out", "-"], 2, "several files"),
        (["--format", "csl", "--out", "no/such/folder"], 2, "cannot be written"),
        (["--format", "csl", "--graph", "nowhere"], 3, "nowhere"),
    ],
)
def test_what_is_refused(
    graph: str, tmp_path: Path, words: list[str], code: int, says: str
) -> None:
    place = [] if "--graph" in words else ["--graph", graph]
    ran = magkg("export", *words, *place, cwd=tmp_path)
    assert ran.code == code
    assert says in ran.err
    assert ran.out == ""
    assert os.listdir(tmp_path) == []


def test_what_is_ended_leaves_nothing_half_done(graph: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "magkg", "export", "--format", "ro-crate", "--graph", graph]
    with subprocess.Popen([*command, "--out", "crate"], cwd=tmp_path) as running:
        deadline = time.monotonic() + 60
        while not os.listdir(tmp_path) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert os.listdir(tmp_path), "it has begun to write"
        running.terminate()
        assert running.wait(30) == 128 + signal.SIGTERM
    assert os.listdir(tmp_path) == []


def test_a_pipe_with_a_name_is_written_to(graph: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    command = f"'{sys.executable}' -m magkg export --format csl --source pan-2011 --out pipe"
    done = subprocess.run(
        f"cat pipe & {command} --graph '{graph}' >/dev/null; wait",
        shell=True, executable="/bin/bash", cwd=tmp_path, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert json.loads(done.stdout)
    assert os.listdir(tmp_path) == ["pipe"]
