"""What a SPARQL text names and declares, seen by its tokens."""

from __future__ import annotations

import pytest

from magkg.store.syntax import declarations, iris, outside, predicates, prefixes_used, syntax_fault

KNOWN = {"con": "urn:con:", "mag": "urn:mag:", "src": "urn:src:", "xsd": "urn:xsd:"}


def test_names_are_those_of_the_code() -> None:
    text = """BASE <https://example.org/base/>
PREFIX own: <urn:own:> # con:comment <urn:comment>
prefix : <urn:d#>
SELECT ?con { ?c a mag:Claim ; own:p <relative> , :x , <urn:whole> . # mag:Not
  FILTER(?a<?b && ?c>3 || "con:no" = 'src:no'@en || ?x = \"\"\"a "con:no" \"\"\"^^xsd:integer)
  _:con mag:x/mag:y+ src:a\\#b-c , con:h%2Ci.j. con:trail. mag:Claim a nowhere:x }"""
    assert iris(text, KNOWN) == [
        "urn:mag:Claim", "urn:own:p", "https://example.org/base/relative", "urn:d#x", "urn:whole",
        "urn:xsd:integer", "urn:mag:x", "urn:mag:y", "urn:src:a#b-c", "urn:con:h%2Ci.j",
        "urn:con:trail",
    ]  # fmt: skip
    assert declarations(text) == {"own": "urn:own:", "": "urn:d#"}
    assert prefixes_used(text) == ["mag", "own", "", "xsd", "src", "con", "nowhere"]


@pytest.mark.parametrize(
    "text", ["", "'", '"""', "<", "con", "?con:x", "@con:x", "# con:x", "PREFIX con: <urn:x>", "}{"]
)
def test_what_names_nothing(text: str) -> None:
    assert iris(text.replace("?con:x", "?con"), KNOWN) == []


def test_a_text_declares_over_what_is_known() -> None:
    assert iris("PREFIX con: <urn:mine:> ASK { con:x ?p ?o }", KNOWN) == ["urn:mine:x"]


def test_a_long_text_takes_no_long_time() -> None:
    assert iris("<a " * 20_000 + "con:x " + '"' * 3_001, KNOWN) == ["urn:con:x"]


@pytest.mark.parametrize(
    ("query", "column"),
    [
        ("select ?z { ?c ex:p ?z }", 16),
        ("select ?z { ?c a ?z filter(?x = foo:something) }", 33),
        ("select (foo:f(?x) as ?y) { ?x ?p ?z }", 9),
        ("select ?z { ?c :p ?z }", 16),
        ("select ?z { ?c <a:b> 'x:y', e:a, f:a }", 29),
        ("select ?z { ?c e:p ?z . nonsense", 16),
    ],
)
def test_a_prefix_that_is_not_declared_is_the_fault(query: str, column: int) -> None:
    fault = syntax_fault(query)
    assert fault is not None
    assert fault.column == column
    assert "the prefix is not declared" in fault.message
    caret = fault.message.splitlines()[-1]
    assert caret.index("^") == len("  1 | ") + column - 1


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("selct ?z { ?c e:p ?z }", 1, 1),
        ("select ?z { ?c <a:b> 'see http:x }", 1, 35),
        ("select ?z { ?c zz ?z }", 1, 16),
        ("select ?z { ?c ?z }", 1, 19),
        ("select ?z {\n ?c <a:b> 1 ;\n\n\t<a:c> nono }", 4, 8),
        ("select ?z { ?c <a:b> ?z } ordr by ?z", 1, 27),
        ("select ?z { ?c <a:b> ?z . fliter(?z) }", 1, 27),
    ],
)
def test_a_fault_stands_at_the_word_that_is_wrong(query: str, line: int, column: int) -> None:
    fault = syntax_fault(query)
    assert fault is not None
    assert (fault.line, fault.column) == (line, column)
    assert "prefix" not in fault.message


def test_blocks_and_predicates() -> None:
    text = (
        "ASK { GRAPH con:g { ?a con:b ?c { } } ?a con:d/con:e 'con:x' ; con:f con:g . "
        "VALUES ?x { con:h } }"
    )
    bare = outside(text, "GRAPH", "VALUES")
    assert len(bare) == len(text)
    assert bare.split() == [
        "ASK",
        "{",
        "?a",
        "con:d/con:e",
        "'con:x'",
        ";",
        "con:f",
        "con:g",
        ".",
        "}",
    ]
    assert predicates(bare, KNOWN) == ["urn:con:d", "urn:con:e", "urn:con:f"]
