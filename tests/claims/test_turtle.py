from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magkg import vocabulary
from magkg.claims import layout, turtle
from magkg.errors import InputError, SyntaxFault
from magkg.vocabulary import LABEL, MAG, OA, RDFS, TYPE, XSD
from tests.claims import generate
from tests.claims.generate import BASE, CON, node, quad, typed

PREFIXES = {"mag": MAG, "oa": OA, "rdfs": RDFS, "con": CON, "xsd": XSD, "": "urn:x:"}
RDF_XML = (
    '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n'
    "%s\n</r:RDF>\n"
)


def put(folder: Path, text: str | bytes, name: str = "x.ttl") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refusal(path: Path, **options: str) -> InputError:
    with pytest.raises(InputError) as caught:
        turtle.read(path, **options)  # type: ignore[arg-type]
    assert caught.value.file == options.get("name", str(path))
    return caught.value


def test_a_document_has_its_quads_lines_base_and_prefixes(tmp_path: Path) -> None:
    path = put(tmp_path, f"@base <{BASE}> .\nPREFIX m: <{MAG}>\n<#a> m:x\n  1 .\n")
    document = turtle.read(path, name="x.ttl")
    assert document.quads == (quad(node("a"), MAG + "x", typed(1, "integer")),)
    assert (document.name, document.path, document.base) == ("x.ttl", path, BASE)
    assert document.prefixes == {"m": MAG}
    assert document.lines.line(BASE + "#a", MAG + "x") == 3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.ttl", "<urn:a> <urn:b> <urn:c> ."),
        ("x.trig", "GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> }"),
        ("x.nt", "<urn:a> <urn:b> <urn:c> ."),
        ("x.nq", "<urn:a> <urn:b> <urn:c> <urn:g> ."),
        ("x.rdf", RDF_XML % '<r:Description r:about="urn:a"><e:b/></r:Description>'),
    ],
)
def test_the_suffix_names_the_format(tmp_path: Path, name: str, text: str) -> None:
    assert len(turtle.read(put(tmp_path, text, name)).quads) == 1


def test_other_suffixes_are_refused_with_those_that_can_be_read(tmp_path: Path) -> None:
    for name in ("x.jsonld", "x.TTL", "x"):
        error = refusal(put(tmp_path, "{}", name))
        assert ".ttl, .trig, .nt, .nq, .rdf" in error.hint


def test_a_byte_that_is_no_utf8_is_shown_with_its_place(tmp_path: Path) -> None:
    error = refusal(put(tmp_path, b'<urn:a> <urn:b> 1 .\n<urn:a> "\xc3\xa9\xff" .'))
    assert isinstance(error, SyntaxFault)
    assert (error.line, error.column) == (2, 11)
    assert "0xff" in error.reason
    assert "UTF-8" in error.hint


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert len(turtle.read(put(tmp_path, b"\xef\xbb\xbf<urn:a> <urn:b> 1 .")).quads) == 1


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\ufeff"])
def test_an_empty_file_is_named(tmp_path: Path, text: str) -> None:
    assert refusal(put(tmp_path, text)).reason.startswith("the file is empty")


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.ttl").mkdir()
    assert "folder" in refusal(tmp_path / "folder.ttl").reason
    assert "no such file" in refusal(tmp_path / "missing.ttl").reason
    assert "no such" in refusal(tmp_path / "missing.txt").reason


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = put(tmp_path, "x")
    path.chmod(0)
    assert "permission" in refusal(path).reason


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "cannot be read: permission denied" in refusal(tmp_path / "x.ttl").reason


def test_a_literal_of_100_mb(tmp_path: Path) -> None:
    path = put(
        tmp_path, b'<urn:a> <urn:b> 1 ;\n <urn:c>\n """' + b"x y\n" * 25_000_000 + b'""" .\n'
    )
    error = refusal(path, name="x.ttl")
    assert isinstance(error, SyntaxFault)
    assert error.line == 3
    assert "100 million characters" in error.reason
    assert len(str(error)) < 300
    path.unlink()


