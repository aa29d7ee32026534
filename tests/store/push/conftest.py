"""What is pushed, and where to: real servers, and one that fails as it is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from magkg.claims.project import Project
from magkg.store import push as pushing
from magkg.store.build import build
from tests import small
from tests.engines import servers
from tests.store.push.failing import Failing, started

if TYPE_CHECKING:
    from tests.engines.servers import Server

STATED = "https://w3id.org/magkg/ns#stated"
NAMED = "https://w3id.org/magkg/graph/default"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of the bees, built."""
    folder = tmp_path_factory.mktemp("bees")
    shutil.copytree(small.ROOT / "graphs", folder / "graphs")
    build(Project(folder), folder / "built")
    return folder / "built"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "push"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.oxigraph(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def oxigraph(running: Server) -> Server:
    """The server, with nothing in the graphs that a push writes."""
    client = pushing.GraphStore(running.store)
    for graph in (None, STATED, NAMED):
        client.remove(graph)
    return running


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture
def failing() -> Iterator[Failing]:
    server, thread = started()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
