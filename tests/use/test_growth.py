"""The verbs of who takes claims away ask no more of a larger graph than they must."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from magkg.claims.sources import SourceTexts
from magkg.errors import UnknownName
from magkg.store.manifest import Manifest
from magkg.store.oxigraph import OxigraphStore
from magkg.use import describe
from magkg.use.diff import diff_stores
from magkg.use.export.formats import Options
from magkg.use.export.rdf import bulk, syntaxes
from magkg.use.graph import Graph
from magkg.use.trace import trace
from magkg.vocabulary import LABEL, MAG, PROV, TYPE

from .. import small
from .counting import Counting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from magkg.store.interface import Store

STATES = ox.NamedNode(MAG + "states")
CLAIM = "hive-notes#clover-keeps-colony"


def larger(copies: int) -> list[ox.Quad]:
    """The small graph, and so many copies of its claims, sources and passages beside it."""

    def moved(term: ox.NamedNode, to: str) -> ox.NamedNode:
        return ox.NamedNode(term.value.replace("/source/", f"/source/{to}-"))

    quads = list(small.quads())
    own = [each for each in quads if "/source/" in str(each.subject) and each.predicate != STATES]
    for at in range(copies):
        for each in own:
            value = each.object
            to = moved(value, f"c{at}") if isinstance(value, ox.NamedNode) else value
            assert isinstance(each.subject, ox.NamedNode)
            quads.append(ox.Quad(moved(each.subject, f"c{at}"), each.predicate, to))
    return quads


def counting(quads: Iterable[ox.Quad]) -> Counting:
    return Counting(OxigraphStore.of(quads))


@pytest.mark.parametrize("texts", [None, SourceTexts(small.SOURCES)], ids=["alone", "with-texts"])
def test_a_trace_reads_what_its_claim_leads_to(texts: SourceTexts | None) -> None:
    prefixes = small.graph().prefixes
    one, many = counting(small.quads()), counting(larger(12))
    found = [trace(each, CLAIM, prefixes, texts).as_json() for each in (one, many)]
    assert found[0] == found[1]
    assert (one.rows, len(one.queries)) == (many.rows, len(many.queries))
    # The engine would begin such a path with all claims.
    assert not any("*" in each for each in many.queries)


def test_what_the_vocabulary_says_is_looked_up_once() -> None:
    store, prefixes = counting(small.quads()), small.graph().prefixes
    graph = Graph(store, project=small.project())
    first = graph.trace(CLAIM).as_json()
    before = store.rows
    assert graph.trace(CLAIM).as_json() == first == trace(store, CLAIM, prefixes).as_json()
    second = (store.rows - before) // 2
    assert second < before


def test_a_name_that_is_not_there_is_compared_with_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describe, "_COMPARED", 20)
    many = counting(larger(12))
    with pytest.raises(UnknownName) as caught:
        describe.claim_iri(many, "hive-notes#long-flaw", small.graph().prefixes)
    assert "hive-notes#long-flow" in caught.value.suggestions
    assert many.rows < 60


MANIFEST = Manifest("0" * 64, "0" * 64, "0" * 16, {"quads": 1}, {}, {})


def lines(graph: Graph, form: str) -> tuple[dict[str, int], bytes]:
    out = BytesIO()
    return dict(syntaxes.write(graph.subgraph(), out, Options(), form)), out.getvalue()


@pytest.mark.parametrize("form", ["nquads", "ntriples"])
@pytest.mark.parametrize("chunk", [2_000, 50_000, 16 << 20])
def test_a_built_graph_is_written_by_its_engine(
    form: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_CHUNK", chunk)
    monkeypatch.setattr(bulk, "_FILES", 8)
    monkeypatch.setattr(bulk, "_LARGEST", 20_000)
    store = counting(larger(2))
    expected = lines(Graph(store.store, project=small.project()), form)
    built = Graph(store, project=small.project(), manifest=MANIFEST)
    assert lines(built, form) == expected
    # Prefixes are not needed, claims and bare triples are counted by the engine.
    assert store.rows == (2 if form == "nquads" else 1)
    assert store.dumped == len(store.store)


def digested(count: int, changed: str = "") -> list[ox.Quad]:
    """Claims with a passage and twenty notes each; what differs has another digest."""
    quads = []
    for at in range(count):
        claim, passage = (ox.NamedNode(f"urn:s#{name}{at}") for name in ("claim", "c"))
        differs = str(at) == changed
        said: list[tuple[ox.NamedNode, str, ox.NamedNode | ox.Literal]] = [
            (claim, TYPE, ox.NamedNode(MAG + "Claim")),
            (claim, LABEL, ox.Literal("other" if differs else "gist", language="en")),
            (claim, MAG + "digest", ox.Literal(f"{at}{differs}")),
            (claim, PROV + "wasGeneratedBy", ox.NamedNode("urn:r")),
            (claim, MAG + "passage", passage),
            *((passage, f"urn:p{each}", ox.Literal(str(each))) for each in range(20)),
        ]
        quads += [ox.Quad(s, ox.NamedNode(p), value) for s, p, value in said]
    return quads


def rows_of_diff(count: int) -> int:
    old, new = counting(digested(count)), counting(digested(count, "7"))
    found = diff_stores(old, new, built=True)
    assert [each.claim for each in found.changed] == ["urn:s#claim7"]
    assert found.same == count - 1
    assert found == diff_stores(old.store, new.store)
    return old.rows + new.rows


def test_a_diff_of_built_graphs_reads_what_differs() -> None:
    few, many = rows_of_diff(50), rows_of_diff(550)
    # Of what is alike the digest and the reading, in each graph.
    assert many - few == 500 * 2 * 2


@pytest.mark.parametrize("node", ["claim7", "c7"])
def test_what_no_digest_covers_is_compared_as_well(node: str) -> None:
    note = ox.Quad(
        ox.NamedNode(f"urn:s#{node}"), ox.NamedNode(MAG + "note"), ox.Literal("so\nit says")
    )
    old, new = (OxigraphStore.of([*digested(20), *more]) for more in ([], [note]))
    pairs: list[tuple[Store, Store]] = [(old, new), (new, old)]
    for one, other in pairs:
        found = diff_stores(one, other, built=True)
        assert [each.claim for each in found.changed] == ["urn:s#claim7"]
        assert found.changed[0].changes[0].property == MAG + "note"
        assert found == diff_stores(one, other)


def test_claims_of_one_graph_alone() -> None:
    few, many = (OxigraphStore.of(digested(count)) for count in (5, 8))
    found = diff_stores(few, many, built=True)
    assert list(found.added) == [f"urn:s#claim{at}" for at in (5, 6, 7)]
    assert found == diff_stores(few, many)
    assert diff_stores(many, few, built=True).removed == found.added
