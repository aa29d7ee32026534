"""Findings that somebody rejected: which kind, about what, why, who, when; or none, and why not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg.errors import nearest
from magkg.use.describe import describe, label
from magkg.vocabulary import MAG, PROV

if TYPE_CHECKING:
    from magkg.use.audit import AuditFinding
    from magkg.use.graph import Graph

__all__ = ["Dismissal", "Stale", "dismissals", "stale"]

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


@dataclass(frozen=True, slots=True)
class Stale:
    """A dismissal that rejects nothing, and why it does not."""

    dismissal: Dismissal
    because: str

    def as_json(self) -> dict[str, Any]:
        """Give the dismissal with the reason."""
        held = self.dismissal
        about = {"kind": held.kind, "dismissed": sorted(held.dismissed)}
        return about | {"because": self.because} | held.as_json()


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


def stale(
    every: Iterable[Dismissal],
    findings: Sequence[AuditFinding],
    known: Collection[str],
    asked: Collection[str],
) -> Iterator[Stale]:
    """Give those that reject none of the findings, unless their kind was not ``asked`` for."""
    used = {each.dismissal.iri for each in findings if each.dismissal}
    for each in every:
        if each.iri not in used and (each.kind in asked or each.kind not in known):
            yield Stale(each, _because(each, findings, known))


def _because(each: Dismissal, findings: Sequence[AuditFinding], known: Collection[str]) -> str:
    if each.kind not in known:
        close = nearest(each.kind, known)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        return f"there is no kind of finding {each.kind!r}{hint}"
    alike = [found for found in findings if found.kind.name == each.kind]
    for found in alike:
        if found.dismissal and each.dismissed <= found.about:
            return f"{found.dismissal.iri} rejects the same finding already"
    if any(each.dismissed & found.about for found in alike):
        return f"no one finding of the kind {each.kind} is about all that it names"
    return f"no finding of the kind {each.kind} answers to it any more"
