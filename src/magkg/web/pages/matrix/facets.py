"""Facets of the claims about rated statements: what was chosen, what is left, how many there are.

A facet is a word of the selection language (``concept``, ``kind`` ...). Values of one facet are
alternatives, facets join, so that the same words select the same claims for an export.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg.errors import InputError
from magkg.use.describe import describe, label
from magkg.use.naming import named, value_named
from magkg.use.report.holdings import VERDICTS, Statement, statements
from magkg.vocabulary import FORMAL, MAG, QUALIFIERS
from magkg.web.pages.kept import kept

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.use.graph import Graph
    from magkg.use.select.language import Selection
    from magkg.web.pages.page import Context

__all__ = [
    "FACETS", "LARGEST", "WORDS", "Choice", "Claim", "Holding", "Vote", "chosen", "facets",
    "holding", "name",
]  # fmt: skip

Json = dict[str, Any]
FACETS = ("concept", "kind", "polarity", "certainty", "strength", "design", "source")
# The words that a view can be narrowed by: the facets, and the two places of a cell.
WORDS = (*FACETS, "subject", "object")
# So many values of a facet are shown, those of most claims first, beside those chosen; of a word
# so many can be chosen.
SHOWN, _MOST = 200, 50
# What the language calls a node that a value names; all other words have values of closed lists.
_NODES = {"concept": "concept", "subject": "concept", "object": "concept", "source": "source"}
# Closed lists whose order says more than the numbers.
_ORDERS: Mapping[str, Sequence[str]] = {
    "polarity": ("affirms", "denies", "reportsNoDifference", "reportsLackOfEvidence"),
    "certainty": ("asserted", "hedged", "speculative"),
    "strength": (
        "strengthHigh", "strengthModerate", "strengthLow", "strengthVeryLow", "strengthNone",
        "notRated",
    ),
}  # fmt: skip
# Where a claim names a concept (its predicate is none).
_PARTS = (FORMAL[0], FORMAL[2], *QUALIFIERS, MAG + "addressee")
_STATED = f"?stated <{MAG}assessment> ?assessment . ?claim <{MAG}states> ?stated"
# More claims take longer to gather than a page may: some 0.4 ms each.
LARGEST = 20_000
_COUNT = f"SELECT (COUNT(?claim) AS ?n) WHERE {{ {_STATED} }}"
_CLAIMS = (
    f"SELECT ?claim ?stated ?source ?kind ?polarity ?certainty ?held WHERE {{ {_STATED} ; "
    f"<{MAG}source> ?source ; <{MAG}kind> ?kind . OPTIONAL {{ ?claim <{MAG}polarity> ?polarity }} "
    f"OPTIONAL {{ ?claim <{MAG}certainty> ?certainty }} "
    f"OPTIONAL {{ ?claim <{MAG}heldStrength> ?held }} }}"
)
_CONCEPTS = (
    f"SELECT DISTINCT ?claim ?node WHERE {{ {_STATED} . ?claim ?part ?node VALUES ?part {{ "
    f"{' '.join(f'<{each}>' for each in _PARTS)} }} }}"
)
_DESIGNS = (
    f"SELECT DISTINCT ?claim ?design WHERE {{ {_STATED} ; <{MAG}evidence> ?line . "
    f"{{ ?line <{MAG}study> ?study }} UNION {{ ?line <{MAG}reaches> ?study }} "
    f"?study <{MAG}design> ?design }}"
)
_VOTES = (
    f"SELECT DISTINCT ?stated ?root ?vote ?level ?design WHERE {{ ?stated <{MAG}assessment> "
    f"?assessment . ?assessment <{MAG}independentLine> ?line . ?line <{MAG}root> ?root ; "
    f"<{MAG}vote> ?vote . OPTIONAL {{ ?line <{MAG}level> ?level }} OPTIONAL {{ ?line "
    f"<{MAG}rating> ?rating . ?rating <{MAG}study> ?study . ?study <{MAG}design> ?design }} }}"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that states something rated; ``values`` are those of each of WORDS, as IRIs."""

    iri: str
    statement: Statement
    values: tuple[tuple[str, ...], ...]

    def of(self, word: str) -> tuple[str, ...]:
        """Give its values of a word."""
        return self.values[WORDS.index(word)]


