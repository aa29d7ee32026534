"""Where a constraint looks, in SPARQL: the nodes of a shape, their values, those that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from magkg.vocabulary import RDFS, TYPE

if TYPE_CHECKING:
    from magkg.store.shacl.findings import Targets
    from magkg.store.shacl.paths import Path

__all__ = ["IS_A", "Domain", "Place", "distinct", "targeted", "union"]

# Writes the pattern that gives some nodes, for the variable that is to hold them.
Domain: TypeAlias = Callable[[str], str]

IS_A = f"<{TYPE}>/<{RDFS}subClassOf>*"


def distinct(variable: str, pattern: str) -> str:
    """Write a group that gives the variable alone, each of its terms once."""
    return f"{{ SELECT DISTINCT {variable} WHERE {{ {pattern} }} }}"


def union(patterns: list[str]) -> str:
    """Write that any of several patterns holds."""
    if len(patterns) == 1:
        return patterns[0]
    return " UNION ".join(f"{{ {each} }}" for each in patterns)


def targeted(targets: Targets) -> Domain:
    """Give the nodes that targets name (SHACL, section 2.1.3), with the classes below a class."""

    def domain(variable: str) -> str:
        ways = [f"{variable} {IS_A} {each} ." for each in targets.classes]
        ways += [f"{variable} {each} ?t ." for each in targets.subjects_of]
        ways += [f"?t {each} {variable} ." for each in targets.objects_of]
        if targets.nodes:
            ways.append(f"VALUES {variable} {{ {' '.join(map(str, targets.nodes))} }}")
        if len(ways) == 1 and (targets.classes or targets.nodes):
            return ways[0]
        return distinct(variable, union(ways))

    return domain


@dataclass(frozen=True)
class Place:
    """The nodes of a shape and, by its path, their values; without a path they are the values.

    ``node`` is the variable that holds the nodes, ``free`` one for what belongs to them, ``names``
    gives more.
    """

    domain: Domain
    path: Path | None
    node: str = "?this"
    free: str = "?value"
    names: Iterator[str] = field(default_factory=lambda: (f"?v{each}" for each in count(1)))

    @property
    def value(self) -> str:
        """The variable that holds the values."""
        return self.node if self.path is None else self.free

    @property
    def nodes(self) -> str:
        """The pattern that gives the nodes."""
        return self.domain(self.node)

    @property
    def values(self) -> str:
        """The pattern that gives the nodes and their values."""
        if self.path is None:
            return self.nodes
        steps = f"{self.nodes} {self.steps}"
        if not self.path.stays:
            return steps
        return f"{{ {steps} }} UNION {{ {self.nodes} BIND({self.node} AS {self.value}) }}"

    @property
    def steps(self) -> str:
        """The pattern that leads from a node to its values, but for a path that stays."""
        assert self.path is not None
        return f"{self.node} {self.path.part} {self.value} ."

    def domain_of_values(self) -> Domain:
        """Give the values as the nodes that another shape looks at."""
        if self.path is None:
            return self.domain

        def domain(variable: str) -> str:
            node = next(self.names)
            return distinct(variable, replace(self, node=node, free=variable).values)

        return domain
