"""The findings of the audit by claim: the whole audit is asked once for each graph, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from magkg.use.audit import audit
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from magkg.use.audit import AuditFinding
    from magkg.use.graph import Graph

__all__ = ["LARGEST", "by_claim", "of_claims"]

Json = dict[str, Any]
# Beyond so many claims the audit takes longer than a page may, at about 1 ms a claim.
LARGEST = 5_000
_COUNT = f"SELECT (COUNT(?claim) AS ?n) WHERE {{ ?claim a <{MAG}Claim> }}"
_KEPT: WeakKeyDictionary[Graph, Mapping[str, tuple[Json, ...]] | None] = WeakKeyDictionary()


def of_claims(graph: Graph, *claims: str) -> list[Json] | None:
    """Give the findings that name any of these claims, each once, the gravest first.

    Each is as ``magkg audit --json`` gives it, with ``dismissed``. None where the audit is not
    asked for a page: an endpoint, or a graph of more than ``LARGEST`` claims.
    """
    known = by_claim(graph)
    if known is None:
        return None
    found = {each["number"]: each for claim in claims for each in known.get(claim, ())}
    return [found[number] for number in sorted(found)]


def by_claim(graph: Graph) -> Mapping[str, tuple[Json, ...]] | None:
    """Give the findings of the whole audit by the claims that they name; None as above.

    The first call for a graph takes a second for each thousand claims; a worker may make it before
    anybody asks.
    """
    if graph not in _KEPT:
        _KEPT[graph] = _gathered(graph) if _small(graph) else None
    return _KEPT[graph]


def _small(graph: Graph) -> bool:
    if isinstance(graph.place, str):
        return False
    return all(int(str(row[0])) <= LARGEST for row in graph.store.select(_COUNT, graph.timeout))


def _gathered(graph: Graph) -> Mapping[str, tuple[Json, ...]]:
    asked = audit(graph)
    order = {kind.name: place for place, kind in enumerate(asked.kinds)}
    every = [(each, False) for each in asked.findings] + [(each, True) for each in asked.dismissed]
    every.sort(key=lambda pair: (pair[1], order[pair[0].kind.name]))
    held: dict[str, list[Json]] = {}
    for number, (each, dismissed) in enumerate(every):
        said = {"number": number, "dismissed": dismissed, "title": each.kind.title}
        told = said | {"summary": each.kind.summary} | each.as_json()
        for claim in _named(each):
            held.setdefault(claim, []).append(told)
    return {claim: tuple(found) for claim, found in held.items()}


def _named(finding: AuditFinding) -> set[str]:
    both = {each.iri for each in (finding.claim, finding.other) if each is not None}
    return both | set(finding.about)
