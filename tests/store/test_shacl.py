"""Shapes as compiled find what pySHACL finds; what is not compiled is named and left to it."""

from __future__ import annotations

import logging
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.errors import InputError
from magkg.store import validate
from magkg.store.shacl.findings import Group
from magkg.store.validate import Violation, uncompiled
from magkg.vocabulary import RDFS, XSD

EX = "https://example.org/"
SHAPES = """@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def files(folder: Path, text: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
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
ex:g a ex:Thing ; ex:p "x"@en, "y"@EN, "z"@de-at, "x" ; ex:q "x"@en, "w" .
ex:h a ex:Thing ; ex:p ex:i, ex:a, ex:h ; ex:q ex:i, ex:b . ex:i ex:p ex:j ; ex:q ex:a .
ex:j ex:p 1, 2 . ex:a ex:q 1 .
ex:Special rdfs:subClassOf ex:Thing .
"""
)
# Shapes that others are made of; none has a target of its own.
NESTED = """
ex:Numbers a sh:NodeShape ; sh:datatype xsd:integer .
ex:Ones a sh:NodeShape ; sh:in ( 1 "x" "y"@en ex:a ex:i ) .
ex:Empty a sh:NodeShape .
ex:Linked a sh:NodeShape ; sh:property ex:One ; sh:nodeKind sh:IRI ; sh:not ex:Ones .
ex:One a sh:PropertyShape ; sh:path ex:p ; sh:minCount 1 ; sh:maxCount 2 ; sh:message "One." .
ex:Deep a sh:PropertyShape ; sh:path ex:p ; sh:message "Deep." ; sh:property ex:Low .
ex:Low a sh:PropertyShape ; sh:path ex:q ; sh:message "Low." ; sh:node ex:Numbers ; sh:maxCount 0 .
"""
PATHS = [
    "[ sh:inversePath ex:p ]", "( ex:p ex:q )", "( ex:p ex:p ex:p )",
    "[ sh:alternativePath ( ex:p ex:q ) ]", "[ sh:zeroOrMorePath ex:p ]",
    "[ sh:oneOrMorePath ex:p ]", "[ sh:zeroOrOnePath ex:p ]",
    "( [ sh:zeroOrMorePath ex:p ] ex:q )",
    "( [ sh:zeroOrOnePath ex:p ] [ sh:zeroOrMorePath ex:q ] )",
    "[ sh:oneOrMorePath [ sh:alternativePath ( ex:p [ sh:inversePath ex:q ] ) ] ]",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "parameters",
    ["sh:maxCount 1", "sh:minCount 2", "sh:hasValue ex:a", "sh:node ex:Linked", "sh:equals ex:q",
     "sh:qualifiedValueShape ex:Numbers ; sh:qualifiedMinCount 1"],
)  # fmt: skip
def test_a_path_leads_where_pyshacl_goes(path: str, parameters: str, tmp_path: Path) -> None:
    target = "sh:targetClass ex:Thing ; sh:targetNode ex:nowhere"
    text = property_shape(parameters, target).replace("sh:path ex:p ;", f"sh:path {path} ;")
    shapes = files(tmp_path, text + NESTED)
    assert uncompiled(shapes) == {}
    agree(VALUES, shapes)


def test_the_way_back_along_several_steps(tmp_path: Path) -> None:
    """pySHACL 0.40.1 takes the steps back in the order of the way forth."""
    path = "[ sh:inversePath ( ex:p [ sh:inversePath ex:q ] ) ]"
    shapes = property_shape("sh:maxCount 0").replace("sh:path ex:p ;", f"sh:path {path} ;")
    given = data("ex:a a ex:Thing ; ex:q ex:b . ex:c a ex:Thing ; ex:p ex:b . ex:d ex:q ex:e .")
    (found,) = validate.validate(given, files(tmp_path, shapes))
    assert found.focus == EX + "a"


