"""A store that counts what is asked of it: work that grows with a graph shows without a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.store.interface import Dataset, Row, Solutions, Triple

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyoxigraph as ox

    from magkg.store.oxigraph import OxigraphStore


class Counting:
    """Passes everything on to a store; ``rows`` counts the rows that were read of it."""

    def __init__(self, store: OxigraphStore) -> None:
        self.store = store
        self.rows = 0
        self.dumped = 0
        self.queries: list[str] = []

    def select(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Solutions:
        self.queries.append(query)
        found = self.store.select(query, timeout, dataset)
        return Solutions(found.variables, self._counted(found))

    def _counted(self, rows: Solutions) -> Iterator[Row]:
        for row in rows:
            self.rows += 1
            yield row

    def construct(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Iterator[Triple]:
        raise AssertionError("no CONSTRUCT is needed")

    def ask(self, query: str, timeout: float | None = None, dataset: Dataset | None = None) -> bool:
        self.queries.append(query)
        return self.store.ask(query, timeout, dataset)

    def quads(self) -> Iterator[ox.Quad]:
        for quad in self.store.quads():
            self.dumped += 1
            yield quad
