"""The passages of a claim: offsets, digests, how to check them, and their text where it is had."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from magkg.errors import InputError
from magkg.use.describe import Description, describe, text
from magkg.use.passages import PassageView, views
from magkg.vocabulary import MAG, OA

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts
    from magkg.store.interface import Store

__all__ = ["AROUND", "MEANS", "excerpts", "passages"]

Json = dict[str, Any]
# So many code points of the text are shown on either side of a passage.
AROUND = 300
# What each verdict says (CONTRACT, "A passage").
MEANS = {
    "intact": "the words stand where they were read",
    "reflowed": "the words are the same; only white space around or between them has changed",
    "moved": "the same words stand at another place of the text now",
    "altered": "other words stand there now",
    "gone": "the words are no longer found in the text",
    "not-at-hand": "the text of the source is not at hand here, so nothing was read again",
    "misattributed": "the words are not in this text; they stand in that of another source",
}
_WORD = 40
_GAP = re.compile(r"\s+")
_GAP_BEHIND = re.compile(r"\s+\S*\Z")
_SHOWN = frozenset({"intact", "reflowed", "moved", "altered"})
# Reads the file as verify does: no newline is translated; offsets are code points.
_RECIPE = (
    "import hashlib, sys; "
    't = open(sys.argv[1], encoding="utf-8", newline="").read(); '
    "print(hashlib.sha256(t[int(sys.argv[2]):int(sys.argv[3])].encode()).hexdigest())"
)


def passages(
    store: Store, claim: Description, iri: str, texts: SourceTexts | None, space: str
) -> list[Json]:
    """Give the passages of a claim in reading order, each with its digests and its verdict.

    ``space`` is the namespace of sources. A text that cannot be read is as one not at hand, and
    ``unreadable`` says so: the message of the error names a folder of the server.
    """
    known = describe(store, map(str, claim.get(MAG + "passage", [])))
    unreadable = False
    try:
        found = views(store, iri, known, texts, space)
    except InputError:
        unreadable = True
        found = views(store, iri, known, None, space)
    return [_passage(each, known.get(each.iri, {}), space, unreadable) for each in found]


def _passage(view: PassageView, node: Description, space: str, unreadable: bool) -> Json:
    source = text(node, OA + "hasSource") or ""
    slug = source.removeprefix(space) if source.startswith(space) else ""
    length = text(node, MAG + "foldedLength")
    return {
        "iri": view.iri,
        "source": source,
        "start": view.start,
        "end": view.end,
        "locator": view.locator,
        "exact": text(node, MAG + "exact"),
        "verdict": view.verdict,
        "means": MEANS[view.verdict],
        "unreadable": unreadable,
        "new_start": view.new_start,
        "new_end": view.new_end,
        "sha256": view.sha256,
        "folded_sha256": text(node, MAG + "foldedSha256"),
        "folded_length": int(length) if length and length.isdecimal() else None,
        "before_sha256": text(node, MAG + "beforeSha256"),
        "after_sha256": text(node, MAG + "afterSha256"),
        "check": _check(slug, view) if view.sha256 and slug else None,
    }


def _check(slug: str, view: PassageView) -> str | None:
    """Give a command that prints the digest of the characters start..end of the source's file."""
    if view.start is None or view.end is None:
        return None
    return shlex.join(["python3", "-c", _RECIPE, f"{slug}.txt", str(view.start), str(view.end)])


def excerpts(
    found: Sequence[Json], source: str, texts: SourceTexts | None, space: str
) -> list[Json]:
    """Give the text around the passages of one source, passages that stand near in one excerpt.

    Each has ``start`` and ``end`` (code points of the text as it is now), ``begins`` and ``ends``
    (whether that is the edge of the text) and ``parts``: ``text`` and ``passage``, the IRI of the
    passage whose words it is, or None. Nothing is given where no text was served, nor of a passage
    that does not stand in the text of its own source.
    """
    spans = sorted(
        (_now(each), each["iri"])
        for each in found
        if each["verdict"] in _SHOWN and each["source"] == source
    )
    if texts is None or not spans or not source.startswith(space):
        return []
    body = texts.text(source.removeprefix(space))
    if body is None:
        return []
    return [_excerpt(body, group) for group in _near(spans)]


_Span = tuple[tuple[int, int], str]


def _now(passage: Json) -> tuple[int, int]:
    """Give where the passage stands now: an edited text may have moved it."""
    moved = passage["new_start"] is not None
    return (
        (passage["new_start"], passage["new_end"]) if moved else (passage["start"], passage["end"])
    )


def _near(spans: Iterable[_Span]) -> list[list[_Span]]:
    groups: list[list[_Span]] = []
    reached = 0
    for span in spans:
        if groups and span[0][0] - reached <= 2 * AROUND:
            groups[-1].append(span)
        else:
            groups.append([span])
        reached = max(reached, span[0][1]) if len(groups[-1]) > 1 else span[0][1]
    return groups


def _excerpt(body: str, group: list[_Span]) -> Json:
    first, last = group[0][0][0], max(end for (_, end), _ in group)
    low, high = max(0, first - AROUND), min(len(body), last + AROUND)
    # A word that would be cut is left out, unless it is no word of any language.
    if low and (cut := _GAP.search(body, low, min(first, low + _WORD))):
        low = cut.end()
    if high < len(body) and (cut := _GAP_BEHIND.search(body, max(last, high - _WORD), high)):
        high = cut.start()
    parts: list[Json] = []
    at = low
    for (start, end), iri in group:
        # Passages may overlap; each character is shown once.
        start, end = max(at, start), max(at, end)
        if at < start:
            parts.append({"text": body[at:start], "passage": None})
        parts.append({"text": body[start:end], "passage": iri})
        at = end
    if at < high:
        parts.append({"text": body[at:high], "passage": None})
    begins, ends = low == 0, high == len(body)
    return {"start": low, "end": high, "begins": begins, "ends": ends, "parts": parts}
