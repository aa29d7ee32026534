"""The audit as plain text for a terminal, and as Markdown for a forge."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from magkg.use.plain import one_line
from magkg.use.report.holdings import Statement, statements, within
from magkg.use.report.matrix import plural
from magkg.use.report.signs import WORDS, strength

if TYPE_CHECKING:
    from magkg.use.audit import Audit, AuditFinding

__all__ = ["markdown", "table"]

WIDTH = 96
# So many findings of a kind, and so many statements, are written into a Markdown page; a forge
# folds a longer one away.
SHOWN = 25
_MARKS = re.compile(r"([\\`*_\[\]<>|#~])")


def table(audit: Audit, *, dismissed: bool = False) -> str:
    """Write the findings by kind as plain text, the counts at the end where a terminal stands."""
    lines: list[str] = []
    for kind in audit.kinds:
        found = [each for each in audit.findings if each.kind == kind]
        if not found:
            continue
        lines += [f"{kind.name} ({kind.severity}): {kind.summary}", *_wrapped(kind.mend, "mend: ")]
        lines += [line for each in found for line in _lines(each)]
        lines.append("")
    if dismissed and audit.dismissed:
        lines.append("dismissed:")
        lines += [line for each in audit.dismissed for line in _lines(each)]
        lines.append("")
    return "\n".join([*lines, *_counts(audit), *_apart(audit, dismissed)])


def _wrapped(text: str, lead: str = "") -> list[str]:
    # An IRI is never broken: a reader copies it.
    return textwrap.wrap(
        one_line(lead + text),
        WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _lines(finding: AuditFinding) -> list[str]:
    both = [each for each in (finding.claim, finding.other) if each is not None]
    places = [f" [{each.where}]" if each.where else "" for each in both]
    names = [one_line(_short(each.iri) + at) for each, at in zip(both, places, strict=True)]
    lines = [f"  {names[0]}{_evidence(finding)}", *(f"  {name}" for name in names[1:])]
    lines += _wrapped(finding.message)
    if finding.dismissal is not None:
        held = finding.dismissal
        lines += _wrapped(
            f"{finding.kind.name}, {held.who}, {held.when}: {held.why}", "dismissed: "
        )
    return lines


def _short(iri: str) -> str:
    """Give SLUG#name, as every verb takes it."""
    return iri.rpartition("/")[2] if "#" in iri else iri


def _evidence(finding: AuditFinding) -> str:
    claim = finding.claim
    if claim.cited == claim.held:
        return f"  ({claim.held})" if claim.held else ""
    return f"  (cited {claim.cited or 'none'}, held {claim.held or 'none'})"


def _counts(audit: Audit) -> list[str]:
    width = max((len(name) for name in audit.counts), default=0)
    lines = [
        f"{kind.name:<{width}}  {kind.severity:<6}  {audit.counts[kind.name]:>5}"
        for kind in audit.kinds
    ]
    grave = ", ".join(f"{number} {name}" for name, number in audit.by_severity.items())
    return [*lines, f"in all: {plural(len(audit.findings), 'finding')} ({grave})"]


def _apart(audit: Audit, dismissed: bool) -> list[str]:
    lines = []
    if audit.dismissed:
        hint = "" if dismissed else " (--dismissed shows them)"
        lines.append(f"dismissed: {len(audit.dismissed)}{hint}")
    lines += [
        f"this dismissal rejects nothing: {each.dismissal.iri}: {each.because}"
        for each in audit.stale
    ]
    return lines


def markdown(audit: Audit, *, dismissed: bool = False) -> str:
    """Write the audit as Markdown: counts, what the evidence amounts to, the findings by kind."""
    built = audit.graph.manifest
    held = within(statements(audit.graph.store), audit)
    lines = ["# Evidence audit", ""]
    if built is not None:
        lines += [f"Graph: claims `{built.root}`, content `{built.content}`.", ""]
    lines += [f"Only what concerns `{each}`.\n" for each in (audit.source, audit.concept) if each]
    lines += ["## Findings by kind", "", *_kinds(audit), "", *_apart(audit, dismissed)]
    lines += ["", "## What the evidence amounts to", "", *_verdicts(held), ""]
    for kind in audit.kinds:
        found = [each for each in audit.findings if each.kind == kind]
        if found:
            lines += _section(kind.title, f"{kind.severity}. {kind.summary}.", kind.mend, found)
    if dismissed and audit.dismissed:
        lines += _section("dismissed", "Rejected, with reasons.", "", audit.dismissed)
    return "\n".join(lines).rstrip() + "\n"


def _kinds(audit: Audit) -> Iterable[str]:
    yield "| finding | severity | number | what it is |"
    yield "|---|---|--:|---|"
    for kind in audit.kinds:
        number = audit.counts[kind.name]
        title = f"[{kind.title}](#{kind.title.replace(' ', '-')})"
        if number:
            yield f"| {title} | {kind.severity} | {number} | {_prose(kind.summary)} |"
    none = [kind.title for kind in audit.kinds if not audit.counts[kind.name]]
    if none:
        yield f"\nLooked for and not found: {', '.join(none)}."


def _verdicts(held: Sequence[Statement]) -> Iterable[str]:
    telling = [each for each in held if each.telling]
    yield (
        f"{plural(len(held), 'statement')} of a kind that is rated; of {len(held) - len(telling)} "
        "there is nothing but assertion."
    )
    if not telling:
        return
    yield ""
    yield "| statement | verdict | strength | claims | independent studies: for, against, open |"
    yield "|---|---|---|--:|---|"
    for each in telling[:SHOWN]:
        verdict = WORDS[each.verdict][0]
        lack = ", found lacking" if each.lacking and each.verdict != "foundLacking" else ""
        roots = ", ".join(
            str(each.number(name)) for name in ("rootsFor", "rootsAgainst", "rootsInconclusive")
        )
        claims = each.number("claimCount")
        yield f"| {_safe(each.text)} | {verdict}{lack} | {strength(each)} | {claims} | {roots} |"
    if len(telling) > SHOWN:
        yield ""
        yield f"{len(telling) - SHOWN} more are left out here; the HTML page has them all."


def _section(title: str, lead: str, mend: str, found: Sequence[AuditFinding]) -> Iterable[str]:
    yield from (
        f"## {title}",
        "",
        _prose(lead) + (f" *How to mend: {_prose(mend)}*" if mend else ""),
    )
    yield from ("", "| claim | where | cited → held | what |", "|---|---|---|---|")
    for each in found[:SHOWN]:
        claim = each.claim
        other = f"<br>`{_short(each.other.iri)}`" if each.other is not None else ""
        strengths = f"{claim.cited or 'none'} → {claim.held or 'none'}"
        what = _safe(each.message)
        if each.dismissal is not None:
            held = each.dismissal
            what += f" *Dismissed by {_safe(held.who)}, {held.when}: {_safe(held.why)}*"
        yield f"| `{_short(claim.iri)}`{other} | {_safe(claim.where)} | {strengths} | {what} |"
    if len(found) > SHOWN:
        yield from ("", f"{len(found) - SHOWN} more are left out here; --json has them all.")
    yield ""


def _safe(text: str) -> str:
    """Take a text for Markdown: one line, and nothing in it is markup."""
    return _MARKS.sub(r"\\\1", one_line(text))


def _prose(text: str) -> str:
    """Take a text for Markdown in which code stands between backticks."""
    parts = text.split("`")
    return "".join(f"`{each}`" if at % 2 else _safe(each) for at, each in enumerate(parts))
