"""What a worker keeps of a graph between pages, so that it is gathered once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from magkg.use.graph import Graph

__all__ = ["SECONDS", "kept"]

_T = TypeVar("_T")
# A built graph never changes; one behind an endpoint may, and is read again after so many seconds.
SECONDS = 60.0
_held: WeakKeyDictionary[Graph, dict[str, tuple[float, Any]]] = WeakKeyDictionary()


def kept(graph: Graph, name: str, gather: Callable[[Graph], _T]) -> _T:
    """Give what ``gather`` gave for this graph before, or gather it now.

    ``name`` tells what it is. It must not refer to the graph, which would then never be let go.
    """
    known = _held.setdefault(graph, {})
    made, found = known.get(name, (0.0, None))
    if name not in known or (graph.manifest is None and time.monotonic() - made > SECONDS):
        known[name] = (time.monotonic(), found := gather(graph))
    result: _T = found
    return result
