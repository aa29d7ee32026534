"""A subgraph: the claims that a selection means, and everything that they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from magkg.store.interface import Facts
from magkg.use.select.criteria import matching
from magkg.use.select.language import Everything, Selection
from magkg.use.select.loading import Loader, batches
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from os import PathLike

    import networkx as nx

    from magkg.use.export.exporting import Exported
    from magkg.use.export.formats import Options
    from magkg.use.graph import Graph
    from magkg.use.select.entities import Content
    from magkg.use.select.measures import Bridge, Central, Community, StudyLoad

__all__ = ["PART", "WINDOW", "Subgraph"]

_COUNT = f"SELECT (COUNT(DISTINCT ?claim) AS ?count) WHERE {{ ?claim a <{MAG}Claim> }}"
# Claims of one part: what a writer that streams holds at a time.
PART = 2000
# Claims that are read at once from an engine that is sooner asked about many.
WINDOW = 20_000
# Claims of a graph of which all propositions are known at once, some 300 bytes each.
KNOWN = 200_000


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

    def windows(self, size: int = PART) -> Iterator[Content]:
        """Give the claims as ``parts`` does, where what they lead to is only looked up.

        Of many claims that is read from the engine, if it is not the store, for several parts at
        once: their contents hold what the others lead to as well.
        """
        store, engine = self.graph.store, self.graph.engine
        at_once, few = size, len(self.claims) <= KNOWN
        if engine is not store and (self.whole or len(self.claims) >= WINDOW):
            at_once, few = max(size, WINDOW // size * size), True
        else:
            engine = store
        whole = few and self.whole and isinstance(engine, Facts)
        loader = Loader(store, self.graph.timeout, engine=engine, whole=whole)
        for window in batches(self.claims, at_once):
            content = loader.load(window)
            for batch in batches(content.claims, size):
                yield replace(content, claims=tuple(batch))

    @cached_property
    def content(self) -> Content:
        """All of the content at once."""
        return Loader(self.graph.store, self.graph.timeout).load(self.claims)

    def network(self, view: str = "propositions") -> nx.MultiDiGraph:
        """Give it as a network: of ``propositions``, of ``claims`` or of ``provenance``.

        ``magkg.use.select.network`` documents the nodes, the edges and their attributes.
        """
        from magkg.use.select.network import network

        return network(self, view)

    def export(
        self,
        form: str,
        out: str | PathLike[str] | None = None,
        options: Options | None = None,
    ) -> Exported:
        """Write the subgraph in a format (``graphml``, ``parquet`` ...) with a manifest beside it.

        See ``magkg.use.export.exporting.export``.
        """
        from magkg.use.export.exporting import export

        return export(self, form, out, options)

    def study_load(self) -> list[StudyLoad]:
        """Give the studies that the claims rest on, those that carry most first (``measures``)."""
        from magkg.use.select import measures

        return measures.study_load(self)

    def bridges(self, by: str = "proposition") -> list[Bridge]:
        """Give what joins sources: ``proposition``, ``concept`` or ``study`` (``measures``)."""
        from magkg.use.select import measures

        return measures.bridges(self, by)

    def communities(self) -> list[Community]:
        """Give the concepts that belong together, largest community first (``measures``)."""
        from magkg.use.select import measures

        return measures.communities(self)

    def central_concepts(self) -> list[Central]:
        """Give the concepts, those named by most claims first (``measures``)."""
        from magkg.use.select import measures

        return measures.central_concepts(self)

    def _repr_svg_(self) -> str | None:
        """Show it in a notebook as a picture, where it is small enough to be one."""
        return self._picture

    def _repr_html_(self) -> str | None:
        """Show it in a notebook as a table of counts, where it is no picture."""
        from magkg.use.select import shown

        return shown.table(self) if self._picture is None else None

    @cached_property
    def _picture(self) -> str | None:
        from magkg.use.select import shown

        return shown.picture(self)

    def __len__(self) -> int:
        return self._whole_size if self.whole else len(self.claims)

    @cached_property
    def _whole_size(self) -> int:
        """Counted by the engine: the names of all claims may be more than memory is to hold."""
        if "claims" in self.__dict__:
            return len(self.claims)
        rows = self.graph.engine.select(_COUNT, self.graph.timeout)
        return int(str(next(iter(rows))[0]))

    def __repr__(self) -> str:
        return f"<Subgraph of {self.graph.place or 'a graph'}: {self.selection}>"
