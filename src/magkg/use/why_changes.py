"""What would change a level: every answer is a sum done again, none is a stock phrase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from magkg.use import levels
from magkg.use.levels import NAMES, Body, Line, Rated

__all__ = ["body_of", "changes", "rated_of"]

Json = dict[str, Any]
_BOUNDS = {"bound", "mismatchBound", "recognition"}
# What may be missing of a recorded study; the rest would make it another study.
_MISSING = {"bias", "imprecision"}
# How a study that is otherwise like a recorded one would have to differ.
_OTHERWISE = {
    "species": "of {asked}",
    "cell": "of people and not of cells",
    "condition": "of the very condition and group of the statement",
    "intervention": "giving what the statement names, by the same route and in the same dose",
    "outcome": "measuring what the statement is about",
    "comparator": "comparing the two head to head",
    "start": "randomised",
    "bias": "at low risk of bias",
    "imprecision": "large enough, with a narrow interval",
}
_SIDES = {"supports": "for", "disputes": "against"}


def rated_of(rating: Json) -> Rated:
    """Turn a rating of a ladder into steps that can be summed again."""
    steps = {s["kind"]: s["change"] for s in rating["steps"] if s["kind"] not in _BOUNDS}
    return Rated(
        rating["study"]["iri"],
        rating["vote"] or "",
        steps,
        pooled=rating["pooled"],
        null=rating["null"],
        counted=rating["counted_in"] is not None,
    )


def body_of(assessment: Json) -> Body:
    """Turn an assessment of a ladder into a body whose level can be found again."""
    lines = tuple(
        levels.line([rated_of(each) for each in line["ratings"]]) for line in assessment["lines"]
    )
    bias = 0
    upgrade: dict[str, int] = {}
    for side, name in _SIDES.items():
        for step in assessment[name]["steps"]:
            if step["kind"] == "publicationBias":
                bias = step["change"]
            if step["kind"] == "upgrade":
                upgrade[side] = upgrade.get(side, 0) + step["change"]
    counts = assessment["counts"]
    return Body(lines, bias, upgrade, counts["claimCount"] - counts["lackCount"])


def changes(claim: Json | None, assessment: Json | None) -> list[Json]:
    """Give what would move a level: of what a claim cites, then of what the graph holds.

    Each is a dict: ``of`` (cited, held), ``if`` (words), ``study`` (IRI or None), ``from`` and
    ``to`` (levels 0 to 4), ``verdict`` (held only: the verdict after it, None where it stays),
    ``sum`` (the arithmetic). The least that is needed comes first.
    """
    found: list[Json] = []
    rated = claim is None or claim["not_rated"] is None
    if claim is not None and rated:
        found += _cited(claim, assessment)
    if assessment is not None and rated:
        found += _held(assessment, _side(claim))
    return found


def _side(claim: Json | None) -> str:
    """Give the side that bears a claim out; of a proposition alone, the one for it."""
    if claim is None or claim["wording"]["polarity"]["iri"].endswith("#affirms"):
        return "supports"
    return "disputes"


def _change(of: str, words: str, before: int, after: int, **more: Any) -> Json:
    return {
        "of": of, "if": words, "study": None, "from": before, "to": after, "verdict": None,
        "sum": "", **more,
    }  # fmt: skip


def _possible(rating: Json) -> dict[str, int]:
    """Give the steps of a rating that could be otherwise, with the value they would have."""
    better: dict[str, int] = {}
    for step in rating["steps"]:
        kind, change = step["kind"], step["change"]
        if kind == "start" and change < 4:
            better[kind] = 4
        elif kind not in _BOUNDS and change < 0:
            # A small study without an interval: one that decides leaves the assumed level.
            small = kind == "imprecision" and change == -2 and not step["judged"]
            better[kind] = -1 if small else 0
    # A missing fact or judgement is the least to ask for; another design the most.
    least = ("bias", "imprecision", *levels.MISMATCHES, "start")
    return {kind: better[kind] for kind in least if kind in better}


def _missing(step: Json, value: int) -> str:
    """Say what would have to be recorded of a study as it is."""
    if step["kind"] == "bias":
        seen = "assessed and judged low" if step["assumption"] else "low"
        return f"its risk of bias were {seen}"
    if value == -1:
        return "an interval of 95 per cent that excludes no effect were recorded for it"
    if step["assumption"]:
        return "its size were judged to suffice"
    return "it were large enough, with a narrow interval"


def _otherwise(step: Json) -> str:
    asked = "people" if "about people" in step["why"] else "that species"
    return _OTHERWISE[step["kind"]].format(asked=asked)


def _sum(rated: Rated) -> str:
    """Write the sum of a rating, with its bounds."""
    start, *rest = (rated.steps.get("start", 0), *_parts(rated))
    total = start + sum(rest)
    written = " ".join([str(start), *(f"- {-part}" for part in rest if part)])
    bounded = f" -> {rated.level}" if total != rated.level else ""
    return f"{written} = {total}{bounded}"


def _parts(rated: Rated) -> Iterator[int]:
    yield max(-3, sum(rated.steps.get(kind, 0) for kind in levels.MISMATCHES))
    yield rated.steps.get("bias", 0)
    yield rated.steps.get("imprecision", 0)


@dataclass(frozen=True)
class _Move:
    """A study as it would be: in words, and whether it is still the one that is recorded."""

    words: str
    rated: Rated
    same: bool
    size: int


def _moves(rating: Json) -> Iterator[_Move]:
    """Give the least that would lift the rating of a study, by what is recorded of it."""
    rated, name = rated_of(rating), rating["study"]["label"]
    steps = {step["kind"]: step for step in rating["steps"]}
    for chosen in levels.smallest_changes(rated, _possible(rating), most=2):
        moved, same = rated.changed(chosen), set(chosen) <= _MISSING
        if same:
            told = " and ".join(_missing(steps[kind], value) for kind, value in chosen.items())
            words = f"{name}: if {told}"
        else:
            told = " and ".join(_otherwise(steps[kind]) for kind in chosen)
            words = f"a study like this, but {told} ({name})"
        yield _Move(words, moved, same, len(chosen))


def _cited(claim: Json, assessment: Json | None) -> list[Json]:
    before = (claim["cited"]["strength"] or {"level": 0})["level"] or 0
    lines = [
        line
        for line in claim["lines"]
        if line["direction"] == "supports" and line["basis"] != "background"
    ]
    found = []
    for rating in {r["iri"]: r for line in lines for r in line["ratings"]}.values():
        for move in _moves(rating):
            if move.rated.level > before:
                more = {"study": rating["study"]["iri"], "sum": _sum(move.rated)}
                found.append(_change("cited", move.words, before, move.rated.level, **more))
    best = _best_held(assessment, _side(claim))
    if best is not None and best["level"] > before:
        words = f"if it cited the best study that the graph holds ({best['study']['label']})"
        more = {"study": best["study"]["iri"], "sum": _sum(rated_of(best))}
        found.append(_change("cited", words, before, best["level"], **more))
    if not before and best is None:
        for line in lines:
            if line["unresolved"]:
                words = f'if "{line["unresolved"]}" were traced to a randomised trial of this'
                found.append(_change("cited", words, 0, _NEW.level, sum=_sum(_NEW)))
    return sorted(found, key=lambda each: -each["to"])


def _best_held(assessment: Json | None, side: str) -> Json | None:
    ratings = [
        each
        for line in (assessment or {"lines": []})["lines"]
        for each in line["ratings"]
        if each["vote"] == side
    ]
    return max(ratings, key=lambda each: (each["level"], each["iri"]), default=None)


# A randomised trial of the very statement of which nothing was judged, and one judged sound.
_NEW = Rated("", "supports", {"start": 4, "bias": -1, "imprecision": -1})
_SOUND = Rated("", "supports", {"start": 4, "bias": 0, "imprecision": 0})


def _held(assessment: Json, side: str) -> list[Json]:
    body = body_of(assessment)
    before, stands = levels.body_level(body, side), levels.verdict(body)
    found = [*_better_studies(assessment, body), *_new_studies(body, side)]
    told = []
    for words, study, changed, written in found:
        after, says = levels.body_level(changed, side), levels.verdict(changed)
        if after == before and says == stands:
            continue
        told.append(
            _change(
                "held", words, before, after, study=study, sum=written,
                verdict=None if says == stands else says,
            )
        )  # fmt: skip
    return _without_doubles(told)


def _without_doubles(told: Sequence[Json]) -> list[Json]:
    """Leave out what only repeats the effect of a smaller change of the same study."""
    seen: set[tuple[Any, ...]] = set()
    kept = []
    for each in told:
        key = (each["study"], each["to"], each["verdict"])
        if each["study"] is None or key not in seen:
            kept.append(each)
        seen.add(key)
    return kept


_Told = tuple[str, str | None, Body, str]


def _better_studies(assessment: Json, body: Body) -> Iterator[_Told]:
    """Give what would be if more were known of a recorded study, or a better one like it came."""
    told: list[tuple[int, _Told]] = []
    for place, line in enumerate(assessment["lines"]):
        known = [rated_of(each) for each in line["ratings"]]
        for which, rating in enumerate(line["ratings"]):
            undecided = rating["vote"] == "inconclusive" and not rating["null"]
            if undecided or rating["counted_in"] is not None:
                continue  # better or not, it points nowhere, or was weighed elsewhere
            for move in _moves(rating):
                others = [*known[:which], move.rated, *known[which + 1 :]]
                changed = (
                    body.replaced(place, levels.line(others))
                    if move.same
                    else body.with_line(levels.line([move.rated]))
                )
                study = rating["study"]["iri"]
                side = "disputes" if move.rated.vote == "disputes" else "supports"
                written = f"{_sum(move.rated)}; {_body_sum(changed, side)}"
                told.append((move.size, (move.words, study, changed, written)))
    told.sort(key=lambda each: each[0])
    yield from (each for _, each in told)


def _new_studies(body: Body, side: str) -> Iterator[_Told]:
    """Give what one more independent study would do: the least on this side, and against it."""
    other = "disputes" if side == "supports" else "supports"
    before, stands = levels.body_level(body, side), levels.verdict(body)
    for reached in range(1, 5):
        added = body.with_line(Line(side, reached, False))
        if levels.body_level(added, side) > before:
            words = f"one more independent study {_SIDES[side]} it, at level {NAMES[reached]}"
            better = " or better" if reached < 4 else ""
            yield words + better, None, added, _body_sum(added, side)
            break
    for trial, words in (
        (_NEW, "a randomised trial of this very statement, of which nothing was judged"),
        (_SOUND, "a randomised trial of this very statement, judged free of bias and precise"),
    ):
        added = body.with_line(Line(side, trial.level, trial.firm))
        written = f"{_sum(trial)}; {_body_sum(added, side)}"
        yield f"{words}, pointing {_SIDES[side]} it", None, added, written
    for reached in range(1, 5):
        added = body.with_line(Line(other, reached, True))
        moved = levels.verdict(added) != stands or levels.body_level(added, side) < before
        if body.best(side) and moved:
            words = f"one independent study {_SIDES[other]} it, at level {NAMES[reached]}"
            yield words, None, added, _body_sum(added, side)
            break


def _body_sum(body: Body, side: str) -> str:
    best, found = body.best(side), levels.body_level(body, side)
    return f"best line {_SIDES[side]} {best}, body {found}"
