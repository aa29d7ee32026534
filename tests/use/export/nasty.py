"""Graphs whose every text is nasty: 2,000 strings that break careless writers.

``graph()`` holds all of them, ``graph(xml=True)`` those that XML 1.0 can carry. Each string is the
gist of one claim, and labels of concepts, titles and notes are as nasty. ``surrogate()`` is a graph
that gives a lone surrogate, as an endpoint may; ``control()`` one with a vertical tab in a gist.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.store.interface import Literal, Solutions, Triple
from magkg.store.oxigraph import OxigraphStore
from magkg.use.graph import Graph
from tests import small

if TYPE_CHECKING:
    from magkg.store.interface import Term

COUNT = 2000
BASE = small.BASE
_PIECES = (
    "]]>", "<![CDATA[", "<!--", "-->", "&amp;", "&#0;", "&", "<b>", "</gexf>", '"', "'", "`", "\\",
    "\\n", "\n", "\r\n", "\r", "\t", ";", ",", "|", "=HYPERLINK(\"http://x/\",\"y\")", "=1+1",
    "+cmd", "-2+3", "@SUM(A1)", "\u202e", "\u200f", "\u2066", "\u05e9\u05dc\u05d5\u05dd",
    "\u0645\u0631\u062d\u0628\u0627", "\U0001f9e0", "e\u0301", "\u00e9", "\ufeff", "\u00a0",
    "\u2028", "\u2029", "\u0085", "\ufffd", "{", "}", "%s", "${x}", "{{x}}", "\\u0000", "null",
    "None", "NaN", "1e400", "007", "true", "<script>alert(1)</script>", "javascript:alert(1)",
    "'); DROP TABLE claims;--", "../../etc/passwd", "a" * 40, " ", "  ", "#", "@en", "^^", "_:b",
    "<http://x/>", "$", "~", "*", "\u4e2d\u6587", "\u0e44\u0e17\u0e22", "\uff1d1+1", "\ue000",
    "\U0010fffd", "id", "label", "weight", "Infinity", "--", "...", "\u0301", "\u200b", "\u00ad",
)  # fmt: skip
# What XML 1.0 (section 2.2) cannot carry; lone surrogates cannot stand in a store.
_CONTROL = ("\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\ufffe", "\uffff")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SURROGATE = "\ud800"
_MARK = "lone surrogate here"

HEAD = """
@prefix con: <https://example.org/bees/concept/> .
@prefix mag: <https://w3id.org/magkg/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix src: <https://example.org/bees/source/> .
"""


@cache
def strings(*, xml: bool = False) -> tuple[str, ...]:
    """COUNT different strings, the same on every run; two are of a million code points."""
    chance = random.Random(20260101)
    found: dict[str, None] = dict.fromkeys(each for each in _PIECES if each.strip())
    if not xml:
        found |= dict.fromkeys(f"a{each}b" for each in _CONTROL)
    found["x" * 1_000_000] = None
    found["\u00e9]]>" * 250_000] = None
    pieces = _PIECES if xml else _PIECES + _CONTROL
    while len(found) < COUNT:
        found["".join(chance.choice(pieces) for _ in range(chance.randint(1, 7))) + "z"] = None
    kept = tuple(found)[:COUNT]
    assert not (xml and any(map(_NOT_XML.search, kept)))
    return kept


def _literal(text: str) -> str:
    return str(ox.Literal(text, language="en"))


def _claim(number: int, text: str) -> str:
    polarity = ("affirms", "denies", "reportsNoDifference", "reportsLackOfEvidence")[number % 4]
    concept = f"con:nasty-{number % 50}"
    return (
        f"src:nasty\\#c{number} a mag:Claim ; rdfs:label {_literal(text)} ; "
        f"mag:subject {concept} ; mag:predicate mag:increases ; "
        f"mag:object con:nasty-{(number * 7 + 1) % 50} ; mag:polarity mag:{polarity} ; "
        f"mag:certainty mag:{('asserted', 'hedged', 'speculative')[number % 3]} ; "
        "mag:attribution mag:noSource ; mag:kind mag:efficacyClaim ; mag:source src:nasty ; "
        f"mag:note {_literal(text[:5000])} ; mag:frequency {ox.Literal(text[:200])} ; "
        f"mag:evidence src:nasty\\#e{number} .\n"
        f"src:nasty\\#e{number} a mag:EvidenceLine ; mag:direction mag:supports ; "
        f"mag:basis mag:own ; mag:study study:nasty-{number % 40} ; "
        f"mag:unresolved {_literal(text[:500])} .\n"
    )


def turtle(texts: tuple[str, ...]) -> str:
    lines = [HEAD, "@prefix study: <https://example.org/bees/study/> .\n"]
    lines.append(f"src:nasty a mag:Source ; dcterms:title {_literal(texts[3])} .\n")
    lines += [
        f"con:nasty-{number} a mag:Concept ; skos:prefLabel {_literal(texts[number])} ; "
        f"skos:altLabel {_literal(texts[number + 50])} ; "
        "mag:conceptKind mag:substanceConcept .\n"
        for number in range(50)
    ]
    lines += [
        f"study:nasty-{number} a mag:Study ; rdfs:label {_literal(texts[number + 100])} ; "
        f"mag:design mag:randomisedTrial ; mag:outcome con:nasty-{number} ; "
        f"mag:size {number + 10} ; mag:reportedIn src:nasty .\n"
        for number in range(40)
    ]
    lines += [_claim(number, text) for number, text in enumerate(texts)]
    return "".join(lines)


@cache
def quads(*, xml: bool = False) -> tuple[ox.Quad, ...]:
    """The quads of the graph, without the rules' part, which is of no interest here."""
    from magkg.claims import identity
    from magkg.store import derive
    from magkg.store.check import vocabulary_quads

    authored = list(ox.parse(turtle(strings(xml=xml)), format=ox.RdfFormat.TURTLE))
    derived = derive.derive(authored, list(identity.claims(authored)))
    return (*authored, *vocabulary_quads(), *derived)


