"""The output folder of a build: one builder at a time, a new store beside the old, one swap."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from magkg.errors import MagkgError, OutputError, StoreUnavailable
from magkg.store import manifest as manifests
from magkg.store.manifest import Files, Manifest, file_list, store_faults, sync, write_atomically

__all__ = ["Place", "writing"]

_NEW, _OLD = ".new-", ".old-"
# What may stand beside a store, for updates: `magkg.store.digests` and `magkg.store.roots`.
_DIGESTS, _CLAIMS = ".digests", ".claims"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a fault of the file system into an OutputError that names the folder and a remedy."""
    try:
        yield
    except OSError as error:
        reason = error.strerror.lower() if error.strerror else str(error)
        raise OutputError(
            f"the graph could not be written in {folder}: {reason}",
            hint="Make room or give rights there, or name another folder with --out; "
            "a graph that stood there is untouched.",
        ) from None


class Place:
    """An output folder that is locked for one build; made by ``held``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stores = folder / "stores"
        self.new = self.stores / f"{_NEW}{secrets.token_hex(4)}"
        # What is written there is published with the new store.
        self.digests, self.claims = self.lists_of(self.new.name)
        self.columns = self.columns_of(self.new.name)

    @classmethod
    @contextmanager
    def held(cls, folder: Path, *, wait: bool = False) -> Iterator[Place]:
        """Make the folder where it is missing, lock it, clear what a killed build left there.

        The lock goes with the process. With ``wait``, the end of another build is waited for.
        Raises OutputError where nothing can be written or another build is at work.
        """
        _refuse(folder)
        place = cls(folder)
        with writing(folder):
            place.stores.mkdir(parents=True, exist_ok=True)
            lock = (folder / ".lock").open("ab")
        with lock:
            _lock(lock.fileno(), folder, wait)
            place._clear()
            try:
                yield place
            finally:
                shutil.rmtree(place.new, ignore_errors=True)
                shutil.rmtree(place.columns, ignore_errors=True)
                for path in place.lists_of(place.new.name):
                    _remove(path)
                place._unpublished()

    def previous(self) -> str | None:
        """Give the name of the store that is published now, if there is one."""
        try:
            return manifests.read(self.folder).store
        except StoreUnavailable:
            return None

    def lists_of(self, name: str) -> tuple[Path, Path]:
        """Give the places of the digests of a store's statements, and of its claims."""
        return self.stores / f"{name}{_DIGESTS}", self.stores / f"{name}{_CLAIMS}"

    def columns_of(self, name: str) -> Path:
        """Give the folder for the columns of a store (`magkg.store.columnar`)."""
        return self.stores / f"{name}.columns"

    def publish(self, manifest: Manifest, known: Files | None = None) -> Iterator[str]:
        """Swap the new store in; between any two of the steps it names, the graph is whole.

        Readers follow the manifest, which is replaced last. A store with the same content that is
        there already and sound is kept instead of the new one. ``known`` are facts of files that
        the new store shares with another.
        """
        previous, name = self.previous(), manifest.store
        listed = self.stores / f"{name}.files.json"
        yield "sync"
        facts = file_list(self.new, known)
        for path in (*self.new.iterdir(), self.new):
            sync(path)
        yield "store"
        if next(store_faults(self.folder, name, digests=True), None) is not None:
            # Until the manifest names it, this says that the store of that name is of no use.
            (self.stores / f"{_NEW}{name}").touch()
            if (self.stores / name).exists():
                # Damaged, or left by a build that was killed before it published.
                (self.stores / name).rename(self.stores / f"{_OLD}{secrets.token_hex(4)}")
            self.new.rename(self.stores / name)
            yield "list"
            write_atomically(listed, (json.dumps(facts, indent=1) + "\n").encode())
        yield "manifest"
        manifest.write(self.folder)
        for made, path in zip((self.digests, self.claims), self.lists_of(name), strict=True):
            if made.exists():
                made.replace(path)
        if self.columns.exists():
            _remove(self.columns_of(name))
            self.columns.rename(self.columns_of(name))
        yield "clean"
        self._sweep(_NEW, _OLD)
        stay = {name, previous} if previous != name else self._lasting(name)
        beside = (*self.lists_of(name), self.columns_of(name))
        self._keep({*stay, *(path.name for path in beside)})

    def _lasting(self, name: str) -> set[str | None]:
        """Give what stays where nothing new was published: this store, the one before.

        There are more where the build before was killed in its last step.
        """
        lists = {
            path.name.removesuffix(".files.json"): path for path in self.stores.glob("*.files.json")
        }
        others = [each for each in lists if each != name and (self.stores / each).is_dir()]
        others.sort(key=lambda each: lists[each].stat().st_mtime_ns)
        return {name, *others[-1:]}

    def _keep(self, names: set[str | None]) -> None:
        """Remove the stores of earlier builds; the previous one may still be read."""
        for path in self.stores.iterdir():
            if path.name.removesuffix(".files.json") not in names:
                _remove(path)

    def _clear(self) -> None:
        """Remove what a killed build left: it may be as large as what is to be built."""
        self._unpublished()
        self._sweep(_NEW, _OLD)
        # What `write_atomically` was about to move into its place.
        for path in (
            *self.folder.glob(f".{manifests.FILE}-*"),
            *self.stores.glob(".*.files.json-*"),
        ):
            _remove(path)

    def _unpublished(self) -> None:
        """Remove a store that has its name already and was not published in the end."""
        published = self.previous()
        for mark in self.stores.glob(f"{_NEW}*"):
            name = mark.name.removeprefix(_NEW)
            if mark.is_file():
                if name != published:
                    _remove(self.stores / f"{name}.files.json")
                    _remove(self.stores / name)
                _remove(mark)

    def _sweep(self, *prefixes: str) -> None:
        for path in self.stores.iterdir():
            if path.name.startswith(prefixes):
                _remove(path)


def _remove(path: Path) -> None:
    """Remove a file or folder if that can be done: what is left over does no harm.

    A folder gets a name first by which the next build removes it, should this one be killed.
    """
    if path.is_dir() and not path.is_symlink():
        gone = path.with_name(f"{_OLD}{secrets.token_hex(4)}")
        with suppress(OSError):
            path = path.rename(gone)
        shutil.rmtree(path, ignore_errors=True)
        return
    try:
        path.unlink()
    except OSError:
        return


def _refuse(folder: Path) -> None:
    """Refuse a folder that is none, or whose manifest.json belongs to something else."""
    hint = "Name another folder with --out."
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file, not a folder", hint=hint)
    found = folder / manifests.FILE
    if not found.is_file() or (folder / "stores").is_dir():
        return
    try:
        manifests.read(folder)
    except StoreUnavailable as error:
        raise OutputError(error.message, hint=hint) from None


def _lock(handle: int, folder: Path, wait: bool) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: two builds at once each publish a whole graph, the last stays
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OutputError(
            f"another build is at work in {folder}", hint="Wait for it, or name another folder."
        ) from None
    except OSError as error:
        raise MagkgError(f"{folder} cannot be locked: {error.strerror}") from None