@pytest.mark.parametrize("name", ["x.ttl", "x.trig", "x.nt", "x.nq"])
def test_a_literal_beyond_the_limit(tmp_path: Path, name: str) -> None:
    text = b'<urn:a> <urn:b> "1" .\n'
    long = text + b'<urn:a> <urn:b> "' + "é".encode() * (turtle.LONGEST // 2) + b'" .\n'
    assert refusal(put(tmp_path, long, name)).line == 2
    fits = text + b'<urn:a> <urn:b> "' + b"x" * (turtle.LONGEST // 2) + b'" .\n'
    assert len(turtle.read(put(tmp_path, fits, name)).quads) == 2


def test_a_literal_that_never_ends(tmp_path: Path) -> None:
    text = "<urn:a> <urn:b> 1 .\n<urn:a> <urn:b> '''it's\n" + "x y\n" * 5_000_000
    error = refusal(put(tmp_path, text))
    assert error.line == 2
    assert "not closed" in error.reason


def test_a_long_text_in_xml(tmp_path: Path) -> None:
    body = '<r:Description r:about="urn:a">\n<e:b>' + "x" * (turtle.LONGEST + 1)
    error = refusal(put(tmp_path, RDF_XML % (body + "</e:b></r:Description>"), "x.rdf"))
    assert error.line == 3


def test_an_unknown_prefix_has_its_line_and_the_nearest_ones(tmp_path: Path) -> None:
    error = refusal(put(tmp_path, "<urn:a> <urn:b>\n  skoss:x ."))
    assert error.line == 2
    assert "skos:" in error.hint
    declared = refusal(put(tmp_path, "<urn:a> <urn:b> mag:x ."))
    assert f"@prefix mag: <{MAG}> ." in declared.hint
    far = refusal(put(tmp_path, "<urn:a> <urn:b> qqqqqq:x ."))
    assert "mag:" in far.hint
    assert "con:" in far.hint


def test_known_prefixes_can_be_taken_as_declared(tmp_path: Path) -> None:
    path = put(tmp_path, "mag:a mag:b mag:c .\n# x\nmag:a mag:d mag:e .")
    document = turtle.read(path, prefixes=vocabulary.prefixes())
    assert document.lines.line(MAG + "a", MAG + "d") == 3
    assert document.lines.comments[0].line == 2


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("x.ttl", "<urn:a> <urn:b> 1 .\n<#a> <urn:b> 1 .", 2),
        ("x.ttl", "@prefix x: <x#> .\n", 1),
        ("x.trig", "\n<g> { <urn:a> <urn:b> 1 }", 2),
        ("x.rdf", RDF_XML % '<r:Description\n  r:about="x"/>', 2),
    ],
)
def test_relative_iris_need_a_base(tmp_path: Path, name: str, text: str, line: int) -> None:
    error = refusal(put(tmp_path, text, name))
    assert error.line == line
    assert "base" in error.hint
    assert "file:" not in str(error)
    turtle.read(put(tmp_path, text, name), base=BASE)


def test_no_path_of_this_machine_gets_into_an_iri(tmp_path: Path) -> None:
    document = turtle.read(put(tmp_path, "<#a> <b> <> ."), base=BASE)
    assert str(tmp_path) not in "".join(map(str, document.quads))


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (RDF_XML % '<r:Description\n r:about="urn:a"><e:b></r:Description>', 3, "mismatched"),
        (RDF_XML % '<r:Description r:about="urn:a"/>\n<r:Description\n r:ID="a/b"/>\n', 3, "a/b"),
        ('<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n<x>&a;</x>', 2, "DOCTYPE"),
        ('<?xml version="1.0"?>\n<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<x/>', 2, "DOCTYPE"),
        ('<?xml version="1.0" encoding="latin-1"?>\n<x/>', 1, "latin-1"),
        (RDF_XML % ("<r:Description><e:p>" * 50_000), 2, "nested"),
        ("<x>", 1, "not well-formed"),
    ],
)
def test_bad_xml_is_refused_at_its_line(tmp_path: Path, text: str, line: int, word: str) -> None:
    error = refusal(put(tmp_path, text, "x.rdf"))
    assert error.line == line
    assert word in error.reason


