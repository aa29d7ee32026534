"""Queries of shapes: asked once for all nodes, they find what pySHACL finds one by one."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.store import validate
from magkg.store.shacl.compiled import compiled
from magkg.store.shacl.reference import judged
from magkg.store.shacl.rewrite import rewritten
from magkg.store.shacl.terms import Uncompiled
from tests.store.test_shacl import EX, SHAPES, agree, data, files, query_shape

MANY = data(
    " ".join(f"ex:t{i} a ex:Thing ; ex:p {i % 7} ; ex:q ex:t{(i * i) % 30} ." for i in range(60))
)
SUBCLASS = data(
    "ex:Special rdfs:subClassOf ex:Thing . ex:s a ex:Special ; ex:p 1, 3, 4 ; ex:q ex:t3, ex:s ."
)
PREFIX = "PREFIX ex: <https://example.org/> "


@pytest.mark.parametrize(
    "where",
    [
        "{ $this ex:p ?value . FILTER(?value > 3) }",
        "{ $this ex:q ?value . FILTER NOT EXISTS { ?value ex:q $this } }",
        "{ $this ex:p ?value . FILTER EXISTS { ?other ex:p ?value . FILTER(?other < $this) } }",
        "{ $this ex:p ?value . FILTER EXISTS { ?o ex:p ?value ; ex:q ?o2 FILTER(?o != $this) } }",
        "{ $this ex:p 3 . FILTER NOT EXISTS { $this ex:q/ex:q ?any . ?any ex:p 3 } }",
        "{ $this ex:p ?value . OPTIONAL { ?o ex:q $this } FILTER(!BOUND(?o)) }",
        "{ $this ex:p ?x . BIND(STR($this) AS ?value) FILTER(?x IN (1, 2)) }",
        "{ { $this ex:p 1 } UNION { $this ex:p ?value . FILTER(?value = 2) } }",
        "{ { $this ex:p 1 } UNION { FILTER($this = ex:t5) } }",
        "{ $this ex:p ?x . { ?value ex:p 1 . FILTER(?value < $this) } }",
        "{ $this ex:q+ ?value . FILTER(?value = $this) }",
        "{ ex:t3 ex:q* $this }",
        "{ $this ex:p 1 , ?value }",
        "{ $this ?path ?value . FILTER(?value = 3) }",
        "{ { $this ?path ?value . FILTER(?value = 3) } UNION { $this ex:p 4 } }",
        "{ FILTER NOT EXISTS { ?other ex:q $this } }",
        "{ $this ex:p ?value { SELECT $this (COUNT(?o) AS ?n) { ?o ex:q $this } GROUP BY $this } }",
        "{ $this ex:q ?value . FILTER NOT EXISTS { ?value ex:q/ex:q $this . ?value ex:p ?any } }",
        "{ $this ex:p ?value . FILTER NOT EXISTS { ?o ex:p ?value ; ex:q ?o2 . FILTER(?o2 = $this)"
        " } }",
        "{ $this ex:p ?value . OPTIONAL { ?o ex:q $this } FILTER NOT EXISTS { ?o ex:q ?z . ?z ex:p"
        " 1 } }",
        "{ $this ex:q ?value . OPTIONAL { ?value ex:p ?n . FILTER(STR($this) > STR(?value)) }"
        " FILTER(BOUND(?n)) }",
        "{ $this ex:p ?value . { SELECT $this { FILTER(BOUND($this)) ?x ex:q $this } } }",
        "{ $this ex:p ?n . $this ex:q ?value . ?value ex:p ?m } GROUP BY $this ?value"
        " HAVING (SUM(?n) > MAX(?m))",
        "{ $this ex:p -1 }",
        "{ ?x ex:p 1 ; ex:q $this . BIND(IF(BOUND($this), $this, ?x) AS ?value) }",
    ],
)
def test_a_query_for_all_nodes_finds_what_one_for_each_does(where: str, tmp_path: Path) -> None:
    declared = """
