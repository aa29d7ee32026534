"""A subgraph as a network of networkx, in three views: of propositions, of claims, of provenance.

``propositions``  nodes are concepts; an edge is a proposition *under one polarity*
``claims``        nodes are claims; edges are what one claim has to do with another
``provenance``    nodes are claims, studies and sources; edges lead to what a claim rests on

A node is known by its IRI. The key of an edge is unique in the whole network and names the
polarity, so that what is denied never becomes a plain positive edge, nor merges with one:
parallel edges that differ in qualifiers are other propositions and stay apart. Attributes are
str, int, bool or a list of str; what is empty is left out. Values of the closed lists are
names in the magkg namespace. "In the graph" means the whole graph, "here" the selected claims.

Every node has ``kind``, ``label`` and ``iri``; every edge ``relation`` and ``label``, which shows
a polarity other than affirms, and that it is contested: ``relieves (denied, contested)``.

The network has ``view``, ``selection``, ``claim_count``, and ``not_formalised``, the claims
without a triple, which are no edge in the view of propositions.

Propositions: attributes of a node (``kind`` is ``concept``)
    ``concept_kind``, ``synonyms``, ``broader``, ``mappings`` (``exactMatch=IRI``); ``claim_count``
    (claims here that name it as subject or object)
Propositions: attributes of an edge, from subject to object; key ``PROPOSITION|POLARITY``
    ``relation`` (``states``), ``proposition``, ``polarity``, ``contested``
    (docs/selecting.md), ``polarities`` (all that claims of the graph take), ``predicate``,
    ``predicate_label``, ``qualifiers`` (``form=IRI``), ``qualifier_labels``

    of the claims here under this polarity: ``claims`` (IRIs), ``gists`` (their wordings, in the
    same order), ``claim_count``, ``sources``, ``source_count``, ``claim_kinds``, ``certainties``
    (from the firmest), ``certainty_firmest``, ``certainty_weakest``, ``attributions``,
    ``studies``, ``study_count`` (what their evidence leads to)

    of the graph, for a rated kind: ``verdict``, ``verdicts`` (``foundLacking`` may stand beside
    the first), ``strength``, ``strength_against``, ``held`` (the one of the two that speaks for
    this polarity; none for a reported lack), ``held_rank`` (0 none to 4 high), ``all_claims``,
    ``all_affirming``, ``all_denying``, ``all_lacking``, ``all_sources``, ``all_studies``,
    ``independent_studies``, ``independent_for``, ``independent_against``, ``independent_open``
Claims and provenance
    see ``network_claims`` and ``network_provenance``

Measures over these networks are in ``magkg.use.select.measures``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from magkg.errors import UnknownName
from magkg.use.select import network_claims, network_provenance
from magkg.use.select.views import (
    CERTAINTIES,
    RANKS,
    Attribute,
    assessed,
    attributes,
    key,
    polarities,
    qualified,
    said,
)

if TYPE_CHECKING:
    import networkx as nx

    from magkg.use.select.entities import Claim, Content, Proposition
    from magkg.use.select.subgraph import Subgraph

__all__ = ["network"]

_HELD = {
    "affirms": "strength",
    "denies": "strength_against",
    "reportsNoDifference": "strength_against",
}


def network(subgraph: Subgraph, view: str = "propositions") -> nx.MultiDiGraph:
    """Give a subgraph as a network; ``view`` is propositions, claims or provenance.

    Nodes and edges come in the order of their names, so the same subgraph gives the same network.
    Raises UnknownName for another view, InputError for claims that would have too many edges.
    """
    import networkx as nx

    views: Mapping[str, Callable[[nx.MultiDiGraph, Subgraph], None]] = {
        "propositions": _propositions,
        "claims": network_claims.fill,
        "provenance": network_provenance.fill,
    }
    if view not in views:
        raise UnknownName("view of a network", view, views)
    raw = nx.MultiDiGraph()
    views[view](raw, subgraph)
    made = nx.MultiDiGraph()
    made.graph.update(_about(subgraph, view))
    made.add_nodes_from(sorted(raw.nodes(data=True), key=lambda node: node[0]))
    made.add_edges_from(sorted(raw.edges(keys=True, data=True), key=lambda edge: edge[:3]))
    return made


def _about(subgraph: Subgraph, view: str) -> dict[str, Attribute]:
    claims = subgraph.content.claims
    return attributes(
        view=view,
        selection=str(subgraph.selection),
        claim_count=len(claims),
        not_formalised=[each.iri for each in claims if not each.proposition],
    )


def _propositions(made: nx.MultiDiGraph, subgraph: Subgraph) -> None:
    content = subgraph.content
    found: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in content.claims:
        if claim.proposition in content.propositions:
            found[claim.proposition, claim.polarity].append(claim)
    taken = polarities(subgraph.graph.store, {iri for iri, _ in found}, subgraph.graph.timeout)
    named: Counter[str] = Counter()
    for (iri, polarity), claims in sorted(found.items()):
        held = content.propositions[iri]
        for end in {held.subject, held.object}:
            named[end] += len(claims)
        made.add_edge(
            held.subject,
            held.object,
            key=key(iri, polarity),
            **_edge(content, held, polarity, claims, taken.get(iri, [polarity])),
        )
    for iri, count in named.items():
        made.add_node(iri, **_concept(content, iri), claim_count=count)


def _concept(content: Content, iri: str) -> dict[str, Attribute]:
    found = content.concepts.get(iri)
    known = attributes(kind="concept", iri=iri, label=content.label(iri))
    if found is None:
        return known
    return known | attributes(
        concept_kind=found.kind,
        synonyms=found.synonyms,
        broader=found.broader,
        mappings=[f"{how}={outside}" for how, outside in found.mappings],
    )


def _edge(
    content: Content,
    held: Proposition,
    polarity: str,
    claims: list[Claim],
    taken: list[str],
) -> dict[str, Attribute]:
    predicate = content.label(held.predicate)
    disagreed = any(each.contested for each in claims)
    rated = assessed(held)
    strength = str(rated.get(_HELD.get(polarity, ""), ""))
    return {
        **attributes(
            relation="states",
            label=said(predicate, polarity, disagreed=disagreed),
            proposition=held.iri,
            polarity=polarity,
            contested=disagreed,
            polarities=taken,
            predicate=held.predicate,
            predicate_label=predicate,
        ),
        **qualified(content, held.qualifiers),
        **_claimed(content, claims),
        **rated,
        **attributes(held=strength, held_rank=RANKS.get(strength)),
    }


def _claimed(content: Content, claims: Iterable[Claim]) -> dict[str, Attribute]:
    """Sum up the claims of one proposition and polarity."""
    every = list(claims)
    wordings = {each.certainty for each in every}
    certainties = [each for each in CERTAINTIES if each in wordings]
    lines = (content.lines[iri] for each in every for iri in each.evidence if iri in content.lines)
    studies = {iri for line in lines for iri in (*line.studies, *line.reaches)}
    sources = sorted({each.source for each in every} - {""})
    return attributes(
        claims=[each.iri for each in every],
        gists=[each.gist for each in every],
        claim_count=len(every),
        sources=sources,
        source_count=len(sources),
        claim_kinds=sorted({each.kind for each in every} - {""}),
        certainties=certainties,
        certainty_firmest=certainties[0] if certainties else "",
        certainty_weakest=certainties[-1] if certainties else "",
        attributions=sorted({each.attribution for each in every} - {""}),
        studies=sorted(studies),
        study_count=len(studies),
    )
