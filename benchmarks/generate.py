"""A graph of any size, the same for the same size and seed: claims about made-up remedies.

Real collections are skewed: a few statements are made everywhere, a few studies are cited by all.
So statements, studies and sources are drawn with Zipf weights (the r-th with weight 1/r). Papers
report their own studies, reviews cite papers, articles cite both or nothing: no chain of citations
is longer than two. No source makes one statement twice.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate

import pyoxigraph as ox

MAG = "https://w3id.org/magkg/ns#"
CON = "https://w3id.org/magkg/concept/"
STUDY = "https://w3id.org/magkg/study/"
SRC = "https://w3id.org/magkg/source/"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
PREF = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")

DESIGNS = (
    *["randomisedTrial"] * 6, *["cohortStudy"] * 3, *["crossSectionalStudy"] * 2, "caseSeries",
    *["animalRandomised"] * 3, "animalNonRandomised", *["cellStudy"] * 2, "nonRandomisedTrial",
)  # fmt: skip
KINDS = (
    *["efficacyClaim"] * 5, "safetyClaim", "doseClaim", "bioavailabilityClaim",
    *["mechanismClaim"] * 2, "definitionClaim", "foodClaim", "practiceClaim",
)  # fmt: skip
PREDICATES = ("relieves", "improves", "reduces", "treats", "causes", "isLinkedTo", "prevents")
POLARITIES = (*["affirms"] * 8, "denies", "reportsNoDifference", "reportsLackOfEvidence")
CERTAINTIES = (*["asserted"] * 4, *["hedged"] * 3, "speculative")
ROUTES = (*[""] * 8, "topical")
SPECIES = (*[""] * 10, "mouse")


def mag(name: str) -> ox.NamedNode:
    return ox.NamedNode(MAG + name)


class Zipf:
    """Draws 0 ... size - 1, the first most often."""

    def __init__(self, size: int, chance: random.Random) -> None:
        self.size, self.chance = size, chance
        self.sums = list(accumulate(1 / rank for rank in range(1, size + 1)))

    def draw(self) -> int:
        return min(bisect(self.sums, self.chance.random() * self.sums[-1]), self.size - 1)


class Generator:
    """Writes ``claims`` claims with their sources, studies and concepts as quads."""

    def __init__(self, claims: int, seed: int = 1) -> None:
        self.claims, self.chance = claims, random.Random(seed)
        self.things = max(8, claims // 50)
        self.sources = max(6, claims // 20)
        self.studies = max(6, claims // 5)
        self.triples = [self._triple() for _ in range(max(6, claims // 2))]
        self.of_triple = Zipf(len(self.triples), self.chance)
        self.of_study = Zipf(self.studies, self.chance)
        self.of_source = Zipf(self.sources, self.chance)

    def _triple(self) -> tuple[str, str, str]:
        chance = self.chance
        return (
            f"remedy-{chance.randrange(self.things)}",
            chance.choice(PREDICATES),
            f"complaint-{chance.randrange(self.things)}",
        )

    def quads(self) -> Iterator[ox.Quad]:
        yield from self._concepts()
        for number in range(self.studies):
            yield from self._study(number)
        for number in range(self.sources):
            yield ox.Quad(ox.NamedNode(f"{SRC}s{number}"), TYPE, mag("Source"))
        said: set[tuple[int, int, str, str]] = set()
        for number in range(self.claims):
            yield from self._claim(number, said)

    def _concepts(self) -> Iterator[ox.Quad]:
        kinds = {"remedy": "substanceConcept", "complaint": "conditionConcept"}
        names = [(f"{k}-{n}", kind) for k, kind in kinds.items() for n in range(self.things)]
        names += [(name, "routeConcept") for name in sorted(set(ROUTES) - {""})]
        names += [(name, "organismConcept") for name in sorted(set(SPECIES) - {""})]
        for name, kind in names:
            node = ox.NamedNode(CON + name)
            yield ox.Quad(node, TYPE, mag("Concept"))
            yield ox.Quad(node, PREF, ox.Literal(name.replace("-", " "), language="en"))
            yield ox.Quad(node, mag("conceptKind"), mag(kind))

    def _study(self, number: int) -> Iterator[ox.Quad]:
        chance, node = self.chance, ox.NamedNode(f"{STUDY}t{number}")
        subject, _, target = self.triples[self.of_triple.draw()]
        yield ox.Quad(node, TYPE, mag("Study"))
        yield ox.Quad(node, LABEL, ox.Literal(f"Study {number}", language="en"))
        yield ox.Quad(node, mag("design"), mag(chance.choice(DESIGNS)))
        yield ox.Quad(node, mag("intervention"), ox.NamedNode(CON + subject))
        yield ox.Quad(node, mag("outcome"), ox.NamedNode(CON + target))
        if species := chance.choice(SPECIES):
            yield ox.Quad(node, mag("species"), ox.NamedNode(CON + species))
        yield ox.Quad(node, mag("size"), ox.Literal(chance.randint(8, 400)))
        if number % 5 == 4:
            # A follow-up of the study before: components of two, as in life.
            other = ox.NamedNode(f"{STUDY}t{number - 1}")
            yield ox.Quad(node, mag("sameCohortAs"), other)
        if chance.random() < 0.4:
            judged = ox.NamedNode(f"{node.value}#j-bias")
            yield ox.Quad(node, mag("judgement"), judged)
            yield ox.Quad(judged, TYPE, mag("Judgement"))
            yield ox.Quad(judged, mag("domain"), mag("riskOfBias"))
            yield ox.Quad(judged, mag("downgrade"), ox.Literal(chance.randrange(3)))
            yield ox.Quad(judged, mag("rationale"), ox.Literal("As read.", language="en"))

    def _claim(self, number: int, said: set[tuple[int, int, str, str]]) -> Iterator[ox.Quad]:
        chance = self.chance
        while True:
            triple, source = self.of_triple.draw(), self.of_source.draw()
            key = (triple, source, chance.choice(ROUTES), chance.choice(SPECIES))
            if key not in said:
                said.add(key)
                break
        _, _, route, species = key
        subject, predicate, target = self.triples[triple]
        node = ox.NamedNode(f"{SRC}s{source}#c{number}")
        yield ox.Quad(node, TYPE, mag("Claim"))
        yield ox.Quad(node, LABEL, ox.Literal(f"Claim {number}.", language="en"))
        yield ox.Quad(node, mag("source"), ox.NamedNode(f"{SRC}s{source}"))
        yield ox.Quad(node, mag("subject"), ox.NamedNode(CON + subject))
        yield ox.Quad(node, mag("predicate"), mag(predicate))
        yield ox.Quad(node, mag("object"), ox.NamedNode(CON + target))
        for name, value in (("route", route), ("species", species)):
            if value:
                yield ox.Quad(node, mag(name), ox.NamedNode(CON + value))
        yield ox.Quad(node, mag("polarity"), mag(chance.choice(POLARITIES)))
        yield ox.Quad(node, mag("certainty"), mag(chance.choice(CERTAINTIES)))
        yield ox.Quad(node, mag("kind"), mag(chance.choice(KINDS)))
        paper, review = source % 3 == 0, source % 30 == 1
        word = "ownData" if paper else chance.choice(("namedSource", "noSource"))
        yield ox.Quad(node, mag("attribution"), mag(word))
        for place in range(chance.randrange(3)):
            yield from self._line(node, place, paper, review)

    def _line(
        self, claim: ox.NamedNode, place: int, paper: bool, review: bool
    ) -> Iterator[ox.Quad]:
        chance, line = self.chance, ox.NamedNode(f"{claim.value}-e{place}")
        yield ox.Quad(claim, mag("evidence"), line)
        yield ox.Quad(line, TYPE, mag("EvidenceLine"))
        way = chance.choice(("supports",) * 8 + ("disputes", "inconclusive"))
        yield ox.Quad(line, mag("direction"), mag(way))
        yield ox.Quad(line, mag("basis"), mag("own" if paper else "relayed"))
        if paper or chance.random() < 0.4:
            study = ox.NamedNode(f"{STUDY}t{self.of_study.draw()}")
            yield ox.Quad(line, mag("study"), study)
        else:
            cited = self.of_source.draw()
            cited -= cited % 3  # a paper
            if not review and chance.random() < 0.3 and cited % 30 == 0:
                cited += 1  # a review
            yield ox.Quad(line, mag("citesSource"), ox.NamedNode(f"{SRC}s{cited}"))


def quads(claims: int, seed: int = 1) -> Iterator[ox.Quad]:
    """Give the quads of a graph of so many claims."""
    return Generator(claims, seed).quads()
