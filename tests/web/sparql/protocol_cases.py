"""The W3C cases of the SPARQL 1.1 Protocol as data, and how one is run against an endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from tests.w3c import suites

__all__ = [
    "GRAPHS",
    "Case",
    "Reply",
    "cases",
    "missing",
    "quads",
    "queries",
    "refused",
    "run",
    "updates",
]  # fmt: skip

_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_HT = "http://www.w3.org/2011/http#"
_CNT = "http://www.w3.org/2011/content#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_STATUS = "http://www.w3.org/2011/http-statusCodes#StatusCode"
_DATA = "http://kasei.us/2009/09/sparql/data/data"
# What the cases name; they say nothing of the contents of the first one.
GRAPHS = tuple(f"{_DATA}{number}.rdf" for number in range(4))
_FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": (
        "application/sparql-results+json", "application/sparql-results+xml",
        "text/csv", "text/tab-separated-values",
    ),
    "RDF": ("application/rdf+xml", "text/turtle", "application/n-triples"),
}  # fmt: skip

# A status, a content type, a body.
Reply = tuple[int, str, bytes]
# Sends a method, a path with its query, headers and a body.
Send = Callable[[str, str, Mapping[str, str], bytes], Reply]


@dataclass(frozen=True)
class Request:
    """One request of a case, and what is expected of its reply ("2", "3", "4" for a status)."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    statuses: frozenset[str]
    boolean: bool | None
    format: str

    @property
    def updates(self) -> bool:
        """Whether it asks for an update."""
        kind = self.headers.get("content-type", "")
        return "sparql-update" in kind or "update=" in self.path + self.body.decode("latin-1")


@dataclass(frozen=True)
class Case:
    """One case of the manifest: its name and its requests, in order."""

    name: str
    requests: tuple[Request, ...]

    def __str__(self) -> str:
        return self.name


def _folder() -> Path:
    return suites() / "w3c-sparql11" / "protocol"


def missing() -> str:
    """Give the reason to skip, or nothing where the suite is there."""
    folder = _folder()
    return "" if folder.is_dir() else f"the W3C suite is not at hand ({folder}); set MAGKG_SUITES"


def queries() -> list[Case]:
    """Give the 20 cases of the query operation."""
    return [case for case in cases() if case.name.startswith(("query_", "bad_")) and not _of(case)]


def updates() -> list[Case]:
    """Give the 14 cases of the update operation."""
    return [case for case in cases() if _of(case)]


def _of(case: Case) -> bool:
    return case.name.startswith("update_") or "update" in case.name


def quads() -> list[ox.Quad]:
    """Give the statements of the graphs that the cases name."""
    found = [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(GRAPHS[number]))
        for number in (1, 2, 3)
        for quad in ox.parse(path=_folder() / f"data{number}.nt")
    ]
    made_up = ox.NamedNode("urn:x:made-up")
    return [*found, ox.Quad(made_up, made_up, made_up, ox.NamedNode(GRAPHS[0]))]


def run(case: Case, send: Send) -> None:
    """Send the requests of a case; raises AssertionError where a reply is not what it expects."""
    for number, asked in enumerate(case.requests, 1):
        status, kind, body = send(asked.method, asked.path, asked.headers, asked.body)
        place = f"{case.name}, request {number}: {status} {kind} {body[:300]!r}"
        assert str(status)[0] in asked.statuses, place
        if asked.format:
            assert kind.partition(";")[0] in _FORMATS[asked.format], place
        if asked.boolean is not None:
            assert json.loads(body)["boolean"] is asked.boolean, place


def refused(case: Case, send: Send) -> int:
    """Send the requests of a case that update; give how many, all of them refused with 4xx."""
    asked = [each for each in case.requests if each.updates or "4" in each.statuses]
    for each in asked:
        status, _, body = send(each.method, each.path, each.headers, each.body)
        assert 400 <= status < 500, f"{case.name}: {status} {body[:300]!r}"
    return len(asked)


@cache
def cases() -> tuple[Case, ...]:
    """Give every case of the manifest in its order; none where the suite is absent."""
    if missing():
        return ()
    graph = _Graph(_folder() / "manifest.ttl")
    entries = graph.one(next(iter(graph.subjects(_MF + "entries"))), _MF + "entries")
    return tuple(_case(graph, each) for each in graph.items(entries))


class _Graph:
    def __init__(self, path: Path) -> None:
        self._rows: dict[str, dict[str, list[ox.Term]]] = {}
        for quad in ox.parse(path=path, base_iri="urn:manifest:/"):
            held = self._rows.setdefault(str(quad.subject), {})
            held.setdefault(quad.predicate.value, []).append(quad.object)

    def subjects(self, predicate: str) -> list[str]:
        return [each for each, row in self._rows.items() if predicate in row]

    def all(self, subject: object, predicate: str) -> list[ox.Term]:
        return self._rows.get(str(subject), {}).get(predicate, [])

    def one(self, subject: object, predicate: str) -> ox.Term | None:
        return next(iter(self.all(subject, predicate)), None)

    def text(self, subject: object, predicate: str) -> str:
        found = self.one(subject, predicate)
        return "" if found is None else str(found.value)

    def items(self, head: object) -> list[ox.Term]:
        found = []
        while (first := self.one(head, _RDF + "first")) is not None:
            found.append(first)
            head = self.one(head, _RDF + "rest")
        return found


def _case(graph: _Graph, entry: ox.Term) -> Case:
    action = graph.one(entry, _MF + "action")
    found = graph.items(graph.one(action, _HT + "requests"))
    return Case(entry.value.partition("#")[2], tuple(_request(graph, each) for each in found))


def _request(graph: _Graph, node: ox.Term) -> Request:
    body, reply = graph.one(node, _HT + "body"), graph.one(node, _HT + "resp")
    headers = {
        graph.text(each, _HT + "fieldName").lower(): graph.text(each, _HT + "fieldValue")
        for each in graph.items(graph.one(node, _HT + "headers"))
    }
    encoding = graph.text(body, _CNT + "characterEncoding") or "UTF-8"
    said = graph.text(reply, _MF + "expectedBoolean")
    return Request(
        graph.text(node, _HT + "methodName"),
        graph.text(node, _HT + "absolutePath").replace("/sparql/", "/sparql", 1),
        headers,
        graph.text(body, _CNT + "chars").encode(encoding),
        frozenset(
            each.value.removeprefix(_STATUS)[0] for each in graph.all(reply, _MF + "expectedStatus")
        ),
        None if not said else said == "true",
        graph.text(reply, _MF + "expectedFormat"),
    )
