"""Shapes as compiled: what is compiled, what is named and left to pySHACL, and how queries go."""

from __future__ import annotations

import logging
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.errors import InputError, MagkgError
from magkg.store import validate
from magkg.store.shapes import compiled
from magkg.store.shapes_group import wide
from magkg.store.shapes_reference import judged
from magkg.store.validate import Violation, lint, uncompiled
from magkg.vocabulary import prefixes

EX = "https://example.org/"
SHAPES = """@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def files(folder: Path, text: str) -> list[Path]:
    path = folder / "shapes.ttl"
    path.write_text(SHAPES + text, encoding="utf-8")
    return [path]


def property_shape(parameters: str, target: str = "sh:targetClass ex:Thing") -> str:
    return f"""
ex:S a sh:NodeShape ; {target} ; sh:property ex:S-p .
ex:S-p a sh:PropertyShape ; sh:path ex:p ; sh:message "No." ; {parameters} .
"""


def query_shape(select: str, message: str = "No.") -> str:
    return f"""
ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:sparql ex:S-q .
ex:S-q a sh:SPARQLConstraint ; sh:message "{message}" ; sh:select "{select}" .
"""


def data(text: str) -> list[ox.Quad]:
    return list(ox.parse(SHAPES + text, format=ox.RdfFormat.TURTLE))


def agree(given: list[ox.Quad], shapes: list[Path]) -> list[Violation]:
    found = validate.validate(given, shapes)
    assert found == validate.validate(given, shapes, reference=True)
    return found


VALUES = data(
    """
ex:a a ex:Thing ; ex:p 1 . ex:b a ex:Thing ; ex:p 2, 3 . ex:c a ex:Thing .
ex:d a ex:Special ; ex:p "x", "y"@en, 2.5, true, ex:a, [ ], "2024-01-01"^^xsd:date .
ex:e a ex:Thing ; ex:p "01"^^xsd:integer, "1.50"^^xsd:decimal, "x"^^xsd:integer .
ex:e ex:p "yes"^^xsd:boolean .
ex:f a ex:Thing ; ex:p "2023-02-29"^^xsd:date, "1e3"^^xsd:double, "long text", "a"^^ex:type .
ex:Special rdfs:subClassOf ex:Thing .
"""
)


@pytest.mark.parametrize(
    "parameters",
    [
        "sh:minCount 1", "sh:maxCount 1", "sh:minCount 2 ; sh:maxCount 3", "sh:minCount 0",
        "sh:datatype xsd:integer", "sh:datatype xsd:string", "sh:datatype rdf:langString",
        "sh:datatype xsd:date", "sh:datatype xsd:boolean", "sh:datatype xsd:double",
        "sh:datatype xsd:decimal", "sh:datatype ex:type", "sh:datatype rdfs:Literal",
        "sh:class ex:Thing", "sh:class ex:Thing, ex:Special", "sh:nodeKind sh:IRI",
        "sh:nodeKind sh:Literal", "sh:nodeKind sh:BlankNodeOrIRI", "sh:nodeKind sh:BlankNode",
        "sh:in ( 1 2 ex:a )", 'sh:in ( "x" "long text" "y"@en 1.5 true )', "sh:in ( )",
        "sh:hasValue 2", "sh:hasValue ex:a", 'sh:hasValue "x"', "sh:pattern '^[0-9]+$'",
        "sh:pattern 'X' ; sh:flags 'i'", "sh:pattern '2', '1'", "sh:minLength 2", "sh:maxLength 2",
        "sh:minLength 0", "sh:minInclusive 2", "sh:maxInclusive 2", "sh:minExclusive 2",
        "sh:maxExclusive 2.5", "sh:minInclusive '2023-06-01'^^xsd:date", "sh:minInclusive 'm'",
        "sh:maxCount 1 ; sh:deactivated true", "sh:maxCount 1 ; sh:severity sh:Warning",
    ],
)  # fmt: skip
def test_a_parameter_means_what_it_means_to_pyshacl(parameters: str, tmp_path: Path) -> None:
    shapes = files(tmp_path, property_shape(parameters))
    assert uncompiled(shapes) == {}
    agree(VALUES, shapes)


@pytest.mark.parametrize(
    "target",
    [
        "sh:targetNode ex:a, ex:nowhere", "sh:targetSubjectsOf ex:p", "sh:targetObjectsOf ex:p",
        "a rdfs:Class", "sh:targetClass ex:Special ; sh:targetNode ex:c", "sh:severity sh:Info",
    ],
)  # fmt: skip
def test_targets_are_those_of_pyshacl(target: str, tmp_path: Path) -> None:
    shapes = files(tmp_path, property_shape("sh:minCount 1 ; sh:nodeKind sh:IRI", target))
    given = [q for q in VALUES if not isinstance(q.object, ox.Literal)] + data("ex:s a ex:S .")
    assert uncompiled(shapes) == {}
    agree(given, shapes)
    only = {EX + "a", EX + "c", EX + "s", "no IRI"}
    found = validate.validate(given, shapes, only)
    assert found == [each for each in validate.validate(given, shapes) if each.focus in only]


def test_closed_shapes_and_constraints_on_the_nodes_themselves(tmp_path: Path) -> None:
    text = """
ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:message "No." ; sh:pattern "[ab]$" ;
    sh:closed true ; sh:ignoredProperties ( rdf:type ex:q ) ; sh:property ex:S-p .
