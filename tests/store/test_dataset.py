"""A query sees the graphs that are named beside it, and no other."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from magkg.errors import InputError
from magkg.store.interface import DEFAULT_GRAPH, Dataset, Store
from magkg.store.oxigraph import OxigraphStore

OUTSIDE = "SELECT ?o WHERE { <urn:x:s> <urn:x:p> ?o } ORDER BY ?o"
INSIDE = "SELECT ?o WHERE { GRAPH ?g { <urn:x:s> <urn:x:p> ?o } } ORDER BY ?o"


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    s, p = ox.NamedNode("urn:x:s"), ox.NamedNode("urn:x:p")
    return OxigraphStore.of(
        [
            ox.Quad(s, p, ox.Literal("default")),
            ox.Quad(s, p, ox.Literal("a"), ox.NamedNode("urn:x:a")),
            ox.Quad(s, p, ox.Literal("b"), ox.NamedNode("urn:x:b")),
        ]
    )


def seen(store: Store, dataset: Dataset | None, lead: str = "") -> tuple[list[str], list[str]]:
    """What is seen outside GRAPH and inside, in all ways to ask."""
    found = []
    for text in (OUTSIDE, INSIDE):
        text = text.replace("WHERE", f"{lead} WHERE")
        for timeout in (None, 60.0):
            rows = [str(row[0]) for row in store.select(text, timeout, dataset)]
            built = text.replace("SELECT ?o", "CONSTRUCT { <urn:x:s> <urn:x:p> ?o }")
            triples = store.construct(built, timeout, dataset)
            assert sorted(str(each[2]) for each in triples) == rows
            asked = text.replace("SELECT ?o", "ASK").replace("ORDER BY ?o", "")
            assert store.ask(asked, timeout, dataset) is bool(rows)
        found.append(rows)
    return found[0], found[1]


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        (None, (["default"], ["a", "b"])),
        (Dataset(), ([], [])),
        (Dataset((DEFAULT_GRAPH,)), (["default"], [])),
        (Dataset((DEFAULT_GRAPH, "urn:x:b")), (["b", "default"], [])),
        (Dataset(("urn:x:a", "urn:x:b"), ("urn:x:a",)), (["a", "b"], ["a"])),
        (Dataset((), ("urn:x:b",)), ([], ["b"])),
        (Dataset(("urn:x:nothing",)), ([], [])),
    ],
)
def test_what_a_query_sees(
    store: OxigraphStore, dataset: Dataset | None, expected: tuple[list[str], list[str]]
) -> None:
    assert seen(store, dataset) == expected


def test_a_dataset_goes_before_the_one_of_the_text(store: OxigraphStore) -> None:
    lead = "FROM <urn:x:a> FROM NAMED <urn:x:a>"
    assert seen(store, None, lead) == (["a"], ["a"])
    assert seen(store, Dataset(("urn:x:b",)), lead) == (["b"], [])


def test_what_is_no_name_of_a_graph_is_refused(store: OxigraphStore) -> None:
    for dataset in (Dataset(("not an iri",)), Dataset((), ("",))):
        with pytest.raises(InputError, match="no IRI"):
            store.ask("ASK {}", dataset=dataset)
