"""Measures of a subgraph: which study carries most, what joins sources, what belongs together.

Each gives a list of rows, frozen values with ``as_json``; ``pandas.DataFrame(rows)`` is a table of
them. They count selected claims. docs/measures.md says how to read each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from magkg.errors import InputError, UnknownName

if TYPE_CHECKING:
    import networkx as nx

    from magkg.use.select.entities import Claim, Content
    from magkg.use.select.subgraph import Subgraph

__all__ = [
    "BRIDGES", "Bridge", "Central", "Community", "StudyLoad", "bridges", "central_concepts",
    "communities", "study_load", "ties",
]  # fmt: skip

# What can join two sources.
BRIDGES = ("proposition", "concept", "study")
# Pairs of sources that are counted at most: some 2 GB.
_MOST_PAIRS = 5_000_000
_AGAINST = ("denies", "reportsNoDifference")
# Any seed will do as long as it stays: the same subgraph gives the same communities.
_SEED = 1
# Beyond so many concepts betweenness is estimated from as many of them.
_SAMPLED = 1000


@dataclass(frozen=True, slots=True)
class _Row:
    def as_json(self) -> dict[str, Any]:
        """Give the row as an object, its fields in their order."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class StudyLoad(_Row):
    """One study and what rests on it.

    ``claims``, ``sources`` and ``propositions`` count what leads to it through evidence that is
    not mere background; ``alone`` counts the claims whose evidence leads to no study that is
    independent of it.
    """

    study: str
    label: str
    design: str
    root: str
    claims: int
    sources: int
    propositions: int
    alone: int


@dataclass(frozen=True, slots=True)
class Bridge(_Row):
    """A proposition, concept or study that several sources share.

    ``pairs`` counts the pairs of sources that it joins, ``only`` those that nothing else of its
    kind joins; ``polarities`` are those of the claims about it.
    """

    iri: str
    label: str
    sources: tuple[str, ...]
    claims: int
    polarities: tuple[str, ...]
    pairs: int
    only: int


@dataclass(frozen=True, slots=True)
class Community(_Row):
    """Concepts that are tied to each other more than to others, the most tied one first.

    ``weight`` is that of the ties among them.
    """

    number: int
    concepts: tuple[str, ...]
    labels: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Central(_Row):
    """One concept: claims that name it as subject or object, concepts tied to it, betweenness."""

    concept: str
    label: str
    claims: int
    neighbours: int
    betweenness: float


def study_load(subgraph: Subgraph) -> list[StudyLoad]:
    """Give the studies that claims rest on, those that carry most claims first."""
    content = subgraph.content
    resting: dict[str, list[Claim]] = defaultdict(list)
    alone: Counter[str] = Counter()
    for claim in content.claims:
        studies = _studies(content, claim)
        roots = {_root(content, each) for each in studies}
        for each in studies:
            resting[each].append(claim)
            alone[each] += len(roots) == 1
    rows = [
        StudyLoad(
            study=iri,
            label=content.label(iri),
            design=content.studies[iri].design if iri in content.studies else "",
            root=_root(content, iri),
            claims=len(claims),
            sources=len({each.source for each in claims}),
            propositions=len({each.proposition for each in claims} - {""}),
            alone=alone[iri],
        )
        for iri, claims in resting.items()
    ]
    return sorted(rows, key=lambda row: (-row.claims, -row.sources, row.study))


def _studies(content: Content, claim: Claim) -> set[str]:
    """Give the studies that a claim's evidence names or leads to; background is none."""
    lines = (content.lines[iri] for iri in claim.evidence if iri in content.lines)
    used = (line for line in lines if line.basis != "background")
    return {iri for line in used for iri in (*line.studies, *line.reaches)}


def _root(content: Content, study: str) -> str:
    found = content.studies.get(study)
    return (found.root if found else "") or study


