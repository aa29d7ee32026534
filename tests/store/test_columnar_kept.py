"""The file of columns: made once, whole or not at all; every term comes back as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from magkg.errors import MagkgError, OutputError
from magkg.store import manifest
from magkg.store.columnar import kept, making
from magkg.store.columnar.held import Held
from magkg.store.columnar.store import ColumnarStore
from magkg.store.interface import IRI, Literal
from magkg.store.oxigraph import OxigraphStore
from magkg.store.publish import Place
from magkg.store.verify import verify_store

XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = [
    ox.Literal('a "b"\n\t\\n\\ \\" é 漢 \U0001f600'),
    ox.Literal(""),
    ox.Literal("Wort", language="de"),
    ox.Literal('"@en', language="en"),
    ox.Literal('"^^<x>'),
    ox.Literal("true"),
    ox.Literal("7", datatype=ox.NamedNode(XSD + "integer")),
    ox.Literal("1.5", datatype=ox.NamedNode(XSD + "decimal")),
    ox.Literal("350", datatype=ox.NamedNode(XSD + "decimal")),
    ox.Literal("-0.000001", datatype=ox.NamedNode(XSD + "decimal")),
    ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean")),
    ox.Literal("2011-02-28", datatype=ox.NamedNode(XSD + "date")),
    ox.Literal("2011-02-28T23:59:59Z", datatype=ox.NamedNode(XSD + "dateTime")),
    ox.Literal("http://example.org/a", datatype=ox.NamedNode(XSD + "anyURI")),
    ox.NamedNode("http://example.org/\u00e9#x"),
]


def built(tmp_path: Path, values: list[Any]) -> tuple[Path, manifest.Manifest, ox.Store]:
    """A store in which each value has a predicate of its own, beside a manifest."""
    name = "0123456789abcdef"
    place = tmp_path / "graph" / "stores" / name
    place.mkdir(parents=True)
    store = ox.Store(str(place))
    for number, value in enumerate(values):
        store.add(quad(number, value))
    store.flush()
    return tmp_path / "graph", manifest.Manifest("r", "c" * 64, name, {}, {}, {}), store


def quad(number: int, value: Any) -> ox.Quad:
    subject = ox.NamedNode("http://example.org/s")
    return ox.Quad(subject, ox.NamedNode(f"http://example.org/p{number}"), value)


def asked(found: kept.Kept, store: ox.Store, told: list[str] | None = None) -> ColumnarStore:
    said = [] if told is None else told
    return ColumnarStore(OxigraphStore(store), found, fallback=said.append)


def test_terms_come_back_as_they_are(tmp_path: Path) -> None:
    folder, graph, store = built(tmp_path, VALUES)
    columns = asked(making.made(folder, graph, store), store)
    for number, value in enumerate(VALUES):
        query = f"SELECT ?o {{ ?s <http://example.org/p{number}> ?o }}"
        assert list(columns.select(query)) == [(ours(value),)], value
    assert columns.asked == {"columnar": len(VALUES), "oxigraph": 0}
    columns.close()


def ours(value: Any) -> IRI | Literal:
    if isinstance(value, ox.NamedNode):
        return IRI(value.value)
    return Literal(value.value, value.datatype.value, value.language)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (ox.BlankNode("b"), "a blank node has no identity"),
        (ox.Literal("1.00", datatype=ox.NamedNode(XSD + "decimal")), ""),
        (ox.Literal("1e0", datatype=ox.NamedNode(XSD + "double")), "1.0E0|1E0|not keep"),
        (
            ox.Literal("9007199254740993", datatype=ox.NamedNode(XSD + "integer")),
            "9007199254740993",
        ),
    ],
)
def test_a_graph_that_columns_do_not_hold_exactly_is_asked_of_oxigraph(
    tmp_path: Path, value: Any, told: str
) -> None:
    folder, graph, store = built(tmp_path, [value])
    said: list[str] = []
    found = making.made(folder, graph, store)
    columns = asked(found, store, said)
    rows = list(columns.select("SELECT ?o { ?s <http://example.org/p0> ?o }"))
    assert rows == list(columns.oxigraph.select("SELECT ?o { ?s <http://example.org/p0> ?o }"))
    assert bool(said) is bool(told)
    assert any(each in "".join(said) for each in told.split("|"))
    assert making.made(folder, graph, store) == found


def test_a_file_is_made_once_and_anew_where_it_is_not_whole(tmp_path: Path) -> None:
    folder, graph, store = built(tmp_path, VALUES)
    found = making.made(folder, graph, store)
    place = found.path.parent
    assert place == folder / "stores" / f"{graph.store}.columns"
    told = place / "columns.json"
    stamp = told.stat().st_mtime_ns
    assert making.made(folder, graph, store) == found
    assert told.stat().st_mtime_ns == stamp
    version = json.loads(told.read_text())["version"]
    damages = {
        "missing": lambda: found.path.unlink(),
        "cut": lambda: found.path.write_bytes(b"DUCK"),
        "list": lambda: told.write_text("{"),
        "stale": lambda: told.write_text(json.dumps({"content": "other", "version": version})),
        "other": lambda: told.write_text(told.read_text().replace(str(version[1]), "0.0.0")),
    }
    for name, damage in damages.items():
        damage()
        assert kept.present(folder, graph) is None, name
        again = making.made(folder, graph, store)
        assert sorted(again.predicates) == sorted(found.predicates), name
        assert {path.name for path in (folder / "stores").iterdir()} == {
            graph.store,
            f"{graph.store}.columns",
        }, name


def test_an_updated_file_says_what_one_made_anew_says(tmp_path: Path) -> None:
    folder, graph, store = built(tmp_path, VALUES)
    first = making.made(folder, graph, store)
    removed = [quad(number, VALUES[number]) for number in (0, 6, 14)]
    added = [quad(6, ox.Literal("8", datatype=ox.NamedNode(XSD + "integer"))), quad(0, VALUES[14])]
    added.append(quad(99, ox.Literal("new")))
    made = tmp_path / "made"
    making.updated(first, made, removed, added, lambda: "d" * 64)
    found = kept.read(made, "d" * 64)
    assert found is not None
    for each in removed:
        store.remove(each)
    store.extend(added)
    columns = asked(found, store)
    for each in ("SELECT ?s ?p ?o { ?s ?p ?o }", "SELECT ?s ?o { ?s <http://example.org/p0> ?o }"):
        assert set(columns.select(each)) == set(columns.oxigraph.select(each))
    assert columns.asked == {"columnar": 2, "oxigraph": 0}
    assert not list(made.glob("*.wal"))
    large = ox.Literal("9007199254740993", datatype=ox.NamedNode(XSD + "integer"))
    making.updated(found, tmp_path / "more", [], [quad(6, large)], lambda: "e" * 64)
    more = kept.read(tmp_path / "more", "e" * 64)
    assert more is not None
    assert "9007199254740993" in more.reason


def test_where_the_graph_cannot_be_written_the_file_stands_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, graph, store = built(tmp_path, VALUES)
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "cache"))
    real = Path.mkdir

    def mkdir(self: Path, *args: Any, **named: Any) -> None:
        if self.is_relative_to(folder):
            raise PermissionError(13, "Permission denied")
        real(self, *args, **named)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    found = making.made(folder, graph, store)
    assert found.path.parent == tmp_path / "cache" / "columns" / graph.content[:32]
    assert making.made(folder, graph, store) == found
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="neither"):
        making.made(folder, graph, store)


def test_a_file_that_is_open_is_asked_by_others_as_well(tmp_path: Path) -> None:
    folder, graph, store = built(tmp_path, VALUES)
    found = making.made(folder, graph, store)
    one, other = Held(found), Held(found)
    assert one.rows("SELECT count(*) FROM term") == other.rows("SELECT count(*) FROM term")
    one.close()
    other.close()
    assert {path.name for path in found.path.parent.iterdir()} == {"columns.json", "columns.duckdb"}


def test_a_damaged_file_gives_no_wrong_answer(tmp_path: Path) -> None:
    folder, graph, store = built(tmp_path, VALUES)
    found = making.made(folder, graph, store)
    data = found.path.read_bytes()
    query = "SELECT ?s ?p ?o { ?s ?p ?o }"
    wanted = set(OxigraphStore(store).select(query))
    said: list[str] = []
    for at in [*range(0, 12_288, 512), *range(12_288, len(data), len(data) // 40)]:
        found.path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        columns = asked(found, store, said)
        assert set(columns.select(query)) == wanted, at
        columns.close()
    assert len(said) > 20
    assert all(each.endswith("; Oxigraph answers") for each in said)


def test_an_update_passes_over_a_damaged_file(tmp_path: Path) -> None:
    folder, graph, store = built(tmp_path, VALUES)
    found = making.made(folder, graph, store)
    size = found.path.stat().st_size
    found.path.write_bytes(b"\0" * size)
    with pytest.raises(MagkgError, match="could not be opened"):
        making.updated(found, tmp_path / "made", [], [quad(0, VALUES[1])], lambda: "d" * 64)
    assert not (tmp_path / "made").exists()


def test_a_build_of_another_graph_removes_the_columns_and_verify_does_not_mind(
    bundled_folder: Path, tmp_path: Path
) -> None:
    store, graph = manifest.open_store(bundled_folder)
    raw = ox.Store.read_only(str(bundled_folder / "stores" / graph.store))
    assert len(store) == len(raw)
    found = making.made(bundled_folder, graph, raw)
    assert found.path.is_relative_to(bundled_folder)
    assert verify_store(bundled_folder) == []
    with Place.held(tmp_path) as place:
        columns = place.columns_of("a" * 16)
        columns.mkdir()
        place._keep({"b" * 16})
        assert not columns.exists()
