"""The W3C suite of the SPARQL 1.1 Protocol: queries are answered, updates refused."""

from __future__ import annotations

import pytest

from magkg.store.oxigraph import OxigraphStore
from magkg.use.graph import Graph
from tests.web.sparql import protocol_cases
from tests.web.sparql.inside import sender
from tests.web.sparql.protocol_cases import GRAPHS, Case, queries, updates

pytestmark = pytest.mark.skipif(bool(protocol_cases.missing()), reason=protocol_cases.missing())


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph(OxigraphStore.of(protocol_cases.quads()))


def test_the_suite_has_20_query_cases_and_14_update_cases() -> None:
    assert (len(queries()), len(updates())) == (20, 14)


@pytest.mark.parametrize("case", queries(), ids=str)
def test_query_case(graph: Graph, case: Case) -> None:
    protocol_cases.run(case, sender(graph, GRAPHS))


@pytest.mark.parametrize("case", updates(), ids=str)
def test_update_case_is_refused(graph: Graph, case: Case) -> None:
    before = sorted(map(str, graph.store.quads()))  # type: ignore[attr-defined]
    assert protocol_cases.refused(case, sender(graph, GRAPHS)) > 0
    assert sorted(map(str, graph.store.quads())) == before  # type: ignore[attr-defined]
