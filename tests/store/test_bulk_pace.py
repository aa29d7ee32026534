"""Progress of a build says what is done of how much, how fast, and how long it will still take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from magkg.store.bulk import building, pace
from magkg.store.bulk.pace import Pace, paced
from tests.store import bulk_data


def clock(*times: float) -> Iterator[float]:
    yield from times


def test_a_rate_and_what_is_left_are_told_once_a_second() -> None:
    told: list[str] = []
    times = clock(100, 100.5, 102, 102.9, 105)
    measured = Pace(told.append, "load", 1_000_000, "quads", times.__next__)
    for _ in range(4):
        measured.add(50_000)
    assert told == [
        "load",
        "load: 100,000 of 1,000,000 quads, 50,000 a second, 18 s left",
        "load: 200,000 of 1,000,000 quads, 40,000 a second, 20 s left",
    ]


@pytest.mark.parametrize(
    ("left", "told"), [(89, "89 s left"), (200, "3 min left"), (7_500, "2 h 5 min left")]
)
def test_long_durations_are_written_for_people(left: int, told: str) -> None:
    lines: list[str] = []
    Pace(lines.append, "load", 2 + left, "quads", clock(0, 2).__next__).add(2)
    assert lines[-1].endswith(told)


def test_more_than_was_expected_leaves_nothing() -> None:
    lines: list[str] = []
    Pace(lines.append, "load", 1, "quads", clock(0, 1).__next__).add(3)
    assert lines[-1].endswith("3 a second, 0 s left")


def test_items_are_counted_as_they_are_done() -> None:
    lines: list[str] = []
    given = paced(lines.append, "check", ["a", "b"], "constraints")
    assert list(given) == ["a", "b"]
    assert lines == ["check"]


def test_a_build_tells_of_its_constraints_and_quads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_BETWEEN", 0.0)
    path = bulk_data.generated(tmp_path / "given", 20)
    lines: list[str] = []
    made = building.build([path], tmp_path / "graph", memory=1 << 30, progress=lines.append)
    quads = f"{made.manifest.counts['quads']:,}"
    for step, unit in (("check", " constraints"), ("validate", " constraints"), ("load", " quads")):
        of = [line for line in lines if line.startswith(f"{step}: ")]
        assert of, step
        count, _, rest = of[-1].removeprefix(f"{step}: ").partition(" of ")
        assert rest.startswith(f"{count if unit != ' quads' else quads}{unit}, "), of[-1]
