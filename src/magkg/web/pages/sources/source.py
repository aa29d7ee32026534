"""A source: the document, and its claims in reading order beside its passages; all sources."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from magkg.errors import InputError
from magkg.use.coverage import cover
from magkg.use.describe import Description, describe, label, text
from magkg.use.select.language import select
from magkg.vocabulary import MAG
from magkg.web.pages.page import Context, Page, Table
from magkg.web.pages.shared.cards import value
from magkg.web.pages.shared.nodes import Json, found, number
from magkg.web.pages.sources import documents, reading

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.web.pages.sources.reading import Row

__all__ = ["source", "sources"]

# Claims on one page: a source has to be read as a whole, but a page must end.
_CLAIMS = 300
_SCHEMES = ("polarity", "certainty", "attribution", "kind", "citedStrength", "heldStrength")


def source(context: Context) -> Page:
    """Show a source; raises UnknownName with the nearest."""
    graph, store = context.graph, context.graph.store
    iri, node = found(context, "source", ("Source",), context.args[0])
    words, trouble = _text(context, iri)
    covered = cover(store, iri, graph.prefixes, context.texts if words is not None else None)
    held = reading.passages(store, iri)
    every = reading.rows(covered, held, words)
    page, pages, shown = _page(context, every)
    numbers = _numbers(every)
    here = [each for row in shown for each in row.claims]
    entries = {each["iri"]: each for each in _margin(store, here, numbers, held)}
    facts, cited = documents.document(store, iri, node), documents.cites(store, iri)
    data: Json = {
        **facts,
        "slug": context.links.short(iri),
        "status": documents.status(facts, cited),
        "coverage": _covered(covered.covered, covered.characters, words, every),
        "text": _at_hand(context, iri, facts["sha256"], words, trouble),
        "claim_count": len(covered.claims),
        "passage_count": len(held.spans) + len(held.locators),
        "rows": [_row(each, entries, numbers) for each in shown],
        "anchors": {str(each["number"]): each["name"] for each in entries.values()},
        "page": page,
        "pages": pages,
        "without": _without(store, iri, numbers, {e.claim: e.label for e in covered.claims}),
        "cites": cited,
        "curation": documents.curation(store, iri),
        "findings": _findings(context, iri),
    }
    slug = data["slug"]
    return Page(
        "source.html",
        facts["title"],
        data,
        table=lambda: _table(store, every, numbers, held, context),
        selection=select(source=iri),
        linked=_linked(context, data),
        canonical=context.links.path(iri) if slug else "",
    )


def sources(context: Context) -> Page:
    """Show all sources."""
    from magkg.web.pages.sources.source_list import listed

    return listed(context)


def _text(context: Context, iri: str) -> tuple[str | None, str]:
    """Give the text of a source where it is at hand, and why it cannot be read where it cannot."""
    if context.texts is None:
        return None, ""
    try:
        return context.texts.text(context.links.short(iri)), ""
    except InputError:
        # Its message names a folder of the server.
        return None, "The text at hand cannot be read as UTF-8."


def _at_hand(context: Context, iri: str, wanted: str, words: str | None, trouble: str) -> Json:
    """Say whether the text is at hand, and whether it is the one that was read."""
    same: bool | None = None
    if words is not None and context.texts is not None and wanted:
        same = context.texts.sha256(context.links.short(iri)) == wanted
    return {"at_hand": words is not None, "same": same, "trouble": trouble}


def _page(context: Context, every: list[Row]) -> tuple[int, int, list[Row]]:
    """Cut the rows into pages of some hundred claims."""
    pages: list[list[Row]] = [[]]
    held = 0
    for row in every:
        if held and held + len(row.claims) > _CLAIMS:
            pages.append([])
            held = 0
        pages[-1].append(row)
        held += len(row.claims)
    page = context.number("page", 1, 1_000_000)
    if page > len(pages):
        raise InputError(f"there is no page {page}", hint=f"The source has {len(pages)}.")
    return page, len(pages), pages[page - 1]


def _numbers(every: list[Row]) -> dict[str, int]:
    claims = dict.fromkeys(each for row in every for each in row.claims)
    return {claim: place for place, claim in enumerate(claims, start=1)}


def _margin(
    store: Store, claims: list[str], numbers: dict[str, int], held: reading.Passages
) -> list[Json]:
    """Give claims as they stand in the margin: how each is worded, and what it rests on."""
    known = describe(store, claims)
    values = {text(node, MAG + name) or "" for node in known.values() for name in _SCHEMES}
    names = describe(store, values - {""})
    return [_entry(each, known.get(each, {}), names, numbers, held) for each in claims]


def _entry(
    iri: str,
    node: Description,
    names: dict[str, Description],
    numbers: dict[str, int],
    held: reading.Passages,
) -> Json:
    def one(name: str) -> Json | None:
        return value(text(node, MAG + name) or "", names)

    gap = number(node, "heldGap")
    spans = [held.spans[each] for each in held.of.get(iri, []) if each in held.spans]
    return {
        "iri": iri,
        "name": iri.partition("#")[2],
        "number": numbers[iri],
        "label": label(node, iri),
        "polarity": one("polarity"),
        "certainty": one("certainty"),
        "attribution": one("attribution"),
        "kind": one("kind"),
        "cited": one("citedStrength"),
        "held": one("heldStrength"),
        "firmer": text(node, MAG + "ownConclusion") == "true" and gap is not None and gap >= 2,
        "evidence": len(node.get(MAG + "evidence", [])),
        "no_passage": text(node, MAG + "noPassage") or "",
        "not_formalised": text(node, MAG + "notFormalised") or "",
        "places": [{"start": start, "end": end} for start, end in sorted(spans)],
    }


def _row(row: Row, entries: dict[str, Json], numbers: dict[str, int]) -> Json:
    pieces = [
        piece
        | {
            "names": [each.partition("#")[2] for each in piece["names"]],
            "claims": sorted(numbers[each] for each in piece["claims"]),
        }
        for piece in row.pieces
    ]
    states = {each["state"] for each in pieces if each["state"]}
    return {
        "start": row.start,
        "end": row.end,
        "locator": row.locator,
        "pieces": pieces,
        "claims": [
            entries[each] | {"elsewhere": _elsewhere(entries[each], row)} for each in row.claims
        ],
        "reasons": list(dict.fromkeys(each["reason"] for each in pieces if each["reason"])),
        "bare": not row.claims and "covered" not in states,
    }


def _elsewhere(entry: Json, row: Row) -> list[Json]:
    """Give the places of a claim that are not in its row."""
    start, end = row.start or 0, row.end or 0
    return [each for each in entry["places"] if not start <= each["start"] < end]


def _covered(
    covered: int, characters: int | None, words: str | None, every: list[Row]
) -> Json | None:
    """Give how much of the text passages cover, in code points, and in which stretches.

    ``stretches`` have a width in thousandths of the text, for a bar.
    """
    size = len(words) if words is not None else characters
    if not size:
        return None
    left = gap = 0
    stretches: list[Json] = []
    for piece in (each for row in every for each in row.pieces):
        long = piece["end"] - piece["start"]
        left += long if piece["state"] == "left" else 0
        gap += long if piece["state"] == "gap" else 0
        if piece["state"]:
            start = round(1000 * piece["start"] / size, 2)
            stretches.append(
                {"state": piece["state"], "at": start, "width": round(1000 * long / size, 2)}
            )
    return {
        "characters": size, "covered": min(covered, size), "left_out": left, "gaps": gap,
        "share": round(100 * min(covered, size) / size, 1), "stretches": stretches,
    }  # fmt: skip


def _without(store: Store, iri: str, numbers: dict[str, int], labels: dict[str, str]) -> Json:
    """Give what it says without evidence, each claim with its number in the reading order."""
    found = documents.unsupported(store, iri)

    def entry(claim: str) -> Json:
        name = labels.get(claim) or label({}, claim)
        return {"iri": claim, "label": name, "number": numbers.get(claim, 0)}

    for kind in ("none", "unnamed", "bare"):
        rows = [{**entry(each["iri"]), "rated": each["rated"]} for each in found[kind]]
        found[kind] = sorted(rows, key=lambda row: (not row["rated"], row["number"]))
    found["firmer"] = sorted(map(entry, found["firmer"]), key=lambda row: row["number"])
    return found


def _findings(context: Context, iri: str) -> list[Json] | None:
    """Count the open findings of the audit about it by kind; None where it is not asked here."""
    from magkg.web.pages.audit.findings import by_claim

    known = by_claim(context.graph)
    if known is None:
        return None
    held = {
        each["number"]: each
        for claim, every in known.items()
        if claim.partition("#")[0] == iri
        for each in every
        if not each["dismissed"]
    }
    counts = Counter(each["kind"] for _, each in sorted(held.items()))
    kinds = {each["kind"]: each for each in held.values()}
    return [
        {"kind": kind, "title": kinds[kind]["title"], "severity": kinds[kind]["severity"],
         "summary": kinds[kind]["summary"], "count": count}
        for kind, count in counts.items()
    ]  # fmt: skip


def _table(
    store: Store,
    every: list[Row],
    numbers: dict[str, int],
    held: reading.Passages,
    context: Context,
) -> Table:
    """Give a row for each claim of the source in reading order."""
    head = (
        "number", "claim", "gist", "passages", "polarity", "certainty", "attribution", "kind",
        "evidence_lines", "cited_strength", "held_strength",
    )  # fmt: skip
    entries = _margin(store, [each for row in every for each in row.claims], numbers, held)
    made = [
        (
            each["number"],
            context.links.short(each["iri"]),
            each["label"],
            " ".join(f"{place['start']}-{place['end']}" for place in each["places"]),
            *(each[name]["name"] if each[name] else "" for name in _SCHEMES[:4]),
            each["evidence"],
            each["cited"]["name"] if each["cited"] else "",
            each["held"]["name"] if each["held"] else "",
        )
        for each in entries
    ]
    return head, made


def _linked(context: Context, data: Json) -> Json:
    """Describe the document for schema.org; an article only where the graph says so."""
    names = {each["label"] for each in data["types"]}
    scholarly = any("Article" in each or "Review" in each for each in names)
    kind = "ScholarlyArticle" if scholarly else "WebPage" if "WebPage" in names else "CreativeWork"
    made: Json = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": data["iri"],
        "name": data["title"],
        "url": context.base + context.links.path(data["iri"]),
    }
    more = {
        "author": [{"name": each} for each in data["creators"]],
        "datePublished": data["issued"] or (str(data["year"]) if data["year"] else ""),
        "identifier": [each["url"] for each in data["ids"]],
        "sameAs": data["seen_at"],
        "license": data["licence"],
    }
    return made | {name: each for name, each in more.items() if each}
