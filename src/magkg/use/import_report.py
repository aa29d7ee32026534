"""What an import did, or why it stopped: as an object and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magkg.errors import Finding, FindingsError

if TYPE_CHECKING:
    from magkg.claims.tables.claims import NotFound
    from magkg.claims.tables.rows import Bad

__all__ = ["ImportReport", "ImportStopped", "by_cause"]

# How many bad rows and lost claims are shown to people; --json gives all.
_SHOWN = 20
# Of the other rows with the same fault, so many are named.
_ROWS = 10


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    ``rows`` that were read, ``claims`` that the good ones gave, of these ``new`` and ``known``
    before; ``bad`` rows, ``not_found`` concepts, ``created`` concepts (IRIs), ``kept`` claims of an
    earlier import of the set that the file no longer has (IRIs; they stay), ``unseen`` what the
    mapping names and no row of the file has, ``files`` that were
    written (with ``dry_run``: would be), ``root`` of the graph that was built (``into``), ``file``
    that was read, as it is shown.
    """

    rows: int = 0
    claims: int = 0
    new: int = 0
    known: int = 0
    bad: tuple[Bad, ...] = ()
    not_found: tuple[NotFound, ...] = ()
    created: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    dry_run: bool = False
    root: str | None = None
    file: str = ""

    def as_json(self) -> dict[str, object]:
        """Give the report as an object for ``magkg import --json``."""
        names = ("rows", "claims", "new", "known")
        found: dict[str, object] = {name: getattr(self, name) for name in names}
        return {
            **found,
            "bad": [each.as_json() for each in self.bad],
            "not_found": [
                {
                    "file": self.file,
                    "row": each.row,
                    "column": each.column,
                    "value": each.value,
                    "reason": each.reason,
                    "count": each.count,
                }
                for each in self.not_found
            ],
            "created": list(self.created),
            "kept": list(self.kept),
            "unseen": list(self.unseen),
            "files": list(self.files),
            "dry_run": self.dry_run,
            **({"root": self.root} if self.root else {}),
        }

    def text(self) -> str:
        """Give the report as lines for people."""
        would = "would be " if self.dry_run else ""
        told = [_counted(self.rows, "row"), _counted(self.claims, "claim")]
        lines = [f"{', '.join(told)}: {self.new} new, {self.known} known before"]
        if self.bad:
            lines.append(f"left out {_counted(len(self.bad), 'row')}:")
        lines += _listed(by_cause(self.bad))
        if self.unseen:
            lines.append("in no row of the file:")
        lines += _listed(self.unseen)
        if self.not_found:
            lines.append(f"not found: {_counted(len(self.not_found), 'concept')}:")
            told = [
                f"{n.column} {n.value!r} ({n.count}, first row {n.row})" for n in self.not_found
            ]
            lines += _listed(told)
        if self.created:
            lines.append(f"{would}made: {_counted(len(self.created), 'concept')}:")
            lines += _listed(self.created)
        if self.kept:
            lines.append(
                f"kept, though no longer in the file: {_counted(len(self.kept), 'claim')}:"
            )
            lines += _listed(self.kept)
        lines += [f"{would}written: {each}" for each in self.files]
        return "\n".join([*lines, *([f"root {self.root}"] if self.root else [])])


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _listed(lines: Sequence[str]) -> list[str]:
    more = [f"  and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return [*(f"  {each}" for each in lines[:_SHOWN]), *more]


class ImportStopped(FindingsError):
    """Bad rows stopped an import; ``report`` holds them, and nothing was written."""

    def __init__(self, report: ImportReport, hint: str = "") -> None:
        count = len(report.bad)
        findings = [
            Finding(b.file, b.row, "", "bad-row", _said(b) + more)
            for b, more in _causes(report.bad)
        ]
        if count and report.unseen:
            findings += [Finding(report.file, 0, "", "unseen", each) for each in report.unseen]
        super().__init__(
            f"{_counted(count, 'bad row')}; nothing was imported",
            findings,
            hint=hint or "Correct the rows or the mapping, or leave them out with --on-error skip.",
        )
        self.report = report


def _cause(bad: Bad) -> tuple[str, ...]:
    """Give what bad rows have in common that are told in one line: all but the row."""
    if bad.column:
        return str(bad.row), bad.column, bad.value, bad.reason
    return bad.file, bad.reason


def by_cause(bad: Sequence[Bad]) -> list[str]:
    """Give a line for each cause, with the rows that it stands for."""
    return [f"{first}{more}" for first, more in _causes(bad)]


def _causes(bad: Sequence[Bad]) -> Iterator[tuple[Bad, str]]:
    """Give the first bad row of each cause, and what to say of the others."""
    found: dict[tuple[str, ...], list[Bad]] = {}
    for each in sorted(bad, key=lambda each: each.row):
        found.setdefault(_cause(each), []).append(each)
    for first, *others in found.values():
        rows = ", ".join(str(each.row) for each in others[:_ROWS])
        left = f" and {len(others) - _ROWS} more" if len(others) > _ROWS else ""
        yield first, f" (also {rows}{left})" if others else ""


def _said(bad: Bad) -> str:
    cell = f"{bad.column} {bad.value!r}: " if bad.column else ""
    return f"{cell}{bad.reason}" + (f". {bad.hint}" if bad.hint else "")
