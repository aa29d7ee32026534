"""RDF 1.2: claims as reifiers of the triples that they make, and no triple asserted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from magkg.vocabulary import MAG, RDF
from tests import small
from tests.use.export import nasty
from tests.use.export.rdf_readers import READ, counted, lines, written

if TYPE_CHECKING:
    from magkg.use.graph import Graph
    from magkg.use.select.subgraph import Subgraph

REIFIES = RDF + "reifies"
CHOSEN = [
    {},
    {"concept": "magnesium-oxide"},
    {"polarity": "denies"},
    {"source": "guide-nerve-health"},
]


def check(subgraph: Subgraph) -> int:
    found = list(ox.parse(written(subgraph, "rdf12"), format=READ["rdf12"]))
    reified = {quad.subject.value: quad.object for quad in found if quad.predicate.value == REIFIES}
    claims = {each.iri: each for part in subgraph.parts() for each in part.claims if each.subject}
    assert reified.keys() == claims.keys()
    for iri, triple in reified.items():
        assert isinstance(triple, ox.Triple)
        claim = claims[iri]
        assert (triple.subject.value, triple.predicate.value, triple.object.value) == (
            claim.subject, claim.predicate, claim.object,
        )  # fmt: skip
    rest = lines(quad for quad in found if quad.predicate.value != REIFIES)
    plain = lines(ox.parse(written(subgraph, "turtle"), format=READ["turtle"]))
    assert rest == plain
    asserted = {str(ox.Triple(each.subject, each.predicate, each.object)) for each in found}
    assert not asserted & set(map(str, reified.values()))
    counts = counted(subgraph, "rdf12")
    assert counts == {"claims": len(subgraph), "statements": len(plain), "reified": len(reified)}
    return len(reified)


@pytest.mark.parametrize("chosen", CHOSEN, ids=str)
def test_every_claim_with_a_triple_reifies_it(bundled: Graph, chosen: dict[str, str]) -> None:
    assert check(bundled.subgraph(**chosen)) > 30


def test_a_claim_without_a_triple_reifies_none() -> None:
    graph = small.graph()
    subgraph = graph.subgraph()
    without = [each for each in subgraph.content.claims if not each.subject]
    assert without
    assert check(subgraph) == len(subgraph) - len(without)


@pytest.mark.parametrize("xml", [False, True])
def test_nasty_strings_are_carried(xml: bool) -> None:
    assert check(nasty.graph(xml=xml).subgraph()) == nasty.COUNT


def test_a_store_of_rdf_12_tells_who_says_what(bundled: Graph) -> None:
    """What the page of the format shows: who denies which triple."""
    store = ox.Store()
    store.load(written(bundled.subgraph(polarity="denies"), "rdf12"), format=ox.RdfFormat.TURTLE)
    rows = store.query(
        f"SELECT ?claim ?s ?p ?o WHERE {{ ?claim <{REIFIES}> <<( ?s ?p ?o )>> ; "
        f"<{MAG}polarity> <{MAG}denies> }}"
    )
    assert isinstance(rows, ox.QuerySolutions)
    assert len(list(rows)) == len(bundled.subgraph(polarity="denies"))


def test_the_file_names_its_version() -> None:
    assert written(small.graph().subgraph(), "rdf12").startswith(b'VERSION "1.2"\n@prefix ')
