"""Shapes, and what a shape asks of values by means of other shapes.

In SPARQL a shape is a pattern that gives those of some nodes that fail it; whatever is asked of
conformance is made of such patterns by joining, uniting and subtracting (MINUS), so that each is
evaluated once for all nodes, not once for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from magkg.store.shacl.checks import Check
from magkg.store.shacl.places import Domain, Place, distinct, union

if TYPE_CHECKING:
    from magkg.store.shacl.paths import Path

__all__ = ["And", "Node", "Not", "One", "Or", "Qualified", "Shape", "inner"]


@dataclass(frozen=True, eq=False)
class Shape:
    """A shape with its constraints; ``properties`` are the shapes that its values have to meet.

    ``name`` is what findings call it, ``message`` what they say.
    """

    name: str
    message: str
    severity: str
    path: Path | None
    checks: tuple[Check, ...]
    properties: tuple[Shape, ...]

    def fails(self, node: str, domain: Domain, names: Iterator[str]) -> str | None:
        """Write the pattern of those nodes of a domain that fail; None where none ever can."""
        place = Place(domain, self.path, node, next(names), names)
        found = [check.where(place) for check in self.checks]
        found += [failing(each, place, fails=True) for each in self.properties]
        parts = [distinct(node, each) for each in found if each]
        return union(parts) if parts else None


def failing(shape: Shape, place: Place, *, fails: bool) -> str | None:
    """Write the pattern of the values of a place that fail a shape, or of those that meet it."""
    found = shape.fails(place.value, place.domain_of_values(), place.names)
    if fails:
        return found if place.path is None else found and f"{{ {place.values} }} {{ {found} }}"
    return f"{{ {place.values} }} MINUS {{ {found} }}" if found else place.values


@dataclass(frozen=True, eq=False)
class _Shaped(Check):
    """What is asked of each value with regard to shapes."""

    shapes: tuple[Shape, ...]

    def fails(self, place: Place) -> list[str | None]:
        """Write for each shape the group of the values that fail it."""
        domain = place.domain_of_values()
        return [each.fails(place.value, domain, place.names) for each in self.shapes]


class Not(_Shaped):
    """sh:not (SHACL, section 4.6.1)."""

    component = "not"

    def _where(self, place: Place) -> str | None:
        return failing(self.shapes[0], place, fails=False)


class And(_Shaped):
    """sh:and (section 4.6.2)."""

    component = "and"

    def _where(self, place: Place) -> str | None:
        parts = [failing(each, place, fails=True) for each in self.shapes]
        found = [each for each in parts if each]
        return union(found) if found else None


class Node(And):
    """sh:node (section 4.7.1)."""

    component = "node"


class Or(_Shaped):
    """sh:or (section 4.6.3)."""

    component = "or"

    def _where(self, place: Place) -> str | None:
        groups = [each for each in self.fails(place) if each]
        if len(groups) < len(self.shapes):
            return None
        return f"{{ {place.values} }} {' '.join(f'{{ {each} }}' for each in groups)}"


class One(_Shaped):
    """sh:xone (section 4.6.4): exactly one of several."""

    component = "xone"

    def _where(self, place: Place) -> str | None:
        none = Or(self.shapes).where(place)
        ways = [none] if none else []
        for both in combinations(self.fails(place), 2):
            less = "".join(f" MINUS {{ {each} }}" for each in both if each)
            ways.append(f"{{ {place.values} }}{less}")
        return union(ways) if ways else None


@dataclass(frozen=True, eq=False)
class Qualified(Check):
    """sh:qualifiedValueShape (section 4.7.3) with its least or its greatest number."""

    component: str
    bound: int
    shape: Shape
    siblings: tuple[Shape, ...]
    shows = ()

    def _where(self, place: Place) -> str | None:
        least = self.component == "qualifiedMinCount"
        if least and not self.bound:
            return None
        counted = failing(self.shape, place, fails=False)
        for other in self.siblings:
            group = other.fails(place.value, place.domain_of_values(), place.names)
            counted = f"{{ {counted} }} {{ {group} }}" if group else f"{counted} FILTER(false)"
        found = (
            f"{{ SELECT {place.node} WHERE {{ {counted} }} GROUP BY {place.node} "
            f"HAVING(COUNT(DISTINCT {place.value}) {'>=' if least else '>'} {self.bound}) }}"
        )
        return f"{place.nodes} MINUS {found}" if least else found


def inner(shape: Shape, place: Place) -> Place:
    """Give the place where a shape of sh:property looks: at the values of another's place."""
    return replace(place, domain=place.domain_of_values(), path=shape.path)
