"""The records that claims stand beside: sources and studies, from the columns of a row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims import form
from magkg.claims.tables import schemes
from magkg.claims.tables.context import Context, Fault, distinct, number, text, whole
from magkg.claims.tables.merging import is_a
from magkg.claims.tables.merging import value as value_of
from magkg.vocabulary import DCTERMS, LABEL, MAG, TYPE, XSD

if TYPE_CHECKING:
    from magkg.claims.standing import Standing
    from magkg.claims.tables.specs import ConceptSpec, SourceSpec, StudySpec, Value

__all__ = ["Describe", "Sources", "effect", "schemed", "scoped", "study"]

_SOURCE = ox.NamedNode(MAG + "Source")
_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(?P<doi>10\.\d{4,9}/\S+)", re.IGNORECASE
)
_PMID = re.compile(r"(?:pmid:?\s*)?(?P<pmid>[1-9]\d{0,8})(?:\.0+)?", re.IGNORECASE)

# Looks up a concept of a row: gives its IRI (None where it is left out) and what describes it.
Describe = Callable[["ConceptSpec", Context], tuple[str | None, list[ox.Quad]]]


@dataclass(frozen=True, slots=True)
class _Writer:
    node: ox.NamedNode
    quads: list[ox.Quad]

    def put(self, predicate: str, target: ox.NamedNode | ox.Literal) -> None:
        self.quads.append(ox.Quad(self.node, ox.NamedNode(predicate), target))


def _doi(value: str, column: str) -> str:
    found = _DOI.fullmatch(value)
    if found is None:
        raise Fault(column, value, "this is no DOI", "Such as 10.1234/abc.")
    return found["doi"].lower()  # the DOI Handbook, section 2.4: case is no matter


def _pmid(value: str, column: str) -> str:
    found = _PMID.fullmatch(value)
    if found is None:
        raise Fault(column, value, "this is no PubMed id", "Such as 12345678.")
    return found["pmid"]


def _iri(value: str, column: str) -> ox.NamedNode:
    if not value.startswith(("http://", "https://")):
        raise Fault(column, value, "this is no address", "Such as https://example.org/paper.")
    try:
        return ox.NamedNode(value)
    except ValueError as error:
        raise Fault(column, value, f"this is no IRI: {error}") from None


def _date(value: str, column: str) -> ox.Literal:
    found = ox.Literal(value, datatype=ox.NamedNode(XSD + "date"))
    if not form.is_canonical(found):
        raise Fault(column, value, "this is no date", "Such as 2024-05-31; of a year alone, year.")
    return found


def slug_of(value: str, column: str) -> str:
    """Give the slug that a cell leads to. Raises Fault where it holds no letter and no digit."""
    slug = distinct(value)
    if not slug:
        raise Fault(
            column, value, "no slug can be made of this", "It has no letter a to z, no digit."
        )
    return slug


class Sources:
    """Sources by slug, and by DOI and PubMed id those that people described."""

    def __init__(self, standing: Standing, language: str) -> None:
        self.standing = standing
        self.space = standing.project.namespace("src")
        self.language = language

    @cached_property
    def _named(self) -> dict[str, set[str]]:
        """The sources of each DOI and PubMed id, imported ones included."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for quad in self.standing.said(MAG + "doi", MAG + "pmid"):
            key = quad.predicate.value[len(MAG) :] + value_of(quad).casefold()
            found[key].add(getattr(quad.subject, "value", ""))
        return dict(found)

    def _known(self, iri: str) -> bool:
        return is_a(self.standing.of(iri), _SOURCE)

    def digest(self, iri: str) -> str | None:
        """Give the digest of the text that people read of a source, None where there is none."""
        said = self.standing.of(iri) if self.standing.owned(iri) else ()
        digests = [value_of(quad) for quad in said if quad.predicate.value == MAG + "sha256"]
        return digests[-1] if digests else None

    def iri(self, spec: SourceSpec, at: Context) -> str:
        """Give the IRI of a source. Raises Fault where the row does not say which it is.

        One that people described and that has the row's DOI or PubMed id is that one.
        """
        ids = []
        for name, clean in (("doi", _doi), ("pmid", _pmid)):
            value = spec.values.get(name)
            found = at.get(value) if value else ""
            if value and found:
                ids.append((name, clean(found, value.column)))
        for name, found in ids:
            named = self._named.get(name + found.casefold(), ())
            if own := [each for each in named if self.standing.owned(each)]:
                return min(own)
        if spec.slug is not None:
            given = at.required(spec.slug)
            return self.space + slug_of(given, spec.slug.column)
        for name, found in ids:
            # Of a DOI, the point and the first stroke are no choice of whoever gave it.
            plain = found.replace(".", "-", 1).replace("/", "-", 1) if name == "doi" else found
            return self.space + slug_of(f"{name}-{plain}", name)
        columns = [each.column for name in ("doi", "pmid") if (each := spec.values.get(name))]
        raise Fault(columns[0] if columns else "", "", "nothing here says which source it is")

    def describe(self, iri: str, spec: SourceSpec, at: Context) -> list[ox.Quad]:
        """Give the record of a source, as far as the row has it."""
        to = _Writer(ox.NamedNode(iri), [])
        to.put(TYPE, ox.NamedNode(MAG + "Source"))
        kind = at.get(spec.type) if spec.type else ""
        if kind or not self._known(iri):
            found = (kind or "WebContent").removeprefix("fabio:")
            if found not in schemes.documents():
                column, known = spec.type.column if spec.type else "", sorted(schemes.documents())
                raise Fault(column, kind, f"this is not one of {', '.join(known)}")
            to.put(TYPE, ox.NamedNode(schemes.FABIO + found))
        named = {name: each for name, value in spec.values.items() if (each := at.get(value))}
        for name, each in named.items():
            self._put(to, name, each, spec.values[name])
        for each in at.many(spec.creators):
            to.put(DCTERMS + "creator", ox.Literal(each))
        if not {"title", "label"} & named.keys() and not self._known(iri):
            to.put(LABEL, text(iri[len(self.space) :], self.language))
        return to.quads

    def _put(self, to: _Writer, name: str, each: str, value: Value) -> None:
        column = value.column
        texts = {
            "title": DCTERMS + "title", "label": LABEL, "note": MAG + "note",
            "citation": DCTERMS + "bibliographicCitation",
        }  # fmt: skip
        if name in texts:
            to.put(texts[name], text(each, self.language))
        elif name == "doi":
            to.put(MAG + "doi", ox.Literal(_doi(each, column)))
        elif name == "pmid":
            to.put(MAG + "pmid", ox.Literal(_pmid(each, column)))
        elif name == "year":
            to.put(MAG + "year", whole(each, column))
        elif name == "issued":
            to.put(DCTERMS + "issued", _date(each, column))
        elif name == "readAs":
            to.put(MAG + "readAs", schemed("readAsScheme", each, column))
        else:
            place = MAG + "seenAt" if name == "url" else DCTERMS + "license"
            to.put(place, _iri(each, column))


