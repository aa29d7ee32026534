"""Every shipped query gives one answer: embedded, on two servers, and on a fourth evaluator.

The embedded store is compared with each of the others. All queries end in an ORDER BY that is
total (tests/test_queries.py), so the rows of a server must come in the same order; rdflib has an
order of its own for some terms, so there the rows are compared as a multiset. The triples of a
CONSTRUCT are compared as a set.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from magkg.use import binding, catalogue
from tests import answers
from tests.engines.conftest import ASKED, EQUAL
from tests.test_queries import as_rdflib, from_rdflib

if TYPE_CHECKING:
    from magkg.use.catalogue import Query
    from magkg.use.graph import Graph

QUERIES = catalogue.all_queries()
# What an engine cannot do, each with the reason that was measured; at present every query passes.
FAULTS: dict[str, dict[str, str]] = {"oxigraph server": {}, "Virtuoso": {}, "rdflib": {}}


def cases(engine: str) -> list[Any]:
    """The names, those that must fail marked with the reason."""
    return [
        pytest.param(name, marks=pytest.mark.xfail(reason=FAULTS[engine][name], strict=True))
        if name in FAULTS[engine]
        else name
        for name in QUERIES
    ]


def told(graph: Graph, query: Query, given: dict[str, Any]) -> list[tuple[str | None, ...]]:
    """The answer, term by term: rows in their order, or triples in the alphabet's."""
    if query.form == "construct":
        found = set(graph.construct(query, **given))
        return sorted(tuple(str(answers.show(term)) for term in each) for each in found)
    rows = graph.query(query, **given)
    return [tuple(answers.show(term) for term in row.values()) for row in rows]


def compare(engine: str, here: Graph, there: Graph, name: str) -> None:
    query = QUERIES[name]
    ASKED[engine].add(name)
    for given in answers.cases(query).values():
        assert told(there, query, given) == told(here, query, given)
    EQUAL[engine].add(name)


@pytest.mark.parametrize("name", cases("oxigraph server"))
def test_same_answer_on_the_oxigraph_server(embedded: Graph, on_oxigraph: Graph, name: str) -> None:
    compare("oxigraph server", embedded, on_oxigraph, name)


@pytest.mark.parametrize("name", cases("Virtuoso"))
def test_same_answer_on_virtuoso(embedded: Graph, on_virtuoso: Graph, name: str) -> None:
    compare("Virtuoso", embedded, on_virtuoso, name)


@cache
def on_rdflib() -> Any:
    return as_rdflib(tuple(answers.bundled().store.quads()))  # type: ignore[attr-defined]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", cases("rdflib"))
def test_same_answer_on_rdflib(name: str) -> None:
    graph, query = answers.bundled(), QUERIES[name]
    ASKED["rdflib"].add(name)
    for given in answers.cases(query).values():
        text = binding.bind(query.text, query.params, given, graph.prefixes)
        rows = on_rdflib().query(text)
        found = Counter(tuple(answers.show(from_rdflib(term)) for term in row) for row in rows)
        if query.form == "construct":
            found = Counter(set(found))
        assert found == Counter(told(graph, query, given))
    EQUAL["rdflib"].add(name)


def test_a_server_with_a_named_default_graph_is_recognised(
    on_oxigraph: Graph, on_virtuoso: Graph
) -> None:
    for graph, name in (
        (on_oxigraph, None),
        (on_virtuoso, "https://w3id.org/magkg/graph/default"),
    ):
        assert len(graph.query("sources")) > 3
        assert graph.store.default_graph == name  # type: ignore[attr-defined]
        # Nothing but what was pushed is seen, neither in the default graph nor beside it.
        rows = graph.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        assert rows.to_python() == [{"g": "https://w3id.org/magkg/ns#stated"}]
