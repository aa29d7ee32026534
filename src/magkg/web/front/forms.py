"""Which form of a page is asked for: its suffix, else what Accept prefers."""

from __future__ import annotations

from collections.abc import Sequence

from magkg.web.negotiation import choose

__all__ = ["SUFFIXES", "negotiated", "split"]

# A suffix with the media type that asks for the same; html is what a page is by itself.
_TYPES = {
    "html": "text/html",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "ttl": "text/turtle",
    "nq": "application/n-quads",
    "csv": "text/csv",
    "svg": "image/svg+xml",
    "png": "image/png",
}
SUFFIXES = tuple(_TYPES)


def split(path: str) -> tuple[str, str]:
    """Give a percent-encoded path without its suffix, and the suffix; "" where none is known."""
    stem, dot, suffix = path.rpartition(".")
    if dot and suffix in SUFFIXES:
        return stem, suffix
    return path, ""


def negotiated(accept: str, forms: Sequence[str] = SUFFIXES) -> str | None:
    """Give the form that an Accept header prefers, the first one of equals; None for none."""
    types = {_TYPES[each]: each for each in forms}
    found = choose(accept, tuple(types))
    return None if found is None else types[found]
