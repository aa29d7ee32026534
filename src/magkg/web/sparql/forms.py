"""The media types that answers are written in: rows and booleans, and triples."""

from __future__ import annotations

from collections.abc import Mapping

from magkg.errors import UnknownName
from magkg.web.negotiation import choose

__all__ = ["ROWS", "SHORT", "TRIPLES", "charset", "for_form", "named", "offers"]

# Media types with the writer of each, the one that is preferred first, then names that older
# clients know them by. A client gets the name that it asked for.
ROWS: Mapping[str, str] = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/plain": "tsv",
}
TRIPLES: Mapping[str, str] = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/n-quads": "nquads",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdfxml",
    "application/trig": "trig",
    "application/x-turtle": "turtle",
    "application/json": "jsonld",
    "application/xml": "rdfxml",
    "text/xml": "rdfxml",
    "text/plain": "ntriples",
}
# The names of ``format=``; a media type does too.
SHORT: Mapping[str, str] = {
    "json": "json", "xml": "xml", "csv": "csv", "tsv": "tsv", "srj": "json", "srx": "xml",
    "turtle": "turtle", "ttl": "turtle", "ntriples": "ntriples", "nt": "ntriples",
    "nquads": "nquads", "nq": "nquads", "jsonld": "jsonld", "rdfxml": "rdfxml", "rdf": "rdfxml",
    "trig": "trig",
}  # fmt: skip
# Names of one sort of answer that mean something for the other.
_OTHER = {"json": "jsonld", "xml": "rdfxml"}
_TEXT = ("text/", "application/xml")


def for_form(form: str) -> Mapping[str, str]:
    """Give the media types of a query form, such as ``select``."""
    return TRIPLES if form in ("construct", "describe") else ROWS


def offers(form: str, accept: str) -> str | None:
    """Give the media type that an Accept header prefers for a query form; None for none."""
    return choose(accept, tuple(for_form(form)))


def named(form: str, name: str) -> str:
    """Give the media type of a short name or a media type; raises UnknownName for another."""
    types = for_form(form)
    folded = name.strip().lower()
    if folded in types:
        return folded
    writer = SHORT.get(folded, "")
    if types is TRIPLES:
        writer = _OTHER.get(writer, writer)
    found = next((each for each, made in types.items() if made == writer), None)
    if found is None:
        known = list(dict.fromkeys([*types.values(), *types]))
        what = "format of triples" if types is TRIPLES else "format of rows"
        raise UnknownName(what, name, known, hint=f"There are: {', '.join(known)}.")
    return found


def charset(media_type: str) -> str:
    """Give a media type as an answer names it: texts say that they are UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith(_TEXT) else media_type
