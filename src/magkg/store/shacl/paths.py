"""Property paths (SHACL, section 2.3): as SPARQL writes them.

A path is kept as one that always takes a step, with a note whether it may also stay where it is.
SPARQL lets an empty path lead only from nodes that the data mention, SHACL from any node.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["Alternative", "Part", "Path", "Repeat", "Sequence", "Step", "inverse"]


class Part(Protocol):
    """A piece of a path that takes at least one step; its text is that of SPARQL."""

    def __str__(self) -> str: ...


@dataclass(frozen=True)
class Step:
    """One property, ``back`` for the way from its values."""

    iri: ox.NamedNode
    back: bool = False

    def __str__(self) -> str:
        return f"{'^' * self.back}{self.iri}"


@dataclass(frozen=True)
class Sequence:
    """One piece after the other."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return f"({'/'.join(map(str, self.parts))})"


@dataclass(frozen=True)
class Alternative:
    """Any of several pieces."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return f"({'|'.join(map(str, self.parts))})"


@dataclass(frozen=True)
class Repeat:
    """One piece, once or more often."""

    part: Part

    def __str__(self) -> str:
        return f"({self.part})+"


@dataclass(frozen=True)
class Path:
    """A whole path: ``part`` takes a step, ``stays`` where it may also take none."""

    part: Part
    stays: bool = False

    @property
    def iri(self) -> str:
        """The property, "" where the path is not just one."""
        simple = isinstance(self.part, Step) and not self.part.back and not self.stays
        return self.part.iri.value if simple else ""  # type: ignore[attr-defined]

    def __str__(self) -> str:
        return f"({self.part})?" if self.stays else str(self.part)

    @classmethod
    def sequence(cls, paths: list[Path]) -> Path:
        """Give one path after the other."""
        first, *rest = paths
        for other in rest:
            ways: list[Part] = [Sequence((first.part, other.part))]
            ways += [other.part] if first.stays else []
            ways += [first.part] if other.stays else []
            first = cls(_either(ways), first.stays and other.stays)
        return first

    @classmethod
    def alternative(cls, paths: list[Path]) -> Path:
        """Give any of several paths."""
        return cls(_either([each.part for each in paths]), any(each.stays for each in paths))


def _either(parts: list[Part]) -> Part:
    return parts[0] if len(parts) == 1 else Alternative(tuple(parts))


def inverse(part: Part) -> Part:
    """Give the way back."""
    if isinstance(part, Step):
        return Step(part.iri, not part.back)
    if isinstance(part, Sequence):
        return Sequence(tuple(inverse(each) for each in reversed(part.parts)))
    if isinstance(part, Alternative):
        return Alternative(tuple(inverse(each) for each in part.parts))
    assert isinstance(part, Repeat)
    return Repeat(inverse(part.part))
