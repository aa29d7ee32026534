"""Which function makes the page of a path."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast
from urllib.parse import unquote

from magkg.errors import UnknownName
from magkg.web.pages.page import Context, Page

__all__ = ["ROUTES", "Maker", "find"]

Maker = Callable[[Context], Page]

# A path, in which * is a part that is open, and MODULE:FUNCTION in magkg.web.pages.
ROUTES: dict[str, str] = {
    "/": "entry.start:start",
    "/search": "entry.search:search",
    "/claim": "claims.listing:claims",
    "/claim/*/*": "claims.claim:claim",
    "/proposition": "claims.listing:propositions",
    "/proposition/*": "claims.proposition:proposition",
    "/source": "sources.source:sources",
    "/source/*": "sources.source:source",
    "/study": "sources.study:studies",
    "/study/*": "sources.study:study",
    "/concept": "concepts.concept:concepts",
    "/concept/*": "concepts.concept:concept",
    "/term": "concepts.resource:terms",
    "/term/*": "concepts.resource:term",
    "/resource": "concepts.resource:resource",
    "/matrix": "matrix.matrix:matrix",
    "/audit": "audit.audit:audit",
    "/audit/report": "audit.audit:report",
    "/queries": "asking.queries:queries",
    "/queries/*": "asking.queries:query",
    "/sparql": "asking.editor:editor",
    "/network": "network.network:network",
    "/export": "export.export:doors",
    "/export/*": "export.export:export",
    "/.well-known/void": "discovery.void:void",
    "/openapi.json": "discovery.openapi:openapi",
    "/sitemap.xml": "discovery.sitemap:sitemap",
}


def find(path: str) -> tuple[Maker, tuple[str, ...]]:
    """Give the function that makes the page of a percent-encoded path, and the open parts decoded.

    Raises UnknownName with the nearest paths.
    """
    parts = path.rstrip("/").split("/")
    for pattern, target in ROUTES.items():
        wanted = pattern.rstrip("/").split("/")
        if len(wanted) != len(parts):
            continue
        if all(each in ("*", part) for each, part in zip(wanted, parts, strict=True)):
            module, _, name = target.partition(":")
            made = getattr(import_module(f"magkg.web.pages.{module}"), name)
            found = zip(wanted, parts, strict=True)
            return cast("Maker", made), tuple(unquote(part) for each, part in found if each == "*")
    known = [each for each in ROUTES if "*" not in each]
    raise UnknownName("page", unquote(path), known, hint="The first page is /.")
