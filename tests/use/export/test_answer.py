"""Triples written as RDF, and read back by two other readers."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
import rdflib

from magkg.errors import InputError, UnknownName
from magkg.store.interface import IRI, Blank, Literal, Triple
from magkg.use.export.rdf import answer
from magkg.vocabulary import XSD

NS = "https://example.org/ns#"
OX = {
    "turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD, "rdfxml": ox.RdfFormat.RDF_XML, "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}  # fmt: skip
ONE = IRI("https://example.org/thing/1")
TRIPLES: list[Triple] = [
    (ONE, IRI(NS + "label"), Literal('a "b" \\ c\nd\te\r<&>]]>', language="en")),
    (ONE, IRI(NS + "label"), Literal("\u05d0\u202e \U0001f41d", language="he")),
    (ONE, IRI(NS + "count"), Literal("7", XSD + "integer")),
    (ONE, IRI(NS + "part"), Blank("_:b1")),
    (Blank("_:b1"), IRI(NS + "plain"), Literal("")),
]
READ = {
    "turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml", "trig": "trig",
    "nquads": "nquads",
}  # fmt: skip


def written(triples: list[Triple], form: str) -> str:
    out = io.StringIO(newline="")
    answer.write(triples, form, out, {"ns": NS, "unused": "urn:unused:"})
    return out.getvalue()


def test_every_format_is_there() -> None:
    assert answer.FORMATS.keys() == READ.keys()
    with pytest.raises(UnknownName) as caught:
        answer.write([], "turtel", io.StringIO())
    assert caught.value.suggestions[0] == "turtle"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("form", READ)
def test_two_readers_read_the_same(form: str) -> None:
    text = written([*TRIPLES, *TRIPLES[::-1]], form)
    read = {(str(q.predicate), str(q.object)) for q in ox.parse(text, format=OX[form])}
    plain = io.StringIO(newline="")
    assert answer.write([*TRIPLES, *TRIPLES], "ntriples", plain) == len(TRIPLES)
    meant = list(ox.parse(plain.getvalue(), format=ox.RdfFormat.N_TRIPLES))
    assert len(meant) == len(TRIPLES)

    def plainly(parts: set[tuple[str, str]]) -> set[tuple[str, str]]:
        return {(p, "_:" if o.startswith("_:") else o) for p, o in parts}

    assert plainly(read) == plainly({(str(q.predicate), str(q.object)) for q in meant})
    graph = rdflib.Dataset() if form in ("trig", "nquads") else rdflib.Graph()
    graph.parse(data=text, format=READ[form])
    assert len(graph) == len(TRIPLES)
    assert rdflib.Literal(TRIPLES[0][2].value, lang="en") in set(graph.objects())  # type: ignore[union-attr]


def test_prefixes_are_those_that_are_used_and_the_order_is_the_same() -> None:
    text = written(TRIPLES, "turtle")
    assert "@prefix ns: " in text
    assert "unused" not in text
    assert "ns:count 7" in text
    assert written(TRIPLES[::-1], "turtle") == text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_lines_are_written_as_they_come() -> None:
    asked = []

    def triples() -> object:
        for number in range(100_000):
            asked.append(number)
            yield (ONE, IRI(NS + "n"), Literal(str(number)))

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        answer.write(triples(), "ntriples", Full())  # type: ignore[arg-type]
    assert len(asked) < 10_000


@pytest.mark.parametrize(
    ("triple", "said"),
    [
        ((ONE, IRI(NS + "p"), Literal("a\x0bb")), r"U\+000B"),
        ((ONE, IRI(NS + "p"), Literal("\ufffe")), r"U\+FFFE"),
        ((ONE, IRI("https://example.org/123"), Literal("a")), "https://example.org/123"),
    ],
)
def test_what_rdf_xml_cannot_carry_is_refused_by_name(triple: Triple, said: str) -> None:
    with pytest.raises(InputError, match=said):
        written([triple], "rdfxml")
    for form in set(READ) - {"rdfxml"}:
        assert list(ox.parse(written([triple], form), format=OX[form]))


def test_nothing_is_nothing() -> None:
    for form in READ:
        assert list(ox.parse(written([], form), format=OX[form])) == []
