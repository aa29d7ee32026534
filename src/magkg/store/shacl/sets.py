"""What a shape asks of all values of a node together, or of what else the node says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.shacl.checks import Check
from magkg.store.shacl.terms import Term, same
from magkg.vocabulary import RDFS, TYPE

if TYPE_CHECKING:
    from magkg.store.shacl.places import Place

__all__ = ["Closed", "Count", "Disjoint", "Equals", "HasValue", "Less", "UniqueLanguage"]

_IS_A = ox.NamedNode(TYPE)
_RESOURCE = ox.NamedNode(RDFS + "Resource")


@dataclass(frozen=True)
class Count(Check):
    """sh:minCount and sh:maxCount (section 4.2)."""

    component: str
    bound: int
    shows = ()

    def _where(self, place: Place) -> str | None:
        if self.component == "maxCount":
            return self._counted(place, ">") if self.bound else place.values
        if not self.bound:
            return None
        assert place.path is not None
        if self.bound == 1 and not place.path.stays:
            return f"{place.nodes} MINUS {{ {place.steps} }}"
        return f"{place.nodes} MINUS {self._counted(place, '>=')}"

    def _counted(self, place: Place, sign: str) -> str:
        return (
            f"{{ SELECT {place.node} WHERE {{ {place.values} }} GROUP BY {place.node} "
            f"HAVING(COUNT(DISTINCT {place.value}) {sign} {self.bound}) }}"
        )


@dataclass(frozen=True)
class HasValue(Check):
    """sh:hasValue (section 4.8.2)."""

    term: Term
    component = "hasValue"
    shows = ()

    def _where(self, place: Place) -> str | None:
        is_it = same(place.value, (self.term,))
        if place.path is None:
            return f"{place.nodes} FILTER(!{is_it})"
        return f"{place.nodes} MINUS {{ {place.values} FILTER{is_it} }}"


@dataclass(frozen=True)
class UniqueLanguage(Check):
    """sh:uniqueLang (section 4.4.5)."""

    component = "uniqueLang"
    shows = ()

    def _where(self, place: Place) -> str | None:
        language = next(place.names)
        return (
            f"{{ SELECT {place.node} WHERE {{ {{ {place.values} }} FILTER(isLiteral({place.value}))"
            f' BIND(LCASE(LANG({place.value})) AS {language}) FILTER({language} != "") }}'
            f" GROUP BY {place.node} {language} HAVING(COUNT(DISTINCT {place.value}) > 1) }}"
        )


@dataclass(frozen=True)
class Equals(Check):
    """sh:equals (section 4.5.1): the values of another property, all of them and no others."""

    other: ox.NamedNode
    component = "equals"
    shows = ("?value",)

    def _where(self, place: Place) -> str | None:
        link, value = f"{place.node} {self.other}", place.free
        if place.path is None:
            one = f"{place.nodes} MINUS {{ {link} {place.node} }} BIND({place.node} AS {value})"
            two = f"{place.nodes} {link} {value} . FILTER(!sameTerm({value}, {place.node}))"
        else:
            one = f"{{ {place.values} }} MINUS {{ {link} {value} }}"
            two = f"{place.nodes} {link} {value} . MINUS {{ {place.values} }}"
        return f"{{ {one} }} UNION {{ {two} }}"


@dataclass(frozen=True)
class Disjoint(Check):
    """sh:disjoint (section 4.5.2): no value that another property has too."""

    other: ox.NamedNode
    component = "disjoint"

    def _where(self, place: Place) -> str | None:
        return f"{{ {place.values} }} {place.node} {self.other} {place.value} ."


@dataclass(frozen=True)
class Less(Check):
    """sh:lessThan and sh:lessThanOrEquals (section 4.5.3), by the order of SPARQL."""

    component: str
    other: ox.NamedNode

    @property
    def _sign(self) -> str:
        return "<" if self.component == "lessThan" else "<="

    def _where(self, place: Place) -> str | None:
        other = next(place.names)
        return (
            f"{{ {place.values} }} {place.node} {self.other} {other} . "
            f"FILTER(!COALESCE({place.value} {self._sign} {other}, false))"
        )


@dataclass(frozen=True)
class Closed(Check):
    """sh:closed (section 4.8.1): no other properties than these."""

    allowed: tuple[ox.NamedNode, ...]
    component = "closed"
    shows = ("?path", "?value")

    def _where(self, place: Place) -> str | None:
        inner = place if place.path is None else replace(place, free=next(place.names))
        tests = [f"!(?path = {_IS_A} && {place.free} = {_RESOURCE})"]
        if self.allowed:
            tests.append(f"?path NOT IN ({', '.join(map(str, self.allowed))})")
        if _IS_A in self.allowed:
            del tests[0]
        link = f"{inner.value} ?path {place.free} ."
        return f"{{ {inner.values} }} {link} FILTER({' && '.join(tests)})"
