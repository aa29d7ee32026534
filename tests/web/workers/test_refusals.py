"""What a client is told fits what it asked for."""

from __future__ import annotations

import json

import pytest

from magkg.web.settings import Settings
from magkg.web.workers import refusals


@pytest.mark.parametrize(
    ("place", "kind", "told"),
    [
        ("/graph", "sparql", "a LIMIT"),
        ("/graph", "query", "a LIMIT"),
        ("/graph", "page", "a little later"),
        ("http://127.0.0.1:7878/query", "page", "over an endpoint"),
    ],
)
def test_the_deadline_says_what_to_do(place: str, kind: str, told: str) -> None:
    answer = refusals.deadline(Settings(place, timeout=2.0), kind)
    found = json.loads(answer.body)
    assert (answer.status, found["limit"]) == (503, 2.0)
    assert told in found["hint"]


def test_the_wait_for_a_worker_is_a_part_of_the_time() -> None:
    settings = Settings("/graph", timeout=4.0)
    assert settings.patience == 2.0
    assert "2 s" in json.loads(refusals.waited(settings).body)["detail"]
