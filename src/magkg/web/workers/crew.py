"""Workers over one state of the graph: as many as are wanted, each replaced once it is worn."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from magkg.errors import MagkgError
from magkg.web.workers.facts import Facts
from magkg.web.workers.worker import Log, Worker

if TYPE_CHECKING:
    from magkg.web.settings import Settings

__all__ = ["Crew"]

# Seconds before another try where workers fail at their start: doubled each time, up to the most.
_FIRST_DELAY, _LONGEST_DELAY = 0.2, 30.0
_WHOLE_LIMIT = 30.0


class Crew:
    """Workers that are warm: one more than may be busy, so that one killed is not missed.

    ``ready`` is called when a worker is free, ``changed`` when a new one finds another graph than
    this crew serves: the graph was replaced. ``counts`` is what happened, by name.
    """

    def __init__(
        self,
        settings: Settings,
        templates: Mapping[str, str],
        log: Log,
        counts: Counter[str],
        ready: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._log = log
        self._counts = counts
        self._ready = ready
        self._changed = changed
        self._idle: deque[Worker] = deque()
        self._workers: set[Worker] = set()
        self._adding: set[asyncio.Task[None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting = 0
        self._failures = 0
        self._closed = False
        self._arrived = asyncio.Event()
        self.facts = Facts(None, None, {}, ())

    async def start(self) -> None:
        """Start the first worker, which says what the graph is; ``fill`` starts the others.

        Raises MagkgError where the graph cannot be opened.
        """
        first = await Worker.start(self._settings, self._templates, self._log)
        self.facts = first.facts
        self._welcome(first)

    async def whole(self) -> None:
        """Wait until as many are ready as may be busy, for half a minute at most."""
        try:
            async with asyncio.timeout(_WHOLE_LIMIT):
                while len(self._idle) < self._settings.workers:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            self._log("workers_late", ready=len(self._idle), wanted=self._settings.workers)

    @property
    def alive(self) -> int:
        """How many processes there are, busy, idle or about to end."""
        return len(self._workers)

    @property
    def gone(self) -> bool:
        """Whether nothing is left of a crew that was closed."""
        return not (self._workers or self._adding or self._tasks)

    @property
    def free(self) -> bool:
        """Whether a worker is free."""
        while self._idle and not self._idle[-1].alive:
            self._idle.pop()
        return bool(self._idle)

    def take(self) -> Worker:
        """Give a worker that is free, the one that was busy last; there must be one."""
        return self._idle.pop()

    def give_back(self, worker: Worker) -> None:
        """Take a worker back; a worn one ends."""
        if not worker.worn and not self._closed:
            self._idle.append(worker)
        elif worker.alive and not worker.ending:
            self._do(worker.retire(), self._tasks)
        self.fill()

    def drop(self, worker: Worker) -> None:
        """Kill a worker and have another take its place."""
        worker.kill()
        self.fill()

    def slow_down(self, worker: Worker) -> None:
        """Put a busy worker behind the others; another is made ready, it ends after its job."""
        worker.slow_down()
        self.fill()

    def close(self) -> None:
        """Serve no more: idle workers end now, busy ones when they are given back."""
        self._closed = True
        while self._idle:
            self._do(self._idle.popleft().retire(), self._tasks)

    async def stop(self) -> None:
        """End every process, the busy ones by force, within a few seconds."""
        idle = set(self._idle)
        self.close()
        for task in self._adding:
            task.cancel()
        await asyncio.gather(*self._adding, return_exceptions=True)
        for worker in self._workers - idle:
            worker.kill()
        await asyncio.gather(*self._tasks)

    def fill(self) -> None:
        """Start as many workers as are missing."""
        fresh = sum(not worker.worn for worker in self._workers)
        missing = self._settings.workers + 1 - fresh - self._starting
        for _ in range(0 if self._closed else missing):
            self._starting += 1
            self._do(self._add(), self._adding)

    async def _add(self) -> None:
        """Start one more worker; after a failure it waits, so that failing costs little."""
        try:
            if self._failures:
                delay = _FIRST_DELAY * 2 ** min(self._failures - 1, 20)
                await asyncio.sleep(min(delay, _LONGEST_DELAY))
            worker = await Worker.start(self._settings, self._templates, self._log)
        except MagkgError as error:
            self._failures += 1
            self._counts["failed"] += 1
            self._log("worker_failed", reason=str(error), failures=self._failures)
        else:
            self._arrive(worker)
        finally:
            self._starting -= 1
        self.fill()

    def _arrive(self, worker: Worker) -> None:
        if self._closed:
            self._do(worker.retire(), self._tasks)
        elif worker.facts.content != self.facts.content:
            self._failures += 1
            self._do(worker.retire(), self._tasks)
            self._changed()
        else:
            self._failures = 0
            self._welcome(worker)

    def _welcome(self, worker: Worker) -> None:
        self._log("worker_started", pid=worker.pid)
        self._workers.add(worker)
        self._idle.append(worker)
        self._do(self._watch(worker), self._tasks)
        self._arrived.set()
        self._ready()

    async def _watch(self, worker: Worker) -> None:
        """See a worker end, whatever ends it, and have another take its place."""
        code = await worker.ended()
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        worker.worn = True
        if worker.ending:
            self._log("worker_ended", pid=worker.pid)
        else:
            self._counts["died"] += 1
            self._log("worker_died", pid=worker.pid, code=code)
        self.fill()

    @staticmethod
    def _do(work: Coroutine[Any, Any, None], among: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work)
        among.add(task)
        task.add_done_callback(among.discard)
