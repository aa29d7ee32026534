"""Which studies stand apart, and what each of them carries: networkx over a store's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from magkg.use.describe import about, label, values_line
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    import networkx as nx

    from magkg.store.interface import Store

__all__ = ["carried", "provenance", "roots_of"]

_LINKS = ("sameGroupAs", "sameCohortAs")
# Every claim of the proposition, and every claim of another scope whose evidence bears on it.
_BEARING = """
SELECT DISTINCT ?claim WHERE {{
  {{ ?claim mag:states {0} }}
  UNION {{ ?rating mag:proposition {0} ; mag:broughtBy ?line . ?claim mag:evidence ?line }}
}}"""
# Given as values: an engine that joins them with all claims takes the longer the more there are.
_CLAIMS = """
SELECT DISTINCT ?claim ?claimLabel ?polarity ?source ?sourceLabel ?stated WHERE {{
  {0} ?claim mag:source ?source ; mag:states ?stated ; mag:polarity ?polarity .
  OPTIONAL {{ ?claim rdfs:label ?claimLabel }}
  OPTIONAL {{ ?source dcterms:title|rdfs:label ?sourceLabel }}
}} ORDER BY ?claim ?source ?sourceLabel"""
_LINES = """
SELECT DISTINCT ?claim ?line ?lineLabel ?direction ?basis ?strength WHERE {{
  {0} ?claim mag:evidence ?line .
  OPTIONAL {{ ?line rdfs:label ?lineLabel }}
  OPTIONAL {{ ?line mag:direction ?direction }}
  OPTIONAL {{ ?line mag:basis ?basis }}
  OPTIONAL {{ ?line mag:strength ?strength }}
}} ORDER BY ?claim ?line"""
_STUDIES = """
SELECT DISTINCT ?line ?study ?how WHERE {{
  {0}
  {{ ?line mag:reaches ?study BIND("reaches" AS ?how) }}
  UNION {{ ?line mag:reachesByCitation ?study BIND("cites" AS ?how) }}
}} ORDER BY ?line ?study ?how"""
_RATED = """
SELECT DISTINCT ?root ?rootStudy ?vote ?level ?study ?studyVote ?strength WHERE {{
  {0} mag:assessment ?assessment .
  ?assessment mag:independentLine ?root .
  ?root mag:root ?rootStudy ; mag:vote ?vote ; mag:rating ?rating .
  OPTIONAL {{ ?root mag:level ?level }}
  ?rating mag:study ?study ; mag:vote ?studyVote ; mag:strength ?strength .
}} ORDER BY ?root ?study"""
_PREFIXES = (
    f"PREFIX mag: <{MAG}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX dcterms: <http://purl.org/dc/terms/> "
)
_STRENGTHS = ("strengthNone", "strengthVeryLow", "strengthLow", "strengthModerate", "strengthHigh")


def provenance(store: Store, proposition: str) -> nx.DiGraph:
    """Give what one proposition rests on, from the sources down to what counts once.

    Edges lead source -> claim -> line -> study -> root -> proposition; a claim that names no
    evidence leads to the proposition itself. Node attributes: ``kind`` (source, claim, line,
    study, root, proposition), ``label``, ``strength`` and ``direction`` (names of scheme values
    without namespace, "" where there is none; for a claim the direction is its polarity), and
    ``stated`` (of a claim: whether it states this very proposition, not one of other scope).
    Edge attribute ``how``: makes, gives, reaches, cites (through another source), counts, votes,
    asserts. Raises InputError for what is no IRI.
    """
    import networkx as nx

    graph = nx.DiGraph()
    node = about(proposition)
    verdict = _proposition(store, node)
    graph.add_node(proposition, kind="proposition", **verdict)
    claims = _add_claims(store, graph, proposition)
    _add_lines(store, graph, claims)
    _add_roots(store, graph, proposition)
    _add_studies(store, graph)
    for claim in claims:
        if graph.nodes[claim]["stated"] and not any(graph.successors(claim)):
            graph.add_edge(claim, proposition, how="asserts")
    return graph


def _rows(store: Store, query: str) -> list[list[str]]:
    return [
        ["" if cell is None else str(cell) for cell in row]
        for row in store.select(_PREFIXES + query)
    ]


def _end(iri: str) -> str:
    return iri.removeprefix(MAG)


def _add(graph: nx.DiGraph, iri: str, kind: str, shown: str, **more: Any) -> None:
    given = {"strength": "", "direction": "", **more}
    graph.add_node(iri, kind=kind, label=shown or label({}, iri), **given)


def _proposition(store: Store, node: str) -> dict[str, str]:
    query = (
        f"SELECT ?part WHERE {{ {node} mag:subject ?s ; mag:predicate ?p ; mag:object ?o . "
        "{ ?s skos:prefLabel ?part BIND(1 AS ?n) } UNION { ?p rdfs:label ?part BIND(2 AS ?n) } "
        "UNION { ?o skos:prefLabel ?part BIND(3 AS ?n) } } ORDER BY ?n ?part"
    )
    parts = _rows(store, "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> " + query)
    held = _rows(
        store,
        f"SELECT ?strength ?verdict WHERE {{ {node} mag:assessment ?a . "
        "?a mag:strength ?strength ; mag:verdict ?verdict } ORDER BY ?verdict",
    )
    return {
        "label": " ".join(row[0] for row in parts) or label({}, node.strip("<>")),
        "strength": _end(held[0][0]) if held else "",
        "direction": ", ".join(dict.fromkeys(_end(row[1]) for row in held)),
    }


def _add_claims(store: Store, graph: nx.DiGraph, proposition: str) -> list[str]:
    found = []
    bearing = [row[0] for row in _rows(store, _BEARING.format(about(proposition)))]
    rows = _rows(store, _CLAIMS.format(values_line("claim", bearing))) if bearing else []
    for claim, claim_label, polarity, source, source_label, stated in rows:
        if source not in graph:
            _add(graph, source, "source", source_label)
        if claim not in graph:
            own = stated == proposition
            _add(graph, claim, "claim", claim_label, direction=_end(polarity), stated=own)
            found.append(claim)
        graph.add_edge(source, claim, how="makes")
    return found


def _add_lines(store: Store, graph: nx.DiGraph, claims: Iterable[str]) -> None:
    if not (wanted := list(claims)):
        return
    rows = _rows(store, _LINES.format(values_line("claim", wanted)))
    for claim, line, line_label, direction, basis, strength in rows:
        more = {"direction": _end(direction), "strength": _end(strength), "basis": _end(basis)}
        _add(graph, line, "line", line_label, **more)
        graph.add_edge(claim, line, how="gives")


def _add_roots(store: Store, graph: nx.DiGraph, proposition: str) -> None:
    rows = _rows(store, _RATED.format(about(proposition)))
    names = _labels(store, {row[1] for row in rows} | {row[4] for row in rows})
    for root, first, vote, level, study, studied, strength in rows:
        shown = _STRENGTHS[int(level)] if level else ""
        _add(graph, root, "root", names.get(first, ""), strength=shown, direction=_end(vote))
        graph.add_edge(root, proposition, how="votes")
        more = {"strength": _end(strength), "direction": _end(studied)}
        _add(graph, study, "study", names.get(study, ""), **more)
        graph.add_edge(study, root, how="counts")


def _add_studies(store: Store, graph: nx.DiGraph) -> None:
    lines = [node for node, data in graph.nodes(data=True) if data["kind"] == "line"]
    if not lines:
        return
    rows = _rows(store, _STUDIES.format(values_line("line", lines)))
    names = _labels(store, {study for _, study, _ in rows})
    for line, study, how in rows:
        if study not in graph:
            _add(graph, study, "study", names.get(study, ""))
        if not graph.has_edge(line, study):
            graph.add_edge(line, study, how=how)


def _labels(store: Store, iris: Iterable[str]) -> dict[str, str]:
    if not (wanted := set(iris)):
        return {}
    nodes = values_line("node", wanted)
    query = f"SELECT ?node ?label WHERE {{ {nodes} ?node rdfs:label ?label }} ORDER BY ?node ?label"
    return {row[0]: row[1] for row in _rows(store, query)}


def carried(graph: nx.DiGraph) -> list[dict[str, Any]]:
    """Give for each root of a provenance graph what it carries: its studies, claims and sources.

    Each is a dict of ``root``, ``label``, ``direction``, ``strength`` and the sorted IRIs of
    ``studies``, ``claims`` (those that rest on it, by their own lines or by citation) and
    ``sources``. Roots come in the order of their IRIs.
    """
    import networkx as nx

    found = []
    for root, data in sorted(graph.nodes(data=True)):
        if data["kind"] != "root":
            continue
        below: dict[str, list[str]] = {"study": [], "claim": [], "source": []}
        for node in sorted(nx.ancestors(graph, root)):
            kind = graph.nodes[node]["kind"]
            if kind in below:
                below[kind].append(node)
        found.append(
            {
                "root": root,
                **{name: data[name] for name in ("label", "direction", "strength")},
                "studies": below["study"],
                "claims": below["claim"],
                "sources": below["source"],
            }
        )
    return found


def roots_of(store: Store, *, pools: bool = True) -> Mapping[str, str]:
    """Give each study its root: the first of all that are connected with it, by networkx.

    Studies are connected by ``mag:sameGroupAs``, ``mag:sameCohortAs`` and a common ``mag:group``;
    with ``pools`` also by ``mag:includes``. It takes nothing from what the rules derived, so that
    it checks them.
    """
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(row[0] for row in _rows(store, "SELECT ?s WHERE { ?s a mag:Study }"))
    links = [*_LINKS, "includes"] if pools else list(_LINKS)
    for name in links:
        query = f"SELECT ?a ?b WHERE {{ ?a mag:{name} ?b . ?a a mag:Study . ?b a mag:Study }}"
        graph.add_edges_from(_rows(store, query))
    for study, group in _rows(store, "SELECT ?s ?g WHERE { ?s mag:group ?g . ?s a mag:Study }"):
        graph.add_edge(study, ("group", group))
    found: dict[str, str] = {}
    for component in nx.connected_components(graph):
        studies = sorted(node for node in component if isinstance(node, str))
        found.update(dict.fromkeys(studies, studies[0]))
    return found