@dataclass(frozen=True, slots=True)
class Vote:
    """How an independent study bears on a statement: ``supports``, ``disputes``, ``inconclusive``.

    ``level`` is from 0 to 4, ``designs`` are those of what is counted as one study.
    """

    root: str
    vote: str
    level: int
    designs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Holding:
    """What a graph holds of rated statements: them, the most urgent first, and their claims.

    ``votes`` has the independent studies of each statement, ``labels`` the words for every value.
    """

    statements: tuple[Statement, ...]
    claims: tuple[Claim, ...]
    votes: Mapping[str, tuple[Vote, ...]]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: the values of words, as IRIs with the names that stand in a URL."""

    values: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]

    def pairs(self) -> list[tuple[str, str]]:
        """Give words and names as they stand in a URL and in a command."""
        return [(word, self.names[iri]) for word in WORDS for iri in self.values.get(word, ())]

    def selection(self) -> Selection:
        """Give the claims of the view in the selection language."""
        from magkg.use.select.language import select

        return select(self.words())

    def words(self) -> dict[str, list[str]]:
        """Give the words of the selection: any verdict, as a rated statement has one; those chosen.

        A claim about one need not be rated itself, so that no strength would tell them.
        """
        found: dict[str, list[str]] = {}
        for word, name in self.pairs():
            found.setdefault(word, []).append(name)
        return {"verdict": list(VERDICTS), **found}

    def left(self, claims: Iterable[Claim]) -> list[Claim]:
        """Keep the claims that were chosen."""
        return [each for each in claims if not self._failing(each)]

    def counts(self, claims: Iterable[Claim]) -> dict[str, Counter[str]]:
        """Count the claims of each value of each facet, as the choices of the others leave them."""
        found = {word: Counter[str]() for word in FACETS}
        for each in claims:
            failing = self._failing(each, 2)
            if not failing:
                for at, word in enumerate(FACETS):
                    found[word].update(each.values[at])
            elif len(failing) == 1 and failing[0] in found:
                found[failing[0]].update(each.of(failing[0]))
        return found

    def _failing(self, claim: Claim, most: int = 1) -> list[str]:
        """Give the words that a claim fails, at most so many of them."""
        found: list[str] = []
        for word, wanted in self.values.items():
            if not any(each in wanted for each in claim.of(word)):
                found.append(word)
                if len(found) == most:
                    break
        return found


def holding(graph: Graph) -> Holding:
    """Give what the graph holds, gathered once for a graph.

    Raises InputError for a graph of more than ``LARGEST`` claims about rated statements.
    """
    number = kept(graph, "rated claims", _counted)
    if number > LARGEST:
        raise InputError(
            f"this graph holds {number:,} claims about rated statements, and no more than "
            f"{LARGEST:,} can be laid out in a page",
            hint="Look for a concept on /concept, or select claims on /claim and on /export.",
        )
    return kept(graph, "rated", lambda each: _gathered(each.store))


def _counted(graph: Graph) -> int:
    return int(str(next(iter(graph.store.select(_COUNT, graph.timeout)))[0]))


def _gathered(store: Store) -> Holding:
    held = statements(store)
    places = {each.iri: at for at, each in enumerate(held)}
    concepts = _several(store, _CONCEPTS)
    designs = _several(store, _DESIGNS)
    found = []
    for row in store.select(_CLAIMS):
        claim, stated, source, kind, polarity, certainty, strength = (
            str(each or "") for each in row
        )
        of = held[places[stated]]
        values = (
            concepts.get(claim, ()), (kind,), (polarity,), (certainty,), (strength,),
            designs.get(claim, ()), (source,), (of.subject.iri,), (of.object.iri,),
        )  # fmt: skip
        found.append(Claim(claim, of, values))
    found.sort(key=lambda each: (places[each.statement.iri], each.iri))
    every = {iri for each in found for values in each.values for iri in values} - {""}
    known = describe(store, every)
    labels = {iri: label(known.get(iri, {}), iri) for iri in every}
    return Holding(tuple(held), tuple(found), _votes(store), labels)


def _several(store: Store, query: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for claim, value in store.select(query):
        found.setdefault(str(claim), []).append(str(value))
    return {claim: tuple(sorted(values)) for claim, values in found.items()}


def _votes(store: Store) -> dict[str, tuple[Vote, ...]]:
    lines: dict[str, dict[tuple[str, str, int], set[str]]] = {}
    for stated, root, vote, level, design in store.select(_VOTES):
        key = (str(root), str(vote).removeprefix(MAG), int(str(level or 0)))
        designs = lines.setdefault(str(stated), {}).setdefault(key, set())
        designs |= {str(design)} if design is not None else set()
    return {
        stated: tuple(Vote(*key, frozenset(designs)) for key, designs in sorted(held.items()))
        for stated, held in lines.items()
    }


def chosen(context: Context, words: Iterable[str] = WORDS) -> Choice:
    """Read what was chosen from the parameters; an empty value counts as not given.

    Raises UnknownName, with the nearest, for a value that the graph does not know, InputError for
    more values than a view takes.
    """
    values: dict[str, tuple[str, ...]] = {}
    names: dict[str, str] = {}
    for word in words:
        given = [each.strip() for each in context.params.get(word, ()) if each.strip()]
        if len(given) > _MOST:
            raise InputError(f"{word} is given {len(given)} values, and at most {_MOST} are taken")
        found = tuple(dict.fromkeys(_resolved(context, word, each) for each in given))
        if found:
            values[word] = found
            names |= {iri: name(context, iri) for iri in found}
    return Choice(values, names)


def _resolved(context: Context, word: str, said: str) -> str:
    if word in _NODES:
        return named(context.graph, _NODES[word], said)
    return value_named(context.graph, word, said)[0]


def name(context: Context, iri: str) -> str:
    """Give the name of a value that stands in a URL and that the selection language takes."""
    return iri.removeprefix(MAG) if iri.startswith(MAG) else context.links.short(iri)


def facets(context: Context, held: Holding, choice: Choice) -> list[Json]:
    """Give every facet: its word, and its values with name, label, number of claims, if chosen.

    A value without claims under the other choices is left out unless it was chosen; ``more`` is
    the number of values beyond the 200 with most claims.
    """
    found = []
    counts = choice.counts(held.claims)
    for word in FACETS:
        taken = choice.values.get(word, ())
        numbers = counts[word] + Counter()
        ranked = sorted({*numbers, *taken} - {""}, key=lambda iri: _rank(word, iri, numbers, held))
        shown = [each for at, each in enumerate(ranked) if at < SHOWN or each in taken]
        values = [
            {
                "name": name(context, iri),
                "label": held.labels.get(iri, name(context, iri)),
                "claims": numbers[iri],
                "chosen": iri in taken,
            }
            for iri in shown
        ]
        found.append({"word": word, "values": values, "more": len(ranked) - len(shown)})
    return found


def _rank(
    word: str, iri: str, numbers: Mapping[str, int], held: Holding
) -> tuple[int, int, str, str]:
    order = [MAG + each for each in _ORDERS.get(word, ())]
    place = order.index(iri) if iri in order else len(order)
    return place, -numbers.get(iri, 0), held.labels.get(iri, iri).casefold(), iri