def test_a_shape_of_a_path_alone_and_without_a_name(tmp_path: Path) -> None:
    text = """
ex:P a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path ex:p ; sh:message "P." ;
    sh:minCount 1 ; sh:closed true .
ex:N a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .
[] a sh:NodeShape ; sh:targetNode ex:c ; sh:nodeKind sh:BlankNode .
"""
    found = validate.validate(VALUES, files(tmp_path, text))
    lacking = [each for each in found if each.constraint.endswith("/minCount")]
    assert {(each.focus[-1], each.constraint, each.message) for each in lacking} == {
        ("c", "P/minCount", "P."), ("c", "N-p/minCount", "This breaks sh:minCount."),
    }  # fmt: skip
    (bare,) = (each for each in found if each.constraint.endswith("/nodeKind"))
    assert (bare.focus, bare.value) == (EX + "c", EX + "c")


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
        "sh:minLength 0", "sh:maxCount 1 ; sh:deactivated true",
        "sh:maxCount 1 ; sh:severity sh:Warning", "sh:not ex:Numbers", "sh:node ex:Numbers",
        "sh:not ex:Numbers, ex:Ones", "sh:and ( ex:Numbers ex:Ones )",
        "sh:or ( ex:Numbers ex:Ones )", "sh:or ( ex:Numbers ex:Empty )", "sh:not ex:Empty",
        "sh:xone ( ex:Numbers ex:Ones )",
        "sh:xone ( ex:Numbers ex:Numbers )", "sh:xone ( ex:Numbers ex:Ones ex:Linked )",
        "sh:node ex:Linked", "sh:not ex:Linked", "sh:or ( ex:Linked ex:Ones )",
        "sh:property ex:One",
        "sh:property ex:Deep", "sh:qualifiedValueShape ex:Numbers ; sh:qualifiedMinCount 1",
        "sh:qualifiedValueShape ex:Numbers ; sh:qualifiedMinCount 2 ; sh:qualifiedMaxCount 3",
        "sh:qualifiedValueShape ex:Empty ; sh:qualifiedMaxCount 2",
        "sh:qualifiedValueShape ex:Linked ; sh:qualifiedMaxCount 0", "sh:equals ex:q",
        "sh:disjoint ex:q", "sh:uniqueLang true", "sh:uniqueLang false",
        "sh:languageIn ( 'en' 'DE' )", "sh:languageIn ( )", "sh:languageIn ( 'en-us' )",
        "sh:closed true ; sh:ignoredProperties ( rdf:type )",
    ],
)  # fmt: skip
def test_a_parameter_means_what_it_means_to_pyshacl(parameters: str, tmp_path: Path) -> None:
    shapes = files(tmp_path, property_shape(parameters) + NESTED)
    assert uncompiled(shapes) == {}
    agree(VALUES, shapes)


