"""The marks of a passage and the verdicts on it, by example."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given

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
)
from magkg.errors import InputError
from tests.claims.passages import STORY, at, many, spans, verdict

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


def test_an_edit_beside_a_passage_does_not_lead_to_its_twin() -> None:
    sentence = "Walls are built of brick and lime, and they are pointed with care. "
    around = "The old masons wrote in their book that all the following is true: "
    text = around + sentence + "Much later, " + around + sentence + "Much later, the end."
    start = text.index("brick and lime")
    marks = measure(text, start, start + len("brick and lime"))
    for place, new in ((start - 4, "X"), (start + 16, "X"), (start - 4, "XY"), (start + 16, "")):
        edited = text[:place] + new + text[place + 1 :]
        verdict = judge(marks, FoldedText(edited), characters=len(text))
        moved = len(edited) - len(text) if place < start else 0
        if moved:
            assert (verdict.verdict, verdict.new_start) == ("moved", start + moved)
        else:
            assert verdict.verdict == "intact", (place, new)
