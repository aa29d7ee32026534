"""The `format` verb: a file in canonical form, its passages filled in from the source's text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims import form, turtle
from magkg.claims.filling import fill, together
from magkg.claims.project import rdf_files, shown
from magkg.claims.replacing import replace_files
from magkg.claims.rereading import carry_over
from magkg.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from magkg.claims.project import Project
    from magkg.claims.sources import SourceTexts

__all__ = ["format_file", "format_paths"]

# Faults that a rewriting would hide or could not keep; the others are left for `check` to report.
_REFUSED = frozenset({"blank-node", "leaves-folder", "named-graph", "triple-term"})


def format_file(
    path: str | Path,
    prefixes: Mapping[str, str],
    sources: SourceTexts | None = None,
    *,
    name: str | None = None,
    reread: bool = False,
) -> str:
    """Give the canonical text of a Turtle file; nothing is written.

    ``prefixes`` are those of the project, ``sources`` the texts that digests are filled in from
    (without them, and for a source that is not among them, what is there stays). With ``reread``,
    a source whose text has changed is taken over anew (``rereading.carry_over``).

    Raises InputError, with the line, for a file with comments (they would be lost), with nodes
    without a name, with a passage that lies past the end of the text, or with a digest that is not
    that of the text: without ``reread`` a digest is never replaced.
    """
    path = Path(path)
    if path.suffix != ".ttl":
        raise InputError("only Turtle files (.ttl) have a canonical form", file=name or str(path))
    document = turtle.read(path, name=name, prefixes=prefixes)
    _refuse_comments(document)
    faults = [fault for fault in form.faults(document) if fault.kind in _REFUSED]
    together([InputError(each.message, file=each.file, line=each.line) for each in faults])
    quads = {_canonical(quad) for quad in document.quads}
    if reread and sources is not None:
        quads = carry_over(document, quads, prefixes["src"], sources)
    quads |= fill(document, quads, prefixes["src"], sources)
    return turtle.write(quads, base=document.base, prefixes=prefixes)


def format_paths(
    project: Project,
    paths: Iterable[str | Path] = (),
    sources: SourceTexts | None = None,
    *,
    check: bool = False,
    reread: bool = False,
) -> list[Path]:
    """Write files in canonical form and give those that changed (with ``check``: would change).

    ``paths`` are files or folders, the project's graphs/ where there are none. All files are
    worked out before the first is written, each replaces the old one at once.

    Raises InputError, naming every file and line at fault (and for ``reread`` without ``sources``),
    and OutputError where a file cannot be written; then nothing was.
    """
    if reread and sources is None:
        raise InputError(
            "to read the sources again, their texts are needed",
            hint="Name their folder: --sources DIR, or set MAGKG_SOURCES.",
        )
    changed: dict[Path, str] = {}
    errors: list[InputError] = []
    for path in _files(project, [Path(each) for each in paths]):
        try:
            text = format_file(path, project.prefixes, sources, name=shown(path), reread=reread)
        except InputError as error:
            errors.append(error)
            continue
        if path.read_bytes() != text.encode():
            changed[path] = text
    together(errors)
    if not check:
        replace_files(changed.items())
    return list(changed)


def _files(project: Project, paths: list[Path]) -> Iterator[Path]:
    for path in paths or [project.graphs]:
        if path.is_dir():
            yield from (each for each in rdf_files(path) if each.suffix == ".ttl")
        else:
            yield path


def _refuse_comments(document: turtle.Document) -> None:
    comments = document.lines.comments
    if comments:
        others = f" (and {len(comments) - 1} more)" if len(comments) > 1 else ""
        raise InputError(
            f"a comment would be lost: {comments[0].text[:60]}{others}",
            file=document.name,
            line=comments[0].line,
            hint='Keep what it says as mag:note "..."@en, or remove it; then format again.',
        )


def _canonical(quad: ox.Quad) -> ox.Quad:
    if isinstance(quad.object, ox.Literal):
        better = form.canonical(quad.object)
        if better is not None and better != quad.object:
            return ox.Quad(quad.subject, quad.predicate, better)
    return quad
