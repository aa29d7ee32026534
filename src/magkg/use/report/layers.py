"""Boxes in layers from left to right: an order with few crossings, and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Box", "Edge", "Placed", "place"]

# Room between two boxes of a layer.
GAP = 9.0
SWEEPS = 8
LINE = 13.0
PADDING = 5.0


@dataclass(frozen=True, slots=True)
class Box:
    """A node: its key, its layer from 0, its text in lines and a note in small print.

    ``mark`` is a sign before the text ("+", "−", ...), ``level`` from 0 to 4 or None, ``kind`` a
    class for its look, ``title`` the whole text.
    """

    key: str
    layer: int
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()
    mark: str = ""
    level: int | None = None
    kind: str = ""
    title: str = ""

    @property
    def height(self) -> float:
        """How high the box is, in units of the drawing."""
        bars = 1 if self.level is not None else 0
        return 2 * PADDING + LINE * (len(self.lines) + bars) + (LINE - 1) * len(self.notes)


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two boxes, and which way it points: supports, disputes, inconclusive, ""."""

    start: str
    end: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where every box begins (its upper edge), and how high the whole is."""

    tops: Mapping[str, float]
    height: float


def place(layers: Sequence[Sequence[Box]], edges: Sequence[Edge]) -> Placed:
    """Order every layer so that few links cross, and place its boxes near what they link to."""
    near: dict[str, list[str]] = {}
    for edge in edges:
        near.setdefault(edge.start, []).append(edge.end)
        near.setdefault(edge.end, []).append(edge.start)
    ordered = [list(layer) for layer in layers]
    for sweep in range(SWEEPS):
        steps = range(1, len(ordered)) if sweep % 2 == 0 else range(len(ordered) - 2, -1, -1)
        for at in steps:
            _sort(ordered, at, at - 1 if sweep % 2 == 0 else at + 1, near)
    return _settled(ordered, near)


def _sort(ordered: list[list[Box]], at: int, by: int, near: Mapping[str, list[str]]) -> None:
    """Sort one layer by the mean place of its neighbours in another; what has none stays put."""
    places = {box.key: number for number, box in enumerate(ordered[by])}
    share = len(ordered[by]) / max(len(ordered[at]), 1)

    def mean(number: int, box: Box) -> float:
        held = [places[each] for each in near.get(box.key, ()) if each in places]
        return sum(held) / len(held) if held else number * share

    keyed = [(mean(number, box), number) for number, box in enumerate(ordered[at])]
    ordered[at] = [ordered[at][number] for _, number in sorted(keyed)]


def _settled(ordered: Sequence[Sequence[Box]], near: Mapping[str, list[str]]) -> Placed:
    """Stack the fullest layer; put the others beside it, each box as near its links as it can."""
    sizes = [sum(box.height + GAP for box in layer) - GAP for layer in ordered]
    height = max(sizes)
    first = sizes.index(height)
    tops: dict[str, float] = {}
    at = 0.0
    for box in ordered[first]:
        tops[box.key] = at
        at += box.height + GAP
    heights = {box.key: box.height for layer in ordered for box in layer}
    order = [*range(first - 1, -1, -1), *range(first + 1, len(ordered))]
    for layer in order:
        wanted = []
        for number, box in enumerate(ordered[layer]):
            held = [
                tops[each] + heights[each] / 2 for each in near.get(box.key, ()) if each in tops
            ]
            even = (number + 0.5) * height / len(ordered[layer])
            wanted.append((sum(held) / len(held) if held else even) - box.height / 2)
        tops |= _packed(ordered[layer], wanted, height)
    return Placed(tops, height)


def _packed(layer: Sequence[Box], wanted: Sequence[float], height: float) -> dict[str, float]:
    """Keep the order, let no two boxes touch, stay within the height."""
    found: list[float] = []
    floor = 0.0
    for box, top in zip(layer, wanted, strict=True):
        found.append(max(top, floor))
        floor = found[-1] + box.height + GAP
    ceiling = height
    for at in range(len(layer) - 1, -1, -1):
        found[at] = min(found[at], ceiling - layer[at].height)
        ceiling = found[at] - GAP
    return {box.key: top for box, top in zip(layer, found, strict=True)}
