"""SPARQL servers on free loopback ports: the one of Oxigraph (PyPI) and Virtuoso 7 (Debian).

Virtuoso is looked for on the path and in the folder that MAGKG_VIRTUOSO names, as .ci/virtuoso
unpacks it. Every wait is bounded; a server is ended with its ``with`` block.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

# Seconds until a server must answer, and until it must have ended.
START, STOP = 90.0, 30.0
VIRTUOSO_INI = """
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
# Buffers of 8 kB: some 400 MB in all.
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
ServerThreads = 10
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
[SPARQL]
{sparql}
"""


@dataclass(frozen=True)
class Server:
    """A running server: where it answers queries, where it takes graphs, and who may write."""

    process: subprocess.Popen[bytes]
    query: str
    store: str
    user: str | None = None
    password: str | None = None


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def oxigraph_program() -> Path:
    scripts = shutil.which("oxigraph", path=sysconfig.get_path("scripts"))
    found = shutil.which("oxigraph") or scripts
    if found is None:
        pytest.skip("there is no oxigraph server: pip install oxigraph")
    return Path(found)


def virtuoso_program() -> tuple[Path, dict[str, str]]:
    """The program, and the environment it needs."""
    found = shutil.which("virtuoso-t")
    if found is not None:
        return Path(found), dict(os.environ)
    named = os.environ.get("MAGKG_VIRTUOSO")
    if not named:
        pytest.skip("there is no virtuoso-t: bash .ci/virtuoso DIR; export MAGKG_VIRTUOSO=DIR")
    root = Path(named).resolve()
    folders = sorted({str(each.parent) for each in root.glob("**/*-linux-gnu/*.so.*")})
    libraries = os.pathsep.join((*folders, os.environ.get("LD_LIBRARY_PATH", "")))
    return root / "usr" / "bin" / "virtuoso-t", os.environ | {"LD_LIBRARY_PATH": libraries}


@contextmanager
def running(
    command: list[str], url: str, folder: Path, **more: object
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that answers at ``url``; what it prints goes to a file of the folder."""
    with (folder / "server.out").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, **more)  # type: ignore[call-overload]
        try:
            wait_for(url, process, folder)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP)


def wait_for(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no server: {(folder / 'server.out').read_text('utf-8')[-2000:]}")


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    program, port = oxigraph_program(), free_port()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    command = [str(program), "serve", "--location", "data", "--bind", f"127.0.0.1:{port}"]
    url = f"http://127.0.0.1:{port}"
    with running(command, url + "/", folder) as process:
        yield Server(process, url + "/query", url + "/store")


@contextmanager
def virtuoso(folder: Path, sparql: str = "") -> Iterator[Server]:
    """Virtuoso on an empty folder; ``sparql`` has lines for that section of its settings."""
    program, environment = virtuoso_program()
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    settings = VIRTUOSO_INI.format(http=port, sql=free_port(), sparql=sparql)
    (folder / "virtuoso.ini").write_text(settings, "utf-8")
    url = f"http://127.0.0.1:{port}"
    command = [str(program), "-c", "virtuoso.ini", "-f"]
    with running(command, url + "/sparql", folder, env=environment) as process:
        # User and password of a new Virtuoso, wherever it is installed.
        yield Server(process, url + "/sparql", url + "/sparql-graph-crud-auth", "dba", "dba")
