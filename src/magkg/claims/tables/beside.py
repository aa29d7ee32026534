"""The rows of other files, by their keys: kept on disk, so that they may be many."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from magkg.claims.project import shown
from magkg.claims.tables import rows
from magkg.claims.tables.context import Context, Fault
from magkg.errors import InputError

if TYPE_CHECKING:
    from magkg.claims.tables.specs import JoinSpec

__all__ = ["Beside"]


class Beside:
    """Finds the row of another file that has a value in its key column."""

    def __init__(self, joins: Mapping[str, JoinSpec]) -> None:
        """Reads the files. Raises InputError for one that has a bad row, or a key twice."""
        self.joins = joins
        self._folder = tempfile.TemporaryDirectory(prefix="magkg-")
        self._rows = sqlite3.connect(Path(self._folder.name) / "beside")
        self._rows.execute("CREATE TABLE row (name TEXT, key TEXT, text TEXT, UNIQUE (name, key))")
        self._cached = lru_cache(maxsize=256)(self._found)
        try:
            for name, spec in joins.items():
                self._read(name, spec)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the rows."""
        self._rows.close()
        self._folder.cleanup()

    def fetch(self, name: str, on: str) -> Mapping[str, object]:
        """Give the row of a join whose key is ``on``. Raises Fault where there is none."""
        found = self._cached(name, on)
        if found is None:
            spec = self.joins[name]
            told = f"{shown(Path(spec.file))} has no row whose {spec.key} is this"
            raise Fault(spec.on.column, on, told)
        return found

    def _found(self, name: str, on: str) -> Mapping[str, object] | None:
        query = "SELECT text FROM row WHERE name = ? AND key = ?"
        found = self._rows.execute(query, (name, on)).fetchone()
        if found is None:
            return None
        values: dict[str, object] = json.loads(found[0])
        return values

    def _read(self, name: str, spec: JoinSpec) -> None:
        path = Path(spec.file)
        for row in rows.read(path, spec.rows):
            if isinstance(row, rows.Bad):
                raise InputError(row.reason, file=row.file, line=row.row, hint=row.hint)
            key = ", ".join(Context(row.values, {}).texts(spec.key))
            if not key:
                told = f"the row has nothing in its key {spec.key}"
                raise InputError(told, file=shown(path), line=row.number)
            text = json.dumps(row.values, ensure_ascii=False)
            try:
                self._rows.execute("INSERT INTO row VALUES (?, ?, ?)", (name, key, text))
            except sqlite3.IntegrityError:
                told = f"the key {key!r} stands twice in the column {spec.key}"
                raise InputError(told, file=shown(path), line=row.number) from None
