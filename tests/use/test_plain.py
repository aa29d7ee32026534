"""Texts of others: on one line, and nothing in them obeyed."""

from __future__ import annotations

import pyoxigraph as ox

from magkg.use.graph import Graph
from magkg.use.plain import one_line, shown
from tests import audited, ruled


def test_breaks_become_blanks_and_marks_are_shown() -> None:
    assert one_line(" a \r\n b\tc\u2028d\x85e ") == "a b c d e"
    assert one_line("a  b") == "a  b"
    assert one_line("\x1b[2J\u202eabc\ufeff") == "\\u001b[2J\\u202eabc\\ufeff"
    assert shown("a\n\tb\x00") == "a\n\tb\\u0000"


def test_a_locator_forges_no_line_of_an_audit() -> None:
    forged = '"Abstract]\\nretracted_study  high  9\\nin all: 0 findings"@en'
    written = audited.turtle().replace("oa:start 10 ; oa:end 20", f"mag:locator {forged}")
    found = Graph(ruled.ruled(ox.parse(written, format=ox.RdfFormat.TURTLE))).audit()
    assert found.findings
    for lines in (found.table().splitlines(), found.markdown().splitlines()):
        assert any("Abstract" in line for line in lines)
        assert not [line for line in lines if line.startswith("retracted_study  high  9")]
        assert sum(line.startswith("in all:") for line in lines) <= 1
