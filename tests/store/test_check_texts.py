"""What is authored, compared with the texts of sources that are at hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from magkg.claims.sources import SourceTexts
from magkg.store import check
from tests.store.wall import DIGEST, TEXT, digest

if TYPE_CHECKING:
    from magkg.claims.project import Project


@pytest.fixture
def texts(tmp_path: Path) -> SourceTexts:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "wall.txt").write_text(TEXT, encoding="utf-8", newline="")
    return SourceTexts(folder)


def test_texts_that_agree_yield_nothing(project: Project, texts: SourceTexts) -> None:
    assert check.check(project, sources=texts).findings == ()


def test_a_source_that_changed_is_named_with_both_digests(
    project: Project, texts: SourceTexts
) -> None:
    (texts.folder / "wall.txt").write_text("Other.", encoding="utf-8")
    (one,) = check.check(project, sources=texts).findings
    assert one.kind == "source-changed"
    assert DIGEST in one.message
    assert digest("Other.") in one.message
    assert "`magkg verify --sources DIR`" in one.message
    assert "`magkg format --reread --sources DIR`" in one.message
    assert (one.file, one.line) == ("graphs/sources/wall.ttl", 15)


def test_the_record_of_a_source_is_that_of_its_text(project: Project, texts: SourceTexts) -> None:
    source = project.graphs / "sources" / "wall.ttl"
    text = source.read_text("utf-8")
    (number,) = re.findall(r"mag:characters (\d+)", text)
    source.write_text(
        text.replace(f"characters {number}", f"characters {int(number) + 1}"), "utf-8"
    )
    (found,) = check.check(project, sources=texts).findings
    assert found.kind == "source-record"
    assert number in found.message


def test_a_digest_that_is_not_that_of_the_text(project: Project, texts: SourceTexts) -> None:
    path = project.graphs / "sources" / "wall.ttl"
    text = path.read_text().replace(f'mag:sha256 "{digest(TEXT[:11])}"', f'mag:sha256 "{DIGEST}"')
    path.write_text(text, encoding="utf-8")
    (one,) = check.check(project, sources=texts).findings
    assert (one.kind, one.claim.rpartition("#")[2]) == ("passage-digest", "c0-11")


def test_a_text_that_is_not_at_hand_is_no_finding(project: Project, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert check.check(project, sources=SourceTexts(tmp_path / "none")).findings == ()
