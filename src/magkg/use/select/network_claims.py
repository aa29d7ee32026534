"""The network of claims: what one selected claim has to do with another.

Attributes of a node (``kind`` is ``claim``, ``label`` its wording)
    ``claim_kind``, ``language``, ``subject``, ``predicate``, ``object`` with ``..._label``,
    ``qualifiers``, ``qualifier_labels``, ``polarity``, ``contested``, ``certainty``,
    ``attribution``, ``force``, ``addressee``, ``frequency``, ``evidence_bar``,
    ``not_formalised``, ``source_iri``, ``source_label``, ``passages``, ``passage_places``
    (``120-340`` in code points, or a locator), ``no_passage``, ``evidence``, ``studies``, ``via``,
    ``because``, ``proposition``, ``cited_strength``, ``cited_rank``, ``held_strength``,
    ``held_rank``, ``cited_gap``, ``held_gap``, ``held_leaps``, ``readings``, ``checks``,
    ``notes``, ``digest``, and of its proposition what ``network`` gives of the graph
Attributes of an edge; key ``RELATION|FROM|TO|POLARITY|POLARITY``, with the tension's IRI before
    ``relation``, ``label``, ``from_polarity``, ``to_polarity``, ``rationale`` (of a tension)

=====================  ============================================================================
relation               from a claim to
=====================  ============================================================================
``via``                the claim that says how it comes about
``because``            the claim that it gives as its reason
``same_proposition``   a claim of the same proposition and polarity (once a pair, by their IRIs)
``opposite_polarity``  a claim of the same proposition, or of one that bears on it: one affirms, the
                       other denies (once a pair)
``other_polarity``     a claim of the same proposition and of another polarity, where neither or
                       only one of them affirms or denies (once a pair)
``narrower_scope``     a claim of the same triple with fewer qualifiers
``tension``            a claim with which a curator saw it at odds (once a pair and tension)
=====================  ============================================================================

``via`` and ``because`` of a claim name also what was not selected, to which no edge leads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, product
from typing import TYPE_CHECKING

from magkg.errors import InputError
from magkg.use.select.views import (
    RANKS,
    Attribute,
    assessed,
    attributes,
    key,
    qualified,
)
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    import networkx as nx

    from magkg.use.select.entities import Claim, Content, Passage
    from magkg.use.select.subgraph import Subgraph

__all__ = ["claim_node", "fill"]

# Pairs of one proposition grow with the square of its claims: half a GB of network.
_MOST_EDGES = 500_000
_OPPOSITE = {"affirms", "denies"}
_TENSIONS = (
    f"SELECT DISTINCT ?tension ?claim ?why WHERE {{ ?tension a <{MAG}Tension> ; "
    f"<{MAG}between> ?claim OPTIONAL {{ ?tension <{MAG}rationale> ?why }} }} "
    "ORDER BY ?tension ?claim ?why"
)


def fill(made: nx.MultiDiGraph, subgraph: Subgraph) -> None:
    """Add the claims of a subgraph and their edges; raises InputError for too many of these."""
    content = subgraph.content
    for claim in content.claims:
        made.add_node(claim.iri, **claim_node(content, claim))
    claims = {each.iri: each for each in content.claims}
    found = enumerate(_edges(subgraph, claims))
    for number, (relation, one, other, tension, why) in found:
        if number >= _MOST_EDGES:
            raise InputError(
                f"a network of these claims would have over {_MOST_EDGES:,} edges",
                hint="Select fewer claims, or take the view of propositions or of provenance.",
            )
        ends = (claims[one].polarity, claims[other].polarity)
        lead = (relation, tension) if tension else (relation,)
        made.add_edge(
            one,
            other,
            key=key(*lead, one, other, *ends),
            **attributes(
                relation=relation,
                label=relation.replace("_", " "),
                from_polarity=ends[0],
                to_polarity=ends[1],
                tension=tension,
                rationale=why,
            ),
        )


def _edges(
    subgraph: Subgraph, claims: dict[str, Claim]
) -> Iterator[tuple[str, str, str, str, str]]:
    """Give relation, claim, claim, and the tension with its rationale where it is one."""
    stating: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims.values():
        if claim.proposition:
            stating[claim.proposition].append(claim)
        for relation in ("via", "because"):
            for other in getattr(claim, relation):
                if other in claims:
                    yield relation, claim.iri, other, "", ""
    for iri, stated in stating.items():
        for one, other in combinations(stated, 2):
            yield _relation(one.polarity, other.polarity), one.iri, other.iri, "", ""
        held = subgraph.content.propositions.get(iri)
        for wider in held.wider if held else ():
            for narrow in stated:
                for wide in stating.get(wider, ()):
                    yield "narrower_scope", narrow.iri, wide.iri, "", ""
        # What bears on another does so in both directions.
        for near in held.bears_on if held else ():
            for one, other in product(stated, stating.get(near, ())):
                if one.iri < other.iri and {one.polarity, other.polarity} == _OPPOSITE:
                    yield "opposite_polarity", one.iri, other.iri, "", ""
    yield from _tensions(subgraph, claims)


def _relation(one: str, other: str) -> str:
    if one == other:
        return "same_proposition"
    return "opposite_polarity" if {one, other} == _OPPOSITE else "other_polarity"


def _tensions(
    subgraph: Subgraph, claims: dict[str, Claim]
) -> Iterator[tuple[str, str, str, str, str]]:
    between: dict[str, list[str]] = defaultdict(list)
    reasons: dict[str, str] = {}
    for row in subgraph.graph.store.select(_TENSIONS, subgraph.graph.timeout):
        tension, claim, why = (str(value or "") for value in row)
        if claim in claims and claim not in between[tension]:
            between[tension].append(claim)
        reasons.setdefault(tension, why)
    for tension, members in between.items():
        for one, other in combinations(members, 2):
            yield "tension", one, other, tension, reasons[tension]


def claim_node(content: Content, claim: Claim) -> dict[str, Attribute]:
    """Give the attributes of a claim."""
    held = content.propositions.get(claim.proposition)
    ends = {
        f"{name}_label": content.label(iri)
        for name in ("subject", "predicate", "object", "source", "addressee")
        if (iri := getattr(claim, name))
    }
    same = (
        "language", "subject", "predicate", "object", "polarity", "certainty", "attribution",
        "force", "addressee", "frequency", "evidence_bar", "not_formalised", "passages",
        "no_passage", "evidence", "via", "because", "proposition", "cited_strength",
        "held_strength", "cited_gap", "held_gap", "held_leaps", "readings", "checks", "notes",
        "digest",
    )  # fmt: skip
    lines = [content.lines[iri] for iri in claim.evidence if iri in content.lines]
    label = claim.gist or content.label(claim.iri)
    return {
        **attributes(kind="claim", iri=claim.iri, label=label, claim_kind=claim.kind),
        **attributes(**{name: getattr(claim, name) for name in same}, **ends),
        **qualified(content, claim.qualifiers),
        **attributes(
            source_iri=claim.source,
            contested=claim.contested,
            passage_places=[_place(content.passages.get(iri)) for iri in claim.passages],
            studies=sorted({iri for each in lines for iri in (*each.studies, *each.reaches)}),
            cited_rank=RANKS.get(claim.cited_strength),
            held_rank=RANKS.get(claim.held_strength),
        ),
        **assessed(held),
    }


def _place(passage: Passage | None) -> str:
    if passage is None:
        return ""
    if passage.start is None or passage.end is None:
        return passage.locator
    return f"{passage.start}-{passage.end}"
