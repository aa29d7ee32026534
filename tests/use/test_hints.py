"""An empty answer: what the query names and the graph does not know, with the nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from magkg.errors import InputError, SyntaxFault, UnknownName
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


@pytest.mark.parametrize(
    "pattern",
    [
        "?c bee:pollinates ?x . ?x a skos:Nothing",
        "con:thymol bee:pollinates ?c",
        "GRAPH mag:stated { con:thymol ?p ?c } con:thymol bee:pollinates/bee:pollinates ?c",
        "GRAPH ?g { { con:thymol ?p ?c } } ?c bee:pollinates [ a ?x ]",
    ],
)
def test_what_claims_state_is_looked_for_in_its_own_graph(pattern: str) -> None:
    query = BODY.format(pattern)
    assert not GRAPH.query(query)
    said = [each for each in GRAPH.hints(query) if "GRAPH mag:stated" in each]
    assert len(said) == 1
    assert said[0].startswith("bee:pollinates stands between concepts only in")


@pytest.mark.parametrize(
    "pattern",
    [
        "?c mag:predicate bee:pollinates ; mag:subject con:thymol",
        "?c mag:predicate bee:pollinates FILTER(?c = 1)",
        "VALUES ?p { bee:pollinates bee:pollinates } ?c ?p ?x",
        "GRAPH mag:stated { con:thymol bee:pollinates ?c FILTER(?c = 'bee:pollinates ?x') }",
        "?c mag:size 1 # bee:pollinates ?x\n",
    ],
)
def test_a_predicate_that_is_an_object_is_in_its_place(pattern: str) -> None:
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


def test_for_a_value_of_a_closed_list_only_its_others_are_offered(bundled: Graph) -> None:
    with pytest.raises(UnknownName) as caught:
        bundled.query("verdicts", verdict="conflictin")
    assert caught.value.suggestions == ["conflicting"]
    with pytest.raises(UnknownName) as caught:
        bundled.query("contested_claims", concept="magnesium-oxid")
    assert caught.value.suggestions[0] == "magnesium-oxide"


def test_a_query_of_another_form_has_the_method_that_fits() -> None:
    with pytest.raises(InputError) as caught:
        GRAPH.query("contested")
    assert 'graph.construct("contested")' in caught.value.hint
    assert 'graph.subgraph(query="contested")' in caught.value.hint
    with pytest.raises(InputError, match=r'graph\.query\("sources"\)'):
        GRAPH.construct("sources")
    with pytest.raises(InputError, match=r"graph\.query\(\.\.\.\)"):
        GRAPH.ask("SELECT ?x { ?x a mag:Claim }")


def test_a_misspelt_prefix_needs_no_prefix_line() -> None:
    with pytest.raises(SyntaxFault) as caught:
        GRAPH.query("SELECT ?c { ?c maag:kind ?k }")
    assert caught.value.hint == "Did you mean mag?"
    with pytest.raises(SyntaxFault, match="PREFIX line"):
        GRAPH.query("SELECT ?c { ?c qqqqqq:kind ?k }")
