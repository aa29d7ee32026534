from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import magkg.use.graph as module
from magkg.claims.project import Project, bundled
from magkg.errors import (
    InputError,
    MagkgError,
    QueryTimeout,
    StoreDamaged,
    StoreUnavailable,
    SyntaxFault,
    UnknownName,
)
from magkg.store.interface import IRI
from magkg.store.manifest import Manifest
from magkg.store.oxigraph import OxigraphStore
from magkg.use.graph import Graph
from tests import small


@pytest.fixture(scope="module")
def graph() -> Graph:
    return small.graph()


def test_a_query_by_name_with_the_projects_own_names(graph: Graph) -> None:
    rows = graph.query("claims_about", concept="thyme-oil")
    assert [row.claim for row in rows] == [
        IRI("https://example.org/bees/source/garden-leaflet#thyme-untested")
    ]
    assert rows.title == "claims_about"
    assert rows.prefixes["con"] == "https://example.org/bees/concept/"


def test_several_values_are_alternatives(graph: Graph) -> None:
    both = graph.query("claims_about", concept=["thyme-oil", "lavender"])
    assert len(both) == 3


def test_a_text_is_given_the_prefixes_it_lacks(graph: Graph) -> None:
    rows = graph.query("SELECT ?c { ?c mag:subject con:thyme-oil ; a mag:Claim }")
    assert len(rows) == 1
    assert graph.ask("ASK { con:honeybee a mag:Concept }")
    triples = list(graph.construct("CONSTRUCT WHERE { con:honeybee skos:prefLabel ?label }"))
    assert [str(triple[2]) for triple in triples] == ["honeybee"]
    assert graph.select("SELECT ?x { VALUES ?x { 1 } }")[0].to_python() == {"x": 1}


def test_a_file_is_asked_with_or_without_a_header(graph: Graph, tmp_path: Path) -> None:
    plain = tmp_path / "plain.rq"
    plain.write_text("SELECT ?c { ?c a mag:Study }", "utf-8")
    assert len(graph.query(plain)) == len(graph.query(str(plain))) == 1
    headed = tmp_path / "headed.rq"
    headed.write_text(
        "#+ summary: S\n#+ description: D.\n#+ tags: t\n#+ param concept: c\n"
        "SELECT ?c {\n  VALUES ?concept { con:x }\n  ?c mag:subject ?concept ; a mag:Claim }",
        "utf-8",
    )
    assert len(graph.query(headed, concept="lavender")) == 2
    assert len(graph.query(headed.read_text("utf-8"), concept="lavender")) == 2


def test_unknown_queries_and_parameters_have_the_nearest(graph: Graph) -> None:
    with pytest.raises(UnknownName) as caught:
        graph.query("claim_about")
    assert "claims_about" in caught.value.suggestions
    with pytest.raises(UnknownName) as caught:
        graph.query("claims_about", concpt="lavender")
    assert caught.value.suggestions == ["concept"]
    with pytest.raises(InputError, match="'concept' is missing"):
        graph.query("claims_about")


@pytest.mark.parametrize(
    ("query", "given", "nearest"),
    [
        ("claims_about", {"concept": "lavendar"}, "lavender"),
        ("claims_about", {"concept": ["lavender", "honebee"]}, "honeybee"),
        ("claims_about", {"concept": "lavender", "source": "hive-note"}, "hive-notes"),
        ("passages_of_claim", {"claim": "hive-notes#paty-low"}, "hive-notes#patty-low"),
        ("passages_of_claim", {"claim": "patty-low"}, "hive-notes#patty-low"),
        ("claims_on_study", {"study": "norwood"}, "norwood-clover"),
        ("concepts", {"kind": "timeConcpt"}, "timeConcept"),
    ],
)
def test_a_misspelt_name_has_the_nearest_that_are_there(
    graph: Graph, query: str, given: dict[str, Any], nearest: str
) -> None:
    with pytest.raises(UnknownName) as caught:
        graph.query(query, **given)
    assert nearest in caught.value.suggestions
    assert f"Did you mean {caught.value.suggestions[0]}" in caught.value.hint


def test_a_name_that_is_there_may_have_an_empty_answer(graph: Graph) -> None:
    assert len(graph.query("claims_on_study", study="norwood-clover")) == 3
    assert list(graph.query("advice", addressee="gardener")) == []
    assert list(graph.query("claims_with_word", word="nowhere said")) == []


