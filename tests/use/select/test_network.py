"""A subgraph as a network: three views, in which no denial becomes a plain positive edge."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from magkg.errors import InputError, UnknownName
from magkg.use.select import network_claims
from magkg.use.select.views import said
from tests import evidence, ruled, small
from tests.use.export import nasty

if TYPE_CHECKING:
    import networkx as nx

    from magkg.use.graph import Graph

VIEWS = ("propositions", "claims", "provenance")
BEES = small.BASE
TRIALS = f"{BEES}source/two-trials#"


def edges(made: nx.MultiDiGraph, **wanted: Any) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [
        (one, other, key, held)
        for one, other, key, held in made.edges(keys=True, data=True)
        if all(held.get(name) == value for name, value in wanted.items())
    ]


@pytest.mark.parametrize("view", VIEWS)
def test_form(bundled: Graph, view: str) -> None:
    subgraph = bundled.subgraph()
    made = subgraph.network(view)
    assert made.graph["view"] == view
    assert made.graph["claim_count"] == len(subgraph)
    keys = [key for *_, key in made.edges(keys=True)]
    assert len(set(keys)) == len(keys) > 0
    for iri, held in made.nodes(data=True):
        assert held["iri"] == iri
        assert held["kind"] in ("concept", "claim", "study", "source", "citation")
    for *_, held in made.edges(data=True):
        assert held["relation"]
        assert held["label"]
    for *_, held in (*made.nodes(data=True), *made.edges(data=True)):
        for name, value in held.items():
            texts = isinstance(value, list) and {type(each) for each in value} == {str}
            assert texts or type(value) in (str, int, bool), (name, value)
            assert value != ""
            assert not name.endswith("_list")
    assert sorted(made) == list(made)
    again = bundled.subgraph().network(view)
    assert list(again.edges(keys=True, data=True)) == list(made.edges(keys=True, data=True))
    assert list(again.nodes(data=True)) == list(made.nodes(data=True))


def test_every_claim_is_on_the_edge_of_its_proposition_and_polarity(bundled: Graph) -> None:
    subgraph = bundled.subgraph()
    made = subgraph.network()
    content = subgraph.content
    found: Counter[str] = Counter()
    for one, other, key, held in edges(made):
        proposition = content.propositions[held["proposition"]]
        assert key == f"{proposition.iri}|{held['polarity']}"
        assert (one, other) == (proposition.subject, proposition.object)
        assert held["predicate"] == proposition.predicate
        pairs = [f"{name}={value}" for name, value in proposition.qualifiers]
        assert held.get("qualifiers", []) == pairs
        assert held["claim_count"] == len(held["claims"]) == len(held["gists"])
        found.update(held["claims"])
        for iri in held["claims"]:
            claim = next(each for each in content.claims if each.iri == iri)
            assert (claim.proposition, claim.polarity) == (proposition.iri, held["polarity"])
            assert claim.certainty in held["certainties"]
            assert claim.attribution in held["attributions"]
            assert claim.source in held["sources"]
        assert held.get("verdicts", []) == list(proposition.verdicts)
        side = {
            "affirms": "strength",
            "denies": "strength_against",
            "reportsNoDifference": "strength_against",
        }.get(held["polarity"], "")
        assert held.get("held") == held.get(side)
        if proposition.verdicts:
            assert held["independent_for"] == proposition.independent_for
            assert held["all_claims"] == proposition.claims
    left = set(made.graph["not_formalised"])
    assert found == Counter(each.iri for each in content.claims if each.iri not in left)
    assert left == {each.iri for each in content.claims if each.not_formalised}


def test_what_is_denied_is_another_edge() -> None:
    made = evidence.graph().subgraph().network()
    ends = (f"{BEES}concept/white-clover", f"{BEES}concept/brood")
    between = made.get_edge_data(*ends)
    polarities = sorted((held["polarity"], held["label"]) for held in between.values())
    assert ("affirms", "increases (contested)") in polarities
    assert ("denies", "increases (denied, contested)") in polarities
    assert all(held["contested"] for held in between.values() if not held.get("qualifiers"))
    denied = next(held for held in between.values() if held["polarity"] == "denies")
    assert denied["claims"] == [f"{TRIALS}no-brood"]
    assert denied["polarities"] == ["affirms", "denies"]


def test_a_selection_does_not_hide_that_it_is_contested() -> None:
    """What was not selected still speaks against an edge."""
    made = evidence.graph().subgraph(claim=f"{TRIALS}more-brood").network()
    ((*_, held),) = edges(made)
    assert held["contested"] is True
    assert held["label"] == "increases (contested)"
    assert held["claims"] == [f"{TRIALS}more-brood"]


@pytest.mark.parametrize(
    ("polarity", "disagreed", "label"),
    [
        ("affirms", False, "treats"),
        ("affirms", True, "treats (contested)"),
        ("denies", False, "treats (denied)"),
        ("reportsNoDifference", True, "treats (no difference found, contested)"),
        ("reportsLackOfEvidence", False, "treats (evidence said to be lacking)"),
    ],
)
def test_labels_show_the_polarity(polarity: str, disagreed: bool, label: str) -> None:
    assert said("treats", polarity, disagreed=disagreed) == label


def test_every_view_says_which_claims_are_contested(bundled: Graph) -> None:
    subgraph = bundled.subgraph()
    marked = {each.iri for each in subgraph.content.claims if each.contested}
    assert marked
    for view in ("claims", "provenance"):
        made = subgraph.network(view)
        found = {iri for iri, held in made.nodes(data=True) if held.get("contested")}
        assert found == marked
    for *_, held in edges(subgraph.network()):
        assert held["contested"] == (not marked.isdisjoint(held["claims"]))
        assert ("contested" in held["label"]) == held["contested"]


def test_parallel_edges_of_other_qualifiers_stay_apart(bundled: Graph) -> None:
    made = bundled.subgraph().network()
    apart = Counter((one, other, held["predicate"], held["polarity"])
                    for one, other, _, held in edges(made))  # fmt: skip
    (ends, number) = apart.most_common(1)[0]
    assert number > 2
    several = [
        tuple(held.get("qualifiers", ()))
        for held in made.get_edge_data(*ends[:2]).values()
        if (held["predicate"], held["polarity"]) == ends[2:]
    ]
    assert len(set(several)) == len(several) == number


def test_claims_know_what_they_have_to_do_with_each_other(bundled: Graph) -> None:
    subgraph = bundled.subgraph()
    made = subgraph.network("claims")
    claims = {each.iri: each for each in subgraph.content.claims}
    assert set(made) == claims.keys()
    for name in ("via", "because"):
        expected = {(each.iri, to) for each in claims.values() for to in getattr(each, name)}
        assert {(one, other) for one, other, *_ in edges(made, relation=name)} == expected
    groups = Counter(each.proposition for each in claims.values() if each.proposition)
    same = ("same_proposition", "opposite_polarity", "other_polarity")
    pairs = sum(number * (number - 1) // 2 for number in groups.values())
    within = [
        (one, other)
        for relation in same
        for one, other, *_ in edges(made, relation=relation)
        if claims[one].proposition == claims[other].proposition
    ]
    assert len(within) == len(set(within)) == pairs
    for one, other, key, held in edges(made):
        polarities = (claims[one].polarity, claims[other].polarity)
        assert (held["from_polarity"], held["to_polarity"]) == polarities
        assert key.endswith("|".join(polarities))
        if held["relation"] == "opposite_polarity":
            assert set(polarities) == {"affirms", "denies"}
            near = subgraph.content.propositions[claims[one].proposition].bears_on
            assert claims[other].proposition in (claims[one].proposition, *near)
            assert claims[one].contested
            assert claims[other].contested
        if held["relation"] == "narrower_scope":
            wide = claims[other].proposition
            assert wide in subgraph.content.propositions[claims[one].proposition].wider
    query = "PREFIX mag: <https://w3id.org/magkg/ns#> SELECT ?t ?a { ?t mag:between ?a }"
    tensions: dict[str, list[str]] = {}
    for tension, claim in bundled.store.select(query):
        tensions.setdefault(str(tension), []).append(str(claim))
    for tension, between in tensions.items():
        drawn = edges(made, tension=tension)
        assert len(drawn) == len(between) * (len(between) - 1) // 2
        assert {end for one, other, *_ in drawn for end in (one, other)} == set(between)
        assert all(held["rationale"] for *_, held in drawn)


def test_an_edge_leads_only_to_what_was_selected(bundled: Graph) -> None:
    made = bundled.subgraph(source="guide-nerve-health", certainty="hedged").network("claims")
    assert all(held["certainty"] == "hedged" for _, held in made.nodes(data=True))


def test_too_many_edges_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    subgraph = nasty.graph(xml=True).subgraph()
    assert subgraph.network("claims").number_of_edges() == 50 * (40 * 39) // 2
    monkeypatch.setattr(network_claims, "_MOST_EDGES", 1000)
    with pytest.raises(InputError, match="over 1,000 edges") as error:
        subgraph.network("claims")
    assert "provenance" in error.value.hint


def test_provenance_leads_to_all_that_a_claim_rests_on(bundled: Graph) -> None:
    subgraph = bundled.subgraph()
    content = subgraph.content
    made = subgraph.network("provenance")
    for claim in content.claims:
        found = {
            (held["relation"], other) for _, other, held in made.out_edges(claim.iri, data=True)
        }
        lines = [content.lines[iri] for iri in claim.evidence]
        expected = {("made_by", claim.source)}
        for line in lines:
            expected |= {("evidence", each) for each in line.studies}
            expected |= {("reaches", each) for each in set(line.reaches) - set(line.studies)}
            expected |= {("cites", each) for each in line.cites}
            if not (line.studies or line.reaches or line.cites):
                expected.add(("unresolved", line.iri))
                assert made.nodes[line.iri]["label"] == line.unresolved
        assert found == expected
        for *_, key, held in made.out_edges(claim.iri, keys=True, data=True):
            assert held["polarity"] == claim.polarity in key.split("|")
            if "line" in held:
                line = content.lines[held["line"]]
                assert (held["direction"], held["basis"]) == (line.direction, line.basis)
                assert line.direction in key.split("|")
                assert len(held.get("effects", [])) == len(line.effects)
    for iri, study in content.studies.items():
        found = {(held["relation"], other) for _, other, held in made.out_edges(iri, data=True)}
        expected = {("reported_in", each) for each in study.reported_in}
        if study.root != iri:
            expected.add(("same_root", study.root))
        assert found == expected
        assert made.nodes[iri]["is_retracted"] == bool(study.retracted)


def test_what_is_not_described_is_still_a_node() -> None:
    """A claim may cite what an endpoint says nothing of."""
    text = evidence.MORE.replace("src:two-trials a mag:Source", "src:another a mag:Source")
    quads = [*ruled.read(*small.project().files()), *ox.parse(text, format=ox.RdfFormat.TURTLE)]
    graph = small.in_memory(small.project(), small.filled(quads))
    node = graph.subgraph().network("provenance").nodes[f"{BEES}source/two-trials"]
    assert (node["kind"], node["label"]) == ("source", "two-trials")


def test_what_has_no_label_is_called_by_the_end_of_its_iri() -> None:
    """An endpoint may give less than a project must: no wording, no title, no source."""
    text = (
        f'{nasty.HEAD}con:a a mag:Concept ; skos:prefLabel ""@en . src:s a mag:Source . '
        'src:s\\#c a mag:Claim ; rdfs:label ""@en ; mag:subject con:a ; mag:object con:b ; '
        "mag:predicate mag:increases ; mag:polarity mag:affirms ; mag:evidence src:s\\#e . "
        "src:s\\#e a mag:EvidenceLine . src:s\\#d a mag:Claim ; mag:source src:s ."
    )
    quads = small.filled(ox.parse(text, format=ox.RdfFormat.TURTLE))
    subgraph = small.in_memory(small.project(), quads).subgraph()
    found = {held["label"] for view in VIEWS for _, held in subgraph.network(view).nodes(data=True)}
    assert found == {"a", "b", "c", "d", "e", "s"}
    assert subgraph._repr_svg_() is not None


def test_another_view_is_refused() -> None:
    with pytest.raises(UnknownName, match="view of a network 'proposition'") as error:
        small.graph().subgraph().network("proposition")
    assert error.value.suggestions[0] == "propositions"


def test_an_empty_selection_is_an_empty_network(bundled: Graph) -> None:
    subgraph = bundled.subgraph(claim="guide-nerve-health#evidence-2011-regeneration",
                                polarity="denies")  # fmt: skip
    for view in VIEWS:
        made = subgraph.network(view)
        assert (len(made), made.graph["claim_count"]) == (0, 0)
