"""What the bundled graph holds: every claim of the three articles, in our own words."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from magkg.claims import project, turtle
from magkg.claims.passage import FoldedText, measure
from magkg.vocabulary import LABEL, MAG, OA, SKOS

from .articles import ARTICLES, texts

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts

RUN = 8
# What is ours to word; titles and citations of publications are not.
WORDED = {
    LABEL,
    SKOS + "prefLabel",
    SKOS + "altLabel",
    SKOS + "definition",
    *(MAG + name for name in ("note", "reason", "unresolved", "identification", "justification")),
}


def words(text: str) -> list[str]:
    return re.findall(r"[\w’']+", text.casefold())


def runs(text: str) -> set[tuple[str, ...]]:
    held = words(text)
    return {tuple(held[at : at + RUN]) for at in range(len(held) - RUN + 1)}


@pytest.fixture(scope="module")
def quads() -> list[ox.Quad]:
    return [quad for path in project.bundled().files() for quad in turtle.read(path).quads]


def test_no_sentence_of_a_source_is_in_the_graph(quads: list[ox.Quad]) -> None:
    known = {run for slug in ARTICLES for run in runs(texts().text(slug) or "")}
    shared = [
        (quad.subject.value, quad.object.value)
        for quad in quads
        if quad.predicate.value in WORDED and runs(quad.object.value) & known
    ]
    assert shared == []


def test_no_sentence_of_a_source_is_in_any_file_of_the_repository() -> None:
    root = Path(__file__).resolve().parents[1]
    known = {run for slug in ARTICLES for run in runs(texts().text(slug) or "")}
    title = runs(
        "Is magnesium supplement good for sciatica? A guide to nerve health and pain management"
    )
    folders = [root / name for name in ("src", "ontology", "queries", "tests", "docs", "examples")]
    every = [f for folder in folders for f in sorted(folder.rglob("*")) if f.is_file()]
    files = [f for f in every if "node_modules" not in f.parts]
    for file in [*files, *root.glob("*.md"), *root.glob("*.cff")]:
        if file.suffix in {".pyc", ".png"}:
            continue
        found = runs(file.read_text("utf-8", "replace")) & (known - title)
        assert not found, f"{file}: {sorted(found)[0]}"


@pytest.mark.parametrize("slug", ARTICLES)
def test_every_passage_has_the_right_marks(slug: str, quads: list[ox.Quad]) -> None:
    source: SourceTexts = texts()
    text = FoldedText(source.text(slug) or "")
    iri = project.bundled().namespace("src") + slug
    held: dict[str, dict[str, str]] = {}
    for quad in quads:
        if quad.subject.value.startswith(f"{iri}#c"):
            held.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object.value
    passages = {i: p for i, p in held.items() if OA + "start" in p and MAG + "subject" not in p}
    assert len(passages) > 50
    for name, passage in passages.items():
        marks = measure(text, int(passage[OA + "start"]), int(passage[OA + "end"]))
        assert passage[MAG + "sha256"] == marks.sha256, name
        assert passage[MAG + "foldedSha256"] == marks.folded_sha256, name
        assert passage[MAG + "beforeSha256"] == marks.before_sha256, name
        assert passage[MAG + "afterSha256"] == marks.after_sha256, name
        words_of = source.text(slug) or ""
        start, end = int(passage[OA + "start"]), int(passage[OA + "end"])
        assert words_of[start:end] == words_of[start:end].strip(), f"{name}: not minimal"


@pytest.mark.parametrize("slug", ARTICLES)
def test_every_letter_of_an_article_is_claimed_or_left_out_with_a_reason(
    slug: str, quads: list[ox.Quad]
) -> None:
    text = texts().text(slug) or ""
    free = [True] * len(text)
    iri = project.bundled().namespace("src") + slug
    spans: dict[str, dict[str, int]] = {}
    for quad in quads:
        edge = quad.predicate.value.removeprefix(OA)
        if quad.subject.value.startswith(iri + "#") and edge in {"start", "end"}:
            spans.setdefault(quad.subject.value, {})[edge] = int(quad.object.value)
    for span in spans.values():
        free[span["start"] : span["end"]] = [False] * (span["end"] - span["start"])
    left = "".join(c if f else "\n" for c, f in zip(text, free, strict=True))
    loose = [part.strip() for part in left.split("\n") if len(words(part)) > 4]
    assert loose == []
