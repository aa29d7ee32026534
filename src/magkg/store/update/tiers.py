"""The rules in tiers: what a tier derives is complete before the next one reads it.

Each tier writes about nodes of few kinds, its owners. So its rules can run over the owners with
all that bears on them, and what they give about other nodes, of which not all is known there, is
left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg import resources
from magkg.errors import MagkgError
from magkg.store.update.graph import about
from magkg.vocabulary import TYPE, prefixes

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ASSESSMENT",
    "CLAIMS",
    "COUNTS",
    "INDEPENDENT",
    "LINES",
    "RATED",
    "RATINGS",
    "STEP",
    "STEPS",
    "STUDIES",
    "TIERS",
    "VERDICTS",
    "Tier",
    "mentioned",
]

STEP = "https://w3id.org/magkg/step/"
ASSESSMENT = "https://w3id.org/magkg/assessment/"
_TERM = re.compile(r"\b([a-z]+):(\w+)")
_HEAD = re.compile(r"CONSTRUCT\s*\{([^}]*)\}")


@dataclass(frozen=True)
class Tier:
    """The rules whose numbers are from ``first`` to ``last``."""

    first: int
    last: int

    def rules(self) -> list[Path]:
        """Give its rules in their order; raises MagkgError where a rule is in no tier."""
        return [path for path in _rules() if self.first <= int(path.name[:3]) <= self.last]

    def heads(self) -> frozenset[str]:
        """Give the properties that its rules derive, rdf:type aside."""
        return _heads(self)

    def run(
        self, memory: ox.Store, owners: Mapping[str, frozenset[str] | None]
    ) -> tuple[set[ox.Quad], dict[str, set[ox.Quad]]]:
        """Run its rules in a store; give what they say of owners, and of steps by their IRIs.

        ``owners`` are IRIs, each with the properties that are taken (None: all). An IRI with a
        fragment belongs to the owner before it. What is given is added to the store.
        """
        found: set[ox.Quad] = set()
        steps: dict[str, set[ox.Quad]] = defaultdict(set)
        for path in self.rules():
            kept = []
            for quad in _answer(memory, path):
                subject = about(quad).value
                if subject.startswith(STEP):
                    steps[subject].add(quad)
                elif _takes(owners, subject, quad.predicate.value):
                    found.add(quad)
                else:
                    continue
                kept.append(quad)
            memory.extend(kept)
        return found, steps


STUDIES = Tier(10, 19)
LINES = Tier(20, 29)
RATED = Tier(30, 30)
RATINGS = Tier(31, 71)
INDEPENDENT = Tier(72, 79)
STEPS = Tier(80, 89)
COUNTS = Tier(90, 99)
VERDICTS = Tier(100, 109)
CLAIMS = Tier(110, 129)
TIERS = (STUDIES, LINES, RATED, RATINGS, INDEPENDENT, STEPS, COUNTS, VERDICTS, CLAIMS)


def _takes(owners: Mapping[str, frozenset[str] | None], subject: str, predicate: str) -> bool:
    if subject not in owners:
        subject = subject.partition("#")[0]
        if subject not in owners or owners[subject] is not None:
            return False
    only = owners[subject]
    return only is None or predicate in only


def _answer(memory: ox.Store, path: Path) -> list[ox.Quad]:
    answer = memory.query(path.read_text(encoding="utf-8"))
    assert isinstance(answer, ox.QueryTriples)
    return [ox.Quad(*triple) for triple in answer]


@cache
def _rules() -> tuple[Path, ...]:
    found = tuple(sorted((resources.data("ontology") / "rules").glob("*.rq")))
    for path in found:
        number = int(path.name[:3])
        if not any(tier.first <= number <= tier.last for tier in TIERS):
            raise MagkgError(
                f"the rule {path.name} is not known to an update",
                hint="Build the graph anew, from all its files.",
            )
    return found


@cache
def _heads(tier: Tier) -> frozenset[str]:
    found: set[str] = set()
    for path in tier.rules():
        head = _HEAD.search(path.read_text(encoding="utf-8"))
        assert head is not None
        found |= {prefixes()[prefix] + name for prefix, name in _TERM.findall(head[1])}
    return frozenset(found)


@cache
def mentioned() -> frozenset[str]:
    """Give the terms that rules speak of: a statement with another property bears on nothing."""
    found = {TYPE}
    for path in _rules():
        text = path.read_text(encoding="utf-8")
        found |= {
            prefixes()[prefix] + name
            for prefix, name in _TERM.findall(text)
            if prefix in prefixes()
        }
    return frozenset(found)
