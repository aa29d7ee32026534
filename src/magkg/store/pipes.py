"""Messages between a process and its child: eight bytes of length, big-endian, then so many bytes.

Both ends of a pipe read and write with these; a child may also end with its parent.
"""

from __future__ import annotations

import os
import struct
import threading
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import StreamReader

__all__ = ["end_with_parent", "read", "receive", "sent"]

# Seconds.
_WATCHED_EVERY = 1.0

_LENGTH = struct.Struct(">Q")


def sent(*messages: bytes) -> bytes:
    """Give messages as they go over the pipe."""
    return b"".join(part for each in messages for part in (_LENGTH.pack(len(each)), each))


def read(pipe: IO[bytes]) -> bytes | None:
    """Read one message; None where the pipe was closed, before it or within it."""
    length = pipe.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    wanted = _LENGTH.unpack(length)[0]
    found = pipe.read(wanted)
    return found if len(found) == wanted else None


async def receive(pipe: StreamReader, most: int) -> bytes:
    """Read one message of at most ``most`` bytes.

    Raises EOFError where the pipe was closed or where the message is longer: a worker sends none
    that long, so what it sends now cannot be trusted.
    """
    length = _LENGTH.unpack(await pipe.readexactly(_LENGTH.size))[0]
    if length > most:
        raise EOFError(f"a message of {length} bytes, where {most} are allowed")
    return await pipe.readexactly(length)


def end_with_parent() -> None:
    """End this process when the one that started it is gone, also in the middle of its work."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCHED_EVERY)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
