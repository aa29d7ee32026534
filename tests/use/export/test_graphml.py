"""GraphML, read back by igraph, networkx and graphology-graphml."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

from magkg.errors import InputError
from tests.readers import node
from tests.use.export import nasty
from tests.use.export.networks import VIEWS, flattened, gists, strings, write

if TYPE_CHECKING:
    from magkg.use.graph import Graph


def by_igraph(path: Path) -> tuple[dict[str, Any], dict[Any, Any], dict[Any, Any]]:
    """What igraph reads; it gives what is not there as "", NaN or False."""
    igraph = pytest.importorskip("igraph")
    read = igraph.Graph.Read_GraphML(str(path))
    nodes = {each.attributes().pop("id"): each.attributes() for each in read.vs}
    edges = {}
    for each in read.es:
        held = each.attributes()
        edges[read.vs[each.source]["id"], read.vs[each.target]["id"], held["key"]] = held
    return {name: read[name] for name in read.attributes()}, nodes, edges


def same(read: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether a reader gave every attribute, and nothing in place of those that are not there."""
    absent = (read[name] for name in read.keys() - expected.keys() - {"id", "key"})
    empty = all(value in ("", None, False) or math.isnan(value) for value in absent)
    return empty and all(read[name] == value for name, value in expected.items())


@pytest.mark.parametrize("view", VIEWS)
def test_igraph_reads_the_same(bundled: Graph, view: str, tmp_path: Path) -> None:
    path, made = write(bundled, "graphml", view, tmp_path)
    read = by_igraph(path)
    about, nodes, edges = flattened(made, lists=False)
    assert same(read[0], about)
    assert (read[1].keys(), read[2].keys()) == (nodes.keys(), edges.keys())
    assert [iri for iri, held in nodes.items() if not same(read[1][iri], held)] == []
    assert [key for key, held in edges.items() if not same(read[2][key], held)] == []


@pytest.mark.parametrize("view", VIEWS)
def test_networkx_reads_the_same(bundled: Graph, view: str, tmp_path: Path) -> None:
    path, made = write(bundled, "graphml", view, tmp_path, source="guide-nerve-health")
    read = nx.read_graphml(path, force_multigraph=True)
    about, nodes, edges = flattened(made, lists=False)
    found = {(one, other, key): held for one, other, key, held in read.edges(keys=True, data=True)}
    assert read.graph | about == read.graph
    assert dict(read.nodes(data=True)) == nodes
    assert found == {key: {"key": key[2], **held} for key, held in edges.items()}


def test_graphology_reads_the_same(bundled: Graph, tmp_path: Path) -> None:
    path, made = write(bundled, "graphml", "propositions", tmp_path)
    read = json.loads(node.run("graphml.mjs", path))
    about, nodes, edges = flattened(made, lists=False)
    assert read["graph"] == about
    assert dict(read["nodes"]) == nodes
    expected = {key: {"key": key[2], **held} for key, held in edges.items()}
    assert {tuple(key): held for *key, held in read["edges"]} == expected


def test_a_denial_is_no_plain_edge(bundled: Graph, tmp_path: Path) -> None:
    path, _ = write(bundled, "graphml", "propositions", tmp_path, polarity="denies")
    read = by_igraph(path)[2]
    assert read
    for (*_, key), held in read.items():
        assert key.endswith("|denies")
        assert held["polarity"] == "denies"
        assert "(denied" in held["label"]


def test_every_nasty_string_comes_back(tmp_path: Path) -> None:
    path, made = write(nasty.graph(xml=True), "graphml", "propositions", tmp_path)
    read = by_igraph(path)
    assert gists(read[2]) == strings(xml=True)
    _, nodes, edges = flattened(made, lists=False)
    assert all(same(read[1][iri], held) for iri, held in nodes.items())
    assert all(same(read[2][key], held) for key, held in edges.items())


def test_every_nasty_string_comes_back_as_a_label(tmp_path: Path) -> None:
    path, _ = write(nasty.graph(xml=True), "graphml", "provenance", tmp_path)
    read = by_igraph(path)[1]
    expected = strings(xml=True)
    assert {iri: read[iri]["label"] for iri in expected} == expected


@pytest.mark.parametrize("view", VIEWS)
def test_what_xml_cannot_carry_is_refused_by_name(view: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nasty#c0 holds a control character, U\+000B"):
        write(nasty.control(), "graphml", view, tmp_path)
    with pytest.raises(InputError, match=r"nasty#c0 holds a lone surrogate, U\+D800"):
        write(nasty.surrogate(), "graphml", view, tmp_path)


def test_the_same_bytes_each_time(bundled: Graph, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    one, _ = write(bundled, "graphml", "claims", tmp_path, polarity="denies")
    other, _ = write(bundled, "graphml", "claims", tmp_path / "again", polarity="denies")
    assert one.read_bytes() == other.read_bytes()
