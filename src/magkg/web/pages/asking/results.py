"""Answers of queries as pages show them: columns and cells, so many of them, how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from magkg import vocabulary
from magkg.store.interface import IRI, Blank, Term
from magkg.use.terms import as_term

if TYPE_CHECKING:
    from magkg.use.catalogue import Query
    from magkg.use.graph import Graph
    from magkg.web.pages.page import Table

__all__ = ["COUNTED", "KEPT", "SHOWN", "Json", "answered", "table"]

Json = dict[str, Any]

# Rows that a page shows, that its JSON holds, and that are counted; the endpoint gives them all.
SHOWN, KEPT, COUNTED = 200, 1000, 10_000
_TRIPLE = ("subject", "predicate", "object")


def answered(graph: Graph, query: Query, values: Mapping[str, Any], kept: int = KEPT) -> Json:
    """Ask a query and give its answer: form, columns, rows of cells, how many there are.

    ``rows`` holds the first ``kept``. An ASK has its answer in ``value``. ``more`` says that there
    are more rows than were counted. A cell is a term as SPARQL Results JSON writes it, an IRI with
    its prefixed name in ``text``; an unbound one is None. Raises what ``Graph.query`` raises.
    """
    if query.form == "ask":
        return _answer("ask", value=graph.ask(query, **values))
    if query.form in ("construct", "describe"):
        # A store may send a triple twice.
        triples = dict.fromkeys(islice(graph.construct(query, **values), COUNTED + 1))
        # They have no order of their own, and each engine gives them in another.
        found = sorted(triples, key=lambda each: [(str(term), repr(term)) for term in each])
        rows = [[_cell(term, graph.prefixes) for term in each] for each in islice(found, kept)]
        count = min(len(found), COUNTED)
        return _answer("triples", _TRIPLE, rows, count, more=len(found) > COUNTED)
    held = graph.query(query, limit=COUNTED, **values)
    names = held.variables
    rows = [[_cell(row[name], graph.prefixes) for name in names] for row in islice(held, kept)]
    return _answer("rows", names, rows, len(held), more=held.limited)


def table(answer: Json) -> Table:
    """Give the rows that an answer holds as a table of plain values: the values of its terms."""
    if answer["form"] == "ask":
        return ("answer",), [(str(answer["value"]).lower(),)]
    rows = ([each["value"] if each else "" for each in row] for row in answer["rows"])
    return answer["columns"], rows


def _answer(
    form: str,
    columns: tuple[str, ...] = (),
    rows: list[list[Json | None]] | None = None,
    count: int = 0,
    *,
    more: bool = False,
    value: bool | None = None,
) -> Json:
    return {
        "form": form,
        "columns": list(columns),
        "rows": rows or [],
        "count": count,
        "more": more,
        "value": value,
    }


def _cell(term: Term | None, prefixes: Mapping[str, str]) -> Json | None:
    if term is None:
        return None
    made: Json = as_term(term)
    if isinstance(term, IRI):
        made["text"] = vocabulary.shrink(term, prefixes)
    elif not isinstance(term, Blank):
        value = term.to_python()
        made["number"] = not isinstance(value, str | bool) and hasattr(value, "real")
    return made
