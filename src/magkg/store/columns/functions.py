"""The functions of SPARQL as functions of SQL (SPARQL 1.1, sections 17.4 and 17.5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from magkg.store.columns import strict
from magkg.store.columns.scope import Expression, Scope, refuse, unified
from magkg.store.columns.tables import quoted

__all__ = ["FUNCTIONS", "cast", "compare", "equal"]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_LANG = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
Arguments = Sequence[Expression]


# A text of SQL without what stands for a part of what a pattern matched.
_PLAIN = re.compile(r"'[^\\\\$]*'")


def _all(given: Arguments) -> bool:
    return all(each.sure for each in given)


def _string(sql: str, sure: bool = False) -> Expression:
    return Expression("string", sql, sure=sure)


def _boolean(sql: str) -> Expression:
    return Expression("boolean", sql)


def _strings(template: str, kind: str = "string") -> Callable[[Scope, Arguments], Expression]:
    """A function whose arguments are taken as strings."""

    def made(scope: Scope, given: Arguments) -> Expression:
        sql = template.format(*(scope.as_string(each) for each in given))
        return Expression(kind, sql, sure=_all(given))

    return made


def _texts(template: str, kind: str = "boolean") -> Callable[[Scope, Arguments], Expression]:
    """A function whose arguments are taken as terms."""

    def made(scope: Scope, given: Arguments) -> Expression:
        return Expression(kind, template.format(*(scope.as_text(each) for each in given)))

    return made


def _class(bits: int) -> Callable[[Scope, Arguments], Expression]:
    """A test of what a term is, which its code tells."""

    def made(scope: Scope, given: Arguments) -> Expression:
        return Expression("boolean", f"({scope.as_id(given[0])} & 3 = {bits})", sure=_all(given))

    return made


def _concat(scope: Scope, given: Arguments) -> Expression:
    if not given or scope.is_node(given[0]):  # rdflib reads () as rdf:nil
        strict.refused(scope, "CONCAT of nothing, or of an IRI")
    parts = " || ".join(scope.as_string(each) for each in given) or quoted("")
    return _string(f"({parts})", _all(given))


def _iri(scope: Scope, given: Arguments) -> Expression:
    # What is no IRI is an error (section 17.4.2.8), that is NULL; it is nevertheless taken as sure:
    # a NULL then agrees with nothing, where SPARQL would let it agree with everything.
    return Expression("iri", f"iri_of({scope.as_string(given[0])})", sure=given[0].sure)


def _if(scope: Scope, given: Arguments) -> Expression:
    test, *both = given
    kind, (yes, no) = unified(scope, both)
    asked = scope.as_boolean(test)
    # Asked once: expressions that are nested would double with every level.
    made = "CASE {} WHEN true THEN {} WHEN false THEN {} END"
    rank = yes.rank if yes.rank == no.rank else made.format(asked, yes.rank, no.rank)
    return Expression(kind, made.format(asked, yes.sql, no.sql), rank, sure=_all(given))


def _coalesce(scope: Scope, given: Arguments) -> Expression:
    kind, each = unified(scope, given)
    rank = f"coalesce({', '.join(one.rank for one in each)})"
    sql = f"coalesce({', '.join(one.sql for one in each)})"
    return Expression(kind, sql, rank, sure=any(one.sure for one in each))


def _abs(scope: Scope, given: Arguments) -> Expression:
    value, rank = scope.as_number(given[0])
    return Expression("number", f"abs({value})", rank)


def _cased(name: str) -> Callable[[Scope, Arguments], Expression]:
    def made(scope: Scope, given: Arguments) -> Expression:
        changed = strict.ascii_only(scope, name, scope.as_string(given[0]))
        return _string(changed, _all(given))

    return made


def _bound(scope: Scope, given: Arguments) -> Expression:
    return Expression("boolean", f"({scope.as_id(given[0])} IS NOT NULL)", sure=True)


def _tagged(mark: str) -> Callable[[Scope, Arguments], Expression]:
    def made(scope: Scope, given: Arguments) -> Expression:
        text = f"'\"' || escaped({scope.as_string(given[0])}) || '\"'"
        other = scope.as_string(given[1])
        tail = f"'@' || {other}" if mark == "@" else f"'^^<' || {other} || '>'"
        return Expression("term", f"({text} || {tail})", sure=_all(given))

    return made


def _length(scope: Scope, given: Arguments) -> Expression:
    return Expression("number", f"CAST(length({scope.as_string(given[0])}) AS DOUBLE)")


def _substring(scope: Scope, given: Arguments) -> Expression:
    text = scope.as_string(given[0])
    rest = [f"CAST({scope.as_number(each)[0]} AS BIGINT)" for each in given[1:]]
    return _string(f"substr({', '.join((text, *rest))})")


def _regex(scope: Scope, given: Arguments) -> Expression:
    text, pattern = scope.as_string(given[0]), scope.as_string(given[1])
    strict.pattern(scope, pattern)
    # As in XPath, $ is the end of the text unless "m" is given; DuckDB's "s" lets . match all.
    flags = given[2].sql if len(given) > 2 else quoted("")
    if flags not in ("''", "'i'"):
        strict.refused(scope, f"REGEX with the flags {flags}")
    options = f"CASE WHEN contains({flags}, 's') THEN {flags} ELSE {flags} || 'n' END"
    if len(given) < 3:
        options = quoted("n")
    return _boolean(f"regexp_matches({text}, {pattern}, {options})")


def _replace(scope: Scope, given: Arguments) -> Expression:
    text, pattern, other = (scope.as_string(each) for each in given[:3])
    strict.pattern(scope, pattern)
    if len(given) > 3 or not _PLAIN.fullmatch(other):
        strict.refused(scope, "REPLACE with flags, or by what is computed or has \\ or $,")
    return _string(f"regexp_replace({text}, {pattern}, {other}, 'g')")


def _language_matches(scope: Scope, given: Arguments) -> Expression:
    tag, wanted = (f"lower({scope.as_string(each)})" for each in given)
    return _boolean(
        f"CASE WHEN {wanted} = '*' THEN {tag} <> '' "
        f"ELSE {tag} = {wanted} OR starts_with({tag}, {wanted} || '-') END"
    )


def _numeric(scope: Scope, given: Arguments) -> Expression:
    value, _ = scope.as_number(given[0])
    return _boolean(f"CASE WHEN {scope.as_id(given[0])} IS NOT NULL THEN {value} IS NOT NULL END")


def _same_term(scope: Scope, given: Arguments) -> Expression:
    return _boolean(f"({scope.as_id(given[0])} = {scope.as_id(given[1])})")


FUNCTIONS: dict[str, Callable[[Scope, Arguments], Expression]] = {
    "ABS": _abs,
    "BOUND": _bound,
    "COALESCE": _coalesce,
    "CONCAT": _concat,
    "CONTAINS": _strings("contains({0}, {1})", "boolean"),
    "DATATYPE": _texts("datatype_of({0})", "iri"),
    "IF": _if,
    "IRI": _iri,
    "LANG": _texts("language_of({0})", "string"),
    "LANGMATCHES": _language_matches,
    "LCASE": _cased("lower"),
    "REGEX": _regex,
    "REPLACE": _replace,
    "SHA256": _strings("sha256({0})"),
    "STR": _strings("{0}"),
    "STRAFTER": _strings(
        "CASE WHEN contains({0}, {1}) THEN substr({0}, strpos({0}, {1}) + length({1})) ELSE '' END"
    ),
    "STRBEFORE": _strings(
        "CASE WHEN contains({0}, {1}) THEN substr({0}, 1, strpos({0}, {1}) - 1) ELSE '' END"
    ),
    "STRDT": _tagged("^"),
    "STRENDS": _strings("ends_with({0}, {1})", "boolean"),
    "STRLANG": _tagged("@"),
    "STRLEN": _length,
    "STRSTARTS": _strings("starts_with({0}, {1})", "boolean"),
    "SUBSTR": _substring,
    "UCASE": _cased("upper"),
    "URI": _iri,
    "isBLANK": _class(1),
    "isIRI": _class(0),
    "isLITERAL": _class(2),
    "isNUMERIC": _numeric,
    "isURI": _class(0),
    "sameTerm": _same_term,
}


def cast(scope: Scope, datatype: str, given: Expression) -> Expression:
    """Translate a constructor function of XML Schema (section 17.5)."""
    name = datatype.removeprefix(_XSD)
    strict.cast(scope, name, given)
    if name == given.kind == "boolean":
        return given
    text = scope.as_string(given)
    if name == "string":
        return _string(text)
    if name in ("integer", "decimal", "double", "float"):
        rank = {"integer": 1, "decimal": 2}.get(name, 3)
        form = {1: "[+-]?[0-9]+", 2: r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"}.get(rank)
        value = f"try_cast({text} AS DOUBLE)"
        if form:
            value = f"CASE WHEN regexp_full_match({text}, {quoted(form)}) THEN {value} END"
        if scope.strict:  # an integer of what has a fraction, or more digits than a double
            value = strict.whole(scope, value, f"if({value} IS NULL, 2, 1)")
        return Expression("number", value, str(rank))
    if name == "boolean":
        return _boolean(
            f"CASE WHEN {text} IN ('true', '1') THEN true "
            f"WHEN {text} IN ('false', '0') THEN false END"
        )
    if name in ("date", "dateTime"):
        kind = "DATE" if name == "date" else "TIMESTAMP"
        zone = r"(Z|[+-][0-9]{2}:[0-9]{2})?"
        day = r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}"
        form = day + zone if name == "date" else rf"{day}T[0-9:.]+{zone}"
        bare = f"regexp_replace({text}, '(Z|[+-][0-9][0-9]:[0-9][0-9])$', '')"
        sound = (
            f"regexp_full_match({text}, {quoted(form)}) AND try_cast({bare} AS {kind}) IS NOT NULL"
        )
        literal = f"'\"' || {text} || '\"^^<{datatype}>'"
        return Expression("term", f"CASE WHEN {sound} THEN {literal} END")
    raise refuse(f"the function <{datatype}>")


def equal(scope: Scope, a: Expression, b: Expression) -> str:
    """Translate ``=`` (section 17.4.1.7): of numbers by value, of other terms by what they are."""
    if scope.is_node(a) or scope.is_node(b):
        return f"({scope.as_id(a)} = {scope.as_id(b)})"
    if a.kind == b.kind and a.kind in ("boolean", "number", "string"):
        return f"({a.sql} = {b.sql})"
    if "number" in (a.kind, b.kind):
        one, other = scope.as_number(a)[0], scope.as_number(b)[0]
        there = f"{scope.as_id(a)} IS NOT NULL AND {scope.as_id(b)} IS NOT NULL"
        unequal = strict.no_literal(scope, b if a.kind == "number" else a)
        return f"CASE WHEN {there} THEN coalesce({one} = {other}, {unequal}) END"
    same = f"({scope.as_id(a)} = {scope.as_id(b)})"
    if {"boolean", "string"} & {a.kind, b.kind}:
        return strict.alike(scope, same, (a, b))
    one, other = scope.as_number(a)[0], scope.as_number(b)[0]
    return strict.terms(scope, f"({same} OR coalesce({one} = {other}, false))", (a, b))


def compare(scope: Scope, a: Expression, sign: str, b: Expression) -> str:
    """Translate ``<``, ``<=``, ``>`` and ``>=``: of numbers, else of literals of one datatype.

    Dates and times are compared by their text, which is their order in one zone (UTC).
    """
    if "number" in (a.kind, b.kind):
        return f"({scope.as_number(a)[0]} {sign} {scope.as_number(b)[0]})"
    if a.kind == b.kind == "string":
        return f"({a.sql} {sign} {b.sql})"
    one, other = scope.as_text(a), scope.as_text(b)
    (x, _), (y, _) = scope.as_number(a), scope.as_number(b)
    ordered = ", ".join(quoted(_XSD + name) for name in ("string", "date", "dateTime", "boolean"))
    return (
        f"CASE WHEN {x} IS NOT NULL AND {y} IS NOT NULL THEN {x} {sign} {y} "
        f"WHEN datatype_of({one}) = datatype_of({other}) AND datatype_of({one}) IN ({ordered}) "
        f"THEN lexical({one}) {sign} lexical({other}) END"
    )
