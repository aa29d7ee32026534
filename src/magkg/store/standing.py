"""What stands in a built graph, asked node by node, for what is brought into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims import turtle
from magkg.claims.project import Project, shown
from magkg.claims.standing import FOLDER
from magkg.store import manifest
from magkg.store.authored import authored, base_of, file_of, head, spaces_of, vocabulary
from magkg.store.update import merging
from magkg.store.update.focus import surroundings
from magkg.store.update.graph import IS_A, Graph, Node, Overlaid, about, mag, value
from magkg.vocabulary import LABEL, MAG, PROV, SH, prefixes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from magkg.claims.turtle import Document

__all__ = ["Built"]

_DEFAULT = ox.DefaultGraph()
_HEAD = tuple(ox.NamedNode(SH + name) for name in ("declare", "namespace", "prefix"))
_ONTOLOGY = ox.NamedNode("http://www.w3.org/2002/07/owl#Ontology")
_CLAIM, _READING = mag("Claim"), mag("Reading")
_LABEL, _MADE_BY = ox.NamedNode(LABEL), ox.NamedNode(PROV + "wasGeneratedBy")
# Names that differ in case alone are looked for among all nodes of these classes.
_NAMED = tuple(MAG + name for name in ("Concept", "Quantity", "Source", "Study"))
# The links without which a node says nothing.
_LINKS = (*merging.PART_OF, mag("leftOut"))
# Of a class with more nodes than these, none is guessed at for a misspelt name.
_MOST = 100_000


class Built:
    """A built graph as a `magkg.claims.standing.Standing`.

    Its statements stay where they are: a look-up takes the time that its answer takes. Statements
    are those that somebody authored.
    """

    def __init__(self, folder: Path, work: Path) -> None:
        """``work`` is a folder for the project that files land in, with the graph's namespaces.

        Raises StoreUnavailable where there is no graph, StoreDamaged where it is not whole.
        """
        self.folder = folder
        self.manifest = manifest.open_store(folder)[1]
        store = ox.Store.read_only(str(folder / "stores" / self.manifest.store))
        self.graph = Graph(store)
        self.project = Project(work)
        self._owned: dict[str, bool] = {}
        self.project.graphs.mkdir(parents=True)
        if self._head:
            text = turtle.write(self._head, base=None, prefixes={**prefixes(), **self._spaces})
            (self.project.graphs / "prefixes.ttl").write_bytes(text.encode())

    @cached_property
    def _head(self) -> list[ox.Quad]:
        said = (self._pattern(each, None) for each in _HEAD)
        return head(authored(chain(*said, self._pattern(IS_A, _ONTOLOGY))))

    @cached_property
    def _spaces(self) -> Mapping[str, str]:
        return spaces_of(self._head)

    def _pattern(self, predicate: Node, target: Node | None) -> Iterator[ox.Quad]:
        return self.graph.store.quads_for_pattern(None, predicate, target, _DEFAULT)

    def _file(self, iri: str) -> str:
        return file_of(iri, self._spaces, self.manifest.inputs)

    def said(self, *predicates: str) -> Iterator[ox.Quad]:
        """Give the statements that have one of these predicates."""
        for each in predicates:
            yield from self._authored(self._pattern(ox.NamedNode(each), None))

    def typed(self, kind: str) -> Iterator[ox.Quad]:
        """Give the statements that a node is of a class."""
        return self._authored(self._pattern(IS_A, ox.NamedNode(kind)))

    def _authored(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        return (quad for quad in quads if quad not in vocabulary())

    def guessed(self, kind: str) -> Iterator[ox.Quad]:
        """Give what `typed` gives of a class that is small enough to guess a name in."""
        many = next(islice(self.typed(kind), _MOST, None), None) is not None
        return iter(()) if many else self.typed(kind)

    def of(self, iri: str) -> Collection[ox.Quad]:
        """Give what is stated of a node."""
        return list(authored(self.graph.of(ox.NamedNode(iri))))

    def owned(self, iri: str) -> bool:
        """Say whether a node is described, and was not imported."""
        known = self._owned.get(iri)
        if known is None:
            own = not self._file(iri).startswith(f"{FOLDER}/")
            known = self._owned[iri] = own and bool(self.of(iri))
        return known

    def landed(self, path: Path, iris: Iterable[str]) -> Document | None:
        """Give an imported file as it stands, as far as it describes these nodes."""
        name = path.relative_to(self.project.graphs).as_posix()
        if f"graphs/{name}" not in self.manifest.inputs:
            return None
        quads = [quad for iri in iris if self._file(iri) == name for quad in self.of(iri)]
        return turtle.Document(path, shown(path), tuple(quads), base=base_of(name, self._spaces))

    def holds(self, document: Document, text: str) -> bool:
        """Say whether all that a file states stands there."""
        return all(quad in self.graph.store for quad in document.quads)

    def beside(self, documents: Iterable[Document]) -> tuple[Document, ...]:
        """Give what a check of these files reads of the graph, as one document."""
        graph = Overlaid(self.graph.store, (quad for each in documents for quad in each.quads))
        found = set(surroundings(graph, graph.nodes, graph.own))
        for node in graph.nodes:
            links = (next(graph.to(way, node), None) for way in _LINKS)
            found |= {quad for quad in links if quad is not None}
        found |= set(self._alike(graph))
        kept = [quad for quad in found if about(quad) not in graph.nodes]
        return (turtle.Document(self.folder, shown(self.folder), tuple(self._authored(kept))),)

    def _alike(self, graph: Overlaid) -> Iterator[ox.Quad]:
        """Give the classes of nodes whose names differ from those of others in case alone."""
        names = {
            about(quad).value.casefold()
            for quad in graph.own
            if quad.predicate == IS_A and getattr(quad.object, "value", "") in _NAMED
        }
        for kind in _NAMED if names else ():
            yield from (q for q in self.typed(kind) if about(q).value.casefold() in names)

    def read_as(self, label: str) -> Iterator[str]:
        """Give the claims that imports with this label brought, by file and IRI."""
        found: set[tuple[str, str]] = set()
        for quad in self.typed(_READING.value):
            reading = about(quad)
            file = self._file(reading.value)
            labels = {value(each).value for each in self.graph.of(reading, _LABEL)}
            if label in labels and file.startswith(f"{FOLDER}/"):
                found |= {
                    (file, each.value)
                    for each in self.graph.subjects(_MADE_BY, reading)
                    if self.graph.is_a(each, _CLAIM) and self._file(each.value) == file
                }
        return (iri for _, iri in sorted(found))

    def parts(self, documents: Iterable[Document]) -> list[ox.Quad]:
        """Give what stands of the parts of the claims in files, where these do not describe them.

        An update replaces a claim with its parts: what is not given again is gone.
        """
        nodes = {about(quad) for each in documents for quad in each.quads}
        claims = {node for node in nodes if self.graph.is_a(node, _CLAIM)}
        others = merging.parts(self.graph, claims) - nodes
        return [quad for node in others for quad in merging.authored(self.graph, node)]
