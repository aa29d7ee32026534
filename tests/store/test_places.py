"""Where a build writes, and which graph is meant: bad places, the cache, the working folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from magkg import resources
from magkg.claims import project
from magkg.claims.project import Project
from magkg.errors import (
    MagkgError,
    OutputError,
    StoreUnavailable,
)
from magkg.store import places
from magkg.store.build import build
from magkg.store.places import bundled_graph, locate
from magkg.store.verify import verify_store
from tests.store import sample
from tests.store.graphs import CHANGED, claims, snapshot

# Places where nothing can be written


def test_a_file_is_no_output_folder(copy: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match=str(place)):
            build(copy, place)
    assert (tmp_path / "file").read_text() == "x"


def test_the_manifest_of_something_else_is_not_replaced(copy: Project, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "an app"}')
    with pytest.raises(OutputError, match="not the manifest of a graph"):
        build(copy, tmp_path)
    assert (tmp_path / "manifest.json").read_text() == '{"name": "an app"}'


def test_a_folder_without_rights(copy: Project, tmp_path: Path) -> None:
    place = tmp_path / "locked"
    place.mkdir()
    place.chmod(0o500)
    try:
        if os.access(place, os.W_OK):
            pytest.skip("this user writes everywhere")
        with pytest.raises(OutputError, match="permission denied"):
            build(copy, place)
    finally:
        place.chmod(0o700)


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB in memory, of its own."""
    place = tmp_path / "mounted"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True
    )
    if made.returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_folder_that_is_read_only(built: Project, mounted: Path) -> None:
    made = Project(Path(shutil.copytree(built.root, mounted / "project")))
    before = snapshot(made.built)
    sample.write(made.root, CHANGED)
    subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
    with pytest.raises(OutputError, match="read-only") as caught:
        build(made, made.built)
    assert str(made.built) in caught.value.message
    assert "--out" in caught.value.hint
    assert snapshot(made.built) == before
    assert claims(made.built) == {"clay", "clay-again", "sand", "mouse", "masons", "both", "chain"}


@pytest.mark.parametrize("room", [0, 50_000, 400_000])
def test_a_full_disk(built: Project, mounted: Path, tmp_path: Path, room: int) -> None:
    out = Path(shutil.copytree(built.built, mounted / "graph"))
    before = snapshot(out)
    made = sample.write(tmp_path / "changed", CHANGED)
    free = os.statvfs(mounted).f_bavail * os.statvfs(mounted).f_frsize
    (mounted / "ballast").write_bytes(b"\0" * max(free - room, 0))
    with pytest.raises(OutputError, match=r"(?i)no space left") as caught:
        build(made, out)
    assert str(out) in caught.value.message
    assert snapshot(out) == before
    assert verify_store(out) == []
    assert list((out / "stores").glob(".new-*")) == []
    (mounted / "ballast").unlink()
    build(made, out)
    assert "new" in claims(out)


# Which graph is meant


@pytest.fixture
def bundled(built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The bricks as the bundled project, and a cache of the test's own."""
    made = Project(Path(shutil.copytree(built.graphs, tmp_path / "bundled" / "graphs")).parent)
    real = resources.data
    monkeypatch.setattr(
        resources, "data", lambda name: made.graphs if name == "graphs" else real(name)
    )
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return made


def test_the_bundled_graph_is_built_once(bundled: Project, tmp_path: Path) -> None:
    folder = bundled_graph()
    assert folder.parent == tmp_path / "cache"
    assert verify_store(folder) == []
    stamp = (folder / "manifest.json").stat().st_mtime_ns
    assert bundled_graph() == folder == locate(None)
    assert (folder / "manifest.json").stat().st_mtime_ns == stamp
    assert not (bundled.root / "build").exists()


def test_the_bundled_graph_is_built_anew_when_it_must(
    bundled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bundled_graph()
    next((first / "stores").glob("*/*.sst")).unlink()
    assert bundled_graph() == first
    assert verify_store(first) == []
    sample.write(bundled.root, CHANGED)
    second = bundled_graph()
    assert second != first
    assert "new" in claims(second)
    monkeypatch.setattr(resources, "version", lambda: "99")
    assert bundled_graph() not in (first, second)


def test_the_cache_does_not_grow_for_ever(bundled: Project, tmp_path: Path) -> None:
    for number in range(8):
        old = tmp_path / "cache" / f"graph-{number}"
        old.mkdir(parents=True)
        os.utime(old, (number, number))
    current = bundled_graph()
    left = {path.name for path in (tmp_path / "cache").iterdir()}
    assert left == {current.name, "graph-4", "graph-5", "graph-6", "graph-7"}


def test_the_graph_of_the_working_folder_comes_first(
    bundled: Project, copy: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy.graphs / "sources")
    assert locate() == copy.built
    shutil.rmtree(copy.built)
    said: list[str] = []
    # CONTRACT: the project's graph, else the bundled one; which of them answers is said.
    assert locate(notice=said.append) == bundled_graph()
    assert said == []  # the bundled graph was built from the very same files
    with (copy.graphs / "concepts" / "substance.ttl").open("a") as file:
        file.write("\n")
    assert locate(notice=said.append) == bundled_graph()
    assert "magkg build" in said[0]
    monkeypatch.chdir(bundled.graphs)
    assert locate() == bundled_graph()
    build(bundled, bundled.built)
    assert locate() == bundled.built


def test_a_named_graph_is_taken_as_it_is(
    built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert locate(str(built.built)) == built.built
    assert locate("http://127.0.0.1:1/sparql") == "http://127.0.0.1:1/sparql"
    with pytest.raises(StoreUnavailable, match="there is no folder nowhere"):
        locate("nowhere")


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"MAGKG_CACHE": "/c", "XDG_CACHE_HOME": "/x"}, "/c"),
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/magkg"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "/h/.cache/magkg"),
        ("linux", {}, "/h/.cache/magkg"),
        ("darwin", {"XDG_CACHE_HOME": "/x"}, "/h/Library/Caches/magkg"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/magkg/cache"),
        ("win32", {}, "/h/AppData/Local/magkg/cache"),
    ],
)
def test_where_the_cache_is(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], expected: str
) -> None:
    for name in ("MAGKG_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", "/h")
    monkeypatch.setattr(sys, "platform", platform)
    assert places.cache_folder().as_posix() == expected


def test_a_cache_that_cannot_be_written_says_so(
    bundled: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "file"))
    with pytest.raises(MagkgError, match="could not be written"):
        bundled_graph()


def test_opening_imports_nothing_heavy(built: Project) -> None:
    script = f"""
import sys
from pathlib import Path
from magkg.store.places import locate
from magkg.store.manifest import open_store
store, _ = open_store(locate({str(built.built)!r}))
assert store.ask("ASK {{ ?s ?p ?o }}")
heavy = {{"rdflib", "pyshacl", "networkx", "typer", "rich", "SPARQLWrapper", "pandas", "numpy"}}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_bundled_project_is_the_one_that_travels() -> None:
    assert project.bundled().graphs == resources.data("graphs")
