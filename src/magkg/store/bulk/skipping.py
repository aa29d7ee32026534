"""What a bulk build finds, with file and line, and faulty claims left out, each whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.errors import Finding, FindingsError
from magkg.store import validate
from magkg.store.bulk import identities
from magkg.store.bulk.pace import paced
from magkg.store.bulk.places import of_nodes
from magkg.store.bulk.validating import violations
from magkg.store.columns.tables import Columns, quoted
from magkg.store.skip import DEPENDENT
from magkg.vocabulary import RDFS, TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from magkg.store.validate import Constraint, Violation

__all__ = ["Checked"]

# Findings that are told one by one; of more, the number is told.
_TOLD = 1_000


class Checked:
    """The shapes held against columns: what they find, told by file and line.

    ``say`` is told how far that is.
    """

    def __init__(
        self, columns: Columns, files: Sequence[Path], on_error: str, say: Callable[[str], None]
    ) -> None:
        self.columns, self.files, self.on_error, self.say = columns, files, on_error, say
        self.findings: list[Finding] = []
        self.skipped: list[str] = []

    def run(self) -> tuple[list[Finding], list[str]]:
        """Check what was authored; give what was found and the claims that were left out.

        Raises FindingsError for any finding, or (``on_error="skip"``) for one that is no claim's
        fault.
        """
        constraints = self._concerned(validate.constraints(validate.authored()))
        while found := self._own(self._violations("check", constraints)):
            self._tell(found)
            if self.on_error == "stop":
                raise FindingsError(
                    f"{_number(len(found))}; nothing was built",
                    self.findings,
                    hint="Correct them, or leave faulty claims out with --on-error skip.",
                )
            self._leave_out(found)
            # What was found went whole, so only what subtracts can find more in the rest.
            constraints = [each for each in constraints if not each.monotone]
        return self.findings, sorted(self.skipped)

    def derived(self) -> None:
        """Check what was derived; raises FindingsError."""
        found = set(self._violations("validate", validate.constraints(validate.derived())))
        if found:
            self._tell(found)
            raise FindingsError(f"{_number(len(found))} in what was derived", self.findings)

    def _violations(self, step: str, constraints: Sequence[Constraint]) -> Iterator[Violation]:
        return violations(self.columns, paced(self.say, step, constraints, "constraints"))

    def _concerned(self, constraints: Iterable[Constraint]) -> list[Constraint]:
        """Leave out constraints on classes of which the input has no instance."""
        columns = self.columns
        kinds, below = columns.table(TYPE), columns.table(RDFS + "subClassOf")
        found = columns.rows(
            "WITH RECURSIVE kind(id) AS (SELECT DISTINCT k.o FROM "
            f"{kinds} k WHERE k.s IN (SELECT s FROM line) UNION "
            f"SELECT b.o FROM kind JOIN {below} b ON b.s = kind.id) "
            "SELECT t.text FROM kind JOIN term t ON t.id = kind.id"
        )
        there = {text for (text,) in found}
        kept = []
        for each in constraints:
            to = each.targets
            if to.nodes or to.subjects_of or to.objects_of or there & set(map(str, to.classes)):
                kept.append(each)
        return kept

    def _own(self, found: Iterable[Violation]) -> set[Violation]:
        """Leave out what is said of the vocabulary, which is not the input's."""
        every = set(found)
        if not every:
            return every
        rows = [(f"<{iri}>", "", "") for iri in {each.focus for each in every}]
        with self.columns.rows_of(rows) as name:
            own = self.columns.rows(
                f"SELECT s FROM {name} g WHERE code(g.s) IN (SELECT s FROM line)"
            )
        mine = {iri[1:-1] for (iri,) in own}
        return {each for each in every if each.focus in mine}

    def _tell(self, found: Iterable[Violation]) -> None:
        told = sorted(found)[:_TOLD]
        places = of_nodes(self.columns, self.files, {each.focus for each in told})
        for each in told:
            file, line = places.get((each.focus, each.path)) or places.get(
                (each.focus, ""), ("", 0)
            )
            what = " ".join(part for part in (each.path, each.value) if part.strip())
            message = f"{what}: {each.message}" if what else each.message
            self.findings.append(Finding(file, line, each.focus, each.constraint, message))

    def _leave_out(self, found: Iterable[Violation]) -> None:
        """Take faulty claims out of lines and columns, with their parts and what refers to them."""
        columns = self.columns
        rows = [(f"<{iri}>", "", "") for iri in {each.focus for each in found}]
        with columns.rows_of(rows) as name:
            columns.run(f"CREATE OR REPLACE TEMP TABLE faulty AS SELECT code(s) AS id FROM {name}")
        strays = columns.rows(
            "SELECT t.text FROM faulty f JOIN term t ON t.id = f.id "
            "WHERE f.id NOT IN (SELECT node FROM member)"
        )
        if strays:
            names = {iri[1:-1] for (iri,) in strays}
            raise FindingsError(
                "what was found is not the fault of a claim that could be left out",
                [each for each in self.findings if each.claim in names],
                hint="Correct these first.",
            )
        columns.run(
            "CREATE OR REPLACE TEMP TABLE gone AS "
            "SELECT DISTINCT claim AS id FROM member WHERE node IN (SELECT id FROM faulty)"
        )
        self._dependents()
        self.skipped += [
            iri[1:-1]
            for (iri,) in columns.rows("SELECT t.text FROM gone g JOIN term t ON t.id = g.id")
        ]
        # Parts that a sound claim uses as well stay.
        columns.run(
            "INSERT INTO gone SELECT DISTINCT node FROM member "
            "WHERE claim IN (SELECT id FROM gone) "
            "AND node NOT IN (SELECT node FROM member WHERE claim NOT IN (SELECT id FROM gone))"
        )
        self._remove()
        identities.members(columns)

    def _dependents(self) -> None:
        """Add what refers to what is gone, and to that: claims, tensions, searches, tombstones."""
        columns = self.columns
        kinds = ", ".join(f"code({quoted(str(each))})" for each in sorted(map(str, DEPENDENT)))
        columns.run(
            "CREATE OR REPLACE TEMP TABLE dependent AS "
            f"SELECT DISTINCT s AS id FROM {columns.table(TYPE)} WHERE o IN ({kinds})"
        )
        while True:
            before = columns.one("SELECT count(*) FROM gone")
            columns.run(
                "INSERT INTO gone SELECT DISTINCT s FROM line "
                "WHERE s IN (SELECT id FROM dependent) "
                "AND o IN (SELECT id FROM gone) AND o IN (SELECT id FROM dependent) "
                "AND s NOT IN (SELECT id FROM gone)"
            )
            if columns.one("SELECT count(*) FROM gone") == before:
                return

    def _remove(self) -> None:
        columns, gone = self.columns, "s IN (SELECT id FROM gone)"
        # To write all lines anew takes 12 s at a million claims.
        columns.run(f"DELETE FROM line WHERE {gone}")
        for table in columns.predicates.values():
            if columns.one(f"SELECT count(*) FROM {table} WHERE {gone}"):
                # Without gaps: what is added later is told by its place (`resuming`).
                columns.run(
                    f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table} WHERE NOT ({gone})"
                )


def _number(count: int) -> str:
    return f"{count} finding{'' if count == 1 else 's'}"