@pytest.mark.parametrize("bound", ["2", "2.5", "1e0", "'2023-06-01'^^xsd:date", "'m'", "true"])
def test_an_order_is_that_of_sparql(bound: str, tmp_path: Path) -> None:
    """pySHACL 0.40.1 also puts numbers in an order with dates and truth values."""
    store = ox.Store()
    store.extend(VALUES)
    asked = {
        "minInclusive": ">=", "maxInclusive": "<=", "minExclusive": ">", "maxExclusive": "<",
    }  # fmt: skip
    for name, sign in asked.items():
        shapes = files(tmp_path / name, property_shape(f"sh:{name} {bound}"))
        found = {(each.focus, each.value) for each in validate.validate(store, shapes)}
        prefixes = {"ex": EX, "rdfs": RDFS, "xsd": XSD}
        rows = store.query(
            f"""SELECT ?this ?value (?value {sign} {bound} AS ?good)
            {{ ?this a/rdfs:subClassOf* ex:Thing ; ex:p ?value }}""",
            prefixes=prefixes,
        )
        bad = {
            (row["this"].value, row["value"].value)
            for row in rows
            if row["good"] is None or row["good"].value != "true"
        }
        assert found == bad
        reference = validate.validate(store, shapes, reference=True)
        assert {(each.focus, each.value) for each in reference} <= bad


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
        (property_shape("sh:minCount 1, 2"), "more than one value of sh:minCount, in S-p"),
        (property_shape("sh:minCount 'x'"), "whole number"),
        (property_shape("sh:pattern '('"), "a pattern that is none"),
        (property_shape("sh:pattern '(?=a)'"), "of another kind"),
        (property_shape("sh:pattern 'a' ; sh:flags 'x'"), "flags 'x'"),
        (property_shape("sh:node ex:S"), "S, which leads to itself, in S-p"),
        (property_shape("sh:property ex:S-p"), "S-p, which leads to itself"),
        (property_shape("sh:or ( [ sh:not ex:S ] )"), "S, which leads to itself"),
        (property_shape("sh:node ex:S-p2") + "ex:S-p2 sh:path ex:q .", "a shape with a path"),
        (property_shape("sh:in ( [ ] )"), "a nameless node"),
        (property_shape("sh:class [ ]"), "where a name is expected"),
        (property_shape("sh:nodeKind sh:Info"), "Info as a node kind"),
        (property_shape("sh:closed 'x'"), "neither true nor false"),
        (property_shape("sh:datatype rdfs:Datatype"), "rdfs:Datatype"),
        (property_shape("sh:maxCount 1").replace("ex:p ;", "[ ex:p 1 ] ;"), "a path that is none"),
        (property_shape("sh:maxCount 1").replace("sh:path ex:p ;", ""), "without sh:path"),
        (property_shape("sh:maxCount 1", "sh:targetClass [ ]"), "a target without a name"),
        ("ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:maxCount 1 .", "maxCount without sh:path"),
        (query_shape("SELECT $this { { SELECT ?x { ?x ?y $this } } }"), "sub-select"),
        (query_shape("SELECT $this (1 AS ?failure) { $this ?p ?o }"), "?failure"),
        (query_shape("SELECT $this { $this $PATH ?o }"), "$PATH"),
        (query_shape("SELECT $this { $this ?p ?o GRAPH ?g { $this ?p ?o } }"), "GRAPH"),
        (query_shape("SELECT ?x { ?x ?p ?o }"), "does not give $this"),
        (query_shape("SELECT $this { $this ?p ?o } LIMIT 1"), "LIMIT in a query"),
        (query_shape("SELECT (COUNT(?o) AS ?n) { $this ?p ?o }"), "counts without GROUP BY"),
        (query_shape("SELECT (SAMPLE($this) AS ?x) { $this ?p ?o } GROUP BY ?o"), "several nodes"),
    ],
)  # fmt: skip
def test_a_shape_that_is_not_compiled_is_named(
    text: str, named: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shapes = files(tmp_path, text)
    with caplog.at_level(logging.WARNING, logger="magkg"):
        reasons = uncompiled(shapes)
    assert named in reasons[EX + "S"]
    assert EX + "S" in caplog.text
    assert reasons[EX + "S"] in caplog.text
    with pytest.raises(InputError, match="is not compiled"):
        validate.constraints(shapes)


def test_what_is_not_compiled_is_judged_by_pyshacl_and_the_rest_is_not(tmp_path: Path) -> None:
    text = """
ex:A a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:A-p .
ex:A-p sh:path ex:p ; sh:message "One." ; sh:maxCount 1 .
ex:B a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:B-p .
ex:B-p sh:path ex:p ; sh:message "Three." ; sh:pattern "(?=a).[a-c]$" ; sh:in ( "ab" "ac" "ad" ) .
"""
    shapes = files(tmp_path, text)
    assert list(uncompiled(shapes)) == [EX + "B"]
    given = data(
        "ex:a a ex:Thing ; ex:p 'ab' . ex:b a ex:Thing ; ex:p 'ad', 'ac' . ex:c ex:p 1, 2 ."
    )
    found = agree(given, shapes)
    assert {(each.focus[-1], each.constraint) for each in found} == {
        ("b", "A-p/maxCount"), ("b", "B-p/pattern"),
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


MANY = data("ex:h ex:p ex:z ." + " ".join(f"ex:more{i} a ex:Other ." for i in range(60)))


@pytest.mark.parametrize(
    "target",
    [
        "sh:targetClass ex:Thing", "sh:targetNode ex:a, ex:nowhere", "sh:targetSubjectsOf ex:p",
        "sh:targetObjectsOf ex:p",
    ],
)  # fmt: skip
@pytest.mark.parametrize("parameters", ["sh:minCount 3", "sh:property ex:One", "sh:node ex:Low2"])
def test_a_few_nodes_of_many_are_looked_at_alone(
    target: str, parameters: str, tmp_path: Path
) -> None:
    """Their findings are those of the whole; ex:d is of a class below, ex:j a value of another."""
    low = "ex:Low2 a sh:NodeShape ; sh:property ex:One ."
    shapes = files(tmp_path, property_shape(parameters, target) + NESTED + low)
    whole = validate.validate([*VALUES, *MANY], shapes)
    assert whole
    for only in ({"a", "d"}, {"h", "i", "j"}, {"nowhere", "c"}, {"z"}):
        names = {EX + each for each in only}
        found = validate.validate([*VALUES, *MANY], shapes, names)
        assert found == [each for each in whole if each.focus in names]


def test_what_meets_a_sibling_of_which_all_is_true_does_not_count(tmp_path: Path) -> None:
    both = "sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1"
    text = f"""
ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:S-a, ex:S-b .
ex:S-a sh:path ex:p ; sh:message "A." ; sh:qualifiedValueShape ex:Numbers ; {both} .
ex:S-b sh:path ex:p ; sh:message "B." ; sh:qualifiedValueShape ex:Empty ; {both} .
"""
    found = agree(data("ex:a a ex:Thing ; ex:p 1, 2 ."), files(tmp_path, text + NESTED))
    assert {each.constraint for each in found} == {
        "S-a/qualifiedMinCount", "S-b/qualifiedMinCount",
    }  # fmt: skip


def test_a_report_streams_and_is_summed_up(tmp_path: Path) -> None:
    shapes = files(tmp_path, property_shape("sh:maxCount 1 ; sh:nodeKind sh:Literal"))
    given = data(" ".join(f"ex:t{i} a ex:Thing ; ex:p {i % 3}, ex:a ." for i in range(9)))
    assert sorted(validate.violations(given, shapes)) == validate.validate(given, shapes)
    groups = validate.grouped(validate.violations(given, shapes), examples=2)
    assert [(each.constraint, each.count, len(each.examples)) for each in groups] == [
        ("S-p/maxCount", 9, 2), ("S-p/nodeKind", 9, 2),
    ]  # fmt: skip
    assert isinstance(groups[0], Group)
    (first,) = validate.grouped(iter(validate.validate(given, shapes)[:1]))
    assert first.examples[0].focus == EX + "t0"


def test_severities_and_paths_are_told(tmp_path: Path) -> None:
    shapes = files(
        tmp_path, property_shape("sh:maxCount 1 ; sh:severity sh:Warning ; sh:minCount 0")
    )
    (one,) = validate.constraints(shapes)
    assert (one.id, one.severity, one.path, one.message) == (
        "S-p/maxCount",
        "Warning",
        EX + "p",
        "No.",
    )
    assert one.targets.classes == (ox.NamedNode(EX + "Thing"),)


def test_a_literal_for_a_class_is_none(tmp_path: Path) -> None:
    shapes = files(tmp_path, property_shape("sh:class ex:Thing"))
    given = data("ex:a a ex:Thing ; ex:p ex:b . ex:b a 'Thing' .")
    assert [each.value for each in agree(given, shapes)] == [EX + "b"]
