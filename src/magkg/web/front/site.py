"""The site as one value: its settings, its pool of workers, and the answers that it keeps."""

from __future__ import annotations

import asyncio
import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from magkg import resources
from magkg.web.front.cache import Cache
from magkg.web.front.logs import Log, write
from magkg.web.front.metrics import Metrics

if TYPE_CHECKING:
    from magkg.web.messages import Answer, Job
    from magkg.web.settings import Settings
    from magkg.web.workers.facts import Facts

__all__ = ["BESIDE", "Asked", "Site", "steady"]

# What two askings of one text may answer differently (SPARQL 1.1, sections 17.4.2 and 17.4.5).
_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)
# In bytes: of all answers that are kept, and of what is known of each beside its body.
_KEPT = 64 << 20
BESIDE = 1 << 10


class Asked(Protocol):
    """What the front needs of the pool of workers."""

    @property
    def facts(self) -> Facts:
        """What is served."""

    def figures(self) -> Mapping[str, float]:
        """Figures for /metrics."""

    async def answer(self, job: Job, client: str) -> Answer:
        """Answer a job; a fault is a problem document."""


@dataclass(slots=True)
class _Flight:
    key: str
    task: asyncio.Task[Answer]
    waiting: int = 0


@dataclass
class Site:
    """What every route shares.

    ``texts`` is the state of the folder of texts; with the digest of the graph it makes the
    edition, and answers of another edition are never given. ``outgoing`` is how many bytes of
    answers wait to be read by their clients.
    """

    settings: Settings
    pool: Asked
    log: Log = write
    texts: str = ""
    outgoing: int = 0
    metrics: Metrics = field(default_factory=Metrics)
    cache: Cache[Answer] = field(default_factory=lambda: Cache(_KEPT))
    packed: Cache[bytes] = field(default_factory=lambda: Cache(_KEPT))
    _flights: dict[str, _Flight] = field(default_factory=dict)

    @property
    def edition(self) -> str:
        """What the answers follow from beside the job; "" where it cannot be known."""
        content = self.pool.facts.content
        if content is None:
            return ""
        limits = f"{self.settings.rows} {self.settings.largest}"
        return f"{content} {_code()} {limits} {self.texts}"

    def key(self, job: Job) -> str:
        """Give what the answer to a job is kept by; "" where none is.

        It is a digest, so a job takes no memory after its answer, however long its text is.
        """
        edition = self.edition
        return _digest(edition, job) if edition and steady(job) else ""

    async def ask(self, job: Job, client: str) -> tuple[Answer, str]:
        """Answer a job by a worker, or with another client that asks the same at this moment.

        Gives the answer, and whether it was ``shared`` or a ``miss``; ``none`` for a job that is
        asked anew each time.
        """
        if not steady(job):
            return await self.pool.answer(job, client), "none"
        key = _digest(self.edition, job)
        flight = self._flights.get(key)
        if flight is not None:
            answer = await self._landed(flight)
            if answer.status != 429:  # which is for the client that has used up its share
                return answer, "shared"
            return await self.pool.answer(job, client), "miss"
        flight = _Flight(key, asyncio.create_task(self._fly(key, job, client)))
        self._flights[key] = flight
        return await self._landed(flight), "miss"

    async def _fly(self, key: str, job: Job, client: str) -> Answer:
        answer = await self.pool.answer(job, client)
        private = any(name.lower() == "cache-control" for name, _ in answer.headers)
        if answer.status == 200 and not private and key == self.key(job):
            beside = BESIDE + sum(len(name) + len(value) for name, value in answer.headers)
            self.cache.put(key, answer, len(answer.body) + beside)
        return answer

    async def _landed(self, flight: _Flight) -> Answer:
        """Wait for a flight; whoever leaves last ends it."""
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                flight.task.cancel()
                if self._flights.get(flight.key) is flight:
                    del self._flights[flight.key]


def steady(job: Job) -> bool:
    """Whether a job has the same answer each time, as long as the graph is the same."""
    texts = [job.text, *(value for name, value in job.params if name == "query")]
    return not any(_VOLATILE.search(each) for each in texts)


@cache
def _code() -> str:
    """Give a digest of the version and the code, since that of a checkout changes more often."""
    seen = hashlib.sha256(resources.version().encode())
    package = Path(str(files("magkg")))
    for path in sorted(each for each in package.rglob("*") if each.suffix in {".py", ".html"}):
        seen.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return seen.hexdigest()


def _digest(edition: str, job: Job) -> str:
    digest = hashlib.sha256(edition.encode() + b"\0" + job.encode()).digest()
    return urlsafe_b64encode(digest[:18]).decode()
