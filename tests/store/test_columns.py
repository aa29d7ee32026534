"""Rules and shapes over columns say what Oxigraph says, or refuse by name."""

import dataclasses
import random
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg import resources
from magkg.claims import identity, turtle
from magkg.claims.project import bundled
from magkg.errors import InputError, MagkgError
from magkg.store import derive, validate
from magkg.store.bulk.validating import violations
from magkg.store.check import vocabulary_quads
from magkg.store.columns import rules
from tests.store.columns_data import Fill, filling, lines, said, stored

RULES = resources.data("ontology") / "rules"


@pytest.fixture(scope="module")
def fill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fill]:
    """Fills columns with statements, and closes them."""
    yield from filling(lambda: tmp_path_factory.mktemp("columns"))


@pytest.fixture(scope="module")
def authored() -> list[ox.Quad]:
    """What is written in graphs/, with the vocabulary."""
    paths = sorted((bundled().root / "graphs").rglob("*.ttl"))
    found = chain.from_iterable(turtle.read(path).quads for path in paths)
    return list(dict.fromkeys([*found, *vocabulary_quads()]))


@pytest.fixture(scope="module")
def base(authored: list[ox.Quad]) -> list[ox.Quad]:
    """What rules start from."""
    own = set(vocabulary_quads())
    quads = [each for each in authored if each not in own]
    return [*authored, *derive.derive(quads, list(identity.claims(quads)))]


@pytest.fixture(scope="module")
def ruled(base: list[ox.Quad]) -> ox.Store:
    """The bundled graph with all that the rules give."""
    store = stored(base)
    derive.run_rules(store, RULES)
    return store


# Lines.


