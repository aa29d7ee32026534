"""How the benchmark measures: whole processes, in turn, medians; what is missing has its reason."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).resolve().parents[1]
MAGKG = (sys.executable, "-m", "magkg")
CHILD = (sys.executable, str(Path(__file__).parent / "run_child.py"))
# A round of all sides that takes longer is repeated only within the budget, and not warmed up.
LONG = 60.0


class Missing(Exception):
    """Says why something is not measured."""


@dataclass(frozen=True)
class Command:
    """A process to be timed.

    With ``inner`` it prints a JSON object as its last line, whose ``seconds`` (and ``memory``, in
    bytes, where another process does the work) are taken. ``before`` is done ahead of each run.
    """

    words: Sequence[str]
    inner: bool = False
    before: Callable[[], None] | None = None
    codes: frozenset[int] = frozenset({0})
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Value:
    """A value that is looked up, not timed."""

    value: float


Side: TypeAlias = Command | Value | Missing


@dataclass(frozen=True)
class Run:
    """One run: seconds, peak memory in bytes, and what a child told of it."""

    seconds: float
    memory: int
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Figure:
    """What a side took at one size, or why that is not known.

    ``values`` are seconds or, of the works on disk, bytes a claim. ``ratio`` is the median of the
    first side's value by this one's, run by run.
    """

    values: list[float] = field(default_factory=list)
    memory: int = 0
    reason: str = ""
    ratio: float | None = None
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float | None:
        return statistics.median(self.values) if self.values else None


def once(command: Command, limit: float) -> Run:
    """Run a command; give its time and the most memory of any process of its tree.

    Linux counts what a process had before it became another program, so no figure is below the
    memory of the process that measures: it imports nothing large (25 MiB).

    Raises Missing where it fails, or takes longer than ``limit`` seconds.
    """
    if command.before:
        command.before()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        process = subprocess.Popen(
            list(command.words), stdout=out, stderr=err, cwd=ROOT,
            env={**os.environ, **command.env}, start_new_session=True,
        )  # fmt: skip
        status, usage = _ended(process, begun + limit)
        seconds = time.perf_counter() - begun
        code = os.waitstatus_to_exitcode(status)
        process.returncode = code
        out.seek(0), err.seek(0)
        if seconds >= limit:
            raise Missing(f"stopped after {limit:,.0f} s")
        if code not in command.codes:
            said = err.read().decode(errors="replace").strip().splitlines()
            raise Missing(f"ended with {code}: {said[-1] if said else 'nothing said'}"[:200])
        if not command.inner:
            return Run(seconds, usage)
        told = json.loads(out.read().decode().strip().splitlines()[-1])
    if reason := told.get("missing"):
        raise Missing(reason)
    return Run(told["seconds"], told.get("memory", usage), told)


def _ended(process: subprocess.Popen[bytes], until: float) -> tuple[int, int]:
    """Wait for a process and those it started; give its status and their most memory."""
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            # Linux counts in KiB, and takes the most of the process and its ended children.
            return status, usage.ru_maxrss * 1024
        if time.perf_counter() >= until:
            os.killpg(process.pid, signal.SIGKILL)
            _, status, usage = os.wait4(process.pid, 0)
            return status, usage.ru_maxrss * 1024
        time.sleep(0.001)


def measure(
    commands: Sequence[Side], own: int, runs: int, budget: float, limit: float
) -> list[Figure]:
    """Run the commands in turn, ``runs`` rounds after a first that is not counted.

    The first run of one that takes more than a minute is counted, and it is repeated as often as
    ``budget`` seconds allow. The first ``own`` are magkg's; the ratios are to the first of these
    that is measured. Raises nothing: what cannot be measured says why.
    """
    figures = [Figure(reason=str(each)) if isinstance(each, Missing) else Figure()
               for each in commands]  # fmt: skip
    done: list[list[Run]] = [[] for _ in commands]
    for round_ in range(runs + 1 if runs > 1 else 1):
        for command, figure, mine in zip(commands, figures, done, strict=True):
            if not figure.reason and round_ < _wanted(mine, runs, budget):
                _run(command, figure, mine, limit)
    for mine in done:
        if len(mine) > 1 and mine[0].seconds <= LONG:
            del mine[0]
    ours = next((place for place in range(own) if done[place] and not figures[place].reason), None)
    for place, figure in enumerate(figures):
        base = [] if ours in {None, place} else done[ours or 0]
        _fill(figure, done[place], base)
    return figures


def _wanted(mine: Sequence[Run], runs: int, budget: float) -> int:
    """Give how often to run what ran so far, with the first run that is not counted."""
    if not mine or mine[0].seconds <= LONG:
        return runs + 1
    return max(1, min(runs, int(budget / mine[0].seconds)))


def _run(command: Side, figure: Figure, mine: list[Run], limit: float) -> None:
    assert not isinstance(command, Missing)
    if isinstance(command, Value):
        mine.append(Run(command.value, 0))
        return
    try:
        mine.append(once(command, limit))
    except Missing as reason:
        figure.reason = str(reason)


def _fill(figure: Figure, runs: Sequence[Run], own: Sequence[Run]) -> None:
    """Put the runs into a figure; the ratio is pair by pair where there are as many of both."""
    if figure.reason:
        return
    figure.values = [each.seconds for each in runs]
    figure.memory = max(each.memory for each in runs)
    figure.told = {k: v for k, v in runs[-1].told.items() if k not in {"seconds", "memory"}}
    if len(own) == len(runs):
        pairs = zip(own, runs, strict=True)
        figure.ratio = statistics.median(one.seconds / each.seconds for one, each in pairs)
    elif own:
        ours = statistics.median(each.seconds for each in own)
        figure.ratio = ours / statistics.median(figure.values)
