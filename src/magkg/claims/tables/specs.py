"""What a mapping says, as it was read: which column of a table is what of a claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from magkg.claims.tables.paths import Path, Template

__all__ = [
    "ClaimSpec", "ConceptSpec", "Each", "EvidenceSpec", "JoinSpec", "PassageSpec", "ReadingSpec",
    "RowsSpec", "SourceSpec", "StudySpec", "TableMapping", "Value", "When",
]  # fmt: skip


# A path to a list; or paths to lists of one length, whose items go side by side.
Each = Path | tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class When:
    """A condition: the value of ``path`` is among ``among`` (or is not, or is there at all)."""

    path: Path
    among: frozenset[str] | None
    negated: bool


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell gives: a template, then a value map; ``key`` is where the mapping says so.

    ``join`` stands between the values of a path that leads to several.
    """

    key: str
    template: Template
    map: Mapping[str, str] | None = None
    otherwise: str | None = None
    default: str | None = None
    join: str | None = None

    @property
    def column(self) -> str:
        """The column that a fault of this value is reported for."""
        return ", ".join(path.text for path in self.template.paths) or self.key

    @property
    def outcomes(self) -> Iterator[str]:
        """What the value can be, as far as the mapping itself says it."""
        if self.map is not None:
            yield from self.map.values()
        elif self.template.constant is not None:
            yield self.template.constant
        yield from (each for each in (self.otherwise, self.default) if each)


@dataclass(frozen=True, slots=True)
class ConceptSpec:
    """A concept: by its outside id, its label, or its name ``con:SLUG``; made where it lacks."""

    label: Value | None
    id: Value | None
    create: bool
    leave_out: bool
    kind: Value | None
    definition: Value | None

    @property
    def key(self) -> str:
        """Where the mapping speaks of the concept."""
        found = self.label or self.id
        return found.key if found else ""

    def of_item(self) -> ConceptSpec:
        """Give the concept of one item of the list that the label's path leads to."""
        assert self.label is not None
        path = self.label.template.single
        assert path is not None
        item = Template(path.text, (Path(path.text, True, ()),))
        return replace(self, label=replace(self.label, template=item))


@dataclass(frozen=True, slots=True)
class RowsSpec:
    """How a file is written, and which of its rows are meant."""

    format: str
    header: bool
    columns: tuple[str, ...]
    delimiter: str
    quoting: bool
    split: Mapping[str, tuple[str, ...]]
    json: tuple[str, ...]
    empty: frozenset[str]
    when: tuple[When, ...]
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class JoinSpec:
    """Another file, whose row that has ``on`` in the column ``key`` is read beside a row."""

    file: str
    key: str
    on: Value
    rows: RowsSpec


@dataclass(frozen=True, slots=True)
class ReadingSpec:
    """Who read the table, and when: the same on every import of it."""

    label: str
    date: str
    agent: str


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A document: the one that makes the claims, or one that an evidence line cites."""

    slug: Value | None
    type: Value | None
    values: Mapping[str, Value]
    creators: tuple[Value, ...]
    text: Value | None
    file: Value | None


@dataclass(frozen=True, slots=True)
class StudySpec:
    """A study; ``loose`` leaves out what rows disagree about."""

    slug: Value
    label: Value
    design: Value
    concepts: Mapping[str, ConceptSpec]
    outcomes: tuple[ConceptSpec, ...]
    values: Mapping[str, Value]
    registry: tuple[Value, ...]
    reported: bool
    loose: bool


@dataclass(frozen=True, slots=True)
class PassageSpec:
    """Passages: by offsets, by a quotation, or by a locator; one for each item of ``each``."""

    each: Each | None
    when: tuple[When, ...]
    start: Value | None
    end: Value | None
    quote: Value | None
    locator: Value | None
    unit: str
    first: int
    inclusive: bool
    on_missing: str


@dataclass(frozen=True, slots=True)
class EvidenceSpec:
    """Evidence lines: one, or one for each item of ``each``."""

    each: Each | None
    when: tuple[When, ...]
    direction: Value
    basis: Value
    label: Value | None
    unresolved: Value | None
    study: StudySpec | None
    source: SourceSpec | None
    effect: Mapping[str, Value] | None


@dataclass(frozen=True, slots=True)
class ClaimSpec:
    """Claims: one a row, or one for each item of ``each``."""

    each: Each | None
    when: tuple[When, ...]
    gist: Value
    formal: tuple[ConceptSpec, Value, ConceptSpec] | None
    not_formalised: Value | None
    schemed: Mapping[str, Value]
    qualifiers: Mapping[str, ConceptSpec]
    addressee: ConceptSpec | None
    texts: Mapping[str, Value]
    no_passage: Value | None
    ids: tuple[Value, ...]
    group: tuple[Value, ...]
    ratings: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A whole mapping file."""

    file: str
    language: str
    prefixes: Mapping[str, str]
    values: Mapping[str, Value]
    joins: Mapping[str, JoinSpec]
    rows: RowsSpec
    reading: ReadingSpec
    source: SourceSpec
    claim: ClaimSpec
    passages: tuple[PassageSpec, ...]
    evidence: tuple[EvidenceSpec, ...]

    @property
    def concepts(self) -> Iterator[ConceptSpec]:
        """All that the mapping says of concepts."""
        if self.claim.formal:
            yield from (self.claim.formal[0], self.claim.formal[2])
        yield from self.claim.qualifiers.values()
        yield from (self.claim.addressee,) if self.claim.addressee else ()
        for each in self.evidence:
            if each.study:
                yield from (*each.study.concepts.values(), *each.study.outcomes)
