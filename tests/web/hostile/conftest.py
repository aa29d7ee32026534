"""Two servers for the whole hostile set: one with limits that are soon reached."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from magkg.store import manifest
from magkg.store.verify import verify_store
from tests import small
from tests.web.hostile.attacks import Attack
from tests.web.hostile.sending import MEMORY, WORKERS, Canary, Target, Watch, send
from tests.web.server import running, until

# What the front may hold, and a worker at rest, in bytes.
FRONT, IDLE = 400 << 20, 128 << 20


@pytest.fixture(scope="session")
def target(small_folder: Path) -> Iterator[Target]:
    """A server that gives a query two seconds."""
    with attacked(small_folder, 2.0) as found:
        yield found


@pytest.fixture(scope="session")
def patient(small_folder: Path) -> Iterator[Target]:
    """A server that gives a page as long as is usual: on a busy machine two seconds are few."""
    with attacked(small_folder, 15.0) as found:
        yield found


@contextmanager
def attacked(folder: Path, timeout: float) -> Iterator[Target]:
    """Run a server that is attacked; at its end it is what it was, and leaves nothing behind."""
    if sys.platform != "linux":
        pytest.skip("clients with addresses of their own and /proc are of Linux")
    before = manifest.read(folder)
    canary = Canary()
    # It would tell, if it were reached.
    send(int(canary.place.rpartition(":")[2]), Attack("hit", ()), canary.place, "127.0.0.1")
    until(lambda: canary.hits == 1)
    canary.hits = 0
    words = ("--workers", str(WORKERS), "--timeout", str(timeout), "--memory", str(MEMORY))
    with running("--graph", folder, "--sources", small.SOURCES, *words) as site:
        found = Target(site, canary, timeout)
        with Watch(site.process.pid) as watch:
            yield found
            until(lambda: found.figure("magkg_pool_alive") == WORKERS + 1)
            until(lambda: found.figure("magkg_pool_busy") == 0)
        started, faults = site.pids(), site.events("fault")
        said = [each for each in site.events("worker_said") if "traceback" in each["text"]]
        assert site.end() == 0
    canary.close()
    print(
        f"\n{found.sent} attacks, {found.late} asked again, the slowest {found.slowest[0]:.2f} s"
        f" ({found.slowest[1]}), a ping {found.slowest_ping:.2f} s; {watch.most >> 20} MB in all,"
        f" {watch.largest >> 20} MB one worker, {watch.front >> 20} MB the front;"
        f" {len(started)} workers started"
    )
    assert canary.hits == 0
    assert not faults, faults[:3]
    assert not said, said[:3]
    assert manifest.read(folder) == before
    assert verify_store(folder) == []
    assert not [pid for pid in started if lives(pid)]
    assert watch.front < FRONT
    assert watch.largest <= MEMORY << 20
    assert watch.most < WORKERS * (MEMORY << 20) + (WORKERS + 1) * IDLE + FRONT


def lives(pid: int) -> bool:
    """Whether a worker is left (and not another process that has its number by now)."""
    try:
        return b"magkg.web.workers.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
