"""The verdict on a passage, by example and over random edits of random texts."""

from __future__ import annotations

import os
import random
import re
import sys
import textwrap
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from magkg.claims import folding
from magkg.claims.passage import (
    CONTEXT,
    VERDICTS,
    FoldedText,
    Marks,
    Verdict,
    digest,
    fold,
    judge,
    measure,
    whole_digest,
)
from magkg.errors import InputError

ARTICLES = Path(os.environ.get("MAGKG_SOURCES") or Path(__file__).parents[3] / "shared/sources")
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


# --- folding and marks


def test_white_space_is_the_unicode_property() -> None:
    # Zs, Zl, Zp and the controls that PropList.txt names: there is no function for White_Space.
    expected = {
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Zs", "Zl", "Zp")
    } | set("\t\n\x0b\x0c\r\x85")
    assert set(folding.WHITE_SPACE) == expected
    assert len(folding.WHITE_SPACE) == 25


def test_fold_strips_nothing_and_normalises_nothing() -> None:
    assert fold("\n a\u00a0\u3000b\r\n") == " a b "
    assert fold("e\u0301\u200bx\x1cy") == "e\u0301\u200bx\x1cy"
    assert fold("") == ""


def test_the_marks_of_a_passage_are_pinned() -> None:
    marks = measure("ab  cd\n\nef", 4, 10)
    assert marks == Marks(
        start=4,
        end=10,
        sha256=digest("cd\n\nef"),
        folded_sha256=digest("cd ef"),
        folded_length=5,
        before_sha256=digest("ab "),
        after_sha256=digest(""),
    )
    # As sha256sum prints it, so that other tools find the same.
    assert digest("ab ") == "9893ba826d7446ee6f640267af753c89521078b5ccbdbe2f6757af799d929af4"


def test_contexts_are_32_folded_characters() -> None:
    text = "x" * 40 + " \n\n " + "word" + "\t\t" + "\u6f22" * 40
    marks = at(text, "word")
    assert marks.before_sha256 == digest("x" * (CONTEXT - 1) + " ")
    assert marks.after_sha256 == digest(" " + "\u6f22" * (CONTEXT - 1))


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3), (0, 9), (9, 10)])
def test_a_span_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(InputError, match="does not lie in the text, which has 8 characters"):
        measure("abcd efg", start, end)


def test_a_passage_of_white_space_is_refused() -> None:
    with pytest.raises(InputError, match="nothing but white space"):
        measure("ab \u00a0 cd", 2, 4)


@many
@given(spans())
def test_the_folded_span_is_the_folded_slice(case: tuple[str, int, int]) -> None:
    text, start, end = case
    marks = measure(text, start, end)
    assert marks.folded_sha256 == digest(fold(text[start:end]))
    assert marks.folded_length == len(fold(text[start:end]))
    reading = FoldedText(text).plain
    low, high = reading.span(start, end)
    assert reading.folded == fold(text)
    assert reading.folded[low:high] == fold(text[start:end])
    first, last = reading.origin(low, high)
    assert first <= start < end <= last
    assert fold(text[first:last]) == fold(text[start:end])


# --- each verdict by example


def test_every_verdict_has_its_name_in_the_contract() -> None:
    assert set(VERDICTS) == {
        "intact", "reflowed", "moved", "altered", "gone", "not-at-hand", "misattributed",
    }  # fmt: skip


def test_intact() -> None:
    marks = at(STORY, "hunts voles")
    assert verdict(marks, STORY, STORY) == Verdict("intact")
    assert verdict(marks, STORY) == Verdict("intact")
    assert not verdict(marks, STORY).failed


def test_edited_after_the_passage_is_intact() -> None:
    marks = at(STORY, "hunts voles")
    assert verdict(marks, STORY.replace("in the wet meadow", "by night"), STORY).verdict == "intact"


def test_wrong_marks_are_not_intact_though_the_file_is_unchanged() -> None:
    marks = measure(STORY.replace("voles", "moles"), 40, 70)
    assert verdict(marks, STORY, STORY).verdict == "altered"


def test_edited_before_the_passage_is_moved() -> None:
    marks = at(STORY, "hunts voles")
    new = STORY.replace("A fox", "Near the old mill a fox")
    start = new.index("hunts voles")
    found = verdict(marks, new, STORY)
    assert found == Verdict("moved", start, start + len("hunts voles"))
    assert found.failed


def test_edited_on_both_sides_within_the_contexts_is_moved() -> None:
    marks = at(STORY, "hunts voles")
    new = STORY.replace("it hunts voles in", "mother foxes and cubs hunts voles on")
    start = new.index("hunts voles")
    assert verdict(marks, new, STORY) == Verdict("moved", start, start + 11)


