"""Clients of a server, as a process of its own: a plan in JSON on stdin, what happened on stdout.

Each client is a thread with one connection from an address of its own, which sends its next request
when it has read the whole answer to the last. It speaks as much HTTP/1.1 as both servers answer
with; a full client would use the processor that it is to leave to them.
"""

from __future__ import annotations

import json
import random
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from io import BufferedReader

# Stands in a request for the number that makes it unlike every other one.
NUMBER = "@@@@@@@@"
# The status of an answer that ended before its end, or never came.
CUT = 0


@dataclass
class Connection:
    """A connection that is made anew after a fault."""

    port: int
    address: str
    patience: float
    _socket: socket.socket | None = None
    _reader: BufferedReader | None = None

    def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Give status, headers and body; raises OSError or ValueError where there is no answer."""
        try:
            return self._ask(request)
        except (OSError, ValueError):
            self.close()
            raise

    def _ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(
                ("127.0.0.1", self.port), self.patience, (self.address, 0)
            )
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._reader = self._socket.makefile("rb")
        assert self._reader is not None
        self._socket.sendall(request)
        status = int(self._reader.readline()[9:12])  # HTTP/1.1 200 OK
        headers: dict[str, str] = {}
        while line := self._reader.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = self._body(self._reader, headers)
        # Oxigraph ends a body well where its time limit ends the answer in the middle of a row.
        if status == 200 and "json" in headers["content-type"] and body.rstrip()[-2:] != b"}}":
            raise ValueError("the answer was cut")
        if headers.get("connection", "").lower() == "close":
            self.close()
        return status, headers, body

    @staticmethod
    def _body(reader: BufferedReader, headers: dict[str, str]) -> bytes:
        if "content-length" in headers:
            wanted = int(headers["content-length"])
            body = reader.read(wanted)
            if len(body) < wanted:
                raise ConnectionError("the body was cut")
            return body
        parts = []
        while size := int(reader.readline(), 16):
            parts.append(reader.read(size))
            reader.readline()
        reader.readline()
        return b"".join(parts)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = self._reader = None


@dataclass
class Client(threading.Thread):
    """Asks again and again until the end; ``seen`` holds which request, status and seconds."""

    connection: Connection
    requests: list[str]
    end: float
    first: int
    step: int
    seen: list[tuple[int, int, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        order = list(range(len(self.requests)))
        random.Random(self.first).shuffle(order)
        turn = 0
        while (begun := time.perf_counter()) < self.end:
            at = order[turn % len(order)]
            number = f"{self.first + turn * self.step:0{len(NUMBER)}d}"
            turn += 1
            try:
                status = self.connection.ask(self.requests[at].replace(NUMBER, number).encode())[0]
            except (OSError, ValueError):
                status = CUT
                time.sleep(0.01)  # a server that refuses connections is not to be spun at
            ended = time.perf_counter()
            self.seen.append((at, status, ended - begun, ended - self.end))
        self.connection.close()


def main() -> None:
    plan = json.load(sys.stdin)
    end = time.perf_counter() + plan["seconds"]
    addresses = plan["addresses"]
    clients = [
        Client(
            Connection(plan["port"], address, plan["patience"]),
            plan["requests"],
            end,
            plan["number"] + place,
            len(addresses),
        )
        for place, address in enumerate(addresses)
    ]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    seen = [one for each in clients for one in each.seen]
    json.dump({"seen": seen, "processor": time.process_time()}, sys.stdout)


if __name__ == "__main__":
    main()
