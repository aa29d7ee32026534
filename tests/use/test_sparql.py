from __future__ import annotations

import pyoxigraph as ox
import pytest

from magkg import vocabulary
from magkg.use.sparql import blank, declared, with_prefixes

MAG = vocabulary.MAG


@pytest.mark.parametrize(
    "hidden",
    [
        "# a: SELECT",
        '"a: x"',
        "'a: x'",
        '"""a: "x" \n b:"""',
        "'''a: 'x' '''",
        '"\\" a:"',
        "<a:b#c>",
    ],
)
def test_blank_hides_what_is_no_code_and_moves_nothing(hidden: str) -> None:
    text = f"before {hidden}\nafter"
    found = blank(text)
    assert len(found) == len(text)
    assert found.count("\n") == text.count("\n")
    assert "a:" not in found
    assert found.startswith("before ")
    assert found.endswith("\nafter")


def test_less_than_is_no_iri() -> None:
    assert blank("FILTER(?a < ?b && ?b > ?c)") == "FILTER(?a < ?b && ?b > ?c)"


def test_declared_reads_the_prologue_and_not_the_comments() -> None:
    text = "# PREFIX no: <urn:no>\nPREFIX a: <urn:a> prefix  b:<urn:b#>\nPREFIX : <urn:c>\nASK {}"
    assert declared(text) == {"a": "urn:a", "b": "urn:b#", "": "urn:c"}


def test_only_missing_known_used_prefixes_are_put_before() -> None:
    text = 'PREFIX con: <urn:own/>\nSELECT ?x { ?x mag:kind con:a , "skos:no" . # rdfs:no\n}'
    full, lead = with_prefixes(text, vocabulary.prefixes())
    assert full[:lead] == f"PREFIX mag: <{MAG}> "
    assert full[lead:] == text
    ox.Store().query(full)


def test_what_is_no_prefix_is_left() -> None:
    text = "SELECT ?mag {{ ?mag ?b 'x'@en . _:con ?b ?c }}"
    assert with_prefixes(text, vocabulary.prefixes()) == (text, 0)
