"""A graph in memory as a build would make it: what was authored, the ontology, what is derived."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from magkg import resources
from magkg.claims import identity, turtle
from magkg.store import derive
from magkg.store.check import vocabulary_quads
from magkg.store.oxigraph import OxigraphStore

BASE = "https://w3id.org/magkg/source/"


def ruled(quads: Iterable[ox.Quad]) -> OxigraphStore:
    """Derive and run the rules over authored quads; nothing is validated."""
    return OxigraphStore.of(store(quads))


def store(quads: Iterable[ox.Quad]) -> ox.Store:
    """The same, as the store of pyoxigraph: its quads can be walked."""
    authored = list(dict.fromkeys(quads))
    inner = ox.Store()
    inner.extend(authored)
    inner.extend(vocabulary_quads())
    inner.extend(derive.derive(authored, identity.claims(authored)))
    derive.run_rules(inner, resources.data("ontology") / "rules")
    return inner


def read(*paths: Path) -> list[ox.Quad]:
    """Read Turtle files."""
    return [quad for path in paths for quad in turtle.read(path).quads]
