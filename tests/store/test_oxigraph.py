"""The embedded store: terms, rows, faults shown, SERVICE refused, time limits."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest

from magkg.errors import (
    InputError,
    QueryTimeout,
    StoreDamaged,
    StoreUnavailable,
    SyntaxFault,
)
from magkg.store import limit
from magkg.store.interface import IRI, Blank, Literal, Store, form
from magkg.store.limit import within
from magkg.store.oxigraph import OxigraphStore
from magkg.vocabulary import RDF, XSD

DATA = """
@prefix : <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a :n 1 ; :t "text" ; :l "Wort"@de ; :see :b . :b :see _:x ; :n 2 . _:x :n 3 .
"""


@pytest.fixture
def store() -> OxigraphStore:
    memory = ox.Store()
    memory.load(DATA, format=ox.RdfFormat.TURTLE)
    return OxigraphStore(memory)


@pytest.fixture(scope="module")
def large() -> OxigraphStore:
    memory = ox.Store()
    node = ox.NamedNode
    memory.bulk_extend(
        ox.Quad(node(f"http://x/{i}"), node("http://x/p"), ox.Literal(i)) for i in range(3000)
    )
    return OxigraphStore(memory)


def test_it_is_a_store(store: OxigraphStore) -> None:
    assert isinstance(store, Store)


@pytest.mark.parametrize("timeout", [None, 30])
def test_rows_come_in_the_order_of_select_with_typed_terms(
    store: OxigraphStore, timeout: float | None
) -> None:
    query = """PREFIX : <http://example.org/>
        SELECT ?see ?n ?none ?l ?t { ?s :see ?see ; :n ?n OPTIONAL { ?s :l ?l ; :t ?t } }
        ORDER BY ?n"""
    found = store.select(query, timeout)
    assert found.variables == ("see", "n", "none", "l", "t")
    first, second = found
    assert first == (
        IRI("http://example.org/b"),
        Literal("1", XSD + "integer"),
        None,
        Literal("Wort", RDF + "langString", "de"),
        Literal("text"),
    )
    assert isinstance(first[0], IRI)
    assert isinstance(second[0], Blank)
    assert second[0].startswith("_:")
    assert second[0] == f"_:{second[0].label}"
    assert second[2:] == (None, None, None)


@pytest.mark.parametrize("timeout", [None, 30])
def test_construct_describe_and_ask(store: OxigraphStore, timeout: float | None) -> None:
    query = "CONSTRUCT { ?o <http://x/of> ?s } WHERE { ?s <http://example.org/t> ?o }"
    assert list(store.construct("DESCRIBE <http://example.org/none>", timeout)) == []
    with pytest.raises(InputError, match="where a CONSTRUCT"):
        store.construct("ASK {}", timeout)
    assert list(store.construct(query, timeout)) == []  # a literal is no subject
    query = "CONSTRUCT { ?s <http://x/is> ?o } WHERE { ?s <http://example.org/t> ?o }"
    assert list(store.construct(query, timeout)) == [
        (IRI("http://example.org/a"), IRI("http://x/is"), Literal("text"))
    ]
    assert store.ask("ASK { ?s <http://example.org/t> 'text' }", timeout) is True
    assert store.ask("ASK { ?s <http://example.org/t> 'other' }", timeout) is False


def test_rows_are_lazy(large: OxigraphStore) -> None:
    rows = iter(large.select("SELECT * { ?a ?b ?c . ?d ?e ?f }"))  # nine million
    began = time.monotonic()
    assert len(next(rows)) == 6
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        (Literal("7", XSD + "integer"), 7),
        (Literal("1.5", XSD + "decimal"), Decimal("1.5")),
        (Literal("true", XSD + "boolean"), True),
        (Literal("0", XSD + "boolean"), False),
        (Literal("2026-01-31", XSD + "date"), date(2026, 1, 31)),
        (
            Literal("2026-01-31T12:00:00Z", XSD + "dateTime"),
            datetime(2026, 1, 31, 12, tzinfo=UTC),
        ),
        (Literal("text"), "text"),
        (Literal("seven", XSD + "integer"), "seven"),
        (Literal("x", XSD + "decimal"), "x"),
        (Literal("maybe", XSD + "boolean"), "maybe"),
        (Literal("7" * 5000, XSD + "integer"), "7" * 5000),
    ],
)
def test_a_literal_becomes_a_python_value(literal: Literal, value: object) -> None:
    assert literal.to_python() == value
    assert type(literal.to_python()) is type(value)
    assert str(literal) == literal.value


def test_terms_of_different_kinds_are_never_equal() -> None:
    assert Literal("http://x/") != IRI("http://x/")
    assert Blank("_:b") != IRI("b")
    assert Literal("a") != Literal("a", language="en")
    assert Literal("a", language="en").datatype == RDF + "langString"
    assert len({Literal("a"), Literal("a"), IRI("a")}) == 2


def test_a_triple_term_is_refused_with_advice() -> None:
    memory = ox.Store()
    node = ox.NamedNode("http://x/a")
    memory.add(ox.Quad(node, node, ox.Triple(node, node, node)))
    with pytest.raises(InputError, match=r"RDF 1\.2"):
        list(OxigraphStore(memory).select("SELECT ?o { ?s ?p ?o }"))


@pytest.mark.parametrize(
    ("query", "form_"),
    [
        ("# SELECT\nPREFIX a: <http://x/#ask>\n BASE <http://x/> aSk {}", "ask"),
        ("select*{}", "select"),
        ("CONSTRUCT WHERE {}", "construct"),
        ("describe <x>", "describe"),
        ("PREFIX : <http://x/> INSERT DATA {}", "update"),
        ("with <g> delete {} where {}", "update"),
        ("", ""),
        ("SELEKT", ""),
    ],
)
def test_the_form_of_a_query(query: str, form_: str) -> None:
    assert form(query) == form_


@pytest.mark.parametrize("timeout", [None, 30])
@pytest.mark.parametrize(
    ("query", "line", "column", "says"),
    [
        ("SELECT ?x\nWHERE { ?x ?p 1 . ?? }", 2, 19, ""),
        ("SELECT ?x {\r\n ?x foo:a ?y }", 2, 5, "prefix is not declared"),
        ("SELECT ?x {\n\t?x <a b> 'é' }", 2, 5, "not an IRI"),
        ("SELECT ?x ?x { ?x ?p 1 }", 1, 25, "twice"),
        ("SELECT (SUM(?x) AS ?s) ?y { ?x ?y 1 }", 1, 38, "neither grouped by nor bound"),
        ("SELECT ?x WHERE { ?x ?p ?o ", 1, 28, ""),
        ("ASK { ?s ?p 'abc }", 1, 19, ""),
        ("SELECT ?x { ?x ?p ?o FILTER(nope(?x)) }", 1, 29, ""),
        ("SELECT ?x { ?x ?p 1 } x", 1, 23, ""),
        ("", 1, 1, ""),
    ],
)
def test_a_syntax_error_shows_line_and_column(
    store: OxigraphStore, query: str, line: int, column: int, says: str, timeout: float | None
) -> None:
    with pytest.raises(SyntaxFault) as caught:
        store.select(query, timeout)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert says in caught.value.message
    shown = query.split("\n")[line - 1].rstrip("\r")
    text, caret = caught.value.message.split("\n")[1:]
    assert text == f"  {line} | {shown}"
    assert caret.endswith("^")
    assert len(caret) == len(f"  {line} | ") + column  # a tab counts as one in both
    assert caret.count("\t") == shown[: column - 1].count("\t")


def test_another_form_is_refused_by_name(store: OxigraphStore) -> None:
    with pytest.raises(InputError, match="is an ASK, where a SELECT"):
        store.select("ASK {}")
    with pytest.raises(InputError, match="is a SELECT, where an ASK"):
        store.ask("SELECT * {}")


@pytest.mark.parametrize("query", ["INSERT DATA { <a:a> <a:b> 1 }", "DROP ALL", "CLEAR DEFAULT"])
def test_updates_are_refused(store: OxigraphStore, query: str) -> None:
    size = len(store)
    with pytest.raises(InputError, match="only read"):
        store.select(query)
    assert len(store) == size


class Canary(http.server.BaseHTTPRequestHandler):
    hits = 0

    def do_GET(self) -> None:
        type(self).hits += 1
        self.send_error(500)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def canary() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


# URL stands for the canary; each reaches it when pyoxigraph is asked directly, but for the last.
SERVICES = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o . sErViCe\n#c\n<URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE<URL>{ ?s ?p ?o } }",
    "PREFIX : <URL> SELECT * { ?s ?p ?o SERVICE:{ ?s ?p ?o } }",
    "PREFIX : <URL> PREFIX SERVICE: <URL> SELECT * { ?s ?p ?o . SERVICE: { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER(1<2)SERVICE#>\n<URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER('a'<'>')SERVICE <URL> { ?s ?p 'x' } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE <URL> { ?s ?p ?o }",
]


@pytest.mark.parametrize("query", SERVICES)
def test_service_is_refused_before_it_reaches_out(
    store: OxigraphStore, canary: str, query: str
) -> None:
    Canary.hits = 0
    with pytest.raises(InputError, match="SERVICE is refused"):
        store.select(query.replace("URL", canary))
    assert Canary.hits == 0


def test_the_word_service_is_no_harm_elsewhere(store: OxigraphStore) -> None:
    query = """# SERVICE <http://x/> {
        PREFIX service: <http://service.example/SERVICE#>
        SELECT ?service { ?service ?p "SERVICE <http://x/> { }" , service:x }"""
    assert list(store.select(query)) == []
    with pytest.raises(SyntaxFault) as caught:
        store.select('SELECT ?x {\n ?x ?p "a service" .\n\n\n\n' + " " * 80 + "\n?? }")
    assert caught.value.line == 7


@pytest.mark.parametrize("ask", [OxigraphStore.select, OxigraphStore.construct, OxigraphStore.ask])
def test_a_time_limit_ends_the_waiting(large: OxigraphStore, ask: object) -> None:
    # In a process of its own: the engine goes on after the limit, until the process ends.
    name = getattr(ask, "__name__", "")
    query = {
        "select": "SELECT * { P } ORDER BY ?a",
        "construct": "CONSTRUCT { ?a ?b ?c } WHERE { SELECT * { P } ORDER BY ?a }",
        "ask": "ASK { P FILTER(CONCAT(STR(?a), STR(?d), STR(?g)) = 'n') }",
    }[name].replace("P", "?a ?b ?c . ?d ?e ?f . ?g ?h ?i")
    script = f"""
