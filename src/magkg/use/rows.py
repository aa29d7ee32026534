"""The answer to a SELECT as Python sees it: rows with names, typed values, a DataFrame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from magkg import vocabulary
from magkg.errors import MagkgError, UnknownName
from magkg.store.interface import IRI, Blank, Solutions, Term

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Row", "Rows", "as_term", "to_python"]

Plain: TypeAlias = str | int | float | Decimal | bool | date | datetime | None

# So many rows are shown in a notebook; the rest is counted.
_SHOWN = 50
_FLOATS = (vocabulary.XSD + "double", vocabulary.XSD + "float")


class Row(Mapping[str, Term | None]):
    """One row: terms by key (``row["gist"]``) or attribute (``row.gist``); None where unbound."""

    __slots__ = ("_places", "_terms")

    def __init__(self, places: Mapping[str, int], terms: tuple[Term | None, ...]) -> None:
        self._places = places
        self._terms = terms

    def __getitem__(self, name: str) -> Term | None:
        return self._terms[self._places[name]]

    def __getattr__(self, name: str) -> Term | None:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._terms[self._places[name]]
        except KeyError:
            # An AttributeError, so that hasattr and copy work; the columns that there are, named.
            known = ", ".join(self._places)
            raise AttributeError(f"this row has no column {name!r}; it has: {known}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._terms)

    def __hash__(self) -> int:
        return hash((tuple(self._places), self._terms))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.to_python().items())
        return f"Row({inside})"

    def to_python(self) -> dict[str, Plain]:
        """Give the row as a dict of Python values: text, numbers, dates; IRIs as text."""
        return {name: to_python(term) for name, term in zip(self._places, self._terms, strict=True)}


class Rows:
    """The rows of an answer, fetched when asked for and kept, so that they can be read again.

    ``variables`` holds the columns in their order. ``stream`` gives them without keeping any.
    """

    def __init__(
        self,
        solutions: Solutions,
        *,
        prefixes: Mapping[str, str] | None = None,
        title: str = "",
    ) -> None:
        self.variables: tuple[str, ...] = tuple(solutions.variables)
        self.title = title
        self.prefixes = vocabulary.prefixes() if prefixes is None else prefixes
        self._places = {name: place for place, name in enumerate(self.variables)}
        self._source = iter(solutions)
        self._kept: list[Row] = []
        self._streamed = False

    def __iter__(self) -> Iterator[Row]:
        place = 0
        while place < len(self._kept) or self._fetch():
            yield self._kept[place]
            place += 1

    def __len__(self) -> int:
        while self._fetch():
            pass
        return len(self._kept)

    def __bool__(self) -> bool:
        return bool(self._kept) or self._fetch()

    def __getitem__(self, place: int) -> Row:
        if place < 0:
            place += len(self)
        while place >= len(self._kept) and self._fetch():
            pass
        if not 0 <= place < len(self._kept):
            raise IndexError(f"the answer has {len(self._kept)} rows")
        return self._kept[place]

    def __repr__(self) -> str:
        return f"<Rows{f' of {self.title}' if self.title else ''}: {', '.join(self.variables)}>"

    def stream(self) -> Iterator[tuple[Term | None, ...]]:
        """Give the rows as tuples of terms, once, keeping none that were not kept before."""
        self._check()
        for row in self._kept:
            yield row._terms
        for terms in self._source:
            self._streamed = True  # from here on, rows are gone once they were given
            yield terms

    def column(self, name: str) -> list[Term | None]:
        """Give one column as a list of terms; raises UnknownName with the nearest columns."""
        if name not in self._places:
            raise UnknownName("column", name, self.variables)
        return [row[name] for row in self]

    def to_python(self) -> list[dict[str, Plain]]:
        """Give all rows as dicts of Python values."""
        return [row.to_python() for row in self]

    def to_pandas(self) -> pd.DataFrame:
        """Give a DataFrame: whole numbers, numbers, booleans and text in pandas' own types.

        Raises MagkgError where pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise MagkgError(
                "pandas is not installed", hint="Install it with: pip install 'magkg[pandas]'"
            ) from None
        rows = [[_for_pandas(term) for term in row._terms] for row in self]
        frame = pd.DataFrame(rows, columns=list(self.variables), dtype=object)
        return frame.convert_dtypes()

    def as_json(self) -> dict[str, Any]:
        """Give the answer in the shape of SPARQL 1.1 Query Results JSON."""
        rows = [
            {name: as_term(term) for name, term in row.items() if term is not None} for row in self
        ]
        return {"head": {"vars": list(self.variables)}, "results": {"bindings": rows}}

    def _repr_html_(self) -> str:
        """Show the first rows in a notebook, IRIs as prefixed names that link."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.variables)
        body = "".join(
            f"<tr>{''.join(f'<td>{self._cell(term)}</td>' for term in row._terms)}</tr>"
            for row in islice(self, _SHOWN)
        )
        count = len(self)
        note = f"{_SHOWN} of {count} rows" if count > _SHOWN else f"{count} rows"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{note}</p>"

    def _cell(self, term: Term | None) -> str:
        if term is None:
            return ""
        if not isinstance(term, IRI):
            return escape(str(term))
        text = escape(vocabulary.shrink(term, self.prefixes))
        # Only these two schemes become links: an IRI may be `javascript:`.
        safe = term.startswith(("http://", "https://"))
        return f'<a href="{escape(term)}">{text}</a>' if safe else text

    def _fetch(self) -> bool:
        """Fetch one more row; say whether there was one."""
        self._check()
        terms = next(self._source, None)
        if terms is None:
            return False
        self._kept.append(Row(self._places, terms))
        return True

    def _check(self) -> None:
        if self._streamed:
            raise MagkgError("this answer was streamed and is gone", hint="Ask the query again.")


def to_python(term: Term | None) -> Plain:
    """Give the Python value of a term: an IRI or a blank node is text, an unbound one None."""
    if term is None or isinstance(term, str):
        return None if term is None else str(term)
    if term.datatype in _FLOATS:
        try:
            return float(term.value)
        except ValueError:
            return term.value
    return term.to_python()


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


def _for_pandas(term: Term | None) -> object:
    value = to_python(term)
    # pandas has no decimals: a column of them would stay a column of objects.
    return float(value) if isinstance(value, Decimal) else value
