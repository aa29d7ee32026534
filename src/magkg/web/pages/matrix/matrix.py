"""The matrix: what the graph holds of interventions and outcomes, narrowed by facets."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode

from magkg.errors import InputError, MagkgError, UnknownName
from magkg.use.report.signs import LEVELS, WORDS
from magkg.web.pages.matrix.facets import Choice, Claim, Holding, chosen, facets, holding, name
from magkg.web.pages.matrix.matrix_cells import (
    POLARITIES,
    Group,
    Sheet,
    by_design,
    by_outcome,
    words,
)
from magkg.web.pages.page import Context, Page, Table
from magkg.web.pages.shared import cards
from magkg.web.pages.shared.nodes import paged

__all__ = ["matrix"]

Json = dict[str, Any]
# So many tables stand on one page.
SHEETS = 12
_MOST = 1_000_000
# What the parameters that are no facet take, the first if left out.
_BY, _ROWS, _ASSERTED = ("outcome", "design"), ("intervention", "statement"), ("", "yes", "no")
_HEAD = (
    "table", "row", "row_iri", "column", "column_iri", "species", "verdict", "also_found_lacking",
    "narrower_contested", "strength_for", "strength_against", "claims", "affirming", "denying",
    "no_difference", "lack_of_evidence", "studies", "studies_for", "studies_against",
    "studies_open", "statements",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows: what was chosen, what stands in rows and columns, the claims left."""

    context: Context
    held: Holding
    choice: Choice
    by: str
    rows: str
    asserted: str
    claims: list[Claim]

    @property
    def every(self) -> bool:
        """Whether an outcome has a column of which there is nothing but assertion."""
        return self.asserted == "yes" or (not self.asserted and bool(self.choice.values))

    @property
    def shape(self) -> list[tuple[str, str]]:
        """Give the parameters that are no facet, without those left as they are."""
        found = [("by", self.by)] if self.by != _BY[0] else []
        found += [("rows", self.rows)] if self.rows != _ROWS[0] and self.by != _BY[0] else []
        return found + ([("asserted", self.asserted)] if self.asserted else [])

    def url(self, *without: tuple[str, str], **more: str) -> str:
        """Give the URL of this view without some of its parameters and with others instead."""
        pairs = [*self.choice.pairs(), *self.shape]
        kept = [each for each in pairs if each not in without and each[0] not in more]
        found = urlencode([*kept, *((word, said) for word, said in more.items() if said)])
        return f"/matrix?{found}" if found else "/matrix"

    def sheets(self) -> list[Sheet]:
        """Give its tables."""
        if self.by == "design":
            return by_design(self.held, self.claims, statements=self.rows == "statement")
        return by_outcome(self.held, self.claims, every=self.every)


def matrix(context: Context) -> Page:
    """Make the page: tables, facets, and the claims of the view in pages of 100."""
    held = holding(context.graph)
    choice = chosen(context)
    view = View(
        context,
        held,
        choice,
        _one(context, "by", _BY),
        _one(context, "rows", _ROWS),
        _one(context, "asserted", _ASSERTED),
        choice.left(held.claims),
    )
    sheets = view.sheets()
    number, pages, shown = _part(context, sheets)
    data = {
        **_counted(view),
        "without_column": _without(view, sheets),
        "sheets": [_sheet(view, each) for each in shown],
        "sheet": number,
        "sheet_pages": pages,
        **_choices(view),
        **_listed(view),
        **_legend(),
    }
    return Page(
        "matrix.html",
        "Evidence matrix",
        data,
        table=lambda: _table(sheets),
        selection=choice.selection(),
        files={
            "svg": lambda: ("image/svg+xml", _drawn(view, shown, number, pages).encode()),
            "png": lambda: ("image/png", _rasterised(_drawn(view, shown, number, pages))),
        },
    )


