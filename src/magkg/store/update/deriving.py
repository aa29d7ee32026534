"""Deriving anew what an update touches, tier by tier, in the store that it writes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.store.update.bodies import Bodies
from magkg.store.update.lines import lines
from magkg.store.update.questions import Questions
from magkg.store.update.ratings import Ratings, assessed
from magkg.store.update.stating import state
from magkg.store.update.studies import studies
from magkg.store.update.work import Work

if TYPE_CHECKING:
    from magkg.store.columnar.changed import Changed
    from magkg.store.update.changes import Changes
    from magkg.store.update.graph import Node

__all__ = ["derive"]


def derive(changes: Changes, columns: Changed | None = None) -> set[Node]:
    """Derive anew whatever follows otherwise from changed statements; give the nodes that differ.

    ``columns`` are those of the graph as it was. The result is that of `derive.derive` and all
    rules over the whole graph.
    """
    work = Work(changes, Questions(changes, columns))
    state(work)
    different = studies(work)
    reach = lines(work)
    begun = assessed(work)
    ratings = Ratings(work, reach, different, begun)
    bodies = Bodies(work, ratings)
    ratings.derive()
    bodies.assess()
    bodies.claims(reach.lines, ratings.nodes())
    work.sweep()
    return work.touched
