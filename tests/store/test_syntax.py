"""What a SPARQL text names and declares, seen by its tokens."""

from __future__ import annotations

import pytest

from magkg.store.syntax import declarations, iris, prefixes_used

KNOWN = {"con": "urn:con:", "mag": "urn:mag:", "src": "urn:src:", "xsd": "urn:xsd:"}


def test_names_are_those_of_the_code() -> None:
    text = """BASE <https://example.org/base/>
PREFIX own: <urn:own:> # con:comment <urn:comment>
prefix : <urn:d#>
SELECT ?con { ?c a mag:Claim ; own:p <relative> , :x , <urn:whole> . # mag:Not
  FILTER(?a<?b && ?c>3 || "con:no" = 'src:no'@en || ?x = \"\"\"a "con:no" \"\"\"^^xsd:integer)
  _:con mag:x/mag:y+ src:a\\#b-c , con:h%2Ci.j. con:trail. mag:Claim a nowhere:x }"""
    assert iris(text, KNOWN) == [
        "urn:mag:Claim", "urn:own:p", "https://example.org/base/relative", "urn:d#x", "urn:whole",
        "urn:xsd:integer", "urn:mag:x", "urn:mag:y", "urn:src:a#b-c", "urn:con:h%2Ci.j",
        "urn:con:trail",
    ]  # fmt: skip
    assert declarations(text) == {"own": "urn:own:", "": "urn:d#"}
    assert prefixes_used(text) == ["mag", "own", "", "xsd", "src", "con", "nowhere"]


@pytest.mark.parametrize(
    "text", ["", "'", '"""', "<", "con", "?con:x", "@con:x", "# con:x", "PREFIX con: <urn:x>", "}{"]
)
def test_what_names_nothing(text: str) -> None:
    assert iris(text.replace("?con:x", "?con"), KNOWN) == []


def test_a_text_declares_over_what_is_known() -> None:
    assert iris("PREFIX con: <urn:mine:> ASK { con:x ?p ?o }", KNOWN) == ["urn:mine:x"]


def test_a_long_text_takes_no_long_time() -> None:
    assert iris("<a " * 20_000 + "con:x " + '"' * 3_001, KNOWN) == ["urn:con:x"]
