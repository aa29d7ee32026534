"""A built graph of generated claims, and the shipped queries with parameters that fit a graph."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import generate
import pyoxigraph as ox
from workload_world import World

from magkg import vocabulary
from magkg.store import manifest
from magkg.store.bulk import building
from magkg.use import binding, catalogue, sparql

# Which node is asked about: the one with this place among those with most of a pattern.
_RANK = 10
_MOST = "SELECT ?node WHERE {{ {0} }} GROUP BY ?node ORDER BY DESC(COUNT(?by)) ?node LIMIT {1}"
_PATTERNS = {
    "concept": f"?by <{generate.MAG}subject> ?node",
    "study": f"?by <{generate.MAG}study> ?node",
    "source": f"?by <{generate.MAG}source> ?node",
    "claim": f"?node <{generate.MAG}evidence> ?by",
    "proposition": f"?by <{generate.MAG}states> ?node",
}
_NAMESPACE = "https://w3id.org/magkg/"


@dataclass(frozen=True)
class Asked:
    """A shipped query as it is asked: its text, and its parameters for /api/queries."""

    name: str
    form: str
    text: str
    params: Mapping[str, str]


def generated(claims: int, folder: Path) -> Path:
    """Give the graph of so many generated claims in a folder, built there if none stands yet."""
    if not (folder / manifest.FILE).is_file():
        with tempfile.TemporaryDirectory() as place:
            generate.write(World(claims, 1, 0), Path(place))
            building.build([Path(place) / "graph.nq"], folder)
    return folder


def store_of(folder: Path) -> Path:
    """Give the Oxigraph store in a built graph."""
    return folder / "stores" / manifest.read(folder).store


def queries(folder: Path) -> list[Asked]:
    """Give every shipped SELECT and CONSTRUCT with its examples bound.

    The examples name things of the bundled graph. In another graph, what is not there gives its
    place to a concept, study, source, claim or proposition that is.
    """
    store = ox.Store.read_only(str(store_of(folder)))
    nodes: dict[str, str] = {}
    found = []
    for query in catalogue.all_queries().values():
        params = {each.name: _value(each, store, nodes) for each in query.params}
        bound = binding.bind(catalogue.without_header(query), query.params, params)
        text, _ = sparql.with_prefixes(bound, vocabulary.prefixes())
        found.append(Asked(query.name, query.form, text, params))
    return found


def _value(param: binding.Param, store: ox.Store, nodes: dict[str, str]) -> str:
    if not param.takes_iri:
        return param.plain
    iri = binding.resolve(param.plain, param)
    kind = "claim" if "#" in iri else iri.removeprefix(_NAMESPACE).partition("/")[0]
    known = next(store.quads_for_pattern(ox.NamedNode(iri), None, None), None)
    if known is not None or kind not in _PATTERNS:
        return iri
    if kind not in nodes:
        rows = list(store.query(_MOST.format(_PATTERNS[kind], _RANK)))
        nodes[kind] = rows[-1][0].value
    return nodes[kind]
