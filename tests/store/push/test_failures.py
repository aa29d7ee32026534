"""Pushing a graph to a server that fails: what is said, what is sent again, what is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.errors import FindingsError, InputError, MagkgError, OutputError, StoreUnavailable
from magkg.store import manifest
from magkg.store.push import push
from tests import cli
from tests.store.push.failing import Failing, started
from tests.store.push.graphs import FOREIGN, graph_of

PART = 500
STATED = "https://w3id.org/magkg/ns#stated"
NAMED = "https://w3id.org/magkg/graph/default"


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


def test_what_differs_in_no_number_is_sent_again(failing: Failing, built: Path) -> None:
    def spoil(said: str) -> None:
        if said == "verifying":
            held = failing.graphs.quads_for_pattern(None, None, None, ox.DefaultGraph())
            failing.graphs.remove(next(iter(held)))
            failing.graphs.add(ox.Quad(*[ox.NamedNode("a:b")] * 3))

    with pytest.raises(FindingsError, match="does not answer what was pushed"):
        push(f"{failing.url}/plain/store", built, progress=spoil)
    done = push(f"{failing.url}/plain/store", built)
    assert (done.resumed, done.content) == (0, manifest.read(built).content)


def test_a_manifest_that_is_not_of_this_graph_is_not_believed(
    failing: Failing, tmp_path: Path
) -> None:
    folder = graph_of([ox.Quad(*[ox.NamedNode("a:b")] * 3)], tmp_path / "graph")
    replace(manifest.read(folder), content="0" * 64).write(folder)
    with pytest.raises(FindingsError) as caught:
        push(f"{failing.url}/plain/store", folder)
    assert "the digests differ" in caught.value.findings[0].message


def test_what_was_left_under_another_name_is_remembered(
    failing: Failing, built: Path, tmp_path: Path
) -> None:
    url = f"{failing.url}/plain/store"
    other = graph_of([ox.Quad(*[ox.NamedNode("a:b")] * 3)], tmp_path / "other")
    push(url, built, default_graph=NAMED)
    push(url, other)
    assert push(url, other, default_graph=NAMED).triples == {NAMED: 1, STATED: 0}


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
    with pytest.raises(OutputError, match="made of ASCII"):
        push(f"{failing.url}/digest/store", built, user="anna", password="söcret")


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
        ("http://x/store", {"default_graph": STATED}, "is the name of the other graph"),
        ("http://x/store#part", {}, "is not the http"),
        ("http://x/\u00e4/store", {}, "is not the http(?s:.*)as %XX"),
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
