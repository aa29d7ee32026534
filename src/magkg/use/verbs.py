"""The verbs of the command line as functions: the same work, for Python.

A *place* is a folder or a file of a graph project, a Project, or None for the one of the working
folder. The verbs that read a built graph are methods of ``Graph``.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeAlias

from magkg.claims import project as projects
from magkg.claims.project import Project
from magkg.claims.sources import Texts, from_setting
from magkg.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from magkg.claims.anchor import Place as Anchor
    from magkg.store.build import BuildReport
    from magkg.store.check import Report

__all__ = ["anchor", "build", "check", "demo", "format", "init", "project_of"]

Place: TypeAlias = Project | str | PathLike[str] | None


def project_of(place: Place) -> Project:
    """Give the project that a place lies in.

    Raises InputError where there is none; what travels with magkg is never meant by chance.
    """
    if isinstance(place, Project):
        return place
    found = projects.find(Path.cwd() if place is None else Path(place))
    if found is None:
        raise InputError(
            "there is no graph project here: no folder graphs/ in this folder or above it",
            file=None if place is None else str(Path(place)),
            hint="Go into one, or lay one down with `magkg init DIR`.",
        )
    return found


def init(directory: str | PathLike[str], base: str | None = None) -> Project:
    """Lay down a graph project in a new or empty folder and give it."""
    from magkg.claims import starter

    folder = Path(directory)
    starter.lay_down(folder, starter.default_base(folder) if base is None else base)
    return Project(folder.absolute())


def anchor(source: str, words: str, texts: Texts = None) -> list[Anchor]:
    """Give every place of a source's text where the words stand."""
    from magkg.claims import anchor as anchors

    found = from_setting(texts)
    if found is None:
        raise InputError(
            "the text of the source is needed to find words in it",
            hint="Name its folder with --sources DIR, or set MAGKG_SOURCES.",
        )
    return anchors.anchor(found, source, words)


def format(  # noqa: A001
    *paths: str | PathLike[str], sources: Texts = None, check: bool = False, reread: bool = False
) -> list[Path]:
    """Write files in canonical form and give those that changed; without paths, all of the project.

    With ``check`` nothing is written; ``reread`` takes over a changed source text where every
    passage still stands.
    """
    from magkg.claims import format as formats

    texts = from_setting(sources)
    if not paths:
        return formats.format_paths(project_of(None), [], texts, check=check, reread=reread)
    homes: dict[Project, list[Path]] = {}
    for path in map(Path, paths):
        homes.setdefault(projects.find(path) or projects.bundled(), []).append(path)
    return [
        changed
        for home, files in homes.items()
        for changed in formats.format_paths(home, files, texts, check=check, reread=reread)
    ]


def check(*paths: str | PathLike[str], sources: Texts = None) -> Report:
    """Check files, or without any the whole project of the working folder; give the findings."""
    from magkg.store import check as checks

    files: Iterable[Path] = [Path(path) for path in paths]
    home = projects.here() if paths else project_of(None)
    return checks.check(home, list(files) or None, sources=from_setting(sources))


def build(
    place: Place = None,
    out: str | PathLike[str] | None = None,
    *,
    files: Iterable[str | PathLike[str]] = (),
    on_error: str = "stop",
    memory: int | None = None,
    update: bool = False,
    progress: Callable[[str], None] | None = None,
) -> BuildReport:
    """Build the graph of a project into ``out``, its build/graph unless named.

    Or that of ``files`` and folders of statements, of any size (docs/bulk.md), into ``out``:
    ``memory`` is what their columns may take (MB, 3072 unless given), beside the 2 GB of loading.
    With ``update`` they are added to the graph that stands in ``out``.
    """
    from magkg.store import build as builds

    inputs = [Path(each) for each in files]
    if inputs:
        return _bulk(inputs, out, on_error, memory, update, progress)
    if update:
        raise InputError(
            "--update adds files of statements to a graph", hint="Name them: build FILE... --update"
        )
    if memory is not None:
        raise InputError("--memory is for files of statements", hint="Name them: build FILE...")

    home = project_of(place)
    if out is not None and not str(out):
        raise InputError("the name of the output folder is empty", hint="Name it: --out DIR.")
    folder = home.built if out is None else Path(out)
    place, authored = folder.resolve(), home.graphs.resolve()
    if place.is_relative_to(authored) or authored.is_relative_to(place):
        raise InputError(
            "a graph is not built among the authored files",
            file=str(folder),
            hint="Name a folder of its own, such as build/graph.",
        )
    return builds.build(home, folder, on_error=on_error, progress=progress)


def _bulk(
    inputs: Sequence[Path],
    out: str | PathLike[str] | None,
    on_error: str,
    memory: int | None,
    update: bool,
    progress: Callable[[str], None] | None,
) -> BuildReport:
    from magkg.store.bulk import building
    from magkg.store.update import building as updating

    if out is None or not str(out):
        raise InputError("a graph of files has no folder of its own", hint="Name it: --out DIR.")
    given = building.MEMORY if memory is None else memory << 20
    run = updating.update if update else building.build
    return run(inputs, Path(out), on_error=on_error, memory=given, progress=progress)


def demo(out: TextIO | None = None) -> None:
    """Show the bundled graph: three questions, one claim traced."""
    import sys

    from magkg.use import demonstration

    demonstration.run(sys.stdout if out is None else out)
