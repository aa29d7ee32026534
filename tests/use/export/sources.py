"""A graph of sources whose titles, authors and citations are given texts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.check import vocabulary_quads
from tests import small
from tests.use.export import nasty

if TYPE_CHECKING:
    from magkg.use.graph import Graph

DAY = "2024-05-06"


@cache
def titled(texts: tuple[str, ...], study: str = "", *, dated: bool = False) -> Graph:
    """One claim that cites a source for each text; ``dated`` adds a reading, on DAY, and DOIs."""
    lines = [nasty.HEAD, f"@prefix study: <{nasty.BASE}study/> .\n", study]
    lines.append('src:n\\#c a mag:Claim ; rdfs:label "A claim."@en ; mag:source src:n0 .\n')
    for number, text in enumerate(texts):
        literal = str(ox.Literal(text))
        lines.append(
            f"src:n{number} a mag:Source ; dcterms:title {literal} ; dcterms:creator {literal} ; "
            f"dcterms:creator {ox.Literal(text[:50] + ' AB')} ; "
            f"dcterms:bibliographicCitation {literal} .\n"
            f"src:n\\#c mag:evidence src:n\\#e .\nsrc:n\\#e mag:citesSource src:n{number} .\n"
        )
        if dated:
            lines.append(f'src:n{number} mag:doi "10.1000/n{number}" .\n')
    if study:
        lines.append("src:n\\#e mag:study study:lone .\n")
    if dated:
        lines.append(
            "src:n\\#r <http://www.w3.org/ns/prov#endedAtTime> "
            f'"{DAY}T10:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n'
        )
    quads = list(ox.parse("".join(lines), format=ox.RdfFormat.TURTLE))
    return small.in_memory(small.project(), [*quads, *vocabulary_quads()])
