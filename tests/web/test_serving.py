"""The verb `serve`: where it listens, what it refuses, how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from magkg.errors import InputError
from magkg.web import serving
from tests.cli import magkg
from tests.web.server import Served, running, until
from tests.web.workers.running import alive


def test_it_says_where_it_listens_and_what_keeps_the_workers(site: Served) -> None:
    assert site.told[0].startswith("magkg serves ")
    assert site.told[1].startswith("Workers: ")
    assert httpx.get(f"{site.base}/healthz").text == "ok\n"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_well_and_leaves_no_process(
    small_folder: Path, sent: signal.Signals
) -> None:
    with running("--graph", small_folder, "--workers", "1", covered=True) as served:
        until(lambda: len(served.pids()) > 1)
        with httpx.Client() as idle:
            idle.get(f"{served.base}/healthz")  # a connection that stays open
            assert served.end(sent) == 0
        until(lambda: not any(alive(pid) for pid in served.pids()))
    assert not any("Traceback" in line for line in served.lines)


def test_a_signal_before_it_serves_ends_it_as_well(small_folder: Path, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("magkg")), "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--graph", str(small_folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    until(lambda: any(tmp_path.iterdir()) or process.poll() is not None)  # a worker is started
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, list(tmp_path.iterdir())) == (0, [])
    assert "Traceback" not in said


def test_what_runs_is_finished_before_it_ends(small_folder: Path) -> None:
    answers: list[int] = []

    def ask(base: str) -> None:
        query = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        found = httpx.get(f"{base}/sparql", params={"query": query}, timeout=30)
        answers.append(found.status_code)

    with running("--graph", small_folder, "--timeout", "3") as served:
        asking = threading.Thread(target=ask, args=(served.base,))
        asking.start()
        until(lambda: "magkg_pool_busy 1" in httpx.get(f"{served.base}/metrics").text)
        assert served.end() == 0
        asking.join(30)
    assert answers == [503]  # the deadline ended it, not the end of the server


def test_without_its_front_no_worker_stays(small_folder: Path) -> None:
    with running("--graph", small_folder, "--workers", "1", covered=True) as served:
        until(lambda: len(served.pids()) > 1)
        served.process.kill()
        served.process.wait()
        until(lambda: not any(alive(pid) for pid in served.pids()))


def test_a_port_that_is_taken_is_one_clear_error(small_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = magkg("serve", "--graph", small_folder, "--port", str(port))
    assert ran.code == 2
    assert f"127.0.0.1:{port}" in ran.err
    assert "--port 0" in ran.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--graph", "no-such-folder"), 3, "no-such-folder"),
        (("--host", "no.such.host.invalid"), 2, "no.such.host.invalid"),
        (("--proxy", "nonsense"), 2, "nonsense"),
        (("--public-url", "ftp://example.org"), 2, "ftp://example.org"),
        (("--sources", "no-such-folder"), 2, "no-such-folder"),
    ],
)
def test_wrong_use_is_said(
    small_folder: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    graph = () if "--graph" in words else ("--graph", small_folder)
    ran = magkg("serve", "--port", "0", *graph, *words)
    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_without_walls_only_this_machine_is_served() -> None:
    with pytest.raises(InputError, match="no wall here"):
        serving.must_be_isolated("none", "no wall here", "0.0.0.0")
    with pytest.raises(InputError):
        serving.must_be_isolated("none", "no wall here", "fe80::1%eth0")
    for address in ("127.0.0.1", "127.9.9.9", "::1"):
        serving.must_be_isolated("none", "no wall here", address)
    for kind in ("namespace", "seccomp", "endpoint"):
        serving.must_be_isolated(kind, "", "0.0.0.0")


def test_the_public_url_is_what_pages_say(small_folder: Path) -> None:
    with running("--graph", small_folder, "--public-url", "https://example.org/") as served:
        assert "https://example.org/sitemap.xml" in httpx.get(f"{served.base}/robots.txt").text
        assert "<https://example.org/sparql>" in httpx.get(f"{served.base}/.well-known/void").text


def test_the_front_never_loads_the_engine() -> None:
    code = (
        "import sys; import magkg.web.app, magkg.web.serving, magkg.web.front.slow, "
        "magkg.web.front.reload, magkg.web.workers.pool, magkg.web.sparql.protocol; "
        "print([each for each in ('pyoxigraph', 'rdflib', 'pyarrow') if each in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
