"""Lists of things as pages: filtered and sorted by the URL, a hundred to a page, whole as CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from magkg.errors import UnknownName
from magkg.web.pages.page import Context, Page, Table
from magkg.web.pages.shared.nodes import Json, paged

__all__ = ["Column", "listing"]

# So many values of a filter can be chosen from.
_OPTIONS = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: the name of its cells in a row, its heading, and what the cells are.

    ``kind`` is text, number, node (iri and label), nodes, or a closed list whose values they are.
    ``filtered`` says that rows can be chosen by it.
    """

    name: str
    title: str
    kind: str = "text"
    filtered: bool = False


def listing(
    context: Context,
    title: str,
    intro: str,
    rows: Iterable[Json],
    columns: Sequence[Column],
    default: str,
) -> Page:
    """Give a page of a list whose rows are objects with iri, label and the cells of ``columns``.

    The URL says which rows (the name of a filtered column), in which order (``sort=NAME``, or
    ``-NAME`` from the other end) and which page. Raises UnknownName for a value or an order that
    there is not, InputError for a page beyond the last.
    """
    every = list(rows)
    filters = [_filter(context, each, every) for each in columns if each.filtered]
    kept = [row for row in every if all(_fits(row, each) for each in filters)]
    order = _sorted(context, kept, columns, default)
    page, pages, part = paged(context, len(kept))
    chosen = {each["name"]: each["chosen"] for each in filters if each["chosen"]}
    data: Json = {
        "intro": intro,
        "count": len(kept),
        "all_count": len(every),
        "filters": filters,
        "order": order,
        "columns": [_column(each, order, chosen) for each in columns],
        "rows": kept[part],
        "page": page,
        "pages": pages,
        "more": urlencode(chosen | ({"sort": order} if order != default else {})),
    }
    return Page("list.html", title, data, table=lambda: _table(kept, columns))


def _filter(context: Context, column: Column, rows: Iterable[Json]) -> Json:
    said = context.one(column.name)
    counts: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for row in rows:
        for key, label in _keys(row[column.name]):
            counts[key] += 1
            labels[key] = label
    if said and said not in counts:
        raise UnknownName(column.title, said, counts, hint="The list without it shows them all.")
    options = sorted(labels, key=lambda key: (-counts[key], labels[key].casefold()))[:_OPTIONS]
    return {
        "name": column.name,
        "title": column.title,
        "chosen": said,
        "options": [{"value": key, "label": labels[key], "count": counts[key]} for key in options],
    }


def _keys(cell: Any) -> list[tuple[str, str]]:
    """Give what a cell is chosen by, with its words: the end of an IRI, a name, a text."""
    if isinstance(cell, list):
        return [pair for each in cell for pair in _keys(each)]
    if isinstance(cell, Mapping):
        name = (
            cell.get("name") or str(cell["iri"]).rstrip("/#").replace("#", "/").rpartition("/")[2]
        )
        return [(name, cell["label"])]
    return [(str(cell), str(cell))] if cell not in (None, "") else []


def _fits(row: Json, chosen: Json) -> bool:
    said = chosen["chosen"]
    return not said or any(key == said for key, _ in _keys(row[chosen["name"]]))


def _sorted(context: Context, rows: list[Json], columns: Sequence[Column], default: str) -> str:
    """Sort the rows in place; give the order, as the URL has it."""
    order = context.one("sort") or default
    name = order.removeprefix("-")
    if name not in {each.name for each in columns}:
        known = [sign + each.name for each in columns for sign in ("", "-")]
        raise UnknownName("order of this list", order, known)
    rows.sort(key=lambda row: (str(row["label"]).casefold(), str(row["iri"])))
    there = [row for row in rows if row[name] not in (None, "", [])]
    there.sort(key=lambda row: _order(row[name]), reverse=order.startswith("-"))
    rows[:] = there + [row for row in rows if row[name] in (None, "", [])]
    return order


def _order(cell: Any) -> tuple[int, float, str]:
    if isinstance(cell, int):
        return (0, cell, "")
    keys = _keys(cell)
    return (1, 0, keys[0][1].casefold() if keys else "")


def _column(column: Column, order: str, chosen: Mapping[str, str]) -> Json:
    """Give a heading with the URL that sorts by it, the other way round where it does so now."""
    upward = order == column.name
    wanted = (
        f"-{column.name}"
        if upward or (column.kind == "number" and order != f"-{column.name}")
        else column.name
    )
    sorts = "ascending" if upward else "descending" if order == f"-{column.name}" else "none"
    return {
        "name": column.name,
        "title": column.title,
        "kind": column.kind,
        "url": "?" + urlencode({**chosen, "sort": wanted}),
        "sorts": sorts,
    }


def _table(rows: Iterable[Json], columns: Sequence[Column]) -> Table:
    head = ("iri", *(each.name for each in columns))
    return head, [(row["iri"], *(_cell(row[each.name]) for each in columns)) for row in rows]


def _cell(cell: Any) -> object:
    if isinstance(cell, list):
        return "; ".join(str(_cell(each)) for each in cell)
    if isinstance(cell, Mapping):
        return cell["label"]
    return "" if cell is None else cell
