"""The figures of a run as JSON, written after every row, from which a run that ended goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from run_measure import Figure
from run_table import Line

# What is said of a row that a table has and no run measured.
LEFT_OUT = "left out of this run"


class Kept:
    """The lines of a table and the answers to queries, in a file if there is one.

    ``about`` says what was measured on; with ``resume`` what stands in the file is taken up. Raises
    ValueError where that is of another machine, or of other versions.
    """

    def __init__(self, about: Mapping[str, Any], path: Path | None, *, resume: bool) -> None:
        self.about, self.path = dict(about), path
        self.lines: dict[tuple[str, str], Line] = {}
        self.answers: dict[str, Any] = {}
        if resume and path and path.is_file():
            self._read(json.loads(path.read_text("utf-8")))

    def _read(self, told: Mapping[str, Any]) -> None:
        for name in ("cores", "processor", "memory"):
            if told["machine"][name] != self.about["machine"][name]:
                raise ValueError(f"{self.path} has the figures of another machine ({name})")
        if told["versions"] != self.about["versions"]:
            raise ValueError(f"{self.path} has the figures of other versions")
        self.about["machine"] = told["machine"]
        self.answers = dict(told["queries"])
        for row in told["rows"]:
            line = self._line(row["title"], row["side"], row["unit"])
            for size, cell in row["figures"].items():
                names = ("values", "memory", "reason", "ratio", "told")
                line.figures[size] = Figure(**{name: cell[name] for name in names})

    def _line(self, title: str, side: str, unit: str) -> Line:
        return self.lines.setdefault((title, side), Line(title, side, unit))

    def has(self, title: str, size: str) -> bool:
        """Say whether a row of a size was measured, or tried."""
        return any(each.title == title and size in each.figures for each in self.lines.values())

    def put(self, title: str, unit: str, size: str, found: Mapping[str, Figure]) -> None:
        """Take the figures of a row by side, and write the file anew."""
        for side, figure in found.items():
            self._line(title, side, unit).figures[size] = figure
        self.write()

    def write(self) -> None:
        """Write the file, whole or not at all."""
        if self.path is None:
            return
        rows = [each.as_json() for each in self.lines.values()]
        text = json.dumps({**self.about, "rows": rows, "queries": self.answers}, indent=1)
        new = self.path.with_name(f"{self.path.name}.new")
        new.write_text(f"{text}\n", "utf-8")
        new.replace(self.path)

    def fill(self, rows: list[tuple[str, str, str]], size: str) -> None:
        """Say of the rows (title, side, unit) that are not there that they were left out."""
        for title, side, unit in rows:
            self._line(title, side, unit).figures.setdefault(size, Figure(reason=LEFT_OUT))
        place = {row[:2]: number for number, row in enumerate(rows)}
        order = sorted(self.lines, key=lambda each: place.get(each, -1))
        self.lines = {each: self.lines[each] for each in order}
