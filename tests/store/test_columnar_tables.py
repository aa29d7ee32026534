"""The tables of the columns: every term comes back as it is, or its predicate is kept out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from magkg.errors import OutputError
from magkg.store import manifest
from magkg.store.interface import IRI, Literal, Solutions
from magkg.store.publish import Place
from magkg.store.results import solutions

pytest.importorskip("maplib", reason="the extra columnar is not installed")

from magkg.store.columnar import model, tables
from magkg.store.columnar.fit import Unfit, fitted
from magkg.store.columnar.store import ColumnarStore

XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = [
    ox.Literal('a "b"\n\t\\n\\ \\" é 漢 \U0001f600'),
    ox.Literal(""),
    ox.Literal("Wort", language="de"),
    ox.Literal('"@en', language="en"),
    ox.Literal('"^^<x>'),
    ox.Literal("true"),
    ox.Literal("7", datatype=ox.NamedNode(XSD + "integer")),
    ox.Literal("-9223372036854775808", datatype=ox.NamedNode(XSD + "integer")),
    ox.Literal("1.5", datatype=ox.NamedNode(XSD + "decimal")),
    ox.Literal("350", datatype=ox.NamedNode(XSD + "decimal")),
    ox.Literal("-0.000001", datatype=ox.NamedNode(XSD + "decimal")),
    ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean")),
    ox.Literal("2011-02-28", datatype=ox.NamedNode(XSD + "date")),
    ox.Literal("2011-02-28T23:59:59Z", datatype=ox.NamedNode(XSD + "dateTime")),
    ox.Literal("http://example.org/a b", datatype=ox.NamedNode(XSD + "anyURI")),
    ox.NamedNode("http://example.org/\u00e9#x"),
]
CHANGED = [
    ox.Literal("9223372036854775808", datatype=ox.NamedNode(XSD + "integer")),
    ox.Literal("0.0000000000001", datatype=ox.NamedNode(XSD + "decimal")),
    ox.Literal("2011-02-28Z", datatype=ox.NamedNode(XSD + "date")),
    ox.Literal("2011-02-28T23:59:59", datatype=ox.NamedNode(XSD + "dateTime")),
    ox.Literal("2011-02-28T23:59:59.5Z", datatype=ox.NamedNode(XSD + "dateTime")),
    ox.Literal("2011", datatype=ox.NamedNode(XSD + "gYear")),
    ox.Literal("1e0", datatype=ox.NamedNode(XSD + "double")),
    ox.Literal("x", datatype=ox.NamedNode(XSD + "integer")),
    ox.BlankNode("b"),
]


def _built(tmp_path: Path, values: list[Any]) -> tuple[Path, manifest.Manifest, ox.Store]:
    """A store in which each value has a predicate of its own, beside a manifest."""
    name = "0123456789abcdef"
    place = tmp_path / "graph" / "stores" / name
    place.mkdir(parents=True)
    store = ox.Store(str(place))
    subject = ox.NamedNode("http://example.org/s")
    for number, value in enumerate(values):
        store.add(ox.Quad(subject, ox.NamedNode(f"http://example.org/p{number}"), value))
    store.flush()
    return tmp_path / "graph", manifest.Manifest("r", "c" * 64, name, {}, {}, {}), store


def test_terms_come_back_as_they_are(tmp_path: Path) -> None:
    folder, built, store = _built(tmp_path, VALUES)
    held = tables.made(folder, built, store)
    assert held.kept_out == {}
    mine = model.Model(held.folder)
    try:
        for number, value in enumerate(VALUES):
            query = f"SELECT ?o {{ ?s <http://example.org/p{number}> ?o }}"
            found = list(_solutions(mine.ask(query, 60)))
            assert found == [(_ours(value),)], value
    finally:
        mine.close()


def _solutions(answer: bytes) -> Solutions:
    return solutions(answer, "the columns")


def _ours(value: Any) -> IRI | Literal:
    if isinstance(value, ox.NamedNode):
        return IRI(value.value)
    return Literal(value.value, value.datatype.value, value.language)


def test_what_would_change_is_kept_out_and_asked_of_oxigraph(tmp_path: Path) -> None:
    folder, built, store = _built(tmp_path, CHANGED)
    held = tables.made(folder, built, store)
    assert held.tables == ()
    assert set(held.kept_out) == {f"http://example.org/p{n}" for n in range(len(CHANGED))}
    with pytest.raises(Unfit, match="p0"):
        fitted("SELECT ?o { ?s <http://example.org/p0> ?o }", held)


def test_values_of_several_types_are_asked_of_oxigraph(tmp_path: Path) -> None:
    folder, built, store = _built(tmp_path, VALUES[:1])
    both = ox.NamedNode("http://example.org/p0")
    store.add(ox.Quad(ox.NamedNode("http://example.org/t"), both, VALUES[6]))
    held = tables.made(folder, built, store)
    with pytest.raises(Unfit, match="several types"):
        fitted("SELECT ?o { ?s <http://example.org/p0> ?o }", held)


def test_tables_are_made_once_and_anew_where_they_are_not_whole(tmp_path: Path) -> None:
    folder, built, store = _built(tmp_path, VALUES)
    held = tables.made(folder, built, store)
    assert held.folder == folder / "stores" / f"{built.store}.columns"
    stamp = (held.folder / "columns.json").stat().st_mtime_ns
    assert tables.made(folder, built, store) == held
    assert (held.folder / "columns.json").stat().st_mtime_ns == stamp
    damages = {
        "missing": lambda: (held.folder / held.tables[0].file).unlink(),
        "cut": lambda: (held.folder / held.tables[1].file).write_bytes(b"PAR1"),
        "list": lambda: (held.folder / "columns.json").write_text("{"),
        "stale": lambda: (held.folder / "columns.json").write_text(
            json.dumps({"content": "other", "version": 1, "kept_out": {}, "tables": []})
        ),
    }
    for name, damage in damages.items():
        damage()
        assert tables.made(folder, built, store).rows == len(VALUES), name
        assert {path.name for path in (folder / "stores").iterdir()} == {
            built.store,
            f"{built.store}.columns",
        }, name


def test_where_the_graph_cannot_be_written_the_tables_stand_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, built, store = _built(tmp_path, VALUES)
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "cache"))
    real = Path.mkdir

    def mkdir(self: Path, *args: Any, **named: Any) -> None:
        if self.is_relative_to(folder):
            raise PermissionError(13, "Permission denied")
        real(self, *args, **named)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    held = tables.made(folder, built, store)
    assert held.folder == tmp_path / "cache" / "columns" / built.content[:32]
    assert tables.made(folder, built, store) == held
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MAGKG_CACHE", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="neither"):
        tables.made(folder, built, store)


def test_a_build_of_another_graph_removes_the_tables_and_verify_does_not_mind(
    bundled_folder: Path, tmp_path: Path
) -> None:
    store, _ = ColumnarStore.open(bundled_folder)
    assert store.tables.folder.is_relative_to(bundled_folder)
    assert manifest.verify_store(bundled_folder) == []
    with Place.held(tmp_path) as place:
        columns = place.stores / ("a" * 16 + ".columns")
        columns.mkdir()
        place._keep({"b" * 16})
        assert not columns.exists()
