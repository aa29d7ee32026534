"""``magkg build FILE... --update`` as it is typed."""

import shutil
from pathlib import Path

import pytest

from magkg.store import manifest
from tests.cli import magkg
from tests.store import bulk_data


def test_files_are_added_to_the_bundled_graph(bundled_folder: Path, tmp_path: Path) -> None:
    graph = Path(shutil.copytree(bundled_folder, tmp_path / "graph"))
    before = manifest.read(graph)
    concept = "<https://w3id.org/magkg/concept/added>"
    given = bulk_data.write(
        tmp_path / "more.nq",
        [
            f"{concept} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<https://w3id.org/magkg/ns#Concept> .",
            f'{concept} <http://www.w3.org/2004/02/skos/core#prefLabel> "added"@en .',
            f"{concept} <https://w3id.org/magkg/ns#conceptKind> "
            "<https://w3id.org/magkg/ns#substanceConcept> .",
        ],
    )
    done = magkg("build", given, "--out", graph, "--update", cwd=tmp_path)
    assert done.code == 0, done.err
    after = manifest.read(graph)
    assert after.counts["concepts"] == before.counts["concepts"] + 1
    assert after.counts["quads"] == before.counts["quads"] + 3
    assert after.root == before.root  # of claims
    assert after.content != before.content
    assert magkg("verify", "--graph", graph, cwd=tmp_path).code == 0
    again = magkg("build", given, "--out", graph, "--update", "--json", cwd=tmp_path)
    assert again.code == 0, again.err
    assert manifest.read(graph) == after


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--update"], "build FILE... --update"),
        (["graph.nq", "--update"], "--out DIR"),
        (["graph.nq", "--update", "--out", "none"], "no built graph"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, words: list[str], told: str) -> None:
    bulk_data.write(tmp_path / "graph.nq", [])
    done = magkg("build", *words, cwd=tmp_path)
    assert done.code == (3 if told == "no built graph" else 2)
    assert told in done.err
    assert not (tmp_path / "none").exists()
