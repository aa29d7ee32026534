"""The manifest of a built graph: which store is current, and how to see that it is whole.

A built graph is a folder::

    manifest.json              the current store's id and digests; replaced atomically
    stores/ID/                 an Oxigraph store, only ever read
    stores/ID.files.json       names, sizes and digests of its files, as they were published

The file list is not in the manifest, because no two machines write the same bytes of a store:
without it, same inputs give the same manifest, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from magkg.errors import StoreDamaged, StoreUnavailable
from magkg.store.oxigraph import OxigraphStore

__all__ = [
    "FILE",
    "Files",
    "Manifest",
    "file_list",
    "listed_files",
    "open_store",
    "read",
    "sha256",
    "store_faults",
    "sync",
    "write_atomically",
]

FILE = "manifest.json"
_ID = re.compile(r"[0-9a-f]{64}|[0-9a-f]{16}")
_BUILD = "Build the graph anew with `magkg build`."
# Written by whoever opens a store, and no part of what it holds.
_ASIDE = ("LOCK", "LOG")
# For the name of each file its size in bytes and its SHA-256.
Files = Mapping[str, Mapping[str, int | str]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build published.

    ``root`` is the digest over all claims, ``content`` that over every quad, ``store`` the name of
    the folder in stores/; ``counts`` of what the graph holds, ``inputs`` the SHA-256 of every file
    that was read, by its name in the project or the installation, ``versions`` of what wrote it.
    Nothing in it depends on the time, the machine or the folder.
    """

    root: str
    content: str
    store: str
    counts: Mapping[str, int]
    inputs: Mapping[str, str]
    versions: Mapping[str, str]

    def as_json(self) -> dict[str, object]:
        """Give the object that manifest.json holds."""
        return asdict(self)

    def write(self, folder: Path) -> None:
        """Write manifest.json into ``folder``, whole or not at all."""
        text = json.dumps(self.as_json(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        write_atomically(folder / FILE, text.encode())


def read(folder: Path) -> Manifest:
    """Read the manifest of a built graph.

    Raises StoreUnavailable where there is none, StoreDamaged where it cannot be read.
    """
    path = folder / FILE
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        if (folder / "stores").is_dir() and any((folder / "stores").glob("*.files.json")):
            raise StoreDamaged(f"{path} is missing", hint=_BUILD) from None
        raise StoreUnavailable(
            f"there is no built graph in {folder}",
            hint="Run `magkg build`, or name the folder of a built graph with --graph.",
        ) from None
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise StoreDamaged(f"{path} is no JSON", hint=_BUILD) from None
    try:
        manifest = Manifest(**{each.name: found[each.name] for each in fields(Manifest)})
        sound = _ID.fullmatch(manifest.store) is not None and all(
            isinstance(each, dict) for each in (manifest.counts, manifest.inputs, manifest.versions)
        )
    except (KeyError, TypeError):
        sound = False
    if not sound:
        raise StoreDamaged(f"{path} is not the manifest of a graph", hint=_BUILD)
    return manifest


def open_store(folder: Path) -> tuple[OxigraphStore, Manifest]:
    """Open the graph built in ``folder``; the names and sizes of its files must match.

    Raises StoreUnavailable where there is no graph, StoreDamaged, naming the file, where the store
    is not the one that was published. (Oxigraph itself opens in silence after a lost file.)
    """
    manifest = read(folder)
    fault = next(store_faults(folder, manifest.store, digests=False), None)
    if fault is not None:
        raise StoreDamaged(f"the graph in {folder} is damaged: {fault}", hint=_BUILD)
    return OxigraphStore.open(folder / "stores" / manifest.store), manifest


def file_list(store: Path, known: Files | None = None) -> Files:
    """Give the files of a closed store: name to size in bytes and SHA-256.

    Those in ``known``, which another store has as well, are neither read nor told anew: where one
    was damaged since, its digest says so.
    """
    told = known or {}
    return {
        path.name: told.get(path.name) or {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(store.iterdir())
        if not path.name.startswith(_ASIDE)
    }


def listed_files(folder: Path, name: str) -> Files:
    """Give the published list of the files of a store; raises OSError, ValueError."""
    found: Files = json.loads((folder / "stores" / f"{name}.files.json").read_bytes())
    return found


def store_faults(folder: Path, name: str, *, digests: bool) -> Iterator[str]:
    """Compare the files of a store with their published list; say what differs, file by file."""
    store, listed = folder / "stores" / name, folder / "stores" / f"{name}.files.json"
    try:
        expected = json.loads(listed.read_bytes())
        sizes = {each: int(fact["bytes"]) for each, fact in expected.items()}
    except FileNotFoundError:
        yield f"stores/{listed.name} is missing"
        return
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        yield f"stores/{listed.name} cannot be read"
        return
    try:
        found = {each.name: each.stat().st_size for each in os.scandir(store)}
    except OSError:
        yield f"stores/{name} is missing"
        return
    for each, size in sizes.items():
        shown = f"stores/{name}/{each}"
        if each not in found:
            yield f"{shown} is missing"
        elif found[each] != size:
            yield f"{shown} has {found[each]} bytes instead of {size}"
        elif digests and sha256(store / each) != expected[each].get("sha256"):
            yield f"{shown} was changed: its digest differs"
    for each in sorted(found.keys() - sizes.keys()):
        if not each.startswith(_ASIDE):
            yield f"stores/{name}/{each} does not belong to the store"


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a fault at any moment, finds the old one or the new one."""
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Bring a file or the names in a folder to the disk (where the system can do so)."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return  # Windows opens no folder
    try:
        os.fsync(handle)
    except OSError:
        if path.is_file():
            raise
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file, as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
