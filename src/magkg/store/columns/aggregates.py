"""Aggregates of SPARQL as those of SQL: COUNT, SUM, AVG, MIN, MAX and SAMPLE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magkg.store.columns import strict
from magkg.store.columns.relation import Relation, Variable, column
from magkg.store.columns.scope import Expression, Scope, refuse

if TYPE_CHECKING:
    from magkg.store.columns.expressions import Translator

__all__ = ["of"]


def of(
    node: Any, translator: Translator, scope: Scope, found: Relation
) -> tuple[list[str], Variable]:
    """Give the columns of one aggregate, and what is known of its variable."""
    kind = str(node.name).removeprefix("Aggregate_")
    name = str(node.res)
    distinct = "DISTINCT " if node.distinct else ""
    if kind == "Count" and str(node.vars) == "*":
        counted = "*" if not distinct else f"DISTINCT ({', '.join(found.columns('w'))})"
        return _number(name, f"count({counted})", "1")
    given = translator.of(node.vars)
    if kind == "Count":
        counted = scope.as_id(given) if given.kind == "variable" else given.sql
        return _number(name, f"count({distinct}{counted})", "1")
    if kind == "Sample":
        return _sample(name, given, scope)
    if kind in ("Sum", "Avg"):
        value, rank = scope.as_number(given)
        if kind == "Sum":
            total, rank = _total(scope, given, distinct)
            return _number(name, total, rank)
        strict.refused(scope, "AVG")
        return _number(name, f"avg({distinct}{value})", f"greatest(max({rank}), 2)")
    if kind in ("Min", "Max"):
        return _extreme(name, kind.lower(), given, scope)
    raise refuse(f"the aggregate {kind.upper()}")


def _number(name: str, value: str, rank: str) -> tuple[list[str], Variable]:
    value = f"CAST({value} AS DOUBLE)"
    columns = [f"code(number_of({value}, {rank})) AS {column(name)}"]
    columns += [f"{value} AS {column(name, '$')}", f"{rank} AS {column(name, '%')}"]
    return columns, Variable(True, "number")


def _total(scope: Scope, given: Expression, distinct: str) -> tuple[str, str]:
    """Give the sum of a group, and its kind of number."""
    value, rank = scope.as_number(given)
    total, rank = f"coalesce(sum({distinct}{value}), 0)", f"coalesce(max({rank}), 1)"
    if not scope.strict:  # what is no number is passed over
        return total, rank
    whole = strict.whole(scope, total, rank)
    told = strict.ending("SUM of what is no number")
    return f"CASE WHEN count(*) <> count({value}) THEN {told} ELSE {whole} END", rank


def _sample(name: str, given: Expression, scope: Scope) -> tuple[list[str], Variable]:
    code = scope.as_id(given)
    kind = "" if given.kind == "variable" else given.kind
    columns = [f"min({code}) AS {column(name)}"]
    for suffix, sql in zip(Variable(kind=kind).companions, (given.sql, given.rank), strict=False):
        columns.append(f"arg_min({sql}, {code}) AS {column(name, suffix)}")
    return columns, Variable(given.sure, kind, node=scope.is_node(given))


def _extreme(name: str, word: str, given: Expression, scope: Scope) -> tuple[list[str], Variable]:
    """Translate MIN and MAX: of strings, of numbers, of other terms by their text."""
    if given.kind == "string":
        value = f"{word}({given.sql})"
        code = f"code(string_of({value}))"
        return [f"{code} AS {column(name)}", f"{value} AS {column(name, '$')}"], Variable(
            given.sure, "string"
        )
    if given.kind == "number":
        columns, known = _number(name, f"{word}({given.sql})", f"max({given.rank})")
        return columns, Variable(given.sure, known.kind)
    value, _ = scope.as_number(given)
    code, text = scope.as_id(given), f"lexical({scope.as_text(given)})"
    text = f"CASE WHEN {value} IS NULL THEN {text} END"  # numbers need none
    own = code if given.kind == "variable" else scope.as_text(given)
    # Numbers and others in one group have no one order here.
    found = (
        f"CASE WHEN count({value}) = count({code}) THEN arg_{word}({own}, {value}) "
        f"WHEN count({value}) = 0 AND {strict.one_class(scope, code)} "
        f"THEN arg_{word}({own}, {text}) "
        f"ELSE error('{word.upper()} of terms that have no one order') END"
    )
    if given.kind == "variable":
        return [f"{found} AS {column(name)}"], Variable(given.sure)
    columns = [f"code({found}) AS {column(name)}", f"{found} AS {column(name, '$')}"]
    return columns, Variable(given.sure, "term")
