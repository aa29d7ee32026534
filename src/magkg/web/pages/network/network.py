"""The graph view: a bounded network around concepts, claims, studies or sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from magkg.errors import InputError, UnknownName
from magkg.use.describe import describe, label
from magkg.use.select.language import Selection, select
from magkg.use.select.subgraph import Subgraph
from magkg.vocabulary import FORMAL, MAG
from magkg.web import assets
from magkg.web.pages.asking.suggestions import named_in
from magkg.web.pages.network.network_choice import Centre, Choice, centre, choose
from magkg.web.pages.network.network_data import elements
from magkg.web.pages.page import Page

if TYPE_CHECKING:
    import networkx as nx

    from magkg.web.pages.page import Context, Table

__all__ = ["network"]

Json = dict[str, Any]

# Nodes of a view, at first and at most; centres beside the first.
NODES, MOST, _EXPANDED = 60, 300, 12
# Names of groups that were left out.
_LEFT_OUT = 25
_VIEWS = {
    "propositions": "what is said of it, concept by concept",
    "claims": "what its claims have to do with each other",
    "provenance": "what its claims rest on: studies and sources",
}
_KINDS = ("concept", "claim", "study", "source")
_FIRST = (
    f"SELECT ?concept (COUNT(?claim) AS ?claims) WHERE {{ ?claim <{FORMAL[0]}> ?concept ; "
    f"a <{MAG}Claim> }} GROUP BY ?concept ORDER BY DESC(?claims) ?concept LIMIT 1"
)


def network(context: Context) -> Page:
    """Show a network around ``concept``, ``claim``, ``study`` or ``source``; each ``expand`` adds.

    ``view`` is propositions, claims or provenance, ``nodes`` how many nodes are drawn about each
    centre. Without a centre it is the concept that most claims are about.
    """
    view = context.one("view") or "propositions"
    if view not in _VIEWS:
        raise UnknownName("view of a network", view, _VIEWS)
    nodes = context.number("nodes", NODES, MOST)
    around = _centres(context)
    made, choices = _network(context, around, view, nodes)
    found = elements(made, context.links) if made is not None else {"nodes": [], "edges": []}
    first = around[0] if around else None
    data = {
        "view": view,
        "views": [{"name": name, "about": said} for name, said in _VIEWS.items()],
        "count": nodes,
        "most": MOST,
        "centre": _told(context, first) if first else None,
        "expanded": [_told(context, each) for each in around[1:]],
        "state": _state(context, around, view, nodes),
        "concepts": named_in(context.graph, "con"),
        "left_out": _left_out(context, choices),
        "assets": assets.available(),
        **found,
    }
    title = f"Network around {first.label}" if first else "Network"
    return Page(
        "network.html",
        title,
        data,
        table=lambda: _table(found),
        selection=_selection(context, around),
        files={"svg": lambda: ("image/svg+xml", _picture(context, made, title))},
    )


def _centres(context: Context) -> list[Centre]:
    """Give what the network is drawn around: what is named first, then what was expanded."""
    graph = context.graph
    given = [(kind, context.one(kind)) for kind in _KINDS if context.one(kind).strip()]
    if len(given) > 1:
        names = " and ".join(kind for kind, _ in given)
        raise InputError(f"a network is drawn around one thing, not {names}", hint="Expand it.")
    expanded = context.params.get("expand", ())
    if len(expanded) > _EXPANDED:
        raise InputError(f"{len(expanded)} nodes are expanded, and {_EXPANDED} can be")
    if given:
        found = [centre(graph, *given[0])]
    else:
        most = [str(row[0]) for row in graph.engine.select(_FIRST, graph.timeout)]
        found = [centre(graph, "", iri) for iri in most]
    found += [centre(graph, "", each) for each in expanded]
    return list({each.iri: each for each in found}.values())


def _network(
    context: Context, around: list[Centre], view: str, nodes: int
) -> tuple[nx.MultiDiGraph | None, list[Choice]]:
    """Give the network, None where nothing is chosen; of several centres at most MOST nodes."""
    choices: list[Choice] = []
    claims: dict[str, None] = {}
    made: nx.MultiDiGraph | None = None
    for each in around:
        choice = choose(context.graph, each, view, nodes)
        choices.append(choice)
        claims |= dict.fromkeys(choice.claims)
    if claims:
        made = _drawn(context, tuple(sorted(claims)), around, view)
    if made is not None and len(made) > MOST:
        raise InputError(
            f"this network would have {len(made)} nodes, and {MOST} can be drawn",
            hint="Expand fewer nodes, or show fewer about each: &nodes=20.",
        )
    return made, choices


def _drawn(
    context: Context, claims: tuple[str, ...], around: list[Centre], view: str
) -> nx.MultiDiGraph:
    subgraph = Subgraph(context.graph, _selection(context, around))
    # They were chosen already, and to select them by name would ask for each.
    subgraph.claims = claims
    return subgraph.network(view)


def _selection(context: Context, around: list[Centre]) -> Selection:
    """Give the selection of the claims about the centres, all of them."""
    found: Selection | None = None
    for each in around:
        name = context.links.short(each.iri) if each.kind != "claim" else each.iri
        one = select({each.kind: name})
        found = one if found is None else found | one
    return select() if found is None else found


def _told(context: Context, found: Centre) -> Json:
    return {
        "iri": found.iri,
        "kind": found.kind,
        "label": found.label,
        "name": context.links.short(found.iri),
        "url": context.links.path(found.iri),
    }


def _state(context: Context, around: list[Centre], view: str, nodes: int) -> Json:
    """Give the parameters that this view has, and the URL of each other view of the same."""
    pairs = [(around[0].kind, context.links.short(around[0].iri))] if around else []
    if around and around[0].kind == "claim":
        pairs = [("claim", around[0].iri)]
    pairs += [("expand", each.iri) for each in around[1:]]
    shown = [("nodes", str(nodes))] if nodes != NODES else []
    return {
        "params": [*pairs, ("view", view), *shown],
        "query": urlencode([*pairs, ("view", view), *shown]),
        "views": {
            each: f"/network?{urlencode([*pairs, ('view', each), *shown])}" for each in _VIEWS
        },
    }


def _left_out(context: Context, choices: list[Choice]) -> Json:
    """Say how many groups are not shown, and name those that are concepts."""
    groups = [each for choice in choices for each in choice.left_out]
    first = groups[:_LEFT_OUT]
    known = describe(context.graph.store, [iri for iri, _ in first], context.graph.timeout)
    concepts = context.graph.prefixes["con"]
    return {
        "groups": len(groups),
        "claims": sum(count for _, count in groups),
        "shown": sum(choice.groups for choice in choices),
        "first": [
            {"iri": iri, "label": label(known.get(iri, {}), iri), "claims": count}
            for iri, count in first
            if iri.startswith(concepts)
        ],
    }


def _table(found: Json) -> Table:
    labels = {each["id"]: each["label"] for each in found["nodes"]}
    head = ("from", "from_label", "says", "to", "to_label", "strength", "contested", "claims")
    rows = (
        (
            each["source"], labels.get(each["source"], ""), each["label"], each["target"],
            labels.get(each["target"], ""), each["strength"], str(each["contested"]).lower(),
            each["claims"],
        )
        for each in found["edges"]
    )  # fmt: skip
    return head, rows


def _picture(context: Context, made: nx.MultiDiGraph | None, title: str) -> bytes:
    """Draw the same network as SVG; raises InputError where there are too many boxes for it."""
    from magkg.use.export.picture.picture import render
    from magkg.use.export.picture.svg import MOST as BOXES

    if made is None:
        raise InputError("there is nothing to draw")
    if len(made) > BOXES:
        raise InputError(
            f"a picture of {len(made)} boxes cannot be read, and {BOXES} can",
            hint=f"Show fewer nodes: &nodes={BOXES}.",
        )
    built = context.graph.manifest
    return render(made, built.root if built else "", title)[0].encode("utf-8", "replace")
