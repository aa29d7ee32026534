from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.errors import InputError, MagkgError
from magkg.store import validate
from magkg.store.validate import Violation, lint

PREFIXES = """@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPE = """
ex:ThingShape a sh:NodeShape ;
    sh:targetClass ex:Thing ;
    sh:property ex:ThingShape-name .

ex:ThingShape-name a sh:PropertyShape ;
    sh:path ex:name ;
    sh:message "A thing has one name." ;
    sh:minCount 1 ;
    sh:maxCount 1 .
"""


def shapes(folder: Path, text: str) -> list[Path]:
    path = folder / "shapes.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    return [path]


def quads(text: str, form: ox.RdfFormat = ox.RdfFormat.TRIG) -> list[ox.Quad]:
    return list(ox.parse(PREFIXES + text, format=form))


def query(folder: Path, text: str) -> list[Path]:
    return shapes(
        folder,
        f"""
ex:ThingShape a sh:NodeShape ;
    sh:targetClass ex:Thing ;
    sh:sparql ex:ThingShape-query .

ex:ThingShape-query a sh:SPARQLConstraint ;
    sh:message "No." ;
    sh:select "{text}" .
""",
    )


def test_a_violation_has_focus_path_value_constraint_and_message(tmp_path: Path) -> None:
    found = validate.validate(
        quads('ex:a a ex:Thing . ex:b a ex:Thing ; ex:name "x" . ex:c a ex:Thing ; ex:name 1, 2 .'),
        shapes(tmp_path, SHAPE),
    )
    base = "https://example.org/"
    message = "A thing has one name."
    assert found == [
        Violation(base + "a", "ThingShape-name/minCount", base + "name", "", message),
        Violation(base + "c", "ThingShape-name/maxCount", base + "name", "", message),
    ]


def test_only_focus_nodes_are_reported(tmp_path: Path) -> None:
    data = quads(" ".join(f"ex:t{i} a ex:Thing ." for i in range(300)))
    files = shapes(tmp_path, SHAPE)
    names = [f"https://example.org/t{i}" for i in range(300)]
    assert len(validate.validate(data, files)) == 300
    assert [each.focus for each in validate.validate(data, files, focus=names[:1])] == names[:1]
    assert len(validate.validate(data, files, focus=names[:250])) == 250
    assert validate.validate(data, files, focus=[]) == []
    assert validate.validate(data, files, focus=["https://example.org/none"]) == []


def test_shapes_within_shapes_hold_with_focus_nodes(tmp_path: Path) -> None:
    files = shapes(
        tmp_path,
        """
ex:ThingShape a sh:NodeShape ;
    sh:targetClass ex:Thing ;
    sh:property ex:ThingShape-name .

ex:ThingShape-name a sh:PropertyShape ;
    sh:path ex:name ;
    sh:or ( ex:Text ex:Number ) .

ex:Text a sh:NodeShape ; sh:datatype xsd:string .
ex:Number a sh:NodeShape ; sh:datatype xsd:integer .
""",
    )
    data = quads("ex:a a ex:Thing ; ex:name true .")
    for focus in (None, ["https://example.org/a"]):
        (one,) = validate.validate(data, files, focus=focus)
        assert (one.constraint, one.value) == ("ThingShape-name/or", "true")


def test_validators_see_the_default_graph_only(tmp_path: Path) -> None:
    data = quads('ex:a a ex:Thing . ex:g { ex:a ex:name "x" . ex:b a ex:Thing . }')
    store = ox.Store()
    store.extend(data)
    for each in (data, store):
        (one,) = validate.validate(each, shapes(tmp_path, SHAPE))
        assert one.focus == "https://example.org/a"
    assert len(store) == 3


def test_queries_see_each_node_and_give_path_and_value(tmp_path: Path) -> None:
    text = "SELECT $this ?path ?value WHERE { $this ?path ?value . FILTER(ISLITERAL(?value)) }"
    files = query(tmp_path, text)
    (one,) = validate.validate(quads('ex:a a ex:Thing ; ex:name "x" .'), files)
    assert (one.constraint, one.path, one.value) == (
        "ThingShape-query/sparql",
        "https://example.org/name",
        "x",
    )
    assert one.queried


def test_the_focus_node_is_not_given_as_a_value(tmp_path: Path) -> None:
    files = query(tmp_path, "SELECT $this WHERE { $this a <https://example.org/Thing> }")
    (one,) = validate.validate(quads("ex:a a ex:Thing ."), files)
    assert (one.path, one.value) == ("", "")


def test_a_misspelt_shacl_term_is_refused_with_its_line(tmp_path: Path) -> None:
    files = shapes(tmp_path, SHAPE.replace("sh:minCount", "sh:minCout"))
    with pytest.raises(InputError, match="sh:minCout") as caught:
        validate.validate(quads("ex:a a ex:Thing ."), files)
    assert caught.value.line == 12
    assert caught.value.file == str(files[0])
    assert "sh:minCount" in caught.value.hint


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("sh:NodeShape", "sh:Nodeshape"), ("sh:message", "sh:mesage"), ("sh:path", "sh:pfad")],
)
def test_any_unknown_shacl_term_is_refused(tmp_path: Path, right: str, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        lint(shapes(tmp_path, SHAPE.replace(right, wrong)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }", "SERVICE"),
        ("SELECT $this FROM <file:///etc/passwd> WHERE { $this ?p ?o }", "FROM"),
        ("SELECT $this WHERE { VALUES ?o { 1 } $this ?p ?o }", "VALUES"),
        ("SELECT $this WHERE { $this ?p ?o MINUS { $this a ?o } }", "MINUS"),
        ("SELECT $this WHERE { $this ?p ", "does not parse"),
    ],
)
def test_queries_that_reach_elsewhere_or_fail_are_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        lint(query(tmp_path, text))
    assert caught.value.line


def test_words_in_strings_comments_and_names_are_no_clauses(tmp_path: Path) -> None:
    text = "SELECT $this WHERE { $this <http://example.org/from> ?o . FILTER(?o = 'SERVICE') }"
    lint(query(tmp_path, text))


def test_what_cannot_be_evaluated_is_an_error(tmp_path: Path) -> None:
    # A sub-select has to give $this back; pySHACL says so only when it runs.
    text = "SELECT $this WHERE { $this ?p ?o { SELECT ?x WHERE { ?x ?y ?z } } }"
    with pytest.raises(MagkgError, match="could not be evaluated"):
        validate.validate(quads("ex:a a ex:Thing ."), query(tmp_path, text))


def test_shapes_of_the_ontology_pass_their_own_lint() -> None:
    lint([*validate.authored(), *validate.derived()])
    assert len(validate.authored()) > 10
    assert len(validate.derived()) >= 2
