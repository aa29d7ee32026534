"""The signs of the report: a verdict by its shape, a strength by bars; colour only repeats them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from magkg.use.report.markup import Html, join, tag

if TYPE_CHECKING:
    from magkg.use.report.holdings import Statement

__all__ = [
    "LEVELS",
    "WORDS",
    "bars",
    "definitions",
    "lacking_sign",
    "meters",
    "sides",
    "sign",
    "strength",
]

LEVELS = ("none", "very low", "low", "moderate", "high")
# Verdict to its words, and what the words mean.
WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "conflicting": (
            "conflicting",
            "independent studies point both ways, the best of each within one level",
        ),
        "disputed": ("disputed", "the evidence points against it, at level low or better"),
        "supported": ("supported", "the evidence points for it, at level low or better"),
        "inconclusiveBody": ("inconclusive", "there is evidence, and it decides nothing"),
        "foundLacking": (
            "found lacking",
            "a source reports that evidence is lacking, or a logged search found none",
        ),
        "onlyAsserted": (
            "only asserted",
            "somebody affirms or denies it, and no primary study can be reached; that does not "
            "make it false",
        ),
    }
)
_BARS = 4


def definitions() -> Html:
    """Give the shapes that the page uses again and again, and the hatchings."""
    hatch = tag(
        "pattern",
        tag("path", d="M0 4 4 0M-1 1 1-1M3 5 5 3", stroke="#000", stroke_width="1"),
        id="hatch", width="4", height="4", patternUnits="userSpaceOnUse",
    )  # fmt: skip
    shapes = (
        ("supported", tag("path", d="M10 2 18.5 17.5H1.5Z", class_="for")),
        ("disputed", tag("path", d="M10 18 1.5 2.5H18.5Z", class_="against")),
        (
            "conflicting",
            join(
                tag("path", d="M10 .8 19.2 10 10 19.2.8 10Z", class_="open"),
                tag("path", d="M10 .8 19.2 10H.8Z", class_="for"),
                tag("path", d="M.8 10H19.2L10 19.2Z", class_="split"),
            ),
        ),
        (
            "inconclusiveBody",
            join(
                tag("circle", cx="10", cy="10", r="8", class_="hatched"),
                tag("circle", cx="10", cy="10", r="8", class_="ring"),
            ),
        ),
        ("onlyAsserted", tag("circle", cx="10", cy="10", r="7", class_="said")),
        (
            "foundLacking",
            join(
                tag("circle", cx="10", cy="10", r="8", class_="open"),
                tag("path", d="M3.5 16.5 16.5 3.5", class_="slash"),
            ),
        ),
    )
    symbols = [
        tag("symbol", shape, id=f"sign-{name}", viewBox="0 0 20 20") for name, shape in shapes
    ]
    return tag(
        "svg", tag("defs", hatch, symbols), class_="defs", width="0", height="0", aria_hidden="true"
    )


def sign(verdict: str) -> Html:
    """Give the sign of a verdict; the words must stand beside it."""
    return tag(
        "svg",
        tag("use", href=f"#sign-{verdict}"),
        class_="sign", width="20", height="20", aria_hidden="true",
    )  # fmt: skip


def lacking_sign(statement: Statement) -> Html | None:
    """Give the sign of lack where it stands beside another verdict."""
    beside = statement.lacking and statement.verdict != "foundLacking"
    return sign("foundLacking") if beside else None


def meters(statement: Statement) -> Html:
    """Give the strengths for (+) and against (−) as bars of four, each only where there is one."""
    sides = (("+", "for", statement.level), ("−", "against", statement.against))
    return join([_meter(mark, side, level) for mark, side, level in sides if level])


def bars() -> Html:
    """Give two examples of bars, for a legend."""
    return join(_meter("+", "for", 2), _meter("−", "against", 1))


def _meter(mark: str, side: str, level: int) -> Html:
    squares = [
        tag(
            "rect",
            x=9 + 7 * place, y="1", width="6", height="6",
            class_=side if place < level else "empty",
        )
        for place in range(_BARS)
    ]  # fmt: skip
    return tag(
        "svg",
        tag("text", mark, x="0", y="7.5"),
        squares,
        class_="meter", width="38", height="8", viewBox="0 0 38 8", aria_hidden="true",
    )  # fmt: skip


def strength(statement: Statement) -> str:
    """Say the strengths in words: "low for, very low against"."""
    return ", ".join(sides(statement)) or "none"


def sides(statement: Statement) -> list[str]:
    """Say the strength of each side that has one."""
    held = ((statement.level, "for"), (statement.against, "against"))
    return [f"{LEVELS[level]} {side}" for level, side in held if level]
