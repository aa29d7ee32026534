"""A source as a document: who wrote it, where it was seen, what it cites, who read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from magkg.use.describe import Description, describe, label, values_line
from magkg.vocabulary import DCTERMS, LABEL, MAG, PROV, TYPE
from magkg.web.pages.shared.cards import value
from magkg.web.pages.shared.nodes import Json, linked, named, nodes, number, said

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = [
    "STANDARD",
    "cites",
    "curation",
    "document",
    "status",
    "title",
    "unsupported",
]

STANDARD = {"doi": "https://doi.org/", "pmid": "https://pubmed.ncbi.nlm.nih.gov/"}
_CITED = (
    "SELECT ?what ?node (COUNT(DISTINCT ?claim) AS ?n) WHERE {{ {0} "
    f"?claim <{MAG}source> ?source ; <{MAG}evidence> ?line . "
    f"{{{{ ?line <{MAG}citesSource> ?node BIND('source' AS ?what) }}}} UNION "
    f"{{{{ ?line <{MAG}study> ?node ; <{MAG}basis> ?basis BIND(?basis AS ?what) }}}} UNION "
    f"{{{{ ?line <{MAG}unresolved> ?node BIND('unresolved' AS ?what) }}}} }}}} "
    "GROUP BY ?what ?node ORDER BY DESC(?n) ?what ?node"
)
_CITING = (
    "SELECT ?by (COUNT(DISTINCT ?claim) AS ?n) WHERE {{ {0} "
    f"?line <{MAG}citesSource> ?source . ?claim <{MAG}evidence> ?line ; <{MAG}source> ?by }}}} "
    "GROUP BY ?by ORDER BY DESC(?n) ?by"
)
_NEAR = (
    "SELECT ?what ?node WHERE {{ {0} "
    f"{{{{ ?node <{MAG}reportedIn> ?source BIND('study' AS ?what) }}}} UNION "
    f"{{{{ ?node <{MAG}found> ?source BIND('search' AS ?what) }}}} }}}} ORDER BY ?node"
)
_READ = (
    "SELECT ?part ?reading (COUNT(?claim) AS ?n) WHERE {{ {0} ?claim "
    f"<{MAG}source> ?source {{{{ ?claim <{PROV}wasGeneratedBy> ?reading BIND('read' AS ?part) }}}} "
    f"UNION {{{{ ?claim <{MAG}checkedBy> ?reading BIND('checked' AS ?part) }}}} }}}} "
    "GROUP BY ?part ?reading ORDER BY DESC(?part) ?reading"
)
# Each claim of a source, whom it names, whether its kind is rated, and one of its evidence lines.
_EVIDENCE = (
    "SELECT ?claim ?attribution ?rated ?line ?certainty ?held ?gap ?own WHERE {{ {0} "
    f"?claim <{MAG}source> ?source ; a <{MAG}Claim> ; <{MAG}attribution> ?attribution ; "
    f"<{MAG}kind> ?kind ; <{MAG}certainty> ?certainty . "
    f"OPTIONAL {{{{ ?kind <{MAG}rated> ?rated }}}} "
    f"OPTIONAL {{{{ ?claim <{MAG}evidence> ?line }}}} "
    f"OPTIONAL {{{{ ?claim <{MAG}heldStrength> ?held }}}} "
    f"OPTIONAL {{{{ ?claim <{MAG}heldGap> ?gap }}}} "
    f"OPTIONAL {{{{ ?claim <{MAG}ownConclusion> ?own }}}} }}}}"
)
# So many nodes of one sort are listed; their number is told.
MOST = 200


def title(node: Description, iri: str) -> str:
    """Give the title of a source, else its label, else the end of its IRI."""
    return said(node, DCTERMS + "title", LABEL) or label(node, iri)


def document(store: Store, iri: str, node: Description) -> Json:
    """Give what is known of a source as a document."""
    props = (TYPE, MAG + "readAs", MAG + "identificationSureness")
    known = describe(store, linked([node], props))
    types = [each for each in nodes(node, TYPE, known) if each["iri"] != MAG + "Source"]
    ids = [
        {"name": name, "value": said(node, MAG + name), "url": url + said(node, MAG + name)}
        for name, url in STANDARD.items()
        if said(node, MAG + name)
    ]
    return {
        "iri": iri,
        "title": title(node, iri),
        "types": types,
        "creators": [str(each) for each in node.get(DCTERMS + "creator", [])],
        "year": number(node, "year"),
        "issued": said(node, DCTERMS + "issued"),
        "seen_at": [str(each) for each in node.get(MAG + "seenAt", [])],
        "ids": ids,
        "citation": said(node, DCTERMS + "bibliographicCitation"),
        "licence": said(node, DCTERMS + "license"),
        "characters": number(node, "characters"),
        "sha256": said(node, MAG + "sha256"),
        "folded_sha256": said(node, MAG + "foldedSha256"),
        "read_as": value(said(node, MAG + "readAs"), known),
        "identification": said(node, MAG + "identification"),
        "sureness": value(said(node, MAG + "identificationSureness"), known),
        "notes": [str(each) for each in node.get(MAG + "note", [])],
    }


def cites(store: Store, iri: str) -> Json:
    """Give what a source names as its evidence, what it reports itself, and who cites it."""
    bound = values_line("source", [iri])
    cited = [(str(w), str(n), int(str(c))) for w, n, c in store.select(_CITED.format(bound)) if n]
    citing = [(str(by), int(str(n))) for by, n in store.select(_CITING.format(bound)) if by]
    near = [(str(what), str(node)) for what, node in store.select(_NEAR.format(bound))]
    every = {each for what, each, _ in cited if what != "unresolved"}
    known = describe(store, every | {by for by, _ in citing} | {each for _, each in near})

    def of(*kinds: str) -> list[Json]:
        rows = [(node, count) for what, node, count in cited if what in kinds]
        return [{**named(node, known), "claims": count} for node, count in rows[:MOST]]

    return {
        "sources": of("source"),
        "studies": of(MAG + "relayed", MAG + "background"),
        "own_studies": of(MAG + "own"),
        "unresolved": [
            {"text": node, "claims": count} for what, node, count in cited if what == "unresolved"
        ],
        "cited_by": [{**named(by, known), "claims": count} for by, count in citing[:MOST]],
        "reports": [named(each, known) for what, each in near if what == "study"],
        "found_by": [named(each, known) for what, each in near if what == "search"],
        "retracted": [
            {**named(each, known), "reason": said(known.get(each, {}), MAG + "retracted")}
            for what, each in near
            if what == "study" and MAG + "retracted" in known.get(each, {})
        ],
    }


def curation(store: Store, iri: str) -> list[Json]:
    """Give the readings of a source: by whom as a role, when, how, of how many claims."""
    rows = [
        (str(part), str(reading), int(str(count)))
        for part, reading, count in store.select(_READ.format(values_line("source", [iri])))
        if reading is not None
    ]
    known = describe(store, {reading for _, reading, _ in rows})
    names = describe(store, linked(known.values(), (PROV + "wasAssociatedWith", MAG + "method")))
    return [
        {
            **named(reading, known),
            "part": part,
            "claims": count,
            "roles": nodes(known.get(reading, {}), PROV + "wasAssociatedWith", names),
            "methods": nodes(known.get(reading, {}), MAG + "method", names),
            "ended": said(known.get(reading, {}), PROV + "endedAtTime"),
        }
        for part, reading, count in rows
    ]


def status(document: Json, cited: Json) -> list[Json]:
    """Give what a reader must know of a source before its claims, as warnings and notes."""
    found = [
        {"grave": True, "text": f"It reports a retracted study: {each['reason']}", **_target(each)}
        for each in cited["retracted"]
    ]
    sure = document["sureness"]
    if sure and sure["name"] != "certain":
        words = f"That this is the document which others name is {sure['label']}."
        found.append({"grave": False, "text": words, "iri": "", "label": ""})
    return found


def _target(each: Mapping[str, str]) -> Json:
    return {"iri": each["iri"], "label": each["label"]}


def unsupported(store: Store, iri: str) -> Json:
    """Give what a source says without evidence, and how firmly it words what the graph holds.

    ``none``, ``unnamed`` and ``bare`` are claims for which it names nobody, names nobody by name,
    or names somebody and gives no evidence line; ``wording`` counts its claims of rated kinds by
    certainty and strength; ``firmer`` lists its own conclusions that are worded two steps or more
    beyond what the graph holds.
    """
    held: Json = {"none": [], "unnamed": [], "bare": [], "rated": 0, "claims": 0, "firmer": []}
    wording: dict[tuple[str, str], int] = {}
    seen: set[str] = set()
    for row in store.select(_EVIDENCE.format(values_line("source", [iri]))):
        claim, attribution, rated, line, certainty, strength, gap, own = (
            "" if each is None else str(each) for each in row
        )
        if claim in seen:
            continue
        seen.add(claim)
        held["claims"] += 1
        kind = {"noSource": "none", "unnamedSource": "unnamed"}.get(attribution.removeprefix(MAG))
        kind = kind or ("" if line else "bare")
        if kind:
            held[kind].append({"iri": claim, "rated": rated == "true"})
        if rated == "true":
            held["rated"] += 1
            pair = (certainty, strength)
            wording[pair] = wording.get(pair, 0) + 1
        if own == "true" and gap.isdecimal() and int(gap) >= 2:
            held["firmer"].append(claim)
    return {**held, "wording": _wording(store, wording)}


def _wording(store: Store, counts: Mapping[tuple[str, str], int]) -> list[Json]:
    """Give the counts as rows: a certainty, the firmest first, and a count for each strength."""
    known = describe(store, {each for pair in counts for each in pair if each})

    def rank(iri: str) -> int:
        return number(known.get(iri, {}), "rank") or 0

    strengths = sorted(
        {strength for _, strength in counts if strength}, key=lambda each: (rank(each), each)
    )
    certainties = sorted(
        {certainty for certainty, _ in counts}, key=lambda each: (-rank(each), each)
    )
    return [
        {
            "certainty": value(certainty, known),
            "counts": [
                {"strength": value(each, known), "claims": counts.get((certainty, each), 0)}
                for each in strengths
            ],
        }
        for certainty in certainties
    ]
