"""A subgraph: the claims that a selection means, and everything that they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from magkg.use.select.criteria import matching
from magkg.use.select.language import Everything, Selection
from magkg.use.select.loading import Loader, batches

if TYPE_CHECKING:
    from magkg.use.graph import Graph
    from magkg.use.select.entities import Content

__all__ = ["PART", "Subgraph"]

# Claims of one part: what a writer that streams holds at a time.
PART = 2000


class Subgraph:
    """Claims of a graph, chosen by a selection; it is read when it is first asked for.

    ``claims`` holds their IRIs, sorted. ``parts`` gives the content piece by piece, ``content``
    all of it at once.
    """

    def __init__(self, graph: Graph, selection: Selection | None = None) -> None:
        self.graph = graph
        self.selection = Everything() if selection is None else selection

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """The IRIs of the selected claims, sorted."""
        return tuple(sorted(matching(self.graph, self.selection)))

    @property
    def whole(self) -> bool:
        """Whether this is the whole graph, by its selection."""
        return isinstance(self.selection, Everything)

    def parts(self, size: int = PART) -> Iterator[Content]:
        """Give the content of the claims, at most ``size`` claims at a time, in their order.

        What several parts share (studies, sources, concepts, propositions) comes with each.
        """
        loader = Loader(self.graph.store, self.graph.timeout)
        for batch in batches(self.claims, size):
            yield loader.load(batch)

    @cached_property
    def content(self) -> Content:
        """All of the content at once."""
        return Loader(self.graph.store, self.graph.timeout).load(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    def __repr__(self) -> str:
        return f"<Subgraph of {self.graph.place or 'a graph'}: {self.selection}>"
