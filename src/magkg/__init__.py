"""magkg: a claim-level evidence knowledge graph.

::

    import magkg

    with magkg.open() as graph:
        for row in graph.query("claims_about", concept="magnesium-glycinate"):
            print(row.gist, row.certainty)

The names below are the public ones; each is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from magkg.claims.project import Project as Project
    from magkg.claims.sources import SourceTexts as SourceTexts
    from magkg.errors import Finding as Finding
    from magkg.errors import MagkgError as MagkgError
    from magkg.store.build import build as build
    from magkg.store.check import check as check
    from magkg.use.diff import diff as diff
    from magkg.use.graph import Graph as Graph
    from magkg.use.graph import open as open

__all__ = [
    "Finding",
    "Graph",
    "MagkgError",
    "Project",
    "SourceTexts",
    "__version__",
    "build",
    "check",
    "diff",
    "open",
]

_HOMES = {
    "Finding": "errors",
    "Graph": "use.graph",
    "MagkgError": "errors",
    "Project": "claims.project",
    "SourceTexts": "claims.sources",
    "build": "store.build",
    "check": "store.check",
    "diff": "use.diff",
    "open": "use.graph",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("magkg.resources").version()
    if name in _HOMES:
        return getattr(import_module(f"magkg.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'magkg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
