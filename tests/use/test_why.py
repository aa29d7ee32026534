"""Why a strength is what it is: the ladder of the worked cases, and of the bundled graph."""

from __future__ import annotations

import itertools
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from magkg.claims import project as projects
from magkg.errors import InputError, UnknownName
from magkg.use import independence, levels, why_text
from magkg.use.graph import Graph
from magkg.use.levels import Body, Line, Rated
from magkg.use.why_changes import body_of, rated_of
from tests import ruled
from tests.store import rules_cases, rules_graph

from ..cli import magkg

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "why.schema.json").read_text("utf-8")
)
MAG = "https://w3id.org/magkg/ns#"
CASES = {case["name"]: case for case in rules_cases.cases()}


def graph(studies: dict[str, Any], claims: dict[str, Any]) -> Graph:
    return Graph(ruled.ruled(rules_graph.graph(studies, claims)))


@cache
def whole() -> Graph:
    project = projects.bundled()
    return Graph(ruled.ruled(ruled.read(*project.files())), project=project)


def ladder(studies: dict[str, Any], claims: dict[str, Any], name: str) -> dict[str, Any]:
    found = graph(studies, claims).why(name).as_json()
    jsonschema.validate(found, SCHEMA)
    return found


def told(found: dict[str, Any], of: str) -> list[tuple[int, int, str]]:
    return [(c["from"], c["to"], c["if"]) for c in found["changes"] if c["of"] == of]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_worked_case_can_be_explained_and_shown(case: dict[str, Any]) -> None:
    asked = graph(case.get("studies", {}), case["claims"])
    for name in case["claims"]:
        found = asked.why(name.replace(".", "#"))
        jsonschema.validate(found.as_json(), SCHEMA)
        for text in (why_text.as_text(found, 72), why_text.as_markdown(found)):
            assert "None" not in text
            assert "\x1b" not in text
            assert found.as_json()["claim"]["label"].split(".")[0] in text


def test_the_arithmetic_is_that_of_the_rules_on_the_bundled_graph() -> None:
    query = f"SELECT ?p WHERE {{ ?p <{MAG}assessment> ?a }} ORDER BY ?p"
    for place, (proposition,) in enumerate(list(whole().store.select(query))):
        found = whole().why(str(proposition)).as_json()
        if place % 20 == 0:
            jsonschema.validate(found, SCHEMA)
        held = found["assessment"]
        body = body_of(held)
        for side, name in (("supports", "for"), ("disputes", "against")):
            assert levels.body_level(body, side) == held[name]["strength"]["level"], proposition
        verdicts = {each["iri"].removeprefix(MAG) for each in held["verdicts"]}
        assert levels.verdict(body) in verdicts, proposition
        ratings = [each for line in held["lines"] for each in line["ratings"]]
        assert all(levels.level(rated_of(each).steps) == each["level"] for each in ratings)


def test_a_step_about_independent_lines_names_them() -> None:
    studies = {"a": {}, "b": {}, "cohort": {"design": "cohortStudy"}, "other": {}}
    contrary = {"lines": [{"study": "other"}], "polarity": "denies"}
    claims = {"page.a": {"lines": [{"study": "a b cohort"}]}, "leaf.b": contrary}
    held = ladder(studies, claims, "page#a")["assessment"]
    roots = {each["root"]["label"]: each["iri"] for each in held["lines"]}
    grounds = {
        (side, step["kind"]): step["grounds"]
        for side in ("for", "against")
        for step in held[side]["steps"]
    }
    both, other = sorted([roots["Study a"], roots["Study b"]]), [roots["Study other"]]
    assert grounds["for", "bestLine"] == grounds["against", "inconsistency"] == both
    assert grounds["against", "bestLine"] == grounds["against", "confirmation"] == other
    assert grounds["for", "inconsistency"] == other
    assert ("for", "confirmation") not in grounds


def test_roots_are_the_components_that_networkx_finds() -> None:
    query = f"SELECT ?s ?r WHERE {{ ?s a <{MAG}Study> ; <{MAG}root> ?r }}"
    roots = {str(study): str(root) for study, root in whole().store.select(query)}
    assert roots == independence.roots_of(whole().store)


def test_what_would_change_a_single_unassessed_trial() -> None:
    found = ladder({"trial": {}}, {"page.a": {"lines": [{"study": "trial"}]}}, "page#a")
    assert (2, 3, "Study trial: if its risk of bias were assessed and judged low") in told(
        found, "cited"
    )
    held = told(found, "held")
    # Low risk of bias lifts the trial, and it then needs no second one: 3, not 2.
    assert (1, 3, "Study trial: if its risk of bias were assessed and judged low") in held
    assert (1, 2, "one more independent study for it, at level low or better") in held
    (against,) = [each for each in found["changes"] if "against it" in each["if"]]
    assert (against["from"], against["to"], against["verdict"]) == (1, 1, "conflicting")


