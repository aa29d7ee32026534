"""What the three views of a network share: attributes, ranks, labels that never hide a denial."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from magkg.use.describe import values_line
from magkg.use.select.loading import batches, mag_name
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.use.select.entities import Content, Proposition, Qualifiers, Study

__all__ = [
    "CERTAINTIES", "RANKS", "Attribute", "assessed", "attributes", "key", "polarities",
    "qualified", "said", "source", "study",
]  # fmt: skip

Attribute: TypeAlias = str | int | bool | list[str]

# Strengths from the weakest; what is not rated has no rank.
RANKS = {
    "strengthNone": 0, "strengthVeryLow": 1, "strengthLow": 2, "strengthModerate": 3,
    "strengthHigh": 4,
}  # fmt: skip
# Wordings from the firmest.
CERTAINTIES = ("asserted", "hedged", "speculative")
_SAID = {
    "denies": "denied",
    "reportsNoDifference": "no difference found",
    "reportsLackOfEvidence": "evidence said to be lacking",
}


def attributes(**named: str | int | bool | Iterable[str] | None) -> dict[str, Attribute]:
    """Give attributes without the empty ones (None, "" and no values); several values as a list."""
    found: dict[str, Attribute] = {}
    for name, value in named.items():
        if isinstance(value, (str, bool, int)):
            if value != "":
                found[name] = value
        elif value is not None and (several := list(value)):
            found[name] = several
    return found


def key(*parts: str) -> str:
    """Join what tells an edge from every other one; no IRI holds the bar between the parts."""
    return "|".join(parts)


def polarities(
    store: Store, propositions: Iterable[str], timeout: float | None = None
) -> dict[str, list[str]]:
    """Give the polarities that the claims of the whole graph take on each proposition, sorted.

    ``timeout`` is in seconds for each query.
    """
    found: dict[str, set[str]] = {}
    for batch in batches(sorted(set(propositions))):
        query = (
            f"SELECT DISTINCT ?stated ?polarity WHERE {{ {values_line('stated', batch)} "
            f"?claim <{MAG}states> ?stated ; <{MAG}polarity> ?polarity }}"
        )
        for stated, polarity in store.select(query, timeout):
            found.setdefault(str(stated), set()).add(mag_name(str(polarity)))
    return {iri: sorted(held) for iri, held in found.items()}


def said(label: str, polarity: str, *, disagreed: bool) -> str:
    """Give a label that shows the polarity: ``relieves``, ``relieves (denied)`` ..."""
    notes = [_SAID.get(polarity, polarity if polarity != "affirms" else "")]
    notes.append("contested" if disagreed else "")
    shown = ", ".join(each for each in notes if each)
    return f"{label} ({shown})" if shown else label


def qualified(content: Content, qualifiers: Qualifiers) -> dict[str, Attribute]:
    """Give qualifiers as two lists: ``species=IRI`` and ``species: label``."""
    return attributes(
        qualifiers=[f"{name}={value}" for name, value in qualifiers],
        qualifier_labels=[f"{name}: {content.label(value)}" for name, value in qualifiers],
    )


def assessed(held: Proposition | None) -> dict[str, Attribute]:
    """Give what the whole graph holds for a proposition; nothing where its kind is not rated."""
    if held is None or not held.verdicts:
        return {}
    return attributes(
        verdict=held.verdict,
        verdicts=held.verdicts,
        strength=held.strength,
        strength_against=held.strength_against,
        all_claims=held.claims,
        all_affirming=held.affirming,
        all_denying=held.denying,
        all_lacking=held.lacking,
        all_sources=held.sources,
        all_studies=held.studies,
        independent_studies=held.independent,
        independent_for=held.independent_for,
        independent_against=held.independent_against,
        independent_open=held.independent_open,
    )


def source(content: Content, iri: str) -> dict[str, Attribute]:
    """Give the attributes of a source as a node; one that is not described has only a label."""
    found = content.sources.get(iri)
    if found is None:
        return attributes(kind="source", iri=iri, label=content.label(iri))
    return attributes(
        kind="source",
        iri=iri,
        label=content.label(iri),
        source_types=found.types,
        creators=found.creators,
        year=found.year,
        issued=found.issued,
        doi=found.doi,
        pmid=found.pmid,
        seen_at=found.seen_at,
        citation=found.citation,
        license=found.license,
        sha256=found.sha256,
        characters=found.characters,
        read_as=found.read_as,
    )


def study(content: Content, iri: str) -> dict[str, Attribute]:
    """Give the attributes of a study as a node; one that is not described has only a label."""
    found: Study | None = content.studies.get(iri)
    if found is None:
        return attributes(kind="study", iri=iri, label=content.label(iri))
    looked_at = {
        name: [content.label(each) for each in getattr(found, name)]
        for name in (
            "species", "population", "condition", "intervention", "comparator", "outcome",
        )
    }  # fmt: skip
    return attributes(
        kind="study",
        iri=iri,
        label=content.label(iri),
        design=found.design,
        size=found.size,
        year=found.year,
        groups=found.group,
        reported_in=found.reported_in,
        root=found.root,
        retracted=found.retracted,
        is_retracted=bool(found.retracted),
        identification=found.identification,
        notes=found.notes,
        **looked_at,
    )
