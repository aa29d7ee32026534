"""Where imported statements land: one canonical file a source in graphs/imported/.

::

    graphs/imported/SLUG.ttl            a source: its record, readings, claims, passages
    graphs/imported/studies/SLUG.ttl    a study that these claims lean on
    graphs/imported/concepts/KIND.ttl   concepts that the import made, with their mappings

How to use it, from any reader of outside data (tables, nanopublications)::

    landing = Landing(standing)              # what stands already: `standing.Files`, or a graph
    for origin, ... in outside data:         # a number: the row, or the nanopublication
        iri, quads = naming.named(source, ...)  # the claim, named after what it says
        landing.add(Brought(origin, [iri], quads))  # with source, reading, passages, studies ...
    for each in landing.staged(): ...        # the files as they would be: validate them
    landing.drop(origins)                    # leave rows out; then staged() again
    landing.write(landing.staged())          # each file replaced at once

`magkg.use.importing` does all of this for a *feed*: an iterator of `Brought` and of `rows.Bad`
(what cannot be taken over, with its number and the reason), and validates, reports and writes. A
reader of another format gives a feed; for nanopublications that is
``magkg.claims.nanopub.feed.feed(path, standing, date)``.

The file of a statement follows from its subject alone: a fragment of a source, a study, a concept
(whose kind is among the same quads). So whatever the order of the rows, the files are the same
bytes. Statements wait in a file on disk, not in memory; only one file of the result is held.

Nothing that a person authored is touched or contradicted: a node that is described outside
graphs/imported/ keeps that description, and the imported one is dropped. Of what stands in
graphs/imported/ already:

- a claim that is known keeps its description and its first reading; ids and ratings of the set it
  came from are added;
- of any other node, properties that hold many values (`merging.MANY`) gain the new ones, those
  that hold one value take the new one;
- nothing is ever removed: claims that are not in the data any more stay.

Of two rows that disagree about a property with one value, `disagreements` tells; for a study that
was added as ``loose`` the property is left out. A new concept with several labels has the first by
code point, the others are its altLabels.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims import identity, lines, turtle
from magkg.claims.lines import LineMap
from magkg.claims.project import shown
from magkg.claims.replacing import replace_files
from magkg.claims.standing import FOLDER
from magkg.claims.tables.context import SLUG
from magkg.claims.tables.merging import (
    CLAIM,
    Facts,
    by_subject,
    is_a,
    is_record,
    merged,
    rival,
    settled,
    value,
)
from magkg.errors import InputError
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from magkg.claims.standing import Standing
    from magkg.claims.turtle import Document

__all__ = ["Brought", "Disagreement", "Landing", "Staged"]

_BATCH = 10_000


@dataclass(frozen=True, order=True, slots=True)
class Disagreement:
    """A row that says of a node's property another value than another row does."""

    origin: int
    iri: str
    predicate: str
    value: str
    against: int
    other: str


@dataclass(frozen=True, slots=True)
class Staged:
    """A file as it would be written.

    ``document`` has the path it would have, ``text`` is its canonical form; ``new`` and ``known``
    are the IRIs of the claims that the import brings to it, ``changed`` says whether another file
    stands there, ``replaced`` whether a statement of that one is there no more.
    """

    document: Document
    text: str
    new: tuple[str, ...]
    known: tuple[str, ...]
    changed: bool
    replaced: bool


@dataclass(slots=True)
class Brought:
    """What one row brings.

    ``number`` of the row, ``claims`` their IRIs, ``quads`` all that is stated, ``loose`` the
    studies of which what rows disagree about is left out, ``partners`` the rows that make a claim
    together with this one. A nanopublication has the ``file`` that it stands in, and its ``name``.
    """

    number: int
    claims: list[str] = field(default_factory=list)
    quads: list[ox.Quad] = field(default_factory=list)
    loose: set[str] = field(default_factory=set)
    partners: frozenset[int] = frozenset()
    file: str = ""
    name: str = ""


