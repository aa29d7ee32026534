"""What the tests share: a cache of their own, and the bundled graph, built once a session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from magkg.store import places
from magkg.use.graph import Graph
from magkg.use.graph import open as open_graph

from . import articles


@pytest.fixture(scope="session", autouse=True)
def own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's cache and settings out of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAGKG_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("MAGKG_SOURCES", raising=False)
        patch.setenv("NO_COLOR", "1")
        patch.setenv("COLUMNS", "120")
        yield


@pytest.fixture(scope="session")
def bundled_folder(own_surroundings: None) -> Path:
    """The bundled graph, built."""
    return places.bundled_graph()


@pytest.fixture
def bundled(bundled_folder: Path) -> Iterator[Graph]:
    """The bundled graph, open."""
    with open_graph(bundled_folder) as graph:
        yield graph


@pytest.fixture(scope="session")
def article_folder() -> Path:
    """The folder of the three articles; the test is skipped where it is not at hand."""
    articles.texts()
    return Path(os.fspath(articles.FOLDER))