ex:S-p sh:path ex:p ; sh:message "One." ; sh:maxCount 1 .
"""
    shapes = files(tmp_path, text)
    given = data("ex:a a ex:Thing ; ex:p 1 ; ex:q 1 ; ex:r 1, ex:b . ex:c a ex:Thing ; ex:p 1, 2 .")
    assert uncompiled(shapes) == {}
    assert [(each.constraint, each.path, each.value) for each in agree(given, shapes)] == [
        ("S/closed", EX + "r", "1"),
        ("S/closed", EX + "r", EX + "b"),
        ("S-p/maxCount", EX + "p", ""),
        ("S/pattern", "", EX + "c"),
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (property_shape("sh:or ( [ sh:datatype xsd:string ] )"), "sh:or of S-p"),
        (property_shape("sh:uniqueLang true"), "sh:uniqueLang of S-p"),
        (property_shape("sh:property ex:S-p"), "sh:property of S-p"),
        (property_shape("sh:minCount 1, 2"), "more than one value"),
        (property_shape("sh:minCount 'x'"), "whole number"),
        (property_shape("sh:pattern '('"), "a pattern that is none"),
        (property_shape("sh:pattern 'a' ; sh:flags 'x'"), "flags 'x'"),
        (property_shape("sh:maxCount 1").replace("ex:p ;", "[ sh:inversePath ex:p ] ;"), "path"),
        (property_shape("sh:maxCount 1").replace('sh:message "No." ;', ""), "no sh:message"),
        (property_shape("sh:maxCount 1").replace("sh:path ex:p ;", ""), "without sh:path"),
        (query_shape("SELECT $this { { SELECT ?x { ?x ?y $this } } }"), "sub-select"),
        (query_shape("SELECT $this (1 AS ?failure) { $this ?p ?o }"), "?failure"),
        (query_shape("SELECT $this { $this $PATH ?o }"), "$PATH"),
        (query_shape("SELECT $this { $this ?p ?o GRAPH ?g { $this ?p ?o } }"), "GRAPH"),
        (query_shape("SELECT ?x { ?x ?p ?o }"), "does not give $this"),
    ],
)
def test_a_shape_that_is_not_compiled_is_named(
    text: str, named: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="magkg"):
        (reason,) = uncompiled(files(tmp_path, text)).values()
    assert named in reason
    assert EX + "S" in caplog.text
    assert reason in caplog.text


def test_what_is_not_compiled_is_judged_by_pyshacl_and_the_rest_is_not(tmp_path: Path) -> None:
    text = """
