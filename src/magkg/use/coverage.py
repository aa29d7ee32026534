"""What of a source is in the graph: its claims in reading order, and what no claim covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from magkg.errors import UnknownName
from magkg.use.describe import about, values_line
from magkg.vocabulary import LABEL, MAG, OA

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts
    from magkg.store.interface import Store

__all__ = ["Coverage", "Gap", "ReadClaim", "cover"]


@dataclass(frozen=True)
class ReadClaim:
    """A claim and the spans of its passages, in code points, in reading order."""

    claim: str
    label: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Gap:
    """A part of a text that no claim covers; ``reason`` where it was left out on purpose."""

    start: int
    end: int
    reason: str | None
    text: str | None


@dataclass(frozen=True)
class Coverage:
    """The claims of a source in reading order, and the parts of its text that none covers.

    ``characters`` is the length of the text, ``covered`` how much of it passages cover, in code
    points; both count white space.
    """

    source: str
    characters: int | None
    covered: int
    claims: tuple[ReadClaim, ...]
    gaps: tuple[Gap, ...]

    def as_json(self) -> dict[str, Any]:
        """Give the coverage as one object (docs/coverage.schema.json)."""
        return asdict(self)


def cover(
    store: Store, name: str, prefixes: Mapping[str, str], texts: SourceTexts | None = None
) -> Coverage:
    """Show every claim of a source, named by slug or IRI, in reading order, and what is left.

    With its text at hand a gap shows what it says, and one of white space and punctuation alone is
    dropped. Raises UnknownName with the nearest sources.
    """
    iri = name if "://" in name else prefixes["src"] + name.removeprefix("src:")
    slug = iri.removeprefix(prefixes["src"])
    characters = _characters(store, iri, prefixes["src"])
    claims = _claims(store, iri)
    spans = [span for claim in claims for span in claim.spans]
    body = texts.text(slug) if texts is not None else None
    size = characters if body is None else len(body)
    gaps = [] if size is None else _gaps(spans, _left_out(store, iri), size, body)
    covered = sum(end - start for start, end in _union(spans))
    return Coverage(iri, characters, covered, tuple(claims), tuple(gaps))


def _characters(store: Store, iri: str, namespace: str) -> int | None:
    query = (
        f"SELECT ?n WHERE {{ {about(iri)} a <{MAG}Source> "
        f"OPTIONAL {{ {about(iri)} <{MAG}characters> ?n }} }}"
    )
    for (number,) in store.select(query):
        return int(str(number)) if number is not None else None
    every = store.select(f"SELECT ?s WHERE {{ ?s a <{MAG}Source> }}")
    known = [str(row[0]).removeprefix(namespace) for row in every]
    raise UnknownName("source", iri.removeprefix(namespace), known)


def _claims(store: Store, iri: str) -> list[ReadClaim]:
    query = (
        f"SELECT ?claim ?label ?start ?end WHERE {{ {values_line('source', [iri])} "
        f"?claim <{MAG}source> ?source ; a <{MAG}Claim> ; <{LABEL}> ?label "
        f"OPTIONAL {{ ?claim <{MAG}passage> ?p . ?p <{OA}start> ?start ; <{OA}end> ?end }} }}"
    )
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for claim, label, start, end in store.select(query):
        spans = found.setdefault((str(claim), str(label)), [])
        if start is not None and end is not None:
            spans.append((int(str(start)), int(str(end))))
    read = [
        ReadClaim(claim, label, tuple(sorted(spans))) for (claim, label), spans in found.items()
    ]
    return sorted(read, key=lambda each: (not each.spans, each.spans, each.claim))


def _left_out(store: Store, iri: str) -> list[tuple[int, int, str]]:
    query = (
        f"SELECT ?start ?end ?reason WHERE {{ {about(iri)} <{MAG}leftOut> ?part . "
        f"?part <{OA}start> ?start ; <{OA}end> ?end ; <{MAG}reason> ?reason }}"
    )
    rows = [[str(cell) for cell in row] for row in store.select(query)]
    return sorted((int(start), int(end), reason) for start, end, reason in rows)


def _union(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    whole: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def _gaps(
    spans: list[tuple[int, int]], left: list[tuple[int, int, str]], size: int, body: str | None
) -> list[Gap]:
    known = _union([*spans, *((start, end) for start, end, _ in left)])
    edges = [0, *(edge for span in known for edge in span), size]
    gaps = [Gap(start, end, reason, body and body[start:end]) for start, end, reason in left]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        words = None if body is None else body[start:end]
        if start < end and (words is None or any(each.isalnum() for each in words)):
            gaps.append(Gap(start, end, None, words))
    return sorted(gaps, key=lambda gap: (gap.start, gap.end))
