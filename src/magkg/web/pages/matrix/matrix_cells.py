"""The tables of the matrix: which rows and columns stand there, and what each cell counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magkg.use.report.holdings import VERDICTS, Node, Statement
from magkg.use.report.matrix import COLUMNS, parts, plural
from magkg.use.report.signs import LEVELS, WORDS
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from magkg.web.pages.matrix.facets import Claim, Holding, Vote

__all__ = ["POLARITIES", "Group", "Place", "Sheet", "by_design", "by_outcome", "words"]

# A polarity, the sign that counts it, and what claims of it do.
POLARITIES = (
    ("affirms", "+", "affirming"), ("denies", "−", "denying"),
    ("reportsNoDifference", "=", "finding no difference"),
    ("reportsLackOfEvidence", "∅", "reporting a lack of evidence"),
)  # fmt: skip
# A table has so many rows at most: a longer one cannot be overlooked, nor drawn.
ROWS = 60
# Designs in the order of what they can show, as the method takes them.
_DESIGNS = (
    "randomisedTrial", "nonRandomisedTrial", "cohortStudy", "caseControlStudy",
    "crossSectionalStudy", "caseSeries", "caseReport", "animalRandomised", "animalNonRandomised",
    "cellStudy",
)  # fmt: skip
_CONTESTED = ("conflicting", "disputed")
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """What a cell says of one species ("" for people): what the graph finds, who says so.

    ``verdict`` is that of the widest statement, "" in a table of designs; ``within`` whether a
    narrower one is contested; ``lacking`` whether evidence for any was also found lacking. Levels
    run from 0 to 4 and, with ``studies`` (independent ones: all, for, against, open), belong to the
    graph; ``said``, the claims of each polarity, belongs to the view.
    """

    species: str
    verdict: str
    within: bool
    lacking: bool
    level: int
    against: int
    said: Mapping[str, int]
    studies: tuple[int, int, int, int]
    statements: tuple[Statement, ...]

    @property
    def claims(self) -> int:
        """How many claims there are, whatever they say."""
        return sum(self.said.values())


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, what its rows are, its head, its rows, the groups of each cell."""

    name: str
    corner: str
    columns: tuple[Node, ...]
    rows: tuple[Node, ...]
    cells: Mapping[Place, tuple[Group, ...]]


def by_outcome(held: Holding, claims: Sequence[Claim], *, every: bool) -> list[Sheet]:
    """Give interventions by outcomes: the tables of the report, for the claims of a view.

    With ``every`` an outcome of which there is nothing but assertion has a column too.
    """
    stated = _stated(claims)
    shown = [each for each in held.statements if each.iri in stated]
    found: list[Sheet] = []
    for part in parts(shown, every=every):
        question = (part.question.removesuffix(" claim") or "other").capitalize()
        more = f", part {part.number} of {part.of}" if part.of > 1 else ""
        columns = [Node(*each) for each in part.columns]
        rows = [Node(*each) for each in part.rows]
        cells = {
            place: _groups(statements, stated, held.votes)
            for place, statements in part.cells.items()
        }
        found += _cut(question + more, "intervention", columns, rows, cells)
    return found


def by_design(held: Holding, claims: Sequence[Claim], *, statements: bool) -> list[Sheet]:
    """Give interventions, or statements, by the designs of the studies that claims lead to."""
    stated = _stated(claims)
    shown = [each for each in held.statements if each.iri in stated]
    names: dict[str, Node] = {}
    within: dict[Place, dict[str, Statement]] = {}
    told: dict[Place, list[Claim]] = {}
    for each in shown:
        row = Node(each.iri, each.text) if statements else each.subject
        for claim in stated[each.iri]:
            for design in claim.of("design"):
                names.setdefault(row.iri, row)
                within.setdefault((row.iri, design), {})[each.iri] = each
                told.setdefault((row.iri, design), []).append(claim)
    cells = {
        place: (_designed(place[1], told[place], tuple(each.values()), held.votes, statements),)
        for place, each in within.items()
    }
    designs = sorted({design for _, design in within}, key=_design)
    columns = [Node(each, held.labels.get(each, each)) for each in designs]
    rows = list(names.values())
    if not statements:
        weights = Counter(dict.fromkeys(names, 0))
        for (line, _), (group,) in cells.items():
            weights[line] += group.claims
        rows.sort(key=lambda each: (-weights[each.iri], each.label.casefold(), each.iri))
    corner = "statement" if statements else "intervention"
    return list(_cut("Study designs", corner, columns, rows, cells)) if cells else []


def _design(iri: str) -> tuple[int, str]:
    bare = iri.removeprefix(MAG)
    return (_DESIGNS.index(bare) if bare in _DESIGNS else len(_DESIGNS), iri)


