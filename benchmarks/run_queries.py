"""The shipped queries, each asked of every engine in turn, on the same built graph."""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from run_data import store_of
from run_engines import Asked, Embedded, Engine, Remote
from run_measure import CHILD, ROOT, Figure, Missing
from run_servers import bulk_load, oxigraph, virtuoso, virtuoso_folder
from run_works import FEW

if TYPE_CHECKING:
    from run_data import Data

# A query is long where it takes more; it is then asked once.
_LONG = 2.0
# What an interactive answer may take (seconds).
WITHIN = 1.0
# maplib reads N-Triples up to so many claims: 133 s at a million (DESIGN section 5).
_PARSED = 100_000


def _oxigraph(data: Data, limit: float) -> Engine:
    store, folder = store_of(data.graph), data.path("oxigraph")
    return Remote(lambda: oxigraph(store, folder, limit + 5))


def _virtuoso(data: Data, limit: float) -> Engine:
    root = virtuoso_folder()
    if root is None:
        raise Missing("MAGKG_VIRTUOSO names no Virtuoso")
    folder, done = data.path("virtuoso"), data.path("virtuoso") / "loaded"
    if not done.is_file():
        with virtuoso(root, folder, 3600) as server:
            bulk_load(root, server, data.dump)
        done.touch()
    return Remote(lambda: virtuoso(root, folder, limit + 5), named=True)


def _rdflib(data: Data, _: float) -> Engine:
    if data.claims > FEW:
        raise Missing(f"it is measured up to {FEW:,} claims")
    return Embedded("rdflib", str(data.dump), again=data.claims <= FEW // 10)


def _maplib(data: Data, _: float) -> Engine:
    if data.claims > _PARSED:
        raise Missing(f"it parses, and is measured up to {_PARSED:,} claims")
    return Embedded("maplib", str(data.dump), again=data.claims <= FEW)


# The engines by name, magkg's own first.
ENGINES: Mapping[str, Callable[[Data, float], Engine]] = {
    "magkg": lambda data, _: Embedded("magkg", str(data.graph)),
    "magkg, columnar": lambda data, _: Embedded("columnar", str(data.graph)),
    "oxigraph serve-read-only": _oxigraph,
    "Virtuoso": _virtuoso,
    "rdflib": _rdflib,
    "maplib, from N-Triples": _maplib,
}
OWN = 2


@dataclass
class Answers:
    """What one engine took for each query, in seconds, or why it did not answer."""

    seconds: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    memory: int = 0
    reason: str = ""


def asked(data: Data) -> list[Asked]:
    """Give the shipped queries, with parameters that fit the graph."""
    words = [*CHILD, "queries", str(data.graph)]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
    return [Asked(**json.loads(line)) for line in ran.stdout.splitlines()]


def ask_all(
    data: Data, runs: int, limit: float, engines: Sequence[str] | None = None
) -> dict[str, Answers]:
    """Ask every query of every engine, in turn; give what each took."""
    found = {name: Answers() for name in ENGINES if engines is None or name in engines}
    open_engines: dict[str, Engine] = {}
    try:
        queries = asked(data)
        for name, answers in found.items():
            try:
                open_engines[name] = ENGINES[name](data, limit)
            except Missing as reason:
                answers.reason = str(reason)
        for query in queries:
            _ask(query, open_engines, found, runs, limit)
        for name, engine in open_engines.items():
            found[name].memory = engine.memory()
    except Missing as reason:
        for answers in found.values():
            answers.reason = str(reason)
    finally:
        for engine in open_engines.values():
            engine.close()
    return found


def _ask(
    query: Asked, engines: Mapping[str, Engine], found: Mapping[str, Answers], runs: int,
    limit: float,
) -> None:  # fmt: skip
    """Ask one query: a first time not counted, then as many as there are runs, in turn."""
    times: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(runs + 1):
        for name, engine in engines.items():
            slow = times[name] and times[name][0] > _LONG
            if query.name in found[name].reasons or slow:
                continue
            try:
                seconds, found[name].rows[query.name] = engine.ask(query, limit)
                times[name].append(seconds)
            except Missing as reason:
                found[name].reasons[query.name] = str(reason)
    for name, each in times.items():
        if each and query.name not in found[name].reasons:
            found[name].seconds[query.name] = statistics.median(each[1:] or each)


def figures(found: Mapping[str, Answers], queries: int) -> dict[str, dict[str, Figure]]:
    """Give the rows of the table: the median, the slowest, how many within a second.

    An answer with other rows than magkg's is none, and is counted.
    """
    own = next((each for name, each in found.items()
                if name.startswith("magkg") and not each.reason), None)  # fmt: skip
    rows: dict[str, dict[str, Figure]] = {"median": {}, "slowest": {}, "within": {}}
    for name, each in found.items():
        right = _right(each, own)
        if not right:
            for row in rows.values():
                row[name] = Figure(reason=each.reason or "it answered no query")
            continue
        told = {"answered": len(right), "asked": queries, "other": len(each.seconds) - len(right)}
        values = list(right.values())
        rows["median"][name] = Figure(
            [statistics.median(values)], each.memory, ratio=_ratio(right, own, each), told=told
        )
        rows["slowest"][name] = Figure([max(values)], each.memory, told=told)
        quick = sum(value <= WITHIN for value in values)
        rows["within"][name] = Figure([float(quick)], told=told)
    return rows


def _right(each: Answers, own: Answers | None) -> dict[str, float]:
    """Give the seconds of the answers that have as many rows as magkg's."""
    if own is None:
        return each.seconds
    return {key: value for key, value in each.seconds.items()
            if own.rows.get(key, each.rows[key]) == each.rows[key]}  # fmt: skip


def _ratio(right: Mapping[str, float], own: Answers | None, each: Answers) -> float | None:
    if own is None or own is each:
        return None
    shared = [own.seconds[key] / value for key, value in right.items() if key in own.seconds]
    return statistics.median(shared) if shared else None
