"""What SHACL asks of values: each parameter of a shape becomes a test, or is refused by name.

The tests give pySHACL's verdicts. Canonical literals, which is nearly all, are judged here; any
other is handed to rdflib, whose value and spelling of it pySHACL goes by.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from magkg.claims.form import is_canonical
from magkg.vocabulary import RDF, RDFS, SH, XSD

if TYPE_CHECKING:
    from rdflib import Literal

    from magkg.store.shapes_data import Data

__all__ = ["EACH", "WHOLE", "Each", "Term", "Uncompiled", "Whole", "key", "shown", "text"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
# Whether one value is as it should be, and whether all values of a node together are.
Each: TypeAlias = Callable[["Data", Term], bool]
Whole: TypeAlias = Callable[[Sequence[Term]], bool]

_STRING, _LANG = XSD + "string", RDF + "langString"
_TEXTS = (_STRING, _LANG)
_NUMBERS = (XSD + "integer", XSD + "decimal")
# Canonical literals of these are spelt by rdflib as they stand.
_SAME = (*_TEXTS, *_NUMBERS, XSD + "boolean")
_KINDS = {
    ox.NamedNode: ("IRI", "BlankNodeOrIRI", "IRIOrLiteral"),
    ox.BlankNode: ("BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral"),
    ox.Literal: ("Literal", "BlankNodeOrLiteral", "IRIOrLiteral"),
}


class Uncompiled(Exception):
    """A shape says something that is not compiled; the text names it."""


def text(term: Term) -> str:
    """Give the IRI, the label of a blank node, or the text of a literal."""
    return str(term) if isinstance(term, ox.Triple) else term.value


def shown(term: Term) -> str:
    """Give a term as a finding shows it: as rdflib, and so pySHACL, spells it."""
    if not isinstance(term, ox.Literal) or _spelt(term):
        return text(term)
    return str(_rdflib(term))


def key(term: Term) -> object:
    """Give what two terms have in common that rdflib, and so pySHACL, takes for one."""
    if isinstance(term, ox.Literal):
        return shown(term), term.datatype.value, (term.language or "").lower()
    return term


def _spelt(term: ox.Literal) -> bool:
    kind = term.datatype.value
    return kind in _TEXTS or (kind in _SAME and is_canonical(term))


def _rdflib(term: ox.Literal) -> Literal:
    from rdflib import Literal

    # rdflib logs an ill-formed date with its traceback, and warns of booleans; findings say it.
    terms = logging.getLogger("rdflib.term")
    level = terms.level
    terms.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if term.language is not None:
                return Literal(term.value, lang=term.language)
            return Literal(term.value, datatype=term.datatype.value)
    finally:
        terms.setLevel(level)


def _one(values: Sequence[Term]) -> Term:
    if len(values) != 1:
        raise Uncompiled("more than one value of one parameter")
    return values[0]


def _number(values: Sequence[Term]) -> int:
    term = _one(values)
    if (
        isinstance(term, ox.Literal)
        and term.datatype.value == XSD + "integer"
        and re.fullmatch("[0-9]{1,9}", term.value)
    ):
        return int(term.value)
    raise Uncompiled(f"{text(term)} where a whole number is expected")


def _count(found: Sequence[Term]) -> int:
    return len(found) if len(found) < 2 else len({key(each) for each in found})


def _min_count(values: Sequence[Term]) -> Whole:
    least = _number(values)
    return lambda found: _count(found) >= least


def _max_count(values: Sequence[Term]) -> Whole:
    most = _number(values)
    return lambda found: len(found) <= most or _count(found) <= most


def _has_value(values: Sequence[Term]) -> Whole:
    wanted = {key(each) for each in values}
    return lambda found: wanted <= {key(each) for each in found}


def _class(values: Sequence[Term], _: str) -> Each:
    classes = [each for each in values if isinstance(each, ox.NamedNode)]
    if len(classes) != len(values):
        raise Uncompiled("a class without a name")
    return lambda data, term: all(data.is_a(term, each) for each in classes)


def _datatype(values: Sequence[Term], _: str) -> Each:
    wanted = text(_one(values))
    if wanted == RDFS + "Datatype":
        raise Uncompiled("rdfs:Datatype as a datatype")

    def fits(_: Data, term: Term) -> bool:
        if not isinstance(term, ox.Literal):
            return False
        if term.datatype.value != wanted:
            return wanted == RDFS + "Literal"
        return wanted in _TEXTS or is_canonical(term) or _well_formed(term)

    return fits


def _well_formed(term: ox.Literal) -> bool:
    from datetime import date, datetime, time

    known: dict[str, type] = {
        "integer": int,
        "float": float,
        "decimal": Decimal,
        "boolean": bool,
        "date": date,
        "time": time,
        "dateTime": datetime,
    }
    literal = _rdflib(term)
    kind = known.get(term.datatype.value.removeprefix(XSD), object)
    return literal.ill_typed is not True and (kind is object or isinstance(literal.value, kind))


def _in(values: Sequence[Term], _: str) -> Each:
    members = {key(each) for each in values}
    return lambda _, term: key(term) in members


def _node_kind(values: Sequence[Term], _: str) -> Each:
    wanted = text(_one(values)).removeprefix(SH)
    if not any(wanted in each for each in _KINDS.values()):
        raise Uncompiled(f"{wanted} as a node kind")
    return lambda _, term: wanted in _KINDS.get(type(term), ())


def _pattern(values: Sequence[Term], flags: str) -> Each:
    if set(flags.lower()) - {"i", "m"}:
        raise Uncompiled(f"the flags {flags!r} of a pattern")
    how = (re.IGNORECASE if "i" in flags.lower() else 0) | (
        re.MULTILINE if "m" in flags.lower() else 0
    )
    try:
        patterns = [re.compile(text(each), how) for each in values]
    except re.error as error:
        raise Uncompiled(f"a pattern that is none ({error})") from None

    def fits(_: Data, term: Term) -> bool:
        if isinstance(term, ox.BlankNode):
            return False
        words = shown(term)
        return all(each.search(words) for each in patterns)

    return fits


def _length(fits: Callable[[int, int], bool]) -> Callable[[Sequence[Term], str], Each]:
    def build(values: Sequence[Term], _: str) -> Each:
        bound = _number(values)

        def judged(_: Data, term: Term) -> bool:
            if isinstance(term, ox.BlankNode):
                return bound == 0 and fits(1, 0)  # sh:minLength 0 asks for nothing
            return fits(len(shown(term)), bound)

        return judged

    return build


def _range(fits: Callable[[int], bool]) -> Callable[[Sequence[Term], str], Each]:
    """Build a test of order; ``fits`` judges the sign of the value's distance from the bound."""

    def build(values: Sequence[Term], _: str) -> Each:
        bounds = [each for each in values if isinstance(each, ox.Literal)]
        if len(bounds) != len(values):
            raise Uncompiled("a bound that is no literal")

        def judged(_: Data, term: Term) -> bool:
            if not isinstance(term, ox.Literal):
                return False
            signs = [_compared(term, bound) for bound in bounds]
            return all(sign is not None and fits(sign) for sign in signs)

        return judged

    return build


