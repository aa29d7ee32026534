"""The prefixes of a SPARQL text, seen without parsing it."""

from __future__ import annotations

from collections.abc import Mapping

from magkg.store.syntax import blank, prefixes_used
from magkg.store.syntax import declarations as declared

__all__ = ["blank", "declared", "undeclared", "with_prefixes"]


def with_prefixes(text: str, known: Mapping[str, str]) -> tuple[str, int]:
    """Put the known prefixes that the text uses without declaring before its first line.

    Gives the text and the number of characters put there: line numbers stay as they were, and a
    column of line 1 is too high by that number.
    """
    missing = sorted(name for name in undeclared(text) if name in known)
    lead = "".join(f"PREFIX {name}: <{known[name]}> " for name in missing)
    return lead + text, len(lead)


def undeclared(text: str) -> list[str]:
    """Give the prefixes that the text uses and does not declare, in the order of their use."""
    own = declared(text)
    return [name for name in prefixes_used(text) if name not in own]
