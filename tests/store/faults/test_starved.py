"""A bulk build without room, memory or whole inputs is one error; the graph there stands."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from magkg.errors import InputError, MagkgError
from magkg.store import digests
from magkg.store.bulk import building, loading, reading
from magkg.store.bulk.pace import Pace
from magkg.store.columns.tables import Columns
from magkg.store.verify import verify_store
from tests.store import bulk_data
from tests.store.faults.harm import (
    MEMORY,
    Given,
    build,
    names,
    one_error,
    run,
)
from tests.store.graphs import snapshot

# Neither room nor memory.


def largest(folder: Path) -> int:
    return max(path.stat().st_size for path in folder.rglob("*.sst"))


@pytest.mark.parametrize("limit", [lambda _: 1000, lambda built: largest(built) // 2])
def test_a_full_disk_is_one_error_and_the_old_graph_stands(
    given: Given, standing: Path, limit: Callable[[Path], int]
) -> None:
    before, there = snapshot(standing), names(standing)
    harm = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit(given.built)},) * 2)"
    done = run(given.new, standing, harm)
    assert done.returncode == 2
    told = one_error(done)
    assert f"could not be written in {standing}: " in told
    assert "untouched" in told
    assert snapshot(standing) == before
    assert names(standing) == there


def test_no_room_for_what_does_not_fit_in_memory_is_one_error(given: Given, standing: Path) -> None:
    there = names(standing)
    harm = """
def read(columns, _):
    columns.run("SET memory_limit = '60MB'")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000,) * 2)
    columns.run("CREATE TABLE x AS SELECT repeat(range::VARCHAR, 50) FROM range(1000000)")
reading.read = read
"""
    done = run(given.new, standing, harm)
    assert done.returncode == 2
    assert "the columns do not fit: " in one_error(done)
    assert names(standing) == there
    assert verify_store(standing) == []


def test_too_little_memory_for_the_columns_is_one_error(given: Given, standing: Path) -> None:
    before, there = snapshot(standing), names(standing)
    with pytest.raises(MagkgError, match="the columns do not fit") as caught:
        build(given.new, standing, memory=2 << 20)
    assert "--memory" in caught.value.hint
    assert snapshot(standing) == before
    assert names(standing) == there


def test_too_little_memory_while_loading_is_one_error(tmp_path: Path) -> None:
    columns = Columns(tmp_path / "columns", MEMORY)
    columns.run("CREATE TABLE line (line VARCHAR)")
    columns.run("CREATE TABLE stated (s UBIGINT, p UBIGINT, o UBIGINT)")
    # What is sorted has no place to go.
    columns.run("SET max_temp_directory_size = '1MB'")
    columns.run("SET memory_limit = '30MB'")
    line = "'<urn:x:' || range || '> <urn:x:p> \"' || repeat('x', 200) || '\" .'"
    large = f"SELECT {line} AS line FROM range(500000) ORDER BY hash(range)"
    columns.lines = lambda: iter([large])  # type: ignore[method-assign, assignment, misc]
    (tmp_path / "store").mkdir()
    pace = Pace(lambda _: None, "load", 0, "quads")
    try:
        with (
            digests.Gathered(tmp_path) as gathered,
            pytest.raises(MagkgError, match="the columns do not fit"),
        ):
            loading.load(columns, tmp_path / "store", gathered, pace)
    finally:
        columns.close()


def test_a_limit_on_memory_that_is_too_low_is_told_beforehand(given: Given, standing: Path) -> None:
    there = names(standing)
    harm = "resource.setrlimit(resource.RLIMIT_AS, (2 << 30,) * 2)"
    done = run(given.new, standing, harm)
    assert done.returncode == 2
    told = one_error(done)
    assert "the limit of this process is 2048 MB" in told
    assert "--memory" in told
    assert names(standing) == there


def test_an_end_of_memory_in_python_is_one_error(
    given: Given, standing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(digests.Gathered, "write", fail)
    there = names(standing)
    with pytest.raises(MagkgError, match="do not fit"):
        build(given.new, standing)
    assert names(standing) == there


def test_a_limit_that_suffices_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in (resource.RLIM_INFINITY, MEMORY + (8 << 30)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, limit=limit: (limit, limit))
        building._room(MEMORY)


# Inputs that change, or cannot be read.


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"<urn:x:a> <urn:x:b> <urn:x:c> .\n")


def replace(path: Path) -> None:
    """Put another file of the same size in its place, of the same time."""
    was = path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes().replace(b"claim", b"cLaim"))
    os.utime(other, ns=(was.st_atime_ns, was.st_mtime_ns))
    other.replace(path)


CHANGES = [(grow, "changed while it was read"), (replace, "changed"), (Path.unlink, "cannot be")]


@pytest.fixture
def own(given: Given, tmp_path: Path) -> Path:
    return Path(shutil.copy(given.new, tmp_path / "own.nq"))


@pytest.mark.parametrize(("change", "says"), CHANGES)
def test_an_input_that_changes_while_it_is_read_is_named(
    standing: Path, own: Path, change: Callable[[Path], None], says: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before, there, real = snapshot(standing), names(standing), reading.read

    def read(*given: object) -> int:
        count = real(*given)  # type: ignore[arg-type]
        change(own)
        return count

    monkeypatch.setattr(reading, "read", read)
    with pytest.raises(InputError, match=says) as caught:
        build(own, standing)
    assert str(own) == caught.value.file or own.name in str(caught.value.file)
    assert snapshot(standing) == before
    assert names(standing) == there


def test_an_input_that_goes_before_it_is_read_is_named(standing: Path, own: Path) -> None:
    with pytest.raises(InputError) as caught:
        building.build(
            [own], standing, memory=MEMORY, progress=lambda step: own.unlink(missing_ok=True)
        )
    assert own.name in str(caught.value.file)


def damaged(data: bytes) -> Iterator[bytes]:
    yield data[: len(data) // 2]
    yield data[:-4]
    yield data[:-6] + bytes([data[-6] ^ 1]) + data[-5:]  # of gzip, its checksum


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_packed_file_that_is_damaged_is_named(
    given: Given, standing: Path, tmp_path: Path, suffix: str
) -> None:
    path, there = tmp_path / f"graph.nq{suffix}", names(standing)
    for data in damaged(bulk_data.packed(path, given.new.read_bytes()).read_bytes()):
        path.write_bytes(data)
        with pytest.raises(InputError) as caught:
            build(path, standing)
        assert path.name in str(caught.value.file)
        assert names(standing) == there
