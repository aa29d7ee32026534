"""An empty answer: what the query names and the graph does not know, with the nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from magkg.use.graph import Graph
from tests import small

GRAPH = small.graph()
BODY = "SELECT ?c {{ {} }}"


@pytest.mark.parametrize(
    ("pattern", "name", "near"),
    [
        ("?c mag:subject con:lavendr", "concept con:lavendr", "con:lavender"),
        ("?c mag:source <https://example.org/bees/source/hive-note>", "source src:hive-note",
         "src:hive-notes"),
        ("src:hive-notes\\#paty-low ?p ?c", "claim src:hive-notes#paty-low",
         "src:hive-notes#patty-low"),
        ("?c mag:study study:norwood", "study study:norwood", "study:norwood-clover"),
        ("?c a mag:Clam", "term mag:Clam", "mag:Claim"),
        ("?c mag:subjct ?x", "term mag:subjct", "mag:subject"),
        ("?c mag:predicate bee:polinates", "term bee:polinates", "bee:pollinates"),
        ("?c skos:prefLable ?x", "term skos:prefLable", "skos:prefLabel"),
        ("?c mag:subject con:qqqqqq", "concept con:qqqqqq", "magkg query concepts"),
    ],
)  # fmt: skip
def test_a_misspelt_name_has_the_nearest(pattern: str, name: str, near: str) -> None:
    query = BODY.format(pattern)
    assert not GRAPH.query(query)
    [said] = GRAPH.hints(query)
    assert said.startswith(f"the graph knows no {name}")
    assert near in said


@pytest.mark.parametrize(
    "pattern",
    [
        "?c mag:subject con:lavender ; mag:object con:thymol",
        "?c a mag:Claim ; rdfs:label ?x FILTER(?x = 'con:nothing') # con:nothing\n",
        "?c mag:size ?x FILTER(?x > '1000'^^xsd:integer)",
        "GRAPH mag:stated { con:thymol bee:pollinates ?c }",
        "?c <https://elsewhere.example/p> ?x",
    ],
)
def test_names_that_are_there_and_those_of_others_are_not_spoken_of(pattern: str) -> None:
    query = BODY.format(pattern)
    assert not GRAPH.query(query)
    assert GRAPH.hints(query) == []


def test_a_claim_is_not_offered_for_a_source_nor_the_other_way_round() -> None:
    [said] = GRAPH.hints("SELECT ?c { ?c mag:source src:notes }")
    assert said.endswith("did you mean src:hive-notes?")
    [said] = GRAPH.hints("SELECT ?c { src:hive-notes\\#x ?p ?c }")
    assert said.count("src:hive-notes#") == said.count("src:") > 1


def test_of_a_query_with_a_header_only_its_data_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "own.rq"
    path.write_text(
        "#+ summary: S\n#+ description: D.\n#+ tags: t\n"
        "SELECT ?c { ?c mag:notThere con:not-there }",
        "utf-8",
    )
    [said] = GRAPH.hints(path)
    assert "con:not-there" in said


def test_a_query_of_many_names_is_not_followed_for_ever() -> None:
    names = " ".join(f"con:none-{number}" for number in range(100))
    assert len(GRAPH.hints(f"SELECT ?x {{ VALUES ?x {{ {names} }} ?x a ?y }}")) == 25


def test_a_graph_without_a_project_says_the_same() -> None:
    [said] = Graph(GRAPH.store).hints("SELECT ?c { ?c bee:polinates ?x }")
    assert "bee:pollinates" in said
