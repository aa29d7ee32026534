"""What the tests of tables share: graphs and exports made once, and readers that are not ours."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from magkg.store import places
from magkg.use.export.formats import Options, writer
from magkg.use.export.formats import find as find_format
from magkg.use.graph import open as open_graph
from tests import evidence
from tests.use.export import nasty

if TYPE_CHECKING:
    from magkg.use.graph import Graph

# Exports that several tests look at, gone when the tests end.
_KEPT = TemporaryDirectory(prefix="magkg-tables-")
# The nasty strings are up to a megabyte long, and some edges hold twenty of them.
LONGEST = 64_000_000


def export(graph: Graph, out: Path, form: str, options: Options | None = None, **words: str) -> Any:
    """Write an export into a new folder; give the counts."""
    out.mkdir()
    return writer(find_format(form))(graph.subgraph(**words), out, options or Options(), form)


@cache
def whole(name: str) -> Graph:
    """Give the bundled graph, the nasty one or the one with evidence, open for all tests."""
    if name == "bundled":
        return open_graph(places.bundled_graph())
    return {"nasty": nasty.graph, "evidence": evidence.graph}[name]()


@cache
def written(name: str, form: str, options: Options | None = None) -> Path:
    """Give the folder of an export of a whole graph, made once; nobody writes into it."""
    out = Path(_KEPT.name) / f"{name}-{form}-{abs(hash(options))}"
    export(whole(name), out, form, options)
    return out


def by_pandas(path: Path, delimiter: str, **more: Any) -> list[dict[str, str]]:
    """Read a table as texts with pandas; what is empty is "" there."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(
        path, sep=delimiter, dtype=str, keep_default_na=False, lineterminator="\n", **more
    )
    rows: list[dict[str, str]] = frame.to_dict("records")
    return rows


def by_duckdb(path: Path, delimiter: str, quote: str = '"') -> list[dict[str, str]]:
    """Read a table as texts with duckdb; what is empty is "" here too."""
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.connect().execute(
        "SELECT * FROM read_csv(?, delim=?, quote=?, escape=?, header=true, all_varchar=true, "
        f"strict_mode=true, parallel=false, max_line_size={LONGEST}, buffer_size={2 * LONGEST})",
        [str(path), delimiter, quote, quote],
    )
    names = [each[0] for each in found.description]
    return [
        {name: cell or "" for name, cell in zip(names, row, strict=True)}
        for row in found.fetchall()
    ]
