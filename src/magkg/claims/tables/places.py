"""Where the passages of a row stand: by offsets however counted, by their words, by a name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims import anchor
from magkg.claims.folding import whole_digest
from magkg.claims.passage import FoldedText, digest, measure
from magkg.claims.tables.context import Context, Fault, whole
from magkg.claims.tables.naming import fragment
from magkg.errors import InputError
from magkg.vocabulary import MAG, OA, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from magkg.claims.sources import SourceTexts
    from magkg.claims.tables.specs import PassageSpec

__all__ = ["Own", "Places"]

_INTEGER = ox.NamedNode(XSD + "integer")
_NO_TEXT = (
    "Name the folder with SLUG.txt of each source (--sources DIR); say how its files are called"
    ' (file = "{id}.txt" under [source]), or give text there; or write on-missing = "locator" under'
    " [[passage]]."
)
_MARKED = (
    " Where such a value means that there is no passage, leave the row out under [[passage]]:"
    ' when = { column = "...", not-in = ["-1"] }.'
)


@dataclass(frozen=True, slots=True)
class Own:
    """What a row says of the text of its source: the text itself, or the name of its file."""

    text: str = ""
    file: str = ""


class _Text:
    """The text of a source, with what is worked out of it once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha256 = digest(text)

    @cached_property
    def folded(self) -> FoldedText:
        return FoldedText(self.text)

    @cached_property
    def whole(self) -> str:
        return whole_digest(self.text)

    @cached_property
    def encoded(self) -> Mapping[str, bytes]:
        return {"bytes": self.text.encode(), "utf-16": self.text.encode("utf-16-le")}

    def code_points(self, unit: str, offset: int) -> int | None:
        """Turn an offset in bytes or UTF-16 units into one in code points; None inside one."""
        if unit == "code-points":
            return offset
        size, codec = (1, "utf-8") if unit == "bytes" else (2, "utf-16-le")
        try:
            head = self.encoded[unit][: offset * size]
            return len(head.decode(codec)) if len(head) == offset * size else len(self.text) + 1
        except UnicodeDecodeError:
            return None


@lru_cache(maxsize=16)  # the rows of a source come together, more often than not
def _of(text: str) -> _Text:
    return _Text(text)


