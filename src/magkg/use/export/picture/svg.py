"""SVG: a picture of the network of a selection, in layers from left to right, readable in grey.

A line is drawn from a subject to an object and ends at the name of its predicate. What it says is
told by its stroke and end: affirmed solid with an arrow, denied dashed with a bar, no difference
found double, evidence said to be lacking dotted with a ring; its width is the strength of what the
whole graph holds; a diamond marks what is contested. Propositions that differ in their qualifiers
alone share a line, as wide as the strongest of them; its tooltip (``<title>``) names each with its
claims. Text that does not fit ends in an ellipsis and is whole in the tooltip. In the view of
claims, claims of one proposition are tied to the first of them only.

The heading is ``Options.title``, with the selection in the small print below it, else the
selection.

Attributes ``data-...`` carry what is drawn, letter by letter (several values with a space between):
of a box IRI, kind and label, of a line the IRIs of its ends, relation, predicate, polarity,
contested, strengths, certainties and attributions, the IRIs of propositions and claims, and of
evidence its direction and basis. Claims without a triple are not drawn, and the picture says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO

from magkg.errors import InputError
from magkg.use.export.network.writing import counts, network
from magkg.use.export.picture.picture import render

if TYPE_CHECKING:
    import networkx as nx

    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["MOST", "drawn", "write"]

# More boxes than this are no picture any more (issue 4).
MOST = 150


def write(subgraph: Subgraph, out: BinaryIO, options: Options, form: str) -> Mapping[str, int]:
    """Write a picture of a selection; give the counts of what is drawn.

    Raises InputError for more than 150 boxes, and for a text with a character that XML cannot
    carry, naming whose it is.
    """
    text, counts = drawn(subgraph, options)
    out.write(text.encode())
    return counts


def drawn(subgraph: Subgraph, options: Options, most: int = MOST) -> tuple[str, Mapping[str, int]]:
    """Give the picture of a selection as a text, and the counts of what is drawn.

    Raises InputError for more than ``most`` boxes, and as ``write`` does.
    """
    made = network(subgraph, options, xml=True)
    if len(made) > most:
        raise _too_many(made, most)
    built = subgraph.graph.manifest
    text, lines = render(made, "" if built is None else built.root, options.title)
    return text, {**counts(made, options), "lines": lines}


def _too_many(made: nx.MultiDiGraph, limit: int) -> InputError:
    degrees: dict[str, int] = defaultdict(int)
    for one, other in made.edges():
        degrees[one] += 1
        degrees[other] += 1
    most = sorted(degrees, key=lambda iri: (-degrees[iri], iri))[:3]
    named = ", ".join(f"{made.nodes[iri]['label'][:60]} ({degrees[iri]} lines)" for iri in most)
    return InputError(
        f"a picture of these claims would have {len(made)} boxes, and more than {limit} cannot be "
        "read",
        hint="Narrow the selection: by a concept, a source, a kind, --strength-at-least, "
        f"--tension ... Most lines lead to {named}. The network in full goes into graphml, gexf or "
        "cytoscape.",
    )
