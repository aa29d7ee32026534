"""A large build keeps its work at two points; the next build of the same goes on from the last.

::

    stores/.kept/KEY/stores/identify       the columns of what was authored, faulty claims left out
    stores/.kept/KEY/stores/validate       the rows that deriving added to them
    stores/.kept/KEY/stores/*.files.json   the size and SHA-256 of the files of each: written last

KEY is made of all that a graph and its report depend on, so nothing of other inputs is taken up.
The folder is laid out as that of a graph, so what is cut or damaged is found as in a store. Whoever
publishes a graph removes what does not belong to it (`Place.publish`), and so what was kept.

The rows of a point may stand in another order than they stood in the columns.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from magkg import resources
from magkg.claims.project import shown
from magkg.errors import Finding
from magkg.store.bulk import inputs
from magkg.store.columns.tables import quoted
from magkg.store.manifest import file_list, store_faults, sync, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from magkg.store.columns.tables import Columns
    from magkg.store.publish import Place

__all__ = ["IDENTIFY", "VALIDATE", "Authored", "Points"]

IDENTIFY, VALIDATE = "identify", "validate"
# Statements from which a build keeps its work.
LARGE = 1_000_000
# Bytes a statement that must be free, so that what is kept takes no room from the new store.
ROOM = 600
_KEPT, _DATA = ".kept", "columns.duckdb"


@dataclass(frozen=True, slots=True)
class Authored:
    """What a build knows of what was authored, beside its columns.

    ``inputs`` are those of the manifest, ``findings`` and ``skipped`` those of the report,
    ``statements`` is how many were authored.
    """

    inputs: Mapping[str, str]
    findings: Sequence[Finding]
    skipped: Sequence[str]
    statements: int


class Points:
    """The points of one build, `IDENTIFY` before `VALIDATE`; ``say`` is told what is done."""

    def __init__(
        self,
        columns: Columns,
        place: Place,
        files: Sequence[Path],
        on_error: str,
        say: Callable[[str], None],
    ) -> None:
        self.columns, self.files, self.on_error, self.say = columns, files, on_error, say
        self.kept = place.stores / _KEPT
        # The rows of each table that the first point holds; none where it was not kept.
        self.rows: dict[str, int] = {}

    def restore(self) -> tuple[str, Authored] | None:
        """Fill the columns from the last sound point; give its name and what was known there.

        Where there is none, all that was kept is removed. Raises InputError for a file that cannot
        be read, MagkgError where memory does not suffice.
        """
        if not self.kept.exists():
            return None
        folder = self._folder(inputs.digests(self.files))
        if next(store_faults(folder, IDENTIFY, digests=True), None) is not None:
            shutil.rmtree(self.kept, ignore_errors=True)
            return None
        authored, last = self._take(folder, IDENTIFY), IDENTIFY
        self.rows = self._sizes()
        if next(store_faults(folder, VALIDATE, digests=True), None) is None:
            authored, last = self._take(folder, VALIDATE), VALIDATE
        self.say(f"resumed after {last}")
        return last, authored

    def keep(self, point: str, authored: Authored) -> None:
        """Write what was added since the point before; small builds, and full disks, go without."""
        import duckdb

        if authored.statements < LARGE or (point != IDENTIFY and not self.rows):
            return
        self.say("keep")
        stores = self._folder(authored.inputs) / "stores"
        made = stores / point
        try:
            shutil.rmtree(made, ignore_errors=True)  # it was cut, or damaged
            made.mkdir(parents=True)
            if shutil.disk_usage(made).free < authored.statements * ROOM:
                raise OSError("too little room")
            self._write(made / _DATA, authored)
            for path in (made / _DATA, made):
                sync(path)
            facts = json.dumps(file_list(made))
            write_atomically(stores / f"{point}.files.json", facts.encode())
            self.rows = self._sizes()
        except duckdb.InterruptException:
            raise  # the build was ended
        except (OSError, duckdb.Error) as error:
            with suppress(duckdb.Error):
                self.columns.sql.execute("DETACH DATABASE IF EXISTS kept")
            shutil.rmtree(made, ignore_errors=True)
            # Whoever ends the build would else count on it.
            self.say(f"keep: nothing was kept ({str(error).partition(chr(10))[0][:100]})")

    def _write(self, path: Path, authored: Authored) -> None:
        """Write the rows that are new, and what is known; raises OSError, duckdb.Error."""
        columns = self.columns
        told = {
            "predicates": columns.predicates,
            "texts": sorted(columns.texts),
            "authored": asdict(authored),
        }
        columns.sql.execute(f"ATTACH {quoted(str(path))} AS kept")
        for name in self._tables("columns"):
            columns.sql.execute(
                f"CREATE TABLE kept.{name} AS SELECT * FROM {name} "
                f"WHERE rowid >= {self.rows.get(name, 0)}"
            )
        columns.sql.execute(f"CREATE TABLE kept.told AS SELECT {quoted(json.dumps(told))} AS text")
        # Closing would write the rest as well, but say nothing of a fault.
        columns.sql.execute("CHECKPOINT kept")
        columns.sql.execute("DETACH kept")

    def _take(self, folder: Path, point: str) -> Authored:
        """Add the rows of a point to the columns; give what was known there."""
        columns = self.columns
        columns.run(f"ATTACH {quoted(str(folder / 'stores' / point / _DATA))} AS kept (READ_ONLY)")
        told: dict[str, Any] = json.loads(columns.one("SELECT text FROM kept.told"))
        for name in self._tables("kept"):
            if name != "told":
                rows = f"SELECT * FROM kept.{name}"
                columns.run(f"CREATE TABLE IF NOT EXISTS {name} AS {rows} LIMIT 0")
                columns.run(f"INSERT INTO {name} {rows}")
        columns.run("DETACH kept")
        columns.predicates, columns.texts = told["predicates"], set(told["texts"])
        known = told["authored"]
        known["findings"] = [Finding(**each) for each in known["findings"]]
        return Authored(**known)

    def _tables(self, database: str) -> list[str]:
        found = self.columns.rows(
            f"SELECT table_name FROM duckdb_tables() WHERE database_name = {quoted(database)}"
        )
        return sorted(name for (name,) in found)

    def _sizes(self) -> dict[str, int]:
        return {
            name: int(self.columns.one(f"SELECT count(*) FROM {name}"))
            for name in self._tables("columns")
        }

    def _folder(self, digests: Mapping[str, str]) -> Path:
        """Give the folder for a build of what has these digests, and of all else as it is now."""
        import duckdb

        made_of = [
            digests,
            [shown(path) for path in self.files],  # findings name them so
            self.on_error,
            [resources.version(), _own_digest(), duckdb.__version__, ox.__version__],
        ]
        return self.kept / hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:32]


def _own_digest() -> str:
    """Give the SHA-256 of magkg's own modules: a checkout changes without another version."""
    found, package = hashlib.sha256(), Path(resources.__file__).parent
    for path in sorted(package.rglob("*.py")):
        found.update(f"{path.relative_to(package)} ".encode() + path.read_bytes())
    return found.hexdigest()
