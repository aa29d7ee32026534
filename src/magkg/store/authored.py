"""What was authored, taken back out of a built graph: all of it as a project, to be built anew."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims import turtle
from magkg.claims.project import Project
from magkg.claims.standing import FOLDER
from magkg.claims.tables.context import SLUG
from magkg.store import manifest
from magkg.store.check import vocabulary_quads
from magkg.store.validate import authored as authored_shapes
from magkg.store.validate import derived as derived_shapes
from magkg.vocabulary import SH, TYPE, prefixes

if TYPE_CHECKING:
    from magkg.claims.turtle import Document

__all__ = ["authored", "base_of", "file_of", "head", "lay_out", "spaces_of", "vocabulary"]

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
    for quad in held:
        derived = quad.predicate.value in properties or quad.subject in made
        if not derived and quad not in vocabulary():
            yield quad


@cache
def vocabulary() -> frozenset[ox.Quad]:
    """Give what the ontology says in every graph, to be looked up."""
    return frozenset(vocabulary_quads())


def lay_out(graph: Path, folder: Path, brought: Iterable[Document] = ()) -> Project:
    """Write what was authored of a built graph as a project into ``folder``, and give it.

    Sources and studies get files of their own again, what was imported lands in graphs/imported/,
    all else in one file. The files ``brought`` (of this project) take the place of what the graph
    says of the same nodes. Raises StoreUnavailable where there is no graph, StoreDamaged where it
    is not whole.
    """
    store, found = manifest.open_store(graph)
    quads = list(authored(store.quads()))
    first = head(quads)
    spaces = spaces_of(first)
    files: defaultdict[str, list[ox.Quad]] = defaultdict(list)
    if first:
        files["prefixes.ttl"] = first
    graphs = folder / "graphs"
    taken = set()
    for each in brought:
        files[each.path.relative_to(graphs).as_posix()] += each.quads
        taken |= {quad.subject for quad in each.quads}
    for quad in set(quads) - set(first):
        if quad.subject not in taken:
            files[file_of(_value(quad.subject), spaces, found.inputs)].append(quad)
    for name, own in files.items():
        path = graphs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        base = base_of(name, spaces)
        text = turtle.write(own, base=base, prefixes={**prefixes(), **spaces})
        path.write_bytes(text.encode())
    graphs.mkdir(parents=True, exist_ok=True)
    return Project(folder)


def head(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Give the statements of graphs/prefixes.ttl."""
    return [q for q in quads if q.predicate.value.startswith(SH) or _value(q.object) == _OWL]


def spaces_of(head: Iterable[ox.Quad]) -> Mapping[str, str]:
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


def file_of(iri: str, spaces: Mapping[str, str], inputs: Mapping[str, str]) -> str:
    """Give the file, within graphs/, that a node of a graph with these inputs is laid out in."""
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


def base_of(name: str, spaces: Mapping[str, str]) -> str | None:
    """Give the base of a file that is laid out."""
    folder, _, stem = name.removesuffix(".ttl").rpartition("/")
    return spaces["src"] + stem if folder in ("sources", FOLDER) else None
