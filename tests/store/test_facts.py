"""What stores tell of many nodes at once: the same from Oxigraph, from columns and in SPARQL."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from magkg.errors import InputError, QueryTimeout
from magkg.store.columnar import held, kept, making
from magkg.store.columnar.store import ColumnarStore
from magkg.store.columns.tables import Columns
from magkg.store.interface import Fact, Facts, Literal
from magkg.store.oxigraph import OxigraphStore
from magkg.use.describe import describe, grouped
from tests import evidence
from tests.use.export import nasty

if TYPE_CHECKING:
    from collections.abc import Iterable

XSD = "http://www.w3.org/2001/XMLSchema#"
X = "https://example.org/"
# Terms as they may stand in a graph, in Turtle: numbers and booleans as text and as themselves.
VALUES = (
    "x:o", "<https://example.org/é?a=b&c#d>", '"plain"', '""', '"true"', '"12"', '"1e3"', "true",
    "false", '"1"^^xsd:boolean', "12", "-007", '"+7"^^xsd:integer', "1.50", '".5"^^xsd:decimal',
    '"5."^^xsd:decimal', '" 5 "^^xsd:integer', '"5"^^xsd:long', '"a"@en', '"a"@en-gb', '"a"@de',
    r'"a\tb\nc\rd\\e\"f"', '"é\u2028\U0001f9e0"', r'"\u0001\u0008\u000B\u000C\u007F"', '"@en"',
    '"^^<x:y>"', '"_:b"', '"<<("', '"2020-01-02"^^xsd:date', '"x"^^x:own', r'"\""^^x:own',
)  # fmt: skip


def graph(*more: str) -> list[ox.Quad]:
    said = " ".join(f"x:s x:p {each} . x:t{at} x:q {each} ." for at, each in enumerate(VALUES))
    text = f"@prefix x: <{X}> . @prefix xsd: <{XSD}> . {said} {' '.join(more)}"
    # As the store holds them: it writes numbers and booleans in one way.
    return list(OxigraphStore.of(ox.parse(text, format=ox.RdfFormat.TURTLE)).quads())


def columnar(quads: Iterable[ox.Quad], folder: Path, said: list[str]) -> ColumnarStore:
    """A store with columns; what it says is noted."""
    quads = list(quads)
    columns = Columns(folder / "spilled", 1 << 30)
    columns.add(quads)
    making.write(columns, folder / "made", "content")
    columns.close()
    found = kept.read(folder / "made", "content")
    assert found is not None
    return ColumnarStore(OxigraphStore.of(quads), found, fallback=said.append)


def nodes_of(quads: Iterable[ox.Quad]) -> list[str]:
    found = {each.subject.value for each in quads if isinstance(each.subject, ox.NamedNode)}
    return sorted(found)


def properties_of(quads: Iterable[ox.Quad]) -> list[str]:
    return sorted({each.predicate.value for each in quads})


@pytest.mark.parametrize("what", ["terms", "evidence", "nasty"])
def test_every_store_tells_the_same(what: str, tmp_path: Path) -> None:
    made = {
        "terms": graph,
        "evidence": lambda: quads_of(evidence),
        "nasty": lambda: quads_of(nasty),
    }
    quads = made[what]()
    said: list[str] = []
    store, columns = OxigraphStore.of(quads), columnar(quads, tmp_path, said)
    nodes, props = nodes_of(quads), properties_of(quads)
    expected: dict[str, dict[str, list[object]]] = {}
    for first in range(0, len(nodes), 400):
        expected |= describe(store, nodes[first : first + 400])  # type: ignore[arg-type]
    assert len(expected) == len(nodes)
    for each in (store, columns):
        assert isinstance(each, Facts)
        assert grouped(each.facts(nodes, props)) == expected
    assert columns.asked == {"columnar": 1, "oxigraph": 0}
    assert said == []


def quads_of(of: object) -> list[ox.Quad]:
    store = of.graph().store  # type: ignore[attr-defined]
    return [each for each in store.quads() if isinstance(each.graph_name, ox.DefaultGraph)]


def test_only_what_is_asked_for_is_told(tmp_path: Path) -> None:
    quads = graph("x:s x:q 1 .")
    columns = columnar(quads, tmp_path, [])
    one = Literal("1", XSD + "integer")
    for store in (columns, columns.oxigraph):
        assert list(store.facts([X + "s", X + "nobody"], [X + "q", X + "r"])) == [
            (X + "s", X + "q", one)
        ]
        assert list(store.facts([X + "s"], [X + "r"])) == []
        assert list(store.facts([], [X + "p"])) == []


def test_values_of_one_text_have_one_order() -> None:
    """No store decides which of two labels comes first."""
    values = [Literal("a", language="en"), Literal("a", language="de"), Literal("a")]
    facts: list[Fact] = [("s", "p", each) for each in values]
    expected = grouped(facts)
    assert Counter(map(repr, expected["s"]["p"])) == Counter(map(repr, values))
    assert grouped(reversed(facts)) == expected


def test_many_nodes_are_told_of_in_several_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magkg.store.oxigraph._NODES", 3)
    quads = graph()
    store = OxigraphStore.of(quads)
    found = list(store.facts(nodes_of(quads), [X + "p", X + "q"]))
    assert len(found) == len(quads)


def test_a_triple_term_is_refused() -> None:
    line = f"<{X}s> <{X}p> <<( <{X}a> <{X}b> <{X}c> )>> ."
    store = OxigraphStore.of(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))
    with pytest.raises(InputError, match="triple term"):
        list(store.facts([X + "s"], [X + "p"]))


@pytest.mark.parametrize("left_out", [True, False])
def test_the_store_tells_what_the_columns_cannot(left_out: bool, tmp_path: Path) -> None:
    """A graph that the columns do not hold, and a file that cannot be read."""
    quads = graph("x:s x:q 1e0 ." if left_out else "")
    said: list[str] = []
    columns = columnar(quads, tmp_path, said)
    if not left_out:
        columns.kept.path.write_bytes(b"none" * 5000)
    nodes, props = nodes_of(quads), properties_of(quads)
    assert grouped(columns.facts(nodes, props)) == grouped(columns.oxigraph.facts(nodes, props))
    (why,) = said
    assert "Oxigraph answers" in why
    assert columns.asked == {"columnar": 0, "oxigraph": 1}


def test_a_time_limit_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = columnar(graph(), tmp_path, [])
    # A join of all with all, which no machine ends.
    rows = "range(100000000)"
    endless = f"SELECT count(*), 0, 'x' FROM {rows} a, {rows} b WHERE a.range * b.range = 7"
    monkeypatch.setattr(held.Held, "_said", lambda self, tables: endless)
    with pytest.raises(QueryTimeout):
        columns.facts([X + "s"], [X + "p"], 0.05)
    monkeypatch.setattr(OxigraphStore, "_written", lambda self, query: time.sleep(2))
    with pytest.raises(QueryTimeout):
        list(columns.oxigraph.facts([X + "s"], [X + "p"], 0.05))
