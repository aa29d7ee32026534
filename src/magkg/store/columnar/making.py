"""How the columns of a built graph come into a file: from a build, an update, or its store."""

from __future__ import annotations

import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.errors import InputError, MagkgError, OutputError
from magkg.store.columnar.kept import DATA, Kept, describe, places, present, read
from magkg.store.columns.tables import Columns, connected, quoted, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from magkg.store.manifest import Manifest

__all__ = ["made", "updated", "write"]

# What the making of a file may take of memory (bytes).
_MEMORY = 3 << 30
# Files that stay in the cache.
_STAY = 4
# Numbers that a double does not hold exactly, or that are doubles: what columns say of them may
# differ in a digit. (A decimal of 15 digits comes back from a double as it was; IEEE 754.)
_INEXACT = (
    "SELECT t.text FROM (SELECT id, kind FROM number WHERE rowid >= {first}) n "
    "JOIN term t ON t.id = n.id WHERE n.kind = 3 "
    "OR length(regexp_replace(lexical(t.text), '[^0-9]', '', 'g')) > 15 LIMIT 1"
)


def write(columns: Columns, folder: Path, content: str) -> None:
    """Write columns into a new folder; ``content`` is the content digest of their graph.

    Raises OSError and MagkgError where they cannot be written; nothing is left then.
    """
    folder.mkdir()
    try:
        columns.run(f"ATTACH {quoted(str(folder / DATA))} AS kept")
        for name in (*columns.predicates.values(), "term", "number"):
            columns.run(f"CREATE TABLE kept.{name} AS SELECT * FROM {name}")
        columns.run("CREATE TABLE kept.nothing (s UBIGINT, o UBIGINT)")
        columns.run("DETACH kept")
        describe(folder, content, columns, _reason(columns))
    except BaseException:
        with suppress(MagkgError):
            columns.run("DETACH DATABASE IF EXISTS kept")
        shutil.rmtree(folder, ignore_errors=True)
        raise


def updated(
    old: Kept,
    folder: Path,
    removed: Iterable[ox.Quad],
    added: Iterable[ox.Quad],
    content: Callable[[], str],
) -> None:
    """Write a file into a new folder that differs from an old one in some statements.

    ``removed`` are such as are there, ``added`` such as are not; ``content`` gives the content
    digest of the new graph, and is asked last. Raises OSError and MagkgError where it
    cannot be written; nothing is left then.
    """
    folder.mkdir()
    try:
        if old.reason:
            raise MagkgError(old.reason)
        shutil.copyfile(old.path, folder / DATA)
        columns = _File(old, folder)
        try:
            first = int(columns.one("SELECT count(*) FROM number"))
            columns.remove(removed)
            columns.put(added)
            columns.run("CHECKPOINT")
            # The numbers that were there are such as may be asked of.
            describe(folder, content(), columns, _reason(columns, first))
        finally:
            columns.close()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


class _File(Columns):
    """The columns of a file that is written to."""

    def __init__(self, kept: Kept, folder: Path) -> None:
        self.path = folder / "spilled"
        self.sql = connected(str(folder / DATA), self.path, _MEMORY)
        self.predicates, self.texts = dict(kept.predicates), set(kept.texts)
        self.classes = None

    def remove(self, quads: Iterable[ox.Quad]) -> None:
        """Take statements of the default graph out; their terms stay."""
        rows = texts(quads)
        with self.rows_of(rows) as name:
            for predicate in {p for _, p, _ in rows} & self.predicates.keys():
                self.run(
                    f"DELETE FROM {self.predicates[predicate]} WHERE (s, o) IN "
                    f"(SELECT (code(s), code(o)) FROM {name} WHERE p = {quoted(predicate)})"
                )

    def put(self, quads: Iterable[ox.Quad]) -> None:
        """Add statements of the default graph that are not there."""
        with self.rows_of(texts(quads)) as name:
            self.terms(f"SELECT s AS text FROM {name} UNION ALL SELECT o FROM {name}")
            found = self.rows(f"SELECT p, bool_or(o[1] = '\"') FROM {name} GROUP BY p ORDER BY p")
            for predicate, literals in found:
                table = self.table(predicate, texts=literals)
                shown = "code(s), code(o), o" if table in self.texts else "code(s), code(o)"
                self.run(
                    f"INSERT INTO {table} SELECT {shown} FROM {name} WHERE p = {quoted(predicate)}"
                )


def _reason(columns: Columns, first: int = 0) -> str:
    """Say why nothing may be asked of columns, if it may not, by the numbers from a row on."""
    found = columns.rows(_INEXACT.format(first=first))
    return f"graphs with numbers such as {found[0][0][:80]}" if found else ""


def made(
    folder: Path, built: Manifest, store: ox.Store, progress: Callable[[str], None] | None = None
) -> Kept:
    """Give the file of the graph built in ``folder``; make it from its ``store`` if need be.

    One of other content or version, or of another size than it had, is made anew. Raises
    OutputError where it can be written neither beside the store nor in the user's cache folder.
    """
    found = present(folder, built)
    if found is not None:
        return found
    if progress is not None:
        progress("writing the graph as columns, once")
    beside, cached = places(folder, built)
    try:
        return _make(beside, built.content, store)
    except OSError:
        try:
            cached.parent.mkdir(parents=True, exist_ok=True)
            found = _make(cached, built.content, store)
        except OSError as error:
            raise OutputError(
                f"the columns of the graph could be written neither in {beside.parent} nor in "
                f"{cached.parent}: {(error.strerror or str(error)).lower()}",
                hint="Make room or give rights there, name another cache folder with MAGKG_CACHE, "
                "or ask with --engine oxigraph.",
            ) from None
        _forget(cached)
        return found


def _make(place: Path, content: str, store: ox.Store) -> Kept:
    """Make a file in a folder of its own and move it into its place, whole or not at all."""
    # A build sweeps what begins like this and was left behind.
    new = place.with_name(f".new-{place.name}-{secrets.token_hex(4)}")
    new.mkdir(mode=0o755)
    try:
        _from_store(new, content, store)
        if place.exists():  # of other content, or damaged
            place.rename(new.with_name(f".old-{secrets.token_hex(4)}"))
        (new / "made").rename(place)
        for old in place.parent.glob(".old-*"):
            shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    found = read(place, content)
    if found is None:
        raise OSError(f"{place} was changed while it was made")
    return found


def _from_store(folder: Path, content: str, store: ox.Store) -> None:
    """Write the default graph of a store as lines, read these into columns, and write them."""
    from magkg.store.bulk import reading
    from magkg.store.columns.session import session

    lines = folder / "graph.nt"
    with lines.open("wb") as out:
        store.dump(out, ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    with session(folder, _MEMORY) as columns:
        try:
            reading.read(columns, [lines])
        except InputError as error:
            (folder / "made").mkdir()
            describe(folder / "made", content, columns, f"this graph: {error.reason}")
            return
        write(columns, folder / "made", content)


def _forget(current: Path) -> None:
    """Remove the files of graphs long gone from the cache, the oldest first."""
    others = [path for path in current.parent.iterdir() if path != current]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[_STAY:]:
        shutil.rmtree(path, ignore_errors=True)
