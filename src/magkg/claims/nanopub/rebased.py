"""Brings a claim of another project under this project's names, one new name for each old one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from magkg.claims.tables.context import slugged
from magkg.vocabulary import MAG, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["rebased"]

_SPACES: Final = {
    MAG + "Source": "src",
    MAG + "Study": "study",
    MAG + "Concept": "con",
    MAG + "Quantity": "con",
}


def rebased(
    claim: str, quads: Iterable[ox.Quad], spaces: Mapping[str, str]
) -> tuple[str, frozenset[ox.Quad]]:
    """Give a claim and its statements with sources, studies and concepts in this project's spaces.

    ``spaces`` maps ``src``, ``study`` and ``con`` to namespaces. A node of another namespace gets
    its old slug and eight hex digits of the SHA-256 of its old IRI: two projects may call two
    documents by one name. The old IRI of the claim is kept as `mag:upstreamId`. Where all names are
    this project's already, nothing is changed.
    """
    held = list(quads)
    names = {
        quad.subject.value: _new(quad.subject.value, spaces[space])
        for quad in held
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
        if quad.predicate.value == TYPE and (space := _SPACES.get(quad.object.value))
        if not quad.subject.value.startswith(spaces[space])
    }
    if not names:
        return claim, frozenset(held)

    def put(iri: str) -> str:
        bare, hash_, fragment = iri.partition("#")
        return f"{names[bare]}{hash_}{fragment}" if bare in names else iri

    new = put(claim)
    changed = {
        ox.Quad(
            ox.NamedNode(put(_iri(each.subject))),
            each.predicate,
            ox.NamedNode(put(each.object.value))
            if isinstance(each.object, ox.NamedNode)
            else each.object,
        )
        for each in held
    }
    if new != claim:
        kept = ox.NamedNode(MAG + "upstreamId")
        changed.add(ox.Quad(ox.NamedNode(new), kept, ox.Literal(claim)))
    return new, frozenset(changed)


def _iri(term: object) -> str:
    assert isinstance(term, ox.NamedNode)
    return term.value


def _new(iri: str, space: str) -> str:
    slug = slugged(iri.rstrip("/").rpartition("/")[2]) or "node"
    return f"{space}{slug}-{hashlib.sha256(iri.encode()).hexdigest()[:8]}"
