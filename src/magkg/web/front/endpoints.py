"""What answers each path: a job for a worker, or something that the front knows itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from magkg.web import negotiation
from magkg.web.front import forms, metrics, sending, static_files
from magkg.web.front.frame import LONGEST_BODY
from magkg.web.front.sending import Whole, refusal
from magkg.web.front.site import BESIDE, steady
from magkg.web.messages import Answer, Job, Pairs
from magkg.web.problems import MEDIA_TYPE, problem
from magkg.web.sparql import protocol
from magkg.web.sparql.forms import ROWS, TRIPLES

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from typing import Any

    from magkg.web.front.site import Site

__all__ = ["Endpoints"]

_VARY = "Accept, Accept-Encoding"
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}
# What a page is where it is no page: its only form, or the one that programs get.
_ONLY = {"/openapi.json": "json", "/sitemap.xml": "xml"}
_FIRST = {"/.well-known/void": ("ttl", "jsonld", "nq", "html", "json")}
# So many bytes of answers may wait to be read by clients, then no worker is asked for more.
_OUTGOING = 512 << 20
# Where nothing says when a graph has changed, an answer is fresh for so many seconds.
_FRESH = 10


class Endpoints:
    """The routes of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def page(self, request: Request) -> Whole:
        """Answer with a page in the form that is asked for: by its suffix, else by Accept."""
        request.state.route = "page"
        path = request.scope["raw_path"].decode("ascii", "replace")
        form = _ONLY.get(path, "")
        if not form:
            path, form = forms.split(path)
        accept = request.headers.get("accept", "")
        found = form or forms.negotiated(accept, _FIRST.get(path, forms.SUFFIXES))
        if found is None:
            hint = f"Pages are written as {', '.join(forms.SUFFIXES)}: name one as a suffix."
            return refusal(request.scope, problem(406, "nothing that is accepted is here", hint))
        if path in _ONLY and form != _ONLY[path]:
            return refusal(request.scope, problem(404, f"there is no {path[:200]!r} in this form"))
        return await self._asked(request, Job("page", path, found, _pairs(request)))

    async def sparql(self, request: Request) -> Whole:
        """Answer a query of the SPARQL protocol; to who reads HTML, with the page that asks it."""
        params, accept = _pairs(request), request.headers.get("accept", "")
        # The form of the page without scripts sends format= where a page is wanted.
        formats = any(value for name, value in params if name in {"format", "output"})
        named = formats or any(name == "update" for name, _ in params)
        if request.method != "POST" and not named and _prefers_html(accept):
            return await self.page(request)
        request.state.route = "sparql"
        body = await _body(request) if request.method == "POST" else b""
        if body is None:
            told = problem(413, f"the body is longer than {LONGEST_BODY} bytes")
            return refusal(request.scope, told)
        kind = request.headers.get("content-type", "")
        graphs = self._site.pool.facts.graphs
        found = protocol.read(request.method, params, kind, body, accept, graphs)
        if isinstance(found, Answer):
            return refusal(request.scope, found)
        return await self._asked(request, found)

    async def query(self, request: Request) -> Whole:
        """Answer a shipped query by its name, in the form of ``format`` or Accept."""
        request.state.route = "query"
        pairs = _pairs(request)
        named = [value for name, value in pairs if name == "format"]
        form = named[0] if named else request.headers.get("accept", "")
        params = tuple((name, value) for name, value in pairs if name != "format")
        return await self._asked(request, Job("query", request.path_params["name"], form, params))

    async def static(self, request: Request) -> Whole:
        """Send a file of the package; one that is asked for by its digest never changes."""
        request.state.route = "static"
        name = request.path_params["name"]
        found = await asyncio.to_thread(static_files.find, name)
        if found is None:
            return refusal(request.scope, problem(404, f"there is no file {name[:100]!r}"))
        lasting = request.query_params.get("v") == found.digest
        kept = "public, max-age=31536000, immutable" if lasting else "no-cache"
        headers = {"ETag": f'W/"{found.digest}"', "Cache-Control": kept, "Vary": "Accept-Encoding"}
        answer = Answer(200, found.media_type, found.body)
        return await self._sent(request, answer, headers, found.digest)

    async def healthz(self, request: Request) -> Whole:
        """Say whether the site can answer."""
        request.state.route = "healthz"
        well = self._site.pool.figures()["alive"] > 0
        body = b"ok\n" if well else b"no worker is alive\n"
        return Whole(body, 200 if well else 503, {**_TEXT, "Cache-Control": "no-store"})

    async def metrics(self, request: Request) -> Whole:
        """Give the figures of the site."""
        request.state.route = "metrics"
        site = self._site
        body = site.metrics.text(site.cache.figures, site.pool.figures())
        return Whole(body, 200, {"Content-Type": metrics.MEDIA_TYPE, "Cache-Control": "no-store"})

    async def robots(self, request: Request) -> Whole:
        """Keep crawlers to the pages: questions cost the workers time."""
        request.state.route = "robots"
        closed = "".join(f"Disallow: {each}\n" for each in ("/sparql?", "/api/", "/search", "/*?"))
        body = f"User-agent: *\n{closed}Sitemap: {self._site.settings.base}/sitemap.xml\n"
        return Whole(body.encode(), 200, {**_TEXT, "Cache-Control": "max-age=3600"})

    async def _asked(self, request: Request, job: Job) -> Whole:
        """Answer a job: with 304, from what is kept, or by a worker."""
        site, job = self._site, replace(job, base=self._site.settings.base)
        key = site.key(job)
        tag = f'W/"{key}"' if key and request.method != "POST" else ""
        if tag and _matches(request.headers.get("if-none-match", ""), tag):
            request.state.cache = "client"
            return Whole(b"", 304, {"ETag": tag, "Cache-Control": "no-cache", "Vary": _VARY})
        answer = site.cache.get(key) if key else None
        request.state.cache = "hit"
        if answer is None and site.outgoing > _OUTGOING:
            told = "too many answers wait to be read"
            answer = problem(503, told, "Ask again a little later.", {"Retry-After": "10"})
        elif answer is None:
            asking = site.ask(job, request.state.client)
            answer, request.state.cache = await _attended(request, asking)
            if site.key(job) != key:  # the graph was replaced meanwhile: it may be of either
                key = tag = ""
        if answer.media_type == MEDIA_TYPE:
            return refusal(request.scope, answer)
        headers = {"Vary": _VARY, "Cache-Control": "no-store"}
        if answer.status == 200 and steady(job):
            headers["Cache-Control"] = "no-cache" if site.edition else f"max-age={_FRESH}"
            headers |= {"ETag": tag} if tag else {}
        return await self._sent(request, answer, headers | dict(answer.headers), key)

    async def _sent(
        self, request: Request, answer: Answer, headers: Mapping[str, str], key: str
    ) -> Whole:
        """Give an answer as it is sent: not at all where the client has it, small if it may be.

        What is made small is kept by ``key``, unless that is "".
        """
        tag, site = headers.get("ETag", ""), self._site
        if tag and _matches(request.headers.get("if-none-match", ""), tag):
            return Whole(b"", 304, headers)
        full = {"Content-Type": answer.media_type, **headers}
        if sending.takes_gzip(request.headers):
            small = site.packed.get(key) if key else None
            if small is None:
                small = await sending.compressed(answer.body, answer.media_type)
                if small is not None and key:
                    site.packed.put(key, small, len(small) + BESIDE)
            if small is not None:
                return Whole(small, answer.status, {**full, "Content-Encoding": "gzip"})
        return Whole(answer.body, answer.status, full)


