"""A graph that is built anew while it is served: taken up, and no request fails."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import httpx

from magkg.claims.project import Project
from magkg.store.build import build
from tests import small
from tests.web.server import running, until


def test_a_new_build_is_served_and_no_request_fails(tmp_path: Path) -> None:
    home = tmp_path / "bees"
    shutil.copytree(small.ROOT, home)
    project, folder = Project(home), tmp_path / "built"
    build(project, folder)
    failed: list[object] = []
    done = threading.Event()

    def ask(base: str) -> None:
        with httpx.Client(base_url=base, timeout=30) as client:
            while not done.is_set():
                for path in ("/term.json", "/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D", "/"):
                    try:
                        answer = client.get(path, headers={"Cache-Control": "no-cache"})
                    except httpx.HTTPError as error:
                        failed.append(error)
                        continue
                    if answer.status_code != 200:
                        failed.append((path, answer.status_code, answer.text[:500]))

    with running("--graph", folder, "--workers", "2") as served:
        before = httpx.get(f"{served.base}/term.json").headers["etag"]
        asking = [threading.Thread(target=ask, args=(served.base,)) for _ in range(2)]
        for each in asking:
            each.start()
        concepts = home / "graphs" / "concepts" / "food.ttl"
        said = concepts.read_text("utf-8")
        concepts.write_text(said.replace('"lavender"', '"true lavender"'), "utf-8")
        build(project, folder)
        until(lambda: httpx.get(f"{served.base}/term.json").headers["etag"] != before)
        done.set()
        for each in asking:
            each.join(60)
        assert len(served.events("replaced")) >= 1
    assert failed == []


def test_a_build_that_cannot_be_opened_changes_nothing(small_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "built"
    shutil.copytree(small_folder, folder)
    with running("--graph", folder, "--workers", "1") as served:
        tag = httpx.get(f"{served.base}/term").headers["etag"]
        (folder / "manifest.json").write_text("{")
        until(lambda: bool(served.events("replace_failed")))
        answer = httpx.get(f"{served.base}/term")
        assert (answer.status_code, answer.headers["etag"]) == (200, tag)
        shutil.copy(small_folder / "manifest.json", folder / "manifest.json")
        until(lambda: bool(served.events("replaced")))
        assert httpx.get(f"{served.base}/term").headers["etag"] == tag


def test_texts_that_change_change_the_tag(small_folder: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    shutil.copytree(small.SOURCES, texts)
    with running("--graph", small_folder, "--sources", texts, "--workers", "1") as served:
        tag = httpx.get(f"{served.base}/term").headers["etag"]
        (texts / "other.txt").write_text("more")
        until(lambda: httpx.get(f"{served.base}/term").headers["etag"] != tag)
