"""Findings that somebody rejected: which kind, about what, why, who, when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg.use.describe import describe, label
from magkg.vocabulary import MAG, PROV

if TYPE_CHECKING:
    from magkg.use.graph import Graph

__all__ = ["Dismissal", "dismissals"]

_DISMISSALS = (
    f"SELECT ?node ?kind ?dismissed ?why ?who ?when WHERE {{ ?node a <{MAG}Dismissal> ; "
    f"<{MAG}findingKind> ?kind ; <{MAG}dismissed> ?dismissed ; <{MAG}rationale> ?why ; "
    f"<{PROV}wasAssociatedWith> ?who ; <{PROV}endedAtTime> ?when }} ORDER BY ?node ?dismissed"
)


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A recorded rejection of findings of one kind: of which nodes, why, who, when (UTC)."""

    iri: str
    kind: str
    dismissed: frozenset[str]
    why: str
    who: str
    when: str

    def as_json(self) -> dict[str, Any]:
        """Give who, why and when."""
        return {"dismissal": self.iri, "why": self.why, "who": self.who, "when": self.when}


def dismissals(graph: Graph) -> list[Dismissal]:
    """Give every dismissal of a graph, in the order of their IRIs."""
    held: dict[str, list[tuple[str, ...]]] = {}
    for row in graph.store.select(_DISMISSALS, graph.timeout):
        node, *rest = map(str, row)
        held.setdefault(node, []).append(tuple(rest))
    agents = describe(graph.store, {rows[0][3] for rows in held.values()})
    return [
        Dismissal(
            node,
            rows[0][0],
            frozenset(row[1] for row in rows),
            rows[0][2],
            label(agents.get(rows[0][3], {}), rows[0][3]),
            rows[0][4],
        )
        for node, rows in held.items()
    ]
