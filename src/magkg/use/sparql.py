"""The little of a SPARQL text that must be seen without parsing it: its code, its prefixes."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["blank", "declared", "with_prefixes"]

# SPARQL 1.1 grammar, productions 139 and 156 to 159, and comments (section 19.4).
_IRI = r"<[^<>\"{}|^`\\\x00-\x20]*>"
_STRING = (
    r'"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""'
    r"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
)
_COMMENT = r"#[^\n\r]*"
_HIDDEN = re.compile(rf"{_IRI}|{_STRING}|{_COMMENT}", re.DOTALL)
_DECLARED = re.compile(rf"(?i:\bPREFIX)\s+([^\s:<>]*):\s*({_IRI})")
_USED = re.compile(r"(?<![\w:?$@.-])([A-Za-z][\w.-]*):")


def blank(text: str) -> str:
    """Give the text with IRIs, strings and comments as blanks; every position stays where it was.

    What is left is code, so a keyword found in it is a keyword.
    """
    return _HIDDEN.sub(lambda hit: re.sub(r"[^\r\n]", " ", hit.group()), text)


def declared(text: str) -> dict[str, str]:
    """Give the prefixes that the text declares: prefix to namespace IRI."""
    code = blank(text)
    return {
        hit.group(1): hit.group(2)[1:-1]
        for hit in _DECLARED.finditer(text)
        if code[hit.start() : hit.start() + 6].casefold() == "prefix"
    }


def with_prefixes(text: str, known: Mapping[str, str]) -> tuple[str, int]:
    """Put the known prefixes that the text uses without declaring before its first line.

    Gives the text and the number of characters put there: line numbers stay as they were, and a
    column of line 1 is too high by that number.
    """
    own = declared(text)
    used = {hit.group(1) for hit in _USED.finditer(blank(text))}
    missing = sorted((used & known.keys()) - own.keys())
    lead = "".join(f"PREFIX {name}: <{known[name]}> " for name in missing)
    return lead + text, len(lead)
