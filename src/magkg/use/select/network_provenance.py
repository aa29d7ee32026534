"""The network of provenance: from claims to the studies and sources that they rest on.

Nodes are of ``kind`` ``claim`` (attributes as in ``network_claims``), ``study``, ``source`` or
``citation``, a reference that could not be traced (its label is what the source says).

Attributes of a study
    ``design``, ``size``, ``year``, ``groups``, ``reported_in``, ``root``, ``retracted`` (why),
    ``is_retracted``, ``identification``, ``notes``, and the labels of ``species``, ``population``,
    ``condition``, ``intervention``, ``comparator``, ``outcome``
Attributes of a source
    ``source_types``, ``creators``, ``year``, ``issued``, ``doi``, ``pmid``, ``seen_at``,
    ``citation``, ``license``, ``sha256``, ``characters``, ``read_as``
Attributes of an edge; its key begins with the relation and names polarity and direction
    ``relation``, ``label``, ``polarity`` (of the claim), ``contested``, and of evidence ``line``,
    ``direction``, ``basis``, ``strength``, ``rank``, ``unresolved``, ``effects``

================  =================================================================================
relation          edge
================  =================================================================================
``made_by``       from a claim to its source
``evidence``      from a claim to a study that one of its evidence lines names
``reaches``       from a claim to a study that a line leads to, as a part of a pool
``cites``         from a claim to a source that a line cites
``unresolved``    from a claim to a citation that could not be traced
``reported_in``   from a study to the source that reports it
``same_root``     from a study to the one that stands for all that are not independent of it
================  =================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.use.select.network_claims import claim_node
from magkg.use.select.views import (
    RANKS,
    Attribute,
    attributes,
    key,
    said,
    source,
    study,
)

if TYPE_CHECKING:
    import networkx as nx

    from magkg.use.select.entities import Claim, Content, Effect, Line
    from magkg.use.select.subgraph import Subgraph

__all__ = ["fill"]


def fill(made: nx.MultiDiGraph, subgraph: Subgraph) -> None:
    """Add the claims of a subgraph, their evidence, studies and sources, and the edges."""
    content = subgraph.content
    for iri in content.sources:
        made.add_node(iri, **source(content, iri))
    for iri in content.studies:
        _study(made, content, iri)
    for claim in content.claims:
        _claim(made, content, claim)


def _study(made: nx.MultiDiGraph, content: Content, iri: str) -> None:
    made.add_node(iri, **study(content, iri))
    found = content.studies[iri]
    for report in found.reported_in:
        if report not in made:
            made.add_node(report, **source(content, report))
        made.add_edge(
            iri, report, key=key("reported_in", iri, report),
            **attributes(relation="reported_in", label="reported in"),
        )  # fmt: skip
    if found.root and found.root != iri:
        if found.root not in made:
            made.add_node(found.root, **study(content, found.root))
        made.add_edge(
            iri, found.root, key=key("same_root", iri, found.root),
            **attributes(relation="same_root", label="not independent of"),
        )  # fmt: skip


def _claim(made: nx.MultiDiGraph, content: Content, claim: Claim) -> None:
    made.add_node(claim.iri, **claim_node(content, claim))
    stance = attributes(polarity=claim.polarity, contested=claim.contested)
    if claim.source:
        if claim.source not in made:
            made.add_node(claim.source, **source(content, claim.source))
        made.add_edge(
            claim.iri, claim.source, key=key("made_by", claim.iri, claim.source, claim.polarity),
            relation="made_by", label=said("made by", claim.polarity, disagreed=claim.contested),
            **stance,
        )  # fmt: skip
    for iri in claim.evidence:
        if iri in content.lines:
            _line(made, content, claim, content.lines[iri], stance)


def _line(
    made: nx.MultiDiGraph,
    content: Content,
    claim: Claim,
    line: Line,
    stance: dict[str, Attribute],
) -> None:
    """Add what an evidence line leads to: an edge for each study, source, untraced reference."""
    ends = [("evidence", each, study) for each in line.studies]
    ends += [("reaches", each, study) for each in line.reaches if each not in line.studies]
    ends += [("cites", each, source) for each in line.cites]
    if not ends:
        text = line.unresolved or content.label(line.iri)
        made.add_node(line.iri, **attributes(kind="citation", iri=line.iri, label=text))
        ends.append(("unresolved", line.iri, study))
    held = attributes(
        line=line.iri,
        direction=line.direction,
        basis=line.basis,
        strength=line.strength,
        rank=RANKS.get(line.strength),
        unresolved=line.unresolved,
        effects=[_effect(content.effects[iri]) for iri in line.effects if iri in content.effects],
    )
    for relation, end, described in ends:
        if end not in made:
            made.add_node(end, **described(content, end))
        label = said(line.direction, claim.polarity, disagreed=claim.contested)
        made.add_edge(
            claim.iri,
            end,
            key=key(relation, claim.iri, line.iri, end, claim.polarity, line.direction),
            relation=relation,
            label=label,
            **stance,
            **held,
        )


def _effect(effect: Effect) -> str:
    """Write the size of an effect as one text: ``meanDifference 0.1 [-0.2, 0.4] 95 %``."""
    parts = [effect.measure]
    if effect.estimate is not None:
        parts.append(str(effect.estimate))
    if effect.low is not None or effect.high is not None:
        parts.append(f"[{_or_open(effect.low)}, {_or_open(effect.high)}]")
        parts.append(f"{effect.level} %" if effect.level is not None else "")
    parts.append(effect.unit)
    if effect.p_value is not None:
        parts.append(f"p {effect.p_bound} {effect.p_value}".replace("  ", " "))
    parts.append(f"({effect.note})" if effect.note else "")
    return " ".join(each for each in parts if each)


def _or_open(bound: object) -> str:
    return "" if bound is None else str(bound)