def test_edited_inside_the_passage_is_altered() -> None:
    marks = at(STORY, "hunts voles")
    new = STORY.replace("hunts voles", "catches fat mice")
    start = new.index("catches")
    assert verdict(marks, new, STORY) == Verdict("altered", start, start + len("catches fat mice"))


def test_deleted_passage_with_contexts_in_order_is_altered() -> None:
    marks = at(STORY, "hunts voles")
    for rest in ("", "hunts voles "):  # the second leaves one space that both contexts share
        new = STORY.replace(rest or "hunts voles", "")
        found = verdict(marks, new, STORY)
        assert found.verdict == "altered"
        assert found.new_start == found.new_end == new.index("in the wet")


@pytest.mark.parametrize("words", ["A fox", "says that there are nine."])
def test_the_edge_of_the_text_is_a_context(words: str) -> None:
    marks = at(STORY, words)
    new = STORY.replace(words, "Some other words")
    start = new.index("Some")
    assert verdict(marks, new, STORY) == Verdict("altered", start, start + len("Some other words"))


def test_a_context_shorter_than_32_is_found() -> None:
    marks = at(STORY, "lives by the river")
    new = "Long ago. " + STORY.replace("lives by the river", "swims in the river")
    start = new.index("swims in the")
    assert verdict(marks, new, STORY) == Verdict("altered", start, start + 18)
    marks = at(STORY, "there are nine", last=True)
    new = "Long ago. " + STORY.replace("there are nine", "nobody knows") + " So it is."
    assert verdict(marks, new, STORY).verdict == "altered"


def test_two_empty_contexts_are_no_evidence() -> None:
    assert verdict(measure("all of it", 0, 9), "something else").verdict == "gone"


def test_contexts_too_far_apart_are_no_evidence() -> None:
    marks = at(STORY, "hunts voles")
    new = STORY.replace("hunts voles", "waits " * 200)
    assert verdict(marks, new, STORY).verdict == "gone"


def test_gone() -> None:
    marks = at(STORY, "hunts voles")
    assert verdict(marks, "Nothing of the kind.", STORY) == Verdict("gone")
    assert verdict(marks, "", STORY) == Verdict("gone")


def test_misattributed_names_the_other_source() -> None:
    marks = at(STORY, "hunts voles")
    found = verdict(marks, "Nothing.", STORY, empty="", other="He hunts\nvoles there.")
    assert found == Verdict("misattributed", 3, 14, found_in="other")


def test_altered_is_seen_before_misattributed_and_others_are_read_only_if_needed() -> None:
    def never() -> object:
        raise AssertionError("read without need")
        yield

    marks = at(STORY, "hunts voles")
    new = FoldedText(STORY.replace("voles", "moles"))
    assert judge(marks, new, elsewhere=never()).verdict == "altered"  # type: ignore[arg-type]


def test_marks_of_another_tool_that_are_malformed_are_gone() -> None:
    true = at(STORY, "hunts voles")
    empty = Marks(0, 5, "0", digest(""), 0, true.before_sha256, true.after_sha256)
    assert verdict(empty, STORY).verdict == "altered"
    marks = Marks(0, 5, "4291...", "xyz", 5, "", "")
    assert verdict(marks, STORY) == Verdict("gone")
    assert verdict(Marks(0, 5, "0", digest(""), 0, digest("?a"), digest("?b")), STORY).verdict == (
        "gone"
    )
    assert verdict(Marks(-9, 10**12, digest(""), digest(""), 10**12, "", ""), STORY).verdict == (
        "gone"
    )


# --- passages that stand twice

TABLE = (
    "Salt: absorbs well, for sleep.\nOxide: High\nCitrate: absorbs poorly at night.\nMalate: High\n"
)


def test_a_cell_changed_is_altered_though_the_same_word_stands_elsewhere() -> None:
    marks = at(TABLE, "High")
    new = TABLE.replace("Oxide: High", "Oxide: Low")
    start = new.index("Low")
    assert verdict(marks, new, TABLE) == Verdict("altered", start, start + 3)


def test_a_copy_slid_onto_the_old_place_is_not_intact() -> None:
    marks = at(TABLE, "High")
    copy = "Zinc: High\n"
    new = copy.rjust(marks.start + len("High\n"), "#") + TABLE
    assert new[marks.start : marks.end] == "High"
    found = verdict(marks, new, TABLE)
    assert found == Verdict("moved", new.index("Oxide: High") + 7, new.index("Oxide: High") + 11)


def test_a_copy_slid_onto_the_old_place_while_the_passage_was_changed_is_altered() -> None:
    text = "one two three four five six seven: yes. " + "eight nine ten eleven: no. " * 3
    marks = at(text, "yes")
    new = "yes, ".rjust(marks.start + 5, "#") + text.replace("yes", "perhaps")
    assert new[marks.start : marks.end] == "yes"
    assert verdict(marks, new, text).verdict == "altered"


