"""The statements of shapes files: their lists, paths, prefixes, and what each shape says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from magkg.store.shacl.findings import Targets
from magkg.store.shacl.paths import Path, Repeat, Step, inverse
from magkg.store.shacl.terms import Term, Uncompiled, local, stored, text
from magkg.vocabulary import RDF, RDFS, SH, TYPE

__all__ = ["TARGETS", "Graph"]

TARGETS = {
    "targetClass": "classes",
    "targetNode": "nodes",
    "targetObjectsOf": "objects_of",
    "targetSubjectsOf": "subjects_of",
}
_CLASS = ox.NamedNode(RDFS + "Class")
_OWL = "http://www.w3.org/2002/07/owl#"
_ONTOLOGY, _IMPORTS = ox.NamedNode(_OWL + "Ontology"), _OWL + "imports"
# The paths that are made of one other path.
_AROUND = ("inversePath", "oneOrMorePath", "zeroOrMorePath", "zeroOrOnePath")


class Graph:
    """What shapes files say, read node by node."""

    def __init__(self, documents: Iterable[Sequence[ox.Quad]]) -> None:
        self.rows: dict[Term, dict[str, list[Term]]] = {}
        for number, quads in enumerate(documents):
            for subject, predicate, value, _ in quads:
                # The same label of a blank node is another node in another file.
                row = self.rows.setdefault(_apart(subject, number), {})
                values = row.setdefault(predicate.value, [])
                if (own := _apart(value, number)) not in values:
                    values.append(own)

    @property
    def pinned(self) -> bool:
        """Whether a shape names its nodes, so that they need not stand in the data."""
        return any(SH + "targetNode" in row for row in self.rows.values())

    def get(self, node: Term, name: str) -> list[Term]:
        """Give the values of a SHACL property."""
        return self.rows.get(node, {}).get(SH + name, [])

    def one(self, node: Term, name: str) -> Term:
        """Give the value of a SHACL property that has to have just one."""
        values = self.get(node, name)
        if len(values) != 1:
            raise Uncompiled(f"{'more than one' if values else 'no'} value of sh:{name}")
        return values[0]

    def truth(self, node: Term, name: str) -> bool:
        """Give the value of a SHACL property that is true or false, and false if it is missing."""
        values = [text(each) for each in self.get(node, name)]
        if len(values) > 1 or not set(values) <= {"true", "false"}:
            raise Uncompiled(f"sh:{name} that is neither true nor false")
        return values == ["true"]

    def says(self, node: Term) -> set[str]:
        """Give the local names of the SHACL properties that a node has."""
        return {each[len(SH) :] for each in self.rows.get(node, {}) if each.startswith(SH)}

    def roots(self) -> Iterator[Term]:
        """Give the shapes that have targets, so that something is held against them."""
        for node, row in self.rows.items():
            said = self.says(node)
            if said & TARGETS.keys() or (
                self._implicit(node)
                and (said or any(text(kind).startswith(SH) for kind in row[TYPE]))
            ):
                yield node

    def _implicit(self, node: Term) -> bool:
        """Whether a node is a class, whose instances are then its targets."""
        for kind in self.rows.get(node, {}).get(TYPE, []):
            if kind == _CLASS or _CLASS in self.rows.get(kind, {}).get(RDFS + "subClassOf", []):
                return True
        return False

    def targets(self, shape: Term) -> Targets:
        """Give the targets of a shape."""
        found = {
            field: tuple(map(stored, self.get(shape, name))) for name, field in TARGETS.items()
        }
        if self._implicit(shape):
            found["classes"] = (*found["classes"], shape)
        for field, terms in found.items():
            known = (ox.NamedNode, ox.Literal) if field == "nodes" else (ox.NamedNode,)
            if not all(isinstance(each, known) for each in terms):
                raise Uncompiled("a target without a name")
        return Targets(**found)  # type: ignore[arg-type]

    def path(self, node: Term, above: tuple[Term, ...] = ()) -> Path:
        """Read a path (SHACL, section 2.3.1)."""
        if isinstance(node, ox.NamedNode):
            return Path(Step(node))
        row = self.rows.get(node, {})
        if node in above or not isinstance(node, ox.BlankNode):
            raise Uncompiled("a path that is none")
        deeper = (*above, node)
        if RDF + "first" in row:
            paths = [self.path(each, deeper) for each in self.items(node)]
            return Path.sequence(paths) if len(paths) > 1 else _short()
        kinds = self.says(node) & {"alternativePath", *_AROUND}
        if len(kinds) != 1:
            raise Uncompiled("a path that is none")
        (kind,) = kinds
        inside = self.one(node, kind)
        if kind == "alternativePath":
            paths = [self.path(each, deeper) for each in self.items(inside)]
            return Path.alternative(paths) if len(paths) > 1 else _short()
        return _around(kind, self.path(inside, deeper))

    def items(self, head: Term) -> Iterator[Term]:
        """Give the members of a list."""
        seen: set[Term] = set()
        while text(head) != RDF + "nil":
            first, rest = (self.rows.get(head, {}).get(RDF + n, []) for n in ("first", "rest"))
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise Uncompiled("a list that is none")
            seen.add(head)
            yield first[0]
            head = rest[0]

    def prefixes(self, node: Term) -> dict[str, str]:
        """Give the prefixes of a query: those of its sh:prefixes and of what these import.

        Where an owner is no ontology that declares any, all ontologies do, as in pySHACL.
        """
        found: dict[str, str] = {}
        for owner in self.get(node, "prefixes"):
            owners = self._imported(owner)
            if _ONTOLOGY not in self._types(owner) or not self.get(owner, "declare"):
                owners += [each for each in self.rows if _ONTOLOGY in self._types(each)]
            for each in [declared for one in owners for declared in self.get(one, "declare")]:
                prefix, space = text(self.one(each, "prefix")), text(self.one(each, "namespace"))
                if found.setdefault(prefix, space) != space:
                    raise Uncompiled(f"the prefix {prefix} that is declared twice")
        return found

    def _imported(self, owner: Term) -> list[Term]:
        found = [owner]
        for each in found:
            further = self.rows.get(each, {}).get(_IMPORTS, [])
            found += [other for other in further if other not in found]
        return found

    def _types(self, node: Term) -> list[Term]:
        return self.rows.get(node, {}).get(TYPE, [])

    def named(self, shape: Term) -> str:
        """Give a shape's name for an error."""
        return local(text(shape)) if isinstance(shape, ox.NamedNode) else "a shape without a name"


def _short() -> Path:
    raise Uncompiled("a path of fewer than two parts")


def _around(kind: str, path: Path) -> Path:
    if kind == "inversePath":
        return Path(inverse(path.part), path.stays)
    if kind == "zeroOrOnePath":
        return Path(path.part, True)
    return Path(Repeat(path.part), path.stays or kind == "zeroOrMorePath")


def _apart(term: Term, number: int) -> Term:
    return ox.BlankNode(f"f{number}{term.value}") if isinstance(term, ox.BlankNode) else term
