"""Which engine answers for a built graph: the one named, or the one that its size calls for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.errors import InputError
from magkg.store import manifest
from magkg.store.columnar import kept

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.store.manifest import Manifest
    from magkg.store.oxigraph import OxigraphStore

__all__ = ["AUTO", "COLUMNAR", "ENGINES", "OXIGRAPH", "bounded", "opened"]

OXIGRAPH, COLUMNAR, AUTO = ENGINES = ("oxigraph", "columnar", "auto")


def opened(
    folder: Path, engine: str = AUTO, *, notice: Callable[[str], None] = lambda _: None
) -> tuple[Store, Store, Manifest]:
    """Open the graph built in ``folder``: its store, and the engine that questions are asked of.

    The engine is the store, or with COLUMNAR the columns beside it, which are made where they are
    missing. AUTO is columnar for a graph of ``kept.LARGE`` quads or more that has columns.
    ``notice`` is told what is made, with COLUMNAR what Oxigraph has to answer, and with AUTO when
    the columns are asked for the first time. Raises
    InputError for an unknown name, OutputError where no columns can be written, and what
    ``manifest.open_store`` raises.
    """
    if engine not in ENGINES:
        raise InputError(f"there is no engine {engine!r}", hint=f"Engines: {', '.join(ENGINES)}.")
    store, built = manifest.open_store(folder)
    found = None
    if engine == COLUMNAR:
        from magkg.store.columnar import making

        raw = ox.Store.read_only(str(folder / "stores" / built.store))
        found = making.made(folder, built, raw, notice)
    elif engine == AUTO and kept.large(built.counts):
        found = kept.present(folder, built)
    if found is None:
        return store, store, built
    from magkg.store.columnar.store import ColumnarStore

    if engine == COLUMNAR:
        return store, ColumnarStore(store, found, fallback=notice), built
    aloud = "the columns of the graph answer (--engine oxigraph asks its store)"
    return store, ColumnarStore(store, found, first=lambda: notice(aloud)), built


def bounded(folder: Path, built: Manifest, store: OxigraphStore, memory: int) -> Store | None:
    """Give the columns of the graph built in ``folder``, whose queries take ``memory`` (bytes).

    None where the graph has none, or none that can be asked: nothing is made, and nothing spills.
    """
    found = kept.present(folder, built)
    if found is None or found.reason:
        return None
    from magkg.store.columnar.store import ColumnarStore

    return ColumnarStore(store, found, memory=memory)
