"""Search by word: the names of a graph in a table of words, and the ranking of what is found.

Words are folded (case and accents), each word of a query may be the beginning of one, and all must
be there. An exact name comes before an exact synonym, a name that begins with what was typed, all
words whole, all words begun.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

__all__ = ["KINDS", "Entry", "Found", "Words", "folded"]

# In this order where nothing else tells two hits apart.
KINDS = ("concept", "predicate", "source", "study", "claim")
_WORD = re.compile(r"\w+")
# Words of one query that count; words of the table that are compared where nothing is found.
_MOST_WORDS, _MOST_NEAR = 12, 20_000
# Words whose lengths differ by so much are not taken for slips of each other.
_APART = 3
_ORDER = {kind: number for number, kind in enumerate(KINDS)}
_EXACT, _SYNONYM, _BEGINS, _WHOLE, _BEGUN = range(5)


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that can be found: its IRI and kind, its name, other names, words beside them.

    ``about`` is what a list shows beside the name, by name: local names of polarity, certainty and
    strength of a claim, the IRI of its source, the year of a source.
    """

    iri: str
    kind: str
    label: str
    synonyms: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    about: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that was found; ``synonym`` is the other name that it was found by, or ""."""

    entry: Entry
    synonym: str


class Words:
    """The table of words of some entries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        self._names = [tuple(map(_plain, (each.label, *each.synonyms))) for each in self._entries]
        held: defaultdict[str, list[int]] = defaultdict(list)
        for place, (names, each) in enumerate(zip(self._names, self._entries, strict=True)):
            for word in {
                word for text in (*names, *map(_plain, each.beside)) for word in text.split()
            }:
                held[word].append(place)
        self._held = dict(held)
        self._sorted = sorted(self._held)

    def find(self, text: str) -> list[Found]:
        """Give what has all words of the text, best first."""
        wanted = _wanted(text)
        if not wanted:
            return []
        begun = set.intersection(*(self._begun(word) for word in wanted))
        whole = begun.intersection(*(self._held.get(word, ()) for word in wanted))
        query = " ".join(wanted)
        ranked = []
        for place in begun:
            rank, name = self._rank(place, query, place in whole)
            entry = self._entries[place]
            order = (rank, _ORDER[entry.kind], len(entry.label), entry.label, entry.iri)
            ranked.append((order, entry, name))
        ranked.sort(key=lambda each: each[0])
        return [Found(entry, entry.synonyms[name - 1] if name else "") for _, entry, name in ranked]

    def nearest(self, text: str) -> list[str]:
        """Give texts near to one that finds nothing, at most three for each of its words.

        A word that is not there gives way to those most like it, or is left out; where all are
        there, and no entry has them together, each word stands alone.
        """
        wanted = _wanted(text)
        if all(self._begun(word) for word in wanted):
            return wanted if len(wanted) > 1 else []
        options = [[word] if self._begun(word) else self._close(word) for word in wanted]
        held = [each for each in options if each]
        most = max(map(len, held), default=0)
        made = [
            " ".join(each[min(number, len(each) - 1)] for each in held) for number in range(most)
        ]
        return list(dict.fromkeys(made))

    def _close(self, word: str) -> list[str]:
        alike = (each for each in self._sorted if abs(len(each) - len(word)) < _APART)
        return get_close_matches(word, list(islice(alike, _MOST_NEAR)), n=3, cutoff=0.7)

    def _begun(self, word: str) -> set[int]:
        found: set[int] = set()
        at = bisect_left(self._sorted, word)
        while at < len(self._sorted) and self._sorted[at].startswith(word):
            found.update(self._held[self._sorted[at]])
            at += 1
        return found

    def _rank(self, place: int, query: str, whole: bool) -> tuple[int, int]:
        """Give the rank of an entry, and which of its names it was found by (0: its label)."""
        names = self._names[place]
        if query in names:
            name = names.index(query)
            return (_SYNONYM if name else _EXACT), name
        if names[0].startswith(query):
            return _BEGINS, 0
        rank = _WHOLE if whole else _BEGUN
        if len(names) == 1 or _has(names[0], query):
            return rank, 0
        return rank, next((n for n, name in enumerate(names) if n and _has(name, query)), 0)


def folded(text: str) -> str:
    """Give a text without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def _wanted(text: str) -> list[str]:
    return _WORD.findall(folded(text))[:_MOST_WORDS]


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(folded(text)))


def _has(name: str, query: str) -> bool:
    """Whether a name has a word that begins with each word of the query."""
    spaced = f" {name}"
    return all(f" {word}" in spaced for word in query.split())
