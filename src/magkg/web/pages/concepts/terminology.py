"""The vocabulary as pages show it: what a term is, what it is for, how many use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from magkg.use.describe import Description, about, describe, label
from magkg.vocabulary import MAG, RDFS, SKOS, TYPE
from magkg.web.pages.shared.nodes import Json, nodes, said

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["facts", "groups", "kind"]

_OWL = "http://www.w3.org/2002/07/owl#"
# What makes a node a term, and what it is then called; the first that fits holds.
_KINDS = {
    MAG + "Predicate": "predicate",
    _OWL + "Class": "class",
    _OWL + "ObjectProperty": "property",
    _OWL + "DatatypeProperty": "property",
    SKOS + "ConceptScheme": "closed list",
    SKOS + "Concept": "value of a closed list",
}
_LINKS = (
    ("part of", RDFS + "subClassOf"),
    ("narrower than", RDFS + "subPropertyOf"),
    ("said of", RDFS + "domain"),
    ("leads to", RDFS + "range"),
    ("in the closed list", SKOS + "inScheme"),
    ("subjects may be", MAG + "subjectKind"),
    ("objects may be", MAG + "objectKind"),
)
_FLAGS = {
    "functional": "a subject has one object of it at most, so two are a disagreement",
    "causal": "it says that the subject brings the effect about",
    "comparative": "it compares, so its claims name a comparator",
    "rated": "evidence for claims of this kind is rated",
    "observational": "studies of this design only observe",
}
# Closed lists whose values select claims, by the word of the selection language.
_SELECTING = ("kind", "polarity", "certainty", "attribution", "verdict", "design")
_TERMS = (
    "SELECT DISTINCT ?term WHERE { VALUES ?class { "
    + " ".join(f"<{each}>" for each in _KINDS)
    + " } ?term a ?class }"
)


def kind(node: Description) -> str:
    """Give what kind of term a node is, "" for what is no term of a vocabulary."""
    types = {str(each) for each in node.get(TYPE, [])}
    return next((name for each, name in _KINDS.items() if each in types), "")


def facts(
    store: Store,
    iri: str,
    node: Description,
    counts: Mapping[str, int],
    known: Mapping[str, Description],
) -> Json:
    """Give what bounds a term and how often it is used.

    ``counts`` has how many nodes point to it, by property; ``use`` is a sentence, ``selects`` the
    query of a list of the claims that use it ("" for none), ``values`` those of a closed list.
    """
    links = [(words, nodes(node, prop, known)) for words, prop in _LINKS]
    marks = [words for name, words in _FLAGS.items() if said(node, MAG + name) == "true"]
    use, count = _use(store, iri, kind(node), counts)
    return {
        "links": [{"name": words, "nodes": held} for words, held in links if held],
        "marks": marks,
        "use": use,
        "use_count": count,
        "selects": _selects(iri, node),
        "values": _values(store, iri) if kind(node) == "closed list" else [],
    }


def groups(store: Store) -> list[Json]:
    """Give the terms of the graph in groups: classes, properties, predicates, each closed list."""
    found = describe(store, [str(row[0]) for row in store.select(_TERMS)])
    held: dict[str, list[str]] = {}
    for iri, node in found.items():
        what = kind(node)
        lists = [str(each) for each in node.get(SKOS + "inScheme", [])]
        for part in lists if what == "value of a closed list" and lists else [what]:
            held.setdefault(part, []).append(iri)
    names = (("class", "Classes"), ("property", "Properties"), ("predicate", "Predicates"))
    made = [_group(title, "", held.pop(part, []), found) for part, title in names]
    held.pop("closed list", None)
    closed = [
        _group(f"Closed list: {label(found.get(part, {}), part)}", part, every, found)
        for part, every in held.items()
    ]
    return [each for each in made if each["terms"]] + sorted(closed, key=lambda each: each["name"])


def _group(name: str, iri: str, terms: list[str], found: Mapping[str, Description]) -> Json:
    rows = [
        {
            "iri": each,
            "label": label(found[each], each),
            "definition": said(found[each], SKOS + "definition", RDFS + "comment"),
            "rank": said(found[each], MAG + "rank"),
        }
        for each in terms
    ]
    rows.sort(key=lambda row: (row["rank"], row["label"].casefold(), row["iri"]))
    about_it = said(found.get(iri, {}), SKOS + "definition")
    return {"name": name, "iri": iri, "definition": about_it, "terms": rows}


def _use(store: Store, iri: str, what: str, counts: Mapping[str, int]) -> tuple[str, int]:
    if what == "class":
        count = counts.get(TYPE, 0)
        return f"{count} node{'s' * (count != 1)} of the graph", count
    if what == "predicate":
        query = (
            f"SELECT (COUNT(?claim) AS ?n) WHERE {{ ?claim <{MAG}predicate> {about(iri)} ; "
            f"a <{MAG}Claim> }}"
        )
        count = _count(store, query)
        return f"{count} claim{'s' * (count != 1)}", count
    if what == "property":
        count = _count(store, f"SELECT (COUNT(?s) AS ?n) WHERE {{ ?s {about(iri)} ?o }}")
        return f"{count} statement{'s' * (count != 1)} of the graph", count
    count = sum(n for prop, n in counts.items() if prop != SKOS + "inScheme")
    return f"{count} statement{'s' * (count != 1)} of the graph", count


def _count(store: Store, query: str) -> int:
    return next((int(str(row[0])) for row in store.select(query)), 0)


def _selects(iri: str, node: Description) -> str:
    """Give the query of the list of claims that a term selects: ``predicate=relieves``."""
    name = iri.removeprefix(MAG)
    if kind(node) == "predicate":
        return f"predicate={name}" if name != iri else ""
    lists = {str(each).removeprefix(MAG) for each in node.get(SKOS + "inScheme", [])}
    return next((f"{each}={name}" for each in _SELECTING if f"{each}Scheme" in lists), "")


def _values(store: Store, iri: str) -> list[Json]:
    """Give the values of a closed list in their order, each with how many statements use it."""
    query = (
        f"SELECT ?value (COUNT(?node) AS ?n) WHERE {{ ?value <{SKOS}inScheme> {about(iri)} "
        f"OPTIONAL {{ ?node ?property ?value FILTER(?property != <{SKOS}inScheme>) }} }} "
        "GROUP BY ?value"
    )
    counts = {str(held): int(str(n)) for held, n in store.select(query) if held is not None}
    found = describe(store, counts)
    rows = _group("", "", [each for each in counts if each in found], found)["terms"]
    return [{**row, "count": counts[row["iri"]]} for row in rows]
