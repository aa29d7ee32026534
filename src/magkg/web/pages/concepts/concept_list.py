"""All concepts by kind, with how many claims name each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.use.describe import describe, values_line
from magkg.vocabulary import FORMAL, MAG, QUALIFIERS, SKOS
from magkg.web.pages.kept import kept
from magkg.web.pages.links import Links
from magkg.web.pages.shared.cards import value
from magkg.web.pages.shared.lists import Column, listing
from magkg.web.pages.shared.nodes import Json, every, linked, nodes, said

if TYPE_CHECKING:
    from magkg.use.graph import Graph
    from magkg.web.pages.page import Context, Page

__all__ = ["listed"]

_PROPS = (SKOS + "prefLabel", SKOS + "altLabel", SKOS + "broader", MAG + "conceptKind")
_COUNTS = (
    "SELECT ?concept (COUNT(DISTINCT ?claim) AS ?n) WHERE { "
    f"{values_line('part', (FORMAL[0], FORMAL[2], *QUALIFIERS))} ?claim ?part ?concept ; "
    f"a <{MAG}Claim> }} GROUP BY ?concept"
)
_COLUMNS = (
    Column("title", "Concept", "self"),
    Column("kind", "Kind", "conceptKind", filtered=True),
    Column("synonyms", "Also called", "text"),
    Column("broader", "Broader", "nodes"),
    Column("claims", "Claims", "number"),
)


def listed(context: Context) -> Page:
    """Show the concepts and quantities, by claims unless the URL says else."""
    rows = kept(context.graph, __name__, _rows)
    intro = "What claims speak of: substances, conditions, processes, groups of people, quantities."
    return listing(context, "Concepts", intro, rows, _COLUMNS, "-claims")


def _rows(graph: Graph) -> list[Json]:
    store, links = graph.engine, Links(graph.prefixes)
    found = every(store, [MAG + "Concept", MAG + "Quantity"], _PROPS)
    counts = {str(c): int(str(n)) for c, n in store.select(_COUNTS) if c is not None}
    known = describe(graph.store, linked(found.values(), (MAG + "conceptKind", SKOS + "broader")))
    rows: list[Json] = []
    for iri, node in found.items():
        name = said(node, SKOS + "prefLabel") or links.short(iri)
        rows.append(
            {
                "iri": iri,
                "label": name,
                "title": name,
                "kind": value(said(node, MAG + "conceptKind"), known),
                "synonyms": ", ".join(str(each) for each in node.get(SKOS + "altLabel", [])),
                "broader": nodes(node, SKOS + "broader", known),
                "claims": counts.get(iri, 0),
            }
        )
    return rows
