"""Graphs that are added to: one that stands, what comes, and the graph of all for comparison."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox

from magkg import resources
from magkg.store import digests, manifest, roots
from magkg.store.build import COUNTED, input_digests
from magkg.store.columnar import making
from magkg.store.derive import STATED
from magkg.store.manifest import Manifest
from magkg.store.publish import Place
from magkg.store.update.building import update
from magkg.store.verify import verify_store
from magkg.vocabulary import MAG, TYPE
from tests.store import bulk_data


def built(lines: list[str], out: Path) -> Manifest:
    """Build a graph one by one, as it is done for a small project; give its manifest."""
    given = bulk_data.write(out.with_name(f"{out.name}.nq"), lines)
    root, content, store = bulk_data.in_memory(given)
    counts = {"quads": len(store)}
    counts["stated"] = sum(1 for _ in store.quads_for_pattern(None, None, None, STATED))
    for name, kind in COUNTED.items():
        of = ox.NamedNode(MAG + kind)
        found = store.quads_for_pattern(None, ox.NamedNode(TYPE), of, ox.DefaultGraph())
        counts[name] = sum(1 for _ in found)
    versions = {"magkg": resources.version(), "pyoxigraph": ox.__version__}
    made = Manifest(root, content, content[:16], counts, input_digests({}), versions)
    with Place.held(out) as place:
        kept = ox.Store(str(place.new))
        kept.bulk_extend(store)
        kept.flush()
        del kept
        for path in place.new.glob("LOG*"):
            path.unlink()
        list(place.publish(made))
    return made


def quads(out: Path) -> set[ox.Quad]:
    store, _ = manifest.open_store(out)
    return set(store.quads())


def files(out: Path) -> dict[str, bytes]:
    """All files of the graph that is published now."""
    store = out / "stores" / manifest.read(out).store
    paths = [*store.iterdir(), store.with_name(f"{store.name}.files.json"), out / manifest.FILE]
    return {path.name: path.read_bytes() for path in paths if not path.name.startswith("L")}


def added(
    graph: list[str], more: list[str], folder: Path, *, columns: bool = False, **how: str
) -> Manifest:
    """Build a graph (that keeps ``columns``), add statements to it, and give the manifest."""
    of_graph = built(graph, folder / "graph")
    if columns:
        store = ox.Store.read_only(str(folder / "graph" / "stores" / of_graph.store))
        making.made(folder / "graph", of_graph, store)
        del store
    before = files(folder / "graph")
    old = folder / "graph" / "stores" / manifest.read(folder / "graph").store
    given = bulk_data.write(folder / "more.nq", more)
    made = update([given], folder / "graph", **how).manifest
    assert manifest.read(folder / "graph") == made
    assert verify_store(folder / "graph") == []
    # What stood there was only read.
    kept = {path.name: path.read_bytes() for path in old.iterdir() if path.name[0] != "L"}
    assert kept == {name: data for name, data in before.items() if name in kept}
    return made


def same(
    graph: list[str], more: list[str], whole: list[str], folder: Path, *, columns: bool = False
) -> None:
    """Add statements to a graph (that keeps ``columns``); it is then the one built of all."""
    made = added(graph, more, folder, columns=columns)
    wanted = built(whole, folder / "whole")
    found, expected = quads(folder / "graph"), quads(folder / "whole")
    assert sorted(map(str, found - expected)) == sorted(map(str, expected - found)) == []
    assert (made.root, made.content) == (wanted.root, wanted.content)
    assert dict(made.counts) == dict(wanted.counts)
    listed = folder / "graph" / "stores" / f"{made.store}.digests"
    assert digests.content(listed) == made.content
    assert roots.root(listed.with_suffix(".claims")) == made.root


def with_those_that_refer(lines: list[str], claims: set[str]) -> set[str]:
    """Add the claims that lean on claims: without these they would not be sound."""
    ways = (f"<{MAG}via>", f"<{MAG}because>")
    pairs = [line.split(" ")[:3] for line in lines]
    links = [(s[1:-1], o[1:-1]) for s, p, o in pairs if p in ways]
    while more := {s for s, o in links if o in claims} - claims:
        claims |= more
    return claims


def claims_of(lines: list[str]) -> list[str]:
    return sorted({line.split(" ")[0][1:-1] for line in lines if line.endswith(f"<{MAG}Claim> .")})


def split(lines: list[str], chance: random.Random, share: float, path: Path) -> list[str]:
    """Give the lines without a share of the claims."""
    held = {claim for claim in claims_of(lines) if chance.random() < share}
    given = bulk_data.write(path, lines)
    return bulk_data.without(given, with_those_that_refer(lines, held))


def rest(lines: list[str], left: list[str]) -> list[str]:
    known = set(left)
    return [line for line in lines if line not in known]


def bare(lines: list[str], chance: random.Random, share: float) -> list[str]:
    """Leave out nodes that nothing in what is left refers to, a share of them, over and over."""
    for _ in range(3):
        parts = [line.split(" ", 2) for line in lines]
        used = {rest.removesuffix(" .") for subject, _, rest in parts if rest != f"{subject} ."}
        free = sorted({subject for subject, _, _ in parts} - used)
        gone = {node for node in free if "#claim-" not in node and chance.random() < share}
        lines = [
            line for line, (subject, _, _) in zip(lines, parts, strict=True) if subject not in gone
        ]
    return lines
