"""Propositions in lists: each in words, its verdict and strength, who is for it and against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from magkg.use.describe import Description, describe, text, values_line
from magkg.vocabulary import FORMAL, MAG, QUALIFIERS
from magkg.web.pages.shared.cards import value
from magkg.web.pages.shared.nodes import Json, linked, named, number

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["COUNTS", "HEAD", "bodies", "row"]

COUNTS = ("studyCount", "rootCount", "rootsFor", "rootsAgainst", "rootsInconclusive")
_POLARITIES = ("affirms", "denies", "reportsNoDifference", "reportsLackOfEvidence")
_SAID = (
    "SELECT ?proposition ?polarity (COUNT(?claim) AS ?n) WHERE {{ {0} ?claim "
    f"<{MAG}states> ?proposition ; <{MAG}polarity> ?polarity }}}} GROUP BY ?proposition ?polarity"
)
_WORDS = {"doseAmount": "dose", "comparator": "compared with"}
HEAD = (
    "proposition", "statement", "verdict", "strength", "strength_against", "claims", "affirming",
    "denying", "no_difference", "lack", "studies", "independent", "independent_for",
    "independent_against", "independent_inconclusive",
)  # fmt: skip


def bodies(store: Store, iris: Iterable[str]) -> list[Json]:
    """Give propositions in the order given, in four queries; what is none is left out.

    Each has iri, label, predicate, subject, object, qualifiers, how many claims have each polarity
    (by its local name), and the values verdicts, strength and against and the counts of its
    assessment; of one that is not rated these are empty or None.
    """
    wanted = list(dict.fromkeys(iris))
    parts = describe(store, wanted)
    props = (*FORMAL, *QUALIFIERS, MAG + "assessment")
    known = describe(store, linked(parts.values(), props))
    schemes = (MAG + "verdict", MAG + "strength", MAG + "strengthAgainst")
    values = describe(store, linked(known.values(), schemes))
    said: dict[str, dict[str, int]] = {}
    if parts:
        for stated, polarity, n in store.select(_SAID.format(values_line("proposition", parts))):
            if stated is not None:
                named_by = str(polarity).removeprefix(MAG)
                said.setdefault(str(stated), {})[named_by] = int(str(n))
    return [
        _body(each, parts[each], known, values)
        | {name: said.get(each, {}).get(name, 0) for name in _POLARITIES}
        for each in wanted
        if each in parts
    ]


def _body(
    iri: str,
    node: Description,
    known: Mapping[str, Description],
    values: dict[str, Description],
) -> Json:
    assessment = known.get(text(node, MAG + "assessment") or "", {})
    subject, predicate, target = (named(text(node, name) or "", known) for name in FORMAL)
    qualifiers = [
        {"name": name.removeprefix(MAG), **named(str(each), known)}
        for name in QUALIFIERS
        for each in node.get(name, [])
    ]
    bounds = "; ".join(
        f"{_WORDS.get(each['name'], each['name'])}: {each['label']}" for each in qualifiers
    )
    said = f"{subject['label']} {predicate['label']} {target['label']}"
    verdicts = (value(str(each), values) for each in assessment.get(MAG + "verdict", []))
    return {
        "iri": iri,
        "label": f"{said} ({bounds})" if bounds else said,
        "subject": subject,
        "predicate": predicate,
        "object": target,
        "qualifiers": qualifiers,
        "rated": bool(assessment),
        "verdicts": sorted(
            (each for each in verdicts if each), key=lambda each: each["name"] == "foundLacking"
        ),
        "strength": value(text(assessment, MAG + "strength") or "", values),
        "against": value(text(assessment, MAG + "strengthAgainst") or "", values),
        **{name: number(assessment, name) for name in COUNTS},
    }


def row(body: Json) -> tuple[object, ...]:
    """Give a proposition as a row under ``HEAD``; what is not rated has empty cells."""
    return (
        body["iri"],
        body["label"],
        " ".join(each["name"] for each in body["verdicts"]),
        body["strength"]["name"] if body["strength"] else "",
        body["against"]["name"] if body["against"] else "",
        sum(body[name] for name in _POLARITIES),
        *(body[name] for name in _POLARITIES),
        *(body[name] for name in COUNTS),
    )
