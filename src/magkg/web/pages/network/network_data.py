"""A network as the JSON that the graph view draws, and as the list beside it: the same edges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx

    from magkg.web.pages.links import Links

__all__ = ["STRENGTHS", "WAYS", "Json", "elements"]

Json = dict[str, Any]
Held = Mapping[str, Any]

# What a line says: how it is drawn, its sign, and what polarity, direction or relation it is of.
WAYS: Mapping[str, tuple[str, frozenset[str]]] = {
    "for": ("+", frozenset(("affirms", "supports"))),
    "against": ("−", frozenset(("denies", "disputes", "opposite_polarity", "tension"))),
    "equal": ("=", frozenset(("reportsNoDifference", "same_proposition"))),
    "open": ("?", frozenset(("reportsLackOfEvidence", "inconclusive", "other_polarity"))),
    "plain": ("", frozenset()),
}
STRENGTHS = ("none", "very low", "low", "moderate", "high")
_POLARITIES = {
    "affirms": "affirmed",
    "denies": "denied",
    "reportsNoDifference": "no difference found",
    "reportsLackOfEvidence": "evidence said to be lacking",
}


def elements(made: nx.MultiDiGraph, links: Links) -> Json:
    """Give ``nodes`` and ``edges``; edges that say the same of the same ends are one.

    An edge has source, target, label with its sign, way (for, against, equal, open, plain), the
    rank of its strength (None: not rated), contested, claims (how many), url, and in ``stands``
    what it stands for.
    """
    bundles: dict[tuple[str, str, str], list[Held]] = {}
    for start, end, held in made.edges(data=True):
        bundles.setdefault((start, end, str(held["label"])), []).append(held)
    edges = [_edge(ends, bundles[ends], links) for ends in sorted(bundles)]
    nodes = [_node(iri, held, links) for iri, held in made.nodes(data=True)]
    return {"nodes": nodes, "edges": edges}


def _node(iri: str, held: Held, links: Links) -> Json:
    kind = str(held["kind"])
    polarity = str(held.get("polarity", ""))
    found: Json = {
        "id": iri,
        "kind": kind,
        "label": str(held["label"]),
        "url": links.path(iri),
        "way": _way(polarity) if kind == "claim" else "plain",
        "note": ", ".join(each for each in _notes(kind, held) if each),
        "claims": int(held.get("claim_count", 0)),
    }
    return found | ({"sign": WAYS[found["way"]][0]} if kind == "claim" else {})


def _notes(kind: str, held: Held) -> list[str]:
    if kind == "claim":
        said = _POLARITIES.get(str(held.get("polarity", "")), "polarity not stated")
        return [said, str(held.get("certainty", "")), f"strength {_strength(_rank(held))}"]
    if kind == "study":
        size = f"n = {held['size']}" if "size" in held else ""
        retracted = "retracted" if held.get("is_retracted") else ""
        return [retracted, str(held.get("design", "")), size, str(held.get("year", ""))]
    return [str(held.get("year", ""))] if kind == "source" else []


def _edge(ends: tuple[str, str, str], held: list[Held], links: Links) -> Json:
    start, end, label = ends
    first = held[0]
    way = _way(str(first.get(_telling(first), "")))
    ranks = [rank for each in held if (rank := _rank(each)) is not None]
    rank = max(ranks, default=None)
    claims = sorted({claim for each in held for claim in each.get("claims", ())})
    stands = [_stands(each, links) for each in held]
    sign = WAYS[way][0]
    return {
        "id": "\t".join(ends),
        "source": start,
        "target": end,
        "label": f"{sign} {label}" if sign else label,
        "way": way,
        "relation": str(first["relation"]),
        "rank": rank,
        "strength": _strength(rank),
        "contested": any(bool(each.get("contested")) for each in held),
        "claims": len(claims),
        "stands": [each for each in stands if each["url"]],
    }


def _telling(held: Held) -> str:
    """Give the attribute that tells what an edge says, in the view that it is of."""
    if held["relation"] == "states":
        return "polarity"
    return "direction" if "direction" in held else "relation"


def _stands(held: Held, links: Links) -> Json:
    iri = str(held.get("proposition", "") or held.get("line", ""))
    proposition = "proposition" in held
    scope = "; ".join(map(str, held.get("qualifier_labels", ())))
    return {
        "iri": iri if proposition else "",
        "url": links.path(iri) if proposition else "",
        "scope": scope,
        "strength": _strength(_rank(held)),
        "verdict": str(held.get("verdict", "")),
        "gists": [str(each) for each in held.get("gists", ())][:5],
        "claims": int(held.get("claim_count", 0)),
    }


def _way(said: str) -> str:
    return next((way for way, (_, held) in WAYS.items() if said in held), "plain")


def _rank(held: Held) -> int | None:
    found = held.get("held_rank", held.get("rank"))
    return None if found is None else int(found)


def _strength(rank: int | None) -> str:
    return "not rated" if rank is None else STRENGTHS[rank]
