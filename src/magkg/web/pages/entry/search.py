"""Search: concepts, predicates, sources, studies and claims by the words of their names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from magkg.errors import InputError
from magkg.use.describe import describe, label
from magkg.vocabulary import MAG, SKOS
from magkg.web.pages.entry.names import identified, names
from magkg.web.pages.entry.words import KINDS
from magkg.web.pages.kept import kept
from magkg.web.pages.page import Page

if TYPE_CHECKING:
    from magkg.use.graph import Graph
    from magkg.web.pages.entry.words import Found
    from magkg.web.pages.page import Context

__all__ = ["search"]

# Hits of one page, and the most characters of a query that are read.
_SHOWN, _LONGEST = 50, 200
_SCHEMES = ("polarity", "certainty", "strength")
_LISTS = " ".join(f"<{MAG}{each}Scheme>" for each in _SCHEMES)
_VALUES = f"SELECT ?value WHERE {{ VALUES ?list {{ {_LISTS} }} ?value <{SKOS}inScheme> ?list }}"


def search(context: Context) -> Page:
    """Find by word; an identifier leads straight to what it names."""
    graph, text = context.graph, context.one("q").strip()[:_LONGEST]
    kind = context.one("kind")
    if kind and kind not in KINDS:
        raise InputError(f"there is no kind {kind!r}", hint=f"Kinds: {', '.join(KINDS)}.")
    shown = context.number("limit", _SHOWN, _SHOWN)
    named = identified(graph, text) if text else ""
    found = names(graph).words.find(text)
    counts = Counter(each.entry.kind for each in found)
    if kind:
        found = [each for each in found if each.entry.kind == kind]
    pages = max(1, -(-len(found) // shown))
    page = min(context.number("page", 1, 1_000_000), pages)
    data: dict[str, Any] = {
        "query": text,
        "kind": kind,
        "named": _link(context, named) if named else None,
        "number": len(found),
        "kinds": {each: counts[each] for each in KINDS if counts[each]},
        "hits": [_hit(context, each) for each in found[(page - 1) * shown : page * shown]],
        "nearest": [] if found or named or not text else names(graph).words.nearest(text),
        "page": page,
        "pages": pages,
        "url": f"/search?{urlencode({'q': text, **({'kind': kind} if kind else {})})}&",
        "claims_searched": names(graph).searched,
    }
    title = f"Search: {text}" if text else "Search"
    table = (("kind", "iri", "label"), [(e.entry.kind, e.entry.iri, e.entry.label) for e in found])
    return Page(
        "search.html",
        title,
        data,
        table=lambda: table,
        moved=context.links.path(named) if named else "",
    )


def _link(context: Context, iri: str) -> dict[str, str]:
    return {"iri": iri, "path": context.links.path(iri)}


def _hit(context: Context, found: Found) -> dict[str, Any]:
    entry = found.entry
    about, labels = dict(entry.about), kept(context.graph, "value labels", _labels)
    source = about.get("source", "")
    values = {
        name: {"name": about[name], "label": labels.get(about[name], about[name])}
        if name in about
        else None
        for name in _SCHEMES
    }
    title = names(context.graph).titles.get(source, source)
    return {
        "kind": entry.kind,
        "iri": entry.iri,
        "path": context.links.path(entry.iri),
        "label": entry.label,
        "synonym": found.synonym,
        "year": about.get("year"),
        **values,
        "source": {**_link(context, source), "label": title} if source else None,
    }


def _labels(graph: Graph) -> dict[str, str]:
    values = {str(row[0]) for row in graph.store.select(_VALUES)}
    found = describe(graph.store, values)
    return {iri.removeprefix(MAG): label(node, iri) for iri, node in found.items()}