def _pairs(request: Request) -> Pairs:
    query = request.scope["query_string"].decode("ascii", "replace")
    return tuple(parse_qsl(query, keep_blank_values=True, errors="replace"))


def _prefers_html(accept: str) -> bool:
    """Whether a client takes HTML rather than any form that answers of queries have."""
    html = negotiation.quality(accept, "text/html") if sending.wants_html(accept) else 0.0
    return html > max(negotiation.quality(accept, each) for each in {**ROWS, **TRIPLES})


def _matches(said: str, tag: str) -> bool:
    """Whether If-None-Match names a tag (weak comparison, RFC 9110, section 13.1.2)."""
    return tag.removeprefix("W/") in {each.strip().removeprefix("W/") for each in said.split(",")}


async def _body(request: Request) -> bytes | None:
    """Read the body; None where it is longer than it may be."""
    read = bytearray()
    async for piece in request.stream():
        read += piece
        if len(read) > LONGEST_BODY:
            return None
    return bytes(read)


async def _attended(
    request: Request, asking: Coroutine[Any, Any, tuple[Answer, str]]
) -> tuple[Answer, str]:
    """Wait for an answer as long as the client does; raises ClientDisconnect once it has gone."""
    task, gone = asyncio.create_task(asking), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        gone.cancel()
        task.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
