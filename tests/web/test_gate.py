"""The gate: what could crash or stall an engine is refused, in linear time, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress

import pyoxigraph as ox
import pytest

from magkg.errors import InputError, SyntaxFault
from magkg.use import catalogue
from magkg.web import gate
from tests.web.nested import KINDS

# Of these thousands pass, and no more.
SMALL = {"semicolons", "dots", "template"}
SIZES = (100, 500, 1_000, 5_000, 10_000, 50_000)
# What is data or blank: thousands of them pass.
DATA = {
    "coalesce_list", "in_list", "values", "values_rows", "values_empty", "values_wide", "template",
    "comments", "comments_inside", "blanks", "string", "concat_doubling", "semicolons", "dots",
}  # fmt: skip
# Reads texts from standard input, one JSON string a line, and says for each how long the engine
# took for it; what the engine makes of it does not matter. Its memory is that of a worker.
ENGINE = """
import json, resource, sys, time
import pyoxigraph as ox
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
store = ox.Store()
for line in sys.stdin:
    began = time.monotonic()
    try:
        found = store.query(json.loads(line))
        None if isinstance(found, ox.QueryBoolean) else next(iter(found), None)
    except (SyntaxError, RuntimeError, ValueError):
        pass
    print(time.monotonic() - began, flush=True)
"""


def passes(text: str) -> bool:
    try:
        gate.refuse(text)
    except InputError:
        return False
    return True


def largest(kind: str) -> int:
    """The largest number of a kind that passes, of those tried up to the size of a text."""
    low, high = 0, 66_000
    while high - low > 1 + low // 50:
        middle = (low + high) // 2
        low, high = (middle, high) if passes(KINDS[kind](middle)) else (low, middle)
    return low


def test_what_passes_neither_crashes_nor_stalls_the_engine() -> None:
    assert len(KINDS) >= 20
    texts = [KINDS[kind](largest(kind)) for kind in KINDS]
    sent = "".join(f"{json.dumps(text)}\n" for text in texts)
    done = subprocess.run(
        [sys.executable, "-c", ENGINE], input=sent, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{list(KINDS)[done.stdout.count(chr(10))]}: {done.stderr}"
    took = dict(zip(KINDS, map(float, done.stdout.split()), strict=True))
    # Far above what any takes (0.3 s) and far below what is cubic or worse.
    assert max(took.values()) < 10, sorted(took.items(), key=lambda each: -each[1])[:3]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_answered_in_linear_time(kind: str) -> None:
    for size in SIZES:
        text = KINDS[kind](size)
        began = time.process_time()
        fits = passes(text)
        # It takes less than 0.05 s; a text that is read again and again would take minutes.
        assert time.process_time() - began < 5, size
        if kind not in DATA and size >= 1_000:
            assert not fits, size
        if kind in DATA and len(text) <= gate.LONGEST and (size <= 1_000 or kind not in SMALL):
            assert fits, size


@pytest.mark.parametrize("name", catalogue.all_queries())
def test_every_shipped_query_passes_with_room(name: str) -> None:
    text = catalogue.find(name).text
    gate.refuse(text)
    gate.refuse(f"{text}\n# " + "a (" * (gate.LONGEST // 2 // 3))  # a comment is no part of it


def test_shipped_queries_stay_well_below_every_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MOST", {name: most // 2 for name, most in gate.MOST.items()})
    monkeypatch.setattr(gate, "JOINED", 45)
    monkeypatch.setattr(gate, "DEEPEST", 20)
    for query in catalogue.all_queries().values():
        gate.refuse(query.text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT ?g { ?s ?p ?o } }",
        "select*{sErViCe<http://127.0.0.1/>{?s ?p ?o}}",
        "SELECT * { FILTER EXISTS { SERVICE <urn:a> { ?s ?p ?o } } }",
        "SELECT * { { SELECT * { SERVICE <urn:a> { ?s ?p ?o } } } }",
        "SELECT * { ?s ?p 1SERVICE <urn:a> {} }",
        "SELECT * { ?s ?p true.SERVICE <urn:a> {} }",
        "SELECT * { ?s ?p trueSERVICE <urn:a> {} }",
        "SELECT * { ?s ?p 'a'SERVICE <urn:a> {} }",
        "SELECT * { ?s ?p <urn:b#c>SERVICE <urn:a> {} }",
        "SELECT * { # <\nSERVICE <urn:a> {} }",
        "SELECT * { ?s ?p '''\n'#''' SERVICE <urn:a> {} }",
        "SELECT * { ?s ?p ?o FILTER(?o<?b)SERVICE#>\n<urn:a> {} }",
        "PREFIX : <urn:x:> SELECT * { SERVICE:x { ?s ?p ?o } }",
        "PREFIX e: <urn:x:> SELECT * { ?s e:a\\'b ?o . SERVICE <urn:a> {} #'\n}",
    ],
)
def test_service_is_refused_in_every_disguise(text: str) -> None:
    with pytest.raises(InputError, match="SERVICE"):
        gate.refuse(text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ?p "SERVICE <urn:a> {}" }',
        "SELECT * { ?s ?p <urn:SERVICE> } # SERVICE",
        "PREFIX e: <urn:SERVICE/> SELECT ?service { ?service e:SERVICE e:x.service }",
        "PREFIX service: <urn:x:> SELECT * { ?s service:x ?o }",
        "SELECT * { ?s ?p ?o FILTER(?o<?s&&?s>?p) }",
        "SELECT * { ?s ?p ?o FILTER(?o < 5 && ?s = <urn:a>) }",
        "SELECT * { ?s <urn:a>/<urn:b>* (<urn:c> <urn:d>) }",
        'SELECT * { ?s ?p """a "quoted" \\""" word""", \'\', "" }',
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?o IN (<urn:a>, 'b'@en, 1, ?s)) }",
        "",
        "nonsense",
    ],
)
def test_what_only_looks_like_it_passes(text: str) -> None:
    gate.refuse(text)