def graph(*, xml: bool = False) -> Graph:
    return small.in_memory(small.project(), quads(xml=xml))


def control() -> Graph:
    """A graph of one claim, ``nasty#c0``, whose gist holds a vertical tab."""
    return _one("before\x0bafter")


def surrogate() -> Graph:
    """A graph of one claim, ``nasty#c0``, whose gist holds a lone surrogate."""
    whole = _one(f"before {_MARK} after")
    return Graph(_Surrogates(whole.store), project=small.project())


def _one(text: str) -> Graph:
    texts = (text, *(f"text {number}" for number in range(200)))
    authored = [
        each
        for each in ox.parse(turtle(texts), format=ox.RdfFormat.TURTLE)
        if not re.search(r"#[ce][1-9]", str(each.subject))
    ]
    return small.in_memory(small.project(), small.filled(authored))


class _Surrogates:
    """A store that gives a lone surrogate where the mark stands."""

    def __init__(self, below: object) -> None:
        assert isinstance(below, OxigraphStore)
        self._below = below

    def select(self, query: str, timeout: float | None = None) -> Solutions:
        found = self._below.select(query, timeout)
        return Solutions(found.variables, (tuple(map(_put, row)) for row in found))

    def construct(self, query: str, timeout: float | None = None) -> Iterator[Triple]:
        for subject, predicate, value in self._below.construct(query, timeout):
            made = _put(value)
            assert made is not None
            yield subject, predicate, made

    def ask(self, query: str, timeout: float | None = None) -> bool:
        return self._below.ask(query, timeout)


def _put(term: Term | None) -> Term | None:
    if isinstance(term, Literal) and _MARK in term.value:
        return Literal(term.value.replace(_MARK, SURROGATE), term.datatype, term.language)
    return term
