"""Nodes and values of the graph as the JSON of a page: what they are called, what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from magkg.errors import InputError, UnknownName
from magkg.store.interface import IRI, Literal, Term
from magkg.use.describe import NOT_IN_IRI, Description, describe, label, text, values_line
from magkg.vocabulary import MAG, TYPE, XSD

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.web.pages.page import Context

__all__ = [
    "Json", "every", "flag", "found", "labels", "linked", "named", "nodes", "number", "paged",
    "said", "shown", "texts", "typed", "usable",
]  # fmt: skip

Json = dict[str, Any]
Known = Mapping[str, Description]
PAGE = 100
# A page number beyond this is no page of any list.
_MOST_PAGES = 1_000_000


def named(iri: str, known: Known) -> Json:
    """Give a node as its IRI and what it is called."""
    return {"iri": iri, "label": label(known.get(iri, {}), iri)}


def nodes(description: Description, prop: str, known: Known) -> list[Json]:
    """Give the nodes that a property leads to, by what they are called."""
    held = [named(str(each), known) for each in description.get(prop, []) if _is_node(each)]
    return sorted(held, key=lambda each: (each["label"].casefold(), each["iri"]))


def linked(descriptions: Iterable[Description], props: Iterable[str]) -> set[str]:
    """Give the IRIs that some properties of some nodes lead to."""
    wanted = tuple(props)
    return {
        str(value)
        for each in descriptions
        for prop in wanted
        for value in each.get(prop, [])
        if isinstance(value, IRI)
    }


def texts(description: Description, prop: str) -> list[Json]:
    """Give the literals of a property, each with its language ("" for none)."""
    held = [each for each in description.get(prop, []) if isinstance(each, Literal)]
    return [{"text": each.value, "language": each.language or ""} for each in held]


def said(description: Description, *props: str) -> str:
    """Give the first text of the first of some properties, "" where there is none."""
    return next((value for each in props if (value := text(description, each))), "")


def number(description: Description, name: str) -> int | None:
    """Give a whole number of a property in the magkg namespace, None where there is none."""
    value = text(description, MAG + name)
    return int(value) if value and value.removeprefix("-").isdecimal() else None


def flag(description: Description, name: str) -> bool:
    """Whether a property in the magkg namespace is true."""
    return text(description, MAG + name) == "true"


def shown(value: Term, known: Known) -> Json:
    """Give a value of any kind: text, IRI and label of a node, language or datatype of a text."""
    if not isinstance(value, Literal):
        node = str(value) if isinstance(value, IRI) else ""
        return {**named(str(value), known), "iri": node, "language": "", "datatype": ""}
    datatype = "" if value.language or value.datatype == XSD + "string" else value.datatype
    return {"iri": "", "label": value.value, "language": value.language or "", "datatype": datatype}


def typed(description: Description, known: Known) -> list[Json]:
    """Give the classes of a node, those of magkg first."""
    held = nodes(description, TYPE, known)
    return sorted(held, key=lambda each: not each["iri"].startswith(MAG))


def usable(iri: str) -> str:
    """Give an IRI that may stand in a query; raises InputError for what cannot."""
    if not iri or NOT_IN_IRI.search(iri) or ":" not in iri:
        raise InputError(
            f"{iri!r} is not an IRI", hint="Give a full one: /resource?iri=https://..."
        )
    return iri


def found(
    context: Context, kind: str, classes: Sequence[str], name: str
) -> tuple[str, Description]:
    """Find a source, a study or a concept by its name in the path, with all that is said of it.

    Raises UnknownName with the nearest names where the graph has none of these classes.
    """
    store, iri = context.graph.store, context.links.iri(kind, name)
    wanted = {MAG + each for each in classes}
    if not NOT_IN_IRI.search(iri):
        node = describe(store, [iri]).get(iri, {})
        if wanted & {str(each) for each in node.get(TYPE, [])}:
            return iri, node
    values = " ".join(f"<{each}>" for each in sorted(wanted))
    every = store.select(f"SELECT ?node WHERE {{ VALUES ?class {{ {values} }} ?node a ?class }}")
    known = [context.links.short(str(row[0])) for row in every]
    raise UnknownName(kind, name, known, hint=f"/{kind} lists them all.")


def paged(context: Context, count: int) -> tuple[int, int, slice]:
    """Give the page of a list that is asked for, how many there are, and which rows it has.

    Raises InputError for a page that the list does not have.
    """
    pages = max(1, -(-count // PAGE))
    page = context.number("page", 1, _MOST_PAGES)
    if page > pages:
        raise InputError(f"there is no page {page}", hint=f"The list has {pages}.")
    return page, pages, slice((page - 1) * PAGE, page * PAGE)


def every(store: Store, classes: Iterable[str], props: Iterable[str]) -> dict[str, Description]:
    """Give some properties of every node of some classes, in the order of their IRIs."""
    query = (
        f"SELECT ?node ?property ?value WHERE {{ {values_line('class', classes)} ?node a ?class . "
        f"{values_line('property', (*props, TYPE))} ?node ?property ?value }}"
    )
    held: dict[str, Description] = {}
    for node, prop, value in store.select(query):
        if value is not None:
            values = held.setdefault(str(node), {}).setdefault(str(prop), [])
            if value not in values:
                values.append(value)
    for description in held.values():
        for values in description.values():
            values.sort(key=str)
    return dict(sorted(held.items()))


def labels(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Give what nodes are called, by IRI."""
    wanted = set(iris)
    known = describe(store, wanted)
    return {iri: label(known.get(iri, {}), iri) for iri in wanted}


def _is_node(value: Term) -> bool:
    return isinstance(value, IRI)
