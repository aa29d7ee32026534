"""Reads TriX, RDF as plain XML with named graphs (Carroll and Stickler, HPL-2004-56)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

import pyoxigraph as ox

from magkg.claims import rdfxml, turtle
from magkg.errors import SyntaxFault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["read"]

_SPACE = "http://www.w3.org/2004/03/trix/trix-1/"
_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"
Term = ox.NamedNode | ox.BlankNode | ox.Literal


def read(path: Path, name: str) -> tuple[ox.Quad, ...]:
    """Read the statements of a TriX file; ``name`` is how messages call it.

    Raises SyntaxFault with the line for what is no well-formed TriX, a DOCTYPE included.
    """
    data = path.read_bytes()
    rdfxml.guard(data, name, turtle.LONGEST)
    return tuple(_Reader(name).run(data))


class _Reader:
    """One pass of expat; a triple is three terms, a graph its name and its triples."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = lambda text: self.text.append(text)
        self.path: list[str] = []
        self.text: list[str] = []
        self.attributes: dict[str, str] = {}
        self.terms: list[Term] = []
        self.graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph = ox.DefaultGraph()
        self.quads: list[ox.Quad] = []

    def run(self, data: bytes) -> Iterator[ox.Quad]:
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            raise SyntaxFault(str(error), file=self.name, line=error.lineno) from None
        except ValueError as error:
            raise self._fault(str(error)) from None
        yield from self.quads

    def _fault(self, message: str) -> SyntaxFault:
        return SyntaxFault(message, file=self.name, line=self.parser.CurrentLineNumber)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, local = tag.rpartition(" ")
        places = {"TriX": (), "graph": ("TriX",), "triple": ("TriX", "graph")}
        terms = ("uri", "id", "plainLiteral", "typedLiteral")
        above = tuple(self.path)
        fits = above == places[local] if local in places else local in terms and above[2:] in (
            (), ("triple",)
        ) and len(above) > 1  # fmt: skip
        if space != _SPACE or not fits:
            raise self._fault(f"<{local}> has no place here in TriX")
        self.path.append(local)
        self.attributes = attributes
        self.text.clear()
        if local == "graph":
            self.graph = ox.DefaultGraph()
        elif local == "triple":
            self.terms.clear()

    def _end(self, tag: str) -> None:
        local = self.path.pop()
        if local == "triple":
            self._state()
        elif local in ("graph", "TriX"):
            return
        elif self.path[-1] == "triple":
            self.terms.append(self._term(local))
        else:
            name = self._term(local)
            if isinstance(name, ox.Literal):
                raise self._fault("a graph is named by an IRI")
            self.graph = name

    def _term(self, local: str) -> Term:
        text = "".join(self.text)
        if local == "uri":
            return ox.NamedNode(text.strip())
        if local == "id":
            return ox.BlankNode(text.strip())
        if local == "plainLiteral":
            return ox.Literal(text, language=self.attributes.get(_LANGUAGE))
        return ox.Literal(text, datatype=ox.NamedNode(self.attributes.get("datatype", "")))

    def _state(self) -> None:
        subject, predicate, target = self.terms if len(self.terms) == 3 else (None, None, None)
        if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode):
            raise self._fault("a triple is a subject, the IRI of a predicate and an object")
        assert subject is not None
        assert target is not None
        self.quads.append(ox.Quad(subject, predicate, target, self.graph))
