"""The embedded store: a read-only folder of Oxigraph, or a store in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from threading import TIMEOUT_MAX
from typing import Any, NoReturn, TypeVar

import pyoxigraph as ox

from magkg.errors import InputError, MagkgError, StoreDamaged, StoreUnavailable, SyntaxFault
from magkg.store.interface import (
    DEFAULT_GRAPH,
    IRI,
    Blank,
    Dataset,
    Fact,
    Literal,
    Row,
    Solutions,
    Term,
    Triple,
    form,
)
from magkg.store.limit import within
from magkg.store.syntax import refuse_deep, refuse_service, syntax_fault
from magkg.vocabulary import XSD

__all__ = ["OxigraphStore", "term", "term_of", "triple"]

_T = TypeVar("_T")
# Rows cross from the worker thread in chunks: one hand-over costs as much as many rows.
_CHUNK = 512
# Nodes that one query of `facts` names.
_NODES = 400
_TSV = ox.QueryResultsFormat.TSV
_ASKED = {"select": "a SELECT", "construct": "a CONSTRUCT", "describe": "a DESCRIBE"}


class OxigraphStore:
    """A graph in an Oxigraph store; it only reads.

    A time limit runs the query in a thread of its own. Oxigraph cannot be told to stop, so after
    the limit that thread goes on until its query ends or the process does: a server needs worker
    processes. The limit counts the time spent waiting for the store, not that of the reader.
    """

    def __init__(self, store: ox.Store) -> None:
        """Wrap an open store, such as one in memory; ``open`` takes a folder."""
        self._store = store

    @classmethod
    def open(cls, folder: Path) -> OxigraphStore:
        """Open a store folder read-only, also beside other readers.

        Raises StoreUnavailable where there is no store, StoreDamaged where it cannot be read.
        (It does not compare with a manifest; ``manifest.open_store`` does.)
        """
        if not (folder / "CURRENT").is_file():
            raise StoreUnavailable(f"there is no store in {folder}", hint="Run `magkg build`.")
        try:
            return cls(ox.Store.read_only(str(folder)))
        except (OSError, RuntimeError) as error:
            raise _damaged(error, str(folder)) from None

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> OxigraphStore:
        """Make a store in memory from statements."""
        store = ox.Store()
        store.bulk_extend(quads)
        return cls(store)

    def __bool__(self) -> bool:
        # It has a length, by which Python would tell an empty one: all quads would be counted.
        return True

    def __len__(self) -> int:
        """Give the number of quads."""
        return len(self._store)

    def quads(self) -> Iterator[ox.Quad]:
        """Give every quad of every graph, in the store's order, in pyoxigraph's terms."""
        return _guarded(iter(self._store))

    def select(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Solutions:
        """Answer a SELECT (see interface.Store)."""
        if timeout is None:
            answer = self._answer(query, ox.QuerySolutions, dataset)
            return Solutions(_names(answer), _guarded(map(_row, answer)))

        def produce() -> Iterator[tuple[str, ...] | list[Row]]:
            answer = self._answer(query, ox.QuerySolutions, dataset)
            yield _names(answer)
            yield from _chunks(_guarded(map(_row, answer)))

        parts = within(produce, timeout)
        names = next(parts)
        assert isinstance(names, tuple)
        return Solutions(names, (row for rows in parts if isinstance(rows, list) for row in rows))

    def construct(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Iterator[Triple]:
        """Answer a CONSTRUCT or DESCRIBE (see interface.Store)."""
        if timeout is None:
            return _guarded(map(triple, self._answer(query, ox.QueryTriples, dataset)))

        def produce() -> Iterator[list[Triple]]:
            answer = self._answer(query, ox.QueryTriples, dataset)
            yield []  # a fault of the query is to be raised by the call, not by the first row
            yield from _chunks(_guarded(map(triple, answer)))

        parts = within(produce, timeout)
        next(parts)
        return (each for triples in parts for each in triples)

    def ask(self, query: str, timeout: float | None = None, dataset: Dataset | None = None) -> bool:
        """Answer an ASK (see interface.Store)."""
        if timeout is None:
            return bool(self._answer(query, ox.QueryBoolean, dataset))

        def produce() -> Iterator[bool]:
            yield bool(self._answer(query, ox.QueryBoolean, dataset))

        return next(within(produce, timeout))

    def facts(
        self, nodes: Sequence[str], only: Sequence[str], timeout: float | None = None
    ) -> Iterator[Fact]:
        """Give what is said of nodes (see interface.Facts).

        The engine writes some hundred of them as text, in which no term is an object yet, while
        those before them are read. Nodes are numbered: a number is not looked up for each row.
        """
        names = ", ".join(f"<{each}>" for each in only)

        def produce() -> Iterator[str]:
            for first in range(0, len(nodes), _NODES):
                some = enumerate(nodes[first : first + _NODES], first)
                values = " ".join(f"(<{node}> {at})" for at, node in some)
                query = (
                    f"SELECT ?at ?property ?value WHERE {{ VALUES (?node ?at) {{ {values} }} "
                    f"?node ?property ?value FILTER(?property IN ({names})) }}"
                )
                yield _call(query, partial(self._written, query))

        props = {f"<{each}>": each for each in only}
        known: dict[str, Term] = {}
        queries = -(-len(nodes) // _NODES)
        for written in within(produce, TIMEOUT_MAX if timeout is None else timeout * queries):
            for line in written.split("\n")[1:-1]:
                at, prop, text = line.split("\t")
                value = known.get(text)
                if value is None:
                    value = known[text] = _told(text)
                yield nodes[int(at)], props[prop], value

    def _written(self, query: str) -> str:
        answer: Any = self._store.query(query)
        return str(answer.serialize(format=_TSV), "utf-8")

    def _answer(self, query: str, kind: type[_T], dataset: Dataset | None) -> _T:
        if form(query) == "update":
            raise InputError(
                "this is an update, and a built graph is only read",
                hint="Change the files in graphs/ and run `magkg build`.",
            )
        refuse_deep(query)
        refuse_service(query)
        graphs = {} if dataset is None else _graphs(dataset)
        answer: object = _call(query, lambda: self._store.query(query, **graphs))
        if not isinstance(answer, kind):
            wanted = {ox.QuerySolutions: "a SELECT", ox.QueryTriples: "a CONSTRUCT or DESCRIBE"}
            raise InputError(
                f"this query is {_ASKED.get(form(query), 'an ASK')}, "
                f"where {wanted.get(kind, 'an ASK')} is needed"
            )
        return answer


def term(value: object) -> Term:
    """Turn a term of pyoxigraph into ours; raises InputError for a triple term of RDF 1.2."""
    if isinstance(value, ox.NamedNode):
        return IRI(value.value)
    if isinstance(value, ox.Literal):
        return Literal(value.value, value.datatype.value, value.language)
    if isinstance(value, ox.BlankNode):
        return Blank(f"_:{value.value}")
    raise _triple_term()


def _triple_term() -> InputError:
    return InputError(
        "an answer holds a triple term of RDF 1.2", hint="Select its subject, predicate, object."
    )


def _told(text: str) -> Term:
    """Read a term as the engine writes it into TSV: numbers and booleans as in Turtle."""
    if text.startswith("<<"):
        raise _triple_term()
    if text[0] in '<"_':
        return term_of(text)
    if text in ("true", "false"):
        return Literal(text, XSD + "boolean")
    if "e" in text or "E" in text:
        return Literal(text, XSD + "double")
    return Literal(text, XSD + ("decimal" if "." in text else "integer"))


def term_of(text: str) -> Term:
    """Read the N-Triples form of a term."""
    if text[0] == "<":
        return IRI(text[1:-1])
    if "\\" not in text and text[0] == '"':
        value, _, rest = text[1:].rpartition('"')
        if not rest:
            return Literal(value)
        if rest.startswith("^^"):
            return Literal(value, rest[3:-1])
    (found,) = ox.parse(f"<a:> <a:> {text} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    return term(found.object)


def _graphs(dataset: Dataset) -> dict[str, Any]:
    """Give a dataset as the engine takes it; raises InputError for a name that is no IRI."""
    try:
        default = [
            ox.DefaultGraph() if each == DEFAULT_GRAPH else ox.NamedNode(each)
            for each in dataset.default
        ]
        return {"default_graph": default, "named_graphs": [*map(ox.NamedNode, dataset.named)]}
    except ValueError as error:
        raise InputError(f"the name of a graph is no IRI: {error}") from None


def _row(solution: ox.QuerySolution) -> Row:
    return tuple(None if value is None else term(value) for value in solution)


def triple(found: ox.Triple | ox.Quad) -> Triple:
    """Turn a triple of pyoxigraph, or the triple of a quad, into ours."""
    return term(found.subject), term(found.predicate), term(found.object)


def _names(answer: ox.QuerySolutions) -> tuple[str, ...]:
    return tuple(variable.value for variable in answer.variables)


def _chunks(rows: Iterator[_T]) -> Iterator[list[_T]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _guarded(rows: Iterator[_T]) -> Iterator[_T]:
    """Pass rows on; what the engine raises while it reads becomes an error of ours."""
    try:
        yield from rows
    except (OSError, ValueError, RuntimeError) as error:
        _raise(error)


def _call(query: str, ask: Callable[[], _T]) -> _T:
    try:
        return ask()
    except SyntaxError as error:
        raise syntax_fault(query) or SyntaxFault(str(error)) from None
    except (OSError, ValueError, RuntimeError) as error:
        _raise(error)


def _raise(error: Exception) -> NoReturn:
    if isinstance(error, MagkgError):
        raise error
    if isinstance(error, OSError) or "Corruption" in str(error):
        raise _damaged(error, "the store") from None
    raise InputError(f"the query could not be answered: {error}") from None


def _damaged(error: Exception, place: str) -> StoreDamaged:
    return StoreDamaged(
        f"{place} could not be read: {error}",
        hint="Build the graph anew with `magkg build`; `magkg verify` says what is damaged.",
    )
