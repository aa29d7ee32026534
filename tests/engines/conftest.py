"""The bundled graph on two servers, pushed there, and the figure of the queries that agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from magkg.store.push import Pushed, push
from magkg.use.graph import Graph
from magkg.use.graph import open as open_graph
from tests.engines import servers

if TYPE_CHECKING:
    from tests.engines.servers import Server

# For each engine the queries that gave the same answer, and those that were asked.
EQUAL: dict[str, set[str]] = defaultdict(set)
ASKED: dict[str, set[str]] = defaultdict(set)
SPENT: dict[str, Pushed] = {}


@pytest.fixture(scope="session")
def embedded(bundled_folder: Path) -> Iterator[Graph]:
    with open_graph(bundled_folder) as graph:
        yield graph


def loaded(server: Server, folder: Path) -> Graph:
    """The bundled graph, pushed to a server, as who asks that server opens it."""
    done = push(server.store, folder, user=server.user, password=server.password)
    SPENT[done.query_url] = done
    return open_graph(server.query)


@pytest.fixture(scope="session")
def on_oxigraph(bundled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    with servers.oxigraph(tmp_path_factory.mktemp("oxigraph")) as server:
        yield loaded(server, bundled_folder)


@pytest.fixture(scope="session")
def on_virtuoso(bundled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    with servers.virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield loaded(server, bundled_folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for engine, asked in ASKED.items():
        equal = len(EQUAL[engine])
        terminalreporter.write_line(f"shipped queries equal on {engine}: {equal} of {len(asked)}")
    for url, done in SPENT.items():
        terminalreporter.write_line(f"pushed to {url}: {done.triples} triples, {done.seconds} s")
