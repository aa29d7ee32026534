"""The tiny project of tests/data/small (bees and flowers, made up), whole and in memory.

It has a namespace and a predicate of its own, three sources with their texts (one known by its
abstract only), one study, and every property of a claim at least once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from magkg.claims import identity, turtle
from magkg.claims.project import Project
from magkg.store import derive
from magkg.store.check import vocabulary_quads
from magkg.store.oxigraph import OxigraphStore
from magkg.use.graph import Graph

ROOT = Path(__file__).parent / "data" / "small"
SOURCES = ROOT / "sources"
BASE = "https://example.org/bees/"


def project() -> Project:
    return Project(ROOT)


def quads_of(project: Project) -> list[ox.Quad]:
    """What a build of the project would load, without its validation."""
    authored = [quad for path in project.files() for quad in turtle.read(path).quads]
    derived = derive.derive(authored, list(identity.claims(authored)))
    return [*authored, *vocabulary_quads(), *derived]


@cache
def quads() -> tuple[ox.Quad, ...]:
    return tuple(quads_of(project()))


def in_memory(project: Project, quads: tuple[ox.Quad, ...] | list[ox.Quad]) -> Graph:
    store = ox.Store()
    store.bulk_extend(quads)
    return Graph(OxigraphStore(store), project=project)


def graph() -> Graph:
    return in_memory(project(), quads())
