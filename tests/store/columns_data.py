"""Columns filled with statements for tests, and what they say beside what a store says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.columns.tables import Columns

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Fill", "filling", "lines", "said", "stored"]

Fill = Callable[[Iterable[ox.Quad]], Columns]
_MEMORY = 1 << 30


def lines(store: ox.Store) -> set[str]:
    found = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return {f"{each} ." for each in found}


def said(columns: Columns) -> Counter[str]:
    return Counter(line for query in columns.lines() for (line,) in columns.rows(query))


def stored(quads: Iterable[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(quads)
    return store


def filling(new: Callable[[], Path]) -> Iterator[Fill]:
    """Give what fills columns with statements, each in a new folder, and close them after."""
    made: list[Columns] = []

    def filled(quads: Iterable[ox.Quad]) -> Columns:
        made.append(Columns(new(), _MEMORY))
        made[-1].add(quads)
        return made[-1]

    yield filled
    for each in made:
        each.close()
