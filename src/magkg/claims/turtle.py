"""Reads authored RDF with its lines, and writes the one canonical form of a Turtle file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg import vocabulary
from magkg.claims import layout, lines, rdfxml
from magkg.claims.lines import LineMap
from magkg.errors import InputError, SyntaxFault, meant, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["DEPTH", "FORMATS", "LONGEST", "Document", "read", "write"]

FORMATS: Mapping[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
}
# pyoxigraph's limit for one word, in bytes; the same for every format.
LONGEST = 1 << 24
# Triple terms within triple terms: at some depth pyoxigraph ends the process.
DEPTH = 64
_UNDECLARED = re.compile(r"The prefix (.*?):? has not been declared")
_PLACE = re.compile(r"^Parser error (?:at|between) line \d+.*?: ", re.DOTALL)


@dataclass(frozen=True)
class Document:
    """One file of authored RDF.

    ``name`` is the path as shown to the user, ``quads`` stand in the order of the text, ``lines``
    answers where, ``base`` is the base IRI that was in force at the end and ``prefixes`` are those
    the file declares.
    """

    path: Path
    name: str
    quads: tuple[ox.Quad, ...]
    lines: LineMap = field(default_factory=LineMap, compare=False)
    base: str | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)


def read(
    path: str | Path,
    *,
    name: str | None = None,
    base: str | None = None,
    prefixes: Mapping[str, str] | None = None,
) -> Document:
    """Read a file in Turtle, TriG, N-Triples, N-Quads or RDF/XML, by its suffix, as strict UTF-8.

    ``name`` is how messages call the file (its path unless given), ``base`` what relative IRIs are
    resolved against where the file names no base of its own: without either they are refused, so
    that no path of this machine becomes part of an IRI. ``prefixes`` are taken as declared, which
    `format` uses to add the lines that are missing; by default a file must declare its own.

    Raises InputError for what is no readable file and SyntaxFault, with the line, for what does
    not parse.
    """
    path = Path(path)
    shown = str(path) if name is None else name
    form = _format(path, shown)
    data = _bytes(path, shown)
    text = _decoded(data, shown)
    xml = form == ox.RdfFormat.RDF_XML
    if xml:
        rdfxml.guard(data, shown, LONGEST)
    else:
        _guard(text, shown)
    if prefixes and form in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG):
        # On the first line, so that every line keeps its number.
        header = "".join(f"@prefix {each}: <{space}> . " for each, space in prefixes.items())
        text = header + text
        data = text.encode()
    try:
        parser = ox.parse(data, format=form, base_iri=base)
        quads = tuple(parser)
    except (SyntaxError, ValueError, MemoryError) as error:
        raise _fault(error, text, data, form, shown, base) from None
    find = partial(rdfxml.scan, data, base) if xml else partial(lines.scan, text, base)
    return Document(path, shown, quads, LineMap(find, text), parser.base_iri, dict(parser.prefixes))


def _format(path: Path, name: str) -> ox.RdfFormat:
    form = FORMATS.get(path.suffix)
    if form is None:
        raise InputError(
            "the suffix does not say which format this is"
            if path.is_file()
            else "there is no such RDF file",
            file=name,
            hint=f"Files that can be read end in {', '.join(FORMATS)}.",
        )
    return form


def _bytes(path: Path, name: str) -> bytes:
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise InputError("this is a folder, not a file", file=name) from None
    except FileNotFoundError:
        raise InputError("there is no such file", file=name) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"the file cannot be read: {reason.lower()}", file=name) from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise InputError(
            "the file is empty, so it states nothing", file=name, hint="Fill it or remove it."
        )
    return data


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        start = before.rfind(b"\n") + 1
        raise SyntaxFault(
            f"this is not UTF-8: the byte 0x{data[error.start]:02x} stands for no character here",
            file=name,
            line=before.count(b"\n") + 1,
            column=len(before[start:].decode()) + 1,
            hint="Save the file as UTF-8.",
        ) from None


def _guard(text: str, name: str) -> None:
    """Refuse triple terms so deep that the parser would end the process; it stands other depths."""
    if text.count("<<") <= DEPTH:  # counting is cheap, reading word by word is not
        return
    depth = 0
    for word in lines.tokens(text):
        if word.kind == "open" and word.text.startswith("<<"):
            depth += 1
        elif word.kind == "close" and word.text.endswith(">>"):
            depth = max(depth - 1, 0)
        if depth > DEPTH:
            raise SyntaxFault(
                f"statements are nested deeper than {DEPTH}",
                file=name,
                line=text.count("\n", 0, word.start) + 1,
                hint="Make each of them a claim of its own.",
            )


def _fault(
    error: Exception,
    text: str,
    data: bytes,
    form: ox.RdfFormat,
    name: str,
    base: str | None,
) -> SyntaxFault:
    """Turn an error of pyoxigraph into one with file, line, column and the next step."""
    if isinstance(error, MemoryError):
        return _too_long(text, name)
    line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
    if form == ox.RdfFormat.RDF_XML and not line:
        line, column = rdfxml.fault_line(data, base), None
    message = _PLACE.sub("", str(getattr(error, "msg", None) or error))
    hint = ""
    if missing := _UNDECLARED.search(message):
        hint = _declaration(missing[1])
    elif "No scheme found" in message or "relative IRI without a base" in message:
        message = f"a relative IRI, and no base to resolve it against ({message})"
        hint = "Begin the file with @base <...> . or write the IRI in full."
        if form == ox.RdfFormat.RDF_XML:
            hint = 'Add xml:base="..." to the first element or write the IRI in full.'
    elif "Unexpected end" in message or "not closed" in message:
        hint = "Look for a missing full stop or quotation mark from here on."
    return SyntaxFault(message, file=name, line=line or 1, column=column, hint=hint)


def _too_long(text: str, name: str) -> SyntaxFault:
    """Say where the word begins that is beyond the parser's buffer, or never ends."""
    message, start = "a value is too long to be read", 0
    for word in lines.tokens(text):
        if word.kind == "other" and word.text[0] in "\"'":
            message, start = "a text is not closed before the end of the file", word.start
            break
        if len(word.text) > LONGEST // 4 and len(word.text.encode()) >= LONGEST - 4:
            message, start = f"a value of {len(word.text) / 1e6:.0f} million characters", word.start
            message += f" is too long: {LONGEST >> 20} MB can be read"
            break
    return SyntaxFault(
        message,
        file=name,
        line=text.count("\n", 0, start) + 1,
        hint="Keep long texts outside the graph; look for a missing quotation mark.",
    )


def _declaration(prefix: str) -> str:
    known = vocabulary.prefixes()
    if prefix in known:
        return f"Add the line @prefix {prefix}: <{known[prefix]}> . (`magkg format` adds it.)"
    close = meant(f"{each}:" for each in nearest(prefix, known))
    return close or f"Known prefixes: {', '.join(f'{each}:' for each in known)}."


def write(
    quads: Iterable[ox.Quad],
    *,
    base: str | None = None,
    prefixes: Mapping[str, str] | None = None,
) -> str:
    """Write statements as canonical Turtle: the same bytes whatever the order of the input.

    Only the prefixes that are used are declared. With ``base``, its IRIs are written relative.
    ``prefixes`` maps names to namespaces (those of the engine unless given). The text is parsed
    again before it is given back.

    Raises InputError for what this form does not hold: blank nodes, named graphs, triple terms.
    """
    chosen = vocabulary.prefixes() if prefixes is None else prefixes
    wanted = set(quads)
    text = layout.lay_out(wanted, base=base, prefixes=chosen)
    found = set(ox.parse(text, format=ox.RdfFormat.TURTLE))
    if found != wanted:
        lost = next(iter(wanted ^ found))
        raise AssertionError(f"the canonical form would not say the same: {lost}")
    return text
