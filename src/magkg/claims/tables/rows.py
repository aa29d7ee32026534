"""The rows of a CSV, TSV, JSONL or Parquet file, one at a time, with their numbers.

Rows are numbered as a spreadsheet shows them: in CSV and TSV the header is row 1 (without a header
the first row is), in JSONL a row is a line, in Parquet rows count from 1. What cannot be read is
given as a `Bad` row and the reading goes on; numbers stay the text that was written.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from magkg.claims.project import shown
from magkg.claims.tables.strict_json import broken, parsed, whole
from magkg.errors import InputError, meant, nearest

if TYPE_CHECKING:
    from magkg.claims.tables.specs import RowsSpec

__all__ = ["FORMATS", "LONGEST", "Bad", "Row", "read"]

FORMATS: Mapping[str, str] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
# The longest cell (code points) and the longest line (bytes) that are read.
LONGEST = 1 << 24
_BATCH = 1_000
# Of the keys of objects, as many are remembered.
_MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, and its values by column; a value is text, None, a list or an object."""

    number: int
    values: Mapping[str, object]


@dataclass(frozen=True, order=True, slots=True)
class Bad:
    """A row that cannot be imported, the cell that is at fault, and why.

    ``column`` is the column or path, "" where the row as a whole is meant.
    """

    file: str
    row: int
    column: str
    value: str
    reason: str
    hint: str = field(default="", compare=False)

    def __str__(self) -> str:
        cell = f"{self.column} {self.value!r}" if self.column else ""
        said = f"{self.reason}. {self.hint}" if self.hint else self.reason
        return ": ".join(part for part in (f"{self.file}:{self.row}", cell, said) if part)

    def as_json(self) -> dict[str, object]:
        """Give the row in the shape of ``magkg import --json``."""
        names = ("file", "row", "column", "value", "reason")
        return {name: getattr(self, name) for name in names}


def read(path: Path, spec: RowsSpec) -> Iterator[Row | Bad]:
    """Give the rows of a file in order.

    ``spec`` says how it is written. Raises InputError where the file cannot be read at all: it is
    not there, has no header, or is of another format.
    """
    form = spec.format or FORMATS.get(path.suffix.lower())
    if form is None:
        raise InputError(
            "the suffix does not say how this file is written",
            file=shown(path),
            hint=f'Write format = "csv" under [rows]; suffixes known: {", ".join(FORMATS)}.',
        )
    try:
        if form == "parquet":
            yield from _Parquet(path, spec).rows()
            return
        with path.open("rb") as file:
            reader = _Jsonl(path, spec) if form == "jsonl" else _Separated(path, spec, form)
            yield from reader.rows(file)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be read: {reason}", file=shown(path)) from None


class _Reader:
    def __init__(self, path: Path, spec: RowsSpec) -> None:
        self.file = shown(path)
        self.spec = spec

    def bad(self, row: int, column: str, value: str, reason: str, hint: str = "") -> Bad:
        return Bad(self.file, row, column, value[:200], reason, hint)

    def finished(self, number: int, values: dict[str, object]) -> Row | Bad:
        """Split the columns that hold lists, read those that hold JSON, leave empty ones out."""
        for column, separators in self.spec.split.items():
            cell = values.get(column)
            if isinstance(cell, str):
                values[column] = self._split(cell, separators)
        for column in self.spec.json:
            cell = values.get(column)
            if isinstance(cell, str) and cell.strip():
                try:
                    values[column] = parsed(cell)
                except ValueError as error:
                    return self.bad(number, column, cell, f"the cell is no JSON: {error}")
        return Row(number, values)

    def _split(self, text: str, separators: Sequence[str]) -> object:
        if not separators:
            return text
        parts = (part.strip() for part in text.split(separators[0]))
        meant = (part for part in parts if part and part not in self.spec.empty)
        return [self._split(part, separators[1:]) for part in meant]

    def known(self, columns: Sequence[str]) -> None:
        """Refuse a mapping that names columns which the file has not."""
        self._listed(columns)
        for text in sorted(self.spec.named):
            top = text.removeprefix("$.").partition(".")[0].partition("[")[0]
            if text not in columns and top not in columns:
                raise self._absent(top, "the mapping", columns)

    def _listed(self, columns: Iterable[str]) -> None:
        """Refuse ``split`` and ``json`` of columns which the file has not."""
        there = list(columns)
        for key, named in (("split", self.spec.split), ("json", self.spec.json)):
            for column in named:
                if column not in there:
                    raise self._absent(column, f"{key} under [rows]", there)

    def _absent(self, column: str, namer: str, columns: Sequence[str]) -> InputError:
        hint = f"{meant(nearest(column, columns))} The columns are: {', '.join(columns)}."
        message = f"there is no column {column!r}, which {namer} names"
        return InputError(message, file=self.file, hint=hint.lstrip())


