"""Leaving faulty claims out of a build, each whole, with whatever depends on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims.identity import PARTS
from magkg.errors import FindingsError
from magkg.vocabulary import MAG, TYPE

if TYPE_CHECKING:
    from magkg.errors import Finding

__all__ = ["DEPENDENT", "leave_out"]

# What is nothing without the claim it speaks of.
DEPENDENT = frozenset(
    ox.NamedNode(MAG + name) for name in ("Claim", "Dismissal", "Search", "Tension", "Tombstone")
)


def leave_out(
    quads: Sequence[ox.Quad],
    findings: Iterable[Finding],
    again: Callable[[Sequence[ox.Quad]], Iterable[Finding]],
) -> tuple[list[ox.Quad], list[Finding], list[str]]:
    """Leave out every claim with a finding; give what remains, all findings, and the claims.

    A claim goes with its passages and evidence lines that no other claim uses, and takes with it
    what refers to it: other claims, tensions, dismissals, searches and tombstones. ``again``
    checks what remains; it is repeated until nothing is found. Raises FindingsError for a finding
    that is no claim's fault.
    """
    left = list(quads)
    seen: list[Finding] = []
    gone: list[str] = []
    found = list(findings)
    while found:
        seen += found
        users = _users(left)
        elsewhere = [each for each in found if not users.get(each.claim)]
        if elsewhere:
            raise FindingsError(
                "what was found is not the fault of a claim that could be left out",
                elsewhere,
                hint="Correct these first.",
            )
        faulty = _dependents(left, {iri for each in found for iri in users[each.claim]})
        left, removed = _without(left, faulty)
        gone += removed
        found = list(again(left))
    return left, seen, sorted(gone)


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _users(quads: Iterable[ox.Quad]) -> dict[str, set[str]]:
    """Give the claims that a node belongs to: a claim to itself, a part to all that use it."""
    claims: set[str] = set()
    holders: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate.value in PARTS:
            holders[_iri(quad.object)].add(_iri(quad.subject))
        elif quad.predicate.value == TYPE and quad.object == ox.NamedNode(MAG + "Claim"):
            claims.add(_iri(quad.subject))
    users = {iri: {iri} for iri in claims}
    for part in holders:
        above, seen = list(holders[part]), {part}
        while above:  # an effect belongs to an evidence line, and that to a claim
            each = above.pop()
            if each not in seen:
                seen.add(each)
                above += holders.get(each, ())
        users[part] = seen & claims
    return users


def _dependents(quads: Sequence[ox.Quad], faulty: set[str]) -> set[str]:
    """Add what refers to a faulty claim, and to that, and so on."""
    kinds = {
        _iri(quad.subject)
        for quad in quads
        if quad.predicate.value == TYPE and quad.object in DEPENDENT
    }
    referring: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        subject, target = _iri(quad.subject), _iri(quad.object)
        if subject in kinds and target in kinds:
            referring[target].add(subject)
    found, new = set(faulty), set(faulty)
    while new:
        new = {each for iri in new for each in referring.get(iri, ())} - found
        found |= new
    return found


def _without(quads: Sequence[ox.Quad], nodes: set[str]) -> tuple[list[ox.Quad], list[str]]:
    """Remove nodes and the parts that only they use; give the rest and the removed nodes."""
    gone = nodes | {part for part, users in _users(quads).items() if users <= nodes}
    rest = [quad for quad in quads if _iri(quad.subject) not in gone]
    return rest, sorted(nodes)
