"""JSON-LD: readable, and expanded to the very statements of the graph."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from magkg.store.interface import IRI, Literal
from magkg.store.oxigraph import OxigraphStore
from magkg.use.export.rdf import jsonld
from magkg.vocabulary import MAG, XSD
from tests import small
from tests.use.export import nasty
from tests.use.export.rdf_readers import by_npm, by_pyoxigraph, by_rdflib, lines, written

if TYPE_CHECKING:
    from pathlib import Path

    from magkg.store.interface import Triple
    from magkg.use.graph import Graph

X = "https://x.example/"


def test_the_whole_graph_is_read_back(bundled: Graph, tmp_path: Path) -> None:
    data = written(bundled.subgraph(), "jsonld")
    assert isinstance(bundled.store, OxigraphStore)
    expected = lines(bundled.store.quads())
    assert by_pyoxigraph(data, "jsonld") == expected
    assert by_npm(data, tmp_path) == expected


@pytest.mark.parametrize(
    "chosen",
    [{"concept": "magnesium-oxide"}, {"polarity": "denies"}, {"source": "guide-nerve-health"}],
    ids=str,
)
def test_a_selection_is_read_back(bundled: Graph, tmp_path: Path, chosen: dict[str, str]) -> None:
    subgraph = bundled.subgraph(**chosen)
    data, expected = (
        written(subgraph, "jsonld"),
        by_pyoxigraph(written(subgraph, "nquads"), "nquads"),
    )
    assert by_pyoxigraph(data, "jsonld") == expected
    assert by_rdflib(data, "jsonld") == expected
    assert by_npm(data, tmp_path) == expected


@pytest.mark.parametrize("xml", [False, True])
def test_every_nasty_string_is_read_back(tmp_path: Path, xml: bool) -> None:
    graph = nasty.graph(xml=xml)
    data = written(graph.subgraph(), "jsonld")
    assert isinstance(graph.store, OxigraphStore)
    expected = lines(graph.store.quads())
    assert by_pyoxigraph(data, "jsonld") == expected
    assert by_rdflib(data, "jsonld") == expected
    assert by_npm(data, tmp_path) == expected
    labels = {
        each["label"] for each in json.loads(data)["@graph"] if each.get("@type") == "mag:Claim"
    }
    assert labels == set(nasty.strings(xml=xml))


def nodes(subgraph: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    document = json.loads(written(subgraph, "jsonld"))
    return document["@context"], {each["@id"]: each for each in document["@graph"]}


def test_a_claim_reads_as_it_is_meant() -> None:
    context, found = nodes(small.graph().subgraph(claim="garden-leaflet#as-the-trial"))
    claim = found["src:garden-leaflet#as-the-trial"]
    assert list(claim)[:6] == ["@id", "@type", "label", "subject", "predicate", "object"]
    wanted = {
        "@type": "mag:Claim",
        "label": "Clover near a hive brings more brood, says a beekeeper.",
        "subject": "con:white-clover",
        "predicate": "mag:increases",
        "object": "con:brood",
        "polarity": "mag:affirms",
        "certainty": "mag:hedged",
        "source": "src:garden-leaflet",
        "citedGap": "2",
        "ownConclusion": "true",
    }
    assert {key: claim[key] for key in wanted} == wanted
    assert context["label"] == {"@id": "rdfs:label", "@language": "en"}
    assert context["polarity"] == {"@id": "mag:polarity", "@type": "@id"}
    assert context["citedGap"] == {"@id": "mag:citedGap", "@type": "xsd:integer"}
    assert found["mag:stated"]["@graph"] == [
        {"@id": "con:white-clover", "increases": "con:brood"}
    ]  # fmt: skip


def test_the_context_is_in_the_file_and_names_nothing_remote() -> None:
    context, _ = nodes(small.graph().subgraph())
    assert isinstance(context, dict)
    assert context["@version"] == 1.1
    assert not {"@import", "@base", "@vocab"} & context.keys()


def test_no_number_is_a_number_of_json() -> None:
    def look(value: Any) -> None:
        assert isinstance(value, (str, list, dict))
        for each in value if isinstance(value, list) else value.values() if isinstance(
            value, dict) else ():  # fmt: skip
            look(each)

    look(json.loads(written(small.graph().subgraph(), "jsonld"))["@graph"])


def read(tmp_path: Path, triples: list[Triple], prefixes: dict[str, str]) -> Any:
    """Write triples, hold them against three readers, and give the document."""
    out = io.BytesIO()
    assert jsonld.document(triples, (), prefixes, out) == (len(triples), 0)
    data = out.getvalue()
    expected = lines(map(_quad, triples))
    assert by_pyoxigraph(data, "jsonld") == expected
    assert by_rdflib(data, "jsonld") == expected
    assert by_npm(data, tmp_path) == expected
    return json.loads(data)


def _quad(triple: Triple) -> ox.Quad:
    subject, predicate, value = triple
    if not isinstance(value, Literal):
        made: ox.NamedNode | ox.Literal = ox.NamedNode(value)
    elif value.language:
        made = ox.Literal(value.value, language=value.language)
    else:
        made = ox.Literal(value.value, datatype=ox.NamedNode(value.datatype))
    return ox.Quad(ox.NamedNode(str(subject)), ox.NamedNode(str(predicate)), made)


def test_values_of_several_kinds_keep_theirs(tmp_path: Path) -> None:
    node, prop = IRI(X + "s"), IRI(X + "p")
    values = [
        IRI(X + "o"), Literal(X + "o"), Literal("a"), Literal("a", language="en"),
        Literal("a", language="de"), Literal("7", XSD + "integer"), Literal("7"),
        Literal("1.5", XSD + "decimal"), Literal("true", XSD + "boolean"), Literal("true"),
        Literal("12345678901234567890", XSD + "integer"), Literal("@id"), Literal(""),
    ]  # fmt: skip
    document = read(tmp_path, [(node, prop, value) for value in values], {"x": X})
    assert document["@context"]["p"] == {"@id": "x:p"}
    assert {"@value": "7", "@type": XSD + "integer"} in document["@graph"][0]["p"]


def test_large_numbers_are_not_rounded(tmp_path: Path) -> None:
    node = IRI(X + "s")
    triples: list[Triple] = [
        (node, IRI(X + "n"), Literal("9007199254740993", XSD + "integer")),
        (node, IRI(X + "d"), Literal("0.1000000000000000055", XSD + "decimal")),
    ]
    document = read(tmp_path, triples, {})
    assert document["@graph"][0]["n"] == "9007199254740993"


def test_names_that_two_properties_share_are_told_apart(tmp_path: Path) -> None:
    node = IRI(X + "s")
    triples: list[Triple] = [
        (node, IRI(X + "label"), Literal("one")),
        (node, IRI("https://y.example/label"), Literal("two", language="en")),
        (node, IRI(X + "type"), IRI(X + "T")),
        (node, IRI(X + "id"), Literal("three")),
        (node, IRI(X), Literal("four")),
        (node, IRI(X + "@id"), Literal("five")),
    ]
    document = read(tmp_path, triples, {"x": X})
    assert {"x:label", "https://y.example/label", "type", "id"} <= document["@graph"][0].keys()


def test_a_property_takes_the_place_of_a_prefix_of_its_name(tmp_path: Path) -> None:
    """Else ``study`` would be both, and the IRIs of studies would be read by the property."""
    node = IRI(X + "study/1")
    document = read(tmp_path, [(node, IRI(MAG + "study"), node)], {"study": X + "study/"})
    assert document["@graph"][0] == {"@id": str(node), "study": str(node)}


def test_iris_that_look_like_short_forms_are_read_as_they_are(tmp_path: Path) -> None:
    triples: list[Triple] = [
        (IRI("urn:a"), IRI("urn:p"), IRI("con:b")),
        (IRI(X + "con/c"), IRI("urn:p"), IRI(X + "con///d")),
        (IRI(X + "con/c"), IRI("urn:q"), IRI("mailto:a@x.example")),
    ]
    document = read(tmp_path, triples, {"con": X + "con/", "urn": X, "mailto": X, "y": X + "con"})
    assert document["@graph"][0]["@id"] in {X + "con/c", "urn:a"}
    assert "con" not in document["@context"]


def test_no_statement_makes_an_empty_document() -> None:
    out = io.BytesIO()
    assert jsonld.document((), (), {}, out) == (0, 0)
    assert json.loads(out.getvalue())["@graph"] == []
    assert by_pyoxigraph(out.getvalue(), "jsonld") == frozenset()
