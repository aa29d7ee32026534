"""Messages over a pipe: eight bytes of length, most significant first, then so many bytes."""

from __future__ import annotations

import struct
from asyncio import StreamReader
from typing import BinaryIO

__all__ = ["read", "receive", "sent"]

_LENGTH = struct.Struct(">Q")


def sent(*messages: bytes) -> bytes:
    """Give messages as they go over the pipe."""
    return b"".join(part for each in messages for part in (_LENGTH.pack(len(each)), each))


def read(pipe: BinaryIO) -> bytes | None:
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
