"""Every passage of a graph read again in the texts of its sources, one verdict each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from magkg.claims.passage import FAILED, VERDICTS, FoldedText, Kind, Marks, Verdict, judge
from magkg.errors import InputError
from magkg.use.describe import NOT_IN_IRI, text, values_line
from magkg.vocabulary import MAG, OA

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts
    from magkg.store.interface import Store
    from magkg.use.describe import Description

__all__ = ["PassageVerdict", "SourceState", "Verification", "verify"]

_PASSAGES = f"""\
PREFIX mag: <{MAG}>
PREFIX oa: <{OA}>
SELECT ?claim ?passage ?source ?start ?end ?sha ?folded ?length ?before ?after
WHERE {{
  %s
  ?claim mag:passage ?passage .
  ?passage oa:hasSource ?source .
  OPTIONAL {{ ?passage oa:start ?start }}
  OPTIONAL {{ ?passage oa:end ?end }}
  OPTIONAL {{ ?passage mag:sha256 ?sha }}
  OPTIONAL {{ ?passage mag:foldedSha256 ?folded }}
  OPTIONAL {{ ?passage mag:foldedLength ?length }}
  OPTIONAL {{ ?passage mag:beforeSha256 ?before }}
  OPTIONAL {{ ?passage mag:afterSha256 ?after }}
}}
"""
# The same, in the same order, as properties of a passage.
_MARKS = (
    *(OA + name for name in ("hasSource", "start", "end")),
    *(MAG + name for name in (
        "sha256", "foldedSha256", "foldedLength", "beforeSha256", "afterSha256",
    )),
)  # fmt: skip
_SOURCES = f"""\
PREFIX mag: <{MAG}>
SELECT ?source ?sha ?folded ?characters
WHERE {{
  %s
  ?source a mag:Source .
  OPTIONAL {{ ?source mag:sha256 ?sha }}
  OPTIONAL {{ ?source mag:foldedSha256 ?folded }}
  OPTIONAL {{ ?source mag:characters ?characters }}
}}
"""


@dataclass(frozen=True, slots=True)
class PassageVerdict:
    """The verdict on one passage of one claim.

    ``claim``, ``passage`` and ``source`` are IRIs; ``start`` and ``end`` None for a passage with a
    locator only; ``new_start`` and ``new_end`` as in ``Verdict``; ``found_in`` the slug of the
    other source where a misattributed passage stands.
    """

    claim: str
    passage: str
    source: str
    verdict: Kind
    start: int | None
    end: int | None
    new_start: int | None = None
    new_end: int | None = None
    found_in: str | None = None

    def as_json(self) -> dict[str, str | int | None]:
        """Give the passage in the shape that CONTRACT fixes; offsets are those of its source."""
        names = ("claim", "source", "verdict", "start", "end", "new_start", "new_end")
        shown = {name: value for name, value in asdict(self).items() if name in names}
        if self.found_in is not None:
            # Offsets in another text would be read as offsets in this one.
            shown |= {"new_start": None, "new_end": None}
        return {name: shown[name] for name in names}


@dataclass(frozen=True, slots=True)
class SourceState:
    """What was found of one source: ``slug`` in the folder, and how its file relates to its record.

    ``at_hand``: the file is there. ``changed``: its SHA-256 is not that of the record (None where
    the record has none or the file is not there). ``reflowed``: changed in white space only.
    """

    source: str
    slug: str
    at_hand: bool
    changed: bool | None
    reflowed: bool = False


@dataclass(frozen=True)
class Verification:
    """The verdicts on all passages in reading order, and the state of every source they name."""

    passages: tuple[PassageVerdict, ...]
    sources: tuple[SourceState, ...]

    @property
    def summary(self) -> dict[str, int]:
        """How many passages have each verdict; only verdicts that occur, in CONTRACT's order."""
        counts = Counter(each.verdict for each in self.passages)
        return {kind: counts[kind] for kind in VERDICTS if counts[kind]}

    @property
    def changed(self) -> tuple[SourceState, ...]:
        """The sources whose file is not the one that was recorded."""
        return tuple(each for each in self.sources if each.changed)

    @property
    def failed(self) -> bool:
        """Whether a passage was moved, altered, gone or misattributed (exit code 1)."""
        return any(each.verdict in FAILED for each in self.passages)

    def as_json(self) -> dict[str, Any]:
        """Give the object that ``magkg verify --json`` prints (CONTRACT, "JSON")."""
        return {
            "summary": self.summary,
            "passages": [each.as_json() for each in self.passages],
        }


@dataclass(frozen=True, slots=True)
class _Row:
    claim: str
    passage: str
    source: str
    start: int | None
    end: int | None
    marks: Marks | None


def verify(
    store: Store,
    sources: SourceTexts | None,
    namespace: str,
    *,
    claim: str | None = None,
    known: Mapping[str, Description] | None = None,
) -> Verification:
    """Read every passage of every claim, or of one (its IRI), again in its source.

    ``known`` describes the passages of that claim, and perhaps other nodes, so that they need not
    be looked up.

    ``sources``: the texts at hand, None for none. ``namespace``: the one of ``src:``; the rest of a
    source's IRI is its slug. A passage with a locator only, or whose source is not at hand, is
    *not-at-hand*. Raises InputError where a source's text cannot be read as UTF-8, or its IRI
    leads out of the folder.
    """
    rows = _rows(store, claim) if claim is None or known is None else _rows_of(claim, known)
    # Of one claim its sources alone, and where a text is sought elsewhere those of the folder.
    named = None if claim is None else {row.source for row in rows}
    texts = _Texts(sources, namespace, partial(_records, store), rows, named)
    passages = tuple(_verdict(row, texts) for row in rows)
    # Of one claim only its own source is read: that of the others says nothing of it.
    every = texts.records.keys() if claim is None else ()
    told = sorted({row.source for row in rows}.union(every))
    return Verification(passages, tuple(texts.state(source) for source in told))


