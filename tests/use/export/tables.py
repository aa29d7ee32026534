"""What the tests of tables share: an export in a folder, and readers that are not ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from magkg.use.export.formats import Options, writer
from magkg.use.export.formats import find as find_format

if TYPE_CHECKING:
    from magkg.use.graph import Graph

# The nasty strings are up to a megabyte long, and some edges hold twenty of them.
LONGEST = 64_000_000


def export(graph: Graph, out: Path, form: str, options: Options | None = None, **words: str) -> Any:
    """Write an export into a new folder; give the counts."""
    out.mkdir()
    return writer(find_format(form))(graph.subgraph(**words), out, options or Options(), form)


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
