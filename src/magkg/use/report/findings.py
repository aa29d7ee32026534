"""The findings as tables, one section a kind: what, where, on what evidence, how to mend it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from magkg.use.report.markup import Html, join, prose, tag
from magkg.use.report.matrix import plural

if TYPE_CHECKING:
    from magkg.use.audit import Audit, AuditFinding, Kind
    from magkg.use.cards import ClaimCard

__all__ = ["badge", "overview", "sections", "source_id"]

# So many findings of a kind stand open; the rest is folded.
OPEN = 8


def overview(audit: Audit) -> Html:
    """Write the kinds that were found, with severity and number; then those that were not."""
    rows = [
        tag(
            "tr",
            tag("td", audit.counts[kind.name], class_="n"),
            tag("td", badge(kind.severity)),
            tag("th", tag("a", kind.title, href=f"#k-{kind.name}"), scope="row"),
            tag("td", kind.summary),
        )
        for kind in audit.kinds
        if audit.counts[kind.name]
    ]
    head = tag(
        "tr",
        tag("th", "findings", scope="col", class_="n"),
        [tag("th", name, scope="col") for name in ("severity", "kind", "what it is")],
    )
    caption = tag("caption", "What was found, the gravest first")
    table = tag("table", caption, tag("thead", head), tag("tbody", rows), class_="kinds")
    none = ", ".join(kind.title for kind in audit.kinds if not audit.counts[kind.name])
    return join(
        tag("div", table, class_="scroll") if rows else None,
        tag("p", tag("b", "Looked for and not found: "), f"{none}.") if none else None,
    )


def badge(severity: str) -> Html:
    """Write a severity so that it can be told without colour."""
    return tag("span", severity, class_=f"badge {severity}")


def sections(audit: Audit) -> Html:
    """Write every kind that has findings; what a reader recorded has its own section."""
    found: dict[str, list[AuditFinding]] = {}
    for each in (each for each in audit.findings if not each.tension):
        found.setdefault(each.kind.name, []).append(each)
    return join(_section(kind, found[kind.name]) for kind in audit.kinds if kind.name in found)


def _section(kind: Kind, found: Sequence[AuditFinding]) -> Html:
    first, rest = found[:OPEN], found[OPEN:]
    if len(rest) <= OPEN // 4:
        first, rest = found, []
    more = None
    if rest:
        more = tag(
            "details",
            tag("summary", f"{len(rest)} more of this kind"),
            _table(kind, rest, f"{kind.title}, continued"),
        )
    return join(
        tag(
            "h3", f"{kind.title} ", badge(kind.severity), f" {plural(len(found), 'finding')}",
            id=f"k-{kind.name}",
        ),
        tag("p", prose(kind.description)),
        tag("p", tag("b", "How to mend or dismiss it: "), prose(kind.mend), class_="mend"),
        _table(kind, first, kind.summary),
        more,
    )  # fmt: skip


def _table(kind: Kind, found: Sequence[AuditFinding], caption: str) -> Html:
    head = tag(
        "tr",
        [tag("th", name, scope="col") for name in ("finding", "claim and place", "strength")],
    )
    rows = [_row(each) for each in found]
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", head),
        tag("tbody", rows),
        class_="findings",
        data_kind=kind.name,
    )


def _row(finding: AuditFinding) -> Html:
    both = [each for each in (finding.claim, finding.other) if each is not None]
    named = not finding.study or finding.study_label in finding.message
    study = None if named else tag("span", f"study: {finding.study_label}", class_="note id")
    return tag(
        "tr",
        tag("td", finding.message, study),
        tag("td", [_claim(each, finding.message) for each in both], class_="where"),
        tag("td", _evidence(finding)),
    )


def _claim(claim: ClaimCard, message: str) -> Html:
    """Write name and place of a claim, and its gist where the message does not quote it."""
    slug, _, name = claim.iri.rpartition("/")[2].partition("#")
    source = tag("a", slug, href=f"#{source_id(claim.source)}", title=claim.title)
    gist = claim.label.rstrip(".")
    return tag(
        "span",
        tag("code", source, f"#{name}" if name else ""),
        f" {claim.where}" if claim.where else "",
        tag("q", claim.label) if gist not in message else None,
        class_="id",
    )


def source_id(iri: str) -> str:
    """Give the anchor of a source in the list of sources."""
    return "f-" + re.sub(r"[^\w.-]", "-", iri.rstrip("/").rpartition("/")[2])


def _evidence(finding: AuditFinding) -> Html:
    claim = finding.claim
    if claim.cited == claim.held:
        return join(claim.held or "not rated")
    said = (("cited", claim.cited), ("held", claim.held))
    return join(
        tag("span", f"{name}: ", tag("b", value), class_="id") for name, value in said if value
    )
