"""The rules of ontology/rules/: worked cases, and what holds for every graph."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ruled import ruled

from . import rules_cases, rules_graph


@pytest.mark.parametrize("case", rules_cases.cases(), ids=lambda case: case["name"])
def test_worked_cases(case: dict[str, Any]) -> None:
    store = ruled(rules_graph.graph(case.get("studies", {}), case["claims"]))
    checked = list(rules_cases.found(case, store))
    assert checked, "a case expects something"
    assert {what: got for what, _, got in checked} == {what: want for what, want, _ in checked}
