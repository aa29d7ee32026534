"""Trusty URIs of module RA: an artifact code that is the SHA-256 of an RDF document.

The rule is that of Kuhn and Dumontier, "Trusty URIs" (ESWC 2014), as its reference implementation
(trustyuri-java, net.trustyuri.rdf) does it. Statements with the code blanked are sorted by graph,
subject, predicate and object, IRIs before literals, each written as four lines and hashed; the
code is ``RA`` and the digest in base64url without padding.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from magkg.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["BLANK", "artifact_code", "holds", "made", "normalised"]

# What stands for the code while it is not known: 45 characters, as a code has.
BLANK: Final = "RA" + "0" * 43
_CODE = re.compile(r"(?:.*[^A-Za-z0-9_-])?(RA[A-Za-z0-9_-]{43})(?:\.[A-Za-z0-9_.-]{0,20})?", re.S)


def artifact_code(iri: str) -> str | None:
    """Give the artifact code of module RA at the end of an IRI, None where there is none.

    >>> artifact_code("https://example.org/np/" + BLANK) == BLANK
    True
    """
    found = _CODE.fullmatch(iri)
    return found.group(1) if found else None


def made(quads: Iterable[ox.Quad], blank: str = BLANK) -> str:
    """Give the artifact code of statements in which ``blank`` stands for it."""
    return code_of(normalised(quads, blank))


def holds(quads: Iterable[ox.Quad], code: str) -> bool:
    """Say whether the statements have this code.

    The reference implementation sorts by UTF-16 code units, others by code points. They differ
    only where characters beyond U+FFFF meet those from U+E000; either order is taken.
    """
    kept = list(quads)
    return any(code_of(normalised(kept, code, order)) == code for order in (_utf16, str.encode))


def code_of(text: str) -> str:
    """Give the artifact code of a normalised text."""
    digest = hashlib.sha256(text.encode()).digest()
    return "RA" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be")


def normalised(
    quads: Iterable[ox.Quad], code: str | None, order: Callable[[str], bytes] = _utf16
) -> str:
    """Give the text that is hashed and signed, the code blanked.

    Raises InputError for a blank node and for a triple term: they have no trusty form.
    """
    found: dict[str, tuple[object, ...]] = {}
    for quad in quads:
        names = [_iri(each, code) for each in (quad.graph_name, quad.subject, quad.predicate)]
        held = quad.object
        if isinstance(held, ox.Literal):
            # In the order, a language counts as no datatype; that comes first.
            kind = "" if held.language else held.datatype.value
            last: tuple[object, ...] = (
                1, order(held.value), order(kind), order((held.language or "").lower()),
            )  # fmt: skip
            text = _literal(held)
        else:
            text = _iri(held, code)
            last = (0, order(text))
        line = "".join(f"{each}\n" for each in (*names, text))
        found[line] = (*map(order, names), *last)
    return "".join(sorted(found, key=found.__getitem__))


def _iri(term: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | ox.Triple, code: str | None) -> str:
    if isinstance(term, ox.DefaultGraph):
        return ""
    if not isinstance(term, ox.NamedNode):
        raise InputError(f"{term} has no IRI, so it has no place under a trusty URI")
    return term.value.replace(code, " ") if code else term.value


def _literal(value: ox.Literal) -> str:
    text = value.value.replace("\\", "\\\\").replace("\n", "\\n")
    if value.language:
        return f"@{value.language.lower()} {text}"
    return f"^{value.datatype.value} {text}"
