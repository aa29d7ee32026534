"""The project about bricks, built once for each module of tests, and copies of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from magkg.claims.project import Project
from magkg.store.build import build
from tests.store import sample, wall


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = sample.write(tmp_path_factory.mktemp("project"))
    build(made, made.built)
    return made


@pytest.fixture
def copy(built: Project, tmp_path: Path) -> Project:
    """A project of its own with a graph already built."""
    return Project(Path(shutil.copytree(built.root, tmp_path / "copy")))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project about a wall, not built, which is also the working folder."""
    monkeypatch.chdir(tmp_path)
    return wall.project(tmp_path)
