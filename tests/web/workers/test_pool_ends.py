"""A graph that is replaced while it is served: no request fails. The end of a pool: no orphan."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from magkg.claims.project import Project
from magkg.errors import MagkgError
from magkg.store.build import build
from magkg.web.settings import Settings
from magkg.web.workers.worker import Worker
from tests import small
from tests.web.workers.running import HEAVY, PAGE, PATIENCE, Running, alive, ask


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of the test's own, built in its folder ``built``."""
    shutil.copytree(small.ROOT, tmp_path / "project")
    found = Project(tmp_path / "project")
    build(found, tmp_path / "built")
    return found


def _change(project: Project) -> None:
    """Change what a project says, and build it anew where it is served from."""
    file = next(each for each in project.files() if b"skos:prefLabel" in each.read_bytes())
    text = file.read_text("utf-8")
    at = text.index('"', text.index("skos:prefLabel")) + 1
    file.write_text(text[:at] + "changed " + text[at:], "utf-8")
    build(project, project.root.parent / "built")


def test_no_request_fails_while_the_graph_is_replaced(
    project: Project, tmp_path: Path, serve: Callable[..., Running]
) -> None:
    running = serve(place=str(tmp_path / "built"), workers=3, timeout=30.0)
    before = running.pool.facts.content

    async def work() -> None:
        jobs = [running.asked(PAGE, f"client-{n % 7}") for n in range(25)]
        _change(project)
        replaced = asyncio.create_task(running.pool.replace())
        while not replaced.done():
            jobs.append(running.asked(ask(), f"client-{len(jobs) % 7}"))
            await asyncio.sleep(0.05)
        jobs += [running.asked(PAGE, f"client-{n % 7}") for n in range(25)]
        assert await replaced
        assert {each.status for each in await asyncio.gather(*jobs)} == {200, 404}
        # Those that served the graph as it was have ended.
        await running.until(lambda: running.figure("alive") == 4)

    running.run(work())
    assert running.pool.facts.content != before
    assert running.figure("died") == 0


def test_a_new_worker_that_finds_another_graph_has_all_replaced(
    project: Project, tmp_path: Path, serve: Callable[..., Running]
) -> None:
    running = serve(place=str(tmp_path / "built"))
    before = running.pool.facts.content
    _change(project)

    async def work() -> None:
        os.kill(max(running.pids()), signal.SIGKILL)
        await running.until(lambda: running.pool.facts.content != before)
        assert (await running.pool.answer(ask(), "reader")).status == 200

    running.run(work())


def test_a_graph_that_cannot_be_opened_leaves_the_old_one_served(
    project: Project, tmp_path: Path, serve: Callable[..., Running]
) -> None:
    running = serve(place=str(tmp_path / "built"))
    (tmp_path / "built" / "manifest.json").write_text("{}")
    facts = running.pool.facts
    assert not running.run(running.pool.replace())
    assert running.pool.facts == facts
    assert running.answer(ask()).status == 200
    assert "replace_failed" in dict(running.events)

    async def work() -> None:
        # Workers that cannot start are tried again, but ever more seldom.
        os.kill(max(each for each in running.pids() if alive(each)), signal.SIGKILL)
        await running.until(lambda: running.figure("failed") >= 2)
        await asyncio.sleep(1)
        assert running.figure("failed") <= 8
        assert (await running.pool.answer(ask(), "reader")).status == 200

    running.run(work())


def test_stop_answers_all_and_leaves_no_process(serve: Callable[..., Running]) -> None:
    running = serve(timeout=30.0)

    async def work() -> None:
        jobs = [running.asked(ask(HEAVY), client) for client in ("a", "b", "c")]
        await running.until(lambda: running.figure("busy") == 2)
        async with asyncio.timeout(PATIENCE):
            await running.pool.stop()
            found = await asyncio.gather(*jobs)
        assert {each.status for each in found} == {503}
        assert all(b"being stopped" in each.body for each in found)
        assert (await running.pool.answer(PAGE, "a")).status == 503

    running.run(work())
    assert not [pid for pid in running.pids() if alive(pid)]
    with pytest.raises(MagkgError):
        _ = running.pool.facts


_FRONT = """
import sys
from magkg.web.settings import Settings
from tests.web.workers.running import HEAVY, Running, ask
running = Running(Settings(sys.argv[1], workers=1, timeout=60.0))
running.start()
async def work():
    asked = running.asked(ask(HEAVY))
    await running.until(lambda: running.figure("busy") == 1)
    print(*running.pids(), flush=True)
    await asked
running.run(work())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the signal at a parent's death is of Linux")
def test_workers_end_with_a_front_that_is_killed(built: Path) -> None:
    command = [sys.executable, "-c", _FRONT, str(built)]
    front = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
    assert front.stdout is not None
    pids = [int(each) for each in front.stdout.readline().split()]
    assert len(pids) == 2
    front.kill()
    front.wait(PATIENCE)
    end = time.monotonic() + PATIENCE
    while any(alive(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.02)
    assert not [pid for pid in pids if alive(pid)]
    front.stdout.close()


def test_what_a_killed_worker_leaves_in_its_temporary_folder_goes_with_it(
    small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def run() -> None:
        worker = await Worker.start(Settings(str(small_folder)), {}, lambda event, **fields: None)
        (own,) = tmp_path.iterdir()
        if sys.platform == "linux":
            told = Path(f"/proc/{worker.pid}/environ").read_text().split("\0")
            assert f"TMPDIR={own}" in told
        (own / "left").mkdir()
        worker.kill()
        await worker.ended()

    asyncio.run(run())
    assert not list(tmp_path.iterdir())
