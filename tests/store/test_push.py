"""Pushing a graph to a server: the one of Oxigraph for real, and one that fails as it is told."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pyoxigraph as ox
import pytest

from magkg.claims.project import Project
from magkg.errors import FindingsError, InputError, MagkgError, OutputError, StoreUnavailable
from magkg.store import manifest
from magkg.store import push as pushing
from magkg.store.build import build
from magkg.store.push import push
from magkg.use.graph import open as open_graph
from tests import cli, small
from tests.engines import servers

if TYPE_CHECKING:
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
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.oxigraph(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def oxigraph(running: Server) -> Server:
    """The server, with nothing in the graphs that a push writes."""
    client = pushing.GraphStore(running.store)
    for graph in (None, STATED, NAMED):
        client.remove(graph)
    return running


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


FOREIGN = b"<a:old> <a:b> <a:c> .\n"


@pytest.mark.parametrize("graph", [None, STATED, NAMED])
def test_what_was_not_pushed_from_here_is_not_replaced(
    oxigraph: Server, built: Path, own_cache: Path, graph: str | None
) -> None:
    client = pushing.GraphStore(oxigraph.store)
    client.replace(graph, FOREIGN)
    name = NAMED if graph == NAMED else None
    with pytest.raises(InputError, match=r"nothing was sent: .* holds 1 triple in ") as caught:
        push(oxigraph.store, built, default_graph=name)
    assert "--replace" in caught.value.hint
    assert ("--default-graph IRI" in caught.value.hint) == (graph != STATED)
    with open_graph(oxigraph.query) as there:
        (row,) = there.query("SELECT ?s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
    assert row["s"] == "a:old"
    assert not own_cache.exists()
    done = push(oxigraph.store, built, default_graph=name, replace=True)
    assert done.content == manifest.read(built).content


def test_what_a_push_from_here_left_is_replaced_if_nobody_added_to_it(
    oxigraph: Server, built: Path, tmp_path: Path
) -> None:
    other = graph_of([ox.Quad(*[ox.NamedNode("a:b")] * 3)], tmp_path / "other")
    push(oxigraph.store, built)
    assert push(oxigraph.store, other).triples == {"": 1, STATED: 0}
    client = pushing.GraphStore(oxigraph.store)
    client.add(None, FOREIGN)
    with pytest.raises(InputError, match=r"holds 2 triples .* \(the last push from here left 1\)"):
        push(oxigraph.store, built)
    # Equal in number, and not pushed from here under this name.
    client.replace(NAMED, FOREIGN)
    with pytest.raises(InputError, match=f"holds 1 triple in the graph <{NAMED}>"):
        push(oxigraph.store, other, default_graph=NAMED)


def test_what_is_there_already_is_verified_and_not_sent(
    failing: Failing, built: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"{failing.url}/plain/store"
    first = push(url, built)
    assert "Nothing to send" not in first.text()
    failing.seen.clear()
    for cache in ("cache", "of somebody else"):
        monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / cache))
        done = push(url, built)
        assert (done.parts, done.resumed) == (0, 0)
        assert (done.triples, done.content) == (first.triples, first.content)
        assert "Nothing to send: the server has this graph already." in done.text()
    assert {seen[0] for seen in failing.seen if "store" in seen[1]} == {"HEAD"}
    # As many triples, and one of them another: sent again, as the number is what was left there.
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "cache"))
    quad = next(iter(failing.graphs.quads_for_pattern(None, None, None, ox.DefaultGraph())))
    failing.graphs.remove(quad)
    failing.graphs.add(ox.Quad(*[ox.NamedNode("a:b")] * 3))
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="nothing was sent"):
        push(url, built)
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "cache"))
    assert push(url, built).parts == 2


def test_a_push_replaces_what_was_there_and_nothing_else(oxigraph: Server, built: Path) -> None:
    client = pushing.GraphStore(oxigraph.store)
    client.replace(None, b"<a:old> <a:b> <a:c> .\n")
    client.replace(STATED, b"<a:old> <a:b> <a:c> .\n")
    client.replace("http://example.org/other", b"<a:kept> <a:b> <a:c> .\n")
    done = push(oxigraph.store, built, replace=True)
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


def test_a_name_of_ones_own_is_told_when_the_graph_is_opened(
    oxigraph: Server, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "https://example.org/own"
    push(oxigraph.store, built, default_graph=own)
    pushing.GraphStore(oxigraph.store).remove(None)
    with open_graph(oxigraph.query) as there:
        assert not there.query("claims")
    with open_graph(oxigraph.query, default_graph=own) as there:
        assert there.query("claims")
    monkeypatch.setenv("MAGKG_DEFAULT_GRAPH", own)
    with open_graph(oxigraph.query) as there:
        assert there.query("claims")
    pushing.GraphStore(oxigraph.store).remove(own)


KILLED = """
import os, signal, sys
from magkg.store import push
whole = push.GraphStore.add
parts = 0
def add(self, graph, body):
    global parts
    parts += 1
    if parts < 2 or sys.argv[3] == "after":  # the server has the part, and nobody has noted it
        whole(self, graph, body)
    if parts == 2:
        os.kill(os.getpid(), signal.SIGKILL)
