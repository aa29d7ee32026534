"""What can go wrong, as one tree.

::

    MagkgError                 every error of magkg; exit code 2 unless said otherwise
    ├── InputError             a file, an argument or a value that cannot be used
    │   ├── SyntaxFault        a text that does not parse: file, line, column
    │   └── UnknownName        a name that is not there; carries the nearest ones
    ├── FindingsError          the data were read and are not sound; carries the findings (exit 1)
    ├── OutputError            nothing could be written there: read-only, full, not a folder
    ├── QueryTimeout           the time limit ended a query; no partial answer is given
    └── StoreUnavailable       no graph could be opened (exit 3)
        └── StoreDamaged       a store that does not match its manifest (exit 3)

Each error holds its data as attributes and, in ``hint``, the next step. A ``Finding`` is one fault
of what was authored: checks collect them, and a build that stops carries them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches

__all__ = [
    "Finding",
    "FindingsError",
    "InputError",
    "MagkgError",
    "OutputError",
    "QueryTimeout",
    "StoreDamaged",
    "StoreUnavailable",
    "SyntaxFault",
    "UnknownName",
    "meant",
    "nearest",
]


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Give the known names most like ``name``, best first, at most ``count``."""
    names = sorted(set(known))
    folded = {each.casefold(): each for each in reversed(names)}
    close = get_close_matches(name.casefold(), folded, n=count, cutoff=0.5)
    holding = [each for each in names if name and name.casefold() in each.casefold()]
    return list(dict.fromkeys([folded[each] for each in close] + holding))[:count]


def meant(close: Iterable[str]) -> str:
    """Ask whether one of the nearest names was meant; gives "" where there is none."""
    names = " or ".join(close)
    return f"Did you mean {names}?" if names else ""


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One fault of what was authored.

    ``file`` as shown to the user, ``line`` from 1 (0 where the whole file is meant, shown as 1),
    ``claim`` the IRI of the node concerned ("" where none is), ``kind`` the name of the rule that
    was broken, ``message`` what is wrong and what to do, in a curator's words.
    """

    file: str
    line: int
    claim: str
    kind: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{max(self.line, 1)}"
        return ": ".join(part for part in (place, self.claim, self.message) if part)

    def as_json(self) -> dict[str, str | int | None]:
        """Give the finding in the shape of ``magkg check --json``."""
        found: dict[str, str | int | None] = asdict(self)
        return found | {"line": max(self.line, 1), "claim": self.claim or None}


class MagkgError(Exception):
    """The root of all errors of magkg: a message, and in ``hint`` what to do next."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class InputError(MagkgError):
    """A file, an argument or a value that cannot be used; ``file`` and ``line`` where known."""

    def __init__(
        self, message: str, *, file: str | None = None, line: int | None = None, hint: str = ""
    ) -> None:
        place = "" if file is None else f"{file}:{line}: " if line else f"{file}: "
        super().__init__(place + message, hint=hint)
        self.file = file
        self.line = line
        self.reason = message


class SyntaxFault(InputError):
    """A text that does not parse; ``line`` and ``column`` count from 1."""

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message, file=file, line=line, hint=hint)
        self.column = column


class UnknownName(InputError):
    """A name that is not there; ``suggestions`` holds the nearest known ones."""

    def __init__(self, what: str, name: str, known: Iterable[str], *, hint: str = "") -> None:
        self.what = what
        self.name = name
        self.suggestions = nearest(name, known)
        hint = f"{meant(self.suggestions)} {hint}".strip()
        super().__init__(f"there is no {what} {name!r}", hint=hint)


class FindingsError(MagkgError):
    """Data that were read and are not sound; ``findings`` says what, where and what to do."""

    exit_code = 1

    def __init__(self, message: str, findings: Sequence[Finding], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.findings = tuple(findings)


class OutputError(MagkgError):
    """A place where nothing could be written; what stood there before is untouched."""


class QueryTimeout(MagkgError):
    """A query that was ended by its time limit, in seconds; no partial answer is given."""

    def __init__(self, limit: float) -> None:
        super().__init__(
            f"the query did not finish within {limit:g} s",
            hint="Give it more time (--timeout) or ask for less.",
        )
        self.limit = limit


class StoreUnavailable(MagkgError):
    """No graph could be opened at the place named."""

    exit_code = 3


class StoreDamaged(StoreUnavailable):
    """A store that does not match the manifest it was published with."""
