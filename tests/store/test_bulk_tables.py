"""Parquet tables as the input of a build: the same graph as the lines, or one clear error."""

# ruff: noqa: E501 - statements

import datetime
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest

from magkg.claims import turtle
from magkg.claims.project import bundled
from magkg.errors import FindingsError, InputError
from magkg.store.bulk import building, files, reading, tabular
from magkg.store.columns.tables import Columns
from magkg.vocabulary import MAG, TYPE, XSD
from tests.store import bulk_data

MEMORY = 1 << 30
DOCS = Path(__file__).resolve().parents[2] / "docs" / "bulk.md"


def read(paths: Iterable[Path], place: Path) -> set[str]:
    """The lines that files say."""
    columns = Columns(place, MEMORY)
    try:
        reading.read(columns, files.files(paths))
        return {line for (line,) in columns.rows("SELECT line FROM line")}
    finally:
        columns.close()


def cell(term: Any) -> Any:
    """What a cell holds for a term: the value of its type."""
    if isinstance(term, ox.NamedNode):
        return term.value.removeprefix(MAG)
    kind = term.datatype.value.removeprefix(XSD)
    made = {"integer": int, "decimal": Decimal, "boolean": "true".__eq__}.get(kind, str)
    return made(term.value)


def column(iri: str, values: Iterable[Any]) -> str:
    """The name of the column for values of a property."""
    (tag,) = {getattr(each, "language", None) or "" for each in values}
    return f"{tabular.snake(iri)}@{tag}" if tag else tabular.snake(iri)


def as_tables(quads: Iterable[ox.Quad], folder: Path) -> None:
    """Write statements as tables, a file for each property of a class: a cell is a list."""
    classes = defaultdict(list)
    said: dict[Any, Any] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for each in quads:
        if each.predicate.value == TYPE:
            classes[each.subject].append(each.object.value)
        else:
            sort = type(each.object).__name__ + getattr(
                getattr(each.object, "datatype", None), "value", ""
            )
            said[each.predicate.value, sort][each.subject][""].append(each.object)
    by_iri = {table.iri: name for name, table in tabular.tables().items()}
    own = {node: next(iri for iri in kinds if iri in by_iri) for node, kinds in classes.items()}
    for node, kinds in classes.items():
        for iri in kinds:
            said[TYPE, "further"][node][""] += [ox.NamedNode(iri)] * (iri != own[node])
    for number, ((iri, _), nodes) in enumerate(sorted(said.items())):
        tables = defaultdict(dict)
        for node, values in nodes.items():
            tables[by_iri[own[node]]][node.value] = values[""]
        for name, rows in tables.items():
            every = [each for values in rows.values() for each in values]
            title = "type" if iri == TYPE else column(iri, every)
            cells = [[cell(each) for each in values] for values in rows.values()]
            made = pa.table({"iri": list(rows), title: pa.array(cells, typed(every))})
            pq.write_table(made, folder / f"{name}-{number}.parquet")


def typed(values: list[Any]) -> pa.DataType:
    kind = getattr(getattr(next(iter(values), None), "datatype", None), "value", "")
    types = {"integer": pa.int64(), "decimal": pa.decimal128(38, 18), "boolean": pa.bool_()}
    return pa.list_(types.get(kind.removeprefix(XSD), pa.string()))


def test_the_bundled_graph_is_the_same_from_tables(tmp_path: Path) -> None:
    paths = sorted((bundled().root / "graphs").rglob("*.ttl"))
    every = [each for path in paths for each in turtle.read(path).quads]
    # Prefixes are no statements of claims: they stay a file of Turtle.
    known = {table.iri for table in tabular.tables().values()}
    nodes = {str(e.subject) for e in every if e.predicate.value == TYPE and e.object.value in known}
    assert len(nodes) > 1_000
    quads = [each for each in every if str(each.subject) in nodes]
    (tmp_path / "tables").mkdir()
    as_tables(quads, tmp_path / "tables")
    assert read([tmp_path / "tables"], tmp_path) == {f"{each} ." for each in quads}
    assert len(quads) > 20_000


def test_claims_from_tables_are_built_as_from_lines(tmp_path: Path) -> None:
    world = bulk_data.program("workload_world").World(300, 1, 0)
    bulk_data.program("generate").write(world, tmp_path, "both")
    made = [
        building.build([tmp_path / given], tmp_path / f"built-{at}", memory=MEMORY).manifest
        for at, given in enumerate(("graph.nq", "tables"))
    ]
    assert (made[0].root, made[0].content) == (made[1].root, made[1].content)


ROW = {"iri": "urn:x:a"}


def table(path: Path, columns: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({name: [each] for name, each in columns.items()}), path)
    return path


