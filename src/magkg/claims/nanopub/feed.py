"""What an import of nanopublications brings to the files of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.claims.nanopub.alike import Own
from magkg.claims.nanopub.reading import read
from magkg.claims.tables.mapping import dated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from magkg.claims.standing import Standing
    from magkg.claims.tables.landing import Brought

__all__ = ["feed"]


def feed(
    file: Path,
    standing: Standing,
    date: str | None = None,
    *,
    by_label: bool = False,
) -> Iterator[Brought]:
    """Give what each nanopublication of a file, or of the files in a folder, brings.

    ``date`` is the day or the time of the import; nanopublications that magkg wrote need none, as
    they hold their own readings. With ``by_label`` a concept of theirs that has the prefLabel and
    the kind of one of the project's is that one. Raises InputError where one is not valid, before
    anything is given, or where the date is wanting or is none.
    """
    when = None if date is None else dated(date)
    own = Own.of(standing) if by_label else None
    for each in read([file], standing, when):
        brought = each.brought
        if own is not None:
            brought.quads = own.instead(brought.quads)
        yield brought
