"""The middle of the report: matrix, list of statements with evidence, drawings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from magkg.use.report import matrix, provenance, signs
from magkg.use.report.markup import Html, join, prose, tag
from magkg.use.report.matrix import plural

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.use.report.holdings import Statement

__all__ = ["DRAWN", "contested", "diagrams", "listing", "tables"]

# So many statements are drawn; a reader takes in no more, and each is a third of a page on paper.
DRAWN = 30
# So many rows of the list of evidence stand open.
LISTED = 40


def contested(held: Sequence[Statement]) -> list[Statement]:
    """Give the statements to draw: contested, then overclaimed, then the best evidenced."""
    rooted = [each for each in held if each.roots]
    urgent = [each for each in rooted if each.verdict in ("conflicting", "disputed")]
    firm = [each for each in rooted if each.firmer and each not in urgent]
    firm.sort(key=lambda each: (-each.firmer, each.urgency))
    rest = [each for each in rooted if each not in urgent and each not in firm]
    return [*urgent, *firm, *rest][:DRAWN]


def tables(held: Sequence[Statement]) -> Html:
    """Write the matrix with its legend, and folded below what is only asserted."""
    if not held:
        return tag("p", "No statement of a kind that is rated is in this graph.")
    tables = matrix.parts(held)
    shown = {each.iri for part in tables for cell in part.cells.values() for each in cell}
    rest = [each for each in held if not each.telling]
    lead = (
        "Interventions by outcomes. A column stands for every outcome of which more is known than "
        "assertion; the outcomes with most evidence come first. Filled signs mean evidence that "
        "points somewhere, the dashed ring means that somebody says so and no more. Numbers: "
        "claims · independent studies. A cell about animals names them; any other is about people. "
        "Its sign is that of the widest statement; with * a narrower one is contested."
    )
    only = sum(each.iri not in shown for each in rest)
    folded = tag(
        "details",
        tag("summary", f"All {plural(len(rest), 'statement')} that are only asserted"),
        matrix.asserted(held),
    )
    note = (
        f"{plural(only, 'statement')} about other outcomes are only asserted: they have no column."
    )
    return join(
        tag("p", lead),
        _legend(),
        [matrix.matrix(part) for part in tables],
        tag("p", note, class_="note") if only else None,
        folded if rest else None,
    )


def _legend() -> Html:
    items = [
        tag("li", signs.sign(name), tag("span", tag("b", words), f": {about}"))
        for name, (words, about) in signs.WORDS.items()
    ]
    bars = tag(
        "li",
        signs.bars(),
        tag("span", tag("b", "bars"), ": strength for (+) and against (−): very low to high"),
    )
    return tag("ul", items, bars, class_="legend", aria_label="Legend")


def listing(telling: Sequence[Statement], drawn: set[str]) -> Html:
    """Write every statement that has evidence with its verdict and counts; link to drawings."""
    if not telling:
        return tag("p", "None.")
    rows = [_listed(each, each.iri in drawn) for each in telling]
    first = _listing(rows[:LISTED], f"{plural(len(telling), 'statement')}, contested ones first")
    if len(rows) <= LISTED:
        return first
    more = tag(
        "details",
        tag("summary", f"{len(rows) - LISTED} more"),
        _listing(rows[LISTED:], "Statements with evidence, continued"),
    )
    return join(first, more)


def _listing(rows: Sequence[Html], caption: str) -> Html:
    names = ("statement", "verdict", "strength", "claims", "for", "against", "open")
    head = tag(
        "tr",
        [
            tag("th", name, scope="col", class_="n" if at > 2 else None)
            for at, name in enumerate(names)
        ],
    )
    about = "; for, against and open count independent studies"
    table = tag(
        "table",
        tag("caption", caption + about),
        tag("thead", head),
        tag("tbody", rows),
        class_="list",
    )
    return tag("div", table, class_="scroll")


def _listed(each: Statement, drawn: bool) -> Html:
    name = matrix.said(each)
    name = tag("a", name, href=f"#d-{each.key}") if drawn else name
    lack = join(tag("br"), signs.lacking_sign(each), " found lacking")
    counts = ("claimCount", "rootsFor", "rootsAgainst", "rootsInconclusive")
    return tag(
        "tr",
        tag("td", name),
        tag(
            "td",
            signs.sign(each.verdict),
            f" {signs.WORDS[each.verdict][0]}",
            lack if signs.lacking_sign(each) else None,
            class_="verdict",
        ),
        tag("td", [tag("span", side) for side in signs.sides(each)] or "none", class_="sides"),
        [tag("td", each.number(count), class_="n") for count in counts],
        id=matrix.statement_id(each),
    )


def diagrams(store: Store, drawn: Sequence[Statement], telling: Sequence[Statement]) -> Html:
    """Draw the provenance of the chosen statements; say how many there are in all."""
    if not drawn:
        return tag("p", "No statement has evidence that could be drawn.")
    every = sum(bool(each.roots) for each in telling)
    cap = (
        f"All {every} statements with evidence are drawn."
        if len(drawn) == every
        else f"{len(drawn)} of {every} statements with evidence are drawn: the contested, those "
        "that claims overstate, then the best evidenced. `magkg why` shows any other."
    )
    lead = (
        "From left to right: who says it, which claim (+ affirms, − denies, = finds no "
        "difference, ∅ reports a lack), from which study, and what is counted "
        "once. A line with an arrow points for the statement, a dashed one with a bar against it, "
        "a dotted one with a ring neither way; the word in the box says what the evidence does to "
        "its own claim. Four squares are the strength. A dashed box cites nothing."
    )
    figures = [provenance.figure(store, each, number) for number, each in enumerate(drawn, 1)]
    return join(tag("p", lead), tag("p", prose(cap)), figures)
