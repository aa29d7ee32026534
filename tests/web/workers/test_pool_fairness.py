"""Who is asked next: no client starves another, and each has its share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from magkg.web.workers import pool as pools
from magkg.web.workers.waiting import MOST_OF_ONE
from tests.web.workers.running import HEAVY, PAGE, Running, ask

if TYPE_CHECKING:
    import pytest


def _retry_after(answer: object) -> int:
    return int(dict(answer.headers)["Retry-After"])  # type: ignore[attr-defined]


def test_one_client_never_holds_all_workers(serve: Callable[..., Running]) -> None:
    running = serve(workers=3, timeout=30.0)

    async def work() -> None:
        heavy = [running.asked(ask(HEAVY), "abuser") for _ in range(20)]
        await running.until(lambda: running.figure("busy") == 2)
        for _ in range(5):
            assert (await running.pool.answer(ask(), "reader")).status == 200
            assert (running.figure("busy"), running.figure("waiting")) == (2, 18)
        assert not any(each.done() for each in heavy)
        for each in heavy:
            each.cancel()
        await asyncio.gather(*heavy, return_exceptions=True)
        assert running.figure("waiting") == 0
        await running.until(lambda: running.figure("busy") == 0)

    running.run(work())


def test_clients_take_turns(serve: Callable[..., Running]) -> None:
    running = serve(workers=1, timeout=30.0)

    async def work() -> None:
        done: list[str] = []

        async def asked(client: str) -> None:
            await running.pool.answer(PAGE, client)
            done.append(client)

        await asyncio.gather(*(asked("many") for _ in range(10)), asked("one"), asked("other"))
        assert set(done[:5]) >= {"one", "other"}

    running.run(work())


def test_a_share_that_is_used_up_comes_back(
    serve: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_SHARE", 0.1)
    running = serve(timeout=2.0)

    async def work() -> None:
        heavy = [running.asked(ask(HEAVY), "abuser")]
        await asyncio.sleep(1)
        heavy += [running.asked(ask(HEAVY), "abuser") for _ in range(2)]
        found = await asyncio.gather(*heavy)
        # The first ran to its deadline and used all up, so those that waited are refused.
        assert [each.status for each in found] == [503, 429, 429]
        asked = time.monotonic()
        refused = await running.pool.answer(ask(), "abuser")
        assert refused.status == 429
        assert time.monotonic() - asked > 0.9  # so that asking on at once is of no use
        assert 1 <= _retry_after(refused) <= 60
        assert (await running.pool.answer(PAGE, "abuser")).status == 404
        assert (await running.pool.answer(ask(), "reader")).status == 200

    running.run(work())


def test_a_queue_is_bounded_for_each_client(serve: Callable[..., Running]) -> None:
    running = serve(workers=1, timeout=30.0)

    async def work() -> None:
        jobs = [running.asked(ask(HEAVY), "abuser") for _ in range(MOST_OF_ONE + 1)]
        await running.until(lambda: running.figure("waiting") == MOST_OF_ONE)
        refused = await running.pool.answer(ask(), "abuser")
        assert refused.status == 429
        assert _retry_after(refused) == 30
        other = running.asked(ask(), "reader")
        await running.until(lambda: running.figure("waiting") == MOST_OF_ONE + 1)
        jobs[0].cancel()
        for each in jobs[1:]:
            each.cancel()
        assert (await other).status == 200
        await asyncio.gather(*jobs, return_exceptions=True)

    running.run(work())


def test_a_job_does_not_wait_for_ever(serve: Callable[..., Running]) -> None:
    running = serve(workers=1, timeout=2.0)

    async def work() -> None:
        jobs = [running.asked(ask(HEAVY), client) for client in ("a", "b", "c")]
        found = await asyncio.gather(*jobs)
        assert [each.status for each in found] == [503, 503, 503]
        assert b"no worker was free" in found[2].body
        assert _retry_after(found[2]) == 2

    running.run(work())
