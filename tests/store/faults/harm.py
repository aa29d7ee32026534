"""Bulk builds that are made to fail: the graphs they are given, the process they run in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from magkg.store import validate
from magkg.store.bulk import building
from magkg.store.columns import rules
from magkg.store.verify import verify_store
from magkg.vocabulary import MAG, TYPE
from tests.store import bulk_data

MEMORY = 1 << 30
STEPS = [
    "read", "check", "identify", "derive", "rules", "validate", "load", "optimize", "sync", "store",
    "list", "manifest", "clean",
]  # fmt: skip

# The vocabulary, the shapes and the rules take most of a small build and write nothing on disk.
CHILD = """
import os, resource, signal, sys, threading, time
# A shell's background job, such as CI may be, ignores Ctrl-C, and so do its children.
signal.signal(signal.SIGINT, signal.default_int_handler)
from magkg.store import validate
from magkg.store.bulk import building, loading, reading
from magkg.store.columns import rules
building.vocabulary_quads = lambda: []
validate.constraints = lambda *_: []
rules.run_rules = lambda *_: None
{harm}
from magkg import cli
cli.main()
"""
STEP = """
from magkg.use import verbs
real = verbs.build
def told(step):
    print(step, flush=True)
    if step == os.environ.get("KILL"):
        os.kill(os.getpid(), signal.SIGKILL)
verbs.build = lambda **given: real(**{**given, "progress": told})
"""


def stub(patch: pytest.MonkeyPatch) -> None:
    """Do as the child does."""
    patch.setattr(building, "vocabulary_quads", list)
    patch.setattr(validate, "constraints", lambda *_: [])
    patch.setattr(rules, "run_rules", lambda *_: None)


@dataclass(frozen=True)
class Given:
    """Two inputs, the roots of their claims, and the graph of the first."""

    old: Path
    new: Path
    roots: tuple[str, str]
    built: Path


def said(name: str) -> list[str]:
    """Few predicates, which is what costs time; the shapes are not asked here."""
    lines = []
    for number in range(600):
        claim = f"<urn:x:{name}-claim-{number}>"
        lines += [
            f"{claim} <{TYPE}> <{MAG}Claim> .",
            f"{claim} <{MAG}subject> <urn:x:subject-{number % 50}> .",
            f"{claim} <{MAG}predicate> <urn:x:predicate> .",
            f"{claim} <{MAG}object> <urn:x:object-{number % 7}> .",
            f"{claim} <{MAG}polarity> <{MAG}affirms> .",
        ]
    return lines


def given(to: Path) -> Given:
    """Write both inputs and build both graphs, each in a folder of its own."""
    old, new = (bulk_data.write(to / name / "graph.nq", said(name)) for name in ("old", "new"))
    with pytest.MonkeyPatch.context() as patch:
        stub(patch)
        roots = [build(each, to / "built" / each.parent.name) for each in (old, new)]
    assert roots[0] != roots[1]
    return Given(old, new, (roots[0], roots[1]), to / "built" / "old")


def command(path: Path, out: Path, harm: str = "") -> list[str]:
    code = CHILD.replace("{harm}", harm)
    return [sys.executable, "-c", code, "build", str(path), "--out", str(out)]


def run(path: Path, out: Path, harm: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(path, out, harm), capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, **env},
    )  # fmt: skip


def ended(
    path: Path, out: Path, harm: str, sent: signal.Signals, after: float = 0
) -> tuple[int, str]:
    """Send a signal so many seconds after the harm began; give the exit code and what was said."""
    with subprocess.Popen(
        command(path, out, harm), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        time.sleep(after)
        child.send_signal(sent)
        try:
            _, told = child.communicate(timeout=60)
        finally:
            child.kill()
    return child.returncode, told


def build(path: Path, out: Path, memory: int = MEMORY) -> str:
    return building.build([path], out, memory=memory).manifest.root


def names(out: Path) -> set[str]:
    """All that lies in a folder of a graph, but for the files of its stores."""
    return {path.name for path in (*out.iterdir(), *(out / "stores").iterdir())} - {".lock"}


def tidy(out: Path) -> bool:
    """Whether there are whole stores alone: the one that is published and the one before."""
    every = names(out) - {"manifest.json", "stores"}
    found = {each for each in every if not each.endswith((".digests", ".claims"))}
    beside = {each.rpartition(".")[0] for each in every - found}
    stores = {each for each in found if not each.endswith(".files.json")}
    lists = {each.removesuffix(".files.json") for each in found - stores}
    hidden = any(each.startswith(".") for each in names(out))
    whole = stores == lists and beside <= stores and len(stores) <= 2
    return not hidden and whole and verify_store(out) == []


def one_error(done: subprocess.CompletedProcess[str]) -> str:
    """The one message of a run that failed; no traceback, no fault of ours."""
    told = done.stderr
    assert told.count("magkg: ") == 1, told
    assert "Traceback" not in told
    assert "a fault of magkg" not in told
    return told
