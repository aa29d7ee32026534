"""What a graph holds of the propositions it assessed, gathered for matrix, list and diagrams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magkg.store.interface import Literal
from magkg.use.describe import Description, describe, label, text
from magkg.vocabulary import FORMAL, LABEL, MAG, QUALIFIERS

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.use.audit import Audit

__all__ = ["VERDICTS", "Statement", "statements", "within"]

# The verdicts of rule v1, what an auditor must see first, first.
VERDICTS = (
    "conflicting", "disputed", "supported", "inconclusiveBody", "foundLacking", "onlyAsserted",
)  # fmt: skip
_ASSESSED = (
    f"SELECT ?proposition ?assessment WHERE {{ ?proposition <{MAG}assessment> ?assessment }}"
)
_CLAIMS = (
    f"SELECT ?proposition ?claim ?source ?kind ?held ?own WHERE {{ ?proposition "
    f"<{MAG}assessment> ?assessment . ?claim <{MAG}states> ?proposition ; <{MAG}source> ?source ; "
    f"<{MAG}kind> ?kind . OPTIONAL {{ ?claim <{MAG}heldGap> ?held }} "
    f"OPTIONAL {{ ?claim <{MAG}ownConclusion> ?own }} }} ORDER BY ?proposition ?claim"
)
_ROOTS = (
    f"SELECT ?assessment ?root WHERE {{ ?assessment <{MAG}independentLine> ?line . "
    f"?line <{MAG}root> ?root }}"
)
_RATED = f"SELECT ?kind ?name WHERE {{ ?kind <{MAG}rated> true ; <{LABEL}> ?name }} ORDER BY ?kind"
_COUNTS = (
    "claimCount", "sourceCount", "affirmingCount", "denyingCount", "lackCount", "studyCount",
    "rootCount", "rootsFor", "rootsAgainst", "rootsInconclusive",
)  # fmt: skip
_WORDS = {"doseAmount": "dose", "comparator": "compared with"}


@dataclass(frozen=True, slots=True)
class Node:
    """An IRI and its label."""

    iri: str
    label: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One assessed proposition: its parts, what the evidence in the graph amounts to, who says it.

    ``verdict`` is a local name of VERDICTS; ``lacking`` is true where evidence was reported or
    found to be lacking, beside any verdict. ``level`` and ``against`` run from 0 to 4. ``counts``
    has the numbers of the assessment by their local names. ``firmer`` counts the claims whose
    wording goes two steps or more beyond what the graph holds.
    """

    iri: str
    subject: Node
    predicate: Node
    object: Node
    qualifiers: tuple[tuple[str, Node], ...]
    question: str
    verdict: str
    lacking: bool
    level: int
    against: int
    counts: Mapping[str, int]
    claims: tuple[str, ...]
    sources: frozenset[str]
    roots: frozenset[str]
    firmer: int

    @property
    def text(self) -> str:
        """Give the proposition in words, its qualifiers in brackets."""
        said = f"{self.subject.label} {self.predicate.label} {self.object.label}"
        return f"{said} ({self.bounds})" if self.bounds else said

    @property
    def bounds(self) -> str:
        """Give the qualifiers in words, "" where there are none."""
        return "; ".join(
            f"{_WORDS.get(name, name)}: {node.label}" for name, node in self.qualifiers
        )

    @property
    def scope(self) -> str:
        """Give the species that is named, "" for people."""
        return next((node.label for name, node in self.qualifiers if name == "species"), "")

    @property
    def telling(self) -> bool:
        """Whether there is more to it than assertion: evidence, or a lack that somebody reports."""
        return self.verdict != "onlyAsserted" or self.lacking

    @property
    def key(self) -> str:
        """Give a short name, for anchors in a page."""
        return self.iri.rpartition("/")[2][:16]

    @property
    def concepts(self) -> frozenset[str]:
        """Give the IRIs of its triple and its qualifiers."""
        parts = (self.subject, self.predicate, self.object)
        return frozenset(each.iri for each in (*parts, *(node for _, node in self.qualifiers)))

    def number(self, name: str) -> int:
        """Give one of the counts, 0 where it was not derived."""
        return self.counts.get(name, 0)

    @property
    def urgency(self) -> tuple[int, int, int, str]:
        """Sort by what an auditor must see first: contested, then strong, then much repeated."""
        strongest = max(self.level, self.against)
        return (VERDICTS.index(self.verdict), -strongest, -self.number("claimCount"), self.text)


