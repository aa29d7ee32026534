"""Claims that are merged into a list of them are those that are left, in their order."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.claims import identity
from magkg.store import roots
from magkg.vocabulary import MAG


def claims(chance: random.Random, number: int) -> list[tuple[str, str]]:
    """Pairs whose IRIs begin alike, are of many lengths, and hold letters of many bytes."""
    letters = "a\u00e9\uffef\U00010000"
    iris = {
        "urn:" + "".join(chance.choices(letters, k=chance.randint(1, 300))) for _ in range(number)
    }
    return [(iri, chance.randbytes(32).hex()) for iri in sorted(iris)]


@pytest.mark.parametrize("seed", range(40))
def test_merged(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    every = claims(chance, 60)
    old = [each for each in every if chance.random() < chance.choice([0, 0.5, 1])]
    removed = [each for each in old if chance.random() < 0.3]
    # Some come back with another digest.
    again = [(iri, chance.randbytes(32).hex()) for iri, _ in removed if chance.random() < 0.5]
    added = [each for each in every if each not in old and chance.random() < 0.5] + again
    roots.write(tmp_path / "old", old)
    roots.merge(tmp_path / "old", removed, added, tmp_path / "new")
    left = sorted({*old, *added} - set(removed))
    wanted = identity.root(identity.ClaimIdentity(iri, None, digest) for iri, digest in left)
    assert roots.root(tmp_path / "new") == wanted
    assert roots.write(tmp_path / "whole", left) == wanted
    assert (tmp_path / "new").read_bytes() == (tmp_path / "whole").read_bytes()


def test_a_list_is_made_of_a_store(tmp_path: Path) -> None:
    found = claims(random.Random(1), 30)
    digest, store = ox.NamedNode(MAG + "digest"), ox.Store()
    store.extend(ox.Quad(ox.NamedNode(iri), digest, ox.Literal(own)) for iri, own in found)
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode(MAG + "label"), ox.Literal("x")))
    roots.collect(store, tmp_path / "made")
    assert roots.write(tmp_path / "wanted", found) == roots.root(tmp_path / "made")
