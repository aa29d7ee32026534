"""One worker as the front sees it: a process that is asked, and that can be killed."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from magkg import errors
from magkg.errors import MagkgError, StoreUnavailable
from magkg.store import pipes
from magkg.web.messages import Answer, Job
from magkg.web.workers.facts import Facts
from magkg.web.workers.status import NO_MEMORY

if TYPE_CHECKING:
    from magkg.web.settings import Settings

__all__ = ["Log", "Worker", "WorkerEnded"]

Log = Callable[..., None]
_COMMAND = (sys.executable, "-P", "-m", "magkg.web.workers.child")
# Two arenas of malloc, so that its threads reserve no 64 MB each of the address space; and no
# backtrace of the engine, which would be made when there is no memory left to make it in.
_SURROUNDINGS = {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1", "RUST_BACKTRACE": "0"}
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")
_START_LIMIT, _END_LIMIT = 60.0, 2.0
# Bytes of what a worker says before its answer: the facts, or the head of the answer.
_HEAD_LIMIT = 4 << 20
_NICE = 10
_KILLED = 9  # SIGKILL
# What Rust, C++ and Python say on stderr when memory has run out.
_OUT_OF_MEMORY = ("memory allocation of", "bad_alloc", "MemoryError", "Cannot allocate memory")


class WorkerEnded(Exception):
    """A worker ended before it answered; ``memory`` where it ran out of it."""

    def __init__(self, *, memory: bool) -> None:
        super().__init__("the worker ended before it answered")
        self.memory = memory


class Worker:
    """A process with the graph open; made by ``start``.

    ``worn`` is set once it is to be asked nothing more, ``ending`` once it was told to end.
    """

    def __init__(
        self, process: Process, settings: Settings, log: Log, folder: TemporaryDirectory[str]
    ) -> None:
        self._process = process
        self._folder = folder
        self._settings = settings
        self._log = log
        self._last_said = ""
        self._no_memory = False
        self._listening = asyncio.create_task(self._listen())
        self.facts = Facts(None, None, {}, ())
        self.worn = False
        self.ending = False

    @classmethod
    async def start(cls, settings: Settings, templates: Mapping[str, str], log: Log) -> Worker:
        """Start a process and wait until it is ready; ``templates`` are those of ``preparing``.

        Raises what the worker raised when it opened the graph, StoreUnavailable where it could not
        be started or ended without a word.
        """
        try:
            # One that is killed removes none of its temporary files: this folder goes with it.
            folder = TemporaryDirectory(prefix="magkg-worker-", ignore_cleanup_errors=True)
            process = await _started(folder)
        except OSError as error:
            raise StoreUnavailable(f"no worker could be started: {error.strerror}") from None
        worker = cls(process, settings, log, folder)
        try:
            await worker._greet(templates)
        except BaseException:
            worker.kill()
            await worker.ended()
            raise
        return worker

    @property
    def alive(self) -> bool:
        """Whether the process has not ended yet, as far as is known."""
        return self._process.returncode is None

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    async def ask(self, job: Job) -> Answer:
        """Have a job answered; raises WorkerEnded where the process ends or sends what is none."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(pipes.sent(job.encode()))
            await self._process.stdin.drain()
            head = await pipes.receive(self._process.stdout, _HEAD_LIMIT)
            body = await pipes.receive(self._process.stdout, self._settings.largest + _HEAD_LIMIT)
            return Answer.decode(head, body)
        except (EOFError, OSError, ValueError, KeyError, TypeError):
            memory = await self._ran_out_of_memory()
            raise WorkerEnded(memory=memory) from None

    def spent(self) -> float:
        """Give the seconds of processor that it has used; where none can be told, those on a clock.

        (Linux, proc(5): the fields 14 and 15 of stat, in ticks.)
        """
        try:
            told = Path(f"/proc/{self.pid}/stat").read_text("ascii", "replace")
        except OSError:
            return time.monotonic()
        ticks = told.rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def slow_down(self) -> None:
        """Let other processes have the processor first; that cannot be taken back."""
        self.worn = True
        if sys.platform != "win32":
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def kill(self) -> None:
        """End the process now; ``ended`` tells when it has."""
        self.worn = True
        if self._process.returncode is None:
            self.ending = True
            with suppress(ProcessLookupError):
                self._process.kill()

    async def retire(self) -> None:
        """Let an idle process end by itself, and kill it if it does not within two seconds."""
        assert self._process.stdin is not None
        self.worn = self.ending = True
        self._process.stdin.close()
        try:
            async with asyncio.timeout(_END_LIMIT):
                await self.ended()
        except TimeoutError:
            self.kill()
            await self.ended()

    async def ended(self) -> int:
        """Wait until the process has ended; give its exit code, negative for a signal."""
        code = await self._process.wait()
        self._folder.cleanup()
        await asyncio.wait({self._listening}, timeout=_END_LIMIT)
        return code

    async def _greet(self, templates: Mapping[str, str]) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            told = (asdict(self._settings), dict(templates))
            self._process.stdin.write(pipes.sent(*(json.dumps(each).encode() for each in told)))
            async with asyncio.timeout(_START_LIMIT):
                found = json.loads(await pipes.receive(self._process.stdout, _HEAD_LIMIT))
        except TimeoutError:
            raise StoreUnavailable(f"a worker was not ready after {_START_LIMIT:g} s") from None
        except (EOFError, OSError, ValueError):
            memory = await self._ran_out_of_memory()
            raise _stillborn(self._settings, self._last_said, memory) from None
        if "error" in found:
            kind = getattr(errors, found["error"], MagkgError)
            raise _again(kind, found["message"], found["hint"])
        self.facts = Facts.of(found)

    async def _ran_out_of_memory(self) -> bool:
        """Wait for the end of a process that no longer answers; say whether memory ended it."""
        try:
            async with asyncio.timeout(_END_LIMIT):
                code = await self.ended()
        except TimeoutError:
            self.kill()
            code = await self.ended()
        return code == NO_MEMORY or (code != -_KILLED and self._no_memory)

    async def _listen(self) -> None:
        """Hand on what the process says on stderr, line by line."""
        assert self._process.stderr is not None
        while said := await _line(self._process.stderr):
            self._no_memory |= any(sign in said for sign in _OUT_OF_MEMORY)
            if said.strip():
                self._last_said = said.strip()
                self._log("worker_said", pid=self.pid, text=self._last_said)