def _counted(view: View) -> Json:
    return {
        "by": view.by,
        "rows": view.rows,
        "asserted": view.every,
        "claims_in_all": len(view.held.claims),
        "statements_in_all": len(view.held.statements),
        "claims": len(view.claims),
        "statements": len({each.statement.iri for each in view.claims}),
    }


def _choices(view: View) -> Json:
    """Give what was chosen, what else can be, and where that leads."""
    choice = view.choice
    return {
        "chosen": _chosen(view),
        "narrow": bool({"subject", "object"} & choice.values.keys()),
        "facets": facets(view.context, view.held, choice),
        "hidden": [each for each in (*choice.pairs(), *view.shape) if each[0] in _KEPT],
        "ways": _ways(view),
        "asserted_url": view.url(asserted="yes"),
        "sheet_url": _open(view.url()),
        "command": _command(choice),
        "take": f"/export?{urlencode(choice.words(), doseq=True)}",
        "png": find_spec("resvg_py") is not None,
    }


def _legend() -> Json:
    return {
        "polarities": [{"sign": sign, "words": said} for _, sign, said in POLARITIES],
        "verdicts": [
            {"name": each, "words": said, "about": about} for each, (said, about) in WORDS.items()
        ],
    }


# What the form of the facets carries along.
_KEPT = ("subject", "object", "by", "rows", "asserted")


def _one(context: Context, word: str, known: Sequence[str]) -> str:
    said = context.one(word) or known[0]
    if said not in known:
        raise UnknownName(f"value of {word}", said, [each for each in known if each])
    return said


