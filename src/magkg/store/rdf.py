"""Triples of an answer written as RDF: Turtle, N-Triples, JSON-LD, RDF/XML, TriG, N-Quads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TextIO

import pyoxigraph as ox

from magkg.errors import InputError, UnknownName
from magkg.store.interface import Blank, Literal, Term, Triple

__all__ = ["FORMATS", "distinct", "write"]

FORMATS: Mapping[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}
# These have one line a triple, so that they are written as the triples come.
_LINES = ("ntriples", "nquads")
_CHUNK = 4096
# XML 1.0, production 2; and the end of an IRI that can be the name of an element (production 5,
# as far as the names of our vocabularies go).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[^\W\d][\w.-]*\Z")


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
    prefixes that are used. Raises UnknownName for another format, InputError for what RDF/XML
    cannot carry (a control character, a property whose IRI does not end in a name).
    """
    if form not in FORMATS:
        raise UnknownName("format", form, FORMATS)
    if form in _LINES:
        return _lines(distinct(triples), form, out)
    made = sorted(map(_ox, set(triples)), key=str)
    if form == "rdfxml":
        for triple in made:
            _refuse_unfit(triple)
    written = ox.serialize(made, format=FORMATS[form], prefixes=_used(made, prefixes or {}))
    assert written is not None, "without an output the bytes are given"
    out.write(written.decode().rstrip("\n") + "\n")
    return len(made)


def _lines(triples: Iterator[Triple], form: str, out: TextIO) -> int:
    count = 0
    while chunk := list(map(_ox, islice(triples, _CHUNK))):
        written = ox.serialize(chunk, format=FORMATS[form])
        assert written is not None, "without an output the bytes are given"
        out.write(written.decode())
        count += len(chunk)
    return count


def _used(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    iris = {
        part.value
        for triple in triples
        for part in (triple.subject, triple.predicate, triple.object)
        if isinstance(part, ox.NamedNode)
    }
    iris |= {
        triple.object.datatype.value for triple in triples if isinstance(triple.object, ox.Literal)
    }
    starts = {
        iri[: max(iri.rfind("/"), iri.rfind("#"), iri.rfind(":"), iri.rfind("_")) + 1]
        for iri in iris
    }
    return {
        prefix: space
        for prefix, space in prefixes.items()
        if any(start.startswith(space) for start in starts)
    }


def _refuse_unfit(triple: ox.Triple) -> None:
    hint = "Name another format, such as turtle."
    predicate = triple.predicate.value
    if not _NAME.search(predicate):
        raise InputError(f"RDF/XML cannot name the property <{predicate}>", hint=hint)
    found = _NOT_XML.search(triple.object.value) if isinstance(triple.object, ox.Literal) else None
    if found:
        raise InputError(
            f"RDF/XML cannot carry the character U+{ord(found[0]):04X} in a value of "
            f"<{predicate}> of {triple.subject}",
            hint=hint,
        )


def _ox(triple: Triple) -> ox.Triple:
    subject, predicate, held = triple
    return ox.Triple(_node(subject), ox.NamedNode(str(predicate)), _term(held))


def _node(term: Term) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(term.label) if isinstance(term, Blank) else ox.NamedNode(str(term))


def _term(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if not isinstance(term, Literal):
        return _node(term)
    if term.language is not None:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))
