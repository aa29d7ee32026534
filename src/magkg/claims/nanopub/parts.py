"""What a nanopublication is: a head and three graphs, and the rules that these keep.

The rules are those of the nanopublication guidelines (nanopub.net/guidelines) as the reference
implementation (nanopub-java, org.nanopub.NanopubImpl) holds them: one head, whose graphs are
distinct, named under the nanopublication, none of them empty and none besides; provenance that
speaks of the assertion, publication info that speaks of the nanopublication; and a trusty code,
where the name has one, that is the hash of what is said, else literals that are of their datatypes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from magkg.claims.nanopub import trusty
from magkg.claims.nanopub.datatypes import fits
from magkg.errors import InputError
from magkg.vocabulary import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["NP", "NPX", "Nanopub", "faults", "split"]

NP: Final = "http://www.nanopub.org/nschema#"
NPX: Final = "http://purl.org/nanopub/x/"

_KIND = ox.NamedNode(NP + "Nanopublication")
_TYPE = ox.NamedNode(TYPE)
# What a message calls a graph, and the property of the head that names it.
_PARTS: Final = {
    "assertion": ox.NamedNode(NP + "hasAssertion"),
    "provenance": ox.NamedNode(NP + "hasProvenance"),
    "publication info": ox.NamedNode(NP + "hasPublicationInfo"),
}


@dataclass(frozen=True, slots=True)
class Nanopub:
    """One nanopublication as read.

    ``iri`` names it, ``graphs`` are the IRIs that its head gives each part (several, or none, in a
    faulty one), ``quads`` everything in its head and in these graphs, ``code`` its artifact code
    ("" where its name has none).
    """

    iri: ox.NamedNode
    head: ox.NamedNode
    graphs: dict[str, tuple[ox.NamedNode, ...]]
    quads: tuple[ox.Quad, ...]

    @property
    def code(self) -> str:
        """The artifact code of module RA in its name, "" where there is none."""
        return trusty.artifact_code(self.iri.value) or ""

    def part(self, name: str) -> tuple[ox.Quad, ...]:
        """Give the statements of ``assertion``, ``provenance`` or ``publication info``."""
        graphs = self.graphs[name]
        return tuple(each for each in self.quads if each.graph_name in graphs)


def split(quads: Iterable[ox.Quad]) -> tuple[list[Nanopub], list[str]]:
    """Divide the statements of a file into nanopublications, in the order of their IRIs.

    Gives them with what is wrong with the file itself: statements outside of all of them.
    """
    by_graph: defaultdict[object, list[ox.Quad]] = defaultdict(list)
    for quad in dict.fromkeys(quads):
        by_graph[quad.graph_name].append(quad)
    heads = sorted({_named(each) for each in _heads(by_graph)}, key=str)
    found = []
    taken: set[object] = set()
    for iri, head in heads:
        graphs = {name: _objects(by_graph[head], iri, prop) for name, prop in _PARTS.items()}
        names = dict.fromkeys((head, *(each for held in graphs.values() for each in held)))
        taken.update(names)
        own = tuple(quad for name in names for quad in by_graph.get(name, ()))
        found.append(Nanopub(iri, head, graphs, own))
    wrong = [] if found else ["no graph in it says that something is an np:Nanopublication"]
    if ox.DefaultGraph() in by_graph:
        wrong.append("statements stand outside of any graph")
    stray = sorted(str(each) for each in by_graph.keys() - taken - {ox.DefaultGraph()})
    if found:
        wrong += [f"the graph {each} belongs to no nanopublication" for each in stray]
    return found, wrong


def _heads(by_graph: dict[object, list[ox.Quad]]) -> Iterator[ox.Quad]:
    for held in by_graph.values():
        yield from (each for each in held if each.predicate == _TYPE and each.object == _KIND)


def _named(quad: ox.Quad) -> tuple[ox.NamedNode, ox.NamedNode]:
    if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.graph_name, ox.NamedNode):
        return quad.subject, quad.graph_name
    raise InputError(f"the nanopublication {quad.subject} has no IRI, or stands in no named graph")


def _objects(
    quads: Iterable[ox.Quad], subject: ox.NamedNode, prop: ox.NamedNode
) -> tuple[ox.NamedNode, ...]:
    held = (each for each in quads if each.subject == subject and each.predicate == prop)
    return tuple(each.object for each in held if isinstance(each.object, ox.NamedNode))


def faults(nanopub: Nanopub) -> list[str]:
    """Say what makes a nanopublication invalid, its signature left aside; nothing where it is."""
    wrong = _graph_faults(nanopub)
    if wrong:
        return wrong
    if _twice(nanopub):
        wrong.append("its head describes two nanopublications")
    for name in _PARTS:
        if not nanopub.part(name):
            wrong.append(f"its {name} graph is empty")
    (assertion,) = nanopub.graphs["assertion"]
    for name, target in (("provenance", assertion), ("publication info", nanopub.iri)):
        held = nanopub.part(name)
        if held and not any(target in (each.subject, each.object) for each in held):
            spoken = "the assertion" if name == "provenance" else "the nanopublication"
            wrong.append(f"its {name} graph says nothing of {spoken} {target}")
    # One that is published under its hash can no longer be corrected: the reference implementation
    # takes it as it is, and so do we.
    return wrong + (_code_faults(nanopub) if nanopub.code else _datatype_faults(nanopub))


def _twice(nanopub: Nanopub) -> bool:
    kinds = [each for each in nanopub.quads if each.predicate == _TYPE and each.object == _KIND]
    return len(kinds) > 1


def _graph_faults(nanopub: Nanopub) -> list[str]:
    wrong = []
    for name, graphs in nanopub.graphs.items():
        if len(graphs) != 1:
            wrong.append(f"its head names {len(graphs) or 'no'} {name} graph(s), not one")
    names = [nanopub.head, *(each for held in nanopub.graphs.values() for each in held)]
    if len(set(names)) < len(names):
        wrong.append("its graphs have no IRIs of their own: each part needs another")
    if nanopub.iri in names:
        wrong.append("its own IRI is that of one of its graphs")
    labels = ("head", *_PARTS)
    if wrong:
        return wrong
    return [
        f"the IRI of its {label} graph, {graph}, does not begin with its own, {nanopub.iri}"
        for label, graph in zip(labels, names, strict=True)
        if not graph.value.startswith(nanopub.iri.value)
    ]


def _datatype_faults(nanopub: Nanopub) -> list[str]:
    return [
        f'"{each.object.value}" is no value of {each.object.datatype}'
        for each in nanopub.quads
        if isinstance(each.object, ox.Literal) and not fits(each.object)
    ]


def _code_faults(nanopub: Nanopub) -> list[str]:
    try:
        if trusty.holds(nanopub.quads, nanopub.code):
            return []
    except InputError as error:
        return [error.reason]
    return [
        f"what it says was altered: its trusty code is {nanopub.code}, "
        f"but its statements give {trusty.made(nanopub.quads, nanopub.code)}"
    ]
