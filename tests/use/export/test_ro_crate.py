"""RO-Crates, read back by the rocrate library."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyoxigraph as ox
import pytest

from magkg import resources
from magkg.errors import InputError
from magkg.use.export.formats import Options
from magkg.use.export.release import ro_crate
from magkg.use.graph import open as open_graph
from magkg.vocabulary import TYPE
from tests.use.export import nasty
from tests.use.export.sources import DAY, titled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from magkg.use.graph import Graph

pytest.importorskip("pyarrow")
WORDS = {"concept": "magnesium-oxide"}
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


def crate(graph: Graph, out: Path, **words: str) -> Mapping[str, int]:
    out.mkdir()
    return ro_crate.write(graph.subgraph(**words), out, Options(), "ro-crate")


@pytest.fixture(scope="module")
def whole(bundled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "crate"
    with open_graph(bundled_folder) as graph:
        crate(graph, out)
    return out


def entities(out: Path) -> dict[str, dict[str, Any]]:
    found = json.loads((out / "ro-crate-metadata.json").read_bytes())["@graph"]
    held = {each["@id"]: each for each in found}
    assert len(held) == len(found)
    return held


def on_disk(out: Path) -> set[str]:
    return {
        each.relative_to(out).as_posix()
        for each in out.rglob("*")
        if each.is_file() and each.name != "ro-crate-metadata.json"
    }


def test_the_library_reads_a_whole_release(whole: Path, bundled: Graph) -> None:
    library = pytest.importorskip("rocrate.rocrate")
    read = library.ROCrate(str(whole))
    root = read.root_dataset
    assert read.version == "1.1"
    assert root["license"].id == CC0
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", root["datePublished"])
    assert [each["name"] for each in root["creator"]] == ["The magkg authors"]
    assert bundled.manifest is not None
    assert root["identifier"] == f"urn:sha256:{bundled.manifest.root}"
    files = [each for each in read.data_entities if each.type == "File"]
    assert {unquote(each.id) for each in files} == on_disk(whole)
    assert all((whole / unquote(each.id)).is_file() for each in files)
    assert all(each["encodingFormat"] and each["sha256"] for each in files)


def test_sizes_digests_and_references_hold(whole: Path) -> None:
    held = entities(whole)
    files = {unquote(name): each for name, each in held.items() if each["@type"] == "File"}
    assert files.keys() == on_disk(whole)
    for name, each in files.items():
        data = (whole / name).read_bytes()
        assert each["contentSize"] == str(len(data))
        assert each["sha256"] == hashlib.sha256(data).hexdigest()
    parts = [part["@id"] for each in held.values() for part in each.get("hasPart", ())]
    described = {name for name, each in held.items() if each["@type"] in {"File", "Dataset"}}
    assert len(parts) == len(set(parts))
    assert set(parts) == described - {"./"}
    outside = {"https://w3id.org/ro/crate/1.1"}
    for each in held.values():
        for name, value in each.items():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict) and name != "sameAs":
                    assert item["@id"] in held.keys() | outside, (each["@id"], name)


def test_every_term_is_in_the_context(whole: Path) -> None:
    package = pytest.importorskip("rocrate")
    path = Path(package.__file__).parent / "data" / "ro-crate.jsonld"
    terms = json.loads(path.read_bytes())["@context"].keys()
    used = {name for each in entities(whole).values() for name in each if name[0] != "@"}
    assert used <= terms
    assert {each["@type"] for each in entities(whole).values()} <= terms


def test_the_data_within_are_those_of_the_graph(whole: Path, bundled: Graph) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    claims = set(bundled.subgraph().claims)
    column = parquet.read_table(whole / "data" / "claims.parquet").column("claim")
    assert set(column.to_pylist()) == claims
    quads = list(ox.parse(path=whole / "data" / "graph.nq", format=ox.RdfFormat.N_QUADS))
    kind = ox.NamedNode("https://w3id.org/magkg/ns#Claim")
    of_class = [each for each in quads if each.predicate.value == TYPE and each.object == kind]
    assert {str(each.subject).strip("<>") for each in of_class} == claims
    manifest = json.loads((whole / "manifest.json").read_bytes())
    assert bundled.manifest is not None
    assert manifest["graph"] == bundled.manifest.as_json()
    assert manifest["selection"] == "all claims"
    shapes = {each.name for each in (resources.data("ontology") / "shapes").rglob("*.ttl")}
    assert shapes <= {each.name for each in (whole / "ontology" / "shapes").rglob("*.ttl")}
    asked = {each.name for each in resources.data("queries").rglob("*.rq")}
    assert asked == {each.name for each in (whole / "queries").rglob("*.rq")}
    assert "CC0" in (whole / "LICENSE").read_text("utf-8")


def test_the_sources_are_mentioned_by_their_doi(whole: Path, bundled: Graph) -> None:
    held = entities(whole)
    mentioned = {each["@id"] for each in held["./"]["mentions"]}
    sources = [each for each in bundled.subgraph().content.sources.values() if each.doi]
    assert len(sources) > 50
    for each in sources:
        entity = held[f"https://doi.org/{each.doi}"]
        assert entity["@id"] in mentioned
        assert entity["identifier"] == each.doi
        assert entity["name"] == each.title


def test_void_describes_the_same_data(whole: Path) -> None:
    base = "https://example.org/crate/"
    found = list(
        ox.parse(path=whole / "void.ttl", format=ox.RdfFormat.TURTLE, base_iri=f"{base}void.ttl")
    )
    held = {each.predicate.value.rpartition("#")[2]: each.object for each in found}
    assert held["dataDump"] == ox.NamedNode(f"{base}data/graph.nq")
    text = (whole / "data" / "graph.nq").read_text("utf-8")
    stated = text.count(" <https://w3id.org/magkg/ns#stated> .\n")
    assert int(held["triples"].value) == text.count("\n") - stated  # type: ignore[union-attr]


def test_the_authors_are_those_of_the_citation_file() -> None:
    path = Path(__file__).parents[3] / "CITATION.cff"
    for name, kind in ro_crate._AUTHORS:
        assert kind == "Organization"
        assert f"  - name: {name}\n" in path.read_text("utf-8")


def test_a_part_says_what_was_selected_and_is_the_same_again(
    bundled: Graph, tmp_path: Path
) -> None:
    counts = crate(bundled, tmp_path / "one", **WORDS)
    crate(bundled, tmp_path / "other", **WORDS)
    assert counts["claims"] == len(bundled.subgraph(**WORDS))
    root = entities(tmp_path / "one")["./"]
    assert "concept=magnesium-oxide" in root["description"]
    assert f" {counts['claims']} claims of sources" in root["description"]
    assert counts["files"] == len(on_disk(tmp_path / "one")) + 1
    assert on_disk(tmp_path / "one") == on_disk(tmp_path / "other")
    for name in (*on_disk(tmp_path / "one"), "ro-crate-metadata.json"):
        one, other = ((tmp_path / each / name).read_bytes() for each in ("one", "other"))
        assert one == other, name


def test_nasty_titles_come_back(tmp_path: Path) -> None:
    texts = nasty.strings()
    crate(titled(texts, dated=True), tmp_path / "crate")
    held = entities(tmp_path / "crate")
    names = [held[f"https://doi.org/10.1000/n{number}"]["name"] for number in range(len(texts))]
    assert names == list(texts)
    assert held["./"]["datePublished"] == DAY


def test_what_nobody_stated_is_not_made_up(tmp_path: Path) -> None:
    crate(titled(("A title",), dated=True), tmp_path / "crate")
    held = entities(tmp_path / "crate")
    assert held["./"]["license"] == {"@id": "#license"}
    assert held["#license"]["name"] == "No licence is stated"
    assert "creator" not in held["./"]
    assert not (tmp_path / "crate" / "CITATION.cff").exists()


def test_a_graph_without_a_date_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no act of curation"):
        crate(titled(("A title",)), tmp_path / "crate")


def test_authors_of_a_project_are_read(tmp_path: Path) -> None:
    from magkg.claims.project import Project

    (tmp_path / "CITATION.cff").write_text(
        "cff-version: 1.2.0\ntitle: x\nauthors:\n  - family-names: Doe\n    given-names: Jo\n"
        '  - name: "The Bees"\nlicense: MIT\n',
        "utf-8",
    )
    found = ro_crate._creators(Project(tmp_path))
    assert found == (("Jo Doe", "Person"), ("The Bees", "Organization"))
