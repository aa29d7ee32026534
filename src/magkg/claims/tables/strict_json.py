"""Reads strict JSON: numbers stay text; what has two meanings or no encoding is refused."""

from __future__ import annotations

import json
from typing import NoReturn

__all__ = ["broken", "parsed", "whole"]

# Lists and objects in one another, at most: far more than any set has.
_DEEPEST = 100
_TOO_DEEP = f"lists or objects stand in one another, more than {_DEEPEST} deep"


def parsed(text: str) -> object:
    """Read strict JSON; numbers stay text. Raises ValueError, also for what has two meanings."""
    if fault := broken(text):
        raise ValueError(fault)
    try:
        found: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=str,
            parse_int=str,
        )
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    if text.count("[") + text.count("{") > _DEEPEST:
        _shallow(found)
    if "\\u" in text:
        whole(found)
    return found


def _shallow(value: object) -> None:
    """Refuse lists and objects in one another that are too deep to be walked through."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            below
            for each in level
            if isinstance(each, dict | list)
            for below in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return
    raise ValueError(_TOO_DEEP)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def whole(value: object) -> None:
    """Refuse a value that holds a text which cannot be written down. Raises ValueError."""
    if isinstance(value, str):
        if fault := broken(value):
            raise ValueError(fault)
    elif isinstance(value, dict):
        for key, each in value.items():
            whole(key)
            whole(each)
    elif isinstance(value, list):
        for each in value:
            whole(each)


def broken(text: str) -> str:
    """Say what keeps a text from being written down, "" where nothing does."""
    if "\0" in text:
        return "the cell holds the character U+0000"
    for char in text:
        if "\ud800" <= char <= "\udfff":
            if "\udc80" <= char <= "\udcff":
                return f"this is not UTF-8: byte 0x{ord(char) - 0xDC00:02x}"
            return f"the lone surrogate U+{ord(char):04X} is no character"
    return ""
