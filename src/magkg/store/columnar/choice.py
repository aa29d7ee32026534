"""Which engine answers for a built graph: the one named, or the one that its size calls for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from magkg.errors import InputError
from magkg.store import manifest

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.store.manifest import Manifest

__all__ = ["AUTO", "COLUMNAR", "ENGINES", "OXIGRAPH", "chosen", "opened"]

OXIGRAPH, COLUMNAR, AUTO = ENGINES = ("oxigraph", "columnar", "auto")
# Quads from which many analytic queries in a row, as an audit asks, are sooner answered by columns
# that have to be loaded first than by Oxigraph (measured, docs/engines.md).
_MANY = 10_000_000


def chosen(engine: str, quads: int, *, many: bool) -> str:
    """Give the engine that is meant, for a graph of so many quads: OXIGRAPH or COLUMNAR.

    ``many`` says that many analytic queries will be asked. AUTO is COLUMNAR only for these, for a
    large graph, and where the extra is installed: loading the columns takes longer than any single
    query is worth. Raises InputError for an unknown name, or for COLUMNAR without the extra.
    """
    if engine not in ENGINES:
        raise InputError(f"there is no engine {engine!r}", hint=f"Engines: {', '.join(ENGINES)}.")
    if engine == OXIGRAPH or (engine == AUTO and not (many and quads >= _MANY)):
        return OXIGRAPH
    from magkg.store.columnar import model

    if engine == COLUMNAR:
        model.require()
    return COLUMNAR if model.installed() else OXIGRAPH


def opened(
    folder: Path,
    engine: str = AUTO,
    *,
    many: bool = False,
    notice: Callable[[str], None] = lambda _: None,
) -> tuple[Store, Manifest]:
    """Open the graph built in ``folder`` with an engine; see ``chosen``.

    ``notice`` is told where AUTO chose other than Oxigraph, and what an engine falls back on.
    Raises what ``chosen``, ``manifest.open_store`` and ``ColumnarStore.open`` raise.
    """
    quads = manifest.read(folder).counts.get("quads", 0) if engine == AUTO and many else 0
    if chosen(engine, quads, many=many) == OXIGRAPH:
        return manifest.open_store(folder)
    from magkg.store.columnar.store import ColumnarStore

    if engine == AUTO:
        notice(f"{quads:,} quads are asked as columns in memory (--engine oxigraph asks the disk)")
    store, built = ColumnarStore.open(folder, fallback=notice, progress=notice)
    return store, built