push.GraphStore.add = add
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
    last = done.text().splitlines()[-1]
    assert last.startswith(
        f"Resumed: 2 of {done.parts} parts were there from a push that was ended"
    )
    told = json.loads(record.read_bytes())
    assert (told["parts"], told["left"]) == ([], done.triples)


def test_a_server_that_has_changed_in_between_is_sent_all(
    oxigraph: Server, built: Path, own_cache: Path
) -> None:
    command = [sys.executable, "-c", KILLED, oxigraph.store, str(built), "before"]
    subprocess.run(command, capture_output=True, timeout=60, check=False)
    pushing.GraphStore(oxigraph.store).replace(None, b"<a:b> <a:b> <a:c> .\n")
    with pytest.raises(InputError, match="no push from here left there"):
        push(oxigraph.store, built, part=PART)
    seen: list[str] = []
    done = push(oxigraph.store, built, part=PART, progress=seen.append, replace=True)
    assert done.resumed == 0
    assert any("sent anew" in each for each in seen)
    assert done.content == manifest.read(built).content


def test_a_part_of_another_size_or_a_record_that_is_none_starts_anew(
    oxigraph: Server, built: Path, own_cache: Path
) -> None:
    command = [sys.executable, "-c", KILLED, oxigraph.store, str(built), "before"]
    subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert push(oxigraph.store, built, part=PART + 1).resumed == 0
    pushing.GraphStore(oxigraph.store).remove(None)
    subprocess.run(command, capture_output=True, timeout=60, check=False)
    (record,) = own_cache.glob("*.json")
    record.write_text('{"parts": [{"graph": 1}]}')
    with pytest.raises(InputError, match="no push from here left there"):
        push(oxigraph.store, built, part=PART)
    assert push(oxigraph.store, built, part=PART, replace=True).resumed == 0


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


def test_virtuoso_takes_them_too_and_what_it_rewrites_is_named(
    virtuoso: Server, tmp_path: Path
) -> None:
    done = push(
        virtuoso.store, graph_of(nasty(), tmp_path / "a"), user=virtuoso.user, password="dba"
    )
    assert done.triples == {NAMED: len(nasty()), STATED: 0}
    value, says = ox.NamedNode("https://example.org/value"), ox.NamedNode("https://example.org/n")
    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    long = ox.Quad(value, says, ox.Literal("123456789012345678", datatype=integer))
    with pytest.raises(FindingsError, match="does not answer what was pushed") as caught:
        push(virtuoso.store, graph_of([long], tmp_path / "b"), user="dba", password="dba")
    (finding,) = caught.value.findings
    assert finding.claim == value.value
    assert 'integer> is "123456789012345678"^^<' in finding.message
    assert finding.message.endswith("#decimal> there")
    with pytest.raises(OutputError, match="wants to know who writes"):
        push(virtuoso.store, tmp_path / "a")
    with pytest.raises(OutputError, match="does not take user 'dba'") as refused:
        push(virtuoso.store, tmp_path / "a", user="dba", password="hidden")
    assert "hidden" not in str(refused.value)


