"""One term of an answer as other things: a Python value, a text, SPARQL Results JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from magkg import vocabulary
from magkg.store.interface import IRI, Blank, Term

__all__ = ["Plain", "as_term", "as_text", "to_python"]

Plain: TypeAlias = str | int | float | Decimal | bool | date | datetime | None

_FLOATS = tuple(vocabulary.XSD + name for name in ("double", "float"))
# The types derived from xsd:integer (XML Schema 1.1 part 2, section 3.4): engines answer in them.
_WHOLE = tuple(
    vocabulary.XSD + name
    for name in (
        "byte", "int", "long", "negativeInteger", "nonNegativeInteger", "nonPositiveInteger",
        "positiveInteger", "short", "unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort",
    )
)  # fmt: skip


def to_python(term: Term | None, prefixes: Mapping[str, str] | None = None) -> Plain:
    """Give the Python value of a term: an IRI or a blank node is text, an unbound one None.

    With ``prefixes`` an IRI is given as a prefixed name. What does not fit its datatype is the
    text that it is.
    """
    if term is None or isinstance(term, str):
        return as_text(term, prefixes)
    if term.datatype in _FLOATS or term.datatype in _WHOLE:
        try:
            return float(term.value) if term.datatype in _FLOATS else int(term.value)
        except ValueError:
            return term.value
    return term.to_python()


def as_text(term: Term | None, prefixes: Mapping[str, str] | None = None) -> str | None:
    """Give the text of a term, None for an unbound one; with ``prefixes`` IRIs are shortened."""
    if term is None:
        return None
    if prefixes is not None and isinstance(term, IRI):
        return vocabulary.shrink(term, prefixes)
    return str(term)


def as_term(term: Term) -> dict[str, str]:
    """Give a term as SPARQL 1.1 Query Results JSON writes it (section 3.2.2)."""
    if isinstance(term, Blank):
        return {"type": "bnode", "value": term.label}
    if isinstance(term, IRI):
        return {"type": "uri", "value": str(term)}
    made = {"type": "literal", "value": term.value}
    if term.language is not None:
        return made | {"xml:lang": term.language}
    if term.datatype != vocabulary.XSD + "string":
        made["datatype"] = term.datatype
    return made
