"""VA-Spec: the structure that its specification asks for, and every claim rebuilt from it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from magkg.errors import InputError
from magkg.use.export.exchange import va_spec
from magkg.use.export.formats import Options
from magkg.use.graph import Graph
from magkg.use.graph import open as open_graph
from tests import evidence, small
from tests.use.export import nasty
from tests.use.export import va_spec_rules as rules

if TYPE_CHECKING:
    from magkg.use.select.entities import Content

Json = dict[str, Any]


def exported(graph: Graph, **words: Any) -> list[Json]:
    out = io.BytesIO()
    counts = va_spec.write(graph.subgraph(**words), out, Options(), "va-spec")
    found: list[Json] = json.loads(out.getvalue().decode())
    assert len(found) == counts["statements"]
    return found


@pytest.fixture(scope="module")
def whole(bundled_folder: Path) -> Iterator[tuple[list[Json], Content]]:
    with open_graph(bundled_folder) as graph:
        yield exported(graph), graph.subgraph().content


@cache
def disagreeing() -> list[Json]:
    return exported(evidence.graph())


def of_kind(statements: list[Json], kind: str) -> list[Json]:
    return [each for each in statements if rules.extensions(each)["statementKind"] == kind]


def faults(statements: list[Json]) -> list[str]:
    jsonschema = pytest.importorskip("jsonschema")
    check = jsonschema.Draft202012Validator(rules.SCHEMA)
    return [
        f"{each['id']}: {fault.message}" for each in statements for fault in check.iter_errors(each)
    ]


def rebuilt(statements: list[Json], content: Content) -> None:
    claims = of_kind(statements, "claim")
    assert [rules.claim(each) for each in claims] == list(content.claims)
    for each in claims:
        for passage in rules.passages(each):
            assert passage == content.passages[passage.iri]
        formal = each["proposition"]
        concepts = [q["value"] for q in formal.get("qualifiers", ())]
        concepts += [formal["subject"], formal["object"]] if "id" in formal else []
        for concept in map(rules.concept, concepts):
            assert concept == content.concepts[concept.iri]
        lines = each.get("hasEvidenceLines", ())
        documents = [one for line in lines for one in line.get("reportedIn", ())]
        for source in map(rules.source, [*each["reportedIn"], *documents]):
            assert source == content.sources[source.iri]
        for line in lines:
            assert rules.line(line) == content.lines[line["id"]]
            for study in rules.studies(line):
                assert study == content.studies[study.iri]
            for effect in rules.effects(line):
                assert effect == content.effects[effect.iri]
            assert [one.iri for one in rules.studies(line)] == line.get("hasEvidenceItems", [])


def test_the_structure_is_the_specification_s(whole: tuple[list[Json], Content]) -> None:
    assert faults(whole[0]) == []
    assert faults(disagreeing()) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.pop("direction"),
        lambda one: one.update(direction="affirms"),
        lambda one: one.update(strength="low"),
        lambda one: one["proposition"].pop("customPropositionType"),
        lambda one: one["proposition"].update(polarity="denies"),
        lambda one: one["reportedIn"][0].update(doi="doi:10.1/x"),
    ],
)
def test_the_rules_refuse_what_is_not_of_that_structure(spoil: Any) -> None:
    one = json.loads(json.dumps(disagreeing()[0]))
    assert faults([one]) == []
    spoil(one)
    assert faults([one])


def test_the_reference_implementation_reads_the_parts(whole: tuple[list[Json], Content]) -> None:
    # Its release (VA-Spec 1.0.1) knows no Statement about anything but variants, and no target
    # proposition by IRI; what is not of that version is left out here.
    models = pytest.importorskip("ga4gh.va_spec.base.core")
    for each in whole[0]:
        models.Proposition(**each["proposition"])
        models.Method(**each["specifiedBy"])
        for document in each.get("reportedIn", ()):
            models.Document(**document)
        for contribution in each.get("contributions", ()):
            models.Contribution(**contribution)
        for line in each.get("hasEvidenceLines", ()):
            read = models.EvidenceLine(
                **{k: v for k, v in line.items() if k != "targetProposition"}
            )
            assert read.directionOfEvidenceProvided == line["directionOfEvidenceProvided"]
            assert len(read.hasEvidenceItems or ()) == len(line.get("hasEvidenceItems", ()))


def test_every_claim_of_the_bundled_graph_is_rebuilt(whole: tuple[list[Json], Content]) -> None:
    rebuilt(*whole)


@pytest.mark.parametrize("graph", [small.graph, evidence.graph])
def test_every_claim_of_a_small_graph_is_rebuilt(graph: Any) -> None:
    rebuilt(exported(graph()), graph().subgraph().content)


def test_assessments_are_those_of_the_rated_propositions(whole: tuple[list[Json], Content]) -> None:
    statements, content = whole
    found = {each["proposition"]["id"]: each for each in of_kind(statements, "assessment")}
    rated = {iri: each for iri, each in content.propositions.items() if each.verdict}
    assert found.keys() == rated.keys()
    ways = {"supported": "supports", "disputed": "disputes"}
    for iri, each in found.items():
        told, proposition = rules.extensions(each), rated[iri]
        assert each["direction"] == ways.get(proposition.verdict, "neutral")
        assert ("strength" in each) == (each["direction"] != "neutral")
        assert tuple(told["verdicts"]) == proposition.verdicts
        assert told["strength"] == proposition.strength
        assert told["independent"] == proposition.independent
        items = [
            one for line in each["hasEvidenceLines"] for one in line.get("hasEvidenceItems", ())
        ]
        assert sorted(items) == [c.iri for c in content.claims if c.proposition == iri]


def test_polarity_turns_the_direction_and_never_the_proposition() -> None:
    claims = {each["id"].rpartition("#")[2]: each for each in of_kind(disagreeing(), "claim")}
    denied, affirmed = claims["no-brood"], claims["more-brood"]
    assert denied["proposition"]["id"] == affirmed["proposition"]["id"]
    assert (denied["direction"], affirmed["direction"]) == ("disputes", "supports")
    # The first trial supports the claim that denies: it speaks against the proposition.
    (line,) = denied["hasEvidenceLines"]
    assert rules.extensions(line)["direction"] == "supports"
    assert line["directionOfEvidenceProvided"] == "disputes"


def test_directions_follow_polarity_everywhere(whole: tuple[list[Json], Content]) -> None:
    ways = {"affirms": "supports", "denies": "disputes"}
    seen = set()
    for each in of_kind(whole[0], "claim"):
        polarity = rules.extensions(each)["polarity"]
        seen.add(polarity)
        assert each["direction"] == ways.get(polarity, "neutral")
        for line in each.get("hasEvidenceLines", ()):
            own = rules.extensions(line)["direction"]
            same = line["directionOfEvidenceProvided"] == own
            assert same == (polarity == "affirms" and own != "inconclusive")
            if line["directionOfEvidenceProvided"] == "neutral":
                assert "strengthOfEvidenceProvided" not in line
    assert len(seen) == 4


def test_a_claim_that_is_not_formalised_states_its_gist(whole: tuple[list[Json], Content]) -> None:
    loose = [each for each in of_kind(whole[0], "claim") if "id" not in each["proposition"]]
    assert len(loose) == sum(not each.proposition for each in whole[1].claims) > 0
    for each in loose:
        assert each["proposition"]["subject"]["name"] == each["description"]
        assert rules.extensions(each)["notFormalised"]


def test_an_assessment_holds_the_claims_that_were_not_selected() -> None:
    graph = evidence.graph()
    (claim,) = [each for each in graph.subgraph().claims if each.endswith("#no-brood")]
    found = exported(graph, claim=claim)
    assert [each["id"] for each in of_kind(found, "claim")] == [claim]
    (assessed,) = of_kind(found, "assessment")
    items = {
        one for line in assessed["hasEvidenceLines"] for one in line.get("hasEvidenceItems", ())
    }
    assert {each.rpartition("#")[2] for each in items} >= {"no-brood", "more-brood"}


def test_the_same_bytes_each_time_and_one_statement_a_line() -> None:
    def once() -> bytes:
        out = io.BytesIO()
        va_spec.write(evidence.graph().subgraph(), out, Options(), "va-spec")
        return out.getvalue()

    assert once() == once()
    lines = once().decode().splitlines()
    assert (lines[0], lines[-1]) == ("[", "]")
    assert all(json.loads(each.removesuffix(",")) for each in lines[1:-1])


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    options = Options(progress=lambda done, total: told.append((done, total)))
    va_spec.write(small.graph().subgraph(), io.BytesIO(), options, "va-spec")
    assert told[-1][0] == told[-1][1] == len(told) > 1


def test_nasty_strings_come_back() -> None:
    graph = nasty.graph()
    found = exported(graph)
    claims = of_kind(found, "claim")
    back = {each["id"]: each["description"] for each in claims}
    texts = {f"{nasty.BASE}source/nasty#c{n}": text for n, text in enumerate(nasty.strings())}
    assert back == texts
    rebuilt(found, graph.subgraph().content)
    assert faults([each for each in claims if len(each["description"]) < 1000][:200]) == []


def test_a_control_character_is_carried() -> None:
    (claim,) = of_kind(exported(nasty.control()), "claim")
    assert claim["description"] == "before\x0bafter"


def test_a_lone_surrogate_is_refused_with_the_claim() -> None:
    with pytest.raises(InputError, match=r"nasty#c0 holds a lone surrogate"):
        exported(nasty.surrogate())
