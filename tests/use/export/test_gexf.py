"""GEXF, read back by graphology-gexf and networkx."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

from magkg.errors import InputError
from magkg.use.export.network.gexf import COLOURS
from tests import evidence
from tests.readers import node
from tests.use.export import nasty
from tests.use.export.networks import VIEWS, flattened, gists, strings, write

if TYPE_CHECKING:
    from magkg.use.graph import Graph

NS = "{http://gexf.net/1.3}"
# What GEXF itself holds of an element, beside the attributes.
DRAWN = {"color", "thickness"}


def by_graphology(path: Path) -> tuple[dict[str, Any], dict[Any, Any], dict[Any, Any]]:
    read = json.loads(node.run("gexf.mjs", path))
    edges = {tuple(key): held for *key, held in read["edges"]}
    for held in edges.values():
        held.pop("kind")  # that of GEXF, which keeps parallel edges apart
    nodes = dict(read["nodes"])
    for held in (*nodes.values(), *edges.values()):
        for name in DRAWN:
            held.pop(name, None)
    return json.loads(read["graph"]["description"]), nodes, edges


@pytest.mark.parametrize("view", VIEWS)
def test_graphology_reads_the_same(bundled: Graph, view: str, tmp_path: Path) -> None:
    path, made = write(bundled, "gexf", view, tmp_path)
    _, nodes, edges = flattened(made, lists=False)
    read = by_graphology(path)
    assert read[0] == made.graph
    assert (read[1].keys(), read[2].keys()) == (nodes.keys(), edges.keys())
    assert [iri for iri, held in nodes.items() if read[1][iri] != held] == []
    assert [key for key, held in edges.items() if read[2][key] != held] == []


def test_networkx_reads_the_same(bundled: Graph, tmp_path: Path) -> None:
    path, made = write(bundled, "gexf", "propositions", tmp_path, source="guide-nerve-health")
    read = nx.read_gexf(path, version="1.3")
    _, nodes, edges = flattened(made, lists=False)
    assert all(held.items() <= read.nodes[iri].items() for iri, held in nodes.items())
    found = {(one, other, held["id"]): held for one, other, held in read.edges(data=True)}
    assert found.keys() == edges.keys()
    assert all(held.items() <= found[key].items() for key, held in edges.items())


def test_no_parallel_edges_of_one_kind(bundled: Graph, tmp_path: Path) -> None:
    path, made = write(bundled, "gexf", "propositions", tmp_path)
    edges = ElementTree.parse(path).iter(f"{NS}edge")
    kinds = Counter((each.get("source"), each.get("target"), each.get("kind")) for each in edges)
    assert len(kinds) == made.number_of_edges()
    assert max(kinds.values()) == 1
    assert len({ends[:2] for ends in kinds}) < len(kinds)  # some edges are parallel


def test_reserved_names_are_not_taken(tmp_path: Path) -> None:
    for view in VIEWS:
        path, _ = write(evidence.graph(), "gexf", view, tmp_path)
        declared = ElementTree.parse(path).iter(f"{NS}attributes")
        for part in declared:
            titles = {each.get("title") for each in part}
            reserved = {"id", "label", "start", "end", "type", "weight"}
            assert not titles & (reserved | ({"kind"} if part.get("class") == "edge" else set()))


def test_colour_and_thickness_show_polarity_and_strength(bundled: Graph, tmp_path: Path) -> None:
    path, made = write(bundled, "gexf", "propositions", tmp_path)
    viz = "{http://gexf.net/1.3/viz}"
    held = {key: attributes for *_, key, attributes in made.edges(keys=True, data=True)}
    for edge in ElementTree.parse(path).iter(f"{NS}edge"):
        attributes = held[str(edge.get("id"))]
        colour, thickness = edge.find(f"{viz}color"), edge.find(f"{viz}thickness")
        assert colour is not None
        assert thickness is not None
        shown = tuple(int(colour.get(each, "")) for each in "rgb")
        assert shown == COLOURS[attributes["polarity"]]
        assert thickness.get("value") == str(1 + attributes.get("held_rank", 0))


def test_every_nasty_string_comes_back(tmp_path: Path) -> None:
    path, made = write(nasty.graph(xml=True), "gexf", "propositions", tmp_path)
    _, nodes, edges = flattened(made, lists=False)
    read = by_graphology(path)
    assert gists(read[2]) == strings(xml=True)
    assert read[1] == nodes
    assert read[2] == edges


def test_every_nasty_string_comes_back_as_a_label(tmp_path: Path) -> None:
    path, _ = write(nasty.graph(xml=True), "gexf", "provenance", tmp_path)
    read = by_graphology(path)[1]
    expected = strings(xml=True)
    assert {iri: read[iri]["label"] for iri in expected} == expected


@pytest.mark.parametrize("view", VIEWS)
def test_what_xml_cannot_carry_is_refused_by_name(view: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nasty#c0 holds a control character, U\+000B"):
        write(nasty.control(), "gexf", view, tmp_path)
    with pytest.raises(InputError, match=r"nasty#c0 holds a lone surrogate, U\+D800"):
        write(nasty.surrogate(), "gexf", view, tmp_path)
