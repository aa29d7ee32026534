"""Parquet: ``claims.parquet``, a row a claim, and ``evidence.parquet``, its evidence lines.

Each part of the subgraph is a row group (zstd, dictionaries), so a million claims need the memory
of a part, and of the studies, sources and concepts that parts share. Each field carries its
description, the file the version, the root digest and the selection. Nothing is changed: control
characters and right-to-left marks stand as they are. What a row cannot hold is refused by name: a
lone surrogate, a figure of more than 20 digits before the point or 18 after it, a qualifier with
two values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magkg import resources
from magkg.errors import InputError
from magkg.use.export.table.columns import CLAIMS, EVIDENCE
from magkg.use.export.table.rows import (
    PRECISION,
    SCALE,
    Cell,
    Column,
    check_decimal,
    check_integer,
    check_text,
    evidence_rows,
    stated_rows,
)

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["write"]


def write(subgraph: Subgraph, out: Path, options: Options, form: str) -> Mapping[str, int]:
    """Write the two tables into the folder; give the counts of claims and of rows of evidence.

    Raises InputError, naming the claim, for what a row cannot hold.
    """
    counts = {"claims": 0, "evidence rows": 0}
    about = _about(subgraph)
    with (
        _writer(out / "claims.parquet", CLAIMS, about) as claims,
        _writer(out / "evidence.parquet", EVIDENCE, about) as evidence,
    ):
        for content in subgraph.windows():
            counts["claims"] += _add(claims, CLAIMS, list(stated_rows(content)))
            counts["evidence rows"] += _add(evidence, EVIDENCE, list(evidence_rows(content)))
            options.tell(counts["claims"], len(subgraph))
    return counts


def _about(subgraph: Subgraph) -> dict[str, str]:
    """Say where the rows come from."""
    built = subgraph.graph.manifest
    found = {
        "magkg.version": resources.version(),
        "magkg.root": built.root if built else "",
        "magkg.selection": str(subgraph.selection),
        "magkg.claims": str(len(subgraph)),
        "magkg.prefixes": json.dumps(dict(subgraph.graph.prefixes), sort_keys=True),
    }
    for name, text in found.items():
        check_text(text, name, "the selection")
    return {name: text for name, text in found.items() if text}


def _writer(path: Path, columns: Sequence[Column[Any]], about: dict[str, str]) -> pq.ParquetWriter:
    import pyarrow.parquet as pq

    schema = _schema(columns).with_metadata(about)
    return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=True)


def _schema(columns: Sequence[Column[Any]]) -> pa.Schema:
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "date": pa.date32(),
        "integer": pa.int64(),
        "decimal": pa.decimal128(PRECISION, SCALE),
        "boolean": pa.bool_(),
        "strings": pa.list_(pa.string()),
        "integers": pa.list_(pa.int64()),
    }
    return pa.schema(
        pa.field(each.name, types[each.kind], metadata={"description": each.about})
        for each in columns
    )


def _add(writer: pq.ParquetWriter, columns: Sequence[Column[Any]], rows: Sequence[Any]) -> int:
    """Write rows as one row group; give their number."""
    import pyarrow as pa

    if rows:
        cells = [
            _array(each, field.type, rows)
            for each, field in zip(columns, writer.schema, strict=True)
        ]
        writer.write_table(pa.table(cells, schema=writer.schema))
    return len(rows)


def _array(column: Column[Any], kind: pa.DataType, rows: Sequence[Any]) -> pa.Array:
    """Give the cells of a column; what Arrow does not take is then looked for, cell by cell."""
    import pyarrow as pa

    if column.kind != "date":
        try:
            return pa.array([column.value(row) for row in rows], kind)
        except (pa.ArrowException, UnicodeError, OverflowError, TypeError):
            pass
    return pa.array([_sound(column, row) for row in rows], kind)


def _sound(column: Column[Any], row: Any) -> Any:
    """Give a cell as Parquet takes it; raises InputError, naming the claim, where it cannot."""
    cell = column.value(row)
    claim = row.claim.iri
    if column.kind == "date" and isinstance(cell, str):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            raise InputError(
                f"{claim}: {column.name} is {cell!r}, which is no date",
                hint="Correct it in the source (dcterms:issued is a full date).",
            ) from None
    for each in _single(cell):
        if isinstance(each, str):
            check_text(each, column.name, claim)
        elif isinstance(each, Decimal):
            check_decimal(each, column.name, claim)
        elif isinstance(each, int):
            check_integer(each, column.name, claim)
    return cell


def _single(cell: Cell) -> Iterator[str | int | Decimal | None]:
    if isinstance(cell, list):
        yield from cell
    else:
        yield cell