def schemed(scheme: str, name: str, column: str) -> ox.NamedNode:
    """Give the value of a scheme. Raises Fault where it has none of that name."""
    found = schemes.term(scheme, name)
    if found is None:
        known = schemes.values(scheme)
        shown = [each.removesuffix("Claim").removesuffix("Concept") for each in known]
        raise Fault(
            column, name, f"this is not one of {', '.join(shown)}",
            "Add a value map: map = { \"theirs\" = \"ours\" }.",
        )  # fmt: skip
    return ox.NamedNode(found)


def study(
    spec: StudySpec,
    at: Context,
    *,
    space: str,
    language: str,
    source: str,
    describe: Describe,
) -> tuple[str, list[ox.Quad]]:
    """Give the IRI of a row's study and its record; ``source`` is the one that reports it."""
    slug = slug_of(at.required(spec.slug), spec.slug.column)
    to = _Writer(ox.NamedNode(space + slug), [])
    to.put(TYPE, ox.NamedNode(MAG + "Study"))
    to.put(LABEL, text(at.required(spec.label), language))
    design = at.required(spec.design)
    to.put(MAG + "design", schemed("designScheme", design, spec.design.column))
    more: list[ox.Quad] = []
    for name, concept, item in scoped(spec, at):
        found, made = describe(concept, item)
        if found:
            to.put(MAG + name, ox.NamedNode(found))
        more += made
    _numbers(spec.values, at, to, language)
    for each in at.many(spec.registry):
        to.put(MAG + "upstreamId", ox.Literal(each))
    if spec.reported:
        to.put(MAG + "reportedIn", ox.NamedNode(source))
    return to.node.value, [*to.quads, *more]