import time
import pyoxigraph as ox
from magkg.errors import QueryTimeout
from magkg.store.oxigraph import OxigraphStore
memory, node = ox.Store(), ox.NamedNode
memory.bulk_extend(
    ox.Quad(node(f"http://x/{{i}}"), node("http://x/p"), ox.Literal(i)) for i in range(400)
)
began = time.monotonic()
try:
    OxigraphStore(memory).{name}({query!r}, 0.3)
except QueryTimeout as error:
    print(error.limit, time.monotonic() - began < 20)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "0.3 True", "")


def test_the_limit_spares_a_slow_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000_000, 1_000))  # every look at it is 1,000 s later
    read: list[float] = []

    def now() -> float:
        read.append(next(clock))
        return read[-1] if len(read) % 2 else read[-2]  # but no time goes by while waiting

    def produce() -> Iterator[int]:
        yield 1
        for part in range(2, 20):
            time.sleep(0.01)
            yield part

    monkeypatch.setattr(limit, "time", SimpleNamespace(monotonic=now))
    assert list(within(produce, 60)) == list(range(1, 20))
    assert read[-1] > 10_000


def test_the_limit_holds_between_parts() -> None:
    over = threading.Event()

    def produce() -> Iterator[int]:
        yield 1
        over.wait(10)
        yield 2

    parts = within(produce, 0.1)
    assert next(parts) == 1
    with pytest.raises(QueryTimeout) as caught:
        next(parts)
    assert caught.value.limit == 0.1
    over.set()


