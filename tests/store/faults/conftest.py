"""Two graphs for bulk builds that are made to fail; vocabulary, shapes and rules are left out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.store.faults import harm


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    harm.stub(monkeypatch)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> harm.Given:
    return harm.given(tmp_path_factory.mktemp("given"))


@pytest.fixture
def standing(given: harm.Given, tmp_path: Path) -> Path:
    """A folder in which the graph of the first input stands."""
    return Path(shutil.copytree(given.built, tmp_path / "standing"))
