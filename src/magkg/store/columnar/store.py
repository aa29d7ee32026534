"""The store that asks the columns what they answer, and Oxigraph everything else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from magkg.errors import MagkgError, QueryTimeout
from magkg.store.columnar.held import Failed, Held
from magkg.store.columns import answers
from magkg.store.columns.expressions import text_of
from magkg.store.columns.relation import Untranslated
from magkg.store.interface import IRI, Blank, Dataset, Fact, Row, Solutions, Term, Triple, form
from magkg.store.oxigraph import term_of
from magkg.store.syntax import refuse_deep, refuse_service

if TYPE_CHECKING:
    from magkg.store.columnar.kept import Kept
    from magkg.store.columns.answers import Asked
    from magkg.store.oxigraph import OxigraphStore

__all__ = ["ColumnarStore"]

# Characters of a query beyond which rdflib may take more time to parse it than Oxigraph to answer:
# 2,000 with 200 terms of a conjunction took it 1.5 s, 17,000 with 800 values 0.1 s.
_LONGEST = 20_000
# Queries whose translation is remembered: a server is asked ever new ones.
_REMEMBERED = 500


class ColumnarStore:
    """A built graph in Oxigraph and, in a file beside it, as columns (DuckDB).

    A SELECT or CONSTRUCT that is translated into SQL goes to the columns, all else to Oxigraph:
    ``fallback`` is told why, once for each reason; ``first`` is called for the first answer of the
    columns; ``memory`` is that of `Held`.
    """

    def __init__(
        self,
        oxigraph: OxigraphStore,
        kept: Kept,
        *,
        fallback: Callable[[str], None] = lambda _: None,
        first: Callable[[], None] = lambda: None,
        memory: int | None = None,
    ) -> None:
        self.oxigraph = oxigraph
        self.kept = kept
        self._memory = memory
        self._held: Held | None = None
        self._fallback, self._first = fallback, first
        self._told: set[str] = set()
        self._asked: dict[str, Asked | str] = {}
        self.asked = {"columnar": 0, "oxigraph": 0}

    def select(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Solutions:
        """Answer a SELECT (see interface.Store)."""
        began = time.monotonic()
        found = self._columns("select", query, timeout, dataset)
        if found is not None:
            asked, rows = found
            return Solutions(asked.variables, rows)
        return self.oxigraph.select(query, _left(timeout, began), dataset)

    def construct(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Iterator[Triple]:
        """Answer a CONSTRUCT or DESCRIBE (see interface.Store)."""
        began = time.monotonic()
        found = self._columns("construct", query, timeout, dataset)
        if found is not None:
            return _constructed(*found)
        return self.oxigraph.construct(query, _left(timeout, began), dataset)

    def ask(self, query: str, timeout: float | None = None, dataset: Dataset | None = None) -> bool:
        """Answer an ASK with Oxigraph, which ends at the first match (see interface.Store)."""
        self.asked["oxigraph"] += 1
        self._say("the columns do not answer ASK")
        return self.oxigraph.ask(query, timeout, dataset)

    def facts(
        self, nodes: Sequence[str], only: Sequence[str], timeout: float | None = None
    ) -> Iterator[Fact]:
        """Give what is said of nodes (see interface.Facts)."""
        reason = self.kept.reason
        if not reason:
            try:
                found = self._opened().facts(nodes, only, timeout)
            except (Failed, MagkgError) as fault:
                if isinstance(fault, QueryTimeout):
                    raise
                reason = f"anything: {fault}"
            else:
                self._answered()
                return found
        self.asked["oxigraph"] += 1
        self._say(f"the columns do not answer {reason}")
        return self.oxigraph.facts(nodes, only, timeout)

    def close(self) -> None:
        """Close the columns."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def fit(self, query: str) -> Asked | str:
        """Give a query as the columns are asked it, or why they are not."""
        if len(query) > _LONGEST:
            return f"queries of more than {_LONGEST:,} characters"
        found = self._asked.get(query)
        if found is None:
            if len(self._asked) >= _REMEMBERED:
                del self._asked[next(iter(self._asked))]
            found = self._asked[query] = self._translated(query)
        return found

    def _translated(self, query: str) -> Asked | str:
        if self.kept.reason:
            return self.kept.reason
        try:
            return answers.asked(query, self._opened())
        except Untranslated as reason:
            return reason.message.removesuffix(" is not translated into SQL")
        except MagkgError as fault:
            return f"anything: {fault.message}"
        except Exception:  # whatever rdflib stumbles over, Oxigraph decides whether it is SPARQL
            return "what rdflib does not parse"

    def _opened(self) -> Held:
        if self._held is None:
            self._held = Held(self.kept, self._memory)
        return self._held

    def _answered(self) -> None:
        self.asked["columnar"] += 1
        if self.asked["columnar"] == 1:
            self._first()

    def _columns(
        self, kind: str, query: str, timeout: float | None, dataset: Dataset | None
    ) -> tuple[Asked, Iterator[Row]] | None:
        """Ask the columns; None where Oxigraph has to answer."""
        self.asked["oxigraph"] += 1
        if form(query) == "describe":
            self._say("the columns do not answer DESCRIBE")
        if form(query) != kind:  # or Oxigraph says what is wrong
            return None
        refuse_deep(query)
        refuse_service(query)
        if dataset is not None:
            self._say("the columns do not answer the graphs of a request")
            return None
        asked = self.fit(query)
        if isinstance(asked, str):
            self._say(f"the columns do not answer {asked}")
            return None
        assert self._held is not None
        try:
            rows = self._held.answer(asked, timeout)
        except Failed as fault:
            self._say(f"the columns could not answer ({fault})")
            return None
        self.asked["oxigraph"] -= 1
        self._answered()
        return asked, rows

    def _say(self, text: str) -> None:
        if text not in self._told and len(self._told) < _REMEMBERED:
            self._told.add(text)
            self._fallback(f"{text}; Oxigraph answers")


def _left(timeout: float | None, began: float) -> float | None:
    return None if timeout is None else max(timeout - (time.monotonic() - began), 0.001)


def _constructed(asked: Asked, rows: Iterator[Row]) -> Iterator[Triple]:
    """Give the triples of a CONSTRUCT; a row makes none where they would not be RDF."""
    from rdflib import Variable

    places: list[list[int | Term]] = [
        [
            asked.variables.index(str(each))
            if isinstance(each, Variable)
            else term_of(text_of(each))
            for each in row
        ]
        for row in asked.template
    ]
    for row in rows:
        for place in places:
            s, p, o = (row[each] if isinstance(each, int) else each for each in place)
            if isinstance(s, IRI | Blank) and isinstance(p, IRI) and o is not None:
                yield s, p, o
