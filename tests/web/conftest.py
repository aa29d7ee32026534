"""The tiny graph, built, and a server over it that all tests of the front share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from magkg.store.build import build
from tests import small
from tests.web.server import Served, running


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny graph, built."""
    folder = tmp_path_factory.mktemp("served") / "built"
    build(small.project(), folder)
    return folder


@pytest.fixture(scope="session")
def site(small_folder: Path) -> Iterator[Served]:
    """A server over the tiny graph."""
    with running("--graph", small_folder, "--workers", "2", covered=True) as served:
        yield served


@pytest.fixture
def client(site: Served) -> Iterator[httpx.Client]:
    """A client of the server."""
    with httpx.Client(base_url=site.base, timeout=30) as found:
        yield found
