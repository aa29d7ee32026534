"""A SPARQL endpoint on loopback that misbehaves as the path that it is asked at says."""

from __future__ import annotations

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pyoxigraph as ox

from magkg.vocabulary import XSD

DATA = """
@prefix : <http://example.org/> .
:a :n 1 ; :t "text" ; :l "Wort"@de . :b :n 2 ; :see [ :n 3 ] .
"""
JSON, TURTLE = "application/sparql-results+json", "application/n-triples"
ONE = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'


class Server(ThreadingHTTPServer):
    """A SPARQL endpoint at /sparql; other paths misbehave as they are named."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store = ox.Store()
        self.store.load(DATA, format=ox.RdfFormat.TURTLE)
        self.seen: list[dict[str, list[str]]] = []
        self.heads: list[dict[str, str]] = []
        self.other = ""  # where /away redirects to
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def answer(
        self, body: bytes, kind: str, status: int = 200, length: int | None = None, **head: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in head.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.answer(b"<html>a page</html>", "text/html")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(parse_qs(body.decode(), keep_blank_values=True))
        self.server.heads.append({name.lower(): text for name, text in self.headers.items()})
        getattr(self, "on_" + self.path.strip("/"))()

    def on_sparql(self) -> None:
        (query,) = self.server.seen[-1]["query"]
        try:
            found = self.server.store.query(query)
        except SyntaxError as error:
            self.answer(f"the server says: {error}".encode(), "text/plain", 400)
            return
        if isinstance(found, ox.QueryTriples):
            self.answer(found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", TURTLE)
        else:
            self.answer(found.serialize(format=ox.QueryResultsFormat.JSON) or b"", JSON)

    def on_stall(self) -> None:
        self.server.over.wait(20)

    def on_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.server.over.wait(0.05):
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def wanted(self) -> tuple[bytes, str]:
        """A sound answer of the kind that was asked for, and its type."""
        if TURTLE in self.headers["Accept"]:
            return b"<http://a/> <http://b/> <http://c/> .\n", TURTLE
        return (b'{"boolean":true}' if "ASK" in self.server.seen[-1]["query"][0] else ONE), JSON

    def on_partial(self) -> None:
        self.answer(*self.wanted(), X_SQL_State="S1TAT")

    def on_rows(self) -> None:
        self.answer(*self.wanted(), X_SPARQL_MaxRows="1")

    def on_short(self) -> None:
        body, kind = self.wanted()
        self.answer(body, kind, length=len(body) + 10)

    def on_chunked(self) -> None:
        body, kind = self.wanted()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))  # and no chunk of length 0

    def on_cancelled(self) -> None:
        body, kind = self.wanted()
        self.answer(body + b"The SPARQL operation has been cancelled", kind)

    def on_gzip(self) -> None:
        bomb = gzip.compress(bytes(50_000_000))
        self.answer(bomb, self.wanted()[1], Content_Encoding="gzip")

    def on_xml(self) -> None:
        self.answer(b"<sparql/>", "application/sparql-results+xml")

    def on_limited(self) -> None:
        # Virtuoso cuts a CONSTRUCT at its row limit without a word, and a SELECT with one.
        if TURTLE in self.headers["Accept"]:
            lines = b"".join(b"<http://a/> <http://b/> <http://c/%d> .\n" % i for i in range(1000))
            self.server_version = "Virtuoso/7"
            self.answer(lines, TURTLE)
        else:
            assert self.server.seen[-1]["query"][0].endswith("LIMIT 1001")
            self.answer(ONE, JSON, X_SPARQL_MaxRows="1000")

    def on_named(self) -> None:
        (query,) = self.server.seen[-1]["query"]
        if "graph/default" in query:
            row = b'{"__ASK_RETVAL":{"type":"typed-literal","value":"1"}}'
            self.answer(
                b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[%s]}}' % row, JSON
            )
        else:
            self.answer(b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[]}}', JSON)

    def on_written(self) -> None:
        values = [
            ("1", "boolean"), ("0", "boolean"), ("true", "boolean"), ("+007", "integer"),
            ("1.50", "decimal"), ("350.0", "decimal"), ("-0.0", "decimal"), (".5", "decimal"),
            ("2026-11-21T10:00:00.000Z", "dateTime"), ("2026-11-21T10:00:00+00:00", "dateTime"),
            ("2026-11-21T10:00:00.250+02:00", "dateTime"), ("seven", "integer"), ("1e3", "decimal"),
            ("noon", "dateTime"), ("1", "string"),
        ]  # fmt: skip
        typed = "typed-literal"
        rows = [{"x": {"type": typed, "value": v, "datatype": XSD + d}} for v, d in values]
        rows.append({"x": {"type": "literal", "value": "colour", "xml:lang": "en-GB"}})
        told = {"head": {"vars": ["x"]}, "results": {"bindings": rows}}
        if TURTLE in self.headers["Accept"]:
            lines = [f'<a:a> <a:b> "{v}"^^<{XSD}{d}> .' for v, d in values]
            self.answer("\n".join([*lines, '<a:a> <a:b> "colour"@en-GB .']).encode(), TURTLE)
        else:
            self.answer(json.dumps(told).encode(), JSON)

    def on_cut(self) -> None:
        self.answer(ONE[:-30] + b"The SPARQL operation has been cancelled", JSON)

    def on_large(self) -> None:
        self.answer(ONE + b" " * 3_000_000, JSON)

    def on_html(self) -> None:
        self.answer(b"<html>hello</html>", "text/html")

    def on_broken(self) -> None:
        self.answer(b"the disk is full", "text/plain", 500)

    def on_wordy(self) -> None:
        words = "\n\n".join(f"word {number} " * 100 for number in range(40))
        if "ASK" in self.server.seen[-1]["query"][0]:  # as Virtuoso does
            words = "word 0\n\nSPARQL query:\ndefine input:default-graph-uri <a:b>\nASK {}"
        self.answer(words.encode(), "text/plain", 400)

    def on_away(self) -> None:
        self.answer(b"", "text/plain", 307, Location=self.server.other)

    def on_moved(self) -> None:
        self.answer(b"", "text/plain", 308, Location="/sparql")

    def on_loop(self) -> None:
        self.answer(b"", "text/plain", 307, Location="/loop")

    def on_virtuoso(self) -> None:
        # Its own types of term and of blank node, and the head after the results.
        row = (
            b'{"x":{"type":"typed-literal","datatype":"%sinteger","value":"5"},'
            b'"y":{"type":"bnode","value":"nodeID://b10075"}}' % XSD.encode()
        )
        self.answer(
            b'{ "results": { "distinct": false, "bindings": [ %s , {} ] } , '
            b'"head": { "link": [], "vars": ["y", "x"] } }' % row,
            JSON,
        )

    def on_odd(self) -> None:
        (query,) = self.server.seen[-1]["query"]
        self.answer(query.split("#", 1)[1].encode(), JSON)
