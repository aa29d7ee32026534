"""A pool over real workers: what is answered, what is ended, what goes on."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from magkg.errors import StoreUnavailable
from magkg.store import manifest
from magkg.web.messages import Job
from magkg.web.settings import Settings
from magkg.web.workers import pool as pools
from tests.web.workers.running import GREEDY, HEAVY, PAGE, Running, alive, ask

# A few hundredths of a second of work.
SLOW = """SELECT (COUNT(*) AS ?n)
WHERE { { SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 1000000 } }"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits and priorities of Linux")


def test_it_tells_what_is_served(served: Running, built: Path) -> None:
    facts = served.pool.facts
    told = manifest.read(built)
    assert (facts.content, facts.root, facts.counts) == (told.content, told.root, told.counts)
    assert facts.graphs == ("https://w3id.org/magkg/ns#stated",)
    assert facts.prefixes["src"] == "https://example.org/bees/source/"
    assert facts.isolation in {"namespace", "seccomp", "none"}
    assert facts.reason


@linux
def test_each_worker_is_walled_off_and_bounded(served: Running) -> None:
    if served.pool.facts.isolation == "none":
        pytest.skip(served.pool.facts.reason)
    for pid in served.pids():
        status = Path(f"/proc/{pid}/status").read_text("ascii")
        limits = Path(f"/proc/{pid}/limits").read_text("ascii")
        assert "NoNewPrivs:\t1" in status
        assert "Seccomp:\t2" in status or served.pool.facts.isolation == "namespace"
        assert re.search(rf"Max address space\s+{served.settings.memory}\s", limits)


def test_jobs_are_answered_and_errors_are_answers(served: Running) -> None:
    found = served.answer(PAGE)
    assert (found.status, found.media_type) == (404, "application/problem+json")
    assert served.answer(ask()).status == 200
    assert served.answer(ask("ASK { ?s ?p ")).status == 400


def test_a_fault_of_ours_is_told_without_its_traceback(served: Running) -> None:
    before = len(served.events)
    found = served.answer(Job("sparql", text=5))  # type: ignore[arg-type]
    assert found.status == 500
    assert b"Traceback" not in found.body
    assert served.answer(PAGE).status == 404
    events = served.events[before:]
    assert not [event for event, _ in events if event == "worker_died"]
    assert "Traceback" in str(events)


@linux
def test_a_job_beyond_its_deadline_ends_with_its_worker(served: Running) -> None:
    async def work() -> None:
        killed = served.figure("deadline")
        found = await served.asked(ask(HEAVY))
        told = json.loads(found.body)
        assert found.status == 503
        assert "5 s" in told["detail"]
        assert "LIMIT" in told["hint"]
        assert (await served.pool.answer(ask(), "reader")).status == 200
        assert served.figure("deadline") == killed + 1
        await served.until(lambda: served.figure("alive") == 3)

    served.run(work())


def test_a_slow_job_costs_a_client_of_few_no_worker(
    serve: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_SLOW", 0.01)  # so that any is
    running = serve(workers=1, timeout=60.0)

    async def work() -> None:
        await running.until(lambda: running.figure("alive") == 2)
        pids = running.pids()
        for _ in range(5):
            assert (await running.pool.answer(ask(SLOW), "reader")).status == 200
        assert running.pids() == pids

    running.run(work())


@linux
def test_a_slow_job_stands_behind_the_others(serve: Callable[..., Running]) -> None:
    running = serve(timeout=60.0)

    async def work() -> None:
        first = running.pids()
        asked = running.asked(ask(HEAVY))
        await running.until(lambda: any(_priority(pid) == 10 for pid in first))
        (slow,) = [pid for pid in first if _priority(pid) == 10]
        # Another worker is warm in its place while it is at work.
        await running.until(lambda: running.figure("alive") == 4)
        assert alive(slow)
        asked.cancel()
        await running.until(lambda: not alive(slow))
        assert running.figure("cancelled") == 1

    running.run(work())


@linux
def test_a_job_that_needs_too_much_memory_ends_with_its_worker(
    serve: Callable[..., Running],
) -> None:
    running = serve(memory=768 << 20, timeout=25.0)
    found = running.answer(ask(GREEDY))
    assert (found.status, json.loads(found.body)["detail"]) == (
        503,
        "this needed more memory than 768 MB, the most that this site allows",
    )
    assert running.figure("memory") == 1
    assert running.answer(ask()).status == 200


@linux
def test_a_worker_killed_at_work_or_idle_is_replaced(served: Running) -> None:
    async def work() -> None:
        died = served.figure("died")
        asked = served.asked(ask(HEAVY))
        await served.until(lambda: served.figure("busy") == 1)
        for pid in served.pids():
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        found = await asked
        assert found.status == 503
        assert "ended the worker" in json.loads(found.body)["detail"]
        await served.until(lambda: served.figure("died") >= died + 3)
        await served.until(lambda: served.figure("alive") == 3)
        assert (await served.pool.answer(ask(), "reader")).status == 200

    served.run(work())


def test_a_job_whose_client_went_away_is_ended(served: Running) -> None:
    async def work() -> None:
        asked, waits = served.asked(ask(HEAVY)), served.asked(ask(HEAVY))
        await served.until(lambda: served.figure("busy") == 1)
        waits.cancel()
        asked.cancel()
        await asyncio.gather(asked, waits, return_exceptions=True)
        assert served.figure("waiting") == 0
        await served.until(lambda: served.figure("busy") == 0)
        assert served.figure("cancelled") == 1
        assert (await served.pool.answer(ask(), "reader")).status == 200

    served.run(work())


def test_a_short_job_that_is_given_up_costs_no_worker(served: Running) -> None:
    async def work() -> None:
        answered, pids = served.figure("answered"), served.pids()
        asked = [served.asked(PAGE, f"client-{number}") for number in range(20)]
        await asyncio.sleep(0)
        for each in asked:
            each.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await served.until(lambda: served.figure("busy") == 0)
        assert served.figure("answered") > answered
        assert served.pids() == pids

    served.run(work())


def test_an_answer_that_is_too_large_is_not_sent(serve: Callable[..., Running]) -> None:
    running = serve(largest=2000, workers=1)
    found = running.answer(Job("page", "/no-such-page" + "x" * 3000, "json"))
    assert found.status == 503
    assert len(found.body) < 2000
    assert "LIMIT" in json.loads(found.body)["hint"]
    assert running.answer(PAGE).status == 404


def test_no_graph_no_pool(tmp_path: Path) -> None:
    running = Running(Settings(str(tmp_path), workers=1))
    with pytest.raises(StoreUnavailable, match="no built graph"):
        running.run(running.pool.start())
    running.stop()


def _priority(pid: int) -> int:
    try:
        return os.getpriority(os.PRIO_PROCESS, pid)
    except ProcessLookupError:
        return 0
