"""Whether an endpoint answers what a built graph holds: counts, every triple, both digests."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims import identity
from magkg.errors import Finding, FindingsError
from magkg.store.interface import Blank, Literal, Term, Triple
from magkg.store.oxigraph import triple

if TYPE_CHECKING:
    from magkg.store.endpoint import EndpointStore
    from magkg.store.manifest import Manifest
    from magkg.store.oxigraph import OxigraphStore

__all__ = ["count", "verify"]

# A page asks for so many subjects at most, and for as many as have so many triples: half of the
# row limit that a new Virtuoso has.
_SUBJECTS = 500
_TRIPLES = 5000
# So many differences are named, more are counted.
_NAMED = 10
_KIND = "not-as-pushed"


def count(endpoint: EndpointStore, graph: str | None) -> int:
    """Give the number of triples that an endpoint has in a graph (None: its default graph)."""
    pattern = "?s ?p ?o" if graph is None else f"GRAPH <{graph}> {{ ?s ?p ?o }}"
    ((number,),) = endpoint.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    return int(str(number))


def verify(
    store: OxigraphStore,
    endpoint: EndpointStore,
    default_graph: str | None,
    held: Mapping[str | None, int],
    manifest: Manifest,
    tell: Callable[[str], None],
) -> tuple[str, str]:
    """Ask for every triple by its subject, page by page; give root and content as answered.

    ``held`` has the number of triples for each graph, by its name on the server. Raises
    FindingsError, with the first differences, where the endpoint answers otherwise.
    """
    _compare_counts(endpoint, held)
    found = _Difference(endpoint.url)
    with tempfile.TemporaryDirectory(prefix="magkg-") as folder:
        answered = Path(folder) / "answered.nq"
        done, total = 0, sum(held.values())
        with answered.open("w", encoding="utf-8", newline="\n") as lines:
            for graph, page in _pages(store):
                here = default_graph if isinstance(graph, ox.DefaultGraph) else graph.value
                there = set(endpoint.construct(_query(here, page)))
                found.compare({each for triples in page.values() for each in triples}, there)
                lines.writelines(f"{identity.line(_quad(each, graph))}\n" for each in there)
                done += sum(map(len, page.values()))
                tell(f"verified {done:,} of {total:,} triples")
        found.refuse()
        root = identity.root(identity.claims(_read(answered)))
        content = identity.content(_read(answered))
    if (root, content) != (manifest.root, manifest.content):
        raise _differs(
            [Finding(endpoint.url, 0, "", _KIND, "the digests differ from those of the manifest")],
        )
    return root, content


def _compare_counts(endpoint: EndpointStore, held: Mapping[str | None, int]) -> None:
    findings = []
    for graph, wanted in held.items():
        number = count(endpoint, graph)
        if number == wanted:
            continue
        said = f"it holds {number:,} triples where {wanted:,} were pushed"
        if graph is None and number >= sum(held.values()):
            said += (
                "; the default graph there seems to be the union of all graphs: give the pushed"
                " one a name of its own with --default-graph IRI"
            )
        findings.append(Finding(endpoint.url, 0, graph or "the default graph", _KIND, said))
    if findings:
        raise _differs(findings)


class _Difference:
    """Collects in which triples an endpoint differs, and how."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.number = 0
        self.findings: list[Finding] = []

    def compare(self, here: set[Triple], there: set[Triple]) -> None:
        """Take the two sides of a page."""
        missing, strange = sorted(here - there, key=str), sorted(there - here, key=str)
        self.number += max(len(missing), len(strange))
        for each in missing[: _NAMED - len(self.findings)]:
            others = [other for other in strange if other[:2] == each[:2]]
            if others:
                strange.remove(others[0])
            wrote = f"is {_shown(others[0][2])} there" if others else "is not there"
            self._say(each, f"{_shown(each[1])} {_shown(each[2])} {wrote}")
        for each in strange[: _NAMED - len(self.findings)]:
            self._say(each, f"{_shown(each[1])} {_shown(each[2])} is there and not in the graph")

    def _say(self, each: Triple, said: str) -> None:
        self.findings.append(Finding(self.url, 0, str(each[0]), _KIND, said))

    def refuse(self) -> None:
        """Raise FindingsError where anything differed."""
        if self.number:
            raise _differs(self.findings, self.number)


def _differs(findings: list[Finding], number: int = 0) -> FindingsError:
    more = f" ({number:,} triples; the first are named)" if number > len(findings) else ""
    return FindingsError(
        f"the endpoint does not answer what was pushed{more}",
        findings,
        hint="Push again (with --replace where the numbers differ). Where the same values differ"
        " again, the server rewrites them: its answers cannot be proven to be this graph.",
    )


_Page = dict[str, list[Triple]]


def _pages(store: OxigraphStore) -> Iterator[tuple[ox.DefaultGraph | ox.NamedNode, _Page]]:
    """Give the triples of the store by subject, a page of subjects of one graph at a time."""
    for graph, quads in groupby(store.quads(), key=lambda quad: quad.graph_name):
        assert isinstance(graph, ox.DefaultGraph | ox.NamedNode), "no blank node was pushed"
        page: _Page = {}
        size = 0
        # The store has its quads in the order of graph and subject.
        for subject, own in groupby(quads, key=lambda quad: quad.subject):
            page[str(subject)] = [triple(quad) for quad in own]
            size += len(page[str(subject)])
            if len(page) >= _SUBJECTS or size >= _TRIPLES:
                yield graph, page
                page, size = {}, 0
        if page:
            yield graph, page


def _query(graph: str | None, page: _Page) -> str:
    pattern = "?s ?p ?o" if graph is None else f"GRAPH <{graph}> {{ ?s ?p ?o }}"
    subjects = " ".join(page)
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ {subjects} }} {pattern} }}"


def _read(path: Path) -> Iterator[ox.Quad]:
    return ox.parse(path=path, format=ox.RdfFormat.N_QUADS, lenient=True)


def _quad(found: Triple, graph: ox.DefaultGraph | ox.NamedNode) -> ox.Quad:
    subject, predicate, value = found
    return ox.Quad(ox.NamedNode(str(subject)), ox.NamedNode(str(predicate)), _ox(value), graph)


def _ox(value: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if isinstance(value, Literal):
        if value.language is not None:
            return ox.Literal(value.value, language=value.language)
        return ox.Literal(value.value, datatype=ox.NamedNode(value.datatype))
    return ox.BlankNode(value.label) if isinstance(value, Blank) else ox.NamedNode(value)


def _shown(value: Term) -> str:
    return str(_ox(value))
