"""Connections that are held, dripped into, dropped or not read: others are served as ever."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from tests.web.hostile.attacks import Attack, asked
from tests.web.hostile.heavy import HEAVY
from tests.web.hostile.sending import PATIENCE, SLACK, Target, read
from tests.web.hostile.shapes import HALF
from tests.web.server import until

# A connection that does not go on is closed in ten seconds, on a slow machine in some more.
_CLOSED = 15.0


@contextmanager
def connected(target: Target, sent: bytes, number: int) -> Iterator[socket.socket]:
    """Connect from one of a few hundred addresses, as many clients do."""
    place, source = ("127.0.0.1", target.site.port), f"127.0.8.{1 + number % 200}"
    with socket.create_connection(place, PATIENCE, source_address=(source, 0)) as opened:
        opened.sendall(sent)
        yield opened


def test_half_open_and_dripping_connections_are_closed(target: Target) -> None:
    began = time.monotonic()
    with ExitStack() as stack:
        halves = [
            stack.enter_context(connected(target, HALF[number % len(HALF)], number))
            for number in range(400)
        ]
        drips = [
            stack.enter_context(connected(target, HALF[2 + number % 5], number))
            for number in range(100)
        ]
        over = threading.Event()
        dripping = threading.Thread(target=drip, args=(drips, over))
        dripping.start()
        try:
            for _ in range(10):
                assert target.ping() == []
            assert not still_open([*halves, *drips], began + _CLOSED)
        finally:
            over.set()
            dripping.join(PATIENCE)
    assert target.ping() == []


def drip(opened: list[socket.socket], over: threading.Event) -> None:
    """Send a byte a second to each."""
    while not over.wait(1.0):
        for each in opened:
            with suppress(OSError):
                each.send(b"y")


def still_open(opened: list[socket.socket], end: float) -> int:
    """Read until the server has closed all, at most until ``end``; say how many it has not."""
    with selectors.DefaultSelector() as watched:
        for each in opened:
            each.setblocking(False)
            watched.register(each, selectors.EVENT_READ)
        while watched.get_map() and time.monotonic() < end:
            for key, _ in watched.select(0.2):
                assert isinstance(key.fileobj, socket.socket)
                with suppress(ConnectionResetError, BlockingIOError):
                    if key.fileobj.recv(65536):
                        continue
                watched.unregister(key.fileobj)
        return len(watched.get_map())


def test_who_does_not_read_hinders_nobody(target: Target) -> None:
    large = asked("all", "SELECT * { ?a ?b ?c . ?d a ?e } LIMIT 20000", 200).sent("")
    with ExitStack() as stack:
        for number in range(10):
            stack.enter_context(connected(target, large, number))
        for _ in range(10):
            assert target.ping() == []


def test_a_hundred_requests_at_once(target: Target) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
    end = b"Connection: close\r\n\r\n"
    with connected(target, (one + b"\r\n") * 99 + one + end, 1) as opened:
        found = b""
        while piece := opened.recv(65536):
            found += piece
    assert found.count(b"HTTP/1.1 200 OK") == 100
    assert target.ping() == []


def test_what_follows_a_body_of_two_lengths_is_not_answered(target: Target) -> None:
    inner = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    for lengths in (
        b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n" % (5 + len(inner)),
        b"Transfer-Encoding: chunked\r\nContent-Length: %d\r\n" % (5 + len(inner)),
        b"Content-Length: 5\r\nContent-Length: %d\r\n" % (5 + len(inner)),
    ):
        with connected(target, head + lengths + b"\r\n0\r\n\r\n" + inner, 2) as opened:
            found = b""
            with suppress(ConnectionResetError):
                while piece := opened.recv(65536):
                    found += piece
        assert b"magkg_requests" not in found
        assert b" 200 " not in found.partition(b"\r\n")[0]


def test_who_leaves_early_is_not_worked_for(target: Target) -> None:
    for number in range(60):
        with connected(target, HALF[number % len(HALF)], number):
            pass
    for number in range(6):  # each is at work, or waits, as its client goes
        with connected(target, HEAVY[number].sent(""), number):
            time.sleep(0.05)
    until(lambda: target.figure("magkg_pool_busy") == 0 and not target.figure("magkg_pool_waiting"))
    assert target.ping() == []


def test_an_answer_goes_to_who_closed_one_side(target: Target) -> None:
    sent = Attack("half", (200,), "/healthz").sent("")
    with connected(target, sent, 3) as opened:
        opened.shutdown(socket.SHUT_WR)
        began = time.monotonic()
        assert read(opened)[0] in {200, 0}  # a server may take it for gone (RFC 9112, 9.6)
        assert time.monotonic() - began < target.timeout + SLACK
