"""A drawing in layers as inline SVG: readable in grey, its direction told by line and sign."""

from __future__ import annotations

from collections.abc import Sequence

from magkg.use.report.layers import LINE, PADDING, Box, Edge, Placed, place
from magkg.use.report.markup import Html, tag

__all__ = ["WIDTHS", "draw", "markers", "room"]

# The width of each layer's boxes, and the room between two layers.
WIDTHS = (132, 214, 88, 184, 74)
ROOM = 30
HEAD = 24
# Where a text begins in its box, and where it does after a mark.
MARGIN, INDENT = 7, 21
_WAYS = ("supports", "disputes", "inconclusive")
_LEFT = tuple(sum(WIDTHS[:at]) + ROOM * at for at in range(len(WIDTHS)))
_WIDTH = _LEFT[-1] + WIDTHS[-1]


def room(layer: int, *, mark: bool = False) -> int:
    """Give how wide a text may be in a box of a layer."""
    return WIDTHS[layer] - (INDENT if mark else MARGIN) - 5


def draw(
    ident: str, title: str, about: str, heads: Sequence[str], boxes: Sequence[Box],
    edges: Sequence[Edge],
) -> Html:  # fmt: skip
    """Draw boxes and links below the names of their layers; ``about`` says it all in words."""
    layers = [[box for box in boxes if box.layer == at] for at in range(len(WIDTHS))]
    placed = place(layers, edges)
    known = {box.key: box for box in boxes}
    height = round(placed.height + HEAD + 2)
    names = [
        tag("text", f"{len(layer)} {name}" if layer else f"no {name}", x=_LEFT[at] + 1, y="11")
        for at, (name, layer) in enumerate(zip(heads, layers, strict=True))
    ]
    lines = [_edge(known[edge.start], known[edge.end], edge.way, placed) for edge in edges]
    return tag(
        "svg",
        tag("title", title, id=f"{ident}-t"),
        tag("desc", about, id=f"{ident}-d"),
        tag("g", names, class_="heads"),
        tag("g", lines, class_="edges", transform=f"translate(0 {HEAD})"),
        tag("g", [_box(box, placed) for box in boxes], transform=f"translate(0 {HEAD})"),
        class_="diagram",
        viewBox=f"-1 -1 {_WIDTH + 2} {height}",
        width=_WIDTH + 2,
        height=height,
        role="img",
        aria_labelledby=f"{ident}-t {ident}-d",
    )


def _edge(start: Box, end: Box, way: str, placed: Placed) -> Html:
    x1, x2 = _LEFT[start.layer] + WIDTHS[start.layer], _LEFT[end.layer] - 5
    y1, y2 = (round(placed.tops[each.key] + each.height / 2, 1) for each in (start, end))
    bend = round((x2 - x1) / 2, 1)
    if end.layer == start.layer:
        return _beside(x1, y1, y2, way)
    path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    return tag(
        "path", d=path, class_=f"edge {way}".rstrip(), marker_end=f"url(#to-{way or 'plain'})"
    )


def _beside(x: float, y1: float, y2: float, way: str) -> Html:
    """A link within a layer goes round on its right."""
    path = f"M{x} {y1}C{x + ROOM - 8} {y1} {x + ROOM - 8} {y2} {x + 5} {y2}"
    return tag(
        "path", d=path, class_=f"edge {way}".rstrip(), marker_end=f"url(#to-{way or 'plain'})"
    )


def _box(box: Box, placed: Placed) -> Html:
    x, y = _LEFT[box.layer], round(placed.tops[box.key], 1)
    width, height = WIDTHS[box.layer], box.height
    indent = INDENT if box.mark else MARGIN
    texts = [
        tag("text", line, x=x + indent, y=round(y + PADDING + LINE * (at + 0.78), 1))
        for at, line in enumerate(box.lines)
    ]
    below = y + PADDING + LINE * len(box.lines)
    if box.level is not None:
        texts.append(_bars(x + indent, below + 3, box.level, box.kind))
        below += LINE
    texts += [
        tag("text", note, x=x + indent, y=round(below + (LINE - 1) * (at + 0.75), 1), class_="note")
        for at, note in enumerate(box.notes)
    ]
    mark = None
    if box.mark:
        middle = round(y + PADDING + LINE / 2, 1)
        mark = tag("text", box.mark, x=x + 11, y=round(middle + 4.5, 1), class_="mark")
    rounding = round(height / 2, 1) if "pill" in box.kind else 3
    frame = tag("rect", x=x, y=y, width=width, height=round(height, 1), rx=min(rounding, 12))
    whole = tag("title", box.title) if box.title else None
    return tag("g", whole, frame, mark, texts, class_=f"box {box.kind}".rstrip())


def _bars(x: float, y: float, level: int, kind: str) -> Html:
    side = "against" if "disputes" in kind.split() else "for"
    bars = [
        tag(
            "rect", x=round(x + 9 * at, 1), y=round(y, 1), width="7", height="7",
            class_=side if at < level else "empty",
        )
        for at in range(4)
    ]  # fmt: skip
    return tag("g", bars, class_="bars")


def markers() -> Html:
    """Give the ends of links: an arrow, a bar for what disputes, a ring for what is open."""
    shapes = {
        "plain": tag("path", d="M0 1 6 4 0 7Z", class_="end-plain"),
        "supports": tag("path", d="M0 0 8 4 0 8Z", class_="end-for"),
        "disputes": tag("path", d="M3 0V8", class_="end-against"),
        "inconclusive": tag("circle", cx="4", cy="4", r="3", class_="end-open"),
    }
    return Html(
        "".join(
            tag(
                "marker", shape, id=f"to-{name}", viewBox="0 0 8 8", refX="4", refY="4",
                markerWidth="8", markerHeight="8", markerUnits="userSpaceOnUse", orient="auto",
            )
            for name, shape in shapes.items()
        )
    )  # fmt: skip