def test_a_renamed_claim_is_told(graph: Graph) -> None:
    with pytest.raises(InputError, match="was renamed") as caught:
        graph.query("passages_of_claim", claim="norwood-2019#old-brood")
    assert caught.value.hint == "It is now norwood-2019#more-brood."


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT ?c {\n  ?c a mag:Claim .\n  ?c mag:kind }\n", 3, 15),
        ("SELECT ?c { ?c a mag:Claim } LIMT 3", 1, 30),
        ("SELECT ?c { ?c a mag:Claim ; no:thing ?d }", 1, 30),
    ],
)
def test_syntax_errors_stand_where_the_user_wrote_them(
    graph: Graph, text: str, line: int, column: int
) -> None:
    with pytest.raises(SyntaxFault) as caught:
        graph.query(text)
    fault = caught.value
    assert (fault.line, fault.column) == (line, column)
    assert f"line {line}, column {column}" in fault.message
    shown, caret = fault.message.split("\n")[1:3]
    assert shown.endswith(text.split("\n")[line - 1])
    assert caret.index("^") - shown.index("|") - 2 == column - 1


def test_a_syntax_error_in_a_file_names_it(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "bad.rq"
    path.write_text("SELECT ?c {\n  ?c a mag:Claim", "utf-8")
    with pytest.raises(SyntaxFault) as caught:
        graph.query(path)
    assert caught.value.file == str(path)
    assert caught.value.message.startswith(f"{path}:2: ")


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("SELECT ?c { ?c mga:subject ?d }", "Did you mean mag"),
        ("SELECT ?c { ?c a mag:Claim .\n ?c bees:pollinates ?d }", "Did you mean bee"),
        ("SELECT ?c { ?c zzzzzz:x ?d }", "Declare it with a PREFIX line."),
    ],
)
def test_an_unknown_prefix_has_the_nearest(graph: Graph, text: str, near: str) -> None:
    with pytest.raises(SyntaxFault, match="the prefix is not declared") as caught:
        graph.query(text)
    assert caught.value.hint.startswith(near)
    # A prefix that is known need not be declared.
    assert ("PREFIX" in caught.value.hint) == near.startswith("Declare")


def test_a_limit_of_rows_is_told(graph: Graph) -> None:
    rows = graph.query("claims", limit=5)
    assert (len(rows), rows.limited) == (5, True)
    assert list(rows) == list(graph.query("claims"))[:5]
    every = graph.query("claims", limit=22)
    assert (len(every), every.limited) == (22, False)
    assert graph.query("claims").limited is False
    with pytest.raises(InputError, match="limit of 0"):
        graph.query("claims", limit=0)


def test_a_selection_by_name_refuses_what_is_not_there(graph: Graph) -> None:
    assert len(set(graph.construct("source_in_full", source="norwood-2019"))) > 50
    with pytest.raises(UnknownName) as caught:
        graph.construct("source_in_full", source="norwood-2018")
    assert caught.value.suggestions[0] == "norwood-2019"
    with pytest.raises(UnknownName) as caught:
        graph.construct("source_in_full", source=["norwood-2019", "hive-note"])
    assert caught.value.suggestions[0] == "hive-notes"
    assert list(graph.construct("contested")) == []


def test_what_was_sent_can_be_asked_again(graph: Graph) -> None:
    sent = graph.explain("claims_about", concept="lavender")
    assert len(sent.split("\n")) == len(graph.look_up("claims_about").text.split("\n"))
    assert list(graph.query(sent)) == list(graph.query("claims_about", concept="lavender"))
    assert list(graph.query(sent)) != []


def test_a_query_is_shown_as_it_is_sent_and_not_asked(graph: Graph) -> None:
    text = graph.explain("claims_about", concept="lavender")
    assert "VALUES ?concept { <https://example.org/bees/concept/lavender> }" in text
    assert "?source {" not in text
    assert list(graph.store.select(text)) == [
        tuple(row.values()) for row in graph.query("claims_about", concept="lavender")
    ]
    own = graph.explain("SELECT ?c { ?c mag:subject con:thymol }")
    assert own.startswith("PREFIX con: <https://example.org/bees/concept/> PREFIX mag: <")
    broken = graph.explain("SELECT ?c { ?c mag:subject con:thymol ;; }}")
    assert broken.endswith(";; }}")
    with pytest.raises(InputError, match="'concept' is missing"):
        graph.explain("claims_about")


