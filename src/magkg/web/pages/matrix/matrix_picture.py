"""The matrix as a picture: an SVG document that needs nothing else and can be read in grey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from magkg.use.export.picture.drawing import FONTS, Attributes, element, words
from magkg.use.lettering import width, wrapped
from magkg.use.report.signs import WORDS
from magkg.web.pages.matrix.matrix_cells import POLARITIES, Group, Sheet
from magkg.web.pages.matrix.matrix_cells import words as told

if TYPE_CHECKING:
    from magkg.use.report.holdings import Node

__all__ = ["picture"]

# Margin, width of the names of rows, of a column, height of a group of a cell, in pixels.
_MARGIN, _NAMES, _COLUMN, _GROUP = 20.0, 190.0, 92.0, 40.0
# Sizes of letters, and the height of a line of the names.
_TITLE, _TEXT, _SMALL, _LINE = 16.0, 10.5, 9.5, 12.0
_HEAD_LINES, _ROW_LINES = 6, 3
# A drawing is at least so wide, that its legend has room.
_LEAST = 760.0
_INK, _SOFT, _PAPER = "#222", "#777", "#fff"
_STROKE: Attributes = {"fill": _PAPER, "stroke": _INK, "stroke-width": 1.6}
# The empty set is in few fonts, and a line with another font stands out.
_SIGNS = {name: sign.replace("∅", "Ø") for name, sign, _ in POLARITIES}
_STYLE = f"text{{font-family:{FONTS};fill:{_INK};unicode-bidi:isolate}}"


def picture(sheets: Sequence[Sheet], title: str, about: str) -> str:
    """Draw tables one below the other, with a heading, what they show, and a legend."""
    wide = max([_LEAST, *(_NAMES + _COLUMN * len(each.columns) for each in sheets)])
    parts = [_text(_MARGIN, _MARGIN + _TITLE, title, _TITLE, **{"font-weight": "bold"})]
    y = _MARGIN + _TITLE + 8
    for line in wrapped(about, wide, 4, _TEXT):
        y += _LINE + 2
        parts.append(_text(_MARGIN, y, line, _TEXT))
    drawn, y = _legend(y + 14, wide)
    parts.append(drawn)
    for sheet in sheets:
        drawn, y = _table(sheet, y + 26)
        parts.append(drawn)
    if not sheets:
        y += 26
        parts.append(_text(_MARGIN, y, "There is nothing to draw.", _TEXT))
    size = (f"{wide + 2 * _MARGIN:.0f}", f"{y + _MARGIN:.0f}")
    look: Attributes = {
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "width": size[0], "height": size[1],
        "viewBox": f"0 0 {size[0]} {size[1]}", "aria-labelledby": "matrix-title matrix-about",
    }  # fmt: skip
    root = element(
        "svg",
        look,
        element("title", {"id": "matrix-title"}, words(title)),
        element("desc", {"id": "matrix-about"}, words(about)),
        element("style", {}, _STYLE),
        element("rect", {"width": "100%", "height": "100%", "fill": _PAPER}),
        *parts,
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'


def _text(x: float, y: float, text: str, size: float, **more: str) -> str:
    return element("text", {"x": x, "y": y, "font-size": size, **more}, words(text))


def _table(sheet: Sheet, top: float) -> tuple[str, float]:
    """Draw a table; give its markup and where it ends."""
    heads = [wrapped(each.label, _COLUMN - 8, _HEAD_LINES, _SMALL) for each in sheet.columns]
    high = max(map(len, heads)) * _LINE + 6
    name = f"{sheet.name}: {len(sheet.rows)} × {len(sheet.columns)}"
    parts = [_text(_MARGIN, top, name, 12.0, **{"font-weight": "bold"})]
    y = top + 10 + high
    for at, (node, lines) in enumerate(zip(sheet.columns, heads, strict=True)):
        x = _MARGIN + _NAMES + _COLUMN * (at + 0.5)
        middle = y - 4 - _LINE * (len(lines) - 1)
        parts.append(_named(node, x, middle, lines, _SMALL, **{"text-anchor": "middle"}))
    parts.append(_rule(_MARGIN, y, _NAMES + _COLUMN * len(sheet.columns), _INK))
    for row in sheet.rows:
        drawn, y = _row(sheet, row, y)
        parts.append(drawn)
    return element("g", {}, *parts), y


def _rule(x: float, y: float, wide: float, ink: str) -> str:
    return element("line", {"x1": x, "x2": x + wide, "y1": y, "y2": y, "stroke": ink})


def _named(node: Node, x: float, y: float, lines: Sequence[str], size: float, **more: str) -> str:
    """Write the name of a row or a column in lines; all of it shows when it is pointed at."""
    drawn = [_text(x, y + _LINE * at, line, size, **more) for at, line in enumerate(lines)]
    return element("g", {}, element("title", {}, words(node.label)), *drawn)


def _row(sheet: Sheet, row: Node, top: float) -> tuple[str, float]:
    cells = [sheet.cells.get((row.iri, each.iri), ()) for each in sheet.columns]
    lines = wrapped(row.label, _NAMES - 12, _ROW_LINES, _TEXT)
    high = max(_LINE * len(lines) + 8, *(sum(map(_height, cell)) + 6 for cell in cells))
    first = top + (high - _LINE * len(lines)) / 2 + _LINE * 0.8
    parts = [_named(row, _MARGIN, first, lines, _TEXT)]
    for at, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True)):
        x, y = _MARGIN + _NAMES + _COLUMN * at, top + (high - sum(map(_height, cell))) / 2
        for group in cell:
            parts.append(_group(group, x, y, f"{row.label}, {column.label}"))
            y += _height(group)
    wide = _NAMES + _COLUMN * len(sheet.columns)
    parts.append(_rule(_MARGIN, top + high, wide, "#ccc"))
    return element("g", {}, *parts), top + high


def _height(group: Group) -> float:
    return _GROUP + (_LINE if group.species else 0) - (0 if group.verdict else 8)


def _group(group: Group, x: float, y: float, where: str) -> str:
    middle = x + _COLUMN / 2
    parts = [element("title", {}, words(f"{where}: {told(group)}"))]
    centred = {"text-anchor": "middle"}
    if group.species:
        named = wrapped(group.species, _COLUMN - 4, 1, _SMALL)
        parts += [_text(middle, y + 9, line, _SMALL, **centred, fill="#555") for line in named]
        y += _LINE
    if group.verdict:
        rated = bool(group.level or group.against)
        start = middle - (17 + 17 * group.lacking + 36 * rated) / 2
        parts.append(_moved(_shape(group.verdict), start, y + 1, 0.8))
        if group.lacking:
            parts.append(_moved(_shape("foundLacking"), start + 18, y + 1, 0.8))
        one = bool(group.level) != bool(group.against)
        parts.append(_meters(group, start + 19 + 17 * group.lacking, y + (6 if one else 1)))
        y += 18
    elif group.level or group.against:
        parts.append(_meters(group, middle - 16, y))
        y += 16
    else:
        y += 8
    counts = [f"{sign}{group.said[name]}" for name, sign in _SIGNS.items() if group.said[name]]
    numbers = " ".join(counts) + ("*" if group.within else "")
    parts.append(_text(middle, y + 9, numbers, _SMALL, **centred))
    every = group.studies[0]
    studies = f"{every} {'study' if every == 1 else 'studies'}" if every else "no study"
    parts.append(_text(middle, y + 19, studies, 8.5, **centred, fill="#555"))
    return element("g", {}, *parts)


def _moved(drawn: str, x: float, y: float, scale: float) -> str:
    return element("g", {"transform": f"translate({x:.1f} {y:.1f}) scale({scale})"}, drawn)


def _meters(group: Group, x: float, y: float) -> str:
    """Draw the strengths as bars of four, for (+) and against (−), each only where there is one."""
    parts = []
    for mark, level in (("+", group.level), ("−", group.against)):
        if level:
            parts.append(_text(x, y + 6.5, mark, 8.5))
            for place in range(4):
                look: Attributes = {
                    "x": x + 7 + 6 * place, "y": y, "width": 5, "height": 6, "stroke": _INK,
                    "stroke-width": 0.7, "fill": _INK if place < level else _PAPER,
                }  # fmt: skip
                parts.append(element("rect", look))
            y += 9
    return element("g", {}, *parts, "")


def _shape(verdict: str) -> str:
    """Draw the sign of a verdict, 20 pixels wide; each has a shape of its own."""
    filled: Attributes = {"fill": _INK, "stroke": _INK}
    ring: Attributes = {"cx": 10, "cy": 10, "r": 7.5, **_STROKE}
    slash = element("path", {"d": "M4.5 15.5 15.5 4.5", **_STROKE})
    lines = element("path", {"d": "M4 8.5 8.5 4M3.5 13.5 13.5 3.5M6.5 16 16 6.5", **_STROKE})
    shapes = {
        "supported": element("path", {"d": "M10 2 18.5 17.5H1.5Z", **filled}),
        "disputed": element("path", {"d": "M10 18 1.5 2.5H18.5Z", **filled}),
        "conflicting": element("path", {"d": "M10 .8 19.2 10 10 19.2.8 10Z", **_STROKE})
        + element("path", {"d": "M10 .8 19.2 10H.8Z", **filled}),
        "inconclusiveBody": element("circle", ring) + lines,
        "onlyAsserted": element("circle", {**ring, "stroke-dasharray": "2.4 2.4"}),
        "foundLacking": element("circle", ring) + slash,
    }
    return shapes.get(verdict, "")


def _legend(top: float, wide: float) -> tuple[str, float]:
    parts, x, y = [], _MARGIN, top
    for name, (said, _) in WORDS.items():
        room = 22 + width(said, _SMALL) + 16
        if x + room > _MARGIN + wide:
            x, y = _MARGIN, y + 20
        parts.append(_moved(_shape(name), x, y, 0.8))
        parts.append(_text(x + 20, y + 12, said, _SMALL))
        x += room
    y += 24
    signs = ", ".join(f"{_SIGNS[name]} {said}" for name, _, said in POLARITIES)
    notes = (
        f"Numbers are claims of this view: {signs}; * a narrower statement is contested. Signs, "
        "bars (strength for + and against −: very low to high) and independent studies are what "
        "the whole graph holds. Traced evidence: no systematic review and no medical advice."
    )
    for line in wrapped(notes, wide, 5, _SMALL):
        parts.append(_text(_MARGIN, y + 8, line, _SMALL, fill="#444"))
        y += _LINE
    return element("g", {}, *parts), y
