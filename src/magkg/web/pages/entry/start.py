"""The first page: what the graph holds, what the evidence amounts to, what is contested, doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magkg.use.export.formats import FORMATS
from magkg.use.report.holdings import VERDICTS, statements
from magkg.use.report.matrix import parts
from magkg.use.report.signs import LEVELS, WORDS
from magkg.vocabulary import MAG
from magkg.web.pages.entry import dataset
from magkg.web.pages.entry.contested import contested
from magkg.web.pages.kept import kept
from magkg.web.pages.page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from magkg.store.interface import Store
    from magkg.use.graph import Graph
    from magkg.use.report.holdings import Statement
    from magkg.web.pages.page import Context

__all__ = ["start"]

# The matrix in small has so many rows and columns; so many contested propositions are shown.
_ROWS, _COLUMNS, _CONTESTED = 9, 12, 5
# Where more propositions are assessed, the page leads to matrix and lists instead of drawing them.
_MOST = 5_000
# The claim that an example leads to: one that cites much. The concept that most is said of.
_CLAIM = (
    f"SELECT ?claim (COUNT(?line) AS ?n) WHERE {{ ?claim a <{MAG}Claim> ; <{MAG}evidence> ?line ; "
    f"<{MAG}passage> ?passage }} GROUP BY ?claim ORDER BY DESC(?n) ?claim LIMIT 1"
)
_ANY_CLAIM = f"SELECT ?claim WHERE {{ ?claim a <{MAG}Claim> }} ORDER BY ?claim LIMIT 1"
_CONCEPT = (
    f"SELECT ?concept (COUNT(?claim) AS ?n) WHERE {{ ?claim <{MAG}subject> ?concept }} "
    "GROUP BY ?concept ORDER BY DESC(?n) ?concept LIMIT 1"
)
_QUERY = (
    f"PREFIX mag: <{MAG}>\n"
    "SELECT ?verdict (COUNT(?proposition) AS ?propositions)\n"
    "WHERE { ?proposition mag:assessment/mag:verdict ?verdict }\n"
    "GROUP BY ?verdict ORDER BY DESC(?propositions)"
)


def start(context: Context) -> Page:
    """Show a graph at its door."""
    graph = context.graph
    counts = dataset.figures(graph)
    held = kept(graph, "statements", _statements) if counts["assessed"] <= _MOST else None
    found = dataset.verdicts(graph.engine)
    cited = dataset.citation(graph, context.base)
    data: dict[str, Any] = {
        "counts": counts,
        "verdicts": [
            {"name": each, "label": WORDS[each][0], "about": WORDS[each][1], "number": found[each]}
            for each in VERDICTS
            if each in found
        ],
        "matrix": None if held is None else _matrix(held),
        "contested": None if held is None else _contested(graph, held),
        "examples": _examples(context),
        "formats": len(FORMATS),
        "citation": {"text": cited.text(), "bibtex": cited.bibtex()},
    }
    title = "What sources claim, and what stands behind it"
    return Page(
        "start.html", title, data, linked=dataset.linked(graph, context.base, counts), canonical="/"
    )


def _statements(graph: Graph) -> list[Statement]:
    return statements(graph.store)


def _contested(graph: Graph, held: Sequence[Statement]) -> dict[str, Any]:
    return kept(graph, "contested", lambda _: contested(graph.store, held, _CONTESTED))


def _matrix(held: Sequence[Statement]) -> dict[str, Any] | None:
    """Give the upper left corner of the first matrix, None where nothing has evidence."""
    made = parts(held)
    if not made:
        return None
    first = made[0]
    columns, rows = first.columns[:_COLUMNS], first.rows[:_ROWS]
    question = first.question.removesuffix(" claim") or "other"
    return {
        "question": question,
        "columns": [{"iri": iri, "label": label} for iri, label in columns],
        "rows": [
            {
                "iri": iri,
                "label": label,
                "cells": [_cell(first.cells.get((iri, column), ())) for column, _ in columns],
            }
            for iri, label in rows
        ],
        "left": sum(len(each.rows) * len(each.columns) for each in made) - len(rows) * len(columns),
    }


def _cell(found: Sequence[Statement]) -> dict[str, Any] | None:
    """Give what a cell says: the widest statement about people first, and all numbers."""
    if not found:
        return None
    first = min(
        found,
        key=lambda each: (bool(each.scope), len(each.qualifiers), each.urgency),
    )
    roots = {root for each in found for root in each.roots}
    return {
        "proposition": first.iri,
        "text": first.text,
        "verdict": {"name": first.verdict, "label": WORDS[first.verdict][0]},
        "strength": LEVELS[first.level],
        "against": LEVELS[first.against],
        "scope": first.scope,
        "statements": len(found),
        "contested": any(each.verdict in ("conflicting", "disputed") for each in found),
        "lacking": any(each.lacking for each in found),
        "claims": sum(each.number("claimCount") for each in found),
        "said": _said(found),
        "roots": len(roots),
    }


def _said(found: Sequence[Statement]) -> dict[str, int]:
    """Count claims by what they do; what neither affirms, denies nor reports a lack is the rest."""
    counts = {
        said: sum(each.number(name) for each in found)
        for said, name in (
            ("affirming", "affirmingCount"), ("denying", "denyingCount"),
            ("reporting a lack of evidence", "lackCount"),
        )
    }  # fmt: skip
    every = sum(each.number("claimCount") for each in found)
    return counts | {"finding no difference": every - sum(counts.values())}


def _examples(context: Context) -> Mapping[str, str]:
    """Give what the examples of the three doors lead to; "" where the graph has no such thing."""
    asked, links = context.graph.engine, context.links
    claim = _first(asked, _CLAIM) or _first(asked, _ANY_CLAIM)
    concept = _first(asked, _CONCEPT)
    return {
        "claim": claim,
        "claim_name": links.short(claim),
        "concept": concept,
        "concept_name": links.short(concept),
        "sparql": _QUERY,
        "curl": f"curl -H 'Accept: text/csv' {context.base}/sparql --data-urlencode \\\n"
        f"  'query={_QUERY}'",
    }


def _first(store: Store, query: str) -> str:
    return next((str(row[0]) for row in store.select(query) if row[0] is not None), "")
