"""The signs of a picture of a network, as SVG: boxes, lines, and the legend that explains them.

Nothing is told by colour alone. What a line says is its stroke and its end, how strong the evidence
is its width; colour only repeats that something is contested.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from magkg.use.export.network.writing import escaped
from magkg.use.export.picture.layout import PORT, Point, Spot
from magkg.use.lettering import width
from magkg.use.plain import one_line

__all__ = [
    "FONTS", "LINE", "NOTE", "NOTE_LINE", "SIZE", "STYLE", "WIDTHS", "Attributes", "Box", "Line",
    "box", "element", "legend", "line", "words",
]  # fmt: skip

Attributes: TypeAlias = dict[str, str | float]
# Sizes of labels and of small print, and the height of a line of each, in pixels.
SIZE, NOTE, LINE, NOTE_LINE = 12.0, 10.5, 14.5, 12.5
FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', 'Noto Sans', sans-serif"
# The width of a line by the rank of the evidence: not rated, none, very low, low, moderate, high.
WIDTHS: Mapping[int | None, float] = MappingProxyType(
    {None: 0.9, 0: 1.0, 1: 1.9, 2: 2.9, 3: 4.2, 4: 5.6}
)
_INK, _SOFT, _PALE, _ACCENT, _PAPER = "#222", "#8c8c8c", "#f0f0ee", "#b3400f", "#fff"
# Each rule begins with the class of the picture: a notebook's page applies it everywhere.
STYLE = (
    f".magkg text{{font-family:{FONTS};fill:{_INK};unicode-bidi:isolate}}"
    ".magkg .hit{stroke:#000;stroke-opacity:0;stroke-width:9;fill:none}"
    f".magkg .line:hover .way{{stroke:{_ACCENT}}}"
)
# What a line says, to its dashes.
_DASHES = {"against": "7 4", "open": "0.1 4.5"}
_HEAD = 9.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the picture: its two ends, what it says, the rank of its evidence.

    ``way`` is for, against, equal, open or plain; ``about`` is shown when it is pointed at,
    ``data`` are attributes that carry what it stands for.
    """

    ends: tuple[Point, Point]
    way: str
    rank: int | None
    contested: bool
    about: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the picture: its look (concept, claim, study, source, citation), its texts."""

    spot: Spot
    kind: str
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    ports: Mapping[str, str]
    ports_width: float
    about: str
    data: Mapping[str, str] = field(default_factory=dict)


def element(name: str, attributes: Attributes, *children: str) -> str:
    """Make an element; attributes are escaped, children are markup."""
    held = "".join(f' {key}="{escaped(_said(value))}"' for key, value in attributes.items())
    return f"<{name}{held}>{''.join(children)}</{name}>" if children else f"<{name}{held}/>"


def words(text: str) -> str:
    """Give a text as markup, on one line, its unseen characters as visible escapes."""
    return escaped(one_line(text))


def _said(value: str | float) -> str:
    return value if isinstance(value, str) else f"{round(value, 1):g}"


def _text(x: float, y: float, text: str, size: float, **more: str | float) -> str:
    return element("text", {"x": x, "y": y, "font-size": size, **more}, words(text))


def line(made: Line) -> str:
    """Draw a line with its end, and the words that show when it is pointed at."""
    start, (x, y) = made.ends
    thick = WIDTHS[made.rank]
    end = x - (0 if made.way == "equal" else _HEAD - 2 if made.way == "for" else 4)
    path = _path(start, (end, y))
    ink = _ACCENT if made.contested else _SOFT if made.rank is None else "#4a4a4a"
    parts = [
        element("title", {}, "\n".join(escaped(one_line(each)) for each in made.about.split("\n")))
    ]
    parts.append(element("path", {"class": "hit", "d": path}))
    parts += _stroke(path, made.way, thick, ink)
    parts += _end(x, y, made.way, thick, ink)
    if made.contested:
        at = x - _HEAD - 9
        diamond = f"M{_said(at - 5)} {_said(y)}l5 -5 5 5 -5 5z"
        parts.append(element("path", {"d": diamond, "fill": _ACCENT, "stroke": _PAPER}))
    return element("g", {"class": "line", **made.data}, *parts)


def _path(start: Point, end: Point) -> str:
    (x1, y1), (x2, y2) = start, end
    bend = (x2 - x1) * 0.5
    curve = (x1 + bend, y1, x2 - bend, y2, x2, y2)
    return f"M{_said(x1)} {_said(y1)}C{' '.join(map(_said, curve))}"


def _stroke(path: str, way: str, thick: float, ink: str) -> list[str]:
    look: Attributes = {
        "class": "way", "d": path, "fill": "none", "stroke": ink, "stroke-width": thick,
    }  # fmt: skip
    if way == "equal":
        inner: Attributes = {
            "d": path,
            "fill": "none",
            "stroke": _PAPER,
            "stroke-width": thick + 1.2,
        }
        return [element("path", look | {"stroke-width": thick + 3.2}), element("path", inner)]
    if way in _DASHES:
        look["stroke-dasharray"] = _DASHES[way]
    if way == "open":
        look |= {"stroke-linecap": "round", "stroke-width": max(thick, 1.6)}
    return [element("path", look)]


def _end(x: float, y: float, way: str, thick: float, ink: str) -> list[str]:
    half = 3.6 + thick / 2
    if way == "for":
        head = f"M{_said(x)} {_said(y)}l{_said(-_HEAD)} {_said(-half)}v{_said(2 * half)}z"
        return [element("path", {"d": head, "fill": ink})]
    if way == "against":
        bar = f"M{_said(x - 3)} {_said(y - half - 2)}v{_said(2 * half + 4)}"
        return [element("path", {"d": bar, "stroke": ink, "stroke-width": 2.6})]
    if way == "open":
        ring: Attributes = {
            "cx": x - 5,
            "cy": y,
            "r": 3.6,
            "fill": _PAPER,
            "stroke": ink,
            "stroke-width": 1.5,
        }
        return [element("circle", ring)]
    if way == "plain":
        head = f"M{_said(x - 6)} {_said(y - 3.5)}l5 3.5 -5 3.5"
        return [element("path", {"d": head, "fill": "none", "stroke": ink, "stroke-width": 1.2})]
    return []


def box(made: Box) -> str:
    """Draw a box: at its left what arrives, at its right what it is."""
    spot = made.spot
    x, ports = spot.x + made.ports_width, made.spot.ports
    parts = [element("title", {}, words(made.about)), _frame(spot, made.kind)]
    if ports:
        edge = f"M{_said(x)} {_said(spot.y)}v{_said(spot.height)}"
        parts.append(element("path", {"d": edge, "stroke": "#bbb", "stroke-width": 0.8}))
    parts += [
        _text(spot.x + 5, y + NOTE * 0.35, made.ports[port], NOTE, fill="#333")
        for port, y in ports.items()
    ]
    high = LINE * len(made.lines) + NOTE_LINE * len(made.notes)
    at = spot.y + (spot.height - high) / 2
    for text in made.lines:
        parts.append(_text(x + 7, at + LINE * 0.76, text, SIZE))
        at += LINE
    for text in made.notes:
        parts.append(_text(x + 7, at + NOTE_LINE * 0.74, text, NOTE, fill="#555"))
        at += NOTE_LINE
    return element("g", {"class": "box", **made.data}, *parts)


def _frame(spot: Spot, kind: str) -> str:
    look: Attributes = {"fill": _PAPER, "stroke": _INK, "stroke-width": 1}
    if spot.repeats or kind == "citation":
        look |= {"stroke-dasharray": "3 2"}
    if kind == "source":
        look |= {"fill": _PALE}
    rounding = {"concept": 5.0, "study": min(spot.height / 2, 14.0)}.get(kind, 0.0)
    shape: Attributes = {
        "x": spot.x,
        "y": spot.y,
        "width": spot.width,
        "height": spot.height,
        "rx": rounding,
    }
    frame = element("rect", shape | look)
    if kind == "claim":
        bar: Attributes = {
            "x": spot.x + spot.width - 3,
            "y": spot.y,
            "width": 3,
            "height": spot.height,
        }
        frame += element("rect", bar | {"fill": _INK})
    return frame


def legend(entries: Iterable[tuple[Line | str, str]], room: float) -> tuple[str, float]:
    """Draw samples with their words in rows of a width; give the markup and its height.

    An entry is a line (wherever it ends) and its words, or the kind of a box and its words.
    """
    parts, x, y = [], 0.0, 0.0
    for sample, said in entries:
        wide = 44 + width(said, NOTE) + 18
        if x and x + wide > room:
            x, y = 0.0, y + PORT + 6
        parts.append(_sample(sample, x, y + PORT / 2))
        parts.append(_text(x + 42, y + PORT / 2 + NOTE * 0.35, said, NOTE))
        x += wide
    return "".join(parts), y + PORT + 6


def _sample(sample: Line | str, x: float, y: float) -> str:
    if isinstance(sample, str):
        spot = Spot("", x + 2, y - 6, 32, 12, {}, "again" if sample == "again" else "")
        return _frame(spot, "concept" if sample == "again" else sample)
    return line(
        Line(((x, y), (x + 36, y)), sample.way, sample.rank, sample.contested, sample.about)
    )
