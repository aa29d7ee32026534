"""What the tests of network formats share: a network written, and what a reader should give."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magkg.use.export.formats import FORMATS, VIEWS, Options, writer
from tests.use.export import nasty

if TYPE_CHECKING:
    import networkx as nx

    from magkg.use.graph import Graph

__all__ = ["VIEWS", "flattened", "gists", "strings", "write"]

Elements = dict[Any, dict[str, Any]]


def write(graph: Graph, form: str, view: str, folder: Path, **words: Any) -> tuple[Path, Any]:
    """Write a graph, or what the words select of it; give the file and the network."""
    subgraph = graph.subgraph(**words)
    path = folder / f"{view}{FORMATS[form].suffix}"
    told: list[tuple[int, int]] = []
    options = Options(view=view, progress=lambda *step: told.append(step))
    with path.open("wb") as out:
        counts = writer(FORMATS[form])(subgraph, out, options, form)
    made = subgraph.network(view)
    assert (counts["nodes"], counts["edges"]) == (made.number_of_nodes(), made.number_of_edges())
    unshown = counts.get("claims without a triple", 0)
    assert counts["claims"] + unshown == len(subgraph)
    assert told[-1] == (len(subgraph), len(subgraph))
    return path, made


def flattened(made: nx.MultiDiGraph, *, lists: bool) -> tuple[dict[str, Any], Elements, Elements]:
    """The network's attributes, its nodes, and its edges by (source, target, key).

    With ``lists`` they stay; else each is a JSON array under its name with ``_list`` behind it.
    """
    nodes = {iri: _flat(held, lists) for iri, held in made.nodes(data=True)}
    edges = {
        (one, other, key): _flat(held, lists)
        for one, other, key, held in made.edges(keys=True, data=True)
    }
    return _flat(made.graph, lists), nodes, edges


def _flat(held: Mapping[str, Any], lists: bool) -> dict[str, Any]:
    if lists:
        return dict(held)
    return {
        f"{name}_list" if isinstance(value, list) else name: (
            json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
        )
        for name, value in held.items()
    }


def strings(*, xml: bool) -> dict[str, str]:
    """The nasty strings by the claim whose gist each is."""
    return {
        f"{nasty.BASE}source/nasty#c{number}": text
        for number, text in enumerate(nasty.strings(xml=xml))
    }


def gists(edges: Elements) -> dict[str, str]:
    """The gists by claim, from the edges of a network of propositions that was read."""
    found: dict[str, str] = {}
    for held in edges.values():
        lists = [
            held[name] if name in held else json.loads(held[f"{name}_list"])
            for name in ("claims", "gists")
        ]
        found |= dict(zip(*lists, strict=True))
    return found
