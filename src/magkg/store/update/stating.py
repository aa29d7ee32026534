"""The first tier: identities of touched claims, what they state, and how that bears on the rest."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from magkg.claims import identity
from magkg.store import derive
from magkg.store.update.graph import Node, about, mag
from magkg.store.update.merging import authored, parts
from magkg.store.update.questions import Question
from magkg.vocabulary import FORMAL, PROP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from magkg.store.update.work import Work

__all__ = ["state"]

_Triple: TypeAlias = tuple[Node, Node, Node]
_FORMAL = tuple(ox.NamedNode(name) for name in FORMAL)
_OF_CLAIMS = (mag("digest"), mag("states"))
_PAIRS = (mag("bearsOn"), mag("narrowerScopeThan"))
_PROPOSITION = mag("Proposition")
# Propositions about two concepts, with what they say of them.
_BETWEEN = Question(
    "?node ?predicate",
    "?node a mag:Proposition ; mag:subject $one ; mag:object $other ; mag:predicate ?predicate",
)


def state(work: Work) -> None:
    """Derive digests and propositions of touched claims, and the links of new propositions.

    How propositions bear on each other, and whether some claim affirms a triple, is decided among
    the propositions of one triple. Of each that stands there already one claim is a witness.
    """
    graph = work.graph
    there = {node for node in work.claims if graph.is_a(node, mag("Claim"))}
    own = [quad for node in parts(graph, there) for quad in authored(graph, node)]
    known = list(identity.claims(own))
    states = {each.iri: ox.NamedNode(each.proposition) for each in known if each.proposition}
    new = {node for node in states.values() if not graph.is_a(node, _PROPOSITION)}
    gone = _gone(work, states)
    triples = {_triple(work, ox.NamedNode(iri)) for iri, node in states.items() if node in new}
    around = set().union(*_groups(work, triples).values()) - gone
    beside = [q for node in _witnesses(work, around) for q in graph.of(node)]
    every = [*own, *beside]
    identified = chain(known, identity.claims(beside))
    found = {quad for quad in derive.derive(every, identified) if _owned(quad, there, new)}
    affirmed = _affirmed(work, work.claims, ever=True)
    work.apply(_stale(work, gone), found)
    work.changes.apply(list(_bare(work, affirmed - _affirmed(work, there, ever=False))), ())


def _owned(quad: ox.Quad, claims: set[Node], new: set[Node]) -> bool:
    if quad.graph_name == derive.STATED:
        return True
    if quad.predicate in _OF_CLAIMS:
        return about(quad) in claims
    return about(quad) in new or quad.object in new


def _gone(work: Work, states: dict[str, ox.NamedNode]) -> set[Node]:
    """Give the propositions that no claim states any more."""
    kept = set(states.values())
    return {
        node
        for nodes in work.before.values()
        for node in nodes - kept
        if work.graph.subjects(mag("states"), node) <= work.claims
    }


def _triple(work: Work, node: Node) -> _Triple:
    """Give the subject, predicate and object of a claim, or of a proposition."""
    subject, predicate, target = (next(iter(work.graph.objects(node, way))) for way in _FORMAL)
    return subject, predicate, target


def _groups(work: Work, triples: Iterable[_Triple]) -> dict[_Triple, set[Node]]:
    """Give the propositions in the graph that have these triples, by each of them."""
    found: dict[_Triple, set[Node]] = {triple: set() for triple in triples}

    def alone(subject: Node, target: Node) -> Iterator[tuple[Node, Node]]:
        own = [each for each in found if (each[0], each[2]) == (subject, target)]
        yield from ((node, triple[1]) for triple in own for node in _group(work, triple))

    pairs = {(subject, target) for subject, _, target in found}
    for (subject, target), rows in work.questions.of_pairs(_BETWEEN, pairs, alone).items():
        for node, predicate in rows:
            if (triple := (subject, predicate, target)) in found:
                found[triple].add(node)
    return found


def _group(work: Work, triple: _Triple) -> set[Node]:
    """Give the propositions in the graph that have a triple, by its rarest part."""
    graph = work.graph
    subject, target = graph.to(_FORMAL[0], triple[0]), graph.to(_FORMAL[2], triple[2])
    found: dict[int, set[Node]] = {0: set(), 2: set()}
    while True:
        for place, quads in ((0, subject), (2, target)):
            quad = next(quads, None)
            if quad is None:
                return {
                    node
                    for node in found[place]
                    if all(
                        ox.Quad(node, way, each) in graph.store
                        for way, each in zip(_FORMAL, triple, strict=True)
                    )
                }
            if about(quad).value.startswith(PROP):
                found[place].add(about(quad))


def _witnesses(work: Work, propositions: Iterable[Node]) -> Iterable[Node]:
    for each in propositions:
        for quad in work.graph.to(mag("states"), each):
            if about(quad) not in work.claims:
                yield about(quad)
                break


def _stale(work: Work, gone: set[Node]) -> Iterable[ox.Quad]:
    graph = work.graph
    for node in work.claims:
        for way in _OF_CLAIMS:
            yield from graph.of(node, way)
    for node in gone:
        yield from graph.of(node)
        for way in _PAIRS:
            yield from graph.to(way, node)


def _affirmed(work: Work, claims: Iterable[Node], *, ever: bool) -> set[_Triple]:
    """Give the triples that touched claims affirm, by the graph's propositions; or affirmed."""
    return {
        _triple(work, each)
        for node in claims
        if _AFFIRMS in work.graph.objects(node, mag("polarity"), ever=ever)
        for each in work.graph.objects(node, mag("states"))
    }


def _bare(work: Work, triples: Iterable[_Triple]) -> Iterable[ox.Quad]:
    """Give the bare statements of triples that no claim affirms any more."""
    for triple, nodes in _groups(work, triples).items():
        claims = (about(quad) for each in nodes for quad in work.graph.to(mag("states"), each))
        if not any(_AFFIRMS in work.graph.objects(node, mag("polarity")) for node in claims):
            subject, predicate, target = triple
            yield ox.Quad(subject, predicate, target, derive.STATED)


_AFFIRMS = mag("affirms")
