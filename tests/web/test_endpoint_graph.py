"""The site over an endpoint: the same data as over the built graph, and clear words without it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import Popen
from typing import Any

import httpx
import pytest

from magkg.store import manifest
from magkg.web.pages.audit import whole_audit
from tests import small
from tests.cli import magkg
from tests.engines import servers
from tests.web.asking import get
from tests.web.server import Served, running

# Every route, and the forms that are written from the graph.
CLAIM = "/claim/garden-leaflet/as-the-trial"
PROPOSITION = "/proposition/0b90151ee2a5a93ddd79e6afb99c0e3ef4458389df7553db5e96ec10f42eed12"
PATHS = (
    "/claim.json", f"{CLAIM}.json", f"{CLAIM}.csv", f"{CLAIM}.ttl", "/proposition.json",
    f"{PROPOSITION}.json", "/source.json", "/source/garden-leaflet.json",
    "/study/norwood-clover.json", "/concept/bee-venom.json", "/term.json", "/term/Claim.json",
    "/search.json?q=nectar", "/matrix.json", "/matrix.csv", "/network.json",
    "/queries/claims.json", "/queries/evidence_of_concept.json?concept=bee-venom",
    "/export.json", "/.well-known/void.json", "/audit.json", "/sitemap.xml", "/openapi.json",
    "/api/queries/claims?format=csv", "/no/such.json",
    "/sparql?format=json&query=SELECT*%7B%3Fs%20a%20%3Fkind%7DORDER%20BY%20%3Fs%20%3Fkind",
)  # fmt: skip
# What only a manifest tells, and findings, which are not gathered over an endpoint.
ONLY_BUILT = {"content", "root", "findings", "void:triples", "dcterms:identifier", "cite"}


def store_of(folder: Path) -> Path:
    return folder / "stores" / manifest.read(folder).store


def oxigraph(folder: Path, store: Path, port: int) -> AbstractContextManager[Popen[bytes]]:
    """The server of Oxigraph over a built graph."""
    bind = f"127.0.0.1:{port}"
    command = [str(servers.oxigraph_program()), "serve-read-only", "--location", str(store)]
    return servers.running([*command, "--bind", bind], f"http://{bind}/", folder)


@pytest.fixture(scope="module")
def far(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The site over a server that holds the tiny graph."""
    store, port = store_of(small_folder), servers.free_port()
    with oxigraph(tmp_path_factory.mktemp("oxigraph"), store, port):
        url = f"http://127.0.0.1:{port}/query"
        with running("--graph", url, "--workers", "2", "--timeout", "60") as served:
            yield served


def test_it_says_that_the_network_stays_open(far: Served) -> None:
    assert far.told[0].startswith("magkg serves http://127.0.0.1:")
    assert "asked over the network" in far.told[1]


@pytest.mark.parametrize("path", PATHS)
def test_the_data_is_that_of_the_built_graph(far: Served, site: Served, path: str) -> None:
    found, wanted = (httpx.get(each.base + path, timeout=60) for each in (far, site))
    assert found.status_code == wanted.status_code
    assert found.headers["content-type"] == wanted.headers["content-type"]
    there, here = (each.text for each in (found, wanted))
    there = there.replace(far.base, site.base)
    if "json" in found.headers["content-type"]:
        assert without(json.loads(there)) == without(json.loads(here))
    else:
        assert there == here


def without(data: Any) -> Any:
    """Data without what an endpoint cannot tell, in an object or a text of any depth."""
    if isinstance(data, dict):
        return {name: without(each) for name, each in data.items() if name not in ONLY_BUILT}
    return [without(each) for each in data] if isinstance(data, list) else data


@pytest.mark.parametrize(
    "path",
    [
        "/",
        CLAIM,
        "/source",
        "/audit",
        "/matrix",
        "/network",
        "/export",
        "/sparql",
        "/.well-known/void",
    ],
)
def test_pages_say_that_it_is_an_endpoint(far: Served, path: str) -> None:
    answer = httpx.get(far.base + path, headers={"Accept": "text/html"}, timeout=60)
    assert answer.status_code == 200
    assert "A graph behind an endpoint" in answer.text


def test_an_endpoint_too_slow_for_the_whole_audit_is_asked_by_kind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(whole_audit, "_SHARE", 0)
    graph = small.graph()
    graph.place, graph.timeout = "http://127.0.0.1:1/query", 60.0
    page = get(graph, "/audit").body.decode()
    assert "The whole audit of a graph behind an endpoint that answers slowly takes longer" in page
    assert "/audit?kind=nothing_cited" in page
    assert get(graph, "/audit?kind=nothing_cited").status == 200
    report = json.loads(get(graph, "/audit/report", "json").body)
    assert (report["status"], "answers slowly" in report["detail"]) == (400, True)


def test_no_query_reaches_another_host(far: Served) -> None:
    query = "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    answer = httpx.get(f"{far.base}/sparql", params={"query": query, "format": "json"})
    assert answer.status_code == 400
    assert "SERVICE" in answer.json()["detail"]


def test_without_the_endpoint_it_does_not_start() -> None:
    url = f"http://127.0.0.1:{servers.free_port()}/query"
    done = magkg("serve", "--graph", url, "--port", "0")
    assert done.code == 3
    assert done.err.splitlines()[-1] == "Is the endpoint running?"
    assert not done.out


def test_a_password_is_told_to_nobody() -> None:
    done = magkg("serve", "--graph", "http://me:secret@127.0.0.1:1/query", "--port", "0")
    assert done.code == 2
    assert "secret" not in done.out + done.err


def test_an_endpoint_that_goes_is_said_and_one_that_returns_answers(
    small_folder: Path, tmp_path: Path
) -> None:
    store, port = store_of(small_folder), servers.free_port()
    url = f"http://127.0.0.1:{port}/query"
    with oxigraph(tmp_path, store, port):
        server = running("--graph", url, "--workers", "1")
        served = server.__enter__()
    try:
        page = httpx.get(f"{served.base}/study", timeout=60)
        assert page.status_code == 503
        assert page.headers["content-type"].startswith("text/html")
        assert "Is the endpoint running?" in page.text
        for path in ("/study.json", "/api/queries/claims", "/sparql?format=json&query=ASK%7B%7D"):
            told = httpx.get(served.base + path, timeout=60)
            assert (told.status_code, told.json()["hint"]) == (503, "Is the endpoint running?")
        with oxigraph(tmp_path, store, port):
            assert httpx.get(f"{served.base}/study", timeout=60).status_code == 200
    finally:
        server.__exit__(None, None, None)
    assert not served.events("worker_died")
