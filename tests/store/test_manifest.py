"""The manifest: written whole, read with care; a store that does not match it is not opened."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from magkg.errors import StoreDamaged, StoreUnavailable
from magkg.store import manifest
from magkg.store.build import build
from magkg.store.manifest import Manifest, open_store, write_atomically
from magkg.store.verify import verify_store
from tests.store import sample

SOUND = Manifest("a" * 64, "b" * 64, "b" * 16, {"quads": 1}, {"graphs/a.ttl": "c" * 64}, {})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = sample.write(tmp_path_factory.mktemp("project"))
    return build(project, project.built).folder


@pytest.fixture
def graph(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "graph"))


def _store(graph: Path) -> Path:
    return graph / "stores" / manifest.read(graph).store


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    SOUND.write(tmp_path)
    assert manifest.read(tmp_path) == SOUND
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]
    assert json.loads((tmp_path / "manifest.json").read_text()).keys() == {
        "root", "content", "store", "counts", "inputs", "versions",
    }  # fmt: skip


def test_a_sound_graph_opens_and_verifies(graph: Path) -> None:
    store, found = open_store(graph)
    assert len(store) == found.counts["quads"]
    assert found.counts["claims"] == len(sample.STANDARD)
    assert verify_store(graph) == []
    assert all(len(each) == 64 for each in (found.root, found.content, *found.inputs.values()))


def test_a_graph_moves_with_its_folder_and_is_never_written(graph: Path) -> None:
    for path in (*graph.rglob("*"), graph):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = {path: path.stat().st_mtime_ns for path in graph.rglob("*")}
    store, _ = open_store(graph)
    assert store.ask("ASK { ?s ?p ?o }")
    assert {path: path.stat().st_mtime_ns for path in graph.rglob("*")} == before
    for path in (graph, *graph.rglob("*")):
        path.chmod(0o755)


@pytest.mark.parametrize("make", ["missing", "empty", "file"])
def test_no_graph_there(tmp_path: Path, make: str) -> None:
    place = tmp_path / "graph"
    if make == "empty":
        place.mkdir()
    elif make == "file":
        place.write_text("x")
    for ask in (open_store, verify_store):
        with pytest.raises(StoreUnavailable, match="there is no built graph in") as caught:
            ask(place)
        assert not isinstance(caught.value, StoreDamaged)
        assert "magkg build" in caught.value.hint
        assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "{}", "null", '{"store": "x"}',
        json.dumps(SOUND.as_json() | {"store": "../../elsewhere"}),
        json.dumps(SOUND.as_json() | {"store": 7}),
    ],
)  # fmt: skip
def test_a_manifest_that_is_none(graph: Path, text: str) -> None:
    (graph / "manifest.json").write_text(text)
    with pytest.raises(StoreDamaged, match=r"manifest\.json"):
        open_store(graph)
    assert len(verify_store(graph)) == 1


def test_a_lost_manifest_beside_stores_is_damage(graph: Path) -> None:
    (graph / "manifest.json").unlink()
    with pytest.raises(StoreDamaged, match="is missing"):
        open_store(graph)


def _names(graph: Path) -> list[str]:
    return sorted(path.name for path in _store(graph).iterdir() if path.name != "LOCK")


def test_every_file_is_missed_when_it_is_lost(built: Path, tmp_path: Path) -> None:
    for name in _names(built):
        copy = Path(shutil.copytree(built, tmp_path / name))
        (_store(copy) / name).unlink()
        with pytest.raises(StoreDamaged, match=name) as caught:
            open_store(copy)
        assert "magkg build" in caught.value.hint
        assert any(name in fault for fault in verify_store(copy))


def test_every_byte_counts_for_verify(built: Path, tmp_path: Path) -> None:
    for name in _names(built):
        copy = Path(shutil.copytree(built, tmp_path / name))
        path = _store(copy) / name
        data = bytearray(path.read_bytes())
        if not data:
            continue
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        faults = verify_store(copy)
        assert any(name in fault and "digest differs" in fault for fault in faults), name


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda store: (store / "000099.sst").write_text("x"), "000099.sst does not belong"),
        (lambda store: shutil.rmtree(store), "is missing"),
        (lambda store: store.with_name(store.name + ".files.json").unlink(), "files.json is mis"),
        (lambda store: store.with_name(store.name + ".files.json").write_text("[]"), "cannot be"),
        (lambda store: os.truncate(next(store.glob("*.sst")), 10), "has 10 bytes instead of"),
    ],
)
def test_other_harm_is_named(graph: Path, harm: Callable[[Path], object], says: str) -> None:
    harm(_store(graph))
    with pytest.raises(StoreDamaged, match=says):
        open_store(graph)
    assert any(says in fault for fault in verify_store(graph))


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("content", "0" * 64, "content"),
        ("root", "0" * 64, "root"),
        ("counts", {"quads": 5}, "quads"),
    ],
)
def test_verify_recomputes_what_the_manifest_says(
    graph: Path, field: str, value: object, says: str
) -> None:
    found = manifest.read(graph).as_json() | {field: value}
    (graph / "manifest.json").write_text(json.dumps(found))
    open_store(graph)
    (fault,) = verify_store(graph)
    assert says in fault


def test_another_store_with_a_matching_list_is_noticed(graph: Path, tmp_path: Path) -> None:
    other = sample.write(tmp_path / "other", sample.STANDARD[:-1])
    away = build(other, other.built).folder
    mine, theirs = _store(graph), _store(away)
    shutil.rmtree(mine)
    shutil.copytree(theirs, mine)
    listed = theirs.with_name(theirs.name + ".files.json")
    shutil.copy(listed, mine.with_name(mine.name + ".files.json"))
    open_store(graph)
    faults = verify_store(graph)
    assert [word for word in ("content", "root", "quads") if word in " ".join(faults)] == [
        "content",
        "root",
        "quads",
    ]


def test_an_atomic_write_leaves_the_old_file_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    write_atomically(path, b"old")

    def fail(*_: object) -> None:
        raise OSError("no")

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, fail)
            with pytest.raises(OSError, match="no"):
                write_atomically(path, b"new")
        assert path.read_bytes() == b"old"
        assert [each.name for each in tmp_path.iterdir()] == ["a"]
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
