"""An answer that was made rather than asked for."""

from __future__ import annotations

from collections.abc import Iterable

from magkg.store.interface import Solutions, Term
from magkg.use.rows import Rows


def rows_of(variables: Iterable[str], rows: Iterable[tuple[Term | None, ...]]) -> Rows:
    return Rows(Solutions(tuple(variables), iter(rows)))
