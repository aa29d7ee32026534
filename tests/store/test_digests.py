"""Digests of statements that are merged part by part are those of the statements that are left."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pyoxigraph as ox
import pytest

from magkg.claims import identity
from magkg.errors import StoreDamaged
from magkg.store import digests


def array(found: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(found), dtype="S32")


@pytest.mark.parametrize("seed", range(40))
def test_merged(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    # Those that end in zeros, which numpy strips of texts, among them.
    drawn = [chance.randbytes(30) + bytes(2) * (at % 5 == 0) for at in range(120)]
    some = sorted({each.ljust(32, b"\1") for each in drawn})
    old = sorted(chance.sample(some, chance.choice([0, 1, 7, 14, 50])))
    removed = sorted(chance.sample(old, chance.randint(0, len(old))))
    added = sorted(chance.sample(sorted(set(some) - set(old)), chance.choice([0, 1, 9, 30])))
    (tmp_path / "old").write_bytes(b"".join(old))
    content = digests.merge(tmp_path / "old", array(removed), array(added), tmp_path / "new")
    wanted = b"".join(sorted((set(old) - set(removed)) | set(added)))
    assert (tmp_path / "new").read_bytes() == wanted
    assert digests.content(tmp_path / "new") == identity.content_of(wanted) == content


def test_a_list_of_another_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(bytes(32) + b"\3" * 32)
    for other in (b"\2" * 32, b"\4" * 32):
        with pytest.raises(StoreDamaged, match="not the list"):
            digests.merge(tmp_path / "old", array([other]), array([]), tmp_path / "new")


def test_a_list_is_made_of_a_store(tmp_path: Path) -> None:
    node, graph = ox.NamedNode("urn:x"), ox.NamedNode("urn:g")
    texts = ['a\n"\\', "\u2028\x7f\ufffe", "", "z" * 300]
    quads = [ox.Quad(node, node, ox.Literal(each, language="en")) for each in texts]
    quads += [ox.Quad(node, node, node), ox.Quad(node, node, node, graph)]
    store = ox.Store()
    store.extend(quads)
    digests.collect(store, tmp_path / "made")
    assert (tmp_path / "made").read_bytes() == digests.of(quads).tobytes()
    assert digests.content(tmp_path / "made") == identity.content(quads)


@pytest.mark.parametrize(("held", "batch"), [(1 << 18, 1 << 20), (64, 96), (0, 1)])
def test_gathered_in_any_order_by_way_of_files(
    held: int, batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "_HELD", held)
    monkeypatch.setattr(digests, "_BATCH", batch)
    chance = random.Random(7)
    some = [chance.randbytes(30) + bytes(2) * (at % 5 == 0) for at in range(2_000)]
    some = [each.ljust(32, b"\1") for each in some] + [bytes(32), b"\xff" * 32]
    given = [*some, *chance.sample(some, 300)]
    chance.shuffle(given)
    with digests.Gathered(tmp_path) as gathered:
        while given:
            gathered.add(b"".join(given[:9]))
            del given[:9]
        content = gathered.write(tmp_path / "made")
    wanted = b"".join(sorted(set(some)))
    assert (tmp_path / "made").read_bytes() == wanted
    assert content == digests.content(tmp_path / "made") == identity.content_of(wanted)
    assert [each.name for each in tmp_path.iterdir()] == ["made"]


def test_nothing_gathered_is_an_empty_list(tmp_path: Path) -> None:
    with digests.Gathered(tmp_path) as gathered:
        assert gathered.write(tmp_path / "made") == identity.content_of(b"")
    assert (tmp_path / "made").read_bytes() == b""
