"""Identities over columns: the same hashes as `claims.identity`, for all claims at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.claims import identity
from magkg.store.columns.tables import Columns, quoted
from magkg.vocabulary import FORMAL, MAG, PROP, QUALIFIERS, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["identify", "members", "pairs"]

# Lines that are put together at once, as hexadecimal text: some 400 bytes each.
_AT_ONCE = 1_500_000


def _field(sql: str) -> str:
    """Give one length-prefixed field of a hash, as hexadecimal text."""
    return f"lpad(to_hex(strlen({sql})), 16, '0') || hex({sql})"


def _hashed(parts: str) -> str:
    """Give the SHA-256 (hexadecimal) of bytes that are given as hexadecimal text."""
    return f"sha256(unhex({parts}))"


def _iris(columns: Columns, predicate: str) -> str:
    """Give the statements of a predicate whose object is an IRI."""
    return (
        f"SELECT p.s, p.o, t.text FROM {columns.table(predicate)} p "
        "JOIN term t ON t.id = p.o WHERE t.text[1] = '<'"
    )


def members(columns: Columns) -> None:
    """Make the table ``member`` (claim, node): what belongs to each claim, itself included."""
    claims = f"SELECT s FROM {columns.table(TYPE)} WHERE o = code({quoted(f'<{MAG}Claim>')})"
    parts = " UNION ALL ".join(
        f"SELECT s, o FROM {columns.table(each)}" for each in sorted(identity.PARTS)
    )
    columns.run(
        "CREATE OR REPLACE TABLE member AS WITH RECURSIVE part AS "
        f"({parts}), member(claim, node) AS (SELECT s, s FROM ({claims}) c UNION "
        "SELECT member.claim, part.o FROM member JOIN part ON part.s = member.node) "
        "SELECT claim, node FROM member"
    )


def identify(columns: Columns) -> None:
    """Make the tables ``claim`` (id, digest, proposition) and ``proposition`` (id, s, p, o).

    They say what `identity.claims` gives one by one; the table ``member`` must be there.
    """
    _digests(columns)
    _propositions(columns)
    columns.run(
        "CREATE OR REPLACE TABLE claim AS SELECT d.claim AS id, d.digest, q.id AS proposition "
        "FROM digest d LEFT JOIN stating q ON q.claim = d.claim"
    )
    columns.run("DROP TABLE digest")
    columns.run("DROP TABLE stating")


def _digests(columns: Columns) -> None:
    outside = ", ".join(f"code({quoted(f'<{each}>')})" for each in sorted(identity.OUTSIDE))
    lines = int(columns.one("SELECT count(*) FROM line"))
    slices = max(1, -(-lines // _AT_ONCE))
    start = quoted(_text("magkg claim 1"))
    columns.run("CREATE OR REPLACE TABLE digest (claim UBIGINT, digest VARCHAR)")
    for each in range(slices):
        columns.run(
            f"INSERT INTO digest SELECT claim, {_hashed(f'{start} || fields')} FROM ("
            f"SELECT m.claim, string_agg({_field('l.line')}, '' ORDER BY l.line) AS fields "
            "FROM member m JOIN line l ON l.s = m.node "
            # The last two bits of a code are the same for all claims.
            f"WHERE (m.claim >> 2) % {slices} = {each} AND l.p NOT IN ({outside}) "
            "GROUP BY m.claim) f"
        )


def _text(field: str) -> str:
    raw = field.encode()
    return f"{len(raw):016x}{raw.hex()}"


def _propositions(columns: Columns) -> None:
    """Name what each claim states, of those that have one subject, predicate and object each."""
    formal = []
    for name in FORMAL:
        found = (
            f"SELECT s, any_value(o) AS o, any_value(text) AS text FROM ({_iris(columns, name)})"
        )
        formal.append(f"({found} i GROUP BY s HAVING count(*) = 1)")
    scope = " UNION ALL ".join(
        f"SELECT s, {quoted(name)} AS name, code({quoted(f'<{name}>')}) AS q, o, "
        "text[2:-2] AS value "
        f"FROM ({_iris(columns, name)}) i"
        for name in QUALIFIERS
    )
    columns.run(f"CREATE OR REPLACE TEMP TABLE qualifier AS {scope}")
    pair = f"{_field('name')} || {_field('value')}"
    start = quoted(_text("magkg proposition 1"))
    triple = " || ".join(_field(f"{each}.text[2:-2]") for each in ("b", "a", "d"))
    hashed = _hashed(f"{start} || {triple} || coalesce(q.fields, '')")
    columns.run(
        "CREATE OR REPLACE TABLE stating AS SELECT c.claim, "
        f"'<{PROP}' || {hashed} || '>' AS iri, code(iri) AS id, a.o AS s, b.o AS p, d.o AS o "
        "FROM (SELECT DISTINCT claim FROM member) c "
        f"JOIN {formal[0]} a ON a.s = c.claim JOIN {formal[1]} b ON b.s = c.claim "
        f"JOIN {formal[2]} d ON d.s = c.claim "
        f"LEFT JOIN (SELECT s, string_agg({pair}, '' ORDER BY name, value) AS fields "
        "FROM qualifier GROUP BY s) q ON q.s = c.claim"
    )
    columns.terms("SELECT DISTINCT iri AS text FROM stating")
    columns.run(
        "CREATE OR REPLACE TABLE proposition AS "
        "SELECT id, any_value(s) AS s, any_value(p) AS p, any_value(o) AS o "
        "FROM stating GROUP BY id"
    )
    columns.run(
        "CREATE OR REPLACE TABLE qualified AS SELECT DISTINCT t.id, q.q, q.o "
        "FROM stating t JOIN qualifier q ON q.s = t.claim"
    )
    columns.run("DROP TABLE qualifier")


def pairs(columns: Columns) -> Iterable[tuple[str, str]]:
    """Give the IRIs of all claims with their digests, in the order of `identity.root`."""
    found = columns.run(
        "SELECT t.text[2:-2] AS iri, c.digest FROM claim c JOIN term t ON t.id = c.id "
        "ORDER BY iri, digest"
    )
    while rows := found.fetchmany(100_000):
        yield from rows
