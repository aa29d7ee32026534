"""Pushing a built graph to a server: part by part, able to go on after an end, then verified."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import groupby, islice
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import pyoxigraph as ox

from magkg.errors import FindingsError, InputError, OutputError
from magkg.store import places
from magkg.store.derive import STATED
from magkg.store.endpoint import DEFAULT_GRAPH, EndpointStore, checked
from magkg.store.graph_store import GraphStore
from magkg.store.manifest import open_store
from magkg.store.push_record import Part, Record
from magkg.store.push_target import Target, named

if TYPE_CHECKING:
    from magkg.store.oxigraph import OxigraphStore

__all__ = ["PART", "Pushed", "push"]

# Triples of one request: some 10 MB.
PART = 50_000
# Where a Graph Store Protocol stands, by the end of its URL: the end of the URL of the queries,
# and the name that the default graph must have (None where it needs none).
_KNOWN: dict[str, tuple[str, str | None]] = {
    "/store": ("/query", None),
    "/sparql-graph-crud-auth": ("/sparql", DEFAULT_GRAPH),
    "/sparql-graph-crud": ("/sparql", DEFAULT_GRAPH),
}


@dataclass(frozen=True, slots=True)
class Pushed:
    """What stands on the server now, as the server itself says.

    ``triples`` counts them by graph ("" for the default graph without a name), ``root`` and
    ``content`` are the digests of what the endpoint answered, ``parts`` is how many the graph was
    cut into (0 where it was all there before, and nothing was sent), ``resumed`` how many of them
    a push that was ended had left there, ``seconds`` were spent on sending and on verifying.
    """

    url: str
    query_url: str
    default_graph: str | None
    triples: dict[str, int]
    parts: int
    resumed: int
    root: str
    content: str
    seconds: dict[str, float]

    def as_json(self) -> dict[str, object]:
        """Give the object of ``magkg push --json``."""
        return asdict(self)

    def text(self) -> str:
        """Say it in a few lines."""
        lines = [
            f"{number:>12,} triples in {name or 'the default graph'}"
            for name, number in self.triples.items()
        ]
        spent = f"{sum(self.seconds.values()):.1f} s"
        if not self.parts:
            lines.append("Nothing to send: the server has this graph already.")
        lines += [
            f"Verified at {self.query_url}: counts, every triple, and the digests",
            f"root {self.root}",
            f"content {self.content}",
            f"Ask it with: --graph {self.query_url}",
            f"({self.parts} parts, {spent})" if self.parts else f"({spent})",
        ]
        if self.resumed:
            lines[-1] = (
                f"Resumed: {self.resumed} of {self.parts} parts were there from a push that was"
                f" ended, {self.parts - self.resumed} were sent ({spent})."
            )
        return "\n".join(lines)


def push(
    url: str,
    graph: str | PathLike[str] | None = None,
    *,
    default_graph: str | None = None,
    query_url: str | None = None,
    user: str | None = None,
    password: str | None = None,
    replace: bool = False,
    progress: Callable[[str], None] | None = None,
    part: int = PART,
) -> Pushed:
    """Put a built graph on a server, and verify it there.

    It replaces the default graph and mag:stated of that server; other graphs there stay. What
    stands in those two is replaced without a word only where the last push from here left just so
    many triples, else only with ``replace``. What is equal already is verified and not sent.

    ``graph`` is the folder of a built graph or of its project, else the one at hand (as for
    ``magkg.open``). ``url`` is that of the Graph Store Protocol, ``query_url`` that of the queries
    (known for Oxigraph and Virtuoso), ``default_graph`` the IRI under which the server keeps the
    default graph (known for Virtuoso). ``part`` is in triples a request. What the server has
    confirmed is recorded in the cache folder, so that a second call goes on from there.

    Raises StoreUnavailable where there is no graph or nobody answers, OutputError where the server
    refuses, InputError for a wrong URL and where the server holds what is not to be replaced,
    FindingsError where the endpoint then answers otherwise than the graph does.
    """
    query_url, default_graph = _derived(url, query_url, default_graph)
    store, manifest = open_store(_folder(graph, progress))
    server = GraphStore(url, user=user, password=password)
    asked = EndpointStore(query_url)
    server.knock()
    record = Record.read(places.cache_folder(), url)
    target = Target(store, asked, default_graph, record, progress or (lambda _: None))
    sending = _Sending(server, target, part)
    begun = sent = time.monotonic()
    digests = target.same(store, manifest)
    if digests is None:
        target.consent(url, replace=replace)
        with _recorded(target):
            sending.run(store, manifest.content)
            sent = time.monotonic()
            digests = target.verify(store, manifest)
    held = named(target.wanted)
    record.end(held, content=manifest.content, default_graph=default_graph)
    spent = {"sending": sent - begun, "verifying": time.monotonic() - sent}
    rounded = {name: round(value, 3) for name, value in spent.items()}
    counts = (sending.parts, sending.resumed)
    return Pushed(url, query_url, default_graph, held, *counts, *digests, rounded)


@contextmanager
def _recorded(target: Target) -> Iterator[None]:
    """Keep the record of a push that was ended so that the next goes on from there."""
    record = target.record
    try:
        yield
    except FindingsError:
        # What the server took is not what it holds: the next push is to send all of it.
        record.end(named(target.wanted), content="", default_graph=target.default_graph)
        raise
    except KeyboardInterrupt:
        raise OutputError(
            f"interrupted with {len(record.parts)} parts on the server",
            hint="Run the same command again: it goes on from there.",
        ) from None


def _folder(graph: str | PathLike[str] | None, progress: Callable[[str], None] | None) -> Path:
    found = places.locate(None if graph is None else str(graph), progress=progress)
    if isinstance(found, str):
        raise InputError("only a built graph can be pushed, not an endpoint", hint="Name a folder.")
    return found


def _derived(url: str, query_url: str | None, name: str | None) -> tuple[str, str | None]:
    """Give the URL of the queries and the name of the default graph, where they were not given."""
    parts = urlsplit(checked(url, "a graph store"))
    try:
        ox.NamedNode(name or DEFAULT_GRAPH)
    except ValueError:
        raise InputError(f"{name!r} is no IRI, which the name of a graph must be") from None
    if name == STATED.value:
        raise InputError(
            f"{name} is the name of the other graph of a push",
            hint=f"Name another one with --default-graph IRI, such as {DEFAULT_GRAPH}.",
        )
    for end, (queries, known) in _KNOWN.items():
        if parts.path.endswith(end):
            path = parts.path.removesuffix(end) + queries
            return query_url or urlunsplit(parts._replace(path=path)), name or known
    if query_url is None:
        raise InputError(
            f"it is not known where {url} answers queries, and what is pushed is verified",
            hint="Name that URL with --query-url. (Known are Oxigraph's /store and Virtuoso's"
            " /sparql-graph-crud-auth.)",
        )
    return query_url, name


class _Sending:
    """Sends the parts that the server has not confirmed, and records each that it confirms."""

    def __init__(self, server: GraphStore, target: Target, part: int) -> None:
        self.server, self.target, self.part, self.tell = server, target, part, target.tell
        self.record, self.default_graph = target.record, target.default_graph
        self.parts = 0
        self.resumed = 0

    def run(self, store: OxigraphStore, content: str) -> None:
        """Send what is missing of the graph with that digest."""
        standing = self._standing(store, content)
        self.resumed = len(standing)
        self.record.begin(content, self.default_graph, standing, named(self.target.there))
        begun: set[str | None] = set()
        done, total = 0, sum(self.target.wanted.values())
        for number, (graph, triples) in enumerate(self._parts(store)):
            if number >= self.resumed:
                self._send(graph, triples, first=graph not in begun)
            begun.add(graph)
            self.parts += 1
            done += len(triples)
            self.tell(f"{done:,} of {total:,} triples")

    def _parts(self, store: OxigraphStore) -> Iterator[tuple[str | None, list[ox.Triple]]]:
        """Cut every graph into parts; one that is empty has a single, empty part."""
        empty = {self.default_graph: True, STATED.value: True}
        for name, quads in groupby(store.quads(), key=lambda quad: quad.graph_name):
            graph = name.value if isinstance(name, ox.NamedNode) else self.default_graph
            empty[graph] = False
            while chunk := [_sound(quad) for quad in islice(quads, self.part)]:
                yield graph, chunk
        for graph, nothing in empty.items():
            if nothing:
                yield graph, []

    def _send(self, graph: str | None, triples: list[ox.Triple], *, first: bool) -> None:
        body = _written(triples)
        self.record.send(_part(graph, triples, body))
        if not triples:
            self.server.remove(graph)
        elif first:
            self.server.replace(graph, body)
        else:
            self.server.add(graph, body)
        self.record.confirm()

    def _standing(self, store: OxigraphStore, content: str) -> list[Part]:
        """Give the recorded parts, if they are the first of this graph and the server has them."""
        recorded = self.record.parts
        if not recorded or not self.record.is_of(content, self.default_graph):
            return []
        if self.target.strange:
            self.tell("the server holds something else by now, so all is sent anew")
            return []
        self.tell("looking at what is already there")
        for each, (graph, triples) in zip(recorded, self._parts(store), strict=False):
            if each != _part(graph, triples, _written(triples)):
                return []
        return recorded


def _part(graph: str | None, triples: list[ox.Triple], body: bytes) -> Part:
    return Part(graph or "", len(triples), hashlib.sha256(body).hexdigest())


def _written(triples: list[ox.Triple]) -> bytes:
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert written is not None, "without an output the bytes are given"
    return written


def _sound(quad: ox.Quad) -> ox.Triple:
    if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
        raise InputError(
            f"{quad.predicate} has a blank node, which means another one in each part of a push",
            hint="Give the node an IRI of its own, and build anew.",
        )
    return quad.triple
