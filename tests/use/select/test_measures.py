"""Measures of a subgraph, each on a graph small enough to count by hand, and on the bundled one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from magkg.errors import InputError, UnknownName
from magkg.use.select import measures
from tests import evidence, small

if TYPE_CHECKING:
    from magkg.use.graph import Graph

BEES = small.BASE
CON = f"{BEES}concept/"
SRC = f"{BEES}source/"
STUDY = f"{BEES}study/"
# Four concepts in a row of ties of weight 1 (a-b, b-c, c-d), and what ties nothing.
LINES = {
    "one": ("a", "b", "affirms"),
    "two": ("b", "c", "affirms"),
    "three": ("c", "d", "affirms"),
    "denied": ("a", "d", "denies"),
    "lacking": ("a", "c", "reportsLackOfEvidence"),
    "for": ("b", "d", "affirms"),
    "against": ("b", "d", "reportsNoDifference"),
    "itself": ("d", "d", "affirms"),
}


def made(lines: dict[str, tuple[str, str, str]] = LINES) -> Graph:
    """Claims by name, each with its subject, object and polarity, every one by its own source."""
    text = evidence.MORE[: evidence.MORE.index("src:two-trials a")]
    for name, (subject, target, polarity) in lines.items():
        text += (
            f'src:{name} a mag:Source . src:{name}\\#c a mag:Claim ; rdfs:label "{name}"@en ; '
            f"mag:subject con:{subject} ; mag:predicate mag:increases ; mag:object con:{target} ; "
            f"mag:polarity mag:{polarity} ; mag:certainty mag:asserted ; mag:source src:{name} ; "
            "mag:attribution mag:noSource ; mag:kind mag:mechanismClaim .\n"
        )
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
    return small.in_memory(small.project(), small.filled(quads))


def test_study_load_counts_claims_sources_and_statements() -> None:
    rows = evidence.graph().subgraph(source="two-trials").study_load()
    assert [(row.study, row.claims) for row in rows] == [
        (f"{STUDY}second", 3),
        (f"{STUDY}first", 1),
    ]
    second = rows[0]
    assert (second.label, second.design) == ("Second trial", "animalRandomised")
    assert (second.sources, second.propositions, second.alone) == (1, 3, 3)
    assert second.root == f"{STUDY}second"


def test_study_load_agrees_with_sparql(bundled: Graph) -> None:
    query = """PREFIX mag: <https://w3id.org/magkg/ns#>
        SELECT ?study (COUNT(DISTINCT ?claim) AS ?claims) (COUNT(DISTINCT ?source) AS ?sources) {
          ?claim mag:source ?source ; mag:evidence ?line . ?line mag:basis ?basis .
          FILTER(?basis != mag:background)
          { ?line mag:study ?study } UNION { ?line mag:reaches ?study }
        } GROUP BY ?study"""
    expected = {str(row[0]): (str(row[1]), str(row[2])) for row in bundled.store.select(query)}
    rows = bundled.subgraph().study_load()
    assert {row.study: (str(row.claims), str(row.sources)) for row in rows} == expected
    assert [row.claims for row in rows] == sorted((row.claims for row in rows), reverse=True)
    assert all(0 <= row.alone <= row.claims for row in rows)


def test_bridges_join_pairs_of_sources() -> None:
    rows = made({
        "one": ("a", "b", "affirms"), "two": ("a", "b", "denies"), "three": ("a", "b", "affirms"),
        "four": ("c", "d", "affirms"), "five": ("a", "d", "affirms"),
    }).subgraph().bridges()  # fmt: skip
    (row,) = rows
    assert row.label == "a · increases · b"
    assert row.sources == (f"{SRC}one", f"{SRC}three", f"{SRC}two")
    assert (row.claims, row.pairs, row.only) == (3, 3, 3)
    assert row.polarities == ("affirms", "denies")


def test_bridges_that_nothing_else_makes_come_first() -> None:
    graph = made({
        "one": ("a", "b", "affirms"), "two": ("a", "b", "affirms"), "three": ("a", "c", "affirms"),
        "four": ("d", "c", "affirms"),
    })  # fmt: skip
    rows = graph.subgraph().bridges("concept")
    found = [(row.iri.removeprefix(CON), row.pairs, row.only) for row in rows]
    # a joins one, two and three, b one and two again, c three and four.
    assert found == [("a", 3, 2), ("c", 1, 1), ("b", 1, 0)]


def test_bridges_of_the_bundled_graph(bundled: Graph) -> None:
    subgraph = bundled.subgraph()
    for by in measures.BRIDGES:
        rows = subgraph.bridges(by)
        joined = {pair for row in rows for pair in combinations(row.sources, 2)}
        assert sum(row.pairs for row in rows) >= len(joined) >= sum(row.only for row in rows)
        assert all(len(row.sources) > 1 for row in rows)
    with pytest.raises(UnknownName, match="kind of bridge 'concepts'"):
        subgraph.bridges("concepts")


def test_too_many_pairs_are_refused(bundled: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "_MOST_PAIRS", 100)
    with pytest.raises(InputError, match="over the 100 that can be counted"):
        bundled.subgraph().bridges("concept")


def test_what_is_denied_ties_nothing() -> None:
    tied = measures.ties(made().subgraph())
    found = {
        (*sorted((one.removeprefix(CON), other.removeprefix(CON))), weight)
        for one, other, weight in tied.edges(data="weight")
    }
    assert found == {("a", "b", 1), ("b", "c", 1), ("c", "d", 1)}
    assert {each.removeprefix(CON) for each in tied} == {"a", "b", "c", "d"}


def test_ties_weigh_what_affirms_less_what_denies() -> None:
    tied = measures.ties(made({
        "one": ("a", "b", "affirms"), "two": ("a", "b", "affirms"), "three": ("a", "b", "affirms"),
        "four": ("a", "b", "denies"), "five": ("b", "a", "affirms"),
        "six": ("b", "c", "denies"),
    }).subgraph())  # fmt: skip
    # The way back is another proposition, which is affirmed once; b and c are not tied.
    assert list(tied.edges(data="weight")) == [(f"{CON}a", f"{CON}b", 2 + 1)]


def test_communities_are_what_is_tied() -> None:
    clusters = {
        f"{pair}-{number}": (one, other, "affirms")
        for number, cluster in enumerate(("abc", "xyz"))
        for pair, (one, other) in enumerate(combinations(cluster, 2))
    }
    rows = made({**clusters, "bridge": ("a", "x", "affirms"), "no": ("b", "y", "denies"),
                 "alone": ("q", "a", "denies")}).subgraph().communities()  # fmt: skip
    found = [{each.removeprefix(CON) for each in row.concepts} for row in rows]
    assert found == [{"a", "b", "c"}, {"x", "y", "z"}, {"q"}]
    assert [(row.number, row.weight) for row in rows] == [(1, 3), (2, 3), (3, 0)]
    assert rows[0].concepts[0] == f"{CON}a"  # the most tied one first


def test_communities_are_the_same_in_another_process(bundled: Graph, bundled_folder: Path) -> None:
    program = (
        "import json, sys, magkg; rows = magkg.open(sys.argv[1]).subgraph().communities(); "
        "print(json.dumps([row.as_json() for row in rows]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, bundled_folder], capture_output=True, text=True,
        timeout=120, check=True, env={"PYTHONHASHSEED": "7"},
    )  # fmt: skip
    rows = bundled.subgraph().communities()
    assert json.loads(done.stdout) == json.loads(json.dumps([row.as_json() for row in rows]))
    every = [iri for row in rows for iri in row.concepts]
    assert len(set(every)) == len(every) == len(bundled.subgraph().network())


def test_central_concepts_lie_between() -> None:
    rows = made().subgraph().central_concepts()
    found = {row.concept.removeprefix(CON): row for row in rows}
    # Of the three pairs without b, a-c and a-d lead through it.
    assert found["b"].betweenness == pytest.approx(2 / 3)
    assert found["a"].betweenness == 0
    assert {name: row.neighbours for name, row in found.items()} == {"a": 1, "b": 2, "c": 2, "d": 1}
    assert {name: row.claims for name, row in found.items()} == {"a": 3, "b": 4, "c": 3, "d": 5}
    assert [row.claims for row in rows] == [5, 4, 3, 3]


def test_rows_are_a_table(bundled: Graph) -> None:
    pandas = pytest.importorskip("pandas")
    rows = bundled.subgraph().study_load()
    table = pandas.DataFrame(rows)
    assert list(table.columns) == list(rows[0].as_json())
    assert len(table) == len(rows)


def test_nothing_selected_is_nothing_measured(bundled: Graph) -> None:
    empty = bundled.subgraph(source="guide-nerve-health", not_source="guide-nerve-health")
    assert empty.study_load() == empty.bridges() == empty.communities() == []
    assert empty.central_concepts() == []


def test_the_page_says_what_can_be_run(
    bundled_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "measures.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)  # no project: the bundled graph
    names: dict[str, object] = {}
    exec(code, names)
    assert len(names["about"]) > 100  # type: ignore[arg-type]
    for each in re.findall(r"`(\w+)\((?:by)?\)`", page):
        assert hasattr(names["about"], each) or each == "as_json"
