"""Connections that take too long or are too many: closed, so that others are served.

uvicorn has a limit for idle connections only. This protocol adds one for the head of a request,
its body, and a client that does not read; it counts connections, and tells what was wrong.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from magkg.web.front import clients
from magkg.web.front.frame import HEADERS
from magkg.web.problems import MEDIA_TYPE, document

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["protocol"]

# Seconds: for the whole head of a request, its whole body, and each piece that a client must read.
HEAD, BODY, READ = 5.0, 10.0, 30.0
MOST_OF_ONE = 100


def protocol(proxies: Collection[str], most: int) -> type[asyncio.Protocol]:
    """Give the protocol of connections, at most ``most``; a proxy may have all of them."""

    class Limited(_Limited):
        limit = most
        trusted = frozenset(proxies)

    return Limited


class _Limited(H11Protocol):
    limit = 0
    trusted: Collection[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.peer = ""
        self._timer: asyncio.TimerHandle | None = None
        self._stage = ""
        self._reading: asyncio.TimerHandle | None = None
        self._line = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.peer = clients.shared(self.client[0]) if self.client else ""
        if self._too_many():
            self._refuse(503, "there are too many connections", "Ask again a little later.")
            return
        self._watch("head", HEAD)

    def _too_many(self) -> bool:
        if len(self.connections) > self.limit:
            return True
        own = sum(getattr(each, "peer", "") == self.peer for each in self.connections)
        return own > MOST_OF_ONE and not clients.among(self.peer, self.trusted)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch("", 0)
        self._stop_reading()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._line = self._line or b"\n" in data
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        self._line = False
        super().on_response_complete()
        self._look()

    def _look(self) -> None:
        """Set the limit for what the client is at: nothing, a head, or a body."""
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            self._watch("body", BODY)
        elif state is h11.IDLE and self.timeout_keep_alive_task is None:
            self._watch("head", HEAD)
        else:
            self._watch("", 0)

    def _watch(self, stage: str, seconds: float) -> None:
        """Start a stage, which must end in time; one that goes on keeps its end."""
        if stage == self._stage:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._stage = stage
        self._timer = self.loop.call_later(seconds, self._late) if stage else None

    def _late(self) -> None:
        answering = self.cycle is not None and self.cycle.response_started
        if self.transport.is_closing() or answering or (not self._line and self._stage == "head"):
            self.transport.abort()
        else:
            self._refuse(408, f"the {self._stage} of the request took too long")

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._reading is None:
            self._reading = self.loop.call_later(READ, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_reading()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        # What is left of an answer is sent on, but not for ever.
        self.loop.call_later(READ, self.transport.abort)

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def send_400_response(self, msg: str) -> None:
        """Say what was wrong with a request that is no HTTP, or too large to be read."""
        error = sys.exc_info()[1]
        status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        if status == 431 and not self._line:
            self._refuse(414, "the URL is too long", "Send a long query to /sparql with POST.")
        elif status == 431:
            self._refuse(431, "the headers are too long")
        else:
            self._refuse(400, "this is no HTTP request that can be answered")

    def _refuse(self, status: int, detail: str, hint: str = "") -> None:
        """Answer in the place of the application, and close."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            body = json.dumps(document(status, detail, hint)).encode()
            headers = [
                ("Content-Type", MEDIA_TYPE),
                ("Content-Length", str(len(body))),
                ("Connection", "close"),
                *HEADERS.items(),
            ]
            head = h11.Response(status_code=status, headers=headers)
            for event in (head, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
