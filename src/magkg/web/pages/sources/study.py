"""A study: what it was, how it was identified, and what rests on it; all studies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from magkg.use.describe import Description, about, describe, text, values_line
from magkg.use.select.language import select
from magkg.vocabulary import LABEL, MAG, PROV
from magkg.web.pages.page import Context, Page, Table
from magkg.web.pages.shared.bodies import bodies
from magkg.web.pages.shared.cards import claims, value
from magkg.web.pages.shared.nodes import Json, found, linked, named, nodes, number, said
from magkg.web.pages.sources.documents import STANDARD

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["studies", "study"]

_PARTS = (
    "species", "population", "condition", "intervention", "form", "route", "doseAmount",
    "comparator", "outcome", "timing",
)  # fmt: skip
# So many claims and so many propositions are listed; their number is told.
_MOST = 200
_LINES = (
    "SELECT ?claim ?how ?direction ?basis WHERE {{ {0} "
    f"{{{{ ?line <{MAG}study> ?study BIND('names' AS ?how) }}}} UNION "
    f"{{{{ ?line <{MAG}reaches> ?study BIND('reaches' AS ?how) }}}} UNION "
    f"{{{{ ?study <{MAG}reportedIn> ?document . ?line <{MAG}citesSource> ?document "
    "BIND('cites' AS ?how) }} "
    f"?claim <{MAG}evidence> ?line . ?line <{MAG}direction> ?direction ; <{MAG}basis> ?basis }}}} "
    "ORDER BY ?claim ?how ?direction ?basis"
)
_RATINGS = (
    "SELECT ?rating ?proposition ?vote ?strength ?counted ?leap WHERE {{ {0} "
    f"?rating <{MAG}study> ?study ; <{MAG}proposition> ?proposition ; <{MAG}strength> ?strength . "
    f"OPTIONAL {{{{ ?rating <{MAG}vote> ?vote }}}} "
    f"OPTIONAL {{{{ ?rating <{MAG}countedIn> ?counted }}}} "
    f"OPTIONAL {{{{ ?rating <{MAG}leap> ?leap }}}} }}}} ORDER BY ?proposition"
)
# With VALUES for both before the UNION, Virtuoso finds nothing.
_KINDRED = (
    "SELECT ?how ?other WHERE {{ "
    f"{{{{ ?other <{MAG}root> {{root}} ; a <{MAG}Study> BIND('root' AS ?how) }}}} UNION "
    f"{{{{ ?other <{MAG}includes> {{study}} BIND('within' AS ?how) }}}} UNION "
    f"{{{{ {{study}} <{MAG}sameCohortAs>|^<{MAG}sameCohortAs> ?other BIND('cohort' AS ?how) }}}} "
    "UNION "
    f"{{{{ {{study}} <{MAG}sameGroupAs>|^<{MAG}sameGroupAs> ?other BIND('group' AS ?how) }}}} }}}} "
    "ORDER BY ?how ?other"
)


def study(context: Context) -> Page:
    """Show a study; raises UnknownName with the nearest."""
    store = context.graph.store
    iri, node = found(context, "study", ("Study",), context.args[0])
    props = [MAG + each for each in (*_PARTS, "design", "reportedIn", "judgement")]
    props.append(MAG + "identificationSureness")
    known = describe(store, linked([node], props))
    lines = _lines(store, iri)
    rated = _rated(store, iri)
    name = context.links.short(iri)
    data: Json = {
        "iri": iri,
        "name": name,
        "label": said(node, LABEL) or name,
        **_facts(node, known),
        "judgements": _judgements(store, node, known),
        "kindred": _kindred(store, iri, node),
        "claims": _claims(store, lines["names"]),
        "claim_count": len(lines["names"]),
        "relayed": _claims(store, lines["reaches"]),
        "relayed_count": len(lines["reaches"]),
        **rated,
    }
    return Page(
        "study.html",
        data["label"],
        data,
        table=lambda: _table(data),
        selection=select(study=iri),
        canonical=context.links.path(iri),
    )


def _facts(node: Description, known: dict[str, Description]) -> Json:
    """Give what is recorded of the study itself."""
    return {
        "design": value(text(node, MAG + "design") or "", known),
        "parts": [
            {"name": each, "nodes": nodes(node, MAG + each, known)}
            for each in _PARTS
            if MAG + each in node
        ],
        "species_assumed": MAG + "species" not in node,
        "size": number(node, "size"),
        "year": number(node, "year"),
        "pools": number(node, "pools"),
        "group": [str(each) for each in node.get(MAG + "group", [])],
        "upstream_ids": [str(each) for each in node.get(MAG + "upstreamId", [])],
        "retracted": said(node, MAG + "retracted"),
        "identification": said(node, MAG + "identification"),
        "sureness": value(text(node, MAG + "identificationSureness") or "", known),
        "notes": [str(each) for each in node.get(MAG + "note", [])],
        "reported_in": [_report(str(each), known) for each in node.get(MAG + "reportedIn", [])],
    }


def studies(context: Context) -> Page:
    """Show all studies."""
    from magkg.web.pages.sources.study_list import listed

    return listed(context)


def _report(iri: str, known: Mapping[str, Description]) -> Json:
    """Give a document that reports it, with the ids that have a standard address."""
    node = known.get(iri, {})
    ids = [
        {"name": name, "value": said(node, MAG + name), "url": url + said(node, MAG + name)}
        for name, url in STANDARD.items()
        if said(node, MAG + name)
    ]
    return {**named(iri, known), "ids": ids, "seen_at": said(node, MAG + "seenAt")}


def _lines(store: Store, iri: str) -> dict[str, dict[str, Json]]:
    """Give the claims that name the study, and those that come to it through a document.

    ``leads`` is False where a claim cites a document that reports the study, and the build found
    nothing there that bears on what the claim says.
    """
    rows = [
        tuple(map(str, row)) for row in store.select(_LINES.format(values_line("study", [iri])))
    ]
    known = describe(store, {each for row in rows for each in row[2:]})
    ways: dict[str, set[str]] = {}
    for claim, how, *_ in rows:
        ways.setdefault(claim, set()).add(how)
    held: dict[str, dict[str, Json]] = {"names": {}, "reaches": {}}
    for claim, _, direction, basis in rows:
        part = held["names" if "names" in ways[claim] else "reaches"]
        line = {"direction": value(direction, known), "basis": value(basis, known)}
        part.setdefault(claim, line | {"leads": ways[claim] != {"cites"}})
    return held


def _claims(store: Store, lines: Mapping[str, Json]) -> list[Json]:
    """Give the first claims by source, each with the direction and the basis of its line."""
    return [each | lines[each["iri"]] for each in claims(store, sorted(lines)[:_MOST])]


def _rated(store: Store, iri: str) -> Json:
    """Give the propositions whose body of evidence has the study, and how it counts in each."""
    rows = [
        tuple("" if each is None else str(each) for each in row)
        for row in store.select(_RATINGS.format(values_line("study", [iri])))
    ]
    values = describe(store, {each for row in rows for each in (row[2], row[3], row[5]) if each})
    held = {row[1]: row for row in rows}
    stated = {each["iri"]: each for each in bodies(store, list(held)[:_MOST])}
    made = [
        {
            **stated[proposition],
            "vote": value(vote, values),
            "study_strength": value(strength, values),
            "leap": value(leap, values),
            "in_pool": bool(counted),
            "only": stated[proposition]["studyCount"] == 1 and not counted,
        }
        for proposition, (_, _, vote, strength, counted, leap) in held.items()
        if proposition in stated
    ]
    made.sort(key=lambda each: (not each["only"], each["in_pool"], each["label"].casefold()))
    votes = Counter(each["vote"]["name"] for each in made if each["vote"])
    return {
        "propositions": made,
        "proposition_count": len(held),
        "only_count": sum(each["only"] for each in made),
        "counted": sum(not row[4] for row in held.values()),
        "votes": dict(sorted(votes.items())),
    }


def _kindred(store: Store, iri: str, node: Description) -> Json:
    """Give the studies that are not independent of it, by how, and the one that stands for all."""
    root = text(node, MAG + "root") or iri
    asked = _KINDRED.format(study=about(iri), root=about(root))
    rows = [(str(how), str(other)) for how, other in store.select(asked)]
    own = [("holds", str(each)) for each in node.get(MAG + "includes", [])]
    known = describe(store, {other for _, other in (*rows, *own)} | {root})
    held: dict[str, list[Json]] = {}
    for how, other in dict.fromkeys((*rows, *own)):
        if other != iri:
            held.setdefault(how, []).append(named(other, known))
    return {
        "root": named(root, known) if root != iri else None,
        **{how: held.get(how, []) for how in ("cohort", "group", "within", "holds")},
        "shared": held.get("root", []),
    }


def _judgements(store: Store, node: Description, known: Mapping[str, Description]) -> list[Json]:
    """Give what people hold of the study: of what, by how many levels, why, who, when."""
    every = [str(each) for each in node.get(MAG + "judgement", [])]
    props = (MAG + "domain", PROV + "wasAssociatedWith")
    names = describe(store, linked((known.get(each, {}) for each in every), props))
    return [
        {
            "iri": each,
            "domain": value(text(known.get(each, {}), MAG + "domain") or "", names),
            "downgrade": number(known.get(each, {}), "downgrade"),
            "upgrade": number(known.get(each, {}), "upgrade"),
            "rationale": said(known.get(each, {}), MAG + "rationale"),
            "roles": nodes(known.get(each, {}), PROV + "wasAssociatedWith", names),
            "ended": said(known.get(each, {}), PROV + "endedAtTime"),
        }
        for each in every
    ]


def _table(data: Json) -> Table:
    """Give a row for each claim and each proposition that rests on it."""
    head = ("what", "iri", "label", "how", "direction_or_vote", "strength", "only_study")
    rows: list[tuple[object, ...]] = [
        ("claim", each["iri"], each["label"], how, each["direction"]["name"],
         each["held"]["name"] if each["held"] else "", "")
        for how, part in (("names it", "claims"), ("reaches it", "relayed"))
        for each in data[part]
    ]  # fmt: skip
    rows += [
        ("proposition", each["iri"], each["label"], "in a pool" if each["in_pool"] else "counted",
         each["vote"]["name"] if each["vote"] else "", each["study_strength"]["name"],
         each["only"])
        for each in data["propositions"]
    ]  # fmt: skip
    return head, rows
