"""The hostile set: the server answers each request in its time, and all others as ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from magkg.use import catalogue
from tests.web.hostile import disguises, heavy, injections, shapes, updates
from tests.web.hostile.attacks import Attack, asked
from tests.web.hostile.sending import LATEST, WORKERS, Target, wrong
from tests.web.nested import KINDS
from tests.web.server import until

pytestmark = pytest.mark.xdist_group("hostile")
SIZES = (100, 500, 1_000, 5_000, 10_000, 50_000)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_nested_or_chained(target: Target, size: int) -> None:
    assert len(KINDS) >= 20
    texts = {name: make(size) for name, make in KINDS.items()}
    attacks = [asked(f"{name} x {size}", text, 200, 400, 413) for name, text in texts.items()]
    assert target.attack(attacks) == []


@pytest.mark.parametrize(
    "attacks",
    [
        pytest.param(disguises.SERVICES, id="services"),
        pytest.param(disguises.INNOCENT, id="the word alone"),
        pytest.param(disguises.DATASETS, id="datasets"),
        pytest.param(disguises.BODIES, id="bodies"),
        pytest.param(updates.UPDATES, id="updates"),
        pytest.param(injections.of_pages(), id="pages"),
        pytest.param(injections.of_paths(), id="paths"),
        pytest.param(injections.FILES, id="files"),
        pytest.param(injections.HEADERS, id="headers"),
        pytest.param(shapes.RAW, id="shapes"),
        pytest.param(heavy.BOUNDED, id="bounded"),
    ],
)
def test_attacks(target: Target, attacks: list[Attack]) -> None:
    assert target.attack(attacks) == []
    assert target.canary.hits == 0


def test_every_parameter_of_every_query(target: Target) -> None:
    shipped = {name: [each.name for each in query.params] for name, query in QUERIES.items()}
    attacks = injections.of_queries(shipped)
    assert len(attacks) >= 60
    assert target.attack(attacks) == []


QUERIES = catalogue.all_queries()


def test_what_is_too_large(target: Target) -> None:
    assert target.attack(shapes.large(), lanes=1) == []


def test_what_costs_too_much(target: Target) -> None:
    attacks = list(heavy.HEAVY)
    assert len(attacks) <= 25
    for first in range(0, len(attacks), WORKERS):
        until(lambda: target.figure("magkg_pool_alive") > WORKERS)
        assert target.attack(attacks[first : first + WORKERS], lanes=WORKERS) == []


def test_who_asks_for_too_much_is_told_to_wait(target: Target) -> None:
    abuser, other = target.client(), target.client()
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda each: target.send(each, abuser), [heavy.HEAVY[0]] * 8))
    assert {each.status for each in replies} <= {429, 503}
    refused = target.send(asked("abuser", "ASK {}", 429), abuser)
    assert refused.status == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    light = asked("other", "ASK { ?a ?b ?c }", 200)
    assert wrong(light, target.send(light, other)) == []
    page = Attack("a page", (200,), "/term")
    assert wrong(page, target.send(page, abuser)) == []
    assert max(each.seconds for each in replies) < LATEST
    assert target.ping() == []
