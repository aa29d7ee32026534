"""Rows of every format, numbered as a spreadsheet does; what cannot be read is told, not raised."""

from __future__ import annotations

from pathlib import Path

import pytest

from magkg.claims.tables.rows import Bad, Row, read
from magkg.claims.tables.specs import RowsSpec
from magkg.errors import InputError


def spec(**changes: object) -> RowsSpec:
    usual: dict[str, object] = {
        "format": "", "header": True, "columns": (), "delimiter": "", "quoting": True,
        "split": {}, "json": (), "empty": frozenset({""}), "when": (), "named": frozenset(),
    }  # fmt: skip
    return RowsSpec(**{**usual, **changes})  # type: ignore[arg-type]


def rows(folder: Path, name: str, data: bytes, **changes: object) -> list[Row | Bad]:
    path = folder / name
    path.write_bytes(data)
    return list(read(path, spec(**changes)))


def told(found: Row | Bad) -> tuple[int, str, str]:
    assert isinstance(found, Bad)
    return found.row, found.column, found.reason


def test_csv_rows_have_the_numbers_of_a_spreadsheet(tmp_path: Path) -> None:
    data = b'\xef\xbb\xbfa,b\r\n1,"two\r\nlines"\r\n\r\n,x\r\n'
    assert rows(tmp_path, "t.csv", data) == [
        Row(2, {"a": "1", "b": "two\r\nlines"}),
        Row(4, {"a": None, "b": "x"}),
    ]


def test_tsv_without_a_header_and_with_bare_quotation_marks(tmp_path: Path) -> None:
    found = rows(
        tmp_path, "t.tsv", b'5" pipe\tNA\n', header=False, columns=("a", "b"), quoting=False,
        empty=frozenset({"", "NA"}),
    )  # fmt: skip
    assert found == [Row(1, {"a": '5" pipe', "b": None})]


def test_faults_of_csv_rows_are_told_and_the_reading_goes_on(tmp_path: Path) -> None:
    data = b"a,b\n1\n1,2,3\n\xff,2\n\x00,2\n1,2\n"
    *bad, good = rows(tmp_path, "t.csv", data)
    assert [told(each) for each in bad] == [
        (2, "", "the row has 1 cells, not 2"),
        (3, "", "the row has 3 cells, not 2"),
        (4, "a", "this is not UTF-8: byte 0xff"),
        (5, "a", "the cell holds the character U+0000"),
    ]
    assert good == Row(6, {"a": "1", "b": "2"})


def test_a_quotation_mark_that_is_not_closed_is_told(tmp_path: Path) -> None:
    good, bad = rows(tmp_path, "t.csv", b'a,b\n1,2\n"3,4\n5,6\n')
    assert isinstance(good, Row)
    assert told(bad)[0] == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "has no header"),
        (b"a,a\n1,2\n", "two columns are named 'a'"),
        (b"a,\n1,2\n", "column 2 has no name"),
        (b"\xff\xfea\x00", "UTF-16"),
    ],
)
def test_a_header_that_is_not_sound_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        rows(tmp_path, "t.csv", data)


def test_a_column_that_the_mapping_names_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column 'drog'") as missing:
        rows(tmp_path, "t.csv", b"drug\nx\n", named=frozenset({"drog[]"}))
    assert "Did you mean drug?" in missing.value.hint


def test_columns_that_hold_lists_and_json(tmp_path: Path) -> None:
    data = b'a;b\nx| y |;"[{""s"": 1}]"\nx;{\n'
    good, bad = rows(tmp_path, "t.csv", data, delimiter=";", split={"a": ("|",)}, json=("b",))
    assert good == Row(2, {"a": ["x", "y"], "b": [{"s": "1"}]})
    assert told(bad)[:2] == (3, "b")


def test_jsonl_keeps_numbers_as_written_and_refuses_what_has_two_meanings(tmp_path: Path) -> None:
    lines = [
        b'{"a": 1.50, "b": [true, null]}', b"", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[1]",
        b'{"a": "\\ud800"}', b'{"a": "\xff"}', b"{", b"[" * 100_000, b'{"a": 1e5}',
    ]  # fmt: skip
    found = rows(tmp_path, "t.jsonl", b"\n".join(lines))
    assert found[0] == Row(1, {"a": "1.50", "b": [True, None]})
    assert found[-1] == Row(10, {"a": "1e5"})
    said = [told(each) for each in found[1:-1]]
    assert [row for row, _, _ in said] == [3, 4, 5, 6, 7, 8, 9]
    for (_, _, reason), part in zip(
        said,
        ["'a' stands twice", "NaN", "no JSON object", "U+D800", "0xff", "no JSON", "no JSON"],
        strict=True,
    ):
        assert part in reason


def test_a_line_without_end_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    long = b'{"a": "' + b"x" * (17 << 20) + b'"}'
    bad, good = rows(tmp_path, "t.jsonl", long + b'\n{"a": "y"}\n')
    assert "longer than 16 MB" in told(bad)[2]
    assert good == Row(2, {"a": "y"})


def test_parquet_gives_the_values_that_json_would(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    table = arrow.table(
        {
            "a": [1, None],
            "b": [float("nan"), 1.5],
            "c": [[{"x": "y", "n": 2}], []],
            "d": [b"\x00", None],
        }
    )
    parquet.write_table(table, tmp_path / "t.parquet")
    bad, good = read(tmp_path / "t.parquet", spec())
    assert told(bad) == (1, "d", "the cell holds bytes, not text")
    assert good == Row(2, {"a": None, "b": "1.5", "c": [], "d": None})
    parquet.write_table(table.drop(["d"]), tmp_path / "t.parquet")
    first, _ = read(tmp_path / "t.parquet", spec())
    assert first == Row(1, {"a": "1", "b": None, "c": [{"x": "y", "n": "2"}]})


@pytest.mark.parametrize("name", ["t.parquet", "t.xls"])
def test_what_is_no_table_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        rows(tmp_path, name, b"no table")
    with pytest.raises(InputError):
        list(read(tmp_path / "nowhere.csv", spec()))


@pytest.mark.parametrize("depth", [101, 900, 100_000])
def test_lists_that_are_too_deep_are_told(tmp_path: Path, depth: int) -> None:
    deep = b"[" * depth + b"]" * depth
    data = b'{"a": ' + deep + b'}\n{"a": [[1]]}\n'
    bad, good = rows(tmp_path, "t.jsonl", data)
    assert "more than 100 deep" in told(bad)[2]
    assert good == Row(2, {"a": [["1"]]})
    (bad,) = rows(tmp_path, "t.csv", b"a\n" + deep + b"\n", json=("a",))
    assert told(bad)[1] == "a"


def test_text_of_parquet_that_is_not_utf_8_is_a_bad_row(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    cells = arrow.array([b"a", b"caf\xe9", b"c"], arrow.binary()).view(arrow.string())
    parquet.write_table(arrow.table({"a": cells}), tmp_path / "t.parquet")
    first, bad, last = read(tmp_path / "t.parquet", spec())
    assert (first, last) == (Row(1, {"a": "a"}), Row(3, {"a": "c"}))
    assert told(bad) == (2, "", "a text in the row is not UTF-8: byte 0xe9")
