"""The SHA-256 of every statement's line beside a store: what its ``content`` is taken over.

``stores/NAME.digests`` holds them sorted, 32 bytes each and each once. An update merges its own
into them instead of reading all statements again. A store without that file, as that of a project
is, is as good: the file is then made from its statements.
"""

from __future__ import annotations

import hashlib
import io
import mmap
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np

from magkg.claims import identity
from magkg.errors import StoreDamaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyoxigraph as ox

__all__ = ["Change", "collect", "content", "mapped", "merge", "of", "splice", "write"]

Change: TypeAlias = tuple[int, int, bytes]
_SIZE = 32
_TYPE = np.dtype(f"S{_SIZE}")


def of(quads: Iterable[ox.Quad]) -> Any:
    """Give the digests of statements, sorted, as an array of numpy."""
    data = b"".join(hashlib.sha256(identity.line(quad).encode()).digest() for quad in quads)
    return np.sort(np.frombuffer(data, dtype=_TYPE))


def collect(store: ox.Store, path: Path) -> None:
    """Write the digests of all statements of a store: one pass over it, 32 bytes each in memory."""
    import pyoxigraph as ox

    lines = _Lines()
    # The lines are those of `identity.line`, without an object for each.
    store.dump(cast("IO[bytes]", lines), format=ox.RdfFormat.N_QUADS)
    found = np.frombuffer(lines.digests, dtype=_TYPE)
    found.sort()
    write(path, found.view(np.uint8).data)


class _Lines(io.RawIOBase):
    """A file that keeps nothing but the digests of the lines that are written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.digests = bytearray()
        self._rest = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        *lines, self._rest = (self._rest + bytes(data)).split(b"\n")
        self.digests += b"".join([hashlib.sha256(line).digest() for line in lines])
        return len(data)


def write(path: Path, digests: bytes | memoryview) -> None:
    """Write digests that are sorted, each once."""
    path.write_bytes(digests)


def merge(old: Path, removed: Any, added: Any, new: Path) -> str:
    """Write the digests ``old`` without ``removed`` (which are there) and with ``added`` (not).

    Gives the digest of all that is written. What lies between two changes is copied at once.
    Raises StoreDamaged where the old file is not that of the store.
    """
    with mapped(old) as data:
        rows = np.frombuffer(data, dtype=_TYPE)
        splice(data, _changes(rows, removed, added, old), new)
    return content(new)


def _changes(rows: Any, removed: Any, added: Any, old: Path) -> list[Change]:
    """Give what changes, in order: a digest comes in, or goes."""
    out, into = np.searchsorted(rows, removed), np.searchsorted(rows, added)
    if len(out) and (out[-1] >= len(rows) or (rows[out] != removed).any()):
        raise StoreDamaged(
            f"{old} is not the list of this store's statements", hint="Remove it and try again."
        )
    raw = added.tobytes()  # of one element alone, numpy strips zeros at its end
    coming = (
        (at * _SIZE, at * _SIZE, raw[n * _SIZE : (n + 1) * _SIZE])
        for n, at in enumerate(into.tolist())
    )
    leaving = ((at * _SIZE, (at + 1) * _SIZE, b"") for at in out.tolist())
    return sorted((*coming, *leaving))


def splice(data: memoryview, changes: Iterable[Change], new: Path) -> None:
    """Write what a file holds, with other bytes in the place of some, in their order.

    Each change says from which byte until which one others come, and these.
    """
    first = 0
    with new.open("wb") as file:
        for begin, end, other in changes:
            file.write(data[first:begin])
            file.write(other)
            first = end
        file.write(data[first:])


def content(path: Path) -> str:
    """Give the digest of all statements from a file of theirs."""
    with mapped(path) as data:
        return identity.content_of(data)


@contextmanager
def mapped(path: Path) -> Iterator[memoryview]:
    """Give the bytes of a file, read as they are asked for."""
    with path.open("rb") as file:
        if not path.stat().st_size:  # which mmap refuses
            yield memoryview(b"")
            return
        # It is closed when the last view of a part of it is gone.
        yield memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
