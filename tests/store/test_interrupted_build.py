"""A build that is interrupted, killed or raced leaves one whole graph, the old or the new."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from magkg.errors import OutputError, StoreDamaged, StoreUnavailable
from magkg.store import manifest
from magkg.store.build import build
from magkg.store.manifest import open_store
from magkg.store.publish import Place
from magkg.store.verify import verify_store
from tests.store import sample
from tests.store.graphs import CHANGED, STEPS, claims, snapshot
from tests.store.sample import SRC, STANDARD

if TYPE_CHECKING:
    from magkg.claims.project import Project


class InterruptionError(Exception):
    """Stands for whatever ends a build in its middle."""


@pytest.mark.parametrize("step", STEPS)
def test_an_interrupted_build_leaves_the_old_graph_or_the_new(copy: Project, step: str) -> None:
    before = snapshot(copy.built)
    sample.write(copy.root, CHANGED)

    def interrupt(name: str) -> None:
        if name == step:
            raise InterruptionError

    with pytest.raises(InterruptionError):
        build(copy, copy.built, progress=interrupt)
    if step != "clean":
        assert snapshot(copy.built) == before
        assert "new" not in claims(copy.built)
    assert verify_store(copy.built) == []
    assert list((copy.built / "stores").glob(".new-*")) == []
    build(copy, copy.built)
    assert "new" in claims(copy.built)
    assert verify_store(copy.built) == []


CHILD = """
import os, signal, sys
from pathlib import Path
from magkg.claims import turtle
from magkg.claims.project import Project
from magkg.store import check, validate
from magkg.store.build import build
# What is checked is sound, and checking it would take longest: the swap is what is tested.
check.check = lambda project: check.Report((), tuple(map(turtle.read, project.files())))
validate.validate = lambda *_: []
project, at = Project(Path(sys.argv[1])), sys.argv[2]
def step(name):
    print(name, flush=True)
    if name == at:
        os.kill(os.getpid(), signal.SIGKILL)
build(project, project.built, progress=step)
"""


@pytest.mark.parametrize("step", STEPS[3:])
def test_a_killed_build_leaves_the_old_graph_or_the_new(copy: Project, step: str) -> None:
    before = snapshot(copy.built)
    sample.write(copy.root, CHANGED)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(copy.root), step], timeout=60, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL
    assert verify_store(copy.built) == []
    if step != "clean":
        assert snapshot(copy.built) == before
    build(copy, copy.built)  # the lock went with the process, and so does what it left
    assert "new" in claims(copy.built)
    left = {path.name for path in (copy.built / "stores").iterdir()}
    names = {path.removesuffix(".files.json") for path in left}
    assert manifest.read(copy.built).store in names
    assert not any(name.startswith(".") for name in names)


def test_a_build_killed_at_any_moment_leaves_the_old_graph_or_the_new(copy: Project) -> None:
    chance = random.Random(11)
    sample.write(copy.root, CHANGED)
    roots = {manifest.read(copy.built).root}
    for _ in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(copy.root), "never"], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"check\n"
        while child.stdout.readline() != b"load\n":
            pass
        time.sleep(chance.random() * 0.4)
        child.kill()
        child.communicate()
        assert verify_store(copy.built) == []
        roots.add(manifest.read(copy.built).root)
    roots.add(build(copy, copy.built).manifest.root)
    assert len(roots) == 2


def test_an_interrupted_first_build_is_no_graph(tmp_path: Path) -> None:
    made = sample.write(tmp_path)
    for step in STEPS[3:-1]:
        subprocess.run([sys.executable, "-c", CHILD, str(made.root), step], capture_output=True)
        with pytest.raises(StoreUnavailable):
            open_store(made.built)
    build(made, made.built)
    assert verify_store(made.built) == []


def test_what_a_killed_build_left_makes_room_before_the_next_one_loads(copy: Project) -> None:
    left = copy.built / "stores" / ".new-0123"
    left.mkdir()
    seen: list[bool] = []
    build(copy, copy.built, progress=lambda step: seen.append(step == "load" and left.exists()))
    assert not any(seen)
    assert not left.exists()


def test_what_a_build_of_files_kept_goes_when_another_graph_is_published(copy: Project) -> None:
    kept = copy.built / "stores" / ".kept"
    kept.mkdir()
    (kept / "file").touch()
    with Place.held(copy.built):
        assert kept.exists()
    build(copy, copy.built)
    assert not kept.exists()


def test_readers_of_the_old_graph_are_not_disturbed(copy: Project) -> None:
    store, _ = open_store(copy.built)
    rows = iter(store.select("SELECT ?s ?p ?o { ?s ?p ?o }"))
    next(rows)
    sample.write(copy.root, CHANGED)
    build(copy, copy.built)
    assert sum(1 for _ in rows) > 1000
    assert not store.ask(f"ASK {{ <{SRC}#new> ?p ?o }}")


def test_only_the_current_store_and_the_one_before_stay(copy: Project) -> None:
    names = [manifest.read(copy.built).store]
    for count in range(3):
        sample.write(copy.root, STANDARD[: count + 1])
        names.append(build(copy, copy.built).manifest.store)
    left = {path.name for path in (copy.built / "stores").iterdir()}
    assert left == {each + end for each in names[-2:] for end in ("", ".files.json")}


def test_building_anew_repairs_a_damaged_store_and_keeps_a_sound_one(copy: Project) -> None:
    name = manifest.read(copy.built).store
    identity_file = copy.built / "stores" / name / "IDENTITY"
    before = identity_file.read_bytes()
    build(copy, copy.built)
    assert identity_file.read_bytes() == before
    next((copy.built / "stores" / name).glob("*.sst")).unlink()
    with pytest.raises(StoreDamaged):
        open_store(copy.built)
    build(copy, copy.built)
    assert verify_store(copy.built) == []
    assert identity_file.read_bytes() != before


def test_one_build_at_a_time(copy: Project) -> None:
    before = snapshot(copy.built)
    with (
        Place.held(copy.built),
        pytest.raises(OutputError, match="another build is at work"),
    ):
        build(copy, copy.built)
    assert snapshot(copy.built) == before
    build(copy, copy.built)
