"""The statements of a subgraph: every triple of its claims and of all that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from magkg.store.interface import IRI, Triple
from magkg.use.describe import values_line
from magkg.use.select.loading import batches
from magkg.vocabulary import DCTERMS, FORMAL, MAG, OA, PROV, QUALIFIERS, SKOS, TYPE

if TYPE_CHECKING:
    from magkg.use.select.subgraph import Subgraph

__all__ = ["CLAIM", "Statements"]

CLAIM = MAG + "Claim"
_PART = 2000
# Claims first: what cannot be written is then known by the claim that holds it.
_CLAIMS = f"SELECT ?s ?p ?o WHERE {{ ?s a <{CLAIM}> ; ?p ?o }}"
_OTHERS = f"SELECT ?s ?p ?o WHERE {{ ?s ?p ?o FILTER NOT EXISTS {{ ?s a <{CLAIM}> }} }}"
_BARE = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{MAG}stated> {{ ?s ?p ?o }} }}"
_AFFIRMED = (
    "SELECT DISTINCT ?s ?p ?o WHERE {{ {values} "
    f"?claim <{MAG}polarity> <{MAG}affirms> ; <{MAG}states> ?stated . "
    f"?stated <{FORMAL[0]}> ?s ; <{FORMAL[1]}> ?p ; <{FORMAL[2]}> ?o }}}}"
)


def _mag(*names: str) -> frozenset[str]:
    return frozenset(MAG + name for name in names)


_AGENTS = _mag("method") | {PROV + "wasAssociatedWith"}
_STUDIED = _mag("intervention", "outcome")
# Which links lead on, by the class of the node that has them. All others stay as links: to other
# claims (via, because), to the evidence lines of others (broughtBy, leansOn), to propositions of
# other scope (narrowerScopeThan, bearsOn), to other studies of the same group.
_FOLLOWED: Mapping[str, frozenset[str]] = {
    CLAIM: _mag(
        "passage", "evidence", "source", "states", "addressee", "checkedBy", "judgement"
    ) | {*FORMAL, *QUALIFIERS, PROV + "wasGeneratedBy"},
    MAG + "Passage": frozenset((OA + "hasSource",)),
    MAG + "EvidenceLine": _mag(
        "study", "reaches", "reachesByCitation", "citesSource", "identifiedAs", "effect",
        "judgement", "rating",
    ),
    MAG + "Proposition": _mag("assessment") | {*FORMAL, *QUALIFIERS},
    MAG + "Assessment": _mag("independentLine", "step"),
    MAG + "IndependentLine": _mag("rating", "root"),
    MAG + "Rating": _mag("study", "step"),
    MAG + "RatingStep": _mag("ground"),
    MAG + "Study": _mag("judgement", "reportedIn", "root", "includes") | _STUDIED | {*QUALIFIERS},
    MAG + "Concept": frozenset((SKOS + "broader", *QUALIFIERS)),
    MAG + "Tension": frozenset((PROV + "wasGeneratedBy",)),
    MAG + "Reading": _AGENTS,
    MAG + "Judgement": _AGENTS,
    MAG + "Search": _AGENTS,
    MAG + "Dismissal": _AGENTS,
}  # fmt: skip
# Links that are walked backwards, and the classes of what has them.
_BACKWARD: Mapping[str, str] = {
    MAG + "between": MAG + "Tension",
    MAG + "concept": MAG + "Mapping",
    MAG + "dismissed": MAG + "Dismissal",
    MAG + "soughtFor": MAG + "Search",
    DCTERMS + "isReplacedBy": MAG + "Tombstone",
}
_LED_TO = frozenset(
    (CLAIM, *_mag("Concept", "Quantity", "Source", "Study", "Tension", "Tombstone"))
)
# What is taken only where everything that it speaks of is taken.
_ONLY_WHOLE = {MAG + "Tension": MAG + "between", MAG + "Dismissal": MAG + "dismissed"}


class Statements:
    """The triples of a subgraph, read from its store as they are asked for.

    Of the whole graph they are all of its statements. Of a selection they are those of its claims,
    passages, evidence lines, effects, judgements, propositions, assessments, ratings and their
    steps, independent lines, readings, studies, sources, concepts (with broader ones and outside
    ids), predicates and other terms that are named as values; those of tombstones that lead to its
    claims, of searches made for them, and of tensions and dismissals all of whose claims are
    selected. The description of a node is never cut; links to what is not taken stay.
    """

    def __init__(
        self, subgraph: Subgraph, tell: Callable[[int, int], None] = lambda done, total: None
    ) -> None:
        self.graph = subgraph.graph
        self.whole = subgraph.whole
        self.claims = subgraph.claims
        self.tell = tell

    def described(self) -> Iterator[Triple]:
        """Give the triples of the default graph; none comes twice. Claims are told as they come."""
        return self._everything() if self.whole else _Closure(self).run()

    def stated(self) -> Iterator[Triple]:
        """Give the bare triples that the claims affirm: those of the graph ``mag:stated``."""
        if self.whole:
            yield from self.select(_BARE)
            return
        for batch in batches(self.claims):
            yield from self.select(_AFFIRMED.format(values=values_line("claim", batch)))

    def select(self, query: str) -> Iterator[Triple]:
        """Give the rows of a query that has three variables."""
        for subject, predicate, value in self.graph.store.select(query, self.graph.timeout):
            assert subject is not None
            assert predicate is not None
            assert value is not None
            yield subject, predicate, value

    def _everything(self) -> Iterator[Triple]:
        done = 0
        for triple in self.select(_CLAIMS):
            if triple[1] == TYPE and triple[2] == CLAIM:
                done += 1
                if done % _PART == 0:
                    self.tell(done, len(self.claims))
            yield triple
        yield from self.select(_OTHERS)
        self.tell(len(self.claims), len(self.claims))


class _Closure:
    """One walk from the claims, level by level, some thousands of claims at a time."""

    def __init__(self, of: Statements) -> None:
        self.of = of
        self.selected = frozenset(of.claims)
        self.taken: set[str] = set()
        self.seen: set[str] = set()

    def run(self) -> Iterator[Triple]:
        done = 0
        for part in batches(self.of.claims, _PART):
            level = set(part)
            while level:
                self.seen |= level
                found: set[str] = set()
                for batch in batches(sorted(level)):
                    yield from self._read(batch, found)
                level = found - self.seen
            done += len(part)
            self.of.tell(done, len(self.of.claims))

    def _read(self, iris: list[str], found: set[str]) -> Iterator[Triple]:
        """Give what the nodes say, and add to ``found`` what they lead to."""
        query = f"SELECT ?s ?p ?o WHERE {{ {values_line('s', iris)} ?s ?p ?o }}"
        nodes: dict[str, list[Triple]] = {}
        for triple in self.of.select(query):
            nodes.setdefault(str(triple[0]), []).append(triple)
        led_to: list[str] = []
        for iri in sorted(nodes):
            classes = {str(value) for _, predicate, value in nodes[iri] if predicate == TYPE}
            if not self._is_ours(iri, classes, nodes[iri]):
                continue
            self.taken.add(iri)
            yield from nodes[iri]
            found |= _links(classes, nodes[iri])
            if classes & _LED_TO:
                led_to.append(iri)
        found |= self._back(led_to)

    def _is_ours(self, iri: str, classes: set[str], node: Iterable[Triple]) -> bool:
        if CLAIM in classes:
            return iri in self.selected
        for name in classes & _ONLY_WHOLE.keys():
            named = {str(value) for _, predicate, value in node if predicate == _ONLY_WHOLE[name]}
            if not all(each in self.selected or each in self.taken for each in named):
                self.seen.discard(iri)  # what it also speaks of may come later
                return False
        return True

    def _back(self, iris: list[str]) -> set[str]:
        """Give the nodes that lead to these: mappings, tombstones, searches, tensions."""
        if not iris:
            return set()
        query = (
            f"SELECT ?s ?p ?o WHERE {{ {values_line('o', iris)} {values_line('p', _BACKWARD)} "
            "?s ?p ?o }"
        )
        pairs = {(str(subject), str(predicate)) for subject, predicate, _ in self.of.select(query)}
        found: set[str] = set()
        for batch in batches(sorted({subject for subject, _ in pairs})):
            typed = (
                f"SELECT ?s ?p ?o WHERE {{ {values_line('s', batch)} "
                f"{values_line('p', [TYPE])} ?s ?p ?o }}"
            )
            for subject, _, kind in self.of.select(typed):
                held = {back for back, name in _BACKWARD.items() if name == kind}
                if any((str(subject), back) in pairs for back in held):
                    found.add(str(subject))
        return found


def _links(classes: set[str], node: Iterable[Triple]) -> set[str]:
    """Give the nodes that a node leads to; terms of the vocabulary that are values among them."""
    followed = frozenset().union(*(_FOLLOWED.get(name, frozenset()) for name in classes))
    return {
        str(value)
        for _, predicate, value in node
        if isinstance(value, IRI)
        and predicate != TYPE
        and (predicate in followed or value.startswith(MAG))
    }
