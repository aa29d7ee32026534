"""An import into a built graph: what a project tells and gets, without reading all of the graph."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

import magkg
from magkg import Project
from magkg.claims import turtle
from magkg.errors import MagkgError
from magkg.store import authored
from magkg.store.oxigraph import OxigraphStore
from magkg.store.standing import Built
from magkg.store.update.graph import Overlaid
from magkg.use.importing import ImportStopped
from magkg.vocabulary import MAG, SKOS
from tests.importing import LEAST, SETS, given, project, take

TABLE = "drug,illness\nbluetin,river ague\ngreenol,hill fever\n"
STUDY = """
[[evidence]]
direction = "supports"
basis = "own"
[evidence.study]
slug = "{drug}"
label = "The trial of {drug}"
design = "randomisedTrial"
"""
OWN = LEAST.replace("noSource", "ownData") + STUDY
RATED = OWN.replace("[claim]", '[claim]\nupstreamId = "{drug}-7"')
CELL = LEAST.replace('predicate = "treats"', 'predicate = "{how}"')
DOI = LEAST.replace('slug = "the-set"', 'doi = "10.1234/{n}"')


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Path]:
    """A project that imported a set, and the graph of it."""
    folder = tmp_path_factory.mktemp("start")
    home = project(folder / "p")
    own = home.graphs / "sources" / "note-on-bricks.ttl"
    text = own.read_text().replace("mag:leftOut", 'mag:doi "10.1234/Bricks" ;\n    mag:leftOut')
    own.write_text(text)
    data, told = given(home, OWN, TABLE)
    magkg.import_claims(data, told, place=home)
    take(home, "trials")
    magkg.build(home, folder / "graph")
    return home, folder / "graph"


@pytest.fixture
def both(start: tuple[Project, Path], tmp_path: Path) -> tuple[Project, Path]:
    """The two, to be written to."""
    shutil.copytree(start[0].root, tmp_path / "p")
    shutil.copytree(start[1], tmp_path / "graph")
    return Project(tmp_path / "p"), tmp_path / "graph"


def told(data: Path, mapping: Path, **options: object) -> object:
    """Give the report of an import, or what it raised, without the names of files and the root."""
    try:
        found = magkg.import_claims(data, mapping, **options).as_json()  # type: ignore[arg-type]
    except ImportStopped as stopped:
        found = {"stopped": str(stopped), **stopped.report.as_json()}
    except MagkgError as error:
        return str(error)
    return {key: each for key, each in found.items() if key not in ("files", "root")}


@pytest.mark.parametrize("on_error", ["stop", "skip"])
@pytest.mark.parametrize(
    ("mapping", "table"),
    [
        (OWN, TABLE),  # all of it is known
        (RATED, TABLE),  # the claims get ids
        (OWN, TABLE.replace("greenol", "redix")),  # one is kept, one is new
        (CELL, "drug,illness,how\na,b,treats\nc,d,treat\n"),  # no such predicate
        (LEAST.replace("{drug}", "con:brik"), TABLE),  # no such concept
        (LEAST.replace('kind = "substance"', 'kind = "food"'), "drug,illness\nclay,clay\n"),
        (DOI, "drug,illness,n\na,b,bricks\na,b,tiles\n"),  # a source of one's own, a new one
        (OWN.replace('label = "The trial', 'size = "{n}"\nlabel = "The trial'),
         "drug,illness,n\na,b,1\na,c,2\nc,d,3\n"),  # rows that disagree
        (LEAST.replace('"efficacy"', '"{illness}"'), TABLE),  # no such kind
    ],
)  # fmt: skip
def test_a_graph_tells_and_gets_what_a_project_does(
    both: tuple[Project, Path], mapping: str, table: str, on_error: str, tmp_path: Path
) -> None:
    home, graph = both
    paths = given(home, mapping, table)
    before = (graph / "manifest.json").read_bytes()
    tried = told(*paths, into=graph, on_error=on_error, dry_run=True)
    assert (graph / "manifest.json").read_bytes() == before
    found = told(*paths, into=graph, on_error=on_error)
    assert found == told(*paths, place=home, on_error=on_error)
    if isinstance(found, dict) and isinstance(tried, dict):
        assert {**tried, "dry_run": False} == found
    wanted = magkg.build(home, tmp_path / "other").manifest
    manifest = json.loads((graph / "manifest.json").read_text())
    assert (manifest["root"], manifest["content"]) == (wanted.root, wanted.content)
    after = (graph / "manifest.json").read_bytes()
    told(*paths, into=graph, on_error=on_error)
    assert (graph / "manifest.json").read_bytes() == after


def test_nothing_is_laid_out_where_nothing_is_replaced(
    both: tuple[Project, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the whole graph is read")

    monkeypatch.setattr(authored, "lay_out", never)
    monkeypatch.setattr(OxigraphStore, "quads", never)
    for name in SETS:
        take(both[0], name, into=both[1])


def test_the_text_that_people_read_is_asked_of_the_graph(both: tuple[Project, Path]) -> None:
    home, graph = both
    spans = LEAST.replace(
        'noPassage = "The set gives none."\n', '\n[[passage]]\nquote = "{drug}"\n'
    )
    paths = given(home, spans.replace('title = "The set"', 'text = "{drug}"'), TABLE)
    found = told(*paths, source="note-on-bricks", into=graph)
    assert "is not the one that graphs/sources/ describes" in json.dumps(found)
    assert found == told(*paths, source="note-on-bricks", place=home)


def test_a_part_that_a_claim_got_since_stays(both: tuple[Project, Path], tmp_path: Path) -> None:
    home, graph = both
    path = home.graphs / "imported" / "the-set.ttl"
    text = path.read_text()
    claim = text[text.index("<#i-") : text.index(" .\n", text.index("<#i-")) + 3]
    more = claim.replace(" .\n", " ;\n    mag:evidence <#e-more> .\n")
    line = "\n<#e-more> a mag:EvidenceLine ;\n    mag:direction mag:supports ;\n"
    line += '    mag:basis mag:relayed ;\n    mag:unresolved "hearsay"@en .\n'
    path.write_text(text.replace(claim, more) + line)
    magkg.build(out=graph, files=[path], update=True)
    wanted = magkg.build(home, tmp_path / "other").manifest
    assert json.loads((graph / "manifest.json").read_text())["content"] == wanted.content
    paths = given(home, RATED, TABLE)
    assert told(*paths, into=graph) == told(*paths, place=home)
    wanted = magkg.build(home, tmp_path / "other").manifest
    assert json.loads((graph / "manifest.json").read_text())["content"] == wanted.content


def test_what_a_graph_of_files_describes_stays_its_own(tmp_path: Path) -> None:
    home, graph = project(tmp_path / "p"), tmp_path / "graph"
    magkg.build(out=graph, files=[home.graphs])
    mapping = LEAST.replace('title = "The set"', 'title = "Another title"') + STUDY
    paths = given(home, mapping.replace("noSource", "ownData"), TABLE)
    for _ in range(2):
        magkg.import_claims(*paths, "note-on-bricks", into=graph)
        magkg.import_claims(*paths, "note-on-bricks", place=home)
    wanted = magkg.build(home, tmp_path / "other").manifest
    manifest = json.loads((graph / "manifest.json").read_text())
    assert manifest["content"] == wanted.content
    assert "graphs/imported/note-on-bricks.ttl" in manifest["inputs"]
    assert "graphs/sources/note-on-bricks.ttl" in manifest["inputs"]


def test_each_import_is_an_input_of_the_graph(both: tuple[Project, Path]) -> None:
    home, graph = both
    name = "graphs/imported/the-set.ttl"
    before = json.loads((graph / "manifest.json").read_text())["inputs"]
    magkg.import_claims(*given(home, OWN, "drug,illness\nnewol,river ague\n"), into=graph)
    after = json.loads((graph / "manifest.json").read_text())["inputs"]
    assert before.items() <= after.items()
    assert [each.partition("@")[0] for each in after.keys() - before.keys() if name in each] == [
        name
    ]


def test_what_a_check_reads_beside_files_is_found(
    start: tuple[Project, Path], tmp_path: Path
) -> None:
    text = (
        "@prefix con: <https://example.org/p/concept/> .\n"
        f"@prefix mag: <{MAG}> .\n@prefix skos: <{SKOS}> .\n"
        'con:Brick a mag:Concept ; skos:prefLabel "clay"@en ;'
        " mag:conceptKind mag:substanceConcept .\n"
    )
    (tmp_path / "x.ttl").write_text(text)
    standing = Built(start[1], tmp_path / "work")
    (found,) = standing.beside([turtle.read(tmp_path / "x.ttl")])
    said = {(str(each.subject), each.predicate.value) for each in found.quads}
    space = "<https://example.org/p/concept/"
    assert (f"{space}brick>", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type") in said
    assert (f"{space}clay>", SKOS + "prefLabel") in said
    assert not any(MAG in subject for subject, _ in said)


def test_a_misspelt_name_may_mean_any_node_of_a_graph(
    start: tuple[Project, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = Built(start[1], tmp_path / "work")
    found = {str(each.subject) for each in standing.guessed(MAG + "Concept")}
    assert "<https://example.org/p/concept/brick>" in found
    monkeypatch.setattr("magkg.store.standing._MOST", len(found) - 1)
    assert list(standing.guessed(MAG + "Concept")) == []
    assert len(list(standing.typed(MAG + "Concept"))) == len(found)


def test_a_set_is_the_same_by_way_of_a_project_or_not(
    both: tuple[Project, Path], tmp_path: Path
) -> None:
    home, graph = both
    for name in SETS:
        wanted, found = take(home, name), take(home, name, into=graph)
        assert (found.claims, found.new, found.known, found.created, found.kept) == (
            wanted.claims, wanted.new, wanted.known, wanted.created, wanted.kept,
        )  # fmt: skip
    built = magkg.build(home, tmp_path / "other").manifest
    assert json.loads((graph / "manifest.json").read_text())["content"] == built.content


def test_what_takes_the_place_of_a_node_is_all_that_it_says() -> None:
    one, two, other, says = (ox.NamedNode(f"urn:x:{name}") for name in ("1", "2", "3", "says"))
    store = ox.Store()
    store.extend([ox.Quad(one, says, two), ox.Quad(other, says, two)])
    graph = Overlaid(store, [ox.Quad(one, says, other)])
    assert graph.subjects(says, two) == {other}
    assert graph.subjects(says, other) == {one}
    assert graph.objects(one, says) == {other}
    assert graph.objects(other, says) == {two}
