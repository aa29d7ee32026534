"""Which claims a network around something shows: chosen before any is read, in whole groups.

A group is what must be seen together: for a concept in the view of propositions all claims that
join it with one other concept, else all claims of one proposition. It is taken whole or left out,
so that what is affirmed never stands without what is denied of the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magkg.errors import UnknownName
from magkg.use.describe import about, claim_iri, describe, label
from magkg.use.naming import named
from magkg.vocabulary import FORMAL, MAG, QUALIFIERS, TYPE

if TYPE_CHECKING:
    from magkg.use.graph import Graph

__all__ = ["Centre", "Choice", "centre", "choose"]

# So many rows of claims are looked at for one centre, so many claims read for each node shown.
_ROWS = 20_000
_CLAIMS_PER_NODE = 5
_SUBJECT, _, _OBJECT = (f"<{each}>" for each in FORMAL)
_PARTS = " ".join(f"<{each}>" for each in (*FORMAL, *QUALIFIERS, MAG + "addressee"))
_STATED = f"OPTIONAL {{ ?claim <{MAG}states> ?group }}"
_REACHED = (
    f"{{ ?line <{MAG}study> %s }} UNION {{ ?line <{MAG}reaches> %s }} "
    f"?claim <{MAG}evidence> ?line . {_STATED}"
)
# What stands around each kind of centre, as ?claim and its ?group.
_AROUND: Mapping[str, str] = {
    "neighbours": (
        f"{{ ?claim {_SUBJECT} %s ; {_OBJECT} ?group }} UNION "
        f"{{ ?claim {_OBJECT} %s ; {_SUBJECT} ?group }}"
    ),
    "concept": f"VALUES ?part {{ {_PARTS} }} ?claim ?part %s . {_STATED}",
    "study": _REACHED,
    "source": f"?claim <{MAG}source> %s . {_STATED}",
    "claim": (
        f"{{ %s <{MAG}states> ?group . ?claim <{MAG}states> ?group }} UNION "
        f"{{ %s <{MAG}states>/<{MAG}bearsOn> ?group . ?claim <{MAG}states> ?group }} UNION "
        f"{{ %s <{MAG}via>|<{MAG}because> ?claim {_STATED} }} UNION "
        f"{{ ?claim <{MAG}via>|<{MAG}because> %s {_STATED} }} UNION "
        f"{{ BIND(%s AS ?claim) {_STATED} }}"
    ),
}
_KINDS = {
    MAG + "Claim": "claim", MAG + "Concept": "concept", MAG + "Quantity": "concept",
    MAG + "Study": "study", MAG + "Source": "source",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Centre:
    """What a network is drawn around: its IRI, its kind (concept, claim, study, source), label."""

    iri: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen claims, how many groups they are, and the groups left out with their claims."""

    claims: tuple[str, ...]
    groups: int
    left_out: tuple[tuple[str, int], ...]


def centre(graph: Graph, kind: str, name: str) -> Centre:
    """Find what is named: a ``concept``, ``claim``, ``study``, ``source``, or any of them by IRI.

    ``kind`` is "" where the IRI alone says it. Raises UnknownName with the nearest names.
    """
    if kind == "claim":
        iri = str(claim_iri(graph.store, name, graph.prefixes))
    elif kind:
        iri = named(graph, kind, name)
    else:
        iri = name
        about(iri)
    node = describe(graph.store, [iri], graph.timeout).get(iri, {})
    kinds = [_KINDS[str(each)] for each in node.get(TYPE, []) if str(each) in _KINDS]
    if not kinds:
        raise UnknownName("concept, claim, study or source", name, ())
    return Centre(iri, kind or kinds[0], label(node, iri))


def choose(graph: Graph, around: Centre, view: str, nodes: int) -> Choice:
    """Choose claims around a centre, so that about ``nodes`` nodes are drawn at most.

    Groups with most claims come first. Of more than 20,000 claims the rest is not looked at.
    """
    kind = around.kind
    if kind == "concept" and view == "propositions":
        kind = "neighbours"
    where = _AROUND[kind].replace("%s", about(around.iri))
    # Propositions have subjects and objects too.
    where = f"{{ {where} }} ?claim a <{MAG}Claim>"
    # Virtuoso sorts 10,000 rows at most for a LIMIT beside an ORDER BY; nested, it sorts all.
    ordered = f"SELECT DISTINCT ?claim ?group WHERE {{ {where} }} ORDER BY ?claim"
    query = f"SELECT ?claim ?group WHERE {{ {{ {ordered} }} }} LIMIT {_ROWS}"
    groups: dict[str, list[str]] = {}
    for claim, stated in graph.engine.select(query, graph.timeout):
        groups.setdefault(str(stated or claim), []).append(str(claim))
    ranked = sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
    if around.kind == "claim":
        # What the claim itself states comes first.
        ranked.sort(key=lambda each: around.iri not in each[1])
    room = {"neighbours": nodes - 1}.get(kind, nodes)
    most = nodes * _CLAIMS_PER_NODE if view == "propositions" else _claims(view, nodes)
    taken: dict[str, None] = {}
    used, left_out = 0, []
    for group, claims in ranked:
        if used < room and len(taken) + len(claims) <= most:
            taken.update(dict.fromkeys(claims))
            used += 1
        else:
            left_out.append((group, len(claims)))
    return Choice(tuple(sorted(taken)), used, tuple(left_out))


def _claims(view: str, nodes: int) -> int:
    # A claim brings its source and the studies that it rests on.
    return nodes if view == "claims" else max(nodes // 3, 1)
