"""An update of a graph that keeps its columns asks these, and gives the same graph."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.errors import MagkgError
from magkg.store.columnar import kept, making
from magkg.store.columnar.changed import ASKED, Changed, Pair, Row
from magkg.store.update.building import update
from magkg.vocabulary import MAG
from tests.store import bulk_data
from tests.store.test_update import changed
from tests.store.test_update_bodies import judged, of_few
from tests.store.update_data import built, rest, same, split

BY = ox.NamedNode("https://example.org/by")
SAID = ox.NamedNode("https://example.org/said")
A, B, C = (ox.NamedNode(f"https://example.org/{name}") for name in "abc")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that columns answered; one that they cannot answer ends the test."""
    found = []
    answers = Changed.answers

    def watched(self: Changed, query: str, pairs: Iterable[Pair]) -> Iterator[Row]:
        found.append(query)
        try:
            return answers(self, query, pairs)
        except MagkgError as error:
            raise AssertionError(f"{query}: {error}") from None

    monkeypatch.setattr(Changed, "answers", watched)
    return found


@pytest.mark.parametrize(("claims", "seed", "share"), [(300, 2, 0.5), (500, 3, 0.02)])
def test_claims_that_come(
    claims: int, seed: int, share: float, tmp_path: Path, asked: list[str]
) -> None:
    lines = bulk_data.lines(bulk_data.generated(tmp_path / "given", claims, seed=seed))
    left = split(lines, random.Random(seed), share, tmp_path / "all.nq")
    same(left, rest(lines, left), lines, tmp_path, columns=True)
    assert len({query.partition("WHERE")[0] for query in asked}) >= 7


def test_claims_that_are_replaced(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("magkg.store.validate.validate", lambda *_, **__: [])
    lines = bulk_data.lines(bulk_data.generated(tmp_path / "given", 250, seed=2))
    more, graph, whole = changed(lines, random.Random(2))
    same(graph, more, whole, tmp_path, columns=True)
    assert asked


def test_what_is_rarely_judged(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("magkg.store.validate.validate", lambda *_, **__: [])
    chance = random.Random(2)
    lines = bulk_data.lines(bulk_data.generated(tmp_path / "given", 120, seed=2))
    every = sorted({*of_few(lines, chance), *judged(lines, chance)})
    left = split(every, chance, 0.1, tmp_path / "all.nq")
    same(left, rest(every, left), every, tmp_path, columns=True)
    assert asked


@pytest.mark.parametrize("first", [0, 12_288], ids=["whole", "blocks"])
def test_columns_that_are_damaged_are_not_asked(first: int, tmp_path: Path) -> None:
    lines = bulk_data.lines(bulk_data.generated(tmp_path / "given", 120, seed=4))
    left = split(lines, random.Random(1), 0.2, tmp_path / "all.nq")
    out = tmp_path / "graph"
    before = built(left, out)
    found = making.made(out, before, ox.Store.read_only(str(out / "stores" / before.store)))
    data = found.path.read_bytes()
    found.path.write_bytes(data[:first] + bytes(each ^ 255 for each in data[first:]))
    assert kept.present(out, before) is not None
    made = update([bulk_data.write(tmp_path / "more.nq", rest(lines, left))], out).manifest
    wanted = built(lines, tmp_path / "whole")
    assert (made.root, made.content) == (wanted.root, wanted.content)


# ------------------------------------------------------------------------------------------------
# Columns with changes over them.


@pytest.fixture
def columns(tmp_path: Path) -> Iterator[Changed]:
    out = tmp_path / "graph"
    lines = [f"{A} {BY} {B} .", f"{C} {BY} {B} .", f'{A} {SAID} "one" .', f'{B} {SAID} "two" .']
    before = built(lines, out)
    found = making.made(out, before, ox.Store.read_only(str(out / "stores" / before.store)))
    made = Changed(found, tmp_path / "spilled", 1 << 30)
    yield made
    made.close()


def _rows(columns: Changed, pattern: str, *nodes: ox.NamedNode) -> list[Row]:
    query = f"SELECT $one ?x WHERE {{ $one <{ASKED}> $other . {pattern} }}"
    return sorted(columns.answers(query, [(node, node) for node in nodes]), key=str)


def test_what_came_is_seen_and_what_went_is_not(columns: Changed) -> None:
    assert _rows(columns, f"?x {BY} $one", B) == [(B, A), (B, C)]
    columns.see([ox.Quad(A, BY, B)], [ox.Quad(B, BY, B), ox.Quad(A, SAID, ox.Literal("new"))])
    assert _rows(columns, f"?x {BY} $one", A, B) == [(B, B), (B, C)]
    assert _rows(columns, f"$one {SAID} ?x", A, B) == [
        (A, ox.Literal("new")), (A, ox.Literal("one")), (B, ox.Literal("two")),
    ]  # fmt: skip
    columns.see([], [])  # what is undone
    assert _rows(columns, f"?x {BY} $one", B) == [(B, A), (B, C)]
    assert _rows(columns, f"$one {SAID} ?x", A) == [(A, ox.Literal("one"))]


def test_a_property_that_was_not_there(columns: Changed) -> None:
    way = ox.NamedNode(MAG + "wholly-new")
    assert _rows(columns, f"$one {way} ?x", A) == []
    node = ox.NamedNode("https://example.org/new")
    columns.see(
        [], [ox.Quad(A, way, node), ox.Quad(node, way, ox.Literal('a\n"b"', language="en"))]
    )
    assert _rows(columns, f"$one {way} ?x", A, node) == [
        (A, node), (node, ox.Literal("a\n\"b\"", language="en")),
    ]  # fmt: skip
    columns.see([], [])
    assert _rows(columns, f"$one {way} ?x", A, node) == []


def test_named_graphs_are_not_seen(columns: Changed) -> None:
    columns.see([], [ox.Quad(B, BY, A, ox.NamedNode("https://example.org/other"))])
    assert _rows(columns, f"$one {BY} ?x", B) == []
