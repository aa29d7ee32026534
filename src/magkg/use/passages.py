"""A passage as a reader needs it: where it stands and, with the source at hand, what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from magkg.claims.passage import FoldedText, Kind, Marks, Verdict, judge
from magkg.claims.sources import SourceTexts
from magkg.use.describe import Description, text
from magkg.vocabulary import MAG, OA

__all__ = ["PassageView", "marks_of", "view"]

# Where a sentence ends: punctuation before white space, or a line break.
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|\n")
# A sentence is shown up to this many characters on either side of its passage.
_SHOWN = 300


@dataclass(frozen=True)
class PassageView:
    """One passage: offsets in code points, or a locator; text and verdict where the source is.

    ``before`` and ``after`` are the rest of the sentence around ``words``.
    """

    iri: str
    start: int | None
    end: int | None
    locator: str | None
    sha256: str | None
    verdict: Kind
    new_start: int | None = None
    new_end: int | None = None
    before: str | None = None
    words: str | None = None
    after: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the passage as one flat object."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def marks_of(passage: Description) -> Marks | None:
    """Give the marks of a passage node, None where it has a locator in their place."""
    names = ("sha256", "foldedSha256", "foldedLength", "beforeSha256", "afterSha256")
    held = [text(passage, OA + "start"), text(passage, OA + "end")]
    held += [text(passage, MAG + name) for name in names]
    if any(value is None for value in held):
        return None
    start, end, exact, folded, length, before, after = (str(value) for value in held)
    return Marks(int(start), int(end), exact, folded, int(length), before, after)


def view(
    iri: str, passage: Description, source: Description, slug: str, texts: SourceTexts | None
) -> PassageView:
    """Look at a passage of the source ``slug``; its words are read where the text is at hand."""
    marks = marks_of(passage)
    start, end = (marks.start, marks.end) if marks else (None, None)
    locator, digest = text(passage, MAG + "locator"), text(passage, MAG + "sha256")
    body = texts.text(slug) if texts is not None and marks is not None else None
    if body is None or marks is None or texts is None:
        return PassageView(iri, start, end, locator, digest, "not-at-hand")
    folded = FoldedText(body)
    verdict = judge(
        marks,
        folded,
        unchanged=texts.sha256(slug) == text(source, MAG + "sha256"),
        whole_reflowed=folded.same_folded(text(source, MAG + "foldedSha256") or ""),
        elsewhere=(
            (other, FoldedText(found))
            for other in texts.known()
            if other != slug and (found := texts.text(other)) is not None
        ),
    )
    shown = _sentence(body, verdict, marks)
    return PassageView(
        iri, start, end, locator, digest, verdict.verdict,
        verdict.new_start, verdict.new_end, *shown,
    )  # fmt: skip


def _sentence(
    body: str, verdict: Verdict, marks: Marks
) -> tuple[str | None, str | None, str | None]:
    """Give the words at the passage's place now, between the rest of their sentence."""
    if verdict.verdict in ("gone", "misattributed", "not-at-hand"):
        return None, None, None
    start = marks.start if verdict.new_start is None else verdict.new_start
    end = marks.end if verdict.new_end is None else verdict.new_end
    low, high = max(0, start - _SHOWN), min(len(body), end + _SHOWN)
    ends = [found.end() for found in _SENTENCE_END.finditer(body, low, start)]
    low = ends[-1] if ends else low
    stop = _SENTENCE_END.search(body, end, high)
    high = stop.end() if stop else high
    return body[low:start].lstrip(), body[start:end], body[end:high].rstrip()
