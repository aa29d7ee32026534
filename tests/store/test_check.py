"""What is checked, and how findings are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from magkg.errors import InputError
from magkg.store import check
from tests.store.wall import (
    CONCEPTS,
    EVIDENCE,
    HEAD,
    PREDICATE,
    SOURCE,
    TEXT,
    digest,
    kinds,
    put,
    rest_on_a_trial,
)

if TYPE_CHECKING:
    from magkg.claims.project import Project


def test_a_sound_project_yields_nothing(project: Project) -> None:
    report = check.check(project)
    assert report.findings == ()
    assert report.sound
    assert [document.name for document in report.documents] == [
        "graphs/concepts/substance.ttl",
        "graphs/predicates.ttl",
        "graphs/sources/wall.ttl",
    ]


def test_a_finding_names_file_line_claim_value_and_what_to_do(project: Project) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    path.write_text(path.read_text().replace("con:test-brick", "con:test-brik"), encoding="utf-8")
    (one,) = check.check(project).findings
    assert (one.file, one.line) == ("graphs/sources/wall.ttl", 19)
    assert one.claim == "https://w3id.org/magkg/source/wall#first"
    assert one.kind == "ClaimShape-described/sparql"
    assert one.message.startswith("mag:subject con:test-brik: ")
    assert one.message.endswith("Did you mean con:test-brick?") or "con:test-brick" in one.message


def test_unknown_predicates_get_the_nearest_ones(project: Project) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    path.write_text(path.read_text().replace(".org/eases>", ".org/easse>"), encoding="utf-8")
    (one,) = check.check(project).findings
    assert one.kind == "ClaimShape-predicate/class"
    assert "https://example.org/eases" in one.message


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("source/wall#frist", "source/wall#first"),
        ("source/wal", "source/wall"),
        ("study/tril", "study/trial"),
        ("tension/bricks-or-clai", "tension/bricks-or-clay"),
    ],
)
def test_what_is_dismissed_is_a_claim_a_source_a_study_or_a_tension(
    project: Project, named: str, meant: str
) -> None:
    base = "https://w3id.org/magkg/"
    rest_on_a_trial(project)
    put(project.graphs / "sources" / "roof.ttl", SOURCE, "roof")
    claims = f"<{base}source/wall#first> , <{base}source/roof#first>"
    put(
        project.graphs / "tensions" / "one.ttl",
        f"""
<{base}tension/bricks-or-clay> a mag:Tension ; rdfs:label "Bricks or clay"@en ;
    mag:between {claims} ; mag:rationale "They differ."@en ;
    prov:wasGeneratedBy <{base}source/wall#reading-1> .
<{base}dismissal/one> a mag:Dismissal ; mag:findingKind "some_kind" ;
    mag:dismissed <{base}{named}> ; mag:rationale "Another dose."@en ;
    prov:wasAssociatedWith mag:curator ; prov:endedAtTime "2026-01-01T00:00:00Z"^^xsd:dateTime .
