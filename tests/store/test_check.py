from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from magkg.claims.project import Project
from magkg.claims.sources import SourceTexts
from magkg.errors import InputError
from magkg.store import check

HEAD = """@base <https://w3id.org/magkg/source/SLUG> .
@prefix con: <https://w3id.org/magkg/concept/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix fabio: <http://purl.org/spar/fabio/> .
@prefix mag: <https://w3id.org/magkg/ns#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix study: <https://w3id.org/magkg/study/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TEXT = "Clay bricks ease the wall.\n"
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


SOURCE = f"""
<> a mag:Source , fabio:WebPage ; dcterms:title "A wall"@en ;
    mag:characters {len(TEXT)} ;
    mag:sha256 "{DIGEST}" .
<#reading-1> a mag:Reading , prov:Activity ; rdfs:label "First"@en ; mag:method mag:closeReading ;
    prov:endedAtTime "2026-01-01T00:00:00Z"^^xsd:dateTime ; prov:wasAssociatedWith mag:curator .
<#first> a mag:Claim ; rdfs:label "Bricks ease walls."@en ;
    mag:subject con:test-brick ;
    mag:predicate <https://example.org/eases> ;
    mag:object con:test-wall ;
    mag:polarity mag:affirms ; mag:certainty mag:asserted ; mag:attribution mag:noSource ;
    mag:kind mag:definitionClaim ; mag:source <> ;
    mag:passage <#c0-11> ;
    prov:wasGeneratedBy <#reading-1> .
<#c0-11> a mag:Passage ; oa:hasSource <> ; oa:start 0 ; oa:end 11 ;
    mag:sha256 "{digest(TEXT[:11])}" ; mag:foldedSha256 "{digest(TEXT[:11])}" ;
    mag:foldedLength 11 ; mag:beforeSha256 "{digest("")}" ;
    mag:afterSha256 "{digest(" ease the wall. ")}" .
"""
CONCEPTS = """
con:test-brick a mag:Concept ;
    skos:prefLabel "test brick"@en ; mag:conceptKind mag:substanceConcept .
con:test-wall a mag:Concept ; skos:prefLabel "test wall"@en ; mag:conceptKind mag:substanceConcept .
"""
PREDICATE = """
<https://example.org/eases> a mag:Predicate ; rdfs:label "eases"@en ; skos:definition "Eases."@en ;
    skos:example "Oil eases."@en ; rdfs:isDefinedBy <https://example.org/> ;
    mag:subjectKind mag:substanceConcept ; mag:objectKind mag:substanceConcept .
"""


def put(path: Path, text: str, slug: str = "wall") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.replace("SLUG", slug) + text, encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A sound project, which is also the working folder."""
    graphs = tmp_path / "graphs"
    put(graphs / "sources" / "wall.ttl", SOURCE)
    put(graphs / "concepts" / "substance.ttl", CONCEPTS)
    put(graphs / "predicates.ttl", PREDICATE)
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


def kinds(report: check.Report) -> list[str]:
    return [each.kind for each in report.findings]


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


def test_slugs_that_differ_only_in_case_overlap(project: Project) -> None:
    put(
        project.graphs / "sources" / "Wall.ttl",
        '<> a mag:Source, fabio:WebPage ; rdfs:label "x"@en .',
        "Wall",
    )
    report = check.check(project)
    assert sorted(kinds(report)) == ["SourceShape-slug/sparql", "slug-overlap"]


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


def test_what_nothing_links_to_is_found(project: Project) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    text = path.read_text().replace("mag:passage <#c0-11>", 'mag:noPassage "A picture."@en')
    path.write_text(text, encoding="utf-8")
    (one,) = check.check(project).findings
    assert (one.kind, one.claim) == ("unused", "https://w3id.org/magkg/source/wall#c0-11")


@pytest.fixture
def texts(tmp_path: Path) -> SourceTexts:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "wall.txt").write_text(TEXT, encoding="utf-8", newline="")
    return SourceTexts(folder)


def test_texts_that_agree_yield_nothing(project: Project, texts: SourceTexts) -> None:
    assert check.check(project, sources=texts).findings == ()


def test_a_source_that_changed_is_named_with_both_digests(
    project: Project, texts: SourceTexts
) -> None:
    (texts.folder / "wall.txt").write_text("Other.", encoding="utf-8")
    (one,) = check.check(project, sources=texts).findings
    assert one.kind == "source-changed"
    assert DIGEST in one.message
    assert digest("Other.") in one.message
    assert "`magkg verify --sources DIR`" in one.message
    assert "`magkg format --reread --sources DIR`" in one.message
    assert (one.file, one.line) == ("graphs/sources/wall.ttl", 15)


def test_the_record_of_a_source_is_that_of_its_text(project: Project, texts: SourceTexts) -> None:
    source = project.graphs / "sources" / "wall.ttl"
    text = source.read_text("utf-8")
    (number,) = re.findall(r"mag:characters (\d+)", text)
    source.write_text(
        text.replace(f"characters {number}", f"characters {int(number) + 1}"), "utf-8"
    )
    (found,) = check.check(project, sources=texts).findings
    assert found.kind == "source-record"
    assert number in found.message


def test_a_digest_that_is_not_that_of_the_text(project: Project, texts: SourceTexts) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    text = path.read_text().replace(f'mag:sha256 "{digest(TEXT[:11])}"', f'mag:sha256 "{DIGEST}"')
    path.write_text(text, encoding="utf-8")
    (one,) = check.check(project, sources=texts).findings
    assert (one.kind, one.claim.rpartition("#")[2]) == ("passage-digest", "c0-11")


def test_a_text_that_is_not_at_hand_is_no_finding(project: Project, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert check.check(project, sources=SourceTexts(tmp_path / "none")).findings == ()


def test_the_vocabulary_is_given_once_for_all() -> None:
    quads = check.vocabulary_quads()
    assert quads is check.vocabulary_quads() or quads == check.vocabulary_quads()
    assert len(quads) > 1000
