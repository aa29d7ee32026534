"""The catalogue of queries, and each with its form, its text and its answer."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from magkg.errors import InputError, MagkgError, UnknownName
from magkg.use import catalogue
from magkg.use.binding import Unfit
from magkg.web.pages.asking import snippets
from magkg.web.pages.asking.results import COUNTED, SHOWN, answered, table
from magkg.web.pages.asking.suggestions import suggestions
from magkg.web.pages.page import Page
from magkg.web.problems import of_error

if TYPE_CHECKING:
    from magkg.use.binding import Param
    from magkg.use.catalogue import Query
    from magkg.web.pages.page import Context, Table

__all__ = ["FORMATS", "GROUPS", "TRIPLES", "queries", "query"]

Json = dict[str, Any]
Given = dict[str, tuple[str, ...]]

# What the first tag of a query says of it, in the order in which they are shown.
GROUPS = {
    "research": "What is claimed, and how far the evidence carries it",
    "trace": "Where it comes from: claims, passages, studies, sources",
    "audit": "What does not hold together",
    "export": "Parts to take away, as triples",
}
# Formats of rows and of triples, as the endpoint names them.
FORMATS = (("CSV", "csv"), ("TSV", "tsv"), ("JSON", "json"), ("XML", "xml"))
TRIPLES = (
    ("Turtle", "turtle"), ("N-Triples", "ntriples"), ("JSON-LD", "jsonld"), ("RDF/XML", "rdfxml"),
)  # fmt: skip


def queries(context: Context) -> Page:
    """Show the queries that can be asked by name, by their first tag.

    ``q`` keeps those whose name, summary, description or tags hold each of its words, ``tag``
    those with the tag.
    """
    every = list(context.graph.queries().values())
    words, tag = context.one("q").casefold().split(), context.one("tag")
    tags: dict[str, int] = {}
    for each in every:
        for name in each.tags:
            tags[name] = tags.get(name, 0) + 1
    if tag and tag not in tags:
        raise UnknownName("tag", tag, tags)
    kept = [each for each in every if (not tag or tag in each.tags) and _holds(each, words)]
    groups = {name: list(held) for name, held in groupby(sorted(kept, key=_first), key=_first)}
    order = [*GROUPS, *sorted(groups.keys() - GROUPS.keys())]
    data = {
        "count": len(kept),
        "all": len(every),
        "q": context.one("q"),
        "tag": tag,
        "tags": [{"name": name, "count": tags[name]} for name in sorted(tags)],
        "groups": [
            {
                "tag": name,
                "about": GROUPS.get(name, ""),
                "queries": [_listed(each) for each in groups[name]],
            }
            for name in order
            if name in groups
        ],
    }
    return Page("queries.html", "Queries", data, table=lambda: _catalogue(kept))


def query(context: Context) -> Page:
    """Show one query: what it asks, its form, its text, and its answer.

    It is asked where all that it needs is given; what is wrong stands in ``problem``, beside the
    parameter that it is about where it is about one.
    """
    graph, (name,) = context.graph, context.args
    asked = catalogue.find(name, graph.project)
    known = {each.name: each for each in asked.params}
    given = {key: tuple(filter(str.strip, context.params.get(key, ()))) for key in known}
    given = {key: held for key, held in given.items() if held}
    missing = [each for each in asked.params if not each.optional and each.name not in given]
    problem, answer, hints = None, None, list[str]()
    if given or not missing:
        try:
            answer = answered(graph, asked, given)
            hints = graph.hints(asked, **given) if answer["count"] == 0 else []
        except (InputError, UnknownName) as error:
            problem = _problem(asked, given, error)
    data = {
        **_listed(asked),
        "params": [_param(context, each, given) for each in asked.params],
        "asked": {key: list(held) for key, held in given.items()},
        "problem": problem,
        "answer": answer,
        "hints": hints,
        "shown": SHOWN,
        **_taken(context, asked, given, sendable=not missing and problem is None),
    }
    return Page(
        "query.html",
        asked.summary or name,
        data,
        table=lambda: _csv(context, asked, given),
        status=problem["status"] if problem else 200,
    )


def _holds(query: Query, words: list[str]) -> bool:
    text = " ".join((query.name, query.summary, query.description, *query.tags)).casefold()
    return all(each in text for each in words)


def _first(query: Query) -> str:
    return query.tags[0] if query.tags else "other"


def _listed(query: Query) -> Json:
    return {
        "name": query.name,
        "summary": query.summary or query.name,
        "description": query.description,
        "tags": list(query.tags),
        "form": query.form,
        "needs": [each.name for each in query.params if not each.optional],
        "takes": [each.name for each in query.params if each.optional],
        "severity": query.severity,
        "mend": query.mend,
    }


def _catalogue(kept: list[Query]) -> Table:
    head = ("name", "summary", "description", "tags", "form", "required", "optional")
    rows = (
        (
            each["name"], each["summary"], each["description"], " ".join(each["tags"]),
            each["form"], " ".join(each["needs"]), " ".join(each["takes"]),
        )
        for each in map(_listed, kept)
    )  # fmt: skip
    return head, rows


def _param(context: Context, param: Param, given: Given) -> Json:
    return {
        "name": param.name,
        "about": param.about,
        "optional": param.optional,
        "example": param.plain,
        "values": list(given.get(param.name, ())),
        "suggestions": suggestions(context.graph, param),
    }


def _problem(query: Query, given: Given, error: MagkgError) -> Json:
    """Give what is wrong, the parameter that it is about ("" for none), and offers in its place."""
    param = error.param.name if isinstance(error, Unfit) else ""
    offers = []
    if isinstance(error, UnknownName) and error.what in {each.name for each in query.params}:
        param = error.what
        for name in error.suggestions:
            pairs = urlencode({**given, param: (name,)}, doseq=True)
            offers.append({"name": name, "url": f"/queries/{query.name}?{pairs}"})
    return {**of_error(error), "param": param, "offers": offers}


def _taken(context: Context, query: Query, given: Given, *, sendable: bool) -> Json:
    """Give the text, and the ways to take the answer elsewhere where it can be asked."""
    if not sendable:
        return {"text": query.text, "bound": False, "formats": [], "snippets": [], "editor": ""}
    text = context.graph.explain(query, **given)
    pairs = [(key, value) for key, held in given.items() for value in held]
    triples = query.form in ("construct", "describe")
    formats = TRIPLES if triples else FORMATS
    api = f"/api/queries/{query.name}"
    return {
        "text": text,
        "bound": bool(given),
        "formats": [
            {"name": name, "url": f"{api}?{urlencode([*pairs, ('format', form)])}"}
            for name, form in formats
        ],
        "snippets": snippets.of_query(context.base, query.name, given, text, query.form),
        "editor": f"/sparql?{urlencode([('example', query.name), *pairs])}",
    }


def _csv(context: Context, query: Query, given: Given) -> Table:
    """Give the whole answer as a table; raises InputError for more than is counted."""
    found = answered(context.graph, query, given, kept=COUNTED)
    if found["more"]:
        url = f"/api/queries/{query.name}"
        raise InputError(
            f"the answer has more than {COUNTED:,} rows", hint=f"{url}?format=csv gives them all."
        )
    return table(found)
