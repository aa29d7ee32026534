"""A large bulk build that was ended goes on from what it kept, or begins anew."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from magkg import resources
from magkg.errors import InputError
from magkg.store import manifest
from magkg.store.bulk import building, resuming
from magkg.store.verify import verify_store
from tests.store.faults.harm import MEMORY, STEP, Given, ended, names, run, tidy
from tests.store.graphs import snapshot

if TYPE_CHECKING:
    from magkg.store.build import BuildReport

# Every build keeps its work.
KEEP = """
from magkg.store.bulk import resuming
resuming.LARGE = resuming.ROOM = 0
"""
AFTER = [
    ("derive", "identify"), ("rules", "identify"), ("validate", "identify"), ("load", "validate"),
    ("optimize", "validate"), ("manifest", "validate"), ("clean", "validate"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "LARGE", 0)
    monkeypatch.setattr(resuming, "ROOM", 0)


@pytest.fixture(scope="module")
def whole(given: Given, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files that a build of the second input publishes where nothing ends it."""
    out = tmp_path_factory.mktemp("whole") / "out"
    done = run(given.new, out)
    assert done.returncode == 0, done.stderr
    return published(out)


@pytest.fixture
def own(given: Given, tmp_path: Path) -> Path:
    """The second input, to be changed, under the name it has."""
    return Path(shutil.copy(given.new, tmp_path / "graph.nq"))


def published(out: Path) -> dict[str, bytes]:
    """The files of a graph whose bytes tell what it holds; the store is read by `verify_store`."""
    stores, name = out / "stores", manifest.read(out).store
    files = (out / "manifest.json", stores / f"{name}.digests", stores / f"{name}.claims")
    return {path.name: path.read_bytes() for path in files}


def kept(out: Path) -> Path:
    return out / "stores" / ".kept"


def points(out: Path) -> set[str]:
    """The points that are kept whole."""
    return {path.name.partition(".")[0] for path in kept(out).rglob("*.files.json")}


def killed(path: Path, out: Path, step: str) -> None:
    done = run(path, out, KEEP + STEP, KILL=step)
    assert done.returncode == -signal.SIGKILL, done.stderr


def build(path: Path, out: Path, **given: Any) -> tuple[BuildReport, list[str]]:
    """Build; give the report, and what was told on the way."""
    told: list[str] = []
    report = building.build([path], out, memory=MEMORY, progress=told.append, **given)
    assert tidy(out)
    return report, told


# From what was kept.


@pytest.mark.parametrize(("step", "last"), AFTER)
def test_a_killed_build_is_resumed_to_the_same_graph(
    given: Given, standing: Path, whole: dict[str, bytes], step: str, last: str
) -> None:
    before = snapshot(standing)
    killed(given.new, standing, step)
    assert verify_store(standing) == []
    if step != "clean":
        assert snapshot(standing) == before
    report, told = build(given.new, standing)
    assert told[0] == f"resumed after {last}"
    assert ("derive" in told) == (last == "identify")
    assert "read" not in told
    assert report.resumed == last
    assert f"resumed after {last}" in report.text()
    assert published(standing) == whole


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("where", ["loading", "keeping"])
def test_a_build_that_is_ended_by_a_signal_is_resumed(
    given: Given, standing: Path, whole: dict[str, bytes], sent: signal.Signals, where: str
) -> None:
    before = snapshot(standing)
    code, told = ended(given.new, standing, KEEP + SLOW[where], sent)
    assert code == 128 + sent
    assert told.count("\n") == 1
    assert snapshot(standing) == before
    report, _ = build(given.new, standing)
    assert report.resumed == {"loading": "validate", "keeping": "identify"}[where]
    assert published(standing) == whole


# Both take far longer than the child is waited for.
SLOW = {
    "loading": """
from magkg.store.bulk.loading import _Lines
def readinto(lines, buffer):
    print("begun", flush=True)
    time.sleep(100)
_Lines.readinto = readinto
""",
    "keeping": """
real = resuming.Points._write
def write(points, path, authored):
    if "derive" not in told:
        return real(points, path, authored)
    real(points, path, authored)
    points.columns.sql.execute("SET threads = 4")
    print("begun", flush=True)
    some = "(SELECT hash(range * %d) %% 1000 AS k FROM range(3000000))"
    points.columns.sql.execute(f"SELECT count(*) FROM {some % 1} a JOIN {some % 7} b USING (k)")
resuming.Points._write = write
told = set()
from magkg.store.bulk import deriving
derive = deriving.derive
def noted(columns):
    told.add("derive")
    derive(columns)
deriving.derive = noted
""",
}


