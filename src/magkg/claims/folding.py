"""A text with its white space folded, and fast search in it for passages known only by digest.

Where a passage is known by its SHA-256 alone, the only search is to digest every window of its
length. A ``FoldedText`` makes that cheap: it is told first which digests are wanted (``expect``),
and one walk over the windows of one length then answers for all of them.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, pairwise
from unicodedata import east_asian_width

__all__ = ["LINE_BREAKS", "WHITE_SPACE", "FoldedText", "Reading", "digest", "fold", "whole_digest"]

# The 25 code points with the Unicode property White_Space. str.isspace and \s of re differ from it
# (both take U+001C..U+001F), and digests must not hang on the version of Python.
WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
LINE_BREAKS = "\n\x0b\x0c\r\x85\u2028\u2029"
_RUN = re.compile(f"[{WHITE_SPACE}]+")
_BREAK = re.compile(f"[{LINE_BREAKS}]")
# After these a line may be broken without a space: hyphen-minus, hyphen, en dash, em dash.
_HYPHENS = "-\u2010\u2013\u2014"
_DASHES = ("--", "\u2014")
# A passage with more breaks of doubtful origin than this is not spelled out in every way.
_MOST_SPELLINGS = 1024

Span = tuple[int, int]


def fold(text: str) -> str:
    """Replace every run of white space by one space; nothing is stripped or normalised.

    White space is what has the Unicode property White_Space (25 code points, no-break spaces and
    the ideographic space included; the zero-width space has it not).
    """
    return _RUN.sub(" ", text)


def digest(text: str) -> str:
    """Give the SHA-256 of the UTF-8 of ``text`` in lower-case hex."""
    return sha256(text.encode()).hexdigest()


def whole_digest(text: str) -> str:
    """Give the digest of a whole text, folded and stripped (``mag:foldedSha256`` of a source)."""
    return digest(fold(text).strip(" "))


def raw(hexadecimal: str) -> bytes:
    """Give the 32 bytes of a hex digest, or no bytes where it is malformed and fits nothing."""
    try:
        return bytes.fromhex(hexadecimal)
    except ValueError:
        return b""


def _wide(character: str) -> bool:
    return east_asian_width(character) in "WF"


def _made_by_wrapping(text: str, start: int, end: int) -> bool:
    """Say whether the white space [start, end) may be a line break put where no space was.

    Tools that wrap lines break after a hyphen inside a word, around a dash, and between ideographs.
    """
    if start == 0 or end == len(text) or not _BREAK.search(text, start, end):
        return False
    if _wide(text[start - 1]) or _wide(text[end]):
        return True
    if text.startswith(_DASHES, end):
        return True
    return start > 1 and text[start - 1] in _HYPHENS and text[start - 2] not in WHITE_SPACE


class Reading:
    """One folded form of a text: ``folded``, and where each of its characters comes from.

    Character k of ``folded`` stands for the original code points [starts[k], ends[k]).
    """

    def __init__(self, text: str, *, join: bool) -> None:
        self.starts, self.ends = array("q"), array("q")
        self.soft: list[int] = []
        pieces: list[str] = []
        last = 0
        for run in _RUN.finditer(text):
            start, end = run.span()
            self._keep(last, start)
            pieces.append(text[last:start])
            soft = _made_by_wrapping(text, start, end)
            if not (soft and join):
                if soft:
                    self.soft.append(len(self.starts))
                pieces.append(" ")
                self.starts.append(start)
                self.ends.append(end)
            last = end
        self._keep(last, len(text))
        self.folded = "".join([*pieces, text[last:]])
        self._bytes = self.folded.encode()
        self._found: dict[int, tuple[set[bytes], dict[bytes, list[int]]]] = {}
        self._spelled: dict[int, tuple[set[bytes], dict[bytes, list[Span]]]] = {}

    def _keep(self, start: int, end: int) -> None:
        self.starts.extend(range(start, end))
        self.ends.extend(range(start + 1, end + 1))

    @cached_property
    def _byte_at(self) -> array[int] | range:
        if len(self._bytes) == len(self.folded):
            return range(len(self.folded) + 1)
        sizes = (1 + (c > "\x7f") + (c > "\u07ff") + (c > "\uffff") for c in self.folded)
        return array("q", accumulate(sizes, initial=0))

    def digest(self, start: int, end: int) -> bytes:
        """Give the SHA-256 (32 bytes) of the folded characters [start, end)."""
        at = self._byte_at
        return sha256(self._bytes[at[start] : at[end]]).digest()

    def span(self, start: int, end: int) -> Span:
        """Give the folded span of the original span [start, end)."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def origin(self, start: int, end: int) -> Span:
        """Give the original span of the folded, not empty span [start, end)."""
        return self.starts[start], self.ends[end - 1]

    def _windows(self, length: int) -> Iterator[bytes]:
        """Give the digest of each window of ``length`` in order."""
        at, content = self._byte_at, self._bytes
        ends = at[length:]
        return (sha256(content[low:high]).digest() for low, high in zip(at, ends, strict=False))

    def find(self, wanted: bytes, length: int, expected: set[bytes]) -> list[int]:
        """Give every folded index where a window of ``length`` has the digest ``wanted``.

        The walk looks for all ``expected`` digests at once; it is made again only for a new one.
        """
        sought, hits = self._found.get(length, (set(), {}))
        if wanted not in sought:
            sought, hits = expected | {wanted}, {}
            for index, found in enumerate(self._windows(length)):
                if found in sought:
                    hits.setdefault(found, []).append(index)
            self._found[length] = (sought, hits)
        return hits.get(wanted, [])

    def find_spelled(self, wanted: bytes, length: int, expected: set[bytes]) -> list[Span]:
        """Give the folded spans that have the digest when only some soft breaks are left out.

        For short windows (contexts): it spells out each window that holds two soft breaks or more;
        with fewer, the two readings show it already. Walks once for all ``expected``, as ``find``.
        """
        sought, hits = self._spelled.get(length, (set(), {}))
        if wanted not in sought:
            sought, hits = expected | {wanted}, {}
            for first, second in pairwise(self.soft):
                # Both breaks lie inside, and no earlier one: so each window is spelled once.
                previous = bisect_left(self.soft, first) - 1
                low = max(0, second - length, self.soft[previous] + 1 if previous >= 0 else 0)
                for start in range(low, first):
                    for text, end in self.spellings(start, length):
                        found = sha256(text.encode()).digest()
                        if found in sought:
                            hits.setdefault(found, []).append((start, end))
            self._spelled[length] = (sought, hits)
        return hits.get(wanted, [])

    def wholes(self) -> Iterator[bytes]:
        """Give the digest of the whole, stripped, with and without each of up to ten soft breaks.

        Gives nothing where there are more: two to the power of their number would be too many.
        """
        text = self.folded.rstrip(" ")
        waiting = [(len(self.folded) - len(self.folded.lstrip(" ")), sha256(), 0)]
        while waiting and 2 ** len(self.soft) <= _MOST_SPELLINGS:
            position, so_far, turn = waiting.pop()
            soft = self.soft[turn] if turn < len(self.soft) else len(text)
            so_far.update(text[position:soft].encode())
            if turn == len(self.soft):
                yield so_far.digest()
                continue
            spaced = so_far.copy()
            spaced.update(b" ")
            waiting += [(soft + 1, so_far, turn + 1), (soft + 1, spaced, turn + 1)]

    def spellings(self, start: int, length: int) -> Iterator[tuple[str, int]]:
        """Give each folded text of ``length`` from ``start`` on, with and without soft breaks.

        Yields (text, folded end), at most 1,024 of them.
        """
        waiting, given = [(start, "", bisect_left(self.soft, start))], 0
        while waiting and given < _MOST_SPELLINGS:
            position, text, turn = waiting.pop()
            need = length - len(text)
            soft = self.soft[turn] if turn < len(self.soft) else len(self.folded)
            if soft - position >= need:
                given += 1
                yield text + self.folded[position : position + need], position + need
            elif soft < len(self.folded):
                text += self.folded[position:soft]
                waiting.append((soft + 1, text, turn + 1))
                waiting.append((soft + 1, text + " ", turn + 1))