@pytest.mark.parametrize("name", ["x.ttl", "x.trig", "x.nt", "x.nq"])
def test_deep_triple_terms_do_not_end_the_process(tmp_path: Path, name: str) -> None:
    depth = 50_000
    term = "<<( <urn:a> <urn:b> " * depth + "<urn:c>" + " )>>" * depth
    path = put(tmp_path, f"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> {term} .\n", name)
    code = (
        "import sys; from magkg.claims import turtle; from magkg.errors import SyntaxFault\n"
        "try: turtle.read(sys.argv[1])\n"
        "except SyntaxFault as error: print(error.line)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "2"), done.stderr


def test_deep_lists_and_nodes_are_read(tmp_path: Path) -> None:
    depth = 5_000
    text = "<urn:a> <urn:b> " + "[ <urn:c> ( " * depth + "1" + " ) ]" * depth + " ."
    assert len(turtle.read(put(tmp_path, text)).quads) == 3 * depth + 1


def test_angle_brackets_in_texts_are_not_depth(tmp_path: Path) -> None:
    text = '<urn:a> <urn:b> "' + "<<" * 500 + '" . # ' + "<<" * 500
    assert len(turtle.read(put(tmp_path, text)).quads) == 1


# --- the canonical form -------------------------------------------------------------------------

SOURCE = f"""\
@base <{BASE}> .
@prefix con: <{CON}> .
@prefix mag: <{MAG}> .
@prefix oa: <{OA}> .
@prefix rdfs: <{RDFS}> .

<> a mag:Source ;
    a <http://purl.org/spar/fabio/WebPage> ;
    mag:leftOut <#l0-4> .

<#reading-1> a mag:Reading .

<#z-first> a mag:Claim ;
    rdfs:label "The first \\"one\\"\\n."@en ;
    mag:subject con:a ;
    mag:predicate mag:relieves ;
    mag:object con:b ;
    mag:species con:mouse ;
    mag:polarity mag:affirms ;
    mag:source <> ;
    mag:passage <#c5-9> ;
    mag:passage <#c100-109> ;
    mag:note "last"@en .

<#b> a mag:Claim ;
    mag:passage <#c10-20> .

<#a> a mag:Claim ;
    mag:passage <#c100-109> .

<#c> a mag:Claim ;
    mag:noPassage "a locator only"@en .

<#e-1> a mag:EvidenceLine ;
    mag:direction mag:supports .

<#c5-9> a mag:Passage ;
    oa:hasSource <> ;
    oa:start 5 ;
    oa:end 9 .

<#c10-20> a mag:Passage ;
    oa:start 10 .

<#c100-109> a mag:Passage ;
    oa:start 100 .

<#l0-4> a mag:LeftOut ;
    oa:start 0 .

con:x mag:q 0.5 ;
    mag:q 7 ;
    mag:q "350"^^<http://www.w3.org/2001/XMLSchema#decimal> ;
    mag:q -12 ;
    mag:q true .
"""


def test_the_canonical_form_of_a_source(tmp_path: Path) -> None:
    document = turtle.read(put(tmp_path, SOURCE))
    prefixes = {name: space for name, space in PREFIXES.items() if name != "xsd"}
    for quads in (document.quads, document.quads[::-1]):
        assert turtle.write(quads, base=BASE, prefixes=prefixes) == SOURCE


def test_other_files_are_sorted_by_iri() -> None:
    quads = [
        quad(ox.NamedNode(CON + name), TYPE, ox.NamedNode(MAG + kind))
        for name, kind in (("b10", "Claim"), ("b9", "Concept"), ("a", "Passage"))
    ]
    text = turtle.write(quads, prefixes=PREFIXES)
    assert [line.split()[0] for line in text.splitlines() if line.startswith("con:")] == [
        "con:a",
        "con:b9",
        "con:b10",
    ]


def test_nothing_is_written_of_nothing() -> None:
    assert turtle.write([], prefixes=PREFIXES) == ""
    assert turtle.write([], base=BASE, prefixes=PREFIXES) == f"@base <{BASE}> .\n"


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        (CON + "magnesium", "con:magnesium"),
        (CON + "b6", "con:b6"),
        (CON + "6b", "con:6b"),
        (CON + "a.b", "con:a.b"),
        (CON + "a.", f"<{CON}a.>"),
        (CON + "-a", f"<{CON}-a>"),
        (CON, f"<{CON}>"),
        (CON + "a/b", f"<{CON}a/b>"),
        (CON + "a%20b", f"<{CON}a%20b>"),
        (CON + "é", f"<{CON}é>"),
        (CON + "a\u200bb", f"<{CON}a\\u200Bb>"),
        (BASE, "<>"),
        (BASE + "#a", "<#a>"),
        (BASE + "#", "<#>"),
        (BASE + "-2#a", f"<{BASE}-2#a>"),
        (BASE + "?q", f"<{BASE}?q>"),
    ],
)
def test_names_are_short_where_they_are_plain(iri: str, written: str) -> None:
    text = turtle.write(
        [quad(ox.NamedNode(iri), MAG + "x", ox.Literal("y"))], base=BASE, prefixes=PREFIXES
    )
    assert text.splitlines()[-1] == f'{written} mag:x "y" .'


