"""The SPARQL page: an editor, the shipped queries as examples, and the answer to what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from magkg.errors import InputError
from magkg.use import catalogue
from magkg.use.catalogue import Query
from magkg.vocabulary import MAG
from magkg.web import assets, gate
from magkg.web.pages.asking import snippets
from magkg.web.pages.asking.queries import FORMATS, GROUPS, TRIPLES
from magkg.web.pages.asking.results import SHOWN, answered
from magkg.web.pages.page import Page
from magkg.web.problems import of_error

if TYPE_CHECKING:
    from magkg.web.pages.page import Context

__all__ = ["editor"]

Json = dict[str, Any]

# What stands in the editor at first; it finds something in any graph of magkg.
_FIRST = f"""PREFIX mag: <{MAG}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?claim ?gist ?polarity ?certainty ?source
WHERE {{
  ?claim a mag:Claim ;
    rdfs:label ?gist ;
    mag:polarity ?polarity ;
    mag:certainty ?certainty ;
    mag:source ?source .
}}
ORDER BY ?claim
LIMIT 20
"""
_DATASET = ("default-graph-uri", "named-graph-uri")


def editor(context: Context) -> Page:
    """Show the editor; with ``query`` its answer, with ``example`` a shipped query to start from.

    An example takes its parameters from the URL, and is not asked. Without scripts, or without the
    editor, the page is a form that asks in the same way.
    """
    text, example = context.one("query"), context.one("example")
    asked = bool(text.strip())
    problem, answer, sent = None, None, ""
    query = Query("", None, "", "", (), (), text)
    if asked:
        try:
            _refuse(context, text)
            sent = context.graph.explain(query)
            answer = answered(context.graph, query, {})
        except InputError as error:
            problem = of_error(error)
    elif example:
        text = _example(context, example)
    data = {
        "query": text or _FIRST,
        "asked": asked,
        "sent": sent,
        "example": example,
        "answer": answer,
        "problem": problem,
        "shown": SHOWN,
        "prefixes": dict(context.graph.prefixes),
        "examples": _examples(context),
        "editor": assets.available(),
        **_taken(context, sent if answer else "", query.form),
    }
    status = problem["status"] if problem else 200
    return Page("editor.html", "SPARQL", data, canonical="/sparql", status=status)


def _refuse(context: Context, text: str) -> None:
    """Raise InputError for what the endpoint refuses, and for what this page cannot do."""
    if any(context.params.get(name) for name in _DATASET):
        raise InputError(
            f"this page asks the whole graph, and takes no {' or '.join(_DATASET)}",
            hint="Name graphs in the query, with FROM, or ask for another form: &format=json.",
        )
    gate.refuse(text)


def _example(context: Context, name: str) -> str:
    """Give a shipped query with the parameters that the URL gives, else with its examples."""
    query = catalogue.find(name, context.graph.project)
    known = {each.name for each in query.params}
    given = {
        key: tuple(each for each in held if each.strip())
        for key, held in context.params.items()
        if key in known
    }
    given = {key: held for key, held in given.items() if held}
    if any(not each.optional and each.name not in given for each in query.params):
        return catalogue.without_header(query)
    return context.graph.explain(query, **given)


def _examples(context: Context) -> list[Json]:
    """Give the shipped queries by their first tag."""
    groups: dict[str, list[Json]] = {}
    for query in context.graph.queries().values():
        tag = query.tags[0] if query.tags else "other"
        groups.setdefault(tag, []).append({"name": query.name, "summary": query.summary})
    order = [*GROUPS, *sorted(groups.keys() - GROUPS.keys())]
    return [{"tag": tag, "queries": groups[tag]} for tag in order if tag in groups]


def _taken(context: Context, sent: str, form: str) -> Json:
    """Give the ways to take an answer elsewhere; none before there is one."""
    if not sent:
        return {"formats": [], "snippets": []}
    formats = TRIPLES if form in ("construct", "describe") else FORMATS
    return {
        "formats": [
            {"name": name, "url": f"/sparql?{urlencode({'query': sent, 'format': each})}"}
            for name, each in formats
        ],
        "snippets": snippets.of_text(context.base, sent, form),
    }