class Landing:
    """Statements on their way into graphs/imported/, grouped by the file they belong into."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.project = project = standing.project
        self.folder = project.graphs / FOLDER
        self._spaces = tuple(project.namespace(each) for each in ("src", "study", "con"))
        self._spool = tempfile.TemporaryDirectory(prefix="magkg-")
        self._rows = sqlite3.connect(Path(self._spool.name) / "rows")
        self._rows.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE quad (file TEXT, line TEXT, origin INTEGER,"
            " PRIMARY KEY (file, line, origin)) WITHOUT ROWID;"
            "CREATE TABLE node (iri TEXT, origin INTEGER,"
            " PRIMARY KEY (iri, origin)) WITHOUT ROWID;"
        )
        self._loose: set[str] = set()
        self._waiting: list[tuple[str, str, int]] = []
        self._nodes: set[tuple[str, int]] = set()

    def __enter__(self) -> Landing:
        return self

    def __exit__(self, *error: object) -> None:
        self._rows.close()
        self._spool.cleanup()

    def add(self, brought: Brought) -> None:
        """Take in what one row states, all of it in the default graph.

        Raises InputError for a subject that is no source, study or concept of the project, nor a
        fragment of one.
        """
        stated, origin = brought.quads, brought.number
        self._loose |= brought.loose
        kinds = {
            quad.subject.value: quad.object.value
            for quad in stated
            if quad.predicate.value == MAG + "conceptKind"
            and isinstance(quad.subject, ox.NamedNode)
            and isinstance(quad.object, ox.NamedNode)
        }
        rows = []
        for quad in stated:
            if not isinstance(quad.subject, ox.NamedNode):
                raise InputError(f"{quad.subject} has no name, so it cannot be imported")
            subject = quad.subject.value
            rows.append((self._file(subject, kinds), identity.line(quad), origin))
            self._nodes.add((subject, origin))
        self._waiting += rows
        if len(self._waiting) > _BATCH:
            self._flush()

    def drop(self, origins: Collection[int]) -> None:
        """Leave out what these rows state."""
        self._flush()
        rows = [(each,) for each in origins]
        self._rows.executemany("DELETE FROM quad WHERE origin = ?", rows)
        self._rows.executemany("DELETE FROM node WHERE origin = ?", rows)

    def origins(self, iri: str) -> list[int]:
        """Give the rows that describe a node, in order."""
        self._flush()
        found = self._rows.execute("SELECT origin FROM node WHERE iri = ? ORDER BY 1", (iri,))
        return [row[0] for row in found]

    def disagreements(self) -> list[Disagreement]:
        """Give all rows that say of a source, study or concept what another row denies.

        All of them, and not only the later ones: the order of the rows is no matter.
        """
        found: list[Disagreement] = []
        for name, new in self._gathered():
            for iri, own in new.items():
                if iri not in self._loose and is_record(own) and not self.standing.owned(iri):
                    for values in rival(own).values():
                        found += self._rivals(name, iri, values)
        return sorted(found)

    def _rivals(self, name: str, iri: str, values: Iterable[ox.Quad]) -> Iterator[Disagreement]:
        query = "SELECT origin FROM quad WHERE file = ? AND line = ? ORDER BY 1"
        said = []
        for each in values:
            origins = [row[0] for row in self._rows.execute(query, (name, identity.line(each)))]
            said.append((origins, each))
        said.sort(key=lambda pair: (pair[0], str(pair[1])))
        for origins, each in said:
            (other, *_), theirs = said[1] if each is said[0][1] else said[0]
            for origin in origins:
                yield Disagreement(
                    origin, iri, each.predicate.value, value(each), other, value(theirs)
                )

    def staged(self) -> Iterator[Staged]:
        """Give the files as they would be, in the order of their names; one is held at a time."""
        for name, new in self._gathered():
            settled_ = {iri: settled(own, loose=iri in self._loose) for iri, own in new.items()}
            staged = self._staged(name, settled_)
            if staged is not None:
                yield staged

    def _gathered(self) -> Iterator[tuple[str, Facts]]:
        """Give what all rows say, file by file."""
        self._flush()
        files = [row[0] for row in self._rows.execute("SELECT DISTINCT file FROM quad ORDER BY 1")]
        for name in files:
            rows = self._rows.execute(
                "SELECT DISTINCT line FROM quad WHERE file = ? ORDER BY 1", (name,)
            )
            text = "\n".join(row[0] for row in rows)
            yield name, by_subject(ox.parse(text, format=ox.RdfFormat.N_QUADS))

    def write(self, staged: Iterable[Staged]) -> list[Path]:
        """Write the files that changed (``replacing.replace_files``); give their paths.

        Raises OutputError where one cannot be written.
        """
        return replace_files((each.document.path, each.text) for each in staged if each.changed)

    def _flush(self) -> None:
        self._rows.executemany("INSERT OR IGNORE INTO quad VALUES (?, ?, ?)", self._waiting)
        self._rows.executemany("INSERT OR IGNORE INTO node VALUES (?, ?)", sorted(self._nodes))
        self._waiting.clear()
        self._nodes.clear()

    def _file(self, subject: str, kinds: dict[str, str]) -> str:
        """Give the file of a node, relative to the folder of imports."""
        bare = subject.partition("#")[0]
        source, study, concept = self._spaces
        for space, folder in ((source, ""), (study, "studies/")):
            if bare.startswith(space) and SLUG.fullmatch(bare, len(space)):
                return f"{folder}{bare[len(space) :]}.ttl"
        if bare.startswith(concept):
            kind = kinds.get(bare, "").removeprefix(MAG).removesuffix("Concept") or "mappings"
            if kind.isalpha():  # it becomes a file name before anything is validated
                return f"concepts/{kind}.ttl"
        raise InputError(
            f"<{subject}> is no source, study or concept of this project",
            hint=f"Names begin with {source}, {study} or {concept}, then a slug.",
        )

    def _staged(self, name: str, new: Facts) -> Staged | None:
        path = self.folder / name
        before = self.standing.landed(path, new)
        old = by_subject(before.quads) if before else {}
        brought = sorted(iri for iri, own in new.items() if is_a(own, CLAIM))
        known = {iri for iri in brought if iri in old or self.standing.owned(iri)}
        whole = merged(old, {k: v for k, v in new.items() if not self.standing.owned(k)})
        quads = {quad for own in whole.values() for quad in own}
        if not quads:
            return None
        base = before.base if before else self._base(name)
        text = turtle.write(quads, base=base, prefixes=self.project.prefixes)
        lined = LineMap(partial(lines.scan, text, None), text)
        document = turtle.Document(path, shown(path), tuple(quads), lined, base)
        fresh = tuple(iri for iri in brought if iri not in known)
        replaced = any(not own <= quads for own in old.values())
        changed = replaced or not self.standing.holds(document, text)
        return Staged(document, text, fresh, tuple(sorted(known)), changed, replaced)

    def _base(self, name: str) -> str | None:
        return None if "/" in name else self._spaces[0] + name.removesuffix(".ttl")
