"""What an update adds to a store and takes from it: the net of it, which can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as ox

__all__ = ["Changes"]


class Changes:
    """A store that is written to, and the statements that it has more or less than at first."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.added: set[ox.Quad] = set()
        self.removed: set[ox.Quad] = set()

    def apply(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Take statements out and put others in; what is in both stays."""
        wanted = set(added)
        for quad in set(removed) - wanted:
            if quad in self.store:
                self.store.remove(quad)
                self._count(quad, self.added, self.removed)
        fresh = [quad for quad in wanted if quad not in self.store]
        self.store.extend(fresh)
        for quad in fresh:
            self._count(quad, self.removed, self.added)

    @staticmethod
    def _count(quad: ox.Quad, undone: set[ox.Quad], done: set[ox.Quad]) -> None:
        if quad in undone:
            undone.remove(quad)
        else:
            done.add(quad)

    def since(self, added: set[ox.Quad], removed: set[ox.Quad]) -> Changes:
        """Give how the store differs from what it was when so much had come and gone."""
        found = Changes(self.store)
        found.added = (self.added - added) | (removed - self.removed)
        found.removed = (added - self.added) | (self.removed - removed)
        return found

    def undo(self) -> None:
        """Bring the store back to what it held at first."""
        self.apply(set(self.added), set(self.removed))
