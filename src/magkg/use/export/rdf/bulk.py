"""The lines of a whole built graph: written by its engine, put in order as bytes.

No term becomes an object of Python. The engine writes canonical lines; chunks of them are sorted,
and all cut at the same places into files, each of which is then sorted by itself. Memory is bounded
by a chunk; the temporary files hold each line once.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import pyoxigraph as ox

if TYPE_CHECKING:
    from magkg.use.select.subgraph import Subgraph

__all__ = ["dump", "in_order", "quads_of"]

# Bytes of lines that are looked at at once; as objects of Python they are twice as large.
_CHUNK = 16 << 20
# Files into which sorted chunks are cut. Of a million claims each has some 60 MB.
_FILES = 128
# A larger file is cut once more before it is sorted.
_LARGEST = 5 * _CHUNK


@runtime_checkable
class _Held(Protocol):
    """A store that gives its statements as its engine holds them."""

    def quads(self) -> Iterator[ox.Quad]: ...


def quads_of(subgraph: Subgraph) -> Iterator[ox.Quad] | None:
    """Give the statements of a subgraph that is the whole of a built graph, None for any other."""
    store = subgraph.graph.store
    whole = subgraph.whole and subgraph.graph.manifest is not None
    return store.quads() if whole and isinstance(store, _Held) else None


def dump(quads: Iterable[ox.Quad], form: ox.RdfFormat, take: Callable[[bytes], object]) -> None:
    """Have the engine write statements as lines, and pass them on in chunks of whole lines."""
    out: Any = _Chunks(take)  # as much of a stream as the engine asks for
    ox.serialize(quads, out, form)
    out.end()


class _Chunks:
    """A stream that passes on what is written to it, cut behind the end of a line."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self.take = take
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes, as every stream does."""
        self.held += data
        if len(self.held) >= _CHUNK:
            self._pass(self.held.rfind(b"\n") + 1)
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is held is no whole chunk."""

    def end(self) -> None:
        """Pass on the rest."""
        self._pass(len(self.held))

    def _pass(self, end: int) -> None:
        chunk = bytes(self.held[:end])
        del self.held[:end]
        if chunk:
            self.take(chunk)


def in_order(
    quads: Iterable[ox.Quad], form: ox.RdfFormat, tell: Callable[[int], object] = lambda lines: None
) -> Iterator[bytes]:
    """Give statements as canonical lines in the order of their code points, many at a time.

    Each is to come once. ``tell`` is told of lines as they are read.
    """
    with tempfile.TemporaryDirectory(prefix="magkg-") as folder:
        held = _Sorted(Path(folder))

        def take(chunk: bytes) -> None:
            tell(held.take(chunk))

        dump(quads, form, take)
        yield from held.blocks()


class _Sorted:
    """Takes chunks of lines; gives all of them sorted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.first: list[bytes] = []
        self.bounds: list[bytes] = []
        self.paths: list[Path] = []

    def take(self, chunk: bytes) -> int:
        """Take lines in any order; give their number."""
        lines = chunk.split(b"\n")
        del lines[-1]
        lines.sort()
        if not self.first:
            self.first = lines
            return len(lines)
        if not self.paths:
            self._cut()
            self._store(self.first)
        self._store(lines)
        return len(lines)

    def _cut(self) -> None:
        """Choose where chunks are cut by the first one: stores give subjects in no order."""
        found = [self.first[len(self.first) * at // _FILES] for at in range(1, _FILES)]
        self.bounds = sorted(set(found))
        self.paths = [self.folder / str(at) for at in range(len(self.bounds) + 1)]

    def _store(self, lines: list[bytes]) -> None:
        cuts = [0, *(bisect_left(lines, each) for each in self.bounds), len(lines)]
        for path, (start, end) in zip(self.paths, pairwise(cuts), strict=True):
            if start < end:
                with path.open("ab") as file:
                    file.write(b"\n".join(lines[start:end]) + b"\n")

    def blocks(self) -> Iterator[bytes]:
        """Give all lines in their order, many at a time."""
        if not self.paths:
            yield from _joined(self.first)
            return
        self.first = []
        for path in self.paths:
            if not path.exists():
                continue
            # Lines all of one begin cannot be cut apart: then sorted as they are.
            if path.stat().st_size > _LARGEST and len(self.bounds) > 1:
                yield from self._again(path)
            else:
                yield from _joined(sorted(path.read_bytes().split(b"\n")[:-1]))
            path.unlink()

    def _again(self, path: Path) -> Iterator[bytes]:
        folder = path.with_suffix(".d")
        folder.mkdir()
        inner = _Sorted(folder)
        chunks = _Chunks(inner.take)
        with path.open("rb") as file:
            while data := file.read(1 << 20):
                chunks.write(data)
        chunks.end()
        yield from inner.blocks()


def _joined(lines: list[bytes]) -> Iterator[bytes]:
    if lines:
        yield b"\n".join(lines) + b"\n"
