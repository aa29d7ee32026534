"""GraphML: a network for Gephi, Cytoscape, igraph, networkx and yEd.

Nodes have their IRI as ``id``, edges their key, which names the polarity; as an attribute ``key``
it is there a second time, since igraph 1.0 gives edges the ids of nodes. Attributes keep their
names, lists become JSON arrays under the name with ``_list`` behind it (``networks``); what is
empty is left out. A control character is refused. Labels are the attribute ``label``, which Gephi
shows; yEd shows it once it is mapped (Edit > Properties Mapper).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO

from magkg.use.export.network.writing import columns, counts, escaped, flat, network, written

if TYPE_CHECKING:
    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph
    from magkg.use.select.views import Attribute

__all__ = ["write"]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns \
http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""


def write(subgraph: Subgraph, out: BinaryIO, options: Options, form: str) -> Mapping[str, int]:
    """Write a network as GraphML; gives the numbers of claims, nodes and edges.

    Raises InputError, naming the claim or node, for a text that XML cannot carry.
    """
    made = network(subgraph, options, xml=True)

    def put(text: str) -> None:
        out.write(text.encode())

    put(_HEAD)
    parts = {
        "graph": [made.graph],
        "node": [held for _, held in made.nodes(data=True)],
        "edge": [{"key": "", **held} for *_, held in made.edges(data=True)],
    }
    for part, elements in parts.items():
        for name, kind in columns(elements).items():
            put(f'<key id="{part}_{name}" for="{part}" attr.name="{name}" attr.type="{kind}"/>\n')
    put('<graph edgedefault="directed">\n')
    put(_data("graph", made.graph))
    for iri, held in made.nodes(data=True):
        put(f'<node id="{escaped(iri)}">\n{_data("node", held)}</node>\n')
    for one, other, key, held in made.edges(keys=True, data=True):
        ends = f'source="{escaped(one)}" target="{escaped(other)}"'
        put(f'<edge {ends} id="{escaped(key)}">\n{_data("edge", {"key": key, **held})}</edge>\n')
    put("</graph>\n</graphml>\n")
    return counts(made, options)


def _data(part: str, held: Mapping[str, Attribute]) -> str:
    return "".join(
        f'<data key="{part}_{name}">{written(value)}</data>\n' for name, value in flat(held).items()
    )
