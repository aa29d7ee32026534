"""Answers kept in memory, bounded in bytes; the least recently used go first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

__all__ = ["Cache"]

_V = TypeVar("_V")


class Cache(Generic[_V]):
    """A mapping whose values have sizes; ``limit`` is in bytes over all of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, tuple[_V, int]] = OrderedDict()
        self._size = 0
        self._hits = 0
        self._misses = 0

    def get(self, key: Hashable) -> _V | None:
        """Give the value of a key, which is then the last to go; None where there is none."""
        found = self._held.get(key)
        if found is None:
            self._misses += 1
            return None
        self._hits += 1
        self._held.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: _V, size: int) -> None:
        """Keep a value; one larger than an eighth of the limit is not, it would empty the rest."""
        if size > self._limit // 8:
            return
        self._size += size - self._held.pop(key, (None, 0))[1]
        self._held[key] = (value, size)
        while self._size > self._limit:
            _, (_, gone) = self._held.popitem(last=False)
            self._size -= gone

    @property
    def figures(self) -> dict[str, float]:
        """Give hits, misses, entries and bytes."""
        return {
            "hits_total": float(self._hits),
            "misses_total": float(self._misses),
            "entries": float(len(self._held)),
            "bytes": float(self._size),
        }
