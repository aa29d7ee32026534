"""What columns may say other than the standard, and what ends a query aloud instead.

The shapes and rules say none of it, and are translated without. A query of anybody's may: where
its scope is strict, it is refused by name when it is translated, or ended by its first such value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from magkg.store.columns.scope import refuse

if TYPE_CHECKING:
    from magkg.store.columns.scope import Expression, Scope

__all__ = [
    "alike",
    "ascii_only",
    "cast",
    "ending",
    "no_literal",
    "one_class",
    "pattern",
    "refused",
    "shown",
    "terms",
    "whole",
]

# What doubles hold of whole numbers (IEEE 754, binary64).
_WHOLE = 2**53
# Patterns in which RE2 and the one of Oxigraph mean the same: no classes of their own, no flags.
_SAFE = re.compile(r"'(?:[^\\(]|\\[.()\[\]{}|*+?^$-]|\((?!\?))*'")


def ending(what: str) -> str:
    """Give the expression that ends the query."""
    return f"error('{what}')"


def refused(scope: Scope, what: str) -> None:
    """Refuse by name, where the scope is strict."""
    if scope.strict:
        raise refuse(what)


def whole(scope: Scope, value: str, rank: str) -> str:
    """Give a number that was computed: a whole one, as doubles do not hold the others exactly."""
    if not scope.strict:
        return value
    other = f"{rank} <> 1 OR abs({value}) > {_WHOLE}"
    return f"CASE WHEN {other} THEN {ending('arithmetic of fractions')} ELSE {value} END"


def shown(value: str, rank: str, text: str) -> str:
    """Give a number of an answer as ``text``: a whole one, or a decimal that is plainly written."""
    whole = f"{value} = trunc({value}) AND abs({value}) <= {_WHOLE}"
    plain = f"{rank} = 2 AND abs({value}) BETWEEN 1e-4 AND 1e9"
    told = ending("a number that is not plainly written")
    sound = f"({rank} < 3 AND {whole}) OR ({plain})"
    return f"CASE WHEN {value} IS NULL OR {sound} THEN {text} ELSE {told} END"


def alike(scope: Scope, same: str, parts: tuple[Expression, Expression]) -> str:
    """Give an equality of a string or boolean with a term; it is an error of another literal."""
    kinds = {each.kind for each in parts}
    others = [each for each in parts if each.kind in ("variable", "term")]
    if not scope.strict or not others:
        return same
    end = "'\"'" if "string" in kinds else "'#boolean>'"
    unlike = " OR ".join(
        f"({scope.as_id(each)} & 3 = 2 AND NOT ends_with({scope.as_text(each)}, {end}))"
        for each in others
    )
    told = ending("literals of two types compared")
    return f"CASE WHEN {same} THEN true WHEN {unlike} THEN {told} ELSE {same} END"


def terms(scope: Scope, found: str, parts: tuple[Expression, Expression]) -> str:
    """Give an equality of any two terms: unequal literals are an error if not of one type."""
    if not scope.strict:
        return found
    literals = [f"{scope.as_id(each)} & 3 = 2" for each in parts]
    numbers = " AND ".join(f"{scope.as_number(each)[0]} IS NOT NULL" for each in parts)
    known = f"({numbers})"
    if all(each.kind == "term" for each in parts):
        plain = " AND ".join(f"{scope.as_text(each)}[-1] = '\"'" for each in parts)
        known = f"({numbers} OR ({plain}))"
    told = ending("two literals compared, which may be of two types")
    unlike = f"{' AND '.join(literals)} AND NOT {found} AND NOT {known}"
    return f"CASE WHEN {unlike} THEN {told} ELSE {found} END"


def no_literal(scope: Scope, each: Expression) -> str:
    """Give that a term which is no number is unequal to one; of a literal, it is an error."""
    if not scope.strict:
        return "false"
    told = ending("a number and another literal compared")
    return f"CASE WHEN {scope.as_id(each)} & 3 = 2 THEN {told} ELSE false END"


def one_class(scope: Scope, code: str) -> str:
    """Give the condition that an aggregate is over terms of one class, true where none is asked."""
    if not scope.strict:
        return "true"
    return f"coalesce(min({code} & 3) = max({code} & 3), true)"


def pattern(scope: Scope, given: str) -> None:
    """Refuse a regular expression that two libraries may read in two ways."""
    if scope.strict and not _SAFE.fullmatch(given.replace("''", "")):
        raise refuse("a regular expression with \\ or (?, or one that is computed,")


def ascii_only(scope: Scope, name: str, value: str) -> str:
    """Give a change of case: of ASCII, as libraries differ beyond."""
    if not scope.strict:
        return f"{name}({value})"
    told = ending("the case of letters beyond ASCII")
    return f"CASE WHEN strlen({value}) <> length({value}) THEN {told} ELSE {name}({value}) END"


def cast(scope: Scope, name: str, given: Expression) -> None:
    """Refuse the casts that depend on the type of what is cast, or lose digits."""
    if name == given.kind == "boolean":
        return
    if scope.strict and name not in ("string", "integer", "date", "dateTime"):
        raise refuse(f"the cast xsd:{name}")
