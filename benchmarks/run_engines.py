"""Engines that are asked the shipped queries: each in a process of its own, which may be killed."""

from __future__ import annotations

import json
import re
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from run_measure import CHILD, Missing
from run_servers import DEFAULT_GRAPH, Server

_ACCEPTED = {"select": "application/sparql-results+json", "ask": "application/sparql-results+json"}
# Loading may take so long, in seconds.
_LOADING = 1800.0
# Seconds until an engine that stops itself has done so.
_GRACE = 5.0
# What the free maplib has not (DESIGN section 5), and where a panic would lose the loaded model.
_UNKNOWN = re.compile(r"\b(GRAPH|ASK|DESCRIBE|SHA256)\b")


@dataclass(frozen=True)
class Asked:
    """A shipped query as it is asked."""

    name: str
    form: str
    text: str


class Engine(ABC):
    """What answers queries."""

    @abstractmethod
    def ask(self, asked: Asked, limit: float) -> tuple[float, int]:
        """Give the seconds that a query took, and its rows; raises Missing."""

    @abstractmethod
    def memory(self) -> int:
        """Give the memory that it takes, in bytes."""

    @abstractmethod
    def close(self) -> None:
        """End what runs."""


class Embedded(Engine):
    """A library in a child process; one that overstays its time is killed, and started again."""

    def __init__(self, name: str, where: str, *, again: bool = True) -> None:
        self.name, self.where, self.again, self.most = name, where, again, 0
        self.child: subprocess.Popen[str] | None = self._started()

    def _started(self) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [*CHILD, "engine", self.name, self.where], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        told = _line(child, _LOADING)
        if told is None or "missing" in told:
            child.kill()
            child.wait()
            raise Missing(told["missing"] if told else "it did not open")
        return child

    def ask(self, asked: Asked, limit: float) -> tuple[float, int]:
        if self.child is None:
            raise Missing("the engine was lost")
        assert self.child.stdin is not None
        words = {"form": asked.form, "text": asked.text, "limit": limit}
        self.child.stdin.write(json.dumps(words) + "\n")
        # A library in Python stops itself in time, and keeps what it has loaded.
        told = _line(self.child, limit + _GRACE if self.name == "rdflib" else limit)
        if told is None:
            over = self.child.poll() is None
            self.close()
            self.child = self._started() if self.again else None
            raise Missing(f"over {limit:g} s" if over else "the engine ended")
        if "missing" in told:
            raise Missing(told["missing"])
        self.most = max(self.most, told["memory"])
        return told["seconds"], told["rows"]

    def memory(self) -> int:
        return self.most

    def close(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.wait()


def _line(child: subprocess.Popen[str], limit: float) -> dict[str, Any] | None:
    """Give the next line of a child, or None where it ended or its time is over."""
    assert child.stdout is not None
    ready, _, _ = select.select([child.stdout], [], [], limit)
    text = child.stdout.readline() if ready else ""
    return json.loads(text) if text else None


class Remote(Engine):
    """A server over HTTP; one that overstays its time is started again."""

    def __init__(
        self, start: Callable[[], AbstractContextManager[Server]], *, named: bool = False
    ) -> None:
        self.start, self.named, self.most = start, named, 0
        self._open()

    def _open(self) -> None:
        self.stack = ExitStack()
        self.server = self.stack.enter_context(self.start())

    def ask(self, asked: Asked, limit: float) -> tuple[float, int]:
        fields = {"query": asked.text}
        if self.named:
            fields["default-graph-uri"] = DEFAULT_GRAPH
        accepted = _ACCEPTED.get(asked.form, "application/n-triples")
        request = urllib.request.Request(
            self.server.url, urllib.parse.urlencode(fields).encode(), {"Accept": accepted}
        )
        begun = time.perf_counter()
        try:
            with urllib.request.urlopen(request, timeout=limit) as answer:
                body, partial = answer.read(), answer.headers.get("X-SQL-State")
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace").strip().splitlines()
            raise Missing(f"HTTP {error.code}: {said[0] if said else ''}"[:120]) from None
        except OSError:
            self.close()
            self._open()
            raise Missing(f"over {limit:g} s") from None
        seconds = time.perf_counter() - begun
        if partial or b"operation has been cancelled" in body or seconds > limit:
            raise Missing(f"over {limit:g} s")
        return seconds, _rows(asked.form, body)

    def memory(self) -> int:
        self.most = max(self.most, self.server.memory())
        return self.most

    def close(self) -> None:
        self.memory()
        self.stack.close()


def _rows(form: str, body: bytes) -> int:
    if form == "select":
        return len(json.loads(body)["results"]["bindings"])
    return 1 if form == "ask" else sum(1 for line in body.splitlines() if line.strip())


# What follows runs in the child.


def answer(name: str, where: str) -> None:
    """Open an engine and answer queries, a JSON object a line, until the input ends."""
    try:
        ask = {"magkg": _magkg, "columnar": _columnar, "rdflib": _rdflib,
               "maplib": _maplib}[name](where)  # fmt: skip
    except ImportError as error:
        _say(missing=f"{error.name} is not installed")
        return
    except Missing as error:
        _say(missing=str(error))
        return
    _say(ready=True)
    for line in sys.stdin:
        asked = json.loads(line)
        begun = time.perf_counter()
        try:
            if name == "rdflib":
                signal.setitimer(signal.ITIMER_REAL, asked["limit"])
            rows = ask(asked["form"], asked["text"])
            signal.setitimer(signal.ITIMER_REAL, 0)
        except TimeoutError:
            _say(missing=f"over {asked['limit']:g} s")
            continue
        except Exception as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            _say(missing=f"{type(error).__name__}: {error!s}".splitlines()[0][:120])
            continue
        _say(seconds=time.perf_counter() - begun, rows=rows, memory=_peak())


def _say(**found: Any) -> None:
    print(json.dumps(found), flush=True)


def _peak() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _magkg(folder: str) -> Callable[[str, str], int]:
    return _opened(folder, engine="oxigraph")


def _columnar(folder: str) -> Callable[[str, str], int]:
    return _opened(folder, engine="columnar")


def _opened(folder: str, **options: Any) -> Callable[[str, str], int]:
    import magkg

    graph = magkg.open(folder, **options)

    def ask(form: str, text: str) -> int:
        if form == "select":
            return sum(1 for _ in graph.engine.select(text))
        if form == "ask":
            return int(graph.engine.ask(text))
        return len(set(graph.engine.construct(text)))  # one may come twice

    return ask


def _rdflib(lines: str) -> Callable[[str, str], int]:
    import rdflib

    found = rdflib.Dataset()
    found.parse(lines, format="nquads")

    def ask(form: str, text: str) -> int:
        result = found.query(text)
        return 1 if form == "ask" else len(list(result))

    signal.signal(signal.SIGALRM, _over)
    return ask


def _over(*_: object) -> None:
    raise TimeoutError


def _maplib(lines: str) -> Callable[[str, str], int]:
    import maplib
    import pyoxigraph as ox

    path = Path(lines).with_name("default.nt")
    if not path.is_file():
        quads = ox.parse(path=lines, format=ox.RdfFormat.N_QUADS)
        default = (each.triple for each in quads if each.graph_name == ox.DefaultGraph())
        ox.serialize(default, str(path), format=ox.RdfFormat.N_TRIPLES)
    model = maplib.Model()
    model.read(str(path), format="ntriples")

    def ask(form: str, text: str) -> int:
        if lacking := _UNKNOWN.search(text):
            raise Missing(f"it has no {lacking[1]}")
        tables: Any = model.query(text)
        return sum(each.height for each in (tables if form != "select" else [tables]))

    return ask
