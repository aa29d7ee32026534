"""Any SPARQL 1.1 endpoint as a store, over SPARQLWrapper, with limits on time and size."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from magkg.errors import (
    InputError,
    MagkgError,
    QueryTimeout,
    StoreUnavailable,
    SyntaxFault,
)
from magkg.store.interface import IRI, Blank, Literal, Row, Solutions, Term, Triple, form
from magkg.store.limit import within
from magkg.store.oxigraph import triple
from magkg.store.syntax import syntax_fault
from magkg.vocabulary import XSD

__all__ = ["LARGEST", "TIMEOUT", "EndpointStore"]

# Seconds, and bytes of one answer.
TIMEOUT = 60.0
LARGEST = 512 * 1024 * 1024
_CHUNK = 1 << 16
# How much of a server's own words is shown.
_SHOWN = 1000


class EndpointStore:
    """A SPARQL 1.1 endpoint; SERVICE is the server's own affair.

    An answer is read to its end before the first row is given. A partial answer (header
    X-SQL-State), one above ``largest`` bytes and a redirect to another host are refused.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = TIMEOUT,
        largest: int = LARGEST,
        default_graph: str | None = None,
    ) -> None:
        """Name the endpoint; nothing is sent yet.

        ``default_graph`` is the IRI under which the server holds the default graph, where that
        graph has a name there (Virtuoso). Raises InputError for a URL that is not http(s).
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InputError(f"{url!r} is not the http(s) URL of a SPARQL endpoint")
        if parts.username is not None:
            raise InputError("the URL of an endpoint must not hold a password: it would be shown")
        self.url = url
        self.timeout = timeout
        self.largest = largest
        self.default_graph = default_graph

    def select(self, query: str, timeout: float | None = None) -> Solutions:
        """Answer a SELECT (see interface.Store)."""
        answer = self._body(query, ("select",), timeout)
        try:
            return _solutions(answer, self.url)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _not_sparql(self.url, answer) from None

    def construct(self, query: str, timeout: float | None = None) -> Iterator[Triple]:
        """Answer a CONSTRUCT or DESCRIBE (see interface.Store)."""
        answer = self._body(query, ("construct", "describe"), timeout)
        return _triples(answer, self.url)

    def ask(self, query: str, timeout: float | None = None) -> bool:
        """Answer an ASK (see interface.Store)."""
        answer = self._body(query, ("ask",), timeout)
        try:
            found = json.loads(answer)["boolean"]
        except (ValueError, KeyError, TypeError):
            found = None
        if not isinstance(found, bool):
            raise _not_sparql(self.url, answer)
        return found

    def _body(self, query: str, kinds: tuple[str, ...], timeout: float | None) -> bytes:
        kind = form(query)
        if kind == "update":
            raise InputError("this is an update, and endpoints are only read")
        if kind not in kinds:
            if not kind and (fault := syntax_fault(query)):
                raise fault
            raise InputError(f"this query is no {' or '.join(map(str.upper, kinds))}")
        limit = self.timeout if timeout is None else timeout
        answer = bytearray()
        for chunk in within(lambda: self._chunks(query, kind, limit), limit):
            answer += chunk
            if len(answer) > self.largest:
                raise InputError(
                    f"the answer of {self.url} is larger than {self.largest / 2**20:g} MB",
                    hint="Ask for less, such as with LIMIT.",
                )
        return bytes(answer)

    def _chunks(self, query: str, kind: str, limit: float) -> Iterator[bytes]:
        try:
            # The socket's limit ends the thread; `within` ends the waiting.
            with _opener().open(self._request(query, kind, limit), timeout=limit) as answer:
                state = answer.headers.get("X-SQL-State")
                if state:
                    raise StoreUnavailable(
                        f"{self.url} answered only in part ({state.strip()}); it is not shown",
                        hint="Ask for less, or raise the time limit of that server.",
                    )
                while chunk := answer.read(_CHUNK):
                    yield chunk
                if answer.length:
                    raise http.client.IncompleteRead(b"", answer.length)
        except (OSError, http.client.HTTPException) as error:
            raise self._fault(error, query, limit) from None

    def _request(self, query: str, kind: str, limit: float) -> urllib.request.Request:
        import SPARQLWrapper

        wrapper = SPARQLWrapper.SPARQLWrapper(self.url, returnFormat=SPARQLWrapper.JSON)
        wrapper.setQuery(query)
        # Its own guess can take a query for an update.
        wrapper.queryType = kind.upper()
        wrapper.setMethod(SPARQLWrapper.POST)
        wrapper.setRequestMethod(SPARQLWrapper.URLENCODED)
        wrapper.setOnlyConneg(True)
        wrapper.setTimeout(max(1, round(limit)))
        if self.default_graph is not None:
            wrapper.addDefaultGraph(self.default_graph)
        if kind in {"construct", "describe"}:
            wrapper.setReturnFormat(SPARQLWrapper.TURTLE)
            # Turtle holds N-Triples, and that is what every engine writes without faults.
            wrapper.addCustomHttpHeader("Accept", "application/n-triples, text/turtle;q=0.8")
        request = wrapper._createRequest()
        assert isinstance(request, urllib.request.Request)
        return request

    def _fault(self, error: Exception, query: str, limit: float) -> MagkgError:
        """Say what an error of the network or an HTTP status means."""
        if isinstance(error, urllib.error.HTTPError):
            with error:
                said = error.read(_SHOWN * 4).decode("utf-8", "replace").strip()[:_SHOWN]
            if error.code == HTTPStatus.BAD_REQUEST:
                ours = syntax_fault(query)
                return SyntaxFault(
                    f"{self.url} refuses the query: {said or 'no reason given'}"
                    + (f"\n{ours.reason}" if ours else ""),
                    line=ours.line if ours else None,
                    column=ours.column if ours else None,
                )
            return StoreUnavailable(f"{self.url} answered {error.code} {error.reason}: {said}")
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(reason, TimeoutError):
            return QueryTimeout(limit)
        return StoreUnavailable(
            f"{self.url} cannot be asked: {reason}", hint="Is the endpoint running?"
        )


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect, with the query, within the host that was named, and no other."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            raise StoreUnavailable(
                f"{req.full_url} redirects to another host, {newurl}, which is not followed",
                hint="Give that URL itself if you trust it.",
            )
        return urllib.request.Request(newurl, req.data, dict(req.header_items()))  # noqa: S310


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_SameHost)


def _not_sparql(url: str, answer: bytes) -> StoreUnavailable:
    start = answer[:60].decode("utf-8", "replace")
    return StoreUnavailable(
        f"{url} did not answer as a SPARQL endpoint does (its answer begins {start!r})",
        hint="Is this the URL of the endpoint itself, and did its server end the query?",
    )


def _triples(answer: bytes, url: str) -> Iterator[Triple]:
    try:
        for quad in ox.parse(answer, format=ox.RdfFormat.TURTLE, lenient=True):
            yield triple(quad)
    except (SyntaxError, ValueError):
        raise _not_sparql(url, answer) from None


def _solutions(answer: bytes, url: str) -> Solutions:
    """Read SPARQL 1.1 Query Results JSON row by row, the names first."""
    text = answer.decode()
    head, rows = None, None
    for name, start in _members(text, 0):
        if name == "head":
            head = _JSON.raw_decode(text, start)[0]
        elif name == "results":
            rows = next((at for key, at in _members(text, start) if key == "bindings"), None)
        if head is not None and rows is not None:
            break
    if head is None or rows is None or text[rows] != "[":
        raise ValueError("no rows")
    names = tuple(str(each) for each in head["vars"])
    return Solutions(names, _rows(text, rows, names, url, answer))


_JSON = json.JSONDecoder()
_SPACE = " \t\r\n"


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] in _SPACE and at < len(text):
        at += 1
    return at


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Give the names of a JSON object with the places of their values."""
    at = _skip(text, at)
    if text[at : at + 1] != "{":
        raise ValueError("no object")
    at = _skip(text, at + 1)
    while text[at : at + 1] != "}":
        name, at = _JSON.raw_decode(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise ValueError("no colon")
        at = _skip(text, at + 1)
        yield name, at
        at = _skip(text, _JSON.raw_decode(text, at)[1])
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)


def _rows(text: str, at: int, names: tuple[str, ...], url: str, answer: bytes) -> Iterator[Row]:
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        try:
            binding, at = _JSON.raw_decode(text, at)
            yield tuple(_term(binding[name]) if name in binding else None for name in names)
        except (ValueError, KeyError, TypeError):
            raise _not_sparql(url, answer) from None
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)


def _term(binding: dict[str, str]) -> Term:
    kind, value = binding["type"], binding["value"]
    if kind == "uri":
        return IRI(value)
    if kind == "bnode":
        return Blank(f"_:{value}")
    if kind not in {"literal", "typed-literal"}:
        raise ValueError(kind)
    language = binding.get("xml:lang")
    return Literal(value, binding.get("datatype", XSD + "string"), language)
