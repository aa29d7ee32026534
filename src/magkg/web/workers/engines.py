"""Which engine answers the questions of a worker: the store, or the columns beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from magkg.errors import StoreUnavailable

if TYPE_CHECKING:
    from magkg.use.graph import Graph
    from magkg.web.settings import Settings

__all__ = ["chosen", "told"]

# The part of a worker's address space that queries on columns may fill: DuckDB reserves more than
# it fills, and the store and Python have their own.
_PART = 4


def chosen(graph: Graph, settings: Settings) -> Graph:
    """Give the graph with the engine that ``settings`` name, or that its size calls for.

    Raises StoreUnavailable where columns are asked for that are not there: a worker makes none.
    """
    from magkg.web.settings import LEAST

    if settings.engine == "oxigraph" or not isinstance(graph.place, Path) or not graph.manifest:
        return graph
    wanted = settings.engine == "columnar"
    if not wanted and (settings.memory < LEAST or not _large(graph)):
        return graph
    from magkg.store.columnar import choice
    from magkg.store.oxigraph import OxigraphStore
    from magkg.use.graph import Graph

    assert isinstance(graph.store, OxigraphStore)
    found = choice.bounded(graph.place, graph.manifest, graph.store, settings.memory // _PART)
    if found is None and wanted:
        raise StoreUnavailable(
            f"the graph in {graph.place} has no columns that can be asked",
            hint="They are made by `magkg audit --graph DIR --engine columnar`, once.",
        )
    return Graph(
        graph.store,
        engine=found,
        place=graph.place,
        manifest=graph.manifest,
        project=graph.project,
        timeout=graph.timeout,
    )


def told(graph: Graph) -> str:
    """Say what answers questions about a whole graph."""
    if graph.engine is not graph.store:
        return "columns"
    if graph.manifest is None:
        return "endpoint"
    return "store, beside columns" if _large(graph) and _has_columns(graph) else "store"


def _large(graph: Graph) -> bool:
    from magkg.store.columnar import kept

    assert graph.manifest is not None
    return kept.large(graph.manifest.counts)


def _has_columns(graph: Graph) -> bool:
    from magkg.store.columnar import kept

    assert graph.manifest is not None
    assert isinstance(graph.place, Path)
    return kept.present(graph.place, graph.manifest) is not None
