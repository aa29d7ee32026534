"""The rules of a nanopublication, one by one, and the datatypes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.claims.nanopub import parts, reading
from magkg.claims.nanopub.datatypes import fits
from magkg.errors import InputError, SyntaxFault
from tests.claims.nanopub import sets

XSD = "http://www.w3.org/2001/XMLSchema#"


def refused(tmp_path: Path, text: str, name: str = "a.trig") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        reading.nanopublications(path)
    assert name in str(caught.value)
    return str(caught.value)


def test_a_made_up_one_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_text(sets.trig() + sets.named(assertion="ex:a ex:b ex:c ."))
    found = reading.nanopublications(path)
    assert [bool(each.code) for each in found] == [True, False]
    assert [len(each.quads) for each in found] == [8, 8]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"head": sets.HEAD.replace("np:hasProvenance sub:provenance ;", "")}, "no provenance"),
        ({"head": sets.HEAD.replace("sub:pubinfo", "sub:pubinfo, sub:other")}, "2 publication"),
        ({"head": sets.HEAD.replace("sub:assertion", "this:")}, "that of one of its graphs"),
        ({"head": sets.HEAD.replace("a np:Nanopublication", "a ex:Nothing")}, "no graph in it"),
        ({"more": "ex:a ex:b ex:c ."}, "outside of any graph"),
        ({"more": "ex:other { ex:a ex:b ex:c . }"}, "<https://example.org/other> belongs to no"),
        ({"assertion": 'ex:a ex:b "1.5"^^xsd:integer .'}, '"1.5" is no value'),
        ({"pubinfo": "ex:a ex:b ex:c ."}, "says nothing of the nanopublication"),
        ({"head": sets.HEAD[:-2] + " this:2 a np:Nanopublication . }"}, "two nanopublications"),
    ],
)
def test_what_breaks_a_rule_is_refused(tmp_path: Path, given: dict[str, str], reason: str) -> None:
    assert reason in refused(tmp_path, sets.trig(**given))


def test_all_reasons_of_a_file_are_given(tmp_path: Path) -> None:
    said = refused(tmp_path, sets.trig(assertion="", provenance="", more="ex:o { ex:a ex:b 1 }"))
    for reason in (
        "its assertion graph is empty",
        "its provenance graph is empty",
        "example.org/o",
    ):
        assert reason in said


def test_a_published_one_keeps_its_odd_literal_a_plain_one_does_not(tmp_path: Path) -> None:
    odd = 'ex:a ex:b "2019-02-26"^^xsd:dateTime .'
    assert "no value of" in refused(tmp_path, sets.trig(assertion=odd))
    assert parts.faults(sets.one(sets.named(assertion=odd))) == []


def test_a_blank_node_under_a_code_is_refused() -> None:
    text = sets.named()
    one = sets.one(text.replace("ex:bees", "[]"))
    assert any("has no IRI" in each for each in parts.faults(one))


def test_other_files_are_refused(tmp_path: Path) -> None:
    assert "suffix" in refused(tmp_path, sets.trig(), "a.txt")
    assert "no graph in it says" in refused(tmp_path, "<urn:a> <urn:b> <urn:c> .", "a.nq")
    nonsense = tmp_path / "nonsense.trig"
    nonsense.write_text("\n{ nonsense")
    with pytest.raises(SyntaxFault, match=r"nonsense\.trig:2"):
        reading.nanopublications(nonsense)


TRIX = """<?xml version="1.0"?>
<TriX xmlns="http://www.w3.org/2004/03/trix/trix-1/">
 <graph><uri>urn:g</uri><triple><uri>urn:s</uri><uri>urn:p</uri>OBJECT</triple></graph>
</TriX>
"""


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ("<uri>urn:o</uri>", ox.NamedNode("urn:o")),
        ("<id>b</id>", ox.BlankNode("b")),
        ("<plainLiteral> a &amp; b </plainLiteral>", ox.Literal(" a & b ")),
        ('<plainLiteral xml:lang="fr">a</plainLiteral>', ox.Literal("a", language="fr")),
        (
            f'<typedLiteral datatype="{XSD}integer">1</typedLiteral>',
            ox.Literal("1", datatype=ox.NamedNode(XSD + "integer")),
        ),
    ],
)
def test_trix_gives_each_term(tmp_path: Path, target: str, value: object) -> None:
    from magkg.claims.nanopub import trix

    path = tmp_path / "a.xml"
    path.write_text(TRIX.replace("OBJECT", target))
    (found,) = trix.read(path, "a.xml")
    assert (found.object, found.graph_name) == (value, ox.NamedNode("urn:g"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (TRIX.replace("OBJECT", ""), "a triple is a subject"),
        (TRIX.replace("OBJECT", "<uri>urn:o</uri><uri>urn:q</uri>"), "a triple is a subject"),
        (TRIX.replace("OBJECT", "<uri>not an iri</uri>"), "IRI"),
        (TRIX.replace("OBJECT", "<graph/>"), "no place here"),
        (TRIX.replace("OBJECT", "<uri>urn:o</uri>").replace("trix-1/", "x/"), "no place here"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]>" + TRIX.split("?>")[1], "DOCTYPE"),
        (TRIX.replace("OBJECT", "<uri>urn:o"), "mismatched|not well-formed"),
    ],
)
def test_trix_that_is_none_is_refused_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    from magkg.claims.nanopub import trix

    path = tmp_path / "a.xml"
    path.write_text(text)
    with pytest.raises(SyntaxFault, match=rf"a\.xml:\d+: (?s:.*)(?i:{reason})"):
        trix.read(path, "a.xml")


GOOD = {
    "integer": ("0", "-1", "+007"), "positiveInteger": ("1",), "byte": ("-128", "127"),
    "unsignedByte": ("255",), "decimal": ("1", "-1.50", ".5"), "double": ("1e5", "INF", "1."),
    "boolean": ("true", "0"), "date": ("2024-02-29", "2023-01-01Z", "-0044-03-15", "12024-02-29"),
    "dateTime": ("2023-01-01T00:00:00", "2023-01-01T24:00:00Z", "2023-01-01T01:02:03.5+14:00"),
    "time": ("23:59:59", "00:00:00Z"), "gYear": ("2023", "-0001"), "gMonthDay": ("--02-29",),
    "duration": ("P1Y2M", "-PT5S", "P1DT1.5S"), "language": ("en-GB",), "hexBinary": ("", "0aFF"),
    "string": ("anything",), "anyURI": ("any thing",),
}  # fmt: skip
BAD = {
    "integer": ("two", "1.0", "", "9" * 5000), "positiveInteger": ("0",), "byte": ("128",),
    "unsignedByte": ("-1", "256"), "decimal": ("1e5", "1,5", "."), "double": ("3,5", "inf"),
    "boolean": ("of course", "True"), "date": ("2023-02-29", "1757-02-31", "23-01-01", "2023-13-1"),
    "dateTime": ("2019-02-26", "2023-02-30T00:00:00", "2023-01-01T25:00:00"),
    "time": ("25:61:00", "1:2:3"), "gYear": ("23", "02023"), "gMonthDay": ("--13-01",),
    "duration": ("P", "1Y", "PT", "P1YT"), "language": ("e_n",), "hexBinary": ("0",),
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_the_forms_of_datatypes(kind: str) -> None:
    datatype = ox.NamedNode(XSD + kind)
    assert [t for t in GOOD[kind] if not fits(ox.Literal(t, datatype=datatype))] == []
    assert [t for t in BAD.get(kind, ()) if fits(ox.Literal(t, datatype=datatype))] == []