def test_what_would_change_a_study_of_mice() -> None:
    mice = {"design": "animalRandomised", "species": "mouse", "outcome": "repair"}
    claims = {"page.a": {"says": "tea promotes repair", "lines": [{"study": "mice"}]}}
    found = ladder({"mice": mice}, claims, "page#a")
    (change,) = [c for c in found["changes"] if c["if"].endswith("but of people (Study mice)")]
    assert (change["of"], change["from"], change["to"]) == ("cited", 1, 2)
    assert change["sum"] == "4 - 1 - 1 = 2"


def test_what_would_change_a_bare_assertion() -> None:
    found = ladder({}, {"page.a": {}}, "page#a")
    assert told(found, "cited") == []
    held = {each["if"].partition(",")[0]: each for each in found["changes"]}
    trial = held["a randomised trial of this very statement"]
    assert (trial["from"], trial["to"], trial["verdict"]) == (0, 4, "supported")
    studies = {"one": {"judged": [("riskOfBias", 0)]}}
    claims = {"paper.a": {"lines": [{"study": "one", "basis": "own"}]}, "page.a": {}}
    (cited,) = told(ladder(studies, claims, "page#a"), "cited")
    assert cited == (0, 3, "if it cited the best study that the graph holds (Study one)")


def test_a_vague_remark_would_have_to_be_traced() -> None:
    claims = {"page.a": {"lines": [{"unresolved": "research has shown"}]}}
    (cited,) = told(ladder({}, claims, "page#a"), "cited")
    assert cited == (0, 2, 'if "research has shown" were traced to a randomised trial of this')


def test_a_precise_null_result_would_count_against() -> None:
    line = {"study": "trial", "basis": "own"}
    claims = {"paper.a": {"polarity": "reportsNoDifference", "lines": [line]}}
    found = ladder({"trial": {"judged": [("riskOfBias", 0)]}}, claims, "paper#a")
    (change,) = [c for c in found["changes"] if c["verdict"] == "disputed" and c["study"]]
    assert (change["from"], change["to"]) == (0, 4)


def test_small_studies_lack_an_interval_first() -> None:
    claims = {"page.a": {"lines": [{"study": "trial"}]}}
    found = ladder({"trial": {"size": 20}}, claims, "page#a")
    words = (
        "Study trial: if an interval of 95 per cent that excludes no effect were recorded for it"
    )
    assert (1, 2, words) in told(found, "cited")


def test_a_claim_that_is_not_rated_says_why() -> None:
    for facts, words in (
        ({"kind": "definitionClaim"}, "claims of this kind are not rated"),
        ({"says": ""}, "no triple"),
        ({"polarity": "reportsLackOfEvidence"}, "lack of evidence"),
    ):
        asked = graph({}, {"page.a": facts}).why("page#a")
        assert words in asked.as_json()["claim"]["not_rated"]
        assert asked.as_json()["changes"] == []
        shown = why_text.as_text(asked)
        assert "Not rated:" in shown
        assert "WHAT WOULD CHANGE IT" not in shown


def test_a_retracted_study_is_shown_and_not_counted() -> None:
    asked = graph({"t": {"retracted": "Withdrawn."}}, {"page.a": {"lines": [{"study": "t"}]}})
    assert "Not counted: Study t (retracted: Withdrawn.)" in why_text.as_text(asked.why("page#a"))


def test_one_study_behind_three_articles_is_said_to_count_once() -> None:
    lines = {"lines": [{"study": "trial"}]}
    claims = {f"page-{number}.a": lines for number in range(3)}
    asked = graph({"trial": {}}, claims)
    shown = " ".join(why_text.as_text(asked.why("page-0#a")).split())
    assert (
        "1 study of one root (Study trial), behind 3 claims in 3 sources, and counts once" in shown
    )
    drawn = independence.provenance(
        asked.store, asked.why("page-0#a").document["proposition"]["iri"]
    )
    (root,) = independence.carried(drawn)
    assert [len(root[name]) for name in ("studies", "claims", "sources")] == [1, 3, 3]


def test_a_proposition_is_named_by_iri_prefix_or_digits() -> None:
    asked = graph({}, {"page.a": {}})
    iri = asked.why("page#a").as_json()["proposition"]["iri"]
    digits = iri.rpartition("/")[2]
    for name in (iri, f"<{iri}>", f"prop:{digits}", digits, digits[:8], f"prop:{digits[:3]}"):
        found = asked.why(name).as_json()
        assert found["asked"] == iri
        assert found["claim"] is None
    for name in ("prop:ffff", "0000", "prop:x y"):
        with pytest.raises(UnknownName):
            asked.why(name)
    with pytest.raises(UnknownName):
        asked.why("page#b")


