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
    "/": "start:start",
    "/search": "search:search",
    "/claim": "listing:claims",
    "/claim/*/*": "claim:claim",
    "/proposition": "listing:propositions",
    "/proposition/*": "proposition:proposition",
    "/source": "source:sources",
    "/source/*": "source:source",
    "/study": "study:studies",
    "/study/*": "study:study",
    "/concept": "concept:concepts",
    "/concept/*": "concept:concept",
    "/term": "resource:terms",
    "/term/*": "resource:term",
    "/resource": "resource:resource",
    "/matrix": "matrix:matrix",
    "/audit": "audit:audit",
    "/audit/report": "audit:report",
    "/queries": "queries:queries",
    "/queries/*": "queries:query",
    "/sparql": "editor:editor",
    "/network": "network:network",
    "/export": "export:doors",
    "/export/*": "export:export",
    "/.well-known/void": "void:void",
    "/openapi.json": "openapi:openapi",
    "/sitemap.xml": "sitemap:sitemap",
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
