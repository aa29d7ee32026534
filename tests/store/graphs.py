"""What tests of builds look at: the files that readers see, the claims that are there."""

from __future__ import annotations

from pathlib import Path

from magkg.store import manifest
from magkg.store.manifest import open_store
from tests.store.sample import MAG, STANDARD, claim

# The steps of a build, as it tells of them.
STEPS = [
    "check", "identify", "derive", "load", "rules", "validate", "digest", "sync", "store", "list",
    "manifest", "clean",
]  # fmt: skip
CHANGED = (*STANDARD, claim("new", 70, "straw"))


def snapshot(folder: Path) -> dict[str, bytes]:
    """Everything that readers see: the manifest, and the store that it names."""
    name = manifest.read(folder).store
    files = [folder / "manifest.json", folder / "stores" / f"{name}.files.json"]
    files += sorted((folder / "stores" / name).iterdir())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def claims(folder: Path) -> set[str]:
    query = f"SELECT ?c {{ ?c a <{MAG}Claim> }}"
    return {str(row[0]).partition("#")[2] for row in open_store(folder)[0].select(query)}
