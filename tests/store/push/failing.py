"""A server on loopback that fails as the path that it is asked at says."""

from __future__ import annotations

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pyoxigraph as ox


class Failing(ThreadingHTTPServer):
    """Keeps graphs under /HOW/store and answers at /HOW/query, but for what HOW stands for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.graphs = ox.Store()
        self.seen: list[tuple[str, str, str | None]] = []
        self.other = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Failing

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", kind: str = "text/plain", **head: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in head.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def graph(self) -> ox.DefaultGraph | ox.NamedNode:
        query = urlsplit(self.path).query
        return ox.DefaultGraph() if query == "default" else ox.NamedNode(unquote(query[6:]))

    def do_HEAD(self) -> None:
        self.do_POST()

    def do_PUT(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        _, how, what = urlsplit(self.path).path.split("/")
        self.server.seen.append((self.command, self.path, self.headers.get("Authorization")))
        if what == "query":
            self.ask(parse_qs(body.decode())["query"][0], how)
        elif not getattr(self, f"is_{how}", lambda _: False)(body):
            self.keep(body)

    def keep(self, body: bytes) -> None:
        if self.command in {"PUT", "DELETE"}:
            self.server.graphs.clear_graph(self.graph())
        self.server.graphs.load(body, format=ox.RdfFormat.N_TRIPLES, to_graph=self.graph())
        self.answer(204)

    def ask(self, query: str, how: str) -> None:
        found = self.server.graphs.query(query, use_default_graph_as_union=how == "union")
        if isinstance(found, ox.QueryTriples):
            written = found.serialize(format=ox.RdfFormat.N_TRIPLES)
            self.answer(200, written or b"", "application/n-triples")
        else:
            assert isinstance(found, ox.QuerySolutions)
            told = found.serialize(format=ox.QueryResultsFormat.JSON)
            self.answer(200, told or b"", "application/sparql-results+json")

    def is_basic(self, body: bytes) -> bool:
        wanted = "Basic " + base64.b64encode("anna:söcret".encode()).decode()
        if self.headers.get("Authorization") == wanted:
            return False
        self.answer(401, WWW_Authenticate='Basic realm="graphs"')
        return True

    def is_odd(self, body: bytes) -> bool:
        self.answer(401, WWW_Authenticate='Digest realm="x", nonce="y", algorithm="NONE"')
        return True

    def is_digest(self, body: bytes) -> bool:
        self.answer(401, WWW_Authenticate='Digest realm="x", nonce="y", qop="auth"')
        return True

    def is_full(self, body: bytes) -> bool:
        if self.command == "POST":
            self.answer(500, b"<html><b>No space left</b> on device</html>", "text/html")
        return self.command == "POST"

    def is_small(self, body: bytes) -> bool:
        self.answer(413 if body else 204)
        return True

    def is_stored(self, body: bytes) -> bool:
        self.answer(507 if body else 204, b"quota")
        return True

    def is_nothing(self, body: bytes) -> bool:
        self.answer(404, b"no such page")
        return True

    def is_away(self, body: bytes) -> bool:
        self.answer(307, Location=self.server.other + self.path)
        return True

    def is_moved(self, body: bytes) -> bool:
        self.answer(307, Location=self.path.replace("moved", "plain"))
        return True

    def is_cut(self, body: bytes) -> bool:
        if body:
            self.send_response(200)
            self.send_header("Content-Length", "10")
            self.end_headers()
            self.close_connection = True
        return bool(body)

    def is_lossy(self, body: bytes) -> bool:
        lines = body.splitlines(keepends=True)
        if self.command == "PUT" and b"stated" not in self.path.encode():
            self.server.graphs.clear_graph(self.graph())
            strange = lines[0].split(b" ")[0] + b' <a:b> "strange" .\n'
            self.keep(b"".join(lines[1:]) + strange)
            return True
        return False

    def is_rewriting(self, body: bytes) -> bool:
        self.keep(body.replace(b'"@en ', b'"@de '))
        return True


def started() -> tuple[Failing, threading.Thread]:
    server = Failing()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    return server, thread
