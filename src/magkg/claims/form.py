"""The rules of form (DESIGN, section 3): what keeps an id the same before and after a store."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from magkg.claims.layout import HIDDEN
from magkg.errors import Finding
from magkg.vocabulary import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from magkg.claims.turtle import Document

__all__ = ["DATATYPES", "UNSAFE", "canonical", "faults", "hidden", "is_canonical"]

# The closed list, with what a value looks like.
DATATYPES: Final = {
    XSD + "string": '"text"',
    RDF + "langString": '"text"@en',
    XSD + "integer": "350",
    XSD + "decimal": "1.5",
    XSD + "boolean": "true",
    XSD + "date": '"2024-05-31"^^xsd:date',
    XSD + "dateTime": '"2024-05-31T09:30:00Z"^^xsd:dateTime',
    XSD + "anyURI": '"https://example.org/"^^xsd:anyURI',
}
# Schemes that run, embed or read something where a page shows them as a link.
UNSAFE: Final = ("javascript", "vbscript", "data", "file", "blob")

_FORMS: Final = {
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    XSD + "decimal": re.compile(r"(?!-0\Z)-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?"),
    XSD + "boolean": re.compile(r"true|false"),
    XSD + "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    XSD + "dateTime": re.compile(
        r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]*[1-9])?Z"
    ),
    XSD + "anyURI": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*"),
}
_DEFAULT = ox.DefaultGraph()
_SUBJECT = ox.NamedNode("urn:s")
_CLIMBS = re.compile(r"[/\\](?:\.|%2[eE]){2}(?=[/\\?#]|$)")
_HIDDEN = re.compile(f"[{HIDDEN}]")
# In names a variation selector makes two that look the same.
_HIDDEN_IN_NAME = re.compile(f"[{HIDDEN}\ufe00-\ufe0f]")
# Joiners belong to the spelling of several scripts and to emoji, not between plain letters.
_JOINER = re.compile(r"(?<=[^\x00-\xff])[\u200c\u200d](?=[^\x00-\xff])")


def is_canonical(value: ox.Literal) -> bool:
    """Say whether a literal has a permitted datatype and is written as Oxigraph's store writes it.

    >>> is_canonical(ox.Literal("1.5", datatype=ox.NamedNode(XSD + "decimal")))
    True
    >>> is_canonical(ox.Literal("1.50", datatype=ox.NamedNode(XSD + "decimal")))
    False
    """
    kind = value.datatype.value
    if kind not in DATATYPES:
        return False
    form = _FORMS.get(kind)
    if form is None:
        return True
    match = form.fullmatch(value.value)
    if match is None:
        return False
    try:
        if kind == XSD + "integer" and not -(1 << 63) <= int(value.value) < 1 << 63:
            return False  # Oxigraph's store computes with 64 bits; a longer one is never compared
        if kind == XSD + "date":
            date.fromisoformat(value.value)
        elif kind == XSD + "dateTime":
            datetime.fromisoformat(match[1])
    except ValueError:
        return False
    return True


def canonical(value: ox.Literal) -> ox.Literal | None:
    """Give the same value in canonical form, None where it has none among the permitted datatypes.

    The rewriting is Oxigraph's own: the literal goes through a store in memory and comes back.
    """
    if is_canonical(value):
        return value
    store = ox.Store()
    store.add(ox.Quad(_SUBJECT, _SUBJECT, value))
    found = next(iter(store)).object
    return found if isinstance(found, ox.Literal) and is_canonical(found) else None


def faults(document: Document) -> list[Finding]:
    """Give every fault of form in a document, in the order of the lines, each once."""
    return sorted(set(_Look(document).run()), key=lambda each: (each.line, each))


def hidden(text: str) -> str:
    """Give the first character of a text that no reader sees, as U+200B; "" where there is none."""
    found = _HIDDEN.search(_JOINER.sub("", text))
    return f"U+{ord(found[0]):04X}" if found else ""


def _short(iri: str) -> str:
    for space, prefix in ((XSD, "xsd:"), (RDF, "rdf:")):
        if iri.startswith(space):
            return prefix + iri.removeprefix(space)
    return f"<{iri}>"


def _shown(text: str) -> str:
    text = _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04X}", text)
    return text if len(text) <= 60 else text[:57] + "..."


class _Look:
    """One document under the rules of form."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.graphs: set[str] = set()
        self.has_blanks = False

    def run(self) -> Iterator[Finding]:
        for quad in self.document.quads:
            yield from self.quad(quad)
        yield from self.text()

    def finding(self, line: int | None, subject: str, kind: str, message: str) -> Finding:
        return Finding(self.document.name, line or 0, subject, kind, message)

    def quad(self, quad: ox.Quad) -> Iterator[Finding]:
        subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""

        def fault(kind: str, message: str) -> Finding:
            value = getattr(quad.object, "value", None)
            line = self.document.lines.line(subject, quad.predicate.value, value)
            return self.finding(line, subject, kind, message)

        if quad.graph_name != _DEFAULT:
            yield from self.graph(quad, fault)
        if not subject or isinstance(quad.object, ox.BlankNode):
            self.has_blanks = True
        if isinstance(quad.object, ox.Literal):
            yield from self.literal(quad.object, fault)
        elif isinstance(quad.object, ox.Triple):
            yield fault(
                "triple-term",
                "a statement about a statement (RDF 1.2) is not read here: make it a claim",
            )
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode):
                yield from self.iri(term.value, fault)

    def graph(self, quad: ox.Quad, fault: Callable[[str, str], Finding]) -> Iterator[Finding]:
        name = str(quad.graph_name)
        if name in self.graphs:
            return
        self.graphs.add(name)
        found = fault(
            "named-graph",
            f"the graph {name} is not for authors: state it without naming a graph",
        )
        # TriG names the graph where its braces open; N-Quads at the end of each statement.
        yield replace(found, line=self.document.lines.line(name[1:-1]) or found.line)

    def literal(self, value: ox.Literal, fault: Callable[[str, str], Finding]) -> Iterator[Finding]:
        kind, text = value.datatype.value, value.value
        if kind not in DATATYPES:
            listed = ", ".join(DATATYPES[each] for each in DATATYPES)
            yield fault(
                "datatype",
                f"{_shown(text)} has the datatype {_short(kind)}, which is not in use here:"
                f" write one of {listed}",
            )
        elif not is_canonical(value):
            better = canonical(value)
            advice = f"write {better.value}" if better else f"write it like {DATATYPES[kind]}"
            yield fault(
                "lexical-form",
                f"{_shown(text)} is not the canonical form of {_short(kind)}: {advice}",
            )
        elif kind == XSD + "anyURI":
            yield from self.iri(text, fault)
        if found := hidden(text):
            yield fault(
                "hidden-character",
                f'"{_shown(text)}" holds the invisible character {found}: remove it',
            )

    def iri(self, iri: str, fault: Callable[[str, str], Finding]) -> Iterator[Finding]:
        for kind, message in _iri_faults(iri):
            yield fault(kind, message)

    def text(self) -> Iterator[Finding]:
        """Give the faults that only the text shows, because the parser resolves them away."""
        if self.document.lines.plain and not self.has_blanks:
            return
        index = self.document.lines.index
        for line, subject, written in index.leaving:
            yield self.finding(line, subject, "leaves-folder", _climbing(written))
        for line, subject, tag in index.tags:
            yield self.finding(
                line, subject, "language-tag", f"@{tag} is not in lower case: write @{tag.lower()}"
            )
        if self.has_blanks:
            for line, subject in index.blanks or [(0, "")]:
                yield self.finding(
                    line,
                    subject,
                    "blank-node",
                    "a node without a name cannot be cited or compared:"
                    " give it an IRI of its own, such as <#e-1>",
                )


@lru_cache(maxsize=100_000)  # the same few predicates, classes and sources come again and again
def _iri_faults(iri: str) -> tuple[tuple[str, str], ...]:
    found = []
    if hidden := _HIDDEN_IN_NAME.search(iri):
        said = f"the IRI <{_shown(iri)}> holds the invisible character U+{ord(hidden[0]):04X}:"
        found.append(("hidden-character", f"{said} type the name anew"))
    scheme = iri.partition(":")[0].lower()
    if scheme in UNSAFE:
        said = f"<{_shown(iri)}> is a {scheme}: address, which nobody else can or should open:"
        found.append(("unsafe-iri", f"{said} give an https: address"))
    elif _CLIMBS.search(iri):
        found.append(("leaves-folder", _climbing(iri)))
    return tuple(found)


def _climbing(iri: str) -> str:
    return (
        f"<{_shown(iri)}> climbs out of its folder with '..': write the IRI that is meant in full"
    )