def _compared(term: ox.Literal, bound: ox.Literal) -> int | None:
    """Give the sign of term - bound, None where they cannot be compared."""
    if all(each.datatype.value in _NUMBERS and is_canonical(each) for each in (term, bound)):
        left, right = Decimal(term.value), Decimal(bound.value)
        return (left > right) - (left < right)
    from pyshacl.rdfutil.compare import compare_literal

    one, other = _rdflib(term), _rdflib(bound)
    if isinstance(one.value, str) != isinstance(other.value, str):
        return None
    try:
        return int(compare_literal(one, other))  # type: ignore[no-untyped-call]
    except (TypeError, NotImplementedError):
        return None


WHOLE: dict[str, Callable[[Sequence[Term]], Whole]] = {
    "hasValue": _has_value,
    "maxCount": _max_count,
    "minCount": _min_count,
}
EACH: dict[str, Callable[[Sequence[Term], str], Each]] = {
    "class": _class,
    "datatype": _datatype,
    "in": _in,
    "maxExclusive": _range(lambda sign: sign < 0),
    "maxInclusive": _range(lambda sign: sign <= 0),
    "maxLength": _length(lambda size, bound: size <= bound),
    "minExclusive": _range(lambda sign: sign > 0),
    "minInclusive": _range(lambda sign: sign >= 0),
    "minLength": _length(lambda size, bound: size >= bound),
    "nodeKind": _node_kind,
    "pattern": _pattern,
}
