"""What a shape asks of each of the values that it looks at, as a pattern of those that break it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magkg.store.shacl.lexical import ill_formed
from magkg.store.shacl.places import IS_A, Place
from magkg.store.shacl.terms import Term, literal, same
from magkg.vocabulary import RDFS

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = [
    "KINDS", "Check", "Class", "Datatype", "In", "Languages", "Length", "NodeKind", "Pattern",
    "Range", "portable",
]  # fmt: skip

# The kinds of node, and what SPARQL asks for each.
KINDS = {
    "BlankNode": "isBlank({0})",
    "BlankNodeOrIRI": "isBlank({0}) || isIRI({0})",
    "BlankNodeOrLiteral": "isBlank({0}) || isLiteral({0})",
    "IRI": "isIRI({0})",
    "IRIOrLiteral": "isIRI({0}) || isLiteral({0})",
    "Literal": "isLiteral({0})",
}
_SIGNS = {"maxExclusive": "<", "maxInclusive": "<=", "minExclusive": ">", "minInclusive": ">="}
# A class in brackets, an escaped character, or any other.
_PIECE = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|.", re.DOTALL)


class Check(ABC):
    """One constraint; ``component`` is its name in findings, with that of its shape.

    ``name`` and ``message`` are its own, where it has them and does not go by its shape's.
    ``shows`` says what its pattern gives beside the node: the variables of a finding's path and
    value, where it has them; "value" stands for what the place calls so.
    """

    component: str
    name: str = ""
    message: str = ""
    shows: tuple[str, ...] = ("value",)

    def where(self, place: Place) -> str | None:
        """Write the pattern of what breaks it at a place; None where nothing ever can."""
        return self._where(place)

    @abstractmethod
    def _where(self, place: Place) -> str | None:
        """Write that pattern, of a kind of constraint."""


class Single(Check):
    """What is asked of each value by itself."""

    @abstractmethod
    def _bad(self, value: str) -> str:
        """Write the condition under which a value is not as it should be."""

    def _where(self, place: Place) -> str | None:
        return f"{place.values} FILTER({self._bad(place.value)})"


@dataclass(frozen=True)
class NodeKind(Single):
    """sh:nodeKind (SHACL, section 4.1.3)."""

    kind: str
    component = "nodeKind"

    def _bad(self, value: str) -> str:
        return f"!({KINDS[self.kind].format(value)})"


@dataclass(frozen=True)
class Class(Check):
    """sh:class (section 4.1.1): an instance of a class or of one below it."""

    kind: ox.NamedNode
    component = "class"

    def _where(self, place: Place) -> str:
        return f"{place.values} MINUS {{ {place.value} {IS_A} {self.kind} }}"


@dataclass(frozen=True)
class Datatype(Single):
    """sh:datatype (section 4.1.2): a literal of a datatype, well formed for it."""

    datatype: str
    component = "datatype"

    def _bad(self, value: str) -> str:
        tests = [f"!isLiteral({value})"]
        if self.datatype != RDFS + "Literal":
            tests.append(f"DATATYPE({value}) != <{self.datatype}>")
            tests += ill_formed(self.datatype, value)
        return " || ".join(tests)


@dataclass(frozen=True)
class In(Single):
    """sh:in (section 4.8.3): one of a list of terms."""

    members: tuple[Term, ...]
    component = "in"

    def _bad(self, value: str) -> str:
        return f"!{same(value, self.members)}"


@dataclass(frozen=True)
class Pattern(Single):
    """sh:pattern (section 4.4.3); a blank node matches nothing."""

    patterns: tuple[str, ...]
    flags: str
    component = "pattern"

    def _bad(self, value: str) -> str:
        flags = f", {literal(self.flags)}" if self.flags else ""
        tests = [f"!REGEX(STR({value}), {literal(each)}{flags})" for each in self.patterns]
        return " || ".join([f"isBlank({value})", *tests])


def portable(pattern: str) -> str:
    """Write a pattern so that all engines read its brackets alike.

    For some, a bracket that opens within a class opens another class.
    """

    def clear(found: re.Match[str]) -> str:
        piece = found[0]
        if len(piece) < 3 or piece[0] != "[":
            return piece
        start = 2 if piece[1] == "^" else 1
        inside = re.sub(r"(\\.)|([\[\]])", lambda hit: hit[1] or f"\\{hit[2]}", piece[start:-1])
        return f"{piece[:start]}{inside}]"

    return _PIECE.sub(clear, pattern)


@dataclass(frozen=True)
class Length(Single):
    """sh:minLength and sh:maxLength (sections 4.4.1 and 4.4.2), in code points."""

    component: str
    bound: int

    def _bad(self, value: str) -> str:
        least = self.component == "minLength"
        if least and self.bound == 0:
            return "false"  # this asks for nothing, of blank nodes either
        return f"isBlank({value}) || STRLEN(STR({value})) {'<' if least else '>'} {self.bound}"


@dataclass(frozen=True)
class Range(Single):
    """sh:minInclusive and its three like (section 4.3), by the order of SPARQL."""

    component: str
    bounds: tuple[ox.Literal, ...]

    def _bad(self, value: str) -> str:
        sign = _SIGNS[self.component]
        return " || ".join(f"!COALESCE({value} {sign} {each}, false)" for each in self.bounds)


@dataclass(frozen=True)
class Languages(Single):
    """sh:languageIn (section 4.4.4): a text in one of these languages, or a form of one."""

    ranges: tuple[str, ...]
    component = "languageIn"

    def _bad(self, value: str) -> str:
        tests = [f"LANGMATCHES(LANG({value}), {literal(each)})" for each in self.ranges]
        return f"!isLiteral({value}) || !({' || '.join(tests) or 'false'})"
