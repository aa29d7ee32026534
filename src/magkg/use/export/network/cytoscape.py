"""Cytoscape JSON (``.cyjs``): a network for Cytoscape and its web library Cytoscape.js.

Nodes have their IRI as ``id``, edges their key, which names the polarity. Attributes keep their
names and lists stay lists; what is empty is left out. Added are ``name`` of nodes and edges and
``interaction`` of edges, which Cytoscape shows: the label. No attribute bears a name that
Cytoscape reserves (id, source, target, parent, selected, SUID). A lone surrogate is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from magkg.use.export.network.writing import counts, network

if TYPE_CHECKING:
    import networkx as nx

    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["write"]


def write(subgraph: Subgraph, out: BinaryIO, options: Options, form: str) -> Mapping[str, int]:
    """Write a network as Cytoscape JSON; gives the numbers of claims, nodes and edges.

    Raises InputError, naming the claim or node, for a lone surrogate.
    """
    made = network(subgraph, options, xml=False)
    name = f"{made.graph['view']} of {made.graph['selection']}"
    out.write(
        b'{"format_version": "1.0", "generated_by": "magkg", '
        b'"target_cytoscapejs_version": "~3.0",\n"data": '
    )
    out.write(_json({"name": name, **made.graph}))
    out.write(b',\n"elements": {"nodes": [')
    _array(_nodes(made), out)
    out.write(b'],\n"edges": [')
    _array(_edges(made), out)
    out.write(b"]}}\n")
    return counts(made, options)


def _nodes(made: nx.MultiDiGraph) -> Iterable[dict[str, Any]]:
    for iri, held in made.nodes(data=True):
        yield {"id": iri, "name": held.get("label", iri), **held}


def _edges(made: nx.MultiDiGraph) -> Iterable[dict[str, Any]]:
    for one, other, key, held in made.edges(keys=True, data=True):
        label = held["label"]
        ends = {"id": key, "source": one, "target": other}
        yield {**ends, "name": label, "interaction": label, **held}


def _array(elements: Iterable[Mapping[str, Any]], out: BinaryIO) -> None:
    for number, data in enumerate(elements):
        out.write(b",\n" if number else b"\n")
        out.write(_json({"data": data}))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
