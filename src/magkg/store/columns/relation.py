"""What SPARQL patterns become: a SELECT of SQL, and what is known of its variables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from magkg.errors import MagkgError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "NOTHING",
    "Relation",
    "Untranslated",
    "Variable",
    "as_terms",
    "column",
    "joined",
    "union",
]


class Untranslated(MagkgError):
    """A query says what is not translated into SQL."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What is known of a variable: whether all rows bind it, and of which kind its values are.

    A ``kind`` (see `scope.KINDS`) is that of an expression which computed it; it is "" of what
    comes from the graph, whose terms stand in the table of terms, or "term" and ``coded`` where
    their texts are at hand as well. A ``node`` is never a literal.
    """

    bound: bool = True
    kind: str = ""
    coded: bool = False
    node: bool = False

    @property
    def companions(self) -> tuple[str, ...]:
        """The suffixes of the columns beside that of the code: value, and kind of number."""
        return {"": (), "number": ("$", "%")}.get(self.kind, ("$",))


@dataclass(frozen=True)
class Relation:
    """A SELECT with a column of codes for each variable, and its companions.

    The column of ``?x`` is "x"; where it was computed, "x$" holds the value.
    """

    sql: str
    variables: Mapping[str, Variable] = field(default_factory=dict)

    def columns(self, alias: str, names: Iterable[str] | None = None) -> list[str]:
        """Give the columns of variables, as those of ``alias``."""
        found = []
        for name in self.variables if names is None else names:
            suffixes = ("", *self.variables[name].companions)
            found += [f"{alias}.{column(name, suffix)}" for suffix in suffixes]
        return found


NOTHING = Relation("SELECT 1 AS one")


def column(name: str, suffix: str = "") -> str:
    """Give the column of a variable, or with ``suffix`` a companion of it."""
    return f'"{name}{suffix}"'


def select(columns: Iterable[str], rest: str) -> str:
    """Give a SELECT; of no columns, of a 1."""
    return f"SELECT {', '.join(columns) or '1 AS one'} {rest}"


def compatible(a: Relation, b: Relation, left: str = "a", right: str = "b") -> list[str]:
    """Give the conditions under which rows of two relations agree on the variables they share."""
    found = []
    for name in a.variables:
        if name in b.variables:
            same = f"{left}.{column(name)} = {right}.{column(name)}"
            for side, each in ((left, a), (right, b)):
                if not each.variables[name].bound:
                    same += f" OR {side}.{column(name)} IS NULL"
            found.append(f"({same})" if " OR " in same else same)
    return found


def as_terms(each: Relation, names: Iterable[str]) -> Relation:
    """Give a relation in which some of its variables have the companion of the kind "term"."""
    wanted = {name for name in names if each.variables[name].kind != "term"}
    if not wanted:
        return each
    columns = each.columns("k", [name for name in each.variables if name not in wanted])
    joins = ""
    for number, name in enumerate(sorted(wanted)):
        own, kind = f"k.{column(name)}", each.variables[name].kind
        if not kind:  # a join: a scalar subquery for each row takes twenty times as long
            joins += f" LEFT JOIN term k{number} ON k{number}.id = {own}"
        text = f"k{number}.text" if not kind else written(each.variables[name], name, "k")
        columns += [own, f"{text} AS {column(name, '$')}"]
    known = {
        name: Variable(own.bound, "term", node=own.node) if name in wanted else own
        for name, own in each.variables.items()
    }
    return Relation(select(columns, f"FROM ({each.sql}) k{joins}"), known)


def written(known: Variable, name: str, alias: str) -> str:
    """Give the N-Triples form of a variable that was computed, from its companions."""
    value, rank = (f"{alias}.{column(name, suffix)}" for suffix in "$%")
    forms = {
        "boolean": f"boolean_of({value})",
        "iri": f"'<' || {value} || '>'",
        "number": f"number_of({value}, {rank})",
        "string": f"string_of({value})",
        "term": value,
    }
    return forms[known.kind]


def bare(each: Relation, names: Iterable[str]) -> Relation:
    """Give a relation in which some of its variables have no companions."""
    dropped = [name for name in names if each.variables[name].companions]
    if not dropped:
        return each
    known = {
        name: Variable(own.bound, node=own.node) if name in dropped else own
        for name, own in each.variables.items()
    }
    columns = Relation("", known).columns("k")
    return Relation(select(columns, f"FROM ({each.sql}) k"), known)


def alike(parts: list[Relation], names: Iterable[str]) -> list[Relation]:
    """Bring variables to the same companions in all the parts that have them."""
    for name in names:
        having = [each.variables[name] for each in parts if name in each.variables]
        if len({(each.kind, each.coded) for each in having}) > 1:
            # What all parts have from the graph can be looked up later, if at all.
            to = bare if all(each.coded or not each.kind for each in having) else as_terms
            parts = [to(each, [name] if name in each.variables else []) for each in parts]
    return parts


def merged(a: Relation, b: Relation, outer: bool) -> tuple[list[str], dict[str, Variable]]:
    """Give the columns of a join of ``a`` and ``b`` and its variables; ``outer``: b may lack."""
    columns, known = [], {}
    for name, mine in a.variables.items():
        other = b.variables.get(name)
        if other is None or mine.bound:
            columns += a.columns("a", [name])
            same = other is not None and other.node and other.bound and not outer
            known[name] = replace(mine, node=True) if same else mine
            continue
        for suffix in ("", *mine.companions):
            both = column(name, suffix)
            columns.append(f"coalesce(a.{both}, b.{both}) AS {both}")
        node = mine.node and other.node
        known[name] = Variable(other.bound and not outer, mine.kind, mine.coded, node)
    for name, other in b.variables.items():
        if name not in a.variables:
            columns += b.columns("b", [name])
            known[name] = replace(other, bound=other.bound and not outer)
    return columns, known


def _open(a: Relation, b: Relation) -> list[str]:
    """Give the shared variables that ``a`` may leave to ``b`` to bind."""
    return [n for n, each in a.variables.items() if n in b.variables and not each.bound]


def joined(a: Relation, b: Relation) -> Relation:
    """Join two relations on the variables they share."""
    if a is NOTHING:
        return b
    if b is NOTHING:
        return a
    a, b = alike([a, b], _open(a, b))
    columns, known = merged(a, b, outer=False)
    on = " AND ".join(compatible(a, b)) or "true"
    return Relation(select(columns, f"FROM ({a.sql}) a JOIN ({b.sql}) b ON {on}"), known)


def left_joined(a: Relation, b: Relation, condition: str = "") -> Relation:
    """Keep every row of ``a``, with what it agrees with in ``b`` (under a condition on both)."""
    a, b = alike([a, b], _open(a, b))
    columns, known = merged(a, b, outer=True)
    on = " AND ".join([*compatible(a, b), *([condition] if condition else [])]) or "true"
    return Relation(select(columns, f"FROM ({a.sql}) a LEFT JOIN ({b.sql}) b ON {on}"), known)


def union(parts: list[Relation]) -> Relation:
    """Give the rows of all parts; a variable that a part lacks is unbound in its rows."""
    names = list(dict.fromkeys(name for each in parts for name in each.variables))
    parts = alike(parts, names)
    known = {}
    for name in names:
        having = [each.variables[name] for each in parts if name in each.variables]
        bound = len(having) == len(parts) and all(each.bound for each in having)
        coded, nodes = all(each.coded for each in having), all(each.node for each in having)
        known[name] = Variable(bound, having[0].kind, coded, nodes)
    sides = []
    for each in parts:
        columns = []
        for name in names:
            if name in each.variables:
                columns += each.columns("u", [name])
            else:
                suffixes = ("", *known[name].companions)
                columns += [f"NULL AS {column(name, suffix)}" for suffix in suffixes]
        sides.append(select(columns, f"FROM ({each.sql}) u"))
    return Relation(" UNION ALL ".join(sides), known)


def without(a: Relation, b: Relation) -> Relation:
    """Leave out the rows of ``a`` that agree with one of ``b`` in what both have (MINUS)."""
    shared = [name for name in a.variables if name in b.variables]
    if not shared:
        return a
    agree = compatible(a, b, "w", "m")
    if any(not each.variables[name].bound for each in (a, b) for name in shared):
        some = " OR ".join(
            f"(w.{column(name)} IS NOT NULL AND m.{column(name)} IS NOT NULL)" for name in shared
        )
        agree.append(f"({some})")
    inner = f"SELECT 1 FROM ({b.sql}) m WHERE {' AND '.join(agree)}"
    return Relation(f"SELECT w.* FROM ({a.sql}) w WHERE NOT EXISTS ({inner})", a.variables)
