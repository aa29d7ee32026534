"""A graph as it would be had a source or a study been withdrawn: derived anew, in memory."""

from __future__ import annotations

from collections.abc import Collection

import pyoxigraph as ox

from magkg import resources
from magkg.claims import identity
from magkg.claims.identity import PARTS
from magkg.store import derive
from magkg.store.authored import authored
from magkg.store.oxigraph import OxigraphStore
from magkg.vocabulary import MAG

__all__ = ["withdraw"]

_SOURCE = ox.NamedNode(MAG + "source")
_RETRACTED = ox.NamedNode(MAG + "retracted")
_WHY = ox.Literal("Withdrawn, to see what would fall.", language="en")


def withdraw(
    store: OxigraphStore, sources: Collection[str] = (), studies: Collection[str] = ()
) -> OxigraphStore:
    """Give a graph in memory without what these sources say and these studies found.

    A source takes its claims with it, with the parts that no other claim uses: who cites it leans
    on nothing. Its description stays, and so do the studies that it reports. A study counts as
    retracted (docs/method.md): it is not reached, nor what a pool holds through it. Identities,
    what follows from them and the rules are those of a build; nothing is validated.
    """
    from magkg.store.check import vocabulary_quads

    left = _without(list(authored(store.quads())), frozenset(sources))
    retracted = [ox.Quad(ox.NamedNode(iri), _RETRACTED, _WHY) for iri in studies]
    left += retracted
    inner = ox.Store()
    inner.bulk_extend(left)
    inner.bulk_extend(vocabulary_quads())
    inner.bulk_extend(derive.derive(left, identity.claims(left)))
    derive.run_rules(inner, resources.data("ontology") / "rules")
    return OxigraphStore(inner)


def _without(quads: list[ox.Quad], sources: frozenset[str]) -> list[ox.Quad]:
    """Leave out the claims of the sources, and the parts that these alone use."""
    gone: set[object] = {
        quad.subject
        for quad in quads
        if quad.predicate == _SOURCE and _value(quad.object) in sources
    }
    owned = [quad for quad in quads if quad.predicate.value in PARTS]
    grown = True
    while grown:  # an effect belongs to an evidence line, and that to a claim
        kept = {quad.object for quad in owned if quad.subject not in gone}
        parts = {quad.object for quad in owned if quad.subject in gone} - kept
        grown = not parts <= gone
        gone |= parts
    return [quad for quad in quads if quad.subject not in gone]


def _value(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""
