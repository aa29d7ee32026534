from __future__ import annotations

import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings

from magkg.claims import lines, rdfxml, turtle
from magkg.claims.lines import LineMap
from magkg.vocabulary import MAG, TYPE
from tests.claims import generate

TURTLE = '''\
@prefix m: <urn:m:> . # a prefix
@base <urn:base> .
PREFIX n: <urn:n:>
BASE <http://h/x/y>

<#a> a m:Claim ; m:p "one # no comment", """two
lines <urn:m:no> m:no . """ ,
  m:q ;
  m:r 1.5, -7 , true, "t"@en-GB, "5"^^m:type .
n:s.t m:p <z>,<../up>; m:q m:a\\~b .
m:deep m:p [ m:inner "x" ; m:list ( 1 2 [ m:p 3 ] ) ] ; m:after m:x .
[] m:p m:q .
_:b m:p m:q .
<urn:e\\u0041> m:p 1.m:f m:p 2 , .5, -1.5E+3, 1.e2.
'''


def test_every_place_of_a_turtle_file() -> None:
    for quad in ox.parse(TURTLE, format=ox.RdfFormat.TURTLE):
        if isinstance(quad.subject, ox.NamedNode):
            assert (quad.subject.value, quad.predicate.value) in lines.scan(TURTLE).properties
    index = lines.scan(TURTLE)
    a, s = "http://h/x/y#a", "urn:n:s.t"
    assert index.subjects[a] == 6
    assert index.properties[a, TYPE] == 6
    assert index.values[a, "urn:m:p", "one # no comment"] == 6
    assert index.values[a, "urn:m:p", "two\nlines <urn:m:no> m:no . "] == 6
    assert index.values[a, "urn:m:p", "urn:m:q"] == 8
    assert [index.values[a, "urn:m:r", each] for each in ("1.5", "-7", "true", "t", "5")] == [9] * 5
    assert (a, "urn:m:r", "urn:m:type") not in index.values
    assert index.values[s, "urn:m:p", "http://h/x/z"] == 10
    assert index.values[s, "urn:m:p", "http://h/up"] == 10
    assert index.values[s, "urn:m:q", "urn:m:a~b"] == 10
    assert index.properties["urn:m:deep", "urn:m:after"] == 11
    assert ("urn:m:deep", "urn:m:inner") not in index.properties
    assert index.subjects["urn:eA"] == 14
    assert index.subjects["urn:m:f"] == 14
    assert ("urn:m:f", "urn:m:p", "-1.5E+3") in index.values
    assert ("urn:m:f", "urn:m:p", "1.e2") in index.values
    assert [each.line for each in index.comments] == [1]
    assert index.leaving == [(10, s, "../up")]
    assert index.tags == [(9, a, "en-GB")]
    assert {line for line, _ in index.blanks} == {11, 12, 13}


def test_graphs_and_quads() -> None:
    trig = (
        "PREFIX m: <urn:m:>\nm:g { m:a m:p m:q ;\n m:r 1 }\n"
        "GRAPH <urn:h> {\nm:b m:p m:q . m:c m:p 1}\n{ m:d m:p m:q }\nm:e m:p m:q ."
    )
    index = lines.scan(trig)
    found = {each: index.subjects[f"urn:m:{each}"] for each in "abcde"}
    assert found == {"a": 2, "b": 5, "c": 5, "d": 6, "e": 7}
    assert index.properties["urn:m:a", "urn:m:r"] == 3
    nquads = '<urn:a> <urn:p> "x" <urn:g> .\n<urn:a> <urn:q> <urn:b> .\n'
    assert lines.scan(nquads).properties["urn:a", "urn:q"] == 2


def test_quotation_marks_within_long_texts() -> None:
    text = '<urn:a> <urn:p> """one "two" ""three"" \\""" four""" , \'\'\'it\'s \'\'so\'\'\'.'
    values = {value for _, _, value in lines.scan(text).values}
    assert values == {'one "two" ""three"" """ four', "it's ''so"}
    (quads := list(ox.parse(text, format=ox.RdfFormat.TURTLE)))
    assert {quad.object.value for quad in quads} == values


def test_triple_terms_and_annotations_are_passed_over() -> None:
    text = (
        "PREFIX m: <urn:m:>\nm:a m:p <<( m:x m:y m:z )>> ;\n m:q 1 {| m:r 2 |} ;\n"
        " m:s m:t .\n<< m:x m:y m:z >> m:p 3 .\nm:b m:p 1 ."
    )
    index = lines.scan(text)
    assert index.properties["urn:m:a", "urn:m:s"] == 4
    assert index.subjects["urn:m:b"] == 6
    assert "urn:m:x" not in index.subjects


