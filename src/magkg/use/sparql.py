"""The prefixes of a SPARQL text, seen without parsing it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from magkg.store.syntax import IRIREF, blank

__all__ = ["blank", "declared", "with_prefixes"]

_DECLARED = re.compile(rf"(?i:\bPREFIX)\s+([^\s:<>]*):\s*({IRIREF})")
_USED = re.compile(r"(?<![\w:?$@.-])([A-Za-z][\w.-]*):")


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
