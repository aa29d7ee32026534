"""The whole audit of a graph, asked once and kept, as far as it fits into the time of a page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from magkg.errors import QueryTimeout
from magkg.use.audit import audit, queries, rows
from magkg.vocabulary import MAG
from magkg.web.pages.kept import kept

if TYPE_CHECKING:
    from magkg.use.audit import Audit
    from magkg.use.catalogue import Query
    from magkg.use.graph import Graph
    from magkg.use.rows import Row

__all__ = ["LARGEST", "audited", "beforehand", "reason"]

# Beyond so many claims the whole audit, at about 1 ms a claim, takes longer than a page may: kinds
# are then asked for one by one.
LARGEST = 5_000
# The part of a job's time that an endpoint has for all kinds; the rest is for the page.
_SHARE = 0.5
_COUNT = f"SELECT (COUNT(?claim) AS ?n) WHERE {{ ?claim a <{MAG}Claim> }}"


class _TooSlow(QueryTimeout):
    """An endpoint that does not answer all kinds in the time that they may take together."""


def audited(graph: Graph) -> Audit | None:
    """Give the whole audit, asked once for a graph; None where it takes longer than a page may.

    That is where there are too many claims, or an endpoint is slow. What that has answered is kept
    for a while (``magkg.web.pages.kept``), so the same worker comes further the next time.
    """
    try:
        found = kept(graph, "audit", _asked)
    except _TooSlow:
        return None
    # What is kept must not refer to the graph.
    return None if found is None else replace(found, graph=graph)


def beforehand(graph: Graph) -> Iterator[tuple[Callable[[Graph], object], str]]:
    """Give what of the whole audit can be asked before a page needs it: a step for each kind."""
    if not _small(graph):
        return
    for query in queries(graph):
        yield partial(_kept, query=query), query.name


def _asked(graph: Graph) -> Audit | None:
    if not _small(graph):
        return None
    limit = _SHARE * graph.timeout if isinstance(graph.place, str) and graph.timeout else None
    until = None if limit is None else time.monotonic() + limit

    def answered(graph: Graph, query: Query) -> Sequence[Row]:
        if limit is not None and until is not None and time.monotonic() > until:
            raise _TooSlow(limit)
        return _kept(graph, query)

    return replace(audit(graph, ask=answered), graph=None)  # type: ignore[arg-type]


def _small(graph: Graph) -> bool:
    counted = next(iter(graph.store.select(_COUNT, graph.timeout)))
    return int(str(counted[0])) <= LARGEST


def _kept(graph: Graph, query: Query) -> Sequence[Row]:
    return kept(graph, f"audit {query.name}", lambda each: tuple(rows(each, query)))


def reason(graph: Graph) -> str:
    """Say what graph it is whose whole audit takes longer than a page may."""
    if _small(graph):
        return "a graph behind an endpoint that answers slowly"
    return f"a graph of more than {LARGEST:,} claims"
