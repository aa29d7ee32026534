"""The evidence ladder as pages show it: judgements, what the words mean, why a line counts once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from magkg.use import levels
from magkg.use.describe import Description, describe, label, text, values_line
from magkg.use.show import effect_text
from magkg.use.why_changes import body_of
from magkg.vocabulary import MAG, PROV, SKOS

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["decision", "evidence", "fitting", "judgements", "meanings", "once"]

Json = dict[str, Any]
# Links that hold either way: of two mirrored ones, one is told.
_MUTUAL = ("sameGroupAs", "sameCohortAs")
_LINKS = {
    "sameGroupAs": "is of the same group as",
    "sameCohortAs": "is of the same cohort as",
    "includes": "pools",
    "group": "is of the group",
}


def meanings(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Give what terms of the vocabulary mean, by IRI: their definitions."""
    found = describe(store, {each for each in iris if each})
    return {iri: said for iri, node in found.items() if (said := text(node, SKOS + "definition"))}


def evidence(trace: Json, why: Json | None) -> list[Json]:
    """Give each evidence line of a claim with its ladder: what ``trace`` says of it, and ``why``.

    ``ladder`` is None where the claim has none; ``effects`` are in words.
    """
    known = {} if why is None else {each["iri"]: each for each in why["lines"]}
    return [
        {
            **each,
            "effects": [effect_text(effect) for effect in each["effects"]],
            "ladder": known.get(each["iri"]),
        }
        for each in trace["evidence"]
    ]


def judgements(store: Store, why: Json) -> dict[str, Json]:
    """Give the recorded judgements that steps of a ladder rest on, by IRI."""
    grounds = {ground for step in _steps(why) if step["judged"] for ground in step["grounds"]}
    nodes = describe(store, grounds)
    nodes = {iri: node for iri, node in nodes.items() if MAG + "domain" in node}
    props = (MAG + "domain", PROV + "wasAssociatedWith")
    known = describe(
        store, {text(node, prop) or "" for node in nodes.values() for prop in props} - {""}
    )
    return {iri: _judgement(iri, node, known) for iri, node in sorted(nodes.items())}


def _judgement(iri: str, node: Description, known: dict[str, Description]) -> Json:
    domain, who = text(node, MAG + "domain") or "", text(node, PROV + "wasAssociatedWith") or ""
    return {
        "iri": iri,
        "domain": label(known.get(domain, {}), domain),
        "rationale": text(node, MAG + "rationale"),
        "who": label(known.get(who, {}), who) if who else None,
        "when": text(node, PROV + "endedAtTime"),
    }


def _steps(why: Json) -> Iterator[Json]:
    claim, held = why["claim"], why["assessment"]
    lines = [*(claim["lines"] if claim else ()), *(held["lines"] if held else ())]
    for line in lines:
        for rating in line["ratings"]:
            yield from rating["steps"]
    for side in ("for", "against") if held else ():
        yield from held[side]["steps"]


def once(store: Store, held: Json | None) -> None:
    """Say for each independent line of an assessment, in ``because``, why its studies count once.

    Each reason has ``study``, ``how`` (words) and ``other``, the links that the graph holds.
    """
    lines = held["lines"] if held else []
    studies = {each["study"]["iri"] for line in lines for each in line["ratings"]}
    links = _linked(store, studies) if studies else []
    for line in lines:
        own = {each["study"]["iri"] for each in line["ratings"]}
        several = len(own) > 1 or any(each["counted_in"] for each in line["ratings"])
        line["because"] = [each for each in links if each["study"]["iri"] in own] * several


def _linked(store: Store, studies: set[str]) -> list[Json]:
    hows = values_line("how", [MAG + name for name in _LINKS])
    query = (
        f"SELECT DISTINCT ?study ?how ?other WHERE {{ {values_line('study', studies)} {hows} "
        "?study ?how ?other } ORDER BY ?study ?how ?other"
    )
    rows = _told([str(cell) for cell in row] for row in store.select(query))
    names = describe(store, {name for row in rows for name in (row[0], row[2]) if "://" in name})
    return [
        {
            "study": {"iri": study, "label": label(names.get(study, {}), study)},
            "how": _LINKS[how.removeprefix(MAG)],
            "other": {"iri": other, "label": label(names[other], other)}
            if other in names
            else {"iri": "", "label": other},
        }
        for study, how, other in rows
    ]


def _told(rows: Iterable[list[str]]) -> list[list[str]]:
    kept: list[list[str]] = []
    seen: set[frozenset[str]] = set()
    for row in rows:
        mutual = row[1].removeprefix(MAG) in _MUTUAL
        if not mutual or frozenset(row) not in seen:
            kept.append(row)
        seen.add(frozenset(row))
    return kept


def decision(held: Json | None) -> Json | None:
    """Give what the decision table of docs/method.md looks at, as numbers: levels 0 to 4."""
    if held is None:
        return None
    body = body_of(held)
    return {
        "best_for": body.best("supports"),
        "best_against": body.best("disputes"),
        "level_for": levels.body_level(body, "supports"),
        "level_against": levels.body_level(body, "disputes"),
        "best_undecided": body.open,
        "same_species": body.near("supports") == body.near("disputes"),
        "lines": len(body.lines),
        "asserting": body.asserting,
    }


def fitting(claim: Json) -> Json:
    """Give the rank of a claim's wording (1 to 3), and for each view the firmest that would fit."""
    name = claim["wording"]["certainty"]["iri"].removeprefix(MAG)
    rank = levels.WORDINGS[name]
    found: Json = {"name": name, "rank": rank}
    for view in ("cited", "held"):
        gap = claim[view]["gap"]
        fits = None if gap is None else levels.best_wording(rank - gap, bool(claim[view]["leaps"]))
        found[view] = fits
    return found
