"""The columns of the flat tables: what each is called, which type it has, what it says.

A cell that says nothing is null; a list that holds nothing is empty. Values of the closed lists are
given by their names (``affirms``), everything else that has an IRI by it, with its label beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from magkg.errors import InputError

if TYPE_CHECKING:
    from magkg.use.select.entities import Claim, Content, Effect, Line, Study

__all__ = [
    "PRECISION", "SCALE", "Cell", "Column", "Evidence", "Stated", "check_decimal",
    "check_integer", "check_text", "evidence_rows", "markdown", "stated_rows",
]  # fmt: skip

Cell: TypeAlias = str | int | Decimal | bool | list[str] | list[int | None] | None
Row = TypeVar("Row")

# Figures have at most so many digits, so many of them after the point: what the store itself can
# hold (its decimals are 128-bit numbers with 18 digits after the point).
PRECISION = 38
SCALE = 18
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: ``kind`` is string, date, integer, decimal, boolean, strings or integers."""

    name: str
    kind: str
    about: str
    value: Callable[[Row], Cell]


@dataclass(frozen=True, slots=True)
class Stated:
    """A row of the table of claims: a claim, with the content that it stands in."""

    content: Content
    claim: Claim


@dataclass(frozen=True, slots=True)
class Evidence:
    """A row of the table of evidence: a line of a claim, one study it leads to, one figure.

    ``number`` counts the rows of the same line, from 1.
    """

    content: Content
    claim: Claim
    line: Line
    number: int
    study: Study | None
    study_iri: str
    effect: Effect | None


def stated_rows(content: Content) -> Iterator[Stated]:
    """Give a row for each claim, in their order."""
    for claim in content.claims:
        yield Stated(content, claim)


def evidence_rows(content: Content) -> Iterator[Evidence]:
    """Give a row for each evidence line of each claim, study that it leads to and figure of it.

    A line that leads to no study, or has no figure, has a row all the same.
    """
    for claim in content.claims:
        for iri in claim.evidence:
            line = content.lines.get(iri)
            if line is None:
                continue
            studies = dict.fromkeys((*line.studies, *line.reaches)) or {"": None}
            pairs = ((study, effect) for study in studies for effect in line.effects or ("",))
            for number, (study, effect) in enumerate(pairs, 1):
                yield Evidence(
                    content, claim, line, number,
                    content.studies.get(study), study, content.effects.get(effect),
                )  # fmt: skip


def markdown(columns: Iterable[Column[Any]]) -> str:
    """Give the columns as a Markdown table, as docs/tables.md shows them."""
    lines = ["| column | type | what it says |", "|---|---|---|"]
    lines += [f"| `{each.name}` | {each.kind} | {each.about} |" for each in columns]
    return "\n".join(lines) + "\n"


def check_text(text: str, where: str, claim: str) -> None:
    """Raise InputError, naming the claim, for a text that no UTF-8 can carry."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{claim}: {where} holds a lone surrogate (U+{ord(text[error.start]):04X}), "
            "which no file can carry",
            hint="Correct the text where it was entered, or leave the claim out: --not-claim.",
        ) from None


def check_decimal(value: Decimal, where: str, claim: str) -> None:
    """Raise InputError, naming the claim, for a figure that the column cannot hold exactly."""
    _, digits, exponent = value.as_tuple()
    sound = isinstance(exponent, int) and exponent >= -SCALE
    if not sound or len(digits) + int(exponent) > PRECISION - SCALE:
        raise InputError(
            f"{claim}: {where} is {value}, and a figure has at most {PRECISION - SCALE} digits "
            f"before the point and {SCALE} after it",
            hint="Leave the claim out with --not-claim, or take a format of RDF.",
        )


def check_integer(value: int, where: str, claim: str) -> None:
    """Raise InputError, naming the claim, for a number beyond 64 bits."""
    if not -_LARGEST <= value <= _LARGEST:
        raise InputError(
            f"{claim}: {where} is {value}, and a number has at most 64 bits",
            hint="Leave the claim out with --not-claim, or take a format of RDF.",
        )