def test_a_repeated_passage_is_told_apart_by_its_context() -> None:
    marks = at(TABLE, "High", last=True)
    new = "A longer first line stands here.\n" + TABLE
    start = new.rindex("High")
    assert verdict(marks, new, TABLE) == Verdict("moved", start, start + 4)


def test_a_sentence_carried_elsewhere_is_moved() -> None:
    sentence = "Nobody has counted the foxes there since the great flood. "
    marks = at(STORY, sentence.strip())
    new = sentence + STORY.replace(sentence, "")
    assert verdict(marks, new, STORY) == Verdict("moved", 0, len(sentence) - 1)


def test_words_inserted_next_to_the_passage_leave_it_where_it_is() -> None:
    marks = at(STORY, "hunts voles")
    new = STORY.replace("hunts voles", "sometimes hunts voles at night")
    start = new.index("hunts voles")
    assert verdict(marks, new, STORY) == Verdict("moved", start, start + 11)


def test_one_context_on_the_old_place_gives_way_too() -> None:
    tail = " and that is what the whole table says of it"
    text = f"The first of all the salts here is good{tail}. The other one of them is good{tail}."
    marks = at(text, "good")
    slid = "The other one of them is ".rjust(marks.start) + f"good{tail}. "
    new = slid + text.replace("here is good", "here is bad")
    assert new[marks.start : marks.end] == "good"
    assert verdict(marks, new).verdict == "altered"


def test_short_contexts_overrule_nothing() -> None:
    assert verdict(measure(" \naa", 1, 3), "#! \naa") == Verdict("moved", 3, 5)
    assert verdict(measure("a-b-a", 2, 3), "b a-c-a") == Verdict("moved", 0, 1)


def test_the_edge_of_the_text_tells_copies_apart() -> None:
    row = "these forty characters stand before it: "
    text = f"{row}High and {row}High"
    marks = at(text, "High", last=True)
    assert verdict(marks, "#" * 30 + text) == Verdict("moved", marks.start + 30, marks.end + 30)


def test_a_whole_block_that_stands_twice_is_shifted_with_the_text() -> None:
    text = f"{STORY} {STORY} {STORY}"
    marks = at(text[: 2 * len(STORY)], "hunts voles", last=True)
    for prefix in ("A new line. ", STORY * 2, "x" * (len(STORY) - 9)):
        found = verdict(marks, prefix + text, text)
        assert found == Verdict("moved", marks.start + len(prefix), marks.end + len(prefix))


def test_a_small_table_is_told_apart_too() -> None:
    marks = at("Form A: High\nForm B: High\n", "High")
    assert verdict(marks, "Form A: Low\nForm B: High\n") == Verdict("altered", 8, 11)


def test_one_context_elsewhere_gives_way_to_both_around_something_else() -> None:
    tail = " and that is what the whole table says of it"
    text = f"The first of all the salts here is good{tail}. The other one of them is good{tail}."
    marks = at(text, "good")
    new = text.replace("here is good", "here is bad")
    start = new.index("bad")
    assert verdict(marks, new, text) == Verdict("altered", start, start + 3)


# --- re-wrapping


def test_a_line_broken_after_a_hyphen_or_by_a_dash() -> None:
    text = (
        "It is a long-term plan--so they say--of the well-known house\u2014and of its foot-paths."
    )
    for words in ("long-term plan--so they say--of the well-known", "well-known house\u2014and of"):
        marks = at(text, words)
        for new in (
            text.replace("long-term", "long-\nterm").replace("house\u2014", "house\n\u2014"),
            text.replace("well-", "well-\r\n")
            .replace("--so", "\n--so")
            .replace("e\u2014a", "e\u2014\na"),
            text.replace("say--of", "say--\nof").replace(" ", "\n"),
        ):
            found = verdict(marks, new, text)
            assert found.verdict == "reflowed"
            shown = new[found.new_start : found.new_end]
            assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", words)


def test_a_true_space_after_a_hyphen_and_a_new_break_in_one_passage() -> None:
    text = "The pre- and the post-war years of well-known long-term plans and of short-term ones."
    marks = at(text, "pre- and the post-war years of well-known long-term")
    new = text.replace("pre- ", "pre-\n").replace("post-", "post-\n").replace("long-", "long-\n")
    found = verdict(marks, new, text)
    assert found.verdict == "reflowed"
    assert new[found.new_start : found.new_end].endswith("well-known long-\nterm")


def test_the_whole_is_known_as_wrapped_though_breaks_differ_in_kind() -> None:
    text = " The pre- and the post-war years of well-known plans.\n"
    new = "The pre-\nand the post-\nwar years of well-\nknown plans."
    assert FoldedText(new).same_folded(whole_digest(text))
    assert not FoldedText(new.replace("war", "was")).same_folded(whole_digest(text))
    assert not FoldedText("a-\nb " * 11).same_folded(whole_digest(text))


