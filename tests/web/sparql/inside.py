"""An endpoint without a server: a request is read, and answered in the same process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from magkg.web.messages import Answer, Job
from magkg.web.settings import Settings
from magkg.web.sparql.answering import answer
from magkg.web.sparql.protocol import read

if TYPE_CHECKING:
    from magkg.use.graph import Graph

BASE = "http://127.0.0.1:8000"
SETTINGS = Settings("")

__all__ = ["BASE", "SETTINGS", "ask", "sender"]


def ask(
    graph: Graph,
    query: str,
    accept: str = "",
    graphs: tuple[str, ...] = (),
    settings: Settings = SETTINGS,
    **params: str,
) -> Answer:
    """Answer a query as the endpoint does to GET."""
    pairs = (("query", query), *((name.replace("_", "-"), each) for name, each in params.items()))
    job = read("GET", pairs, "", b"", accept, graphs)
    return job if isinstance(job, Answer) else answer(graph, replace(job, base=BASE), settings)


def sender(
    graph: Graph, graphs: tuple[str, ...]
) -> Callable[[str, str, Mapping[str, str], bytes], tuple[int, str, bytes]]:
    """Give what answers a request: a method, a path with its query, headers, a body."""

    def send(
        method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str, bytes]:
        params = tuple(parse_qsl(path.partition("?")[2], keep_blank_values=True))
        kind, accept = headers.get("content-type", ""), headers.get("accept", "")
        found = read(method, params, kind, body, accept, graphs)
        if isinstance(found, Job):
            found = answer(graph, replace(found, base=BASE), SETTINGS)
        return found.status, found.media_type, found.body

    return send
