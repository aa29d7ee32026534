"""What is too long, too slow or not to be done: refused, without harm to others."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.web.server import Served

# How long the server gives a head, and a body, with a machine's slowness on top, in seconds.
_HEAD, _BODY = 10.0, 20.0


@contextmanager
def connected(site: Served, sent: bytes, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    """Connect, from an address of loopback: each counts as a client."""
    place = ("127.0.0.1", site.port)
    with socket.create_connection(place, timeout=_BODY, source_address=(source, 0)) as opened:
        opened.sendall(sent)
        yield opened


def received(opened: socket.socket) -> bytes:
    """All that comes until the server closes."""
    found = b""
    try:
        while piece := opened.recv(65536):
            found += piece
    except ConnectionResetError:
        return found
    return found


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/sparql", "/metrics"])
def test_what_changes_things_is_no_method_here(
    client: httpx.Client, method: str, path: str
) -> None:
    refused = client.request(method, path)
    assert refused.status_code == 405
    assert "GET" in refused.headers["allow"]
    assert ("POST" in refused.headers["allow"]) == (path == "/sparql")


def test_a_page_takes_no_post(client: httpx.Client) -> None:
    assert client.post("/term", content=b"x").status_code == 405


def test_long_urls_and_headers_are_refused(client: httpx.Client, site: Served) -> None:
    assert client.get("/search", params={"q": "x" * 17_000}).status_code == 414
    assert client.get("/term", headers={"X-Long": "x" * 33_000}).status_code == 431
    for length, head, status in (
        (200_000, b"GET /%s HTTP/1.1\r\n", b"414"),
        (200_000, b"GET / HTTP/1.1\r\nX-Long: %s\r\n", b"431"),
    ):
        with connected(site, head % (b"x" * length)) as opened:
            assert received(opened).split(b" ")[1] == status
    assert client.get("/healthz").status_code == 200


def test_a_long_body_is_refused_before_it_is_read(client: httpx.Client, site: Served) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    with connected(site, head + b"Content-Length: 67108864\r\n\r\nASK") as opened:
        opened.settimeout(_HEAD)
        assert opened.recv(65536).startswith(b"HTTP/1.1 413 ")
    chunk = b"%x\r\n%s\r\n" % (100_000, b" " * 100_000)
    with connected(site, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 3) as opened:
        assert received(opened).startswith(b"HTTP/1.1 413 ")
    assert client.post("/sparql", content=b"x" * (8 << 20)).status_code == 413
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused(client: httpx.Client, site: Served, sent: bytes) -> None:
    with connected(site, sent) as opened:
        opened.settimeout(_HEAD)
        assert opened.recv(65536).startswith(b"HTTP/1.1 400 ")
    assert client.get("/healthz").status_code == 200


def test_a_proxy_may_name_the_whole_address(site: Served) -> None:
    sent = b"GET http://elsewhere.example/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with connected(site, sent) as opened:
        assert received(opened).startswith(b"HTTP/1.1 200 ")


def test_half_open_connections_are_closed_and_hurt_nobody(site: Served) -> None:
    began = time.monotonic()
    with ExitStack() as stack:
        halves = [
            stack.enter_context(connected(site, sent, f"127.0.0.{20 + number % 5}"))
            for number, sent in enumerate([b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-a: "] * 200)
        ]
        for _ in range(5):
            assert healthy(site)
        for each in halves:
            assert not received(each).startswith(b"HTTP/1.1 200 ")
    assert time.monotonic() - began < 2 * _HEAD


def healthy(site: Served) -> bool:
    """Whether another client is answered."""
    sent = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with connected(site, sent, "127.0.0.9") as opened:
        opened.settimeout(5)
        return received(opened).startswith(b"HTTP/1.1 200 ")


def test_a_head_that_drips_is_cut_off(site: Served) -> None:
    began = time.monotonic()
    with connected(site, b"GET / HTTP/1.1\r\nHost: x\r\n") as opened:
        opened.settimeout(0.5)
        found = b""
        while time.monotonic() - began < 2 * _HEAD:
            try:
                opened.sendall(b"X: y\r\n")
                piece = opened.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
            found += piece
            if not piece:
                break
        assert found.startswith(b"HTTP/1.1 408 "), found
        assert json.loads(found.partition(b"\r\n\r\n")[2])["status"] == 408
    assert time.monotonic() - began < 2 * _HEAD


def test_a_body_that_does_not_come_is_not_waited_for(site: Served) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    with connected(site, head + b"Content-Length: 20\r\n\r\nASK") as opened:
        assert received(opened).startswith(b"HTTP/1.1 408 ")


def test_one_client_has_so_many_connections(site: Served) -> None:
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(connected(site, b"", "127.0.0.7"))
        with connected(site, b"", "127.0.0.7") as refused:
            assert received(refused).startswith(b"HTTP/1.1 503 ")
        assert healthy(site)
