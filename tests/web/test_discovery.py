"""What programs find the site by: OpenAPI, VoID, the sitemap, robots.txt, figures."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import TYPE_CHECKING

import jsonschema
import rdflib
from rdflib.namespace import DCAT, RDF, VOID

from magkg.web.pages.discovery import sitemap
from tests.web.asking import get

if TYPE_CHECKING:
    import httpx
    import pytest

    from magkg.use.graph import Graph
    from tests.web.server import Served

_SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_openapi_names_every_query_with_its_parameters(client: httpx.Client, site: Served) -> None:
    found = client.get("/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    assert found["servers"] == [{"url": site.base}]
    claims = found["paths"]["/api/queries/claims_about"]["get"]
    concept = next(each for each in claims["parameters"] if each["name"] == "concept")
    assert concept["required"] is True
    assert len([path for path in found["paths"] if path.startswith("/api/queries/")]) > 30
    operations = [each["operationId"] for path in found["paths"].values() for each in path.values()]
    assert len(set(operations)) == len(operations)
    for path, item in found["paths"].items():
        named = set(re.findall(r"\{(\w+)\}", path))
        given = {each["name"] for each in item["get"].get("parameters", ()) if each["in"] == "path"}
        assert named == given, path
    for reference in set(re.findall(r"'#/([^']+)'", str(found))):
        held = found
        for part in reference.split("/"):
            held = held[part]
    jsonschema.Draft202012Validator.check_schema(found["components"]["schemas"]["Problem"])
    problem = client.get("/no/such.json").json()
    jsonschema.validate(problem, found["components"]["schemas"]["Problem"])


def test_what_openapi_names_is_there(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/healthz", "/metrics", "/sitemap.xml", "/.well-known/void", "/term.json"):
        assert path in paths
        assert client.get(path).status_code == 200, path


def test_void_describes_the_dataset(client: httpx.Client, site: Served) -> None:
    answer = client.get("/.well-known/void")
    assert answer.headers["content-type"].startswith("text/turtle")
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    dataset = next(graph.subjects(RDF.type, VOID.Dataset))
    assert (dataset, RDF.type, DCAT.Dataset) in graph
    assert graph.value(dataset, VOID.sparqlEndpoint) == rdflib.URIRef(f"{site.base}/sparql")
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    rows = client.get("/sparql", params={"query": count}).json()["results"]["bindings"]
    assert str(graph.value(dataset, VOID.triples)) == rows[0]["n"]["value"]
    for form, parse in (("application/ld+json", "json-ld"), ("application/n-quads", "nquads")):
        other = client.get("/.well-known/void", headers={"Accept": form})
        assert other.headers["content-type"].startswith(form)
        parsed = rdflib.Dataset().parse(data=other.text, format=parse)
        assert len(list(parsed.quads())) == len(graph)
    page = client.get("/.well-known/void", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert page.status_code == 200


def test_the_sitemap_lists_pages(client: httpx.Client, site: Served) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    urls = [each.text or "" for each in ElementTree.fromstring(answer.text).iter(f"{_SPACE}loc")]
    assert len(urls) == len(set(urls))
    assert all(url.startswith(site.base) for url in urls)
    for kind in ("claim", "proposition", "source", "study", "concept"):
        assert any(url.startswith(f"{site.base}/{kind}/") for url in urls), kind


def test_a_large_sitemap_is_several_files(bundled: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "_MOST", 1000)
    index = ElementTree.fromstring(get(bundled, "/sitemap.xml", "xml").body)
    files = [each.text or "" for each in index.iter(f"{_SPACE}loc")]
    assert index.tag == f"{_SPACE}sitemapindex"
    found: list[str] = []
    for each in files:
        path = each.removeprefix("http://127.0.0.1:8000")
        part = ElementTree.fromstring(get(bundled, path, "xml").body)
        found += [url.text or "" for url in part.iter(f"{_SPACE}loc")]
    assert len(files) == 3
    assert (
        len(set(found))
        == len(found)
        == 8
        + sum(
            bundled.manifest.counts[each]  # type: ignore[union-attr]
            for each in ("claims", "propositions", "sources", "studies", "concepts")
        )
    )
    assert get(bundled, "/sitemap.xml?page=4", "xml").status == 400


def test_crawlers_are_kept_from_questions(client: httpx.Client, site: Served) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /api/" in text
    assert f"Sitemap: {site.base}/sitemap.xml" in text


def test_figures_are_those_of_what_happened(client: httpx.Client) -> None:
    def figures() -> dict[str, float]:
        text = client.get("/metrics").text
        rows = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in rows}

    counted = 'magkg_requests_total{route="page",method="GET",status="200"}'
    client.get("/term")
    before = figures()
    client.get("/term")
    after = figures()
    assert after[counted] == before[counted] + 1
    assert after["magkg_cache_hits_total"] == before["magkg_cache_hits_total"] + 1
    assert after["magkg_pool_alive"] >= 2
    assert after["process_resident_memory_bytes"] > 1 << 20
    assert after["magkg_requests_running"] == 1
    total = after['magkg_request_seconds_count{route="page"}']
    assert after['magkg_request_seconds_bucket{route="page",le="+Inf"}'] == total
