"""A client of the SPARQL 1.1 Graph Store HTTP Protocol: replace, add to and remove a graph."""

from __future__ import annotations

import base64
import http.client
import re
import urllib.error
import urllib.request
from http import HTTPStatus
from urllib.parse import quote

from magkg.errors import MagkgError, OutputError, StoreUnavailable
from magkg.store.endpoint import STATED, SameHost, checked

__all__ = ["GraphStore"]

# Seconds that a server may take to store one part.
_PATIENCE = 600.0
# How much of a server's own words is shown.
_SHOWN = 500
_AGAIN = "Free space there or ask who runs the server; then run the same command again."
# What a status says of the server, whatever its own words are: message and hint.
_STATUS = {
    HTTPStatus.FORBIDDEN: (
        "may be read but not written with what was given",
        "Name a user who may write with --user and --password-env.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "takes no part of this size",
        "Raise the limit of that server.",
    ),
    HTTPStatus.INSUFFICIENT_STORAGE: ("has no space left", _AGAIN),
}
_NONE_HERE = frozenset(
    (
        HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED,
        HTTPStatus.GONE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    )
)  # fmt: skip


class GraphStore:
    """The graphs of a server; a graph is named by its IRI, the default graph by None.

    A body is N-Triples. A password is sent only after the server has asked for it (digest where
    it offers that, else basic), and stands in no message. No redirect leaves the host.
    """

    def __init__(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        timeout: float = _PATIENCE,
    ) -> None:
        """Name the server; nothing is sent yet. Raises InputError for a URL that is not http(s)."""
        self.url = checked(url, "a graph store")
        self.timeout = timeout
        self._user = user
        self._login = None if user is None else _Login(url, user, password or "")
        self._opener = urllib.request.build_opener(SameHost)

    def knock(self) -> None:
        """Find out, before much is sent, that the server is there and what login it wants.

        Raises StoreUnavailable where nobody answers, OutputError where the user is refused.
        """
        try:
            self._send("HEAD", STATED, None)
        except urllib.error.HTTPError as error:
            error.close()
            # Whether a graph is there, and whether HEAD is known, is no matter.
            if error.code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
                raise self._refused(error, "") from None

    def replace(self, graph: str | None, triples: bytes) -> None:
        """Put triples in place of all that a graph holds."""
        self._write("PUT", graph, triples)

    def add(self, graph: str | None, triples: bytes) -> None:
        """Add triples to a graph; those that it holds stay."""
        self._write("POST", graph, triples)

    def remove(self, graph: str | None) -> None:
        """Remove a graph, whether it is there or not."""
        self._write("DELETE", graph, None, missing=True)

    def _write(
        self, method: str, graph: str | None, triples: bytes | None, *, missing: bool = False
    ) -> None:
        try:
            self._send(method, graph, triples)
        except urllib.error.HTTPError as error:
            if missing and error.code == HTTPStatus.NOT_FOUND:
                error.close()
                return
            with error:
                said = error.read(_SHOWN * 4).decode("utf-8", "replace")
            # A page is shown as the words on it.
            words = " ".join(re.sub(r"<[^>]*>", " ", said).split())[:_SHOWN]
            raise self._refused(error, words) from None

    def _send(self, method: str, graph: str | None, body: bytes | None) -> None:
        which = "default" if graph is None else f"graph={quote(graph, safe='')}"
        place = f"{self.url}{'&' if '?' in self.url else '?'}{which}"
        request = urllib.request.Request(place, body, method=method)  # noqa: S310
        if body is not None:
            request.add_header("Content-Type", "application/n-triples")
        for last in (False, True):
            try:
                if self._login is not None:
                    self._login.sign(request)
                with self._opener.open(request, timeout=self.timeout) as answer:
                    answer.read()
                return
            except urllib.error.HTTPError as error:
                asked = error.headers.get_all("WWW-Authenticate") or []
                known = self._login is not None and self._login.learn(asked)
                if last or error.code != HTTPStatus.UNAUTHORIZED or not known:
                    raise
                error.close()
            except (OSError, http.client.HTTPException) as error:
                raise self._unreachable(error) from None

    def _refused(self, error: urllib.error.HTTPError, said: str) -> MagkgError:
        code = error.code
        why = f": {said}" if said else ""
        if code == HTTPStatus.UNAUTHORIZED:
            if self._user is None:
                return OutputError(
                    f"{self.url} wants to know who writes",
                    hint="Name a user with --user, and with --password-env the variable that"
                    " holds the password.",
                )
            return OutputError(
                f"{self.url} does not take user {self._user!r} with this password",
                hint="Look at the user and at the variable that --password-env names.",
            )
        if code in _STATUS:
            what, hint = _STATUS[HTTPStatus(code)]
            return OutputError(f"{self.url} {what} ({code}){why}", hint=hint)
        if code in _NONE_HERE:
            return OutputError(
                f"{self.url} is not the place where graphs are stored ({code} {error.reason})",
                hint="Name the URL of its Graph Store Protocol, such as http://HOST:7878/store"
                " (Oxigraph) or http://HOST:8890/sparql-graph-crud-auth (Virtuoso).",
            )
        return OutputError(f"{self.url} refuses ({code} {error.reason}){why}", hint=_AGAIN)

    def _unreachable(self, error: Exception) -> StoreUnavailable:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(reason, TimeoutError):
            return StoreUnavailable(
                f"{self.url} did not answer within {self.timeout:g} s",
                hint="Run the same command again: it goes on with what is not yet there.",
            )
        return StoreUnavailable(
            f"{self.url} cannot be reached: {reason}",
            hint="Is the server running? Then run the same command again.",
        )


class _Login:
    """A user and a password, told in the way that the server asked for, from then on unasked."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._pair = f"{user}:{password}".encode()
        known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, url, user, password)
        self._digest = urllib.request.AbstractDigestAuthHandler(known)
        self._asked: dict[str, str] | None = None
        self._basic = False

    def learn(self, challenges: list[str]) -> bool:
        """Take the challenge of a server; say whether there is an answer to it."""
        for each in challenges:
            scheme, _, rest = each.strip().partition(" ")
            if scheme.lower() == "digest":
                parts = urllib.request.parse_http_list(rest)
                self._asked = urllib.request.parse_keqv_list([p for p in parts if "=" in p])
                return True
            self._basic = self._basic or scheme.lower() == "basic"
        return self._basic

    def sign(self, request: urllib.request.Request) -> None:
        """Put the answer to the challenge into a request, where one was taken."""
        token = None
        if self._asked is not None:
            try:
                found = self._digest.get_authorization(request, self._asked)
            except UnicodeEncodeError:
                raise OutputError(
                    "the server asks for a digest of user and password, which is made of ASCII",
                    hint="Name a user whose name and password hold no other letters.",
                ) from None
            except ValueError:  # a hash that the standard library does not offer
                found = None
            if found is None:
                raise OutputError("the server asks for a kind of login that magkg does not know")
            token = f"Digest {found}"
        elif self._basic:
            token = f"Basic {base64.b64encode(self._pair).decode()}"
        if token is not None:
            request.add_unredirected_header("Authorization", token)
