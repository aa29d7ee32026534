"""Whether a built graph is whole: its files, what the store holds, what lies beside it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims import identity
from magkg.errors import MagkgError, StoreDamaged
from magkg.store import digests, manifest, roots
from magkg.store.columnar import kept
from magkg.store.columns.session import session
from magkg.store.publish import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from magkg.store.manifest import Manifest

__all__ = ["verify_store"]

# What the columns may take of memory (bytes), where there are so many claims.
_MEMORY = 3 << 30
_AGAIN = "remove it, and it is made anew where it is needed"


def verify_store(folder: Path) -> list[str]:
    """Check everything about the graph built in ``folder``; give what is wrong, nothing if sound.

    Digests of all files, the digest of all statements, the digests of all claims and their root
    computed anew from what the store holds, the counts, lists and columns beside it. The memory of
    a large graph is bounded; the folder for temporary files then takes its lines.
    Raises StoreUnavailable where there is no graph.
    """
    try:
        found = manifest.read(folder)
    except StoreDamaged as error:
        return [error.message]
    faults = list(manifest.store_faults(folder, found.store, digests=True))
    try:
        faults += _held(folder / "stores" / found.store, found)
    except (OSError, RuntimeError, ValueError) as error:  # what the engine raises
        faults.append(f"the store could not be read to its end: {error}")
    except MagkgError as error:
        faults.append(error.message)
    return [*faults, *_beside(folder, found)]


def _held(place: Path, built: Manifest) -> list[str]:
    """Compare what a store holds with the manifest."""
    if not (place / "CURRENT").is_file():
        return []  # told with the files
    store, faults = ox.Store.read_only(str(place)), []
    with tempfile.TemporaryDirectory(prefix="magkg-") as name:
        folder = Path(name)
        large = kept.large(built.counts)
        with (folder / "graph.nt").open("wb") as lines:
            content = digests.collect(store, folder / "digests", lines if large else None)
        if content != built.content:
            faults.append(f"the content of the store does not match {manifest.FILE}")
        root = _large_root(folder / "graph.nt") if large else identity.root(identity.claims(store))
        if root != built.root:
            faults.append(f"the claims in the store do not match the root in {manifest.FILE}")
    if len(store) != built.counts.get("quads"):
        faults.append(f"the store holds {len(store)} quads, not those counted in {manifest.FILE}")
    return faults


def _large_root(lines: Path) -> str:
    """Compute the root as a build of files does, over columns."""
    from magkg.store.bulk import identities, reading

    with session(lines.parent, _MEMORY) as columns:
        reading.read(columns, [lines])
        identities.members(columns)
        identities.identify(columns)
        return roots.write(lines.with_name("claims"), identities.pairs(columns))


def _beside(folder: Path, built: Manifest) -> Iterator[str]:
    """Check the lists and columns that a large graph has; others are as good without."""
    listed = Place(folder).lists_of(built.store)
    wanted = (digests.content, built.content), (roots.root, built.root)
    for path, (digest, own) in zip(listed, wanted, strict=True):
        if path.exists() and digest(path) != own:
            yield f"stores/{path.name} is not the list of this store: {_AGAIN}"
    columns, _ = kept.places(folder, built)
    if columns.exists() and (fault := kept.fault(columns)):
        yield f"{fault}: {_AGAIN}"
