"""Facets narrow to what the selection language selects, and count what each choice would leave."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from magkg.errors import InputError, UnknownName
from magkg.use.graph import open as open_graph
from magkg.web.pages.kept import SECONDS, kept
from magkg.web.pages.links import Links
from magkg.web.pages.matrix.facets import FACETS, Choice, Holding, chosen, facets, holding
from magkg.web.pages.page import Context
from tests import small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from magkg.use.graph import Graph


@pytest.fixture(scope="module")
def bundled(bundled_folder: Path) -> Iterator[Graph]:
    """One graph for all tests, as what is gathered is kept for it."""
    with open_graph(bundled_folder) as graph:
        yield graph


def context(graph: Graph, **params: str | tuple[str, ...]) -> Context:
    given = {word: (said,) if isinstance(said, str) else said for word, said in params.items()}
    return Context(graph, Links(graph.prefixes), params=given)


def left(graph: Graph, **params: str | tuple[str, ...]) -> tuple[Holding, Choice, set[str]]:
    held = holding(graph)
    choice = chosen(context(graph, **params))
    return held, choice, {each.iri for each in choice.left(held.claims)}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"concept": "magnesium-oxide"},
        {"concept": ("magnesium oxide", "con:constipation")},
        {"kind": "efficacy", "polarity": ("denies", "reportsNoDifference")},
        {"certainty": "speculative", "kind": ("safety", "dose")},
        {"strength": ("low", "moderate")},
        {"strength": "strengthNone", "source": "guide-nerve-health"},
        {"design": ("animalNonRandomised", "cellStudy"), "polarity": "affirms"},
        {"subject": "magnesium", "object": "pain", "design": "randomisedTrial"},
    ],
)
def test_a_view_is_what_the_same_words_select(
    bundled: Graph, params: dict[str, str | tuple[str, ...]]
) -> None:
    _, choice, found = left(bundled, **params)
    assert found
    assert found == set(bundled.subgraph(choice.selection()).claims)


def test_counts_are_those_under_the_other_choices(bundled: Graph) -> None:
    held, choice, found = left(bundled, kind="efficacy", polarity="affirms")
    shown = {each["word"]: each["values"] for each in facets(context(bundled), held, choice)}
    assert list(shown) == list(FACETS)
    for word, values in shown.items():
        for value in values[:8]:
            words = {"kind": "efficacy", "polarity": "affirms", word: value["name"]}
            expected = left(bundled, **words)[2]
            assert value["claims"] == len(expected), (word, value)
    taken = {each["name"] for values in shown.values() for each in values if each["chosen"]}
    assert taken == {"efficacyClaim", "affirms"}
    assert sum(each["claims"] for each in shown["certainty"]) == len(found)


def test_a_choice_without_claims_stays_to_be_taken_away(bundled: Graph) -> None:
    held, choice, found = left(bundled, strength="high")
    assert not found
    shown = next(
        each["values"]
        for each in facets(context(bundled), held, choice)
        if each["word"] == "strength"
    )
    assert [each["claims"] for each in shown if each["chosen"]] == [0]
    assert next(each["name"] for each in shown if not each["chosen"]) == "strengthModerate"


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"concept": "magnesium-oxid"}, "magnesium-oxide"),
        ({"kind": "eficacy"}, "efficacyClaim"),
        ({"source": "guide-nerve-healt"}, "guide-nerve-health"),
        ({"design": "randomizedTrial"}, "randomisedTrial"),
        ({"strength": "strengthLo"}, "strengthLow"),
    ],
)
def test_an_unknown_value_names_the_nearest(
    bundled: Graph, params: dict[str, str], says: str
) -> None:
    with pytest.raises(UnknownName) as caught:
        left(bundled, **params)
    assert says in caught.value.suggestions


def test_an_empty_value_is_none_and_too_many_are_refused(bundled: Graph) -> None:
    assert not chosen(context(bundled, concept=("", " "), kind="")).values
    with pytest.raises(InputError, match="51 values"):
        chosen(context(bundled, concept=("magnesium",) * 51))


def test_a_graph_is_gathered_once_and_let_go() -> None:
    graph = small.graph()
    assert holding(graph) is holding(graph)
    seen = weakref.ref(graph)
    del graph
    gc.collect()
    assert seen() is None


def test_what_may_change_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, clock = small.graph(), [1000.0]
    monkeypatch.setattr("magkg.web.pages.kept.time.monotonic", lambda: clock[0])

    def gathered() -> float:
        return kept(graph, "test", lambda _: clock[0])

    assert gathered() == 1000
    clock[0] += SECONDS / 2
    assert gathered() == 1000
    clock[0] += SECONDS
    assert gathered() == clock[0]


def test_a_graph_too_large_for_a_page_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magkg.web.pages.matrix.facets.LARGEST", 1)
    with pytest.raises(InputError, match="no more than 1 can be laid out"):
        holding(small.graph())
