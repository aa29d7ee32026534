"""What each word of the selection language asks of a graph, as SPARQL, and the sets it gives.

Each word is one set-oriented query and the sets are joined here, because engines differ most in
how they negate (DESIGN section 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from magkg.errors import InputError, UnknownName
from magkg.store.interface import IRI
from magkg.use.describe import claim_iri, values_line
from magkg.use.naming import named, value_named
from magkg.use.select.language import Both, Either, Near, Not, Selection, Word
from magkg.use.select.loading import batches
from magkg.use.select.opposition import contested
from magkg.vocabulary import DCTERMS, FORMAL, MAG, QUALIFIERS, SKOS, XSD

if TYPE_CHECKING:
    from magkg.use.graph import Graph

__all__ = ["matching"]

_CLAIM = f"?claim a <{MAG}Claim>"
_PARTS = (*FORMAL, *QUALIFIERS, MAG + "addressee")
_ENDS = (FORMAL[0], FORMAL[2])
_REACHED = f"?claim <{MAG}evidence> ?line . {{ ?line <{MAG}study> ?study }} UNION {{ ?line <{MAG}reaches> ?study }}"  # noqa: E501
_ASSESSED = f"?claim <{MAG}states> ?proposition . ?proposition <{MAG}assessment> ?assessment"
_ISO = re.compile(r"[0-9]{4}(-[0-9]{2}-[0-9]{2})?")
_ANY = "any"
# What every engine takes for a whole number: 64 bits.
_DIGITS = 18
# A name or a file of a query with its parameters.
_NAMED_QUERY = re.compile(r"[\w./\\-]+\?[\w-]+=\S*")
# Words whose values are of a closed list: the list, and what follows ?claim.
_SCHEMED = {
    "kind": ("kind", f"?claim <{MAG}kind> ?value"),
    "polarity": ("polarity", f"?claim <{MAG}polarity> ?value"),
    "certainty": ("certainty", f"?claim <{MAG}certainty> ?value"),
    "attribution": ("attribution", f"?claim <{MAG}attribution> ?value"),
    "verdict": ("verdict", f"{_ASSESSED} . ?assessment <{MAG}verdict> ?value"),
    "design": ("design", f"{_REACHED} ?study <{MAG}design> ?value"),
    "strength": ("strength", f"?claim <{MAG}heldStrength> ?value"),
    "strength-at-least": ("strength", f"?claim <{MAG}heldStrength> ?value"),
    "cited-at-least": ("strength", f"?claim <{MAG}citedStrength> ?value"),
}
# Words whose values are nodes: what they are, and what follows ?claim.
_NODES = {
    "subject": ("concept", f"?claim <{FORMAL[0]}> ?value"),
    "predicate": ("predicate", f"?claim <{FORMAL[1]}> ?value"),
    "object": ("concept", f"?claim <{FORMAL[2]}> ?value"),
    "concept": ("concept", values_line("part", _PARTS) + " ?claim ?part ?value"),
    "source": ("source", f"?claim <{MAG}source> ?value"),
    "study": ("study", _REACHED.replace("?study", "?value")),
}


def matching(graph: Graph, selection: Selection) -> set[str]:
    """Give the IRIs of the claims that a selection means.

    Raises UnknownName for a name that the graph does not know, InputError for a value that does
    not fit its word.
    """
    match selection:
        case Word():
            return _word(graph, selection)
        case Both():
            return matching(graph, selection.one) & matching(graph, selection.other)
        case Either():
            return matching(graph, selection.one) | matching(graph, selection.other)
        case Not():
            return _every(graph) - matching(graph, selection.of)
        case Near():
            found = matching(graph, selection.of)
            for _ in range(selection.hops):
                found = found | _neighbours(graph, found)
            return found
        case _:
            return _every(graph)


def _every(graph: Graph) -> set[str]:
    rows = graph.engine.select(f"SELECT DISTINCT ?claim WHERE {{ {_CLAIM} }}", graph.timeout)
    return {str(row[0]) for row in rows}


def _claims(graph: Graph, pattern: str) -> set[str]:
    query = f"SELECT DISTINCT ?claim WHERE {{ {pattern} {'.' * bool(pattern)} {_CLAIM} }}"
    return {str(row[0]) for row in graph.store.select(query, graph.timeout)}


def _with(graph: Graph, pattern: str, values: Iterable[str]) -> set[str]:
    """Give the claims of a pattern for each value, at most some hundred values a query."""
    found: set[str] = set()
    for batch in batches(sorted(set(values))):
        found |= _claims(graph, f"{values_line('value', batch)} {pattern}")
    return found


def _word(graph: Graph, word: Word) -> set[str]:
    if word.name in _NODES:
        what, pattern = _NODES[word.name]
        nodes = [named(graph, what, each) for each in word.values]
        return _with(graph, pattern, _narrower(graph, nodes) if word.expand else nodes)
    if word.name in _SCHEMED:
        scheme, pattern = _SCHEMED[word.name]
        found = [value_named(graph, scheme, each) for each in word.values]
        upward = word.name.endswith("-at-least")
        wanted = {each for iri, above in found for each in (above if upward else [iri])}
        return _with(graph, pattern, wanted)
    match word.name:
        case "claim":
            named_claims = {claim_iri(graph.store, each, graph.prefixes) for each in word.values}
            return {str(each) for each in named_claims}
        case "studies-at-least":
            least = min(_number(each) for each in word.values)
            counted = f"{_ASSESSED} . ?assessment <{MAG}rootCount> ?roots FILTER(?roots >= {least})"
            return _claims(graph, counted) if least else _every(graph)
        case "since" | "until":
            return set().union(*(_dated(graph, word.name, each) for each in word.values))
        case "contested":
            return _contested(graph, word.values)
        case "tension":
            return _tense(graph, word.values)
        case _:
            return set().union(*(_constructed(graph, each) for each in word.values))


def _narrower(graph: Graph, nodes: Iterable[str]) -> set[str]:
    """Give the concepts and all that are narrower than they, however deep."""
    query = f"SELECT ?node WHERE {{ {values_line('top', nodes)} ?node <{SKOS}broader>+ ?top }}"
    return {*nodes, *(str(row[0]) for row in graph.store.select(query, graph.timeout))}


def _number(value: str) -> int:
    if not value.isdecimal() or len(value) > _DIGITS:
        raise InputError(
            f"studies-at-least takes a whole number of up to {_DIGITS} digits, not {value!r}"
        )
    return int(value)


def _dated(graph: Graph, word: str, value: str) -> set[str]:
    """Give the claims of sources published since, or until, a year or a date.

    A source of which only the year is known counts by its year.
    """
    try:
        day = date.fromisoformat(value if len(value) > 4 else f"{value}-01-01")
    except ValueError:
        day = None
    if day is None or not _ISO.fullmatch(value):
        raise InputError(
            f"{word} takes a year or a date, not {value!r}", hint="Such as 2015-06-30."
        )
    sign = ">=" if word == "since" else "<="
    whole = day if word == "since" or len(value) > 4 else day.replace(month=12, day=31)
    return _claims(
        graph,
        f"?claim <{MAG}source> ?source OPTIONAL {{ ?source <{MAG}year> ?year }} "
        f"OPTIONAL {{ ?source <{DCTERMS}issued> ?day }} FILTER(IF(BOUND(?day), "
        f'?day {sign} "{whole.isoformat()}"^^<{XSD}date>, ?year {sign} {day.year}))',
    )


def _contested(graph: Graph, values: tuple[str, ...]) -> set[str]:
    if set(values) != {"yes"}:
        raise InputError(
            f"contested takes yes, not {', '.join(values)!r}",
            hint="For claims that are not: --not-contested yes, in Python not_contested='yes'.",
        )
    return contested(graph.store, timeout=graph.timeout)


def _tense(graph: Graph, kinds: tuple[str, ...]) -> set[str]:
    found = graph.audit(kinds=() if _ANY in kinds else kinds).findings
    both = (each for finding in found for each in (finding.claim, finding.other))
    return {each.iri for each in both if each is not None}


def _constructed(graph: Graph, what: str) -> set[str]:
    """Give the claims that are the subject of a triple which a CONSTRUCT gives.

    ``what`` is a name, a file or a text; parameters of a named one follow as in a URL:
    ``study_and_its_claims?study=pan-2011``.
    """
    name, _, words = what.partition("?") if _NAMED_QUERY.fullmatch(what) else (what, "", "")
    query = graph.look_up(name)
    if query.form not in {"construct", "describe"}:
        raise InputError(
            f"{name!r} is no CONSTRUCT, and only such a query selects claims",
            hint="See `magkg query --list`: those tagged export are selections.",
        )
    given: dict[str, Any] = parse_qs(words, keep_blank_values=True)
    known = [each.name for each in query.params]
    for each in query.params:
        if not each.optional and each.name not in given:
            raise InputError(
                f"the query {name!r} needs its {each.name}: {each.about}",
                hint=f"Such as --query '{name}?{each.name}={each.example.rpartition(':')[2]}'.",
            )
    for word in given:
        if word not in known:
            raise UnknownName("parameter", word, known)
    nodes = {str(each) for each, _, _ in graph.construct(query, **given) if isinstance(each, IRI)}
    found: set[str] = set()
    for batch in batches(sorted(nodes)):
        found |= _claims(graph, values_line("claim", batch))
    return found


def _neighbours(graph: Graph, claims: Iterable[str]) -> set[str]:
    """Give the claims that share a subject or an object with these."""
    ends: set[str] = set()
    parts = values_line("part", _ENDS)
    for batch in batches(sorted(claims)):
        query = f"SELECT DISTINCT ?end WHERE {{ {values_line('claim', batch)} {parts} ?claim ?part ?end }}"  # noqa: E501
        ends |= {str(row[0]) for row in graph.store.select(query, graph.timeout)}
    return _with(graph, f"{parts} ?claim ?part ?value", ends)
