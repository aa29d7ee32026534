"""`init` lays a project down whole, or not at all."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from magkg import resources
from magkg.claims import format as formats
from magkg.claims.project import Project
from magkg.claims.sources import SourceTexts
from magkg.claims.starter import default_base, lay_down
from magkg.errors import InputError, OutputError
from magkg.store.build import build
from magkg.store.check import check

BASE = "https://example.org/tea/"


def test_the_project_is_sound_canonical_and_of_its_own_base(tmp_path: Path) -> None:
    lay_down(tmp_path / "tea", BASE)
    project = Project(tmp_path / "tea")
    texts = SourceTexts(tmp_path / "tea" / "texts")
    assert check(project, sources=texts).findings == ()
    assert formats.format_paths(project, [], texts, check=True) == []
    assert project.namespace("con") == BASE + "concept/"
    assert project.namespace("own") == BASE + "ns#"
    held = "".join(path.read_text("utf-8") for path in project.files())
    assert "$" not in held
    assert "magnesium" not in held


def test_the_readme_names_what_there_is(tmp_path: Path) -> None:
    lay_down(tmp_path / "tea", BASE)
    told = (tmp_path / "tea" / "README.md").read_text("utf-8")
    for name in re.findall(r"magkg query (\w+)", told):
        assert list(resources.data("queries").rglob(f"{name}.rq")), name
    for path in re.findall(r"`((?:graphs|texts)/[a-z/.-]+)`", told):
        assert (tmp_path / "tea" / path).exists() or path == "graphs/predicates.ttl"
    assert f"`{BASE}ns#`" in told


def test_a_predicate_of_its_own_has_a_prefix(tmp_path: Path) -> None:
    lay_down(tmp_path / "tea", BASE)
    project = Project(tmp_path / "tea")
    (project.graphs / "predicates.ttl").write_text(
        'own:isBakedFrom a mag:Predicate ; rdfs:label "is baked from"@en ;'
        ' skos:definition "The subject is made of the object by fire."@en ;'
        ' skos:example "Brick is baked from clay."@en ; rdfs:isDefinedBy '
        f"<{BASE}ns> ; mag:subjectKind mag:substanceConcept ; mag:objectKind mag:substanceConcept ."
    )
    path = project.graphs / "sources" / "note-on-bricks.ttl"
    prefix = f"@prefix own: <{BASE}ns#> .\n"
    path.write_text(prefix + path.read_text().replace("mag:hasComponent", "own:isBakedFrom"))
    formats.format_paths(project)
    assert check(project).findings == ()
    assert "own:isBakedFrom" in path.read_text()


def test_it_builds(tmp_path: Path) -> None:
    lay_down(tmp_path / "tea", BASE)
    project = Project(tmp_path / "tea")
    assert ": 1 claim, 1 proposition; 1 source; " in build(project, project.built).text()


def test_an_empty_folder_is_filled_and_a_full_one_refused(tmp_path: Path) -> None:
    (tmp_path / "tea").mkdir()
    lay_down(tmp_path / "tea", BASE)
    with pytest.raises(InputError, match="not an empty folder"):
        lay_down(tmp_path / "tea", BASE)
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="not an empty folder"):
        lay_down(tmp_path / "file", BASE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "tea"]


def test_a_place_where_nothing_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be made"):
        lay_down(tmp_path / "file" / "tea", BASE)


def test_nothing_is_left_when_the_last_step_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        lay_down(tmp_path / "tea", BASE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "base"),
    [("Tea & Co", "https://example.org/tea-co/"), ("ß", "https://example.org/project/")],
)
def test_the_default_base_comes_from_the_name(name: str, base: str) -> None:
    assert default_base(Path("/somewhere") / name) == base