async def _started(folder: TemporaryDirectory[str]) -> Process:
    surroundings = _SURROUNDINGS | dict.fromkeys(_TEMPORARY, folder.name)
    try:
        return await asyncio.create_subprocess_exec(
            *_COMMAND,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=1 << 20,
            env=os.environ | surroundings,
        )
    except BaseException:
        folder.cleanup()
        raise


def _again(kind: type[MagkgError], message: str, hint: str) -> MagkgError:
    """Make the error of a worker anew; one that needs more than a message becomes its parent."""
    plain = kind if kind in {StoreUnavailable, errors.StoreDamaged, errors.InputError} else None
    return (plain or MagkgError)(message, hint=hint)


async def _line(pipe: asyncio.StreamReader) -> str:
    """Read a line, or as much of it as there is room for; "" at the end."""
    try:
        found = await pipe.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        found = error.partial
    except asyncio.LimitOverrunError as error:
        found = await pipe.readexactly(error.consumed)
    return found.decode("utf-8", "replace")


def _stillborn(settings: Settings, said: str, memory: bool) -> StoreUnavailable:
    if memory:
        return StoreUnavailable(
            f"a worker needs more than {settings.memory >> 20} MB to open the graph",
            hint="Give the workers more memory (--memory).",
        )
    last = f": {said}" if said else ""
    return StoreUnavailable(f"a worker ended before it was ready{last}")
