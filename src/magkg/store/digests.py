"""The SHA-256 of every statement's line beside a store: what its ``content`` is taken over.

``stores/NAME.digests`` holds them sorted, 32 bytes each and each once. A build gathers them as they
come and puts them in order part by part, by way of files, so that memory does not grow with the
graph. An update merges its own into them instead of reading all statements again. A store without
that file, as that of a project is, is as good: the file is then made from its statements.
"""

from __future__ import annotations

import hashlib
import io
import mmap
from contextlib import ExitStack, contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Self, TypeAlias, cast

import numpy as np

from magkg.claims import identity
from magkg.errors import StoreDamaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyoxigraph as ox

__all__ = ["Change", "Gathered", "collect", "content", "mapped", "merge", "of", "splice"]

Change: TypeAlias = tuple[int, int, bytes]
_SIZE = 32
_TYPE = np.dtype(f"S{_SIZE}")
# Digests fall into so many parts by their first bits; one part is in memory at a time: of a
# million claims 23 MB, of ten million 230 MB.
_BITS = 6
_PARTS = 1 << _BITS
# A part goes to a file from so many bytes on.
_HELD = 1 << 18
# So many bytes are put into their parts at a time.
_BATCH = 1 << 20


class Gathered:
    """The digests of statements in the order in which they come, until they are written in theirs.

    To be used in a ``with``: temporary files in ``folder`` hold what does not fit in 16 MB.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: list[IO[bytes]] = []
        self._fresh = bytearray()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        for _ in range(_PARTS):
            file = SpooledTemporaryFile(max_size=_HELD, dir=str(self._folder))
            self._parts.append(cast("IO[bytes]", self._open.enter_context(file)))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, found: bytes | memoryview) -> None:
        """Take digests of 32 bytes each, one after the other; raises OSError for a full disk."""
        self._fresh += found
        if len(self._fresh) >= _BATCH:
            self._part()

    def _part(self) -> None:
        rows = np.frombuffer(bytes(self._fresh), dtype=np.uint8).reshape(-1, _SIZE)
        self._fresh.clear()
        part = rows[:, 0] >> (8 - _BITS)
        rows = rows[np.argsort(part, kind="stable")]
        ends = np.cumsum(np.bincount(part, minlength=_PARTS)).tolist()
        for file, first, end in zip(self._parts, [0, *ends], ends, strict=False):
            file.write(rows[first:end].data)

    def write(self, path: Path) -> str:
        """Write all of them in their order, each once; give the digest of all."""
        self._part()
        found = identity.content_hash()
        with path.open("wb") as out:
            for file in self._parts:
                file.seek(0)
                some = _once(np.frombuffer(file.read(), dtype=_TYPE))
                out.write(some)
                found.update(some)
        return found.hexdigest()


def _once(digests: Any) -> memoryview:
    """Give digests in their order, each once."""
    found = np.sort(digests)
    words = found.view(np.uint64).reshape(-1, _SIZE // 8)
    fresh = np.ones(len(words), dtype=bool)
    fresh[1:] = (words[1:] != words[:-1]).any(axis=1)
    return memoryview(found[fresh].view(np.uint8).data)


def of(quads: Iterable[ox.Quad]) -> Any:
    """Give the digests of statements, sorted, as an array of numpy."""
    data = b"".join(map(_digest, quads))
    return np.sort(np.frombuffer(data, dtype=_TYPE))


def _digest(quad: ox.Quad) -> bytes:
    return hashlib.sha256(identity.line(quad).encode()).digest()


def collect(store: ox.Store, path: Path, lines: IO[bytes] | None = None) -> str:
    """Write the digests of all statements of a store, in one pass over it; give that of all.

    The ``lines`` of the default graph (N-Triples) are written to a file as well, if one is given.
    """
    import pyoxigraph as ox

    with Gathered(path.parent) as gathered:
        # The lines are those of `identity.line`, without an object for each.
        file = cast("IO[bytes]", _Lines(gathered, lines))
        store.dump(file, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        for graph in store.named_graphs():
            for quad in store.quads_for_pattern(None, None, None, graph):
                gathered.add(_digest(quad))
        return gathered.write(path)


class _Lines(io.RawIOBase):
    """A file that keeps nothing but the digests of the lines that are written to it."""

    def __init__(self, gathered: Gathered, lines: IO[bytes] | None) -> None:
        super().__init__()
        self._gathered, self._lines = gathered, lines
        self._rest = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        *lines, self._rest = (self._rest + bytes(data)).split(b"\n")
        self._gathered.add(b"".join([hashlib.sha256(line).digest() for line in lines]))
        if self._lines is not None:
            self._lines.write(data)
        return len(data)


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
