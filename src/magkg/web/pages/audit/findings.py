"""The findings of the audit by the claims that they name, gathered once for each graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magkg.web.pages.audit.whole_audit import audited
from magkg.web.pages.kept import kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from magkg.use.audit import AuditFinding
    from magkg.use.graph import Graph

__all__ = ["by_claim", "of_claims"]

Json = dict[str, Any]


def of_claims(graph: Graph, *claims: str) -> list[Json] | None:
    """Give the findings that name any of these claims, each once, the gravest first.

    Each is as ``magkg audit --json`` gives it, with ``dismissed``. None where the audit is not
    asked for a page: an endpoint, or a graph of more claims than
    ``magkg.web.pages.audit.whole_audit.LARGEST``.
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
    return kept(graph, "findings", _gathered)


def _gathered(graph: Graph) -> Mapping[str, tuple[Json, ...]] | None:
    asked = None if isinstance(graph.place, str) else audited(graph)
    if asked is None:
        return None
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
