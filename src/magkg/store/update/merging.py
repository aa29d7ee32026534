"""What files add to a graph: claims that are new or replaced, and statements of all else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims.identity import DERIVED, PARTS
from magkg.errors import InputError
from magkg.store.check import vocabulary_quads
from magkg.store.update.graph import IS_A, Graph, Node, about, mag
from magkg.vocabulary import RDFS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from magkg.store.columns.tables import Columns

__all__ = ["PART_OF", "authored", "merge", "parts", "statements", "users"]

PART_OF = tuple(ox.NamedNode(each) for each in sorted(PARTS))
_BELOW = RDFS + "subClassOf"


def statements(columns: Columns) -> list[ox.Quad]:
    """Give the statements that were read into columns, without those of the vocabulary.

    Raises InputError for what would change the vocabulary.
    """
    known = set(vocabulary_quads())
    terms = {about(quad) for quad in known}
    found = []
    for (line,) in columns.rows("SELECT line FROM line"):
        (quad,) = ox.parse(line.encode(), format=ox.RdfFormat.N_QUADS)
        if quad in known:
            continue
        if about(quad) in terms or quad.predicate.value == _BELOW:
            raise InputError(
                f"the vocabulary cannot be changed by an update: {line}",
                hint="Build the graph anew, from all its files.",
            )
        found.append(quad)
    return found


@dataclass(frozen=True)
class Merged:
    """What is to be taken out of a graph, and put in."""

    removed: frozenset[ox.Quad]
    added: frozenset[ox.Quad]


def merge(graph: Graph, given: Sequence[ox.Quad]) -> Merged:
    """Say how a graph changes by statements.

    A claim that is described there and in the graph is replaced whole, with the parts that no
    other claim uses.
    """
    kinds = {about(quad) for quad in given if quad.predicate == IS_A and quad.object == _CLAIM}
    claims = {
        node
        for node in {about(quad) for quad in given}
        if node in kinds or graph.is_a(node, _CLAIM)
    }
    old = {node for node in claims if graph.is_a(node, _CLAIM)}
    gone = set(old)
    for node in parts(graph, old) - old:
        if users(graph, [node]) <= old:
            gone.add(node)
    removed = {quad for node in gone for quad in authored(graph, node)}
    return Merged(frozenset(removed), frozenset(given))


_CLAIM = mag("Claim")


def authored(graph: Graph, node: Node) -> list[ox.Quad]:
    """Give what was authored of a claim or a part of one."""
    return [quad for quad in graph.of(node) if quad.predicate.value not in DERIVED]


def parts(graph: Graph, claims: Iterable[Node]) -> set[Node]:
    """Give claims with the nodes that belong to them."""
    return graph.reached(claims, *PART_OF)


def users(graph: Graph, nodes: Iterable[Node], *, ever: bool = False) -> set[Node]:
    """Give the claims that nodes belong to, themselves included; ``ever``: or belonged to."""
    found = set(nodes)
    waiting = list(found)
    while waiting:
        node = waiting.pop()
        for way in PART_OF:
            new = graph.subjects(way, node, ever=ever) - found
            waiting += new
            found |= new
    return {node for node in found if graph.is_a(node, _CLAIM)}
