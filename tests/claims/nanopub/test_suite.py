"""Every file of the nanopublication suite: valid ones are taken, the others refused, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from magkg.claims.nanopub import parts, reading, trusty
from magkg.errors import InputError
from tests.claims.nanopub import sets

pytestmark = pytest.mark.skipif(bool(sets.absent()), reason=sets.absent())

# What the message must say of each invalid file; its name says what was done to it.
REASONS = {
    "plain/assertion_graph_uri_not_matching.trig": "the IRI of its assertion graph, .* not begin",
    "plain/emptya.trig": "its assertion graph is empty",
    "plain/emptyinfo.trig": "its publication info graph is empty",
    "plain/emptyprov.trig": "its provenance graph is empty",
    "plain/extragraph.trig": "the graph <.*/foobar> belongs to no nanopublication",
    "plain/graphs_uris_equal.trig": "its graphs have no IRIs of their own",
    "plain/illtyped_datatypes_in_assertion.trig": '"two" is no value of .*"1757-02-31" is no value',
    "plain/noinfolink.trig": "its publication info graph says nothing of the nanopublication",
    "plain/noprovlink.trig": "its provenance graph says nothing of the assertion",
    "plain/provenance_graph_uri_not_matching.trig": "the IRI of its provenance graph, .* not begin",
    "plain/pubinfo_graph_uri_not_matching.trig": "the IRI of its publication info graph, .* not",
    "plain/valid_invalid1.trig": "<http://example.org/mynanopub3#>: its head names no assertion",
    "signed/RA6T-YLqLnYd5XfnqR9PaGUjCzudvHdYjcG4GvOc7fdpA-all-LF.trig": "its trusty code is RA6T",
    "signed/simple1-invalid-dsa.trig": "its signature is not that of its statements",
    "signed/simple1-invalid-rsa.trig": "its signature is not that of its statements",
    "trusty/trusty1.trig": "what it says was altered: its trusty code is RAPpJU5U",
    "trusty/trusty2.trig": "the IRI of its head graph, .* does not begin with its own",
}


def name(path: Path) -> str:
    return "/".join(path.parts[-2:])


@pytest.mark.parametrize("path", sets.files("valid"), ids=name)
def test_a_valid_file_is_taken(path: Path) -> None:
    if path.parent.name == "signed":
        pytest.importorskip("cryptography")
    found = reading.nanopublications(path)
    assert len(found) == 1
    for each in found:
        assert each.part("assertion")
        assert bool(each.code) == (path.parent.name != "plain")
        if each.code:
            assert trusty.made(each.quads, each.code) == each.code


@pytest.mark.parametrize("path", sets.files("invalid"), ids=name)
def test_an_invalid_file_is_refused_with_its_reason(path: Path) -> None:
    if path.parent.name == "signed":
        pytest.importorskip("cryptography")
    with pytest.raises(InputError, match=REASONS[name(path)]) as caught:
        reading.nanopublications(path)
    assert path.name in str(caught.value)


def test_each_reason_has_its_file() -> None:
    assert {name(path) for path in sets.files("invalid")} == REASONS.keys()


def test_the_three_syntaxes_say_the_same() -> None:
    folder = sets.SUITES / "nanopub-valid" / "plain"
    said = [
        frozenset(reading.nanopublications(folder / f"simple1.{each}")[0].quads)
        for each in ("trig", "nq", "xml")
    ]
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("path", sets.files("valid")[::7], ids=name)
def test_one_letter_more_is_found(path: Path, tmp_path: Path) -> None:
    if path.parent.name == "signed":
        pytest.importorskip("cryptography")
    (found,) = reading.nanopublications(path)
    if not found.code:
        pytest.skip("a plain one has no code, so nothing holds it to its text")
    told = [each for each in found.part("assertion") if "Literal" in type(each.object).__name__]
    held = told[0] if told else found.part("assertion")[0]
    spoilt = [each for each in found.quads if each != held]
    changed = parts.Nanopub(found.iri, found.head, found.graphs, tuple(spoilt))
    assert any("altered" in each or "empty" in each for each in parts.faults(changed))
