"""Basic graph patterns over columns: one table a triple, paths last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg.store.columns import paths
from magkg.store.columns.expressions import text_of
from magkg.store.columns.relation import NOTHING, Relation, Variable, column, joined, select
from magkg.store.columns.scope import refuse
from magkg.store.columns.tables import Columns, quoted
from magkg.vocabulary import RDFS, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["basic", "components", "listed"]

# Rows of VALUES that are looked for one by one.
_FEW = 100


def components(triples: Sequence[Any]) -> list[list[Any]]:
    """Give the triples that hang together by their variables; one empty part of none."""
    found: list[tuple[set[str], list[Any]]] = []
    for each in triples:
        names, own = {_name(term) for term in each} - {""}, [each]
        apart = []
        for other in found:
            if names & other[0]:
                names, own = names | other[0], [*other[1], *own]
            else:
                apart.append(other)
        found = [*apart, (names, own)]
    return [own for _, own in found] or [[]]


@dataclass(frozen=True)
class _Instances:
    """Stands for a path that leads to a class, whose instances are in a table already."""

    table: str
    code: str


def basic(
    columns: Columns,
    triples: Sequence[Any],
    excluded: Mapping[str, frozenset[str]],
    given: Mapping[str, Sequence[str]],
) -> Relation:
    """Translate a basic graph pattern: a join of its triples; closures start from what is bound.

    ``excluded`` names, for variables in the place of a predicate, those they are not to be;
    ``given`` has the terms of which a variable is to be one (N-Triples).
    """
    listed = [part for at, each in enumerate(triples) for part in _steps(columns, each, f"{at}")]
    plain = [each for each in listed if not paths.is_closure(each[1])]
    rest: list[Any] = [each for each in listed if paths.is_closure(each[1])]
    parts = [_joined(columns, each, excluded, given) for each in components(plain)]
    found = parts.pop(0)
    while rest or parts:
        # What shares a variable first, so that a closure joins two halves before their product.
        near = [each for each in parts if each.variables.keys() & found.variables.keys()]
        if near or not rest:
            part = (near or parts)[0]
            parts.remove(part)
            found = joined(found, part)
        else:
            rest.sort(key=lambda each: len(_ends(each) - set(found.variables)) > 1)
            found = _closed(columns, found, rest.pop(0))
    # What stands between two steps, and blank nodes, are nobody else's.
    own = {name: each for name, each in found.variables.items() if name[0] not in "/_"}
    if len(own) == len(found.variables):
        return found
    return Relation(select(found.columns("r", own), f"FROM ({found.sql}) r"), own)


def _steps(columns: Columns, triple: Any, name: str) -> Iterator[Any]:
    """Take a sequence of paths apart, with a fresh variable between two, and turn inverse ones."""
    from rdflib import URIRef, Variable
    from rdflib.paths import InvPath, SequencePath

    subject, path, target = triple
    if isinstance(path, InvPath):
        yield from _steps(columns, (target, path.arg, subject), name)
    elif _to_class(path) and isinstance(target, URIRef) and columns.classes is not None:
        table = columns.instances(str(target), _edges_to_class(columns))
        yield subject, _Instances(str(table), _code(target)), target
    elif isinstance(path, SequencePath):
        between = [Variable(f"/{name}.{at}") for at in range(len(path.args) - 1)]
        nodes = [subject, *between, target]
        for at, each in enumerate(path.args):
            yield from _steps(columns, (nodes[at], each, nodes[at + 1]), f"{name}.{at}")
    else:
        yield triple


def _to_class(path: Any) -> bool:
    """Whether a path is that of SHACL instances: rdf:type/rdfs:subClassOf*."""
    from rdflib import RDF, RDFS
    from rdflib.paths import MulPath, SequencePath

    if not isinstance(path, SequencePath) or len(path.args) != 2:
        return False
    first, rest = path.args
    return (
        first == RDF.type
        and isinstance(rest, MulPath)
        and rest.path == RDFS.subClassOf
        and str(rest.mod) == "*"
    )


def _edges_to_class(columns: Columns) -> str:
    kinds, below = columns.table(TYPE), columns.table(RDFS + "subClassOf")
    return (
        f"WITH RECURSIVE far(s, o) AS (SELECT s, o FROM {below} UNION "
        f"SELECT far.s, b.o FROM far JOIN {below} b ON far.o = b.s) "
        f"SELECT s, o FROM {kinds} UNION ALL "
        f"SELECT k.s, far.o FROM {kinds} k JOIN far ON far.s = k.o"
    )


def _ends(triple: Any) -> set[str]:
    return {_name(each) for each in (triple[0], triple[2])} - {""}


def _name(term: Any) -> str:
    """Give the name of a variable, or of a blank node, which is one here; nothing of a constant."""
    from rdflib import BNode, Variable

    if isinstance(term, Variable):
        return str(term)
    return f"_:{term}" if isinstance(term, BNode) else ""


def _table(columns: Columns, predicate: Any, excluded: Mapping[str, frozenset[str]]) -> str:
    from rdflib import URIRef, Variable

    if isinstance(predicate, URIRef):
        return columns.table(str(predicate))
    if isinstance(predicate, Variable):
        parts = [
            f"SELECT s, code({quoted(f'<{iri}>')}) AS p, o FROM {table}"
            for iri, table in columns.predicates.items()
            if iri not in excluded.get(str(predicate), ())
        ]
        nothing = "SELECT NULL::UBIGINT AS s, NULL::UBIGINT AS p, NULL::UBIGINT AS o WHERE false"
        return f"({' UNION ALL '.join(parts) or nothing})"
    if isinstance(predicate, _Instances):
        return f"(SELECT s, {predicate.code} AS o FROM {predicate.table})"
    return f"({paths.edges(columns, predicate)})"


def _joined(
    columns: Columns,
    triples: Iterable[Any],
    excluded: Mapping[str, frozenset[str]],
    given: Mapping[str, Sequence[str]],
) -> Relation:
    from rdflib import Variable as Named

    places: dict[str, str] = {}
    texts: dict[str, str] = {}
    nodes: set[str] = set()
    tables, conditions = [], []
    for number, (subject, predicate, target) in enumerate(triples):
        alias = f"t{number}"
        table = _table(columns, predicate, excluded)
        tables.append(f"{table} {alias}")
        ends = [(subject, "s"), (target, "o")]
        if isinstance(predicate, Named):
            ends.append((predicate, "p"))
        for term, at in ends:
            place, name = f"{alias}.{at}", _name(term)
            if columns.strict and (at != "o" or table in columns.nodes):
                nodes.add(name)
            if not name:
                conditions.append(f"{place} = code({quoted(text_of(term))})")
            elif name in places:
                conditions.append(f"{place} = {places[name]}")
            else:
                places[name] = place
                if name in given:
                    codes = ", ".join(f"code({quoted(each)})" for each in given[name])
                    conditions.append(f"{place} IN ({codes})")
                if at == "o" and table in columns.texts:
                    texts[name] = f"{alias}.t"
    if not tables:
        return NOTHING
    rest = f"FROM {', '.join(tables)}"
    if conditions:
        rest += f" WHERE {' AND '.join(conditions)}"
    return _bound(rest, places, texts, nodes)


def _bound(
    rest: str, places: Mapping[str, str], texts: Mapping[str, str], nodes: set[str]
) -> Relation:
    """Give the relation of variables from the columns that bind them, and those of their texts."""
    listed = [f"{place} AS {column(name)}" for name, place in places.items()]
    listed += [f"{place} AS {column(name, '$')}" for name, place in texts.items()]
    known = {n: Variable(True, "term" * (n in texts), n in texts, n in nodes) for n in places}
    return Relation(select(listed, rest), known)


def _closed(columns: Columns, found: Relation, triple: Any) -> Relation:
    """Join a closure: its steps, and each node with itself where it may have length nought."""
    subject, path, target = triple
    if not (_name(subject) and _name(target)):
        return joined(found, _reach(columns, path, subject, target))
    pair = Relation(
        f'SELECT s AS "<s", o AS "<o" FROM ({paths.steps(columns, path)}) c',
        {"<s": Variable(), "<o": Variable()},
    )
    parts = [_meet(found, pair, subject, target)]
    if paths.zero(path):
        parts[0] = Relation(
            f"SELECT * FROM ({parts[0].sql}) n WHERE {_code(subject)} <> {_code(target)}",
            parts[0].variables,
        )
        parts.append(_same(columns, found, subject, target))
    names = list(parts[0].variables)
    sides = (select((f"u.{column(n)}" for n in names), f"FROM ({p.sql}) u") for p in parts)
    return Relation(" UNION ALL ".join(sides), {name: Variable() for name in names})


def _reach(columns: Columns, path: Any, subject: Any, target: Any) -> Relation:
    """Give what a closure reaches from a constant, or what reaches it."""
    if columns.strict and paths.zero(path):  # whether it is in the graph or not, here
        raise refuse("a path of length nought from a constant")
    steps, name = f"({paths.steps(columns, path)}) c", _name(subject) or _name(target)
    fixed, free = ("o", "s") if _name(subject) else ("s", "o")
    constant = _code(target if _name(subject) else subject)
    if not name:
        test = f"SELECT 1 FROM {steps} WHERE c.s = {_code(subject)} AND c.o = {_code(target)}"
        same = f"{_code(subject)} = {_code(target)}" if paths.zero(path) else "false"
        return Relation(f"SELECT 1 AS one WHERE {same} OR EXISTS ({test})")
    sql = f"SELECT c.{free} AS {column(name)} FROM {steps} WHERE c.{fixed} = {constant}"
    if paths.zero(path):
        sql += f" UNION SELECT {constant} AS {column(name)}"
    return Relation(sql, {name: Variable()})


def _code(term: Any) -> str:
    name = _name(term)
    return column(name) if name else f"code({quoted(text_of(term))})"


def _meet(found: Relation, pair: Relation, subject: Any, target: Any) -> Relation:
    columns, conditions, known = [], [], {}
    for term, end in ((subject, "<s"), (target, "<o")):
        name = _name(term)
        if not name:
            conditions.append(f"p.{column(end)} = {_code(term)}")
        elif name in known:
            conditions.append(f"p.{column(end)} = p.{column('<s')}")
        else:
            columns.append(f"p.{column(end)} AS {column(name)}")
            known[name] = Variable()
    rest = f"FROM ({pair.sql}) p"
    if conditions:
        rest += f" WHERE {' AND '.join(conditions)}"
    return joined(found, Relation(select(columns, rest), known))


def _same(columns: Columns, found: Relation, subject: Any, target: Any) -> Relation:
    """Give what a path of length nought connects: a node with itself."""
    ends = [_name(subject), _name(target)]
    bound = [each for each in ends if each in found.variables]
    if not bound:
        nodes = " UNION ".join(
            f"SELECT s AS n FROM {t} UNION SELECT o FROM {t}" for t in columns.predicates.values()
        )
        listed = [f"n AS {column(each)}" for each in dict.fromkeys(ends)]
        own = Relation(select(listed, f"FROM ({nodes}) z"), {each: Variable() for each in ends})
        return joined(found, own)
    if len(bound) == len(ends):
        test = f"{_code(subject)} = {_code(target)}"
        return Relation(f"SELECT * FROM ({found.sql}) n WHERE {test}", found.variables)
    (new,) = [each for each in ends if each not in found.variables]
    listed = [*found.columns("n"), f"n.{column(bound[0])} AS {column(new)}"]
    return Relation(select(listed, f"FROM ({found.sql}) n"), {**found.variables, new: Variable()})


def listed(node: Any) -> dict[str, list[str]]:
    """Give the terms of variables that VALUES bind in all rows of a pattern.

    DuckDB would join them last, where they are a table of unknown size: half a billion rows
    were made for one claim. The shapes and rules are planned well without.
    """
    if node.name == "Join":
        return listed(node.p1) | listed(node.p2)
    if node.name == "LeftJoin":
        return listed(node.p1)
    if node.name in ("Filter", "Extend"):
        return listed(node.p)
    if node.name != "ToMultiSet" or node.p.name != "values":
        return {}
    rows = node.p.res
    names = {name for row in rows for name in row} if len(rows) <= _FEW else ()
    return {
        str(name): [text_of(row[name]) for row in rows]
        for name in names
        if all(row.get(name, "UNDEF") != "UNDEF" for row in rows)
    }
