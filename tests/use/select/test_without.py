"""What falls if a source or a study is withdrawn, held against builds that never had it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pyoxigraph as ox
import pytest

from magkg.claims import identity
from magkg.claims import project as projects
from magkg.errors import InputError, UnknownName
from magkg.store.authored import authored
from magkg.store.oxigraph import OxigraphStore
from magkg.store.withdraw import withdraw
from magkg.use.graph import Graph
from tests import evidence, ruled, small
from tests.cli import magkg

if TYPE_CHECKING:
    from magkg.store.interface import Row
    from magkg.use.select.without import Without

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "without.schema.json").read_text())
MAG = "https://w3id.org/magkg/ns#"
SRC = "https://w3id.org/magkg/source/"
STUDY = "https://w3id.org/magkg/study/"
BEES = f"{small.BASE}source/"
ASSESSED = (
    "verdict", "strength", "strengthAgainst", "claimCount", "sourceCount", "studyCount",
    "rootCount", "rootsFor", "rootsAgainst", "rootsInconclusive",
)  # fmt: skip
CLAIMED = ("citedStrength", "heldStrength", "citedGap", "heldGap", "heldLeap", "citedLeap")


def checked(found: Without) -> dict[str, Any]:
    value = json.loads(json.dumps(found.as_json()))
    jsonschema.Draft202012Validator(SCHEMA).validate(value)
    summary = value["summary"]
    assert all(len(value[name]) == summary[name] for name in summary if name in value)
    for each in value["propositions"]:
        studies = each.get("independent_studies", {"from": 0, "to": 0})
        assert each["only_study"] == (studies["from"] > studies["to"] == 0)
    return value  # type: ignore[no-any-return]


def held(store: OxigraphStore) -> tuple[set[Row], set[Row]]:
    """Every assessment and every strength of a claim, with all that they say."""

    def rows(kind: str, node: str, names: Iterable[str]) -> set[Row]:
        listed = " ".join(f"<{MAG}{name}>" for name in names)
        return set(
            store.select(
                f"SELECT ?{node} ?name ?value WHERE {{ VALUES ?name {{ {listed} }} "
                f"?x a <{MAG}{kind}> ; ?name ?value . {_NODE[kind]} }}"
            )
        )

    return rows("Assessment", "node", ASSESSED), rows("Claim", "node", CLAIMED)


_NODE = {"Assessment": f"?x <{MAG}proposition> ?node", "Claim": "BIND(?x AS ?node)"}


def bundled_files(without: str = "") -> list[ox.Quad]:
    """The authored quads of the bundled project, without a file."""
    return ruled.read(*(path for path in projects.bundled().files() if path.stem != without))


def test_withdrawing_nothing_is_the_same_graph(bundled: Graph) -> None:
    assert isinstance(bundled.store, OxigraphStore)
    assert bundled.manifest is not None
    again = withdraw(bundled.store)
    assert identity.content(again.quads()) == bundled.manifest.content


@pytest.mark.parametrize("made", ["bundled", "small"])
def test_what_was_authored_is_what_the_files_hold(made: str) -> None:
    if made == "bundled":
        files = bundled_files()
    else:
        files = ruled.read(*small.project().files())
        files += ox.parse(evidence.MORE, format=ox.RdfFormat.TURTLE)
    assert set(authored(ruled.store(files))) == set(files)


def test_a_source_withdrawn_is_a_project_built_without_it(bundled: Graph) -> None:
    slug = "guide-nerve-health"
    folder = projects.bundled().root / "graphs"
    own = {path.relative_to(folder) for path in projects.bundled().files() if path.stem == slug}
    assert own == {Path("sources", f"{slug}.ttl")}
    built = ruled.ruled(bundled_files(slug))
    assert isinstance(bundled.store, OxigraphStore)
    assert held(withdraw(bundled.store, [SRC + slug])) == held(built)
    assert held(bundled.store) != held(built)


def test_a_study_withdrawn_is_a_project_in_which_it_is_retracted(bundled: Graph) -> None:
    why = ox.Literal("The figures were made up.", language="en")
    study = ox.NamedNode(STUDY + "pan-2011")
    retracted = ox.Quad(study, ox.NamedNode(MAG + "retracted"), why)
    built = ruled.ruled([*bundled_files(), retracted])
    assert isinstance(bundled.store, OxigraphStore)
    assert held(withdraw(bundled.store, [], [study.value])) == held(built)
    assert held(bundled.store) != held(built)


@pytest.mark.parametrize("slug", ["two-trials", "norwood-2019", "hive-notes", "garden-leaflet"])
def test_the_small_graph_without_each_source(slug: str) -> None:
    graph = evidence.graph()
    source = ox.NamedNode(BEES + slug)
    whole = [*ruled.read(*small.project().files())]
    whole += ox.parse(evidence.MORE, format=ox.RdfFormat.TURTLE)
    # Every IRI of a part begins with that of its source.
    left = [each for each in whole if not str(each.subject).startswith(f"<{source.value}#")]
    assert isinstance(graph.store, OxigraphStore)
    assert len(left) < len(whole)
    assert held(withdraw(graph.store, [source.value])) == held(ruled.ruled(left))


def test_what_falls_with_one_trial() -> None:
    graph = evidence.graph()
    found = checked(graph.without("study:second"))
    trials = f"{BEES}two-trials#"
    assert found["withdrawn"] == [
        {
            "iri": f"{small.BASE}study/second",
            "kind": "study",
            "label": "Second trial",
            "retracted": False,
        }
    ]
    assert found["claims_gone"] == found["propositions_gone"] == found["citing"] == []
    lost = {each["claim"]: each["studies"] for each in found["unsupported"]}
    assert list(lost) == [f"{trials}clover", f"{trials}more-brood", f"{trials}patty"]
    assert all(studies == [f"{small.BASE}study/second"] for studies in lost.values())
    weaker = {each["claim"]: each for each in found["claims"]}
    assert weaker[f"{trials}patty"]["cited"]["to"] == "strengthNone"
    by_label = {each["label"]: each for each in found["propositions"]}
    patty = next(each for label, each in by_label.items() if label.startswith("pollen patty"))
    assert patty["only_study"] is True
    assert patty["independent_studies"] == {"from": 1, "to": 0}
    assert patty["verdicts"]["to"] == ["onlyAsserted"]


def test_a_name_that_is_both_means_both(bundled: Graph) -> None:
    both = checked(bundled.without("pan-2011"))
    assert [(each["kind"], each["iri"]) for each in both["withdrawn"]] == [
        ("source", f"{SRC}pan-2011"),
        ("study", f"{STUDY}pan-2011"),
    ]
    assert both["summary"]["claims_gone"] == 7
    lost = [each["claim"] for each in both["unsupported"]]
    assert lost == [
        f"{SRC}guide-nerve-health#evidence-2011-{name}"
        for name in ("inflammation", "recovery", "regeneration")
    ]
    assert both["citing"][0]["claim"] == f"{SRC}zhang-2021#deficiency-inflammation"
    source = checked(bundled.without("src:pan-2011"))
    assert [each["kind"] for each in source["withdrawn"]] == ["source"]
    # The guide names the trial itself, so that its claims stand without the article.
    assert source["unsupported"] == []


def test_found_lacking_beside_another_verdict_is_compared_as_a_set(bundled: Graph) -> None:
    found = checked(bundled.without("guide-nerve-health"))
    verdicts = [each["verdicts"] for each in found["propositions"]]
    assert {"from": ["inconclusiveBody", "foundLacking"], "to": ["inconclusiveBody"]} in verdicts


def test_a_study_that_is_retracted_already_takes_nothing_along() -> None:
    found = checked(evidence.graph().without("made-up"))
    assert found["withdrawn"][0]["retracted"] is True
    assert not any(found["summary"].values())
    assert "(retracted already)" in evidence.graph().without("made-up").text()


def test_names_that_are_not_there(bundled: Graph) -> None:
    with pytest.raises(UnknownName, match="no source or study 'pann-2011'") as error:
        bundled.without("pann-2011")
    assert "pan-2011" in error.value.suggestions
    with pytest.raises(UnknownName):
        bundled.without("pan-2011", "nobody")
    with pytest.raises(InputError, match="nothing was named"):
        bundled.without()


def test_an_endpoint_is_refused() -> None:
    from magkg.store.endpoint import EndpointStore

    with pytest.raises(InputError, match="not an endpoint") as error:
        Graph(EndpointStore("http://127.0.0.1:9/sparql")).without("pan-2011")
    assert "--graph DIR" in error.value.hint


def test_the_verb(bundled_folder: Path) -> None:
    ran = magkg("without", "pan-2011", "--graph", bundled_folder)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith("without the source Magnesium supplement promotes sciatic nerve")
    start = lines.index("7 claims go with what is withdrawn:")
    gone = json.loads(
        magkg("without", "pan-2011", "--json", "--graph", bundled_folder).out
    )["claims_gone"]  # fmt: skip
    assert [line.split()[0] for line in lines[start + 1 : start + 8]] == [
        each["claim"].removeprefix(SRC) for each in gone
    ]
    assert "3 claims lose all that supports them:" in lines
    assert any("cited low -> none; held very low -> none" in line for line in lines)
    assert lines[-1].startswith("in all: 7 claims go, 3 lose all support, ")
    ran = magkg("without", "study:pan-2011", "src:pan-2011", "--json", "--graph", bundled_folder)
    assert ran.code == 0
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(ran.out))
    ran = magkg("without", "nobody", "--graph", bundled_folder)
    assert (ran.code, ran.out) == (2, "")
    assert "there is no source or study 'nobody'" in ran.err


def test_many_claims_that_go_are_counted(bundled: Graph) -> None:
    found = bundled.without("guide-nerve-health")
    number = found.as_json()["summary"]["claims_gone"]
    assert number > 20
    lines = found.text().splitlines()
    start = lines.index(f"{number} claims go with what is withdrawn:")
    assert lines[start + 21] == f"  ... and {number - 20} more (--json has all)"


def test_a_notebook_shows_tables(bundled: Graph) -> None:
    found = bundled.without("pan-2011")
    markup = found._repr_html_()
    rows = markup.count("<tr>")
    document = found.as_json()
    assert rows == sum(
        len(document[each]) for each in ("claims_gone", "unsupported", "claims", "propositions")
    )
    assert found.text().splitlines()[-1] in markup
    assert "cited low -&gt; none; held very low -&gt; none" in markup
    document["claims_gone"][0]["label"] = "<script>"
    assert "<script>" not in found._repr_html_()
    many = bundled.without("guide-nerve-health")
    assert f"{many.as_json()['summary']['claims_gone'] - 20} more" in many._repr_html_()


def test_its_help_names_no_endpoint() -> None:
    text = " ".join(magkg("without", "--help").out.split())
    assert "SPARQL endpoint" not in text
    assert "--graph DIR " in text
    assert "DIR|URL" not in text
