"""A graph project: a folder with graphs/, and the names its claims live under."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from magkg import resources, vocabulary
from magkg.errors import InputError

__all__ = ["SUFFIXES", "Project", "bundled", "find", "here", "rdf_files", "shown"]

# The suffixes that are read as authored RDF (RDF/XML for what others send).
SUFFIXES = (".ttl", ".trig", ".nt", ".nq", ".rdf")


@dataclass(frozen=True)
class Project:
    """A folder that holds graphs/; ``root`` is that folder."""

    root: Path

    @property
    def graphs(self) -> Path:
        """The folder of what is authored."""
        return self.root / "graphs"

    @property
    def built(self) -> Path:
        """The folder that `build` writes unless told otherwise."""
        return self.root / "build" / "graph"

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The engine's prefixes, with con:, src: and study: as graphs/prefixes.ttl sets them."""
        own = self.graphs / "prefixes.ttl"
        if not own.is_file():
            return vocabulary.prefixes()
        try:
            found = vocabulary.declared(own)
        except SyntaxError as error:
            raise InputError(str(error), file=str(own), line=error.lineno) from None
        return MappingProxyType(dict(sorted({**vocabulary.prefixes(), **found}.items())))

    def namespace(self, prefix: str) -> str:
        """Give the namespace of ``con``, ``src``, ``study`` or another known prefix."""
        return self.prefixes[prefix]

    def files(self) -> Iterator[Path]:
        """Give every authored RDF file; see ``rdf_files``."""
        return rdf_files(self.graphs)


def rdf_files(folder: Path) -> Iterator[Path]:
    """Give every RDF file in and below a folder, of a project those in graphs/, in path order.

    Raises InputError for a link that points out of the folder.
    """
    if (folder / "graphs").is_dir():
        folder = folder / "graphs"
    top = folder.resolve()
    for path in sorted(folder.rglob("*")):
        if path.suffix in SUFFIXES and path.is_file():
            if not path.resolve().is_relative_to(top):
                raise InputError(
                    f"this link leaves the folder {folder.name or folder}",
                    file=shown(path),
                    hint="Put the file itself there.",
                )
            yield path


def shown(path: Path) -> str:
    """Give a path as the user would type it: relative, where it lies under the working folder."""
    relative = os.path.relpath(path.absolute())
    return str(path) if relative.startswith(os.pardir) else relative


def find(start: Path) -> Project | None:
    """Give the project that ``start`` (a file or a folder) lies in: the nearest with graphs/."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / "graphs").is_dir():
            return Project(folder)
    return None


def bundled() -> Project:
    """Give the project that travels with magkg: the magnesium graph."""
    return Project(resources.data("graphs").parent)


def here() -> Project:
    """Give the project of the working folder, else the bundled one."""
    return find(Path.cwd()) or bundled()
