"""The hostile set: the server answers each request in its time, and all others as ever."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote

import pytest

from magkg.use import catalogue
from tests.web.hostile import disguises, heavy, injections, shapes, updates
from tests.web.hostile.attacks import Attack, asked
from tests.web.hostile.sending import SLACK, WORKERS, Reply, Target
from tests.web.nested import KINDS
from tests.web.server import until
from tests.web.test_gate import DATA

STATED = "https://w3id.org/magkg/ns#stated"
SIZES = (100, 500, 1_000, 5_000, 10_000, 50_000)


def unharmed(target: Target, attacks: Iterable[Attack], lanes: int = 4) -> None:
    faults = target.attack(attacks, lanes)
    assert not faults, "\n".join([f"{len(faults)} faults", *faults])


@pytest.mark.parametrize("size", SIZES)
def test_what_is_nested_or_chained(patient: Target, size: int) -> None:
    assert len(KINDS) >= 20
    unharmed(patient, [nested(name, size) for name in KINDS])


def nested(name: str, size: int) -> Attack:
    """Give a text of a kind: one that is too deep is refused, what is data may be answered."""
    refused = name not in DATA and size >= 1_000
    attack = asked(f"{name} x {size}", KINDS[name](size), *(() if refused else (200,)), 400, 413)
    # It asks a graph of few triples: what is to be seen is whether the text does harm.
    return replace(attack, path=f"/sparql?default-graph-uri={quote(STATED, safe='')}")


@pytest.mark.parametrize(
    "attacks",
    [
        pytest.param(disguises.SERVICES, id="services"),
        pytest.param(disguises.INNOCENT, id="the word alone"),
        pytest.param(disguises.DATASETS, id="datasets"),
        pytest.param(disguises.BODIES, id="bodies"),
        pytest.param(updates.UPDATES, id="updates"),
        pytest.param(shapes.RAW, id="shapes"),
        pytest.param(heavy.BOUNDED, id="bounded"),
    ],
)
def test_attacks(target: Target, attacks: list[Attack]) -> None:
    unharmed(target, attacks)
    assert target.canary.hits == 0


@pytest.mark.parametrize(
    "attacks",
    [
        pytest.param(injections.of_pages(), id="parameters"),
        pytest.param(injections.of_paths(), id="paths"),
        pytest.param(injections.FILES, id="files"),
        pytest.param(injections.HEADERS, id="headers"),
    ],
)
def test_pages(patient: Target, attacks: list[Attack]) -> None:
    unharmed(patient, attacks)


def test_every_parameter_of_every_query(patient: Target) -> None:
    shipped = {name: [each.name for each in query.params] for name, query in QUERIES.items()}
    attacks = injections.of_queries(shipped)
    assert len(attacks) >= 60
    unharmed(patient, attacks)


QUERIES = catalogue.all_queries()


def test_what_is_too_large(target: Target) -> None:
    unharmed(target, shapes.large(), lanes=1)


def test_what_costs_too_much(target: Target) -> None:
    attacks = list(heavy.HEAVY)
    assert len(attacks) <= 25
    for first in range(0, len(attacks), WORKERS):
        until(lambda: target.figure("magkg_pool_alive") > WORKERS)
        unharmed(target, attacks[first : first + WORKERS], lanes=WORKERS)


def test_who_asks_for_too_much_is_told_to_wait(target: Target) -> None:
    abuser = target.client()
    replies: list[Reply] = []
    for _ in range(6):
        with ThreadPoolExecutor(3) as pool:
            replies += pool.map(lambda each: target.send(each, abuser), heavy.HEAVY[:3])
        if any(each.status == 429 for each in replies):
            break
    assert {each.status for each in replies} == {429, 503}
    refused = [each.headers["retry-after"] for each in replies if each.status == 429]
    assert all(1 <= int(each) <= 60 for each in refused)
    assert target.ping() == []
    page = Attack("a page", (200,), "/term")
    assert target.faults(page, abuser) == []
    assert max(each.seconds for each in replies) < target.timeout + SLACK
