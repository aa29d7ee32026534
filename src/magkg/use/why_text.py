"""A ladder as text for a person: plain lines for a terminal or a pipe, or Markdown."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg.use.levels import NAMES, WORDINGS, best_wording
from magkg.use.plain import one_line

if TYPE_CHECKING:
    from magkg.use.why import Why

__all__ = ["Entry", "Section", "as_markdown", "as_text", "sections"]

Json = dict[str, Any]
# No line of prose is longer, however wide the terminal; none shorter than the least.
WIDEST, NARROWEST = 96, 40
# So many changes of a view are shown.
_SHOWN = 8
_VIEWS = {"cited": "what it cites", "held": "what the graph holds"}
_VOTES = {"supports": "for", "disputes": "against", "inconclusive": "undecided"}


@dataclass(frozen=True)
class Entry:
    """One line of a ladder: how deep it stands, what leads it, and what it says."""

    depth: int
    lead: str
    words: str


@dataclass(frozen=True)
class Section:
    """One part of a ladder: its title and its lines."""

    title: str
    entries: tuple[Entry, ...]


def as_text(why: Why, width: int | None = None) -> str:
    """Write a ladder for a terminal, by default as wide as that is (40 to 96 columns)."""
    columns = shutil.get_terminal_size((WIDEST, 24)).columns if width is None else width
    wide = max(NARROWEST, min(WIDEST, columns))
    lines: list[str] = []
    for section in sections(why.document):
        lines += ["", section.title.upper()] if lines else [section.title.upper()]
        for entry in section.entries:
            lead = "  " * entry.depth + (f"{entry.lead:>4}  " if entry.lead else "")
            # Of an authored text no line break survives: it could forge a step.
            lines += _wrapped(lead, one_line(entry.words), wide)
    return "\n".join(lines)


def _wrapped(lead: str, words: str, wide: int) -> list[str]:
    under = " " * len(lead)
    # An IRI is never broken: a reader copies it.
    return textwrap.wrap(
        words, wide, initial_indent=lead, subsequent_indent=under, break_long_words=False,
        break_on_hyphens=False,
    ) or [lead.rstrip()]  # fmt: skip


def as_markdown(why: Why) -> str:
    """Write a ladder as Markdown: a heading for each part, nested lists."""
    lines: list[str] = []
    for section in sections(why.document):
        lines += ["", f"## {section.title}", ""] if lines else [f"## {section.title}", ""]
        for entry in section.entries:
            lead = f"**{entry.lead}** " if entry.lead else ""
            iri = entry.words.startswith("<https:") and entry.words.endswith(">")
            words = entry.words if iri else _escaped(one_line(entry.words))
            lines.append("  " * entry.depth + f"- {lead}{words}")
    return "\n".join(lines)


def _escaped(words: str) -> str:
    for sign in "\\`*_[]<":
        words = words.replace(sign, "\\" + sign)
    return words


def sections(found: Json) -> Iterator[Section]:
    """Give the parts of a ladder (``Why.document``) in the order in which they are read."""
    claim, held = found["claim"], found["assessment"]
    if claim is not None:
        yield Section("Claim", tuple(_claim(claim)))
        if claim["not_rated"] is None:
            yield Section("What it cites itself", tuple(_cited(claim)))
    if found["proposition"] is not None and (claim is None or held is not None):
        yield Section("Proposition", tuple(_proposition(found["proposition"])))
    if held is not None:
        yield Section("What the graph holds", tuple(_held(held)))
    elif claim is None:
        words = "Not rated: no claim of a rated kind states it."
        yield Section("What the graph holds", (Entry(0, "", words),))
    if claim is not None and claim["not_rated"] is None:
        yield Section("Wording against evidence", tuple(_wording(claim)))
    if claim is None or claim["not_rated"] is None:
        yield Section("What would change it", tuple(_changes(found["changes"])))


def _level(strength: Json | None) -> str:
    if strength is None:
        return "no strength"
    reached = strength["level"]
    return str(strength["label"]) + (f" ({reached})" if reached is not None else "")


def _claim(claim: Json) -> Iterator[Entry]:
    yield Entry(0, "", claim["label"])
    yield Entry(0, "", f"<{claim['iri']}>")
    yield Entry(0, "", f"Source: {claim['source']['label']}")
    said = [node["label"] for node in claim["wording"].values() if node]
    yield Entry(0, "", f"Wording: {' · '.join(said)}")
    if claim["not_rated"] is not None:
        yield Entry(0, "", f"Not rated: {claim['not_rated']}.")


def _proposition(node: Json) -> Iterator[Entry]:
    scope = [f"{each['qualifier']}: {each['label']}" for each in node["qualifiers"]]
    if node["species_assumed"]:
        scope.append("species: people (assumed, none is named)")
    yield Entry(0, "", node["label"])
    yield Entry(0, "", "; ".join(scope))
    yield Entry(0, "", f"<{node['iri']}>")


def _cited(claim: Json) -> Iterator[Entry]:
    yield Entry(0, "", f"Level: {_level(claim['cited']['strength'])}")
    if not claim["lines"]:
        yield Entry(0, "", "It names no evidence.")
    for line in claim["lines"]:
        how = ", ".join(part for part in (line["direction"], line["basis"]) if part)
        yield Entry(0, "", f"{line['label']} ({how}): {_level(line['strength'])}")
        if line["unresolved"]:
            yield Entry(1, "", f"Not traceable: {line['unresolved']}")
        for cited in line["cites"]:
            yield Entry(1, "", f"Cites: {cited['label']}")
        for dropped in line["dropped"]:
            yield Entry(1, "", f"Not counted: {dropped['study']['label']} ({dropped['why']})")
        if not line["ratings"] and not line["unresolved"]:
            yield Entry(1, "", "No primary study can be reached through it.")
        for rating in line["ratings"]:
            yield from _rating(rating, 1)


def _rating(rating: Json, depth: int) -> Iterator[Entry]:
    vote = f", points {_VOTES[rating['vote']]}" if rating["vote"] else ""
    pool = rating["counted_in"]
    counted = f"; not counted, it was weighed in: {pool['label']}" if pool else ""
    yield Entry(depth, "", f"{rating['study']['label']}{vote}{counted}")
    yield from _steps(rating["steps"], depth + 1)
    yield Entry(depth + 1, f"= {rating['level']}", NAMES[rating["level"]])


def _steps(steps: list[Json], depth: int) -> Iterator[Entry]:
    for step in steps:
        change = step["change"]
        lead = str(change) if step["kind"] in {"start", "bestLine"} else f"{change:+d}"
        assumed = " [assumption]" if step["assumption"] else ""
        yield Entry(depth, "0" if not change else lead, f"{step['why']}{assumed}")


def _held(held: Json) -> Iterator[Entry]:
    counts = held["counts"]
    verdicts = " · ".join(node["label"] for node in held["verdicts"])
    yield Entry(0, "", f"Verdict: {verdicts}")
    yield Entry(
        0, "",
        f"{_many(counts['claimCount'], 'claim')} in {_many(counts['sourceCount'], 'source')}; "
        f"{_many(counts['studyCount'], 'study')}, of which {counts['rootCount']} independent: "
        f"{counts['rootsFor']} for, {counts['rootsAgainst']} against, "
        f"{counts['rootsInconclusive']} undecided",
    )  # fmt: skip
    for side, name in (("for", "For it"), ("against", "Against it")):
        yield Entry(0, "", f"{name}: {_level(held[side]['strength'])}")
        yield from _steps(held[side]["steps"], 1)
        yield Entry(1, f"= {held[side]['strength']['level']}", held[side]["strength"]["label"])
    for number, line in enumerate(held["lines"], start=1):
        yield from _independent(number, line)


def _many(number: int, what: str) -> str:
    plural = what[:-1] + "ies" if what.endswith("y") else what + "s"
    return f"{number} {what if number == 1 else plural}"


def _independent(number: int, line: Json) -> Iterator[Entry]:
    reached = f", level {line['level']} {line['strength']}" if line["level"] else ""
    yield Entry(0, "", f"Independent line {number}: {_VOTES[line['vote']]}{reached}")
    claims, sources = len(line["claims"]), len(line["sources"])
    beside = claims - sum(each["stated"] for each in line["claims"])
    scope = f" ({beside} of wider or narrower scope)" if beside else ""
    studies = _many(len(line["ratings"]), "study")
    once = ", and counts once" if max(claims, len(line["ratings"])) > 1 else ""
    yield Entry(
        1, "",
        f"{studies} of one root ({line['root']['label']}), behind {_many(claims, 'claim')}"
        f"{scope} in {_many(sources, 'source')}{once}",
    )  # fmt: skip
    for source in line["sources"]:
        yield Entry(2, "", f"in: {source['label']}")
    for rating in line["ratings"]:
        yield from _rating(rating, 1)


def _wording(claim: Json) -> Iterator[Entry]:
    certainty = claim["wording"]["certainty"]["iri"].partition("#")[2]
    rank = WORDINGS[certainty]
    yield Entry(0, "", f"It is {certainty}, which ranks {rank} of 3.")
    if not claim["own_conclusion"]:
        words = "It reports what a study found within that study's scope: no overclaim."
        yield Entry(0, "", words)
    for view, words in _VIEWS.items():
        found = claim[view]
        if found["gap"] is None:
            continue
        leaps = "".join(f", with a {leap['label']}" for leap in found["leaps"])
        said = "an overclaim" if found["overclaim"] else "no overclaim"
        shown = f"Against {words} ({_level(found['strength'])}): gap {found['gap']}{leaps}"
        yield Entry(0, "", f"{shown}. {said.capitalize()}.")
        if found["overclaim"]:
            yield Entry(1, "", _fitting(rank - found["gap"], bool(leaps)))


def _fitting(reached: int, leap: bool) -> str:
    fitting = best_wording(reached, leap)
    if fitting is None:
        return "No wording would fit it: nothing supports the statement."
    gap = WORDINGS[fitting] - reached
    return f"The firmest wording that would fit is {fitting}: gap {gap}."


def _changes(found: list[Json]) -> Iterator[Entry]:
    if not found:
        yield Entry(0, "", "Nothing that is recorded, and no single study, would move it.")
        return
    for view, title in _VIEWS.items():
        entries = [each for each in found if each["of"] == view]
        if entries:
            yield Entry(0, "", f"{title.capitalize()}:")
        for each in entries[:_SHOWN]:
            yield Entry(1, f"{each['from']}>{each['to']}", _changed(each))
        if len(entries) > _SHOWN:
            yield Entry(1, "", f"and {len(entries) - _SHOWN} more: --json gives all")


def _changed(each: Json) -> str:
    moved = each["from"] != each["to"]
    words = each["if"][0].upper() + each["if"][1:]
    to = f"{NAMES[each['from']]} -> {NAMES[each['to']]}" if moved else "the level stays"
    verdict = f", verdict: {_VERDICTS[each['verdict']]}" if each["verdict"] else ""
    return f"{words}: {to}{verdict} ({each['sum']})"


_VERDICTS = {
    "supported": "supported",
    "disputed": "disputed",
    "conflicting": "conflicting",
    "inconclusiveBody": "inconclusive",
    "onlyAsserted": "only asserted",
    "foundLacking": "found lacking",
}