def test_the_lines_are_found_when_first_asked_for() -> None:
    asked = []

    def find() -> lines.Index:
        asked.append(1)
        return lines.scan("<urn:a> <urn:p> <urn:b> ;\n <urn:q> 5 ,\n 6 .")

    found = LineMap(find)
    assert asked == []
    assert found.line("urn:a") == 1
    assert found.line("urn:a", "urn:q") == 2
    assert found.line("urn:a", "urn:q", "6") == 3
    assert found.line("urn:a", "urn:q", "7") == 2
    assert found.line("urn:a", "urn:other") == 1
    assert found.line("urn:b") is None
    assert asked == [1]
    assert LineMap().line("urn:a") is None


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends(end: str) -> None:
    text = "<urn:a> <urn:p> 1 .\n# x\n<urn:b> <urn:p> '''\n\n''' .\n<urn:c> <urn:p> 1 ."
    index = lines.scan(text.replace("\n", end))
    assert [index.subjects[f"urn:{each}"] for each in "abc"] == [1, 3, 6]
    assert index.comments == [("# x", 2)]


def test_text_cut_short_or_wrong_is_no_error() -> None:
    for end in range(len(TURTLE)):
        lines.scan(TURTLE[:end])
    lines.scan(")>> ] } \\ '''\"\"\" < > ^^ @ .;, <<( {| \x00")


RDF = """\
<?xml version="1.0"?>
<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"
    xml:base="http://h/x/y">
  <e:Claim r:about="#a"
      e:attr="v">
    <e:p r:resource="z"/>
    <e:q>text</e:q>
    <e:r><r:Description r:ID="b"><e:s>1</e:s></r:Description></e:r>
    <e:t r:parseType="Resource"><e:u>2</e:u></e:t>
    <e:v r:parseType="Literal"><b>no</b></e:v>
    <e:w xml:base="http://other/"><r:Description r:about="c"/></e:w>
  </e:Claim>
  <r:Seq r:about="d"><r:li>one</r:li>
    <r:li r:resource="e"/></r:Seq>
</r:RDF>
"""


def test_every_place_of_an_rdf_xml_file() -> None:
    index = rdfxml.scan(RDF.encode())
    a, e = "http://h/x/y#a", "http://e/"
    assert index.subjects[a] == 4
    assert index.properties[a, TYPE] == 4
    assert index.values[a, e + "attr", "v"] == 4
    assert index.values[a, e + "p", "http://h/x/z"] == 6
    assert index.values[a, e + "q", "text"] == 7
    assert index.values[a, e + "r", "http://h/x/y#b"] == 8
    assert index.properties["http://h/x/y#b", e + "s"] == 8
    assert index.properties[a, e + "t"] == 9
    assert index.properties[a, e + "v"] == 10
    assert index.values[a, e + "w", "http://other/c"] == 11
    seq = "http://www.w3.org/1999/02/22-rdf-syntax-ns#_"
    assert index.properties["http://h/x/d", seq + "1"] == 13
    assert index.values["http://h/x/d", seq + "2", "http://h/x/e"] == 14
    for quad in ox.parse(RDF, format=ox.RdfFormat.RDF_XML):
        if isinstance(quad.subject, ox.NamedNode):
            assert (quad.subject.value, quad.predicate.value) in index.properties


@given(generate.graphs(3))
@settings(deadline=None, max_examples=60)
def test_each_fact_of_a_canonical_file_has_its_own_line(quads: list[ox.Quad]) -> None:
    prefixes = {"mag": MAG, "con": generate.CON}
    text = turtle.write(quads, base=generate.BASE, prefixes=prefixes)
    rows = text.split("\n")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.ttl"
        path.write_text(text, encoding="utf-8", newline="")
        document = turtle.read(path)
        found = document.lines
        for quad in document.quads:
            subject, value = quad.subject.value, quad.object.value
            key = subject, quad.predicate.value, value
            assert key in found.index.values
            if len({each.object for each in quads if each.object.value == value}) == 1:
                row = rows[(found.line(*key) or 0) - 1]
                assert row.endswith((" ;", " ."))
        assert not found.index.blanks
        assert not found.comments
