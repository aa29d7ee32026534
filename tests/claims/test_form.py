from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magkg.claims import form, turtle
from magkg.claims.lines import LineMap
from magkg.vocabulary import MAG, XSD
from tests.claims import generate
from tests.claims.generate import BASE, node, typed

HEAD = f"@base <{BASE}> . @prefix mag: <{MAG}> . @prefix xsd: <{XSD}> .\n"


def look(folder: Path, body: str, suffix: str = ".ttl", head: str = HEAD) -> list[form.Finding]:
    path = folder / f"x{suffix}"
    path.write_text(head + body, encoding="utf-8")
    return form.faults(turtle.read(path, name="x"))


def stored(value: ox.Literal) -> ox.Literal:
    store = ox.Store()
    store.add(ox.Quad(node("a"), node("b"), value))
    found = next(iter(store)).object
    assert isinstance(found, ox.Literal)
    return found


@pytest.mark.parametrize(
    ("value", "kind", "advice"),
    [
        ("1.50", "lexical-form", "write 1.5"),
        ("350.0", "lexical-form", "write 350"),
        ("007", "lexical-form", "write 7"),
        ("+7", "lexical-form", "write 7"),
        ("-0", "lexical-form", "write 0"),
        (".5", "lexical-form", "write 0.5"),
        ('"1"^^xsd:boolean', "lexical-form", "write true"),
        ('"x"^^xsd:integer', "lexical-form", "write it like 350"),
        ('"2024-02-30"^^xsd:date', "lexical-form", "write it like"),
        ('"2024-02-28Z"^^xsd:date', "lexical-form", "write it like"),
        ('"2024-02-28T10:00:00.000Z"^^xsd:dateTime', "lexical-form", "write 2024-02-28T10:00:00Z"),
        ('"2024-02-28T10:00:00+00:00"^^xsd:dateTime', "lexical-form", "write 2024-02-28T10:00:00Z"),
        ('"2024-02-28T24:00:00Z"^^xsd:dateTime', "lexical-form", "write 2024-02-29T00:00:00Z"),
        ('"2024-02-28T10:00:00+02:00"^^xsd:dateTime', "lexical-form", "Z"),
        ('"2024-02-28T10:00:00"^^xsd:dateTime', "lexical-form", "Z"),
        ('"a b"^^xsd:anyURI', "lexical-form", "https:"),
        ("1e3", "datatype", "write one of"),
        ('"7"^^xsd:nonNegativeInteger', "datatype", "xsd:nonNegativeInteger"),
        ('"x"^^mag:own', "datatype", "ns#own"),
        ('"x"@en--ltr', "datatype", "rdf:dirLangString"),
        ('"x"@en-GB', "language-tag", "write @en-gb"),
        ('"a\u202eb"', "hidden-character", "U+202E"),
        ('"a\\u202Eb"', "hidden-character", "\\u202E"),
        ('"a\u200bb"', "hidden-character", "U+200B"),
        ('"a\u200db"', "hidden-character", "U+200D"),
        ('"a\\u0000b"', "hidden-character", "U+0000"),
        ('"a\\uFFFEb"', "hidden-character", "U+FFFE"),
        ('"\ufeffa"', "hidden-character", "U+FEFF"),
        ("<https://example.org/a\u200bb>", "hidden-character", "type the name anew"),
        ("<https://example.org/a\ufe0fb>", "hidden-character", "U+FE0F"),
        ("<../../etc>", "leaves-folder", "in full"),
        ("<x/../../y>", "leaves-folder", "in full"),
        ("<https://example.org/a/../b>", "leaves-folder", ".."),
        ("<https://example.org/a/%2e%2E/b>", "leaves-folder", ".."),
        ("<javascript:alert(1)>", "unsafe-iri", "https:"),
        ("<JavaScript:alert(1)>", "unsafe-iri", "javascript:"),
        ("<data:text/html,x>", "unsafe-iri", "data:"),
        ("<file:///etc/passwd>", "unsafe-iri", "file:"),
        ('"file:///etc/passwd"^^xsd:anyURI', "unsafe-iri", "file:"),
        ("_:b", "blank-node", "<#e-1>"),
        ("[]", "blank-node", "<#e-1>"),
        ("( 1 )", "blank-node", "<#e-1>"),
        ("<<( <#a> <#b> <#c> )>>", "triple-term", "claim"),
    ],
)
def test_each_fault_is_found_once_at_its_line(
    tmp_path: Path, value: str, kind: str, advice: str
) -> None:
    found = look(tmp_path, f"<#a> a mag:Claim ;\n  mag:x\n\n    {value} .\n<#b> mag:x 1 .")
    assert [each.kind for each in found] == [kind]
    assert found[0].file == "x"
    assert found[0].line in (3, 5)  # of the value, where it has a name; else of its property
    assert found[0].claim == BASE + "#a"
    assert advice in found[0].message
    assert found[0].message.isprintable()