ex:A a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:A-p .
ex:A-p sh:path ex:p ; sh:message "One." ; sh:maxCount 1 .
ex:B a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:B-p .
ex:B-p sh:path ex:p ; sh:message "Either." ; sh:or ( ex:Text ex:A ) .
ex:Text a sh:NodeShape ; sh:class ex:Text .
"""
    shapes = files(tmp_path, text)
    assert list(uncompiled(shapes)) == [EX + "B"]
    given = data(
        "ex:a a ex:Thing ; ex:p ex:a . ex:b a ex:Thing ; ex:p ex:a, ex:c . ex:c ex:p 1, 2 ."
    )
    found = agree(given, shapes)
    assert {(each.focus[-1], each.constraint) for each in found} == {
        ("b", "A-p/maxCount"), ("b", "B-p/or"),
    }  # fmt: skip
    assert validate.validate(given, shapes, [EX + "b"]) == [e for e in found if e.focus == EX + "b"]


def test_shapes_side_by_side_stay_so_for_pyshacl(tmp_path: Path) -> None:
    """Moving property shapes out of their node shape would undo sh:qualifiedValueShapesDisjoint."""
    both = "sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1"
    text = f"""
ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:S-a, ex:S-b .
ex:S-a sh:path ex:p ; sh:message "A." ; sh:qualifiedValueShape ex:A ; {both} .
ex:S-b sh:path ex:p ; sh:message "B." ; sh:qualifiedValueShape ex:B ; {both} .
ex:A a sh:NodeShape ; sh:class ex:A . ex:B a sh:NodeShape ; sh:class ex:B .
"""
    given = data("ex:a a ex:Thing ; ex:p ex:x, ex:y . ex:x a ex:A, ex:B . ex:y a ex:B .")
    found = agree(given, files(tmp_path, text))
    assert [each.constraint for each in found] == ["S-a/qualifiedMinCount"]


MANY = data(
    " ".join(f"ex:t{i} a ex:Thing ; ex:p {i % 7} ; ex:q ex:t{(i * i) % 30} ." for i in range(60))
)
SUBCLASS = data(
    "ex:Special rdfs:subClassOf ex:Thing . ex:s a ex:Special ; ex:p 1, 3, 4 ; ex:q ex:t3, ex:s ."
)
PREFIX = "PREFIX ex: <https://example.org/> "


@pytest.mark.parametrize(
    "where",
    [
        "{ $this ex:p ?value . FILTER(?value > 3) }",
        "{ $this ex:q ?value . FILTER NOT EXISTS { ?value ex:q $this } }",
        "{ $this ex:p ?value . FILTER EXISTS { ?other ex:p ?value . FILTER(?other < $this) } }",
        "{ $this ex:p ?value . FILTER EXISTS { ?o ex:p ?value ; ex:q ?o2 FILTER(?o != $this) } }",
        "{ $this ex:p 3 . FILTER NOT EXISTS { $this ex:q/ex:q ?any . ?any ex:p 3 } }",
        "{ $this ex:p ?value . OPTIONAL { ?o ex:q $this } FILTER(!BOUND(?o)) }",
        "{ $this ex:p ?x . BIND(STR($this) AS ?value) FILTER(?x IN (1, 2)) }",
        "{ { $this ex:p 1 } UNION { $this ex:p ?value . FILTER(?value = 2) } }",
        "{ { $this ex:p 1 } UNION { FILTER($this = ex:t5) } }",
        "{ $this ex:p ?x . { ?value ex:p 1 . FILTER(?value < $this) } }",
        "{ $this ex:q+ ?value . FILTER(?value = $this) }",
        "{ ex:t3 ex:q* $this }",
        "{ $this ex:p 1 , ?value }",
        "{ $this ?path ?value . FILTER(?value = 3) }",
        "{ { $this ?path ?value . FILTER(?value = 3) } UNION { $this ex:p 4 } }",
        "{ FILTER NOT EXISTS { ?other ex:q $this } }",
        "{ $this ex:p ?value { SELECT $this (COUNT(?o) AS ?n) { ?o ex:q $this } GROUP BY $this } }",
        "{ ?value ex:q $this } ORDER BY ?value LIMIT 1",
    ],
)
def test_a_query_for_all_nodes_finds_what_one_for_each_does(where: str, tmp_path: Path) -> None:
    declared = """
