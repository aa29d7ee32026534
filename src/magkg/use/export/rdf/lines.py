"""Triples as sorted lines of canonical N-Triples, and back as the statements of one subject each.

Everything that writes RDF goes through these lines: they make the same bytes of the same
statements, whatever the order in which a store gives them, and they need no memory for them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final, TypeAlias

import pyoxigraph as ox

from magkg.claims.identity import ordered
from magkg.claims.layout import Names, visible
from magkg.errors import InputError
from magkg.store.interface import IRI, Blank, Literal, Term, Triple
from magkg.use.describe import NOT_IN_IRI
from magkg.vocabulary import XSD

__all__ = ["Block", "TurtleNames", "line", "refuse", "sections"]

# The statements of one subject.
Block: TypeAlias = list[ox.Quad]
# The escapes of canonical N-Triples (RDF 1.2 N-Triples, section 3), and no others.
_ESCAPES: Final = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)},
    **{ord(char): f"\\{name}" for char, name in zip('\b\t\n\f\r"\\', 'btnfr"\\', strict=True)},
}
# What stores accept as a label or a tag, and N-Triples (productions 10 and 141s) cannot carry, is
# refused: an endpoint sends what it likes, and such a text could forge a statement of its own.
_LABEL: Final = re.compile(r"_:\w(?:[\w.\u00b7-]*[\w\u00b7-])?")
_TAG: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*")


def line(triple: Triple, graph: str = "") -> str:
    """Write a statement as one line of canonical N-Quads, without the line feed.

    ``graph`` is the IRI of its graph, "" for the default graph. Raises InputError, naming the
    subject, for what no file can carry: a lone surrogate, or an IRI, a label or a tag that is none.
    """
    subject, predicate, value = triple
    place = f" <{graph}>" if graph else ""
    made = f"{_node(subject, subject)} {_node(predicate, subject)} {_term(value, subject)}{place} ."
    if not made.isascii():
        try:
            made.encode()
        except UnicodeEncodeError as error:
            code = ord(made[error.start])
            raise refuse(subject, f"a lone surrogate (U+{code:04X})", "no file can carry") from None
    return made


def refuse(subject: object, what: str, why: str, hint: str = "") -> InputError:
    """Give the error that says which subject holds something that cannot be written."""
    return InputError(f"{subject} holds {what}, which {why}", hint=hint or "Mend it in the graph.")


def _node(term: Term, subject: Term) -> str:
    if isinstance(term, Blank) and _LABEL.fullmatch(term):
        return str(term)
    if not isinstance(term, IRI):
        raise refuse(subject, f"{str(term)!r} in the place of an IRI", "no RDF can carry")
    return _iri(term, subject)


def _iri(iri: str, subject: Term) -> str:
    if not iri or NOT_IN_IRI.search(iri):
        raise refuse(subject, f"{str(iri)!r} in the place of an IRI", "no RDF can carry")
    return f"<{iri}>"


def _term(term: Term, subject: Term) -> str:
    if not isinstance(term, Literal):
        return _node(term, subject)
    text = f'"{term.value.translate(_ESCAPES)}"'
    if term.language is None:
        plain = term.datatype == XSD + "string"
        return text if plain else f"{text}^^{_iri(term.datatype, subject)}"
    if not _TAG.fullmatch(term.language):
        raise refuse(subject, f"{term.language!r} in the place of a language", "no RDF can carry")
    return f"{text}@{term.language}"


def sections(
    triples: Iterable[Triple], first: str, watch: Callable[[Triple], None] | None = None
) -> Iterator[Block]:
    """Give the statements of each subject: those whose IRIs begin with ``first``, then the others.

    Both in the order of the IRIs. All triples are read, and told to ``watch``, before the first
    statement is given; a triple may come twice.
    """

    def keyed() -> Iterator[str]:
        for triple in triples:
            if watch is not None:
                watch(triple)
            yield ("0" if str(triple[0]).startswith(first) else "1") + line(triple)

    return blocks(each[1:] for each in ordered(keyed()))


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Give the statements of each subject from lines that are sorted by subject."""
    for _, group in groupby(lines, key=lambda each: each.partition(" ")[0]):
        text = "\n".join(group)
        # Lenient: they are our own writing, and were looked at when they were written.
        yield list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True))


class TurtleNames(Names):
    """Writes terms as Turtle, blank nodes and the triple terms of RDF 1.2 too."""

    def term(self, term: object) -> str:
        """Give a term as Turtle."""
        if isinstance(term, ox.BlankNode):
            return f"_:{term.value}"
        if isinstance(term, ox.Triple):
            parts = (term.subject, term.predicate, term.object)
            return f"<<( {' '.join(map(self.term, parts))} )>>"
        return super().term(term)

    def head(self) -> str:
        """Give the lines that declare the prefixes."""
        spaces = sorted((name, visible(space)) for space, name in self.spaces)
        return "".join(f"@prefix {name}: <{space}> .\n" for name, space in spaces)