<urn:o> a owl:Ontology ; sh:declare [ sh:prefix "sk" ; sh:namespace "https://example.org/" ] .
ex:S-q sh:prefixes <urn:o> .
"""
    store, other = ox.Store(), ox.Store()
    store.extend(MANY)
    other.extend([*MANY, *SUBCLASS])
    for name, text in {
        "written": query_shape(f"{PREFIX}SELECT $this ?value {where}"),
        "declared": query_shape(f"SELECT $this ?value {where.replace('ex:', 'sk:')}") + declared,
    }.items():
        path = tmp_path / f"{name}.ttl"
        path.write_text(SHAPES + text, encoding="utf-8")
        made = compiled([list(ox.parse(path=path))])
        assert made.uncompiled == {}
        assert set(made.find(store)) == set(judged(store, (path,)))
        assert set(made.find(other)) == set(judged(other, (path,)))


def test_messages_name_what_the_query_found(tmp_path: Path) -> None:
    select = "SELECT $this (?v AS ?value) ?extra { $this <https://example.org/p> ?v, ?extra }"
    shapes = files(tmp_path, query_shape(select, "{?value} and {$extra} of {?this}, not {?x}."))
    (found,) = agree(data("ex:a a ex:Thing ; ex:p 7 ."), shapes)
    assert found.message == "7 and 7 of https://example.org/a, not {?x}."


@pytest.mark.parametrize(
    "where",
    [
        "FILTER(BOUND($this))",
        "BIND($this AS ?x) FILTER(?x = ex:t1)",
        "{ FILTER($this = ex:t1) } UNION { ?x ex:p $this }",
        "OPTIONAL { $this ex:p ?x } FILTER(!BOUND(?x))",
        "{ { FILTER(STR($this) > 'a') } FILTER(BOUND($this)) }",
    ],
)
def test_what_is_given_is_seen_everywhere(where: str, tmp_path: Path) -> None:
    """Given beforehand, Oxigraph and so pySHACL would not see $this in some of these."""
    text = query_shape(f"{PREFIX}SELECT $this {{ {where} }}")
    shapes = files(tmp_path, text.replace("sh:targetClass ex:Thing", "sh:targetNode ex:t1"))
    (found,) = validate.validate(data("ex:t2 ex:p 1 ."), shapes)
    assert (found.focus, found.value) == (EX + "t1", "")


def test_an_empty_path_from_a_node_that_the_data_do_not_mention(tmp_path: Path) -> None:
    text = query_shape(f"{PREFIX}SELECT $this {{ ex:t1 ex:p* $this }}")
    assert validate.uncompiled(files(tmp_path / "class", text)) == {}
    shapes = files(tmp_path, text.replace("sh:targetClass ex:Thing", "sh:targetNode ex:t1"))
    (reason,) = validate.uncompiled(shapes).values()
    assert reason.startswith("a path that may be empty")
    (found,) = validate.validate(data("ex:t2 ex:p 1 ."), shapes)
    assert found.focus == EX + "t1"
    limited = text.replace('}" .', '} LIMIT 1" .').replace(
        "ex:t1 ex:p*", "FILTER(BOUND($this)) ?x ex:p"
    )
    shapes = files(tmp_path / "limit", limited)
    assert "LIMIT" in str(validate.uncompiled(shapes))
    (found,) = validate.validate(data("ex:t2 ex:p ex:t1 . ex:t1 a ex:Thing ."), shapes)
    assert found.focus == EX + "t1"


def test_the_path_of_a_shape_stands_in_its_query(tmp_path: Path) -> None:
    query = "SELECT $this ?value { $this $PATH ?value . FILTER(ISLITERAL(?value)) }"
    text = f"""
