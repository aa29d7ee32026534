"""What a reader needs of a claim in a line or two: gist, source, place, wording, evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg.store.interface import Literal
from magkg.use.describe import Description, describe, label, text
from magkg.vocabulary import DCTERMS, FORMAL, MAG, OA, QUALIFIERS

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["ClaimCard", "Place", "cards"]

_SCHEMES = ("polarity", "certainty", "kind", "citedStrength", "heldStrength")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a passage stands: offsets in code points, half-open, or a locator in words."""

    start: int | None
    end: int | None
    locator: str | None

    def __str__(self) -> str:
        if self.start is None:
            return self.locator or ""
        return f"{self.start}-{self.end}"

    def as_json(self) -> dict[str, Any]:
        """Give the place as one flat object."""
        return {"start": self.start, "end": self.end, "locator": self.locator}


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """One claim; ``cited`` and ``held`` are the labels of its strengths, "" where none was derived.

    ``polarity``, ``certainty``, ``kind``, ``cited_value`` and ``held_value`` are IRIs of scheme
    values, ``concepts`` the IRIs that its triple and its qualifiers name.
    """

    iri: str
    label: str
    source: str
    title: str
    places: tuple[Place, ...]
    no_passage: str
    proposition: str
    polarity: str
    certainty: str
    kind: str
    cited: str
    held: str
    cited_value: str
    held_value: str
    concepts: frozenset[str]

    @property
    def where(self) -> str:
        """Give the places in words, or that there is none."""
        return ", ".join(map(str, self.places)) or (self.no_passage and "no passage")


def cards(store: Store, claims: Iterable[str]) -> dict[str, ClaimCard]:
    """Give a card for each IRI that the graph describes, in two queries."""
    found = describe(store, claims)
    linked = {
        str(value)
        for node in found.values()
        for name in ("source", "passage", *_SCHEMES)
        for value in node.get(MAG + name, [])
    }
    known = describe(store, linked)
    return {iri: _card(iri, node, known) for iri, node in sorted(found.items())}


def _card(iri: str, claim: Description, known: dict[str, Description]) -> ClaimCard:
    def one(name: str) -> str:
        return text(claim, MAG + name) or ""

    def named(name: str) -> str:
        return label(known.get(one(name), {}), one(name)) if one(name) else ""

    source = one("source")
    document = known.get(source, {})
    passages = (known.get(str(each), {}) for each in claim.get(MAG + "passage", []))
    places = sorted({_place(each) for each in passages}, key=_order)
    return ClaimCard(
        iri=iri,
        label=label(claim, iri),
        source=source,
        title=text(document, DCTERMS + "title") or label(document, source),
        places=tuple(each for each in places if str(each)),
        no_passage=one("noPassage"),
        proposition=one("states"),
        polarity=one("polarity"),
        certainty=one("certainty"),
        kind=one("kind"),
        cited=named("citedStrength"),
        held=named("heldStrength"),
        cited_value=one("citedStrength"),
        held_value=one("heldStrength"),
        concepts=frozenset(
            str(value) for name in (*FORMAL, *QUALIFIERS) for value in claim.get(name, [])
        ),
    )


def _order(place: Place) -> tuple[int, int, str]:
    return (place.start or 0, place.end or 0, place.locator or "")


def _place(passage: Description) -> Place:
    start, end = (passage.get(OA + name, [None])[0] for name in ("start", "end"))
    held = [
        int(each.value) if isinstance(each, Literal) and each.value.isdecimal() else None
        for each in (start, end)
    ]
    return Place(held[0], held[1], text(passage, MAG + "locator"))
