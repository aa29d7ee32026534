"""What a fault of the claims that would be written means for the mapping and the cells of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from magkg.claims.tables.context import Context, Fault, Join
from magkg.claims.tables.mapping import QUALIFIERS, SCHEMED
from magkg.claims.tables.rows import Bad, Row

if TYPE_CHECKING:
    from magkg.claims.tables.specs import ConceptSpec, SourceSpec, StudySpec, TableMapping, Value
    from magkg.errors import Finding

__all__ = ["Blame"]

# Of which table of a mapping a shape speaks, by the beginning of its name.
_TABLES = {
    "Claim": "claim",
    "EvidenceLine": "evidence",
    "Study": "evidence.study",
    "Effect": "evidence.effect",
    "Source": "source",
    "Reading": "reading",
}
# Properties whose names differ from the keys of a mapping.
_KEYS = {
    "rdfs:label": "label", "dcterms:title": "title", "dcterms:creator": "creators",
    "mag:seenAt": "url", "dcterms:license": "licence", "dcterms:issued": "issued",
    "mag:outcome": "outcomes", "mag:intervalLow": "low", "mag:intervalHigh": "high",
    "mag:intervalLevel": "level", "mag:pValue": "p", "mag:citesSource": "source",
    "dcterms:bibliographicCitation": "citation",
}  # fmt: skip


_TERM = re.compile(r"(?:mag|rdfs|dcterms):([A-Za-z]+)")


class Blame:
    """Finds the key of the mapping, the column and the cell behind a fault of a shape."""

    def __init__(
        self, mapping: TableMapping, beside: Join, read: Callable[[], Iterable[Row | Bad]]
    ) -> None:
        """``read`` reads the rows of the file again."""
        self.mapping = mapping
        self.beside = beside
        self.read = read
        self.values = dict(_values(mapping))
        self._keys: dict[int, str] = {}

    def bad(self, finding: Finding, file: str, row: int) -> Bad:
        """Tell a finding as a fault of a row; `cells` then adds what stands in the row."""
        what, _, why = finding.message.partition(": ")
        term = what.partition(" ")[0]
        key = self._key(finding.kind, term)
        value = self.values.get(key) if why and ":" in term else None
        if value is None:
            return Bad(file, row, "", "", finding.message, self._wanting(finding.message))
        self._keys[row] = key
        given = what.partition(" ")[2]
        told = f"{key} gives {given}: {why}" if given else f"{key}: {why}"
        hint = f"In the mapping, correct {key} or its value map; or correct the cell."
        if "Kind/" in finding.kind:
            hint = (
                "In the mapping, lead to another predicate, or give the concept another kind. Two"
                " concepts of one label are one concept, of the kind that it has already."
            )
        return Bad(
            file, row, value.column if value.template.constant is None else "", "", told, hint
        )

    def _wanting(self, message: str) -> str:
        """Say which keys of the mapping the properties are that a message speaks of."""
        names = {_KEYS.get(each[0], each[1]) for each in _TERM.finditer(message)}
        keys = [f"{name} under [{table}]" for name in sorted(names) for table in _tables(name)]
        return f"In the mapping these are {', '.join(keys)}." if keys else ""

    def _key(self, shape: str, term: str) -> str:
        kind = shape.partition("Shape")[0].rpartition("#")[2]
        table = _TABLES.get(kind, "claim")
        name = _KEYS.get(term, term.partition(":")[2])
        if table == "claim" and name == "label":
            name = "gist"
        return f"{table}.{name}"

    def cells(self, found: dict[int, Bad]) -> dict[int, Bad]:
        """Give the bad rows with the cells that are at fault."""
        if not self._keys.keys() & found.keys():
            return found
        whole = dict(found)
        for row in self.read():
            if isinstance(row, Row) and row.number in self._keys and row.number in whole:
                cell = self._cell(row, self.values[self._keys[row.number]])
                whole[row.number] = replace(whole[row.number], value=cell[:200])
        return whole

    def _cell(self, row: Row, value: Value) -> str:
        """Give what stands in the columns of a value, of the first item where there are several."""
        at = Context(row.values, self.mapping.values, self.mapping.joins, self.beside)
        plain = replace(value, map=None, otherwise=None, default=None)
        try:
            for each in at.items(self.mapping.claim.each):
                paths = [path for path in value.template.paths if path.text in at.values]
                if paths:
                    plain = replace(at.values[paths[0].text], map=None, default=None)
                return each.of_claim().get(plain)
        except Fault:
            pass  # the cell is told by its own fault
        return ""


def _tables(name: str) -> Iterator[str]:
    """Give the tables of a mapping in which a key stands that a claim is made of."""
    if name in (*SCHEMED, *QUALIFIERS, "subject", "predicate", "object", "notFormalised"):
        yield "claim"
    if name in ("direction", "basis", "study", "unresolved"):
        yield "[evidence]"


def _values(mapping: TableMapping) -> Iterator[tuple[str, Value]]:
    """Give the values of a mapping by their keys, as people write them."""
    claim = mapping.claim
    yield "claim.gist", claim.gist
    if claim.formal:
        yield from _concept("claim.subject", claim.formal[0])
        yield "claim.predicate", claim.formal[1]
        yield from _concept("claim.object", claim.formal[2])
    for name, spec in claim.qualifiers.items():
        yield from _concept(f"claim.{name}", spec)
    if claim.addressee:
        yield from _concept("claim.addressee", claim.addressee)
    yield from _named("claim", {**claim.schemed, **claim.texts})
    for name, value in (("noPassage", claim.no_passage), ("notFormalised", claim.not_formalised)):
        if value:
            yield f"claim.{name}", value
    yield from _source("source", mapping.source)
    for each in mapping.evidence:
        yield "evidence.direction", each.direction
        yield "evidence.basis", each.basis
        if each.unresolved:
            yield "evidence.unresolved", each.unresolved
        if each.study:
            yield from _study(each.study)
        if each.effect:
            yield from _named("evidence.effect", each.effect)


def _named(table: str, values: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    return ((f"{table}.{name}", value) for name, value in values.items())


def _concept(key: str, spec: ConceptSpec) -> Iterator[tuple[str, Value]]:
    found = spec.label or spec.id
    if found:
        yield key, found


def _source(table: str, spec: SourceSpec) -> Iterator[tuple[str, Value]]:
    yield from _named(table, spec.values)
    if spec.slug:
        yield f"{table}.slug", spec.slug
    for each in spec.creators:
        yield f"{table}.creators", each


def _study(spec: StudySpec) -> Iterator[tuple[str, Value]]:
    own = {"slug": spec.slug, "label": spec.label, "design": spec.design, **spec.values}
    yield from _named("evidence.study", own)
    for name, concept in spec.concepts.items():
        yield from _concept(f"evidence.study.{name}", concept)
    for concept in spec.outcomes:
        yield from _concept("evidence.study.outcomes", concept)
