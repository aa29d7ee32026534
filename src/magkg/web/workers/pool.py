"""The pool of workers: who is asked next, for how long, and what becomes of a worker after it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from magkg.errors import MagkgError
from magkg.web.messages import Answer, Job
from magkg.web.workers import preparing, refusals
from magkg.web.workers.crew import Crew
from magkg.web.workers.facts import Facts
from magkg.web.workers.fair import FREE, Budgets
from magkg.web.workers.waiting import Ticket, Waiting
from magkg.web.workers.worker import Log, Worker, WorkerEnded

if TYPE_CHECKING:
    from magkg.web.settings import Settings

__all__ = ["Facts", "Pool"]

# Seconds after which a job is slow: its client gets one more worker at most.
_SLOW = 1.0
# Seconds of its share after which a client with a slow job gets the processor last. Not at once:
# its worker is replaced then, and to start one may cost as much as a job.
_LENIENT = 4.0
# Seconds that a client is charged with for a worker that ended over its job: another is started.
_ANOTHER = 1.0
# A client's share: so many times the deadline.
_SHARE = 4
# Seconds until a client is told that it asks too much: one that asks again at once, whatever it is
# told, is not to keep the front busy with that.
_HELD = 1.0
# Kinds of jobs that a client whose share is used up must wait with.
_ASKED = frozenset(("sparql", "query"))
# Pages that ask what their reader wrote, or that gather as much as their reader wants.
_ASKING = ("/sparql", "/queries/", "/export/", "/network")

# What is given when a job's turn has come: a worker and its crew, or a refusal.
_Turn: TypeAlias = "tuple[Crew, Worker] | Answer"


class Pool:
    """Workers that answer jobs, of which none holds a worker beyond the deadline.

    ``log`` is told what happens: an event, and its fields by name.
    """

    def __init__(self, settings: Settings, log: Log) -> None:
        self._settings = settings
        self._log = log
        self._counts: Counter[str] = Counter()
        self._templates: dict[str, str] = {}
        self._budgets = Budgets(_SHARE * settings.timeout)
        self._waiting: Waiting[_Turn] = Waiting()
        self._busy: set[Ticket[_Turn]] = set()
        self._crew: Crew | None = None
        self._crews: set[Crew] = set()
        self._replacing = asyncio.Lock()
        self._tasks: set[asyncio.Task[object]] = set()
        self._jobs: set[asyncio.Task[Answer]] = set()

    @property
    def facts(self) -> Facts:
        """What is served now; raises MagkgError before ``start`` and after ``stop``."""
        if self._crew is None:
            raise MagkgError("no workers have been started")
        return self._crew.facts

    async def start(self) -> None:
        """Start workers, and wait for the first; raises MagkgError where no graph can be opened."""
        crew = self._new_crew()
        await crew.start()
        self._crew = crew
        self._crews.add(crew)
        self._do(self._follow(crew))

    async def answer(self, job: Job, client: str) -> Answer:
        """Have a job answered for a client; what goes wrong with it is an answer as well.

        When the task that waits is cancelled the job is dropped; if it is at work it ends with its
        worker, at once or when it has run for a second.
        """
        kind = "sparql" if job.path.startswith(_ASKING) else job.kind
        refusal = self._refusal(kind, client)
        if refusal is not None:
            if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
                await asyncio.sleep(_HELD)
            return refusal
        ticket: Ticket[_Turn] = Ticket(client, kind, asyncio.get_running_loop().create_future())
        self._waiting.put(ticket)
        self._next()
        turn = await self._turn(ticket)
        if isinstance(turn, Answer):
            return turn
        work = asyncio.create_task(self._run(*turn, ticket, job))
        self._jobs.add(work)
        work.add_done_callback(self._jobs.discard)
        return await self._attend(ticket, work)

    async def replace(self) -> bool:
        """Serve the graph as it is now: new workers take over, old ones finish what they do.

        Where it cannot be opened the old ones stay, and it is logged; says whether it was replaced.
        """
        async with self._replacing:
            crew = self._new_crew()
            self._crews.add(crew)
            try:
                await crew.start()
                crew.fill()
                await crew.whole()
            except MagkgError as error:
                self._log("replace_failed", reason=str(error))
                self._crews.discard(crew)
                return False
            old, self._crew = self._crew, crew
            if old is not None:
                old.close()
            self._crews = {each for each in self._crews if each is crew or not each.gone}
            self._counts["replaced"] += 1
            self._log("replaced", content=crew.facts.content)
            self._next()
            return True

    async def stop(self) -> None:
        """Answer what waits with a refusal and end every worker, within a few seconds."""
        self._crew = None
        for ticket in self._waiting.empty():
            if not ticket.turn.done():
                ticket.turn.set_result(refusals.stopped())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(crew.stop() for crew in self._crews))
        await asyncio.gather(*self._jobs, return_exceptions=True)
        self._crews.clear()

    def figures(self) -> dict[str, float]:
        """Give figures of now (alive workers, busy, waiting) and counts since the start.

        ``answered`` jobs; ``deadline``, ``memory``, ``cancelled``: workers killed for one of them;
        ``died``: workers that ended by themselves; ``failed``: at their start; ``refused`` jobs;
        ``replaced``: how often the graph was.
        """
        named = ("answered", "deadline", "memory", "cancelled", "died", "failed", "refused")
        found: dict[str, float] = {each: self._counts[each] for each in (*named, "replaced")}
        found["alive"] = sum(crew.alive for crew in self._crews)
        return found | {"busy": len(self._busy), "waiting": len(self._waiting)}

    def _new_crew(self) -> Crew:
        return Crew(
            self._settings, self._templates, self._log, self._counts, self._next, self._changed
        )

    async def _follow(self, crew: Crew) -> None:
        """Have the other workers follow the first, once the templates are compiled for them."""
        try:
            self._templates |= await asyncio.to_thread(preparing.compiled)
        except Exception as error:  # a template at fault is told by the page that needs it
            self._log("templates_failed", reason=repr(error))
        crew.fill()

    def _changed(self) -> None:
        """Replace all workers, once: a new one has found another graph than they serve."""
        if not self._tasks:
            self._do(self.replace())

    def _do(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _refusal(self, kind: str, client: str) -> Answer | None:
        if self._crew is None:
            return refusals.stopped()
        if self._waiting.full(client):
            self._counts["refused"] += 1
            return refusals.queue_full(self._settings)
        return self._owing(kind, client)

    def _owing(self, kind: str, client: str) -> Answer | None:
        if kind not in _ASKED:
            return None
        seconds = self._budgets.wait(client, self._running(client))
        if not seconds:
            return None
        self._counts["refused"] += 1
        return refusals.owing(seconds)

    def _running(self, client: str) -> float:
        """Give the seconds that the jobs of a client at work have cost so far."""
        now = time.monotonic()
        return sum(max(0.0, now - each.started - FREE) for each in self._of(client))

    def _used(self, client: str) -> float:
        """Give the seconds of its share that a client has used and not yet got back."""
        return self._budgets.used(client) + self._running(client)

    def _of(self, client: str) -> list[Ticket[_Turn]]:
        return [each for each in self._busy if each.client == client]

    def _may_run(self, client: str) -> bool:
        """Whether a client may have one more worker: never the last one, nor beside slow jobs."""
        own = self._of(client)
        most = max(1, self._settings.workers - 1)
        return len(own) < (min(most, 2) if any(each.slow for each in own) else most)

    def _next(self) -> None:
        """Give free workers to those who wait."""
        crew = self._crew
        while crew is not None and crew.free and len(self._busy) < self._settings.workers:
            ticket = self._waiting.take(self._may_run)
            if ticket is None:
                return
            if ticket.turn.done():
                continue
            owing = self._owing(ticket.kind, ticket.client)
            if owing is not None:
                ticket.turn.set_result(owing)
                continue
            ticket.started = time.monotonic()
            self._busy.add(ticket)
            ticket.turn.set_result((crew, crew.take()))

    async def _turn(self, ticket: Ticket[_Turn]) -> _Turn:
        try:
            async with asyncio.timeout(self._settings.patience):
                return await ticket.turn
        except BaseException as error:
            self._waiting.remove(ticket)
            if ticket.turn.done() and not ticket.turn.cancelled():
                turn = ticket.turn.result()
                if not isinstance(turn, Answer):  # its turn came as it was given up
                    self._release(ticket, *turn)
            if not isinstance(error, TimeoutError):
                raise
            self._counts["refused"] += 1
            return refusals.waited(self._settings)

    async def _attend(self, ticket: Ticket[_Turn], work: asyncio.Task[Answer]) -> Answer:
        """Wait for a job at work; if nobody waits any more it is ended once it is slow.

        Not before: to let a short one end costs less than to start another worker.
        """
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            rest = ticket.started + _SLOW - time.monotonic()
            asyncio.get_running_loop().call_later(max(0.0, rest), work.cancel)
            raise

    async def _run(self, crew: Crew, worker: Worker, ticket: Ticket[_Turn], job: Job) -> Answer:
        watch = asyncio.create_task(self._grow_slow(crew, worker, ticket))
        try:
            waited = ticket.started - ticket.asked
            async with asyncio.timeout(self._settings.timeout - waited):
                answer = await worker.ask(job)
            self._counts["answered"] += 1
        except TimeoutError:
            answer = self._ended("deadline", crew, worker, job)
        except WorkerEnded as error:
            answer = self._ended("memory" if error.memory else "ended", crew, worker, job)
        except asyncio.CancelledError:
            self._ended("cancelled", crew, worker, job)
            raise
        finally:
            watch.cancel()
            another = 0.0 if worker.alive and not worker.ending else _ANOTHER
            self._budgets.charge(ticket.client, time.monotonic() - ticket.started + another)
            self._release(ticket, crew, worker)
        return answer

    async def _grow_slow(self, crew: Crew, worker: Worker, ticket: Ticket[_Turn]) -> None:
        """See a job become slow, and a burden on others: of a client that has asked much already.

        One that only waits for the processor is no burden on it.
        """
        begun = worker.spent()
        await asyncio.sleep(_SLOW)
        ticket.slow = True
        while worker.spent() - begun < _SLOW / 2 or self._used(ticket.client) < _LENIENT:
            await asyncio.sleep(_SLOW / 4)
        crew.slow_down(worker)

    def _ended(self, why: str, crew: Crew, worker: Worker, job: Job) -> Answer:
        """End a worker, or see that it has ended; give what its client is told."""
        crew.drop(worker)
        self._counts[why] += 1
        self._log("job_" + why, pid=worker.pid, kind=job.kind, path=job.path)
        if self._crew is None:
            return refusals.stopped()
        if why == "deadline":
            return refusals.deadline(self._settings, job.kind)
        return refusals.memory(self._settings) if why == "memory" else refusals.ended()

    def _release(self, ticket: Ticket[_Turn], crew: Crew, worker: Worker) -> None:
        self._busy.discard(ticket)
        crew.give_back(worker)
        self._next()
