"""What the rules of a body of evidence read of it, in short: most of it is as it was.

These rules ask of independent lines what the best of them is, whether there are any of a kind, and
whether there is one alone. So of those that are alike in all that is read of them two stand for
all, and of the ratings of undecided lines one of each level. How many there are is counted apart
(`counting.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.update.graph import Node, about, mag, target
from magkg.store.update.questions import Question
from magkg.store.update.ratings import assessment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from magkg.store.update.work import Work

__all__ = ["stand"]

_LINE, _RATING, _LEVEL, _VOTE = (
    mag(name) for name in ("independentLine", "rating", "level", "vote")
)
_OF, _STATES, _JUDGEMENT = mag("proposition"), mag("states"), mag("judgement")
_SOUGHT, _POLARITY, _LACK = mag("soughtFor"), mag("polarity"), mag("reportsLackOfEvidence")
# The properties of an independent line, and the variables for them.
_WAYS = {name: mag(name) for name in ("vote", "level", "lowBias", "pooled", "leap")}
_LINES = Question(
    "(SAMPLE(?line) AS ?some) (COUNT(?line) AS ?number) " + " ".join(f"?{x}" for x in _WAYS),
    "$one mag:independentLine ?line . ?line mag:vote ?vote . "
    + " ".join(f"OPTIONAL {{ ?line mag:{x} ?{x} }}" for x in _WAYS if x != "vote"),
    " ".join(f"?{x}" for x in _WAYS),
)
_OPEN = Question(
    "DISTINCT ?level",
    "$one mag:independentLine ?line . "
    "?line mag:vote mag:inconclusive ; mag:rating ?each . ?each mag:level ?level . "
    "FILTER NOT EXISTS { ?each mag:countedIn ?pool }",
)
_LACKING = Question(
    "(SAMPLE(?claim) AS ?first)",
    "?claim mag:states $one ; mag:polarity ?way . FILTER(?way = mag:reportsLackOfEvidence)",
    "?way",
)


def stand(work: Work, propositions: Iterable[Node]) -> None:
    """Copy what the rules of assessments read of assessed propositions, but for the counts."""
    every = set(propositions)
    whole = _upgraded(work) & every
    for each in whole:
        _all(work, each)
    _some(work, [assessment(each) for each in every - whole])
    _biased(work, every)
    _sought(work, every)


def _upgraded(work: Work) -> set[Node]:
    """Give the propositions of which an independent line may be upgraded: these are rare."""
    graph = work.graph
    judgements = {about(quad) for quad in graph.to(mag("upgrade"), _ONE)}
    judged = {node for each in judgements for node in graph.subjects(_JUDGEMENT, each)}
    ways = (mag("study"), mag("broughtBy"))
    rated = {each for node in judged for way in ways for each in graph.subjects(way, node)}
    return {each for node in rated for each in graph.objects(node, _OF)}


_ONE = ox.Literal(1)


def _all(work: Work, proposition: Node) -> None:
    """Copy all lines and ratings, with the studies and what is judged of these."""
    graph, memory = work.graph, work.memory
    for line in memory.follow([assessment(proposition)], _LINE):
        memory.add(graph.of(line))
    nodes = graph.subjects(_OF, proposition)
    own = memory.ratings({node for node in nodes if graph.is_a(node, mag("Rating"))})
    studies = {target(quad) for quad in own if quad.predicate == mag("study")}
    lines = {target(quad) for quad in own if quad.predicate == mag("broughtBy")}
    memory.pick(studies, mag("design"))
    memory.take(memory.follow(studies | lines, _JUDGEMENT))


def _some(work: Work, nodes: Sequence[Node]) -> None:
    """Copy what stands for the independent lines of assessments."""
    memory = work.memory
    for node, rows in work.questions.of(_LINES, nodes).items():
        for some, number, *values in rows:
            # No rule says anything of a line: a second one needs a name alone.
            second = [] if number.value == "1" else [ox.NamedNode(f"{some.value}-second")]
            for line in (some, *second):
                memory.add([ox.Quad(node, _LINE, line)])
                memory.add(
                    ox.Quad(line, way, each)
                    for way, each in zip(_WAYS.values(), values, strict=True)
                    if each is not None
                )
    for node, rows in work.questions.of(_OPEN, nodes).items():
        for (level,) in rows:
            line, rating = (
                ox.NamedNode(f"{node.value}#{name}-{level.value}") for name in ("line", "rating")
            )
            memory.add([ox.Quad(line, _RATING, rating), ox.Quad(rating, _LEVEL, level)])
            memory.add([ox.Quad(node, _LINE, line), ox.Quad(line, _VOTE, mag("inconclusive"))])


def _biased(work: Work, propositions: set[Node]) -> None:
    """Copy judgements that what is published is biased, with the claims that they are about."""
    graph, memory = work.graph, work.memory
    for judgement in graph.subjects(mag("domain"), mag("publicationBias")):
        for claim in graph.subjects(_JUDGEMENT, judgement):
            if graph.objects(claim, _STATES) & propositions:
                memory.pick([claim], _STATES, _JUDGEMENT)
                memory.take([judgement])


def _sought(work: Work, propositions: set[Node]) -> None:
    """Copy of what is found lacking: searches, and of the claims that say so one each."""
    graph, memory = work.graph, work.memory
    for quad in graph.store.quads_for_pattern(None, _SOUGHT, None, ox.DefaultGraph()):
        if graph.objects(target(quad), _STATES) & propositions:
            memory.take([about(quad)])
            memory.pick([target(quad)], _STATES)

    def lacking(each: Node) -> Iterator[tuple[Node]]:
        yield from ((claim,) for claim in graph.both((_STATES, each), (_POLARITY, _LACK)))

    for each, ((claim,), *_) in work.questions.of(_LACKING, propositions, lacking).items():
        memory.add([ox.Quad(claim, _STATES, each), ox.Quad(claim, _POLARITY, _LACK)])
