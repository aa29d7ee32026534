"""The hash of a trusty URI: its text by hand, its order, its blanks."""

from __future__ import annotations

import base64
import hashlib
import random

import pyoxigraph as ox
import pytest

from magkg.claims.nanopub import trusty
from magkg.errors import InputError
from tests.claims.nanopub import sets

XSD = "http://www.w3.org/2001/XMLSchema#"
N = ox.NamedNode


def quad(subject: str, target: ox.NamedNode | ox.Literal, graph: str = "urn:g") -> ox.Quad:
    return ox.Quad(N(subject), N("urn:p"), target, N(graph))


def lines(*quads: ox.Quad) -> list[str]:
    """The objects of the normalised text, in their order."""
    return trusty.normalised(quads, None).splitlines()[3::4]


def test_the_text_is_four_lines_a_statement_and_its_hash_the_code() -> None:
    code = trusty.BLANK
    text = trusty.normalised(
        [
            quad(f"https://example.org/{code}#a", ox.Literal("b\\\nc", language="en")),
            quad("urn:s", N(f"https://example.org/{code}"), f"https://example.org/{code}#g"),
        ],
        code,
    )
    assert text == (
        "https://example.org/ #g\nurn:s\nurn:p\nhttps://example.org/ \n"
        "urn:g\nhttps://example.org/ #a\nurn:p\n@en b\\\\\\nc\n"
    )
    digest = hashlib.sha256(text.encode()).digest()
    assert trusty.code_of(text) == "RA" + base64.urlsafe_b64encode(digest).decode()[:43]


def test_literals_come_after_iris_by_value_datatype_and_language() -> None:
    given: list[ox.NamedNode | ox.Literal] = [
        ox.Literal("b"), ox.Literal("a", language="fr"), ox.Literal("a", language="EN"),
        ox.Literal("a"), ox.Literal("a", datatype=N(XSD + "anyURI")), N("urn:z"), N("urn:a"),
    ]  # fmt: skip
    random.Random(1).shuffle(given)
    assert lines(*(quad("urn:s", each) for each in given)) == [
        "urn:a", "urn:z", "@en a", "@fr a", f"^{XSD}anyURI a", f"^{XSD}string a", f"^{XSD}string b",
    ]  # fmt: skip


def test_the_order_is_that_of_utf_16_and_the_other_one_is_taken_too() -> None:
    high, low = ox.Literal("\U0001f9e0"), ox.Literal("\ufffd")
    held = [quad("urn:s", high), quad("urn:s", low)]
    assert [each[-1] for each in lines(*held)] == ["\U0001f9e0", "\ufffd"]
    other = trusty.code_of(trusty.normalised(held, None, str.encode))
    assert trusty.made(held) != other
    assert trusty.holds(held, trusty.made(held))
    assert trusty.holds(held, other)
    assert not trusty.holds(held[:1], other)


def test_neither_order_nor_repetition_is_part_of_it() -> None:
    held = sets.quads(sets.trig())
    mixed = [*held, *held]
    random.Random(2).shuffle(mixed)
    assert trusty.made(mixed) == trusty.made(held)


def test_the_code_does_not_hash_itself() -> None:
    text = sets.named()
    one = sets.one(text)
    assert one.code
    assert trusty.made(one.quads, one.code) == one.code
    other = text.replace(one.code, trusty.BLANK)
    assert trusty.made(sets.quads(other)) == one.code


@pytest.mark.parametrize(
    ("iri", "found"),
    [
        ("https://x.org/np/" + trusty.BLANK, True),
        ("https://x.org/np." + trusty.BLANK, True),
        (trusty.BLANK + ".trig", True),
        ("https://x.org/" + trusty.BLANK + "#Head", False),
        ("https://x.org/" + trusty.BLANK[:-1], False),
        ("https://x.org/a" + trusty.BLANK, False),
        ("https://x.org/FA" + "0" * 43, False),
    ],
)
def test_a_code_is_found_at_the_end_of_an_iri(iri: str, found: bool) -> None:
    assert (trusty.artifact_code(iri) == trusty.BLANK) == found


def test_a_blank_node_has_no_hash() -> None:
    with pytest.raises(InputError, match="has no IRI"):
        trusty.made([ox.Quad(ox.BlankNode("a"), N("urn:p"), N("urn:o"), N("urn:g"))])
