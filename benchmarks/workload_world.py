"""What the claims of a generated graph share: who makes how many, of what, which are faulty."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from workload_model import (
    APART,
    ATTRIBUTED,
    CLASSES,
    COMPARATIVE,
    CONCEPTS,
    DEFECTS,
    FORMS,
    HEADS,
    LINES,
    PAGE,
    PAPER,
    QUALIFIERS,
    REVIEW,
    SHARES,
    SHIFTS,
    SOURCES,
    STUDIES,
)
from workload_numbers import Chance, Numbers, Text, Truth, Zipf, joined, taken

MAG = "https://w3id.org/magkg/ns#"
CON = "https://w3id.org/magkg/concept/"
STUDY = "https://w3id.org/magkg/study/"
SRC = "https://w3id.org/magkg/source/"

_CHUNK = 1 << 20
# The kinds of concept by number; a concept is a kind and a number within it.
KINDS = tuple(CONCEPTS)
_MATERIAL = [number for number, (name, _) in enumerate(DEFECTS) if name == "data-without-evidence"]
NONE, OWN, UNNAMED, NAMED = range(4)


@dataclass(frozen=True)
class Statements:
    """What statements say, in columns: the number of their form, IRIs of concepts."""

    form: Numbers
    subject: Text
    object: Text
    qualifiers: dict[str, Text]


class World:
    """A graph of ``claims`` claims: the columns that any block of it needs, some 20 bytes a claim.

    ``defects`` is how many claims in a million are defective.
    """

    def __init__(self, claims: int, seed: int = 1, defects: int = 1000) -> None:
        self.claims, self.seed, self.chance = claims, seed, Chance(seed)
        self.sources, self.heads = max(20, claims // SOURCES), max(6, claims // HEADS)
        self.classes = np.resize(np.array(CLASSES, np.int64), self.sources)
        self.papers = np.flatnonzero(self.classes == PAPER)
        self.reviews = np.flatnonzero(self.classes == REVIEW)
        # The place of each paper among the papers.
        self.paper = np.cumsum(self.classes == PAPER) - 1
        self.studies = max(len(self.papers), claims // STUDIES)
        self.by_source = Zipf(self.sources, SHIFTS["source"])
        self.by_study = Zipf(self.studies, SHIFTS["study"])
        self.by_head = Zipf(self.heads, SHIFTS["statement"])
        self.counts = self._counts()
        self.first = np.concatenate(([0], np.cumsum(self.counts)[:-1]))
        self.source_of = np.repeat(np.arange(self.sources, dtype=np.int32), self.counts)
        self.defect = self._defects(claims * defects // 1_000_000)
        self.statement_of = np.concatenate([self._stated(part) for part in self._parts()])

    def _parts(self) -> list[Numbers]:
        ends = [*range(0, self.claims, _CHUNK), self.claims]
        return [np.arange(a, b, dtype=np.int64) for a, b in pairwise(ends)]

    def _counts(self) -> Numbers:
        found = np.zeros(self.sources, np.int64)
        for part in self._parts():
            drawn = self.by_source.draw(self.chance, "source", part)
            found += np.bincount(drawn, minlength=self.sources)
        return found

    def _defects(self, wanted: int) -> npt.NDArray[np.int8]:
        """Give the kind of each claim's defect, -1 where it has none; evenly spread, in turn."""
        found = np.full(self.claims, -1, np.int8)
        places = (self.claims + APART - 1) // APART
        if wanted:
            turn = np.arange(min(wanted, places), dtype=np.int64)
            low, high = turn * places // len(turn), (turn + 1) * places // len(turn)
            chosen = low + self.chance.below("defect", turn, high - low)
            found[chosen * APART] = turn % len(DEFECTS)
        return found

    def _stated(self, claim: Numbers) -> Numbers:
        head = self.by_head.draw(self.chance, "statement", claim)
        own = self.chance.happens("own statement", claim, SHARES["own statement"])
        own &= self.attribution(claim) != NAMED
        return np.where(own, self.heads + claim, head).astype(np.int32)

    def attribution(self, claim: Numbers) -> Numbers:
        """Give the number of the attribution of each claim."""
        kind = self.classes[self.source_of[claim]]
        drawn = [
            self.chance.choice("attribution", claim, weights) if sum(weights) else claim
            for weights in ATTRIBUTED
        ]
        found = np.choose(kind, drawn)
        found[self.defect[claim] >= 0] = UNNAMED
        found[np.isin(self.defect[claim], _MATERIAL)] = OWN
        return found

    def lines(self, claim: Numbers) -> Numbers:
        """Give how many evidence lines each claim has."""
        drawn = [self.chance.choice("lines", claim, weights) for weights in LINES]
        found = np.choose(self.attribution(claim), drawn)
        found[np.isin(self.defect[claim], _MATERIAL)] = 0
        return found

    def has_text(self, source: Numbers) -> Truth:
        """Say which sources were read as a text, so that their passages have offsets."""
        return self.chance.happens("text at hand", source, SHARES["text at hand"])

    def concepts(self, kind: str) -> int:
        """Give how many concepts of a kind there are."""
        least, each = CONCEPTS[kind]
        return max(least, self.claims // each)

    def statements(self, number: Numbers) -> Statements:
        """Give what the statements with these numbers say."""
        chance = self.chance
        number = number.astype(np.int64)
        shared = chance.happens("shared triple", number, SHARES["shared triple"])
        triple = np.where(shared, chance.below("triple", number, self.heads), number)
        form = chance.choice("form", triple, [each[4] for each in FORMS])
        sizes = np.array([self.concepts(kind) for kind in KINDS], np.int64)
        first = np.array([KINDS.index(each[2]) for each in FORMS])[form]
        second = np.array([KINDS.index(each[3]) for each in FORMS])[form]
        subject = chance.below("subject", triple, sizes[first])
        # Subject and object are never one: of the same kind, the object is another step away.
        same = (first == second).astype(np.int64)
        target = chance.below("object", triple, sizes[second] - same)
        target = np.where(same == 1, (subject + 1 + target) % sizes[second], target)
        return Statements(
            form, concept(first, subject), concept(second, target), self._qualifiers(number, form)
        )

    def _qualifiers(self, number: Numbers, form: Numbers) -> dict[str, Text]:
        compares = np.array([each[1] in COMPARATIVE for each in FORMS])[form]
        found = {}
        for name, kind, share in QUALIFIERS:
            has = self.chance.happens(name, number, share)
            if name == "comparator":
                has |= compares
            drawn = self.chance.below(f"{name} value", number, self.concepts(kind))
            iris = concept(np.full(len(number), KINDS.index(kind)), drawn)
            found[name] = pc.if_else(pa.array(has), iris, pa.scalar(None, pa.string()))
        return found

    @cached_property
    def _cited(self) -> dict[int, tuple[Numbers, Numbers]]:
        """Give for papers and reviews their statements made by many, sorted, with the claims."""
        found = {}
        for kind in (PAPER, REVIEW):
            is_kind = self.classes[self.source_of] == kind
            claims = np.flatnonzero(is_kind & (self.statement_of < self.heads))
            order = np.argsort(self.statement_of[claims], kind="stable")
            found[kind] = (self.statement_of[claims][order], claims[order])
        return found

    def cites(self, claim: Numbers, place: Numbers) -> Numbers:
        """Give the source that an evidence line cites: a review a paper, a page either.

        It is one that makes the same statement, where there is such a one.
        """
        statement, chance = self.statement_of[claim], self.chance
        page = self.classes[self.source_of[claim]] == PAGE
        of_reviews = page & chance.happens("cites a review", place, 300)
        found = self.papers[chance.below("any paper", place, len(self.papers))]
        found = np.where(
            of_reviews, self.reviews[chance.below("any review", place, len(self.reviews))], found
        )
        for kind in (PAPER, REVIEW):
            stated, claims = self._cited[kind]
            low = np.searchsorted(stated, statement, side="left")
            high = np.searchsorted(stated, statement, side="right")
            some = (high > low) & (of_reviews == (kind == REVIEW))
            which = low + chance.below("who says so", place, np.maximum(high - low, 1))
            if len(claims):
                same = self.source_of[claims[np.minimum(which, len(claims) - 1)]]
                found = np.where(some, same, found)
        return found

    def study(self, claim: Numbers, place: Numbers, own: Truth) -> Numbers:
        """Give the study of an evidence line: mostly the paper's own, else one cited by many."""
        source = self.source_of[claim]
        paper, all_papers = self.paper[source], len(self.papers)
        held = np.maximum((self.studies - paper + all_papers - 1) // all_papers, 1)
        mine = paper + (claim - self.first[source]) % held * all_papers
        known = self.by_study.draw(self.chance, "study", place)
        own = own & ~self.chance.happens("another's study", place, SHARES["another's study"])
        return np.where(own & (self.classes[source] == PAPER), mine, known)

    def topic(self, study: Numbers) -> Numbers:
        """Give the statement that a study is about: one of the paper that reports it."""
        source = self.papers[study % len(self.papers)]
        place = study // len(self.papers)
        some = place < self.counts[source]
        claim = np.where(some, self.first[source] + place, 0)
        any_head = self.by_head.draw(self.chance, "topic", study)
        return np.where(some, self.statement_of[np.minimum(claim, self.claims - 1)], any_head)


def concept(kind: Numbers, number: Numbers) -> Text:
    """Give the IRIs of concepts."""
    return joined(CON, taken(KINDS, kind), "-", number)
