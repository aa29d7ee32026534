"""A pool over the tiny graph, run step by step in a loop of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from magkg.web.messages import Answer, Job
from magkg.web.workers.pool import Pool

if TYPE_CHECKING:
    from magkg.web.settings import Settings

_T = TypeVar("_T")
JSON = "application/sparql-results+json"
# Three triples of anything: no machine counts them before a deadline.
HEAVY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
GREEDY = (
    'SELECT ?y WHERE { BIND("0123456789abcdef0123456789abcdef" AS ?x0) '
    + " ".join(f"BIND(CONCAT({', '.join([f'?x{n}'] * 8)}) AS ?x{n + 1})" for n in range(14))
    + " BIND(?x14 AS ?y) }"
)
PATIENCE = 90.0  # seconds before a test gives up waiting for what must come


def ask(text: str = "ASK { ?s ?p ?o }") -> Job:
    return Job("sparql", text=text, form=JSON)


PAGE = Job("page", "/no-such-page", "json")


class Running:
    """A pool, and what it said: ``events`` are (event, fields)."""

    def __init__(self, settings: Settings) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.settings = settings
        self.pool = Pool(settings, self._log)
        self._runner = asyncio.Runner()

    def _log(self, event: str, **fields: Any) -> None:
        self.events.append((event, fields))

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return self._runner.run(work)

    def start(self) -> None:
        self.run(self.pool.start())
        self.run(self.until(lambda: self.figure("alive") >= self.settings.workers + 1))

    def stop(self) -> None:
        self.run(self.pool.stop())
        self._runner.close()

    def figure(self, name: str) -> float:
        return self.pool.figures()[name]

    def pids(self) -> set[int]:
        return {fields["pid"] for event, fields in self.events if event == "worker_started"}

    def answer(self, job: Job, client: str = "reader") -> Answer:
        return self.run(self.pool.answer(job, client))

    def asked(self, job: Job, client: str = "reader") -> asyncio.Task[Answer]:
        """Ask within the running loop, and go on."""
        return asyncio.create_task(self.pool.answer(job, client))

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    return False
