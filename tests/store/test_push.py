"""Pushing a graph to a server: the one of Oxigraph for real, and one that fails as it is told."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pyoxigraph as ox
import pytest

from magkg.claims.project import Project
from magkg.errors import FindingsError, InputError, MagkgError, OutputError, StoreUnavailable
from magkg.store import manifest, places
from magkg.store import push as pushing
from magkg.store.build import build
from magkg.store.push import push
from magkg.use.graph import open as open_graph
from tests import cli, small
from tests.engines import servers
from tests.engines.servers import Server

PART = 500
STATED = "https://w3id.org/magkg/ns#stated"
NAMED = "https://w3id.org/magkg/graph/default"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of the bees, built."""
    folder = tmp_path_factory.mktemp("bees")
    shutil.copytree(small.ROOT / "graphs", folder / "graphs")
    build(Project(folder), folder / "built")
    return folder / "built"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "push"


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.oxigraph(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


# --- against the server of Oxigraph


def test_what_was_pushed_answers_as_the_graph_does(oxigraph: Server, built: Path) -> None:
    seen: list[str] = []
    done = push(oxigraph.store, built, part=PART, progress=seen.append)
    held = manifest.read(built)
    assert (done.root, done.content) == (held.root, held.content)
    assert sum(done.triples.values()) == held.counts["quads"]
    assert done.triples[STATED] == held.counts["stated"] > 0
    assert done.parts > 3
    assert done.resumed == 0
    assert seen[0].startswith("500 of ")
    assert any(each.startswith("verified") for each in seen)
    with open_graph(oxigraph.query) as there, open_graph(built) as here:
        assert there.query("claims").to_python() == here.query("claims").to_python()
    assert not list(places.cache_folder().rglob("*.json")), "the record goes with the end"


def test_a_push_replaces_what_was_there_and_nothing_else(oxigraph: Server, built: Path) -> None:
    client = pushing.GraphStore(oxigraph.store)
    client.replace(None, b"<a:old> <a:b> <a:c> .\n")
    client.replace(STATED, b"<a:old> <a:b> <a:c> .\n")
    client.replace("http://example.org/other", b"<a:kept> <a:b> <a:c> .\n")
    done = push(oxigraph.store, built)
    with open_graph(oxigraph.query) as graph:
        assert not graph.ask("ASK { { <a:old> ?p ?o } UNION { GRAPH ?g { <a:old> ?p ?o } } }")
        assert graph.ask("ASK { GRAPH <http://example.org/other> { <a:kept> ?p ?o } }")
    assert done.parts == 2
    client.remove("http://example.org/other")
    client.remove("http://example.org/other")


def test_the_default_graph_can_have_a_name(oxigraph: Server, built: Path) -> None:
    done = push(oxigraph.store, built, default_graph=NAMED)
    assert set(done.triples) == {NAMED, STATED}
    pushing.GraphStore(oxigraph.store).remove(None)
    with open_graph(oxigraph.query) as there, open_graph(built) as here:
        assert len(there.query("claims")) == len(here.query("claims"))
        assert len(there.query("stated_paths", concept="white-clover")) == len(
            here.query("stated_paths", concept="white-clover")
        )
    pushing.GraphStore(oxigraph.store).remove(NAMED)


KILLED = """
import os, signal, sys
from magkg.store import push
whole = push._Sending._send
def send(self, graph, triples, *, first):
    if len(self.record.parts) == 2:
        if sys.argv[3] == "after":  # the server has the part, and nobody has noted it
            self.server.add(graph, push._written(triples))
        os.kill(os.getpid(), signal.SIGKILL)
    whole(self, graph, triples, first=first)
push._Sending._send = send
push.push(sys.argv[1], sys.argv[2], part=500)
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_second_push_goes_on_where_the_first_was_killed(
    oxigraph: Server, built: Path, own_cache: Path, when: str
) -> None:
    command = [sys.executable, "-c", KILLED, oxigraph.store, str(built), when]
    killed = subprocess.run(command, capture_output=True, timeout=60)
    assert killed.returncode == -9, killed.stderr
    (record,) = own_cache.glob("*.json")
    assert len(json.loads(record.read_bytes())["parts"]) == 2
    done = push(oxigraph.store, built, part=PART)
    assert done.resumed == 2
    assert done.content == manifest.read(built).content
    assert not record.exists()


def test_a_server_that_has_changed_in_between_is_sent_all(
    oxigraph: Server, built: Path, own_cache: Path
) -> None:
    command = [sys.executable, "-c", KILLED, oxigraph.store, str(built), "before"]
    subprocess.run(command, capture_output=True, timeout=60, check=False)
    pushing.GraphStore(oxigraph.store).replace(None, b"<a:b> <a:b> <a:c> .\n")
    seen: list[str] = []
    done = push(oxigraph.store, built, part=PART, progress=seen.append)
    assert done.resumed == 0
    assert any("sent anew" in each for each in seen)
    assert done.content == manifest.read(built).content


def test_a_part_of_another_size_or_a_record_that_is_none_starts_anew(
    oxigraph: Server, built: Path, own_cache: Path
) -> None:
    command = [sys.executable, "-c", KILLED, oxigraph.store, str(built), "before"]
    subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert push(oxigraph.store, built, part=PART + 1).resumed == 0
    subprocess.run(command, capture_output=True, timeout=60, check=False)
    (record,) = own_cache.glob("*.json")
    record.write_text('{"parts": [{"graph": 1}]}')
    assert push(oxigraph.store, built, part=PART).resumed == 0


def test_quads_come_by_graph_and_subject(built: Path) -> None:
    store, _ = manifest.open_store(built)
    order = [(str(quad.graph_name), str(quad.subject)) for quad in store.quads()]
    runs = [each for at, each in enumerate(order) if at == 0 or order[at - 1] != each]
    assert len(runs) == len(set(runs))


# --- what engines like to rewrite

STRINGS = [
    "", " ", "a\nb\r\n\tc", 'q"uo\\te', "é → 𝒳", "\u202ertl\u202c", "x" * 5000, "1", "<b>&amp;</b>",
    "nul \x01 and \x7f", "=HYPERLINK(1)", "\u2028", "a" * 1_000_000,
]  # fmt: skip
VALUES = [
    ("true", "boolean"), ("false", "boolean"), ("-7", "integer"), ("0.000001", "decimal"),
    ("-1.5", "decimal"), ("2026-11-21", "date"), ("2026-11-21T10:00:00Z", "dateTime"),
    ("2026-11-21T10:00:00.25Z", "dateTime"), ("http://x/", "anyURI"),
    ("123456789012345678", "integer"),
]  # fmt: skip


def graph_of(quads: list[ox.Quad], folder: Path) -> Path:
    """A built graph of given statements, as if a build had published it."""
    place = folder / "stores" / ("0" * 16)
    place.parent.mkdir(parents=True)
    store = ox.Store(str(place))
    store.bulk_extend(quads)
    store.flush()
    del store
    listed = json.dumps(manifest.file_list(place)).encode()
    manifest.write_atomically(folder / "stores" / f"{place.name}.files.json", listed)
    root = manifest.identity.root(manifest.identity.claims(quads))
    counts = {"quads": len(set(quads))}
    manifest.Manifest(root, manifest.identity.content(quads), place.name, counts, {}, {}).write(
        folder
    )
    return folder


def nasty() -> list[ox.Quad]:
    says = ox.NamedNode("https://example.org/says")
    quads = []
    for number, text in enumerate(STRINGS):
        subject = ox.NamedNode(f"https://example.org/é/{number}?a=b#c")
        quads += [ox.Quad(subject, says, ox.Literal(text))]
        quads += [ox.Quad(subject, says, ox.Literal(text, language="en-gb"))]
    value = ox.NamedNode("https://example.org/value")
    for text, kind in VALUES:
        typed = ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}"))
        quads.append(ox.Quad(value, says, typed))
    return quads


def test_nasty_values_arrive(oxigraph: Server, tmp_path: Path) -> None:
    quads = nasty()
    done = push(oxigraph.store, graph_of(quads, tmp_path / "graph"))
    assert done.triples == {"": len(quads), STATED: 0}


def test_nasty_values_arrive_on_virtuoso(virtuoso: Server, tmp_path: Path) -> None:
    folder = graph_of(nasty(), tmp_path / "graph")
    push(virtuoso.store, folder, user="dba", password="dba")
