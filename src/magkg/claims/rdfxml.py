"""RDF/XML as others send it: what must not reach the parser, and the lines it does not report.

pyoxigraph expands entities without a bound and takes quadratic time over deep elements, so expat
looks at a file first. Its errors in RDF/XML carry no line: `fault_line` finds it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from xml.parsers import expat

import pyoxigraph as ox

from magkg.claims.lines import Index, Resolver
from magkg.errors import SyntaxFault
from magkg.vocabulary import RDF, TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEPTH", "fault_line", "guard", "scan"]

# Elements within elements; hand-written RDF/XML has a handful.
DEPTH = 256
_XML = "http://www.w3.org/XML/1998/namespace"
_SYNTAX = frozenset(RDF + name for name in ("about", "ID", "nodeID", "resource", "datatype"))
# Attributes that carry the syntax and state nothing.
_SILENT = _SYNTAX | {RDF + "parseType", _XML + "base", _XML + "lang"}


class _Lines(io.BytesIO):
    """Hands out a text line by line, so that the lines read so far tell where a parser stands."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.lines = data.splitlines(keepends=True)
        self.given = 0

    def read(self, size: int | None = -1) -> bytes:
        if self.given == len(self.lines):
            return b""
        self.given += 1
        return self.lines[self.given - 1]


def guard(data: bytes, name: str, longest: int) -> None:
    """Refuse what would hurt: a DOCTYPE, deep elements, a text of more than ``longest`` characters.

    Raises SyntaxFault with its line, also where the XML is not well formed.
    """
    _Guard(name, longest).run(data)


class _Guard:
    """One pass of expat that raises at the first thing that must not reach the parser."""

    def __init__(self, name: str, longest: int) -> None:
        self.name = name
        self.longest = longest
        self.depth = 0
        self.size = 0  # of the text since the last tag, and the line where it began
        self.began = 1
        self.parser = expat.ParserCreate()
        self.parser.XmlDeclHandler = self.declaration
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.opened
        self.parser.EndElementHandler = self.closed
        self.parser.CharacterDataHandler = self.text

    def run(self, data: bytes) -> None:
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            raise SyntaxFault(
                f"this is not well-formed XML: {expat.ErrorString(error.code)}",
                file=self.name,
                line=error.lineno,
                column=error.offset + 1,
            ) from None

    def fault(self, message: str, hint: str, line: int | None = None) -> SyntaxFault:
        place = max(line or self.parser.CurrentLineNumber, 1)
        return SyntaxFault(message, file=self.name, line=place, hint=hint)

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8", "us-ascii"):
            raise self.fault(f"the file declares the encoding {encoding}", "Save it as UTF-8.")

    def doctype(self, *_: object) -> None:
        raise self.fault(
            "<!DOCTYPE is refused: entities can grow without bound or read other files",
            "Remove the DOCTYPE and write its entities out.",
        )

    def opened(self, *_: object) -> None:
        self.depth, self.size = self.depth + 1, 0
        if self.depth > DEPTH:
            raise self.fault(f"elements are nested deeper than {DEPTH}", "Give inner nodes IRIs.")

    def closed(self, _: str) -> None:
        self.depth, self.size = self.depth - 1, 0

    def text(self, part: str) -> None:
        if not self.size:
            self.began = self.parser.CurrentLineNumber
        self.size += len(part)
        if self.size > self.longest:
            message = f"a value is too long: {self.longest >> 20} MB can be read"
            raise self.fault(message, "Keep long texts outside the graph.", self.began)


def fault_line(data: bytes, base: str | None) -> int:
    """Give the line of the element that pyoxigraph refuses in well-formed RDF/XML.

    The parser is given one line at a time; where it raises, the tag that was completed last is at
    fault, and its line is the one where that tag begins.
    """
    lines = _Lines(data)
    try:
        for _ in ox.parse(lines, format=ox.RdfFormat.RDF_XML, base_iri=base):
            pass
    except SyntaxError as error:
        if error.lineno:
            return error.lineno
    read = b"".join(lines.lines[: lines.given])
    return read[: read.rfind(b"<") + 1].count(b"\n") + 1


def scan(data: bytes, base: str | None = None) -> Index:
    """Find the lines of subjects, properties and values by the positions of the elements."""
    return _Scan(data, base).run()


class _Level:
    """An element that is open: a node, a property, or something that states nothing."""

    def __init__(self, role: str, base: Resolver, subject: str = "", predicate: str = "") -> None:
        self.role = role
        self.base = base
        self.subject = subject
        self.predicate = predicate
        self.text: list[str] = []
        self.items = 0  # of rdf:li so far
        self.line = 0


class _Scan:
    def __init__(self, data: bytes, base: str | None) -> None:
        self.data = data
        self.found = Index()
        self.levels = [_Level("rdf", Resolver(base))]
        self.parser = expat.ParserCreate(namespace_separator="")
        self.parser.StartElementHandler = self.opened
        self.parser.EndElementHandler = self.closed
        self.parser.CharacterDataHandler = lambda part: self.levels[-1].text.append(part)

    def run(self) -> Index:
        self.parser.Parse(self.data, True)
        return self.found

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        outer = self.levels[-1]
        base = outer.base
        if _XML + "base" in attributes:
            base = Resolver(base(attributes[_XML + "base"]))
        if outer.role == "rdf" and name == RDF + "RDF":
            level = _Level("rdf", base)
        elif outer.role in ("rdf", "property"):
            level = self.node(name, attributes, base, outer)
        elif outer.role == "node":
            level = self.property(name, attributes, base, outer)
        else:
            level = _Level("literal", base)
        level.line = self.parser.CurrentLineNumber
        self.levels.append(level)

    def node(
        self, name: str, attributes: Mapping[str, str], base: Resolver, outer: _Level
    ) -> _Level:
        line = self.parser.CurrentLineNumber
        subject = ""
        if RDF + "about" in attributes:
            subject = base(attributes[RDF + "about"])
        elif RDF + "ID" in attributes:
            subject = base("#" + attributes[RDF + "ID"])
        self.found.subjects.setdefault(subject, line)
        if name != RDF + "Description":
            self.found.add(subject, TYPE, name, line)
        for attribute, value in attributes.items():
            if attribute not in _SILENT:
                self.found.add(subject, attribute, value, line)
        if outer.role == "property":
            self.found.add(outer.subject, outer.predicate, subject or None, outer.line)
        return _Level("node", base, subject)

    def property(
        self, name: str, attributes: Mapping[str, str], base: Resolver, outer: _Level
    ) -> _Level:
        line = self.parser.CurrentLineNumber
        if name == RDF + "li":
            outer.items += 1
            name = f"{RDF}_{outer.items}"
        if RDF + "ID" in attributes:  # the IRI of the statement itself
            self.found.subjects.setdefault(base("#" + attributes[RDF + "ID"]), line)
        target = attributes.get(RDF + "resource")
        self.found.add(outer.subject, name, None if target is None else base(target), line)
        kind = attributes.get(RDF + "parseType")
        if kind == "Resource":
            return _Level("node", base)
        role = "literal" if kind == "Literal" else "property"
        return _Level(role, base, outer.subject, name)

    def closed(self, name: str) -> None:
        level = self.levels.pop()
        if level.role == "property" and (text := "".join(level.text)).strip():
            self.found.add(level.subject, level.predicate, text, level.line)