class _Separated(_Reader):
    """CSV and TSV; of the two only the separator differs."""

    def __init__(self, path: Path, spec: RowsSpec, form: str) -> None:
        super().__init__(path, spec)
        self.separator = spec.delimiter or ("\t" if form == "tsv" else ",")
        self.quoted = spec.quoting

    def rows(self, file: BinaryIO) -> Iterator[Row | Bad]:
        csv.field_size_limit(max(LONGEST, csv.field_size_limit()))
        lines = _text_lines(file, self.file)
        reader = (
            csv.reader(lines, delimiter=self.separator, strict=True)
            if self.quoted
            else csv.reader(lines, delimiter=self.separator, quoting=csv.QUOTE_NONE)
        )
        columns = list(self.spec.columns)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                yield self._torn(number, error)
                return
            if self.spec.header and number == 1:
                columns = self._header(cells)
                continue
            if number == 1:
                self.known(columns)
            if cells and any(cells):
                yield self._row(number, columns, cells)
        if number == 1 and self.spec.header:
            raise InputError("the file is empty: it has no header", file=self.file)

    def _torn(self, number: int, error: csv.Error) -> Bad:
        if "new-line character" in str(error):
            told = "a carriage return stands in the row: do lines end in it alone?"
            return self.bad(number, "", "", told, "Save the file with line ends LF or CR LF.")
        hint = "Nothing after it was read. Look for a quotation mark that is not closed."
        return self.bad(number, "", "", f"the row cannot be read: {error}", hint)

    def known(self, columns: Sequence[str]) -> None:
        """Refuse what the file has not; where it is all one column, say by what it is not split."""
        others = [each for each in ",;\t|" if each in columns[0]] if len(columns) == 1 else []
        if others and self.spec.named:
            name = {"\t": "tab", ",": "comma"}.get(self.separator, repr(self.separator))
            raise InputError(
                f"the header has no {name}, by which its columns would be told apart",
                file=self.file,
                line=1,
                hint=f"Write under [rows]: delimiter = {json.dumps(others[0])}",
            )
        super().known(columns)

    def _header(self, cells: list[str]) -> list[str]:
        names = [each.strip() for each in cells]
        twice = sorted({each for each in names if names.count(each) > 1})
        if twice or not all(names):
            what = f"two columns are named {twice[0]!r}" if twice and twice[0] else "no name"
            raise InputError(
                f"the header is not sound: {what}"
                if twice and twice[0]
                else f"the header is not sound: column {names.index('') + 1} has no name",
                file=self.file,
                line=1,
                hint="Name the columns in the mapping: [rows] header = false, columns = [...].",
            )
        if any(broken(each) for each in names):
            raise InputError("the header is not UTF-8", file=self.file, line=1)
        self.known(names)
        return names

    def _row(self, number: int, columns: Sequence[str], cells: list[str]) -> Row | Bad:
        if len(cells) != len(columns):
            told = f"the row has {len(cells)} cells, not {len(columns)}"
            return self.bad(number, "", self.separator.join(cells), told)
        values: dict[str, object] = {}
        for column, cell in zip(columns, cells, strict=True):
            if fault := broken(cell):
                return self.bad(number, column, _visible(cell), fault)
            values[column] = None if cell.strip() in self.spec.empty else cell
        return self.finished(number, values)


