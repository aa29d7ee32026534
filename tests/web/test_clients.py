"""The endpoint as real clients use it: the W3C's cases, SPARQLWrapper, rdflib, curl."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper

from magkg.store.manifest import Manifest
from magkg.store.publish import Place
from magkg.use.graph import open as open_graph
from tests.web.server import Served, running
from tests.web.sparql import protocol_cases

if TYPE_CHECKING:
    from tests.web.sparql.protocol_cases import Reply

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?claim a <https://w3id.org/magkg/ns#Claim> }"
COPY = "CONSTRUCT { ?c ?p ?o } WHERE { ?c a <https://w3id.org/magkg/ns#Source> ; ?p ?o }"
needs_w3c = pytest.mark.skipif(bool(protocol_cases.missing()), reason=protocol_cases.missing())


@pytest.fixture(scope="module")
def w3c(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A server over the graphs that the cases name."""
    folder = tmp_path_factory.mktemp("w3c") / "built"
    digest = "0" * 64
    with Place.held(folder) as place:
        store = ox.Store(str(place.new))
        store.bulk_extend(protocol_cases.quads())
        store.flush()
        del store
        for _ in place.publish(Manifest(digest, digest, digest, {"quads": 9}, {}, {})):
            pass
    with running("--graph", folder, "--workers", "2") as served:
        yield served, folder


def sent(served: Served, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.request(method, path, body or None, dict(headers))
    reply = connection.getresponse()
    found = reply.status, reply.headers.get("content-type", ""), reply.read()
    connection.close()
    return found


@needs_w3c
def test_all_cases_of_the_w3c(w3c: tuple[Served, Path]) -> None:
    served, folder = w3c

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        return sent(served, method, path, headers, body)

    assert (len(protocol_cases.queries()), len(protocol_cases.updates())) == (20, 14)
    for case in protocol_cases.queries():
        protocol_cases.run(case, send)
    for case in protocol_cases.updates():
        assert protocol_cases.refused(case, send) > 0
    with open_graph(folder) as graph:
        held = graph.store.quads()  # type: ignore[attr-defined]
        assert sorted(map(str, held)) == sorted(map(str, protocol_cases.quads()))


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("form", [JSON, XML, CSV])
def test_sparqlwrapper(site: Served, method: str, form: str) -> None:
    asking = SPARQLWrapper(f"{site.base}/sparql", returnFormat=form)
    asking.setMethod(method)
    asking.setQuery(COUNT)
    if method == POST and form == JSON:
        asking.setRequestMethod(POSTDIRECTLY)
    found = asking.query().convert()
    shown = found.toxml() if form == XML else found.decode() if form == CSV else json.dumps(found)
    asked = httpx.get(f"{site.base}/sparql", params={"query": COUNT}).json()
    number = asked["results"]["bindings"][0]["n"]["value"]
    assert re.search(rf"\b{number}\b", shown)


def test_sparqlwrapper_takes_triples(site: Served) -> None:
    asking = SPARQLWrapper(f"{site.base}/sparql", returnFormat=TURTLE)
    asking.setQuery(COPY)
    assert len(rdflib.Graph().parse(data=asking.query().convert(), format="turtle")) > 3


def test_rdflib_asks_it_as_a_store(site: Served) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{site.base}/sparql", method="POST"))
    claims = {claim for claim, _, _ in graph.triples((None, rdflib.RDF.type, _CLAIM))}
    rows = list(graph.query(COUNT))
    assert int(rows[0][0]) == len(claims) > 3


_CLAIM = rdflib.URIRef("https://w3id.org/magkg/ns#Claim")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(site: Served) -> None:
    def curl(*words: str) -> str:
        command = ["curl", "-sS", "--fail-with-body", "--max-time", "30", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    url = f"{site.base}/sparql"
    number = json.loads(curl(url, "--data-urlencode", f"query={COUNT}"))
    again = curl(url, "-H", "Accept: text/csv", "-G", "--data-urlencode", f"query={COUNT}")
    direct = curl(url, "-H", "Content-Type: application/sparql-query", "--data-binary", COUNT)
    assert number == json.loads(direct)
    assert again.split()[1] == number["results"]["bindings"][0]["n"]["value"]
    assert "sparql-service-description" in curl(url, "-H", "Accept: text/turtle")
    assert curl("--compressed", f"{site.base}/term.json").startswith("{")
    assert "HTTP/1.1 200" in curl("-I", f"{site.base}/")


def test_queries_by_name(client: httpx.Client) -> None:
    found = client.get("/api/queries/claims", params={"format": "csv"})
    assert found.status_code == 200
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    rows = found.text.splitlines()
    assert len(rows) > 3
    one = client.get("/api/queries/claims", headers={"Accept": "application/json"})
    assert len(one.json()["results"]["bindings"]) == len(rows) - 1
    tag = one.headers["etag"]
    again = client.get(
        "/api/queries/claims", headers={"Accept": "application/json", "If-None-Match": tag}
    )
    assert again.status_code == 304
    unknown = client.get("/api/queries/claim")
    assert (unknown.status_code, "claims" in unknown.text) == (404, True)
    assert client.get("/api/queries/claims", params={"nonsense": "x"}).status_code == 400


def test_what_differs_each_time_is_asked_each_time(client: httpx.Client) -> None:
    for function in ("STRUUID()", "RAND()"):
        query = f"SELECT ({function} AS ?x) WHERE {{}}"
        answers = [client.get("/sparql", params={"query": query}) for _ in range(2)]
        assert answers[0].text != answers[1].text
        assert "etag" not in answers[0].headers
        assert answers[0].headers["cache-control"] == "no-store"


def test_a_browser_gets_the_page_and_a_program_the_description(client: httpx.Client) -> None:
    described = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert "sparql-service-description" in described.text
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    for params in ({}, {"query": COUNT}):
        shown = client.get("/sparql", params=params, headers=browser)
        assert (shown.status_code, shown.headers["content-type"][:9]) == (200, "text/html")
    for accept in ("*/*", "text/html, */*", "application/sparql-results+json, */*;q=0.1"):
        asked = client.get("/sparql", params={"query": COUNT}, headers={"Accept": accept})
        assert asked.json()["results"]["bindings"], accept
    named = client.get("/sparql", params={"query": COUNT, "format": "csv"}, headers=browser)
    assert named.headers["content-type"].startswith("text/csv")
    refused = client.get("/sparql", params={"update": "DROP ALL"}, headers=browser)
    assert (refused.status_code, refused.headers["content-type"][:9]) == (403, "text/html")
    differing = {"query": "SELECT (STRUUID() AS ?x) WHERE {}"}
    pages = [client.get("/sparql", params=differing, headers=browser) for _ in range(2)]
    assert pages[0].text != pages[1].text
