"""What stands beside a statement: the same said elsewhere, narrower or wider, and its tensions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from magkg.use.describe import Description, describe, label, text, values_line
from magkg.vocabulary import DCTERMS, MAG, PROV, QUALIFIERS
from magkg.web.pages.shared.cards import claims

if TYPE_CHECKING:
    from magkg.store.interface import Store

__all__ = ["dismissals", "near", "old_names", "reasons_for", "stating", "tensions"]

Json = dict[str, Any]
# So many claims of other scope are shown; their number is told.
MOST = 100
_NEAR = (
    "SELECT DISTINCT ?near WHERE {{ {0} "
    f"{{{{ ?here <{MAG}bearsOn>|<{MAG}narrowerScopeThan> ?near }}}} UNION "
    f"{{{{ ?near <{MAG}bearsOn>|<{MAG}narrowerScopeThan> ?here }}}} FILTER(?near != ?here) }}}} "
    "ORDER BY ?near"
)
_STATING = (
    f"SELECT ?stated ?claim WHERE {{{{ {{0}} ?claim <{MAG}states> ?stated }}}} "
    "ORDER BY ?stated ?claim"
)
_SPECIES = MAG + "species"


def stating(store: Store, propositions: Iterable[str]) -> dict[str, list[str]]:
    """Give the claims that state each of some propositions."""
    wanted = list(propositions)
    found: dict[str, list[str]] = {each: [] for each in wanted}
    if wanted:
        for stated, claim in store.select(_STATING.format(values_line("stated", wanted))):
            found[str(stated)].append(str(claim))
    return found


def near(store: Store, proposition: str) -> Json:
    """Give the propositions of narrower, wider or other scope, with their claims and what differs.

    ``propositions`` come narrower first, then wider, then others; what is about another species is
    of another one whatever else it says, as mag:narrowerScopeThan has it; each has
    ``relation``, ``adds`` and ``lacks`` (qualifiers that it has beyond this one, and that this one
    has beyond it) and ``claims``. ``count`` is how many claims there are; at most 100 are given.
    """
    line = values_line("here", [proposition])
    others = [str(row[0]) for row in store.select(_NEAR.format(line))]
    nodes = describe(store, [proposition, *others])
    named = describe(store, {value for each in nodes.values() for _, value in _scope(each)})
    held = stating(store, others)
    every = [claim for each in others for claim in held[each]]
    cards = {each["iri"]: each for each in claims(store, every[:MOST])}
    here = nodes.get(proposition, {})
    found = [
        {
            "iri": each,
            **_differs(here, nodes.get(each, {}), named),
            "claims": [cards[claim] for claim in held[each] if claim in cards],
        }
        for each in others
    ]
    order = ("narrower", "wider", "of another species", "of other scope")
    found.sort(key=lambda each: (order.index(each["relation"]), each["iri"]))
    return {"propositions": found, "count": len(every), "shown": len(cards)}


def _scope(proposition: Description) -> set[tuple[str, str]]:
    return {(name, str(value)) for name in QUALIFIERS for value in proposition.get(name, [])}


def _differs(here: Description, there: Description, named: Mapping[str, Description]) -> Json:
    mine, theirs = _scope(here), _scope(there)
    plain = {pair for pair in mine ^ theirs if pair[0] != _SPECIES}
    if any(name == _SPECIES for name, _ in mine ^ theirs):
        relation = "of another species"
    elif plain <= theirs:
        relation = "narrower"
    else:
        relation = "wider" if plain <= mine else "of other scope"
    return {
        "relation": relation,
        "adds": _qualifiers(theirs - mine, named),
        "lacks": _qualifiers(mine - theirs, named),
    }


def _qualifiers(pairs: Iterable[tuple[str, str]], named: Mapping[str, Description]) -> list[Json]:
    return [
        {"qualifier": name.removeprefix(MAG), "iri": value, "label": label(named[value], value)}
        for name, value in sorted(pairs)
        if value in named
    ]


def tensions(store: Store, of: Collection[str]) -> list[Json]:
    """Give the tensions that a reader recorded between any of these claims and others."""
    if not of:
        return []
    query = (
        f"SELECT DISTINCT ?tension WHERE {{ {values_line('claim', of)} "
        f"?tension <{MAG}between> ?claim }} ORDER BY ?tension"
    )
    nodes = describe(store, [str(row[0]) for row in store.select(query)])
    between = {str(each) for node in nodes.values() for each in node.get(MAG + "between", [])}
    cards = {each["iri"]: each for each in claims(store, sorted(between))}
    return [
        {
            "iri": iri,
            "label": label(node, iri),
            "rationale": text(node, MAG + "rationale"),
            "between": [
                cards[str(each)] for each in node.get(MAG + "between", []) if str(each) in cards
            ],
        }
        for iri, node in sorted(nodes.items())
    ]


def dismissals(store: Store, claim: str) -> list[Json]:
    """Give the rejections of findings that name this claim: which kind, why, who, when."""
    query = (
        f"SELECT DISTINCT ?node WHERE {{ {values_line('claim', [claim])} "
        f"?node <{MAG}dismissed> ?claim }} ORDER BY ?node"
    )
    nodes = describe(store, [str(row[0]) for row in store.select(query)])
    agents = describe(
        store, {text(node, PROV + "wasAssociatedWith") or "" for node in nodes.values()} - {""}
    )
    found = []
    for iri, node in sorted(nodes.items()):
        who = text(node, PROV + "wasAssociatedWith") or ""
        found.append(
            {
                "iri": iri,
                "kind": text(node, MAG + "findingKind"),
                "why": text(node, MAG + "rationale"),
                "who": label(agents.get(who, {}), who) if who else None,
                "when": text(node, PROV + "endedAtTime"),
            }
        )
    return found


def old_names(store: Store, claim: str) -> list[str]:
    """Give the IRIs under which a claim was known before: the tombstones that lead to it."""
    query = (
        f"SELECT DISTINCT ?old WHERE {{ {values_line('claim', [claim])} "
        f"?old <{DCTERMS}isReplacedBy>+ ?claim }} ORDER BY ?old"
    )
    return [str(row[0]) for row in store.select(query)]


def reasons_for(store: Store, claim: str) -> list[Json]:
    """Give the claims that name this one as their reason or as the way that they work by."""
    query = (
        f"SELECT DISTINCT ?other ?how WHERE {{ {values_line('claim', [claim])} "
        f"VALUES ?how {{ <{MAG}because> <{MAG}via> }} ?other ?how ?claim }} ORDER BY ?how ?other"
    )
    rows = [(str(other), str(how).removeprefix(MAG)) for other, how in store.select(query)]
    nodes = describe(store, [other for other, _ in rows])
    return [
        {"iri": other, "label": label(nodes.get(other, {}), other), "how": how}
        for other, how in rows
    ]
