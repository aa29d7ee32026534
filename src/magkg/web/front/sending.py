"""Sends whole answers: in pieces that wait for the client, compressed where it takes that."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import Response

from magkg.web.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

    from magkg.web.messages import Answer

__all__ = ["Whole", "compressed", "refusal", "takes_gzip", "wants_html"]

_PIECE = 64 << 10
# More than this a client is not asked to swallow after its request was refused, in bytes.
_SWALLOWED = 1 << 20
# Smaller bodies gain nothing; larger ones are compressed beside the loop, which goes on. In bytes.
_SMALL, _LARGE = 1 << 10, 64 << 10
_TEXT = re.compile(r"text/|image/svg|application/(?!octet)[\w.+-]*(?:json|xml|n-quads|n-triples)")


class Whole(Response):
    """A response whose body is at hand; no more of it than a piece waits in the connection."""

    def __init__(self, body: bytes, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(body, status, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; a client that still sends a refused body is first heard out for a moment."""
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        body = b"" if scope["method"] == "HEAD" else bytes(self.body)
        site = scope["state"]["site"]
        site.outgoing += len(body)
        try:
            for at in range(0, len(body), _PIECE):
                piece = body[at : at + _PIECE]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        finally:
            site.outgoing -= len(body)
        if self.status_code == 413 and "expect" not in Headers(scope=scope):
            await _heard_out(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _heard_out(receive: Receive) -> None:
    """Read on a little: a connection closed with unread bytes takes the answer with it (TCP)."""
    read = 0
    try:
        async with asyncio.timeout(2):
            while read < _SWALLOWED:
                message = await receive()
                read += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return
    except TimeoutError:
        return


def refusal(scope: Scope, answer: Answer) -> Whole:
    """Give a problem as it is sent: as a page to who reads pages, else as it stands."""
    html = answer.media_type == MEDIA_TYPE and wants_html(Headers(scope=scope).get("accept", ""))
    body = _page(answer) if html else answer.body
    headers = {"Content-Type": "text/html; charset=utf-8" if html else answer.media_type}
    headers |= {"Cache-Control": "no-store", "Vary": "Accept", **dict(answer.headers)}
    if answer.status in {413, 414, 431}:
        headers["Connection"] = "close"
    return Whole(body, answer.status, headers)


def _page(answer: Answer) -> bytes:
    from magkg.web.pages.rendering import environment

    template = environment().get_template("refused.html")
    return template.render(problem=json.loads(answer.body)).encode("utf-8", "replace")


def wants_html(accept: str) -> bool:
    """Whether a client names HTML among what it accepts, as browsers do."""
    return "text/html" in accept.lower()


def takes_gzip(headers: Headers) -> bool:
    """Whether a client accepts gzip (RFC 9110, section 12.5.3)."""
    for part in ",".join(headers.getlist("accept-encoding")).lower().split(","):
        coding, _, weight = part.replace(" ", "").partition(";q=")
        if coding in {"gzip", "x-gzip"}:
            return weight.strip("0.") != "" or weight == ""
    return False


async def compressed(body: bytes, media_type: str) -> bytes | None:
    """Give a body compressed with gzip; None where that is not worth it."""
    if len(body) < _SMALL or not _TEXT.match(media_type):
        return None
    if len(body) < _LARGE:
        return gzip.compress(body, 5, mtime=0)
    return await asyncio.to_thread(gzip.compress, body, 5, mtime=0)
