"""Expressions of SPARQL as typed expressions of SQL, and the variables they may name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from magkg.store.columns.relation import Relation, Untranslated, Variable, column
from magkg.store.columns.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Expression", "Scope"]

# What an expression gives: a boolean, a number (with its kind: 1 integer, 2 decimal, 3 double), a
# plain string, an IRI (without < and >), a term (its N-Triples form), or the value of a variable.
KINDS = ("boolean", "number", "string", "iri", "term", "variable")


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of SQL that is NULL where SPARQL has an error or no value.

    ``kind`` is one of `KINDS`; of a number, ``rank`` is the SQL of its kind. ``name`` is that of
    a variable; the ``sql`` of the kind "variable" is its code. ``sure`` means never NULL.
    """

    kind: str
    sql: str
    rank: str = "1"
    name: str = ""
    sure: bool = False


@dataclass
class Scope:
    """The variables that an expression sees, by the alias of the relation that has them.

    What the expression needs of them (texts, numbers) is noted, and brought by `wrapped`. What is
    ``hidden`` is bound outside of an EXISTS that the expression stands in, and not to be seen.
    Where it is ``strict``, what has another answer by the standard than here ends the query aloud.
    ``terms`` is a table of all terms that are needed, if there is a smaller one than that of all.
    """

    relations: Mapping[str, Relation]
    outer: Scope | None = None
    hidden: frozenset[str] = frozenset()
    strict: bool = False
    terms: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def alias(self, name: str) -> str | None:
        """Give the alias of the relation that has a variable, here and not outside."""
        return next((at for at, each in self.relations.items() if name in each.variables), None)

    def known(self, name: str) -> Variable | None:
        """Give what is known of a variable; nothing where no relation has it."""
        at = self.alias(name)
        if at is not None:
            return self.relations[at].variables[name]
        return self.outer.known(name) if self.outer else None

    def is_node(self, each: Expression) -> bool:
        """Whether an expression gives no literal: an IRI, or a variable that is a node."""
        if each.kind == "iri" or (each.kind == "term" and each.sql.startswith("'<")):
            return True
        known = self.known(each.name) if each.name else None
        return known is not None and known.node

    def names(self) -> frozenset[str]:
        """Give the variables that relations have, here and outside."""
        own = frozenset(name for each in self.relations.values() for name in each.variables)
        return own | self.outer.names() if self.outer else own

    def id(self, name: str) -> str:
        """Give the code of a variable; NULL of one that nothing binds."""
        at = self.alias(name)
        if at is not None:
            return f"{at}.{column(name)}"
        return self.outer.id(name) if self.outer else "NULL::UBIGINT"

    def value(self, name: str) -> Expression:
        """Give a variable as an expression: what was computed, or a code."""
        known, at = self.known(name), self.alias(name)
        if known is None and name in self.hidden:
            raise refuse(f"?{name}, of outside an EXISTS, deeper in it than its own filters")
        if known is None:
            return Expression("variable", "NULL::UBIGINT", name=name)
        if not known.kind:
            return Expression("variable", self.id(name), name=name, sure=known.bound)
        if at is None:
            assert self.outer is not None
            return self.outer.value(name)
        own, rank = (f"{at}.{column(name, suffix)}" for suffix in "$%")
        return Expression(known.kind, own, rank, name, known.bound)

    def text(self, name: str) -> str:
        """Give the N-Triples form of the value of a variable of the graph."""
        at = self.alias(name)
        if at is None:
            return self.outer.text(name) if self.outer else "NULL::VARCHAR"
        self.texts[name] = at
        return f"{at}.{column(name, '!t')}"

    def number(self, name: str) -> tuple[str, str]:
        """Give the value of a variable of the graph as a number, and the kind of number."""
        at = self.alias(name)
        if at is None:
            return self.outer.number(name) if self.outer else ("NULL::DOUBLE", "1")
        self.numbers[name] = at
        return f"{at}.{column(name, '!v')}", f"{at}.{column(name, '!k')}"

    def wrapped(self, at: str) -> str:
        """Give the relation of an alias as a table of SQL, with what expressions need of it."""
        relation = self.relations[at]
        columns, joins = ["r.*"], []
        for number, name in enumerate(sorted(n for n, each in self.texts.items() if each == at)):
            columns.append(f"t{number}.text AS {column(name, '!t')}")
            joins.append(
                f"LEFT JOIN {self._terms(name)} t{number} ON t{number}.id = r.{column(name)}"
            )
        for number, name in enumerate(sorted(n for n, each in self.numbers.items() if each == at)):
            columns.append(f"n{number}.value AS {column(name, '!v')}")
            columns.append(f"n{number}.kind AS {column(name, '!k')}")
            joins.append(f"LEFT JOIN number n{number} ON n{number}.id = r.{column(name)}")
        if not joins:
            return f"({relation.sql}) {at}"
        listed, joined = ", ".join(columns), " ".join(joins)
        if self.strict and not self.terms:
            return f"(WITH r AS MATERIALIZED ({relation.sql}) SELECT {listed} FROM r {joined}) {at}"
        return f"(SELECT {listed} FROM ({relation.sql}) r {joined}) {at}"

    def _terms(self, name: str) -> str:
        """Give the table of terms, of a kept file only those of a variable.

        There are few of them in most answers, and many millions in the file, which a join to the
        left would take in whole.
        """
        if self.terms or not self.strict:
            return self.terms or "term"
        return f"(SELECT id, text FROM term WHERE id IN (SELECT {column(name)} FROM r))"

    def as_text(self, each: Expression) -> str:
        """Give an expression as a term in its N-Triples form."""
        forms = {
            "boolean": f"boolean_of({each.sql})",
            "number": f"number_of({each.sql}, {each.rank})",
            "string": f"string_of({each.sql})",
            "iri": f"'<' || {each.sql} || '>'",
            "term": each.sql,
        }
        return self.text(each.name) if each.kind == "variable" else forms[each.kind]

    def as_id(self, each: Expression) -> str:
        """Give the code of the term that an expression gives."""
        if each.name:
            return self.id(each.name)
        text = self.as_text(each)
        # The hash of NULL is a number.
        safe = each.sure and each.kind != "iri"  # an IRI may be none, see functions
        return f"code({text})" if safe else f"if({text} IS NULL, NULL, code({text}))"

    def as_string(self, each: Expression) -> str:
        """Give an expression as STR does: the lexical form, or the text of an IRI."""
        if each.kind in ("string", "iri"):
            return each.sql
        if each.kind == "number":
            return f"plain({each.sql})"
        return f"lexical({self.as_text(each)})"

    def as_number(self, each: Expression) -> tuple[str, str]:
        """Give an expression as a number with its kind; NULL of what is none."""
        if each.kind == "number":
            return each.sql, each.rank
        known = self.known(each.name) if each.name else None
        if each.kind == "variable" or (known and known.coded):
            return self.number(each.name)
        if each.kind == "term":
            return f"number_value({each.sql})", f"number_kind({each.sql})"
        return "NULL::DOUBLE", "1"

    def as_boolean(self, each: Expression) -> str:
        """Give the effective boolean value of an expression (SPARQL 1.1, section 17.2.2)."""
        if each.kind == "boolean":
            return each.sql
        if each.kind == "number":
            return f"({each.sql} <> 0)"
        if each.kind == "string":
            return f"({each.sql} <> '')"
        if each.kind == "iri":
            return "NULL::BOOLEAN"
        text, (value, _) = self.as_text(each), self.as_number(each)
        return (
            f"CASE WHEN ends_with({text}, '#boolean>') THEN lexical({text}) IN ('true', '1') "
            f"WHEN {value} IS NOT NULL THEN {value} <> 0 "
            f"WHEN {text}[-1] = '\"' THEN {text} <> '\"\"' END"
        )


def unified(scope: Scope, parts: Iterable[Expression]) -> tuple[str, list[Expression]]:
    """Bring expressions to one kind, so that one column can hold any of them."""
    each = list(parts)
    kinds = {one.kind for one in each if one.sql != "NULL"}
    if len(kinds) == 1 and "variable" not in kinds:
        return kinds.pop(), each
    if kinds == {"number", "variable"}:
        return "number", [_counted(scope, one) for one in each]
    return "term", [Expression("term", scope.as_text(one), sure=one.sure) for one in each]


def _counted(scope: Scope, each: Expression) -> Expression:
    """Give a variable beside numbers as a number; another term there is an error, said aloud."""
    if each.kind == "number":
        return each
    value, rank = scope.as_number(each)
    told = f"error('?{each.name} is no number')"
    sql = f"CASE WHEN {each.sql} IS NOT NULL AND {value} IS NULL THEN {told} ELSE {value} END"
    return Expression("number", sql, rank, sure=each.sure)


def constant(text: str) -> Expression:
    """Give a term in its N-Triples form as an expression."""
    return Expression("term", quoted(text), sure=True)


def refuse(what: str) -> Untranslated:
    """Make the error for what is not translated."""
    return Untranslated(f"{what} is not translated into SQL")
