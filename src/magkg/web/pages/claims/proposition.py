"""The page of a proposition: who says what of it, side by side, and what the graph holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from magkg.errors import UnknownName
from magkg.use.describe import Description, describe, text
from magkg.use.select.language import select
from magkg.use.select.opposition import contested
from magkg.use.why import proposition_iri
from magkg.vocabulary import FORMAL, MAG, PROP, QUALIFIERS
from magkg.web.pages.audit import findings
from magkg.web.pages.claims import elsewhere, ladder
from magkg.web.pages.claims.claim import rows
from magkg.web.pages.page import Context, Page
from magkg.web.pages.shared.bodies import bodies
from magkg.web.pages.shared.cards import claims, value
from magkg.web.pages.shared.nodes import labels, paged

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["proposition"]

Json = dict[str, Any]
_DIGITS = re.compile(r"[0-9a-f]{4,64}")
_WHOM = MAG + "attribution"
# What a claim of each polarity does to the proposition; the last two take no side.
_PLACES = {
    "affirms": "for",
    "denies": "against",
    "reportsNoDifference": "no_difference",
    "reportsLackOfEvidence": "lack",
}


def proposition(context: Context) -> Page:
    """Show a proposition, named by its 64 hexadecimal digits or the first of them, 4 at least.

    A browser that gave a part of the name is sent to the whole one.

    Raises UnknownName where there is none of this name, InputError where there are several.
    """
    said = context.args[0].lower()
    if not _DIGITS.fullmatch(said):
        hint = "A proposition is named by 64 hexadecimal digits, or the first of them (4 or more)."
        raise UnknownName("proposition", context.args[0], (), hint=hint)
    store = context.graph.store
    iri = proposition_iri(store, said, context.graph.prefixes) or PROP + said
    stated = elsewhere.stating(store, [iri])[iri]
    data = _data(context, iri, stated)
    chosen = select(claim=stated) if stated else None
    path = context.links.path(iri)
    return Page(
        template="proposition.html",
        title=bodies(store, [iri])[0]["label"],
        data=data,
        table=None if chosen is None else lambda: rows(context.graph, chosen),
        selection=chosen,
        canonical=path,
        moved=path if iri != PROP + context.args[0] else "",
    )


def _data(context: Context, iri: str, stated: list[str]) -> Json:
    """Give all that is said of a proposition; ``why`` is as docs/why.schema.json has it.

    The claims of ``sides`` are one page of the list; ``said`` counts all of them.
    """
    graph, store = context.graph, context.graph.store
    why = graph.why(iri).document
    held = why["assessment"]
    ladder.once(store, held)
    page, pages, part = paged(context, len(stated))
    sides: dict[str, list[Json]] = {place: [] for place in _PLACES.values()}
    nodes = describe(store, stated)
    named = describe(store, {str(each) for node in nodes.values() for each in node.get(_WHOM, [])})
    for each in claims(store, stated[part]):
        each["attribution"] = value(text(nodes[each["iri"]], _WHOM) or "", named)
        sides[_place(each["polarity"]["name"])].append(each)
    return {
        "proposition": iri,
        "digits": iri.removeprefix(PROP),
        "label": why["proposition"]["label"],
        "triple": _triple(store, iri),
        "qualifiers": why["proposition"]["qualifiers"],
        "species_assumed": why["proposition"]["species_assumed"],
        "why": why,
        "said": _said(nodes),
        "sides": sides,
        "count": len(stated),
        "page": page,
        "pages": pages,
        "judgements": ladder.judgements(store, why),
        "decision": ladder.decision(held),
        "verdict_means": ladder.meanings(store, [each["iri"] for each in held["verdicts"]])
        if held
        else {},
        "contested": sorted(contested(store, stated)),
        "near": elsewhere.near(store, iri),
        "tensions": elsewhere.tensions(store, stated),
        "findings": findings.of_claims(graph, *stated),
    }


def _place(polarity: str) -> str:
    """Give where a claim stands; one of an unknown polarity takes no side."""
    return _PLACES.get(polarity, "lack")


def _said(nodes: Mapping[str, Description]) -> Json:
    """Count all claims by what they say, whichever of them are on the page."""
    told = Counter(
        _place(str(each).removeprefix(MAG))
        for node in nodes.values()
        for each in node.get(MAG + "polarity", [])
    )
    return {place: told[place] for place in _PLACES.values()}


def _triple(store: Store, iri: str) -> Json:
    """Give subject, predicate and object, and what each qualifier that there is means."""
    node = describe(store, [iri]).get(iri, {})
    parts = [str(node[each][0]) if each in node else "" for each in FORMAL]
    names = labels(store, {each for each in parts if each})
    held = {
        name: {"iri": part, "label": names[part]}
        for name, part in zip(("subject", "predicate", "object"), parts, strict=True)
        if part
    }
    means = ladder.meanings(store, [each for each in QUALIFIERS if each in node])
    return {**held, "means": {each.removeprefix(MAG): said for each, said in means.items()}}
