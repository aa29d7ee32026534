"""What `format` can work out for a curator: offsets from names, marks from the source's text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims.folding import FoldedText, whole_digest
from magkg.claims.passage import measure
from magkg.errors import InputError
from magkg.vocabulary import MAG, OA, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from magkg.claims.sources import SourceTexts
    from magkg.claims.turtle import Document

__all__ = ["SPAN", "Described", "fill", "together"]

# The name of a passage (c) or of a span that was left out (l) in the file of its source.
SPAN = re.compile(
    r"(?P<source>[^#]+)#(?P<kind>[cl])(?P<start>0|[1-9]\d{0,17})-(?P<end>[1-9]\d{0,17})"
)
_CLASSES = {"c": MAG + "Passage", "l": MAG + "LeftOut"}
_LINKS = {"c": MAG + "passage", "l": MAG + "leftOut"}
_OTHER_TEXT = (
    "The text is another than the one that was read. `magkg verify --sources DIR` says what became"
    " of each passage; `magkg format --reread --sources DIR` takes the new text over where they"
    " still stand."
)
_INTEGER = ox.NamedNode(XSD + "integer")


def fill(
    document: Document, quads: Iterable[ox.Quad], namespace: str, sources: SourceTexts | None
) -> set[ox.Quad]:
    """Give the statements that a file lacks and that its names and the sources' texts provide.

    ``namespace`` is that of sources (what follows it is the slug). Only sources that the file
    itself describes are worked on. Raises InputError, naming every passage, where the file and the
    text differ: nothing that is written is ever overruled.
    """
    found = _Filling(document, quads)
    for source in sorted(found.sources):
        slug = source.removeprefix(namespace)
        text = sources.text(slug) if sources and slug != source else None
        digest = sources.sha256(slug) if sources and text is not None else None
        found.source(source, text, digest)
    together(sorted(found.errors.values(), key=lambda error: error.line or 0))
    return found.added


def together(errors: Sequence[InputError]) -> None:
    """Raise errors as one, each with its place on a line of its own; nothing where there are none.

    ``file`` and ``line`` of what is raised are those of the first.
    """
    if not errors:
        return
    first = errors[0]
    if len(errors) == 1:
        raise first
    hints = dict.fromkeys(each.hint for each in errors if each.hint)
    messages = [first.reason, *(each.message for each in errors[1:])]
    raise InputError("\n".join(messages), file=first.file, line=first.line, hint="\n".join(hints))


class Described:
    """What a file says of its sources, passages and spans left out, and what is wrong with it.

    ``spans`` holds the IRIs of passages ("c") and of what was left out ("l"), ``errors`` the first
    fault of each node.
    """

    def __init__(self, document: Document, quads: Iterable[ox.Quad]) -> None:
        self.document = document
        self.facts: dict[tuple[str, str], list[str]] = {}
        self.spans: dict[str, set[str]] = {"c": set(), "l": set()}
        self.sources: set[str] = set()
        self.errors: dict[str, InputError] = {}
        for quad in quads:
            value = getattr(quad.object, "value", "")
            subject, predicate = getattr(quad.subject, "value", ""), quad.predicate.value
            self.facts.setdefault((subject, predicate), []).append(value)
            if predicate == TYPE and value == MAG + "Source":
                self.sources.add(subject)
            for kind, link in _LINKS.items():
                if predicate == link:
                    self.spans[kind].add(value)
                elif predicate == TYPE and value == _CLASSES[kind]:
                    self.spans[kind].add(subject)

    def get(self, subject: str, predicate: str) -> str | None:
        """Give the one value of a property, as text."""
        return next(iter(self.facts.get((subject, predicate), ())), None)

    def integer(self, subject: str, predicate: str) -> int | None:
        """Give the one value of a property as a number, None where it is none."""
        value = self.get(subject, predicate)
        return int(value) if value and re.fullmatch(r"\d{1,18}", value) else None

    def offsets(self, iri: str) -> tuple[int, int] | None:
        """Give the offsets of a span, by its name or else by its properties; None without any."""
        if named := SPAN.fullmatch(iri):
            return int(named["start"]), int(named["end"])
        start, end = self.integer(iri, OA + "start"), self.integer(iri, OA + "end")
        return None if start is None or end is None else (start, end)

    def belongs(self, iri: str, kind: str, source: str) -> bool:
        """Say whether a span is one of a source: by its name, or by what it says."""
        named = SPAN.fullmatch(iri)
        if named and named["kind"] == kind and named["source"] == source:
            return True
        return self.get(iri, OA + "hasSource") == source

    def fault(self, subject: str, predicate: str, message: str, hint: str) -> None:
        """Note what is wrong with a subject; the first fault of each is enough."""
        line = self.document.lines.line(subject, predicate) or self._mention(subject)
        self.errors.setdefault(
            subject, InputError(message, file=self.document.name, line=line, hint=hint)
        )

    def _mention(self, iri: str) -> int | None:
        """Give the first line where an IRI that is not described is spoken of."""
        values = self.document.lines.index.values
        return min((line for (_, _, each), line in values.items() if each == iri), default=None)


class _Filling(Described):
    def __init__(self, document: Document, quads: Iterable[ox.Quad]) -> None:
        super().__init__(document, quads)
        self.added: set[ox.Quad] = set()

    def put(self, subject: str, predicate: str, value: str | int, origin: str, hint: str) -> None:
        """Add a literal, or make sure that the one which is there says the same."""
        said = self.facts.get((subject, predicate), [])
        if said and said != [str(value)]:
            name, term = subject.rpartition("/")[2], re.split(r"[#/]", predicate)[-1]
            self.fault(
                subject, predicate, f"{name} has {term} {said[0]}, but {origin} {value}", hint
            )
        if not said:
            kind = _INTEGER if isinstance(value, int) else None
            self._add(subject, predicate, ox.Literal(str(value), datatype=kind))

    def _add(self, subject: str, predicate: str, target: ox.NamedNode | ox.Literal) -> None:
        self.added.add(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), target))

    def source(self, source: str, text: str | None, digest: str | None) -> None:
        """Fill in a source's own marks, then its passages and the spans that were left out."""
        if text is not None and digest is not None:
            for name, value in (
                ("sha256", digest),
                ("characters", len(text)),
                ("foldedSha256", whole_digest(text)),
            ):
                self.put(source, MAG + name, value, "the text gives", _OTHER_TEXT)
        # Against another text every passage would be at fault; the source's own fault says why.
        folded = None if text is None or source in self.errors else FoldedText(text)
        for kind, spans in self.spans.items():
            for iri in sorted(spans):
                self._span(iri, kind, source, folded)

    def _span(self, iri: str, kind: str, source: str, text: FoldedText | None) -> None:
        named = SPAN.fullmatch(iri)
        if named and named["kind"] == kind and named["source"] == source:
            hint = "The name of a passage holds its offsets; write the same in both."
            start, end = int(named["start"]), int(named["end"])
            if self.get(iri, TYPE) is None:
                self._add(iri, TYPE, ox.NamedNode(_CLASSES[kind]))
            self.put(iri, OA + "start", start, "its name says", hint)
            self.put(iri, OA + "end", end, "its name says", hint)
            if kind == "c" and self.get(iri, OA + "hasSource") is None:
                self._add(iri, OA + "hasSource", ox.NamedNode(source))
        elif not self.belongs(iri, kind, source):
            return
        if text is not None and iri not in self.errors:
            self._marks(iri, kind, text)

    def _marks(self, iri: str, kind: str, text: FoldedText) -> None:
        offsets = self.offsets(iri)
        if offsets is None:
            return None  # a passage by its locator, or offsets that `check` reports
        try:
            marks = measure(text, *offsets)
        except InputError as error:
            return self.fault(iri, OA + "end", error.reason, error.hint)
        if kind == "l":
            return None
        hint = "The source's text differs, or the offsets do; see `magkg verify --sources DIR`."
        for name, value in marks.properties().items():
            self.put(iri, MAG + name, value, "the text gives", hint)
        return None
