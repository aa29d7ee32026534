"""The verdict on a passage over random edits of random texts."""

from __future__ import annotations

import re
import textwrap

from hypothesis import assume, given
from hypothesis import strategies as st

from magkg.claims import folding
from magkg.claims.passage import (
    FoldedText,
    Verdict,
    fold,
    measure,
    whole_digest,
)
from tests.claims.passages import LETTERS, SPACES, TEXTS, many, rewrapped, spans, verdict


@many
@given(spans(), st.data())
def test_intact_is_never_wrong(case: tuple[str, int, int], data: st.DataObject) -> None:
    text, start, end = case
    marks = measure(text, start, end)
    new = data.draw(edited(text))
    found = verdict(marks, new, text)
    if found.verdict == "intact":
        assert new[start:end] == text[start:end]
    elif found.verdict == "moved":
        assert new[found.new_start : found.new_end] == text[start:end]
        assert (found.new_start, found.new_end) != (start, end)
    elif found.verdict == "reflowed":
        kept = fold(new[found.new_start : found.new_end])
        assert kept.replace(" ", "") == fold(text[start:end]).replace(" ", "")
    elif found.verdict == "altered":
        assert 0 <= found.new_start <= found.new_end <= len(new)
    else:
        assert found == Verdict("gone")
        assert text[start:end] not in new
    assert verdict(marks, text, text) == verdict(marks, text) == Verdict("intact")


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    """A text after up to three insertions, deletions, replacements or copies."""
    for _ in range(draw(st.integers(0, 3))):
        low = draw(st.integers(0, len(text)))
        high = draw(st.integers(low, len(text)))
        piece = draw(st.one_of(TEXTS, st.just(""), st.just(text[low:high])))
        into = draw(st.integers(0, len(text)))
        if draw(st.booleans()):
            text = text[:low] + piece + text[high:]
        else:
            text = text[:into] + piece + text[into:]
    return text


@many
@given(spans(), st.data())
def test_any_other_white_space_is_survived(case: tuple[str, int, int], data: st.DataObject) -> None:
    text, start, end = case
    runs = len(re.findall(f"[{folding.WHITE_SPACE}]+", text))
    new = rewrapped(text, data.draw(st.lists(SPACES, min_size=runs, max_size=runs)))
    found = verdict(measure(text, start, end), new, text)
    assert found.verdict in ("intact", "reflowed")
    if found.verdict == "reflowed":
        assert fold(new[found.new_start : found.new_end]) == fold(text[start:end])
    # Without the digest of the whole the place is the same, and never is it lost.
    assert verdict(measure(text, start, end), new).verdict in ("intact", "reflowed", "moved")


WORDS = st.lists(
    st.one_of(
        st.from_regex(r"[a-zäé]{1,8}(-{1,2}[a-z]{2,5}){0,2}[.,;]?", fullmatch=True),
        st.text(alphabet="\u6f22\u5b57\u3042\u3044", min_size=1, max_size=9),
        st.just("\u00a0"),
        st.just("pre- and"),
    ),
    min_size=1,
    max_size=60,
)


@many
@given(WORDS, st.integers(20, 120), st.data())
def test_textwrap_is_survived(words: list[str], width: int, data: st.DataObject) -> None:
    text = " ".join(words).strip(folding.WHITE_SPACE)
    assume(text)
    starts = [found.start() for found in re.finditer(r"\S+", text)]
    ends = [found.end() for found in re.finditer(r"\S+", text)]
    first = data.draw(st.integers(0, len(starts) - 1))
    start, end = starts[first], ends[data.draw(st.integers(first, len(starts) - 1))]
    new = textwrap.fill(text, width)
    found = verdict(measure(text, start, end), new, text)
    if FoldedText(new).same_folded(whole_digest(text)):
        assert found.verdict in ("intact", "reflowed")
    else:
        # Dozens of breaks, some of them where a space was and others not: no digest tells which.
        assert found.verdict in ("intact", "reflowed", "moved")


@many
@given(spans(), TEXTS)
def test_text_inserted_before_moves_the_passage_there(
    case: tuple[str, int, int], prefix: str
) -> None:
    text, start, end = case
    prefix = "#" * len(prefix) + "!"
    found = verdict(measure(text, start, end), prefix + text, text)
    if start and text[start:end] not in (text[:start] + text[end:]):
        assert found == Verdict("moved", start + len(prefix), end + len(prefix))
    else:
        assert found.verdict in ("moved", "altered", "intact")


UNIQUE = st.permutations("bcdfghjklmnpqrstvwxyzBCDFGHJKLMNPQRSTVWXYZ0123456789\u6f22\u5b57")


@many
@given(
    UNIQUE,
    st.text(alphabet=LETTERS + " ", min_size=1, max_size=20).filter(lambda t: t.strip() == t),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 200),
)
def test_moved_names_the_right_one_of_several_copies(
    letters: list[str], passage: str, copies_before: int, copies_after: int, shift: int
) -> None:
    # Each copy stands between letters of its own; the prefix may slide any copy onto the old place.
    pieces = ["".join(letters[at : at + 4]) for at in range(0, 40, 4)]
    before = "".join(f"{piece} {passage} " for piece in pieces[:copies_before])
    after = "".join(f" {passage} {piece}" for piece in pieces[5 : 5 + copies_after])
    text = f"{before}{pieces[8]} {passage} {pieces[9]}{after}"
    start = len(before) + 5
    marks = measure(text, start, start + len(passage))
    new = "_" * shift + text
    found = verdict(marks, new, text)
    if shift == 0:
        assert found == Verdict("intact")
    else:
        assert found == Verdict("moved", start + shift, start + shift + len(passage))


@many
@given(st.permutations("abcdefghijklmnopqrstuvwxyz"), st.text("XY ", min_size=1, max_size=9))
def test_a_copy_with_another_context_on_the_old_place_is_not_intact(
    letters: list[str], passage: str
) -> None:
    assume(passage.strip(" "))
    before, after = "".join(letters[:13]), "".join(letters[13:])
    text = before + passage + after
    marks = measure(text, 13, 13 + len(passage))
    # Exactly the prefix that puts the foreign copy where the passage stood.
    new = "#" * 13 + passage + "#" * 40 + text
    assert new[13 : 13 + len(passage)] == passage
    start = new.index(before) + 13
    assert verdict(marks, new, text) == Verdict("moved", start, start + len(passage))


@many
@given(st.permutations("abcdefghijklmnopqrstuvwxyz"), st.text("XYZ", min_size=1, max_size=9))
def test_a_replaced_passage_is_altered_and_its_place_is_given(
    letters: list[str], other: str
) -> None:
    before, after = "".join(letters[:13]), "".join(letters[13:])
    marks = measure(f"{before}PASSAGE{after}", 13, 20)
    assert verdict(marks, f"{before}{other}{after}") == Verdict("altered", 13, 13 + len(other))
