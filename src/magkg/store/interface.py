"""What every store offers: three methods, and terms that belong to no library.

use/ and web/ see nothing else of a store. Terms: ``IRI`` and ``Blank`` are strings, ``Literal``
holds value, datatype and language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeAlias, runtime_checkable

from magkg.vocabulary import RDF, XSD

__all__ = [
    "DEFAULT_GRAPH",
    "IRI",
    "Blank",
    "Dataset",
    "Fact",
    "Facts",
    "Literal",
    "Row",
    "Solutions",
    "Store",
    "Term",
    "Triple",
    "form",
]

# The name of the default graph where every graph has one (CONTRACT, DESIGN section 5).
DEFAULT_GRAPH = "https://w3id.org/magkg/graph/default"


Python: TypeAlias = str | int | Decimal | bool | date | datetime


class IRI(str):
    """An IRI; it is the string itself, without angle brackets."""

    __slots__ = ()


class Blank(str):
    """A blank node as ``_:label``, so that it never equals an IRI; it means one answer only."""

    __slots__ = ()

    @property
    def label(self) -> str:
        """The label without ``_:``."""
        return self.removeprefix("_:")


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal: lexical form, datatype IRI, and the language tag of a language string."""

    value: str
    datatype: str = XSD + "string"
    language: str | None = None

    def __post_init__(self) -> None:
        if self.language is not None and self.datatype == XSD + "string":
            object.__setattr__(self, "datatype", RDF + "langString")

    def __str__(self) -> str:
        return self.value

    def to_python(self) -> Python:
        """Give the Python value of an integer, decimal, boolean, date or dateTime, else the text.

        A lexical form that does not fit its datatype is given as the text it is.
        """
        convert = _PYTHON.get(self.datatype)
        if convert is None:
            return self.value
        try:
            return convert(self.value)
        except (ValueError, ArithmeticError, KeyError):
            return self.value


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text]


_PYTHON: dict[str, Callable[[str], Python]] = {
    XSD + "integer": int,
    XSD + "decimal": Decimal,
    XSD + "boolean": _boolean,
    XSD + "date": date.fromisoformat,
    XSD + "dateTime": datetime.fromisoformat,
}

Term: TypeAlias = IRI | Blank | Literal
Triple: TypeAlias = tuple[Term, Term, Term]
Row: TypeAlias = tuple[Term | None, ...]
# A node, a property of it (IRIs, without angle brackets) and one value.
Fact: TypeAlias = tuple[str, str, Term]


class Solutions:
    """The rows of a SELECT, read once and lazily; they belong to the thread that asked.

    ``variables`` has the order of the SELECT clause. (``SELECT *`` promises none: Oxigraph gives
    the alphabetical one.) A row has None where a variable is unbound.
    """

    __slots__ = ("_rows", "variables")

    def __init__(self, variables: tuple[str, ...], rows: Iterator[Row]) -> None:
        self.variables = variables
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        return self._rows


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query sees, in the place of those that its text names (FROM).

    ``default`` are the IRIs of the graphs that are merged into its default graph, ``DEFAULT_GRAPH``
    among them for the default graph of the store; ``named`` those of GRAPH. What is not among
    them is not seen (SPARQL 1.1 Protocol, section 2.1.4).
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@runtime_checkable
class Store(Protocol):
    """A graph that answers SPARQL 1.1 queries; ``timeout`` in seconds, None for the store's own.

    ``dataset`` is what the query sees, None for every graph or those of its FROM. All three raise
    SyntaxFault (line, column), InputError (SERVICE, an update, another form of query),
    QueryTimeout, StoreUnavailable. An answer is whole or ends in one of these.
    """

    def select(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Solutions:
        """Answer a SELECT."""
        ...

    def construct(
        self, query: str, timeout: float | None = None, dataset: Dataset | None = None
    ) -> Iterator[Triple]:
        """Answer a CONSTRUCT or DESCRIBE; a triple may come twice."""
        ...

    def ask(self, query: str, timeout: float | None = None, dataset: Dataset | None = None) -> bool:
        """Answer an ASK."""
        ...


@runtime_checkable
class Facts(Protocol):
    """A store that tells what it says of nodes without a query in SPARQL; many nodes at once."""

    def facts(
        self, nodes: Sequence[str], only: Sequence[str], timeout: float | None = None
    ) -> Iterator[Fact]:
        """Give what the default graph says of nodes by the properties in ``only``, in no order.

        ``timeout`` is in seconds for each query that it takes; raises as ``Store.select`` does.
        """
        ...


_SKIPPED = re.compile(
    r"(?:\s+|#[^\r\n]*|base\s*<[^>]*>|prefix\s*[^\s:<]*:\s*<[^>]*>|version\s*[\"'][^\"']*[\"'])*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+")
_UPDATES = frozenset(
    ("insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with")
)


def form(query: str) -> str:
    """Give the form of a query: select, construct, describe, ask, update, or "" for none of them.

    It looks at the first word after comments and prologue; it does not parse.
    """
    start = _SKIPPED.match(query)
    word = _WORD.match(query, start.end() if start else 0)
    found = word[0].lower() if word else ""
    if found in {"select", "construct", "describe", "ask"}:
        return found
    return "update" if found in _UPDATES else ""
