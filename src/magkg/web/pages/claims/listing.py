"""All claims, chosen in the words of the selection language; all propositions, by verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlencode

from magkg.errors import UnknownName
from magkg.use.describe import describe, label
from magkg.use.select.criteria import matching
from magkg.use.select.language import WORDS, Everything, select
from magkg.vocabulary import MAG, SKOS
from magkg.web.pages.claims.claim import rows
from magkg.web.pages.kept import kept
from magkg.web.pages.page import Context, Page, Table
from magkg.web.pages.shared import bodies, cards
from magkg.web.pages.shared.nodes import Json, paged

if TYPE_CHECKING:
    from magkg.store.interface import Store, Term
    from magkg.use.graph import Graph
    from magkg.use.select.language import Selection

__all__ = ["claims", "propositions"]

# A file or a text of a query is not taken from a URL; /sparql is the place for that.
_WORDS = tuple(each for each in WORDS if each != "query")
_SCHEMES = {
    "kind": "kind", "polarity": "polarity", "certainty": "certainty",
    "attribution": "attribution", "verdict": "verdict", "strength-at-least": "strength",
    "design": "design",
}  # fmt: skip
_TYPED = ("source", "concept", "study", "predicate")
_COUNT = f"SELECT (COUNT(?claim) AS ?n) WHERE {{ ?claim a <{MAG}Claim> }}"
# Virtuoso sorts 10,000 rows at most for a LIMIT beside an ORDER BY; nested, it sorts all.
_PART = (
    f"SELECT ?claim WHERE {{{{ {{{{ SELECT ?claim WHERE {{{{ ?claim a <{MAG}Claim> }}}} "
    "ORDER BY ?claim }} }} LIMIT {0} OFFSET {1}"
)
_VALUES = (
    f"SELECT ?value ?scheme WHERE {{ ?value <{SKOS}inScheme> ?scheme OPTIONAL {{ ?value "
    f"<{MAG}rank> ?rank }} }} ORDER BY ?scheme DESC(?rank) ?value"
)
_ASSESSED = (
    f"SELECT ?proposition ?verdict ?strength ?claims WHERE {{ ?proposition a <{MAG}Proposition> "
    f"OPTIONAL {{ ?proposition <{MAG}assessment> ?held . ?held <{MAG}verdict> ?verdict ; "
    f"<{MAG}strength> ?strength ; <{MAG}claimCount> ?claims }} }} ORDER BY ?proposition"
)
_VERDICTS = (
    "conflicting", "disputed", "supported", "inconclusiveBody", "foundLacking", "onlyAsserted",
)  # fmt: skip
_STRENGTHS = ("strengthHigh", "strengthModerate", "strengthLow", "strengthVeryLow", "strengthNone")
_NOT_RATED = "notRated"
_BATCH = 500
# The verdicts of a proposition, and its strength.
_Rated: TypeAlias = tuple[tuple[str, ...], tuple[str]]


def claims(context: Context) -> Page:
    """Show the claims that the words of the URL select, all without any.

    A word may come several times, its values are then alternatives; ``not-`` before it negates.
    Raises UnknownName and InputError as the selection language does.
    """
    graph, store = context.graph, context.graph.store
    words = _words(context)
    chosen = select(words)
    if isinstance(chosen, Everything):
        count = next((int(str(row[0])) for row in graph.engine.select(_COUNT)), 0)
        page, pages, part = paged(context, count)
        query = _PART.format(part.stop - part.start, part.start)
        here = [str(row[0]) for row in graph.engine.select(query)]
    else:
        every = sorted(matching(graph, chosen))
        count = len(every)
        page, pages, part = paged(context, count)
        here = every[part]
    data: Json = {
        "count": count,
        "selection": "" if isinstance(chosen, Everything) else str(chosen),
        "words": {name: list(held) for name, held in words.items()},
        "claims": cards.claims(store, here),
        "choices": _choices(store, words),
        "typed": [{"name": name, "value": ", ".join(words.get(name, ()))} for name in _TYPED],
        "others": [
            (name, value)
            for name, held in words.items()
            for value in (held if name not in (*_TYPED, *_SCHEMES) or len(held) > 1 else ())
        ],
        "page": page,
        "pages": pages,
        "more": urlencode([(name, value) for name, held in words.items() for value in held]),
    }
    return Page("claims.html", "Claims", data, table=lambda: _rows(graph, chosen), selection=chosen)


def _rows(graph: Graph, chosen: Selection) -> Table:
    return rows(graph, chosen)


def _words(context: Context) -> dict[str, tuple[str, ...]]:
    """Give the words of the selection language that the URL has; empty fields of a form do not."""
    known = {*_WORDS, *(f"not-{each}" for each in _WORDS), "expand", "hops"}
    return {
        name: held
        for name, values in context.params.items()
        if name in known and (held := tuple(each for each in values if each))
    }


def _choices(store: Store, words: Mapping[str, tuple[str, ...]]) -> list[Json]:
    """Give the closed lists that claims are chosen by, with their values."""
    lists: dict[str, list[str]] = {}
    for value, scheme in store.select(_VALUES):
        lists.setdefault(str(scheme).removeprefix(MAG).removesuffix("Scheme"), []).append(
            str(value)
        )
    wanted = [each for name in _SCHEMES.values() for each in lists.get(name, [])]
    known = describe(store, wanted)
    return [
        {
            "name": word,
            "title": word.replace("-", " "),
            "options": [
                {
                    "value": each.removeprefix(MAG),
                    "label": label(known.get(each, {}), each),
                    "chosen": each.removeprefix(MAG) in words.get(word, ()),
                }
                for each in dict.fromkeys(lists.get(scheme, []))
            ],
        }
        for word, scheme in _SCHEMES.items()
    ]


def propositions(context: Context) -> Page:
    """Show the propositions by verdict and strength, the contested and the strong first.

    ``verdict`` and ``strength`` choose by local names, ``notRated`` those of no rated kind.
    Raises UnknownName for another value.
    """
    store = context.graph.store
    every = kept(context.graph, "assessed", _assessed)
    counts = Counter(rated for _, rated in every)
    wanted = {
        "verdict": _known(context, "verdict", (*_VERDICTS, _NOT_RATED)),
        "strength": _known(context, "strength", (*_STRENGTHS, _NOT_RATED)),
    }
    fitting = {
        rated
        for rated in counts
        if all(not value or value in rated[at] for at, value in enumerate(wanted.values()))
    }
    here = [iri for iri, rated in every if rated in fitting]
    page, pages, part = paged(context, len(here))
    data: Json = {
        "count": len(here),
        "all_count": len(every),
        "propositions": bodies.bodies(store, here[part]),
        "choices": _offered(store, counts, wanted),
        "page": page,
        "pages": pages,
        "more": urlencode({name: value for name, value in wanted.items() if value}),
    }
    return Page(
        "propositions.html",
        "Propositions",
        data,
        table=lambda: _body_rows(store, here),
        selection=_verdict(wanted),
    )


def _offered(store: Store, counts: Mapping[_Rated, int], wanted: Mapping[str, str]) -> list[Json]:
    """Give the verdicts and strengths to choose from, with how many propositions have each."""
    values = describe(store, [MAG + each for each in (*_VERDICTS, *_STRENGTHS, _NOT_RATED)])
    return [
        {
            "name": name,
            "options": [
                {
                    "value": each,
                    "label": label(values.get(MAG + each, {}), MAG + each),
                    "count": sum(n for rated, n in counts.items() if each in rated[at]),
                    "chosen": each == wanted[name],
                }
                for each in (*names, _NOT_RATED)
            ],
        }
        for at, (name, names) in enumerate((("verdict", _VERDICTS), ("strength", _STRENGTHS)))
    ]


def _assessed(graph: Graph) -> list[tuple[str, _Rated]]:
    """Give every proposition with its verdicts and its strength, in the order of the list."""
    found = []
    known: dict[_Rated, _Rated] = {}  # few of them, of many propositions
    for iri, alike in groupby(graph.engine.select(_ASSESSED), itemgetter(0)):
        held = [(_name(verdict), _name(strength), n) for _, verdict, strength, n in alike]
        rated = (tuple(verdict for verdict, _, _ in held), (held[-1][1],))
        claims = int(str(held[-1][2] or 0))
        found.append((*_urgency(rated), -claims, str(iri), known.setdefault(rated, rated)))
    return [(iri, rated) for *_, iri, rated in sorted(found)]


def _name(value: Term | None) -> str:
    return str(value or _NOT_RATED).removeprefix(MAG)


def _urgency(rated: _Rated) -> tuple[int, int]:
    names = (*_VERDICTS, _NOT_RATED)
    strengths = (*_STRENGTHS, _NOT_RATED)
    best = min((names.index(each) for each in rated[0] if each in names), default=99)
    (strength,) = rated[1]
    return best, strengths.index(strength) if strength in strengths else 99


def _known(context: Context, name: str, known: tuple[str, ...]) -> str:
    said = context.one(name)
    if said and said not in known:
        raise UnknownName(name, said, known)
    return said


def _verdict(wanted: Mapping[str, str]) -> Selection | None:
    """Give the claims of the propositions, where the language has words for what was chosen."""
    rated = wanted["verdict"] and wanted["verdict"] != _NOT_RATED
    return select(verdict=wanted["verdict"]) if rated and not wanted["strength"] else None


def _body_rows(store: Store, kept: list[str]) -> Table:
    made = (
        bodies.row(each)
        for start in range(0, len(kept), _BATCH)
        for each in bodies.bodies(store, kept[start : start + _BATCH])
    )
    return bodies.HEAD, made
