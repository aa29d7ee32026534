"""The real entry point, run as a user runs it: a process, its output, its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What a run of the command line left."""

    code: int
    out: str
    err: str


def magkg(*words: str | Path, cwd: Path | None = None, stdin: str = "", **env: str) -> Ran:
    """Run ``magkg WORDS``; no traceback may reach the user, whatever happens."""
    done = subprocess.run(
        [Path(sys.executable).with_name("magkg"), *map(str, words)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, **env},
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)
