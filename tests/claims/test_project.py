"""Where the files of a project are, and how they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from magkg.claims.project import Project, rdf_files, shown
from magkg.errors import InputError


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("<urn:a> <urn:b> <urn:c> .")
    return path


def test_the_files_of_a_folder_are_sorted_and_of_rdf_only(tmp_path: Path) -> None:
    names = ["a.nt", "b/a.ttl", "b/c/x.rdf", "z.trig", "zz.nq"]
    for name in [*reversed(names), "b.txt", "b/notes.md"]:
        put(tmp_path / name)
    (tmp_path / "folder.ttl").mkdir()
    assert [path.relative_to(tmp_path).as_posix() for path in rdf_files(tmp_path)] == names
    assert list(rdf_files(tmp_path / "missing")) == []


def test_of_a_project_only_what_is_authored_counts(tmp_path: Path) -> None:
    put(tmp_path / "build" / "x.ttl")
    path = put(tmp_path / "graphs" / "x.ttl")
    assert list(rdf_files(tmp_path)) == list(Project(tmp_path).files()) == [path]


def test_a_link_that_leaves_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "in" / "real.ttl")
    (tmp_path / "in" / "alias.ttl").symlink_to(tmp_path / "in" / "real.ttl")
    assert len(list(rdf_files(tmp_path / "in"))) == 2
    (tmp_path / "in" / "out.ttl").symlink_to(put(tmp_path / "secret.ttl"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="leaves the folder in") as caught:
        list(rdf_files(tmp_path / "in"))
    assert caught.value.file == "in/out.ttl"


def test_a_path_is_shown_as_it_would_be_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    assert shown(tmp_path / "in" / "x.ttl") == shown(Path("./y/../x.ttl")) == "x.ttl"
    assert shown(tmp_path / "x.ttl") == str(tmp_path / "x.ttl")
    assert shown(Path("../x.ttl")) == "../x.ttl"
