"""The sheet that a picture of a network stands on: its head, what is left out, the legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magkg.use.export.network.writing import left_out
from magkg.use.export.picture import drawing
from magkg.use.export.picture.drawing import NOTE, Attributes, Box, Line, element, words
from magkg.use.lettering import wrapped
from magkg.use.plain import one_line
from magkg.use.select.language import Everything

if TYPE_CHECKING:
    import networkx as nx

    from magkg.use.export.picture.layout import Picture

__all__ = ["STRENGTHS", "Heading", "many", "sheet"]

# Room around everything, room above and below the rule, the least width, in pixels.
_MARGIN, _RULE, _LEAST = 18.0, 16.0, 760.0
# Size and height of a line of the heading; height of a line of the small print below it.
_TITLE, _TITLE_LINE, _SMALL_LINE = 15.0, 19.0, 14.0
# Longer than any heading can show.
_SHOWN = 400
STRENGTHS = {None: "not rated", 0: "none", 1: "very low", 2: "low", 3: "moderate", 4: "high"}
_LEGENDS: Mapping[str, Mapping[str, str]] = {
    "propositions": {
        "for": "affirmed", "against": "denied", "equal": "no difference found",
        "open": "evidence said to be lacking", "plain": "polarity not stated",
    },
    "claims": {
        "equal": "same proposition (drawn to one claim of it)",
        "against": "opposite, or in tension",
        "open": "another polarity on the same", "plain": "relation as named",
    },
    "provenance": {
        "for": "evidence that supports", "against": "evidence that disputes",
        "open": "evidence that is inconclusive", "plain": "relation as named",
    },
}  # fmt: skip
_KINDS = {
    "concept": "concept", "claim": "claim", "study": "study", "source": "source",
    "citation": "citation not traced",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a picture: a title, "" for its selection, and the digest of the graph."""

    title: str
    root: str


def sheet(
    made: nx.MultiDiGraph,
    placed: Picture,
    lines: Sequence[Line],
    boxes: Sequence[Box],
    heading: Heading,
) -> str:
    """Give the SVG document: head, legend, lines, boxes."""
    wide = max(placed.width, _LEAST)
    said = _selected(made)
    title, below = heading.title.strip() or said, _summary(made, heading.root)
    if title != said:
        below = f"{below} {said}."
    head, high = _head(title, below, wide)
    key, key_high = drawing.legend(_entries(str(made.graph["view"]), lines, boxes), wide)
    top = _MARGIN + high + key_high + _RULE
    size = (wide + 2 * _MARGIN, top + placed.height + _MARGIN)
    rule: Attributes = {
        "x1": _MARGIN, "x2": size[0] - _MARGIN, "y1": top - _RULE, "y2": top - _RULE,
        "stroke": "#ccc",
    }  # fmt: skip
    # Thin lines over wide ones, so that none is hidden.
    order = sorted(lines, key=lambda each: -drawing.WIDTHS[each.rank])
    drawn = [*map(drawing.line, order), *map(drawing.box, boxes)]
    left = _MARGIN + (wide - placed.width) / 2
    return _document(
        size,
        element("title", {"id": "magkg-title"}, words(title)),
        element("desc", {"id": "magkg-about"}, words(below)),
        element("style", {}, drawing.STYLE),
        element("rect", {"width": "100%", "height": "100%", "fill": "#fff"}),
        head,
        _moved(_MARGIN, _MARGIN + high, key),
        element("line", rule),
        _moved(left, top, *(f"{each}\n" for each in drawn)),
    )


def many(number: int, what: str) -> str:
    """Say how many of what: "1 claim", "2 claims"."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _document(size: tuple[float, float], *parts: str) -> str:
    wide, high = (f"{each:.0f}" for each in size)
    look: Attributes = {
        "xmlns": "http://www.w3.org/2000/svg", "class": "magkg", "role": "img",
        "viewBox": f"0 0 {wide} {high}", "width": wide, "height": high,
        "aria-labelledby": "magkg-title magkg-about",
    }  # fmt: skip
    root = element("svg", look, *parts)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'


def _moved(x: float, y: float, *parts: str) -> str:
    return element("g", {"transform": f"translate({x:.1f} {y:.1f})"}, *parts, "")


def _head(title: str, below: str, wide: float) -> tuple[str, float]:
    """Draw the heading and the small print below it; give the markup and its height."""
    parts, y = [], _MARGIN
    for text in wrapped(one_line(title[:_SHOWN]), wide, 3, _TITLE):
        look: Attributes = {"x": _MARGIN, "y": y + _TITLE, "font-size": _TITLE}
        parts.append(element("text", {**look, "font-weight": "bold"}, words(text)))
        y += _TITLE_LINE
    for text in wrapped(one_line(below[:_SHOWN]), wide, 3, NOTE):
        parts.append(element("text", {"x": _MARGIN, "y": y + 12, "font-size": NOTE}, words(text)))
        y += _SMALL_LINE
    return "".join(parts), y + 10 - _MARGIN


def _selected(made: nx.MultiDiGraph) -> str:
    selection = str(made.graph["selection"])
    return "All claims" if selection == str(Everything()) else f"Claims selected by: {selection}"


def _summary(made: nx.MultiDiGraph, root: str) -> str:
    concepts = made.graph["view"] == "propositions"
    nodes = many(len(made), "concept" if concepts else "node")
    edges = many(made.number_of_edges(), "proposition" if concepts else "edge")
    said = [f"{many(made.graph.get('claim_count', 0), 'claim')}: {nodes}, {edges}."]
    if left_out(made):
        said.append(f"{many(left_out(made), 'claim')} without a triple not drawn.")
    if not len(made):
        said.append("There is nothing to draw.")
    if root:
        said.append(f"Graph {root[:12]}.")
    return " ".join(said)


def _entries(
    view: str, lines: Sequence[Line], boxes: Sequence[Box]
) -> list[tuple[Line | str, str]]:
    """Give what the legend has to explain in this picture."""
    found: list[tuple[Line | str, str]] = []
    ways = {each.way for each in lines}
    found += [(_sample(way, 1), said) for way, said in _LEGENDS[view].items() if way in ways]
    if any(each.contested for each in lines):
        found.append((_sample("for", 1, contested=True), "contested in the graph"))
    rated = [each for each in lines if view == "propositions" or each.way != "plain"]
    ranks = {each.rank for each in rated} if view != "claims" else set()
    found += [
        (_sample("for", rank), said if rank is None else f"strength {said}")
        for rank, said in STRENGTHS.items()
        if rank in ranks
    ]
    kinds = {each.kind for each in boxes}
    if kinds - {"concept"}:
        found += [(kind, said) for kind, said in _KINDS.items() if kind in kinds]
    if any(each.spot.repeats for each in boxes):
        found.append(("again", "the same once more"))
    return found


def _sample(way: str, rank: int | None, *, contested: bool = False) -> Line:
    return Line(((0, 0), (0, 0)), way, rank, contested, "")