def _verdict(row: _Row, texts: _Texts) -> PassageVerdict:
    found = Verdict("not-at-hand")
    text = texts.of(row.source) if row.marks else None
    if row.marks is not None and text is not None:
        state = texts.state(row.source)
        record = texts.records.get(row.source, _Record())
        found = judge(
            row.marks,
            text,
            unchanged=state.changed is False,
            whole_reflowed=state.reflowed,
            characters=record.characters,
            elsewhere=texts.others(row.source),
        )
    return PassageVerdict(
        row.claim, row.passage, row.source, found.verdict, row.start, row.end,
        found.new_start, found.new_end, found.found_in,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Record:
    sha256: str | None = None
    folded_sha256: str | None = None
    characters: int | None = None


class _Texts:
    """The texts at hand by the IRI of their source, each folded once and told what is sought."""

    def __init__(
        self,
        sources: SourceTexts | None,
        namespace: str,
        look_up: Callable[[Iterable[str] | None], dict[str, _Record]],
        rows: list[_Row],
        named: Iterable[str] | None,
    ) -> None:
        self.sources = sources
        self.namespace = namespace
        self.look_up = look_up
        self.every = named is None
        self.records = look_up(named) if sources is not None or self.every else {}
        self._digests = {each for row in rows if row.marks for each in row.marks.digests()}
        self._folded: dict[str, FoldedText | None] = {}
        self._states: dict[str, SourceState] = {}

    def slug(self, source: str) -> str | None:
        """Give the slug of a source, None for one of another namespace: no file can be its text."""
        slug = source.removeprefix(self.namespace)
        return slug if slug != source and slug else None

    def _read(self, slug: str) -> FoldedText | None:
        if slug not in self._folded:
            text = self.sources.text(slug) if self.sources else None
            folded = None if text is None else FoldedText(text)
            if folded is not None:
                folded.expect(self._digests)
            self._folded[slug] = folded
        return self._folded[slug]

    def of(self, source: str) -> FoldedText | None:
        """Give the text of a source, None where it is not at hand."""
        slug = self.slug(source)
        return None if slug is None else self._read(slug)

    @cached_property
    def _known(self) -> list[str]:
        """The slugs of all texts that can be read, those of sources in the graph first."""
        slugs = list(self.sources.known()) if self.sources else []
        known = self.records
        if not self.every:
            iris = (self.namespace + slug for slug in slugs)
            known = self.look_up(each for each in iris if not NOT_IN_IRI.search(each))
        recorded = {slug for slug in map(self.slug, known) if slug}
        readable = []
        for slug in slugs:
            # A file that is no text matters only where a source names it, which `state` then says.
            with suppress(InputError):
                self._read(slug)
                readable.append(slug)
        return sorted(readable, key=lambda each: (each not in recorded, each))

    def others(self, source: str) -> Iterator[tuple[str, FoldedText]]:
        """Give the other texts of the folder, those of sources in the graph first."""
        own = self.slug(source)
        for slug in self._known:
            text = self._read(slug)
            if slug != own and text is not None:
                yield slug, text

    def state(self, source: str) -> SourceState:
        """Say whether the file of a source is there, and is still the one recorded."""
        if source not in self._states:
            self._states[source] = self._state(source)
        return self._states[source]

    def _state(self, source: str) -> SourceState:
        slug, text = self.slug(source), self.of(source)
        record = self.records.get(source, _Record())
        if text is None or record.sha256 is None:
            return SourceState(source, slug or source, text is not None, None)
        # Strict decoding is reversible, so the digest of the text is that of the file.
        changed = text.sha256 != record.sha256
        folded = record.folded_sha256
        reflowed = changed and folded is not None and text.same_folded(folded)
        return SourceState(source, slug or source, True, changed, reflowed)


def _records(store: Store, named: Iterable[str] | None) -> dict[str, _Record]:
    only = "" if named is None else values_line("source", named)
    return {
        str(source): _Record(
            None if sha is None else str(sha),
            None if folded is None else str(folded),
            _integer(characters),
        )
        for source, sha, folded, characters in store.select(_SOURCES % only)
    }


def _rows(store: Store, claim: str | None) -> list[_Row]:
    only = "" if claim is None else values_line("claim", [claim])
    return _in_order(_row(values) for values in store.select(_PASSAGES % only))


def _rows_of(claim: str, known: Mapping[str, Description]) -> list[_Row]:
    return _in_order(
        _row((claim, iri, *(text(node, each) for each in _MARKS)))
        for iri, node in known.items()
        if OA + "hasSource" in node
    )


def _in_order(rows: Iterable[_Row]) -> list[_Row]:
    # The engine promises no order; a passage without offsets comes last in its source.
    return sorted(
        rows,
        key=lambda row: (
            row.source,
            row.start is None,
            row.start or 0,
            row.end or 0,
            row.claim,
            row.passage,
        ),
    )


def _row(values: tuple[Any, ...]) -> _Row:
    claim, passage, source, *rest = values
    start, end, length = (_integer(rest[at]) for at in (0, 1, 4))
    digests = [None if rest[at] is None else str(rest[at]) for at in (2, 3, 5, 6)]
    marks = None
    if start is not None and end is not None and length is not None and None not in digests:
        exact, folded, before, after = (str(each) for each in digests)
        marks = Marks(start, end, exact, folded, length, before, after)
    return _Row(str(claim), str(passage), str(source), start, end, marks)


def _integer(term: object) -> int | None:
    try:
        return None if term is None else int(str(term))
    except ValueError:
        return None