def statements(store: Store) -> list[Statement]:
    """Give every assessed proposition of a graph, the most urgent first."""
    held = {str(each): str(assessment) for each, assessment in store.select(_ASSESSED)}
    parts = describe(store, held)
    found = describe(store, held.values())
    names = describe(store, _named(parts.values()))
    ranks = _ranks(store, found.values())
    roots: dict[str, set[str]] = {}
    for assessment, root in store.select(_ROOTS):
        roots.setdefault(str(assessment), set()).add(str(root))
    claims = _claims(store, {str(kind): str(name) for kind, name in store.select(_RATED)})
    made = [
        _statement(
            iri,
            parts.get(iri, {}),
            names,
            found.get(assessment, {}),
            ranks,
            frozenset(roots.get(assessment, ())),
            claims.get(iri, _Stated()),
        )
        for iri, assessment in held.items()
    ]
    return sorted(made, key=lambda each: (each.urgency, each.iri))


def within(found: Iterable[Statement], audit: Audit) -> list[Statement]:
    """Keep what concerns the source and the concept of an audit."""
    return [
        each
        for each in found
        if (audit.source is None or audit.source in each.sources)
        and (audit.concept is None or audit.concept in each.concepts)
    ]


@dataclass(slots=True)
class _Stated:
    """What is known of the claims of one proposition while they are read."""

    claims: tuple[str, ...] = ()
    sources: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ()
    firmer: int = 0


def _claims(store: Store, rated: Mapping[str, str]) -> dict[str, _Stated]:
    found: dict[str, _Stated] = {}
    for proposition, claim, source, kind, gap, own in store.select(_CLAIMS):
        each = found.setdefault(str(proposition), _Stated())
        each.claims += (str(claim),)
        each.sources |= {str(source)}
        each.kinds += (rated[str(kind)],) if str(kind) in rated else ()
        firm = isinstance(gap, Literal) and int(gap.value) >= 2
        each.firmer += firm and own is not None and str(own) == "true"
    return found


def _named(parts: Iterable[Description]) -> set[str]:
    return {
        str(value)
        for node in parts
        for name in (*FORMAL, *QUALIFIERS)
        for value in node.get(name, [])
    }


def _ranks(store: Store, assessments: Iterable[Description]) -> dict[str, int]:
    """Give the rank of every strength that an assessment has."""
    strengths = {
        str(value)
        for node in assessments
        for name in ("strength", "strengthAgainst")
        for value in node.get(MAG + name, [])
    }
    known = describe(store, strengths)
    return {iri: int(text(node, MAG + "rank") or 0) for iri, node in known.items()}


def _statement(
    iri: str,
    parts: Description,
    names: Mapping[str, Description],
    assessment: Description,
    ranks: Mapping[str, int],
    roots: frozenset[str],
    stated: _Stated,
) -> Statement:
    def node(name: str) -> Node:
        value = text(parts, name) or ""
        return Node(value, label(names.get(value, {}), value))

    verdicts = {str(each).removeprefix(MAG) for each in assessment.get(MAG + "verdict", [])}
    verdict = next((each for each in VERDICTS if each in verdicts and each != "foundLacking"), "")
    kinds = sorted(set(stated.kinds), key=lambda each: (-stated.kinds.count(each), each))
    subject, predicate, target = map(node, FORMAL)
    return Statement(
        iri=iri,
        subject=subject,
        predicate=predicate,
        object=target,
        qualifiers=tuple(
            (name.removeprefix(MAG), node(name)) for name in QUALIFIERS if name in parts
        ),
        question=kinds[0] if kinds else "",
        verdict=verdict or ("foundLacking" if verdicts else "onlyAsserted"),
        lacking="foundLacking" in verdicts,
        level=ranks.get(text(assessment, MAG + "strength") or "", 0),
        against=ranks.get(text(assessment, MAG + "strengthAgainst") or "", 0),
        counts={name: int(text(assessment, MAG + name) or 0) for name in _COUNTS},
        claims=stated.claims,
        sources=stated.sources,
        roots=roots,
        firmer=stated.firmer,
    )
