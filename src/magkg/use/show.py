"""Results as text for a person: plain lines, the same on a terminal and in a file."""

from __future__ import annotations

import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from magkg.claims.passage import VERDICTS
from magkg.use.plain import one_line

if TYPE_CHECKING:
    from magkg.use.coverage import Coverage
    from magkg.use.trace import Trace
    from magkg.use.verify import SourceState, Verification

__all__ = [
    "coverage_text",
    "effect_text",
    "faults_text",
    "progress",
    "trace_text",
    "verification_text",
]

# The width of a line of prose, and of the column of names.
WIDTH = 96
NAMES = 12
# A gap of fewer words connects claims and says nothing itself.
CONNECTING = 3
# So many sources whose text is not at hand are named one by one, more are counted.
FEW = 5
# A step that takes longer than this (seconds) is worth a line on a terminal.
PATIENCE = 1.0


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being done once it has taken more than a second."""
    begun = time.monotonic()
    shown = False

    def step(name: str) -> None:
        nonlocal shown
        elapsed = time.monotonic() - begun
        if sys.stderr.isatty() and elapsed > PATIENCE:
            shown = True
            sys.stderr.write(f"\r\x1b[K{what}: {name} ({elapsed:.0f} s)")
            sys.stderr.flush()

    try:
        yield step
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")


def _field(name: str, value: object) -> str:
    lead = " " * NAMES
    # An IRI is never broken: a reader copies it.
    body = textwrap.wrap(
        one_line(str(value)), WIDTH - NAMES, break_long_words=False, break_on_hyphens=False
    ) or [""]
    return f"{name:<{NAMES}}" + f"\n{lead}".join(body)


def _named(node: dict[str, Any] | None) -> str:
    return node["label"] if node else ""


def trace_text(trace: Trace) -> str:
    """Write a trace as a card: claim, wording, passages, source, evidence, curation."""
    found = trace.as_json()
    lines = [_field("claim", found["label"]), _field("", f"<{found['claim']}>")]
    lines += _triple_lines(found["triple"])
    lines.append(_field("wording", _wording(found["wording"])))
    lines += [line for passage in found["passages"] for line in _passage_lines(passage)]
    if found["no_passage"]:
        lines.append(_field("passage", f"none: {found['no_passage']}"))
    source = found["source"]
    lines.append(_field("source", source["title"] or source["iri"]))
    lines.append(_field("", source["seen_at"] or f"<{source['iri']}>"))
    lines += _evidence_lines(found["evidence"])
    cited, held = (_named(found["strength"][view]) for view in ("cited", "held"))
    if cited or held:
        both = f"what it cites: {cited}; what the graph holds: {held} (`magkg why` says why)"
        lines.append(_field("strength", "not rated" if held == "not rated" else both))
    for name in ("via", "because"):
        lines += [_field(name, f"{_named(node)} <{node['iri']}>") for node in found[name]]
    lines += [_field("also", f"{o['label']} <{o['iri']}>") for o in found["also_stated_by"]]
    for done in found["curation"]:
        parts = (done["label"], _named(done["role"]), _named(done["method"]), done["ended"])
        lines.append(_field(done["part"], ", ".join(part for part in parts if part)))
    lines += [_field("note", note) for note in found["notes"]]
    return "\n".join([*lines, _field("digest", found["digest"] or "")])


def _triple_lines(triple: dict[str, Any]) -> list[str]:
    if triple["not_formalised"]:
        return [_field("triple", f"none: {triple['not_formalised']}")]
    said = " · ".join(_named(triple[part]) for part in ("subject", "predicate", "object"))
    lines = [_field("triple", said)]
    return lines + [_field("", f"{q['qualifier']}: {q['label']}") for q in triple["qualifiers"]]


def _wording(wording: dict[str, Any]) -> str:
    parts = [
        _named(wording[name])
        for name in ("polarity", "certainty", "attribution", "kind", "force", "addressee")
        if wording[name]
    ]
    parts += [
        f"{name}: {wording[key]}"
        for name, key in (("frequency", "frequency"), ("evidence asked for", "evidence_bar"))
        if wording[key]
    ]
    return " · ".join(parts)


def _passage_lines(passage: dict[str, Any]) -> list[str]:
    if passage["start"] is None:
        return [_field("passage", passage["locator"] or passage["iri"])]
    verdict = passage["verdict"]
    said = "the text is not at hand" if verdict == "not-at-hand" else verdict
    place = f"characters {passage['start']}-{passage['end']}: {said}"
    if passage["new_start"] is not None:
        place += f", now {passage['new_start']}-{passage['new_end']}"
    lines = [_field("passage", place)]
    if passage["words"] is not None:
        shown = f"{passage['before']}[{passage['words']}]{passage['after']}"
        lines.append(_field("", " ".join(shown.split())))
    return lines


def _evidence_lines(evidence: list[dict[str, Any]]) -> list[str]:
    if not evidence:
        return [_field("evidence", "none is given by the source")]
    lines = []
    for line in evidence:
        how = f"{_named(line['direction'])}, {_named(line['basis'])}"
        if line["unresolved"]:
            lines.append(_field("evidence", f"{how}: {line['unresolved']} (not traceable)"))
        if meant := line["identified_as"]:
            sure = _named(meant["sureness"])
            lines.append(
                _field("", f"perhaps {meant['label']} ({sure}): {meant['identification']}")
            )
        if line["cites"]:
            cited = line["cites"]
            lines.append(_field("evidence", f"{how}: {cited['title'] or cited['iri']}"))
            if cited["identification"]:
                lines.append(_field("", cited["identification"]))
        for study in line["studies"]:
            lines.append(_field("evidence", f"{how}: {study['label']}"))
            facts = [
                f"{name}: {', '.join(study[name])}"
                for name in ("design", "species", "condition", "intervention", "size", "year")
                if study[name]
            ]
            lines.append(_field("", "; ".join(facts)))
        lines += [_field("", effect_text(effect)) for effect in line["effects"]]
    return lines


def effect_text(effect: dict[str, Any]) -> str:
    """Write the size of what was found, with its interval, as one line."""
    unit = f" {effect['unit']}" if effect["unit"] else ""
    parts = [f"{_named(effect['measure'])} {effect['estimate'] or ''}".strip() + unit]
    if effect["low"] is not None:
        level = f"{effect['level']} % interval" if effect["level"] else "interval"
        parts.append(f"{level} {effect['low']} to {effect['high']}")
    if effect["p"] is not None:
        sign = {"less than": "<", "more than": ">"}.get(_named(effect["p_bound"]), "=")
        parts.append(f"p {sign} {effect['p']}")
    return ", ".join(parts) + (f" ({effect['note']})" if effect["note"] else "")


def coverage_text(coverage: Coverage) -> str:
    """Write the claims of a source in reading order, then the parts that no claim covers."""
    lines = []
    for claim in coverage.claims:
        spans = ", ".join(f"{start}-{end}" for start, end in claim.spans) or "no offsets"
        lines.append(f"{spans:<24}  {one_line(claim.label)}")
        lines.append(f"{'':<24}  #{claim.claim.rpartition('#')[2]}")
    of = f" of {coverage.characters}" if coverage.characters else ""
    lines += ["", f"{len(coverage.claims)} claims cover {coverage.covered}{of} characters."]
    lines.append("No claim covers:" if coverage.gaps else "Nothing is left over.")
    # Without the text nothing can be shown of a part; with it, connecting words need no line each.
    unread = [
        gap
        for gap in coverage.gaps
        if gap.reason is None and len((gap.text or "").split()) < CONNECTING
    ]
    if unread:
        size = sum(gap.end - gap.start for gap in unread)
        hint = "" if unread[0].text else " (--sources DIR shows what they say)"
        what = "connecting words" if unread[0].text else "parts"
        lines.append(f"  {len(unread)} {what}, {size} characters in all{hint}")
    for gap in coverage.gaps:
        if gap in unread:
            continue
        shown = " ".join((gap.text or "").split())
        shown = f' "{shown[:60]}…"' if len(shown) > 60 else f' "{shown}"' if shown else ""
        lines.append(f"  {gap.start}-{gap.end}: {gap.reason or 'not said why'}{shown}")
    return "\n".join(lines)


def verification_text(found: Verification, namespace: str) -> str:
    """Write what is altered, gone or misattributed, passage by passage, then counts by source.

    ``namespace`` is that of sources; it is left out of names.
    """
    lines = []
    for passage in found.passages:
        if passage.verdict in ("altered", "gone", "misattributed"):
            now = ""
            if passage.found_in is not None:
                now = f", but stands in {passage.found_in}"
            elif passage.new_start is not None:
                now = f", now {passage.new_start}-{passage.new_end}"
            claim = passage.claim.removeprefix(namespace)
            lines.append(f"{passage.verdict}: {claim} {passage.start}-{passage.end}{now}")
    states = {state.source: state for state in found.sources}
    counts: dict[str, Counter[str]] = {}
    for passage in found.passages:
        counts.setdefault(passage.source, Counter())[passage.verdict] += 1
    absent = [each for each in counts if (state := states.get(each)) and not state.at_hand]
    for source, held in counts.items():
        shown = ", ".join(f"{held[kind]} {kind}" for kind in VERDICTS if held[kind])
        if len(absent) <= FEW or source not in absent:
            lines.append(f"{source.removeprefix(namespace)}: {shown}{_state(states.get(source))}")
    if len(absent) > FEW:
        held = sum((counts[each] for each in absent), Counter())
        shown = ", ".join(f"{held[kind]} {kind}" for kind in VERDICTS if held[kind])
        lines.append(f"{len(absent)} other sources: {shown} (no text of theirs in the folder)")
    total = ", ".join(f"{count} {verdict}" for verdict, count in found.summary.items())
    return "\n".join([*lines, f"in all: {total or 'no passages'}"])


def _state(state: SourceState | None) -> str:
    if state is None or not state.changed:
        return "" if state is None or state.at_hand else f" (no {state.slug}.txt in the folder)"
    how = "only re-wrapped" if state.reflowed else "another than the one that was read"
    return f" (the text is {how})"


def faults_text(faults: list[str]) -> str:
    """Write what is wrong with a store, or that nothing is."""
    return "\n".join(faults) or "the store is whole: every file, quad and claim is as it was built"