@pytest.mark.parametrize(
    "value",
    [
        '"a\nb\tc\r"'.replace("\n", "\\n").replace("\r", "\\r"),
        '"é 漢 \U0001f469\u200d\U0001f52c \u0645\u06cc\u200c\u062e \u2764\ufe0f"',
        '"soft-wrapped\u00a0text"',
        "0", "-7", "1.5", "-0.5", '"350"^^xsd:decimal', "true",
        '"2024-02-29"^^xsd:date',
        '"2024-02-29T10:00:00Z"^^xsd:dateTime',
        '"2024-02-29T10:00:00.25Z"^^xsd:dateTime',
        '"https://example.org/é?q=%20"^^xsd:anyURI',
        '"x"@en-gb',
        "<https://example.org/a..b/..c/...>",
        "<urn:isbn:1>",
        '"../x"',
    ],
)  # fmt: skip
def test_what_is_right_is_left_alone(tmp_path: Path, value: str) -> None:
    assert look(tmp_path, f"<#a> mag:x {value} .") == []


def test_named_graphs(tmp_path: Path) -> None:
    body = "\nmag:g {\n <#a> mag:x 1, 2 }\nmag:h { <#a> mag:x 3 }"
    found = look(tmp_path, body, ".trig")
    assert [(each.kind, each.line) for each in found] == [("named-graph", 3), ("named-graph", 5)]
    nquads = "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <urn:d> <urn:g> .\n"
    (one,) = look(tmp_path, nquads, ".nq", "")
    assert (one.kind, one.line) == ("named-graph", 2)


def test_nodes_without_a_name_are_found_where_they_stand(tmp_path: Path) -> None:
    found = look(tmp_path, "<#a> mag:x [ mag:y 1 ] .\n_:b mag:x\n [ mag:z _:c ] .")
    assert {each.kind for each in found} == {"blank-node"}
    assert [each.line for each in found] == [2, 3, 4]
    rdf = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
        "<r:Description><e:p>1</e:p></r:Description></r:RDF>"
    )
    assert [each.kind for each in look(tmp_path, rdf, ".rdf", "")] == ["blank-node"]


def test_subjects_and_predicates_are_looked_at(tmp_path: Path) -> None:
    found = look(tmp_path, "<file:///a> mag:x 1 .\n<#a> <javascript:x> 1 .")
    assert [(each.kind, each.line) for each in found] == [("unsafe-iri", 2), ("unsafe-iri", 3)]


def test_faults_stand_in_the_order_of_the_lines(tmp_path: Path) -> None:
    body = "".join(f"<#a{n}> mag:x 0{n} .\n" for n in range(1, 13))
    assert [each.line for each in look(tmp_path, body)] == list(range(2, 14))


def test_a_document_without_a_text_has_no_lines() -> None:
    quad = ox.Quad(node("a"), node("b"), typed("007", "integer"))
    (found,) = form.faults(turtle.Document(Path("x"), "x", (quad,), LineMap()))
    assert found.line == 0


def test_other_datatypes_are_not_canonical() -> None:
    kinds = ("double", "gYear", "nonNegativeInteger")
    assert not any(form.is_canonical(typed("7", kind)) for kind in kinds)
    assert form.canonical(typed("7", "gYear")) is None
    # As the store does: an integer is an integer.
    assert form.canonical(typed("7", "nonNegativeInteger")) == typed("7", "integer")


@given(generate.literals)
@settings(deadline=None, max_examples=300)
def test_what_is_canonical_is_what_the_store_keeps(value: ox.Literal) -> None:
    assert form.is_canonical(value)
    assert form.canonical(value) == stored(value) == value


numbers = st.from_regex(r"[+-]?[0-9]{0,25}(\.[0-9]{0,25})?", fullmatch=True)
dates = st.from_regex(r"-?[0-9]{4}-[01][0-9]-[0-3][0-9]Z?", fullmatch=True)
times = st.from_regex(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\.[0-9]{0,4})?(Z|[+-]0[0-9]:00)?",
    fullmatch=True,
)


@given(st.one_of(numbers, dates, times, st.sampled_from(["true", "false", "1", "0", "TRUE"])))
@settings(deadline=None, max_examples=1000)
def test_the_store_never_rewrites_what_is_called_canonical(text: str) -> None:
    for kind in ("integer", "decimal", "boolean", "date", "dateTime"):
        value = typed(text, kind)
        if form.is_canonical(value):
            assert stored(value) == value
        else:
            better = form.canonical(value)
            assert better is None or (better != value and form.is_canonical(better))
