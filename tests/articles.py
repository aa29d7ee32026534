"""Where the three articles are: they belong to others, and are never part of this repository."""

import os
from pathlib import Path

import pytest

from magkg.claims.sources import SourceTexts

ARTICLES = ("guide-nerve-health", "best-form-for-sciatica", "five-ways-sciatica")
FOLDER = Path(
    os.environ.get("MAGKG_SOURCES") or Path(__file__).resolve().parents[2] / "shared" / "sources"
)


def texts() -> SourceTexts:
    """Give the articles, or skip the test where they are not at hand."""
    if not all((FOLDER / f"{slug}.txt").is_file() for slug in ARTICLES):
        pytest.skip(f"the three articles are not at hand in {FOLDER} (set MAGKG_SOURCES)")
    return SourceTexts(FOLDER)
