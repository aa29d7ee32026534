"""What falls if something is withdrawn, for people: as lines, and as tables in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from magkg.use.plain import one_line
from magkg.use.report.markup import Html, tag

__all__ = ["as_html", "as_text"]

Json = dict[str, Any]
# So many of each list are told to people; the object has all of them.
_TOLD = {"claims_gone": 20, "propositions_gone": 10, "citing": 10}
# No style sheet reaches a notebook.
_CELL = "text-align:left;vertical-align:top;padding:.1em 1em .1em 0"
_SHOWN = 20

_HEADED = {
    "claims_gone": "claim/claims goes/go with what is withdrawn",
    "unsupported": "claim/claims loses/lose all that supports it/them",
    "claims": "claim/claims whose strength changes (cited: own evidence; held: the graph's)",
    "propositions": "proposition/propositions whose assessment changes",
    "propositions_gone": "proposition/propositions that nobody states any more",
    "citing": "claim/claims that cites/cite what is withdrawn",
}
_SUMMED = {
    "claims_gone": "claim/claims goes/go",
    "unsupported": "loses/lose all support",
    "claims": "changes/change in strength",
    "verdicts": "verdict/verdicts changes/change",
    "only_study": "proposition/propositions loses/lose its/their only study",
}


def as_text(document: Json, space: str) -> str:
    """Give a document as lines; the names of claims are without ``space``."""
    return "\n".join(_lines(document, space))


def as_html(document: Json, space: str) -> Html:
    """Give a document as a summary, and a table of each of the losses that there are."""
    named = [tag("div", each) for each in _withdrawn(document)]
    lists = ("claims_gone", "unsupported", "claims", "propositions")
    tables = [_table(name, document[name], space) for name in lists if document[name]]
    return tag("div", named, tag("p", tag("b", _summary(document))), tables)


def _table(name: str, held: list[Json], space: str) -> Html:
    rows = [
        tag(
            "tr",
            tag("td", each["claim"].removeprefix(space), style=_CELL) if "claim" in each else None,
            tag("td", one_line(each["label"]), style=_CELL),
            tag("td", _changes(each), style=_CELL),
        )
        for each in held[:_SHOWN]
    ]
    left = len(held) - len(rows)
    more = tag("p", f"{left} more: .as_json() has all.") if left else None
    return tag("div", tag("p", _counted(len(held), _HEADED[name])), tag("table", rows), more)


def _withdrawn(document: Json) -> Iterator[str]:
    for each in document["withdrawn"]:
        already = " (retracted already)" if each["retracted"] else ""
        yield f"without the {each['kind']} {one_line(each['label'])}{already}"


def _summary(document: Json) -> str:
    counts = document["summary"]
    return "in all: " + ", ".join(_counted(counts[name], what) for name, what in _SUMMED.items())


def _lines(document: Json, space: str) -> Iterator[str]:
    yield from _withdrawn(document)
    for name, heading in _HEADED.items():
        if document[name]:
            yield ""
            yield f"{_counted(len(document[name]), heading)}:"
        told = _TOLD.get(name, len(document[name]))
        for each in document[name][:told]:
            yield f"  {_line(each, space)}"
        if len(document[name]) > told:
            yield f"  ... and {len(document[name]) - told} more (--json has all)"
    yield ""
    yield _summary(document)


def _counted(number: int, what: str) -> str:
    """Give a number before its words, of which ``noun/nouns verb/verbs`` are one and several."""
    words = (each.partition("/") for each in what.split(" "))
    chosen = (one if number == 1 or not slash else several for one, slash, several in words)
    return f"{number} {' '.join(chosen)}"


def _line(each: Json, space: str) -> str:
    iri = each.get("claim", "")
    name = f"{iri.removeprefix(space)}  " if iri else ""
    changes = _changes(each)
    return f"{name}{one_line(each['label'])}" + (f"\n      {changes}" if changes else "")


def _changes(each: Json) -> str:
    changes = "; ".join(
        f"{key.replace('_', ' ')} {_word(value['from'])} -> {_word(value['to'])}"
        for key, value in each.items()
        if isinstance(value, dict)
    )
    return f"{changes} (loses its only study)" if each.get("only_study") else changes


_WORDS = {
    "strengthNone": "none", "strengthVeryLow": "very low", "strengthLow": "low",
    "strengthModerate": "moderate", "strengthHigh": "high", "notRated": "not rated",
    "inconclusiveBody": "inconclusive", "onlyAsserted": "only asserted",
    "foundLacking": "found lacking",
}  # fmt: skip


def _word(value: str | int | list[str]) -> str:
    if isinstance(value, list):
        return " and ".join(map(_word, value))
    return _WORDS.get(str(value), str(value))
