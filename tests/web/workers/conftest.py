"""The tiny graph, built; pools over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from magkg.store.build import build
from magkg.web.settings import Settings
from tests import small
from tests.web.workers.running import Running


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "built"
    build(small.project(), folder)
    return folder


@pytest.fixture(scope="module")
def served(built: Path) -> Iterator[Running]:
    """A pool that the tests of a module share: two may be busy, for five seconds each."""
    running = Running(Settings(str(built), workers=2, timeout=5.0))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def serve(built: Path) -> Iterator[Callable[..., Running]]:
    """Start a pool of its own for a test, with the settings that it names."""
    started: list[Running] = []

    def start(**named: object) -> Running:
        told = {"place": str(built), "workers": 2, "timeout": 10.0} | named
        running = Running(Settings(**told))  # type: ignore[arg-type]
        started.append(running)
        running.start()
        return running

    yield start
    for running in started:
        running.stop()
