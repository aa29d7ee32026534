"""What was authored comes back out of a built graph, all of it and nothing else."""

from __future__ import annotations

from pathlib import Path

import magkg
from magkg import Project
from magkg.claims import turtle
from magkg.claims.project import bundled
from magkg.store import manifest
from magkg.store.authored import authored, file_of, lay_out
from magkg.store.places import bundled_graph
from tests.importing import project, take


def own(home: Project) -> set[object]:
    return {quad for path in home.files() for quad in turtle.read(path).quads}


def test_what_the_bundled_graph_was_built_from_is_found_again(tmp_path: Path) -> None:
    folder = bundled_graph()
    store, _ = manifest.open_store(folder)
    assert set(authored(store.quads())) == own(bundled())
    assert own(lay_out(folder, tmp_path)) == own(bundled())


def test_imported_files_are_laid_out_as_imported(tmp_path: Path) -> None:
    home = project(tmp_path / "p")
    take(home, "trials")
    magkg.build(home)
    again = lay_out(home.built, tmp_path / "again")
    assert own(again) == own(home)
    assert magkg.check(again.graphs).findings == ()
    names = {path.relative_to(again.graphs).as_posix() for path in again.files()}
    assert {"imported/trial-901.ttl", "imported/studies/trial-902.ttl", "prefixes.ttl"} <= names
    assert "sources/note-on-bricks.ttl" in names


def test_what_stands_in_the_wrong_imported_file_is_found(tmp_path: Path) -> None:
    home = project(tmp_path / "p")
    take(home, "trials")
    folder = home.graphs / "imported"
    (folder / "trial-901.ttl").rename(folder / "another.ttl")
    (folder / "studies" / "trial-902.ttl").rename(folder / "trial-902-study.ttl")
    kinds = {each.kind for each in magkg.check(home.graphs).findings}
    assert {"file-name", "misplaced"} <= kinds


def test_no_name_in_a_graph_leads_out_of_the_folder() -> None:
    spaces = {"src": "https://example.org/source/", "study": "https://example.org/study/"}
    for iri in (f"{spaces['src']}../../elsewhere", f"{spaces['study']}/etc/elsewhere"):
        assert file_of(iri, spaces, {}) == "authored.ttl"
    assert file_of(f"{spaces['src']}bees-2020#c0-9", spaces, {}) == "sources/bees-2020.ttl"
