"""Pushing a graph to real servers: what arrives, what is replaced, how a killed push goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from magkg.errors import FindingsError, InputError, OutputError
from magkg.store import manifest
from magkg.store import push as pushing
from magkg.store.push import push
from magkg.use.graph import open as open_graph
from tests.store.push.graphs import FOREIGN, graph_of

if TYPE_CHECKING:
    from tests.engines.servers import Server
    from tests.store.push.failing import Failing

PART = 500
STATED = "https://w3id.org/magkg/ns#stated"
NAMED = "https://w3id.org/magkg/graph/default"


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
