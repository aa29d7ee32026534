"""Rows of one group become one claim where they say the same: several annotators of one text."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from magkg.claims.tables.context import Fault
from magkg.claims.tables.landing import Brought
from magkg.claims.tables.naming import named
from magkg.errors import InputError
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyoxigraph as ox

__all__ = ["Groups", "Part"]

# What rows of one claim may say differently: all of it is kept.
_ADDED = frozenset((MAG + "upstreamId", MAG + "upstreamRating"))


@dataclass(slots=True)
class Part:
    """What one row says of one claim, before it is named.

    ``own`` are the statements of the claim itself, ``beside`` what it leads to, ``no_passage`` why
    it has no passage, ``loose`` the studies of which what rows disagree about is left out.
    """

    source: str
    own: list[ox.Quad]
    beside: list[ox.Quad]
    passages: list[ox.Quad] = field(default_factory=list)
    evidence: list[ox.Quad] = field(default_factory=list)
    no_passage: ox.Quad | None = None
    loose: set[str] = field(default_factory=set)

    @property
    def said(self) -> tuple[str, frozenset[ox.Quad]]:
        """What makes it the same claim as that of another row of its group."""
        return self.source, frozenset(q for q in self.own if q.predicate.value not in _ADDED)


class Groups:
    """Keeps the rows of a group until the last of them is there."""

    def __init__(self) -> None:
        self._left: Counter[tuple[object, ...]] = Counter()
        self._waiting: defaultdict[tuple[object, ...], list[tuple[int, list[Part]]]]
        self._waiting = defaultdict(list)

    def expect(self, key: tuple[object, ...]) -> None:
        """Note that a group has one row more."""
        self._left[key] += 1

    def add(
        self, key: tuple[object, ...], row: int, made: list[Part] | Fault
    ) -> Iterator[Brought | tuple[int, Fault]]:
        """Take a row in; with the last of its group give what all of them bring, row by row."""
        self._left[key] -= 1
        if isinstance(made, Fault):
            yield row, made
        else:
            self._waiting[key].append((row, made))
        if self._left[key] <= 0:
            del self._left[key]
            yield from _joined(self._waiting.pop(key, []))


def _joined(rows: list[tuple[int, list[Part]]]) -> Iterator[Brought | tuple[int, Fault]]:
    alike: defaultdict[tuple[str, frozenset[ox.Quad]], list[tuple[int, Part]]] = defaultdict(list)
    for row, parts in rows:
        for part in parts:
            alike[part.said].append((row, part))
    found = {row: Brought(row) for row, _ in rows}
    wrong: dict[int, Fault] = {}
    for shared in alike.values():
        partners = {row for row, _ in shared}
        try:
            iri, quads = _whole([part for _, part in shared])
        except Fault as fault:
            wrong |= dict.fromkeys(partners, fault)
            continue
        for row in partners:
            found[row].claims.append(iri)
            found[row].quads += quads
            found[row].loose |= {iri for _, part in shared for iri in part.loose}
            found[row].partners |= partners - {row}
    for row, brought in found.items():
        yield (row, wrong[row]) if row in wrong else brought


def _whole(parts: list[Part]) -> tuple[str, list[ox.Quad]]:
    """Name the claim that rows make together: with the passages and the evidence of each."""
    passages = _all(part.passages for part in parts)
    reasons = sorted((part.no_passage for part in parts if part.no_passage), key=str)
    if not passages and not reasons:
        raise Fault(
            "", "", "nothing in the row says where the claim stands",
            'Give the claim noPassage = "why", for rows without a passage.',
        )  # fmt: skip
    own = _all(part.own for part in parts)
    evidence = _all(part.evidence for part in parts)
    try:
        iri, quads = named(parts[0].source, [*own, *(passages or reasons[:1]), *evidence])
    except InputError as error:
        raise Fault("", "", error.reason, error.hint) from None
    return iri, [*quads, *_all(part.beside for part in parts)]


def _all(lists: Iterable[list[ox.Quad]]) -> list[ox.Quad]:
    return list(dict.fromkeys(quad for each in lists for quad in each))