def test_the_command_says_that_it_resumed(given: Given, tmp_path: Path) -> None:
    killed(given.new, tmp_path / "out", "load")
    done = run(given.new, tmp_path / "out", KEEP)
    assert "\nresumed after validate" in done.stdout


def test_a_resumed_build_is_killed_and_resumed_once_more(
    given: Given, standing: Path, whole: dict[str, bytes]
) -> None:
    for step in ("identify", "validate", "load", "load"):
        killed(given.new, standing, step)
    assert build(given.new, standing)[0].resumed == "validate"
    assert published(standing) == whole


def test_a_kill_while_a_point_is_written_leaves_the_one_before(
    given: Given, standing: Path, whole: dict[str, bytes]
) -> None:
    harm = """
real = resuming.write_atomically
def write(path, data):
    if path.name.startswith("validate"):
        os.kill(os.getpid(), signal.SIGKILL)
    real(path, data)
resuming.write_atomically = write
"""
    assert run(given.new, standing, KEEP + harm).returncode == -signal.SIGKILL
    assert (next(kept(standing).glob("*/stores/validate")) / "columns.duckdb").exists()
    assert build(given.new, standing)[0].resumed == "identify"
    assert published(standing) == whole


# Nothing that is not the same.


def test_a_file_that_was_changed_is_read_anew(
    own: Path, standing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(own, standing, "load")
    times = own.stat()
    own.write_bytes(own.read_bytes().replace(b"urn:x:new-claim-7>", b"urn:x:new-claim-X>"))
    os.utime(own, ns=(times.st_atime_ns, times.st_mtime_ns))
    # What was kept is gone before another build needs its room, a small one as well.
    monkeypatch.setattr(resuming, "LARGE", 1 << 40)
    there: dict[str, bool] = {}
    report = building.build(
        [own], standing, memory=MEMORY,
        progress=lambda step: there.setdefault(step, kept(standing).exists()),
    )  # fmt: skip
    assert not report.resumed
    assert not any(there.values())
    assert published(standing) == published(_built(own, tmp_path / "other"))
    assert tidy(standing)


def _built(path: Path, out: Path) -> Path:
    building.build([path], out, memory=MEMORY)
    return out


def test_a_file_that_is_gone_is_named(own: Path, standing: Path) -> None:
    killed(own, standing, "load")
    own.unlink()
    with pytest.raises(InputError, match="no such file"):
        build(own, standing)


CHANGED: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "magkg": lambda patch: patch.setattr(resources, "version", lambda: "0.0.0"),
    "its modules": lambda patch: patch.setattr(resuming, "_own_digest", lambda: "0"),
    "duckdb": lambda patch: patch.setattr(duckdb, "__version__", "0.0.0"),
    "the ontology": lambda patch: patch.setattr(
        resuming.inputs, "digests", lambda files: {"ontology/rules/010.rq": "0"}
    ),
}


