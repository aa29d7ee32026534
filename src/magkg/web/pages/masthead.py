"""What the head and the foot of every page say of the graph: name, version, digest, licence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from magkg import resources
from magkg.claims.project import bundled

if TYPE_CHECKING:
    from magkg.use.graph import Graph

__all__ = ["CC0", "NAVIGATION", "Masthead", "masthead"]

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
# Path and words of the links in the head, in groups: look, what there is, doubt, ask, take away.
NAVIGATION: tuple[tuple[tuple[str, str], ...], ...] = (
    (("/matrix", "Matrix"), ("/#contested", "Contested")),
    (("/source", "Sources"), ("/study", "Studies"), ("/concept", "Concepts")),
    (("/audit", "Audit"),),
    (("/queries", "Queries"), ("/sparql", "SPARQL"), ("/network", "Network")),
    (("/export", "Take away"),),
)


@dataclass(frozen=True, slots=True)
class Masthead:
    """The name of the graph, the version that built it, its root digest, the licence of its data.

    Each is "" where it is not known: an endpoint tells neither version nor digest, and a licence
    is an address only for the graph that comes with magkg.
    """

    name: str
    version: str
    root: str
    licence: str
    software: str
    navigation: tuple[tuple[tuple[str, str], ...], ...] = NAVIGATION


def masthead(graph: Graph) -> Masthead:
    """Say what a graph is called and which state of it this is."""
    built, project = graph.manifest, graph.home
    own = project is not None and project == bundled()
    name = "magkg" if own else project.root.name if project is not None else "graph"
    return Masthead(
        name=name,
        version=built.versions.get("magkg", "") if built else "",
        root=built.root if built else "",
        licence=CC0 if own else "",
        software=resources.version(),
    )
