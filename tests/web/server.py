"""The real server, run as a user runs it: a process on a free port of loopback."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

PATIENCE = 60.0  # seconds before a test gives up waiting for what must come


@dataclass
class Served:
    """A server at ``base``; ``told`` is what it printed, ``lines`` what it logged."""

    process: subprocess.Popen[str]
    told: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        found = re.search(r"at (http://\S+)", self.told[0])
        assert found, self.told
        return found[1]

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    def events(self, name: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.lines]
        return [each for each in found if each["event"] == name]

    def pids(self) -> list[int]:
        return [each["pid"] for each in self.events("worker_started")]

    def end(self, sent: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(sent)
        return self.process.wait(PATIENCE)


def until(holds: Callable[[], bool], patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "what must come did not"
        time.sleep(0.02)


@contextmanager
def running(*words: str | Path, covered: bool = False, **env: str) -> Iterator[Served]:
    """Run ``magkg serve WORDS`` on a free port until the block ends; it must end well.

    Coverage is measured only if ``covered``: workers take twice as long for it.
    """
    own = {name: each for name, each in os.environ.items() if covered or "COVERAGE" not in name}
    command = [str(Path(sys.executable).with_name("magkg")), "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**own, **env},
    )
    served = Served(process)
    readers = [_reader(process.stdout, served.told), _reader(process.stderr, served.lines)]
    try:
        until(lambda: len(served.told) > 1 or process.poll() is not None)
        assert process.poll() is None, served.lines
        yield served
        if process.poll() is None:
            assert served.end() == 0, served.lines[-5:]
    finally:
        process.kill()
        process.wait()
        for each in readers:
            each.join(PATIENCE)
    assert not [line for line in served.lines if not line.startswith("{")]


def _reader(stream: IO[str] | None, lines: list[str]) -> threading.Thread:
    assert stream is not None

    def follow() -> None:
        with stream:
            for line in stream:
                lines.append(line.rstrip("\n"))  # noqa: PERF401 (each as it comes)

    found = threading.Thread(target=follow, daemon=True)
    found.start()
    return found
