"""What shapes look at, and what they find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyoxigraph as ox

    from magkg.store.shacl.terms import Term

__all__ = ["Group", "Targets", "Violation", "grouped"]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One constraint that one node breaks.

    ``focus`` is the node's IRI, ``path`` and ``value`` are what is concerned ("" where nothing in
    particular is), ``constraint`` is the constraint's id, ``SHAPE/component``
    (``ClaimShape-polarity/minCount``), ``message`` is the shape's own.
    """

    focus: str
    constraint: str
    path: str
    value: str
    message: str

    @property
    def queried(self) -> bool:
        """Whether the constraint is a SPARQL query, not one of SHACL's own."""
        return self.constraint.endswith("/sparql")


@dataclass(frozen=True, slots=True)
class Targets:
    """Which nodes a shape looks at (SHACL, section 2.1.3)."""

    classes: tuple[ox.NamedNode, ...] = ()
    nodes: tuple[Term, ...] = ()
    subjects_of: tuple[ox.NamedNode, ...] = ()
    objects_of: tuple[ox.NamedNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The violations of one constraint: how many, and the first of them."""

    constraint: str
    count: int
    examples: tuple[Violation, ...]


def grouped(found: Iterable[Violation], examples: int = 3) -> list[Group]:
    """Sum violations up by constraint, those with the most first; only examples are kept."""
    counts: dict[str, int] = {}
    first: dict[str, list[Violation]] = {}
    for each in found:
        counts[each.constraint] = counts.get(each.constraint, 0) + 1
        kept = first.setdefault(each.constraint, [])
        if len(kept) < examples:
            kept.append(each)
    order = sorted(counts, key=lambda name: (-counts[name], name))
    return [Group(name, counts[name], tuple(first[name])) for name in order]
