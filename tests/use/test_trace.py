"""A claim traced in the small made-up graph: every part of the answer, by hand."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pyoxigraph as ox
import pytest

from magkg.claims.sources import SourceTexts
from magkg.errors import InputError, UnknownName
from magkg.store.oxigraph import OxigraphStore
from magkg.use.describe import claim_iri, describe, label
from magkg.use.show import trace_text
from magkg.use.trace import trace

from .. import small

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "trace.schema.json").read_text("utf-8")
)
GRAPH = small.graph()
TEXTS = SourceTexts(small.SOURCES)


def claims() -> list[str]:
    return sorted(
        str(row[0])
        for row in GRAPH.store.select(
            "SELECT ?c WHERE { ?c a <https://w3id.org/magkg/ns#Claim> } ORDER BY ?c"
        )
    )


@pytest.mark.parametrize("texts", [None, TEXTS], ids=["without-texts", "with-texts"])
def test_every_claim_can_be_traced_and_shown(texts: SourceTexts | None) -> None:
    for iri in claims():
        found = trace(GRAPH.store, iri, GRAPH.prefixes, texts)
        jsonschema.validate(found.as_json(), SCHEMA)
        assert found.claim == iri
        shown = trace_text(found)
        assert found.as_json()["label"].split()[0] in shown
        assert "None" not in shown


def test_a_claim_with_its_words_source_and_curation() -> None:
    found = trace(GRAPH.store, "hive-notes#clover-keeps-colony", GRAPH.prefixes, TEXTS).as_json()
    assert found["claim"] == small.BASE + "source/hive-notes#clover-keeps-colony"
    assert found["triple"]["predicate"]["label"] == "maintains"
    assert [(q["qualifier"], q["label"]) for q in found["triple"]["qualifiers"]] == [
        ("timing", "autumn")
    ]
    assert found["wording"]["certainty"]["label"] == "hedged"
    (passage,) = found["passages"]
    text = TEXTS.text("hive-notes") or ""
    assert passage["verdict"] == "intact"
    assert passage["words"] == text[passage["start"] : passage["end"]]
    assert (passage["before"] + passage["words"] + passage["after"]).strip() in text
    assert found["source"]["title"] == "Hive notes"
    assert [done["part"] for done in found["curation"]] == ["read", "checked"]
    assert [node["iri"].rpartition("#")[2] for node in found["because"]] == ["long-flow"]
    assert [node["iri"].rpartition("#")[2] for node in found["via"]] == ["clover-more-brood"]


def test_what_the_text_became_is_told() -> None:
    name = "hive-notes#bees-pollinate-clover"

    class Edited(SourceTexts):
        def text(self, slug: str) -> str | None:
            found = super().text(slug)
            return found and "Edited. " + found

    (passage,) = trace(GRAPH.store, name, GRAPH.prefixes, Edited(small.SOURCES)).as_json()[
        "passages"
    ]
    assert passage["verdict"] == "moved"
    assert passage["new_start"] == passage["start"] + len("Edited. ")
    text = TEXTS.text("hive-notes") or ""
    assert passage["words"] == text[passage["start"] : passage["end"]]
    shown = trace_text(trace(GRAPH.store, name, GRAPH.prefixes, Edited(small.SOURCES)))
    assert f"moved, now {passage['new_start']}-" in shown


def test_a_claim_is_named_by_slug_curie_or_iri() -> None:
    iri = small.BASE + "source/hive-notes#long-flow"
    for name in (iri, f"<{iri}>", "hive-notes#long-flow", "src:hive-notes#long-flow"):
        assert claim_iri(GRAPH.store, name, GRAPH.prefixes) == iri


def test_a_mistyped_claim_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        claim_iri(GRAPH.store, "hive-notes#long-flaw", GRAPH.prefixes)
    assert "hive-notes#long-flow" in caught.value.suggestions


@pytest.mark.parametrize("name", ["<x y>", 'a"b', "a{b}", "a\\b"])
def test_what_cannot_be_an_iri_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        claim_iri(GRAPH.store, name, GRAPH.prefixes)


@pytest.mark.parametrize(
    ("name", "says", "hint"),
    [
        ("honeybee", "is a concept", "claims_about --concept honeybee"),
        ("con:honeybee", "is a concept", "claims_about --concept honeybee"),
        (small.BASE + "study/norwood-clover", "is a study", "--study norwood-clover"),
        ("hive-notes", "is a source", "trace --source hive-notes"),
    ],
)
def test_what_is_no_claim_is_called_by_its_name(name: str, says: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        claim_iri(GRAPH.store, name, GRAPH.prefixes)
    assert says in str(caught.value)
    assert hint in str(caught.value)


def test_a_name_of_several_things_is_said_to_be_all_of_them() -> None:
    study = ox.Quad(
        ox.NamedNode(GRAPH.prefixes["study"] + "leaflet"),
        ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        ox.NamedNode("https://w3id.org/magkg/ns#Study"),
    )
    source = ox.Quad(
        ox.NamedNode(GRAPH.prefixes["src"] + "leaflet"),
        study.predicate,
        ox.NamedNode("https://w3id.org/magkg/ns#Source"),
    )
    held = ox.Store()
    held.extend([study, source])
    with pytest.raises(InputError, match="is a study and a source, not a claim") as caught:
        claim_iri(OxigraphStore(held), "leaflet", GRAPH.prefixes)
    assert "--study leaflet` or `magkg trace --source leaflet`" in caught.value.hint


def test_a_name_without_its_source_suggests_it() -> None:
    with pytest.raises(UnknownName) as caught:
        claim_iri(GRAPH.store, "long-flow", GRAPH.prefixes)
    assert caught.value.suggestions == ["hive-notes#long-flow"]


def test_a_renamed_claim_is_found_under_its_old_name() -> None:
    old, new = (small.BASE + f"source/hive-notes#{name}" for name in ("old-flow", "long-flow"))
    heir = ox.Quad(
        ox.NamedNode(old),
        ox.NamedNode("http://purl.org/dc/terms/isReplacedBy"),
        ox.NamedNode(new),
    )
    graph = small.in_memory(small.project(), [*small.quads(), heir])
    assert claim_iri(graph.store, "hive-notes#old-flow", graph.prefixes) == new


def test_describe_knows_nothing_of_what_is_not_there() -> None:
    assert describe(GRAPH.store, []) == {}
    assert describe(GRAPH.store, ["https://example.org/nothing"]) == {}
    assert label({}, "https://example.org/nothing") == "nothing"
