"""One browser and the two servers that these tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.articles import FOLDER as ARTICLES
from tests.web.browser import forged, hostile
from tests.web.server import Served, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# No name but the server's is looked up, so that nothing could leave even if a page tried.
_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

# A busy machine may take long over an answer, and no test is about that.
_CALM = ("--workers", "2", "--timeout", "60")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed")
    with driver.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=_ARGS)
        yield found
        found.close()


@pytest.fixture(scope="package")
def base(bundled_folder: Path) -> Iterator[str]:
    """The address of a server over the bundled graph, with the articles where they are at hand."""
    folder = Path(os.fspath(ARTICLES))
    sources = ("--sources", folder) if folder.is_dir() else ()
    with running("--graph", bundled_folder, *_CALM, *sources) as served:
        yield served.base


@pytest.fixture(scope="package")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of hostile strings, built and then forged."""
    folder = hostile.build(tmp_path_factory.mktemp("hostile"))
    forged.forge(folder)
    return folder


@pytest.fixture(scope="package")
def hostile_site(hostile_folder: Path) -> Iterator[Served]:
    """A server over the graph of hostile strings."""
    with running("--graph", hostile_folder, *_CALM) as served:
        yield served
