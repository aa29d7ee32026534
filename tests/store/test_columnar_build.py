"""A build of a large graph keeps its columns, an update brings them along; no room does no harm."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from magkg.errors import OutputError
from magkg.store import manifest
from magkg.store.bulk import building
from magkg.store.columnar import choice, kept, making
from magkg.store.columnar.store import ColumnarStore
from magkg.store.update.building import update
from magkg.store.verify import verify_store
from tests.store import bulk_data
from tests.store.update_data import rest, split

EVERYTHING = "SELECT ?s ?p ?o { ?s ?p ?o }"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines of 120 generated claims."""
    return bulk_data.lines(bulk_data.generated(tmp_path_factory.mktemp("small"), 120, seed=4))


def columns_of(out: Path) -> kept.Kept | None:
    return kept.present(out, manifest.read(out))


def agrees(out: Path) -> None:
    """The columns say what the store says, and nothing was asked of that."""
    _, engine, _ = choice.opened(out)
    assert isinstance(engine, ColumnarStore)
    assert set(engine.select(EVERYTHING)) == set(engine.oxigraph.select(EVERYTHING))
    assert engine.asked == {"columnar": 1, "oxigraph": 0}
    engine.close()


def test_a_build_keeps_the_columns_and_updates_bring_them_along(
    small: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "LARGE", 1)
    left = split(small, random.Random(1), 0.2, tmp_path / "all.nq")
    out = tmp_path / "graph"
    building.build([bulk_data.write(tmp_path / "left.nq", left)], out)
    assert columns_of(out) is not None
    agrees(out)
    for number, more in enumerate((rest(small, left), small)):  # the second adds nothing
        update([bulk_data.write(tmp_path / f"{number}.nq", more)], out)
        found = columns_of(out)
        assert found is not None
        assert found.path.parent.parent == out / "stores"
        agrees(out)
    assert len(list((out / "stores").glob("*.columns"))) == 1
    assert not [path for path in (out / "stores").iterdir() if path.name.startswith(".")]
    assert verify_store(out) == []


def test_a_small_graph_has_no_columns(small: list[str], tmp_path: Path) -> None:
    out = tmp_path / "graph"
    building.build([bulk_data.write(tmp_path / "all.nq", small)], out)
    assert not list((out / "stores").glob("*.columns"))


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), OutputError("full")])
def test_a_graph_is_published_without_columns_where_they_have_no_room(
    small: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr(kept, "LARGE", 1)

    def full(*_: object) -> str:
        raise fault

    monkeypatch.setattr(making, "_reason", full)
    out = tmp_path / "graph"
    building.build([bulk_data.write(tmp_path / "all.nq", small)], out)
    assert columns_of(out) is None
    assert not list((out / "stores").glob("*columns*"))
    assert verify_store(out) == []