def test_two_breaks_of_different_kind_in_a_context() -> None:
    text = (
        "In days of old the pre- and well-known foxes run far, and nobody knows why. They like it."
    )
    marks = at(text, "run far, and nobody knows why")
    new = text.replace("pre- ", "pre-\n").replace("well-", "well-\n")
    start = new.index("run")
    assert verdict(marks, new, text) == Verdict("reflowed", start, start + 29)
    new = new.replace("nobody", "somebody")
    assert verdict(marks, new, text) == Verdict("altered", start, start + 31)


def test_ideographs_are_wrapped_anywhere() -> None:
    text = "\u9541\u662f\u4e00\u79cd\u77ff\u7269\u8d28\u3002\u5b83\u53c2\u4e0e\u80fd\u91cf" * 4
    marks = measure(text, 7, 25)
    found = verdict(marks, textwrap.fill(text, 10), text)
    assert found == Verdict("reflowed", 7, 27)


def test_other_spaces_at_the_same_length_are_reflowed_in_place() -> None:
    marks = at(STORY, "hunts voles")
    new = STORY.replace(" ", "\n")
    assert verdict(marks, new, STORY) == Verdict("reflowed", marks.start, marks.end)


def test_the_exact_text_in_a_text_merely_wrapped_is_reflowed_not_moved() -> None:
    marks = at(STORY, "hunts voles")
    new = STORY.replace("A fox", "A  \n fox")
    assert verdict(marks, new, STORY) == Verdict("reflowed", marks.start + 3, marks.end + 3)
    assert verdict(marks, new).verdict == "moved"  # without the digest of the whole


def test_a_passage_that_begins_inside_white_space() -> None:
    text = "ab   cd   ef and so on"
    marks = measure(text, 3, 9)
    assert verdict(marks, text) == Verdict("intact")
    assert verdict(marks, "xyz " + text) == Verdict("moved", 7, 13)


# --- properties


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


# --- the real articles


def spans_of(text: str, count: int, seed: str) -> list[tuple[int, int]]:
    chance = random.Random(seed)
    words = [found.span() for found in re.finditer(r"\S+", text)]
    firsts = [chance.randrange(len(words)) for _ in range(count)]
    lasts = [min(len(words) - 1, first + chance.randrange(25)) for first in firsts]
    return [(words[a][0], words[b][1]) for a, b in zip(firsts, lasts, strict=True)]


@pytest.fixture(params=["best-form-for-sciatica", "five-ways-sciatica", "guide-nerve-health"])
def article(request: pytest.FixtureRequest) -> str:
    path = ARTICLES / f"{request.param}.txt"
    if not path.is_file():
        pytest.skip(f"the article is not at hand: {path}")
    return path.read_bytes().decode()


@pytest.mark.parametrize("width", [20, 80, 0])
def test_no_passage_is_lost_when_an_article_is_wrapped(article: str, width: int) -> None:
    lines = article.split("\n")
    new = (
        "\n".join(textwrap.fill(line, width, break_long_words=False) for line in lines)
        if width
        else " ".join(lines)
    )
    marks = [measure(article, *span) for span in spans_of(article, 100, article)]
    folded = FoldedText(new)
    folded.expect(each for mark in marks for each in mark.digests())
    assert folded.same_folded(whole_digest(article))
    found = [judge(mark, folded, whole_reflowed=True) for mark in marks]
    assert {each.verdict for each in found} <= {"intact", "reflowed"}
    for mark, each in zip(marks, found, strict=True):
        if each.verdict == "reflowed":
            kept = "".join(new[each.new_start : each.new_end].split())
            assert kept == "".join(article[mark.start : mark.end].split())


def test_an_article_edited_at_its_start_moves_every_passage(article: str) -> None:
    new = FoldedText("A new first line.\n" + article)
    for start, end in spans_of(article, 100, "moved"):
        found = judge(measure(article, start, end), new)
        assert found == Verdict("moved", start + 18, end + 18)


def test_one_walk_serves_all_passages(article: str, monkeypatch: pytest.MonkeyPatch) -> None:
    marks = [measure(article, *span) for span in spans_of(article, 100, "walk")]
    other = FoldedText("No word of it. " * 400)
    other.expect(each for mark in marks for each in mark.digests())
    walks: list[int] = []
    windows = folding.Reading._windows

    def counted(reading: folding.Reading, length: int) -> Iterator[bytes]:
        walks.append(length)
        return windows(reading, length)

    monkeypatch.setattr(folding.Reading, "_windows", counted)
    assert {judge(mark, other).verdict for mark in marks} <= {"gone", "altered"}
    assert walks
    assert len(walks) == len(set(walks))
