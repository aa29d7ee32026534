"""The catalogue in RDF: two readers load it, and every text in it is a query."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from magkg.claims import project as projects
from magkg.claims.project import Project
from magkg.errors import InputError
from magkg.use import catalogue, examples
from tests import small
from tests.answers import CATALOGUE

SH = "http://www.w3.org/ns/shacl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
QUERIES = catalogue.all_queries(projects.bundled())


def read(text: str) -> ox.Store:
    store = ox.Store()
    store.load(text, format=ox.RdfFormat.TURTLE)
    return store


def values(store: ox.Store, subject: str, predicate: str) -> list[str]:
    found = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None)
    return sorted(quad.object.value for quad in found)  # type: ignore[union-attr]


def test_every_query_is_there_with_its_text_as_it_stands() -> None:
    store = read(CATALOGUE.read_text("utf-8"))
    assert len(QUERIES) > 100
    for name, query in QUERIES.items():
        iri = f"https://w3id.org/magkg/query/{name}"
        assert values(store, iri, SH + query.form) == [query.text]
        assert len(values(store, iri, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")) == 2
        assert values(store, iri, SCHEMA + "keywords") == sorted(query.tags)
        assert values(store, iri, RDFS + "label") == [query.summary]
        [comment] = values(store, iri, RDFS + "comment")
        assert comment.startswith(query.summary)
        assert query.description.removesuffix(".") in comment
        assert values(store, iri, SCHEMA + "target") == []
        ox.Store().query(values(store, iri, SH + query.form)[0])


def test_the_prefixes_are_declared_as_shacl_wants_it() -> None:
    store = read(CATALOGUE.read_text("utf-8"))
    [node] = values(store, "https://w3id.org/magkg/query/contested", SH + "prefixes")
    declared = {
        values(store, each, SH + "prefix")[0]: values(store, each, SH + "namespace")[0]
        for each in values(store, node, SH + "declare")
    }
    assert declared["mag"] == "https://w3id.org/magkg/ns#"
    assert all(projects.bundled().prefixes[name] == space for name, space in declared.items())
    assert not any(isinstance(quad.subject, ox.BlankNode) for quad in store)


def test_rdflib_reads_the_same() -> None:
    store, graph = read(CATALOGUE.read_text("utf-8")), rdflib.Graph()
    graph.parse(CATALOGUE, format="turtle")
    assert len(graph) == len(store)
    texts = {str(text) for text in graph.objects(None, rdflib.URIRef(SH + "select"))}
    assert texts == {query.text for query in QUERIES.values() if query.form == "select"}


def test_the_shape_that_the_examples_of_others_have() -> None:
    """As sparql-examples-utils checks it: one text, comments with a language, no typing error."""
    graph = rdflib.Graph().parse(CATALOGUE, format="turtle")
    shape = rdflib.Graph().parse(data=SHAPE, format="turtle")
    from pyshacl import validate

    conforms, _, report = validate(graph, shacl_graph=shape)
    assert conforms, report


SHAPE = """
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:shape> a sh:NodeShape ; sh:targetClass sh:SPARQLExecutable ; sh:closed true ;
  sh:ignoredProperties ( rdf:type ) ;
  sh:property
    [ sh:path [ sh:alternativePath ( sh:select sh:ask sh:construct ) ] ;
      sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path sh:select ] , [ sh:path sh:ask ] , [ sh:path sh:construct ] ,
    [ sh:path rdfs:comment ; sh:minCount 1 ; sh:datatype rdf:langString ] ,
    [ sh:path rdfs:label ; sh:minCount 1 ; sh:datatype rdf:langString ] ,
    [ sh:path sh:prefixes ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path schema:target ; sh:nodeKind sh:IRI ] ,
    [ sh:path schema:keywords ; sh:pattern "^[^\\\\s]+$" ] .
"""


def test_a_project_has_its_own_base_and_a_target_is_said_where_it_is_given(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(small.ROOT / "graphs", tmp_path / "graphs")
    (tmp_path / "queries").mkdir()
    text = 'ASK { ?x <urn:p> """a\\tb""" , "\\"\\\\" , \'c"\' }\r\n# end "'
    (tmp_path / "queries" / "my own.rq").write_bytes(text.encode())
    (tmp_path / "queries" / "told.rq").write_text("DESCRIBE <urn:x>", "utf-8")
    url = "https://example.org/sparql"
    store = read(examples.turtle(Project(tmp_path), target=url))
    iri = "https://example.org/bees/query/my%20own"
    assert values(store, iri, SH + "ask") == [text]
    assert values(store, iri, SCHEMA + "target") == [url]
    assert values(store, "https://w3id.org/magkg/query/claims", SCHEMA + "target") == [url]
    assert values(store, "https://example.org/bees/query/told", RDFS + "label") == []


@pytest.mark.parametrize("target", ["ftp://x", "https://x/> a <urn:y", "no", "https://"])
def test_a_target_is_the_url_of_an_endpoint(target: str) -> None:
    with pytest.raises(InputError, match="endpoint"):
        examples.turtle(target=target)
