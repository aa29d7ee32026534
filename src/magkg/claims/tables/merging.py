"""How imported descriptions come together: of several rows, and with what was imported before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from magkg.vocabulary import DCTERMS, MAG, PROV, SKOS, TYPE

__all__ = [
    "CLAIM", "MANY", "Facts", "by_subject", "is_a", "is_record", "merged", "rival", "settled",
    "subjects", "value",
]  # fmt: skip

# What is said of each node.
Facts = dict[str, set[ox.Quad]]

CLAIM: Final = ox.NamedNode(MAG + "Claim")
# Properties of sources, studies and concepts that hold several values.
MANY: Final = frozenset(
    (
        TYPE, SKOS + "altLabel", SKOS + "broader", DCTERMS + "creator",
        *(
            MAG + name
            for name in (
                "includes", "judgement", "leftOut", "outcome", "reportedIn", "sameCohortAs",
                "sameGroupAs", "upstreamId",
            )
        ),
    )
)  # fmt: skip
# What another import may add to a claim that is known.
_ADDED: Final = frozenset((MAG + "upstreamId", MAG + "upstreamRating"))
_READING: Final = ox.NamedNode(MAG + "Reading")
_TYPE: Final = ox.NamedNode(TYPE)
_BY_READING: Final = (ox.NamedNode(PROV + "wasGeneratedBy"), ox.NamedNode(MAG + "checkedBy"))
_PREF: Final = SKOS + "prefLabel"
# Of these, rows may tell the same thing differently; claims are named after what they say.
_RECORDS: Final = frozenset(MAG + name for name in ("Concept", "Mapping", "Source", "Study"))


def merged(old: Facts, new: Facts) -> Facts:
    """Bring new descriptions to old ones, by the rules that `landing` states."""
    whole = dict(old)
    readings = set()
    for iri, own in new.items():
        whole[iri] = own
        if iri in old and is_a(own, CLAIM):
            whole[iri] = old[iri] | {quad for quad in own if quad.predicate.value in _ADDED}
        elif iri in old:
            whole[iri] = _joined(old[iri], own)
        readings |= {str(each.object) for each in whole[iri] if each.predicate in _BY_READING}
    # A reading that brought nothing new says nothing.
    idle = {
        iri
        for iri, own in new.items()
        if iri not in old and f"<{iri}>" not in readings and is_a(own, _READING)
    }
    return {iri: own for iri, own in whole.items() if iri not in idle}


def settled(own: set[ox.Quad], *, loose: bool) -> set[ox.Quad]:
    """Make one of what several rows say of a concept, or of a study that is ``loose``."""
    labels = [quad for quad in own if quad.predicate.value == _PREF]
    if len(labels) > 1:
        own = (own - set(labels)) | _labelled(labels)
    if loose:
        own = own - {quad for values in rival(own).values() for quad in values}
    return own


def value(quad: ox.Quad) -> str:
    """Give the object of a quad as text."""
    return str(getattr(quad.object, "value", quad.object))


def is_record(own: Iterable[ox.Quad]) -> bool:
    """Say whether a node is one of which several rows may tell the same thing differently."""
    return any(quad.predicate == _TYPE and value(quad) in _RECORDS for quad in own)


def rival(own: Iterable[ox.Quad]) -> dict[str, list[ox.Quad]]:
    """Give the properties that hold one value and have several."""
    found: defaultdict[str, list[ox.Quad]] = defaultdict(list)
    for quad in own:
        if quad.predicate.value not in MANY and quad.predicate.value != _PREF:
            found[quad.predicate.value].append(quad)
    return {name: values for name, values in found.items() if len(values) > 1}


def _labelled(labels: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Keep the first label, by code point; the others, but for case, are other names."""
    first, *others = sorted(labels, key=value)
    kept, seen = {first}, {value(first).casefold()}
    for each in others:
        if value(each).casefold() not in seen:
            seen.add(value(each).casefold())
            kept.add(ox.Quad(each.subject, ox.NamedNode(SKOS + "altLabel"), each.object))
    return kept


def _joined(old: set[ox.Quad], new: set[ox.Quad]) -> set[ox.Quad]:
    replaced = {quad.predicate.value for quad in new} - MANY
    return {quad for quad in old if quad.predicate.value not in replaced} | new


def is_a(own: Iterable[ox.Quad], kind: ox.NamedNode) -> bool:
    """Say whether a node is of a class."""
    return any(quad.predicate == _TYPE and quad.object == kind for quad in own)


def subjects(quads: Iterable[ox.Quad]) -> set[str]:
    """Give the IRIs that are described."""
    return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}


def by_subject(quads: Iterable[ox.Quad]) -> Facts:
    """Group quads by the IRI that they describe."""
    found: defaultdict[str, set[ox.Quad]] = defaultdict(set)
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            found[quad.subject.value].add(quad)
    return dict(found)