def scoped(spec: StudySpec, at: Context) -> Iterator[tuple[str, ConceptSpec, Context]]:
    """Give what a row says of the concepts of its study, and the items it says it of."""
    for name, each in spec.concepts.items():
        yield name, each, at
    for each in spec.outcomes:
        yield from (("outcome", concept, item) for concept, item in _each(each, at))


def _each(spec: ConceptSpec, at: Context) -> Iterator[tuple[ConceptSpec, Context]]:
    """Give an outcome, or each that a list names (a path alone, without an id)."""
    path = spec.label.template.single if spec.label and spec.id is None else None
    if path is None:
        yield spec, at
    else:
        yield from ((spec.of_item(), item) for item in at.items(path))


def _numbers(values: Mapping[str, Value], at: Context, to: _Writer, language: str) -> None:
    for name, value in values.items():
        each = at.get(value)
        if not each:
            continue
        if name in ("size", "year"):
            to.put(MAG + name, whole(each, value.column))
        elif name == "group":
            to.put(MAG + name, ox.Literal(each))
        else:
            to.put(MAG + name, text(each, language))


def effect(
    values: Mapping[str, Value], at: Context, node: ox.NamedNode | ox.BlankNode, language: str
) -> list[ox.Quad]:
    """Give the effect of an evidence line, nothing where the row has no number of it."""
    names = {"estimate": "estimate", "low": "intervalLow", "high": "intervalHigh",
             "level": "intervalLevel"}  # fmt: skip
    found: list[tuple[str, ox.NamedNode | ox.Literal]] = []
    for name, term in names.items():
        value = values.get(name)
        if value and (each := at.get(value)):
            found.append((MAG + term, number(each, value.column)))
    if not any(name == MAG + "intervalLow" for name, _ in found):
        found = [pair for pair in found if pair[0] != MAG + "intervalLevel"]
    found += _p_value(values.get("p"), at)
    if not found:
        return []
    measure = values["measure"]
    found.append((TYPE, ox.NamedNode(MAG + "Effect")))
    found.append((MAG + "measure", schemed("measureScheme", at.required(measure), measure.column)))
    if (unit := values.get("unit")) and (each := at.get(unit)):
        found.append((MAG + "unit", ox.Literal(each)))
    if (note := values.get("note")) and (each := at.get(note)):
        found.append((MAG + "note", text(each, language)))
    return [ox.Quad(node, ox.NamedNode(name), target) for name, target in found]


_P = re.compile(r"(?:p\s*)?(?P<bound>[<>=]?)\s*(?P<number>\S+)", re.IGNORECASE)
_BOUNDS = {"<": "lessThan", ">": "moreThan"}


def _p_value(value: Value | None, at: Context) -> list[tuple[str, ox.NamedNode | ox.Literal]]:
    """Read a p value as tables have it: 0.03, <0.001, p > .05."""
    given = at.get(value) if value else ""
    if not value or not given:
        return []
    found = _P.fullmatch(given)
    if found is None:
        raise Fault(value.column, given, "this is no p value", "Such as 0.03 or <0.001.")
    said: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        (MAG + "pValue", number(found["number"], value.column))
    ]
    if found["bound"] in _BOUNDS:
        said.append((MAG + "pBound", ox.NamedNode(MAG + _BOUNDS[found["bound"]])))
    return said
