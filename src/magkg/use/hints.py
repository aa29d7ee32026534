"""Why an answer may be empty: what a query names and the graph does not know, with the nearest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from magkg import vocabulary
from magkg.errors import InputError, UnknownName, nearest
from magkg.store import syntax
from magkg.use import binding
from magkg.use.describe import about

if TYPE_CHECKING:
    from magkg.use.binding import Param, Value
    from magkg.use.catalogue import Query
    from magkg.use.graph import Graph

__all__ = ["refuse_form", "refuse_unknown", "unknown_names"]

_HEIR = "SELECT ?heir WHERE {{ {} <" + vocabulary.DCTERMS + "isReplacedBy>+ ?heir }} ORDER BY ?heir"
_KNOWN = "ASK {{ {} ?property ?value }}"
_PREDICATE = f"ASK {{{{ {{}} a <{vocabulary.MAG}Predicate> }}}}"
# One pattern a query: each is one look-up in any engine's index.
_USED = (
    _KNOWN,
    "ASK {{ ?node {} ?value }}",
    "ASK {{ ?node ?property {} }}",
    "ASK {{ GRAPH {} {{ ?node ?property ?value }} }}",
)
# So many names are compared with a misspelt one; more would take seconds.
_NEIGHBOURS = (
    "SELECT DISTINCT ?node WHERE {{ ?node a ?kind FILTER(STRSTARTS(STR(?node), {})) }} LIMIT 20000"
)
_SAME_LIST = (
    f"SELECT ?node WHERE {{{{ {{}} <{vocabulary.SKOS}inScheme> ?list . "
    f"?node <{vocabulary.SKOS}inScheme> ?list }}}} ORDER BY ?node"
)
# The terms of other vocabularies have no class in the graph; a part of it shows the usual ones.
_TERMS = (
    "SELECT DISTINCT ?node WHERE {{ {{ SELECT ?node WHERE {{ ?x ?node ?y }} LIMIT 200000 }} "
    "FILTER(STRSTARTS(STR(?node), {})) }}"
)
# So many names of one query are looked at.
_MOST = 25
# What the names in a project's own namespaces are, and which query lists them.
_LISTED = {
    "con": ("concept", "concepts"), "src": ("source", "sources"), "study": ("study", "studies"),
    "prop": ("proposition", "verdicts"), "mag": ("term", "predicates"),
}  # fmt: skip
# The method of a graph that asks a query of each form.
_METHODS = {"select": "query", "ask": "ask", "construct": "construct", "describe": "construct"}
# What a query with a header names beside these was tested by who wrote it.
_DATA = ("con", "src", "study", "prop")


def unknown_names(graph: Graph, query: Query, text: str) -> Iterator[str]:
    """Give a sentence for each name in a query text that the graph knows nothing of.

    ``text`` is the query as sent. A name is looked at where one of the graph's prefixes fits; in a
    query with a header, only concepts, sources, claims, studies and propositions are.
    """
    looked_at = 0
    for iri in syntax.iris(text, graph.prefixes):
        prefix = _prefix(iri, graph.prefixes)
        if prefix is None or (query.summary and prefix not in _DATA):
            continue
        looked_at += 1
        if looked_at > _MOST:
            return
        if not any(graph.store.ask(each.format(about(iri)), graph.timeout) for each in _USED):
            yield _sentence(graph, iri, prefix)
    if not query.summary:
        yield from _stated(graph, text)


def _stated(graph: Graph, text: str) -> Iterator[str]:
    """Give a sentence for each predicate of claims that is looked for where no concepts have it."""
    bare = syntax.outside(text, "GRAPH", "VALUES")
    for iri in syntax.predicates(bare, graph.prefixes)[:_MOST]:
        if graph.store.ask(_PREDICATE.format(about(iri)), graph.timeout):
            prefix = _prefix(iri, graph.prefixes)
            name = (
                about(iri) if prefix is None else iri.replace(graph.prefixes[prefix], f"{prefix}:")
            )
            yield (
                f"{name} stands between concepts only in the graph of what claims state: write"
                " GRAPH mag:stated { ... } around it; a claim itself has it as its mag:predicate"
            )


def _prefix(iri: str, prefixes: Mapping[str, str]) -> str | None:
    """Give the prefix whose namespace fits best, and which is no set of datatypes."""
    fitting = [
        (len(space), name)
        for name, space in prefixes.items()
        if iri.startswith(space) and iri != space and space != vocabulary.XSD
    ]
    return max(fitting)[1] if fitting else None


def _sentence(graph: Graph, iri: str, prefix: str) -> str:
    space = graph.prefixes[prefix]
    name = iri.removeprefix(space)
    near = nearest(name, _alike(graph, name, space, own=prefix in _LISTED))
    what, listing = _LISTED.get(prefix, ("term", ""))
    kind = "claim" if what == "source" and "#" in name else what
    said = f"the graph knows no {kind} {prefix}:{name}"
    if near:
        return f"{said}; did you mean {' or '.join(f'{prefix}:{each}' for each in near)}?"
    return f"{said}; `magkg query {listing}` lists what there is" if listing else said


def _alike(graph: Graph, name: str, space: str, *, own: bool) -> list[str]:
    """Give the names in a namespace that could be meant: claims for a claim, else none of them."""
    found = _names(graph, _NEIGHBOURS, space)
    if not own:
        found += _names(graph, _TERMS, space)
    # A claim has a # in its name, a source has none: only the like are offered.
    return [each for each in found if ("#" in each) == ("#" in name)]


def _names(graph: Graph, query: str, space: str) -> list[str]:
    rows = graph.store.select(query.format(binding.quote(space)), graph.timeout)
    return [str(row[0]).removeprefix(space) for row in rows]


def refuse_form(query: Query, *wanted: str) -> None:
    """Raise InputError, naming the method that fits, for a query of another form than wanted."""
    method = _METHODS.get(query.form)
    if method is None or query.form in wanted:
        return
    name = f'"{query.name}"' if query.summary and query.path else "..."
    hint = f"Ask it with graph.{method}({name})."
    if query.tags[:1] == ("export",):
        hint += f" What it selects, to filter or export: graph.subgraph(query={name})."
    forms = " or ".join(each.upper() for each in wanted)
    raise InputError(f"this query is of the form {query.form.upper()}, not {forms}", hint=hint)


def refuse_unknown(graph: Graph, query: Query, params: Mapping[str, Value]) -> None:
    """Raise UnknownName for a given parameter that the graph says nothing about.

    Raises InputError with the new name for what was renamed.
    """
    for param in query.params:
        given = params.get(param.name)
        if given is None or not param.takes_iri:
            continue
        for each in given if isinstance(given, (list, tuple, set)) else [given]:
            _refuse(graph, binding.resolve(each, param, graph.prefixes), param)


def _refuse(graph: Graph, iri: str, param: Param) -> None:
    space = binding.namespace(param.example, graph.prefixes)
    name = iri.removeprefix(space)
    if graph.store.ask(_KNOWN.format(about(iri)), graph.timeout):
        rows = graph.store.select(_HEIR.format(about(iri)), graph.timeout)
        heirs = [str(row[0]) for row in rows]
        if heirs:
            raise InputError(
                f"the {param.name} {name!r} was renamed",
                hint=f"It is now {heirs[-1].removeprefix(space)}.",
            )
        return
    example = binding.resolve(param.example, param, graph.prefixes)
    rows = graph.store.select(_SAME_LIST.format(about(example)), graph.timeout)
    # A value of a closed list could only be another one of it.
    near = [str(row[0]).removeprefix(space) for row in rows] or _names(graph, _NEIGHBOURS, space)
    like = [each for each in near if ("#" in each) == ("#" in param.example)]
    raise UnknownName(param.name, name, like)
