"""A bulk build that is killed, ended or raced leaves one whole graph and no rubbish."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from magkg.errors import OutputError, StoreUnavailable
from magkg.store import manifest
from magkg.store.bulk import building
from magkg.store.manifest import open_store
from magkg.store.publish import Place
from magkg.store.verify import verify_store
from tests.store import bulk_data
from tests.store.faults.harm import (
    MEMORY,
    STEP,
    STEPS,
    Given,
    build,
    command,
    ended,
    names,
    run,
    said,
    tidy,
)
from tests.store.graphs import snapshot

KILLS = int(os.environ.get("MAGKG_KILLS", "6"))


# Killed.


@pytest.mark.parametrize("step", STEPS[6:])
def test_a_killed_build_leaves_the_old_graph_or_the_new(
    given: Given, standing: Path, step: str
) -> None:
    before = snapshot(standing)
    done = run(given.new, standing, STEP, KILL=step)
    assert done.returncode == -signal.SIGKILL
    assert verify_store(standing) == []
    if step != "clean":
        assert snapshot(standing) == before
    with Place.held(standing):  # the lock went with the process
        assert tidy(standing)
        assert len(names(standing)) == (10 if step == "clean" else 6)


def test_what_a_kill_in_the_middle_of_a_write_left_is_removed(standing: Path) -> None:
    (standing / ".manifest.json-0a1b2c3d").write_bytes(b"{")
    (standing / "stores" / ".0123456789abcdef.files.json-0a1b2c3d").write_bytes(b"{")
    (standing / "stores" / ".new-columns-x1").mkdir()
    (standing / "stores" / ".new-columns-x1" / "duckdb_temp_storage-0.tmp").write_bytes(b"x")
    with Place.held(standing):
        assert tidy(standing)


def test_what_a_kill_among_the_last_removals_left_goes_with_the_same_build_again(
    given: Given, standing: Path
) -> None:
    name = manifest.read(standing).store
    stores = standing / "stores"
    (stores / f"{name}.columns").mkdir()
    for number, age in enumerate(("older", "old", "before")):
        other = f"{number:016x}"
        shutil.copytree(stores / name, stores / other)
        listed = shutil.copy(stores / f"{name}.files.json", stores / f"{other}.files.json")
        os.utime(listed, (number, number))
        if age == "old":
            Path(listed).unlink()
    (stores / f"{3:016x}.files.json").write_text("{}")
    assert build(given.old, standing) == given.roots[0]
    left = {name, f"{2:016x}", f"{2:016x}.files.json"}
    left |= {f"{name}.{each}" for each in ("claims", "columns", "digests", "files.json")}
    assert names(standing) == {"manifest.json", "stores", *left}


def test_builds_killed_at_any_moment_leave_a_whole_graph_and_the_next_succeeds(
    standing: Path,
) -> None:
    chance = random.Random(17)
    for number in range(KILLS):
        path = bulk_data.write(standing.parent / "graph.nq", said(f"new-{number}"))
        step, wait = chance.choice(STEPS), chance.random() * 0.3
        before = manifest.read(standing).root
        with subprocess.Popen(
            command(path, standing, STEP), stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            assert any(line.strip() == step for line in child.stdout), "it ended by itself"
            time.sleep(wait)
            child.kill()
        assert verify_store(standing) == []
        found = manifest.read(standing).root
        wanted = build(path, standing)
        assert found in {before, wanted}
        assert wanted != before
        assert tidy(standing)


def test_a_killed_first_build_is_no_graph(given: Given, tmp_path: Path) -> None:
    assert run(given.old, tmp_path / "out", STEP, KILL="manifest").returncode == -signal.SIGKILL
    with pytest.raises(StoreUnavailable):
        open_store(tmp_path / "out")
    assert build(given.old, tmp_path / "out") == given.roots[0]
    assert tidy(tmp_path / "out")


@pytest.mark.parametrize("step", ["check", *STEPS[6:]])
def test_an_error_at_any_step_leaves_nothing_half_done(
    given: Given, standing: Path, step: str
) -> None:
    before, there = snapshot(standing), names(standing)

    def fail(name: str) -> None:
        if name == step:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        building.build([given.new], standing, memory=MEMORY, progress=fail)
    if step != "clean":
        assert snapshot(standing) == before
        assert names(standing) == there
    assert verify_store(standing) == []


# Ended by a signal.

# The query takes minutes, far longer than the child is waited for; interrupted, it ends at once.
# With threads beside the first one, it ends only if it is told to.
QUERY = """
def read(columns, _):
    columns.run("SET threads = 4")
    print("begun", flush=True)
    some = "(SELECT hash(range * %d) %% 1000 AS k FROM range(3000000))"
    columns.run(f"SELECT count(*) FROM {some % 1} a JOIN {some % 7} b USING (k)")
