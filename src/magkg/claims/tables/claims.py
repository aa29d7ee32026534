"""One row becomes claims: the triple, its passages, its evidence, and the records beside them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims.tables.context import Context, Fault, Join, Watch, text
from magkg.claims.tables.groups import Groups, Part
from magkg.claims.tables.lookup import KNOWN_BY, Concepts, Missing, Wanted
from magkg.claims.tables.naming import fragment
from magkg.claims.tables.places import Own, Places
from magkg.claims.tables.records import Sources, effect, schemed, scoped, study
from magkg.errors import InputError
from magkg.vocabulary import LABEL, MAG, PROV, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from magkg.claims.sources import SourceTexts
    from magkg.claims.standing import Standing
    from magkg.claims.tables.landing import Brought
    from magkg.claims.tables.rows import Row
    from magkg.claims.tables.specs import ConceptSpec, EvidenceSpec, TableMapping

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
    """Makes claims of rows, by one mapping, beside what stands already."""

    def __init__(
        self,
        mapping: TableMapping,
        standing: Standing,
        texts: SourceTexts | None,
        beside: Join,
    ) -> None:
        """``beside`` gets the rows of other files."""
        self.beside = beside
        project = standing.project
        self.mapping = mapping
        self.language = mapping.language
        self.studies = project.namespace("study")
        self.sources = Sources(standing, self.language)
        self.places = Places(texts, self.sources.digest, self.sources.space)
        self.concepts = Concepts(
            standing.said(*KNOWN_BY),
            project.namespace("con"),
            {**project.prefixes, **mapping.prefixes},
            grounds=f"The id that the imported set gives it: {mapping.reading.label}",
            language=self.language,
        )
        self.project = project
        self.missing: dict[tuple[str, str], NotFound] = {}
        self.watch = Watch()
        self.groups = Groups()
        self._row = 0

    @property
    def surveys(self) -> bool:
        """Whether the rows are to be gone through with `survey` before the first is made."""
        return bool(self.mapping.claim.group) or any(each.create for each in self.mapping.concepts)

    def survey(self, row: Row) -> None:
        """Note which concepts a row makes and of which group it is; `make` tells its faults."""
        at = Context(row.values, self.mapping.values, self.mapping.joins, self.beside)
        self.groups.expect(self._group(row, at))
        for spec, item in self._named(at):
            with suppress(Fault, InputError, ValueError):
                if wanted := self._wanted(spec, item):
                    self.concepts.expect(wanted)

    def _named(self, at: Context) -> Iterator[tuple[ConceptSpec, Context]]:
        """Give what a row says of concepts, and the items it says it of."""
        claim = self.mapping.claim
        own = [*claim.qualifiers.values(), *([claim.addressee] if claim.addressee else [])]
        own += [claim.formal[0], claim.formal[2]] if claim.formal else []
        with suppress(Fault, InputError):
            for each in at.items(claim.each) if at.holds(self.mapping.rows.when) else ():
                item = each.of_claim()
                if not item.holds(claim.when):
                    continue
                yield from ((spec, item) for spec in own)
                yield from self._of_studies(item)

    def _of_studies(self, at: Context) -> Iterator[tuple[ConceptSpec, Context]]:
        with suppress(Fault, InputError):
            for spec in self.mapping.evidence:
                for each in at.items(spec.each) if spec.study else ():
                    if spec.study and each.holds(spec.when):
                        yield from (pair[1:] for pair in scoped(spec.study, each))

    def _group(self, row: Row, at: Context) -> tuple[object, ...]:
        """Give the key of a row's group; a row without one stands alone."""
        with suppress(Fault):
            key = tuple(at.get(each) for each in self.mapping.claim.group)
            if any(key):
                return key
        return (row.number,)

    def make(self, row: Row) -> Iterator[Brought | tuple[int, Fault]]:
        """Make the claims of a row, and tell what is now whole: the row, or all of its group.

        A row whose conditions do not hold brings no claim. A fault comes with its row.
        """
        self._row = row.number
        at = Context(row.values, self.mapping.values, self.mapping.joins, self.beside, self.watch)
        made: list[Part] | Fault
        try:
            made = self._parts(at)
        except Fault as fault:
            made = fault
        yield from self.groups.add(self._group(row, at), row.number, made)

    def _parts(self, at: Context) -> list[Part]:
        made: list[Part] = []
        try:
            if at.holds(self.mapping.rows.when):
                items = [each.of_claim() for each in at.items(self.mapping.claim.each)]
                made += [self._claim(each) for each in items if each.holds(self.mapping.claim.when)]
        except InputError as error:
            raise Fault("", "", error.reason, error.hint) from None
        except ValueError as error:  # what pyoxigraph takes for no IRI
            raise Fault("", "", f"a value has no place in an IRI: {error}") from None
        return made

    def _claim(self, at: Context) -> Part:
        source = self.sources.iri(self.mapping.source, at)
        beside = self.sources.describe(source, self.mapping.source, at)
        told = self.mapping.reading
        read = reading(source, told.label, told.date, told.agent, self.language)
        claim = ox.BlankNode("claim")
        own = [*self._said(claim, at, beside)]
        own.append(ox.Quad(claim, ox.NamedNode(MAG + "source"), ox.NamedNode(source)))
        own.append(ox.Quad(claim, ox.NamedNode(PROV + "wasGeneratedBy"), read[0].subject))
        made = Part(source, own, [*read, *beside])
        self._passages(claim, source, at, made)
        self._evidence(claim, source, at, made)
        return made

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
        wanted = self._wanted(spec, at)
        if wanted is None:
            return None, []
        try:
            return self.concepts.find(wanted)
        except Missing as fault:
            self._note(fault)
            if spec.leave_out:
                return None, []
            raise

    def _wanted(self, spec: ConceptSpec, at: Context) -> Wanted | None:
        label = at.get(spec.label) if spec.label else ""
        id_ = at.get(spec.id) if spec.id else ""
        if not (label or id_):
            return None
        kind = at.get(spec.kind) if spec.kind else ""
        column = ", ".join(each.column for each in (spec.id, spec.label) if each)
        iri = schemed("conceptKindScheme", kind, spec.kind.column) if spec.kind and kind else None
        definition = at.get(spec.definition) if spec.definition else ""
        return Wanted(
            column, label, id_, iri.value if iri else "", spec.create and bool(iri), definition
        )

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
        made: Part,
    ) -> None:
        told = self.mapping.source
        own = Own(
            at.get(told.text, raw=True) if told.text else "",
            at.get(told.file) if told.file else "",
        )
        for spec in self.mapping.passages:
            iris, quads = self.places.describe(spec, source, own, at)
            stands = ox.NamedNode(MAG + "passage")
            made.passages += [ox.Quad(claim, stands, ox.NamedNode(iri)) for iri in iris]
            made.beside += quads
        why = self.mapping.claim.no_passage
        if not made.passages and why is not None:
            reason = text(at.required(why), self.language)
            made.no_passage = ox.Quad(claim, ox.NamedNode(MAG + "noPassage"), reason)

    def _evidence(
        self,
        claim: ox.BlankNode,
        source: str,
        at: Context,
        made: Part,
    ) -> None:
        for spec in self.mapping.evidence:
            for each in at.items(spec.each):
                if each.holds(spec.when):
                    line = ox.BlankNode()
                    made.evidence.append(ox.Quad(claim, ox.NamedNode(MAG + "evidence"), line))
                    made.evidence += self._line(line, spec, source, each, made)

    def _line(
        self,
        line: ox.BlankNode,
        spec: EvidenceSpec,
        source: str,
        at: Context,
        made: Part,
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
            made.beside += quads
            if spec.study.loose:
                made.loose.add(iri)
        if spec.source is not None:
            cited = self.sources.iri(spec.source, at)
            yield put(MAG + "citesSource", ox.NamedNode(cited))
            made.beside += self.sources.describe(cited, spec.source, at)
        if spec.effect is not None:
            numbers = ox.BlankNode()
            quads = effect(spec.effect, at, numbers, self.language)
            yield from quads
            if quads:
                yield put(MAG + "effect", numbers)
