"""How to cite a claim and its source, and every format that a claim can be had in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from magkg.use.export.formats import FORMATS, Options
from magkg.use.export.reference import bibtex, csl
from magkg.use.export.reference.citation import Reference, collect
from magkg.use.select.language import select

if TYPE_CHECKING:
    from magkg.web.pages.page import Context

__all__ = ["cite", "formats", "reference"]

Json = dict[str, Any]


def reference(context: Context, claim: str, source: str) -> Reference | None:
    """Give the bibliographic entry of the source of a claim, None where the graph has none."""
    found = collect(context.graph.subgraph(select(claim=claim)), Options())
    return next((each for each in found.references if each.iri == source), None)


def cite(context: Context, trace: Json, found: Reference | None) -> Json:
    """Give how to cite a claim: as a text, by its URL, and its source in BibTeX and CSL-JSON."""
    short = context.links.short(trace["claim"])
    url = context.base + context.links.path(trace["claim"])
    built = context.graph.manifest
    state = f" Graph with root digest {built.root}." if built else ""
    digest = f" SHA-256 of the claim: {trace['digest']}." if trace["digest"] else ""
    source = "" if found is None else f" Stated in: {_source(found).rstrip('.')}."
    gist = trace["label"].rstrip(".")
    return {
        "text": f"{gist} [claim {short}].{source}{digest}{state} {url}",
        "url": url,
        "iri": trace["claim"],
        "digest": trace["digest"],
        "bibtex": None if found is None else bibtex.entry(found),
        "csl": None if found is None else json.dumps([csl.item(found)], ensure_ascii=False),
    }


def _source(found: Reference) -> str:
    if found.note:
        return f"{found.note.rstrip('.')}. {found.url}" if found.url else found.note
    names = ", ".join(f"{each.family} {each.initials}".strip() for each in found.authors)
    year = str(found.issued[0]) if found.issued else ""
    return ". ".join(part for part in (names, found.title.rstrip("."), year, found.url) if part)


def formats(context: Context, claim: str) -> list[Json]:
    """Give every format of an export, each with what it is for and its URL for this claim."""
    chosen = quote(context.links.short(claim), safe="")
    return [
        {"name": each.name, "about": each.about, "url": f"/export/{each.name}?claim={chosen}"}
        for each in FORMATS.values()
    ]
