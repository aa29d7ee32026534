"""The marks of a passage, and the verdict on it when its source is read again.

The graph keeps no text of a source, only offsets and digests (CONTRACT, "A passage"). Of the text,
folded once as a whole (``fold``), the passage covers some folded characters; ``before_sha256`` is
the digest of the up to 32 folded characters directly before them, ``after_sha256`` of the up to 32
directly after them. At the edge of a text a context is shorter, or empty.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from magkg.claims.folding import WHITE_SPACE, FoldedText, digest, fold, raw, whole_digest
from magkg.errors import InputError

__all__ = [
    "CONTEXT",
    "FAILED",
    "VERDICTS",
    "FoldedText",
    "Kind",
    "Marks",
    "Verdict",
    "digest",
    "fold",
    "judge",
    "measure",
    "whole_digest",
]

CONTEXT = 32
EMPTY = digest("")
# A context shorter than 32 comes from the edge of its source, white space aside.
_EDGE = 512
# Contexts shorter than this together ("- ", "a") stand everywhere; they overrule nothing.
_TELLING = 8

Span = tuple[int, int]

Kind = Literal["intact", "reflowed", "moved", "altered", "gone", "not-at-hand", "misattributed"]
VERDICTS: tuple[Kind, ...] = (
    "intact", "reflowed", "moved", "altered", "gone", "not-at-hand", "misattributed",
)  # fmt: skip
# The verdicts on which `verify` ends with exit code 1 (CONTRACT, "Command line").
FAILED: frozenset[Kind] = frozenset({"moved", "altered", "gone", "misattributed"})


@dataclass(frozen=True, slots=True)
class Marks:
    """What is kept of a passage: offsets in code points, half-open, and SHA-256 digests in hex."""

    start: int
    end: int
    sha256: str
    folded_sha256: str
    folded_length: int
    before_sha256: str
    after_sha256: str

    def digests(self) -> tuple[str, str, str]:
        """Give the digests that are searched for: of the folded passage and of its contexts."""
        return self.folded_sha256, self.before_sha256, self.after_sha256

    def properties(self) -> dict[str, str | int]:
        """Give what a passage says beside its offsets, by the name of the property in ``mag:``."""
        return {
            "sha256": self.sha256,
            "foldedSha256": self.folded_sha256,
            "foldedLength": self.folded_length,
            "beforeSha256": self.before_sha256,
            "afterSha256": self.after_sha256,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a passage.

    ``new_start`` and ``new_end`` are given for reflowed, moved and altered (then: what now stands
    between the contexts, possibly nothing); for misattributed they are offsets in ``found_in``,
    the slug of the source where the passage stands.
    """

    verdict: Kind
    new_start: int | None = None
    new_end: int | None = None
    found_in: str | None = None

    @property
    def failed(self) -> bool:
        """Whether the source no longer bears the passage out where the graph says it stands."""
        return self.verdict in FAILED


def measure(text: str | FoldedText, start: int, end: int) -> Marks:
    """Take the marks of the passage [start, end) of a text.

    Raises InputError where the span is empty, is outside the text or holds white space only.
    """
    folded = text if isinstance(text, FoldedText) else FoldedText(text)
    size = len(folded.text)
    if not 0 <= start < end <= size:
        raise InputError(
            f"the passage {start}-{end} does not lie in the text, which has {size} characters",
            hint="Offsets are code points from 0, the end is not included.",
        )
    reading = folded.plain
    low, high = reading.span(start, end)
    passage = reading.folded[low:high]
    if passage == " ":
        raise InputError(f"the passage {start}-{end} is nothing but white space")
    return Marks(
        start=start,
        end=end,
        sha256=digest(folded.text[start:end]),
        folded_sha256=digest(passage),
        folded_length=len(passage),
        before_sha256=digest(reading.folded[max(0, low - CONTEXT) : low]),
        after_sha256=digest(reading.folded[high : high + CONTEXT]),
    )


