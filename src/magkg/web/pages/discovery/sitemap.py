"""The list of all pages, for search engines (sitemaps.org, protocol 0.9)."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from magkg.vocabulary import MAG
from magkg.web.pages.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from magkg.web.pages.page import Context

__all__ = ["sitemap"]

_KINDS = " ".join(f"<{MAG}{each}>" for each in ("Claim", "Proposition", "Source", "Study"))
_THINGS = f"?thing a ?kind VALUES ?kind {{ {_KINDS} <{MAG}Concept> }}"
_COUNT = f"SELECT (COUNT(DISTINCT ?thing) AS ?n) WHERE {{ {_THINGS} }}"
_LISTED = f"SELECT DISTINCT ?thing WHERE {{ {_THINGS} }} ORDER BY ?thing"
_DOORS = ("/", "/matrix", "/audit", "/queries", "/sparql", "/network", "/export", "/term")
# The protocol's limit of URLs in one file, less the doors.
_MOST = 50_000 - len(_DOORS)
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def sitemap(context: Context) -> Page:
    """List the pages of all claims, propositions, sources, studies and concepts.

    Where they are more than one file may hold, ``/sitemap.xml`` lists the files, each a ``page``.
    """
    number = next(int(str(n)) for (n,) in context.graph.engine.select(_COUNT))
    files = max(1, -(-number // _MOST))
    page = context.number("page", 1, files) if context.one("page") else 0
    if files > 1 and not page:
        write = partial(_index, context.base, files)
    else:
        write = partial(_urls, context, max(page, 1))
    data = {"resources": number, "files": files}
    return Page("sitemap.html", "All pages", data, files={"xml": write})


def _urls(context: Context, page: int) -> tuple[str, bytes]:
    # Virtuoso sorts 10,000 rows at most for a LIMIT beside an ORDER BY; nested, it sorts all.
    part = f"LIMIT {_MOST} OFFSET {(page - 1) * _MOST}"
    query = f"SELECT ?thing WHERE {{ {{ {_LISTED} }} }} {part}"
    found = (context.links.path(str(thing)) for (thing,) in context.graph.engine.select(query))
    paths = chain(_DOORS, found) if page == 1 else found
    return _written("urlset", "url", (context.base + path for path in paths))


def _index(base: str, files: int) -> tuple[str, bytes]:
    listed = (f"{base}/sitemap.xml?page={number}" for number in range(1, files + 1))
    return _written("sitemapindex", "sitemap", listed)


def _written(outer: str, inner: str, urls: Iterable[str]) -> tuple[str, bytes]:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{outer} {_SPACE}>"]
    lines += [f"<{inner}><loc>{escape(url)}</loc></{inner}>" for url in urls]
    return "application/xml; charset=utf-8", "\n".join([*lines, f"</{outer}>", ""]).encode()
