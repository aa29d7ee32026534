"""What one proposition rests on, as a graph: who says it, on which studies, which count once."""

from __future__ import annotations

import networkx as nx
import pytest

from magkg.errors import InputError
from magkg.use.graph import Graph
from magkg.use.independence import carried, provenance, roots_of
from tests import ruled
from tests.store import rules_graph

STUDIES = {
    "one": {"judged": [("riskOfBias", 0)]},
    "two": {"cohort": "one"},
    "three": {"group": "g"},
    "four": {"group": "g"},
    "pool": {"pools": 2, "includes": "four"},
}
CLAIMS = {
    "paper.a": {"lines": [{"study": "one", "basis": "own"}]},
    "review.a": {"lines": [{"study": "two"}, {"study": "three"}]},
    "page.a": {"lines": [{"cites": "review"}]},
    "page.b": {"polarity": "denies"},
    "other.a": {"condition": "insomnia", "lines": [{"study": "one"}]},
}


@pytest.fixture
def asked() -> Graph:
    return Graph(ruled.ruled(rules_graph.graph(STUDIES, CLAIMS)))


def drawn(asked: Graph) -> nx.DiGraph:
    proposition = asked.why("page#a").document["proposition"]["iri"]
    return provenance(asked.store, proposition)


def kinds(graph: nx.DiGraph, kind: str) -> list[str]:
    return sorted(node for node, data in graph.nodes(data=True) if data["kind"] == kind)


def test_it_leads_from_sources_down_to_one_proposition(asked: Graph) -> None:
    graph = drawn(asked)
    assert nx.is_directed_acyclic_graph(graph)
    (proposition,) = kinds(graph, "proposition")
    assert all(nx.has_path(graph, source, proposition) for source in kinds(graph, "source"))
    sizes = {kind: len(kinds(graph, kind)) for kind in ("source", "claim", "line", "study", "root")}
    assert sizes == {"source": 4, "claim": 5, "line": 5, "study": 3, "root": 2}
    assert graph.nodes[proposition]["label"] == "tea relieves headache"
    assert graph.nodes[proposition]["strength"] == "strengthModerate"
    for _, data in graph.nodes(data=True):
        assert {"kind", "label", "strength", "direction"} <= set(data)
        assert data["label"]


def test_edges_say_how(asked: Graph) -> None:
    graph = drawn(asked)
    src, study = rules_graph.SRC, rules_graph.STUDY
    assert graph.edges[f"{src}page#a-e0", f"{study}two"]["how"] == "cites"
    assert graph.edges[f"{src}review#a-e0", f"{study}two"]["how"] == "reaches"
    (proposition,) = kinds(graph, "proposition")
    assert graph.edges[f"{src}page#b", proposition]["how"] == "asserts"
    assert graph.nodes[f"{src}page#b"]["direction"] == "denies"
    assert graph.nodes[f"{src}other#a"]["stated"] is False


def test_each_root_says_what_it_carries(asked: Graph) -> None:
    found = {each["label"]: each for each in carried(drawn(asked))}
    assert set(found) == {"Study one", "Study four"}
    assert len(found["Study one"]["studies"]) == 2
    assert len(found["Study one"]["claims"]) == 4
    assert found["Study one"]["strength"] == "strengthModerate"


def test_roots_with_and_without_pools(asked: Graph) -> None:
    study = rules_graph.STUDY
    roots = roots_of(asked.store)
    assert {roots[study + name] for name in ("three", "four", "pool")} == {study + "four"}
    apart = roots_of(asked.store, pools=False)
    assert apart[study + "pool"] == study + "pool"
    assert apart[study + "two"] == study + "one"


def test_a_proposition_nobody_states_is_a_lone_node(asked: Graph) -> None:
    assert list(provenance(asked.store, "https://example.org/none")) == ["https://example.org/none"]
    with pytest.raises(InputError):
        provenance(asked.store, "no iri")
