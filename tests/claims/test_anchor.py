"""Finding a passage by its words, for a curator who writes its offsets down."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.claims.anchor import anchor, as_json, as_line, as_turtle, places
from magkg.claims.passage import FoldedText, judge, measure
from magkg.claims.sources import SourceTexts
from magkg.errors import InputError, UnknownName

TEXT = (
    "The fox hunts.\nThe fox\n\u00a0hunts voles,\r\nand the well-\nknown fox rests. \U0001d49c end"
)


def test_every_place_is_given_exact_or_in_other_white_space() -> None:
    first, second = places(TEXT, "fox hunts")
    assert (first.start, first.end, first.line, first.exact) == (4, 13, 1, True)
    assert (second.start, second.end, second.line, second.exact) == (19, 29, 2, False)
    assert TEXT[second.start : second.end] == "fox\n\u00a0hunts"
    assert second.fragment == "c19-29"
    assert second.marks == measure(TEXT, 19, 29)


def test_the_place_is_shown_in_its_context() -> None:
    (place,) = places(TEXT, "voles,")
    assert place.before == "The fox hunts. The fox hunts "
    assert place.words == "voles,"
    assert place.after == " and the well- known fox rests. \U0001d49c end"
    assert as_line(place) == f"c30-36  line 3: …{place.before}[voles,]{place.after}…"
    assert "(in other white space)" in as_line(places(TEXT, "The fox hunts voles")[0])
    assert as_json(place) == {
        "passage": "c30-36",
        "start": 30,
        "end": 36,
        "line": 3,
        "exact": True,
        "before": place.before,
        "words": "voles,",
        "after": place.after,
    }


def test_white_space_around_the_words_is_no_part_of_the_passage() -> None:
    (place,) = places(TEXT, "\n voles,\u00a0\n")
    assert (place.start, place.end) == (30, 36)


def test_a_word_broken_at_its_hyphen_is_found() -> None:
    (place,) = places(TEXT, "well-known fox")
    assert TEXT[place.start : place.end] == "well-\nknown fox"
    assert place.line == 4


def test_offsets_are_code_points() -> None:
    (place,) = places(TEXT, "end")
    assert place.start == len(TEXT) - 3


def test_places_may_overlap() -> None:
    assert [place.start for place in places("aa aa aa", "aa aa")] == [0, 3]


@pytest.mark.parametrize("words", ["", "  ", "\n\u00a0"])
def test_no_words_are_refused(words: str) -> None:
    with pytest.raises(InputError, match="no words to look for"):
        places(TEXT, words)


def test_words_that_stand_nowhere_show_the_nearest_place() -> None:
    with pytest.raises(InputError) as caught:
        places(TEXT, "the fox hunts moles by night", name="fox-story")
    assert caught.value.reason == (
        "these words do not stand in fox-story: the fox hunts moles by night"
    )
    assert caught.value.hint == (
        "The nearest place, line 2, has 13 of 28 characters in a row (16-30):"
        " …The fox hunts voles, and the well- known fox rests. \U0001d49c end…"
    )


def test_words_of_which_no_part_stands_there() -> None:
    with pytest.raises(InputError) as caught:
        places("abc", "xyz")
    assert caught.value.hint == "No part of them stands there."
    with pytest.raises(InputError, match="No part"):
        places("", "xyz")


def test_words_longer_than_the_text() -> None:
    with pytest.raises(InputError, match="3 of 900 characters") as caught:
        places("abc", "abc" * 300)
    assert len(str(caught.value)) < 500


def test_a_source_that_is_not_at_hand_gets_the_nearest_names(tmp_path: Path) -> None:
    (tmp_path / "fox-story.txt").write_text(TEXT)
    with pytest.raises(UnknownName, match="Did you mean fox-story") as caught:
        anchor(SourceTexts(tmp_path), "fox-stori", "fox")
    assert str(tmp_path) in caught.value.hint


def test_the_description_of_a_passage_says_what_its_marks_say(tmp_path: Path) -> None:
    (tmp_path / "fox.txt").write_bytes(TEXT.encode())
    (place,) = anchor(SourceTexts(tmp_path), "fox", "The fox hunts voles")
    head = (
        "@base <https://w3id.org/magkg/source/fox> .\n"
        "@prefix mag: <https://w3id.org/magkg/ns#> .\n"
        "@prefix oa: <http://www.w3.org/ns/oa#> .\n"
    )
    quads = list(ox.parse(head + as_turtle(place), format=ox.RdfFormat.TURTLE))
    assert {quad.subject.value for quad in quads} == {
        f"https://w3id.org/magkg/source/fox#{place.fragment}"
    }
    held = {quad.predicate.value.rpartition("#")[2]: quad.object.value for quad in quads}
    marks = place.marks
    assert held == {
        "type": "https://w3id.org/magkg/ns#Passage",
        "hasSource": "https://w3id.org/magkg/source/fox",
        "start": str(marks.start),
        "end": str(marks.end),
        "sha256": marks.sha256,
        "foldedSha256": marks.folded_sha256,
        "foldedLength": str(marks.folded_length),
        "beforeSha256": marks.before_sha256,
        "afterSha256": marks.after_sha256,
    }
    assert judge(marks, FoldedText(TEXT)).verdict == "intact"
