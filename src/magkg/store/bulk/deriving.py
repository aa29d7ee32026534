"""What follows from claims, over columns: the same statements as `store.derive` gives."""

from __future__ import annotations

from magkg.store.columns.tables import Columns, quoted
from magkg.vocabulary import FORMAL, MAG, TYPE

__all__ = ["derive"]


def _code(iri: str) -> str:
    return f"code({quoted(f'<{iri}>')})"


def derive(columns: Columns) -> None:
    """Add digests, propositions and how these bear on each other; make the table ``stated``.

    ``stated`` (s, p, o) holds the bare triples of what some claim affirms. The tables of
    `identities.identify` must be there.
    """
    columns.terms("SELECT '\"' || digest || '\"' AS text FROM claim")
    columns.terms(f"SELECT {quoted(f'<{MAG}Proposition>')} AS text")
    columns.insert(MAG + "digest", "SELECT id AS s, code('\"' || digest || '\"') AS o FROM claim")
    columns.insert(
        MAG + "states",
        "SELECT id AS s, proposition AS o FROM claim WHERE proposition IS NOT NULL",
    )
    columns.insert(TYPE, f"SELECT id AS s, {_code(MAG + 'Proposition')} AS o FROM proposition")
    for name, part in zip(FORMAL, "spo", strict=True):
        columns.insert(name, f"SELECT id AS s, {part} AS o FROM proposition")
    for iri in list(columns.predicates):
        columns.insert(iri, f"SELECT id AS s, o FROM qualified WHERE q = {_code(iri)}")
    _scopes(columns)
    affirming = (
        f"SELECT s FROM {columns.table(MAG + 'polarity')} WHERE o = {_code(MAG + 'affirms')}"
    )
    columns.run(
        "CREATE OR REPLACE TABLE stated AS SELECT DISTINCT p.s, p.p, p.o FROM claim c "
        f"JOIN proposition p ON p.id = c.proposition WHERE c.id IN ({affirming})"
    )


def _scopes(columns: Columns) -> None:
    """Compare propositions of the same triple by their qualifiers, species apart."""
    species = _code(MAG + "species")
    columns.run(
        "CREATE OR REPLACE TEMP TABLE scoped AS SELECT p.id, p.s, p.p, p.o, "
        f"coalesce(list_sort(list(q.o) FILTER (q.q = {species})), []) AS kept, "
        f"coalesce(list_sort(list(hash(q.q, q.o)) FILTER (q.q <> {species})), []) AS others "
        "FROM proposition p LEFT JOIN qualified q ON q.id = p.id GROUP BY p.id, p.s, p.p, p.o"
    )
    columns.run(
        "CREATE OR REPLACE TEMP TABLE paired AS SELECT a.id AS a, b.id AS b, "
        "a.kept = b.kept AND length(a.others) > length(b.others) AS narrower "
        "FROM scoped a JOIN scoped b ON a.s = b.s AND a.p = b.p AND a.o = b.o "
        "WHERE a.id <> b.id AND list_has_all(a.others, b.others)"
    )
    columns.insert(MAG + "narrowerScopeThan", "SELECT a AS s, b AS o FROM paired WHERE narrower")
    both = "SELECT a AS s, b AS o FROM paired UNION SELECT b, a FROM paired"
    columns.insert(MAG + "bearsOn", both)
    columns.run("DROP TABLE scoped")
    columns.run("DROP TABLE paired")
