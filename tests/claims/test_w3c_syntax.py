"""The W3C syntax suites of RDF 1.1, as data outside the repository."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from magkg.claims import turtle
from magkg.errors import InputError, SyntaxFault
from tests import w3c

pytestmark = pytest.mark.skipif(bool(w3c.missing()), reason=w3c.missing() or "at hand")

# Files that are right by the grammar and refused here, with the reason.
REFUSED = {
    f"{suite}/{name}-syntax-file-01": "an empty file states nothing"
    for suite, name in (
        ("rdf-n-quads", "nt"),
        ("rdf-n-triples", "nt"),
        ("rdf-trig", "trig"),
        ("rdf-turtle", "turtle"),
    )
}
# Files whose triples differ from the suite's, with the reason.
DIFFERENT = {
    f"rdf-xml/xml-canon-test00{number}": "pyoxigraph keeps XML literals as they are written;"
    " that datatype is not among those in use here"
    for number in (1, 2)
}


def test_the_manifests_are_read_whole() -> None:
    assert len(w3c.negative()) == 312
    assert len(w3c.positive()) == 680
    assert all(case.path.is_file() for case in w3c.cases())


@pytest.mark.parametrize("case", w3c.negative(), ids=str)
def test_a_bad_file_is_refused_with_file_and_line(case: w3c.Case) -> None:
    for base in (None, case.base):
        with pytest.raises(SyntaxFault) as caught:
            turtle.read(case.path, name=case.id, base=base)
        lines = case.path.read_bytes().count(b"\n") + 1
        assert caught.value.file == case.id
        assert caught.value.line is not None
        assert 1 <= caught.value.line <= lines


@pytest.mark.parametrize("case", w3c.positive(), ids=str)
def test_a_good_file_is_read(case: w3c.Case) -> None:
    if case.id in REFUSED:
        with pytest.raises(InputError, match=r"the file is empty"):
            turtle.read(case.path, base=case.base)
        return
    document = turtle.read(case.path, base=case.base)
    if case.result is not None and case.id not in DIFFERENT:
        expected = ox.Dataset(ox.parse(path=case.result))
        found = ox.Dataset(document.quads)
        for each in (expected, found):
            each.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        assert found == expected


def _named(document: turtle.Document) -> bool:
    return not any(
        isinstance(term, ox.BlankNode)
        for quad in document.quads
        for term in (quad.subject, quad.object)
    )


def test_the_lines_of_good_files_are_known() -> None:
    """Every property of a named subject has a line, in RDF/XML at least that of its subject."""
    seen = 0
    for case in w3c.positive():
        if case.id in REFUSED:
            continue
        document = turtle.read(case.path, base=case.base)
        for quad in document.quads:
            if not isinstance(quad.subject, ox.NamedNode) or "#nil" in quad.subject.value:
                continue
            line = document.lines.line(quad.subject.value, quad.predicate.value)
            if line is None:
                # Properties given as attributes of a property element: its target has no element.
                assert case.path.suffix == ".rdf", (case.id, quad)
                continue
            seen += 1
    assert seen > 900


@pytest.mark.parametrize("case", w3c.positive(".ttl"), ids=str)
def test_good_turtle_comes_back_from_its_canonical_form(case: w3c.Case) -> None:
    if case.id in REFUSED:
        pytest.skip(REFUSED[case.id])
    document = turtle.read(case.path, base=case.base)
    if not _named(document):
        pytest.skip("it has nodes without a name, which the canonical form refuses")
    for base in (None, case.base):
        text = turtle.write(document.quads, base=base, prefixes=document.prefixes)
        again = set(ox.parse(text, format=ox.RdfFormat.TURTLE))
        assert again == set(document.quads)
        assert turtle.write(again, base=base, prefixes=document.prefixes) == text