class FoldedText:
    """A text folded once, in which passages are looked for by their digests.

    ``text`` is the text as decoded; all offsets are code points of it. Besides the plain folding
    there is, where the text has line breaks that wrapping may have put where no space was (after a
    hyphen, around a dash, between ideographs), a second one without them.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = Reading(text, join=False)
        self._expected: set[bytes] = set()

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The foldings to look in: the plain one, then the joined one where it differs."""
        if not self.plain.soft:
            return (self.plain,)
        return (self.plain, Reading(self.text, join=True))

    @cached_property
    def sha256(self) -> str:
        """The digest of the whole text as it is."""
        return digest(self.text)

    def same_folded(self, folded_sha256: str) -> bool:
        """Say whether the whole text, folded and stripped, has the digest given."""
        return folded_sha256 in (digest(r.folded.strip(" ")) for r in self.readings) or (
            raw(folded_sha256) in self.plain.wholes()
        )

    def expect(self, digests: Iterable[str]) -> None:
        """Announce digests (hex) that will be looked for, so that one walk serves them all."""
        self._expected.update(raw(each) for each in digests)

    def find_spelled(self, folded_sha256: str, length: int) -> list[Span]:
        """Give the original spans of a short window in which some soft breaks are spaces."""
        plain, wanted = self.plain, raw(folded_sha256)
        if not wanted or len(plain.soft) < 2:
            return []
        spans = plain.find_spelled(wanted, length, self._expected)
        return [plain.origin(*span) for span in spans]

    def slice_digest(self, start: int, end: int) -> str | None:
        """Give the digest of the exact text [start, end), None where that is outside the text."""
        if not 0 <= start < end <= len(self.text):
            return None
        return digest(self.text[start:end])

    def find(self, folded_sha256: str, length: int) -> list[Span]:
        """Give every original span whose folded text has this digest and length, in order."""
        wanted = raw(folded_sha256)
        if not wanted or length < 1:
            return []
        spans = {
            reading.origin(index, index + length)
            for reading in self.readings
            for index in reading.find(wanted, length, self._expected)
        }
        return sorted(spans)

    def exact(self, start: int, end: int, length: int, exact_sha256: str) -> Span | None:
        """Give the span of ``length`` inside [start, end) with the exact digest, None without any.

        A passage may begin and end inside a run of white space, so its span may be the narrower.
        """
        last = min(end - length, self.plain.ends[self.plain.span(start, end)[0]] - 1)
        for low in range(start, last + 1):
            if self.slice_digest(low, low + length) == exact_sha256:
                return low, low + length
        return None
