"""The canonical layout of a Turtle file: one property a line, in an order that a reader expects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from magkg.errors import InputError
from magkg.vocabulary import DCTERMS, LABEL, MAG, OA, PROV, SKOS, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["HIDDEN", "Names", "block", "lay_out", "natural", "order", "visible"]

_MAG: Final = """
    subject predicate object notFormalised
    species population condition form route doseAmount site timing comparator
    polarity certainty attribution kind force addressee frequency evidenceBar via because
    source passage noPassage evidence
"""
# Properties in the order of reading; all others follow, sorted.
_ORDER: Final = {
    iri: place
    for place, iri in enumerate(
        [
            TYPE, SKOS + "prefLabel", LABEL, SKOS + "altLabel", DCTERMS + "title",
            MAG + "conceptKind", MAG + "bound", MAG + "value", MAG + "unit",
            *(MAG + name for name in _MAG.split()),
            PROV + "wasGeneratedBy", MAG + "checkedBy", MAG + "note",
            OA + "hasSource", OA + "start", OA + "end", MAG + "locator", MAG + "reason",
            MAG + "seenAt", MAG + "sha256", MAG + "characters", MAG + "foldedSha256",
            MAG + "foldedLength", MAG + "beforeSha256", MAG + "afterSha256", MAG + "exact",
        ]
    )
}  # fmt: skip
# Kinds of nodes in the order they take in a file; the document itself comes before them.
_KINDS: Final = {
    MAG + "Reading": 1,
    MAG + "Claim": 2,
    MAG + "EvidenceLine": 3,
    MAG + "Passage": 4,
    MAG + "LeftOut": 5,
}
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_PREFIX = re.compile(r"(?:[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)?")
# Literals that Turtle may write bare, where they stand in their canonical form.
_BARE: Final = {
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9]"),
    XSD + "boolean": re.compile(r"true|false"),
}
_NAMED: Final = {
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip
# What a reader of the text cannot see: controls, bidi marks, zero widths, separators of lines,
# fillers, tags, non-characters. Spelt out, because Python's tables change from version to version
# and the same input must give the same bytes.
HIDDEN: Final = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb"
    r"\ufffe\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_ESCAPED = re.compile(rf'[\\"\t\n\r{HIDDEN}]')
_DIGITS = re.compile(r"([0-9]+)")
_OFFSET = re.compile(r"#[a-z](\d{1,18})-\d{1,18}$")

Natural = tuple[tuple[int, int, str], ...]


def natural(text: str) -> tuple[Natural, str]:
    """Give a key that sorts numbers in a text by their value: c9 before c10.

    >>> sorted(["c10", "c9", "b"], key=natural)
    ['b', 'c9', 'c10']
    """
    parts = []
    for at, part in enumerate(_DIGITS.split(text)):
        if at % 2:
            digits = part.lstrip("0")
            parts.append((1, len(digits), digits))
        else:
            parts.append((0, 0, part))
    return tuple(parts), text


def visible(text: str) -> str:
    """Escape a string for Turtle so that it stands on one line and nothing in it is invisible."""
    return _ESCAPED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    return _NAMED.get(char) or (f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}")


class Names:
    """Writes terms as Turtle, and keeps in ``used`` which prefixes that took.

    ``spaces`` holds the pairs of namespace and prefix that Turtle can spell.
    """

    def __init__(self, base: str | None, prefixes: Mapping[str, str]) -> None:
        self.base = base.partition("#")[0] if base else None
        self.used: set[str] = set()
        # The longest namespace that fits wins; of two names for one, the first.
        self.spaces = sorted(
            ((space, name) for name, space in prefixes.items() if _PREFIX.fullmatch(name)),
            key=lambda pair: (-len(pair[0]), pair[1]),
        )
        self.known: dict[str, str] = {}

    def iri(self, iri: str) -> str:
        """Give an IRI, short where a prefix fits."""
        if iri not in self.known:
            self.known[iri] = self._written(iri)
        return self.known[iri]

    def _written(self, iri: str) -> str:
        if self.base is not None:
            if iri == self.base:
                return "<>"
            if iri.startswith(self.base + "#"):
                return f"<{visible(iri[len(self.base) :])}>"
        for space, name in self.spaces:
            if iri.startswith(space) and _LOCAL.fullmatch(iri, len(space)):
                self.used.add(name)
                return f"{name}:{iri[len(space) :]}"
        return f"<{visible(iri)}>"

    def literal(self, value: ox.Literal) -> str:
        """Give a literal, bare where Turtle reads it back as the same."""
        kind = value.datatype.value
        bare = _BARE.get(kind)
        if bare and bare.fullmatch(value.value):
            return value.value
        text = f'"{visible(value.value)}"'
        if value.language:
            return f"{text}@{value.language}" + (
                f"--{value.direction.value}" if value.direction else ""
            )
        return text if kind == XSD + "string" else f"{text}^^{self.iri(kind)}"

    def name(self, term: object) -> str:
        """Give the IRI of a subject; only IRIs can be one here."""
        self.term(term)
        return term.value if isinstance(term, ox.NamedNode) else ""

    def term(self, term: object) -> str:
        """Give an IRI or a literal; raises InputError for what has no canonical form."""
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if isinstance(term, ox.Literal):
            return self.literal(term)
        raise InputError(
            f"{term} has no canonical form here",
            hint="Give blank nodes an IRI of their own, such as <#e-1>; leave out triple terms.",
        )


def lay_out(quads: Iterable[ox.Quad], *, base: str | None, prefixes: Mapping[str, str]) -> str:
    """Write the statements of one default graph; see `magkg.claims.turtle.write`."""
    names = Names(base, prefixes)
    subjects: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            raise InputError(
                f"the graph {quad.graph_name} cannot be written as Turtle",
                hint="State it without a named graph.",
            )
        subjects.setdefault(names.name(quad.subject), []).append(quad)
    places = _Places(subjects, names.base)
    blocks = [block(subjects[each], names) for each in sorted(subjects, key=places.key)]
    head = [] if names.base is None else [f"@base <{visible(names.base)}> ."]
    head += [f"@prefix {name}: <{visible(prefixes[name])}> ." for name in sorted(names.used)]
    if head:
        blocks.insert(0, "\n".join(head) + "\n")
    return "\n".join(blocks)


def order(predicate: str) -> tuple[int, str]:
    """Give a key that sorts properties as they are read: what it is, its words, then the rest."""
    return _ORDER.get(predicate, len(_ORDER)), predicate


def block(quads: list[ox.Quad], names: Names) -> str:
    """Write the statements of one subject, one property a line."""
    rows = []
    for quad in quads:
        predicate = quad.predicate.value
        word = "a" if predicate == TYPE else names.iri(predicate)
        target = names.term(quad.object)
        # The engine's own types first: what a thing is to magkg says how to read the rest.
        foreign = not getattr(quad.object, "value", "").startswith(MAG)
        key = (*order(predicate), foreign, natural(target))
        rows.append((key, f"{word} {target}"))
    lines = " ;\n    ".join(row for _, row in sorted(rows))
    return f"{names.term(quads[0].subject)} {lines} .\n"


class _Places:
    """The order of subjects: the document, readings, claims as they are read, their parts."""

    def __init__(self, subjects: Mapping[str, list[ox.Quad]], base: str | None) -> None:
        self.base = base
        self.kinds: dict[str, int] = {}
        self.starts: dict[str, int] = {}
        self.passages: dict[str, list[str]] = {}
        for subject, quads in subjects.items():
            for quad in quads:
                self._note(subject, quad.predicate.value, quad.object)
        own = subjects.get(base or "", ())
        is_source = any(quad.object == ox.NamedNode(MAG + "Source") for quad in own)
        if not is_source:
            self.kinds.clear()

    def _note(self, subject: str, predicate: str, target: object) -> None:
        if predicate == TYPE and isinstance(target, ox.NamedNode) and target.value in _KINDS:
            kind = _KINDS[target.value]
            self.kinds[subject] = min(kind, self.kinds.get(subject, kind))
        elif predicate == OA + "start" and isinstance(target, ox.Literal):
            if target.value.isascii() and target.value.isdigit() and len(target.value) < 19:
                start = int(target.value)
                self.starts[subject] = min(start, self.starts.get(subject, start))
        elif predicate == MAG + "passage" and isinstance(target, ox.NamedNode):
            self.passages.setdefault(subject, []).append(target.value)

    def start(self, iri: str) -> float:
        if iri in self.starts:
            return self.starts[iri]
        named = _OFFSET.search(iri)
        return int(named[1]) if named else float("inf")

    def key(self, iri: str) -> tuple[int, float, tuple[Natural, str]]:
        if iri == self.base:
            return 0, 0, natural("")
        kind = self.kinds.get(iri, 6)
        start = 0.0
        if kind == 2:
            start = min(map(self.start, self.passages.get(iri, ())), default=float("inf"))
        elif kind in (4, 5):
            start = self.start(iri)
        return kind, start, natural(iri)