<urn:o> a owl:Ontology ; sh:declare [ sh:prefix "sk" ; sh:namespace "https://example.org/" ] .
ex:S-q sh:prefixes <urn:o> .
"""
    store, other = ox.Store(), ox.Store()
    store.extend(MANY)
    other.extend([*MANY, *SUBCLASS])
    for name, text in {
        "written": query_shape(f"{PREFIX}SELECT $this ?value {where}"),
        "declared": query_shape(f"SELECT $this ?value {where.replace('ex:', 'sk:')}") + declared,
    }.items():
        path = tmp_path / f"{name}.ttl"
        path.write_text(SHAPES + text, encoding="utf-8")
        made = compiled([list(ox.parse(path=path))])
        assert made.uncompiled == {}
        assert set(made.find(store)) == set(judged(store, (path,)))
        assert set(made.find(other)) == set(judged(other, (path,)))


def test_messages_name_what_the_query_found(tmp_path: Path) -> None:
    select = "SELECT $this (?v AS ?value) ?extra { $this <https://example.org/p> ?v, ?extra }"
    shapes = files(tmp_path, query_shape(select, "{?value} and {$extra} of {?this}, not {?x}."))
    (found,) = agree(data("ex:a a ex:Thing ; ex:p 7 ."), shapes)
    assert found.message == "7 and 7 of https://example.org/a, not {?x}."


ALL = {
    "a prologue": "BASE <urn:> PREFIX ex: <urn:> SELECT $this { $this a ex:C }",
    "a pattern": "SELECT $this WHERE { $this a ex:C }",
    "an object": "SELECT $this WHERE { ?x ex:p 'a', $this ; a ex:C . }",
    "a long path": "SELECT $this WHERE { $this (ex:p|^ex:q)+/ex:r ?x }",
    "an alternative": "SELECT $this { { $this a ex:C } UNION { ?x ex:p $this } }",
    "an optional after": "SELECT $this { $this a ex:C OPTIONAL { $this ex:p ?x } }",
    "a path beside": "SELECT $this { ?x ex:p* $this . $this a ex:C }",
    "words that are none": 'SELECT $this { $this ex:p "} LIMIT $this {" . # } LIMIT 1\n }',
    "a group": "SELECT $this { $this ex:p ?x } GROUP BY $this ?x HAVING (SUM(?x) > 1)",
    "an expression": "SELECT $this (STR($this) AS ?value) { $this a ex:C } ORDER BY ?value",
}
EACH = {
    "a filter alone": "SELECT $this { FILTER($this = ex:a) }",
    "a path that may be empty": "SELECT $this { $this ex:p* ex:a }",
    "an alternative without it": "SELECT $this { { $this a ex:C } UNION { ?x a ex:C } }",
    "an optional before": "SELECT $this { OPTIONAL { $this ex:p ?x } $this a ex:C }",
    "a bind before": "SELECT $this { BIND(STR($this) AS ?x) $this a ex:C }",
    "an optional within": "SELECT $this { $this a ex:C { OPTIONAL { $this ex:p ?x } ?y a ?x } }",
    "a limit": "SELECT $this { $this a ex:C } LIMIT 1",
    "a count of all": "SELECT $this (COUNT(?x) AS ?value) { $this ex:p ?x }",
    "another group": "SELECT ?x (SAMPLE($this) AS ?y) { $this ex:p ?x } GROUP BY ?x",
    "a sub-select": "SELECT $this { { SELECT $this { $this a ex:C } LIMIT 1 } }",
    "a graph": "SELECT $this { GRAPH ?g { $this a ex:C } }",
    "a nameless node": "SELECT $this { $this ex:p [ ex:q $this ] }",
    "another variable": "SELECT $this { $thisother a ex:C }",
}


@pytest.mark.parametrize("name", ALL)
def test_queries_that_are_asked_once_for_all_nodes(name: str) -> None:
    text = wide(ALL[name])
    assert text is not None
    ox.Store().query(text, prefixes={"ex": EX, **prefixes()})


@pytest.mark.parametrize("name", EACH)
def test_queries_that_are_asked_for_each_node(name: str) -> None:
    assert wide(EACH[name]) is None


def test_filters_that_are_slow_or_blind_are_left_to_the_nodes_that_remain() -> None:
    kept = "FILTER NOT EXISTS { $this ex:q ?y }"
    for dropped in (
        "FILTER NOT EXISTS { $this ex:q ?y . ?y ex:q ?z }",
        "FILTER(EXISTS { $this ex:q/ex:q ?y } || ?x > 1)",
        "FILTER EXISTS { ?y ex:q ?x FILTER(?y < $this) }",
    ):
        text = wide(f"SELECT $this {{ $this ex:p ?x . {dropped} {kept} }}")
        assert text is not None
        assert " ".join(text.split()) == f"SELECT DISTINCT ?this WHERE {{ $this ex:p ?x . {kept} }}"


@pytest.mark.parametrize("where", ["FILTER(BOUND($this))", "BIND($this AS ?x) FILTER(?x = 1)"])
def test_queries_that_the_engine_would_pass_in_silence_are_refused(
    where: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="does not see") as caught:
        lint(files(tmp_path, query_shape(f"SELECT $this {{ {where} }}")))
    assert caught.value.line
    lint(files(tmp_path, query_shape("SELECT $this { $this ?p ?o BIND($this AS ?x) }")))


def test_the_classes_of_a_literal_do_not_stop_it(tmp_path: Path) -> None:
    """Where a class is a literal, pySHACL 0.40.1 ends in a TypeError."""
    shapes = files(tmp_path, property_shape("sh:class ex:Thing"))
    given = data("ex:a a ex:Thing ; ex:p ex:b . ex:b a 'Thing' .")
    assert [each.value for each in validate.validate(given, shapes)] == [EX + "b"]
    with pytest.raises(MagkgError, match="could not be evaluated: TypeError"):
        validate.validate(given, shapes, reference=True)
