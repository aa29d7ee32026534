"""One row becomes claims: the triple, its passages, its evidence, and the records beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims.tables.context import Context, Fault, Join, text
from magkg.claims.tables.landing import Brought
from magkg.claims.tables.lookup import Concepts, Missing, Wanted
from magkg.claims.tables.naming import fragment, named
from magkg.claims.tables.places import Places
from magkg.claims.tables.records import Sources, effect, schemed, study
from magkg.errors import InputError
from magkg.vocabulary import LABEL, MAG, PROV, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from magkg.claims.project import Project
    from magkg.claims.sources import SourceTexts
    from magkg.claims.tables.rows import Row
    from magkg.claims.tables.specs import ConceptSpec, EvidenceSpec, TableMapping
    from magkg.claims.turtle import Document

__all__ = ["Maker", "NotFound", "reading"]

_CLAIM = ox.NamedNode(MAG + "Claim")


@dataclass(frozen=True, slots=True)
class NotFound:
    """A concept that was not found: in which column, first in which row, and how often."""

    column: str
    value: str
    reason: str
    row: int
    count: int


def reading(source: str, label: str, date: str, agent: str, language: str) -> list[ox.Quad]:
    """Describe the import of a set as a reading of a source; ``date`` in UTC, ``agent`` an IRI.

    The first quad has the reading as its subject.
    """
    node = ox.NamedNode(f"{source}#{fragment('import', label, date, agent)}")
    moment = ox.Literal(date, datatype=ox.NamedNode(XSD + "dateTime"))
    pairs = (
        (TYPE, ox.NamedNode(MAG + "Reading")),
        (TYPE, ox.NamedNode(PROV + "Activity")),
        (LABEL, text(label, language)),
        (PROV + "endedAtTime", moment),
        (PROV + "used", ox.NamedNode(source)),
        (PROV + "wasAssociatedWith", ox.NamedNode(agent)),
        (MAG + "method", ox.NamedNode(MAG + "tableImport")),
    )
    return [ox.Quad(node, ox.NamedNode(name), target) for name, target in pairs]


class Maker:
    """Makes claims of rows, by one mapping, in one project."""

    def __init__(
        self,
        mapping: TableMapping,
        project: Project,
        documents: Iterable[Document],
        texts: SourceTexts | None,
        imported: Iterable[Document],
        beside: Join,
    ) -> None:
        """``documents`` are the files of the project, ``imported`` those in graphs/imported/.

        ``beside`` gets the rows of other files.
        """
        self.beside = beside
        found = list(documents)
        foreign = {id(each) for each in imported}
        self.mapping = mapping
        self.language = mapping.language
        self.studies = project.namespace("study")
        space = project.namespace("src")
        self.sources = Sources(found, space, self.language, lambda each: id(each) in foreign)
        self.places = Places(texts, self.sources.digests, space)
        self.concepts = Concepts(
            found,
            project.namespace("con"),
            {**project.prefixes, **mapping.prefixes},
            grounds=f"The id that the imported set gives it: {mapping.reading.label}",
            language=self.language,
        )
        self.project = project
        self.missing: dict[tuple[str, str], NotFound] = {}
        self._row = 0

    def make(self, row: Row) -> Brought:
        """Make the claims of a row, none where its conditions do not hold. Raises Fault."""
        self._row = row.number
        at = Context(row.values, self.mapping.values, self.mapping.joins, self.beside)
        made = Brought(row.number)
        try:
            if at.holds(self.mapping.rows.when):
                for each in at.items(self.mapping.claim.each):
                    if each.of_claim().holds(self.mapping.claim.when):
                        self._claim(each.of_claim(), made)
        except InputError as error:
            raise Fault("", "", error.reason, error.hint) from None
        except ValueError as error:  # what pyoxigraph takes for no IRI
            raise Fault("", "", f"a value has no place in an IRI: {error}") from None
        return made

    def _claim(self, at: Context, made: Brought) -> None:
        source = self.sources.iri(self.mapping.source, at)
        beside = self.sources.describe(source, self.mapping.source, at)
        told = self.mapping.reading
        read = reading(source, told.label, told.date, told.agent, self.language)
        claim = ox.BlankNode("claim")
        own = [*self._said(claim, at, beside)]
        own.append(ox.Quad(claim, ox.NamedNode(MAG + "source"), ox.NamedNode(source)))
        own.append(ox.Quad(claim, ox.NamedNode(PROV + "wasGeneratedBy"), read[0].subject))
        self._passages(claim, source, at, own, beside)
        self._evidence(claim, source, at, own, beside, made)
        iri, quads = named(source, own)
        made.claims.append(iri)
        made.quads += [*quads, *beside, *read]

    def _said(self, claim: ox.BlankNode, at: Context, beside: list[ox.Quad]) -> Iterator[ox.Quad]:
        """Give what the claim itself says; the concepts that it makes go to ``beside``."""
        spec = self.mapping.claim

        def put(name: str, target: ox.NamedNode | ox.Literal) -> ox.Quad:
            return ox.Quad(claim, ox.NamedNode(name), target)

        yield put(TYPE, _CLAIM)
        yield put(LABEL, text(at.required(spec.gist), self.language))
        for name, value in spec.schemed.items():
            given = at.get(value) if name == "force" else at.required(value)
            if given:
                yield put(MAG + name, schemed(f"{name}Scheme", given, value.column))
        why = at.get(spec.not_formalised) if spec.not_formalised else ""
        if why:
            yield put(MAG + "notFormalised", text(why, self.language))
        concepts = {**spec.qualifiers, **({"addressee": spec.addressee} if spec.addressee else {})}
        if spec.formal is not None and not why:
            subject, predicate, target = spec.formal
            yield put(MAG + "predicate", self._predicate(at.required(predicate), predicate.column))
            for name, each in (("subject", subject), ("object", target)):
                iri, quads = self.concept(each, at)
                if iri is None:
                    raise Fault(each.key, "", f"this is empty, and {each.key} needs it")
                yield put(MAG + name, ox.NamedNode(iri))
                beside += quads
        for name, each in concepts.items():
            iri, quads = self.concept(each, at)
            if iri is not None and not (name == "species" and self.concepts.human(iri)):
                yield put(MAG + name, ox.NamedNode(iri))
                beside += quads
        for name, value in spec.texts.items():
            if given := at.get(value):
                yield put(MAG + name, text(given, self.language))
        for given in at.many(spec.ids):
            yield put(MAG + "upstreamId", ox.Literal(given))
        for scale, value in spec.ratings:
            if given := at.get(value):
                yield put(MAG + "upstreamRating", ox.Literal(f"{scale}: {given}"))

    def _predicate(self, name: str, column: str) -> ox.NamedNode:
        bare = name if ":" in name else f"mag:{name}"
        prefix, _, local = bare.partition(":")
        space = self.project.prefixes.get(prefix)
        if space is None and "://" not in bare:
            raise Fault(column, name, "this is no predicate", "Add a value map to predicates.")
        return ox.NamedNode(bare if space is None else space + local)

    def concept(self, spec: ConceptSpec, at: Context) -> tuple[str | None, list[ox.Quad]]:
        """Give the concept that a row names, None for none, and what describes it where made."""
        label = at.get(spec.label) if spec.label else ""
        id_ = at.get(spec.id) if spec.id else ""
        if not (label or id_):
            return None, []
        kind = at.get(spec.kind) if spec.kind else ""
        column = ", ".join(each.column for each in (spec.id, spec.label) if each)
        iri = schemed("conceptKindScheme", kind, spec.kind.column) if spec.kind and kind else None
        definition = at.get(spec.definition) if spec.definition else ""
        wanted = Wanted(
            column, label, id_, iri.value if iri else "", spec.create and bool(iri), definition
        )
        try:
            return self.concepts.find(wanted)
        except Missing as fault:
            self._note(fault)
            if spec.leave_out:
                return None, []
            raise

    def _note(self, fault: Missing) -> None:
        key = fault.column, fault.value
        known = self.missing.get(key)
        if known is None:
            self.missing[key] = NotFound(fault.column, fault.value, fault.reason, self._row, 1)
        elif known.row != self._row:
            self.missing[key] = replace(known, count=known.count + 1)

    def _in_study(self, spec: ConceptSpec, at: Context) -> tuple[str | None, list[ox.Quad]]:
        iri, quads = self.concept(spec, at)
        return (None, []) if iri and self.concepts.human(iri) else (iri, quads)

    def _passages(
        self,
        claim: ox.BlankNode,
        source: str,
        at: Context,
        own: list[ox.Quad],
        beside: list[ox.Quad],
    ) -> None:
        given = self.mapping.source.text
        words = at.get(given, raw=True) if given else ""
        found: list[str] = []
        for spec in self.mapping.passages:
            iris, quads = self.places.describe(spec, source, words, at)
            found += iris
            beside += quads
        stands = ox.NamedNode(MAG + "passage")
        own += [ox.Quad(claim, stands, ox.NamedNode(iri)) for iri in found]
        if not found:
            why = self.mapping.claim.no_passage
            if why is None:
                raise Fault(
                    "", "", "nothing in the row says where the claim stands",
                    'Give the claim noPassage = "why", for rows without a passage.',
                )  # fmt: skip
            reason = text(at.required(why), self.language)
            own.append(ox.Quad(claim, ox.NamedNode(MAG + "noPassage"), reason))

    def _evidence(
        self,
        claim: ox.BlankNode,
        source: str,
        at: Context,
        own: list[ox.Quad],
        beside: list[ox.Quad],
        made: Brought,
    ) -> None:
        for spec in self.mapping.evidence:
            for each in at.items(spec.each):
                if each.holds(spec.when):
                    line = ox.BlankNode()
                    own.append(ox.Quad(claim, ox.NamedNode(MAG + "evidence"), line))
                    own += self._line(line, spec, source, each, beside, made)

    def _line(
        self,
        line: ox.BlankNode,
        spec: EvidenceSpec,
        source: str,
        at: Context,
        beside: list[ox.Quad],
        made: Brought,
    ) -> Iterator[ox.Quad]:
        def put(name: str, target: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.Quad:
            return ox.Quad(line, ox.NamedNode(name), target)

        yield put(TYPE, ox.NamedNode(MAG + "EvidenceLine"))
        for name, value in (("direction", spec.direction), ("basis", spec.basis)):
            yield put(MAG + name, schemed(f"{name}Scheme", at.required(value), value.column))
        if spec.label and (label := at.get(spec.label)):
            yield put(LABEL, text(label, self.language))
        if spec.unresolved and (called := at.get(spec.unresolved)):
            yield put(MAG + "unresolved", text(called, self.language))
        if spec.study is not None and at.get(spec.study.slug):
            iri, quads = study(
                spec.study, at, space=self.studies, language=self.language, source=source,
                describe=self._in_study,
            )  # fmt: skip
            yield put(MAG + "study", ox.NamedNode(iri))
            beside += quads
            if spec.study.loose:
                made.loose.add(iri)
        if spec.source is not None:
            cited = self.sources.iri(spec.source, at)
            yield put(MAG + "citesSource", ox.NamedNode(cited))
            beside += self.sources.describe(cited, spec.source, at)
        if spec.effect is not None:
            numbers = ox.BlankNode()
            quads = effect(spec.effect, at, numbers, self.language)
            yield from quads
            if quads:
                yield put(MAG + "effect", numbers)
