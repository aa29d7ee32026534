"""A client that asks and does not read: dropped after its time, one that reads slowly is not."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from magkg.web.front import slow
from tests.web.server import until

if TYPE_CHECKING:
    import pytest

SIZE = 32 << 20


async def large(scope: dict[str, object], receive: object, send: object) -> None:
    length = (b"content-length", str(SIZE).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})  # type: ignore[operator]
    for _ in range(SIZE >> 16):
        await send({"type": "http.response.body", "body": bytes(1 << 16), "more_body": True})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]


@contextmanager
def serving() -> Iterator[tuple[int, uvicorn.Server]]:
    """Serve in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        limited = slow.protocol((), 100)
        config = uvicorn.Config(large, http=limited, lifespan="off", ws="none", log_config=None)  # type: ignore[arg-type]
        server = uvicorn.Server(config)
        running = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        running.start()
        until(lambda: server.started)
        try:
            yield listening.getsockname()[1], server
        finally:
            server.should_exit = True
            running.join(30)


def test_who_does_not_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow, "READ", 1.0)
    with serving() as (port, server), socket.create_connection(("127.0.0.1", port)) as opened:
        opened.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        until(lambda: len(server.server_state.connections) == 1)
        until(lambda: not server.server_state.connections, 20)


def test_who_reads_slowly_gets_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow, "READ", 2.0)
    with serving() as (port, _), socket.create_connection(("127.0.0.1", port)) as opened:
        opened.settimeout(30)
        opened.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        read, began = 0, time.monotonic()
        while read < SIZE:
            piece = opened.recv(1 << 18)
            assert piece, "the connection was closed"
            read += len(piece)
            time.sleep(0.03)  # 32 MB so take longer than the time for one piece
        assert time.monotonic() - began > 2.0
