"""Which file describes what, and under which name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.store import check
from tests.store.wall import (
    EVIDENCE,
    JUDGEMENT,
    PREDICATE,
    SOURCE,
    STUDY,
    kinds,
    put,
    rest_on_a_trial,
)

if TYPE_CHECKING:
    from magkg.claims.project import Project


def test_two_files_that_describe_one_node(project: Project) -> None:
    put(project.graphs / "sources" / "wall.nt.ttl", SOURCE)
    (one,) = check.check(project).findings
    assert one.kind == "described-twice"
    assert "graphs/sources/wall.nt.ttl and graphs/sources/wall.ttl" in one.message or (
        "graphs/sources/wall.ttl and graphs/sources/wall.nt.ttl" in one.message
    )


def test_a_term_of_the_ontology_is_not_described_again(project: Project) -> None:
    put(project.graphs / "predicates.ttl", PREDICATE + "mag:relieves a mag:Predicate .\n")
    (one,) = check.check(project).findings
    assert one.kind == "described-twice"
    assert "ontology/predicates.ttl" in one.message


def test_a_file_of_a_source_bears_its_name(project: Project) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    path.rename(path.with_name("walls.ttl"))
    put(project.graphs / "studies" / "trial.ttl", 'study:test-trial a mag:Study ;'
        ' rdfs:label "Trial"@en ; mag:design mag:cohortStudy .')  # fmt: skip
    report = check.check(project)
    assert kinds(report) == ["file-name", "file-name"]
    assert "wall.ttl" in report.findings[0].message
    assert "test-trial.ttl" in report.findings[1].message


def test_each_node_stands_where_it_belongs(project: Project) -> None:
    source = project.graphs / "sources" / "wall.ttl"
    text = source.read_text("utf-8")
    source.write_text(text.replace("<#", "<https://w3id.org/magkg/source/other#", 1), "utf-8")
    found = check.check(project).findings
    assert "misplaced" in {each.kind for each in found}
    source.write_text(text, "utf-8")
    study = project.graphs / "sources" / "trial.ttl"
    put(study, 'study:trial a mag:Study ; rdfs:label "Trial"@en ; mag:design mag:cohortStudy .')
    (found_one,) = check.check(project).findings
    assert found_one.kind == "misplaced"
    assert "graphs/studies/" in found_one.message


def test_names_are_those_of_the_project(project: Project) -> None:
    put(
        project.graphs / "concepts" / "time.ttl",
        '<https://example.org/other/noon> a mag:Concept ; skos:prefLabel "noon"@en ;'
        " mag:conceptKind mag:timeConcept .",
    )
    (found,) = check.check(project).findings
    assert found.kind == "namespace"


def test_a_concept_stands_in_the_file_of_its_kind(project: Project) -> None:
    path = project.graphs / "concepts" / "substance.ttl"
    path.rename(path.with_name("food.ttl"))
    report = check.check(project)
    assert kinds(report) == ["concept-file", "concept-file"]
    assert "graphs/concepts/substance.ttl" in report.findings[0].message


def test_an_unknown_kind_does_not_send_the_concept_to_a_file_of_that_name(project: Project) -> None:
    path = project.graphs / "concepts" / "substance.ttl"
    text = path.read_text().replace("substanceConcept", "substnceConcept", 1)
    path.write_text(text, encoding="utf-8")
    report = check.check(project)
    assert "concept-file" not in kinds(report)
    assert "ConceptShape-conceptKind/in" in kinds(report)


def test_slugs_that_differ_only_in_case_overlap(project: Project) -> None:
    put(
        project.graphs / "sources" / "Wall.ttl",
        '<> a mag:Source, fabio:WebPage ; rdfs:label "x"@en .',
        "Wall",
    )
    report = check.check(project)
    assert sorted(kinds(report)) == ["SourceShape-slug/sparql", "slug-overlap"]


def test_what_nothing_links_to_is_found(project: Project) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    text = path.read_text().replace("mag:passage <#c0-11>", 'mag:noPassage "A picture."@en')
    path.write_text(text, encoding="utf-8")
    (one,) = check.check(project).findings
    assert (one.kind, one.claim) == ("unused", "https://w3id.org/magkg/source/wall#c0-11")


def test_an_effect_that_no_evidence_line_names_is_found(project: Project) -> None:
    rest_on_a_trial(project, EVIDENCE.replace(" ; mag:effect <#f-trial>", ""))
    (one,) = check.check(project).findings
    assert (one.kind, one.claim.rpartition("#")[2]) == ("unused", "f-trial")
    assert "mag:effect" in one.message


def test_an_effect_stands_in_the_file_of_its_source(project: Project) -> None:
    rest_on_a_trial(project, EVIDENCE.replace("<#f-trial>", "<https://w3id.org/magkg/source/x#f>"))
    assert kinds(check.check(project)) == ["misplaced"]


def test_a_judgement_stands_in_the_file_of_what_it_judges(project: Project) -> None:
    rest_on_a_trial(project, study=STUDY + JUDGEMENT)
    assert kinds(check.check(project)) == []
    link, described = JUDGEMENT.split(" .\n", 1)
    rest_on_a_trial(project, evidence=described, study=f"{STUDY}{link} .\n")
    path = project.graphs / "sources" / "wall.ttl"
    (one,) = check.check(project).findings
    assert (one.kind, one.file) == ("misplaced", "graphs/studies/trial.ttl")
    assert "study:trial#j-bias is described in graphs/sources/wall.ttl" in one.message
    assert "Move it to graphs/studies/trial.ttl" in one.message
    (alone,) = check.check(project, [path]).findings
    assert (alone.kind, alone.file) == ("misplaced", "graphs/sources/wall.ttl")


def test_a_judgement_that_nothing_has_is_one_finding(project: Project) -> None:
    rest_on_a_trial(project, study=STUDY + JUDGEMENT.split(" .\n", 1)[1])
    assert kinds(check.check(project)) == ["JudgementShape-judged/sparql"]