ex:S a sh:PropertyShape ; sh:targetClass ex:Thing ; sh:path ( ex:q ex:p ) ; sh:sparql ex:S-q .
ex:S-q a sh:SPARQLConstraint ; sh:message "No." ; sh:select "{query}" .
"""
    found = validate.validate(MANY, files(tmp_path, text))
    assert len(found) == 60
    assert {(each.constraint, each.path) for each in found} == {("S-q/sparql", "")}


COMPONENT = """
ex:LikeConstraintComponent a sh:ConstraintComponent ;
    sh:parameter [ sh:path ex:like ], [ sh:path ex:or ; sh:optional true ] ;
    sh:nodeValidator [ a sh:SPARQLSelectValidator ; sh:message "Not {$like}." ;
        sh:select "SELECT $this { FILTER(!REGEX(STR($this), $like)) }" ] ;
    sh:validator [ a sh:SPARQLAskValidator ;
        sh:ask "ASK { FILTER(REGEX(STR($value), $like) || STR($value) = COALESCE($or, ''))}" ] .
ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; ex:like "t[0-4]" ; sh:property ex:P .
ex:P a sh:PropertyShape ; sh:path ex:p ; ex:like "[0-4]" ; ex:or "5" ; sh:message "P." .
"""


def test_components_that_shapes_define(tmp_path: Path) -> None:
    given = [*MANY[:40], *data("ex:t2 ex:p 'x'.")]
    found = validate.validate(given, files(tmp_path, COMPONENT))
    assert {(e.constraint, e.value[-1], e.message) for e in found if e.path} == {
        ("P/like", "6", "P."), ("P/like", "x", "P."),
    }  # fmt: skip
    nodes = {each.focus for each in found if not each.path}
    assert nodes == {f"{EX}t{i}" for i in range(5, 10)}
    assert {each.message for each in found if not each.path} == {"Not t[0-4]."}
    wrong = COMPONENT.replace("REGEX(STR($value)", "BOUND($like) && REGEX(STR($value)")
    (reason,) = validate.uncompiled(files(tmp_path / "wrong", wrong)).values()
    assert reason.startswith("a query that does not parse")
    assert reason.endswith("in like")


def domain(variable: str) -> str:
    return f"{variable} a <urn:C> ."


def test_a_query_is_written_for_all_nodes() -> None:
    query = """PREFIX ex: <urn:> SELECT DISTINCT $this (STR(ex:p) AS ?value) # } {
        WHERE { $this ex:p "} ex:q {", -5 ; ex:q ?x . FILTER(CONCAT (?x, 'a') > "b"@en) }"""
    assert rewritten(query, {}, domain, {"this": "?n"}) == (
        "SELECT DISTINCT ?n ( STR( <urn:p> ) AS ?value ) WHERE { ?n a <urn:C> . "
        '?n <urn:p> "} ex:q {" , -5 ; <urn:q> ?x . FILTER( CONCAT( ?x , \'a\' ) > "b"@en ) }'
    )


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("$this ex:p ?x . FILTER NOT EXISTS { ?x ex:q/ex:r ?y }", "MINUS { ?x"),
        ("$this ex:p ?x . FILTER NOT EXISTS { ?x ex:q ?y ; ex:r ?z }", "MINUS { ?x"),
        ("$this ex:p ?x . FILTER NOT EXISTS { ?x ex:q ?y }", "NOT EXISTS { ?x"),
        ("$this ex:p ?x . FILTER NOT EXISTS { ?y ex:q ?z ; ex:r 1 }", "NOT EXISTS { ?y"),
        ("$this ex:p ?x . FILTER NOT EXISTS { ?x ex:q ?y ; ex:r ?z FILTER(?z > 1) }", "NOT EXISTS"),
        ("$this ex:p ?x OPTIONAL { $this ex:r ?y } FILTER NOT EXISTS { ?x ex:q/ex:r ?y }", "NOT"),
        ("$this ex:p ?x . BIND(1 AS ?y) FILTER NOT EXISTS { ?x ex:q/ex:r ?y }", "NOT EXISTS"),
        ("{ FILTER($this = 1) }", "{ ?this a <urn:C> . FILTER("),
        ("?x ex:p 1 OPTIONAL { ?x ex:q ?y FILTER(?y = $this) }", "OPTIONAL { ?this a <urn:C> . ?x"),
    ],
)  # fmt: skip
def test_how_what_is_slow_or_hidden_is_written(where: str, said: str) -> None:
    text = rewritten(f"SELECT $this {{ {where} }}", {"ex": "urn:"}, domain, {"this": "?this"})
    assert said in text
    ox.Store().query(text)


def test_a_prefix_that_is_not_declared() -> None:
    with pytest.raises(Uncompiled, match="the prefix ex: that is not declared"):
        rewritten("SELECT $this { $this ex:p 1 }", {}, domain, {"this": "?this"})
