"""The arithmetic of levels in Python, to say what would change them: ontology/rules/ decides.

A test holds every strength of the bundled graph against these functions, so that they and the
rules keep each other honest. Levels: 4 high, 3 moderate, 2 low, 1 very low, 0 none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

__all__ = [
    "MISMATCHES", "NAMES", "WORDINGS", "Body", "Line", "Rated", "best_wording", "body_level",
    "level", "line", "overclaims", "smallest_changes", "verdict",
]  # fmt: skip

NAMES = ("none", "very low", "low", "moderate", "high")
# The kinds of step that say what does not match; together they count -3 at most.
MISMATCHES = ("species", "condition", "intervention", "outcome", "comparator", "cell")
WORDINGS = {"asserted": 3, "hedged": 2, "speculative": 1}
_OTHER = {"supports": "disputes", "disputes": "supports"}


def level(steps: Mapping[str, int]) -> int:
    """Sum the steps of a rating, by kind and without bounds, and put it within its bounds."""
    mismatch = max(-3, sum(steps.get(kind, 0) for kind in MISMATCHES))
    total = steps["start"] + mismatch + steps.get("bias", 0) + steps.get("imprecision", 0)
    return max(1, min(4, total))


@dataclass(frozen=True)
class Rated:
    """One study under a statement: its steps by kind (bounds left out), which way, and what it is.

    ``null`` says that it found no difference, ``pooled`` that it stands for several studies,
    ``counted`` that a pool which holds it bears on the statement, so that it was weighed there.
    """

    study: str
    vote: str
    steps: Mapping[str, int]
    pooled: bool = False
    null: bool = False
    counted: bool = False

    @property
    def level(self) -> int:
        """The level of the study under the statement."""
        return level(self.steps)

    @property
    def firm(self) -> bool:
        """Whether it needs no second line: judged to be at low risk of bias, or a pool."""
        return self.pooled or self.steps.get("bias") == 0

    @property
    def far(self) -> bool:
        """Whether it is of another species than the statement, or of cells."""
        return min(self.steps.get("species", 0), self.steps.get("cell", 0)) < 0

    def changed(self, changes: Mapping[str, int]) -> Rated:
        """Give the study with other steps; a null result that becomes precise counts against."""
        steps = {**self.steps, **changes}
        precise = self.null and steps.get("imprecision") == 0
        return replace(self, vote="disputes" if precise else self.vote, steps=steps)


@dataclass(frozen=True)
class Line:
    """All studies of one root: one vote, its level (0 where it is open), and whether it is firm.

    ``open`` is the best level of an undecided root, ``far`` says that all of it that points its
    way is of another species or of cells.
    """

    vote: str
    level: int
    firm: bool
    open: int = 0
    far: bool = False


def line(ratings: Sequence[Rated]) -> Line:
    """Let the studies of one root vote: those within one level of the best, if they agree."""
    weighed = [each for each in ratings if not each.counted]
    best = max(each.level for each in weighed)
    votes = {each.vote for each in weighed if each.level >= best - 1}
    if len(votes) > 1 or votes == {"inconclusive"}:
        return Line("inconclusive", 0, False, open=best)
    (vote,) = votes
    counting = [each for each in weighed if each.vote == vote and each.level == best]
    far = all(each.far for each in ratings if each.vote == vote)
    return Line(vote, best, any(each.firm for each in counting), far=far)


@dataclass(frozen=True)
class Body:
    """What bears on a statement: its independent lines, and what was judged of them together."""

    lines: tuple[Line, ...]
    publication_bias: int = 0
    upgrade: Mapping[str, int] | None = None
    asserting: int = 1

    def best(self, side: str) -> int:
        """Give the best level of a line on a side, 0 where there is none."""
        return max((each.level for each in self.lines if each.vote == side), default=0)

    def near(self, side: str) -> bool:
        """Whether some line on a side is of the species that the statement is about."""
        return any(each.vote == side and not each.far for each in self.lines)

    @property
    def open(self) -> int:
        """Give the best level of a study that leaves the question open, 0 where there is none."""
        return max((each.open for each in self.lines), default=0)

    def with_line(self, more: Line) -> Body:
        """Give the body with one more independent line."""
        return replace(self, lines=(*self.lines, more))

    def replaced(self, place: int, other: Line) -> Body:
        """Give the body with another line at a place."""
        return replace(self, lines=(*self.lines[:place], other, *self.lines[place + 1 :]))


def body_level(body: Body, side: str) -> int:
    """Give the level of the body on a side (supports or disputes)."""
    best = body.best(side)
    if not best:
        return 0
    top = [each for each in body.lines if each.vote == side and each.level == best]
    lowered = body.publication_bias
    if len(top) == 1 and not top[0].firm:
        lowered -= 1
    if body.best(_OTHER[side]) >= best:
        lowered -= 1
    raised = (body.upgrade or {}).get(side, 0) if not lowered else 0
    return max(1, min(4, best + lowered + raised))


def verdict(body: Body) -> str:
    """Give the verdict of a body by the decision table of docs/method.md."""
    if not body.lines:
        return "onlyAsserted" if body.asserting else "foundLacking"
    best, against = body.best("supports"), body.best("disputes")
    alike = body.near("supports") == body.near("disputes")
    if best and against and abs(best - against) <= 1 and alike:
        return "conflicting"
    if (found := body_level(body, "supports")) >= 2 and against < found and body.open <= best:
        return "supported"
    if (found := body_level(body, "disputes")) >= 2 and best < found and body.open <= against:
        return "disputed"
    return "inconclusiveBody"


def smallest_changes(
    rated: Rated, possible: Mapping[str, int], most: int = 3
) -> list[dict[str, int]]:
    """Give the smallest sets of changes (kind of step to its new value) that move the level up.

    Sets of one are tried first; once some of one size move it, larger ones are left out, unless
    they lead higher still. At most ``most`` steps change together.
    """
    found: list[dict[str, int]] = []
    reached = rated.level
    for size in range(1, min(most, len(possible)) + 1):
        best = reached
        for kinds in combinations(possible, size):
            changes = {kind: possible[kind] for kind in kinds}
            moved = rated.changed(changes).level
            if moved > reached:
                found.append(changes)
                best = max(best, moved)
        reached = best
    return found


def overclaims(wording: int, reached: int, leap: bool) -> bool:
    """Say whether a wording (3, 2, 1) is an overclaim at a level: gap 2, or 1 with a leap."""
    return wording - reached >= (1 if leap else 2)


def best_wording(reached: int, leap: bool) -> str | None:
    """Give the firmest wording that is no overclaim at a level, None where there is none."""
    for name, rank in WORDINGS.items():
        if not overclaims(rank, reached, leap):
            return name
    return None
