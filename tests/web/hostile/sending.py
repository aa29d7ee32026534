"""Sends attacks, looks at what comes back, and watches the server meanwhile."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import select
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from tests.web.hostile.attacks import CLOSED, Attack, asked

if TYPE_CHECKING:
    from tests.web.server import Served

WORKERS, MEMORY = 4, 768
# An answer comes within the limit and a second, and what a machine that does more is late by.
SLACK = 1 + 2
# A connection that is not answered for so long is given up.
PATIENCE = 20.0
SILENT = -1
_PIECE = 64 << 10
# What no answer may hold, and no page.
_SECRETS = (b"Traceback", b'File "', b"root:x:", b"/site-packages/", b"/magkg/web/")
_RUNS = b"<script>alert"
# What is told of a worker that ended by itself: no query may do that.
_ENDED = b"this ended the worker"
# What is told where a machine is too slow for what is light.
_BUSY = (b"this was not answered within", b"no worker was free")
_TRIES = 5
# A problem, or a page that shows what is wrong with what was asked, in its own form.
_PROBLEMS = ("application/problem+json", "text/html", "application/json")
_HEADERS = ("content-security-policy", "x-content-type-options", "x-frame-options")


@dataclass(frozen=True)
class Reply:
    """What came: the status, CLOSED where there was none, SILENT where nothing came in time."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


class Canary:
    """A server on loopback that counts who comes."""

    def __init__(self) -> None:
        self.hits = 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.place = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                came, _ = self._socket.accept()
                self.hits += 1
                came.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Watch:
    """Samples the memory of the server and its workers; ``most`` of all, ``largest`` of one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.most = self.largest = self.front = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(PATIENCE)

    def _look(self) -> None:
        while not self._over.wait(0.05):
            front = resident(self.pid)
            each = [resident(pid) for pid in children(self.pid)]
            self.front = max(self.front, front)
            self.largest = max(self.largest, *each, 0)
            self.most = max(self.most, front + sum(each))


def resident(pid: int) -> int:
    """Give the bytes of memory that a process holds, 0 where it has ended."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def children(pid: int) -> list[int]:
    """Give the processes that a process has started and that have not ended."""
    found: list[int] = []
    for each in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, each.read_text().split())
    return found


@dataclass
class Target:
    """The server under attack, and what was seen of it so far."""

    site: Served
    canary: Canary
    timeout: float
    sent: int = 0
    late: int = 0
    slowest: tuple[float, str] = (0.0, "")
    slowest_ping: float = 0.0
    _clients: Iterator[int] = field(default_factory=lambda: itertools.count(256))
    _pings: Iterator[int] = field(default_factory=itertools.count)

    def client(self) -> str:
        """Give an address of loopback that nobody had: one client more."""
        number = next(self._clients)
        return f"127.{1 + (number >> 16) % 250}.{number >> 8 & 255}.{number & 255}"

    def send(self, attack: Attack, client: str = "") -> Reply:
        """Send an attack and wait for what comes of it."""
        return send(self.site.port, attack, self.canary.place, client or self.client())

    def faults(self, attack: Attack, client: str = "") -> list[str]:
        """Send an attack, then see whether the server lives; say what was not as it must be."""
        reply = self.send(attack, client)
        self.sent += 1
        for _ in range(_TRIES):  # a machine may be busy otherwise
            if reply.status in attack.expected or not any(each in reply.body for each in _BUSY):
                break
            self.late += 1
            reply = self.send(attack, client)
        self.slowest = max(self.slowest, (reply.seconds, attack.name))
        found = [*self.wrong(attack, reply), *self.ping()]
        return [f"{attack.name}: {each}" for each in found]

    def attack(self, attacks: Iterable[Attack], lanes: int = 4) -> list[str]:
        """Send attacks, so many at once; give all that was wrong."""
        with ThreadPoolExecutor(lanes) as pool:
            return [each for found in pool.map(self.faults, attacks) for each in found]

    def ping(self) -> list[str]:
        """Say what is wrong where the server does not answer others as ever."""
        fresh = f"ASK {{ ?s ?p ?o FILTER({next(self._pings)} >= 0) }}"  # kept by no cache
        well, ask = Attack("ping", (200,), "/healthz"), asked("ask", fresh, 200)
        reply, answer = self.send(well), self.send(ask)
        self.slowest_ping = max(self.slowest_ping, reply.seconds)
        end = time.monotonic() + PATIENCE
        while 503 in {reply.status, answer.status} and time.monotonic() < end:
            reply, answer = self.send(well), self.send(ask)  # on a busy machine workers come late
        told = [*self.wrong(well, reply), *self.wrong(ask, answer)]
        return [f"then {each}" for each in told]

    def wrong(self, attack: Attack, reply: Reply) -> list[str]:
        """Say what is not as it must be in an answer, or late."""
        late = f"answered after {reply.seconds:.1f} s"
        return [*wrong(attack, reply), *([late] if reply.seconds > self.timeout + SLACK else [])]

    def figure(self, name: str) -> float:
        """Give a figure of /metrics."""
        text = self.send(Attack("metrics", (200,), "/metrics")).body.decode()
        return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name))


def wrong(attack: Attack, reply: Reply) -> list[str]:
    """Say what is not as it must be in an answer."""
    found: list[str] = []
    if reply.status not in attack.expected:
        found.append(f"{reply.status}, expected {attack.expected}: {reply.body[:300]!r}")
    kind, leads = reply.headers.get("content-type", ""), reply.headers.get("location", "/")
    bad = (*_SECRETS, _ENDED, *attack.absent, *([_RUNS] if kind.startswith("text/html") else []))
    found += [f"the body holds {each!r}" for each in bad if each in reply.body]
    if "x-injected" in reply.headers:
        found.append("a header was injected")
    if not leads.startswith("/") or leads.startswith("//"):
        found.append(f"it leads to {leads!r}")
    if reply.status > 0:
        found += [f"without {each}" for each in _HEADERS if each not in reply.headers]
    if reply.status >= 400 and not kind.startswith(_PROBLEMS):
        found.append(f"a problem as {kind!r}")
    return found


def send(port: int, attack: Attack, canary: str, client: str) -> Reply:
    """Send one request from an address; it stops sending once the answer begins."""
    data = memoryview(attack.sent(canary))
    with socket.create_connection(
        ("127.0.0.1", port), timeout=PATIENCE, source_address=(client, 0)
    ) as opened:
        began = time.monotonic()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for at in range(0, len(data), _PIECE):
                if at and select.select([opened], [], [], 0)[0]:
                    break
                opened.sendall(data[at : at + _PIECE])
        status, headers, body = read(opened, attack.method)
        return Reply(status, headers, body, time.monotonic() - began)


def read(opened: socket.socket, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Read one answer."""
    answer = http.client.HTTPResponse(opened, method=method)
    try:
        answer.begin()
        heads = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, heads, answer.read()
    except TimeoutError:
        return SILENT, {}, b""
    except (http.client.HTTPException, OSError):
        return CLOSED, {}, b""
    finally:
        answer.close()
