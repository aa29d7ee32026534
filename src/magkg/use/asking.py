"""The `query` verb: from what was typed to a query with its parameters, and its answer written."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from magkg.errors import InputError
from magkg.use import catalogue, write

if TYPE_CHECKING:
    from magkg.claims.project import Project
    from magkg.use.catalogue import Query
    from magkg.use.graph import Graph

__all__ = ["ask", "pairs", "write_catalogue"]


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
    if name == "-":
        return catalogue.parse(sys.stdin.read(), name="standard input")
    path = Path(name)
    return catalogue.read(path) if name.endswith(".rq") or path.is_file() else graph.look_up(name)


def ask(graph: Graph, name: str, words: Sequence[str], out: TextIO, form: str) -> None:
    """Ask the query ``name`` (a shipped one, a file, or ``-``) and write its answer to ``out``.

    ``form`` is one of write.FORMATS; the triples of a CONSTRUCT are written as N-Triples. An empty
    answer says so on standard error.
    """
    query = _query(graph, name)
    values: dict[str, Any] = {
        key: held if len(held) > 1 else held[0] for key, held in pairs(words).items()
    }
    match query.form:
        case "ask":
            write.boolean(graph.ask(query, **values), form, out)
        case "construct" | "describe" if form != "table":
            raise InputError(
                f"triples are written as N-Triples, not as {form}",
                hint="Leave --format and --json out, or ask a SELECT.",
            )
        case "construct" | "describe":
            for triple in graph.construct(query, **values):
                out.write(" ".join(write.ntriples(term) for term in triple) + " .\n")
        case _:
            if write.write(graph.query(query, **values), form, out) == 0:
                sys.stderr.write("magkg: the answer is empty\n")


def write_catalogue(project: Project, out: TextIO, form: str) -> None:
    """Write the queries that can be asked by name: name, parameters, what each asks."""
    queries = catalogue.all_queries(project).values()
    if form == "json":
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
            for query in queries
        ]
        out.write(json.dumps(listed, ensure_ascii=False, indent=2) + "\n")
        return
    if form == "markdown":
        out.write(catalogue.markdown(queries))
        return
    if form != "table":
        raise InputError(
            f"the catalogue is not written as {form}", hint="Formats: table, json, markdown."
        )
    for query in queries:
        given = " ".join(f"[--{p.name}]" if p.optional else f"--{p.name}" for p in query.params)
        out.write(f"{query.name} {given}".rstrip() + f"\n    {query.summary}\n")