VALUES: dict[str, tuple[str, dict[str, Any], str]] = {
    "an IRI": ("claim", {"source": "urn:x:b"}, f"<{MAG}source> <urn:x:b>"),
    "a name": ("claim", {"polarity": "denies"}, f"<{MAG}polarity> <{MAG}denies>"),
    "a text": ("claim", {"label": 'a "b"\n\\'}, f'<{tabular.tables()["claim"].columns["label"].iri}> "a \\"b\\"\\n\\\\"@en'),
    "a text in a language": ("concept", {"alt_label@de-AT": "ä"}, '<http://www.w3.org/2004/02/skos/core#altLabel> "ä"@de-at'),
    "a text of none": ("passage", {"locator": "p. 3"}, f'<{MAG}locator> "p. 3"'),
    "a text that may have one": ("passage", {"locator@en": "p. 3"}, f'<{MAG}locator> "p. 3"@en'),
    "an integer": ("study", {"size": 12}, f'<{MAG}size> "12"^^<{XSD}integer>'),
    "a decimal": ("effect", {"estimate": Decimal("1.50")}, f'<{MAG}estimate> "1.5"^^<{XSD}decimal>'),
    "a whole decimal": ("effect", {"estimate": Decimal("-20.00")}, f'<{MAG}estimate> "-20"^^<{XSD}decimal>'),
    "a double": ("effect", {"estimate": 0.1}, f'<{MAG}estimate> "0.1"^^<{XSD}decimal>'),
    "a day": ("source", {"issued": datetime.date(2026, 1, 2)}, f'<http://purl.org/dc/terms/issued> "2026-01-02"^^<{XSD}date>'),
    "a time": ("reading", {"ended_at_time": datetime.datetime(2026, 1, 2, 3, 4, 5)}, f'<http://www.w3.org/ns/prov#endedAtTime> "2026-01-02T03:04:05Z"^^<{XSD}dateTime>'),
    "a time with a zone": ("reading", {"ended_at_time": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))}, f'<http://www.w3.org/ns/prov#endedAtTime> "2026-01-02T01:04:05Z"^^<{XSD}dateTime>'),
    "a time as a text": ("reading", {"ended_at_time": "2026-01-02T03:04:05Z"}, f'<http://www.w3.org/ns/prov#endedAtTime> "2026-01-02T03:04:05Z"^^<{XSD}dateTime>'),
    "a further class": ("source", {"type": ["urn:x:Page"]}, f"<{TYPE}> <urn:x:Page>"),
}  # fmt: skip


@pytest.mark.parametrize("case", VALUES)
def test_a_cell_is_a_statement(tmp_path: Path, case: str) -> None:
    name, cells, wanted = VALUES[case]
    path = table(tmp_path / f"{name}.parquet", {**ROW, **cells})
    kind = f"<urn:x:a> <{TYPE}> <{tabular.tables()[name].iri}> ."
    assert read([path], tmp_path) == {kind, f"<urn:x:a> {wanted} ."}


@pytest.mark.parametrize("nothing", [None, "", []])
def test_a_cell_that_says_nothing_is_none(tmp_path: Path, nothing: object) -> None:
    cells = pa.array([nothing], pa.list_(pa.string()) if nothing == [] else pa.string())
    pq.write_table(pa.table({"iri": ["urn:x:a"], "source": cells}), tmp_path / "claim.parquet")
    assert len(read([tmp_path / "claim.parquet"], tmp_path)) == 1


@pytest.mark.parametrize(
    "name", ["claim.parquet", "claim-12.parquet", "claim.00.parquet", "claim/part-0.parquet"]
)
def test_a_name_says_which_table_it_is(tmp_path: Path, name: str) -> None:
    assert tabular.kind(tmp_path / name) == "claim"


BAD: dict[str, tuple[str, dict[str, Any], int | None, str]] = {
    "another name": ("claims", ROW, None, "which table"),
    "no IRIs": ("claim", {"label": "a"}, None, "no column iri"),
    "no IRI": ("claim", {"iri": ""}, 1, "no iri"),
    "a column that is none": ("claim", {**ROW, "polarty": "denies"}, None, "no column polarty"),
    "a number for an IRI": ("claim", {**ROW, "source": 1}, None, "holds BIGINT"),
    "a boolean for a number": ("study", {**ROW, "size": True}, None, "holds BOOLEAN"),
    "a language of a name": ("claim", {**ROW, "polarity@en": "x"}, None, "language"),
    "a language of a number": ("study", {**ROW, "size@en": 1}, None, "language"),
    "a subject that is no IRI": ("claim", {"iri": "urn:x a"}, 1, ""),
    "an object that is no IRI": ("claim", {**ROW, "source": "urn:x<"}, 1, ""),
    "a blank node": ("claim", {"iri": "_:a"}, 1, ""),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_table_is_refused(tmp_path: Path, case: str) -> None:
    name, cells, number, told = BAD[case]
    path = table(tmp_path / f"{name}.parquet", cells)
    with pytest.raises(InputError, match=told or None) as caught:
        read([path], tmp_path)
    assert str(caught.value.file).endswith(f"{name}.parquet")
    assert caught.value.line == number
    assert "urn:a" not in str(caught.value)


def test_a_broken_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "claim.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="cannot be read") as caught:
        read([tmp_path / "claim.parquet"], tmp_path)
    assert str(caught.value.file).endswith("claim.parquet")


def test_findings_name_the_row(tmp_path: Path) -> None:
    world = bulk_data.program("workload_world").World(50, 1, 0)
    bulk_data.program("generate").write(world, tmp_path, "parquet")
    path = tmp_path / "tables" / "claim.parquet"
    rows = pq.read_table(path)
    at = rows.column_names.index("polarity")
    said = rows["polarity"].to_pylist()
    said[7] = None
    pq.write_table(rows.set_column(at, "polarity", pa.array(said, pa.string())), path)
    with pytest.raises(FindingsError) as caught:
        building.build([tmp_path / "tables"], tmp_path / "built", memory=MEMORY)
    assert {(each.file.rpartition("/")[2], each.line) for each in caught.value.findings} == {
        ("claim.parquet", 8)
    }


def test_the_document_has_every_column() -> None:
    told = DOCS.read_text("utf-8")
    for name, each in tabular.tables().items():
        row = f"| `{name}` | {', '.join(f'`{column}`' for column in each.columns)} |"
        assert row in told, row


def test_every_property_of_the_shapes_has_one_column() -> None:
    for name, each in tabular.tables().items():
        iris = [known.iri for known in each.columns.values()]
        assert len(iris) == len(set(iris)) > 0, name