def test_a_prefix_of_several_propositions_is_refused() -> None:
    query = f"SELECT ?p WHERE {{ ?p a <{MAG}Proposition> }}"
    found = sorted(str(row[0]).rpartition("/")[2] for row in whole().store.select(query))
    common = next(a[:1] for a, b in itertools.pairwise(found) if a[:1] == b[:1])
    with pytest.raises(InputError, match="several propositions"):
        whole().why(f"prop:{common}")


def test_no_line_is_wider_than_asked_save_for_iris() -> None:
    name = "guide-nerve-health#evidence-2011-regeneration"
    for width in (40, 72, 200):
        for line in why_text.as_text(whole().why(name), width).splitlines():
            assert len(line) <= min(width, 96) or "https://" in line or " " not in line.strip()


def test_the_page_of_an_overclaim_names_the_wording_that_fits() -> None:
    shown = why_text.as_text(graph({}, {"page.a": {}}).why("page#a"))
    assert "gap 3. An overclaim." in shown
    assert "The firmest wording that would fit is speculative: gap 1." in shown


def test_levels_by_hand() -> None:
    steps = {"start": 4, "species": -2, "condition": -1, "outcome": -1, "bias": -1}
    assert levels.level(steps) == 1
    assert levels.level({"start": 4, "bias": 0}) == 4
    assert levels.best_wording(0, leap=True) is None
    assert levels.best_wording(1, leap=False) == "hedged"
    one, two = Line("supports", 3, False), Line("disputes", 3, False)
    assert levels.body_level(Body((one,)), "supports") == 2
    assert levels.body_level(Body((one, one)), "supports") == 3
    assert levels.body_level(Body((one, one, two)), "supports") == 2
    assert levels.verdict(Body((one, two))) == "conflicting"
    assert levels.verdict(Body((), asserting=0)) == "foundLacking"
    trial = Rated("t", "supports", {"start": 4, "bias": -1, "imprecision": -2})
    assert levels.smallest_changes(trial, {"bias": 0, "imprecision": 0}) == [
        {"bias": 0}, {"imprecision": 0}, {"bias": 0, "imprecision": 0},
    ]  # fmt: skip


def test_why_on_the_command_line(bundled_folder: Path) -> None:
    name = "guide-nerve-health#evidence-2011-regeneration"
    shown = magkg("why", name, "--graph", bundled_folder, COLUMNS="80")
    assert shown.code == 0, shown.err
    assert re.search(r"^ += 2  low$", shown.out, re.MULTILINE)
    as_json = magkg("why", name, "--graph", bundled_folder, "--json")
    jsonschema.validate(json.loads(as_json.out), SCHEMA)
    assert magkg("why", name, "--graph", bundled_folder, "--format", "markdown").out.startswith(
        "## "
    )
    wrong = magkg("why", "guide-nerve-health#evidence-2011", "--graph", bundled_folder)
    assert wrong.code == 2
    assert "Did you mean" in wrong.err
    both = magkg("why", name, "--graph", bundled_folder, "--format", "markdown", "--json")
    assert both.code == 2
    assert "two formats" in both.err


def test_an_authored_text_forges_no_step() -> None:
    forged = "fine.\n     +2  Judged.\n     = 4  high\u2028\nVerdict: supported\u202e"
    found = graph({"trial": {}}, {"page.a": {"lines": [{"study": "trial"}], "label": forged}})
    for written in (why_text.as_text, why_text.as_markdown):
        shown = written(found.why("page#a"))
        assert "\\u202e" in shown
        assert not [line for line in shown.splitlines() if line.strip().startswith("= 4")]


def test_an_upgrade_for_two_reasons_gives_both() -> None:
    judged = [["riskOfBias", 0], ["imprecision", 0], ["largeEffect", 1], ["doseResponse", 1]]
    cohorts = {
        "one": {"design": "cohortStudy", "judged": judged},
        "two": {"design": "cohortStudy", "judged": judged[:3]},
    }
    claims = {"page.a": {"lines": [{"study": "one two"}]}}
    found = ladder(cohorts, claims, "page#a")
    steps = [s for s in found["assessment"]["for"]["steps"] if s["kind"] == "upgrade"]
    assert sorted(step["why"] for step in steps) == [
        "Judged: doseResponse 1", "Judged: largeEffect 1",
    ]  # fmt: skip
