"""Turtle, TriG, N-Quads, N-Triples and RDF/XML of a subgraph.

TriG and N-Quads carry both graphs: the default graph, and ``mag:stated`` with the bare triples that
the claims affirm. The other three know no graphs; they carry the default graph, from which the bare
triples follow (the triple of every claim that affirms). N-Quads and N-Triples are canonical lines
in the order of their code points, so exports can be compared with ``diff`` and ``comm``. In the
others the statements of one subject stand together: sources with their claims, passages and
evidence first, then the rest, each in the order of the IRIs. The same statements give the same
bytes.

What XML 1.0 cannot hold is refused by RDF/XML, with the name of what holds it: control characters,
U+FFFE and U+FFFF, a predicate that does not end in a local name. Nothing else is lost anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

import pyoxigraph as ox

from magkg.claims.identity import ordered
from magkg.claims.layout import block
from magkg.errors import UnknownName
from magkg.use.export.rdf import jsonld
from magkg.use.export.rdf.bulk import in_order, quads_of
from magkg.use.export.rdf.lines import Block, TurtleNames, line, sections
from magkg.use.export.rdf.statements import Statements
from magkg.use.export.rdf.xml import write_xml
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from magkg.store.interface import Triple
    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["SERIALISED", "serialise", "write", "write_blocks"]

_BULK = {"nquads": ox.RdfFormat.N_QUADS, "ntriples": ox.RdfFormat.N_TRIPLES}
_DEFAULT = ox.DefaultGraph()
_BARE = f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH <{MAG}stated> {{ ?s ?p ?o }} }}"


def write(subgraph: Subgraph, out: BinaryIO, options: Options, form: str) -> Mapping[str, int]:
    """Write a subgraph as ``turtle``, ``trig``, ``nquads``, ``ntriples`` or ``rdfxml``.

    Gives the numbers of claims, statements (of the default graph) and bare triples (``stated``).
    Raises InputError, naming the subject, for what the format cannot carry.
    """
    counts = {"claims": len(subgraph)}
    quads = quads_of(subgraph) if form in _BULK else None
    if quads is not None:
        return counts | _bulk(subgraph, quads, out, options, form)
    statements = Statements(subgraph, options.tell)
    if form == "nquads":
        return counts | _nquads(statements, out)
    counts["statements"] = serialise(
        statements.described(),
        "turtle" if form == "trig" else form,
        subgraph.graph.prefixes,
        out,
    )
    if form == "trig":
        counts["stated"] = _named_graph(statements, out)
    return counts


def _bulk(
    subgraph: Subgraph, quads: Iterator[ox.Quad], out: BinaryIO, options: Options, form: str
) -> dict[str, int]:
    """Write the lines of a whole built graph, which its build found sound."""
    built = subgraph.graph.manifest
    claims, total = len(subgraph), built.counts.get("quads", 0) if built else 0
    lines = 0

    def tell(more: int) -> None:
        nonlocal lines
        lines += more
        options.tell(min(claims, claims * lines // max(total, 1)), claims)

    named = form == "nquads"
    wanted = quads if named else (each for each in quads if each.graph_name == _DEFAULT)
    for text in in_order(wanted, _BULK[form], tell):
        out.write(text)
    options.tell(claims, claims)
    if not named:
        return {"statements": lines}
    rows = subgraph.graph.store.select(_BARE, subgraph.graph.timeout)
    stated = int(str(next(iter(rows))[0]))
    return {"statements": lines - stated, "stated": stated}


def serialise(
    triples: Iterable[Triple], form: str, prefixes: Mapping[str, str], out: BinaryIO
) -> int:
    """Write triples of any graph as one of SERIALISED; gives their number, each counted once.

    Blank nodes are written by their labels. Raises UnknownName for another format, InputError for
    what the format cannot carry.
    """
    if form not in _WRITERS:
        raise UnknownName("format of triples", form, _WRITERS)
    return _WRITERS[form](triples, prefixes, out)


def _ntriples(triples: Iterable[Triple], prefixes: Mapping[str, str], out: BinaryIO) -> int:
    return _lines(map(line, triples), out)


def _lines(lines: Iterable[str], out: BinaryIO) -> int:
    count = 0
    for each in ordered(lines):
        out.write(f"{each}\n".encode())
        count += 1
    return count


def _nquads(statements: Statements, out: BinaryIO) -> dict[str, int]:
    stated = 0

    def lines() -> Iterator[str]:
        nonlocal stated
        yield from map(line, statements.described())
        bare = {line(triple, MAG + "stated") for triple in statements.stated()}
        stated = len(bare)
        yield from bare

    return {"statements": _lines(lines(), out) - stated, "stated": stated}


def _turtle(triples: Iterable[Triple], prefixes: Mapping[str, str], out: BinaryIO) -> int:
    names = TurtleNames(None, prefixes)
    out.write(names.head().encode())
    return write_blocks(sections(triples, prefixes.get("src", "")), names, out)


def write_blocks(
    found: Iterable[Block], names: TurtleNames, out: BinaryIO, indent: str = ""
) -> int:
    """Write the statements of each subject as Turtle; gives the number of statements."""
    count = 0
    for each in found:
        count += len(each)
        text = block(each, names)
        if indent:
            text = "".join(f"{indent}{row}" for row in text.splitlines(keepends=True))
        out.write(f"\n{text}".encode())
    return count


def _named_graph(statements: Statements, out: BinaryIO) -> int:
    names = TurtleNames(None, statements.graph.prefixes)
    out.write(f"\n{names.iri(MAG + 'stated')} {{\n".encode())
    count = write_blocks(sections(statements.stated(), ""), names, out, "    ")
    out.write(b"}\n")
    return count


def _jsonld(triples: Iterable[Triple], prefixes: Mapping[str, str], out: BinaryIO) -> int:
    return jsonld.document(triples, (), prefixes, out)[0]


_WRITERS: Mapping[str, Callable[[Iterable[Triple], Mapping[str, str], BinaryIO], int]] = {
    "turtle": _turtle,
    "ntriples": _ntriples,
    "rdfxml": write_xml,
    "jsonld": _jsonld,
}
# The formats of the triples of any CONSTRUCT.
SERIALISED = tuple(_WRITERS)
