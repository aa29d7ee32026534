"""An attack as data: what is sent, and which statuses are right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
# Where a text is to name the canary: the server that nobody may reach.
CANARY = "CANARY"
# In the place of a status: a connection that was closed without a word.
CLOSED = 0


@dataclass(frozen=True)
class Attack:
    """One request; ``raw`` is sent as it stands, else it is made of the other parts.

    ``expected`` are the statuses that are right.
    ``absent`` must not stand in the body.
    """

    name: str
    expected: tuple[int, ...]
    path: str = "/sparql"
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: bytes = b""
    absent: tuple[bytes, ...] = ()

    def sent(self, canary: str) -> bytes:
        """Give the bytes of the request."""
        if self.raw:
            return self.raw.replace(CANARY.encode(), canary.encode())
        body = self.body.replace(CANARY.encode(), canary.encode())
        path = self.path.replace(CANARY, quote(canary, safe=""))
        lines = [f"{self.method} {path} HTTP/1.1"]
        heads = {"Host": "hostile.example", "Connection": "close", **self.headers}
        if body and "Content-Length" not in heads and "Transfer-Encoding" not in heads:
            heads["Content-Length"] = str(len(body))
        lines += [f"{name}: {value}" for name, value in heads.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def asked(name: str, text: str, *expected: int, **headers: str) -> Attack:
    """Give a query, in the body of a POST."""
    said = {"Content-Type": QUERY, "Accept": "application/sparql-results+json, text/turtle;q=0.5"}
    body = text.encode("utf-8", "surrogatepass")
    return Attack(name, expected, "/sparql", "POST", {**said, **headers}, body)


def got(name: str, path: str, *expected: int, accept: str = "text/html") -> Attack:
    """Give a GET of a path that is percent-encoded as it is to be sent."""
    return Attack(name, expected, path, headers={"Accept": accept})