def _stated(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for each in claims:
        found.setdefault(each.statement.iri, []).append(each)
    return found


def _cut(
    name: str,
    corner: str,
    columns: Sequence[Node],
    rows: Sequence[Node],
    cells: Mapping[Place, tuple[Group, ...]],
) -> Iterable[Sheet]:
    """Cut a table whose rows or columns are too many; COLUMNS are cut by the report already."""
    wide = max(COLUMNS + COLUMNS // 3, 1)
    for left in range(0, len(columns), wide):
        heads = tuple(columns[left : left + wide])
        inside = {each.iri for each in heads}
        used = {row for row, column in cells if column in inside}
        here = [each for each in rows if each.iri in used]
        for top in range(0, len(here), ROWS):
            some = tuple(here[top : top + ROWS])
            lines = {each.iri for each in some}
            held = {at: each for at, each in cells.items() if at[0] in lines and at[1] in inside}
            more = f", rows {top + 1} to {top + len(some)} of {len(here)}"
            yield Sheet(name + more * (len(here) > ROWS), corner, heads, some, held)


def _groups(
    found: Sequence[Statement],
    stated: Mapping[str, Sequence[Claim]],
    votes: Mapping[str, Sequence[Vote]],
) -> tuple[Group, ...]:
    """Give the groups of a cell, people first: the sign of the widest statement, all numbers.

    The evidence of narrower statements bears on the widest one, so that one sums it up.
    """
    scopes: dict[str, list[Statement]] = {}
    for each in sorted(found, key=lambda each: (bool(each.scope), each.scope, each.urgency)):
        scopes.setdefault(each.scope, []).append(each)
    groups = []
    for scope, held in scopes.items():
        first = min(
            held,
            key=lambda each: (len(each.qualifiers), VERDICTS.index(each.verdict), each.urgency),
        )
        contested = any(each.verdict in _CONTESTED for each in held)
        groups.append(
            Group(
                scope,
                first.verdict,
                contested and first.verdict not in _CONTESTED,
                any(each.lacking for each in held) and first.verdict != "foundLacking",
                first.level,
                first.against,
                _said(claim for each in held for claim in stated[each.iri]),
                _studies(vote for each in held for vote in votes.get(each.iri, ())),
                tuple(held),
            )
        )
    return tuple(groups)


def _designed(
    design: str,
    claims: Sequence[Claim],
    statements: tuple[Statement, ...],
    votes: Mapping[str, Sequence[Vote]],
    rated: bool,
) -> Group:
    """Give the group of a design; strengths only where it is ``rated`` for one statement."""
    cast = [
        vote for each in statements for vote in votes.get(each.iri, ()) if design in vote.designs
    ]
    levels = {
        side: max((each.level for each in cast if rated and each.vote == side), default=0)
        for side in ("supports", "disputes")
    }
    return Group(
        "", "", False, False, levels["supports"], levels["disputes"], _said(claims),
        _studies(cast), statements,
    )  # fmt: skip


def _said(claims: Iterable[Claim]) -> dict[str, int]:
    found = Counter(each.of("polarity")[0].removeprefix(MAG) for each in claims)
    return {name: found[name] for name, *_ in POLARITIES}


def _studies(votes: Iterable[Vote]) -> tuple[int, int, int, int]:
    """Count independent studies: all, for, against, open; one may differ between statements."""
    sides: dict[str, set[str]] = {}
    for each in votes:
        sides.setdefault(each.vote, set()).add(each.root)
    every: set[str] = set().union(*sides.values())
    found = [len(sides.get(side, ())) for side in ("supports", "disputes", "inconclusive")]
    return len(every), found[0], found[1], found[2]


def words(group: Group) -> str:
    """Say in words what a group shows by signs and numbers."""
    found = [f"about {group.species}"] if group.species else []
    if group.verdict:
        found.append(WORDS[group.verdict][0])
    held = ((group.level, "for"), (group.against, "against"))
    found += [f"{LEVELS[level]} strength {side}" for level, side in held if level]
    found += ["evidence also found lacking"] if group.lacking else []
    found += [_narrower(group)] if group.within else []
    told = ", ".join(
        f"{group.said[name]} {does}" for name, _, does in POLARITIES if group.said[name]
    )
    found.append(
        f"{plural(group.claims, 'claim')}: {told}" if told else plural(group.claims, "claim")
    )
    every, *sides = group.studies
    named = zip(sides, ("for", "against", "open"), strict=True)
    split = ", ".join(f"{number} {side}" for number, side in named if number)
    found.append(plural(every, "independent study") + (f" ({split})" if split else ""))
    return "; ".join(found)


def _narrower(group: Group) -> str:
    """Say which verdict makes a narrower statement contested, and on what evidence."""
    most = max(
        (each for each in group.statements if each.verdict in _CONTESTED),
        key=lambda each: (each.against, each.level),
    )
    levels = f"{LEVELS[most.level]} strength for, {LEVELS[most.against]} against"
    return f"a narrower statement is contested: {WORDS[most.verdict][0]}, {levels}"
