"""Any node of the graph, terms of the vocabulary among them: what it holds, what points to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.errors import UnknownName
from magkg.store.interface import IRI
from magkg.use.binding import quote
from magkg.use.describe import NOT_IN_IRI, Description, describe, label
from magkg.use.describe import about as term_of
from magkg.vocabulary import DCTERMS, LABEL, MAG, RDFS, SKOS, TYPE, shrink
from magkg.web.pages.concepts import terminology
from magkg.web.pages.page import Context, Page, Table
from magkg.web.pages.shared.nodes import Json, named, said, shown, typed, usable

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["about", "resource", "term", "terms"]

# How many values of one property, and how many nodes that point by one, a page lists.
_VALUES = 100
_POINTING = 20
# Beyond so many, those listed are any: sorting them all would take seconds at a million claims.
_SORTED = 10_000
_FIRST = (TYPE, LABEL, SKOS + "prefLabel", SKOS + "altLabel", DCTERMS + "title")
_PAGES = {"claim", "source", "study", "concept", "proposition"}
_CLASSES = {
    "Claim": "claim", "Source": "source", "Study": "study", "Concept": "concept",
    "Quantity": "concept", "Proposition": "proposition",
}  # fmt: skip
_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_LIKE = (
    "SELECT DISTINCT ?node WHERE {{ {{ ?node <{0}> ?o }} UNION {{ ?node <{1}> ?o }} "
    "FILTER(STRSTARTS(STR(?node), {2})) }} LIMIT 5000"
)


def resource(context: Context) -> Page:
    """Show the node that ``iri`` names; raises UnknownName where the graph says nothing of it."""
    return about(context, usable(context.one("iri")))


def term(context: Context) -> Page:
    """Show a term of the magkg vocabulary."""
    return about(context, context.links.iri("term", context.args[0]))


def about(context: Context, iri: str) -> Page:
    """Show any node: its properties, what points to it, and the page that is meant for it.

    Raises UnknownName with the nearest nodes where the graph says nothing of it.
    """
    store = context.graph.store
    node = {} if NOT_IN_IRI.search(iri) else describe(store, [iri]).get(iri, {})
    counts = {} if NOT_IN_IRI.search(iri) else _counts(store, iri)
    if not node and not counts:
        raise _unknown(context, iri)
    pointing = _pointing(store, iri, counts)
    nodes = {str(each) for held in node.values() for each in held if isinstance(each, IRI)}
    nodes |= {each for held in pointing.values() for each in held} | {*node, *counts}
    known = describe(store, nodes)
    meant = _meant(context, iri, node)
    path = context.links.path(iri)
    data: Json = {
        "iri": iri,
        "label": label(node, iri),
        "short": shrink(iri, context.graph.prefixes),
        "types": typed(node, known),
        "meant": meant,
        "term": _term(context, iri, node, counts, known),
        "properties": _properties(node, known),
        "pointed_by": [
            {
                "property": named(prop, known),
                "count": counts[prop],
                "nodes": [named(each, known) for each in pointing[prop]],
            }
            for prop in counts
        ],
        "pointed_by_count": sum(counts.values()),
    }
    canonical = meant or (path if not path.startswith("/resource") else "")
    return Page(
        "resource.html",
        data["label"],
        data,
        table=lambda: _table(data),
        linked=_linked(context, data) if data["term"] else None,
        canonical=canonical,
    )


def terms(context: Context) -> Page:
    """Show the vocabulary: classes, properties, predicates, and every closed list."""
    groups = terminology.groups(context.graph.store)
    rows = [
        (group["name"], context.links.short(each["iri"]), each["label"], each["definition"])
        for group in groups
        for each in group["terms"]
    ]
    data: Json = {"groups": groups, "count": len(rows)}
    head = ("part", "term", "label", "definition")
    return Page("terms.html", "The vocabulary", data, table=lambda: (head, rows))


def _counts(store: Store, iri: str) -> dict[str, int]:
    """Give by which properties the node is pointed to, and how often by each."""
    query = (
        f"SELECT ?property (COUNT(?node) AS ?n) WHERE {{ ?node ?property {term_of(iri)} }} "
        "GROUP BY ?property"
    )
    rows = [(str(prop), int(str(n))) for prop, n in store.select(query) if prop is not None]
    return dict(sorted((row for row in rows if row[1]), key=lambda row: (-row[1], row[0])))


def _pointing(store: Store, iri: str, counts: dict[str, int]) -> dict[str, list[str]]:
    """Give the first nodes that point to it, by property, in one query."""
    parts = [
        f"{{ SELECT ?node ?property WHERE {{ VALUES ?property {{ {term_of(prop)} }} "
        f"?node ?property {term_of(iri)} }} {'ORDER BY ?node' if count <= _SORTED else ''} "
        f"LIMIT {_POINTING} }}"
        for prop, count in counts.items()
    ]
    found: dict[str, list[str]] = {prop: [] for prop in counts}
    if parts:
        query = f"SELECT ?node ?property WHERE {{ {' UNION '.join(parts)} }}"
        for node, prop in store.select(query):
            found[str(prop)].append(str(node))
    return {prop: sorted(held) for prop, held in found.items()}


def _properties(node: Description, known: dict[str, Description]) -> list[Json]:
    order = sorted(node, key=lambda prop: (prop not in _FIRST, _place(prop), prop))
    return [
        {
            "property": named(prop, known),
            "count": len(node[prop]),
            "values": [shown(each, known) for each in node[prop][:_VALUES]],
        }
        for prop in order
    ]


def _place(prop: str) -> int:
    return _FIRST.index(prop) if prop in _FIRST else 0


def _meant(context: Context, iri: str, node: Description) -> str:
    """Give the path of the page that is made for such a node, "" where there is none."""
    kinds = {str(each).removeprefix(MAG) for each in node.get(TYPE, [])}
    wanted = {_CLASSES[each] for each in kinds if each in _CLASSES}
    path = context.links.path(iri)
    return path if path.split("/")[1] in wanted & _PAGES else ""


def _term(
    context: Context,
    iri: str,
    node: Description,
    counts: dict[str, int],
    known: dict[str, Description],
) -> Json | None:
    """Give what a term of a vocabulary is, None for what is no term."""
    what = terminology.kind(node)
    if not what:
        return None
    return {
        "kind": what,
        "definition": said(node, SKOS + "definition", RDFS + "comment"),
        "example": said(node, SKOS + "example"),
        **terminology.facts(context.graph.store, iri, node, counts, known),
        "alignments": [
            {"match": match, **named(str(each), known)}
            for match in _MATCHES
            for each in node.get(SKOS + match, [])
        ],
    }


def _unknown(context: Context, iri: str) -> UnknownName:
    """Say that the graph does not know the node, with those whose IRI begins as its own does."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    known: list[str] = []
    if cut and not NOT_IN_IRI.search(iri):
        query = _LIKE.format(LABEL, SKOS + "prefLabel", quote(iri[:cut]))
        known = [str(row[0]) for row in context.graph.store.select(query)]
    space = context.graph.prefixes["mag"]
    if iri.startswith(space):
        bare = [each.removeprefix(space) for each in known]
        return UnknownName("term", iri.removeprefix(space), bare, hint="/term lists them all.")
    return UnknownName("resource", iri, known, hint="/search looks for words.")


def _table(data: Json) -> Table:
    """Give a row for each statement that the page lists, in both directions."""
    rows: list[tuple[str, ...]] = []
    for each in data["properties"]:
        for value in each["values"]:
            target = value["iri"] or value["label"]
            rows.append((data["iri"], each["property"]["iri"], target, value["language"]))
    for each in data["pointed_by"]:
        rows += [(one["iri"], each["property"]["iri"], data["iri"], "") for one in each["nodes"]]
    return ("subject", "property", "value", "language"), rows


def _linked(context: Context, data: Json) -> Json:
    return {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "@id": data["iri"],
        "name": data["label"],
        "description": data["term"]["definition"],
        "url": context.base + context.links.path(data["iri"]),
    }
