"""The selection language in a URL: what its parameters select, its form, the same elsewhere."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from magkg.errors import InputError, UnknownName
from magkg.use.describe import describe, label
from magkg.use.report.holdings import VERDICTS
from magkg.use.select.language import WORDS, select
from magkg.vocabulary import MAG, SKOS
from magkg.web.pages.kept import kept

if TYPE_CHECKING:
    from magkg.use.graph import Graph
    from magkg.use.select.language import Selection
    from magkg.web.pages.page import Context

__all__ = ["Chosen", "chosen", "command", "fields", "python"]

Chosen = Mapping[str, tuple[str, ...]]
# Values of one word; a selection of thousands of names belongs into a file, not a URL.
_MOST = 100
_SCHEMES = {
    "kind": "kind", "polarity": "polarity", "certainty": "certainty", "verdict": "verdict",
    "attribution": "attribution", "strength-at-least": "strength", "design": "design",
}  # fmt: skip
# What each field of the form asks; a word that stands in no list is typed.
_TYPED = {
    "concept": "Concept, anywhere in the claim",
    "subject": "Concept, as subject",
    "object": "Concept, as object",
    "source": "Source",
    "study": "Study that it leads to",
    "predicate": "Predicate",
    "since": "Source published since (year or date)",
    "until": "Source published until (year or date)",
    "studies-at-least": "Independent studies, at least",
}
_LISTED = {
    "kind": "Kind of claim",
    "polarity": "What the source does",
    "certainty": "How firmly it words it",
    "attribution": "What it gives for it",
    "verdict": "What the graph finds",
    "strength-at-least": "Strength held, at least",
    "design": "Design of a study behind it",
}
# Values that have an order of their own here, those that one must see first, first.
_ORDER = (
    "affirms", "denies", "reportsNoDifference", "reportsLackOfEvidence", "asserted", "hedged",
    "speculative", *VERDICTS,
)  # fmt: skip
# Values in the order of their ranks, where they have one. "Not rated" is at least nothing.
_VALUES = (
    f"SELECT ?list ?value ?rank WHERE {{ ?value <{SKOS}inScheme> ?list "
    f"OPTIONAL {{ ?value <{MAG}rank> ?rank }} }}"
)


def chosen(context: Context, other: tuple[str, ...] = ()) -> tuple[Chosen, Selection]:
    """Read the words of a selection from the parameters of a URL; a word without value is none.

    ``other`` names parameters that mean something else. Raises UnknownName for any further one (a
    slip must not select everything), InputError for too many values or a query that is no name.
    """
    words: dict[str, tuple[str, ...]] = {}
    for name, held in context.params.items():
        values = tuple(dict.fromkeys(each.strip() for each in held if each.strip()))
        if name in other or not values:
            continue
        if len(values) > _MOST:
            raise InputError(
                f"{name} has {len(values)} values, and a page takes {_MOST}",
                hint="Select with the command line: magkg export.",
            )
        if name.removeprefix("not-") == "query":
            for each in values:
                _refuse_text(context.graph, each)
        words[name] = values
    return words, select(words)


def _refuse_text(graph: Graph, query: str) -> None:
    """Let no file and no text of a query in: a page runs what is shipped, by its name."""
    name = query.partition("?")[0]
    known = graph.queries()
    if name not in known:
        raise UnknownName("query", name, known, hint="A page selects by shipped queries only.")


def command(words: Chosen, form: str) -> str:
    """Give the command line that takes the same claims away in a format."""
    pairs = [part for name, held in words.items() for each in held for part in (f"--{name}", each)]
    return shlex.join(["magkg", "export", "--format", form, *pairs])


def python(words: Chosen, form: str) -> str:
    """Give the line of Python that does so."""
    given = ", ".join(
        f"{name.replace('-', '_')}={held[0] if len(held) == 1 else list(held)!r}"
        for name, held in words.items()
    )
    return f"magkg.open().subgraph({given}).export({form!r})"


def fields(graph: Graph, words: Chosen) -> dict[str, Any]:
    """Give the fields of the form, with what was chosen: those typed, those of lists, what is left.

    A word of the selection that has no field of its own is kept in ``kept``, so that the form
    does not lose it.
    """
    lists = kept(graph, "closed lists", _lists)
    shown = {
        *_TYPED, *_LISTED, "contested", "expand", "hops", *(f"not-{each}" for each in _LISTED)
    }  # fmt: skip
    return {
        "typed": [
            {"name": name, "label": about, "values": words.get(name, ()), "takes": WORDS[name]}
            for name, about in _TYPED.items()
        ],
        "listed": [
            {
                "name": name,
                "label": about,
                "options": [
                    {**each, "on": _on(words, name, each), "off": _on(words, f"not-{name}", each)}
                    for each in lists.get(_SCHEMES[name], ())
                    if not (name == "strength-at-least" and each["name"] == "notRated")
                ],
            }
            for name, about in _LISTED.items()
        ],
        "kept": [
            [name, each] for name, held in words.items() if name not in shown for each in held
        ],
        "contested": "yes" in words.get("contested", ()),
        "expand": "narrower" in words.get("expand", ()),
        "hops": words.get("hops", ("0",))[0],
    }


def _on(words: Chosen, name: str, option: Mapping[str, str]) -> bool:
    said = {each.removeprefix("mag:").removeprefix(MAG).casefold() for each in words.get(name, ())}
    return not said.isdisjoint({option["name"].casefold(), option["short"].casefold()})


def _lists(graph: Graph) -> dict[str, list[dict[str, str]]]:
    rows = [
        (str(scheme).removeprefix(MAG).removesuffix("Scheme"), int(str(rank or 0)), str(value))
        for scheme, value, rank in graph.store.select(_VALUES)
    ]
    wanted = [row for row in sorted(rows) if row[0] in _SCHEMES.values()]
    nodes = describe(graph.store, (iri for *_, iri in wanted))
    found: dict[str, list[dict[str, str]]] = {}
    for scheme, _, iri in wanted:
        name = iri.removeprefix(MAG)
        words = label(nodes.get(iri, {}), iri).removesuffix(" claim")
        short = words.replace(" ", "-")
        found.setdefault(scheme, []).append({"name": name, "label": words, "short": short})
    for values in found.values():
        values.sort(key=lambda each: _ORDER.index(each["name"]) if each["name"] in _ORDER else 0)
    return found
