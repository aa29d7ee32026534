"""Concepts by name, label, outside id; made under names that hang on nothing but themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from magkg.claims import turtle
from magkg.claims.project import bundled
from magkg.claims.tables.context import Fault
from magkg.claims.tables.lookup import Concepts, Missing, Wanted
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    import pyoxigraph as ox

PROJECT = bundled()
CON = PROJECT.namespace("con")
SUBSTANCE = MAG + "substanceConcept"


@pytest.fixture(scope="module")
def known() -> list[ox.Quad]:
    read = (turtle.read(path) for path in PROJECT.files() if "sources" not in str(path))
    return [quad for each in read for quad in each.quads]


@pytest.fixture
def concepts(known: list[ox.Quad]) -> Concepts:
    prefixes = {**PROJECT.prefixes, "T": "https://example.org/t/"}
    return Concepts(known, CON, prefixes, grounds="Seen there.", language="en")


@pytest.mark.parametrize(
    ("wanted", "slug"),
    [
        (Wanted("c", label="con:calcium"), "calcium"),
        (Wanted("c", label="CALCIUM "), "calcium"),
        (Wanted("c", id="MESH:D002118"), "calcium"),
        (Wanted("c", id="mesh:D002118"), "calcium"),
        (Wanted("c", id="http://id.nlm.nih.gov/mesh/D002118"), "calcium"),
        (Wanted("c", id="CHEBI:22984"), "calcium"),  # a close match
        (Wanted("c", id="MESH:D99999999", label="calcium"), "calcium"),
        (Wanted("c", label="calcium", kind=SUBSTANCE), "calcium"),
    ],
)
def test_a_concept_is_found(concepts: Concepts, wanted: Wanted, slug: str) -> None:
    assert concepts.find(wanted) == (CON + slug, [])


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (Wanted("c", label="con:calcum"), "no such concept"),
        (Wanted("c", label="calcum"), "no concept has this label"),
        (Wanted("c", label="calcium", kind=MAG + "timeConcept"), "is of mag:substanceConcept"),
        (Wanted("c", id="CHEBI:33281"), "no concept has this id"),  # a broad match is another thing
    ],
)
def test_what_is_not_found_is_told(concepts: Concepts, wanted: Wanted, reason: str) -> None:
    with pytest.raises(Missing, match=reason) as missing:
        concepts.find(wanted)
    if "calcum" in wanted.label:
        assert "calcium" in missing.value.hint


def test_an_id_that_is_none_is_a_fault(concepts: Concepts) -> None:
    with pytest.raises(Fault, match="no IRI and no CURIE"):
        concepts.find(Wanted("c", id="D002118"))
    with pytest.raises(Fault, match="what the prefix 'Q' stands for"):
        concepts.find(Wanted("c", id="Q:1", label="x", kind=SUBSTANCE, create=True))


@pytest.mark.parametrize(
    ("label", "id_", "slug"),
    [
        ("Bluetin", "", "bluetin"),
        ("Vitamin  X9", "", "vitamin-x9"),
        ("Bluetin", "T:B1", "t-b1"),
        ("A+B", "", "a-b-8b280635"),
        ("茶", "", "46f17ade"),
        ("A/B", "", "a-b-361b2e8b"),
        ("Bluetin", "T:B_1", "t-b-1-e04be3fe"),
    ],
)
def test_a_concept_is_made_under_a_name_of_its_own(
    concepts: Concepts, label: str, id_: str, slug: str
) -> None:
    iri, quads = concepts.find(Wanted("c", label=label, id=id_, kind=SUBSTANCE, create=True))
    assert iri == CON + slug
    outside = [quad for quad in quads if quad.predicate.value == MAG + "outside"]
    assert len(outside) == bool(id_)


def test_one_label_is_one_concept_of_the_kind_that_is_there_or_comes_first(
    concepts: Concepts,
) -> None:
    time = Wanted("c", label="calcium", kind=MAG + "timeConcept", create=True)
    assert concepts.find(time) == (CON + "calcium", [])
    given = [
        Wanted("c", label=label, kind=MAG + kind, create=True)
        for label, kind in (("Bluetin", "substanceConcept"), ("bluetin", "foodConcept"))
    ]
    for each in given:
        concepts.expect(each)
    for each in reversed(given):
        iri, quads = concepts.find(each)
        kinds = [q.object for q in quads if q.predicate.value == MAG + "conceptKind"]
        assert (iri, str(kinds[0])) == (CON + "bluetin", f"<{MAG}foodConcept>")


def test_a_label_finds_what_another_row_makes_of_an_id(concepts: Concepts) -> None:
    concepts.expect(Wanted("c", label="Pulse", id="T:D1", kind=SUBSTANCE, create=True))
    iri, quads = concepts.find(Wanted("c", label="pulse", kind=SUBSTANCE, create=True))
    assert iri == CON + "t-d1"
    assert [q for q in quads if q.predicate.value == MAG + "outside"]
    concepts.expect(Wanted("c", label="pulse", id="T:D2", kind=SUBSTANCE, create=True))
    with pytest.raises(Fault, match="several concepts of this label: T:D1, T:D2"):
        concepts.find(Wanted("c", label="pulse", kind=SUBSTANCE, create=True))


def test_the_human_species_is_known(concepts: Concepts, tmp_path: Path) -> None:
    text = (
        "@prefix mag: <https://w3id.org/magkg/ns#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        f"<{CON}person#x> mag:concept <{CON}person> ; mag:match skos:exactMatch ;\n"
        "  mag:outside <http://purl.obolibrary.org/obo/NCBITaxon_9606> .\n"
    )
    (tmp_path / "x.ttl").write_text(text)
    found = Concepts(turtle.read(tmp_path / "x.ttl").quads, CON, {}, grounds="", language="en")
    assert found.human(CON + "person")
    assert not concepts.human(CON + "mouse")
