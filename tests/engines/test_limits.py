"""What a server leaves out because of a limit of its own is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from magkg.errors import StoreUnavailable
from magkg.store.endpoint import EndpointStore
from magkg.store.graph_store import GraphStore
from tests.engines import servers

if TYPE_CHECKING:
    from tests.engines.servers import Server

GRAPH = "https://example.org/many"


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("virtuoso")
    with servers.virtuoso(folder, "ResultSetMaxRows = 1200") as server:
        yield server


def test_rows_that_virtuoso_cuts(limited: Server) -> None:
    client = GraphStore(limited.store, user=limited.user, password=limited.password)
    lines = [f"<http://e/{number}> <http://e/p> <http://e/o> ." for number in range(3000)]
    client.replace(GRAPH, "\n".join(lines).encode())
    store = EndpointStore(limited.query)
    pattern = f"GRAPH <{GRAPH}> {{ ?s <http://e/p> ?o }}"
    with pytest.raises(StoreUnavailable, match="1200 rows at most"):
        store.select(f"SELECT ?s WHERE {{ {pattern} }}")
    with pytest.raises(StoreUnavailable, match="1200 rows at most"):
        store.construct(f"CONSTRUCT {{ ?s a ?o }} WHERE {{ {pattern} }}")
    assert len(list(store.select(f"SELECT ?s WHERE {{ {pattern} }} LIMIT 1100"))) == 1100
    assert (
        len(set(store.construct(f"CONSTRUCT {{ ?s a ?o }} WHERE {{ {pattern} }} LIMIT 1100")))
        == 1100
    )
    ((number,),) = store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    assert str(number) == "3000"
