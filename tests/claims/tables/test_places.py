"""Passages by offsets however counted, by their words, by a name; and why one is not found."""

from __future__ import annotations

from pathlib import Path

import pytest

import magkg
from magkg import Project
from magkg.claims import turtle
from magkg.use.importing import ImportStopped
from magkg.vocabulary import MAG, OA
from tests.importing import LEAST, given, project

# One character of two UTF-16 units and four bytes, one of two bytes, a twin of a word.
TEXT = "Tea 🍵 helps.\nMénière wrote of tea\nand sleep."
MAPPING = LEAST.replace('noPassage = "The set gives none."\n', "")


@pytest.fixture
def home(tmp_path: Path) -> Project:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "the-set.txt").write_bytes(TEXT.encode())
    return project(tmp_path / "p")


def passages(home: Project, passage: str, cells: str, mapping: str = MAPPING) -> list[str]:
    """Import one row with a passage, and give the fragments of the passages."""
    told = f"{mapping}\n[[passage]]\n{passage}\n"
    data, path = given(home, told, f"drug,illness,a,b\nx,y,{cells}\n")
    texts = home.root.parent / "texts"
    magkg.import_claims(data, path, place=home, sources=texts if texts.is_dir() else None)
    assert magkg.check(home.graphs, sources=texts if texts.is_dir() else None).findings == ()
    quads = turtle.read(home.graphs / "imported" / "the-set.ttl").quads
    return sorted(
        str(getattr(quad.object, "value", "")).partition("#")[2]
        for quad in quads
        if quad.predicate.value == MAG + "passage"
    )


OFFSETS = 'start = "{a}"\nend = "{b}"\n'


@pytest.mark.parametrize(
    ("more", "start", "end", "words"),
    [
        ("", 6, 11, "helps"),
        ('unit = "utf-16"', 7, 12, "helps"),
        ('unit = "bytes"', 9, 14, "helps"),
        ("first = 1", 7, 12, "helps"),
        ("inclusive = true", 6, 10, "helps"),
        ("first = 1\ninclusive = true", 7, 11, "helps"),
        ('unit = "utf-16"\nfirst = 1\ninclusive = true', 8, 12, "helps"),
        ('unit = "bytes"', 16, 25, "Ménière"),
    ],
)
def test_offsets_become_code_points(
    home: Project, more: str, start: int, end: int, words: str
) -> None:
    at = TEXT.index(words)
    found = passages(home, OFFSETS + more, f"{start},{end}")
    assert found == [f"c{at}-{at + len(words)}"]


@pytest.mark.parametrize(
    ("more", "cells", "reason"),
    [
        ("", "6,5", "empty or begins before"),
        ("first = 1", "0,5", "empty or begins before"),
        ("", "6,999", "does not lie in the text"),
        ('unit = "bytes"', "0,999", "does not lie in the text"),
        ('unit = "utf-16"', "5,12", "inside a character"),
        ('unit = "bytes"', "5,12", "inside a character"),
        ("", "x,5", "no whole number"),
        ("", ",5", "this is empty"),
        ("", ",", "nothing in the row says where"),
    ],
)
def test_offsets_that_do_not_fit_are_told(
    home: Project, more: str, cells: str, reason: str
) -> None:
    with pytest.raises(ImportStopped) as stopped:
        passages(home, OFFSETS + more, cells)
    (bad,) = stopped.value.report.bad
    assert reason in bad.reason


def test_words_are_found_across_line_breaks(home: Project) -> None:
    at = TEXT.index("wrote")
    assert passages(home, 'quote = "{a}"', "wrote of tea and sleep,") == [f"c{at}-{len(TEXT) - 1}"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [("ea", "stand in 2 places: c1-3, c"), ("coffee", "do not stand in the text")],
)
def test_words_that_are_not_found_once_are_told(home: Project, words: str, reason: str) -> None:
    with pytest.raises(ImportStopped) as stopped:
        passages(home, 'quote = "{a}"', f"{words},")
    (bad,) = stopped.value.report.bad
    assert (bad.row, bad.column, bad.value) == (2, "a", words)
    assert reason in bad.reason


def test_words_that_are_not_found_may_be_left_out(home: Project) -> None:
    found = passages(home, 'quote = "{a}"\non-missing = "noPassage"', "coffee,", LEAST)
    assert found == []


def test_several_passages_of_one_claim(home: Project) -> None:
    told = 'each = "a[]"\nquote = "{@}"\n[rows]\nsplit = { a = "|" }'
    assert passages(home, told, "Tea|helps|sleep,") == ["c0-3", "c38-43", "c6-11"]


def test_a_locator_needs_no_text(home: Project) -> None:
    (found,) = passages(home, 'locator = "Abstract, {a}"', "Results,")
    assert found.startswith("p-")


def test_without_its_text_a_passage_is_bad_or_a_locator(home: Project) -> None:
    texts = home.root.parent / "texts"
    (texts / "the-set.txt").unlink()
    with pytest.raises(ImportStopped) as stopped:
        passages(home, OFFSETS, "6,11")
    assert "the text of the-set is not at hand" in stopped.value.report.bad[0].reason
    (found,) = passages(home, OFFSETS + 'on-missing = "locator"', "6,11")
    assert found.startswith("p-")
    quads = turtle.read(home.graphs / "imported" / "the-set.ttl").quads
    assert not any(quad.predicate.value == OA + "start" for quad in quads)


def test_the_row_may_hold_the_text(home: Project) -> None:
    mapping = MAPPING.replace('title = "The set"', 'title = "The set"\ntext = "{b}"')
    texts = home.root.parent / "texts"
    (texts / "the-set.txt").unlink()
    assert passages(home, 'quote = "{a}"', "sage, wine and sage tea", mapping) == ["c10-14"]


def test_a_text_that_is_not_the_one_that_was_read_is_told(home: Project) -> None:
    (home.root.parent / "texts" / "note-on-bricks.txt").write_text("Another text of bricks.")
    mapping = MAPPING.replace('"the-set"', '"note-on-bricks"')
    with pytest.raises(ImportStopped) as stopped:
        passages(home, 'quote = "{a}"', "bricks,", mapping)
    assert "is not the one that graphs/sources/ describes" in stopped.value.report.bad[0].reason


@pytest.mark.parametrize(
    ("each", "rows", "cells"),
    [
        ('["a[]", "b[]"]', 'split = { a = ";", b = ";" }', "0;6,3;11"),
        ('"a[]"', 'split = { a = [";", "-"] }', "0-3;6-11,"),
        ('"a[]"', 'json = ["a"]', '"[[0,3],[6,11]]",'),
    ],
)
def test_offsets_in_lists(home: Project, each: str, rows: str, cells: str) -> None:
    told = f'each = {each}\nstart = "{{@[0]}}"\nend = "{{@[1]}}"\n[rows]\n{rows}'
    assert passages(home, told, cells) == ["c0-3", "c6-11"]


def test_lists_that_go_side_by_side_are_of_one_length(home: Project) -> None:
    told = 'each = ["a[]", "b[]"]\nstart = "{@[0]}"\nend = "{@[1]}"\n[rows]\n'
    with pytest.raises(ImportStopped) as stopped:
        passages(home, told + 'split = { a = ";", b = ";" }', "0;6,3")
    assert stopped.value.report.bad[0].reason == "these lists are not of one length"
