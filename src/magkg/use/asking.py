"""The `query` verb: from what was typed to a query with its parameters, and its answer written."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from magkg.errors import InputError
from magkg.use import catalogue, examples, write

if TYPE_CHECKING:
    from magkg.claims.project import Project
    from magkg.store.interface import Triple
    from magkg.use.catalogue import Query
    from magkg.use.graph import Graph

__all__ = ["ask", "explain", "pairs", "write_catalogue"]

# A text that the shell took apart begins with one of these.
_WORDS = ("ask", "base", "construct", "describe", "prefix", "select")


def pairs(words: Sequence[str]) -> dict[str, list[str]]:
    """Read ``--name value`` and ``--name=value`` words; a name that is repeated has several values.

    Raises InputError for a word that is neither.
    """
    found: dict[str, list[str]] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not name:
            raise InputError(f"{word!r} is no parameter", hint="Parameters are --NAME VALUE.")
        if not equals:
            if not rest:
                raise InputError(f"the parameter --{name} has no value")
            value = rest.pop(0)
        name = name.replace("-", "_")
        if name in catalogue.RESERVED:
            raise InputError(
                f"--{name} is no option of this verb, and no query has a parameter of that name"
            )
        found.setdefault(name, []).append(value)
    return found


def _query(graph: Graph, name: str) -> Query:
    """Find what is meant: a name, a file, a text (told by its braces or blanks), or - for stdin."""
    if name == "-":
        return catalogue.parse(_standard_input(), name="standard input")
    if "{" in name or any(each.isspace() for each in name.strip()) or "\0" in name:
        return graph.look_up(name)
    if name.casefold() in _WORDS:
        raise InputError(
            f"{name} is the first word of a query, and no query",
            hint=f"Put the whole query between quotes: magkg query '{name} ...'",
        )
    path = Path(name)
    return catalogue.read(path) if name.endswith(".rq") or path.is_file() else graph.look_up(name)


def _standard_input() -> str:
    try:
        text = sys.stdin.read()
        text.encode()  # in the C locale, bytes that are no UTF-8 are read as lone surrogates
    except UnicodeError:
        raise InputError("standard input is not UTF-8") from None
    if not text.strip():
        raise InputError("standard input is empty", hint="Pipe a query: magkg query - < own.rq")
    return text


def _values(words: Sequence[str]) -> dict[str, Any]:
    return {key: held if len(held) > 1 else held[0] for key, held in pairs(words).items()}


def explain(graph: Graph, name: str, words: Sequence[str], out: TextIO) -> None:
    """Write the query as it would be sent, with its prefixes and parameters; it is not asked."""
    text = graph.explain(_query(graph, name), **_values(words))
    out.write(text if text.endswith("\n") else text + "\n")


def ask(
    graph: Graph,
    name: str,
    words: Sequence[str],
    out: TextIO,
    form: str,
    *,
    limit: int | None = None,
) -> None:
    """Ask the query ``name`` (a shipped one, a file, a text or ``-``); write its answer to ``out``.

    ``form`` is one of write.FORMATS for rows, of answer.FORMATS for triples; ``table`` means Turtle
    on a terminal and N-Triples elsewhere for these. ``limit`` is the most rows or triples that are
    written. On standard error stand: that an answer is empty, what the query names and the graph
    does not know, that there is more than the limit.
    """
    query = _query(graph, name)
    values = _values(words)
    match query.form:
        case "ask":
            _fit(form, write.FORMATS, "the answer to an ASK is", "a CONSTRUCT")
            found = graph.ask(query, **values)
            write.boolean(found, form, out)
            if not found:
                _hint(graph, query, values)
        case "construct" | "describe":
            from magkg.use.export.rdf import answer

            chosen = ("turtle" if out.isatty() else "ntriples") if form == "table" else form
            _fit(chosen, answer.FORMATS, "triples are", "a SELECT")
            triples = _Limited(graph.construct(query, **values), limit)
            count = answer.write(triples, chosen, out, graph.prefixes)
            _close(graph, query, values, count, triples.limited, "triples")
        case _:
            _fit(form, write.FORMATS, "rows are", "a CONSTRUCT")
            rows = graph.query(query, limit=limit, **values)
            count = write.write(rows, form, out)
            _close(graph, query, values, count, rows.limited, "rows")


class _Limited:
    """Triples, each once, so many of them at most; then ``limited`` says if there were more."""

    def __init__(self, triples: Iterator[Triple], limit: int | None) -> None:
        from magkg.use.export.rdf.answer import distinct

        self._triples = distinct(triples)
        self._limit = limit
        self.limited = False

    def __iter__(self) -> Iterator[Triple]:
        yield from islice(self._triples, self._limit)
        if self._limit is not None:
            self.limited = next(self._triples, None) is not None


def _fit(form: str, forms: Sequence[str] | Any, what: str, other: str) -> None:
    if form not in forms:
        names = ", ".join("ntriples (N-Triples)" if each == "ntriples" else each for each in forms)
        raise InputError(f"{what} not written as {form}", hint=f"Formats: {names}. Or ask {other}.")


def _close(
    graph: Graph, query: Query, values: dict[str, Any], count: int, limited: bool, what: str
) -> None:
    """Say on standard error what the answer itself cannot say."""
    if limited:
        form = "csv" if what == "rows" else "ntriples"
        _say(
            f"the first {count} {what}; there are more: --limit {count * 10}, "
            f"or all of them without --limit: --format {form} > FILE"
        )
    if count == 0:
        _say("the answer is empty")
        _hint(graph, query, values)


def _hint(graph: Graph, query: Query, values: dict[str, Any]) -> None:
    for sentence in graph.hints(query, **values):
        _say(sentence)


def _say(text: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"magkg: {text}\n")


def write_catalogue(project: Project, out: TextIO, form: str, *, target: str | None = None) -> None:
    """Write the queries that can be asked by name: name, parameters, what each asks.

    ``form`` is table, json, markdown or turtle (see ``magkg.use.examples``); ``target``, the URL
    of an endpoint that answers them, is said in Turtle only.
    """
    forms: dict[str, Callable[[], str]] = {
        "table": lambda: _table(project),
        "json": lambda: _json(project),
        "markdown": lambda: catalogue.markdown(catalogue.all_queries(project).values()),
        "turtle": lambda: examples.turtle(project, target=target),
    }
    if form not in forms:
        raise InputError(
            f"the catalogue is not written as {form}", hint=f"Formats: {', '.join(forms)}."
        )
    out.write(forms[form]())


def _json(project: Project) -> str:
    listed = [
        {
            "name": query.name,
            "summary": query.summary,
            "description": query.description,
            "tags": list(query.tags),
            "params": [
                {"name": p.name, "about": p.about, "optional": p.optional, "example": p.example}
                for p in query.params
            ],
        }
        for query in catalogue.all_queries(project).values()
    ]
    return json.dumps(listed, ensure_ascii=False, indent=2) + "\n"


def _table(project: Project) -> str:
    lines = []
    for query in catalogue.all_queries(project).values():
        given = " ".join(f"[--{p.name}]" if p.optional else f"--{p.name}" for p in query.params)
        lines.append(f"{query.name} {given}".rstrip() + f"\n    {query.summary}\n")
    return "".join(lines)
