"""A passage as a reader needs it: where it stands and, with the source at hand, what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from magkg.use.describe import Description, text
from magkg.use.verify import PassageVerdict, verify
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from magkg.claims.passage import Kind
    from magkg.claims.sources import SourceTexts
    from magkg.store.interface import Store

__all__ = ["PassageView", "views"]

# Where a sentence ends: punctuation before white space, or a line break.
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|\n")
# A sentence is shown up to so many characters on either side of its passage.
_SHOWN = 300


@dataclass(frozen=True)
class PassageView:
    """One passage: offsets in code points, or a locator; words and verdict where the source is.

    ``before`` and ``after`` are the rest of the sentence around ``words``.
    """

    iri: str
    start: int | None
    end: int | None
    locator: str | None
    sha256: str | None
    verdict: Kind
    new_start: int | None
    new_end: int | None
    before: str | None
    words: str | None
    after: str | None

    def as_json(self) -> dict[str, Any]:
        """Give the passage as one flat object."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def views(
    store: Store, claim: str, known: dict[str, Description], texts: SourceTexts | None, space: str
) -> list[PassageView]:
    """Give the passages of a claim in reading order.

    ``known`` describes the passages by IRI; ``space`` is the namespace of sources. With ``texts``
    each is read again: its words, the sentence around them, its verdict.
    """
    found = verify(store, texts, space, claim=claim, known=known)
    return [_view(each, known.get(each.passage, {}), texts, space) for each in found.passages]


def _view(
    found: PassageVerdict, passage: Description, texts: SourceTexts | None, space: str
) -> PassageView:
    slug = found.source.removeprefix(space)
    here = found.verdict not in ("gone", "misattributed", "not-at-hand")
    body = texts.text(slug) if texts is not None and here else None
    shown = (None, None, None) if body is None else _sentence(body, found)
    elsewhere = found.verdict == "misattributed"
    return PassageView(
        found.passage,
        found.start,
        found.end,
        text(passage, MAG + "locator"),
        text(passage, MAG + "sha256"),
        found.verdict,
        None if elsewhere else found.new_start,
        None if elsewhere else found.new_end,
        *shown,
    )


def _sentence(body: str, found: PassageVerdict) -> tuple[str, str, str]:
    """Give the words at the passage's place now, between the rest of their sentence."""
    start = (found.start if found.new_start is None else found.new_start) or 0
    end = (found.end if found.new_end is None else found.new_end) or 0
    low, high = max(0, start - _SHOWN), min(len(body), end + _SHOWN)
    ends = [each.end() for each in _SENTENCE_END.finditer(body, low, start)]
    low = ends[-1] if ends else low
    stop = _SENTENCE_END.search(body, end, high)
    high = stop.end() if stop else high
    return body[low:start].lstrip(), body[start:end], body[end:high].rstrip()
