"""What a parameter of a query may be given: names of the graph, a bounded number of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.use import binding
from magkg.use.describe import about
from magkg.vocabulary import DCTERMS, LABEL, MAG, SKOS
from magkg.web.pages.kept import kept

if TYPE_CHECKING:
    from magkg.use.binding import Param
    from magkg.use.graph import Graph

__all__ = ["MOST", "named_in", "suggestions"]

# So many names are offered for one parameter: a list that a browser filters as one types.
MOST = 600
_KINDS = {
    "con": f"<{MAG}Concept> <{MAG}Quantity>",
    "src": f"<{MAG}Source>",
    "study": f"<{MAG}Study>",
}
_NODES = f"""SELECT ?node ?label WHERE {{
  {{ SELECT DISTINCT ?node WHERE {{ %s }} ORDER BY ?node LIMIT {MOST} }}
  OPTIONAL {{ ?node <{LABEL}>|<{SKOS}prefLabel>|<{DCTERMS}title> ?label }}
}} ORDER BY ?node ?label"""
# Values of the list that the example is of, or predicates where it is one.
_ALIKE = (
    f"{{ %(one)s <{SKOS}inScheme> ?list . ?node <{SKOS}inScheme> ?list }} UNION "
    f"{{ %(one)s a <{MAG}Predicate> . ?node a <{MAG}Predicate> }} UNION "
    f"{{ %(one)s a <{SKOS}ConceptScheme> . ?node a <{SKOS}ConceptScheme> }}"
)


def suggestions(graph: Graph, param: Param) -> list[dict[str, str]]:
    """Give names that fit a parameter, each with what it is called.

    They are concepts, sources, studies or values of a closed list; there are none for another sort
    of value.
    """
    if not param.takes_iri:
        return []
    space = binding.namespace(param.example, graph.prefixes)
    prefix = next((each for each in (*_KINDS, "mag") if graph.prefixes.get(each) == space), "")
    example = binding.resolve(param.example, param, graph.prefixes)
    if prefix == "mag":
        return _called(graph, space, _ALIKE % {"one": about(example)})
    if prefix and "#" not in example.removeprefix(space):
        return named_in(graph, prefix)
    return []


def named_in(graph: Graph, prefix: str) -> list[dict[str, str]]:
    """Give the names of concepts (``con``), sources (``src``) or studies (``study``)."""
    where = f"VALUES ?kind {{ {_KINDS[prefix]} }} ?node a ?kind"
    return kept(graph, where, lambda each: _called(each, each.prefixes[prefix], where))


def _called(graph: Graph, space: str, where: str) -> list[dict[str, str]]:
    found: dict[str, str] = {}
    for node, called in graph.store.select(_NODES % where, graph.timeout):
        name = str(node).removeprefix(space)
        if name != str(node):
            found.setdefault(name, "" if called is None else str(called))
    return [{"value": name, "label": label} for name, label in found.items()]
