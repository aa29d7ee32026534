"""Shares of clients, and the queue that is fair between them, without a worker."""

from __future__ import annotations

import asyncio

from magkg.web.workers.fair import FREE, RATE, Budgets
from magkg.web.workers.waiting import MOST, MOST_OF_ONE, Ticket, Waiting


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_short_job_costs_nothing() -> None:
    budgets = Budgets(10, Clock())
    for _ in range(1000):
        budgets.charge("a", FREE)
    assert (budgets.left("a"), budgets.wait("a")) == (10, 0)


def test_what_was_used_up_comes_back_and_no_more_than_that() -> None:
    clock = Clock()
    budgets = Budgets(10, clock)
    budgets.charge("a", 12 + FREE)
    assert (budgets.left("a"), budgets.wait("b")) == (-2, 0)
    seconds = budgets.wait("a")
    assert seconds == 2 / RATE + 1
    clock.now += seconds - 1
    assert budgets.wait("a") == 1
    clock.now += 1
    assert budgets.wait("a") == 0
    clock.now += 1e6
    assert budgets.left("a") == 10


def test_jobs_at_work_count_already() -> None:
    budgets = Budgets(10, Clock())
    assert budgets.wait("a", running=9.9) == 0
    assert budgets.wait("a", running=10.0) == 1


def test_clients_that_owe_nothing_are_forgotten() -> None:
    clock = Clock()
    budgets = Budgets(1, clock)
    for number in range(25_000):
        budgets.charge(str(number), 1.0)
        clock.now += 0.01
    assert len(budgets._left) <= 10_000
    assert budgets.left("24999") < 1


def _filled(*clients: str) -> Waiting[None]:
    loop = asyncio.new_event_loop()
    waiting: Waiting[None] = Waiting()
    for client in clients:
        waiting.put(Ticket(client, "page", loop.create_future()))
    loop.close()
    return waiting


def _order(waiting: Waiting[None], refused: str = "") -> str:
    found = ""
    while ticket := waiting.take(lambda client: client != refused):
        found += ticket.client
    return found


def test_clients_take_turns() -> None:
    assert _order(_filled(*"aaaabbc")) == "abcabaa"


def test_a_client_that_may_not_run_keeps_its_place() -> None:
    waiting = _filled(*"aabc")
    assert _order(waiting, refused="a") == "bc"
    assert _order(waiting) == "aa"
    assert len(waiting) == 0


def test_a_job_that_is_given_up_leaves_no_trace() -> None:
    waiting = _filled(*"aab")
    ticket = waiting.take(lambda client: client == "b")
    assert ticket is not None
    waiting.remove(ticket)
    assert (len(waiting), waiting.of("a"), waiting.of("b")) == (2, 2, 0)


def test_it_is_full_for_one_client_and_for_all() -> None:
    waiting = _filled(*["a"] * MOST_OF_ONE)
    assert waiting.full("a")
    assert not waiting.full("b")
    assert _filled(*(str(n) for n in range(MOST))).full("b")
