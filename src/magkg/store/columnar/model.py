"""The owner of the process that holds the columns: starts, asks, kills and replaces it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from pathlib import Path

from magkg.errors import InputError
from magkg.store import pipes

__all__ = ["Broken", "Late", "Model", "installed", "require"]

_EXTRA = ("maplib", "polars")
# Two panics of one model in a row, and it is asked nothing more: it may be the tables.
_STARTS = 3


class Broken(Exception):
    """The columns could not answer: maplib refused the query, panicked, or its process ended."""


class Late(Exception):
    """The time limit ended; the process was killed."""


def installed() -> bool:
    """Whether the extra ``columnar`` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in _EXTRA)


def require() -> None:
    """Raise InputError with what to install where the extra ``columnar`` is missing."""
    if not installed():
        raise InputError(
            "the columnar engine is not installed",
            hint="Install it with: pip install 'magkg[columnar]'",
        )


class Model:
    """A process with the tables of a folder loaded; it answers one query at a time.

    It is started by ``start`` or by the first query, and replaced after a panic or a time limit.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = threading.Event()
        self._lock = threading.Lock()
        self._starts = 0
        self._end = weakref.finalize(self, _kill, [])

    @property
    def ready(self) -> bool:
        """Whether the tables are loaded."""
        return self._process is not None and self._ready.is_set()

    @property
    def pid(self) -> int | None:
        """The number of the process, None where none runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the process where none runs; it loads the tables while others work."""
        if self._process is not None:
            return
        if self._starts >= _STARTS:
            raise Broken("its process ended too often")
        self._starts += 1
        self._ready.clear()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "magkg.store.columnar.child", str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "RUST_BACKTRACE": "0"},
        )
        self._end.detach()
        self._end = weakref.finalize(self, _kill, [self._process])
        process, ready = self._process, self._ready

        def wait() -> None:
            assert process.stdout is not None
            pipes.read(process.stdout)
            ready.set()  # also where it ended: who asks then finds that out

        threading.Thread(target=wait, daemon=True, name="magkg-columns-ready").start()

    def ask(self, query: str, timeout: float | None) -> bytes:
        """Give the answer to a SELECT as SPARQL 1.1 Query Results JSON.

        ``timeout`` is in seconds and begins once the tables are loaded. Raises Broken, Late.
        """
        with self._lock:
            self.start()
            self._ready.wait()
            process = self._process
            assert process is not None
            late = threading.Event()
            timer = threading.Timer(timeout or 0, _end, (process, late))
            if timeout is not None:
                timer.start()
            try:
                head, answer = _exchange(process, query)
            except (EOFError, OSError, ValueError):
                self.close()
                if late.is_set():
                    self._starts -= 1  # a slow query is no fault of the model
                    raise Late from None
                raise Broken("its process ended") from None
            finally:
                timer.cancel()
            if head.get("panic"):
                self.close()
            if "error" in head:
                raise Broken(str(head["error"]).strip().split("\n")[0][:200])
            self._starts = 0
            return answer

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            _kill([process])


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _exchange(process: subprocess.Popen[bytes], query: str) -> tuple[dict[str, object], bytes]:
    assert process.stdin is not None
    assert process.stdout is not None
    data = query.encode()
    process.stdin.write(pipes.sent(data))
    process.stdin.flush()
    head, answer = pipes.read(process.stdout), pipes.read(process.stdout)
    if head is None or answer is None:
        raise EOFError
    found: dict[str, object] = json.loads(head)
    return found, answer


def _kill(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
