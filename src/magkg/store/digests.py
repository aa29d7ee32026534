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
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np

from magkg.claims import identity
from magkg.errors import StoreDamaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyoxigraph as ox

__all__ = ["collect", "content", "mapped", "merge", "of", "write"]

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
    found = identity.content_hash()
    with mapped(old) as data, new.open("wb") as file:
        rows = np.frombuffer(data, dtype=_TYPE)
        for part in _parts(data, _changes(rows, removed, added, old)):
            file.write(part)
            found.update(part)
    return found.hexdigest()


def _changes(rows: Any, removed: Any, added: Any, old: Path) -> list[tuple[int, bytes]]:
    """Give the rows before which something changes, in order: a digest comes in, or (b"") goes."""
    out, into = np.searchsorted(rows, removed), np.searchsorted(rows, added)
    if len(out) and (out[-1] >= len(rows) or (rows[out] != removed).any()):
        raise StoreDamaged(
            f"{old} is not the list of this store's statements", hint="Remove it and try again."
        )
    raw = added.tobytes()  # of one element alone, numpy strips zeros at its end
    coming = ((at, raw[n * _SIZE : (n + 1) * _SIZE]) for n, at in enumerate(into.tolist()))
    # What comes in before a row comes before the row goes.
    leaving = ((at, b"") for at in out.tolist())
    return sorted((*coming, *leaving), key=lambda each: (each[0], not each[1]))


def _parts(data: memoryview, changes: Iterable[tuple[int, bytes]]) -> Iterator[bytes | memoryview]:
    first = 0
    for at, digest in changes:
        yield data[first * _SIZE : at * _SIZE]
        first = at
        if digest:
            yield digest
        else:
            first += 1
    yield data[first * _SIZE :]


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
