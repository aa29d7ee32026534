"""What is taken out of a graph breaks no constraint anew that says so of itself."""

import random

import pyoxigraph as ox

from magkg.store import check, validate
from tests.store.test_validate_reference import Mutator


def stored(quads: list[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend([*check.vocabulary_quads(), *quads])
    return store


def test_parts_of_broken_graphs_break_nothing_that_the_whole_does_not() -> None:
    chance = random.Random(20261122)
    mutants = [quad for quads in Mutator(7).mutants(120) for quad in quads]
    whole = stored(mutants)
    parts = [stored([q for q in mutants if chance.random() < share]) for share in (0.9, 0.5)]
    wholes = {each.id: each for each in validate.constraints(validate.authored())}
    monotone = [each for each in wholes.values() if each.monotone]
    spoken = 0
    for each in monotone:
        every = set(each.find(whole))
        for part in parts:
            some = set(each.find(part))
            spoken += bool(some)
            assert some <= every, each.id
    assert spoken > 80
    assert len(monotone) > len(wholes) / 2


def test_what_asks_for_something_is_not_monotone() -> None:
    wholes = {each.id: each.monotone for each in validate.constraints(validate.authored())}
    kinds = {(name.partition("/")[2], monotone) for name, monotone in wholes.items()}
    assert not {("minCount", True), ("class", True)} & kinds
    assert {("datatype", True), ("maxCount", True), ("sparql", False), ("closed", True)} <= kinds
