"""The two servers of the benchmark as processes, and what they use of the machine."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from serve_clients import NUMBER

if TYPE_CHECKING:
    from serve_graph import Asked

_PATIENCE = 90.0
_TICKS = os.sysconf("SC_CLK_TCK")
_ACCEPTED = {
    "select": "application/sparql-results+json",
    "ask": "application/sparql-results+json",
    "construct": "application/n-triples",
    "describe": "application/n-triples",
}


@dataclass
class Server:
    """A server that runs: its name, its port, the path of its endpoint, its process."""

    name: str
    port: int
    path: str
    process: subprocess.Popen[str]

    def tree(self) -> list[int]:
        """Give the numbers of its process and of all below it, parents first."""
        parents = {}
        for path in Path("/proc").iterdir():
            if path.name.isdecimal() and (told := _read(str(path / "stat"))):
                parents[int(path.name)] = int(told.rpartition(")")[2].split()[1])
        found, new = [], [self.process.pid]
        while new:
            found += new
            new = [pid for pid, parent in parents.items() if parent in new]
        return found

    def processor(self) -> float:
        """Give the seconds of processor that the processes alive have used, with dead children."""
        told = [_read(f"/proc/{pid}/stat").rpartition(")")[2].split() for pid in self.tree()]
        own = [sum(map(int, each[11:13])) for each in told if each]
        first = told[0][13:15] if told and told[0] else []
        return (sum(own) + sum(map(int, first))) / _TICKS

    def memory(self) -> int:
        """Give the resident bytes of all its processes; pages that they share count for each."""
        told = [_read(f"/proc/{pid}/statm").split() for pid in self.tree()]
        return sum(int(each[1]) for each in told if each) * os.sysconf("SC_PAGE_SIZE")

    def rest(self, most: float = _PATIENCE) -> None:
        """Wait until it is idle: less than a twentieth of a processor for a third of a second."""
        end = time.monotonic() + most
        while time.monotonic() < end:
            before = self.processor()
            time.sleep(0.3)
            if self.processor() - before < 0.02:
                return

    def text(self, asked: Asked, *, new: bool) -> str:
        """Give the request that asks a text; ``new`` puts a number behind it, as a comment."""
        body = asked.text + (f"\n#{NUMBER}\n" if new else "\n")
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: localhost\r\nAccept: {_ACCEPTED[asked.form]}\r\n"
            f"Content-Type: application/sparql-query\r\nContent-Length: {len(body.encode())}\r\n"
            f"\r\n{body}"
        )


def named(asked: Asked) -> str:
    """Give the request for a shipped query by name; the empty parameter makes it a new one."""
    params = {**asked.params, f"_{NUMBER}": ""}
    return (
        f"GET /api/queries/{quote(asked.name)}?{urlencode(params, safe='@')} HTTP/1.1\r\n"
        f"Host: localhost\r\nAccept: {_ACCEPTED[asked.form]}\r\n\r\n"
    )


class Watch(threading.Thread):
    """Sees the most memory that a server has, several times a second."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.server, self.most, self._over = server, 0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self._over.wait(0.25):
            self.most = max(self.most, self.server.memory())

    def end(self) -> int:
        self._over.set()
        self.join()
        return self.most


@contextmanager
def magkg(folder: Path, timeout: float, workers: int, log: Path) -> Iterator[Server]:
    command = [sys.executable, "-m", "magkg", "serve", "--graph", str(folder), "--port", "0"]
    command += ["--timeout", f"{timeout:g}", "--workers", str(workers)]
    with log.open("w") as lines, _run(command, stdout=subprocess.PIPE, stderr=lines) as process:
        assert process.stdout is not None
        found = re.search(r":(\d+)$", process.stdout.readline().strip())
        if found is None:
            raise SystemExit(f"magkg serve did not start: {log.read_text()[-500:]}")
        server = Server("magkg", int(found[1]), "/sparql", process)
        server.rest()
        yield server


@contextmanager
def oxigraph(store: Path, timeout: float, log: Path) -> Iterator[Server]:
    binary = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if binary is None:
        raise SystemExit("there is no oxigraph here: pip install oxigraph")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [binary, "serve-read-only", "--location", str(store)]
    command += ["--bind", f"127.0.0.1:{port}", "--timeout-s", f"{timeout:g}"]
    with log.open("w") as lines, _run(command, stdout=lines, stderr=lines) as process:
        end = time.monotonic() + _PATIENCE
        while process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        if process.poll() is not None:
            raise SystemExit(f"oxigraph did not start: {log.read_text()[-500:]}")
        yield Server("oxigraph", port, "/query", process)


@contextmanager
def _run(command: list[str], **files: object) -> Iterator[subprocess.Popen[str]]:
    process: subprocess.Popen[str] = subprocess.Popen(command, text=True, **files)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _read(path: str) -> str:
    try:
        return Path(path).read_text("ascii", "replace")
    except OSError:
        return ""


def figures(server: Server, *names: str) -> Mapping[str, str]:
    """Give figures of /metrics by name."""
    import http.client

    asking = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE)
    asking.request("GET", "/metrics")
    lines = asking.getresponse().read().decode().splitlines()
    asking.close()
    found = dict(line.split(" ", 1) for line in lines if not line.startswith("#"))
    return {name: found.get(name, "?") for name in names}
