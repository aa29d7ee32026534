"""The walls around a worker: a canary on loopback that it cannot reach, by either wall."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from magkg.web.settings import Settings
from magkg.web.workers import seccomp

linux = pytest.mark.skipif(sys.platform != "linux", reason="namespaces and seccomp are of Linux")

# What a process tries after it was walled off: each way out, and what came of it.
_TRY = """
import ctypes, json, os, socket, subprocess, sys
from magkg.web.settings import Settings
from magkg.web.workers import isolation, seccomp

def enter():
    return isolation.enter(Settings("folder", memory=1 << 30, largest=1 << 20)).kind

def namespace():
    return isolation.leave_network()

def calls():
    isolation.give_up_privileges()
    return seccomp.close()

def none():
    return ""

told = {"walls": globals()[sys.argv[1]](), "out": {}}
v4, v6, udp, path = json.loads(sys.argv[2])
libc = ctypes.CDLL(None, use_errno=True)

def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as made:
        made.settimeout(5)
        made.connect(address)

def send():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.sendto(b"canary", ("127.0.0.1", udp))

def call(number, *more):
    if libc.syscall(number, *more) < 0:
        raise OSError(ctypes.get_errno(), "refused")

def ring():
    call(425, 8, ctypes.byref(ctypes.create_string_buffer(120)))

ways = {
    "v4": lambda: connect(socket.AF_INET, ("127.0.0.1", v4)),
    "v6": lambda: connect(socket.AF_INET6, ("::1", v6)),
    "udp": send,
    "unix": lambda: connect(socket.AF_UNIX, path),
    "pair": socket.socketpair,
    "ring": ring,
    "x32": lambda: call(0x40000000 + 41, socket.AF_INET, socket.SOCK_STREAM, 0),
    "program": lambda: subprocess.run(["/bin/true"], check=True),
    "thread": lambda: __import__("threading").Thread(target=int).start(),
}
for name, way in ways.items():
    try:
        way()
        told["out"][name] = ""
    except OSError as error:
        told["out"][name] = str(error.errno)
import resource
told["limits"] = [
    resource.getrlimit(each)[1]
    for each in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)
]
told["status"] = open("/proc/self/status").read() if os.path.exists("/proc/self/status") else ""
print(json.dumps(told))
"""


class Canary:
    """Servers on loopback, and what reached them."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self.v4 = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.v6 = self._v6(stack)
        self.udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.udp.bind(("127.0.0.1", 0))
        self.unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        self.path = str(path / "s")
        self.unix.bind(self.path)
        self.unix.listen()

    @staticmethod
    def _v6(stack: ExitStack) -> socket.socket | None:
        try:
            made = socket.create_server(("::1", 0), family=socket.AF_INET6)
        except OSError:
            return None
        return stack.enter_context(made)

    @property
    def places(self) -> str:
        v6 = self.v6.getsockname()[1] if self.v6 else 1
        return json.dumps([self.v4.getsockname()[1], v6, self.udp.getsockname()[1], self.path])

    def reached(self) -> set[str]:
        found = set()
        servers = {"v4": self.v4, "v6": self.v6, "unix": self.unix}
        for name, server in servers.items():
            if server is None:
                continue
            server.settimeout(0.2)
            try:
                server.accept()[0].close()
            except TimeoutError:
                continue
            found.add(name)
        self.udp.settimeout(0.2)
        try:
            self.udp.recv(100)
        except TimeoutError:
            return found
        return found | {"udp"}


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    with ExitStack() as stack:
        yield Canary(tmp_path, stack)


def _tried(walls: str, canary: Canary) -> dict[str, object]:
    command = [sys.executable, "-c", _TRY, walls, canary.places]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


@linux
def test_without_walls_the_canary_is_reached(canary: Canary) -> None:
    _tried("none", canary)
    assert canary.reached() >= {"v4", "udp", "unix"}


@linux
def test_a_network_of_its_own_has_no_way_out(canary: Canary) -> None:
    found = _tried("namespace", canary)
    if found["walls"]:
        pytest.skip(f"no namespaces here: {found['walls']}")
    out = found["out"]
    assert isinstance(out, dict)
    assert all(out[each] for each in ("v4", "v6", "udp"))
    assert not canary.reached() & {"v4", "v6", "udp"}


@linux
def test_calls_that_make_a_socket_are_refused(canary: Canary) -> None:
    found = _tried("calls", canary)
    if found["walls"]:
        pytest.skip(f"no seccomp here: {found['walls']}")
    out = found["out"]
    assert isinstance(out, dict)
    assert out.pop("thread") == ""
    # 1 is EPERM; elsewhere than on x86_64 no second set of numbers is known to the kernel (38).
    assert set(out.values()) <= {"1", "38"}
    assert len(out) == 8
    assert all(each == "1" for name, each in out.items() if name != "x32")
    assert canary.reached() == set()


@linux
def test_a_worker_has_both_walls_and_its_limits(canary: Canary) -> None:
    found = _tried("enter", canary)
    assert found["walls"] in {"namespace", "seccomp"}
    assert canary.reached() == set()
    assert found["limits"] == [1 << 30, 1 << 20, 0]
    status = str(found["status"])
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status


@linux
def test_the_filter_is_what_the_kernel_reads() -> None:
    for machine in ("x86_64", "aarch64"):
        steps = seccomp.assembled(machine)
        assert len(steps) % 8 == 0
        # Each jump stays in the program.
        for at in range(0, len(steps), 8):
            taken, other = steps[at + 2], steps[at + 3]
            assert at // 8 + 1 + max(taken, other) <= len(steps) // 8


def test_over_an_endpoint_the_network_stays(canary: Canary) -> None:
    assert Settings("https://example.org/sparql").is_endpoint
    assert not Settings("/srv/http/graph").is_endpoint
