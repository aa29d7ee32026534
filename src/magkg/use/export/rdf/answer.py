"""The triples of a CONSTRUCT or DESCRIBE in any syntax of RDF, with the prefixes they use."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TextIO

from magkg.errors import UnknownName
from magkg.store.interface import IRI, Literal
from magkg.use.export.rdf.lines import line
from magkg.use.export.rdf.syntaxes import serialise

if TYPE_CHECKING:
    from magkg.store.interface import Triple

__all__ = ["FORMATS", "distinct", "write"]

# Each syntax with the one of triples that it holds: an answer is one graph, without a name.
FORMATS: Mapping[str, str] = {
    "turtle": "turtle",
    "ntriples": "ntriples",
    "jsonld": "jsonld",
    "rdfxml": "rdfxml",
    "trig": "turtle",
    "nquads": "ntriples",
}


def distinct(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Give each triple once; engines may send one several times."""
    seen: set[Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            yield triple


def write(
    triples: Iterable[Triple], form: str, out: TextIO, prefixes: Mapping[str, str] | None = None
) -> int:
    """Write triples in one of FORMATS, each once; gives their number.

    N-Triples and N-Quads are written as the triples come, the others sorted, with those of the
    prefixes that are used. Raises UnknownName for another format, InputError, naming the subject,
    for what a format cannot carry.
    """
    if form not in FORMATS:
        raise UnknownName("format", form, FORMATS)
    if FORMATS[form] == "ntriples":
        count = 0
        for triple in distinct(triples):
            out.write(line(triple) + "\n")
            count += 1
        return count
    held = set(triples)
    made = io.BytesIO()
    count = serialise(held, FORMATS[form], _used(held, prefixes or {}), made)
    out.write(made.getvalue().decode())
    return count


def _used(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    iris = {part for triple in triples for part in triple if isinstance(part, IRI)}
    iris |= {IRI(each.datatype) for _, _, each in triples if isinstance(each, Literal)}
    starts = {iri[: max(map(iri.rfind, "/#:_")) + 1] for iri in iris}
    return {
        prefix: space
        for prefix, space in prefixes.items()
        if any(start.startswith(space) for start in starts)
    }
