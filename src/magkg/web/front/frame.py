"""What every request passes through: limits, methods, headers, the log, and the last resort."""

from __future__ import annotations

import secrets
import time
import traceback
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect

from magkg.web.front import clients
from magkg.web.front.sending import Whole, refusal
from magkg.web.problems import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from magkg.web.front.site import Site
    from magkg.web.messages import Answer

__all__ = ["HEADERS", "LONGEST_BODY", "Frame"]

# In bytes. The gate of queries takes 64 kB of text, which a form may write as three times that.
LONGEST_BODY = 256 << 10
LONGEST_URL = 16 << 10
LONGEST_HEADERS = 32 << 10
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# A picture opened by itself has its own rules of style, and nothing else.
_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Everything here is public to read; nothing is ever sent along with it.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After, X-Magkg-Limited",
}
_GIVEN_UP = 499  # In the log only, as nginx writes it: the client left before its answer.


class Frame:
    """The application around the routes."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            return
        _in_origin_form(scope)
        one = _Exchange(scope, send, self._site)
        self._site.metrics.running += 1
        try:
            await self._answer(one, receive)
        finally:
            self._site.metrics.running -= 1
            one.over()

    async def _answer(self, one: _Exchange, receive: Receive) -> None:
        scope = one.scope
        try:
            refused = _refused(scope)
            if refused is not None:
                await refusal(scope, refused)(scope, receive, one.send)
            elif scope["method"] == "OPTIONS":
                await _preflight(scope)(scope, receive, one.send)
            else:
                await self._app(scope, receive, one.send)
        except ClientDisconnect:
            one.status = _GIVEN_UP
        except Exception as error:
            number = secrets.token_hex(8)
            trace = "".join(traceback.format_exception(error))[-2000:]
            self._site.log("fault", id=number, kind=type(error).__name__, trace=trace)
            if one.status:
                raise
            hint = "Tell whoever runs this site the number."
            told = problem(500, f"this is a fault of the site, number {number}", hint)
            await refusal(scope, told)(scope, receive, one.send)


class _Exchange:
    """A request and its answer as the log and the figures tell of them."""

    def __init__(self, scope: Scope, send: Send, site: Site) -> None:
        self.scope = scope
        self.status = 0
        self._send = send
        self._site = site
        self._size = 0
        self._began = time.perf_counter()
        peer = (scope.get("client") or ("",))[0]
        proxies = site.settings.proxies
        self._client = clients.identity(peer, Headers(scope=scope), proxies)
        scope["state"] = {"client": self._client, "site": site, "cache": "none", "route": "none"}

    async def send(self, message: Message) -> None:
        """Send on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            if headers.get("content-type", "").startswith("image/svg+xml"):
                headers.setdefault("Content-Security-Policy", _PICTURE)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            own = headers.get("content-type", "").startswith("text/html")
            own = own or self.scope["state"]["route"] == "static"
            policy = "same-origin" if own else "cross-origin"
            headers.setdefault("Cross-Origin-Resource-Policy", policy)
        elif self.scope["method"] != "HEAD":
            self._size += len(message.get("body", b""))
        await self._send(message)

    def over(self) -> None:
        """Count the request and write its line."""
        seconds = time.perf_counter() - self._began
        state, method = self.scope["state"], self.scope["method"]
        known = method if method in {"GET", "HEAD", "POST", "OPTIONS"} else "other"
        self._site.metrics.add(state["route"], known, self.status, seconds, self._size)
        self._site.log(
            "request",
            client=self._client,
            method=method,
            path=self.scope["raw_path"].decode("latin-1"),
            status=self.status,
            ms=round(seconds * 1000, 1),
            bytes=self._size,
            cache=state["cache"],
            route=state["route"],
        )


def _in_origin_form(scope: Scope) -> None:
    """Take the path of a request that names the whole URL, as a proxy's may (RFC 9112, 3.2.2)."""
    if scope["raw_path"][:7].lower() == b"http://":
        _, slash, path = scope["raw_path"][7:].partition(b"/")
        scope["raw_path"] = slash + path
        scope["path"] = unquote((slash + path).decode("ascii", "replace"))


def _allowed(scope: Scope) -> str:
    return "GET, HEAD, POST, OPTIONS" if scope["path"] == "/sparql" else "GET, HEAD, OPTIONS"


def _refused(scope: Scope) -> Answer | None:
    """Give the refusal of a request that breaks a limit; none of its body has been read."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_URL:
        hint = "Send a long query to /sparql with POST."
        return problem(414, f"the URL is longer than {LONGEST_URL} bytes", hint)
    if sum(len(name) + len(value) + 4 for name, value in scope["headers"]) > LONGEST_HEADERS:
        return problem(431, f"the headers are longer than {LONGEST_HEADERS} bytes")
    if not scope["path"].startswith("/"):
        return problem(400, "the request names no path of this site")
    allowed = _allowed(scope)
    if scope["method"] not in allowed.split(", "):
        told = f"{scope['path'][:100]!r} does not take this method"
        return problem(405, told, f"It takes {allowed}.", {"Allow": allowed})
    headers = Headers(scope=scope)
    said = headers.get("content-length", "0")
    if "content-length" in headers and "transfer-encoding" in headers:
        # A proxy before this site may see another request begin (RFC 9112, section 6.1).
        hint, closed = "Send Content-Length or Transfer-Encoding.", {"Connection": "close"}
        return problem(400, "the request tells its length in two ways", hint, closed)
    if not said.isdecimal() or int(said) > LONGEST_BODY:
        return problem(413, f"the body is longer than {LONGEST_BODY} bytes")
    return None


def _preflight(scope: Scope) -> Whole:
    """Answer what a browser asks before it lets a page of elsewhere read (Fetch, 4.8)."""
    allowed = _allowed(scope)
    headers = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": "Accept, Content-Type",
        "Access-Control-Max-Age": "86400",
    }
    return Whole(b"", 204, headers)
