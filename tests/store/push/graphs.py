"""Built graphs that tests push, and what others have on a server."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox

from magkg.claims import identity
from magkg.store import manifest

FOREIGN = b"<a:old> <a:b> <a:c> .\n"


def graph_of(quads: list[ox.Quad], folder: Path) -> Path:
    """A built graph of given statements, as if a build had published it."""
    place = folder / "stores" / ("0" * 16)
    place.parent.mkdir(parents=True)
    store = ox.Store(str(place))
    store.bulk_extend(quads)
    store.flush()
    del store
    listed = json.dumps(manifest.file_list(place)).encode()
    manifest.write_atomically(folder / "stores" / f"{place.name}.files.json", listed)
    root = identity.root(identity.claims(quads))
    counts = {"quads": len(set(quads))}
    manifest.Manifest(root, identity.content(quads), place.name, counts, {}, {}).write(folder)
    return folder
