"""The worked cases of tests/data/rules/cases.toml, and what the rules make of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import rules_graph

if TYPE_CHECKING:
    from magkg.store.oxigraph import OxigraphStore

FILE = Path(__file__).resolve().parents[1] / "data" / "rules" / "cases.toml"
MAG = rules_graph.MAG
PREFIX = f"PREFIX mag: <{MAG}> "
# The order in which the steps of a rating are applied.
STEPS = (
    "start", "recognition", "species", "condition", "intervention", "outcome", "comparator",
    "cell", "mismatchBound", "bias", "imprecision", "noEvidence", "bestLine", "confirmation",
    "inconsistency", "publicationBias", "upgrade", "bound",
)  # fmt: skip


def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["case"]
    return found


def rows(store: OxigraphStore, query: str) -> list[list[str]]:
    return [["" if c is None else str(c) for c in row] for row in store.select(PREFIX + query)]


def end(iri: str) -> str:
    return iri.removeprefix(MAG).removeprefix("strength")


def claim_iri(name: str) -> str:
    source, _, local = name.partition(".")
    return f"<{rules_graph.SRC}{source}#{local}>"


def steps(found: list[list[str]]) -> str:
    """Rows of kind, change, assumption as one line."""
    ordered = sorted((STEPS.index(end(k).removesuffix("Step")), int(c), a) for k, c, a in found)
    return " ".join(f"{STEPS[k]}{c:+d}{'?' if a == 'true' else ''}" for k, c, a in ordered)


def rating(store: OxigraphStore, study: str, claim: str) -> str:
    body = (
        f"{claim_iri(claim)} mag:states ?p . ?r a mag:Rating ; mag:proposition ?p ; "
        f"mag:study <{rules_graph.STUDY}{study}> ; "
    )
    found = rows(
        store,
        f"SELECT ?k ?c ?a WHERE {{ {body} mag:step ?s . "
        "?s mag:stepKind ?k ; mag:change ?c ; mag:assumption ?a }",
    )
    levels = rows(store, f"SELECT ?l WHERE {{ {body} mag:level ?l }}")
    return f"{steps(found)} = {levels[0][0] if levels else '-'}"


def vote(store: OxigraphStore, study: str, claim: str) -> str:
    found = rows(
        store,
        f"SELECT ?v WHERE {{ {claim_iri(claim)} mag:states ?p . ?r mag:proposition ?p ; "
        f"mag:vote ?v ; mag:study <{rules_graph.STUDY}{study}> }}",
    )
    return end(found[0][0]) if found else ""


def body(store: OxigraphStore, claim: str, side: str) -> str:
    return steps(
        rows(
            store,
            f"SELECT ?k ?c ?a WHERE {{ {claim_iri(claim)} mag:states/mag:assessment/mag:step ?s . "
            f"?s mag:side mag:{side} ; mag:stepKind ?k ; mag:change ?c ; mag:assumption ?a }}",
        )
    )


def wording(store: OxigraphStore, claim: str) -> str:
    """What a claim cites and what is held for it, the gaps, and whether it says too much."""
    found: dict[str, str] = {}
    query = f"SELECT ?p ?v WHERE {{ {claim_iri(claim)} ?p ?v }}"
    for name, value in rows(store, query):
        found[end(name)] = end(value)
    said = [found.get("citedStrength", ""), found.get("heldStrength", "")]
    for view in ("cited", "held"):
        if f"{view}Gap" in found:
            said += ["gap", found[f"{view}Gap"]]
    if "ownConclusion" in found and "citedGap" in found:
        said.append("own" if found["ownConclusion"] == "true" else "report")
    over = [view for view in ("cited", "held") if _over(found, view)]
    said += ["overclaim"] if len(over) == 2 else [f"overclaim-{view}" for view in over]
    return " ".join(said)


def _over(found: dict[str, str], view: str) -> bool:
    gap = int(found.get(f"{view}Gap", 0))
    leap = f"{view}Leap" in found
    return found.get("ownConclusion") == "true" and (gap >= 2 or (gap >= 1 and leap))


def leaps(store: OxigraphStore, claim: str) -> str:
    query = (
        f"SELECT ?view ?leap WHERE {{ {claim_iri(claim)} ?p ?leap "
        'FILTER(?p IN (mag:citedLeap, mag:heldLeap)) BIND(IF(?p = mag:citedLeap, "cited", "held") '
        "AS ?view) } ORDER BY ?view ?leap"
    )
    return " ".join(f"{view} {end(leap)}" for view, leap in rows(store, query))


def assessment(store: OxigraphStore, claim: str) -> dict[str, Any]:
    head = f"{claim_iri(claim)} mag:states/mag:assessment ?a . ?a "
    names = ("strength", "strengthAgainst", "rootsFor", "rootsAgainst", "rootsInconclusive")
    query = " ; ".join(f"mag:{name} ?{name}" for name in names)
    (found,) = rows(store, f"SELECT {' '.join('?' + n for n in names)} WHERE {{ {head} {query} }}")
    verdicts = rows(store, f"SELECT ?v WHERE {{ {head} mag:verdict ?v }}")
    return {
        "for": end(found[0]),
        "against": end(found[1]),
        "roots": "/".join(found[2:]),
        "verdict": sorted(end(row[0]) for row in verdicts),
        "body": body(store, claim, "supports"),
    }


def found(case: dict[str, Any], store: OxigraphStore) -> Iterator[tuple[str, Any, Any]]:
    """Give (what, expected, found) for everything that a case expects."""
    of = case.get("of", next(iter(case["claims"])))
    wanted = {
        key: case[key] for key in ("for", "against", "roots", "verdict", "body") if key in case
    }
    if wanted:
        held = assessment(store, of)
        yield from ((key, value, held[key]) for key, value in wanted.items())
    for name, expected in case.get("ratings", {}).items():
        study, _, under = name.partition(" under ")
        yield name, expected, rating(store, study, under or of)
    if "low_bias" in case:
        low = rows(store, "SELECT ?l WHERE { ?l mag:lowBias true }")
        yield "low_bias", case["low_bias"], len(low)
    for name, expected in case.get("votes", {}).items():
        yield name, expected, vote(store, name, of)
    for name, expected in case.get("claims_expected", {}).items():
        yield name, expected, wording(store, name)
    for name, expected in case.get("leaps", {}).items():
        yield name, expected, leaps(store, name)
    for name, expected in case.get("lines", {}).items():
        claim, _, place = name.partition("/")
        line = f"{claim_iri(claim)[:-1]}-e{place}>"
        held_strength = rows(store, f"SELECT ?s WHERE {{ {line} mag:strength ?s }}")
        yield name, expected, " ".join(end(row[0]) for row in held_strength)
