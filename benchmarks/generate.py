"""A graph of any size, the same bytes for the same size and seed: made-up claims on remedies.

    python benchmarks/generate.py N OUT [--seed 1] [--shards K] [--format nquads|parquet|both]
                                  [--defects 0.001] [--compress none|gz|zst] [--hold M]

It is of the shape of graphs/ (workload_model.py has the shares that were measured there) and every
claim passes ontology/shapes, but for the known defects. Real collections are skewed: a few
statements are made everywhere, a few studies and sources are cited by all, so these are drawn by
the law of Zipf, its head flattened until the first has the share that it has in graphs/. Papers
report their own studies, reviews cite papers, pages cite both: no chain of citations is longer than
two. About N/20 sources, N/10 studies, 0 to 3 evidence lines a claim (0.45 in the mean), a passage
with offsets and digests for half of the claims, some 20 statements a claim.

OUT gets `graph.nq` (with shards `graph-00.nq` ..., each with its part of everything), lines of
canonical N-Quads, those of one node together, `tables/`, `defects.tsv` (claim, kind of defect, the
constraint that finds it) and `about.json` (counts). With ``--hold M``, M claims are kept out of the
graph and stand in `held.nq`: added to it they give the graph that is made without ``--hold``.

Every draw is a hash of its place (workload_numbers.py), columns are joined to lines by Arrow: there
is no object for a claim. Work is done in blocks: a million claims (3 GB of lines) take 25 s and
0.7 GB of memory, ten million, compressed, 3.5 min and 0.9 GB (2 cores, November 2026).

The tables are those that `magkg build` reads (docs/bulk.md): a file a class, a column a property. A
second certainty is a second value in its cell.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyoxigraph as ox
import workload_context as context
import workload_lines as written
from workload_claims import Claims, Table
from workload_model import APART, CONCEPTS, DEFECTS
from workload_world import MAG, World

from magkg.store.bulk import tabular

if TYPE_CHECKING:
    from workload_numbers import Numbers

__all__ = ["MAG", "blocks", "main", "quads", "write"]

# Claims in a block: some 100 MB of lines.
_BLOCK = 50_000
_SUFFIX = {"none": "", "gz": ".gz", "zst": ".zst"}
_NODES = {
    "claims": written.CLAIM,
    "passages": written.PASSAGE,
    "evidence": written.LINE,
    "concepts": written.CONCEPT,
    "sources": written.SOURCE,
    "readings": written.READING,
    "studies": written.STUDY,
    "judgements": written.JUDGEMENT,
}


@dataclass(frozen=True)
class Block:
    """A part of the graph: its tables, and which of its claims say a second certainty."""

    tables: dict[str, Table]
    twice: pa.Array | None = None
    defects: tuple[pa.Array, Numbers] | None = None

    def lines(self) -> Iterator[pa.Buffer]:
        """Give the block as canonical N-Quads."""
        for name, table in self.tables.items():
            more = []
            if name == "claims":
                more.append(written.second(table, "certainty", "hedged", self.twice))
            yield written.lines(table, _NODES[name], more)
            if name == "evidence":
                yield written.lines(_with(table, "effect"), written.EFFECT)

    def files(self) -> Iterator[tuple[str, pa.Table]]:
        """Give the block as the tables of classes."""
        for name, table in self.tables.items():
            node = _NODES[name]
            if name == "concepts":
                for kind in ("Concept", "Quantity"):
                    of_kind = pc.equal(table["class"], MAG + kind)
                    own = {each: pc.filter(column, of_kind) for each, column in table.items()}
                    # A property of quantities alone is no column of concepts.
                    yield kind.lower(), _filled(written.columns(own, node), kind == "Concept")
                continue
            columns = written.columns(table, node)
            if name == "claims":
                columns["certainty"] = _listed(columns["certainty"], self.twice)
            yield tabular.snake(node.classes[0]), pa.table(columns)
            if name == "evidence":
                effects = written.columns(_with(table, "effect"), written.EFFECT)
                yield "effect", pa.table(effects)


def _with(table: Table, key: str) -> Table:
    has = table[key].is_valid()
    return {name: pc.filter(column, has) for name, column in table.items()}


def _filled(columns: dict[str, pa.Array], concepts: bool) -> pa.Table:
    dropped = {"bound", "value", "unit"} if concepts else {"broader"}
    return pa.table({name: each for name, each in columns.items() if name not in dropped})


def _listed(certainty: pa.Array, twice: pa.Array) -> pa.Array:
    """Give each certainty as a list, with another one where it is said twice."""
    ends = np.concatenate([[0], np.cumsum(1 + np.asarray(twice, dtype=np.int64))])
    places = np.repeat(np.arange(len(certainty)), np.diff(ends))
    first = np.zeros(len(places), dtype=bool)
    first[ends[:-1]] = True
    said = pc.if_else(pa.array(first), certainty.take(pa.array(places)), "hedged")
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), said)


def _parts(first: int, last: int) -> Iterator[Numbers]:
    for start in range(first, last, _BLOCK):
        yield np.arange(start, min(start + _BLOCK, last), dtype=np.int64)


def _shard(size: int, shard: int, shards: int) -> Iterator[Numbers]:
    return _parts(size * shard // shards, size * (shard + 1) // shards)


def claims(world: World, claim: Numbers) -> Block:
    """Give the block of claims with their passages and evidence."""
    made = Claims(world, claim)
    tables = {"claims": made.table(), "passages": made.passages(), "evidence": made.evidence()}
    return Block(tables, pa.array(made.faulty("two-certainties")), made.defects())


def blocks(world: World, shard: int = 0, shards: int = 1, held: int = 0) -> Iterator[Block]:
    """Give a shard of the graph, block by block, without the claims that are held back."""
    share = partial(_shard, shard=shard, shards=shards)
    for part in share(sum(world.concepts(kind) for kind in CONCEPTS)):
        yield Block({"concepts": context.concepts(world, part)})
    for part in share(world.sources):
        yield Block(
            {
                "sources": context.sources(world, part),
                "readings": context.readings(part),
                "passages": context.abstracts(world, part),
            }
        )
    for part in share(world.studies):
        tables = {"studies": context.studies(world, part)}
        yield Block({**tables, "judgements": context.judgements(world, part)})
    apart = held_back(world, held)
    for part in share(world.claims):
        yield claims(world, part[~np.isin(part, apart)] if held else part)


def held_back(world: World, held: int) -> Numbers:
    """Give the numbers of so many claims, evenly spread, to which no other refers."""
    places = (world.claims + APART - 1) // APART
    if held > places:
        raise SystemExit(f"at most {places} claims of {world.claims} can be held back")
    return np.arange(held, dtype=np.int64) * places // max(held, 1) * APART


def quads(claims: int, seed: int = 1, defects: int = 0, held: int = 0) -> Iterator[ox.Quad]:
    """Give the quads of a graph of so many claims, ``defects`` of a million defective.

    Without those that are held back.
    """
    for block in blocks(World(claims, seed, defects), held=held):
        for part in block.lines():
            yield from ox.parse(part.to_pybytes(), format=ox.RdfFormat.N_QUADS)


class _Tables:
    """The Parquet files: one for each kind of table, a row group for each block."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.stack = folder, stack
        self.writers: dict[str, pq.ParquetWriter] = {}

    def add(self, block: Block) -> None:
        for name, table in block.files():
            if name not in self.writers:
                path = self.folder / f"{name}.parquet"
                made = pq.ParquetWriter(path, table.schema, compression="zstd")
                self.writers[name] = self.stack.enter_context(made)
            if table.num_rows:
                self.writers[name].write_table(table)


