"""Holds the digests of a source and its passages against the text, where it is at hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from magkg.claims.passage import FoldedText, measure, whole_digest
from magkg.errors import Finding, InputError
from magkg.vocabulary import MAG, OA, TYPE

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts
    from magkg.claims.turtle import Document

__all__ = ["against"]


def against(document: Document, iri: str, slug: str, sources: SourceTexts) -> Iterator[Finding]:
    """Compare what ``document`` says of the source ``iri`` with its text, where that is at hand."""
    rows: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for quad in document.quads:
        subject = str(getattr(quad.subject, "value", quad.subject))
        rows[subject][quad.predicate.value] = str(getattr(quad.object, "value", ""))
    stated, new = rows[iri].get(MAG + "sha256"), sources.sha256(slug)
    if stated is None or new is None:
        return
    if stated != new:
        yield Finding(
            document.name,
            document.lines.line(iri, MAG + "sha256") or 0,
            iri,
            "source-changed",
            f"the text of {slug} has changed: its SHA-256 is {new}, not {stated}."
            " `magkg verify --sources DIR` says which passages still stand; `magkg format --reread"
            " --sources DIR` measures those anew that are intact, reflowed or moved, and refuses"
            " while any is altered or gone.",
        )
        return
    text = FoldedText(sources.text(slug) or "")
    true = {"characters": str(len(text.text)), "foldedSha256": whole_digest(text.text)}
    for name, value in true.items():
        if rows[iri].get(MAG + name, value) != value:
            yield Finding(
                document.name,
                document.lines.line(iri, MAG + name) or 0,
                iri,
                "source-record",
                f"mag:{name} is not that of the text, whose value is {value}. Correct it, or take"
                " the line out: `magkg format --sources DIR` fills it in.",
            )
    for passage, row in rows.items():
        if row.get(TYPE) == MAG + "Passage" and row.get(OA + "hasSource") == iri:
            yield from _passage(document, passage, row, text)


def _passage(
    document: Document, iri: str, row: Mapping[str, str], text: FoldedText
) -> Iterator[Finding]:
    try:
        marks = measure(text, int(row[OA + "start"]), int(row[OA + "end"]))
    except (KeyError, ValueError, InputError):
        return  # the shapes say so
    for name, value in marks.properties().items():
        if row.get(MAG + name, str(value)) != str(value):
            yield Finding(
                document.name,
                document.lines.line(iri, MAG + name) or 0,
                iri,
                "passage-digest",
                f"mag:{name} is not that of the text at these offsets. Find the passage with"
                " `magkg anchor` and correct its name; or, where the offsets are right, take its"
                " digests out: `magkg format --sources DIR` fills them in.",
            )
            return
