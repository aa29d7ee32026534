"""Requests to the endpoint: how a query may be sent, which answers there are, what is refused."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from magkg.store.interface import DEFAULT_GRAPH
from magkg.vocabulary import MAG
from magkg.web.messages import Answer, Job
from magkg.web.sparql.lexer import graphs
from magkg.web.sparql.protocol import read

STATED = MAG + "stated"
HELD = (STATED, "urn:x:other")
FORM = "application/x-www-form-urlencoded"
SELECT = "SELECT * { ?s ?p ?o }"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


def get(query: str = SELECT, accept: str = "", **params: str) -> Job | Answer:
    pairs = [(name.replace("_", "-"), value) for name, value in params.items()]
    return read("GET", (("query", query), *pairs), "", b"", accept, HELD)


def job(found: Job | Answer) -> Job:
    assert isinstance(found, Job), found
    return found


def refusal(found: Job | Answer, status: int) -> dict[str, object]:
    assert isinstance(found, Answer), found
    assert (found.status, found.media_type) == (status, "application/problem+json")
    told: dict[str, object] = json.loads(found.body)
    assert told["status"] == status
    assert told["detail"]
    return told


def test_the_three_ways_to_send_a_query_are_one() -> None:
    sent = f"query={quote(SELECT)}&default-graph-uri={quote(STATED)}".encode()
    params = (("default-graph-uri", STATED),)
    ways = [
        get(default_graph_uri=STATED),
        read("POST", (), FORM, sent, "", HELD),
        read("POST", (), f"{FORM}; charset=UTF-8", sent, "", HELD),
        read("POST", params, "application/sparql-query", SELECT.encode(), "", HELD),
        read("HEAD", (("query", SELECT), *params), "", b"", "", HELD),
    ]
    assert {job(each) for each in ways} == {Job("sparql", form=JSON, params=params, text=SELECT)}


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, "", JSON),
        ("ASK {}", "*/*", JSON),
        (SELECT, XML, XML),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, "application/json", "application/json"),
        (SELECT, f"{XML};q=0.1, {JSON};q=0.2", JSON),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "", "text/turtle"),
        ("DESCRIBE <urn:a>", "application/n-triples", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/ld+json", "application/ld+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-quads", "application/n-quads"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/rdf+xml", "application/rdf+xml"),
        (
            "# a\nPREFIX e: <u:> CONSTRUCT WHERE { ?s ?p ?o }",
            "application/trig",
            "application/trig",
        ),
        ('VERSION "1.2" CONSTRUCT WHERE { ?s ?p ?o }', "", "text/turtle"),
    ],
)
def test_the_accept_header_chooses(query: str, accept: str, media_type: str) -> None:
    assert job(get(query, accept)).form == media_type


@pytest.mark.parametrize(
    ("query", "name", "media_type"),
    [
        (SELECT, "json", JSON),
        (SELECT, "CSV", "text/csv"),
        (SELECT, "tsv", "text/tab-separated-values"),
        (SELECT, XML, XML),
        ("DESCRIBE <urn:a>", "json", "application/ld+json"),
        ("DESCRIBE <urn:a>", "xml", "application/rdf+xml"),
        ("DESCRIBE <urn:a>", "turtle", "text/turtle"),
        ("DESCRIBE <urn:a>", "ttl", "text/turtle"),
        ("DESCRIBE <urn:a>", "ntriples", "application/n-triples"),
        ("DESCRIBE <urn:a>", "nquads", "application/n-quads"),
        ("DESCRIBE <urn:a>", "jsonld", "application/ld+json"),
    ],
)
def test_format_goes_before_accept(query: str, name: str, media_type: str) -> None:
    assert job(get(query, "image/png", format=name)).form == media_type
    assert job(get(query, "image/png", output=name)).form == media_type


def test_a_format_that_is_not_there_names_those_that_are() -> None:
    told = refusal(get(format="turtle"), 400)
    assert "csv" in str(told["hint"])
    told = refusal(get(accept="text/turtle"), 406)
    assert "text/csv" in str(told["hint"])
    assert "text/turtle" in str(refusal(get("DESCRIBE <urn:a>", "text/csv"), 406)["hint"])


@pytest.mark.parametrize(
    "found",
    [
        read("POST", (), FORM, b"update=DROP+ALL", "", HELD),
        read("POST", (("update", "DROP ALL"),), FORM, b"query=ASK+%7B%7D", "", HELD),
        read("GET", (("update", "DROP ALL"),), "", b"", "", HELD),
        read("POST", (), "application/sparql-update", b"DROP ALL", "", HELD),
        get("DROP ALL"),
        get("PREFIX e: <u:> INSERT DATA { e:a e:b e:c }"),
        get("LOAD <file:///etc/passwd>"),
    ],
    ids=str,
)
def test_updates_are_forbidden(found: Job | Answer) -> None:
    assert "read-only" in str(refusal(found, 403)["detail"])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "QUERY"])
def test_other_methods_are_not_allowed(method: str) -> None:
    found = read(method, (("query", SELECT),), FORM, b"", "", HELD)
    refusal(found, 405)
    assert dict(found.headers if isinstance(found, Answer) else ())["Allow"].startswith("GET")


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("", b"ASK {}", 415),
        ("text/plain", b"ASK {}", 415),
        ("multipart/form-data", b"query=ASK", 415),
        ("application/sparql-query; charset=utf-16", "ASK {}".encode("utf-16"), 415),
        ("application/sparql-query", "ASK {}".encode("utf-16"), 400),
        ("application/sparql-query", b"ASK { ?s ?p '\xff' }", 400),
        (FORM, b"query=ASK+%7B%7D&x=%FF", 400),
        (FORM, b"", 400),
        (FORM, b"query=ASK+%7B%7D&query=ASK+%7B%7D", 400),
        (FORM, b"a=1&" * 2_000 + b"query=ASK+%7B%7D", 400),
        ("application/sparql-query", b"ASK {" + b"{" * 100, 400),
    ],
)
def test_bodies_that_are_refused(content_type: str, body: bytes, status: int) -> None:
    refusal(read("POST", (), content_type, body, "", HELD), status)


def test_no_query_asks_for_the_description() -> None:
    found = job(read("GET", (), "", b"", "application/n-triples", HELD))
    assert (found.kind, found.text, found.form) == ("sparql", "", "application/n-triples")
    assert job(read("GET", (), "", b"", "", HELD)).form == "text/turtle"
    refusal(read("GET", (), "", b"", "image/png", HELD), 406)
    refusal(get(""), 400)
    refusal(get(" \n"), 400)


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"default_graph_uri": "http://127.0.0.1:1/x"}, SELECT),
        ({"named_graph_uri": "file:///etc/passwd"}, SELECT),
        ({"named_graph_uri": DEFAULT_GRAPH}, SELECT),
        ({}, "SELECT * FROM <http://127.0.0.1:1/x> { ?s ?p ?o }"),
        ({}, "SELECT * FROM NAMED <http://127.0.0.1:1/x> { ?s ?p ?o }"),
        ({}, "PREFIX e: <urn:x:> ASK FROM e:a {}"),
        ({}, f"ASK FROM <{STATED}> FROM <a> {{}}"),
    ],
)
def test_graphs_that_are_not_held_are_refused(params: dict[str, str], text: str) -> None:
    told = refusal(get(text, **params), 400)
    assert "fetches nothing" in str(told["detail"])
    assert STATED in str(told["hint"])


def test_graphs_that_are_held_are_those_of_the_request_or_of_the_text() -> None:
    text = f"ASK FROM <{DEFAULT_GRAPH}> FROM <{STATED}> FROM NAMED <urn:x:other> {{}}"
    assert job(get(text)).params == (
        ("default-graph-uri", DEFAULT_GRAPH),
        ("default-graph-uri", STATED),
        ("named-graph-uri", "urn:x:other"),
    )
    assert job(get(text, named_graph_uri=STATED)).params == (("named-graph-uri", STATED),)
    assert job(get(unknown="1")).params == ()


def test_from_is_found_where_it_is_a_clause() -> None:
    text = """# FROM <urn:no>
    BASE <http://base/> PREFIX e: <urn:x:> PREFIX f: <g/>
    SELECT * FROM <a> from e:b FROM NAMED f:c\\#d FROM named<urn:e> FROM <a> WHERE {
      ?s ?p 'FROM <urn:no>', <FROM> { SELECT * { ?FROM ?p ?o } } } ORDER BY ?FROM"""
    assert graphs(text) == (("http://base/a", "urn:x:b"), ("http://base/g/c#d", "urn:e"))
