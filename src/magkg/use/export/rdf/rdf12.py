"""RDF 1.2 Turtle of a subgraph: every claim reifies the triple that it makes.

``<claim> rdf:reifies <<( subject predicate object )>>`` stands among the statements of each claim
that has a triple, with whatever polarity. A triple term states nothing by itself, and the triple
is asserted nowhere in the file: a claim that denies must not make what it denies true. What the
claims affirm follows from the reifiers whose ``mag:polarity`` is ``mag:affirms``. Without the lines
of ``rdf:reifies`` the file holds what the format ``turtle`` holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

import pyoxigraph as ox

from magkg.use.export.rdf.lines import Block, TurtleNames, sections
from magkg.use.export.rdf.statements import CLAIM, Statements
from magkg.use.export.rdf.syntaxes import write_blocks
from magkg.vocabulary import FORMAL, RDF, TYPE

if TYPE_CHECKING:
    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["write"]

_CLAIM = ox.NamedNode(CLAIM)
_TYPE = ox.NamedNode(TYPE)
_REIFIES = ox.NamedNode(RDF + "reifies")


def write(subgraph: Subgraph, out: BinaryIO, options: Options, form: str) -> Mapping[str, int]:
    """Write a subgraph as RDF 1.2 Turtle.

    Gives the numbers of claims, statements (without the reifications) and reified triples. Raises
    InputError, naming the subject, for a lone surrogate.
    """
    prefixes = subgraph.graph.prefixes
    statements = Statements(subgraph, options.tell)
    names = TurtleNames(None, prefixes)
    out.write(f'VERSION "1.2"\n{names.head()}'.encode())
    reified = 0

    def blocks(found: Iterable[Block]) -> Iterator[Block]:
        nonlocal reified
        for each in found:
            triple = _triple(each)
            if triple is None:
                yield each
            else:
                reified += 1
                yield [*each, ox.Quad(each[0].subject, _REIFIES, triple)]

    found = sections(statements.described(), prefixes.get("src", ""))
    written = write_blocks(blocks(found), names, out)
    return {
        "claims": len(subgraph.claims),
        "statements": written - reified,
        "reified": reified,
    }


def _triple(found: Block) -> ox.Triple | None:
    """Give the triple of a claim, None for what is no claim or has none."""
    if not any(each.predicate == _TYPE and each.object == _CLAIM for each in found):
        return None
    held: dict[str, list[ox.NamedNode]] = {name: [] for name in FORMAL}
    for each in found:
        if each.predicate.value in held and isinstance(each.object, ox.NamedNode):
            held[each.predicate.value].append(each.object)
    if any(len(values) != 1 for values in held.values()):
        return None
    subject, predicate, value = (values[0] for values in held.values())
    return ox.Triple(subject, predicate, value)
