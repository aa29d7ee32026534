"""An endpoint as a store, against a real HTTP server on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from magkg.errors import InputError, QueryTimeout, StoreUnavailable, SyntaxFault
from magkg.store.endpoint import EndpointStore
from magkg.store.interface import DEFAULT_GRAPH, IRI, Blank, Dataset, Literal, Store
from magkg.vocabulary import XSD
from tests.store.sparql_server import JSON, TURTLE, Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.05,))
        thread.start()
        yield running
        running.over.set()
        running.shutdown()
        thread.join()


@pytest.fixture
def store(server: Server) -> EndpointStore:
    return EndpointStore(server.url + "/sparql")


def test_it_is_a_store(store: EndpointStore) -> None:
    assert isinstance(store, Store)


def test_select_gives_typed_rows_in_the_order_of_select(store: EndpointStore) -> None:
    found = store.select(
        "PREFIX : <http://example.org/> SELECT ?n ?s ?l ?see { ?s :n ?n OPTIONAL { ?s :l ?l } "
        "OPTIONAL { ?s :see ?see } } ORDER BY ?n"
    )
    assert found.variables == ("n", "s", "l", "see")
    first, second, third = found
    integer = XSD + "integer"
    wort = Literal("Wort", language="de")
    assert first == (Literal("1", integer), IRI("http://example.org/a"), wort, None)
    assert isinstance(second[3], Blank)
    assert third[0] == Literal("3", integer)
    assert list(store.select("SELECT ?x { ?x <http://none/> 1 }")) == []


def test_construct_describe_ask(store: EndpointStore) -> None:
    a, n = IRI("http://example.org/a"), IRI("http://example.org/n")
    one = Literal("1", XSD + "integer")
    assert list(store.construct(f"CONSTRUCT WHERE {{ <{a}> <{n}> ?n }}")) == [(a, n, one)]
    assert len(list(store.construct(f"DESCRIBE <{a}>"))) == 3
    assert store.ask(f"ASK {{ <{a}> <{n}> 1 }}") is True
    assert store.ask(f"ASK {{ <{a}> <{n}> 2 }}") is False


def test_what_is_sent(server: Server) -> None:
    long = "ASK { VALUES ?x { " + " ".join(f"<http://x/{i}>" for i in range(3000)) + " } }"
    assert EndpointStore(server.url + "/sparql", default_graph="http://g/").ask(long) is True
    stated = "https://w3id.org/magkg/ns#stated"
    assert server.seen[-1] == {
        "query": [long], "default-graph-uri": ["http://g/"], "named-graph-uri": [stated]
    }  # fmt: skip
    assert server.heads[-1]["content-type"] == "application/x-www-form-urlencoded"
    assert JSON in server.heads[-1]["accept"]
    # SPARQLWrapper would take this one for an update, or guess in vain.
    odd = "PREFIX insert: <http://x/> # delete\nSELECT ?x { ?x insert:data 'DELETE' }"
    assert list(EndpointStore(server.url + "/sparql").select(odd)) == []
    list(EndpointStore(server.url + "/sparql").construct("CONSTRUCT WHERE { ?s ?p 1 }"))
    assert server.heads[-1]["accept"].startswith(TURTLE)


def test_a_query_that_the_server_refuses(server: Server, store: EndpointStore) -> None:
    with pytest.raises(SyntaxFault, match="the server says") as caught:
        store.select("SELECT ?x\n { ?x foo:a 1 }")
    assert (caught.value.line, caught.value.column) == (2, 7)
    assert "2 |  { ?x foo:a 1 }" in caught.value.message
    sent = len(server.seen)
    with pytest.raises(InputError, match="update"):
        store.select("INSERT DATA { <a:a> <a:b> 1 }")
    with pytest.raises(InputError, match="no SELECT"):
        store.select("ASK {}")
    with pytest.raises(InputError, match="no CONSTRUCT or DESCRIBE"):
        store.construct("ASK {}")
    with pytest.raises(SyntaxFault):
        store.ask("nonsense")
    assert len(server.seen) == sent


def test_where_a_query_fails_to_parse_comes_before_the_words_of_the_server(
    server: Server, store: EndpointStore
) -> None:
    with pytest.raises(SyntaxFault) as caught:
        EndpointStore(server.url + "/wordy").select("SELECT ?x\n { ?x foo:a 1 }")
    lines = caught.value.message.splitlines()
    assert lines[0] == "the query does not parse at line 2, column 7: the prefix is not declared"
    assert lines[3].startswith(f"{server.url}/wordy says: word 0")
    assert len(lines) == 5
    assert max(map(len, lines)) < 300
    with pytest.raises(SyntaxFault, match="refuses the query: word 0") as caught:
        EndpointStore(server.url + "/wordy").ask("ASK {}")
    assert len(caught.value.message.splitlines()) == 1


def test_no_query_reaches_another_host_by_the_server(server: Server, store: EndpointStore) -> None:
    sent = len(server.seen)
    for query in (
        "SELECT ?x { SERVICE <http://127.0.0.1:9/> { ?x ?y ?z } }",
        "SELECT ?x { ?x a ?y\n service silent ?x { ?x ?y ?z } }",
    ):
        with pytest.raises(InputError, match="SERVICE is refused"):
            store.select(query)
    with pytest.raises(InputError, match="SERVICE is refused"):
        store.construct("CONSTRUCT WHERE { SERVICE <http://127.0.0.1:9/> { ?x ?y ?z } }")
    with pytest.raises(InputError, match="brackets 200 deep"):
        store.ask("ASK " + "{" * 200 + "}" * 200)
    assert len(server.seen) == sent
    assert store.ask("ASK { ?x ?y 'SERVICE <http://127.0.0.1:9/> {}' }") is False


@pytest.mark.parametrize("path", ["stall", "drip"])
def test_a_server_that_stalls(server: Server, path: str) -> None:
    began = time.monotonic()
    with pytest.raises(QueryTimeout) as caught:
        EndpointStore(f"{server.url}/{path}", timeout=0.4).select("SELECT ?x {}")
    assert time.monotonic() - began < 15  # the server would stall for 20
    assert caught.value.limit == 0.4
    with pytest.raises(QueryTimeout):
        EndpointStore(f"{server.url}/{path}").ask("ASK {}", 0.2)


@pytest.mark.parametrize(
    ("path", "error", "says"),
    [
        ("partial", StoreUnavailable, "only in part .*S1TAT"),
        ("rows", StoreUnavailable, "1 rows at most"),
        ("short", StoreUnavailable, "IncompleteRead"),
        ("chunked", StoreUnavailable, "IncompleteRead"),
        ("cancelled", StoreUnavailable, "only in part: its own time limit"),
        ("gzip", StoreUnavailable, "compressed its answer .gzip., unasked"),
        ("xml", StoreUnavailable, "gave application/sparql-results.xml where application/"),
        ("html", StoreUnavailable, "did not answer as a SPARQL endpoint"),
        ("broken", StoreUnavailable, "500 .*the disk is full"),
        ("loop", StoreUnavailable, "redirect"),
        ("nowhere", StoreUnavailable, "cannot be asked"),
    ],
)
@pytest.mark.parametrize("ask", ["select", "construct", "ask"])
def test_bad_answers_are_refused(
    server: Server, path: str, error: type[Exception], says: str, ask: str
) -> None:
    query = {"select": "SELECT ?x {}", "construct": "CONSTRUCT {} {}", "ask": "ASK {}"}[ask]
    with pytest.raises(error, match=f"(?s){server.url}/{path}.*{says}"):
        list(getattr(EndpointStore(f"{server.url}/{path}"), ask)(query))


def test_an_answer_cut_by_the_server_is_no_answer(server: Server) -> None:
    with pytest.raises(StoreUnavailable, match="only in part"):
        list(EndpointStore(server.url + "/cut").select("SELECT ?x {}"))


def test_a_row_limit_that_the_answer_does_not_tell_is_asked_for(server: Server) -> None:
    store = EndpointStore(server.url + "/limited")
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="1000 rows at most"):
            store.construct("CONSTRUCT WHERE { ?s ?p ?o }")


def test_an_endpoint_is_sent_the_names_that_it_knows(server: Server) -> None:
    both = Dataset((DEFAULT_GRAPH, "urn:x:a"), ("urn:x:b", "urn:x:c"))
    EndpointStore(server.url + "/sparql", default_graph="http://g/").ask("ASK {}", None, both)
    assert server.seen[-1]["default-graph-uri"] == ["http://g/", "urn:x:a"]
    assert server.seen[-1]["named-graph-uri"] == ["urn:x:b", "urn:x:c"]
    nameless = EndpointStore(server.url + "/sparql")
    nameless.ask("ASK {}", dataset=Dataset((), ("urn:x:b",)))
    assert "default-graph-uri" not in server.seen[-1]
    assert server.seen[-1]["named-graph-uri"] == ["urn:x:b"]
    before = len(server.seen)
    with pytest.raises(InputError, match="no name for its default graph"):
        nameless.ask("ASK {}", dataset=both)
    assert len(server.seen) == before


def test_an_endpoint_is_asked_once_whether_its_default_graph_has_a_name(server: Server) -> None:
    name = "https://w3id.org/magkg/graph/default"
    named = EndpointStore(server.url + "/named", detect=True)
    assert [named.ask("ASK { ?s ?p ?o }"), named.ask("ASK { ?s ?p ?o }")] == [False, False]
    sent = server.seen[-3:]
    assert ["default-graph-uri" in each for each in sent] == [False, True, True]
    assert sent[0]["query"][0].startswith(f"ASK {{ GRAPH <{name}> ")
    assert sent[1]["default-graph-uri"] == [name]
    plain = EndpointStore(server.url + "/sparql", detect=True)
    assert list(plain.select("SELECT ?x { ?x <http://example.org/n> 1 }"))
    assert plain.default_graph is None
    assert "default-graph-uri" not in server.seen[-1]
    told = EndpointStore(server.url + "/named", default_graph="http://g/", detect=True)
    told.ask("ASK {}")
    assert server.seen[-1]["default-graph-uri"] == ["http://g/"]


def test_who_did_not_answer_is_asked_again_for_the_name_of_its_default_graph(
    server: Server,
) -> None:
    store = EndpointStore("http://127.0.0.1:9/named", detect=True)
    with pytest.raises(StoreUnavailable):
        store.ask("ASK {}")
    store.url = server.url + "/named"
    store.ask("ASK {}")
    assert store.default_graph == "https://w3id.org/magkg/graph/default"


def test_literals_come_in_canonical_form(server: Server) -> None:
    wanted = [
        "true", "false", "true", "7", "1.5", "350", "0", "0.5", "2026-11-21T10:00:00Z",
        "2026-11-21T10:00:00Z", "2026-11-21T10:00:00.25+02:00", "seven", "1e3", "noon", "1",
    ]  # fmt: skip
    store = EndpointStore(server.url + "/written")
    rows = [row[0] for row in store.select("SELECT ?x {}")]
    assert [str(each) for each in rows[:-1]] == wanted
    assert rows[-1] == Literal("colour", language="en-gb")
    assert [each[2] for each in store.construct("CONSTRUCT {} {}")] == rows
    # The same forms as those of the embedded store, which the digests are made over.
    typed = [f'"{each}"^^<{each.datatype}>' for each in rows[:11] if isinstance(each, Literal)]
    held = ox.Store()
    held.load("\n".join(f"<a:a> <a:b> {each} ." for each in typed), format=ox.RdfFormat.TURTLE)
    assert {str(each.object) for each in held} == set(typed)


def test_the_size_of_an_answer_is_limited(server: Server) -> None:
    assert len(list(EndpointStore(server.url + "/large").select("SELECT ?x {}"))) == 1
    with pytest.raises(InputError, match="larger than 1 MB"):
        EndpointStore(server.url + "/large", largest=2**20).select("SELECT ?x {}")


def test_redirects_stay_on_the_host(server: Server) -> None:
    assert EndpointStore(server.url + "/moved").ask("ASK { ?s ?p 1 }") is True
    with Server() as other:
        thread = threading.Thread(target=other.serve_forever, args=(0.05,))
        thread.start()
        for place in (other.url + "/sparql", "http://169.254.169.254/", "file:///etc/hostname"):
            server.other = place
            with pytest.raises(StoreUnavailable, match=r"redirect|cannot be asked|307"):
                EndpointStore(server.url + "/away").ask("ASK {}")
        other.shutdown()
        thread.join()
        assert other.seen == []


def test_the_dialect_of_virtuoso_is_read(server: Server) -> None:
    found = EndpointStore(server.url + "/virtuoso").select("SELECT ?y ?x {}")
    assert found.variables == ("y", "x")
    assert list(found) == [
        (Blank("_:nodeID://b10075"), Literal("5", XSD + "integer")),
        (None, None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", '{"head":{}}', '{"head":{"vars":["x"]}}', '{"head" 1}', '{"a":1,',
        '{"head":{"vars":["x"]},"results":{}}', '{"head":{"vars":["x"]},"results":[]}',
        '{"head":{"vars":["x"]},"results":{"bindings":{}}}',
        '{"head":{"vars":["x"]},"results":{"bindings":[',
        '{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"triple","value":1}}]}}',
        '{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"value":"1"}}]}}',
        '{"head":{"vars":["x"]},"results":{"bindings":[{"x":1}]}}',
        '{"head":{"vars":["x"]},"results":{"bindings":[1]}}',
        '{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":1}}]}}',
        '{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"\\ud800"}}]}}',
        '{"head":{"vars":["x"]},"results":{"bindings":[' + "[" * 100_000 + "]}}",
    ],
)  # fmt: skip
def test_json_that_is_no_result(server: Server, text: str) -> None:
    with pytest.raises(StoreUnavailable, match="did not answer as"):
        list(EndpointStore(server.url + "/odd").select("SELECT ?x {} #" + text))
    with pytest.raises(StoreUnavailable, match="did not answer as"):
        EndpointStore(server.url + "/odd").ask("ASK {} #" + text)


def test_a_server_that_is_not_there(server: Server) -> None:
    with Server() as gone:
        url = gone.url + "/sparql"
    with pytest.raises(StoreUnavailable, match="cannot be asked") as caught:
        EndpointStore(url).ask("ASK {}")
    assert url in caught.value.message
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/",
        "file:///etc/passwd",
        "x",
        "http://",
        "http://me:secret@127.0.0.1/",
        "http://secret@x/",
        "http://x:port/",
        "http://[::1/",
        "http://x/ y",
        "http://x/\n",
        "http://x/\u00e4",
        "http://x/?a=\u00e4",
        "http://x/#part",
    ],
)
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(InputError) as caught:
        EndpointStore(url)
    assert "secret" not in str(caught.value)
