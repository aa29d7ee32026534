"""What was authored, taken back out of a built graph: a project to import into and build anew."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from magkg.claims import turtle
from magkg.claims.project import Project
from magkg.claims.tables.context import SLUG
from magkg.claims.tables.landing import FOLDER
from magkg.store import manifest
from magkg.store.check import vocabulary_quads
from magkg.store.validate import authored as authored_shapes
from magkg.store.validate import derived as derived_shapes
from magkg.vocabulary import SH, TYPE, prefixes

__all__ = ["authored", "lay_out"]

_OWL = "http://www.w3.org/2002/07/owl#Ontology"
# What `tables.naming` names, which are the parts of imported claims.
_BY_CONTENT = re.compile(r"#(?:i|e|f|p|import)-[0-9a-f]{32}$")


@cache
def _shapes(derived: bool) -> tuple[frozenset[str], frozenset[str]]:
    """Give the classes and the properties that the shapes speak of."""
    found: dict[str, set[str]] = {SH + "targetClass": set(), SH + "path": set()}
    for path in derived_shapes() if derived else authored_shapes():
        for quad in turtle.read(path).quads:
            if quad.predicate.value in found:
                found[quad.predicate.value].add(_value(quad.object))
    return frozenset(found[SH + "targetClass"]), frozenset(found[SH + "path"])


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def authored(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Give those quads of a built graph that somebody authored.

    What the ontology says is left out, and what a build derives: nodes of the classes, and
    properties, that only the shapes of what is derived know.
    """
    held = [quad for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph)]
    own, later = _shapes(False), _shapes(True)
    classes, properties = later[0] - own[0], later[1] - own[1]
    made = {
        quad.subject
        for quad in held
        if quad.predicate.value == TYPE and _value(quad.object) in classes
    }
    ontology = set(vocabulary_quads())
    for quad in held:
        derived = quad.predicate.value in properties or quad.subject in made
        if not derived and quad not in ontology:
            yield quad


def lay_out(graph: Path, folder: Path) -> Project:
    """Write what was authored of a built graph as a project into ``folder``, and give it.

    Sources and studies get files of their own again, what was imported lands in graphs/imported/,
    all else in one file. Raises StoreUnavailable where there is no graph, StoreDamaged where it is
    not whole.
    """
    store, found = manifest.open_store(graph)
    quads = list(authored(store.quads()))
    head = [quad for quad in quads if _of_prefixes(quad)]
    spaces = _spaces(head)
    files: defaultdict[str, list[ox.Quad]] = defaultdict(list)
    if head:
        files["prefixes.ttl"] = head
    for quad in set(quads) - set(head):
        files[_file(_value(quad.subject), spaces, found.inputs)].append(quad)
    graphs = folder / "graphs"
    for name, own in files.items():
        path = graphs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        base = _base(name, spaces)
        text = turtle.write(own, base=base, prefixes={**prefixes(), **spaces})
        path.write_bytes(text.encode())
    graphs.mkdir(parents=True, exist_ok=True)
    return Project(folder)


def _of_prefixes(quad: ox.Quad) -> bool:
    return quad.predicate.value.startswith(SH) or _value(quad.object) == _OWL


def _spaces(head: Iterable[ox.Quad]) -> Mapping[str, str]:
    """Give the namespaces that the graph declares, the engine's own where it declares none."""
    rows: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for quad in head:
        rows[_value(quad.subject)][quad.predicate.value] = _value(quad.object)
    own = {
        row[SH + "prefix"]: row[SH + "namespace"]
        for row in rows.values()
        if {SH + "prefix", SH + "namespace"} <= row.keys()
    }
    return {**prefixes(), **own}


def _file(iri: str, spaces: Mapping[str, str], inputs: Mapping[str, str]) -> str:
    bare = iri.partition("#")[0]
    for prefix, folder, imported in (("src", "sources", ""), ("study", "studies", "studies/")):
        # A slug and nothing else becomes a file name: a graph may come from anywhere.
        if bare.startswith(spaces[prefix]) and SLUG.fullmatch(bare, len(spaces[prefix])):
            name = f"{bare[len(spaces[prefix]) :]}.ttl"
            foreign = f"{FOLDER}/{imported}{name}"
            both = f"graphs/{folder}/{name}" in inputs
            if f"graphs/{foreign}" in inputs and (not both or _BY_CONTENT.search(iri)):
                return foreign
            return f"{folder}/{name}"
    return "authored.ttl"


def _base(name: str, spaces: Mapping[str, str]) -> str | None:
    folder, _, stem = name.removesuffix(".ttl").rpartition("/")
    return spaces["src"] + stem if folder in ("sources", FOLDER) else None
