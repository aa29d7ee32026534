"""What an update asks about many nodes at once: the columns of the graph, where it keeps them.

Thousands of claims and lines may be under one proposition. A store reads these one by one, columns
all of one property together. A graph without columns is asked node by node: it is small.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from magkg.errors import MagkgError
from magkg.store.columnar.changed import ASKED, Changed, Pair
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from magkg.store.update.changes import Changes
    from magkg.store.update.graph import Node

__all__ = ["Pair", "Question", "Questions"]

_Row: TypeAlias = "tuple[Any, ...]"
_DISTINCT = "DISTINCT "
_LEAD = f"PREFIX mag: <{MAG}> "


@dataclass(frozen=True)
class Question:
    """What is asked of each of some nodes, or pairs of nodes, in SPARQL with the prefix ``mag:``.

    ``pattern`` calls them ``$one`` and ``$other``; ``select`` gives the answers, by ``group`` where
    these are aggregated.
    """

    select: str
    pattern: str
    group: str = ""

    def of(self, one: Node, other: Node) -> str:
        """Write the query for one node or pair."""
        by = f" GROUP BY {self.group}" if self.group else ""
        text = f"{_LEAD}SELECT {self.select} WHERE {{ {self.pattern} }}{by}"
        return text.replace("$one", str(one)).replace("$other", str(other))

    def of_all(self) -> str:
        """Write the query for all at once."""
        by = f" GROUP BY $one $other {self.group}" if self.group else ""
        asked = f"$one <{ASKED}> $other ."
        distinct, select = "", self.select
        if select.startswith(_DISTINCT):
            distinct, select = _DISTINCT, select.removeprefix(_DISTINCT)
        return (
            f"{_LEAD}SELECT {distinct}$one $other {select} WHERE {{ {asked} {self.pattern} }}{by}"
        )


class Questions:
    """The default graph of a store that changes, asked in sets."""

    def __init__(self, changes: Changes, columns: Changed | None = None) -> None:
        self.changes = changes
        self._columns = columns

    def of(
        self,
        question: Question,
        nodes: Iterable[Node],
        alone: Callable[[Node], Iterable[_Row]] | None = None,
    ) -> dict[Node, list[_Row]]:
        """Give the answers for nodes, of those that have any; ``alone`` finds those of one."""
        found = self.of_pairs(
            question,
            ((each, each) for each in nodes),
            None if alone is None else lambda one, _: alone(one),
        )
        return {one: rows for (one, _), rows in found.items()}

    def of_pairs(
        self,
        question: Question,
        pairs: Iterable[Pair],
        alone: Callable[[Node, Node], Iterable[_Row]] | None = None,
    ) -> dict[Pair, list[_Row]]:
        """Give the answers for pairs of nodes: see `of`."""
        every = dict.fromkeys(pairs)
        if not every:
            return {}
        found: dict[Pair, list[_Row]] = defaultdict(list)
        if self._columns is not None:
            try:
                self._columns.see(self.changes.removed, self.changes.added)
                rows: Iterable[_Row] = self._columns.answers(question.of_all(), every)
            except MagkgError:
                self._columns = None  # the store says the same
            else:
                for one, other, *rest in rows:
                    found[one, other].append(tuple(rest))
                return found
        for pair in every:
            rows = alone(*pair) if alone else self._asked(question.of(*pair))
            if own := list(rows):
                found[pair] = own
        return found

    def _asked(self, query: str) -> Iterable[_Row]:
        answers: Any = self.changes.store.query(query)
        return map(tuple, answers)
