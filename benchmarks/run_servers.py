"""Servers that the benchmark asks: Virtuoso 7 on a folder of its own, Oxigraph on a store."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from run_measure import Missing

# The name of the default graph where a default graph has none (DESIGN section 5).
DEFAULT_GRAPH = "https://w3id.org/magkg/graph/default"
_START = 90.0
# 200,000 buffers of 8 kB: 1.7 GB, what the other engines are given.
_SETTINGS = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = /
NumberOfBuffers = 200000
MaxDirtyBuffers = 150000
ServerThreads = 10
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryExecutionTime = {limit}
"""


@dataclass(frozen=True)
class Server:
    """A server that runs: its process, where it is asked, its SQL port where it has one."""

    process: subprocess.Popen[bytes]
    url: str
    sql: int = 0

    def memory(self) -> int:
        """Give the most bytes that its process has had."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
        return 0


def virtuoso_folder() -> Path | None:
    """Give the folder that MAGKG_VIRTUOSO names, where there is a Virtuoso in it."""
    named = os.environ.get("MAGKG_VIRTUOSO", "")
    root = Path(named).resolve()
    return root if named and (root / "usr" / "bin" / "virtuoso-t").is_file() else None


def environment(root: Path) -> dict[str, str]:
    """Give the environment in which programs of an unpacked Virtuoso run."""
    folders = sorted({str(each.parent) for each in root.glob("**/*-linux-gnu/*.so.*")})
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(folders)}


def _port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def _running(
    words: list[str], port: int, folder: Path, env: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.out").open("wb") as out:
        process = subprocess.Popen(words, stdout=out, stderr=out, cwd=folder, env=env)
        try:
            until = time.monotonic() + _START
            while process.poll() is None and time.monotonic() < until:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                raise Missing(f"{Path(words[0]).name} did not start")
            yield process
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def virtuoso(root: Path, folder: Path, limit: float) -> Iterator[Server]:
    """Run Virtuoso on the database in a folder, a new one where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    http, sql = _port(), _port()
    settings = _SETTINGS.format(http=http, sql=sql, limit=max(1, int(limit)))
    (folder / "virtuoso.ini").write_text(settings, "utf-8")
    words = [str(root / "usr/bin/virtuoso-t"), "-c", "virtuoso.ini", "-f"]
    with _running(words, http, folder, environment(root)) as process:
        yield Server(process, f"http://127.0.0.1:{http}/sparql", sql)


@contextmanager
def oxigraph(store: Path, folder: Path, limit: float) -> Iterator[Server]:
    """Run `oxigraph serve-read-only` on a store. Raises Missing where it is not installed."""
    binary = shutil.which("oxigraph")
    if binary is None:
        raise Missing("oxigraph is not installed")
    port = _port()
    words = [binary, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}",
             "--timeout-s", f"{limit:g}"]  # fmt: skip
    with _running(words, port, folder, dict(os.environ)) as process:
        yield Server(process, f"http://127.0.0.1:{port}/query")


def bulk_load(root: Path, server: Server, lines: Path) -> float:
    """Load N-Quads with Virtuoso's own bulk loader, with a checkpoint; give the seconds.

    Raises Missing where isql is not there, or the loader says that something went wrong.
    """
    isql = next(iter(sorted(root.glob("usr/bin/isql*"))), None)
    if isql is None:
        raise Missing("Virtuoso's isql is not there")
    steps = (
        f"ld_dir('{lines.parent}', '{lines.name}', '{DEFAULT_GRAPH}');",
        "rdf_loader_run();",
        "checkpoint;",
    )
    begun = time.perf_counter()
    for step in steps:
        _sql(root, isql, server, step)
    seconds = time.perf_counter() - begun
    said = _sql(root, isql, server, "select ll_error from DB.DBA.load_list where ll_state <> 2 "
                                    "or ll_error is not null;")  # fmt: skip
    if "0 Rows" not in said:
        raise Missing(f"Virtuoso did not load: {said.strip()[-150:]}")
    return seconds


def _sql(root: Path, isql: Path, server: Server, text: str) -> str:
    words = [str(isql), f"127.0.0.1:{server.sql}", "dba", "dba", f"exec={text}"]
    env = environment(root)
    ran = subprocess.run(words, capture_output=True, text=True, env=env, check=False)
    if ran.returncode or "*** Error" in ran.stdout + ran.stderr:
        raise Missing(f"Virtuoso: {(ran.stderr or ran.stdout).strip()[-150:]}")
    return ran.stdout
