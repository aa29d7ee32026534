"""magkg: a claim-level evidence knowledge graph.

::

    import magkg

    with magkg.open() as graph:
        for row in graph.query("claims_about", concept="magnesium-glycinate"):
            print(row.gist, row.certainty)

Every verb of the command line has its twin here: ``init``, ``anchor``, ``format``, ``check``,
``build``, ``import_claims``, ``diff``, ``push``, ``serve``, ``demo``, and on a graph ``query``,
``trace``, ``coverage``, ``audit``, ``verify``. The names below are the public ones; each is
imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from magkg.claims.project import Project as Project
    from magkg.claims.sources import SourceTexts as SourceTexts
    from magkg.errors import Finding as Finding
    from magkg.errors import MagkgError as MagkgError
    from magkg.store.push import push as push
    from magkg.use.diff import diff as diff
    from magkg.use.graph import Graph as Graph
    from magkg.use.graph import open as open
    from magkg.use.importing import import_claims as import_claims
    from magkg.use.verbs import anchor as anchor
    from magkg.use.verbs import build as build
    from magkg.use.verbs import check as check
    from magkg.use.verbs import demo as demo
    from magkg.use.verbs import format as format
    from magkg.use.verbs import init as init
    from magkg.web.serving import serve as serve

_HOMES = {
    "Finding": "errors",
    "Graph": "use.graph",
    "MagkgError": "errors",
    "Project": "claims.project",
    "SourceTexts": "claims.sources",
    "anchor": "use.verbs",
    "build": "use.verbs",
    "check": "use.verbs",
    "demo": "use.verbs",
    "diff": "use.diff",
    "format": "use.verbs",
    "import_claims": "use.importing",
    "init": "use.verbs",
    "open": "use.graph",
    "push": "store.push",
    "serve": "web.serving",
}

__all__ = [
    "Finding",
    "Graph",
    "MagkgError",
    "Project",
    "SourceTexts",
    "__version__",
    "anchor",
    "build",
    "check",
    "demo",
    "diff",
    "format",
    "import_claims",
    "init",
    "open",
    "push",
    "serve",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("magkg.resources").version()
    if name in _HOMES:
        return getattr(import_module(f"magkg.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'magkg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
