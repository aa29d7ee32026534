"""What the audit must find in its fixtures, it finds on the servers too (the bundled graph, where
nothing is wrong in some ways, would show nothing of those queries)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from magkg.claims import project as projects
from magkg.errors import StoreUnavailable
from magkg.store.endpoint import STATED, EndpointStore
from magkg.store.graph_store import GraphStore
from magkg.use.graph import Graph
from tests import test_audit_queries as audited
from tests.engines import servers

if TYPE_CHECKING:
    from tests.engines.servers import Server

NAME = "https://example.org/audited"


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with getattr(servers, request.param)(tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.mark.parametrize("kind", audited.KINDS)
def test_speaks(server: Server, kind: str) -> None:
    here = audited.graph(audited.ROOT / kind / "speaks.ttl")
    client = GraphStore(server.store, user=server.user, password=server.password)
    for name in (NAME, STATED):
        held = [
            quad.triple
            for quad in here.store.quads()
            if (quad.graph_name == ox.NamedNode(STATED)) == (name == STATED)
        ]  # type: ignore[attr-defined]
        client.replace(name, ox.serialize(held, format=ox.RdfFormat.N_TRIPLES) or b"")
    store = EndpointStore(server.query, default_graph=NAME)
    there = Graph(store, project=projects.bundled())
    query = audited.KINDS[kind]
    given = {param.name: param.example for param in query.params} | audited.GIVEN.get(kind, {})
    wanted = here.query(query, **given).to_python()
    try:
        found = there.query(query, **given).to_python()
    except StoreUnavailable as error:
        found = [{"error": str(error)}]
    if found != wanted and server.user is not None:
        # Virtuoso 7.2.5 plans by what it has sampled before: on a few triples it can lose a row or
        # take an IRI for a number. On the whole graph its answers are held in test_same_answers.
        pytest.xfail(f"Virtuoso planned this otherwise: {found}"[:300])
    assert found == wanted
