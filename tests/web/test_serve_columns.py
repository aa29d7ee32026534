"""A site whose workers ask the columns of a graph: same answers, in the room that a worker has."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx
import pytest

import magkg
from magkg.errors import StoreUnavailable
from magkg.store.columnar import kept
from magkg.store.columnar.store import ColumnarStore
from magkg.web.messages import Job
from magkg.web.pages import answering as pages
from magkg.web.settings import COLUMNS, LEAST, Settings
from magkg.web.sparql import answering
from magkg.web.workers import engines
from tests.cli import magkg as run
from tests.web.server import running, until

QUERY = (
    "PREFIX mag: <https://w3id.org/magkg/ns#> SELECT ?verdict (COUNT(*) AS ?n) "
    "WHERE { ?a mag:verdict ?verdict } GROUP BY ?verdict ORDER BY ?verdict"
)
# A worker asks all audits before anybody does, on a machine that may have much else to do.
SLOWLY = ("--workers", "1", "--timeout", "120")
PATHS = ("/queries/verdicts.csv", "/queries/sources.json", "/queries/hedge_dropped.csv")


@pytest.fixture
def bare(bundled_folder: Path, tmp_path: Path) -> Path:
    """A copy of the bundled graph, without columns."""
    copy = tmp_path / "graph"
    shutil.copytree(bundled_folder, copy, ignore=shutil.ignore_patterns("*.columns"))
    return copy


@pytest.fixture
def graph(bare: Path) -> Path:
    """One with columns."""
    with magkg.open(bare, engine="columnar", notice=lambda _: None):
        return bare


def chosen(folder: Path, **told: object) -> magkg.Graph:
    settings = Settings(str(folder), **told)  # type: ignore[arg-type]
    return engines.chosen(magkg.open(folder, engine="oxigraph"), settings)


def test_a_site_on_columns_answers_as_one_on_the_store(graph: Path) -> None:
    answers = []
    for engine in ("oxigraph", "columnar"):
        with running("--graph", graph, "--engine", engine, *SLOWLY) as served:
            found = [httpx.get(f"{served.base}{path}", timeout=150) for path in PATHS]
            asked = {"params": {"query": QUERY}, "headers": {"Accept": "text/csv"}}
            found.append(httpx.get(f"{served.base}/sparql", timeout=150, **asked))  # type: ignore[arg-type]
            answers.append(
                [(each.status_code, each.text.replace(served.base, "")) for each in found]
            )
            until(lambda: engine == "oxigraph" or len(served.told) > 2)  # noqa: B023
            said = "\n".join(served.told)
            assert ("columns of the graph answer" in said) == (engine == "columnar")
    assert answers[0] == answers[1]
    assert {status for status, _ in answers[0]} == {200}


def test_queries_and_texts_go_to_the_columns_and_pages_to_the_store(graph: Path) -> None:
    settings = Settings(str(graph), engine="columnar")
    with chosen(graph, engine="columnar") as opened:
        assert engines.told(opened) == "columns"
        answering.answer(opened, Job("query", "verdicts", form="csv"), settings)
        text = Job("sparql", "/sparql", text=QUERY, form="text/csv")
        assert answering.answer(opened, text, settings).status == 200
        assert isinstance(opened.engine, ColumnarStore)
        assert opened.engine.asked == {"columnar": 2, "oxigraph": 0}
        assert not isinstance(opened.store, ColumnarStore)


@pytest.mark.parametrize(
    ("path", "params", "form"),
    [
        ("/claim", (), "json"),
        ("/claim", (("page", "2"),), "html"),
        ("/proposition", (), "json"),
        ("/proposition", (("verdict", "supported"),), "json"),
        ("/source", (), "json"),
        ("/source", (("sort", "-year"),), "csv"),
        ("/study", (), "json"),
        ("/concept", (), "json"),
        ("/network", (), "json"),
        ("/search", (("q", "nerve"),), "json"),
        ("/sitemap.xml", (), "xml"),
        ("/.well-known/void", (), "json"),
    ],
)
def test_lists_of_a_whole_graph_come_from_the_columns(
    path: str, params: tuple[tuple[str, str], ...], form: str, graph: Path
) -> None:
    job = Job("page", path, form, params)
    with chosen(graph, engine="oxigraph") as plain, chosen(graph, engine="columnar") as opened:
        wanted, found = pages.answer(plain, job), pages.answer(opened, job)
        assert (wanted.status, found) == (200, wanted)
        assert isinstance(opened.engine, ColumnarStore)
        assert opened.engine.asked["columnar"] > 0
        assert opened.engine.asked["oxigraph"] == 0


def test_auto_asks_the_columns_of_a_large_graph_where_workers_have_room(
    graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(**words: object) -> str:
        with chosen(graph, **words) as opened:
            return engines.told(opened)

    assert told(memory=COLUMNS) == "store"
    monkeypatch.setattr(kept, "LARGE", 1)
    assert told(memory=LEAST) == "columns"
    assert told() == "store, beside columns"
    assert told(memory=LEAST, engine="oxigraph") == "store, beside columns"
    assert told(engine="columnar") == "columns"


def test_what_does_not_fit_the_room_of_a_worker_goes_to_the_store(graph: Path) -> None:
    with chosen(graph, engine="columnar", memory=4 << 20) as opened:
        assert isinstance(opened.engine, ColumnarStore)
        with magkg.open(graph, engine="oxigraph") as plain:
            wanted = [dict(row) for row in plain.query("claims")]
        assert [dict(row) for row in opened.query("claims")] == wanted
        assert opened.engine.asked == {"columnar": 0, "oxigraph": 1}


def test_wrong_use_is_said(bare: Path) -> None:
    columnar = ("serve", "--port", "0", "--engine", "columnar")
    without = run(*columnar, "--graph", bare)
    assert (without.code, "no columns that can be asked" in without.err) == (3, True)
    assert "magkg audit" in without.err
    little = run(*columnar, "--graph", bare, "--memory", "1024")
    assert (little.code, "do not suffice" in little.err) == (2, True)
    elsewhere = run(*columnar, "--graph", "http://127.0.0.1:9/sparql")
    assert (elsewhere.code, "engine of its own" in elsewhere.err) == (2, True)
    with pytest.raises(StoreUnavailable, match="no columns"):
        chosen(bare, engine="columnar")
