"""What people recorded beside the claims: tensions that a reader saw, searches, dismissals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from magkg.use.describe import Description, describe, label, text
from magkg.use.report.findings import source_id
from magkg.use.report.markup import Html, Part, join, link, tag
from magkg.use.report.matrix import plural
from magkg.vocabulary import DCTERMS, MAG, PROV

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.use.audit import Audit, AuditFinding
    from magkg.use.dismissal import Dismissal, Stale
    from magkg.use.report.holdings import Statement

__all__ = ["dismissals", "last_curated", "searches", "sources", "tensions"]

_OF_CLASS = f"SELECT ?node WHERE {{{{ ?node a <{MAG}{{}}> }}}} ORDER BY ?node"
_LAST = f"SELECT (MAX(STR(?when)) AS ?last) WHERE {{ ?node <{PROV}endedAtTime> ?when }}"
# So many titles of what a search kept are named; the rest is counted.
_KEPT = 4
# So many sets of words are shown of a search, and so many searches stand open.
_WORDS = 3
_SEARCHES = 8
_SOURCES = 20


def last_curated(store: Store) -> str:
    """Give the day of the last recorded act of curation, "" where there is none."""
    for (last,) in store.select(_LAST):
        return "" if last is None else str(last)[:10]
    return ""


def _nodes(store: Store, name: str) -> dict[str, Description]:
    return describe(store, (str(row[0]) for row in store.select(_OF_CLASS.format(name))))


def _near(store: Store, nodes: Iterable[Description], *names: str) -> dict[str, Description]:
    values = {str(value) for node in nodes for name in names for value in node.get(name, [])}
    return describe(store, values)


def _done(node: Description, known: dict[str, Description]) -> str:
    """Say who did it and on which day."""
    who = text(node, PROV + "wasAssociatedWith")
    when = (text(node, PROV + "endedAtTime") or "")[:10]
    return ", ".join(part for part in (label(known.get(who, {}), who) if who else "", when) if part)


def tensions(store: Store, found: Iterable[AuditFinding]) -> Html | None:
    """Write the tensions that a reader recorded, with all their claims and the reasons."""
    kinds = {each.tension: each.kind.name for each in found if each.tension}
    nodes = describe(store, kinds)
    if not nodes:
        return None
    known = _near(store, nodes.values(), MAG + "between", PROV + "wasGeneratedBy")
    readers = _near(store, known.values(), PROV + "wasAssociatedWith")
    items = []
    for iri, node in sorted(nodes.items(), key=lambda each: label(each[1], each[0])):
        claims = [
            tag("li", label(known.get(each, {}), each), " ", tag("code", each.rpartition("/")[2]))
            for each in map(str, node.get(MAG + "between", []))
        ]
        seen = [
            _done(known.get(str(each), {}), readers)
            for each in node.get(PROV + "wasGeneratedBy", [])
        ]
        items.append(
            tag(
                "li",
                tag("b", label(node, iri)),
                tag("p", text(node, MAG + "rationale") or ""),
                tag("ul", claims),
                tag("p", f"Recorded: {'; '.join(seen)}.", class_="note") if any(seen) else None,
            )
        )
    marks = [tag("span", id=f"k-{name}") for name in sorted(set(kinds.values()))]
    return join(marks, tag("ol", items, class_="tensions"))


def sources(audit: Audit, held: Iterable[Statement]) -> Html | None:
    """Write the sources behind the findings and statements, those with most findings first."""
    counts: Counter[str] = Counter()
    for each in audit.findings:
        counts.update({card.source for card in (each.claim, each.other) if card is not None})
    named = set(counts) | {source for each in held for source in each.sources}
    known = describe(audit.graph.store, named)
    if not known:
        return None
    order = sorted(known, key=lambda iri: (-counts[iri], iri))
    rows = [_source(iri, known[iri], counts[iri]) for iri in order]
    first = _listed(rows[:_SOURCES], f"{plural(len(rows), 'source')}, most findings first")
    if len(rows) <= _SOURCES:
        return first
    more = tag("summary", f"{len(rows) - _SOURCES} more sources")
    return join(first, tag("details", more, _listed(rows[_SOURCES:], "Sources, continued")))


def _listed(rows: list[Html], caption: str) -> Html:
    names = ("source", "title", "read as", "findings")
    head = tag(
        "tr",
        [
            tag("th", name, scope="col", class_="n" if at == 3 else None)
            for at, name in enumerate(names)
        ],
    )
    table = tag(
        "table", tag("caption", caption), tag("thead", head), tag("tbody", rows), class_="sources"
    )
    return tag("div", table, class_="scroll")


def _source(iri: str, node: Description, findings: int) -> Html:
    doi, pmid = text(node, MAG + "doi"), text(node, MAG + "pmid")
    address = text(node, MAG + "seenAt") or (f"https://doi.org/{doi}" if doi else "")
    known = [f"doi {doi}" if doi else "", f"PMID {pmid}" if pmid else ""]
    year = text(node, MAG + "year") or (text(node, DCTERMS + "issued") or "")[:4]
    return tag(
        "tr",
        tag("th", tag("code", iri.rstrip("/").rpartition("/")[2]), scope="row"),
        tag(
            "td",
            link(address, _title(node, iri)),
            f" ({year})" if year else "",
            tag("span", ", ".join(each for each in known if each), class_="note id"),
        ),
        tag("td", (text(node, MAG + "readAs") or "").removeprefix(MAG)),
        tag("td", findings, class_="n"),
        id=source_id(iri),
    )


def searches(store: Store) -> Html | None:
    """Write the log of searches: where, with which words, what was kept and what was left out."""
    nodes = _nodes(store, "Search")
    if not nodes:
        return None
    known = _near(
        store, nodes.values(), MAG + "found", MAG + "soughtFor", PROV + "wasAssociatedWith"
    )
    rows = [_search(iri, node, known) for iri, node in sorted(nodes.items())]
    first = _log(rows[:_SEARCHES], f"{len(rows)} searches, as they were logged")
    if len(rows) <= _SEARCHES:
        return first
    more = tag("summary", f"{len(rows) - _SEARCHES} more searches")
    return join(first, tag("details", more, _log(rows[_SEARCHES:], "Searches, continued")))


def _log(rows: list[Html], caption: str) -> Html:
    names = ("search", "words", "kept", "left out, not found")
    head = tag("tr", [tag("th", name, scope="col") for name in names])
    body = tag("tbody", rows)
    return tag("table", tag("caption", caption), tag("thead", head), body, class_="findings log")


def _search(iri: str, node: Description, known: dict[str, Description]) -> Html:
    kept = [_title(known.get(str(each), {}), str(each)) for each in node.get(MAG + "found", [])]
    lost = [
        tag("p", tag("b", f"{name}: "), said)
        for name, prop in (("Left out", "leftOutBecause"), ("Not found", "nothingFound"))
        if (said := text(node, MAG + prop))
    ]
    words = [tag("li", str(each)) for each in node.get(MAG + "words", [])]
    where = text(node, MAG + "searchedIn") or ""
    return tag(
        "tr",
        tag(
            "td",
            tag("b", label(node, iri)),
            tag("br"),
            where,
            tag("span", _done(node, known), class_="note id"),
        ),
        tag("td", _some(words, _WORDS)),
        tag("td", _some([tag("li", each) for each in kept], _KEPT) if kept else "nothing"),
        tag("td", lost),
    )


def _some(items: list[Html], most: int) -> Html:
    """Write the first items; the rest is counted."""
    left = len(items) - most
    return tag("ul", items[:most], tag("li", f"and {left} more") if left > 0 else None)


def _title(node: Description, iri: str) -> str:
    return text(node, DCTERMS + "title") or label(node, iri)


def dismissals(found: Iterable[AuditFinding], stale: Iterable[Stale], *, shown: bool) -> list[Part]:
    """Write how many findings were rejected and, if asked, which, why, by whom and when.

    ``stale`` are dismissals that reject nothing, each with the reason why.
    """
    held = list(found)
    parts: list[Part] = [tag("p", f"{plural(len(held), 'finding')} dismissed with reasons.")]
    if held and not shown:
        parts = [tag("p", f"{plural(len(held), 'finding')} dismissed; ask again with --dismissed.")]
    if shown and held:
        rows = [
            tag(
                "li",
                tag("b", each.kind.title),
                ": ",
                each.message,
                tag("p", f"{each.dismissal.why} ", _by(each.dismissal)),
            )
            for each in held
            if each.dismissal is not None
        ]
        parts.append(tag("ul", rows))
    for each in stale:
        old = each.dismissal
        said = ("A dismissal rejects nothing: ", tag("b", each.because), ". ", old.why, " ")
        parts.append(tag("p", said, _by(old)))
    return parts


def _by(dismissal: Dismissal) -> Html:
    return join(tag("small", f"({dismissal.who}, {dismissal.when[:10]})"))
