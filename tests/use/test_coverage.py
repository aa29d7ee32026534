"""What of a source is claimed, left out on purpose, or neither."""

from __future__ import annotations

import pytest

from magkg.claims.sources import SourceTexts
from magkg.errors import UnknownName
from magkg.use.coverage import Coverage, _gaps, _union, cover
from magkg.use.show import coverage_text

from .. import small

GRAPH = small.graph()
TEXTS = SourceTexts(small.SOURCES)


def of(slug: str, texts: SourceTexts | None = TEXTS) -> Coverage:
    return cover(GRAPH.store, slug, GRAPH.prefixes, texts)


def test_claims_stand_in_reading_order() -> None:
    found = of("hive-notes")
    starts = [claim.spans[0][0] for claim in found.claims if claim.spans]
    assert starts == sorted(starts)
    assert len(starts) > 3


def test_covered_and_gaps_make_the_whole_text() -> None:
    text = TEXTS.text("hive-notes") or ""
    found = of("hive-notes")
    covered = [False] * len(text)
    for claim in found.claims:
        for start, end in claim.spans:
            covered[start:end] = [True] * (end - start)
    assert found.covered == sum(covered)
    assert found.characters == len(text)
    for gap in found.gaps:
        assert gap.text == text[gap.start : gap.end]
        assert not any(covered[gap.start : gap.end])
        covered[gap.start : gap.end] = [True] * (gap.end - gap.start)
    left = "".join(c for c, done in zip(text, covered, strict=True) if not done)
    assert not any(c.isalnum() for c in left)


def test_a_part_left_out_on_purpose_has_its_reason() -> None:
    first = of("hive-notes").gaps[0]
    assert (first.start, first.end) == (0, 29)
    assert first.reason


def test_without_the_text_gaps_are_offsets() -> None:
    found = of("hive-notes", None)
    assert found.gaps
    assert all(gap.text is None for gap in found.gaps)


def test_a_source_without_text_has_claims_and_no_gaps() -> None:
    found = of("norwood-2019")
    assert found.characters is None
    assert found.gaps == ()
    assert "no offsets" in coverage_text(found)


def test_a_mistyped_source_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        of("hive-note")
    assert "hive-notes" in caught.value.suggestions


def test_the_text_names_claims_and_gaps() -> None:
    shown = coverage_text(of("hive-notes"))
    assert "#long-flow" in shown
    assert "No claim covers:" in shown


def test_spans_are_united_where_they_touch() -> None:
    assert _union([(5, 9), (0, 2), (2, 3), (6, 7)]) == [(0, 3), (5, 9)]
    assert _union([]) == []


def test_gaps_of_white_space_alone_are_dropped() -> None:
    assert _gaps([(0, 3)], [], 6, "abc. \n") == []
    (gap,) = _gaps([(0, 3)], [], 6, "abc de")
    assert (gap.start, gap.end, gap.reason) == (3, 6, None)
    assert [(g.start, g.end) for g in _gaps([], [(0, 2, "why")], 4, None)] == [(0, 2), (2, 4)]
