"""Shapes over columns: each constraint's SELECT, translated into SQL and run once for all nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.errors import MagkgError
from magkg.store.columns import algebra
from magkg.store.columns.relation import Relation, Untranslated, as_terms, column
from magkg.store.columns.tables import term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from magkg.store.columns.tables import Columns
    from magkg.store.validate import Constraint, Violation

__all__ = ["violations"]


def violations(columns: Columns, constraints: Iterable[Constraint]) -> Iterator[Violation]:
    """Give what breaks constraints, as it is found; the same violation may come twice.

    Raises MagkgError, naming the constraint, for one that is not translated: none is passed over.
    """
    with columns.settled():
        for each in constraints:
            yield from _found(columns, each)


def _found(columns: Columns, each: Constraint) -> Iterator[Violation]:
    try:
        query = algebra.parse(each.select)
        found = query.over(columns)
    except Untranslated as error:
        raise MagkgError(f"the shapes could not be evaluated: {each.id}: {error}") from None
    names = [name for name in query.variables if name in found.variables]
    known = {name: found.variables[name] for name in names}
    listed = ", ".join(Relation("", known).columns("v"))
    total = columns.one(
        f"CREATE OR REPLACE TEMP TABLE found AS SELECT DISTINCT {listed} FROM ({found.sql}) v"
    )
    # Texts are looked up for what was found alone: mostly nothing.
    told = as_terms(Relation("SELECT * FROM found", known), names)
    texts = ", ".join(column(name, "$") for name in names)
    rows = columns.rows(f"SELECT {texts} FROM ({told.sql}) t") if total else []
    columns.run("DROP TABLE found")
    for row in rows:
        terms = (None if text is None else term(text) for text in row)
        yield each.violation(dict(zip(names, terms, strict=True)))