def judge(
    marks: Marks,
    text: FoldedText,
    *,
    unchanged: bool = False,
    whole_reflowed: bool = False,
    characters: int | None = None,
    elsewhere: Iterable[tuple[str, FoldedText]] = (),
) -> Verdict:
    """Say what became of a passage in the text of its source as it is now.

    ``unchanged``: the whole text has the digest of the source record. ``whole_reflowed``: it has
    the folded digest of the record. ``characters``: how many the record says the text had.
    ``elsewhere``: the other known sources (slug, text), read only where needed. The rules, first
    match first:

    1. The exact text stands at the old offsets: *intact*, at once where the whole text is unchanged
       or both contexts fit. Where ``characters`` is known, the exact text at the old offsets, or at
       these shifted by as much as the text has grown, is believed with one fitting context too:
       an edit beside a passage must not lead to a twin of its sentence elsewhere.
    2. Of all places where the folded text stands (the old one included), the one with more fitting
       contexts is taken, then the one nearest to the old offsets, or to these shifted by as much
       as the text has grown (``characters``). At the old offsets with the exact text it is
       *intact*; with the exact text elsewhere *moved*, or *reflowed* where the whole text was only
       re-wrapped; with the folded text alone *reflowed*.
    3. Line breaks that wrapping puts where no space was (after a hyphen, around a dash, between
       ideographs) are read both as a space and as nothing.
    4. A place with no fitting context gives way where both contexts (8 characters together, or
       more) are found in order around something else: *altered*. (One table cell was changed, and
       the same word stands in another.) So does a place with one context, where both are whole.
    5. No place, but both contexts in order, at most 4 x folded length + 400 characters apart, with
       anything or nothing between them: *altered*. An empty context is the edge of the text; one
       context at least must be more than that.
    6. The folded text stands in another known source: *misattributed*. Else *gone*.
    """
    case = _Case(marks, text, characters)
    if case.here and (unchanged or case.score(case.here) == 2):
        return Verdict("intact")
    place = case.home or case.place
    if place and (case.home or case.score(place) == 2):
        return case.found(place, whole_reflowed)
    gap = case.gap
    if place and not (gap and case.gives_way(place, gap)):
        return case.found(place, whole_reflowed)
    if gap:
        return Verdict("altered", *gap)
    for slug, other in elsewhere:
        for span in other.find(marks.folded_sha256, marks.folded_length)[:1]:
            return Verdict("misattributed", *span, found_in=slug)
    return Verdict("gone")


