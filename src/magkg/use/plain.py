"""Texts that others wrote, for the eye: nothing in them is obeyed, and none forges a line."""

from __future__ import annotations

import re

__all__ = ["one_line", "shown"]

# Neither HTML nor a reader's eye takes control characters and the marks that turn the direction
# of a text.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    r"\ufffe\uffff\ud800-\udfff]"
)
_BREAK = re.compile(r"[\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def shown(text: str) -> str:
    """Give a text with its unseen characters as visible escapes; line breaks and tabs stay."""
    return _UNSEEN.sub(lambda hit: f"\\u{ord(hit.group()):04x}", text)


def one_line(text: str) -> str:
    """Give a text on one line, with its unseen characters as visible escapes."""
    return shown(" ".join(part.strip(" ") for part in _BREAK.split(text)).strip())