@pytest.mark.parametrize(
    "text",
    [
        "DROP ALL",
        "# a\nPREFIX e: <urn:x:> INSERT DATA { e:a e:b e:c }",
        "LOAD <http://127.0.0.1/>",
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "SELECT * {} ; DROP ALL",
    ],
)
def test_updates_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="read-only"):
        gate.refuse(text)


def test_size_comes_before_anything_else() -> None:
    with pytest.raises(InputError, match="65,536 bytes"):
        gate.refuse('"' * 70_000)
    with pytest.raises(InputError, match="65,536 bytes"):
        gate.refuse("ASK { ?s ?p '" + "\u20ac" * 30_000 + "' }")
    gate.refuse("ASK {}" + " " * (gate.LONGEST - 6))


def test_faults_say_their_line() -> None:
    with pytest.raises(SyntaxFault, match="line 2, column 7") as fault:
        gate.refuse("ASK {\n?s ?p 'it is }")
    assert (fault.value.line, fault.value.column) == (2, 7)
    with pytest.raises(InputError, match="line 2"):
        gate.refuse("ASK {\n" + "{" * 70)
    with pytest.raises(InputError, match=r"U\+0000"):
        gate.refuse("ASK { ?s ?p 'a\0' }")
    with pytest.raises(InputError, match=r"U\+D800"):
        gate.refuse("ASK { ?s ?p '\ud800' }")


@pytest.mark.parametrize(
    "unit",
    [
        '"', "'", '"""', "'''", '\\"""\n', "\\'''\n", "<", "<a", "<<", "a.", "a-", "a:.", "a.b:",
        "?", "\\", "#", "%4", "@a", "_:a.", "&", '""a', "''\n", '"\\', "(<a", "1.", "1e",
        "FILTER(a<",
        ",1", ",'a'@", "VALUES ?x {(", "VALUES ?x {<", "\u00b7", "PREFIX a:", "{|", "..", ". .", "",
    ],
)  # fmt: skip
def test_no_text_is_read_again_and_again(unit: str) -> None:
    for lead in ("SELECT * { ", "SELECT * { ?s ?p ?o FILTER(?o IN (1", "SELECT * { VALUES ?x { "):
        text = (lead + (unit or " ") * 70_000)[: gate.LONGEST - 100]
        began = time.process_time()
        passes(text)
        # It takes less than 0.1 s; what is quadratic takes minutes.
        assert time.process_time() - began < 5


