"""The store that asks the columns what they answer faster, and Oxigraph everything else."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.errors import QueryTimeout
from magkg.store import manifest
from magkg.store.columnar import model as models
from magkg.store.columnar import tables
from magkg.store.columnar.expressions import Unfit
from magkg.store.columnar.fit import Asked, fitted
from magkg.store.columnar.model import Broken, Late, Model
from magkg.store.interface import Dataset, Row, Solutions, Triple, form
from magkg.store.results import solutions
from magkg.store.syntax import refuse_deep, refuse_service

if TYPE_CHECKING:
    from magkg.store.manifest import Manifest
    from magkg.store.oxigraph import OxigraphStore

__all__ = ["ColumnarStore"]

# How maplib types a count; no graph holds such values (they are kept out of the tables).
_COUNTED = re.compile(rb'("datatype":"http://www\.w3\.org/2001/XMLSchema#)unsigned(?:Int|Long)"')
_NAME = "the columns"


class ColumnarStore:
    """A built graph in Oxigraph and, in a process of its own, as columns in memory (maplib).

    Each SELECT that `fit` knows to be answered alike goes to the columns, all else to Oxigraph:
    ``fallback`` is told why, once for each reason. Where ``patient``, the first query waits until
    the columns are loaded; otherwise Oxigraph answers meanwhile.
    """

    def __init__(
        self,
        oxigraph: OxigraphStore,
        held: tables.Tables,
        *,
        patient: bool = True,
        fallback: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.oxigraph = oxigraph
        self.tables = held
        self.model = Model(held.folder)
        self._patient = patient
        self._fallback = fallback
        self._told: set[str] = set()
        self._fits: dict[str, Asked | str] = {}
        self.asked = {"columnar": 0, "oxigraph": 0}

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        patient: bool = True,
        fallback: Callable[[str], None] = lambda _: None,
        progress: Callable[[str], None] | None = None,
    ) -> tuple[ColumnarStore, Manifest]:
        """Open the graph built in ``folder``; its tables are made where they are missing.

        The columns are loaded by the first query that they answer, or by ``model.start``. Raises
        InputError where the extra is not installed, OutputError where no tables can be written,
        StoreUnavailable and StoreDamaged as ``manifest.open_store``.
        """
        models.require()
        store, built = manifest.open_store(folder)
        raw = ox.Store.read_only(str(folder / "stores" / built.store))
        held = tables.made(folder, built, raw, progress)
        return cls(store, held, patient=patient, fallback=fallback), built

    def select(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Solutions:
        """Answer a SELECT (see interface.Store)."""
        began = time.monotonic()
        found = self._columns(query, timeout, dataset)
        if found is not None:
            self.asked["columnar"] += 1
            return found
        self.asked["oxigraph"] += 1
        left = None if timeout is None else max(timeout - (time.monotonic() - began), 0.001)
        return self.oxigraph.select(query, left, dataset)

    def construct(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Iterator[Triple]:
        """Answer a CONSTRUCT or DESCRIBE with Oxigraph (see interface.Store)."""
        self._other(query)
        return self.oxigraph.construct(query, timeout, dataset)

    def ask(self, query: str, timeout: float | None = None, dataset: Dataset | None = None) -> bool:
        """Answer an ASK with Oxigraph, which ends at the first match (see interface.Store)."""
        self._other(query)
        return self.oxigraph.ask(query, timeout, dataset)

    def close(self) -> None:
        """End the process that holds the columns."""
        self.model.close()

    def fit(self, query: str) -> Asked | str:
        """Give a query as the columns are asked it, or why they are not."""
        found = self._fits.get(query)
        if found is None:
            try:
                found = fitted(query, self.tables)
            except Unfit as reason:
                found = str(reason)
            self._fits[query] = found
        return found

    def _columns(
        self, query: str, timeout: float | None, dataset: Dataset | None
    ) -> Solutions | None:
        """Ask the columns; None where Oxigraph has to answer."""
        if form(query) != "select":
            return None  # Oxigraph says what is wrong
        refuse_deep(query)
        refuse_service(query)
        asked = "the graphs of a request" if dataset is not None else self.fit(query)
        if isinstance(asked, str):
            self._say(f"the columns do not answer {asked}; Oxigraph answers")
            return None
        try:
            if not self._patient and not self.model.ready:
                self.model.start()
                return None
            answer = self.model.ask(asked.text, timeout)
        except Late:
            raise QueryTimeout(timeout or 0) from None
        except Broken as fault:
            self._say(f"the columns failed ({fault}); Oxigraph answers")
            return None
        return self._sound(asked, answer)

    def _sound(self, asked: Asked, answer: bytes) -> Solutions | None:
        """Read an answer; none where a variable is unbound that every row must bind.

        (maplib gives a group without members as a row, which only this tells.)
        """
        found = solutions(_COUNTED.sub(rb'\1integer"', answer), _NAME)
        order = [found.variables.index(each) for each in asked.variables if each in found.variables]
        rows: list[Row] = list(found)
        if len(order) != len(asked.variables):
            self._say("the columns left a variable out of an answer; Oxigraph answers")
            return None
        if order != list(range(len(found.variables))):
            rows = [tuple(row[at] for at in order) for row in rows]
        bound = [at for at, each in enumerate(asked.variables) if each in asked.bound]
        if any(row[at] is None for row in rows for at in bound):
            self._say("the columns answered with a group of nothing; Oxigraph answers")
            return None
        return Solutions(asked.variables, iter(rows))

    def _other(self, query: str) -> None:
        self.asked["oxigraph"] += 1
        self._say(f"the columns do not answer {form(query).upper() or 'this'}; Oxigraph answers")

    def _say(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._fallback(text)
