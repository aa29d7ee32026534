"""Where the words of a passage stand in a source: offsets and marks for a curator to paste."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magkg.claims.folding import WHITE_SPACE, FoldedText, fold
from magkg.claims.passage import Marks, measure
from magkg.errors import InputError, UnknownName

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts

__all__ = ["Place", "anchor", "as_json", "as_line", "as_turtle", "places"]

_LINE_END = re.compile("\r\n|\r|\n")
# How much of a text is shown beside a place, in characters.
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A place where the words stand.

    ``start`` and ``end`` in code points, half-open; ``line`` from 1; ``exact`` says whether the
    words stand there as given or in other white space; ``before``, ``words`` and ``after`` are
    folded text for display.
    """

    start: int
    end: int
    line: int
    exact: bool
    before: str
    words: str
    after: str
    marks: Marks

    @property
    def fragment(self) -> str:
        """The fragment of the passage's IRI, ``cSTART-END``."""
        return f"c{self.start}-{self.end}"


def anchor(texts: SourceTexts, slug: str, words: str) -> list[Place]:
    """Give every place of a source where the words stand, exactly or in other white space.

    Raises UnknownName where the source's text is not at hand, and InputError where the words are
    empty or stand nowhere; that one shows the nearest place.
    """
    text = texts.text(slug)
    if text is None:
        raise UnknownName("source text", slug, texts.known(), hint=f"Texts are in {texts.folder}.")
    return places(text, words, name=slug)


def places(text: str, words: str, *, name: str = "the text") -> list[Place]:
    """Give every place of ``text`` where the words stand, in order; see ``anchor``.

    White space at the ends of the words is left out of the search.
    """
    sought = words.strip(WHITE_SPACE)
    if not sought:
        raise InputError("there are no words to look for", hint='Give them: anchor SLUG "words".')
    folded = FoldedText(text)
    needle = fold(sought)
    spans = {
        reading.origin(at, at + len(needle))
        for reading in folded.readings
        for at in _all(reading.folded, needle)
    }
    if not spans:
        raise _nowhere(folded, needle, name)
    lines = [found.end() for found in _LINE_END.finditer(text)]
    return [_place(folded, span, sought, lines) for span in sorted(spans)]


def _all(text: str, needle: str) -> list[int]:
    found, at = [], text.find(needle)
    while at >= 0:
        found.append(at)
        at = text.find(needle, at + 1)
    return found


def _place(folded: FoldedText, span: tuple[int, int], words: str, lines: list[int]) -> Place:
    start, end = span
    low, high = folded.plain.span(start, end)
    shown = folded.plain.folded
    return Place(
        start=start,
        end=end,
        line=bisect_right(lines, start) + 1,
        exact=folded.text[start:end] == words,
        before=shown[max(0, low - _SHOWN) : low],
        words=shown[low:high],
        after=shown[high : high + _SHOWN],
        marks=measure(folded, start, end),
    )


def _nowhere(folded: FoldedText, needle: str, name: str) -> InputError:
    """Say that the words stand nowhere, and where the longest run of them does."""
    text = folded.plain.folded
    begin, length = _longest_run(text, needle)
    hint = "No part of them stands there."
    if length:
        at = text.find(needle[begin : begin + length])
        start, end = folded.plain.origin(at, at + length)
        line = len(_LINE_END.findall(folded.text, 0, start)) + 1
        low, high = max(0, at - begin), at - begin + len(needle) + _SHOWN
        hint = (
            f"The nearest place, line {line}, has {length} of {len(needle)} characters in a row"
            f" ({start}-{end}): …{text[low : max(high, at + length)]}…"
        )
    return InputError(f"these words do not stand in {name}: {needle[:200]}", hint=hint)


def _longest_run(text: str, needle: str) -> tuple[int, int]:
    """Give (index, length) of the longest part of ``needle`` that stands in ``text``."""
    best, low, high = (0, 0), 0, len(needle)
    # What stands there in a length stands there in every shorter one, so halving finds it.
    while low < high:
        length = (low + high + 1) // 2
        starts = range(len(needle) - length + 1)
        hit = next((at for at in starts if needle[at : at + length] in text), None)
        if hit is None:
            high = length - 1
        else:
            best, low = (hit, length), length
    return best


def as_json(place: Place) -> dict[str, str | int | bool]:
    """Give a place as one flat object: its passage's fragment, offsets, line, text around it."""
    names = ("start", "end", "line", "exact", "before", "words", "after")
    shown: dict[str, str | int | bool] = {name: getattr(place, name) for name in names}
    return {"passage": place.fragment, **shown}


def as_line(place: Place) -> str:
    """Give a place as one line for a terminal: fragment, line, and the words in their context."""
    spaced = "" if place.exact else " (in other white space)"
    shown = f"…{place.before}[{place.words}]{place.after}…"
    return f"{place.fragment}  line {place.line}{spaced}: {shown}"


def as_turtle(place: Place) -> str:
    """Give the description of a passage for the file of its source, one property a line.

    The source is ``<>``, as the file's ``@base`` makes it (DESIGN, section 3).
    """
    marks = place.marks
    lines = [f"oa:start {marks.start}", f"oa:end {marks.end}"]
    for name, value in marks.properties().items():
        lines.append(f"mag:{name} {value}" if isinstance(value, int) else f'mag:{name} "{value}"')
    head = f"<#{place.fragment}> a mag:Passage"
    return " ;\n    ".join([head, "oa:hasSource <>", *lines]) + " .\n"
