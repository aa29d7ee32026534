"""Claims and values of closed lists as pages and their JSON show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from magkg.use.cards import cards
from magkg.use.describe import Description, describe, label
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["Json", "claims", "value"]

Json = dict[str, Any]


def claims(store: Store, iris: Iterable[str]) -> list[Json]:
    """Give claims as a list shows them, in the order of ``iris``; what is no claim is left out.

    Each has iri, label, source, title, where, places, no_passage, proposition, and polarity,
    certainty, kind, cited, held as ``value`` gives them (held and cited may be None).
    """
    wanted = list(dict.fromkeys(iris))
    found = cards(store, wanted)
    values = {
        value
        for card in found.values()
        for value in (card.polarity, card.certainty, card.kind, card.cited_value, card.held_value)
    }
    known = describe(store, values - {""})
    listed = []
    for iri in wanted:
        if iri not in found:
            continue
        card = found[iri]
        listed.append(
            {
                "iri": iri,
                "label": card.label,
                "source": card.source,
                "title": card.title,
                "where": card.where,
                "places": [each.as_json() for each in card.places],
                "no_passage": card.no_passage,
                "proposition": card.proposition,
                "polarity": value(card.polarity, known),
                "certainty": value(card.certainty, known),
                "kind": value(card.kind, known),
                "cited": value(card.cited_value, known),
                "held": value(card.held_value, known),
            }
        )
    return listed


def value(iri: str, known: dict[str, Description]) -> Json | None:
    """Give a value of a closed list: its IRI, its local name and its label; None for ""."""
    if not iri:
        return None
    return {"iri": iri, "name": iri.removeprefix(MAG), "label": label(known.get(iri, {}), iri)}