def test_the_longest_namespace_wins_and_bad_prefixes_are_left() -> None:
    prefixes = {"m": MAG, "mm": MAG, "long": MAG + "ab", "a.": MAG + "abc", "_": MAG + "abcd"}
    found = quad(ox.NamedNode(MAG + "abcde"), MAG + "x", ox.Literal(""))
    assert turtle.write([found], prefixes=prefixes) == (
        f'@prefix long: <{MAG}ab> .\n@prefix m: <{MAG}> .\n\nlong:cde m:x "" .\n'
    )


def test_a_base_with_a_fragment_is_its_document() -> None:
    text = turtle.write([quad(node("a"), LABEL, node("b"))], base=BASE + "#x", prefixes={})
    assert text == f"@base <{BASE}> .\n\n<#a> <{LABEL}> <#b> .\n"


@pytest.mark.parametrize(
    "bad",
    [
        ox.Quad(ox.BlankNode(), ox.NamedNode(TYPE), node("a")),
        ox.Quad(node("a"), ox.NamedNode(TYPE), ox.BlankNode()),
        ox.Quad(node("a"), ox.NamedNode(TYPE), node("a"), node("g")),
        ox.Quad(node("a"), ox.NamedNode(TYPE), ox.Triple(node("a"), node("b"), node("c"))),
    ],
)
def test_what_has_no_canonical_form_is_refused(bad: ox.Quad) -> None:
    with pytest.raises(InputError):
        turtle.write([bad], prefixes=PREFIXES)


def test_wrong_bytes_are_never_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "visible", lambda text: text)
    found = quad(node("a"), LABEL, ox.Literal("a\\nb"))
    with pytest.raises(AssertionError, match="would not say the same"):
        turtle.write([found], prefixes=PREFIXES)


@given(st.lists(generate.quads, max_size=12), st.randoms(), st.sampled_from([None, BASE]))
@settings(deadline=None, max_examples=200)
def test_the_form_is_stable_and_has_no_order(quads, random, base) -> None:  # type: ignore[no-untyped-def]
    text = turtle.write(quads, base=base, prefixes=PREFIXES)
    random.shuffle(quads)
    assert turtle.write(quads * 2, base=base, prefixes=PREFIXES) == text
    read = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    assert set(read) == set(quads)
    assert turtle.write(read, base=base, prefixes=PREFIXES) == text
    # One fact a line, also for readers that end lines at U+2028 and the like.
    assert text.splitlines() == text.split("\n")[:-1]
    lines = [line for line in text.split("\n") if line and not line.startswith("@")]
    assert len(lines) == len(set(quads))


@given(generate.graphs(4))
@settings(deadline=None, max_examples=25)
def test_claims_are_stable(quads: list[ox.Quad]) -> None:
    text = turtle.write(quads, base=BASE, prefixes=PREFIXES)
    read = ox.parse(text, format=ox.RdfFormat.TURTLE)
    assert turtle.write(read, base=BASE, prefixes=PREFIXES) == text


def test_no_line_of_the_form_hides_a_character() -> None:
    hidden = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x202E, 0xFEFF, 0xE0041]))
    text = turtle.write([quad(node("a"), LABEL, ox.Literal(hidden))], prefixes={})
    assert text.strip("\n").isprintable()
