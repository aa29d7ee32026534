"""Cytoscape JSON, read back by Cytoscape.js without a display."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from magkg.errors import InputError
from tests import evidence
from tests.readers import node
from tests.use.export import nasty
from tests.use.export.networks import VIEWS, flattened, gists, strings, write

if TYPE_CHECKING:
    from magkg.use.graph import Graph

# What the format adds, and what it is taken from.
ADDED = ("id", "name", "source", "target", "interaction")


def by_cytoscape(path: Path) -> tuple[dict[str, Any], dict[Any, Any], dict[Any, Any]]:
    read = json.loads(node.run("cytoscape.mjs", path))
    nodes = dict(read["nodes"])
    edges = {tuple(key): held for *key, held in read["edges"]}
    for held in (*nodes.values(), *edges.values()):
        assert held.pop("name") == held.get("label", held.get("iri"))
        for name in ADDED:
            held.pop(name, None)
    assert read["graph"].pop("name")
    return read["graph"], nodes, edges


@pytest.mark.parametrize("view", VIEWS)
def test_cytoscape_reads_the_same(bundled: Graph, view: str, tmp_path: Path) -> None:
    path, made = write(bundled, "cytoscape", view, tmp_path)
    about, nodes, edges = flattened(made, lists=True)
    read = by_cytoscape(path)
    assert read[0] == about
    assert (read[1].keys(), read[2].keys()) == (nodes.keys(), edges.keys())
    assert [iri for iri, held in nodes.items() if read[1][iri] != held] == []
    assert [key for key, held in edges.items() if read[2][key] != held] == []


@pytest.mark.parametrize("view", VIEWS)
def test_no_attribute_bears_a_reserved_name(view: str) -> None:
    made = evidence.graph().subgraph().network(view)
    nodes, edges = made.nodes(data=True), made.edges(data=True)
    names = {name for *_, held in (*nodes, *edges) for name in held}
    assert not names & {*ADDED, "parent", "position", "selected", "SUID", "shared name"}


def test_every_nasty_string_comes_back(tmp_path: Path) -> None:
    path, made = write(nasty.graph(), "cytoscape", "propositions", tmp_path)
    _, nodes, edges = flattened(made, lists=True)
    read = by_cytoscape(path)
    assert gists(read[2]) == strings(xml=False)
    assert read[1] == nodes
    assert read[2] == edges


def test_every_nasty_string_comes_back_as_a_label(tmp_path: Path) -> None:
    path, _ = write(nasty.graph(), "cytoscape", "provenance", tmp_path)
    read = by_cytoscape(path)[1]
    expected = strings(xml=False)
    assert {iri: read[iri]["label"] for iri in expected} == expected


@pytest.mark.parametrize("view", VIEWS)
def test_a_control_character_is_carried_and_a_surrogate_refused(view: str, tmp_path: Path) -> None:
    path, _ = write(nasty.control(), "cytoscape", view, tmp_path)
    assert json.loads(path.read_bytes())["data"]["claim_count"] == 1
    assert rb"before\u000bafter" in path.read_bytes()
    with pytest.raises(InputError, match=r"nasty#c0 holds a lone surrogate, U\+D800"):
        write(nasty.surrogate(), "cytoscape", view, tmp_path)
