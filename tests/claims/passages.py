"""A story, random texts with spans of them, and how a test asks for a verdict."""

from __future__ import annotations

import re

from hypothesis import assume, settings
from hypothesis import strategies as st

from magkg.claims import folding
from magkg.claims.passage import (
    FoldedText,
    Marks,
    Verdict,
    fold,
    judge,
    measure,
    whole_digest,
)

STORY = (
    "A fox lives by the river Elbe. In spring it hunts voles in the wet meadow, and in autumn it"
    " eats the windfall of the orchard. Nobody has counted the foxes there since the great flood."
    " The miller says that there are four; his wife, who walks further, says that there are nine."
)
SPACES = st.text(alphabet=folding.WHITE_SPACE, min_size=1, max_size=3)
# Letters that repeat often, combining marks, ideographs, an astral letter, spaces of several kinds.
LETTERS = "ab-a\u0301e\u0308\u6f22\u5b57\u3042\U0001d49c"
TEXTS = st.text(alphabet=LETTERS + "  \n\u00a0\u3000", min_size=1, max_size=120)
many = settings(deadline=None, max_examples=200)


def at(text: str, words: str, *, last: bool = False) -> Marks:
    start = text.rindex(words) if last else text.index(words)
    return measure(text, start, start + len(words))


def verdict(marks: Marks, text: str, source: str | None = None, **others: str) -> Verdict:
    """Judge as `verify` does, with the record of the text that was read in the first place."""
    folded = FoldedText(text)
    return judge(
        marks,
        folded,
        unchanged=text == source,
        whole_reflowed=source is not None and folded.same_folded(whole_digest(source)),
        characters=None if source is None else len(source),
        elsewhere=((slug, FoldedText(other)) for slug, other in others.items()),
    )


@st.composite
def spans(draw: st.DrawFn, texts: st.SearchStrategy[str] = TEXTS) -> tuple[str, int, int]:
    """A text and a span of it that is not white space only."""
    text = draw(texts)
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    assume(fold(text[start:end]) != " ")
    return text, start, end


def rewrapped(text: str, spaces: list[str]) -> str:
    """Put other white space for each run of it."""
    turns = iter(spaces)
    return re.sub(f"[{folding.WHITE_SPACE}]+", lambda _: next(turns), text)
