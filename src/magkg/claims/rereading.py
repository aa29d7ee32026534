"""Taking over a source's text that has changed: every passage at its new place, or a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims.filling import SPAN, Described, together
from magkg.claims.passage import FoldedText, Marks, judge, measure
from magkg.errors import InputError
from magkg.vocabulary import MAG, OA, XSD

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts
    from magkg.claims.turtle import Document

__all__ = ["carry_over"]

Span = tuple[int, int]

# The verdicts on which a passage still says what was read.
_STANDS = frozenset(("intact", "reflowed", "moved"))
_MARKS = ("sha256", "foldedSha256", "foldedLength", "beforeSha256", "afterSha256")
# What is measured anew: dropped here, and filled in again by `fill`.
_MEASURED = frozenset((OA + "start", OA + "end", *(MAG + name for name in _MARKS)))
_OF_SOURCE = frozenset(MAG + name for name in ("sha256", "characters", "foldedSha256"))
# How many characters are hashed at most to find where a text was inserted: about a second's work.
_MOST_HASHED = 2**30


def carry_over(
    document: Document, quads: Iterable[ox.Quad], namespace: str, sources: SourceTexts
) -> set[ox.Quad]:
    """Give the statements of a file with every passage at its place in the text as it is now.

    Only sources that the file describes and whose text has another digest than their record are
    worked on. ``namespace`` is that of sources. A passage that is intact, reflowed or moved
    (``judge``) gets its new offsets, in its name too, wherever the file speaks of it. What was left
    out has no digests: it goes with its neighbours (passages, the edges of the text) where these
    were shifted alike, or where the text was proven to be the old one with a single insertion.
    The digests are left away, for `fill` to measure.

    Raises InputError, naming every passage with its claims and its verdict, where one is altered
    or gone, where two fall on one place, and where the place of what was left out is not certain.
    """
    found = _Rereading(document, quads)
    for source in sorted(found.sources):
        slug = source.removeprefix(namespace)
        text = sources.text(slug) if slug != source else None
        read = found.get(source, MAG + "sha256")
        if text is not None and read not in (None, sources.sha256(slug)):
            found.read(_Source(found, source, FoldedText(text)))
    together(sorted(found.errors.values(), key=lambda error: error.line or 0))
    return found.carried()


class _Rereading(Described):
    def __init__(self, document: Document, quads: Iterable[ox.Quad]) -> None:
        self.quads = set(quads)
        super().__init__(document, self.quads)
        self.read_again: set[str] = set()
        self.places: dict[str, Span] = {}
        self.words: dict[str, str] = {}

    def marks(self, iri: str) -> Marks | None:
        """Give what is written of a passage, None where it is not all there."""
        offsets, length = self.offsets(iri), self.integer(iri, MAG + "foldedLength")
        exact, folded, before, after = (
            self.get(iri, MAG + name) for name in _MARKS if name != "foldedLength"
        )
        if not (offsets and length and exact and folded and before and after):
            return None
        return Marks(*offsets, exact, folded, length, before, after)

    def read(self, source: _Source) -> None:
        self.read_again.add(source.iri)
        for iri in sorted(each for each in self.spans["c"] if self.belongs(each, "c", source.iri)):
            if self.offsets(iri) is not None:  # else a passage by its locator
                self._passage(iri, source)
        if source.sound:
            spans = (each for each in self.spans["l"] if self.belongs(each, "l", source.iri))
            for iri in sorted(spans):
                self._left_out(iri, source)

    def _passage(self, iri: str, source: _Source) -> None:
        name, marks = self._named(iri), self.marks(iri)
        if marks is None:
            hint = 'Take what `magkg anchor SLUG "words" --turtle` prints in its place.'
            return self._refuse(iri, source, f"{name} has no marks to be found by", hint)
        verdict, place = source.judge(marks)
        if verdict not in _STANDS:
            told = {"altered": "other words stand in its place"}.get(verdict, "it stands nowhere")
            hint = 'Read the claim again: `magkg anchor SLUG "words"` finds another passage for it.'
            return self._refuse(iri, source, f"{name} is {verdict}: {told}", hint)
        old = self.offsets(iri)
        twin = next((k for k, v in source.moved.items() if v[1] == place and v[0] != old), None)
        if twin is not None:
            message = f"{name} and {self._named(twin)} are one passage now, {place[0]}-{place[1]}"
            hint = "Let their claims share the passage, or find each its own: `magkg anchor`."
            return self._refuse(iri, source, message, hint)
        source.moved[iri] = ((marks.start, marks.end), place)
        self.places[iri] = place
        self.words[iri] = source.text.text[slice(*place)]
        return None

    def _left_out(self, iri: str, source: _Source) -> None:
        offsets = self.offsets(iri)
        if offsets is None:
            return  # `check` reports it
        shift = source.shift(offsets)
        if shift is not None:
            start, end = offsets[0] + shift, offsets[1] + shift
            try:
                measure(source.text, start, end)
            except InputError:
                shift = None
            else:
                self.places[iri] = (start, end)
        if shift is None:
            message = f"{self._named(iri)} was left out, and its place in the new text is not sure"
            hint = "Take it away (with its mag:leftOut), and say anew what is left out."
            self._refuse(iri, source, message, hint)

    def _named(self, iri: str) -> str:
        """Give the short name of a span, with the claims that a passage belongs to."""
        claims = sorted(
            str(getattr(quad.subject, "value", "")).rpartition("/")[2]
            for quad in self.quads
            if quad.predicate.value == MAG + "passage" and quad.object == ox.NamedNode(iri)
        )
        name = iri.rpartition("/")[2]
        return f"{name} (the passage of {', '.join(claims)})" if claims else name

    def _refuse(self, iri: str, source: _Source, message: str, hint: str) -> None:
        source.sound = False
        self.fault(iri, OA + "start", message, hint)

    def carried(self) -> set[ox.Quad]:
        """Give the statements with new offsets, names and words, without what is measured anew."""
        names = {iri: self._renamed(iri) for iri in self.places}
        made = {
            ox.Quad(ox.NamedNode(names[iri]), ox.NamedNode(OA + edge), _integer(value))
            for iri, place in self.places.items()
            for edge, value in zip(("start", "end"), place, strict=True)
        }
        for quad in self.quads:
            subject, predicate = str(getattr(quad.subject, "value", "")), quad.predicate.value
            if subject in self.places and predicate in _MEASURED:
                continue
            if subject in self.read_again and predicate in _OF_SOURCE:
                continue
            target = quad.object
            if predicate == MAG + "exact" and isinstance(target, ox.Literal):
                target = _reworded(target, self.words.get(subject))
            elif isinstance(target, ox.NamedNode):
                target = ox.NamedNode(names.get(target.value, target.value))
            owner = quad.subject if subject not in names else ox.NamedNode(names[subject])
            made.add(ox.Quad(owner, quad.predicate, target))
        return made

    def _renamed(self, iri: str) -> str:
        named, (start, end) = SPAN.fullmatch(iri), self.places[iri]
        return f"{named['source']}#{named['kind']}{start}-{end}" if named else iri


class _Source:
    """A source whose text has changed, and where its passages were found: old and new offsets."""

    def __init__(self, found: _Rereading, iri: str, text: FoldedText) -> None:
        self.iri = iri
        self.text = text
        self.sound = True
        self.sha256 = found.get(iri, MAG + "sha256") or ""
        self.characters = found.integer(iri, MAG + "characters")
        self.moved: dict[str, tuple[Span, Span]] = {}
        folded = found.get(iri, MAG + "foldedSha256")
        self.reflowed = folded is not None and text.same_folded(folded)
        marks = (found.marks(each) for each in found.spans["c"] if found.belongs(each, "c", iri))
        text.expect(each for mark in marks if mark for each in mark.digests())

    def judge(self, marks: Marks) -> tuple[str, Span]:
        """Give the verdict on a passage, and its place now (the old one unless it has another)."""
        found = judge(marks, self.text, whole_reflowed=self.reflowed, characters=self.characters)
        start = marks.start if found.new_start is None else found.new_start
        return found.verdict, (start, marks.end if found.new_end is None else found.new_end)

    def shift(self, span: Span) -> int | None:
        """Give by how much a span was shifted that has no digest, None where that is not sure."""
        edges = {(0, 0)}
        if self.characters is not None:
            edges.add((self.characters, len(self.text.text) - self.characters))
        for old, new in self.moved.values():
            edges |= {(before, after - before) for before, after in zip(old, new, strict=True)}
        low = max((at for at, _ in edges if at <= span[0]), default=0)
        high = min((at for at, _ in edges if at >= span[1]), default=None)
        shifts = {shift for at, shift in edges if high is not None and low <= at <= high}
        if len(shifts) == 1:
            return shifts.pop()
        if self.insertion and self.characters is not None:
            first, last = self.insertion
            if first <= span[0]:
                return len(self.text.text) - self.characters
            if last >= span[1]:
                return 0
        return None

    @cached_property
    def insertion(self) -> Span | None:
        """Where all that is new was inserted, proven by the digest of the old text.

        Give the first and the last offset that will do (a repeated letter allows several); None
        where the change was another one, or would take too long to find.
        """
        text, grown = self.text.text, len(self.text.text) - (self.characters or 0)
        if self.characters is None or grown <= 0:
            return None
        low = max((old[1] for old, new in self.moved.values() if old == new), default=0)
        later = (old[0] for old, new in self.moved.values() if old != new)
        high = min(later, default=self.characters)
        if (high - low + 1) * len(text) > _MOST_HASHED:
            return None
        fitting: list[int] = []
        before = sha256(text[:low].encode())
        for at in range(low, high + 1):
            whole = before.copy()
            whole.update(text[at + grown :].encode())
            if whole.hexdigest() == self.sha256:
                fitting.append(at)
            before.update(text[at : at + 1].encode())
        return (fitting[0], fitting[-1]) if fitting else None


def _integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))


def _reworded(literal: ox.Literal, words: str | None) -> ox.Literal:
    """Put the words of the new text, in their white space, for those quoted from the old one."""
    if words is None or literal.language:
        return literal if words is None else ox.Literal(words, language=literal.language)
    return ox.Literal(words, datatype=literal.datatype)