class _Lines:
    """The files of N-Quads, and how many statements they hold."""

    def __init__(self, compress: str) -> None:
        self.compress = compress
        self.count = 0

    def write(self, path: Path, given: Iterator[Block]) -> Iterator[Block]:
        """Write blocks as they pass."""
        to = path.with_name(path.name + _SUFFIX[self.compress])
        kind = {"gz": "gzip", "zst": "zstd"}.get(self.compress)
        with pa.output_stream(str(to), compression=kind) as out:
            for block in given:
                for part in block.lines():
                    self.count += int((np.frombuffer(part, np.uint8) == ord("\n")).sum())
                    out.write(part)
                yield block


def write(
    world: World, out: Path, form: str = "nquads", *, shards: int = 1, compress: str = "none",
    held: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """Write a graph into a folder; give its counts."""
    out.mkdir(parents=True, exist_ok=True)
    rows: Counter[str] = Counter()
    lines = _Lines(compress)
    with ExitStack() as stack:
        tables = _Tables(out / "tables", stack) if form != "nquads" else None
        faults = stack.enter_context((out / "defects.tsv").open("w", encoding="utf-8"))
        faults.write("claim\tkind\tconstraint\n")
        for shard in range(shards):
            given = blocks(world, shard, shards, held)
            if form != "parquet":
                name = "graph.nq" if shards == 1 else f"graph-{shard:02}.nq"
                given = lines.write(out / name, given)
            for block in given:
                rows.update({name: len(table[_NODES[name].key])
                             for name, table in block.tables.items()})  # fmt: skip
                faults.writelines(_faults(block))
                if tables:
                    tables.add(block)
    if held:
        rest = claims(world, held_back(world, held))
        (out / "held.nq").write_bytes(b"".join(part.to_pybytes() for part in rest.lines()))
    about = {"claims": world.claims, "seed": world.seed, "held": held, "rows": dict(rows)}
    if lines.count:
        about["statements"] = lines.count
    (out / "about.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
    return about


def _faults(block: Block) -> Iterator[str]:
    if block.defects:
        for iri, kind in zip(block.defects[0].to_pylist(), block.defects[1], strict=True):
            yield "\t".join((iri, *DEFECTS[kind])) + "\n"


def _read(words: Sequence[str] | None) -> argparse.Namespace:
    read = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    read.add_argument("claims", type=int)
    read.add_argument("out", type=Path)
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("--shards", type=int, default=1)
    read.add_argument("--format", choices=("nquads", "parquet", "both"), default="nquads")
    read.add_argument("--defects", type=float, default=0.001, help="share of the claims")
    read.add_argument("--compress", choices=tuple(_SUFFIX), default="none")
    read.add_argument("--hold", type=int, default=0, help="claims that stand in held.nq")
    asked = read.parse_args(words)
    if asked.claims < 1 or not 1 <= asked.shards <= 100 or not 0 <= asked.defects <= 1 / APART:
        read.error(f"claims from 1, shards from 1 to 100, defects from 0 to {1 / APART}")
    return asked


def main(words: Sequence[str] | None = None) -> None:
    asked = _read(words)
    world = World(asked.claims, asked.seed, round(asked.defects * 1_000_000))
    about = write(world, asked.out, asked.format, shards=asked.shards, compress=asked.compress,
                  held=asked.hold)  # fmt: skip
    print(json.dumps(about))


if __name__ == "__main__":
    main()