@pytest.mark.parametrize("changed", CHANGED)
def test_another_version_begins_at_the_beginning(
    given: Given, standing: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    killed(given.new, standing, "load")
    assert points(standing) == {"identify", "validate"}
    CHANGED[changed](monkeypatch)
    assert build(given.new, standing)[1][0] == "read"


def test_another_option_begins_at_the_beginning_and_more_memory_does_not(
    given: Given, standing: Path, whole: dict[str, bytes]
) -> None:
    killed(given.new, standing, "load")
    report = building.build([given.new], standing, memory=MEMORY * 2)
    assert report.resumed == "validate"
    assert published(standing) == whole
    killed(given.new, standing, "load")
    assert build(given.new, standing, on_error="skip")[1][0] == "read"
    assert published(standing) == whole


def test_files_under_other_names_are_read_anew(
    given: Given, standing: Path, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(given.new, standing, "load")
    monkeypatch.chdir(given.new.parent)
    assert build(given.new, standing)[1][0] == "read"  # a finding would name them so
    assert published(standing) == whole


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) * 2 // 3] ^= 1
    path.write_bytes(data)


def empty(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.parametrize("harm", [cut, flip, empty, Path.unlink])
@pytest.mark.parametrize("name", ["{}.files.json", "{}/columns.duckdb"])
@pytest.mark.parametrize(("point", "last"), [("identify", ""), ("validate", "identify")])
def test_what_is_damaged_is_not_taken_up(
    given: Given, standing: Path, whole: dict[str, bytes], point: str, last: str, name: str,
    harm: Callable[[Path], None],
) -> None:  # fmt: skip
    killed(given.new, standing, "load")
    (stores,) = kept(standing).glob("*/stores")
    harm(stores / name.format(point))
    assert build(given.new, standing)[0].resumed == last
    assert published(standing) == whole


def test_a_point_that_was_damaged_is_kept_anew(given: Given, standing: Path) -> None:
    killed(given.new, standing, "load")
    for path in kept(standing).rglob("validate/columns.duckdb"):
        flip(path)
    killed(given.new, standing, "load")
    assert build(given.new, standing)[0].resumed == "validate"


# Without them.


def test_a_small_build_keeps_nothing(
    given: Given, standing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resuming, "LARGE", 10_000)
    there: dict[str, bool] = {}
    building.build(
        [given.new], standing, memory=MEMORY,
        progress=lambda step: there.setdefault(step, kept(standing).exists()),
    )  # fmt: skip
    assert "load" in there
    assert not any(there.values())


# Files may grow to this and no further while a point is written: what cannot be is given up.
FULL = """
import json
into, listed = resuming.Points._write, resuming.write_atomically
def limited(limit, do, *given):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        return do(*given)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
of, limit, what = json.loads(os.environ["FULL"])
if what == "data":
    resuming.Points._write = lambda points, path, authored: limited(
        limit if of in str(path) else resource.RLIM_INFINITY, into, points, path, authored
    )
else:
    resuming.write_atomically = lambda path, data: limited(
        limit if of in str(path) else resource.RLIM_INFINITY, listed, path, data
    )
"""


@pytest.mark.parametrize(
    ("what", "limit"), [("data", 0), ("data", 20_000), ("data", 300_000), ("list", 0)]
)
@pytest.mark.parametrize(("of", "left"), [("identify", set()), ("validate", {"identify"})])
def test_a_disk_that_is_full_at_a_point_does_not_end_the_build(
    given: Given, standing: Path, whole: dict[str, bytes],
    limit: int, of: str, left: set[str], what: str,
) -> None:  # fmt: skip
    full = json.dumps((of, limit, what))
    done = run(given.new, standing, KEEP + FULL + STEP, FULL=full, KILL="load")
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert points(standing) == left
    assert {path.parent.name for path in kept(standing).rglob("columns.duckdb*")} == left
    done = run(given.new, standing, KEEP + FULL, FULL=full)
    assert done.returncode == 0, done.stderr
    assert published(standing) == whole
    assert tidy(standing)


def test_room_that_the_store_will_need_is_not_taken(
    given: Given, standing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resuming, "ROOM", 1 << 50)
    told: list[str] = []
    seen: list[set[str]] = []

    def progress(step: str) -> None:
        told.append(step)
        seen.append(points(standing))

    building.build([given.new], standing, memory=MEMORY, progress=progress)
    assert not any(seen)
    assert "keep: nothing was kept (too little room)" in told
    assert tidy(standing)


@pytest.fixture(autouse=True)
def no_file_is_left_open() -> Iterator[None]:
    """A database that stays attached would keep its room after it was removed."""
    yield
    opened = [os.readlink(f"/proc/self/fd/{each}") for each in _handles()]
    assert not [each for each in opened if ".kept" in each]


def _handles() -> list[str]:
    return [each for each in os.listdir("/proc/self/fd") if Path(f"/proc/self/fd/{each}").exists()]


def test_names_are_those_of_a_graph_alone(given: Given, standing: Path) -> None:
    killed(given.new, standing, "load")
    assert ".kept" in names(standing)
    build(given.old, standing)
    assert ".kept" not in names(standing)
