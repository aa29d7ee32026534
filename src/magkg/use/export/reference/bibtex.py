r"""BibTeX: one entry a source, for LaTeX; entry types that BibTeX and biblatex both know.

Texts are UTF-8 (biber, or bibtex8/upBibTeX) and their special characters are commands of the LaTeX
kernel, so that each text comes back the same by one rule: ``\textbackslash{}``,
``\textbraceleft{}``, ``\textbraceright{}``, ``\textasciitilde{}``, ``\textasciicircum{}``,
``\&``, ``\%``, ``\$``, ``\#``, ``\_``, and ``\symbol{N}`` for the code point N of any other
character that BibTeX would change: white space but a single space within, controls, ``@``.
Braces around a title keep its case. Addresses, DOIs, IRIs are raw, as biblatex and hyperref want
them; only ``{``, ``}`` and white space in them are percent-encoded.

Beside the usual fields: ``annote`` the citation as the graph has it, ``keywords`` the FaBiO
classes, ``iri``, ``license``, ``claims`` the names of the selected claims that the source makes,
``studies`` labels and IRIs of the studies that it reports. BibTeX passes over unknown fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

from magkg.use.export.characters import encoded
from magkg.use.export.reference.citation import Name, Reference, collect, form_of

if TYPE_CHECKING:
    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["entry", "write"]

_COMMANDS = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "&": r"\&", "%": r"\%", "$": r"\$",
    "#": r"\#", "_": r"\_",
}  # fmt: skip
# White space is left alone only as single spaces between other characters.
_CHANGED = re.compile(
    r"[\\{}~^&%$#_@]|[^\S ]|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2066-\u2069\ufeff]"
    r"|^ | $|(?<=\s) |(?<=\s)\s"
)
_PLACES = {"journal": "journal", "volume": "volume", "issue": "number", "pages": "pages"}


def write(subgraph: Subgraph, out: BinaryIO, options: Options, form: str) -> Mapping[str, int]:
    """Write the sources and studies of a selection as BibTeX; give what was written.

    Raises InputError, naming the node, for a lone surrogate.
    """
    found = collect(subgraph, options)
    for at, reference in enumerate(found.references):
        out.write(encoded("\n" * bool(at) + entry(reference), reference.iri))
    return {"entries": len(found.references), **found.counts}


def entry(reference: Reference) -> str:
    """Write one source or study as an entry."""
    fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in _fields(reference) if value)
    return f"@{form_of(reference)[0]}{{{reference.key},\n{fields}\n}}\n"


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "author", " and ".join(map(_author, reference.authors))
    yield "title", f"{{{_text(reference.title)}}}"
    yield from zip(("year", "month", "day"), map(str, reference.issued), strict=False)
    for name, value in reference.place:
        yield _PLACES[name], _text(value).replace("-", "--" if name == "pages" else "-")
    yield "doi", _raw(reference.doi)
    yield "pmid", _raw(reference.pmid)
    yield "url", _raw(reference.url)
    yield "annote", _text(reference.note)
    yield "keywords", _text(", ".join(reference.types))
    yield "license", _raw(reference.license)
    yield "iri", _raw(reference.iri)
    yield "claims", " ".join(_raw(_within(each, reference.iri)) for each in reference.claims)
    yield "studies", "; ".join(f"{_text(label)} <{_raw(iri)}>" for label, iri in reference.studies)


def _author(name: Name) -> str:
    family = _text(name.family)
    return f"{family}, {name.given}" if name.initials else f"{{{family}}}"


def _within(claim: str, source: str) -> str:
    return claim.removeprefix(source) if claim.startswith(source + "#") else claim


def _text(text: str) -> str:
    return _CHANGED.sub(lambda hit: _command(hit.group()), text)


def _command(letter: str) -> str:
    return _COMMANDS.get(letter) or rf"\symbol{{{ord(letter)}}}"


def _raw(text: str) -> str:
    return re.sub(r"[{}\s]", lambda hit: "".join(f"%{b:02X}" for b in hit.group().encode()), text)
