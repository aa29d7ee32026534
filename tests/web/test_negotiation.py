"""Accept headers: weights, specificity, wildcards, and what is malformed."""

from __future__ import annotations

import pytest

from magkg.web.negotiation import choose, quality

OFFERED = ("application/sparql-results+json", "text/csv", "text/html", "application/json")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", OFFERED[0]),
        ("*/*", OFFERED[0]),
        ("text/*", "text/csv"),
        ("text/html", "text/html"),
        ("TEXT/HTML", "text/html"),
        ("text/html; charset=utf-8", "text/html"),
        ('text/html; charset="UTF-8"', "text/html"),
        ("text/html; level=1", None),
        ("text/html;level=1, text/csv;q=0.1", "text/csv"),
        ("text/csv;q=0.5, text/html", "text/html"),
        ("text/csv;q=0.5, text/html;q=0.501", "text/html"),
        ("text/html, text/csv", "text/csv"),  # equal weights: the server's own order
        ("text/*;q=0.9, text/csv;q=0.1", "text/html"),  # the most specific range counts
        ("*/*;q=0.1, text/csv;q=0", OFFERED[0]),
        ("text/csv;q=0", None),
        ("*/*;q=0", None),
        ("*/*, application/*;q=0", "text/csv"),
        ("image/png", None),
        ("application/json, text/javascript", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/csv;q=1.5, text/html;q=0.2", "text/html"),  # malformed, so ignored
        ("text/csv;q=abc, text/html", "text/html"),
        ("*/csv, text/html;q=0.1", "text/html"),
        ("text, /, ;, ,, text/html", "text/html"),
        ("nonsense", OFFERED[0]),
        ('text/html;a="b,c;d\\"", text/csv;q=0.3', "text/csv"),
        ("text/csv ; q=0.2 , text/html\t;\tq=0.1", "text/csv"),
        ("text/html;q=0.000, text/csv;q=0.001", "text/csv"),
    ],
)
def test_choice(accept: str, chosen: str | None) -> None:
    assert choose(accept, OFFERED) == chosen


def test_nothing_on_offer() -> None:
    assert choose("*/*", ()) is None
    assert choose("", ()) is None


def test_weight_of_one_type() -> None:
    header = "text/*;q=0.3, text/html;q=0.7, */*;q=0.1"
    assert [quality(header, each) for each in ("text/html", "text/csv", "a/b")] == [0.7, 0.3, 0.1]
    assert quality("", "a/b") == 1


def test_a_long_header_is_read_in_no_time() -> None:
    for each in ('"', ";", ",", "a/b;c=", "a/b,", "*/*;q=", "\\", 'a/b;c="'):
        choose(each * 20_000, OFFERED)
