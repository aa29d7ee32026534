"""A source in reading order: its lines, or its passages, each with the claims read from them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from magkg.use.describe import values_line
from magkg.vocabulary import MAG, OA

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.use.coverage import Coverage
    from magkg.web.pages.shared.nodes import Json

__all__ = ["Passages", "Row", "passages", "rows"]

_PASSAGES = (
    "SELECT ?claim ?passage ?start ?end ?locator ?exact WHERE {{ {0} "
    f"?claim <{MAG}source> ?source ; <{MAG}passage> ?passage . "
    # One by one: for two statements in one OPTIONAL, Oxigraph goes through all passages.
    f"OPTIONAL {{{{ ?passage <{OA}start> ?start }}}} OPTIONAL {{{{ ?passage <{OA}end> ?end }}}} "
    f"OPTIONAL {{{{ ?passage <{MAG}locator> ?locator }}}} "
    f"OPTIONAL {{{{ ?passage <{MAG}exact> ?exact }}}} }}}} ORDER BY ?passage ?claim"
)
_COVERED, _LEFT, _GAP = "covered", "left", "gap"


@dataclass(slots=True)
class Passages:
    """The passages of a source by IRI, and those of each claim.

    ``spans`` are half-open, in code points; ``locators`` and ``exact`` are words.
    """

    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    locators: dict[str, str] = field(default_factory=dict)
    exact: dict[str, str] = field(default_factory=dict)
    of: dict[str, list[str]] = field(default_factory=dict)

    def home(self, claim: str, shared: Mapping[str, int]) -> str:
        """Give the passage that a claim is shown at: the one that the fewest others share.

        A heading carries every cell of its table, a cell one claim: the claim stands by its cell.
        """
        held = self.of.get(claim, [])
        return min(held, key=lambda each: (shared[each], *self.order(each)), default="")

    def order(self, passage: str) -> tuple[bool, tuple[int, int], str]:
        """Sort passages as they stand in the source, those known by a locator last."""
        span = self.spans.get(passage)
        return (span is None, span or (0, 0), self.locators.get(passage, ""))


@dataclass(slots=True)
class Row:
    """A line of a source, or a passage of it, and the claims read there, in reading order.

    ``pieces`` are stretches of it as JSON: start, end, text (None where it is not at hand), state
    (covered, left or gap), reason, names (of the passages that begin there) and claims (that end
    there).
    """

    start: int | None
    end: int | None
    locator: str
    pieces: list[Json]
    claims: list[str]


def passages(store: Store, source: str) -> Passages:
    """Give the passages of every claim of a source."""
    found = Passages()
    for claim, iri, start, end, locator, exact in store.select(
        _PASSAGES.format(values_line("source", [source]))
    ):
        passage, held = str(iri), found.of.setdefault(str(claim), [])
        if passage not in held:
            held.append(passage)
        if start is not None and end is not None:
            found.spans[passage] = (int(str(start)), int(str(end)))
        if locator is not None:
            found.locators[passage] = str(locator)
        if exact is not None:
            found.exact[passage] = str(exact)
    return found


def rows(covered: Coverage, held: Passages, text: str | None) -> list[Row]:
    """Put the claims of a source beside its lines, or beside its passages where it has no text."""
    shared = Counter(each for every in held.of.values() for each in every)
    homes = {each.claim: held.home(each.claim, shared) for each in covered.claims}
    by_home: dict[str, list[str]] = {}
    for claim, passage in homes.items():
        by_home.setdefault(passage, []).append(claim)
    made = _blocks(covered, held, by_home) if text is None else _lines(covered, held, by_home, text)
    located: dict[str, list[str]] = {}
    for passage in sorted(by_home, key=held.order):
        span = held.spans.get(passage)
        if span is None or (text is not None and span[0] >= len(text)):
            words = held.locators.get(passage, "")
            words = words if span is None else f"{span[0]}-{span[1]}, beyond the end of this text"
            located.setdefault(words, []).extend(by_home[passage])
    return made + [Row(None, None, words, [], claims) for words, claims in located.items()]


def _blocks(covered: Coverage, held: Passages, by_home: Mapping[str, list[str]]) -> list[Row]:
    """Give a row for every passage and for every part that no claim covers."""
    names: dict[tuple[int, int], list[str]] = {}
    for passage, span in held.spans.items():
        names.setdefault(span, []).append(passage)
    made: list[Row] = []
    for (start, end), every in names.items():
        claims = [each for passage in every for each in by_home.get(passage, ())]
        piece = _piece(start, end, _COVERED, _quoted(held, every), names=every)
        made.append(Row(start, end, "", [piece | {"claims": claims}], claims))
    for gap in covered.gaps:
        piece = _piece(gap.start, gap.end, _state(gap.reason), None, gap.reason)
        made.append(Row(gap.start, gap.end, "", [piece], []))
    return sorted(made, key=lambda row: (row.start or 0, row.end or 0))


def _quoted(held: Passages, names: Iterable[str]) -> str | None:
    return next((held.exact[each] for each in names if each in held.exact), None)


def _state(reason: str | None) -> str:
    return _GAP if reason is None else _LEFT


def _lines(
    covered: Coverage, held: Passages, by_home: Mapping[str, list[str]], text: str
) -> list[Row]:
    """Give a row for every line of the text that is not empty."""
    pieces = _pieces(covered, held, by_home, text)
    made: list[Row] = []
    line: list[Json] = []
    for piece in pieces:
        line.append(piece)
        if piece["text"].endswith("\n") or piece is pieces[-1]:
            claims = [claim for each in line for claim in each.pop("homes")]
            if claims or any(each["text"].strip() for each in line):
                made.append(Row(line[0]["start"], line[-1]["end"], "", line, claims))
            line = []
    return made


def _pieces(
    covered: Coverage, held: Passages, by_home: Mapping[str, list[str]], text: str
) -> list[Json]:
    """Cut a text wherever a passage or a left-out part begins or ends, and after each line."""
    inside = {each: span for each, span in held.spans.items() if span[0] < len(text)}
    edges = {0, len(text)} | {i + 1 for i, char in enumerate(text) if char == "\n"}
    edges |= {min(edge, len(text)) for span in inside.values() for edge in span}
    edges |= {edge for gap in covered.gaps for edge in (gap.start, gap.end) if edge < len(text)}
    cuts = sorted(edges)
    made = [_piece(a, b, "", text[a:b]) | {"homes": []} for a, b in pairwise(cuts)]
    for gap in covered.gaps:
        for place in range(bisect_right(cuts, gap.start) - 1, len(made)):
            if made[place]["start"] >= gap.end:
                break
            made[place] |= {"state": _state(gap.reason), "reason": gap.reason or ""}
    for passage, (start, end) in sorted(inside.items(), key=lambda each: each[1]):
        first = bisect_right(cuts, start) - 1
        last = max(first, bisect_right(cuts, min(end, len(text)) - 1) - 1)
        made[first]["names"].append(passage)
        homes = by_home.get(passage, [])
        made[first]["homes"] += homes
        made[last]["claims"] += homes
        for place in range(first, last + 1):
            made[place] |= {"state": _COVERED, "reason": ""}
    return made


def _piece(
    start: int,
    end: int,
    state: str,
    text: str | None,
    reason: str | None = None,
    names: Iterable[str] = (),
) -> Json:
    return {
        "start": start, "end": end, "text": text, "state": state, "reason": reason or "",
        "names": list(names), "claims": [],
    }  # fmt: skip
