"""The table of the benchmark: a line a side of a work, a column a size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from run_measure import Figure


@dataclass
class Line:
    """A side of a work: its figures by size."""

    title: str
    side: str
    unit: str
    figures: dict[str, Figure] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give the line with all values."""
        cells = {
            size: {
                "values": each.values, "median": each.median, "ratio": each.ratio,
                "memory": each.memory, "runs": len(each.values), "reason": each.reason,
                "told": each.told,
            }
            for size, each in self.figures.items()
        }  # fmt: skip
        return {"title": self.title, "side": self.side, "unit": self.unit, "figures": cells}


def markdown(lines: Sequence[Line], about: dict[str, Any]) -> str:
    """Give the tables, of the bundled graph and of the generated ones, with what they stand on."""
    machine, notes = about["machine"], Notes()
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    text = [
        f"{date.today().isoformat()}; {machine['cores']} cores ({machine['processor']}), "
        f"{machine['memory'] / 2**30:.0f} GiB, {machine['system']}, "
        f"load {machine['load']} at the start; {versions}.",
    ]
    for sizes in (("bundled",), tuple(map(str, about["sizes"]))):
        some = [line for line in lines if set(line.figures) & set(sizes)]
        if some:
            text += ["", *_table(some, sizes, notes)]
    text += ["", *notes.text()] if notes.all else []
    return "\n".join(text)


class Notes:
    """Why something is not measured, each reason once, by number."""

    def __init__(self) -> None:
        self.all: dict[str, int] = {}

    def mark(self, reason: str) -> str:
        return f"[{self.all.setdefault(reason, len(self.all) + 1)}]"

    def text(self) -> list[str]:
        return [f"- [{number}] {reason}." for reason, number in self.all.items()]


def heads(sizes: Sequence[str]) -> list[str]:
    """Give the names of the columns."""
    named = ["the bundled graph" if each == "bundled" else f"{int(each):,} claims"
             for each in sizes]  # fmt: skip
    growth = ["growth"] if len(sizes) > 1 else []
    return ["work", "of", *named, *growth, "most memory", "runs"]


def _table(lines: Sequence[Line], sizes: Sequence[str], notes: Notes) -> list[str]:
    columns = heads(sizes)
    found = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    before = ""
    for line in lines:
        figures = [line.figures.get(size) for size in sizes]
        cells = [line.title if line.title != before else "", line.side]
        cells += [_cell(line, each, notes) for each in figures]
        if len(sizes) > 1:
            cells.append(_growth(line, sizes))
        done = [each for each in figures if each and each.values]
        cells.append(_memory(max((each.memory for each in done), default=0)))
        cells.append(_runs(line, done))
        found.append(f"| {' | '.join(cells)} |")
        before = line.title
    return found


def _cell(line: Line, figure: Figure | None, notes: Notes) -> str:
    if figure is None:
        return ""
    if figure.median is None:
        return f"not measured {notes.mark(figure.reason)}"
    ratio = figure.ratio
    shown = "" if ratio is None else f" ({_short(ratio)})"
    if told := figure.told.get("differs"):
        shown += f", {told}"
    if "answered" in figure.told and line.unit == "queries":
        other = f", {figure.told['other']} with other rows" if figure.told["other"] else ""
        return f"{figure.median:.0f} of {figure.told['asked']}{other}"
    return f"{value(figure.median, line.unit)}{shown}"


def value(number: float, unit: str) -> str:
    """Give a value with its unit, in three digits or so."""
    if unit != "s":
        return f"{number:,.0f} {unit}"
    if number < 1:
        return f"{_short(number * 1000)} ms"
    return f"{_short(number)} s"


def _short(number: float) -> str:
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}" if number >= 0.001 else f"{number:.1g}"


def _growth(line: Line, sizes: Sequence[str]) -> str:
    """Give the value a claim at the largest size by that at the smallest."""
    done = [(int(size), line.figures[size]) for size in sizes
            if size in line.figures and line.figures[size].values]  # fmt: skip
    if len(done) < 2 or line.unit == "queries":
        return ""
    (small, first), (large, last) = done[0], done[-1]
    assert first.median is not None
    assert last.median is not None
    if line.unit == "s":
        return f"{_short(last.median / first.median)} for {large // small}"
    return _short(last.median / first.median)


def _memory(most: int) -> str:
    return f"{most / 2**20:,.0f} MiB" if most else ""


def _runs(line: Line, done: Sequence[Figure]) -> str:
    """Give how often it was run, from the smallest size to the largest."""
    if line.unit != "s" or not done:
        return ""
    if "answered" in done[0].told:
        return "each query"
    counts = [len(each.values) for each in done]
    return str(counts[0]) if len(set(counts)) == 1 else ", ".join(map(str, counts))