""",
    )
    (one,) = check.check(project).findings
    assert one.kind == "DismissalShape-described/sparql"
    assert "con:" not in one.message
    first = one.message.rpartition("Did you mean ")[2].rstrip("?").split(" or ")[0]
    assert (
        first.replace("src:", f"{base}source/").replace("study:", f"{base}study/") == base + meant
    )


NODE = "https://w3id.org/magkg"
DERIVED = {
    "claim": ("wall.ttl", "mag:kind ", "mag:citedStrength mag:strengthHigh ; mag:kind "),
    "line": ("wall.ttl", "mag:basis ", "mag:strength mag:strengthHigh ; mag:basis "),
    "effect": ("wall.ttl", "mag:estimate 2", "mag:decisive true ; mag:estimate 2"),
    "study": ("trial.ttl", "mag:design", "mag:root study:trial ; mag:design"),
}


@pytest.mark.parametrize("which", DERIVED)
def test_what_a_build_derives_is_not_typed_in(project: Project, which: str) -> None:
    rest_on_a_trial(project)
    name, old, new = DERIVED[which]
    (path,) = project.graphs.rglob(name)
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    (one,) = check.check(project).findings
    assert one.kind.endswith("Shape/closed")
    assert one.message.startswith(new.split(" ")[0])
    assert "derived by `magkg build` and never typed in" in one.message


@pytest.mark.parametrize(
    "text",
    [
        f"<{NODE}/proposition/{digest('')}> a mag:Proposition ; mag:subject con:test-brick .",
        f"<{NODE}/rating/{digest('')}> a mag:Rating ; mag:level 4 ; mag:study study:trial .",
        f"<{NODE}/step/{digest('')}> a mag:RatingStep ; mag:change 4 .",
        f"<{NODE}/assessment/{digest('')}> a mag:Assessment ; mag:verdict mag:supported .",
        f"<{NODE}/assessment/{digest('')}#0> a mag:IndependentLine ; mag:lowBias true .",
    ],
)
def test_no_node_that_a_build_derives_is_typed_in(project: Project, text: str) -> None:
    rest_on_a_trial(project)
    put(project.graphs / "more.ttl", text)
    (one,) = check.check(project).findings
    assert (one.file, one.kind) == ("graphs/more.ttl", "TypedShape-type/in")
    assert "derived by `magkg build` and never typed in" in one.message


def test_the_source_that_is_probably_meant_is_described(project: Project) -> None:
    probably = """mag:unresolved "a trial"@en ; mag:identification "By year."@en ;
    mag:identifiedAs study:tril ; mag:identificationSureness mag:probable"""
    rest_on_a_trial(project, EVIDENCE.replace("mag:study study:trial", probably))
    (one,) = check.check(project).findings
    assert one.kind == "EvidenceLineShape-identified/sparql"
    assert "trial" in one.message.rpartition("Did you mean")[2]


def test_a_syntax_fault_does_not_hide_the_others_nor_multiply(project: Project) -> None:
    put(project.graphs / "concepts" / "substance.ttl", CONCEPTS.replace(" .\n", "\n", 1))
    put(
        project.graphs / "sources" / "roof.ttl",
        '<> a mag:Source, fabio:WebPage ; rdfs:label "x" .',
        "roof",
    )
    report = check.check(project)
    assert kinds(report) == ["syntax", "SourceShape-label/datatype"]
    assert report.findings[0].line == 15


def test_syntax_faults_of_a_file_given_are_findings(project: Project) -> None:
    bad = put(project.root / "bad.nt", "")
    good = put(
        project.root / "good.ttl", '<> a mag:Source, fabio:WebPage ; rdfs:label "x" .', "good"
    )
    report = check.check(project, [bad, good])
    assert [(each.file, each.kind) for each in report.findings] == [
        ("bad.nt", "syntax"),
        ("good.ttl", "SourceShape-label/datatype"),
    ]


def test_an_empty_file_is_a_finding(project: Project) -> None:
    (project.root / "empty.ttl").write_text("", encoding="utf-8")
    report = check.check(project, [project.root / "empty.ttl"])
    assert kinds(report) == ["file"]


def test_a_wrong_kind_is_named_with_those_that_the_predicate_takes(project: Project) -> None:
    put(project.graphs / "predicates.ttl", PREDICATE.replace(
        "mag:objectKind mag:substanceConcept", "mag:objectKind mag:foodConcept, mag:roleConcept"
    ))  # fmt: skip
    (one,) = check.check(project).findings
    assert one.kind == "ClaimShape-objectKind/sparql"
    assert one.message.endswith(
        " con:test-wall is of mag:substanceConcept;"
        " https://example.org/eases takes objects of mag:foodConcept or mag:roleConcept."
    )


def test_a_passage_that_nobody_describes_is_for_format(project: Project) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    text = path.read_text()
    path.write_text(text[: text.index("<#c0-11> a mag:Passage")], encoding="utf-8")
    (one,) = check.check(project).findings
    assert one.kind == "ClaimShape-passage/class"
    assert "`magkg format --sources DIR`, which describes a passage" in one.message


def test_a_passage_without_digests_is_one_finding(project: Project) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    text = path.read_text()
    head = text[: text.index(f'    mag:sha256 "{digest(TEXT[:11])}"')]
    path.write_text(head.rstrip().removesuffix(";") + ".\n", encoding="utf-8")
    (one,) = check.check(project).findings
    assert one.kind == "PassageShape-whole/sparql"
    assert "`magkg format --sources DIR` fills them in" in one.message


@pytest.mark.parametrize("steps", [2, 3, 5])
def test_reasons_do_not_run_in_a_circle(project: Project, steps: int) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    text = path.read_text()
    start, end = text.index("<#first> a"), text.index("<#c0-11> a")
    links = ("mag:because", "mag:via")
    for i in range(steps):
        step = f"{links[i % 2]} <#step-{(i + 1) % steps}> ;\n    mag:kind"
        text += text[start:end].replace("#first", f"#step-{i}").replace("mag:kind", step)
    path.write_text(text, encoding="utf-8")
    assert set(kinds(check.check(project))) == {"ClaimShape-noCircle/sparql"}


def test_a_misspelt_class_is_one_finding(project: Project) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    path.write_text(path.read_text().replace("a mag:Passage", "a mag:Pasage"), encoding="utf-8")
    assert kinds(check.check(project)) == ["TypedShape-type/in"]


def test_a_fault_of_form_is_not_said_again_by_a_shape(project: Project) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    text = path.read_text().replace(
        f"mag:characters {len(TEXT)}", f'mag:characters "{len(TEXT)}"^^xsd:int'
    )
    path.write_text(text, encoding="utf-8")
    assert kinds(check.check(project)) == ["datatype"]


def test_statements_in_a_named_graph_are_one_finding(project: Project) -> None:
    lines = [line for line in HEAD.replace("SLUG", "roof").splitlines() if line]
    text = (
        "\n".join(lines)
        + '\n<https://example.org/g> { <> a mag:Source, fabio:WebPage ; rdfs:label "x"@en . }'
    )
    path = project.root / "roof.trig"
    path.write_text(text, encoding="utf-8")
    assert kinds(check.check(project, [path])) == ["named-graph"]


def test_only_the_paths_given_are_reported(project: Project) -> None:
    put(
        project.graphs / "sources" / "roof.ttl",
        '<> a mag:Source, fabio:WebPage ; rdfs:label "x" .',
        "roof",
    )
    assert check.check(project, [project.graphs / "sources" / "wall.ttl"]).findings == ()
    assert kinds(check.check(project, [project.graphs / "sources"])) == [
        "SourceShape-label/datatype"
    ]
    assert len(check.check(project, [project.root]).documents) == 4


def test_a_file_from_elsewhere_takes_the_place_of_the_projects(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("elsewhere")
    draft = put(other / "draft.ttl", SOURCE.replace("<#first>", "<#second>"))
    assert check.check(project, [draft]).findings == ()
    con = put(other / "con.ttl", CONCEPTS.replace('"test wall"', '"test brick"'))
    assert kinds(check.check(project, [con])) == ["ConceptShape-labelOnce/sparql"]


def test_files_of_the_ontology_are_checked_in_its_place(project: Project) -> None:
    from magkg import resources

    path = resources.data("ontology") / "schemes.ttl"
    assert check.check(project, [path]).findings == ()


def test_a_path_lies_in_a_project_of_its_own(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    put(other / "graphs" / "concepts" / "substance.ttl", CONCEPTS.replace("test-", "far-"))
    draft = put(other / "draft.ttl", SOURCE.replace("con:test-", "con:far-") + PREDICATE)
    assert check.check(project, [draft]).findings == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [("nowhere.ttl", "no such file"), ("notes.txt", "suffix"), ("hollow", "no RDF file")],
)
def test_what_cannot_be_checked_is_wrong_use(project: Project, name: str, said: str) -> None:
    (project.root / "notes.txt").write_text("x", encoding="utf-8")
    (project.root / "hollow").mkdir()
    with pytest.raises(InputError, match=said):
        check.check(project, [project.root / name])


def test_the_vocabulary_is_given_once_for_all() -> None:
    quads = check.vocabulary_quads()
    assert quads is check.vocabulary_quads() or quads == check.vocabulary_quads()
    assert len(quads) > 1000