# --- against a server that fails as its path says


class Failing(ThreadingHTTPServer):
    """Keeps graphs under /HOW/store and answers at /HOW/query, but for what HOW stands for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.graphs = ox.Store()
        self.seen: list[tuple[str, str, str | None]] = []
        self.other = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Failing

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", kind: str = "text/plain", **head: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in head.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def graph(self) -> ox.DefaultGraph | ox.NamedNode:
        query = urlsplit(self.path).query
        return ox.DefaultGraph() if query == "default" else ox.NamedNode(unquote(query[6:]))

    def do_HEAD(self) -> None:
        self.do_POST()

    def do_PUT(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        _, how, what = urlsplit(self.path).path.split("/")
        self.server.seen.append((self.command, self.path, self.headers.get("Authorization")))
        if what == "query":
            self.ask(parse_qs(body.decode())["query"][0], how)
        elif not getattr(self, f"is_{how}", lambda _: False)(body):
            self.keep(body)

    def keep(self, body: bytes) -> None:
        if self.command in {"PUT", "DELETE"}:
            self.server.graphs.clear_graph(self.graph())
        self.server.graphs.load(body, format=ox.RdfFormat.N_TRIPLES, to_graph=self.graph())
        self.answer(204)

    def ask(self, query: str, how: str) -> None:
        found = self.server.graphs.query(query, use_default_graph_as_union=how == "union")
        if isinstance(found, ox.QueryTriples):
            written = found.serialize(format=ox.RdfFormat.N_TRIPLES)
            self.answer(200, written or b"", "application/n-triples")
        else:
            assert isinstance(found, ox.QuerySolutions)
            told = found.serialize(format=ox.QueryResultsFormat.JSON)
            self.answer(200, told or b"", "application/sparql-results+json")

    def is_basic(self, body: bytes) -> bool:
        wanted = "Basic " + base64.b64encode("anna:söcret".encode()).decode()
        if self.headers.get("Authorization") == wanted:
            return False
        self.answer(401, WWW_Authenticate='Basic realm="graphs"')
        return True

    def is_odd(self, body: bytes) -> bool:
        self.answer(401, WWW_Authenticate='Digest realm="x", nonce="y", algorithm="NONE"')
        return True

    def is_full(self, body: bytes) -> bool:
        if self.command == "POST":
            self.answer(500, b"<html><b>No space left</b> on device</html>", "text/html")
        return self.command == "POST"

    def is_small(self, body: bytes) -> bool:
        self.answer(413 if body else 204)
        return True

    def is_stored(self, body: bytes) -> bool:
        self.answer(507 if body else 204, b"quota")
        return True

    def is_nothing(self, body: bytes) -> bool:
        self.answer(404, b"no such page")
        return True

    def is_away(self, body: bytes) -> bool:
        self.answer(307, Location=self.server.other + self.path)
        return True

    def is_moved(self, body: bytes) -> bool:
        self.answer(307, Location=self.path.replace("moved", "plain"))
        return True

    def is_cut(self, body: bytes) -> bool:
        if body:
            self.send_response(200)
            self.send_header("Content-Length", "10")
            self.end_headers()
            self.close_connection = True
        return bool(body)

    def is_lossy(self, body: bytes) -> bool:
        lines = body.splitlines(keepends=True)
        if self.command == "PUT" and b"stated" not in self.path.encode():
            self.server.graphs.clear_graph(self.graph())
            strange = lines[0].split(b" ")[0] + b' <a:b> "strange" .\n'
            self.keep(b"".join(lines[1:]) + strange)
            return True
        return False

    def is_rewriting(self, body: bytes) -> bool:
        self.keep(body.replace(b'"@en ', b'"@de '))
        return True


def started() -> tuple[Failing, threading.Thread]:
    server = Failing()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    return server, thread


@pytest.fixture
def failing() -> Iterator[Failing]:
    server, thread = started()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_login_is_told_once_and_only_when_asked(failing: Failing, built: Path) -> None:
    push(f"{failing.url}/basic/store", built, user="anna", password="söcret")
    writes = [seen for seen in failing.seen if "store" in seen[1]]
    assert [seen[2] is None for seen in writes] == [True, *[False] * (len(writes) - 1)]
    failing.seen.clear()
    push(f"{failing.url}/plain/store", built, user="anna", password="söcret")
    assert {seen[2] for seen in failing.seen} == {None}


@pytest.mark.parametrize(
    ("how", "error", "says"),
    [
        ("basic", OutputError, "wants to know who writes"),
        ("full", OutputError, r"refuses \(500 .*\): No space left on device\nFree space"),
        ("small", OutputError, "takes no part of this size"),
        ("stored", OutputError, r"has no space left \(507\): quota"),
        ("nothing", OutputError, "is not the place where graphs are stored .404"),
        ("away", StoreUnavailable, "redirects to another host"),
        ("cut", StoreUnavailable, "cannot be reached"),
        ("lossy", FindingsError, "does not answer what was pushed"),
        ("rewriting", FindingsError, "does not answer what was pushed"),
        ("union", FindingsError, "does not answer what was pushed"),
    ],
)
def test_each_failure_is_said(
    failing: Failing, built: Path, how: str, error: type[MagkgError], says: str
) -> None:
    failing.other = "http://127.0.0.2:9"
    with pytest.raises(error, match=says) as caught:
        push(f"{failing.url}/{how}/store", built, part=PART)
    if isinstance(caught.value, FindingsError):
        told = " ".join(str(each) for each in caught.value.findings)
        assert {
            "lossy": "is not there" in told and '"strange" is there and not in the graph' in told,
            "rewriting": '"@en is "' in told and '"@de there' in told,
            "union": "--default-graph IRI" in told,
        }[how]
        assert len(caught.value.findings) <= 10


def test_what_the_server_kept_before_it_failed_is_not_sent_again(
    failing: Failing, built: Path, own_cache: Path
) -> None:
    url = f"{failing.url}/plain/store"
    calls: list[str] = []

    def interrupt(said: str) -> None:
        calls.append(said)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(OutputError, match="interrupted with 2 parts on the server"):
        push(url, built, part=PART, progress=interrupt)
    record = next(own_cache.glob("*.json")).read_text()
    failing.seen.clear()
    assert push(url, built, part=PART, user="anna", password="söcret").resumed == 2
    assert "PUT" in {seen[0] for seen in failing.seen}  # the other graph
    assert not any(seen[:2] == ("PUT", "/plain/store?default") for seen in failing.seen)
    assert "söcret" not in record


def test_what_was_found_to_differ_is_sent_again(failing: Failing, built: Path) -> None:
    url = f"{failing.url}/plain/store"

    def lose(said: str) -> None:
        if said == "verifying":
            quad = next(iter(failing.graphs))
            failing.graphs.remove(quad)

    with pytest.raises(FindingsError) as caught:
        push(url, built, progress=lose)
    assert "it holds" in caught.value.findings[0].message
    with pytest.raises(InputError, match="no push from here left there"):
        push(url, built)
    done = push(url, built, replace=True)
    assert (done.resumed, done.content) == (0, manifest.read(built).content)


def test_a_redirect_within_the_host_keeps_what_is_sent(failing: Failing, built: Path) -> None:
    failing.graphs.load("<a:old> <a:b> <a:c> .", format=ox.RdfFormat.N_TRIPLES)
    done = push(
        f"{failing.url}/moved/store",
        built,
        query_url=f"{failing.url}/plain/query",
        part=PART,
        replace=True,
    )
    assert done.content == manifest.read(built).content


def test_a_login_that_is_not_known(failing: Failing, built: Path) -> None:
    with pytest.raises(OutputError, match="a kind of login that magkg does not know"):
        push(f"{failing.url}/odd/store", built, user="anna", password="x")


def test_nobody_there(failing: Failing, built: Path) -> None:
    gone, thread = started()
    gone.shutdown()
    thread.join()
    gone.server_close()
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        push(f"{gone.url}/store", built)


def test_the_record_cannot_be_written(
    failing: Failing, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="cannot be recorded"):
        push(f"{failing.url}/plain/store", built)


@pytest.mark.parametrize(
    ("url", "more", "says"),
    [
        ("ftp://x/store", {}, "is not the http"),
        ("http://u:hidden@x/store", {}, "must not hold a password"),
        ("http://x/graphs", {}, "not known where http://x/graphs answers queries"),
        ("http://x/store", {"default_graph": "name"}, "is no IRI"),
        ("http://x/store", {"default_graph": "a:b> {} #"}, "is no IRI"),
        ("http://x/store", {"query_url": "file:///x"}, "is not the http"),
        ("http://x/store", {"graph": "http://y/"}, "only a built graph can be pushed"),
    ],
)
def test_wrong_use(built: Path, url: str, more: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        push(url, more.pop("graph", built), **more)
    assert "hidden" not in str(caught.value)


def test_a_blank_node_is_refused(failing: Failing, tmp_path: Path) -> None:
    quad = ox.Quad(ox.BlankNode("a"), ox.NamedNode("a:b"), ox.NamedNode("a:c"))
    with pytest.raises(InputError, match="blank node"):
        push(f"{failing.url}/plain/store", graph_of([quad], tmp_path / "graph"))


# --- the command line


def test_the_verb(failing: Failing, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"{failing.url}/basic/store"
    done = cli.magkg("push", url, "--graph", str(built), "--json")
    assert (done.code, done.out) == (2, "")
    assert "--password-env" in done.err
    monkeypatch.setenv("GRAPH_PASSWORD", "söcret")
    login = ("--user", "anna", "--password-env", "GRAPH_PASSWORD")
    done = cli.magkg("push", url, "--graph", str(built), *login, "--json")
    assert done.code == 0
    told = json.loads(done.out)
    assert told["root"] == manifest.read(built).root
    assert "söcret" not in done.out + done.err
    done = cli.magkg("push", url, "--graph", str(built), *login)
    assert "Nothing to send" in done.out
    assert f"--graph {failing.url}/basic/query" in done.out
    failing.graphs.load(FOREIGN, format=ox.RdfFormat.N_TRIPLES)
    failing.seen.clear()
    done = cli.magkg("push", url, "--graph", str(built), *login)
    assert (done.code, done.out) == (2, "")
    assert "--replace" in done.err
    assert {seen[0] for seen in failing.seen if "store" in seen[1]} == {"HEAD"}
    done = cli.magkg("push", url, "--graph", str(built), *login, "--replace")
    assert (done.code, len(failing.graphs)) == (0, manifest.read(built).counts["quads"])
    told = " ".join(cli.magkg("push", "--help").out.split())
    assert "replaces the default graph and mag:stated of that server" in told
    for wrong, says in (
        (("--user", "anna"), "belong together"),
        (("--user", "anna", "--password-env", "NO_SUCH_VARIABLE"), "is not set"),
    ):
        done = cli.magkg("push", url, "--graph", str(built), *wrong)
        assert done.code == 2
        assert says in done.err