def test_the_limit_is_for_the_whole_answer() -> None:
    def produce() -> Iterator[float]:
        for _ in range(20):
            yield time.sleep(0.05) or 0

    with pytest.raises(QueryTimeout):
        list(within(produce, 0.3))


def test_a_fault_of_the_thread_is_raised_to_the_reader_without_its_frames() -> None:
    def produce() -> Iterator[int]:
        yield 1
        try:
            raise KeyError("inner")
        except KeyError as error:
            raise InputError("outer") from error

    with pytest.raises(InputError, match="outer") as caught:
        list(within(produce, 5))
    # The frames would carry an answer of pyoxigraph out of its thread, which aborts the process.
    assert caught.value.__context__ is None
    assert all(frame.name != "produce" for frame in caught.traceback)


def test_an_answer_that_is_not_read_lets_its_thread_go(large: OxigraphStore) -> None:
    before = threading.active_count()
    rows = iter(large.select("SELECT * { ?a ?b ?c . ?d ?e ?f }", 30))
    next(rows)
    del rows
    until = time.monotonic() + 30
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.05)
    assert threading.active_count() <= before


def test_open_is_read_only_and_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no store"):
        OxigraphStore.open(tmp_path)
    with pytest.raises(StoreUnavailable, match="no store"):
        OxigraphStore.open(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
    written = ox.Store(tmp_path / "s")
    written.add(ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("a:b"), ox.Literal(1)))
    written.flush()
    del written
    before = {path.name: path.read_bytes() for path in (tmp_path / "s").iterdir()}
    first, second = OxigraphStore.open(tmp_path / "s"), OxigraphStore.open(tmp_path / "s")
    assert len(first) == len(second) == 1
    assert {path.name: path.read_bytes() for path in (tmp_path / "s").iterdir()} == before
    (tmp_path / "s" / "CURRENT").write_text("nothing\n")
    with pytest.raises(StoreDamaged, match="could not be read"):
        OxigraphStore.open(tmp_path / "s")


@pytest.mark.parametrize("deep", ["{" * 5000 + "}" * 5000, "FILTER(" + "(" * 5000 + ")" * 5000])
def test_a_deep_query_is_refused_before_it_ends_the_process(deep: str) -> None:
    with pytest.raises(InputError, match=r"brackets \d+ deep") as caught:
        OxigraphStore.of([]).ask("ASK { " + deep + " }")
    assert "100" in caught.value.message
    assert not OxigraphStore.of([]).ask('ASK { ?s ?p "' + "{" * 5000 + '" }')
