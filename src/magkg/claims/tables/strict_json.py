"""Reads strict JSON: numbers stay text; what has two meanings or no encoding is refused."""

from __future__ import annotations

import json
from typing import NoReturn

__all__ = ["broken", "parsed", "whole"]


def parsed(text: str) -> object:
    """Read strict JSON; numbers stay text. Raises ValueError, also for what has two meanings."""
    if fault := broken(text):
        raise ValueError(fault)
    found: object = json.loads(
        text,
        object_pairs_hook=_object,
        parse_constant=_constant,
        parse_float=str,
        parse_int=str,
    )
    if "\\u" in text:
        whole(found)
    return found


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
