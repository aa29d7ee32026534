"""The list of claims beside a store: merged, made of a store, and compared with another."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.claims import identity
from magkg.store import manifest, roots
from magkg.use import differing
from magkg.use.diff import diff, diff_stores
from magkg.vocabulary import MAG, RDFS
from tests.store import bulk_data
from tests.store.update_data import built, split


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


@pytest.mark.parametrize("harm", ["", "lost", "cut"])
def test_graphs_differ_alike_by_their_lists_and_without(
    harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = bulk_data.lines(bulk_data.generated(tmp_path / "given", 60, seed=4))
    left = split(every, random.Random(1), 0.2, tmp_path / "all.nq")
    # A label of one claim that both have is another one.
    at = next(n for n, line in enumerate(left) if f"<{RDFS}label>" in line and "#claim-" in line)
    left[at] = left[at].replace('"', '"another ', 1)
    places = tmp_path / "one", tmp_path / "two"
    for place, lines in zip(places, (left, every), strict=True):
        made = built(lines, place)
        store = ox.Store.read_only(str(place / "stores" / made.store))
        roots.collect(store, place / "stores" / f"{made.store}.claims")
        del store
    stores = [manifest.open_store(place)[0] for place in places]
    wanted = diff_stores(stores[0], stores[1])
    assert wanted.added
    assert len(wanted.changed) == 1
    asked = []
    monkeypatch.setattr(differing, "_digests", lambda store: asked.append(store) or iter(()))
    if not harm:
        assert diff(*places) == wanted
        assert diff(*reversed(places)) == diff_stores(stores[1], stores[0])
        assert asked == []
        return
    monkeypatch.undo()
    listed = roots.listed(places[1])
    assert listed
    data = listed.read_bytes()
    listed.unlink() if harm == "lost" else listed.write_bytes(data[:-1])
    assert roots.listed(places[1]) is None
    assert diff(*places) == wanted
