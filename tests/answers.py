"""The stored answers of the shipped queries on the bundled graph: ``python -m tests.answers``.

Writes tests/data/answers/NAME.json for every query, the table of queries/README.md and the
catalogue in RDF, queries/catalogue.ttl. Run it after the graph, the ontology or a query changed,
and read the difference before it is committed.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magkg import resources, vocabulary
from magkg.claims import project as projects
from magkg.store.interface import IRI, Literal, Term
from magkg.use import binding, catalogue, examples, write
from tests import small

if TYPE_CHECKING:
    from magkg.use.catalogue import Query
    from magkg.use.graph import Graph

FOLDER = Path(__file__).parent / "data" / "answers"
README = resources.data("queries") / "README.md"
CATALOGUE = resources.data("queries") / "catalogue.ttl"
# A longer answer is stored as its number of rows, its digest and so many first rows; of a
# CONSTRUCT the rows are the lines of its N-Triples, sorted.
LONGEST = 30
BEGIN, END = "<!-- table: python -m tests.answers -->\n", "<!-- end of the table -->\n"


@cache
def bundled() -> Graph:
    project = projects.bundled()
    return small.in_memory(project, small.quads_of(project))


def cases(query: Query) -> dict[str, dict[str, Any]]:
    """The ways a query is asked: with all its examples, and without the optional parameters."""
    given = {param.name: plain(param) for param in query.params}
    needed = {param.name: plain(param) for param in query.params if not param.optional}
    return {"examples": given} | ({"all": needed} if needed != given else {})


def plain(param: binding.Param) -> str:
    """An example as a user would give it."""
    return param.example.strip('"') if param.example.startswith('"') else param.example


def show(term: Term | None) -> str | None:
    """One term, short, and different from every other term."""
    if term is None:
        return None
    if isinstance(term, Literal):
        if term.language is not None:
            return f"{json.dumps(term.value, ensure_ascii=False)}@{term.language}"
        kind = "" if term.datatype.endswith("#string") else f"^^{vocabulary.shrink(term.datatype)}"
        return f"{json.dumps(term.value, ensure_ascii=False)}{kind}"
    return vocabulary.shrink(term) if isinstance(term, IRI) else str(term)


def answer(graph: Graph, query: Query, given: dict[str, Any]) -> dict[str, object]:
    if query.form == "construct":
        return stored(lines(graph, query, given))
    rows = graph.query(query, **given)
    return stored([[show(term) for term in row.values()] for row in rows])


def lines(graph: Graph, query: Query, given: dict[str, Any]) -> list[str]:
    """The triples of a CONSTRUCT as sorted lines of N-Triples, each once."""
    triples = set(graph.construct(query, **given))
    return sorted(" ".join(map(write.ntriples, triple)) + " ." for triple in triples)


def stored(rows: list[list[str | None]] | list[str]) -> dict[str, object]:
    text = json.dumps(rows, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"rows": len(rows), "sha256": digest, "first": rows[:LONGEST]}


def path(name: str) -> Path:
    return FOLDER / f"{name}.json"


def readme(text: str, queries: Iterable[Query]) -> str:
    """The README with its table as it should be."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + catalogue.markdown(queries) + END + rest.split(END)[1]


def as_text(query: Query, found: dict[str, dict[str, object]]) -> str:
    """One row a line, so that a difference shows one row."""
    text = json.dumps({"query": query.name, "cases": found}, ensure_ascii=False, indent=1)
    return text.replace("[\n     ", "[").replace(",\n     ", ", ").replace("\n    ]", "]") + "\n"


def main() -> None:
    queries = catalogue.all_queries()
    README.write_text(readme(README.read_text("utf-8"), queries.values()), "utf-8", newline="\n")
    CATALOGUE.write_text(examples.turtle(projects.bundled()), "utf-8", newline="\n")
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        if old.stem not in queries:
            old.unlink()
    empty = []
    for name, query in queries.items():
        found = {
            case: {"given": given, **answer(bundled(), query, given)}
            for case, given in cases(query).items()
        }
        path(name).write_text(as_text(query, found), "utf-8", newline="\n")
        if not query.severity:  # an audit may find nothing
            empty += [f"{name} ({case})" for case, each in found.items() if not each["rows"]]
    print(f"{len(queries)} answers in {FOLDER}")
    if empty:
        print(f"no rows, so another example is needed: {', '.join(empty)}", file=sys.stderr)


if __name__ == "__main__":
    main()
