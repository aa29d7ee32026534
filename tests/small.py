"""The tiny project of tests/data/small (bees and flowers, made up), whole and in memory.

It has a namespace and a predicate of its own, three sources with their texts (one known by its
abstract only), one study, and every property of a claim at least once.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from magkg.claims.project import Project
from magkg.store.oxigraph import OxigraphStore
from magkg.use.graph import Graph
from tests import ruled

ROOT = Path(__file__).parent / "data" / "small"
SOURCES = ROOT / "sources"
BASE = "https://example.org/bees/"


def project() -> Project:
    return Project(ROOT)


def quads_of(project: Project) -> list[ox.Quad]:
    """What a build of the project would load, the rules' part included; nothing is validated."""
    return filled(ruled.read(*project.files()))


def filled(authored: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Authored quads with the ontology and all that is derived, in an order that stays."""
    return sorted(ruled.store(authored), key=str)


@cache
def quads() -> tuple[ox.Quad, ...]:
    return tuple(quads_of(project()))


def in_memory(project: Project, quads: tuple[ox.Quad, ...] | list[ox.Quad]) -> Graph:
    store = ox.Store()
    store.bulk_extend(quads)
    return Graph(OxigraphStore(store), project=project)


def graph() -> Graph:
    return in_memory(project(), quads())
