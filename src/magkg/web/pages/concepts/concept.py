"""A concept or a quantity: its names, its outside ids, what is said of it; all concepts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from magkg.use.describe import Description, describe, text, values_line
from magkg.use.select.language import select
from magkg.vocabulary import FORMAL, MAG, QUALIFIERS, SKOS, TYPE
from magkg.web.pages.page import Context, Page, Table
from magkg.web.pages.shared import bodies
from magkg.web.pages.shared.cards import claims, value
from magkg.web.pages.shared.nodes import Json, found, linked, named, nodes, said, texts

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["concept", "concepts"]

CLASSES = ("Concept", "Quantity")
_DEFINITION = MAG + "definitionClaim"
# So many propositions, neighbours and definitions are shown; their number is told.
_PROPOSITIONS, _NEIGHBOURS, _DEFINITIONS = 150, 40, 20
_ENDS = (("subject", FORMAL[0]), ("object", FORMAL[2]))
_PARTS = (*FORMAL, *QUALIFIERS)
_STATED = (
    "SELECT ?proposition ?part WHERE {{ {0} {1} ?proposition ?part ?concept ; "
    f"a <{MAG}Proposition> }}}} ORDER BY ?proposition ?part"
)
_CLAIMED = (
    "SELECT ?part (COUNT(?claim) AS ?n) WHERE {{ {0} {1} ?claim ?part ?concept ; "
    f"a <{MAG}Claim> }}}} GROUP BY ?part"
)
_DEFINED = (
    "SELECT ?claim WHERE {{ {0} ?claim "
    f"<{FORMAL[0]}> ?concept ; <{MAG}kind> <{_DEFINITION}> }}}} ORDER BY ?claim"
)
_OUTSIDE = (
    "SELECT ?mapping WHERE {{ {0} ?mapping "
    f"<{MAG}concept> ?concept ; a <{MAG}Mapping> }}}} ORDER BY ?mapping"
)
_NARROWER = (
    f"SELECT ?concept WHERE {{{{ {{0}} ?concept <{SKOS}broader> ?broad }}}} ORDER BY ?concept"
)
_STUDIED = (
    "SELECT ?study WHERE {{ {0} {1} ?study ?part ?concept ; "
    f"a <{MAG}Study> }}}} ORDER BY ?study"
)


def concept(context: Context) -> Page:
    """Show a concept or a quantity; raises UnknownName with the nearest."""
    store = context.graph.store
    iri, node = found(context, "concept", CLASSES, context.args[0])
    props = (MAG + "conceptKind", MAG + "bound", SKOS + "broader", MAG + "route")
    narrower = [str(row[0]) for row in store.select(_NARROWER.format(values_line("broad", [iri])))]
    known = describe(store, linked([node], props) | set(narrower))
    name = context.links.short(iri)
    data: Json = {
        "iri": iri,
        "name": name,
        "label": said(node, SKOS + "prefLabel") or name,
        "kind": value(text(node, MAG + "conceptKind") or "", known),
        "labels": texts(node, SKOS + "prefLabel"),
        "synonyms": texts(node, SKOS + "altLabel"),
        "definitions": texts(node, SKOS + "definition"),
        "quantity": _quantity(node, known),
        "route": nodes(node, MAG + "route", known),
        "broader": nodes(node, SKOS + "broader", known),
        "narrower": sorted(
            (named(each, known) for each in narrower), key=lambda each: each["label"].casefold()
        ),
        "outside": _outside(store, iri),
        **_said(store, iri),
        **_defined(store, iri),
        "studies": _studied(store, iri),
    }
    return Page(
        "concept.html",
        data["label"],
        data,
        table=lambda: _table(store, iri),
        selection=select(concept=iri),
        linked=_linked(context, data),
        canonical=context.links.path(iri),
    )


def concepts(context: Context) -> Page:
    """Show all concepts by kind."""
    from magkg.web.pages.concepts.concept_list import listed

    return listed(context)


def _quantity(node: Description, known: Mapping[str, Description]) -> Json | None:
    """Give bound, number and unit of a quantity, None for another concept."""
    if MAG + "Quantity" not in {str(each) for each in node.get(TYPE, [])}:
        return None
    return {
        "bound": value(text(node, MAG + "bound") or "", dict(known)),
        "value": said(node, MAG + "value"),
        "unit": said(node, MAG + "unit"),
    }


def _outside(store: Store, iri: str) -> list[Json]:
    """Give the terms of other vocabularies, how close each is, and why that is held."""
    query = _OUTSIDE.format(values_line("concept", [iri]))
    maps = describe(store, [str(row[0]) for row in store.select(query)])
    known = describe(store, linked(maps.values(), (MAG + "outside",)))
    return [
        {
            "mapping": each,
            "match": (text(node, MAG + "match") or "").removeprefix(SKOS),
            **named(text(node, MAG + "outside") or each, known),
            "justification": said(node, MAG + "justification"),
        }
        for each, node in sorted(maps.items())
    ]


def _stated(store: Store, iri: str) -> dict[str, list[str]]:
    """Give the propositions that name it, each with the parts that do."""
    query = _STATED.format(values_line("concept", [iri]), values_line("part", _PARTS))
    held: dict[str, list[str]] = {}
    for proposition, part in store.select(query):
        held.setdefault(str(proposition), []).append(str(part))
    return held


def _said(store: Store, iri: str) -> Json:
    """Give what is said of it as subject, as object and as qualifier, grouped by predicate.

    ``claims`` counts its claims by part; ``neighbours`` are the concepts that share most of the
    propositions with it.
    """
    held = _stated(store, iri)
    bound = (values_line("concept", [iri]), values_line("part", _PARTS))
    counts = {str(part): int(str(n)) for part, n in store.select(_CLAIMED.format(*bound)) if part}
    made = _first(bodies.bodies(store, _chosen(held)))
    roles: dict[str, dict[str, list[Json]]] = {"subject": {}, "object": {}, "qualifier": {}}
    for body in made:
        parts = held[body["iri"]]
        role = next(
            (n for n, p in (("subject", FORMAL[0]), ("object", FORMAL[2])) if p in parts),
            "qualifier",
        )
        roles[role].setdefault(body["predicate"]["iri"], []).append(body)
    shared = _neighbours(made, iri)
    return {
        "said": [
            {"role": role, "predicates": [_group(every) for every in groups.values()]}
            for role, groups in roles.items()
            if groups
        ],
        "proposition_count": len(held),
        "shown_count": len(made),
        "claim_counts": {part.removeprefix(MAG): n for part, n in sorted(counts.items())},
        "neighbours": shared,
    }


def _chosen(held: Mapping[str, list[str]]) -> list[str]:
    """Give the propositions that are shown: those of which it is the subject or object first."""
    order = sorted(held, key=lambda each: (not any(end in held[each] for _, end in _ENDS), each))
    return order[:_PROPOSITIONS]


def _first(made: list[Json]) -> list[Json]:
    """Sort propositions: contested first, then those with evidence, then by their words."""
    urgent = ("conflicting", "disputed", "supported", "inconclusiveBody", "foundLacking")

    def order(body: Json) -> tuple[int, str]:
        verdict = body["verdicts"][0]["name"] if body["verdicts"] else ""
        place = urgent.index(verdict) if verdict in urgent else len(urgent) + (not body["rated"])
        return (place, body["label"].casefold())

    return sorted(made, key=order)


def _group(every: list[Json]) -> Json:
    return {"predicate": every[0]["predicate"], "propositions": every}


def _neighbours(made: list[Json], iri: str) -> list[Json]:
    counts: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for body in made:
        for each in (body["subject"], body["object"], *body["qualifiers"]):
            if each["iri"] != iri:
                counts[each["iri"]] += 1
                labels[each["iri"]] = each["label"]
    ranked = sorted(counts, key=lambda each: (-counts[each], labels[each].casefold()))
    return [
        {"iri": each, "label": labels[each], "shared": counts[each]}
        for each in ranked[:_NEIGHBOURS]
    ]


def _defined(store: Store, iri: str) -> Json:
    """Give what sources say that it is: their claims of the kind definition."""
    query = _DEFINED.format(values_line("concept", [iri]))
    every = [str(row[0]) for row in store.select(query)]
    return {"defined_by": claims(store, every[:_DEFINITIONS]), "defined_count": len(every)}


def _studied(store: Store, iri: str) -> list[Json]:
    """Give the studies that looked at it."""
    parts = [MAG + each for each in ("intervention", "condition", "outcome", "population",
             "species", "comparator", "form", "route", "doseAmount", "timing")]  # fmt: skip
    query = _STUDIED.format(values_line("concept", [iri]), values_line("part", parts))
    every = sorted({str(row[0]) for row in store.select(query)})
    known = describe(store, every)
    return [named(each, known) for each in every]


def _table(store: Store, iri: str) -> Table:
    """Give a row for every proposition that names it."""
    held = _stated(store, iri)
    head = ("part", *bodies.HEAD)
    rows = [
        (" ".join(part.removeprefix(MAG) for part in held[each["iri"]]), *bodies.row(each))
        for each in bodies.bodies(store, held)
    ]
    return head, rows


def _linked(context: Context, data: Json) -> Json:
    made: Json = {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "@id": data["iri"],
        "name": data["label"],
        "url": context.base + context.links.path(data["iri"]),
    }
    more = {
        "alternateName": [each["text"] for each in data["synonyms"]],
        "description": data["definitions"][0]["text"] if data["definitions"] else "",
        "sameAs": [each["iri"] for each in data["outside"] if each["match"] == "exactMatch"],
    }
    return made | {name: each for name, each in more.items() if each}
