"""The statements of a selection: whole claims with all that they lead to, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from magkg.claims import identity
from magkg.store.oxigraph import OxigraphStore
from magkg.use.export.rdf.statements import Statements
from magkg.use.graph import Graph
from magkg.vocabulary import DCTERMS, MAG, TYPE
from tests import evidence, small
from tests.use.export.rdf_readers import READ, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from magkg.use.select.subgraph import Subgraph

BEES = small.BASE
CHOSEN: list[dict[str, Any]] = [
    {"concept": "magnesium-oxide"},
    {"polarity": "denies"},
    {"source": "guide-nerve-health"},
    {"tension": "curated_tension"},
    {"design": "randomisedTrial", "strength_at_least": "low"},
    {"kind": "advice", "not_source": "guide-nerve-health"},
]


def quads(subgraph: Subgraph) -> list[ox.Quad]:
    return list(ox.parse(written(subgraph, "nquads"), format=READ["nquads"]))


def described(found: list[ox.Quad], name: str) -> set[str]:
    """The nodes of a class."""
    return {
        quad.subject.value
        for quad in found
        if quad.predicate.value == TYPE and quad.object.value == MAG + name
    }


@pytest.mark.parametrize("chosen", CHOSEN, ids=str)
def test_a_selection_is_cut_from_the_whole_at_no_node(
    bundled: Graph, chosen: dict[str, Any]
) -> None:
    subgraph = bundled.subgraph(**chosen)
    found = set(quads(subgraph))
    assert isinstance(bundled.store, OxigraphStore)
    every = set(bundled.store.quads())
    assert found < every
    default = {quad for quad in found if quad.graph_name == ox.DefaultGraph()}
    nodes = {quad.subject for quad in default}
    assert default == {
        quad for quad in every if quad.subject in nodes and quad.graph_name == ox.DefaultGraph()
    }
    assert described(list(found), "Claim") == set(subgraph.claims)


@pytest.mark.parametrize("chosen", CHOSEN, ids=str)
def test_the_digests_of_the_claims_follow_from_the_export(
    bundled: Graph, chosen: dict[str, Any]
) -> None:
    subgraph = bundled.subgraph(**chosen)
    found = quads(subgraph)
    told = {q.subject.value: q.object.value for q in found if q.predicate.value == MAG + "digest"}
    states = {q.subject.value: q.object.value for q in found if q.predicate.value == MAG + "states"}
    identities = list(identity.claims(found))
    assert {each.iri: each.digest for each in identities} == told
    assert told.keys() == set(subgraph.claims)
    assert {each.iri: each.proposition for each in identities if each.proposition} == states


@pytest.mark.parametrize("chosen", CHOSEN[:2], ids=str)
def test_an_export_explains_its_claims_as_the_graph_does(
    bundled: Graph, chosen: dict[str, Any]
) -> None:
    subgraph = bundled.subgraph(**chosen)
    copy = Graph(OxigraphStore.of(quads(subgraph)), project=bundled.project)
    selected = set(subgraph.claims)
    for claim in subgraph.claims:
        for verb in ("trace", "why"):
            ours, theirs = (getattr(each, verb)(claim).as_json() for each in (copy, bundled))
            assert _without(ours, selected) == _without(theirs, selected), (verb, claim)


def _without(document: Any, selected: set[str]) -> Any:
    """A document without the claims that are not selected, and their sources."""
    if isinstance(document, dict):
        kept = {key: held for key, held in document.items() if key != "sources"}
        return {key: _without(held, selected) for key, held in kept.items()}
    if isinstance(document, list):
        return [_without(each, selected) for each in document if not _other(each, selected)]
    return document


def _other(entry: Any, selected: set[str]) -> bool:
    iri = entry.get("iri", "") if isinstance(entry, dict) else ""
    return "#" in iri and "/source/" in iri and iri not in selected and "label" in entry


def test_bare_triples_are_those_that_the_selected_claims_affirm(bundled: Graph) -> None:
    def stated(subgraph: Subgraph) -> set[Any]:
        return set(Statements(subgraph).stated())

    whole = stated(bundled.subgraph())
    affirmed = stated(bundled.subgraph(polarity="affirms"))
    assert len(whole) == 509
    assert affirmed == whole
    assert stated(bundled.subgraph(not_polarity="affirms")) == set()
    some = stated(bundled.subgraph(concept="magnesium-oxide"))
    rest = stated(bundled.subgraph(not_concept="magnesium-oxide"))
    assert set() < some < whole
    assert some | rest == whole


def of(graph: Graph, *names: str) -> list[ox.Quad]:
    return quads(graph.subgraph(claim=list(names)))


def test_what_points_to_a_claim_comes_with_it() -> None:
    graph = small.graph()
    found = of(graph, "norwood-2019#more-brood")
    assert described(found, "Tombstone") == {BEES + "source/norwood-2019#old-brood"}
    assert described(of(graph, "norwood-2019#figure"), "Tombstone") == set()


def test_concepts_come_with_their_outside_ids_and_broader_ones() -> None:
    found = of(small.graph(), "garden-leaflet#as-the-trial")
    assert described(found, "Mapping") == {BEES + "concept/honeybee#taxon-7"}
    assert described(found, "Predicate") == {MAG + "increases"}
    assert {q.object.value for q in found if q.predicate.value == MAG + "polarity"} == {
        MAG + "affirms"
    }
    terms = {q.subject.value for q in found if q.predicate.value == MAG + "rank"}
    assert {MAG + "hedged", MAG + "strengthVeryLow"} <= terms


def test_a_chain_of_tombstones_comes_whole() -> None:
    more = (
        f"<{BEES}source/norwood-2019#first> a <{MAG}Tombstone> ; "
        f"<{DCTERMS}isReplacedBy> <{BEES}source/norwood-2019#old-brood> ."
    )
    extra = list(ox.parse(more, format=ox.RdfFormat.TURTLE))
    graph = small.in_memory(small.project(), [*small.quads(), *extra])
    found = of(graph, "norwood-2019#more-brood")
    assert len(described(found, "Tombstone")) == 2


def _tense(*claims: str) -> Iterator[ox.Quad]:
    named = " , ".join(f"<{BEES}source/{each}>" for each in claims)
    yield from ox.parse(
        f"<{BEES}tension/t> a <{MAG}Tension> ; <{MAG}between> {named} .\n"
        f"<{BEES}dismissal/a> a <{MAG}Dismissal> ; <{MAG}dismissed> <{BEES}tension/t> .\n"
        f"<{BEES}dismissal/z> a <{MAG}Dismissal> ; "
        f"<{MAG}dismissed> <{BEES}tension/t> , <{BEES}source/{claims[0]}> .",
        format=ox.RdfFormat.TURTLE,
    )


def test_tensions_and_dismissals_come_only_with_all_that_they_speak_of() -> None:
    one, two = "norwood-2019#more-brood", "hive-notes#patty-no-cure"
    graph = small.in_memory(small.project(), [*small.quads(), *_tense(one, two)])
    both = of(graph, one, two)
    assert described(both, "Tension") == {BEES + "tension/t"}
    assert described(both, "Dismissal") == {BEES + "dismissal/a", BEES + "dismissal/z"}
    for alone in (one, two):
        found = of(graph, alone)
        assert described(found, "Tension") == described(found, "Dismissal") == set()


def test_a_search_comes_with_the_claim_that_it_was_made_for() -> None:
    graph = evidence.graph()
    searched = {
        str(row[0]).removeprefix(BEES + "source/")
        for row in graph.store.select(f"SELECT ?c WHERE {{ ?s <{MAG}soughtFor> ?c }}")
    }
    assert searched
    for claim in searched:
        assert described(of(graph, claim), "Search") == {BEES + "search/patties"}
    assert described(of(graph, "hive-notes#sting-swells"), "Search") == set()


def test_links_to_other_claims_stay_and_are_not_followed(bundled: Graph) -> None:
    row = next(
        iter(bundled.store.select(f"SELECT ?one ?two WHERE {{ ?one <{MAG}because> ?two }} LIMIT 1"))
    )
    one, two = map(str, row)
    found = quads(bundled.subgraph(claim=one))
    assert ox.Quad(
        ox.NamedNode(one), ox.NamedNode(MAG + "because"), ox.NamedNode(two)
    ) in set(found)  # fmt: skip
    assert two not in {quad.subject.value for quad in found}


def test_a_claim_that_something_taken_leads_to_is_not_taken() -> None:
    graph = small.graph()
    step = sorted(described(of(graph, "garden-leaflet#as-the-trial"), "RatingStep"))[0]
    other = f"{BEES}source/hive-notes#sting-swells"
    link = ox.Quad(ox.NamedNode(step), ox.NamedNode(MAG + "ground"), ox.NamedNode(other))
    graph = small.in_memory(small.project(), [*small.quads(), link])
    found = of(graph, "garden-leaflet#as-the-trial")
    assert link in found
    assert described(found, "Claim") == {f"{BEES}source/garden-leaflet#as-the-trial"}


def test_parts_join_to_the_same_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    subgraph = evidence.graph().subgraph(not_polarity="denies")
    whole = set(Statements(subgraph).described())
    monkeypatch.setattr("magkg.use.export.rdf.statements._PART", 1)
    apart = list(Statements(subgraph).described())
    assert set(apart) == whole
    assert len(apart) == len(whole)
