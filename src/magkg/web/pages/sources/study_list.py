"""All studies: design, species, year, size, and how many claims name each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.use.describe import describe
from magkg.vocabulary import LABEL, MAG
from magkg.web.pages.kept import kept
from magkg.web.pages.links import Links
from magkg.web.pages.shared.cards import value
from magkg.web.pages.shared.lists import Column, listing
from magkg.web.pages.shared.nodes import Json, every, linked, nodes, number, said

if TYPE_CHECKING:
    from magkg.use.graph import Graph
    from magkg.web.pages.page import Context, Page

__all__ = ["listed"]

_PROPS = (
    LABEL,
    *(MAG + each for each in ("design", "species", "condition", "year", "size", "retracted")),
)
_COUNTS = (
    f"SELECT ?study (COUNT(DISTINCT ?claim) AS ?n) WHERE {{ ?line <{MAG}study> ?study . "
    f"?claim <{MAG}evidence> ?line }} GROUP BY ?study"
)
_COLUMNS = (
    Column("title", "Study", "self"),
    Column("design", "Design", "design", filtered=True),
    Column("species", "Species", "nodes", filtered=True),
    Column("condition", "Condition", "nodes", filtered=True),
    Column("year", "Year", "number"),
    Column("size", "Size", "number"),
    Column("claims", "Claims", "number"),
    Column("retracted", "Status", "text", filtered=True),
)


def listed(context: Context) -> Page:
    """Show the studies by name unless the URL says otherwise."""
    rows = kept(context.graph, __name__, _rows)
    intro = "An investigation that was done once is one study, whichever documents report it."
    return listing(context, "Studies", intro, rows, _COLUMNS, "title")


def _rows(graph: Graph) -> list[Json]:
    store, links = graph.engine, Links(graph.prefixes)
    found = every(store, [MAG + "Study"], _PROPS)
    counts = {str(s): int(str(n)) for s, n in store.select(_COUNTS) if s is not None}
    props = [MAG + each for each in ("design", "species", "condition")]
    known = describe(graph.store, linked(found.values(), props))
    human = links.iri("concept", "human")
    rows: list[Json] = []
    for iri, node in found.items():
        name = said(node, LABEL) or links.short(iri)
        species = nodes(node, MAG + "species", known)
        rows.append(
            {
                "iri": iri,
                "label": name,
                "title": name,
                "design": value(said(node, MAG + "design"), known),
                # None recorded means human (DESIGN, section 3).
                "species": species or [{"iri": human, "label": "human (assumed)"}],
                "condition": nodes(node, MAG + "condition", known),
                "year": number(node, "year"),
                "size": number(node, "size"),
                "claims": counts.get(iri, 0),
                "retracted": "retracted" if MAG + "retracted" in node else "",
            }
        )
    return rows
