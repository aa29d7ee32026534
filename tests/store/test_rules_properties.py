"""What holds for every graph, tried on small random ones (tests/store/rules_graph.py)."""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from magkg.use import independence, levels
from magkg.use.graph import Graph
from magkg.use.why_changes import body_of, rated_of
from tests.ruled import ruled, store

from . import rules_graph
from .rules_cases import end, rows

if TYPE_CHECKING:
    from magkg.store.oxigraph import OxigraphStore

Json = dict[str, Any]
few = settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
DESIGNS = ["randomisedTrial", "cohortStudy", "caseSeries", "animalRandomised", "cellStudy"]
JUDGED = st.lists(
    st.sampled_from(
        [("riskOfBias", 0), ("riskOfBias", -1), ("imprecision", 0), ("imprecision", -2),
         ("largeEffect", 1)]
    ),
    max_size=3, unique=True,
)  # fmt: skip
STATEMENTS = ["tea relieves headache", "tea improves insomnia", "coffee relieves headache"]


def maybe(**values: list[Any]) -> st.SearchStrategy[Json]:
    """A dict with some of the keys, each with one of its values."""
    return st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(each) for name, each in values.items()}
    )


@st.composite
def studies(draw: st.DrawFn) -> Json:
    found: Json = {}
    for number in range(draw(st.integers(1, 4))):
        facts = draw(maybe(species=["mouse"], condition=["insomnia"], size=[20, 80], group=["g"]))
        facts["design"] = draw(st.sampled_from(DESIGNS))
        facts["outcome"] = draw(st.sampled_from(["headache", "insomnia", "headache insomnia"]))
        facts["judged"] = draw(JUDGED)
        if number and draw(st.booleans()):
            link = draw(st.sampled_from(["cohort", "includes"]))
            facts[link] = f"t{draw(st.integers(0, number - 1))}"
            facts |= {"pools": 3} if link == "includes" else {}
        found[f"t{number}"] = facts
    return found


@st.composite
def lines(draw: st.DrawFn, names: list[str]) -> Json:
    facts: Json = {
        "direction": draw(st.sampled_from(["supports"] * 3 + ["disputes", "inconclusive"])),
        "basis": draw(st.sampled_from(["own", "relayed", "relayed", "background"])),
    }
    if draw(st.integers(0, 3)):
        return facts | {"study": draw(st.sampled_from(names))}
    return facts | {"cites": draw(st.sampled_from(["p0", "p1", "p2"]))}


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Json, Json]:
    known = draw(studies())
    claims: Json = {}
    for number in range(draw(st.integers(1, 5))):
        facts = draw(maybe(species=["mouse"], condition=["insomnia"], route=["by-mouth"]))
        facts["says"] = draw(st.sampled_from(STATEMENTS))
        facts["polarity"] = draw(
            st.sampled_from(
                ["affirms"] * 3 + ["denies", "reportsNoDifference", "reportsLackOfEvidence"]
            )
        )
        facts["kind"] = draw(st.sampled_from(["efficacyClaim"] * 4 + ["mechanismClaim"]))
        facts["lines"] = draw(st.lists(lines(sorted(known)), max_size=2))
        claims[f"p{draw(st.integers(0, 2))}.c{number}"] = facts
    return known, claims


def level(strength: str) -> int:
    return ["None", "VeryLow", "Low", "Moderate", "High"].index(strength)


def assessed(found: OxigraphStore) -> dict[str, tuple[Any, ...]]:
    """Proposition to: level for, level against, verdicts, numbers of roots."""
    query = (
        "SELECT ?p ?for ?against ?a1 ?a2 ?a3 (GROUP_CONCAT(?verdict) AS ?all) WHERE { "
        "SELECT * WHERE { ?p mag:assessment ?a . ?a mag:strength ?for ; mag:rootsFor ?a1 ; "
        "mag:strengthAgainst ?against ; mag:rootsAgainst ?a2 ; mag:rootsInconclusive ?a3 ; "
        "mag:verdict ?verdict } ORDER BY ?p ?verdict } GROUP BY ?p ?for ?against ?a1 ?a2 ?a3"
    )
    return {
        row[0]: (level(end(row[1])), level(end(row[2])), *row[3:6], tuple(sorted(row[6].split())))
        for row in rows(found, query)
    }


def rated(found: OxigraphStore) -> dict[tuple[str, str], int]:
    query = (
        "SELECT ?p ?s ?l WHERE { ?r a mag:Rating ; mag:proposition ?p ; mag:study ?s ; "
        "mag:level ?l }"
    )
    return {(row[0], row[1]): int(row[2]) for row in rows(found, query)}


def cited(found: OxigraphStore) -> dict[str, int]:
    query = "SELECT ?c ?s WHERE { ?c mag:citedStrength ?s FILTER(?s != mag:notRated) }"
    return {row[0]: level(end(row[1])) for row in rows(found, query)}


def undisputed(found: OxigraphStore) -> set[str]:
    """The propositions that every study supports."""
    query = (
        "SELECT ?p (COUNT(?r) AS ?all) (SUM(IF(?v = mag:supports, 1, 0)) AS ?for) WHERE "
        "{ ?r mag:proposition ?p ; mag:vote ?v } GROUP BY ?p"
    )
    return {row[0] for row in rows(found, query) if row[1] == row[2]}


def made(studies: Json, claims: Json) -> OxigraphStore:
    return ruled(rules_graph.graph(studies, claims))


