"""The interface of the site for programs: an OpenAPI 3.1 document of its pages and queries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from magkg import resources
from magkg.web.pages import routes
from magkg.web.pages.page import Page

if TYPE_CHECKING:
    from magkg.use.binding import Param
    from magkg.use.catalogue import Query
    from magkg.web.pages.page import Context

__all__ = ["openapi"]

Json = dict[str, Any]
# What the open parts of a page's path are called.
_PARTS = {
    "/claim/*/*": ("source", "name"),
    "/proposition/*": ("proposition",),
    "/source/*": ("source",),
    "/study/*": ("study",),
    "/concept/*": ("concept",),
    "/term/*": ("term",),
    "/queries/*": ("query",),
    "/export/*": ("format",),
}
# What a page gives itself, not as JSON.
_OTHERWISE = ("/sparql", "/export/*", "/openapi.json", "/sitemap.xml", "/.well-known/void", "/")
_ROWS = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv",
         "text/tab-separated-values")  # fmt: skip
_TRIPLES = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")
_TEXT = {"type": "string"}


def openapi(context: Context) -> Page:
    """Describe every path that gives JSON or answers to queries."""
    paths: Json = {"/sparql": _endpoint()}
    queries = context.graph.queries()
    for name in sorted(queries):
        paths[f"/api/queries/{name}"] = {"get": _query(queries[name])}
    for pattern in routes.ROUTES:
        if pattern not in _OTHERWISE:
            path, names = _path(pattern)
            paths[f"{path}.json"] = {"get": _page(pattern, names)}
    paths |= _plain()
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "magkg",
            "version": resources.version(),
            "description": "A claim-level evidence knowledge graph, read-only. Every page has its"
            " data as JSON; every shipped query is a path; /sparql takes any query.",
        },
        "servers": [{"url": context.base or "/"}],
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM}, "responses": {"Problem": _REFUSED}},
    }
    return Page("openapi.html", "Interface", document)


def _path(pattern: str) -> tuple[str, tuple[str, ...]]:
    names = iter(found := _PARTS.get(pattern, ()))
    return re.sub(r"\*", lambda _: f"{{{next(names)}}}", pattern), found


def _page(pattern: str, names: tuple[str, ...]) -> Json:
    kind = pattern.strip("/").replace("/*", "").replace("/", "-") or "start"
    return {
        "operationId": f"page-{kind}{'-one' if names else ''}",
        "summary": f"What the page {pattern} shows, as data",
        "tags": ["pages"],
        "parameters": [_parameter(name, "path", _TEXT, required=True) for name in names],
        "responses": _responses({"application/json": {"schema": {"type": "object"}}}),
    }


def _query(query: Query) -> Json:
    types = _TRIPLES if query.form in {"construct", "describe"} else _ROWS
    found: Json = {
        "operationId": query.name,
        "summary": query.summary or query.name,
        "tags": ["queries"],
        "parameters": [*(_asked(each) for each in query.params), _format()],
        "responses": _responses({each: {"schema": _TEXT} for each in types}),
    }
    return found | ({"description": query.description} if query.description else {})


def _asked(param: Param) -> Json:
    found = _parameter(param.name, "query", _TEXT, required=not param.optional)
    return found | {"description": param.about, "example": param.plain}


def _format() -> Json:
    said = "A short name (json, xml, csv, tsv, turtle ...) or a media type, in place of Accept."
    return _parameter("format", "query", _TEXT) | {"description": said}


def _endpoint() -> Json:
    names = ("query", "default-graph-uri", "named-graph-uri")
    graphs: Json = {"type": "array", "items": _TEXT}
    parameters = [_parameter(name, "query", graphs if "-" in name else _TEXT) for name in names]
    answers = _responses({each: {"schema": _TEXT} for each in (*_ROWS, *_TRIPLES)})
    form = {"type": "object", "properties": {"query": _TEXT}, "required": ["query"]}
    body = {
        "application/sparql-query": {"schema": _TEXT},
        "application/x-www-form-urlencoded": {"schema": form},
    }
    shared: Json = {"tags": ["sparql"], "responses": answers}
    asked = {"summary": "Ask with a SPARQL 1.1 query (SPARQL 1.1 Protocol)"}
    posted = {"required": True, "content": body}
    return {
        "get": {"operationId": "ask", **asked, "parameters": [*parameters, _format()], **shared},
        "post": {"operationId": "ask-by-post", **asked, "requestBody": posted, **shared},
    }


def _plain() -> Json:
    def text(operation: str, summary: str, media_type: str) -> Json:
        content = {media_type: {"schema": _TEXT}}
        said = {"operationId": operation, "summary": summary, "tags": ["site"]}
        return {"get": {**said, "responses": _responses(content)}}

    return {
        "/.well-known/void": text("void", "The graph as a dataset", "text/turtle"),
        "/sitemap.xml": text("sitemap", "All pages", "application/xml"),
        "/healthz": text("healthz", "Whether the site can answer", "text/plain"),
        "/metrics": text("metrics", "Figures of the running site (Prometheus)", "text/plain"),
    }


def _parameter(name: str, place: str, schema: Json, *, required: bool = False) -> Json:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _responses(content: Json) -> Json:
    refused = {"$ref": "#/components/responses/Problem"}
    return {"200": {"description": "The answer", "content": content}, "default": refused}


_PROBLEM: Json = {
    "type": "object",
    "description": "A problem document (RFC 9457); hint says what to do.",
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "hint": _TEXT,
    },
    "required": ["type", "title", "status", "detail"],
}
_REFUSED: Json = {
    "description": "What was wrong, and what to do",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
