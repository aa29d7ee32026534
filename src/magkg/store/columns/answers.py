"""A whole query over columns: the solutions of its pattern, in their order, as many as asked for.

What orders and cuts an answer stands outermost in the algebra (SPARQL 1.1, section 18.2.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg.store.columns import forms, strict
from magkg.store.columns.algebra import Algebra, limited, parse
from magkg.store.columns.relation import Relation, column, select, written
from magkg.store.columns.scope import Scope, refuse
from magkg.store.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from magkg.store.columns.algebra import Query
    from magkg.store.columns.expressions import Translator
    from magkg.store.columns.relation import Variable
    from magkg.store.columns.tables import Columns

__all__ = ["TABLES", "Asked", "asked"]


# Tables of one answer: its rows before they are ordered, and the terms that order them.
_ROWS, _TERMS = "answer", "ordering"
TABLES = (_ROWS, _TERMS)


@dataclass(frozen=True)
class Asked:
    """A query in SQL, whose rows are its solutions in their order, after its ``steps`` were run.

    The column of a variable is its code, or where it is not among ``coded`` its N-Triples form. Of
    a CONSTRUCT, ``template`` says what is made of each row. The steps make temporary `TABLES`.
    """

    steps: tuple[str, ...]
    sql: str
    variables: tuple[str, ...]
    coded: frozenset[str]
    template: tuple[tuple[Any, Any, Any], ...] = ()


def asked(text: str, columns: Columns) -> Asked:
    """Translate a SELECT or CONSTRUCT; raises Untranslated for what is not translated."""
    from rdflib import BNode

    query = parse(text)
    if any(isinstance(each, BNode) for row in query.template for each in row):
        raise refuse("a blank node in a template")
    algebra, node, tail = Algebra(columns), query.pattern, ""
    if node.name == "Slice":
        tail, node = limited(node), node.p
    distinct = node.name in ("Distinct", "Reduced")
    if distinct:
        node = node.p
    names = _named(text, query)
    if node.name == "Project":
        node = node.p
    node, distinct = _within(node, names, distinct)
    order: list[Any] = []
    if node.name == "OrderBy":
        order, node = list(node.expr), node.p
    found = algebra.of(node)
    ordering = {name for each in order for name in forms.variables(each.expr)}
    if distinct and not ordering <= set(names):
        raise refuse("DISTINCT in an order that its answer does not hold")
    rows = _rows(found, {*names, *ordering}, distinct)
    coded = frozenset(n for n in names if n not in rows.variables or _coded(rows.variables[n]))
    if not order:
        sql = _given(f"({rows.sql}) w", rows, names)
        return Asked((), sql + tail, names, coded, query.template)
    steps, sql = _ordered(algebra, rows, order, names)
    return Asked(steps, sql + tail, names, coded, query.template)


def _within(node: Any, names: Sequence[str], distinct: bool) -> tuple[Any, bool]:
    """Go into a pattern that is one ordered sub-select; give its pattern, and whether rows differ.

    Its order may as well be that of the whole, which has none (section 15.1).
    """
    inner = node.p if node.name == "ToMultiSet" else node
    once = inner.name in ("Distinct", "Reduced")
    inner = inner.p if once else inner
    if inner is node or inner.name != "Project" or inner.p.name != "OrderBy":
        return node, distinct
    given = {str(each) for each in inner.PV}
    if given != set(names) if once or distinct else not given >= set(names):
        return node, distinct
    return inner.p, once or distinct


def _coded(known: Variable) -> bool:
    return not known.kind or known.coded


def _named(text: str, query: Query) -> tuple[str, ...]:
    """Give the variables of the answer; of SELECT *, in the order of the alphabet, as Oxigraph."""
    from rdflib import Variable

    if query.template:
        found = {str(each) for row in query.template for each in row if isinstance(each, Variable)}
        return tuple(sorted(found))
    words = iter(tokens(text))
    next(each for each in words if each.keyword == "SELECT")
    first = next(each for each in words if each.keyword not in ("DISTINCT", "REDUCED"))
    return tuple(sorted(query.variables)) if first.text == "*" else query.variables


def _rows(found: Relation, names: set[str], distinct: bool) -> Relation:
    """Give the rows of a pattern with no more than these variables."""
    known = {name: each for name, each in found.variables.items() if name in names}
    sql = select(found.columns("w", known), f"FROM ({found.sql}) w")
    return Relation(sql.replace("SELECT", "SELECT DISTINCT", 1) if distinct else sql, known)


def _given(rows: str, found: Relation, names: Sequence[str]) -> str:
    """Give the query for the columns of an answer from its rows, a table with the alias w."""
    return select([_shown(found.variables.get(each), each) for each in names], f"FROM {rows}")


def _shown(known: Variable | None, name: str) -> str:
    if known is None:
        return f"NULL::UBIGINT AS {column(name)}"
    if _coded(known):
        return f"w.{column(name)}"
    text = written(known, name, "w")
    if known.kind == "number":
        text = strict.shown(f"w.{column(name, '$')}", f"w.{column(name, '%')}", text)
    return f"{text} AS {column(name)}"


def _ordered(
    algebra: Algebra, rows: Relation, order: Sequence[Any], names: Sequence[str]
) -> tuple[tuple[str, ...], str]:
    """Give what makes the rows, and looks up what they are ordered by; then what orders them.

    How many rows there are is known to DuckDB then, and so how to look terms up.
    """
    held = Relation(f"SELECT * FROM {_ROWS}", rows.variables)
    scope = Scope({"w": held}, strict=True, terms=_TERMS)
    by = [key for each in order for key in _keys(algebra.translator(scope), scope, each)]
    sql = _given(scope.wrapped("w"), held, names) + f" ORDER BY {', '.join(by)}"
    steps = [f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS {rows.sql}"]
    if scope.texts:
        codes = " UNION ALL ".join(
            f"SELECT {column(name)} AS id FROM {_ROWS}" for name in scope.texts
        )
        codes = f"SELECT DISTINCT id FROM ({codes}) c"
        wanted = f"SELECT t.id, t.text FROM ({codes}) w JOIN term t ON t.id = w.id"
        steps.append(f"CREATE OR REPLACE TEMP TABLE {_TERMS} AS {wanted}")
    return tuple(steps), sql


def _keys(translator: Translator, scope: Scope, node: Any) -> Iterator[str]:
    """Give what rows are ordered by, each with its direction.

    What is unbound comes before blank nodes, these before IRIs, and literals last; numbers by
    value, other literals by their text (section 15.1).
    """
    way = "DESC NULLS LAST" if str(node.order) == "DESC" else "ASC NULLS FIRST"
    given = translator.of(node.expr)
    if given.kind in ("boolean", "number", "string", "iri"):
        yield f"{given.sql} {way}"
        return
    if scope.is_node(given):
        yield f"{scope.as_id(given)} & 3 = 0 {way}"
        yield f"lexical({scope.as_text(given)}) {way}"
        return
    yield f"CASE {scope.as_id(given)} & 3 WHEN 1 THEN 0 WHEN 0 THEN 1 WHEN 2 THEN 2 END {way}"
    yield f"{scope.as_number(given)[0]} {way}"
    yield f"lexical({scope.as_text(given)}) {way}"
