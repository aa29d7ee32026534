"""The tensions of the three articles that must be found: each by a query or by a curator.

The list is that of issue 3: what a reader of the three would stumble over. Each entry names the
kind of finding, and the claims that the finding must stand between (or be about).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from magkg.claims import project as projects
from magkg.use import catalogue
from magkg.vocabulary import MAG
from tests import answers, small
from tests.ruled import BASE

GUIDE, WAYS, FORMS = "guide-nerve-health#", "five-ways-sciatica#", "best-form-for-sciatica#"
TENSION = "https://w3id.org/magkg/tension/"

# (what the issue says, kind of finding, claims that one finding of this kind names)
FOUND: list[tuple[str, str, set[str]]] = [
    ("well documented, with nothing held", "well_documented_without_evidence",
     {WAYS + "benefits-well-documented"}),
    ("an effective remedy against a lack", "efficacy_against_lack",
     {WAYS + "approach-manages-symptoms", GUIDE + "evidence-worksafebc"}),
    ("regeneration asserted and potential", "certainty_differs",
     {WAYS + "nerves-new-tissue", FORMS + "magnesium-enhances-nerve-regeneration"}),
    ("regeneration asserted, from animals", "animal_evidence_for_people",
     {WAYS + "nerves-new-tissue"}),
    ("regeneration potential, from animals", "animal_evidence_for_people",
     {FORMS + "magnesium-enhances-nerve-regeneration"}),
    ("deficiency in sciatica, as research", "unnamed_citation",
     {WAYS + "low-levels-muscle-cramps"}),
    ("conflicting where only lack is shown", "conflict_without_opposition",
     {GUIDE + "evidence-human-conflicting"}),
    ("conflicting where only lack is shown", "conflict_without_opposition",
     {GUIDE + "key-human-conflicting"}),
    ("inflammation as cause and symptom", "cause_and_symptom",
     {GUIDE + "conclusion-inflammation-symptoms", WAYS + "symptom-inflammation"}),
    ("side effects in general, on excess only", "limited_here_general_there",
     {FORMS + "side-effect-gi-distress", GUIDE + "faq-side-effect-gastrointestinal"}),
    ("a maximum without an authority", "limit_without_authority",
     {FORMS + "maximum-supplemental-intake"}),
    ("a use on the skin without evidence", "use_without_evidence",
     {WAYS + "nerves-cream-function"}),
    ("agreement without support", "agreement_without_support",
     {FORMS + "glycinate-calming", GUIDE + "forms-glycinate-calming"}),
    ("low intake taken for deficiency", "low_intake_for_deficiency",
     {WAYS + "deficiency-common", GUIDE + "faq-intake-many-fall-short"}),
    ("a document nobody can find", "dangling_citation", {GUIDE + "evidence-worksafebc"}),
    ("one study told three times", "one_study_many_claims", {GUIDE + "evidence-2011-inflammation"}),
]  # fmt: skip
# Those that only a reader sees: the name of the mag:Tension, and claims that it stands between.
CURATED: list[tuple[str, set[str]]] = [
    ("well-documented-or-lacking",
     {WAYS + "benefits-well-documented", WAYS + "benefits-remedy-for-symptoms",
      GUIDE + "evidence-worksafebc"}),
    ("nerve-regeneration",
     {WAYS + "nerves-new-tissue", FORMS + "magnesium-enhances-nerve-regeneration",
      GUIDE + "evidence-2011-regeneration"}),
    ("deficiency-in-sciatica",
     {WAYS + "research-low-levels", GUIDE + "evidence-deficiency-nerves",
      FORMS + "topical-no-replacement-for-oral"}),
    ("topical-beside-or-instead",
     {FORMS + "topical-complements-oral", WAYS + "nerves-cream-function"}),
    ("creams-local-or-systemic",
     {FORMS + "topical-no-systemic-effects", WAYS + "final-cream-affect-health"}),
    ("citrate-best-then-absent",
     {GUIDE + "key-citrate-recommended", GUIDE + "forms-glycinate-nerve-pain"}),
]  # fmt: skip


@cache
def findings(kind: str) -> tuple[dict[str, Any], ...]:
    query = catalogue.find(kind)
    given: dict[str, Any] = {param.name: param.example for param in query.params}
    return tuple(answers.bundled().query(kind, **given).to_python())


@cache
def stated() -> dict[str, str]:
    text = f"SELECT ?claim ?proposition WHERE {{ ?claim <{MAG}states> ?proposition }}"
    rows = answers.bundled().store.select(text)
    return {str(claim).removeprefix(BASE): str(proposition) for claim, proposition in rows}


def meets(row: dict[str, Any], between: set[str]) -> bool:
    """Whether a finding is about these claims, or speaks for their proposition by another one."""
    same = {stated().get(each) for each in between} == {row.get("proposition")}
    return between <= claims(row) or same


def claims(row: dict[str, Any]) -> set[str]:
    named = (row.get("claim"), row.get("other"))
    return {str(each).removeprefix(BASE) for each in named if each}


@pytest.mark.parametrize(
    ("what", "kind", "between"), FOUND, ids=[f"{kind}: {what}" for what, kind, _ in FOUND]
)
def test_is_found_by_a_query(what: str, kind: str, between: set[str]) -> None:
    assert any(meets(row, between) for row in findings(kind)), what


@pytest.mark.parametrize(("name", "between"), CURATED, ids=[name for name, _ in CURATED])
def test_is_recorded_by_a_curator(name: str, between: set[str]) -> None:
    text = f"SELECT ?each WHERE {{ <{TENSION}{name}> <{MAG}between> ?each }}"
    held = {str(row[0]).removeprefix(BASE) for row in answers.bundled().store.select(text)}
    assert between <= held
    assert any(row["tension"] == TENSION + name for row in findings("curated_tension"))


def test_a_false_finding_is_dismissed_with_who_why_and_when() -> None:
    from magkg.use.audit import audit

    graph = small.in_memory(projects.bundled(), small.quads_of(projects.bundled()))
    held = audit(graph, kinds=["limit_without_authority", "source_contradicts_itself"])
    assert held.dismissed
    for each in held.dismissed:
        assert each.dismissal is not None
        assert each.dismissal.why
        assert each.dismissal.who
        assert each.dismissal.when.startswith("2026-")
    assert not {each.claim.iri for each in held.dismissed} & {
        each.claim.iri for each in held.findings if each.kind.name == "limit_without_authority"
    }
    assert held.stale == ()
