"""What stands already where outside data come to: the files of a project, or a built graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from magkg.claims.tables.merging import CLAIM, Facts, by_subject, is_a, subjects, value
from magkg.vocabulary import LABEL, MAG, PROV, TYPE

if TYPE_CHECKING:
    from collections.abc import Collection

    import pyoxigraph as ox

    from magkg.claims.project import Project
    from magkg.claims.turtle import Document

__all__ = ["FOLDER", "Files", "Standing"]

# The folder of imported files, in graphs/.
FOLDER: Final = "imported"


class Standing(Protocol):
    """What an import asks of what stands already.

    Statements are those that somebody authored: neither the ontology's nor what a build derives.
    """

    @property
    def project(self) -> Project:
        """The project that files land in, and whose namespaces are in use."""

    def said(self, *predicates: str) -> Iterator[ox.Quad]:
        """Give the statements that have one of these predicates."""

    def typed(self, kind: str) -> Iterator[ox.Quad]:
        """Give the statements that a node is of a class."""

    def guessed(self, kind: str) -> Iterable[ox.Quad]:
        """Give what `typed` gives of nodes that `beside` may lack, and a misspelt name may mean."""

    def of(self, iri: str) -> Collection[ox.Quad]:
        """Give what is stated of a node."""

    def owned(self, iri: str) -> bool:
        """Say whether a node is described outside graphs/imported/."""

    def landed(self, path: Path, iris: Iterable[str]) -> Document | None:
        """Give an imported file as it stands, as far as it describes these nodes, or more of it."""

    def holds(self, document: Document, text: str) -> bool:
        """Say whether a file stands there as it would be written."""

    def beside(self, documents: Iterable[Document]) -> tuple[Document, ...]:
        """Give what these files, which take the place of what was there, are checked beside."""

    def read_as(self, label: str) -> Iterator[str]:
        """Give the claims that imports with this label brought, by file and IRI."""


@dataclass(frozen=True)
class Files:
    """The files of a project, as they were read: a `Standing`."""

    project: Project
    documents: tuple[Document, ...] = ()

    @cached_property
    def _imported(self) -> dict[Path, Document]:
        folder = (self.project.graphs / FOLDER).resolve()
        paths = ((each.path.resolve(), each) for each in self.documents)
        return {path: each for path, each in paths if path.is_relative_to(folder)}

    @cached_property
    def _owned(self) -> set[str]:
        foreign = {id(each) for each in self._imported.values()}
        own = (each for each in self.documents if id(each) not in foreign)
        return {iri for each in own for iri in subjects(each.quads)}

    @cached_property
    def _facts(self) -> Facts:
        return by_subject(self._quads())

    def _quads(self) -> Iterator[ox.Quad]:
        return (quad for each in self.documents for quad in each.quads)

    def said(self, *predicates: str) -> Iterator[ox.Quad]:
        """Give the statements that have one of these predicates."""
        return (quad for quad in self._quads() if quad.predicate.value in predicates)

    def typed(self, kind: str) -> Iterator[ox.Quad]:
        """Give the statements that a node is of a class."""
        return (quad for quad in self.said(TYPE) if value(quad) == kind)

    def guessed(self, kind: str) -> Iterable[ox.Quad]:
        """Give nothing: `beside` gives all that stands."""
        return ()

    def of(self, iri: str) -> Collection[ox.Quad]:
        """Give what is stated of a node."""
        return self._facts.get(iri, ())

    def owned(self, iri: str) -> bool:
        """Say whether a node is described outside graphs/imported/."""
        return iri in self._owned

    def landed(self, path: Path, iris: Iterable[str]) -> Document | None:
        """Give an imported file as it stands, all of it."""
        return self._imported.get(path.resolve())

    def holds(self, document: Document, text: str) -> bool:
        """Say whether a file has these very bytes."""
        return document.path.is_file() and document.path.read_bytes() == text.encode()

    def beside(self, documents: Iterable[Document]) -> tuple[Document, ...]:
        """Give all other files."""
        paths = {each.path.resolve() for each in documents}
        return tuple(each for each in self.documents if each.path.resolve() not in paths)

    def read_as(self, label: str) -> Iterator[str]:
        """Give the claims that imports with this label brought, by file and IRI."""
        for document in self._imported.values():
            nodes = by_subject(document.quads)
            readings = {
                f"<{iri}>"
                for iri, own in nodes.items()
                if any(q.predicate.value == LABEL and value(q) == label for q in own)
                and any(value(q) == MAG + "Reading" for q in own)
            }
            for iri, own in sorted(nodes.items()):
                read = {str(q.object) for q in own if q.predicate.value == PROV + "wasGeneratedBy"}
                if is_a(own, CLAIM) and read & readings:
                    yield iri
