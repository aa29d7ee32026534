"""A rating step is one node for all that say the same, and no two contents share a node."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from tests.ruled import ruled

from . import rules_graph
from .rules_cases import claim_iri, end, rows

if TYPE_CHECKING:
    from magkg.store.oxigraph import OxigraphStore

Json = dict[str, Any]
STEP = "https://w3id.org/magkg/step/"
RELAYED = {"lines": [{"study": "trial"}]}


def made(studies: Json, claims: Json) -> OxigraphStore:
    return ruled(rules_graph.graph(studies, claims))


def steps(store: OxigraphStore, study: str, kind: str) -> list[str]:
    query = (
        f"SELECT DISTINCT ?s WHERE {{ ?r mag:study <{rules_graph.STUDY}{study}> ; mag:step ?s . "
        f"?s mag:stepKind mag:{kind} }} ORDER BY ?s"
    )
    return [row[0] for row in rows(store, query)]


def grounds(store: OxigraphStore, claim: str, kind: str) -> set[str]:
    query = (
        f"SELECT ?g WHERE {{ {claim_iri(claim)} mag:states ?p . ?r mag:proposition ?p ; "
        f"mag:step ?s . ?s mag:stepKind mag:{kind} ; mag:ground ?g }}"
    )
    return {row[0] for row in rows(store, query)}


def test_the_name_of_a_step_is_the_digest_of_its_content() -> None:
    store = made({"trial": {}}, {"p.c": RELAYED})
    design = rules_graph.MAG + "randomisedTrial"
    content = f"startStep 4 false {design} The design is: randomised trial."
    digest = hashlib.sha256(content.encode()).hexdigest()
    assert steps(store, "trial", "startStep") == [STEP + digest]


def test_every_step_is_in_the_namespace_of_steps() -> None:
    judged = [("riskOfBias", -1), ("imprecision", 0)]
    store = made(
        {"trial": {"judged": judged}, "small": {"size": 20, "design": "cellStudy"}},
        {"p.c": RELAYED, "q.c": {"lines": [{"study": "small"}], "species": "mouse"}},
    )
    found = rows(store, "SELECT ?s WHERE { ?s a mag:RatingStep }")
    assert len(found) > 10
    assert [row[0] for row in found if not row[0].startswith(STEP)] == []


def test_ratings_of_two_studies_share_what_they_have_in_common() -> None:
    store = made({"trial": {}, "other": {}}, {"p.c": {"lines": [{"study": "trial other"}]}})
    for kind in ("startStep", "speciesStep", "biasStep", "imprecisionStep"):
        assert len(steps(store, "trial", kind)) == 1
        assert steps(store, "trial", kind) == steps(store, "other", kind)


def test_another_word_another_change_or_another_ground_is_another_step() -> None:
    store = made(
        {"trial": {}, "cohort": {"design": "cohortStudy"}, "mice": {"species": "mouse"},
         "rats": {"species": "rat"}, "first": {"size": 20}, "second": {"size": 21}},
        {"p.c": {"lines": [{"study": "trial cohort mice rats first second"}]}},
    )  # fmt: skip
    for one, two, kind in (
        ("trial", "cohort", "startStep"),
        ("mice", "rats", "speciesStep"),
        ("trial", "mice", "speciesStep"),
        ("first", "second", "imprecisionStep"),
    ):
        assert steps(store, one, kind) != steps(store, two, kind)


def test_judgements_in_the_same_words_stay_apart() -> None:
    lowered = {"judged": [("riskOfBias", -1)]}
    store = made(
        {"trial": lowered, "other": lowered},
        {"p.c": RELAYED, "q.c": {"says": "tea improves insomnia", "lines": [{"study": "other"}]}},
    )
    assert grounds(store, "p.c", "biasStep") == {f"{rules_graph.STUDY}trial#j0"}
    assert grounds(store, "q.c", "biasStep") == {f"{rules_graph.STUDY}other#j0"}


def test_a_rating_has_no_ground_of_another_one() -> None:
    """All three are judged in the line of the widest, and two of them in their own line as well."""
    line = {"study": "trial", "judged": [("riskOfBias", -1)]}
    store = made(
        {"trial": {}},
        {
            "a.c": {"lines": [line]},
            "b.c": {"lines": [line], "condition": "migraine"},
            "c.c": {"lines": [line], "population": "nurses"},
        },
    )
    wide, one, two = (f"{rules_graph.SRC}{name}#c-e0-j0" for name in "abc")
    assert grounds(store, "a.c", "biasStep") == {wide, one, two}
    assert grounds(store, "b.c", "biasStep") == {wide, one}
    assert grounds(store, "c.c", "biasStep") == {wide, two}


def test_two_reasons_to_raise_a_body_are_two_steps_whatever_their_words() -> None:
    judged = [("riskOfBias", 0), ("imprecision", 0), ("largeEffect", 1), ("doseResponse", 1)]
    quads = rules_graph.graph(
        {"cohort": {"design": "cohortStudy", "judged": judged}},
        {"p.c": {"lines": [{"study": "cohort", "basis": "own"}]}},
    )
    text = ox.Literal("As read.", language="en")
    said = [
        ox.Quad(each.subject, each.predicate, text) if "rationale" in each.predicate.value else each
        for each in quads
    ]
    store = ruled(said)
    query = "SELECT ?s ?y WHERE { ?a mag:step ?s . ?s mag:stepKind mag:upgradeStep ; mag:why ?y }"
    found = rows(store, query)
    assert [row[1] for row in found] == ["Judged: As read."] * 2
    strengths = rows(store, "SELECT ?s WHERE { ?a mag:strength ?s ; mag:verdict ?v }")
    assert [end(row[0]) for row in strengths] == ["High"]


def test_of_several_that_do_not_match_the_first_by_name_is_named_and_is_the_ground() -> None:
    claim = RELAYED | {"condition": "migraine", "population": "nurses"}
    store = made({"trial": {}}, {"p.c": claim})
    (step,) = steps(store, "trial", "conditionStep")
    found = rows(store, f"SELECT ?w ?g WHERE {{ <{step}> mag:why ?w ; mag:ground ?g }}")
    text = "The statement is about migraine and more; the study was not of that."
    assert found == [[text, rules_graph.CON + "migraine"]]