def _part(context: Context, sheets: list[Sheet]) -> tuple[int, int, list[Sheet]]:
    pages = max(1, -(-len(sheets) // SHEETS))
    number = context.number("sheet", 1, _MOST)
    if number > pages:
        raise InputError(f"there is no sheet {number}", hint=f"The view has {pages}.")
    return number, pages, sheets[(number - 1) * SHEETS : number * SHEETS]


def _without(view: View, sheets: Sequence[Sheet]) -> int:
    """Count the statements of the view that stand in no cell."""
    groups = (group for sheet in sheets for cell in sheet.cells.values() for group in cell)
    shown = {each.iri for group in groups for each in group.statements}
    return len({each.statement.iri for each in view.claims} - shown)


def _chosen(view: View) -> list[Json]:
    return [
        {
            "word": word,
            "name": said,
            "label": view.held.labels.get(iri, said),
            "without": view.url((word, said)),
        }
        for word, iris in view.choice.values.items()
        for iri in iris
        for said in (view.choice.names[iri],)
    ]


def _ways(view: View) -> list[Json]:
    """Give the other ways to lay out the view, each with its URL."""
    known = (
        ("interventions by outcomes", "outcome", ""),
        ("interventions by study designs", "design", ""),
        ("statements by study designs", "design", "statement"),
    )
    now = (view.by, view.rows if view.by == "design" else "intervention")
    return [
        {
            "words": said,
            "url": view.url(by="" if by == "outcome" else by, rows=rows),
            "on": now == (by, rows or "intervention"),
        }
        for said, by, rows in known
    ]


def _sheet(view: View, sheet: Sheet) -> Json:
    rows = []
    for row in sheet.rows:
        cells = [
            [_group(view, sheet, row.iri, column.iri, each) for each in sheet.cells.get(at, ())]
            for column in sheet.columns
            for at in ((row.iri, column.iri),)
        ]
        rows.append({"iri": row.iri, "label": row.label, "cells": cells})
    columns = [{"iri": each.iri, "label": each.label} for each in sheet.columns]
    return {"name": sheet.name, "corner": sheet.corner, "columns": columns, "rows": rows}


def _group(view: View, sheet: Sheet, row: str, column: str, group: Group) -> Json:
    numbers = [f"{sign}{group.said[each]}" for each, sign, _ in POLARITIES if group.said[each]]
    every, *sides = group.studies
    return {
        "species": group.species,
        "verdict": group.verdict,
        "also_found_lacking": group.lacking,
        "narrower_contested": group.within,
        "strength_for": group.level,
        "strength_against": group.against,
        "claims": group.claims,
        "said": dict(group.said),
        "studies": every,
        "studies_for": sides[0],
        "studies_against": sides[1],
        "studies_open": sides[2],
        "numbers": numbers,
        "words": words(group),
        "url": _cell_url(view, sheet, row, column, group),
    }


def _cell_url(view: View, sheet: Sheet, row: str, column: str, group: Group) -> str:
    context = view.context
    if view.by == "outcome":
        cell = {"subject": name(context, row), "object": name(context, column)}
        return view.url(**cell) + "#claims"
    first = group.statements[0]
    cell = {"design": name(context, column), "subject": name(context, first.subject.iri)}
    if sheet.corner == "intervention":
        return view.url(**cell) + "#claims"
    return view.url(**cell, object=name(context, first.object.iri)) + f"#s-{first.key}"


def _listed(view: View) -> Json:
    """Give a page of the claims of the view, those of one statement together."""
    page, pages, rows = paged(view.context, len(view.claims))
    shown = view.claims[rows]
    found = {
        each["iri"]: each
        for each in cards.claims(view.context.graph.store, (each.iri for each in shown))
    }
    groups: list[Json] = []
    for claim in shown:
        held = claim.statement
        if not groups or groups[-1]["iri"] != held.iri:
            groups.append(
                {
                    "iri": held.iri,
                    "key": held.key,
                    "text": held.text,
                    "verdict": held.verdict,
                    "verdict_words": WORDS[held.verdict][0],
                    "strength_for": LEVELS[held.level],
                    "strength_against": LEVELS[held.against],
                    "claims": [],
                }
            )
        groups[-1]["claims"] += [found[claim.iri]] if claim.iri in found else []
    return {"list": groups, "page": page, "pages": pages, "list_url": _open(view.url())}


def _open(url: str) -> str:
    """Give a URL to which one more parameter can be put."""
    return url + ("&" if "?" in url else "?")


def _command(choice: Choice) -> str:
    held = [(word, each) for word, several in choice.words().items() for each in several]
    said = " ".join(f"--{word} {shlex.quote(each)}" for word, each in held)
    return f"magkg export --format csv --out claims {said}"


def _table(sheets: Sequence[Sheet]) -> Table:
    return _HEAD, _lines(sheets)


def _lines(sheets: Sequence[Sheet]) -> Iterator[Sequence[object]]:
    for sheet in sheets:
        for row in sheet.rows:
            for column in sheet.columns:
                for group in sheet.cells.get((row.iri, column.iri), ()):
                    rated = [LEVELS[each] if each else "" for each in (group.level, group.against)]
                    yield (
                        sheet.name, row.label, row.iri, column.label, column.iri, group.species,
                        WORDS[group.verdict][0] if group.verdict else "",
                        "yes" if group.lacking else "", "yes" if group.within else "", *rated,
                        group.claims, *group.said.values(), *group.studies,
                        " ".join(each.iri for each in group.statements),
                    )  # fmt: skip


def _drawn(view: View, sheets: Sequence[Sheet], number: int, pages: int) -> str:
    from magkg.web.pages.matrix.matrix_picture import picture

    said = "; ".join(
        f"{word}: {', '.join(view.held.labels.get(iri, iri) for iri in iris)}"
        for word, iris in view.choice.values.items()
    )
    built = view.context.graph.manifest
    about = [
        f"{len(view.claims):,} of {len(view.held.claims):,} claims about rated statements",
        f"narrowed to {said}" if said else "",
        f"tables {number} of {pages} sheets" if pages > 1 else "",
        f"graph {built.root[:12]}" if built else "",
    ]
    return picture(sheets, "Evidence matrix", "; ".join(each for each in about if each) + ".")


def _rasterised(drawn: str) -> bytes:
    from magkg.use.export.picture.png import rasterised

    try:
        return rasterised(drawn)
    except MagkgError as error:
        raise InputError(error.message, hint=error.hint) from None