def test_another_form_or_an_update_is_refused(graph: Graph) -> None:
    with pytest.raises(InputError, match="ASK"):
        graph.query("ASK { ?a ?b ?c }")
    with pytest.raises(InputError, match="SELECT"):
        graph.ask("SELECT ?a { ?a ?b ?c }")
    with pytest.raises(InputError, match="update"):
        graph.query("DROP ALL")


def test_a_limit_of_time_ends_a_query() -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    patient = Graph(small.graph().store, project=small.project(), timeout=60)
    assert len(patient.query("claims_about", concept="lavender")) == 2
    with pytest.raises(QueryTimeout):
        Graph(small.graph().store, project=small.project(), timeout=0.2).query(endless)


def test_prefixes_come_from_the_graph_itself() -> None:
    """A graph that was built elsewhere, opened from another folder, keeps its names."""
    apart = Graph(small.graph().store)
    assert apart.prefixes["con"] == "https://example.org/bees/concept/"
    assert apart.prefixes["bee"] == "https://example.org/bees/ns#"
    assert len(apart.query("claims_about", concept="thyme-oil")) == 1
    empty = Graph(OxigraphStore(ox.Store()))
    assert empty.prefixes["con"] == "https://w3id.org/magkg/concept/"


def test_a_closed_graph_says_so() -> None:
    with small.graph() as graph:
        assert graph.queries()["claims_about"].name == "claims_about"
    with pytest.raises(MagkgError, match="closed"):
        graph.query("safety")
    assert repr(graph) == "<Graph in memory (closed)>"


def test_repr_counts() -> None:
    manifest = Manifest("r", "c", "s" * 16, {"claims": 1234, "sources": 3}, {}, {})
    graph = Graph(OxigraphStore(ox.Store()), place=Path("build/graph"), manifest=manifest)
    assert repr(graph) == "<Graph build/graph: 1,234 claims, 3 sources>"


def test_only_a_built_folder_can_be_checked(graph: Graph) -> None:
    with pytest.raises(InputError, match="built graph"):
        graph.faults()


# --- open


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, built for good."""
    from magkg.store.build import build

    out = tmp_path_factory.mktemp("built") / "graph"
    build(Project(small.ROOT), out)
    return out


def test_open_a_built_folder(built: Path) -> None:
    with module.open(built) as graph:
        assert graph.manifest is not None
        assert graph.manifest.counts["claims"] == 22
        assert graph.place == built
        assert graph.faults() == []
        assert len(graph.query("claims_about", concept="thyme-oil")) == 1
        assert "22 claims" in repr(graph)
    with module.open(str(built), timeout=30) as graph:
        assert graph.timeout == 30


def test_a_build_says_the_same_as_the_graph_in_memory(built: Path, graph: Graph) -> None:
    with module.open(built) as opened:
        assert list(opened.query("claims")) == list(graph.query("claims"))
        assert len(list(opened.store.select("SELECT * { ?s ?p ?o }"))) == len(
            list(graph.store.select("SELECT * { ?s ?p ?o }"))
        )


def test_open_says_what_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled_folder: Path
) -> None:
    with pytest.raises(StoreUnavailable):
        module.open(tmp_path / "none")
    with pytest.raises(StoreUnavailable):
        module.open(tmp_path)
    (tmp_path / "graphs").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.warns(UserWarning, match="not been built"), module.open() as graph:
        assert graph.place == bundled_folder


def test_open_refuses_a_damaged_graph(built: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "graph"
    shutil.copytree(built, copy)
    next((copy / "stores").glob("*/*.sst")).unlink()
    with pytest.raises(StoreDamaged):
        module.open(copy)


def test_open_an_endpoint_sends_nothing_yet() -> None:
    graph = module.open("http://127.0.0.1:9/sparql", timeout=1)
    assert graph.manifest is None
    assert repr(graph) == "<Graph http://127.0.0.1:9/sparql>"
    with pytest.raises(StoreUnavailable):
        graph.query("safety")


def test_a_project_beside_which_a_graph_happens_to_lie_is_not_its_home(graph: Graph) -> None:
    assert graph.home == graph.project == small.project()
    moved = Graph(graph.store, project=bundled())
    assert moved.project is not None
    assert moved.home is None
