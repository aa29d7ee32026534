"""What a SPARQL endpoint answers, read into our terms: JSON results, and Turtle or N-Triples."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from magkg.errors import StoreUnavailable
from magkg.store.interface import IRI, Blank, Literal, Row, Solutions, Term, Triple
from magkg.store.oxigraph import triple
from magkg.vocabulary import XSD

__all__ = ["boolean", "canonical", "not_sparql", "solutions", "triples"]

# What can go wrong in an answer that is none; a value nested a thousand deep ends in the last.
_UNREAD = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
# What Oxigraph writes into an answer that it has begun and then gives up, with status 200.
_CANCELLED = b"The SPARQL operation has been cancelled"


def boolean(answer: bytes, url: str) -> bool:
    """Read the answer to an ASK; raises StoreUnavailable for anything else.

    Virtuoso gives it as a table of a single name, with a row or without.
    """
    try:
        told = json.loads(_whole(answer, url, b"}"))
        if told["head"].get("vars") == ["__ASK_RETVAL"]:
            return bool(told["results"]["bindings"])
        found = told["boolean"]
    except _UNREAD:
        found = None
    if not isinstance(found, bool):
        raise not_sparql(url, answer)
    return found


def solutions(answer: bytes, url: str) -> Solutions:
    """Read SPARQL 1.1 Query Results JSON row by row, the names first.

    Literals are given in canonical form. Raises StoreUnavailable for anything else, at once or
    at the row that is none.
    """
    try:
        text = _whole(answer, url, b"}").decode()
        names, rows = _head(text)
        return Solutions(names, _rows(text, rows, names, url, answer))
    except _UNREAD:
        raise not_sparql(url, answer) from None


def triples(answer: bytes, url: str) -> Iterator[Triple]:
    """Read N-Triples or Turtle; a literal is given in canonical form.

    Raises StoreUnavailable for anything else, at once or at the line that is none.
    """
    _whole(answer, url, b"")
    return _triples(answer, url)


def not_sparql(url: str, answer: bytes) -> StoreUnavailable:
    """Make the error that says how an answer began which is none."""
    start = answer[:60].decode("utf-8", "replace")
    return StoreUnavailable(
        f"{url} did not answer as a SPARQL endpoint does (its answer begins {start!r})",
        hint="Is this the URL of the endpoint itself, and did its server end the query?",
    )


def canonical(value: str, datatype: str) -> str:
    """Give the canonical lexical form of a boolean, integer, decimal or dateTime, else the form.

    The forms are those of Oxigraph, which the digests are made over. Virtuoso writes a boolean as
    1 or 0. A form that does not fit its datatype is given as it is.
    """
    convert = _CANONICAL.get(datatype)
    if convert is None:
        return value
    try:
        return convert(value)
    except (ValueError, InvalidOperation):
        return value


def _boolean(value: str) -> str:
    return {"1": "true", "0": "false"}.get(value, value)


def _decimal(value: str) -> str:
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", value):
        return value
    whole, _, part = f"{Decimal(value):f}".partition(".")
    part = part.rstrip("0")
    if part:
        return f"{whole}.{part}"
    return "0" if whole == "-0" else whole


def _integer(value: str) -> str:
    return str(int(value)) if re.fullmatch(r"[+-]?\d{1,4000}", value) else value


def _moment(value: str) -> str:
    found = re.fullmatch(r"(-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?", value)
    if found is None:
        return value
    part = (found[2] or "").rstrip("0").removesuffix(".")
    zone = "Z" if found[3] in {"+00:00", "-00:00"} else found[3] or ""
    return found[1] + part + zone


_CANONICAL: dict[str, Callable[[str], str]] = {
    XSD + "boolean": _boolean,
    XSD + "integer": _integer,
    XSD + "decimal": _decimal,
    XSD + "dateTime": _moment,
}


def _whole(answer: bytes, url: str, end: bytes) -> bytes:
    """Refuse an answer that its server ended before it was whole."""
    tail = answer[-1000:].rstrip() or answer.rstrip()[-1000:]
    if _CANCELLED in tail:
        raise StoreUnavailable(
            f"{url} answered only in part: its own time limit ended the query",
            hint="Ask for less, or raise the time limit of that server.",
        )
    if not tail.endswith(end):
        raise not_sparql(url, answer)
    return answer


def _triples(answer: bytes, url: str) -> Iterator[Triple]:
    try:
        for quad in ox.parse(answer, format=ox.RdfFormat.TURTLE, lenient=True):
            subject, predicate, value = triple(quad)
            if isinstance(value, Literal):
                value = _literal(value.value, value.datatype, value.language)
            yield subject, predicate, value
    except (SyntaxError, ValueError):
        raise not_sparql(url, answer) from None


def _literal(value: str, datatype: str, language: str | None) -> Literal:
    if language is not None:
        return Literal(value, language=language.lower())
    return Literal(canonical(value, datatype), datatype)


_JSON = json.JSONDecoder()
_SPACE = " \t\r\n"


def _head(text: str) -> tuple[tuple[str, ...], int]:
    """Give the names of the variables, and where the list of rows begins."""
    head, rows = None, None
    for name, start in _members(text, 0):
        if name == "head":
            head = _JSON.raw_decode(text, start)[0]
        elif name == "results":
            rows = next((at for key, at in _members(text, start) if key == "bindings"), None)
        if head is not None and rows is not None:
            break
    if head is None or rows is None or text[rows] != "[":
        raise ValueError("no rows")
    return tuple(str(each) for each in head["vars"]), rows


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] in _SPACE and at < len(text):
        at += 1
    return at


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Give the names of a JSON object with the places of their values."""
    at = _skip(text, at)
    if text[at : at + 1] != "{":
        raise ValueError("no object")
    at = _skip(text, at + 1)
    while text[at : at + 1] != "}":
        name, at = _JSON.raw_decode(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise ValueError("no colon")
        at = _skip(text, at + 1)
        yield name, at
        at = _skip(text, _JSON.raw_decode(text, at)[1])
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)


def _rows(text: str, at: int, names: tuple[str, ...], url: str, answer: bytes) -> Iterator[Row]:
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        try:
            binding, at = _JSON.raw_decode(text, at)
            yield tuple(_term(binding[name]) if name in binding else None for name in names)
        except _UNREAD:
            raise not_sparql(url, answer) from None
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)


def _term(binding: dict[str, str]) -> Term:
    kind, value = binding["type"], binding["value"]
    value.encode()  # half of a surrogate pair is no character: it could be written nowhere
    if kind == "uri":
        return IRI(value)
    if kind == "bnode":
        return Blank(f"_:{value}")
    if kind not in {"literal", "typed-literal"}:
        raise ValueError(kind)
    return _literal(value, binding.get("datatype", XSD + "string"), binding.get("xml:lang"))
