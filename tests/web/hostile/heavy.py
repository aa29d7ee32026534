"""Queries that cost more than anybody is given: they end at the deadline, or without memory."""

from __future__ import annotations

from tests.web.hostile.attacks import Attack, asked
from tests.web.workers.running import GREEDY

TWO = "?a ?b ?c . ?d ?e ?f"
THREE = f"{TWO} . ?g ?h ?i"
FOUR = f"{THREE} . ?j ?k ?l"
# Of all of them at once, so that it is not looked at before they are joined.
_NEVER = 'FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = "never")'
_GRAPHS = " ".join(f"GRAPH ?g{n} {{ ?a{n} ?b{n} ?c{n} }}" for n in range(12))
_MANY = " ".join(map(str, range(1500)))
_SQUARED = " ".join(f'BIND(REPLACE(?x{n}, "a", ?x{n}) AS ?x{n + 1})' for n in range(6))

# All that no machine answers in two seconds.
HEAVY: tuple[Attack, ...] = tuple(
    asked(name, text, 503)
    for name, text in {
        "count of a cross join of three": f"SELECT (COUNT(*) AS ?n) {{ {THREE} }}",
        "count of a cross join of four": f"SELECT (COUNT(*) AS ?n) {{ {FOUR} }}",
        "count behind an offset": (
            f"SELECT (COUNT(*) AS ?n) {{ {THREE} }} OFFSET 100000000 LIMIT 1"
        ),
        "offset into a cross join": f"SELECT * {{ {THREE} }} OFFSET 100000000000 LIMIT 1",
        "order of a cross join": f"SELECT * {{ {THREE} }} ORDER BY ?c ?f ?i LIMIT 1",
        "distinct of a cross join": f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {THREE} "
        "BIND(CONCAT(STR(?c), STR(?f), STR(?i)) AS ?x) }",
        "group_concat of a cross join": f"SELECT (GROUP_CONCAT(?c) AS ?x) {{ {THREE} }}",
        "groups of a cross join": f"SELECT ?c ?f ?i (COUNT(*) AS ?n) {{ {THREE} }} "
        "GROUP BY ?c ?f ?i ORDER BY ?n LIMIT 1",
        "ask of a cross join": f"ASK {{ {THREE} {_NEVER} }}",
        "describe of a cross join": f"DESCRIBE ?a {{ {THREE} {_NEVER} }}",
        "construct of a cross join": (f"CONSTRUCT {{ ?a ?b ?c }} {{ {THREE} {_NEVER} }}"),
        "strings doubled": GREEDY,
        "paths of anything": "SELECT (COUNT(*) AS ?n) { ?a (<>|!<>)* ?b . ?c (<>|!<>)* ?d }",
        "paths there and back": (
            "SELECT (COUNT(*) AS ?n) { ?a (<>|!<>|^<>|!^<>)+ ?b . ?b (^(<>|!<>))* ?c }"
        ),
        "values by values": f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {_MANY} }} "
        f"VALUES ?y {{ {_MANY} }} VALUES ?z {{ {_MANY} }} FILTER(?x + ?y = ?z * 7) }}",
        "sub-selects in one another": f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT * {{ {{ SELECT * "
        f"{{ {TWO} }} }} ?g ?h ?i }} }} ?j ?k ?l }}",
        "exists that looks back": f"SELECT (COUNT(*) AS ?n) {{ {TWO} FILTER EXISTS "
        "{ ?g ?h ?i FILTER(CONCAT(STR(?a), STR(?d)) = STR(?i)) } }",
        "not exists of a cross join": f"SELECT * {{ ?x ?y ?z FILTER NOT EXISTS {{ {THREE} "
        'FILTER(STR(?z) = CONCAT(STR(?i), "x")) } }',
        "minus of a cross join": f"SELECT * {{ ?a ?b ?c MINUS {{ {THREE} }} }}",
        "optional cross joins": "SELECT (COUNT(*) AS ?n) "
        f"{{ ?x ?y ?z OPTIONAL {{ {TWO} }} OPTIONAL {{ ?g ?h ?i }} }}",
        "graphs by graphs": f"SELECT (COUNT(*) AS ?n) {{ {_GRAPHS} }}",
    }.items()
)

# What looks as bad, and is answered, or refused for what it is.
BOUNDED: tuple[Attack, ...] = tuple(
    asked(name, text, *expected)
    for name, text, expected in (
        ("a cross join, cut", f"SELECT * {{ {TWO} }}", (200, 503)),
        ("a copy of all by all, cut", f"CONSTRUCT {{ ?a ?b ?f }} {{ {TWO} }}", (200, 503)),
        ("strings squared", f'SELECT ?x6 {{ BIND("aaaaaaaa" AS ?x0) {_SQUARED} }}', (200, 503)),
        (
            "a regex that backtracks",
            f'ASK {{ FILTER(REGEX("{"a" * 30_000}!", "^(a+)+$")) }}',
            (200,),
        ),
        (
            "a regex of regexes",
            'ASK { FILTER(REGEX("a", "((a{1,500}){1,500}){1,500}")) }',
            (200, 400),
        ),
        ("a regex of many", f'ASK {{ FILTER(REGEX("a", "{"(a|b)?" * 5_000}c")) }}', (200, 400)),
        ("a regex per triple", 'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "(.*)*x$")) }', (200,)),
        ("an offset beyond all", "SELECT * { ?s ?p ?o } OFFSET 9223372036854775807", (200, 400)),
        ("an offset beyond numbers", f"SELECT * {{}} OFFSET {'9' * 400}", (200, 400)),
        ("a limit beyond numbers", f"SELECT * {{}} LIMIT {'9' * 400}", (200, 400)),
        ("a number of many digits", f"SELECT ({'9' * 60_000} + 1 AS ?x) {{}}", (200, 400)),
        ("a power", "SELECT (1e308 * 1e308 AS ?x) (1 / 0 AS ?y) {}", (200,)),
        ("a date beyond time", 'SELECT (YEAR("99999999999999-01-01"^^'
         "<http://www.w3.org/2001/XMLSchema#date>) AS ?y) {}", (200,)),
        ("a string of its length", "SELECT (SUBSTR(\"abc\", -1e300, 1e300) AS ?x) {}", (200,)),
    )
)  # fmt: skip
