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
    digests.write(tmp_path / "old", b"".join(old))
    content = digests.merge(tmp_path / "old", array(removed), array(added), tmp_path / "new")
    wanted = b"".join(sorted((set(old) - set(removed)) | set(added)))
    assert (tmp_path / "new").read_bytes() == wanted
    assert digests.content(tmp_path / "new") == identity.content_of(wanted) == content


def test_a_list_of_another_store_is_refused(tmp_path: Path) -> None:
    digests.write(tmp_path / "old", bytes(32) + b"\3" * 32)
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