class _Case:
    """One passage and one text: where it may stand, and where its contexts stand."""

    def __init__(self, marks: Marks, text: FoldedText, characters: int | None) -> None:
        self.marks = marks
        self.text = text
        self.characters = characters
        exact = text.slice_digest(marks.start, marks.end) == marks.sha256
        self.here: Span | None = (marks.start, marks.end) if exact else None
        # The lengths that each context may have, the longest first.
        short = range(CONTEXT, 0, -1)
        known = characters is not None and characters - marks.end > _EDGE
        self.before_lengths = short[:1] if marks.start > _EDGE else short
        self.after_lengths = short[:1] if known else short

    @cached_property
    def befores(self) -> list[int]:
        """The original offsets at which the context before the passage ends."""
        return sorted({end for _, end in self._before_spans})

    @cached_property
    def afters(self) -> list[int]:
        """The original offsets at which the context after the passage starts."""
        return sorted({start for start, _ in self._after_spans})

    @cached_property
    def _before_spans(self) -> list[Span]:
        if self.marks.before_sha256 == EMPTY:
            return [(0, 0)]
        return self._contexts(self.marks.before_sha256, self.before_lengths)

    @cached_property
    def _after_spans(self) -> list[Span]:
        if self.marks.after_sha256 == EMPTY:
            return [(len(self.text.text),) * 2]
        return self._contexts(self.marks.after_sha256, self.after_lengths)

    def _contexts(self, wanted: str, lengths: range) -> list[Span]:
        # Only the true length can have the digest, so the first length that is found is it.
        found = next(filter(None, (self.text.find(wanted, length) for length in lengths)), [])
        return found or self.text.find_spelled(wanted, CONTEXT)

    def _weight(self) -> int:
        """Give the length of both contexts together, 0 to 64; a short one proves little."""
        spans = self._before_spans[:1] + self._after_spans[:1]
        return sum(min(CONTEXT, end - start) for start, end in spans)

    def score(self, place: Span) -> int:
        """Count the contexts (0 to 2) that fit directly before and after a place."""
        return self._before_fits(place) + self._after_fits(place)

    def _before_fits(self, place: Span) -> bool:
        wanted = raw(self.marks.before_sha256)
        for reading in self.text.readings:
            low = reading.span(*place)[0]
            if self.marks.before_sha256 == EMPTY:
                return low == 0
            lengths = (each for each in self.before_lengths if each <= low)
            if any(reading.digest(low - each, low) == wanted for each in lengths):
                return True
        return False

    def _after_fits(self, place: Span) -> bool:
        wanted = raw(self.marks.after_sha256)
        for reading in self.text.readings:
            high, size = reading.span(*place)[1], len(reading.folded)
            if self.marks.after_sha256 == EMPTY:
                return high == size
            lengths = (each for each in self.after_lengths if each <= size - high)
            if any(reading.digest(high, high + each) == wanted for each in lengths):
                return True
        return False

    @cached_property
    def place(self) -> Span | None:
        """The place to believe in: most fitting contexts, then nearest to the old one."""
        places = set(self._beside_contexts())
        if self.here:
            places.add(self.here)
        if not places:
            # Only now: a place with a fitting context would have been found beside it.
            places.update(self.text.find(self.marks.folded_sha256, self.marks.folded_length))
        return max(places, key=lambda each: (self.score(each), -self._distance(each)), default=None)

    @cached_property
    def home(self) -> Span | None:
        """The exact text where it was, or where the growth of the text put it, with a context."""
        if self.characters is None:
            return None
        shift = len(self.text.text) - self.characters
        start, end = self.marks.start + shift, self.marks.end + shift
        places = [self.here] if self.here else []
        if shift and self.text.slice_digest(start, end) == self.marks.sha256:
            places.append((start, end))
        believed = [each for each in places if self._supported(each)]
        return max(believed, key=self.score, default=None)

    def _supported(self, place: Span) -> bool:
        """Whether a context that is more than the edge of the text fits at a place."""
        before = self.marks.before_sha256 != EMPTY and self._before_fits(place)
        return before or (self.marks.after_sha256 != EMPTY and self._after_fits(place))

    def _distance(self, place: Span) -> int:
        """Give how far a place is from the old offsets, or from where they were all shifted to."""
        shift = 0 if self.characters is None else len(self.text.text) - self.characters
        moved = place[0] - self.marks.start
        return min(abs(moved), abs(moved - shift))

    def _beside_contexts(self) -> Iterator[Span]:
        """Give the places that begin where a context ends, or end where a context starts."""
        wanted, length = raw(self.marks.folded_sha256), self.marks.folded_length
        if length < 1:
            return
        none = True
        for reading in self.text.readings:
            starts = {reading.span(at, at)[0] for at in self.befores}
            starts |= {reading.span(at, at)[1] - length for at in self.afters}
            for low in starts:
                inside = 0 <= low <= len(reading.folded) - length
                if inside and reading.digest(low, low + length) == wanted:
                    none = False
                    yield reading.origin(low, low + length)
        plain = self.text.plain
        if none and plain.soft:
            for low in (plain.span(at, at)[0] for at in self.befores):
                for spelling, high in plain.spellings(low, length):
                    if digest(spelling) == self.marks.folded_sha256:
                        yield plain.origin(low, high)

    @cached_property
    def gap(self) -> Span | None:
        """What stands between the contexts, in order; the nearest such place to the old one.

        An empty span where nothing, or the one space that both contexts share, is left.
        """
        if EMPTY == self.marks.before_sha256 == self.marks.after_sha256:
            return None
        widest = 4 * self.marks.folded_length + 400
        gaps: list[Span] = []
        for end in self.befores:
            start = self._after_from(end)
            if start is None:
                continue
            low, high = self.text.plain.span(end, start) if start > end else (0, 0)
            if high - low <= widest:
                gaps.append((end, max(end, start)))
        return min(gaps, key=lambda each: abs(each[0] - self.marks.start), default=None)

    def _after_from(self, end: int) -> int | None:
        """Give the first offset of an after at ``end`` or later; a space may belong to both."""
        body = self.text.text
        while end and body[end - 1] in WHITE_SPACE:
            end -= 1
        turn = bisect_left(self.afters, end)
        return self.afters[turn] if turn < len(self.afters) else None

    def gives_way(self, place: Span, gap: Span) -> bool:
        """Say whether both contexts around something else are better evidence than this place."""
        if gap[0] == gap[1] or (gap[0] <= place[0] and place[1] <= gap[1]):
            return False
        if self.score(place) == 0:
            return self._weight() >= _TELLING
        # The one context that fits must be another copy of it, not one of those beside the gap.
        apart = place[0] != gap[0] and place[1] != gap[1]
        return apart and self._weight() == 2 * CONTEXT

    def found(self, place: Span, whole_reflowed: bool) -> Verdict:
        """Give the verdict on a passage whose folded text stands at ``place``."""
        length = self.marks.end - self.marks.start
        exact = self.text.exact(*place, length, self.marks.sha256)
        if exact is None:
            return Verdict("reflowed", *place)
        if exact == (self.marks.start, self.marks.end):
            return Verdict("intact")
        return Verdict("reflowed" if whole_reflowed else "moved", *exact)
