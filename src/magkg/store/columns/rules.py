"""The rules of ontology/rules/ over columns: what each gives is added before the next one runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magkg.errors import InputError
from magkg.store.columns import algebra
from magkg.store.columns.expressions import text_of
from magkg.store.columns.relation import Untranslated, as_terms, bare, column, select
from magkg.store.columns.scope import refuse
from magkg.store.columns.tables import Columns, quoted
from magkg.store.syntax import refuse_service

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["run_rule", "run_rules"]


def run_rules(columns: Columns, folder: Path) -> int:
    """Run the rule files (*.rq, CONSTRUCT) of a folder in the order of their names; count them.

    Raises InputError, naming the file, for a rule that is not translated.
    """
    rules = sorted(folder.glob("*.rq"))
    for path in rules:
        run_rule(columns, path)
    return len(rules)


def run_rule(columns: Columns, path: Path) -> None:
    """Run one rule and add what it gives; raises InputError, naming the file."""
    text = path.read_text(encoding="utf-8")
    try:
        refuse_service(text)
        query = algebra.parse(text)
        found = query.over(columns)
        if any(_variable(predicate) for _, predicate, _ in query.template):
            raise refuse("a variable in the place of a template's predicate")
    except (InputError, Untranslated) as error:
        raise InputError(error.message, file=str(path)) from None
    names = sorted({str(each) for row in query.template for each in row if _variable(each)})
    known = [name for name in names if name in found.variables]
    # The rule's conclusions, with the texts of what it computed.
    made = [n for n in known if found.variables[n].kind and not found.variables[n].coded]
    found = bare(as_terms(found, made), [name for name in known if name not in made])
    listed = select(found.columns("r", known), f"FROM ({found.sql}) r")
    columns.run(f"CREATE OR REPLACE TEMP TABLE given AS SELECT DISTINCT * FROM ({listed}) g")
    texts = [column(name, "$") for name in made]
    fresh = [f"SELECT {own} AS text FROM given WHERE {own} IS NOT NULL" for own in texts]
    constants = {text_of(each) for row in query.template for each in row if not _variable(each)}
    fresh += [f"SELECT {quoted(each)} AS text" for each in sorted(constants)]
    columns.terms(" UNION ALL ".join(fresh))
    for row in query.template:
        if all(not _variable(each) or str(each) in known for each in row):
            _insert(columns, row)
    columns.run("DROP TABLE given")


def _variable(term: Any) -> bool:
    from rdflib import Variable

    return isinstance(term, Variable)


def _insert(columns: Columns, row: tuple[Any, Any, Any]) -> None:
    """Add the statements of one triple of a template."""
    subject, predicate, target = row
    s, o = (
        column(str(each)) if _variable(each) else f"code({quoted(text_of(each))})"
        for each in (subject, target)
    )
    pairs = f"SELECT {s} AS s, {o} AS o FROM given WHERE {s} IS NOT NULL AND {o} IS NOT NULL"
    columns.insert(str(predicate), pairs)
