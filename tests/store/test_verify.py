"""What `verify` says of a graph with lists and columns: every file, and every claim anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.store import digests, manifest
from magkg.store.bulk import building
from magkg.store.columnar import kept
from magkg.store.verify import verify_store
from magkg.vocabulary import MAG
from tests.store import bulk_data


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every graph is a large one."""
    monkeypatch.setattr(kept, "LARGE", 1)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    lines = bulk_data.lines(bulk_data.generated(folder / "given", 60, seed=8))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "LARGE", 1)
        building.build([bulk_data.write(folder / "all.nq", lines)], folder / "graph")
    return folder / "graph"


@pytest.fixture
def graph(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "graph"))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("limit", [1, 10**9])
def test_a_graph_that_was_built_is_sound(
    graph: Path, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "LARGE", limit)
    assert verify_store(graph) == []


@pytest.mark.parametrize("harm", [flip, cut])
@pytest.mark.parametrize(
    "name", ["*.digests", "*.claims", "*.columns/columns.duckdb", "*.columns/columns.json"]
)
def test_what_lies_beside_the_store_is_checked(
    graph: Path, name: str, harm: Callable[[Path], None]
) -> None:
    (path,) = (graph / "stores").glob(name)
    harm(path) if path.suffix != ".json" else path.write_bytes(b"{")
    (fault,) = verify_store(graph)
    assert str(path.relative_to(graph)) in fault
    assert "remove it" in fault


@pytest.mark.parametrize("name", ["*.digests", "*.claims", "*.columns"])
def test_a_graph_is_as_good_without_what_lies_beside_its_store(graph: Path, name: str) -> None:
    (path,) = (graph / "stores").glob(name)
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert verify_store(graph) == []


def test_columns_of_another_version_are_passed_over(graph: Path) -> None:
    (path,) = (graph / "stores").glob("*.columns/columns.json")
    told = json.loads(path.read_text())
    path.write_text(json.dumps({"version": ["another"], "content": told["content"]}))
    assert verify_store(graph) == []


@pytest.mark.parametrize("limit", [1, 10**9])
def test_a_claim_that_says_something_else_does_not_match_the_root(
    graph: Path, limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "LARGE", limit)
    found = manifest.read(graph)
    folder = graph / "stores" / found.store
    store = ox.Store(str(folder))
    denied, affirmed = ox.NamedNode(f"{MAG}denies"), ox.NamedNode(f"{MAG}affirms")
    old = next(store.quads_for_pattern(None, ox.NamedNode(f"{MAG}polarity"), affirmed))
    store.remove(old)
    store.add(ox.Quad(old.subject, old.predicate, denied))
    store.flush()
    content = digests.collect(store, tmp_path / "list")
    del store
    for path in (*folder.glob("LOG*"), *(graph / "stores").glob("*.digests")):
        path.unlink()
    # Whoever changes a graph can write all but the root that others know it by.
    told = json.dumps(manifest.file_list(folder))
    (graph / "stores" / f"{found.store}.files.json").write_text(told)
    (graph / "manifest.json").write_text(json.dumps(found.as_json() | {"content": content}))
    (fault,) = verify_store(graph)
    assert "do not match the root" in fault


def test_a_store_that_cannot_be_read_to_its_end_is_told(graph: Path) -> None:
    found = manifest.read(graph)
    path = max((graph / "stores" / found.store).glob("*.sst"), key=lambda each: each.stat().st_size)
    data = bytearray(path.read_bytes())
    data[100:400] = bytes(300)
    path.write_bytes(data)
    faults = verify_store(graph)
    assert any(path.name in fault for fault in faults)
    assert len(faults) > 1