class Places:
    """Finds passages in the texts of the sources, and describes them with their marks."""

    def __init__(
        self, texts: SourceTexts | None, digest: Callable[[str], str | None], space: str
    ) -> None:
        """``digest`` gives that of the text that people read of a source."""
        self.texts = texts
        self.digest = digest
        self.space = space

    def describe(
        self, spec: PassageSpec, source: str, own: Own, at: Context
    ) -> tuple[list[str], list[ox.Quad]]:
        """Give the IRIs of a row's passages and what describes them.

        ``own`` is what the row itself says of the source's text. Raises Fault where a passage is
        not found, or in several places.
        """
        iris: list[str] = []
        quads: list[ox.Quad] = []
        for each in at.items(spec.each):
            if not each.holds(spec.when):
                continue
            found, said = self._one(spec, source, own, each)
            iris += found
            quads += said
        return iris, quads

    def _one(
        self, spec: PassageSpec, source: str, own: Own, at: Context
    ) -> tuple[list[str], list[ox.Quad]]:
        if spec.locator is not None:
            where = at.get(spec.locator)
            return self._located(source, where) if where else ([], [])
        if spec.quote is not None:
            words = at.get(spec.quote, raw=True)
            if not words.strip():
                return [], []
            text = self._text(source, own)
            if text is None and spec.on_missing == "noPassage":
                return [], []
            if text is None:
                raise Fault(spec.quote.column, words, self._absent(source, own), _NO_TEXT)
            span = self._quoted(spec, text, words, source)
            return self._measured(source, text, span) if span else ([], [])
        return self._offsets(spec, source, own, at)

    def _absent(self, source: str, own: Own) -> str:
        slug = source[len(self.space) :]
        told = f"the text of {slug} is not at hand"
        if self.texts is None:
            return told
        return f"{told}: {self.texts.folder} has no {own.file or f'{slug}.txt'}"

    def _text(self, source: str, own: Own) -> _Text | None:
        """Give the text of a source. Raises Fault where people read another one."""
        slug = source[len(self.space) :]
        name = own.file.removesuffix(".txt") or slug
        found = own.text or (self.texts.text(name) if self.texts else None)
        if not found:
            return None
        text = _of(found)
        if (self.digest(source) or text.sha256) != text.sha256:
            raise Fault(
                "", "", f"the text of {slug} is not the one that graphs/sources/ describes",
                "`magkg verify --sources DIR` says what became of its passages.",
            )  # fmt: skip
        return text

    def _located(self, source: str, where: str) -> tuple[list[str], list[ox.Quad]]:
        node = ox.NamedNode(f"{source}#{fragment('p', where)}")
        return [node.value], [
            ox.Quad(node, ox.NamedNode(TYPE), ox.NamedNode(MAG + "Passage")),
            ox.Quad(node, ox.NamedNode(OA + "hasSource"), ox.NamedNode(source)),
            ox.Quad(node, ox.NamedNode(MAG + "locator"), ox.Literal(where)),
        ]

    def _quoted(
        self, spec: PassageSpec, text: _Text, words: str, source: str
    ) -> tuple[int, int] | None:
        assert spec.quote is not None
        try:
            found = anchor.places(text.text, words, name=source[len(self.space) :])
        except InputError as error:
            if spec.on_missing == "noPassage":
                return None
            told = "these words do not stand in the text of the source"
            raise Fault(spec.quote.column, words, told, error.hint) from None
        if len(found) > 1:
            where = ", ".join(each.fragment for each in found[:5])
            raise Fault(
                spec.quote.column, words, f"these words stand in {len(found)} places: {where}",
                "Quote more of the sentence, or give start and end.",
            )  # fmt: skip
        return found[0].start, found[0].end

    def _offsets(
        self, spec: PassageSpec, source: str, own: Own, at: Context
    ) -> tuple[list[str], list[ox.Quad]]:
        assert spec.start is not None
        assert spec.end is not None
        given = at.get(spec.start), at.get(spec.end)
        if not any(given):
            self._some_place(spec, at)
            return [], []
        if "-1" in given:
            raise Fault(
                spec.start.column, f"{given[0]}, {given[1]}", "-1 is no offset", _MARKED.strip()
            )
        first, last = (
            int(whole(at.required(each), each.column).value) for each in (spec.start, spec.end)
        )
        start = first - spec.first
        end = last - spec.first + (1 if spec.inclusive else 0)
        column = f"{spec.start.column}, {spec.end.column}"
        shown = f"{given[0]}-{given[1]}"
        if start < 0 or start >= end:
            raise Fault(column, shown, "the passage is empty or begins before the text",
                        "Look at first and inclusive under [[passage]]." + _MARKED)  # fmt: skip
        text = self._text(source, own)
        if text is None:
            if spec.on_missing == "locator":
                names = {"code-points": "characters", "utf-16": "UTF-16 units", "bytes": "bytes"}
                return self._located(source, f"{names[spec.unit]} {start}-{end}")
            if spec.on_missing == "noPassage":
                return [], []
            raise Fault(column, shown, self._absent(source, own), _NO_TEXT)
        low, high = text.code_points(spec.unit, start), text.code_points(spec.unit, end)
        if low is None or high is None:
            raise Fault(column, shown, f"one of these offsets ({spec.unit}) is inside a character",
                        "Look at unit under [[passage]].")  # fmt: skip
        return self._measured(source, text, (low, high), column, shown)

    def _some_place(self, spec: PassageSpec, at: Context) -> None:
        """Refuse an item that has none of the names under which its offsets are looked for."""
        paths = [
            path
            for value in (spec.start, spec.end)
            if value and value.default is None
            for path in value.template.paths
            if path.item
        ]
        if paths and not any(at.at_path(path) for path in paths):
            names = sorted(at.item) if isinstance(at.item, dict) else []
            there = f"It has {', '.join(names)}. " if names else ""
            raise Fault(
                ", ".join(path.text for path in paths), str(at.item)[:200],
                "the item has neither a start nor an end of these names",
                f"{there}Correct start and end under [[passage]].",
            )  # fmt: skip

    def _measured(
        self, source: str, text: _Text, span: tuple[int, int], column: str = "", shown: str = ""
    ) -> tuple[list[str], list[ox.Quad]]:
        try:
            marks = measure(text.folded, *span)
        except InputError as error:
            raise Fault(column, shown, error.reason, error.hint) from None
        node = ox.NamedNode(f"{source}#c{marks.start}-{marks.end}")
        facts: dict[str, str | int] = {
            OA + "start": marks.start,
            OA + "end": marks.end,
            **{MAG + name: value for name, value in marks.properties().items()},
        }
        quads = [
            ox.Quad(node, ox.NamedNode(TYPE), ox.NamedNode(MAG + "Passage")),
            ox.Quad(node, ox.NamedNode(OA + "hasSource"), ox.NamedNode(source)),
            *_literals(node, facts),
        ]
        own: dict[str, str | int] = {
            MAG + "sha256": text.sha256,
            MAG + "characters": len(text.text),
            MAG + "foldedSha256": text.whole,
        }
        return [node.value], [*quads, *_literals(ox.NamedNode(source), own)]


def _literals(node: ox.NamedNode, facts: Mapping[str, str | int]) -> list[ox.Quad]:
    return [
        ox.Quad(
            node,
            ox.NamedNode(name),
            ox.Literal(str(value), datatype=_INTEGER if isinstance(value, int) else None),
        )
        for name, value in facts.items()
    ]
