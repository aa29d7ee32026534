"""Any SPARQL 1.1 endpoint as a store, over SPARQLWrapper, with limits on time and size."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from magkg.errors import (
    InputError,
    MagkgError,
    QueryTimeout,
    StoreUnavailable,
    SyntaxFault,
)
from magkg.store import results
from magkg.store.interface import DEFAULT_GRAPH, Dataset, Solutions, Triple, form
from magkg.store.limit import within
from magkg.store.syntax import refuse_deep, refuse_service, syntax_fault
from magkg.vocabulary import MAG, TYPE

__all__ = ["DEFAULT_GRAPH", "LARGEST", "STATED", "TIMEOUT", "EndpointStore", "SameHost", "checked"]

# The one named graph.
STATED = MAG + "stated"

# Seconds, and bytes of one answer.
TIMEOUT = 60.0
LARGEST = 512 * 1024 * 1024
_CHUNK = 1 << 16
# How much of a server's own words is shown: characters, and lines and their length beside a fault
# that we can place.
_SHOWN = 1000
_LINES, _LINE = 2, 200
# Above so many triples Virtuoso is asked whether its row limit cut the answer.
_MANY = 999
_NAMED = f"ASK {{ GRAPH <{DEFAULT_GRAPH}> {{ <{MAG}Claim> <{TYPE}> ?kind }} }}"
_ROWS = ("select", "ask")
_JSON = ("application/sparql-results+json", "application/json")
_TRIPLES = (
    "application/n-triples", "text/turtle", "application/x-turtle", "text/plain", "text/rdf+n3"
)  # fmt: skip


class EndpointStore:
    """A SPARQL 1.1 endpoint.

    An answer is read to its end before the first row is given, and literals come in canonical
    form. Refused are: SERVICE, as in an embedded store (the server would reach another host, whose
    answer would stand among its own), a partial answer as far as the server lets it be seen
    (headers X-SQL-State and X-SPARQL-MaxRows, a body that is cut or cancelled), one above
    ``largest`` bytes, a compressed one, another content type, and a redirect to another host.
    (Oxigraph's server can give an empty answer, in order, where its own time limit ended a query
    with OFFSET: nothing shows it.)
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = TIMEOUT,
        largest: int = LARGEST,
        default_graph: str | None = None,
        detect: bool = False,
    ) -> None:
        """Name the endpoint; nothing is sent yet.

        ``default_graph`` is the IRI under which the server holds the default graph, where that
        graph has a name there (Virtuoso); a query then sees it and mag:stated. With ``detect``
        and no such name, the first query asks the server once whether it holds ``DEFAULT_GRAPH``.
        Raises InputError for a URL that is not http(s).
        """
        self.url = checked(url, "a SPARQL endpoint")
        self.timeout = timeout
        self.largest = largest
        self.default_graph = default_graph
        self._detect = detect and default_graph is None
        self._uncut = _MANY

    def select(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Solutions:
        """Answer a SELECT (see interface.Store)."""
        return results.solutions(self._body(query, ("select",), timeout, dataset)[0], self.url)

    def construct(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Iterator[Triple]:
        """Answer a CONSTRUCT or DESCRIBE (see interface.Store)."""
        answer, headers = self._body(query, ("construct", "describe"), timeout, dataset)
        lines = answer.count(b"\n")
        if lines > self._uncut and headers.get("Server", "").startswith("Virtuoso"):
            # It cuts this form of an answer in silence; a SELECT of as many rows shows the limit.
            self._body(f"SELECT ?s WHERE {{ ?s ?p ?o }} LIMIT {lines + 1}", ("select",), timeout)
            self._uncut = lines
        return results.triples(answer, self.url)

    def ask(self, query: str, timeout: float | None = None, dataset: Dataset | None = None) -> bool:
        """Answer an ASK (see interface.Store)."""
        return results.boolean(self._body(query, ("ask",), timeout, dataset)[0], self.url)

    def _body(
        self,
        query: str,
        kinds: tuple[str, ...],
        timeout: float | None,
        dataset: Dataset | None = None,
    ) -> tuple[bytes, Message]:
        kind = form(query)
        if kind == "update":
            raise InputError("this is an update, and endpoints are only read")
        if kind not in kinds:
            if not kind and (fault := syntax_fault(query)):
                raise fault
            raise InputError(f"this query is no {' or '.join(map(str.upper, kinds))}")
        refuse_deep(query)
        refuse_service(query)
        limit = self.timeout if timeout is None else timeout
        if self._detect:
            self._look(limit)
        answer, headers = bytearray(), Message()
        seen = self._seen(dataset)
        for part in within(lambda: self._parts(query, kind, limit, seen), limit):
            if isinstance(part, Message):
                headers = part
                continue
            answer += part
            if len(answer) > self.largest:
                raise InputError(
                    f"the answer of {self.url} is larger than {self.largest / 2**20:g} MB",
                    hint="Ask for less, such as with LIMIT.",
                )
        return bytes(answer), headers

    def _look(self, limit: float) -> None:
        """Ask whether the server has a name for the default graph; again, if nobody answers."""
        self._detect = False
        try:
            self.default_graph = DEFAULT_GRAPH if self.ask(_NAMED, limit) else None
        except MagkgError:
            self._detect = True
            raise

    def _seen(self, dataset: Dataset | None) -> Dataset | None:
        """Give what a query is to see, by the names that the server knows; None for all."""
        own = self.default_graph
        if dataset is None:
            # A data set that is named holds no graph but those named (SPARQL Protocol, 2.1.4).
            return None if own is None else Dataset((own,), (STATED,))
        if own is None and DEFAULT_GRAPH in dataset.default:
            raise InputError(
                f"{self.url} has no name for its default graph, so it cannot be asked for by name",
                hint="Name no graph, and the query sees all of them.",
            )
        default = tuple(own if own and each == DEFAULT_GRAPH else each for each in dataset.default)
        return Dataset(default, dataset.named)

    def _parts(
        self, query: str, kind: str, limit: float, seen: Dataset | None
    ) -> Iterator[bytes | Message]:
        """Give the headers of an answer, then its bytes."""
        try:
            # The socket's limit ends the thread; `within` ends the waiting.
            with _opener().open(self._request(query, kind, limit, seen), timeout=limit) as answer:
                self._refuse(answer.headers, kind)
                yield answer.headers
                while chunk := answer.read(_CHUNK):
                    yield chunk
                if answer.length:
                    raise http.client.IncompleteRead(b"", answer.length)
        except (OSError, http.client.HTTPException) as error:
            raise self._fault(error, query, limit) from None

    def _refuse(self, headers: Message, kind: str) -> None:
        """Refuse an answer of which the headers say that it is partial or in another form."""
        if state := headers.get("X-SQL-State"):
            raise StoreUnavailable(
                f"{self.url} answered only in part ({state.strip()}); it is not shown",
                hint="Ask for less, or raise the time limit of that server.",
            )
        if rows := headers.get("X-SPARQL-MaxRows"):
            raise StoreUnavailable(
                f"{self.url} gives {rows.strip()} rows at most, and this answer reaches that",
                hint="Ask in parts with LIMIT and OFFSET, or raise the limit of that server"
                " (ResultSetMaxRows).",
            )
        coding = headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in {"", "identity"}:
            # It would have to be unpacked, to a size that nobody knows.
            raise StoreUnavailable(f"{self.url} compressed its answer ({coding}), unasked")
        given, wanted = headers.get("Content-Type"), _JSON if kind in _ROWS else _TRIPLES
        # Without any type the answer itself tells.
        if given and given.partition(";")[0].strip().lower() not in wanted:
            raise StoreUnavailable(
                f"{self.url} did not answer as a SPARQL endpoint does: it gave {given}"
                f" where {wanted[0]} was asked for",
                hint="Is this the URL of the endpoint itself, not of its page?",
            )

    def _request(
        self, query: str, kind: str, limit: float, seen: Dataset | None
    ) -> urllib.request.Request:
        import SPARQLWrapper

        wrapper = SPARQLWrapper.SPARQLWrapper(self.url, returnFormat=SPARQLWrapper.JSON)
        wrapper.setQuery(query)
        # Its own guess can take a query for an update.
        wrapper.queryType = kind.upper()
        wrapper.setMethod(SPARQLWrapper.POST)
        wrapper.setRequestMethod(SPARQLWrapper.URLENCODED)
        wrapper.setOnlyConneg(True)
        wrapper.setTimeout(max(1, round(limit)))
        for each in () if seen is None else seen.default:
            wrapper.addDefaultGraph(each)
        for each in () if seen is None else seen.named:
            wrapper.addNamedGraph(each)
        if kind not in _ROWS:
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
                return self._refused(said, syntax_fault(query))
            return StoreUnavailable(f"{self.url} answered {error.code} {error.reason}: {said}")
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(reason, TimeoutError):
            return QueryTimeout(limit)
        return StoreUnavailable(
            f"{self.url} cannot be asked: {reason}", hint="Is the endpoint running?"
        )

    def _refused(self, said: str, ours: SyntaxFault | None) -> SyntaxFault:
        """Say where a query fails to parse, then the first of the server's own words."""
        # Virtuoso repeats the query behind these words.
        own = said.partition("SPARQL query:")[0]
        lines = [each.strip()[:_LINE] for each in own.splitlines() if each.strip()]
        words = "\n".join(lines[:_LINES]) or "no reason given"
        if ours is None:
            return SyntaxFault(f"{self.url} refuses the query: {words}")
        return SyntaxFault(
            f"{ours.reason}\n{self.url} says: {words}",
            line=ours.line,
            column=ours.column,
            hint=ours.hint,
        )


class SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect, with the query, within the host that was named, and no other."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request:
        """Give the request that follows; raises StoreUnavailable where it leaves the host."""
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            fp.close()
            raise StoreUnavailable(
                f"{req.full_url} redirects to another host, {newurl}, which is not followed",
                hint="Give that URL itself if you trust it.",
            )
        # Without those headers that belong to the first request alone, such as a login.
        return urllib.request.Request(  # noqa: S310
            newurl, req.data, dict(req.headers), method=req.get_method()
        )


def checked(url: str, what: str) -> str:
    """Give the URL back; raises InputError where it is not http(s) or holds a password."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        # A fragment is not sent, nor what stands behind it; a path is sent in ASCII.
        sound = sound and not parts.fragment and f"{parts.path}{parts.query}".isascii()
    except ValueError:
        sound = False
    if "@" in url.partition("//")[2].partition("/")[0]:
        raise InputError(f"the URL of {what} must not hold a password: it would be shown")
    if not sound or not url.isprintable() or " " in url:
        hint = "" if url.isascii() else "Write what is not ASCII in it as %XX."
        raise InputError(f"{url!r} is not the http(s) URL of {what}", hint=hint)
    return url


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(SameHost)