def _text_lines(file: BinaryIO, name: str) -> Iterator[str]:
    """Give the lines with their ends; bytes that are no UTF-8 become lone surrogates."""
    first = True
    while line := file.readline(LONGEST):
        if first and line.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise InputError("this is UTF-16, not UTF-8", file=name, hint="Save it as UTF-8.")
        if first:
            line, first = line.removeprefix(b"\xef\xbb\xbf"), False
        yield line.decode("utf-8", "surrogateescape")


def _visible(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


class _Jsonl(_Reader):
    def rows(self, file: BinaryIO) -> Iterator[Row | Bad]:
        number, keys = 0, dict[str, None]()
        while line := file.readline(LONGEST + 1):
            number += 1
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if len(line) > LONGEST:
                while line and not line.endswith(b"\n"):
                    line = file.readline(LONGEST)
                yield self.bad(number, "", "", f"the line is longer than {LONGEST >> 20} MB")
            elif line.strip():
                row = self._row(number, line)
                if isinstance(row, Row) and len(keys) < _MOST_KEYS:
                    keys |= dict.fromkeys(row.values)
                yield row
        if keys:
            self._listed(keys)

    def _row(self, number: int, line: bytes) -> Row | Bad:
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            byte = f"byte 0x{line[error.start]:02x} at {error.start + 1}"
            return self.bad(number, "", "", f"this is not UTF-8: {byte}")
        try:
            found = parsed(text)
        except ValueError as error:
            return self.bad(number, "", text.strip(), f"the line is no JSON: {error}")
        if not isinstance(found, dict):
            return self.bad(number, "", text.strip(), "the line is no JSON object: {...}")
        return self.finished(number, _emptied(found, self.spec.empty))


def _emptied(values: Mapping[str, object], empty: frozenset[str]) -> dict[str, object]:
    """Take texts for nothing where they mean it."""
    return {name: _meant(value, empty) for name, value in values.items()}


def _meant(value: object, empty: frozenset[str]) -> object:
    if isinstance(value, str):
        return None if value.strip() in empty else value
    if isinstance(value, dict):
        return _emptied(value, empty)
    if isinstance(value, list):
        return [_meant(each, empty) for each in value]
    return value


class _Parquet(_Reader):
    def __init__(self, path: Path, spec: RowsSpec) -> None:
        super().__init__(path, spec)
        self.path = path

    def rows(self) -> Iterator[Row | Bad]:
        # Untyped, and slow to import.
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")

        with self.path.open("rb") as file:
            try:
                found = parquet.ParquetFile(file)
                self.known(found.schema_arrow.names)
                number = 0
                for batch in found.iter_batches(batch_size=_BATCH):
                    for values in _values(batch):
                        number += 1
                        yield self._row(number, values)
            except arrow.ArrowException as error:
                raise InputError(f"this is no Parquet file: {error}", file=self.file) from None

    def _row(self, number: int, values: Mapping[str, object] | UnicodeDecodeError) -> Row | Bad:
        if isinstance(values, UnicodeDecodeError):
            told = f"a text in the row is not UTF-8: byte 0x{values.object[values.start]:02x}"
            return self.bad(number, "", "", told)
        plain: dict[str, object] = {}
        for column, value in values.items():
            try:
                plain[column] = _plain(value)
                whole(plain[column])
            except ValueError as error:
                return self.bad(number, column, "", str(error))
        return self.finished(number, _emptied(plain, self.spec.empty))


def _values(batch: Any) -> Iterator[Mapping[str, object] | UnicodeDecodeError]:
    """Give the rows of a batch; Arrow does not look whether its texts are UTF-8."""
    try:
        yield from batch.to_pylist()
    except UnicodeDecodeError as error:
        if batch.num_rows == 1:
            yield error
            return
        for at in range(batch.num_rows):
            yield from _values(batch.slice(at, 1))


def _plain(value: object) -> object:
    """Give a value of Arrow as one of JSON: numbers and dates as text, NaN as nothing."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, bytes):
        raise ValueError("the cell holds bytes, not text")
    if isinstance(value, float) and value != value:
        return None
    form = getattr(value, "isoformat", None)
    return str(form()) if form else str(value)