def bridges(subgraph: Subgraph, by: str = "proposition") -> list[Bridge]:
    """Give what joins sources, first what joins most pairs that nothing else joins.

    ``by`` is proposition (sources that state the same, whatever the polarity), concept (as
    subject or object) or study. Raises UnknownName for another, InputError for too many sources.
    """
    if by not in BRIDGES:
        raise UnknownName("kind of bridge", by, BRIDGES)
    content = subgraph.content
    about: dict[str, list[Claim]] = defaultdict(list)
    for claim in content.claims:
        for iri in _shared(content, claim, by):
            about[iri].append(claim)
    sources = {iri: sorted({each.source for each in held}) for iri, held in about.items()}
    joined = sum(len(each) * (len(each) - 1) // 2 for each in sources.values())
    if joined > _MOST_PAIRS:
        raise InputError(
            f"these claims join {joined:,} pairs of sources, over the {_MOST_PAIRS:,} that can be "
            "counted",
            hint="Select fewer claims, or ask by proposition.",
        )
    joining = Counter(pair for each in sources.values() for pair in combinations(each, 2))
    rows = []
    for iri, held in about.items():
        pairs = list(combinations(sources[iri], 2))
        if pairs:
            label = _said(content, iri) if by == "proposition" else content.label(iri)
            polarities = tuple(sorted({each.polarity for each in held}))
            only = sum(joining[pair] == 1 for pair in pairs)
            rows.append(
                Bridge(iri, label, tuple(sources[iri]), len(held), polarities, len(pairs), only)
            )
    return sorted(rows, key=lambda row: (-row.only, -row.pairs, row.iri))


def _shared(content: Content, claim: Claim, by: str) -> set[str]:
    if by == "study":
        return _studies(content, claim)
    found = {claim.proposition} if by == "proposition" else {claim.subject, claim.object}
    return found - {""}


def _said(content: Content, iri: str) -> str:
    held = content.propositions.get(iri)
    if held is None:
        return content.label(iri)
    triple = " · ".join(map(content.label, (held.subject, held.predicate, held.object)))
    scope = ", ".join(f"{name}: {content.label(value)}" for name, value in held.qualifiers)
    return f"{triple} [{scope}]" if scope else triple


def ties(subgraph: Subgraph) -> nx.Graph:
    """Give which concepts are tied: undirected, ``weight`` a number of claims, at least 1.

    A proposition ties its subject to its object by the claims that affirm it less those that deny
    it or find no difference, and not at all where these are as many: what is denied is no tie. A
    reported lack of evidence counts neither way. All concepts are nodes, tied or not.
    """
    import networkx as nx

    content = subgraph.content
    stances: dict[str, Counter[str]] = defaultdict(Counter)
    for claim in content.claims:
        if claim.proposition in content.propositions:
            stances[claim.proposition][claim.polarity] += 1
    made = nx.Graph()
    weights: Counter[tuple[str, str]] = Counter()
    nodes: set[str] = set()
    for iri, taken in stances.items():
        held = content.propositions[iri]
        one, other = sorted((held.subject, held.object))
        nodes |= {one, other}
        weight = taken["affirms"] - sum(taken[each] for each in _AGAINST)
        if weight > 0 and one != other:
            weights[one, other] += weight
    made.add_nodes_from(sorted(nodes))
    made.add_weighted_edges_from((*pair, weight) for pair, weight in sorted(weights.items()))
    return made


def communities(subgraph: Subgraph) -> list[Community]:
    """Give the concepts that belong together, by Louvain's method over ``ties``, largest first.

    (Blondel et al., J. Stat. Mech. 2008, P10008.) The seed is fixed. A concept without a tie is a
    community of its own.
    """
    import networkx as nx

    tied = ties(subgraph)
    # As numbers, since sets of strings come in another order in another process.
    names = list(tied)
    numbered = nx.relabel_nodes(tied, {name: number for number, name in enumerate(names)})
    found = nx.community.louvain_communities(numbered, weight="weight", seed=_SEED)
    weights = dict(tied.degree(weight="weight"))

    def first(concept: str) -> tuple[int, str]:
        return -weights[concept], concept

    groups = sorted(
        (sorted((names[each] for each in group), key=first) for group in found),
        key=lambda group: (-len(group), group),
    )
    return [
        Community(
            number=number,
            concepts=tuple(group),
            labels=tuple(map(subgraph.content.label, group)),
            weight=int(tied.subgraph(group).size(weight="weight")),
        )
        for number, group in enumerate(groups, 1)
    ]


def central_concepts(subgraph: Subgraph) -> list[Central]:
    """Give the concepts, those named by most claims first.

    ``betweenness`` is the share of shortest paths over ``ties`` that lead through a concept, each
    tie counting as one step; with more than 1000 concepts it is estimated from 1000 of them.
    """
    import networkx as nx

    tied = ties(subgraph)
    sample = _SAMPLED if len(tied) > _SAMPLED else None
    between: Mapping[str, float] = nx.betweenness_centrality(tied, k=sample, seed=_SEED)
    named: Counter[str] = Counter()
    for claim in subgraph.content.claims:
        if claim.proposition:
            named.update({claim.subject, claim.object})
    rows = [
        Central(iri, subgraph.content.label(iri), named[iri], tied.degree(iri), between[iri])
        for iri in tied
    ]
    return sorted(rows, key=lambda row: (-row.claims, -row.betweenness, row.concept))
