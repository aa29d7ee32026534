"""Reads files of nanopublications, refuses what is not valid, and gives the claims they hold."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from magkg import resources
from magkg.claims import turtle
from magkg.claims.nanopub import carried, foreign, parts, signature, trix
from magkg.claims.nanopub.rebased import rebased
from magkg.claims.project import shown
from magkg.claims.tables.landing import Brought
from magkg.claims.tables.lookup import KNOWN_BY
from magkg.errors import InputError
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyoxigraph as ox

    from magkg.claims.nanopub.parts import Nanopub
    from magkg.claims.standing import Standing

__all__ = ["SUFFIXES", "Taken", "is_nanopub", "nanopublications", "read"]

# TriG, N-Quads and TriX; JSON-LD is not read, since its contexts may lie on the network.
SUFFIXES: Final = (".trig", ".nq", ".xml")
_SPACES: Final = ("src", "study", "con")


@dataclass(frozen=True, slots=True)
class Taken:
    """A claim as it was taken out of a nanopublication.

    ``origin`` counts the nanopublications from 1, ``file`` is the path as shown, ``nanopub`` and
    ``claim`` are IRIs, ``own`` says that magkg wrote it, ``quads`` describe the claim and what it
    leads to, in the default graph, and hold nothing that a build derives.
    """

    origin: int
    file: str
    nanopub: str
    claim: str
    own: bool
    quads: frozenset[ox.Quad]

    @property
    def brought(self) -> Brought:
        """The same as a landing takes it."""
        return Brought(
            self.origin, [self.claim], list(self.quads), file=self.file, name=self.nanopub
        )


def is_nanopub(path: Path) -> bool:
    """Say whether a path has a suffix of nanopublications, or is a folder of such files."""
    if path.is_dir():
        return next(_files([path]), None) is not None
    return path.suffix in SUFFIXES


def nanopublications(path: Path) -> list[Nanopub]:
    """Read the nanopublications of a file, in the order of their IRIs; there may be several.

    Raises SyntaxFault for what does not parse, and InputError, with every reason, where one of them
    is not valid or its signature cannot be checked.
    """
    found, wrong = _split(path)
    try:
        for each in found:
            faults = parts.faults(each) or signature.faults(each)
            wrong += [f"<{each.iri.value}>: {fault}" for fault in faults]
    except InputError as error:
        raise InputError(error.reason, file=shown(path), hint=error.hint) from None
    if wrong:
        raise InputError(
            f"no valid nanopublication: {'; '.join(wrong)}",
            file=shown(path),
            hint="Ask its publisher for the original; nothing of it was taken over.",
        )
    return found


def _split(path: Path) -> tuple[list[Nanopub], list[str]]:
    name = shown(path)
    if path.suffix not in SUFFIXES:
        raise InputError(
            "the suffix is none of a file of nanopublications",
            file=name,
            hint=f"Files that can be read end in {', '.join(SUFFIXES)}.",
        )
    quads = trix.read(path, name) if path.suffix == ".xml" else turtle.read(path, name=name).quads
    try:
        return parts.split(quads)
    except InputError as error:
        raise InputError(error.reason, file=name, hint=error.hint) from None


def read(paths: Iterable[Path], standing: Standing, when: str | None) -> Iterator[Taken]:
    """Give the claim of each nanopublication of these files, or of the files in these folders.

    ``standing`` knows of concepts and predicates; ``when`` is the time of the import in UTC, which
    claims of others need. All of the files are checked before the first claim is given. Raises
    InputError where one is not valid, where it holds a claim of ours that was altered, or one of
    others and there is no time.
    """
    files = list(_files(paths))
    if not files:
        raise InputError(
            "no file of nanopublications is there",
            hint=f"Files that can be read end in {', '.join(SUFFIXES)}.",
        )
    for path in files:
        for each in nanopublications(path):
            if _own(each, path) is None and when is None:
                raise InputError(
                    "say when this nanopublication of others was taken over",
                    file=shown(path),
                    hint="--date 2026-01-31: the same on every import of the same file, so that a "
                    "second one changes nothing.",
                )
    project = standing.project
    known = foreign.Known.of(
        project.namespace("src"),
        chain(standing.said(*KNOWN_BY), standing.typed(MAG + "Predicate"), _vocabulary()),
    )
    spaces = {name: project.namespace(name) for name in _SPACES}
    origin = 0
    for path in files:
        for each in _split(path)[0]:
            origin += 1
            own = _own(each, path)
            if own is None:
                assert when is not None
                claim, quads = foreign.claim(each, known, when)
            else:
                claim, quads = rebased(*own, spaces)
            yield Taken(origin, shown(path), each.iri.value, claim, own is not None, quads)


def _own(nanopub: Nanopub, path: Path) -> tuple[str, frozenset[ox.Quad]] | None:
    try:
        return carried.claim(nanopub) if carried.is_own(nanopub) else None
    except InputError as error:
        raise InputError(f"<{nanopub.iri.value}>: {error.reason}", file=shown(path)) from None


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (
                each
                for each in sorted(path.rglob("*"))
                if each.suffix in SUFFIXES and each.is_file()
            )
        else:
            yield path


def _vocabulary() -> tuple[ox.Quad, ...]:
    return turtle.read(resources.data("ontology") / "predicates.ttl").quads
