"""Readers of npm, each a script in tests/readers/node/: ``npm ci`` there installs them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "node"
# Seconds; the largest file of a test is read in a few.
_LIMIT = 300


def run(script: str, *arguments: str | Path) -> str:
    """Run a script with ``node`` and give what it prints; skip where it cannot be run."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if not (FOLDER / "node_modules").is_dir():
        pytest.skip("npm packages are not installed: run `npm ci` in tests/readers/node")
    done = subprocess.run(
        [node, "--max-old-space-size=4096", FOLDER / script, *arguments],
        capture_output=True,
        timeout=_LIMIT,
        check=False,
        cwd=FOLDER,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    return done.stdout.decode()
