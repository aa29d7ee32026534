"""GEXF 1.3: a network for Gephi, with colours and thickness.

Nodes have their IRI as ``id``, edges their key, which names the polarity. Attributes keep their
names but for ``label``, which is GEXF's own; lists become JSON arrays under the name with
``_list`` behind it (``networks``); what is empty is left out. What the network says of itself is
a JSON object in ``meta/description``. A control character is refused. No attribute bears a name
that GEXF reserves (id, start, end, type, weight, kind of an edge).

An edge's ``kind`` is its relation, its polarity, and a number where two nodes are joined by
several such edges: Gephi merges parallel edges of one kind, so it merges none of these. Colour
shows the polarity (or the kind of a node), thickness the strength that is held, from 1 to 5.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

from magkg.use.export.network.writing import columns, counts, escaped, flat, network, written

if TYPE_CHECKING:
    import networkx as nx

    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph
    from magkg.use.select.views import Attribute

__all__ = ["COLOURS", "write"]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
"""
_TYPES = {"int": "integer"}
_STANCE = ("polarity", "from_polarity", "to_polarity", "direction")
# Of a polarity, else of a kind of node; told apart also by who sees no red or green (Okabe, Ito).
COLOURS = {
    "affirms": (0, 114, 178),
    "denies": (213, 94, 0),
    "reportsNoDifference": (230, 159, 0),
    "reportsLackOfEvidence": (130, 130, 130),
    "concept": (86, 180, 233),
    "study": (0, 158, 115),
    "source": (204, 121, 167),
    "citation": (190, 190, 190),
}
_PLAIN = (90, 90, 90)


def write(subgraph: Subgraph, out: BinaryIO, options: Options, form: str) -> Mapping[str, int]:
    """Write a network as GEXF; gives the numbers of claims, nodes and edges.

    Raises InputError, naming the claim or node, for a text that XML cannot carry.
    """
    made = network(subgraph, options, xml=True)

    def put(text: str) -> None:
        out.write(text.encode())

    about = escaped(json.dumps(made.graph, ensure_ascii=False))
    put(f"{_HEAD}<meta>\n<creator>magkg</creator>\n<description>{about}</description>\n</meta>\n")
    put('<graph defaultedgetype="directed">\n')
    nodes = _declare("node", [held for _, held in made.nodes(data=True)], put)
    edges = _declare("edge", [held for *_, held in made.edges(data=True)], put)
    put("<nodes>\n")
    for iri, held in made.nodes(data=True):
        put(f'<node id="{escaped(iri)}"{_label(held)}>\n{_values(held, nodes)}')
        put(f"{_colour(held)}</node>\n")
    put("</nodes>\n<edges>\n")
    for key, one, other, kind, held in _edges(made):
        ends = f'source="{escaped(one)}" target="{escaped(other)}"'
        put(f'<edge id="{escaped(key)}" {ends} kind="{escaped(kind)}"{_label(held)}>\n')
        put(f"{_values(held, edges)}{_colour(held)}{_thickness(held)}</edge>\n")
    put("</edges>\n</graph>\n</gexf>\n")
    return counts(made, options)


def _declare(
    part: str, elements: Iterable[Mapping[str, Attribute]], put: Callable[[str], None]
) -> dict[str, int]:
    """Declare the attributes of nodes or edges; give each its number."""
    named = {name: kind for name, kind in columns(elements).items() if name != "label"}
    put(f'<attributes class="{part}">\n')
    for number, (name, kind) in enumerate(named.items()):
        put(f'<attribute id="{number}" title="{name}" type="{_TYPES.get(kind, kind)}"/>\n')
    put("</attributes>\n")
    return {name: number for number, name in enumerate(named)}


def _edges(
    made: nx.MultiDiGraph,
) -> Iterator[tuple[str, str, str, str, Mapping[str, Attribute]]]:
    """Give the edges with a kind that no parallel edge shares."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for one, other, key, held in made.edges(keys=True, data=True):
        stance = [str(held[name]) for name in _STANCE if name in held]
        kind = " ".join((str(held["relation"]), *stance))
        seen[one, other, kind] += 1
        number = seen[one, other, kind]
        yield key, one, other, f"{kind} {number}" if number > 1 else kind, held


def _label(held: Mapping[str, Attribute]) -> str:
    return f' label="{escaped(str(held["label"]))}"' if "label" in held else ""


def _values(held: Mapping[str, Attribute], numbers: Mapping[str, int]) -> str:
    values = "".join(
        f'<attvalue for="{numbers[name]}" value="{written(value)}"/>\n'
        for name, value in flat(held).items()
        if name != "label"
    )
    return f"<attvalues>\n{values}</attvalues>\n"


def _colour(held: Mapping[str, Attribute]) -> str:
    named = [str(held[name]) for name in ("polarity", "kind") if name in held]
    red, green, blue = next((COLOURS[each] for each in named if each in COLOURS), _PLAIN)
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>\n'


def _thickness(held: Mapping[str, Attribute]) -> str:
    rank = held.get("held_rank", held.get("rank", 0))
    return f'<viz:thickness value="{1 + rank}"/>\n' if isinstance(rank, int) else ""