@few
@given(graphs(), st.data())
def test_adding_a_downgrade_raises_no_level(graph: tuple[Json, Json], data: st.DataObject) -> None:
    known, claims = graph
    before = made(known, claims)
    judged = copy.deepcopy(known)
    study = data.draw(st.sampled_from(sorted(known)))
    domain = data.draw(st.sampled_from(["riskOfBias", "imprecision"]))
    judged[study]["judged"] = [*known[study]["judged"], (domain, -data.draw(st.integers(1, 2)))]
    after = made(judged, claims)
    for key, reached in rated(after).items():
        assert reached <= rated(before)[key]
    for claim, reached in cited(after).items():
        assert reached <= cited(before)[claim]
    # Where studies point apart, weakening the one side may free the other: that is no raise of it.
    for proposition in undisputed(before):
        assert assessed(after)[proposition][0] <= assessed(before)[proposition][0]


@few
@given(graphs(), st.data())
def test_a_repeated_citation_changes_nothing(graph: tuple[Json, Json], data: st.DataObject) -> None:
    known, claims = graph
    name = data.draw(st.sampled_from(sorted(claims)))
    assume(claims[name]["lines"])
    again = copy.deepcopy(claims)
    again[name]["lines"].append(copy.deepcopy(claims[name]["lines"][0]))
    # Another source that relays the same: one more claim, and no more evidence.
    relayed = copy.deepcopy(claims[name])
    for line in relayed["lines"]:
        line["basis"] = "background" if line["basis"] == "background" else "relayed"
    again["other.c"] = relayed
    assert assessed(made(known, again)) == assessed(made(known, claims))


@few
@given(graphs(), st.integers(0, 1000))
def test_the_order_of_the_input_changes_nothing(graph: tuple[Json, Json], seed: int) -> None:
    quads = rules_graph.graph(*graph)
    mixed = list(quads)
    random.Random(seed).shuffle(mixed)
    assert set(store(mixed)) == set(store(quads))


def derived(quads: list[ox.Quad]) -> set[ox.Quad]:
    """What is derived about statements: ratings, assessments, independent lines, their steps."""
    spaces = tuple(f"https://w3id.org/magkg/{kind}/" for kind in ("rating", "assessment", "step"))
    return {
        quad
        for quad in store(quads)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(spaces)
    }


@few
@given(graphs())
def test_the_parts_of_a_graph_make_the_whole(graph: tuple[Json, Json]) -> None:
    known, claims = graph
    parts = [
        {name: facts for name, facts in claims.items() if facts["says"] == says}
        for says in STATEMENTS
    ]
    built = [rules_graph.graph(known, part) for part in parts]
    whole = rules_graph.graph(known, claims)
    # Assessed apart, since no statement is shared; and authored together, in whatever order.
    assert set().union(*map(derived, built)) == derived(whole)
    assert derived([quad for part in reversed(built) for quad in part]) == derived(whole)


@few
@given(graphs())
def test_every_level_is_the_sum_of_its_steps(graph: tuple[Json, Json]) -> None:
    found = made(*graph)
    query = (
        "SELECT ?r ?l (SUM(?c) AS ?sum) WHERE { ?r a mag:Rating ; mag:level ?l ; "
        "mag:step ?s . ?s mag:change ?c } GROUP BY ?r ?l"
    )
    for _, reached, total in rows(found, query):
        assert reached == total
        assert 1 <= int(reached) <= 4
    sides = "SELECT ?p ?side (SUM(?c) AS ?sum) WHERE { ?p mag:assessment ?a . ?a mag:step ?s . "
    totals = rows(found, sides + "?s mag:side ?side ; mag:change ?c } GROUP BY ?p ?side")
    held = assessed(found)
    for proposition, side, total in totals:
        reached, roots = (
            (held[proposition][0], held[proposition][2])
            if side.endswith("supports")
            else (held[proposition][1], held[proposition][3])
        )
        assert reached == int(total)
        assert (reached >= 1) == (int(roots) > 0)
        assert reached <= 4


@few
@given(graphs(), st.sampled_from(STATEMENTS), st.booleans())
def test_what_speaks_against_a_statement_never_raises_it(
    graph: tuple[Json, Json], says: str, sound: bool
) -> None:
    known, claims = graph
    judged = [("riskOfBias", 0), ("imprecision", 0)] if sound else []
    more = {"design": "randomisedTrial", "outcome": "headache insomnia", "judged": judged}
    line = {"study": "new", "basis": "own"}
    against = {"says": says, "polarity": "denies", "lines": [line], "kind": "efficacyClaim"}
    before = assessed(made(known, claims))
    after = assessed(made(known | {"new": more}, claims | {"p9.c": against}))
    for proposition, held in before.items():
        assert after[proposition][0] <= held[0]
        assert after[proposition][1] >= min(held[1], 1)


@few
@given(graphs())
def test_roots_are_the_components_that_networkx_finds(graph: tuple[Json, Json]) -> None:
    found = made(*graph)
    roots = dict(rows(found, "SELECT ?s ?r WHERE { ?s a mag:Study ; mag:root ?r }"))
    assert roots == independence.roots_of(found)


@few
@given(graphs())
def test_the_arithmetic_of_why_is_that_of_the_rules(graph: tuple[Json, Json]) -> None:
    found = made(*graph)
    asked = Graph(found)
    for proposition in assessed(found):
        held = asked.why(proposition).document["assessment"]
        body = body_of(held)
        for side, name in (("supports", "for"), ("disputes", "against")):
            assert levels.body_level(body, side) == held[name]["strength"]["level"]
        assert levels.verdict(body) in {v["iri"].partition("#")[2] for v in held["verdicts"]}
        for line in held["lines"]:
            for rating in line["ratings"]:
                assert levels.level(rated_of(rating).steps) == rating["level"]