@pytest.mark.parametrize("size", [1, 7, 1_000, 10**9])
def test_all_lines_of_a_subject_are_given_together(fill: Fill, size: int) -> None:
    nodes = [ox.NamedNode(f"urn:x:{each}") for each in range(40)]
    values = [*nodes[:3], *map(ox.Literal, ("", 'a "b" \\ c', "\n", 7))]
    quads = {ox.Quad(s, p, o) for s in nodes for p in nodes[:4] for o in values}
    parts = [
        {line for (line,) in columns.rows(query)}
        for columns in [fill(quads)]
        for query in columns.lines(size)
    ]
    assert sum(map(len, parts)) == len(quads)
    assert set().union(*parts) == {f"{each} ." for each in quads}
    subjects = [{line.split(" ")[0] for line in part} for part in parts]
    assert sum(map(len, subjects)) == len(nodes)
    assert len(parts) == -(-len(quads) // size)


def test_columns_without_statements_have_no_lines(fill: Fill) -> None:
    assert list(fill([]).lines()) == []


# Terms.


def test_two_terms_of_one_code_are_refused(fill: Fill) -> None:
    def quad(name: str) -> ox.Quad:
        return ox.Quad(*map(ox.NamedNode, ("urn:x:a", "urn:x:b", f"urn:x:{name}")))

    columns = fill([])
    # A hash of the first five characters alone: <urn:, and so the same for all.
    columns.run("CREATE OR REPLACE TEMP MACRO code(t) AS hash(t[:5]) & 18446744073709551612")
    with pytest.raises(MagkgError, match="two terms have one code"):
        columns.add([quad("c"), quad("d")])
    again = fill([])
    again.run(
        "CREATE OR REPLACE TEMP MACRO code(t) AS "
        "hash(replace(t, 'late', 'early')) & 18446744073709551612"
    )
    again.add([quad("early")])
    with pytest.raises(MagkgError, match="two terms have one code"):
        again.add([quad("late")])


# Rules and shapes.


def test_all_rules_give_the_statements_that_oxigraph_gives(
    base: list[ox.Quad], ruled: ox.Store, fill: Fill
) -> None:
    columns = fill(base)
    before = said(columns).total()
    assert rules.run_rules(columns, RULES) == len(list(RULES.glob("*.rq"))) > 0
    found, wanted = said(columns), lines(ruled)
    assert found.total() > before + 1_000
    assert set(found) == wanted
    assert found.total() == len(wanted)  # each statement once


def test_a_rule_that_is_not_translated_is_named(fill: Fill, tmp_path: Path) -> None:
    path = tmp_path / "10-bad.rq"
    path.write_text("CONSTRUCT { ?s <urn:q> ?o } WHERE { GRAPH <urn:g> { ?s <urn:p> ?o } }")
    with pytest.raises(InputError, match=r"10-bad\.rq: GRAPH|10-bad\.rq: Graph"):
        rules.run_rule(fill([]), path)


def test_a_rule_does_not_reach_a_service(fill: Fill, tmp_path: Path) -> None:
    path = tmp_path / "10-far.rq"
    path.write_text("CONSTRUCT { ?s <urn:q> ?o } WHERE { SERVICE <urn:g> { ?s <urn:p> ?o } }")
    with pytest.raises(InputError, match="SERVICE"):
        rules.run_rule(fill([]), path)


def number(quad: ox.Quad) -> bool:
    kinds = ("integer", "decimal", "double")
    return isinstance(quad.object, ox.Literal) and quad.object.datatype.value.endswith(kinds)


def mutated(quads: list[ox.Quad], seed: int, share: int) -> list[ox.Quad]:
    """Leave statements out, or give them the object or the predicate of another."""
    draw = random.Random(seed)
    changed = set(draw.sample(range(len(quads)), len(quads) // share))
    # MIN and MAX of numbers and texts together are refused.
    alike = {kind: [each for each in quads if number(each) == kind] for kind in (True, False)}
    made = []
    for at, each in enumerate(quads):
        fault, other = draw.random(), draw.choice(alike[number(each)])
        if at not in changed:
            made.append(each)
        elif fault < 0.6:
            if fault < 0.4:
                continue
            made.append(ox.Quad(each.subject, each.predicate, other.object))
        elif fault < 0.8:
            made += [each, ox.Quad(each.subject, each.predicate, other.object)]
        else:
            made.append(ox.Quad(each.subject, other.predicate, other.object))
    return made


def differing(
    quads: list[ox.Quad], shapes: tuple[Path, ...], fill: Fill
) -> tuple[int, int, list[str]]:
    """Hold shapes against both; give the violations, the constraints broken, those that differ."""
    store, columns = stored(quads), fill(quads)
    constraints = validate.constraints(shapes)
    mine: dict[str, set[validate.Violation]] = {}
    for one in violations(columns, constraints):
        mine.setdefault(one.constraint, set()).add(one)
    apart, total, broken = [], 0, 0
    for each in constraints:
        wanted = set(each.find(store))
        found = mine.pop(each.id, set())
        total, broken = total + len(wanted), broken + bool(wanted)
        if found != wanted:
            apart.append(f"{each.id}: {list(wanted - found)[:2]} {list(found - wanted)[:2]}")
    return total, broken, apart + sorted(mine)


@pytest.mark.parametrize("seed", [1])
def test_each_constraint_finds_the_same_in_what_was_authored(
    authored: list[ox.Quad], fill: Fill, seed: int
) -> None:
    total, broken, apart = differing(mutated(authored, seed, 40), validate.authored(), fill)
    assert apart == []
    assert total > 500
    assert broken > 50


def test_each_constraint_finds_the_same_in_what_was_derived(
    base: list[ox.Quad], ruled: ox.Store, fill: Fill
) -> None:
    given = set(base)
    every = list(ruled.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    drawn = sorted((each for each in every if each not in given), key=str)
    quads = [*(each for each in every if each in given), *mutated(drawn, 3, 10)]
    total, broken, apart = differing(quads, validate.derived(), fill)
    assert apart == []
    assert total > 20
    assert broken > 3


def test_no_shape_is_passed_over(fill: Fill) -> None:
    (first, *_) = validate.constraints(validate.authored())
    strange = dataclasses.replace(first, select="SELECT ?this { GRAPH ?g { ?this ?p ?o } }")
    with pytest.raises(MagkgError, match="could not be evaluated"):
        list(violations(fill([]), [strange]))
