"""Queries answered as a worker does: forms, limits, graphs, faults, shipped queries by name."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pyoxigraph as ox
import pytest

from magkg.store.interface import DEFAULT_GRAPH
from magkg.store.oxigraph import OxigraphStore
from magkg.use.graph import Graph
from magkg.vocabulary import MAG
from magkg.web.messages import Answer, Job
from magkg.web.sparql.answering import answer
from tests.web.sparql.inside import BASE, SETTINGS, ask

STATED = MAG + "stated"
RDF = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
}
TRIPLES = """
<urn:x:s> <urn:x:p> "a\\"\\n\\t\\\\b"@en-GB , 1 , 1.5 , true , "2020-01-01"^^<urn:x:type> , _:b .
_:b <urn:x:q> <urn:x:\u00e9> , "" , "\u202e" , _:c . _:c <urn:x:q> "]]><&" .
"""


@pytest.fixture(scope="module")
def small() -> Graph:
    quads = [
        ox.Quad(each.subject, each.predicate, each.object)
        for each in ox.parse(TRIPLES, format=ox.RdfFormat.TURTLE)
    ]
    named = ox.Quad(*map(ox.NamedNode, ("urn:x:s", "urn:x:p", "urn:x:o", STATED)))
    return Graph(OxigraphStore.of([*quads, named]))


def told(found: Answer, status: int) -> dict[str, object]:
    assert (found.status, found.media_type) == (status, "application/problem+json"), found
    problem: dict[str, object] = json.loads(found.body)
    return problem


@pytest.mark.parametrize("media_type", RDF)
def test_triples_are_read_back_as_they_are_held(small: Graph, media_type: str) -> None:
    found = ask(small, "CONSTRUCT WHERE { ?s ?p ?o }", media_type)
    assert found.status == 200
    assert found.media_type.partition(";")[0] == media_type
    read = ox.Dataset(
        ox.Quad(each.subject, each.predicate, each.object)
        for each in ox.parse(found.body, format=RDF[media_type])
    )
    held = ox.Dataset(
        ox.Quad(each.subject, each.predicate, each.object)
        for each in ox.parse(TRIPLES, format=ox.RdfFormat.TURTLE)
    )
    for each in (read, held):
        each.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert read == held


def test_describe_gives_what_a_node_says_with_its_blank_nodes(small: Graph) -> None:
    found = ask(small, "DESCRIBE <urn:x:s>", "application/n-triples")
    assert len(found.body.splitlines()) == 11  # what it says, and what its blank nodes say


def test_one_blank_node_has_one_label_in_an_answer(small: Graph) -> None:
    text = "SELECT ?b ?c { ?s <urn:x:p> ?b . ?b <urn:x:q> ?v . BIND(?b AS ?c) FILTER(isBlank(?b)) }"
    found = json.loads(ask(small, text).body)["results"]["bindings"]
    assert len(found) == 4
    assert len({row[name]["value"] for row in found for name in "bc"}) == 1
    assert {row["b"]["type"] for row in found} == {"bnode"}


def test_relative_names_are_those_of_the_endpoint(small: Graph) -> None:
    found = ask(small, "CONSTRUCT { <s> <#p> <?q> } WHERE {}", "application/n-triples")
    assert found.body.decode() == f"<{BASE}/s> <{BASE}/sparql#p> <{BASE}/sparql?q> .\n"


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({}, 11),
        ({"default_graph_uri": STATED}, 1),
        ({"default_graph_uri": DEFAULT_GRAPH}, 11),
        ({"named_graph_uri": STATED}, 0),
    ],
)
def test_the_default_graph_is_the_one_that_is_named(
    small: Graph, params: dict[str, str], count: int
) -> None:
    counted = ask(small, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv", (STATED,), **params)
    assert counted.body == f"n\r\n{count}\r\n".encode()
    inside = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
    rows = json.loads(ask(small, inside, "", (STATED,), **params).body)["results"]["bindings"]
    assert len(rows) == (0 if "default_graph_uri" in params else 1)


def test_from_names_the_graphs_too(small: Graph) -> None:
    for clause, count in ((f"FROM <{STATED}>", 1), (f"FROM NAMED <{STATED}>", 0)):
        text = f"SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}"
        rows = json.loads(ask(small, text, "", (STATED,)).body)["results"]["bindings"]
        assert rows[0]["n"]["value"] == str(count)


@pytest.mark.parametrize("media_type", [*RDF, "application/sparql-results+json", "text/csv"])
def test_limits_are_kept_and_said(bundled: Graph, media_type: str) -> None:
    text = "CONSTRUCT WHERE { ?s ?p ?o }" if media_type in RDF else "SELECT * { ?s ?p ?o }"
    few = replace(SETTINGS, rows=50)
    found = ask(bundled, text, media_type, settings=few)
    assert dict(found.headers)["X-Magkg-Limited"] == "rows=50"
    assert "cut at 50 rows" in dict(found.headers)["Warning"]
    if media_type in RDF:
        assert len(list(ox.parse(found.body, format=RDF[media_type]))) == 50
    little = replace(SETTINGS, largest=4_000)
    found = ask(bundled, text, media_type, settings=little)
    assert dict(found.headers)["X-Magkg-Limited"] == "bytes=4000"
    assert 500 < len(found.body) <= 4_000
    if media_type in RDF:
        assert list(ox.parse(found.body, format=RDF[media_type]))
    assert ask(bundled, f"{text} LIMIT 50", media_type, settings=few).headers == ()


def test_faults_are_problems_with_their_place(small: Graph) -> None:
    problem = told(ask(small, "SELECT * {\n ?s ?p }"), 400)
    assert problem["line"] == 2
    assert "?s ?p }" in str(problem["detail"])
    problem = told(ask(small, "SELECT * { ?s mag:x ?o }"), 400)
    assert (problem["line"], problem["column"]) == (1, 15)
    assert BASE not in str(problem["detail"])
    assert str(problem["hint"]) == f"Add: PREFIX mag: <{MAG}>"
    problem = told(ask(small, "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"), 400)
    assert "SERVICE" in str(problem["detail"])
    told(answer(small, Job("sparql", text="DROP ALL", form="text/csv"), SETTINGS), 400)
    told(ask(small, "nonsense"), 400)
    told(ask(small, ""), 400)


def test_a_query_that_takes_too_long_is_503() -> None:
    quads = [ox.Quad(*(ox.NamedNode(f"urn:x:{name}{i}") for name in "spo")) for i in range(300)]
    slow = Graph(OxigraphStore.of(quads), timeout=0.2)
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert "0.2 s" in str(told(ask(slow, text), 503)["detail"])


def named(graph: Graph, name: str, form: str = "text/csv", **params: str | list[str]) -> Answer:
    pairs = tuple(
        (key.replace("_", "-"), each)
        for key, value in params.items()
        for each in ([value] if isinstance(value, str) else value)
    )
    return answer(graph, Job("query", name, form, pairs), SETTINGS)


def test_a_shipped_query_by_name(bundled: Graph) -> None:
    found = named(bundled, "claims_about", concept="magnesium-glycinate")
    rows = list(csv.reader(io.StringIO(found.body.decode())))
    expected = bundled.query("claims_about", concept="magnesium-glycinate")
    assert tuple(rows[0]) == expected.variables
    assert len(rows) - 1 == len(expected) > 0
    both = named(bundled, "claims_about", concept=["magnesium-glycinate", "magnesium-oxide"])
    assert len(both.body) > len(found.body)
    more = named(bundled, "claims_about", concept="magnesium-glycinate", format="x", other="")
    assert more.body == found.body  # what the front reads, and fields of a form left empty


def test_the_form_of_a_shipped_query_is_a_media_type_a_name_or_an_accept_header(
    bundled: Graph,
) -> None:
    for form, media_type in (
        ("text/csv", "text/csv; charset=utf-8"),
        ("csv", "text/csv; charset=utf-8"),
        ("text/html;q=0.2, */*;q=0.1", "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
    ):
        found = named(bundled, "claims_about", form, concept="magnesium-glycinate")
        assert (found.status, found.media_type) == (200, media_type)
    told(named(bundled, "claims_about", "image/png", concept="magnesium-glycinate"), 406)


def test_what_a_shipped_query_does_not_know(bundled: Graph) -> None:
    problem = told(named(bundled, "claims_abou"), 404)
    assert "claims_about" in str(problem["suggestions"])
    problem = told(named(bundled, "claims_about"), 400)
    assert problem["hint"] == "For example: concept=magnesium-glycinate"
    problem = told(named(bundled, "claims_about", concept="magnesium-glycinat"), 404)
    assert "magnesium-glycinate" in str(problem["suggestions"])
    problem = told(named(bundled, "claims_about", conept="magnesium-glycinate"), 400)
    assert problem["suggestions"] == ["concept"]
    for name in ("../../pyproject.toml", "/etc/passwd.rq", "SELECT * { ?s ?p ?o }", "a.rq"):
        told(named(bundled, name), 404)


@pytest.mark.parametrize(
    "value",
    [
        'x" } ; DROP ALL #',
        "http://x> { } #",
        "a\nb",
        "\\u0022",
        "x } #",
        "<urn:a> <urn:b>",
        "\ud800",
    ],
)
def test_parameters_stay_data(bundled: Graph, value: str) -> None:
    assert named(bundled, "claims_about", concept=value).status in (400, 404)


def test_the_endpoint_describes_itself(bundled: Graph) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    for media_type, syntax in RDF.items():
        found = answer(bundled, Job("sparql", form=media_type, base=BASE), SETTINGS)
        store = ox.Store()
        store.bulk_load(found.body, format=syntax)
        one = store.query(f"SELECT ?s {{ ?s <{sd}endpoint> <{BASE}/sparql> ; a <{sd}Service> }}")
        assert isinstance(one, ox.QuerySolutions)
        assert len(list(one)) == 1  # W3C: returns RDF, with a matching sd:endpoint
        shape = f"""PREFIX sd: <{sd}> PREFIX void: <http://rdfs.org/ns/void#> ASK {{
          ?s sd:supportedLanguage sd:SPARQL11Query ; sd:resultFormat ?f ; sd:defaultDataset ?d .
          ?d a sd:Dataset ; sd:defaultGraph [ a sd:Graph ; void:triples ?n ] ;
             sd:namedGraph [ a sd:NamedGraph ; sd:name <{STATED}> ; sd:graph [ a sd:Graph ] ]
          FILTER NOT EXISTS {{ ?s sd:feature sd:DereferencesURIs }} }}"""
        assert bool(store.query(shape))