def test_the_gate_imports_no_engine() -> None:
    code = (
        "import sys, magkg.web.gate, magkg.web.negotiation, magkg.web.sparql.protocol;"
        "sys.exit('pyoxigraph' in sys.modules or 'rdflib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


HIDDEN = "{ " * 70 + "} " * 70
MANY = "".join(f"?a{each} ?p{each} ?a{each + 1} . " for each in range(70))


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ <urn:\\u0041'''> ?p ?o . {HIDDEN} <urn:\\U00000041'''> ?p ?o }}",
        f"SELECT * {{ <urn:\\u0041#> ?p ?o . {HIDDEN} \n}}",
        f"SELECT * {{ FILTER(1*<urn:b#>) {HIDDEN} \n}}",
        f"SELECT * {{ ?a ?b ?c\u00b7VALUES . {{ {MANY} }} }}",
        f"SELECT * {{ ?a ?b ?c\u0301VALUES . {{ {MANY} }} }}",
        f"SELECT * {{ ?a ?b ?c\u3001VALUES . {{ {MANY} }} }}",
        f"SELECT * {{ ?a ?b _:c\u200dVALUES . {{ {MANY} }} }}",
        f"PREFIX e: <urn:e:> SELECT * {{ ?a ?b e:c\u200dVALUES . {{ {MANY} }} }}",
        f"SELECT * {{ {'?s ?p .5 . ' * 70} }}",
        f"SELECT * {{ {'?s ?p 1.e5 . ' * 70} }}",
        f"SELECT * {{ {'?s atrue . ' * 70} }}",
        f"SELECT * {{ {'?s ?p trueFILTER(true) ' * 70} }}",
        f"PREFIX e: <urn:e:> SELECT * {{ {'?s ae:b . ' * 70} }}",
        f"PREFIX e: <urn:e:> SELECT * {{ {'GRAPHe:g {} ' * 70} }}",
        f"PREFIX e: <urn:e:> SELECT * {{ FILTERe:f(1<{'+'.join(['?x'] * 500)},3>2) }}",
        f"PREFIX : <urn:e:> PREFIX filter: <urn:f:> "
        f"SELECT * {{ FILTER:f(1<{'+'.join(['?x'] * 500)},3>2) }}",
        f"SELECT * {{ {{ SELECTDISTINCT ?a (1<{'+'.join(['?x'] * 500)} AS ?y) {{}} }} }}",
    ],
)  # fmt: skip
def test_nothing_that_the_engine_reads_is_hidden_from_the_gate(text: str) -> None:
    with suppress(RuntimeError):  # of a function that is not there; it parses
        ox.Store().query(text)
    with pytest.raises(InputError):
        gate.refuse(text)


def test_what_is_no_row_counts_among_data() -> None:
    for each in ("[]", "|", "<<>>"):
        assert not passes(f"SELECT * {{ VALUES ?x {{ {each * 17_000} }} }}")


def test_patterns_count_where_the_engine_joins_them() -> None:
    ten = "{ " + "?s ?p ?o . " * 10 + "}"
    for each in (ten, f"GRAPH ?g {ten}"):
        assert passes(f"SELECT * {{ {each * 5} }}")
        assert not passes(f"SELECT * {{ {each * 7} }}")
    for each in (f"OPTIONAL {ten}", f"MINUS {ten}", f"{ten} UNION {ten}", f"{{ SELECT * {ten} }}"):
        assert passes(f"SELECT * {{ {each * 7} }}")
