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
from magkg.store.manifest import Manifest, open_store
from magkg.store.push_record import Part, Record
from magkg.store.push_verify import count, verify

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
    ``content`` are the digests of what the endpoint answered, ``resumed`` is the number of parts
    that stood there before, ``seconds`` were spent on sending and on verifying.
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
        before = f", {self.resumed} of them there before" if self.resumed else ""
        spent = sum(self.seconds.values())
        return "\n".join(
            (
                *lines,
                f"Verified at {self.query_url}: counts, every triple, and the digests",
                f"root {self.root}",
                f"content {self.content}",
                f"({self.parts} parts{before}; {spent:.1f} s)",
                f"Ask it with: --graph {self.query_url}",
            )
        )


def push(
    url: str,
    graph: str | PathLike[str] | None = None,
    *,
    default_graph: str | None = None,
    query_url: str | None = None,
    user: str | None = None,
    password: str | None = None,
    progress: Callable[[str], None] | None = None,
    part: int = PART,
) -> Pushed:
    """Put a built graph on a server, and verify it there.

    ``graph`` is the folder of a built graph or of its project, else the one at hand (as for
    ``magkg.open``). ``url`` is that of the Graph Store Protocol, ``query_url`` that of the queries
    (known for Oxigraph and Virtuoso), ``default_graph`` the name under which the default graph is
    put (known for Virtuoso). Each graph of the built one replaces what the server has under its
    name; other graphs there stay. ``part`` is in triples a request. What the server has confirmed
    is recorded in the cache folder, so that a second call goes on from there.

    Raises StoreUnavailable where there is no graph or nobody answers, OutputError where the server
    refuses, InputError for a wrong URL, FindingsError where the endpoint then answers otherwise
    than the graph does.
    """
    query_url, default_graph = _derived(url, query_url, default_graph)
    store, manifest = open_store(_folder(graph, progress))
    server = GraphStore(url, user=user, password=password)
    asked = EndpointStore(query_url)
    tell = progress or (lambda _: None)
    record = Record.read(places.cache_folder(), url, default_graph, manifest.content)
    sending = _Sending(server, asked, record, default_graph, part, manifest, tell)
    begun = time.monotonic()
    server.knock()
    with _recorded(record):
        held = sending.run(store)
        sent = time.monotonic()
        tell("verifying")
        root, content = verify(store, asked, default_graph, held, manifest, tell)
    spent = {"sending": sent - begun, "verifying": time.monotonic() - sent}
    return Pushed(
        url,
        query_url,
        default_graph,
        {name or "": number for name, number in held.items()},
        parts=len(record.parts),
        resumed=sending.resumed,
        root=root,
        content=content,
        seconds={name: round(value, 3) for name, value in spent.items()},
    )


@contextmanager
def _recorded(record: Record) -> Iterator[None]:
    """Keep the record of a push that was ended, and of no other."""
    try:
        yield
    except FindingsError:
        # What the server took is not what it holds: the next push is to send all of it.
        record.forget()
        raise
    except KeyboardInterrupt:
        raise OutputError(
            f"interrupted with {len(record.parts)} parts on the server",
            hint="Run the same command again: it goes on from there.",
        ) from None
    record.forget()


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

    def __init__(
        self,
        server: GraphStore,
        asked: EndpointStore,
        record: Record,
        default_graph: str | None,
        part: int,
        manifest: Manifest,
        tell: Callable[[str], None],
    ) -> None:
        self.server, self.asked, self.record = server, asked, record
        self.default_graph, self.part, self.tell = default_graph, part, tell
        self.total = manifest.counts.get("quads", 0)
        self.resumed = 0

    def run(self, store: OxigraphStore) -> dict[str | None, int]:
        """Send what is missing; give the number of triples of each graph, by its name there."""
        standing = self._standing(store)
        self.resumed = len(standing)
        self.record.keep(standing)
        held: dict[str | None, int] = {}
        done = 0
        for number, (graph, triples) in enumerate(self._parts(store)):
            if number >= self.resumed:
                self._send(graph, triples, first=graph not in held)
            held[graph] = held.get(graph, 0) + len(triples)
            done += len(triples)
            self.tell(f"{done:,} of {self.total:,} triples")
        return held

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
        if not triples:
            self.server.remove(graph)
        elif first:
            self.server.replace(graph, body)
        else:
            self.server.add(graph, body)
        self.record.add(Part(graph or "", len(triples), hashlib.sha256(body).hexdigest()))

    def _standing(self, store: OxigraphStore) -> list[Part]:
        """Give the recorded parts, if they are the first of this graph and the server has them."""
        recorded = self.record.parts
        if not recorded:
            return []
        self.tell("looking at what is already there")
        counts: dict[str | None, int] = {}
        parts = self._parts(store)
        for each, (graph, triples) in zip(recorded, parts, strict=False):
            digest = hashlib.sha256(_written(triples)).hexdigest()
            if each != Part(graph or "", len(triples), digest):
                return []
            counts[graph] = counts.get(graph, 0) + len(triples)
        upcoming = next(parts, None)
        for graph, number in counts.items():
            # The part after the last may have arrived, whole or not, without a word of it.
            more = len(upcoming[1]) if upcoming is not None and upcoming[0] == graph else 0
            if not number <= count(self.asked, graph) <= number + more:
                self.tell("the server holds something else by now, so all is sent anew")
                return []
        return recorded


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
