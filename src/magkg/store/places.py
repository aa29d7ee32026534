"""Where the graph is that a command reads: the one named, the project's own, or the bundled."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from magkg import resources
from magkg.claims import project as projects
from magkg.claims.project import Project
from magkg.errors import InputError, StoreUnavailable
from magkg.store import manifest

__all__ = ["bundled_graph", "cache_folder", "locate"]

# Graphs of earlier versions that stay in the cache.
_KEPT = 4


def locate(
    option: str | None = None,
    *,
    progress: Callable[[str], None] | None = None,
    notice: Callable[[str], None] = lambda _: None,
) -> Path | str:
    """Give the folder of a built graph, or the URL of an endpoint.

    ``option`` is what the user named: a built graph, a project that has been built, a URL. Without
    it, the graph built from the project of the working folder, else the bundled graph, which is
    built on first use. ``progress`` is told each step of a build, ``notice`` that the graph may not
    be the one expected. Raises StoreUnavailable where a named folder does not exist.
    """
    if option is not None:
        if option.lower().startswith(("http://", "https://")):
            return option
        if not Path(option).exists():
            raise StoreUnavailable(
                f"there is no folder {option}",
                hint="Name a built graph or the http(s) URL of an endpoint with --graph.",
            )
        named = Path(option)
        inside = Project(named)
        project_itself = inside.graphs.is_dir() and not (named / manifest.FILE).is_file()
        return inside.built if project_itself else named
    project = projects.find(Path.cwd())
    if project is not None and (project.built / manifest.FILE).is_file():
        if _stale(project):
            notice(f"{project.graphs} has changed since its graph was built; run `magkg build`")
        return project.built
    if project is not None and not _as_bundled(project):
        notice(
            f"the project in {project.root} has not been built (run `magkg build` there);"
            " the bundled graph answers"
        )
    return bundled_graph(progress=progress)


def _as_bundled(project: Project) -> bool:
    """Whether a project holds the very files of the bundled one, as a clone does."""
    own, other = project.root, projects.bundled().root
    if own.resolve() == other.resolve():
        return True
    return _digests(project) == _digests(projects.bundled())


def _stale(project: Project) -> bool:
    """Whether the authored files are other than those the project's graph was built from."""
    try:
        built = manifest.read(project.built).inputs
    except StoreUnavailable:
        return False  # what opens it says what is wrong
    return _digests(project) != {k: v for k, v in built.items() if k.startswith("graphs/")}


def _digests(project: Project) -> dict[str, str]:
    return {
        path.relative_to(project.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in project.files()
    }


def bundled_graph(*, progress: Callable[[str], None] | None = None) -> Path:
    """Give the folder of the bundled graph in the user's cache; build it where it is missing.

    It is known by the digest of its files and the versions, so an upgrade or an edit builds anew,
    and a damaged one is replaced. Raises OutputError where the cache cannot be written.
    """
    folder = cache_folder() / f"graph-{_key()}"
    if _sound(folder):
        return folder
    from magkg.store.build import build

    build(projects.bundled(), folder, progress=progress, wait=True)
    _forget(folder)
    return folder


def cache_folder() -> Path:
    """Give the cache folder: MAGKG_CACHE, else the one that the system has for this user."""
    named = os.environ.get("MAGKG_CACHE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "magkg" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "magkg"
    base = os.environ.get("XDG_CACHE_HOME")
    # A relative one is to be ignored (XDG Base Directory Specification, "Basics").
    return (Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache") / "magkg"


def _sound(folder: Path) -> bool:
    try:
        name = manifest.read(folder).store
    except StoreUnavailable:
        return False
    return next(manifest.store_faults(folder, name, digests=False), None) is None


def _key() -> str:
    """Give the name of what the bundled graph is made from: all files and both versions."""
    found = hashlib.sha256(f"{resources.version()} {ox.__version__}".encode())
    for name in ("graphs", "ontology"):
        top = resources.data(name)
        for path in sorted(top.rglob("*")):
            if path.suffix in {*projects.SUFFIXES, ".rq"}:
                data = path.read_bytes()
                found.update(f"{path.relative_to(top).as_posix()} {len(data)}\n".encode() + data)
    return found.hexdigest()[:16]


def _forget(current: Path) -> None:
    """Remove the graphs of versions long gone from the cache, the oldest first."""
    others = [path for path in current.parent.glob("graph-*") if path != current]
    try:
        others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError as error:
        raise InputError(f"{current.parent} cannot be read: {error.strerror}") from None
    for path in others[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
