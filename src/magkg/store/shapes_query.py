"""Constraints that are queries (SHACL-SPARQL), asked once for all nodes that they look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pyoxigraph as ox

from magkg.errors import MagkgError
from magkg.store.shapes_data import Data, Targets, Violation
from magkg.store.shapes_group import narrowed, wide
from magkg.store.shapes_values import Term, Uncompiled, shown
from magkg.store.syntax import blank
from magkg.vocabulary import RDF, RDFS, XSD

__all__ = ["Query", "query", "unseen"]

# What pySHACL declares whether or not the shape does.
_BEFOREHAND = {
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": RDF,
    "rdfs": RDFS,
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xsd": XSD,
}
# Below this many nodes it is quicker to ask for each.
_FEW = 20
_THIS = ox.Variable("this")
# What pySHACL gives a meaning of its own, or judges by rules of its own.
_REFUSED = {
    r"[?$]PATH\b": "$PATH in a query",
    r"[?$]shapesGraph\b": "$shapesGraph in a query",
    r"[?$]currentShape\b": "$currentShape in a query",
    r"[?$]failure\b": "?failure in a query",
    r"(?i)\bAS\s+[?$]this\b": "a query that binds $this itself",
    r"(?i)(?<=\W)SELECT\b(?![^{]*[?$]this\b)": "a sub-select that does not give $this",
    r"(?i)\b(?:VALUES|MINUS|SERVICE)\b": "a query that SHACL does not allow",
    r"(?i)\bGRAPH\b": "GRAPH in a query",
}
_BOUND = re.compile(r"[\s{}()][$?]this")
_IS_BOUND = re.compile(r"\bBOUND\s*\(\s*[?$]this\b", re.IGNORECASE)
_BINDS = re.compile(r"\bBIND\s*\([^{}]*?[?$]this\b", re.IGNORECASE)
# A pattern that goes through all statements while $this is open.
_OPEN = re.compile(r"[?$]this\s+[?$]")
_ANY = Targets()
_MENTIONED = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True)
class Query:
    """One sh:sparql constraint.

    ``wide`` is the query for all candidates, if there can be one; ``narrow`` is the same for the
    instances of a class, where it would otherwise go through all statements.
    """

    name: str
    message: str
    select: str
    prefixes: Mapping[str, str]
    wide: str | None
    narrow: tuple[ox.NamedNode, str] | None

    def __call__(self, data: Data, nodes: Sequence[Term]) -> Iterator[Violation]:
        """Give what the query finds for each of these nodes."""
        if self.wide is not None and len(nodes) > _FEW:
            text = self.wide
            if self.narrow and len(data.with_subclasses(self.narrow[0])) == 1:
                text = self.narrow[1]
            candidates = {row["this"] for row in self._rows(data.store, text)}
            nodes = [each for each in nodes if each in candidates]
        for node in nodes:
            found = self._rows(data.store, self.select, {_THIS: node})
            names = [each.value for each in found.variables]
            for row in found:
                yield from self._violation(node, dict(zip(names, row, strict=True)))

    def _rows(
        self, store: ox.Store, text: str, given: dict[ox.Variable, Term] | None = None
    ) -> ox.QuerySolutions:
        try:
            found = store.query(text, prefixes=dict(self.prefixes), substitutions=given)
        except (OSError, RuntimeError, SyntaxError, ValueError) as error:
            raise MagkgError(f"the shapes could not be evaluated: {self.name}: {error}") from None
        if not isinstance(found, ox.QuerySolutions):
            raise MagkgError(f"the shapes could not be evaluated: {self.name} is no SELECT")
        return found

    def _violation(self, node: Term, row: Mapping[str, Term | None]) -> Iterator[Violation]:
        said = {name: shown(term) for name, term in row.items() if term is not None}
        if not said.keys() & {"path", "this", "value"}:
            return
        focus = said.get("this", shown(node))
        value = said.setdefault("value", shown(node))
        yield Violation(
            focus=focus,
            constraint=f"{self.name}/sparql",
            path=said.get("path", ""),
            value="" if value == focus else value,
            message=_MENTIONED.sub(lambda hit: said.get(hit[1], hit[0]), self.message),
        )


def unseen(select: str) -> str:
    """Say where a query asks for $this and Oxigraph, which SHACL would have see it, does not."""
    code = blank(select)
    if _IS_BOUND.search(code):
        return "BOUND($this)"
    return "BIND of $this" if _BINDS.search(code) and wide(select) is None else ""


def query(
    name: str, message: str, select: str, declared: Mapping[str, str], targets: Targets = _ANY
) -> Query:
    """Compile a query; ``declared`` are the prefixes that its sh:prefixes declare.

    Raises Uncompiled for what pySHACL has to judge.
    """
    code = blank(select)
    for pattern, what in _REFUSED.items():
        if re.search(pattern, code, re.DOTALL):
            raise Uncompiled(what)
    if reason := unseen(select):
        raise Uncompiled(reason)
    if not _BOUND.search(select):
        raise Uncompiled("a query that does not give $this")
    used = partial(re.search, string=code)
    prefixes = {
        prefix: space
        for prefix, space in (_BEFOREHAND | dict(declared)).items()
        if used(rf"(?<![\w.-]){re.escape(prefix)}:")
    }
    for_all = wide(select)
    for text in (select, for_all):
        if text is not None:
            try:
                found = ox.Store().query(text, prefixes=prefixes)
            except SyntaxError as error:
                raise Uncompiled(f"a query that does not parse ({error})") from None
            if not isinstance(found, ox.QuerySolutions):
                raise Uncompiled("a query that is no SELECT")
            if _THIS not in found.variables:
                for_all = None
    kind = targets.classes[0] if targets == Targets(targets.classes[:1]) else None
    narrow = for_all and kind and _OPEN.search(code) and narrowed(for_all, kind.value)
    pair = (kind, narrow) if kind and narrow else None
    return Query(name, message, select, prefixes, for_all, pair)
