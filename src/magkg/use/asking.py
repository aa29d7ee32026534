"""The `query` verb: from what was typed to a query with its parameters, and its answer written."""

from __future__ import annotations

import json
import shlex
import sys
import textwrap
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from magkg.errors import InputError
from magkg.use import catalogue, examples, write
from magkg.use.binding import Unfit

if TYPE_CHECKING:
    from magkg.claims.project import Project
    from magkg.store.interface import Triple
    from magkg.use.binding import Param
    from magkg.use.catalogue import Query
    from magkg.use.graph import Graph

__all__ = ["ask", "explain", "pairs", "write_catalogue", "write_help"]

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


def _query(project: Project | None, name: str) -> Query:
    """Find what is meant: a name, a file, a text (told by its braces or blanks), or - for stdin."""
    if name == "-":
        return catalogue.parse(_standard_input(), name="standard input")
    if "{" in name or any(each.isspace() for each in name.strip()) or "\0" in name:
        return catalogue.parse(name)
    if name.casefold() in _WORDS:
        raise InputError(
            f"{name} is the first word of a query, and no query",
            hint=f"Put the whole query between quotes: magkg query '{name} ...'",
        )
    path = Path(name)
    if name.endswith(".rq") or path.is_file():
        return catalogue.read(path)
    return catalogue.find(name, project)


def _standard_input() -> str:
    try:
        text = sys.stdin.read()
        text.encode()  # in the C locale, bytes that are no UTF-8 are read as lone surrogates
    except UnicodeError:
        raise InputError("standard input is not UTF-8") from None
    if not text.strip():
        raise InputError("standard input is empty", hint="Pipe a query: magkg query - < own.rq")
    return text.removeprefix("\ufeff")  # as that of a file


def _values(words: Sequence[str]) -> dict[str, Any]:
    return {key: held if len(held) > 1 else held[0] for key, held in pairs(words).items()}


def _option(param: Param) -> str:
    """Show a parameter with its example as it is typed."""
    return f"--{param.name} {shlex.quote(param.plain) if ' ' in param.plain else param.plain}"


@contextmanager
def _typed() -> Iterator[None]:
    """Show the example of a parameter as it is typed, not as it is given in Python."""
    try:
        yield
    except Unfit as error:
        if error.shows_example:
            error.hint = f"For example: {_option(error.param)}"
        raise


def explain(graph: Graph, name: str, words: Sequence[str], out: TextIO) -> None:
    """Write the query as it would be sent, with its prefixes and parameters; it is not asked."""
    with _typed():
        text = graph.explain(_query(graph.project, name), **_values(words))
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

    ``form`` is one of write.FORMATS for rows, of answer.FORMATS for triples; for these ``table``
    means Turtle on a terminal and N-Triples elsewhere, and ``json`` JSON-LD. ``limit`` is the most
    rows or triples that are written. On standard error stand: that an answer is empty, what the
    query names and the graph does not know, that there is more than the limit.
    """
    query = _query(graph.project, name)
    values = _values(words)
    with _typed():
        _answer(graph, query, values, out, form, limit)


def _answer(
    graph: Graph,
    query: Query,
    values: dict[str, Any],
    out: TextIO,
    form: str,
    limit: int | None,
) -> None:
    match query.form:
        case "ask":
            _fit(form, write.FORMATS, "the answer to an ASK is", "a CONSTRUCT")
            found = graph.ask(query, **values)
            write.boolean(found, form, out)
            if not found:
                _hint(graph, query, values)
        case "construct" | "describe":
            from magkg.use.export.rdf import answer

            usual = {"table": "turtle" if out.isatty() else "ntriples", "json": "jsonld"}
            chosen = usual.get(form, form)
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


def _fit(form: str, forms: Collection[str], what: str, other: str) -> None:
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
            "form": query.form,
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
        mark = catalogue.mark(query)
        lines.append(f"{query.name} {given}".rstrip() + f"\n    {query.summary}{mark}\n")
    return "".join(lines)


def write_help(project: Project, name: str, out: TextIO) -> None:
    """Write what a query asks, its parameters with examples, and the columns of its answer."""
    query = _query(project, name)
    lines = [f"{query.name}: {query.summary}" if query.summary else query.name or "a query"]
    if query.description:
        lines += ["", *_wrapped(query.description)]
    if query.params:
        lines += ["", "Parameters:"]
        for param in query.params:
            about = f"{param.about}{' (optional)' * param.optional}"
            lines += [f"  {_option(param)}", *_wrapped(about, "      ")]
    if query.form == "select":
        lines += ["", "Columns:", *_wrapped(", ".join(query.columns), "  ")]
    elif query.form in ("construct", "describe"):
        lines += ["", "It gives triples: --format turtle, ntriples, jsonld, rdfxml, trig, nquads."]
    needed = " ".join(_option(param) for param in query.params if not param.optional)
    if query.path is not None and query.summary:
        lines += ["", f"Example: magkg query {query.name} {needed}".rstrip()]
    out.write("\n".join(lines) + "\n")


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, 80, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
