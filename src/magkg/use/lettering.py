"""How much room a text takes in a drawing, and where its lines break."""

from __future__ import annotations

import unicodedata

__all__ = ["width", "wrapped"]

# The width of letters as a share of the font's size, of a wide sans-serif (DejaVu Sans, Verdana):
# no font can be asked here, and a narrower one leaves room.
_NARROW, _PLAIN, _UPPER, _WIDE = 0.36, 0.61, 0.7, 0.95
# What East Asian width calls wide or full, and signs above the first plane.
_SQUARE = 1.02


def width(text: str, size: float) -> float:
    """Give the width of a text in the unit of the font's size."""
    return sum(map(_share, text)) * size


def wrapped(text: str, room: float, most: int, size: float = 11) -> tuple[str, ...]:
    """Break a text into at most so many lines of a width; what is left out shows as an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size) <= room:
            lines[-1] = joined
        else:
            lines += _pieces(word, room, size)
        if len(lines) > most:
            break
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while last and width(last + "…", size) > room:
        last = last[:-1]
    return (*lines[: most - 1], last.rstrip(" ,.;:") + "…")


def _pieces(word: str, room: float, size: float) -> list[str]:
    """Cut a word that is wider than a line."""
    found = [""]
    for letter in word:
        if found[-1] and width(found[-1] + letter, size) > room:
            found.append("")
        found[-1] += letter
    return found


def _share(letter: str) -> float:
    if letter < "\u0300":
        if letter in "iljtfrI.,:;'|()[] ":
            return _NARROW
        if letter in "mwMW@%":
            return _WIDE
        return _UPPER if letter.isupper() else _PLAIN
    if unicodedata.combining(letter):
        return 0
    if letter == "—":
        return _WIDE
    if letter > "\uffff" or unicodedata.east_asian_width(letter) in "WF":
        return _SQUARE
    return _UPPER if letter.isupper() else _PLAIN
