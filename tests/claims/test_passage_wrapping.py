"""Passages in a text that was wrapped anew, and in the real articles."""

from __future__ import annotations

import os
import random
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from magkg.claims import folding
from magkg.claims.passage import (
    FoldedText,
    Verdict,
    judge,
    measure,
    whole_digest,
)
from tests.claims.passages import STORY, at, verdict

ARTICLES = Path(os.environ.get("MAGKG_SOURCES") or Path(__file__).parents[3] / "shared/sources")


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