reading.read = read
"""
LOADING = """
from magkg.store.bulk.loading import _Lines
real = _Lines.readinto
def readinto(lines, buffer):
    _Lines.readinto = real
    print("begun", flush=True)
    time.sleep(100)
_Lines.readinto = readinto
"""


@pytest.mark.parametrize("harm", [QUERY, LOADING], ids=["query", "loading"])
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_build_that_is_ended_says_so_in_one_line(
    given: Given, standing: Path, sent: signal.Signals, harm: str
) -> None:
    before, there = snapshot(standing), names(standing)
    # Most often the query is running by then; if not, it ends the same.
    code, told = ended(given.new, standing, harm, sent, after=0.5)
    assert code == 128 + sent
    assert told == "magkg: the build was ended before it was done; nothing is left half done\n"
    assert snapshot(standing) == before
    assert names(standing) == there


def test_the_handlers_of_signals_are_given_back(given: Given, standing: Path) -> None:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    build(given.old, standing)
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


# Damaged afterwards.


def test_every_file_that_is_lost_or_changed_is_noticed(given: Given, standing: Path) -> None:
    store = standing / "stores" / manifest.read(standing).store
    listed = [store.with_name(f"{store.name}.files.json")]
    files = [each for each in store.iterdir() if each.name != "LOCK"]
    assert any(each.suffix == ".log" for each in files)
    chance = random.Random(3)
    for path in [*files, *listed]:
        data = path.read_bytes()
        path.unlink()
        assert verify_store(standing) != [], path.name
        if data:
            flipped = bytearray(data)
            flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            path.write_bytes(flipped)
            assert verify_store(standing) != [], path.name
        path.write_bytes(data)
    assert verify_store(standing) == []


def flip(store: Path) -> None:
    path = max(store.glob("*.sst"), key=lambda each: each.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def lose_the_log(store: Path) -> None:
    for path in store.glob("*.log"):
        path.unlink()


@pytest.mark.parametrize("harm", [flip, lose_the_log, shutil.rmtree])
def test_building_anew_repairs_a_damaged_graph(
    given: Given, standing: Path, harm: Callable[[Path], None]
) -> None:
    harm(standing / "stores" / manifest.read(standing).store)
    assert verify_store(standing) != []
    assert build(given.old, standing) == given.roots[0]
    assert tidy(standing)


# At once.


def test_a_second_build_is_refused_while_one_is_at_work(given: Given, standing: Path) -> None:
    before, there = snapshot(standing), names(standing)
    with Place.held(standing) as place:
        place.new.mkdir()
        with pytest.raises(OutputError, match="another build is at work"):
            build(given.new, standing)
        assert place.new.is_dir()  # that of the one at work
    assert snapshot(standing) == before
    assert names(standing) == there


def test_of_two_builds_at_once_at_least_one_is_done_and_the_graph_is_whole(
    given: Given, standing: Path
) -> None:
    running = [
        subprocess.Popen(command(each, standing), stderr=subprocess.PIPE, text=True)
        for each in (given.old, given.new)
    ]
    ended = [(each.communicate(timeout=120)[1], each.returncode) for each in running]
    assert sorted(code for _, code in ended) in ([0, 0], [0, 2])
    assert all("another build is at work" in told for told, code in ended if code)
    done = {root for root, (_, code) in zip(given.roots, ended, strict=True) if not code}
    assert manifest.read(standing).root in done
    assert tidy(standing)


def test_a_reader_of_the_old_graph_keeps_its_answers(given: Given, standing: Path) -> None:
    store, found = open_store(standing)
    rows = iter(store.select("SELECT ?s ?p ?o { ?s ?p ?o }"))
    next(rows)
    seen: dict[str, bool] = {}

    def ask(step: str) -> None:
        seen[step] = store.ask("ASK { ?s ?p ?o }")

    building.build([given.new], standing, memory=MEMORY, progress=ask)
    assert seen.keys() >= set(STEPS)
    assert all(seen.values())
    assert 1 + sum(1 for _ in rows) == found.counts["quads"] - found.counts["stated"]
    assert open_store(standing)[1].root == given.roots[1]
