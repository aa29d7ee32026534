"""The tier of independent lines: all ratings under a proposition whose studies have one root."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.update.graph import Node, mag, target
from magkg.store.update.ratings import assessment
from magkg.store.update.tiers import ASSESSMENT, INDEPENDENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from magkg.store.update.ratings import Ratings
    from magkg.store.update.work import Work

__all__ = ["independent"]

_ASSESSMENT, _LINE, _RATING, _ROOT = (
    mag(name) for name in ("assessment", "independentLine", "rating", "root")
)
# What the rules read of studies.
_OF_STUDIES = (_ROOT, mag("pools"), mag("design"))


def independent(work: Work, ratings: Ratings) -> set[Node]:
    """Derive anew the independent lines that touched ratings are in, or were in; give these.

    A line follows from its ratings and the roots of their studies alone: whoever of these changes
    is touched, so what other ratings are in a line is what the line says.
    """
    graph, memory = work.graph, work.memory
    nodes = ratings.nodes()
    lines = {_line(each, root) for each, study in ratings.found for root in _roots(work, study)}
    lines |= {
        line
        for node in nodes
        for line in graph.subjects(_RATING, node)
        if line.value.startswith(ASSESSMENT)
    }
    own = memory.ratings(nodes | {each for line in lines for each in graph.objects(line, _RATING)})
    memory.pick({target(quad) for quad in own if quad.predicate == mag("study")}, *_OF_STUDIES)
    memory.pick(ratings.propositions, _ASSESSMENT)
    work.run(INDEPENDENT, dict.fromkeys(lines))
    work.apply(_links(lines), _links(line for line in lines if graph.is_a(line, _KIND)))
    return lines


_KIND = mag("IndependentLine")


def _roots(work: Work, study: Node) -> set[Node]:
    return work.graph.objects(study, _ROOT)


def _line(proposition: Node, root: Node) -> Node:
    """Give the node of an independent line, as the rules name it."""
    part = hashlib.sha256(root.value.encode()).hexdigest()[:16]
    return ox.NamedNode(f"{assessment(proposition).value}#{part}")


def _links(lines: Iterable[Node]) -> set[ox.Quad]:
    """Give the statements by which assessments lead to lines."""
    return {ox.Quad(ox.NamedNode(each.value.partition("#")[0]), _LINE, each) for each in lines}
