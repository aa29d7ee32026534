"""Small graphs about tea and headaches, made up, to try the rules on: studies, claims, judgements.

A study is a dict of its facts, a claim a dict of its words and lines; see ``study`` and ``claim``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

MAG = "https://w3id.org/magkg/ns#"
CON = "https://w3id.org/magkg/concept/"
STUDY = "https://w3id.org/magkg/study/"
SRC = "https://w3id.org/magkg/source/"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
PREF = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
BROADER = ox.NamedNode("http://www.w3.org/2004/02/skos/core#broader")

# Concept to its kind and what is broader.
CONCEPTS = {
    "tea": ("substance", None),
    "green-tea": ("substance", "tea"),
    "coffee": ("substance", None),
    "headache": ("condition", None),
    "migraine": ("condition", "headache"),
    "insomnia": ("condition", None),
    "repair": ("process", None),
    "blood-level": ("quality", None),
    "mouse": ("organism", None),
    "rat": ("organism", None),
    "nurses": ("population", None),
    "by-mouth": ("route", None),
    "through-skin": ("route", None),
    "two-cups": ("quantity", None),
}
FACTS = ("species", "population", "condition", "form", "route", "doseAmount", "comparator")
# Of a claim, what stands in the namespace of terms.
WORDS = {
    "polarity": "affirms",
    "certainty": "asserted",
    "attribution": "noSource",
    "kind": "efficacyClaim",
}


def mag(name: str) -> ox.NamedNode:
    return ox.NamedNode(MAG + name)


def con(name: str) -> ox.NamedNode:
    return ox.NamedNode(CON + name)


def number(value: float) -> ox.Literal:
    if isinstance(value, int):
        return ox.Literal(value)
    return ox.Literal(str(Decimal(str(value))), datatype=ox.NamedNode(XSD + "decimal"))


XSD = "http://www.w3.org/2001/XMLSchema#"


def concepts() -> Iterator[ox.Quad]:
    for name, (kind, broader) in CONCEPTS.items():
        yield ox.Quad(con(name), TYPE, mag("Concept"))
        yield ox.Quad(con(name), PREF, ox.Literal(name.replace("-", " "), language="en"))
        yield ox.Quad(con(name), mag("conceptKind"), mag(f"{kind}Concept"))
        if broader:
            yield ox.Quad(con(name), BROADER, con(broader))


def judgements(node: ox.NamedNode, given: Iterable[tuple[str, int]]) -> Iterator[ox.Quad]:
    """Each is (domain, levels): negative lowers or 0 clears, positive raises."""
    for place, (domain, levels) in enumerate(given):
        judged = ox.NamedNode(f"{node.value}{'-' if '#' in node.value else '#'}j{place}")
        yield ox.Quad(node, mag("judgement"), judged)
        yield ox.Quad(judged, TYPE, mag("Judgement"))
        yield ox.Quad(judged, mag("domain"), mag(domain))
        side = "upgrade" if levels > 0 else "downgrade"
        yield ox.Quad(judged, mag(side), ox.Literal(abs(levels)))
        why = ox.Literal(f"{domain} {levels}", language="en")
        yield ox.Quad(judged, mag("rationale"), why)


def study(name: str, facts: Mapping[str, Any]) -> Iterator[ox.Quad]:
    """A study: design (randomisedTrial), species ..., intervention (tea), outcome (headache),
    size, group, pools; cohort, same, includes (names of others); retracted, sure; judged.
    """
    node = ox.NamedNode(STUDY + name)
    yield ox.Quad(node, TYPE, mag("Study"))
    yield ox.Quad(node, LABEL, ox.Literal(f"Study {name}", language="en"))
    yield ox.Quad(node, mag("design"), mag(facts.get("design", "randomisedTrial")))
    if given := facts.get("intervention", "tea"):
        yield ox.Quad(node, mag("intervention"), con(given))
    for outcome in facts.get("outcome", "headache").split():
        yield ox.Quad(node, mag("outcome"), con(outcome))
    for fact in FACTS:
        if fact in facts:
            yield ox.Quad(node, mag(fact), con(facts[fact]))
    for fact in ("size", "pools", "group"):
        if fact in facts:
            yield ox.Quad(node, mag(fact), ox.Literal(facts[fact]))
    for fact, prop in (("cohort", "sameCohortAs"), ("same", "sameGroupAs"), ("includes",) * 2):
        for other in facts.get(fact, "").split():
            yield ox.Quad(node, mag(prop), ox.NamedNode(STUDY + other))
    if "retracted" in facts:
        yield ox.Quad(node, mag("retracted"), ox.Literal(facts["retracted"], language="en"))
    if "sure" in facts:
        yield ox.Quad(node, mag("identificationSureness"), mag(facts["sure"]))
    yield from judgements(node, facts.get("judged", ()))


def claim(name: str, facts: Mapping[str, Any]) -> Iterator[ox.Quad]:
    """A claim: says ("tea relieves headache"), qualifiers, words, source, lines, judged, sought.

    A name is SOURCE.CLAIM. Without ``condition`` of a qualifier nothing is said of it.
    """
    source, _, local = name.partition(".")
    node, home = ox.NamedNode(f"{SRC}{source}#{local}"), ox.NamedNode(SRC + source)
    yield ox.Quad(home, TYPE, mag("Source"))
    yield ox.Quad(node, TYPE, mag("Claim"))
    yield ox.Quad(node, LABEL, ox.Literal(facts.get("label", f"{name} says so."), language="en"))
    yield ox.Quad(node, mag("source"), home)
    for word, usual in WORDS.items():
        yield ox.Quad(node, mag(word), mag(facts.get(word, usual)))
    if says := facts.get("says", "tea relieves headache"):
        subject, predicate, target = says.split()
        yield ox.Quad(node, mag("subject"), con(subject))
        yield ox.Quad(node, mag("predicate"), mag(predicate))
        yield ox.Quad(node, mag("object"), con(target))
    for fact in (*FACTS, "site", "timing"):
        if fact in facts:
            yield ox.Quad(node, mag(fact), con(facts[fact]))
    for place, each in enumerate(facts.get("lines", ())):
        yield from line(node, ox.NamedNode(f"{node.value}-e{place}"), each)
    yield from judgements(node, facts.get("judged", ()))
    if "sought" in facts:
        search = ox.NamedNode(f"{SRC}{source}#s-{local}")
        yield ox.Quad(search, TYPE, mag("Search"))
        yield ox.Quad(search, mag("soughtFor"), node)
        yield ox.Quad(search, mag("nothingFound"), ox.Literal(facts["sought"], language="en"))


def line(of: ox.NamedNode, node: ox.NamedNode, facts: Mapping[str, Any]) -> Iterator[ox.Quad]:
    """A line: study or cites (names), direction (supports), basis (relayed), effect (measure,
    low, high, and per cent, 95), unresolved, judged."""
    yield ox.Quad(of, mag("evidence"), node)
    yield ox.Quad(node, TYPE, mag("EvidenceLine"))
    yield ox.Quad(node, mag("direction"), mag(facts.get("direction", "supports")))
    yield ox.Quad(node, mag("basis"), mag(facts.get("basis", "relayed")))
    for name in facts.get("study", "").split():
        yield ox.Quad(node, mag("study"), ox.NamedNode(STUDY + name))
    for name in facts.get("cites", "").split():
        yield ox.Quad(node, mag("citesSource"), ox.NamedNode(SRC + name))
    if "unresolved" in facts:
        yield ox.Quad(node, mag("unresolved"), ox.Literal(facts["unresolved"], language="en"))
    if "effect" in facts:
        measure, low, high, *level = facts["effect"]
        effect = ox.NamedNode(node.value + "-f")
        yield ox.Quad(node, mag("effect"), effect)
        yield ox.Quad(effect, TYPE, mag("Effect"))
        yield ox.Quad(effect, mag("measure"), mag(measure))
        yield ox.Quad(effect, mag("intervalLow"), number(low))
        yield ox.Quad(effect, mag("intervalHigh"), number(high))
        for per_cent in level or [95]:
            yield ox.Quad(effect, mag("intervalLevel"), number(per_cent))
    yield from judgements(node, facts.get("judged", ()))


def graph(studies: Mapping[str, Any], claims: Mapping[str, Any]) -> list[ox.Quad]:
    """What a curator would have written: concepts, studies, claims."""
    quads = list(concepts())
    for name, facts in studies.items():
        quads += study(name, facts)
    for name, facts in claims.items():
        quads += claim(name, facts)
    return quads
