"""All sources: what each is, how it was read, and how much was read from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.use.describe import describe
from magkg.vocabulary import DCTERMS, LABEL, MAG, TYPE
from magkg.web.pages.kept import kept
from magkg.web.pages.shared.cards import value
from magkg.web.pages.shared.lists import Column, listing
from magkg.web.pages.shared.nodes import Json, every, linked, nodes, number, said
from magkg.web.pages.sources.documents import title

if TYPE_CHECKING:
    from magkg.use.graph import Graph
    from magkg.web.pages.page import Context, Page

__all__ = ["listed"]

_PROPS = (
    DCTERMS + "title",
    DCTERMS + "issued",
    LABEL,
    MAG + "year",
    MAG + "readAs",
    MAG + "characters",
)
_COUNTS = (
    f"SELECT ?source (COUNT(?claim) AS ?n) WHERE {{ ?claim <{MAG}source> ?source ; "
    f"a <{MAG}Claim> }} GROUP BY ?source"
)
_COLUMNS = (
    Column("title", "Title", "self"),
    Column("type", "Type", "words", filtered=True),
    Column("year", "Year", "number"),
    Column("read_as", "Read as", "readAs", filtered=True),
    Column("characters", "Characters", "number"),
    Column("claims", "Claims", "number"),
)


def listed(context: Context) -> Page:
    """Show the sources, those of most claims first unless the URL says otherwise."""
    rows = kept(context.graph, __name__, _rows)
    intro = "Every document that makes a claim in the graph, or that one of them cites."
    return listing(context, "Sources", intro, rows, _COLUMNS, "-claims")


def _rows(graph: Graph) -> list[Json]:
    store = graph.engine
    found = every(store, [MAG + "Source"], _PROPS)
    counts = {str(s): int(str(n)) for s, n in store.select(_COUNTS) if s is not None}
    known = describe(graph.store, linked(found.values(), (TYPE, MAG + "readAs")))
    rows: list[Json] = []
    for iri, node in found.items():
        types = [each for each in nodes(node, TYPE, known) if each["iri"] != MAG + "Source"]
        rows.append(
            {
                "iri": iri,
                "label": title(node, iri),
                "title": title(node, iri),
                "type": types,
                "year": number(node, "year") or _year(said(node, DCTERMS + "issued")),
                "read_as": value(said(node, MAG + "readAs"), known),
                "characters": number(node, "characters"),
                "claims": counts.get(iri, 0),
            }
        )
    return rows


def _year(issued: str) -> int | None:
    return int(issued[:4]) if issued[:4].isdecimal() else None
