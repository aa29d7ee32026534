"""What a subgraph is made of, as frozen values: claims, evidence, propositions, studies, sources.

Values of the closed lists (``affirms``, ``hedged``, ``supports``, ``strengthLow`` ...) are given by
their names in the magkg namespace (CONTRACT, "Scheme values"); everything else that has an IRI is
given by it. "" and () say that there is none; None does for numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from magkg.use import describe

__all__ = [
    "Claim",
    "Concept",
    "Content",
    "Effect",
    "Line",
    "Passage",
    "Proposition",
    "Qualifiers",
    "Source",
    "Study",
]

# Pairs of the qualifier's name and the IRI of its value, in the order of the names.
Qualifiers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a source: half-open, in code points of its text, or a locator."""

    iri: str
    source: str
    start: int | None
    end: int | None
    sha256: str
    folded_sha256: str
    locator: str
    exact: str


@dataclass(frozen=True, slots=True)
class Effect:
    """The size of what a study found, with its interval and p-value where they were reported."""

    iri: str
    measure: str
    estimate: Decimal | None
    low: Decimal | None
    high: Decimal | None
    level: Decimal | None
    p_value: Decimal | None
    p_bound: str
    unit: str
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """One evidence line of a claim: a study or a citation, which way it points, how strong it is.

    ``studies`` are those it names, ``reaches`` all that it leads to; ``level`` is 0 to 4.
    """

    iri: str
    direction: str
    basis: str
    strength: str
    level: int | None
    studies: tuple[str, ...]
    reaches: tuple[str, ...]
    cites: tuple[str, ...]
    unresolved: str
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: its triple, its wording, where it stands, what it cites, how strong that is.

    ``contested`` is what ``magkg.use.select.opposition`` makes of the whole graph.
    """

    iri: str
    gist: str
    language: str
    kind: str
    subject: str
    predicate: str
    object: str
    qualifiers: Qualifiers
    polarity: str
    certainty: str
    attribution: str
    force: str
    addressee: str
    frequency: str
    evidence_bar: str
    not_formalised: str
    source: str
    passages: tuple[str, ...]
    no_passage: str
    evidence: tuple[str, ...]
    via: tuple[str, ...]
    because: tuple[str, ...]
    proposition: str
    cited_strength: str
    held_strength: str
    cited_gap: int | None
    held_gap: int | None
    held_leaps: tuple[str, ...]
    readings: tuple[str, ...]
    checks: tuple[str, ...]
    notes: tuple[str, ...]
    digest: str
    contested: bool = False


@dataclass(frozen=True, slots=True)
class Proposition:
    """What could be true, and what the whole graph holds for and against it.

    The counts and the verdict come from its assessment, over all claims of the graph and not only
    those selected. ``verdicts`` has ``foundLacking`` last, beside another or alone, and ``verdict``
    is the first of them; "" and ``strength`` "notRated" where its kind is not rated. ``wider`` are
    the propositions of the same triple with fewer qualifiers, ``bears_on`` those for which evidence
    for this one counts.
    """

    iri: str
    subject: str
    predicate: str
    object: str
    qualifiers: Qualifiers
    verdicts: tuple[str, ...]
    strength: str
    strength_against: str
    claims: int
    affirming: int
    denying: int
    lacking: int
    sources: int
    studies: int
    independent: int
    independent_for: int
    independent_against: int
    independent_open: int
    wider: tuple[str, ...]
    bears_on: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The first verdict, "" where there is none."""
        return self.verdicts[0] if self.verdicts else ""


@dataclass(frozen=True, slots=True)
class Study:
    """One study: design, what it looked at, how large it was, who reports it.

    ``root`` is the study that stands for all that are not independent of it.
    """

    iri: str
    label: str
    design: str
    species: tuple[str, ...]
    population: tuple[str, ...]
    condition: tuple[str, ...]
    intervention: tuple[str, ...]
    comparator: tuple[str, ...]
    outcome: tuple[str, ...]
    size: int | None
    year: int | None
    group: tuple[str, ...]
    reported_in: tuple[str, ...]
    root: str
    retracted: str
    identification: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One document: what it is, who wrote it, its outside ids, the digest of its text."""

    iri: str
    title: str
    types: tuple[str, ...]
    creators: tuple[str, ...]
    year: int | None
    issued: str
    doi: str
    pmid: str
    seen_at: tuple[str, ...]
    citation: str
    license: str
    sha256: str
    characters: int | None
    read_as: str


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept, quantity or predicate: label, kind, synonyms, broader ones, outside ids.

    ``mappings`` are pairs of a SKOS property's name (``exactMatch``) and an IRI.
    """

    iri: str
    label: str
    kind: str
    synonyms: tuple[str, ...]
    broader: tuple[str, ...]
    mappings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Content:
    """Claims in the order of their IRIs, and by IRI everything that they lead to."""

    claims: tuple[Claim, ...] = ()
    passages: dict[str, Passage] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    effects: dict[str, Effect] = field(default_factory=dict)
    propositions: dict[str, Proposition] = field(default_factory=dict)
    studies: dict[str, Study] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    concepts: dict[str, Concept] = field(default_factory=dict)

    def label(self, iri: str) -> str:
        """Give the label of a concept, predicate, study or source, else the end of its IRI."""
        named = self.concepts.get(iri) or self.studies.get(iri)
        source = self.sources.get(iri)
        found = named.label if named else source.title if source else ""
        return found or describe.label({}, iri)
