from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from magkg.errors import InputError, UnknownName
from magkg.store.interface import IRI
from magkg.use.binding import Param, bind, encode, examples, quote, resolve

CON = "https://w3id.org/magkg/concept/"
SRC = "https://w3id.org/magkg/source/"
BEES = {"con": "https://example.org/bees/concept/", "bee": "https://example.org/bees/ns#"}

CONCEPT = Param("concept", "the concept", False, "con:magnesium", 2)
CLAIM = Param("claim", "the claim", True, f"<{SRC}guide#glycinate>", 2)
WORD = Param("word", "a word", False, '"sleep"', 2)
TEXT = """SELECT ?x WHERE {
  VALUES ?concept { con:magnesium }
  ?x ?y ?concept . # con:magnesium stays here
}
"""

# What tries to leave its term, or to be another text once it is there.
HOSTILE = [
    'x" } ; DROP ALL #',
    "x' } UNION { ?a ?b ?c } #",
    "line\nbreak\r\n\ttab",
    "\\u0022 } #",
    "\\",
    "\\\\u0022",
    "\\U00000022",
    "http://x> { } #",
    "x> . ?s ?p ?o . <y",
    "con:x } #",
    '"""',
    "\x00",
    "{}",
    "?concept",
    "\u202e",
]


def literal_of(query: str) -> Any:
    """What an engine reads where the term stands, if it still reads one term."""
    return next(iter(ox.Store().query(query)))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_data_on_both_engines(text: str) -> None:
    import rdflib

    query = f"SELECT ?word WHERE {{ VALUES ?word {{ {encode(text, WORD)} }} }}"
    assert literal_of(query)["word"] == ox.Literal(text)
    assert [str(row[0]) for row in rdflib.Graph().query(query)] == [text]  # type: ignore[index]


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    try:
        term = encode(text, WORD)
    except InputError:
        assert any("\ud800" <= each <= "\udfff" for each in text)
        return
    assert literal_of(f"SELECT ?word {{ VALUES ?word {{ {term} }} }}")["word"] == ox.Literal(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_iri_is_refused_or_is_one_iri(text: str) -> None:
    try:
        term = encode(text, CONCEPT)
    except InputError:
        return
    found = literal_of(f"SELECT ?x {{ VALUES ?x {{ {term} }} }}")["x"]
    assert isinstance(found, ox.NamedNode)
    assert found.value == CON + text


@given(st.text(max_size=20))
def test_any_name_is_one_iri_or_refused(text: str) -> None:
    try:
        term = encode(text, CONCEPT)
    except InputError:
        return
    found = literal_of(f"SELECT ?x {{ VALUES ?x {{ {term} }} }}")["x"]
    assert isinstance(found, ox.NamedNode)


def test_only_the_term_of_that_line_is_replaced() -> None:
    bound = bind(TEXT, [CONCEPT], {"concept": "zinc"})
    assert bound == TEXT.replace("{ con:magnesium }", f"{{ <{CON}zinc> }}")


def test_several_values_are_alternatives_each_once() -> None:
    bound = bind(TEXT, [CONCEPT], {"concept": ["zinc", "con:iron", "zinc"]})
    assert f"{{ <{CON}zinc> <{CON}iron> }}" in bound


def test_optional_and_not_given_drops_the_line_and_keeps_the_count() -> None:
    optional = Param("concept", "the concept", True, "con:magnesium", 2)
    for values in ({}, {"concept": None}):
        bound = bind(TEXT, [optional], values)
        assert "VALUES" not in bound
        assert bound.count("\n") == TEXT.count("\n")


def test_required_and_missing_says_what_and_how() -> None:
    with pytest.raises(InputError) as caught:
        bind(TEXT, [CONCEPT], {})
    assert "'concept' is missing: the concept" in caught.value.message
    assert caught.value.hint == 'For example: concept="magnesium"'


def test_unknown_parameter_has_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        bind(TEXT, [CONCEPT], {"concpet": "zinc"})
    assert caught.value.suggestions == ["concept"]
    with pytest.raises(UnknownName, match="takes no parameters"):
        bind("ASK {}", [], {"concept": "zinc"})


def test_no_value_at_all_is_not_everything() -> None:
    with pytest.raises(InputError, match="no value"):
        bind(TEXT, [CONCEPT], {"concept": []})


@pytest.mark.parametrize(
    ("value", "param", "iri"),
    [
        ("zinc", CONCEPT, CON + "zinc"),
        (" zinc ", CONCEPT, CON + "zinc"),
        ("con:zinc", CONCEPT, CON + "zinc"),
        ("mag:relieves", CONCEPT, "https://w3id.org/magkg/ns#relieves"),
        ("https://example.org/x", CONCEPT, "https://example.org/x"),
        ("<https://example.org/x>", CONCEPT, "https://example.org/x"),
        ("urn:x:y", CONCEPT, "urn:x:y"),
        (IRI("https://example.org/x"), CONCEPT, "https://example.org/x"),
        ("five#heading", CLAIM, SRC + "five#heading"),
        ("src:five#heading", CLAIM, SRC + "five#heading"),
        ("épinard", CONCEPT, CON + "épinard"),
    ],
)
def test_names_resolve(value: str, param: Param, iri: str) -> None:
    assert resolve(value, param) == iri


def test_names_resolve_in_the_namespaces_of_the_project() -> None:
    assert resolve("clover", CONCEPT, BEES) == BEES["con"] + "clover"
    full = Param("concept", "", False, f"<{CON}magnesium>", 1)
    assert resolve("clover", full, BEES) == BEES["con"] + "clover"
    assert resolve("bee:calms", CONCEPT, BEES) == BEES["bee"] + "calms"
    own = Param("thing", "", False, "<https://example.org/other/thing/x>", 1)
    assert resolve("y", own, BEES) == "https://example.org/other/thing/y"


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("Magnesium glycinate", "magnesium-glycinate"),
        ("", 'concept="magnesium"'),
        (7, 'concept="magnesium"'),
        ("<zinc>", 'concept="magnesium"'),
        ("<>", 'concept="magnesium"'),
        ("a[b]", 'concept="magnesium"'),
        ("100%", 'concept="magnesium"'),
        ("a#b#c", 'concept="magnesium"'),
    ],
)
def test_what_cannot_be_a_name_is_refused_with_a_hint(value: Any, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        resolve(value, CONCEPT)
    assert hint in caught.value.hint


def test_unknown_prefix_has_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        resolve("cno:zinc", CONCEPT)
    assert "con" in caught.value.suggestions


@pytest.mark.parametrize(
    ("example", "value", "term"),
    [
        ("2", 3, "3"),
        ("2", "-3", "-3"),
        ("2.5", Decimal("1.5"), "1.5"),
        ("2.5", 3, "3"),
        ("true", False, "false"),
        ("true", "TRUE", "true"),
        ('"a"@en', 'say "x"', '"say \\"x\\""@en'),
        ('"2020-01-01"^^xsd:date', date(2024, 5, 1), None),
        ('"a"', 7, '"7"'),
    ],
)
def test_literals_take_the_kind_of_the_example(example: str, value: Any, term: str | None) -> None:
    date_term = '"2024-05-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert encode(value, Param("p", "", False, example, 1)) == (term or date_term)


@pytest.mark.parametrize(
    ("example", "value"),
    [
        ("2", "x"),
        ("2", "1.5"),
        ("2", True),
        ("2", "٣"),
        ("2", "1 2"),
        ("true", "yes"),
        ('"a"', "\ud800"),
    ],
)
def test_literals_that_do_not_fit_are_refused(example: str, value: Any) -> None:
    with pytest.raises(InputError, match="the parameter 'p' takes"):
        encode(value, Param("p", "", False, example, 1))


def test_quote_is_one_string() -> None:
    assert quote('a"b\n') == '"a\\"b\\n"'


def test_examples_are_found_with_their_lines() -> None:
    text = '# VALUES ?not { this }\nSELECT * {\n  VALUES ?a { "VALUES ?b { x }" }\n}'
    assert examples(text) == {"a": ('"VALUES ?b { x }"', 3)}
    assert examples("SELECT * { VALUES (?a ?b) { (1 2) } }") == {}


@pytest.mark.parametrize(
    "line",
    [
        "VALUES ?a { con:x con:y }",
        "VALUES ?a {con:x}",
        "values ?a { con:x }",
        "VALUES $a { con:x }",
        "VALUES ?a { }",
        "VALUES ?a { con:x } ?a ?b ?c",
        "VALUES ?A { con:x }",
        "VALUES ?a {",
        "VALUES ?a { <no iri> }",
        "{ VALUES ?a { con:x }",
    ],
)
def test_a_values_line_has_one_form(line: str) -> None:
    with pytest.raises(InputError) as caught:
        examples(f"SELECT * {{\n{line}\n}}", "some.rq")
    assert (caught.value.file, caught.value.line) == ("some.rq", 2)
    assert "{ example }" in caught.value.hint


def test_a_values_line_stands_once() -> None:
    with pytest.raises(InputError, match="a second time"):
        examples("VALUES ?a { con:x }\nVALUES ?a { con:x }")
