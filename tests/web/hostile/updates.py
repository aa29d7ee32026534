"""Whatever would change the graph: all refused."""

from __future__ import annotations

from urllib.parse import quote

from tests.web.hostile.attacks import CANARY, FORM, QUERY, UPDATE, Attack

_UPDATES = {
    "drop all": "DROP ALL",
    "drop silent": "drop silent all",
    "clear": "CLEAR ALL",
    "delete all": "DELETE WHERE { ?s ?p ?o }",
    "delete graphs": "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    "modify": "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "with": "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "insert": "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "insert into": "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> } }",
    "load": f"LOAD <http://{CANARY}/data.ttl>",
    "load silent": f"LOAD SILENT <http://{CANARY}/data.ttl> INTO GRAPH <urn:g>",
    "load a file": "LOAD <file:///etc/passwd>",
    "create": "CREATE GRAPH <urn:g>",
    "copy": "COPY DEFAULT TO <urn:g>",
    "move": "MOVE DEFAULT TO <urn:g>",
    "add": "ADD DEFAULT TO <urn:g>",
    "behind a prologue": "BASE <urn:a> PREFIX e: <urn:x:> #\n DROP ALL",
    "behind a query": "ASK {} ; DROP ALL",
    "two": "INSERT DATA { <urn:a> <urn:b> 1 } ; DROP ALL",
}


def _ways(name: str, text: str) -> list[Attack]:
    pair = quote(text)
    return [
        Attack(f"{name}, directly", (403,), "/sparql", "POST", {"Content-Type": UPDATE},
               text.encode()),
        Attack(f"{name}, form", (403,), "/sparql", "POST", {"Content-Type": FORM},
               f"update={pair}".encode()),
        Attack(f"{name}, URL", (403,), f"/sparql?update={pair}".replace("%3A", ":")),
        Attack(f"{name}, as a query", (400, 403), "/sparql", "POST", {"Content-Type": QUERY},
               text.encode()),
        Attack(f"{name}, as a query in the URL", (400, 403), f"/sparql?query={pair}"),
    ]  # fmt: skip


_PATHS = ("/sparql", "/", "/claim/a/b", "/source", "/static/magkg.css", "/api/queries/claims")
UPDATES: tuple[Attack, ...] = (
    *(each for name, text in _UPDATES.items() for each in _ways(name, text)),
    *(
        Attack(f"{method} {path}", (405,), path, method, {"Content-Type": "text/turtle"},
               b"<urn:a> <urn:b> <urn:c> .")
        for method in ("PUT", "DELETE", "PATCH", "MKCOL", "PROPFIND", "get")
        for path in _PATHS
    ),
    Attack("update and query", (403,), "/sparql", "POST", {"Content-Type": FORM},
           b"query=ASK%20%7B%7D&update=DROP%20ALL"),
    Attack("update in the URL, query in the body", (403,), "/sparql?update=DROP%20ALL", "POST",
           {"Content-Type": QUERY}, b"ASK {}"),
    Attack("two queries", (400,), "/sparql?query=ASK%7B%7D&query=DROP%20ALL",
           headers={"Accept": "*/*"}),
    Attack("method overridden", (200,), "/sparql?query=ASK%7B%7D", headers={
        "X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "PUT", "Accept": "*/*"}),
    Attack("an update with a charset", (403,), "/sparql", "POST",
           {"Content-Type": "Application/SPARQL-Update ; charset=utf-16"}, b"DROP ALL"),
)  # fmt: skip
