"""The answer to a SELECT as Python sees it: rows with names, typed values, DataFrames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

from magkg import vocabulary
from magkg.errors import MagkgError, UnknownName
from magkg.store.interface import IRI, Solutions, Term
from magkg.store.interface import Row as Terms
from magkg.use.plain import shown
from magkg.use.terms import Plain, as_term, to_python

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["Row", "Rows"]

# So many rows are shown in a notebook; the rest is counted.
_SHOWN = 50


class Row(Mapping[str, Term | None]):
    """One row: terms by key (``row["gist"]``) or attribute (``row.gist``); None where unbound."""

    __slots__ = ("_places", "_prefixes", "_terms")

    def __init__(
        self,
        places: Mapping[str, int],
        terms: Terms,
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        self._places = places
        self._terms = terms
        self._prefixes = prefixes

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

    def to_python(self, *, curies: bool = False) -> dict[str, Plain]:
        """Give the row as a dict of Python values: text, numbers, dates.

        IRIs are text; with ``curies`` they are prefixed names (``con:zinc``) where a prefix fits.
        """
        known = (
            (vocabulary.prefixes() if self._prefixes is None else self._prefixes)
            if curies
            else None
        )
        return {
            name: to_python(term, known)
            for name, term in zip(self._places, self._terms, strict=True)
        }


class Rows:
    """The rows of an answer, fetched when asked for and kept, so that they can be read again.

    ``variables`` holds the columns in their order. ``stream`` gives them without keeping any.
    With a ``limit`` so many rows are given at most, and ``limited`` says, once they were read,
    whether there were more.
    """

    def __init__(
        self,
        solutions: Solutions,
        *,
        prefixes: Mapping[str, str] | None = None,
        title: str = "",
        limit: int | None = None,
    ) -> None:
        self.variables: tuple[str, ...] = tuple(solutions.variables)
        self.title = title
        self.limit = limit
        self.limited = False
        self.prefixes = vocabulary.prefixes() if prefixes is None else prefixes
        self._places = {name: place for place, name in enumerate(self.variables)}
        self._source = iter(solutions) if limit is None else self._first(iter(solutions), limit)
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

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return list(self)[place]
        if place < 0:
            place += len(self)
        while place >= len(self._kept) and self._fetch():
            pass
        if not 0 <= place < len(self._kept):
            raise IndexError(f"the answer has {len(self._kept)} rows")
        return self._kept[place]

    def __repr__(self) -> str:
        return f"<Rows{f' of {self.title}' if self.title else ''}: {', '.join(self.variables)}>"

    def stream(self) -> Iterator[Terms]:
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

    def to_python(self, *, curies: bool = False) -> list[dict[str, Plain]]:
        """Give all rows as dicts of Python values; with ``curies`` IRIs as prefixed names."""
        return [row.to_python(curies=curies) for row in self]

    def to_pandas(self, *, curies: bool = False) -> pd.DataFrame:
        """Give a DataFrame of pandas, each column of one type (see ``magkg.use.frames``).

        With ``curies`` IRIs are prefixed names. Raises MagkgError where pandas is not installed.
        """
        from magkg.use import frames

        return frames.pandas(*self._columns(curies))

    def to_polars(self, *, curies: bool = False) -> pl.DataFrame:
        """Give a DataFrame of Polars, each column of one type (see ``magkg.use.frames``).

        With ``curies`` IRIs are prefixed names. Raises MagkgError where Polars is not installed.
        """
        from magkg.use import frames

        return frames.polars(*self._columns(curies))

    def to_arrow(self, *, curies: bool = False) -> pa.Table:
        """Give an Arrow table, each column of one type (see ``magkg.use.frames``).

        With ``curies`` IRIs are prefixed names.
        """
        from magkg.use import frames

        return frames.arrow(*self._columns(curies))

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
        note += ", and there are more: a limit was set" if self.limited else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{note}</p>"

    def _cell(self, term: Term | None) -> str:
        if term is None:
            return ""
        if not isinstance(term, IRI):
            return escape(shown(str(term)))
        text = escape(shown(vocabulary.shrink(term, self.prefixes)))
        # Only these two schemes become links: an IRI may be `javascript:`.
        safe = term.startswith(("http://", "https://"))
        return f'<a href="{escape(shown(term))}">{text}</a>' if safe else text

    def _columns(
        self, curies: bool
    ) -> tuple[tuple[str, ...], list[list[Term | None]], Mapping[str, str] | None]:
        """Give what frames are made of: names, columns, and the prefixes where they are wanted."""
        columns: list[list[Term | None]] = [[] for _ in self.variables]
        for row in self:
            for column, term in zip(columns, row._terms, strict=True):
                column.append(term)
        return self.variables, columns, self.prefixes if curies else None

    def _first(self, source: Iterator[Terms], limit: int) -> Iterator[Terms]:
        """Pass so many rows on, and look whether there is another."""
        yield from islice(source, limit)
        self.limited = next(source, None) is not None

    def _fetch(self) -> bool:
        """Fetch one more row; say whether there was one."""
        self._check()
        terms = next(self._source, None)
        if terms is None:
            return False
        self._kept.append(Row(self._places, terms, self.prefixes))
        return True

    def _check(self) -> None:
        if self._streamed:
            raise MagkgError("this answer was streamed and is gone", hint="Ask the query again.")
