"""The selection language: words that say which claims are meant, the same for CLI, Python and URL.

A word has values, which are alternatives; several words must all hold; ``not-`` before a word
negates it. In Python selections are joined with ``&``, ``|`` and ``~`` as well::

    select(concept="magnesium-oxide", expand="narrower", not_kind="advice")
    select(polarity="denies") | select(tension="opposite_polarity")

======================  ===========================================================================
word                    claims that
======================  ===========================================================================
``claim``               are named: ``SLUG#name`` or an IRI
``concept``             name the concept as subject, object, qualifier or addressee
``subject``             have it as subject
``predicate``           have this predicate
``object``              have it as object
``source``              are made by the source
``study``               lead to the study through their evidence
``kind``                are of the kind: ``efficacy``, ``safety``, ``advice`` ...
``polarity``            have the polarity: ``affirms``, ``denies`` ...
``certainty``           are so worded: ``asserted``, ``hedged``, ``speculative``
``attribution``         give so for it: ``ownData``, ``namedSource`` ...
``verdict``             state what the graph finds: ``supported``, ``conflicting`` ...
``strength``            state what the graph holds at this strength: ``very-low``, ``not-rated`` ...
``strength-at-least``   state what the graph holds at this strength or above (``very-low`` ...)
``cited-at-least``      cite evidence of this strength or above
``design``              lead to a study of the design: ``randomisedTrial`` ...
``studies-at-least``    state what so many independent studies bear on
``since``, ``until``    stand in a source published then: a year or a date, both included
``contested``           are contested, as docs/selecting.md defines it: ``yes``
``tension``             are in an open finding of the audit of this kind (``any`` for all)
``query``               a CONSTRUCT describes: ``NAME``, ``NAME?PARAM=VALUE``, a file, a text
======================  ===========================================================================

Two words widen instead: ``expand=narrower`` takes every ``concept``, ``subject`` and ``object``
with what is narrower than it (skos:broader), ``hops=N`` adds, N times, the claims that share a
subject or an object with those found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from magkg.errors import InputError, UnknownName

__all__ = [
    "EXPANDED", "WORDS", "Both", "Either", "Everything", "Near", "Not", "Selection", "Values",
    "Word", "select",
]  # fmt: skip

Value: TypeAlias = str | int
Values: TypeAlias = Value | Iterable[Value] | None

# Each word with what it takes.
WORDS: Mapping[str, str] = {
    "claim": "CLAIM",
    "concept": "CONCEPT",
    "subject": "CONCEPT",
    "predicate": "PREDICATE",
    "object": "CONCEPT",
    "source": "SLUG",
    "study": "STUDY",
    "kind": "KIND",
    "polarity": "POLARITY",
    "certainty": "CERTAINTY",
    "attribution": "ATTRIBUTION",
    "verdict": "VERDICT",
    "strength-at-least": "STRENGTH",
    "cited-at-least": "STRENGTH",
    "strength": "STRENGTH",
    "design": "DESIGN",
    "studies-at-least": "N",
    "since": "DATE",
    "until": "DATE",
    "contested": "yes",
    "tension": "KIND",
    "query": "NAME|FILE.rq",
}
EXPANDED = frozenset(("concept", "subject", "object"))
_MOST_HOPS = 10
# Python reads no number of more than some thousand digits.
_DIGITS = 18


class Selection:
    """Which claims are meant; ``&``, ``|`` and ``~`` join selections, ``str`` shows one."""

    __slots__ = ()

    def __and__(self, other: Selection) -> Selection:
        if isinstance(self, Everything):
            return other
        return self if isinstance(other, Everything) else Both(self, other)

    def __or__(self, other: Selection) -> Selection:
        return Either(self, other)

    def __invert__(self) -> Selection:
        return self.of if isinstance(self, Not) else Not(self)

    def near(self, hops: int) -> Selection:
        """Give the selection with its neighbourhood, ``hops`` steps wide (0 to 10)."""
        if not 0 <= hops <= _MOST_HOPS:
            raise InputError(f"hops is a number from 0 to {_MOST_HOPS}, not {hops}")
        return Near(self, hops) if hops else self


@dataclass(frozen=True, slots=True)
class Everything(Selection):
    """All claims of the graph."""

    def __str__(self) -> str:
        return "all claims"


@dataclass(frozen=True, slots=True)
class Word(Selection):
    """Claims for which one of the values holds; ``expand`` takes narrower concepts too."""

    name: str
    values: tuple[str, ...]
    expand: bool = False

    def __str__(self) -> str:
        narrower = " or narrower" if self.expand else ""
        return f"{self.name}={','.join(self.values)}{narrower}"


@dataclass(frozen=True, slots=True)
class Both(Selection):
    """Claims of both."""

    one: Selection
    other: Selection

    def __str__(self) -> str:
        return f"{_inner(self.one)} & {_inner(self.other)}"


@dataclass(frozen=True, slots=True)
class Either(Selection):
    """Claims of one or the other."""

    one: Selection
    other: Selection

    def __str__(self) -> str:
        return f"{_inner(self.one, Either)} | {_inner(self.other, Either)}"


@dataclass(frozen=True, slots=True)
class Not(Selection):
    """All claims but these."""

    of: Selection

    def __str__(self) -> str:
        return f"not {self.of}" if isinstance(self.of, Word) else f"not ({self.of})"


@dataclass(frozen=True, slots=True)
class Near(Selection):
    """These claims and their neighbourhood."""

    of: Selection
    hops: int

    def __str__(self) -> str:
        return f"within {self.hops} hop{'s' * (self.hops > 1)} of ({self.of})"


def select(words: Mapping[str, Values] | None = None, /, **more: Values) -> Selection:
    """Make a selection of words: by name in a mapping, or as keywords with ``_`` for ``-``.

    A word given as None counts as not given; no word at all selects every claim. Raises
    UnknownName for a word that is not there, InputError for one without a value.
    """
    given = {name.replace("_", "-"): held for name, held in (*(words or {}).items(), *more.items())}
    values = {name: _values(name, held) for name, held in given.items() if held is not None}
    expand = _expand(values.pop("expand", ()))
    hops = values.pop("hops", ())
    if expand and not any(name.removeprefix("not-") in EXPANDED for name in values):
        raise InputError(
            "expand=narrower widens concepts, and none is selected by",
            hint=f"Give one of: {', '.join(sorted(EXPANDED))}.",
        )
    made: Selection = Everything()
    for name, held in values.items():
        bare = name.removeprefix("not-")
        if bare not in WORDS:
            known = (*WORDS, *(f"not-{each}" for each in WORDS), "expand", "hops")
            raise UnknownName("word of the selection", name, known)
        word = Word(bare, held, expand and bare in EXPANDED)
        made = made & (Not(word) if name != bare else word)
    return made.near(_hops(hops))


def _values(name: str, held: Values) -> tuple[str, ...]:
    every = [held] if isinstance(held, (str, int)) or held is None else list(held)
    values = tuple(dict.fromkeys(str(each) for each in every))
    if not values or not all(values):
        raise InputError(f"{name!r} selects by a value, and none was given")
    return values


def _expand(values: tuple[str, ...]) -> bool:
    if values not in ((), ("narrower",)):
        raise InputError(f"expand takes 'narrower', not {', '.join(values)!r}")
    return bool(values)


def _hops(values: tuple[str, ...]) -> int:
    if not values:
        return 0
    if len(values) > 1 or not values[0].isdecimal() or len(values[0]) > _DIGITS:
        raise InputError(f"hops is one number from 0 to {_MOST_HOPS}, not {', '.join(values)!r}")
    return int(values[0])


def _inner(part: Selection, *open_too: type) -> str:
    closed = isinstance(part, Either) and Either not in open_too
    return f"({part})" if closed else str(part)
