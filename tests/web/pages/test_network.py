"""The graph view: bounded, whole where it shows anything, the same as a list and as a picture."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from magkg.vocabulary import LABEL, MAG, SKOS
from magkg.web import assets
from tests import small
from tests.web.asking import get

if TYPE_CHECKING:
    from magkg.use.graph import Graph

GLYCINATE = "https://w3id.org/magkg/concept/magnesium-glycinate"
SCIATICA = "https://w3id.org/magkg/concept/sciatica"
VIEWS = ("propositions", "claims", "provenance")


def data(graph: Graph, url: str, status: int = 200) -> dict[str, Any]:
    found = get(graph, url, "json")
    assert found.status == status, found.body.decode()[:400]
    held: dict[str, Any] = json.loads(found.body)
    return held


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("nodes", [1, 12, 60])
def test_a_view_is_bounded_and_says_what_it_leaves_out(
    bundled: Graph, view: str, nodes: int
) -> None:
    found = data(bundled, f"/network?concept=magnesium&view={view}&nodes={nodes}")
    # Provenance counts its claims; each brings a source and studies.
    most = nodes * (8 if view == "provenance" else 1)
    assert len(found["nodes"]) <= max(most, 8)
    assert found["left_out"]["groups"] > 0
    ends = {each["id"] for each in found["nodes"]}
    assert all({each["source"], each["target"]} <= ends for each in found["edges"])


def test_what_joins_two_concepts_is_shown_whole(bundled: Graph) -> None:
    """Every polarity that claims take on a pair that is shown stands on an edge of it."""
    found = data(bundled, "/network?concept=magnesium&nodes=20")
    shown = {(each["source"], each["target"], each["way"]) for each in found["edges"]}
    pairs = {(start, end) for start, end, _ in shown}
    ways = {"affirms": "for", "denies": "against"}
    query = (
        "SELECT DISTINCT ?s ?o ?polarity WHERE { ?c a mag:Claim ; mag:subject ?s ; "
        "mag:object ?o ; mag:states ?p ; mag:polarity ?polarity }"
    )
    stated = [
        (str(row["s"]), str(row["o"]), ways[str(row["polarity"]).removeprefix(MAG)])
        for row in bundled.query(query)
        if str(row["polarity"]).removeprefix(MAG) in ways
    ]
    held = [each for each in stated if each[:2] in pairs]
    assert len(held) >= 10
    assert set(held) <= shown


def test_a_denial_is_told_by_line_sign_and_words(bundled: Graph) -> None:
    found = data(bundled, "/network?concept=magnesium-glycinate")
    (denied,) = [each for each in found["edges"] if each["way"] == "against"]
    assert denied["label"] == "− has side effect (denied)"
    text = get(bundled, "/network?concept=magnesium-glycinate").body.decode()
    assert "− has side effect (denied)" in text


def test_expanding_adds_what_is_around_the_other(bundled: Graph) -> None:
    one = data(bundled, "/network?concept=magnesium-glycinate")
    other = data(bundled, "/network?concept=sciatica")
    both = data(bundled, f"/network?concept=magnesium-glycinate&expand={quote(SCIATICA)}")
    for part in ("nodes", "edges"):
        ids = {each["id"] for each in both[part]}
        assert ids == {each["id"] for each in (*one[part], *other[part])}
    assert [each["name"] for each in both["expanded"]] == ["sciatica"]
    assert f"expand={quote(SCIATICA, safe='')}" in both["state"]["query"]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("/network?study=pan-2011&view=provenance", "study"),
        ("/network?source=guide-nerve-health&view=claims&nodes=20", "source"),
        (
            "/network?claim=guide-nerve-health%23table-glycinate-bioavailability&view=claims",
            "claim",
        ),
        (f"/network?study=pan-2011&view=provenance&expand={quote(GLYCINATE)}", "study"),
    ],
)
def test_other_centres(bundled: Graph, url: str, kind: str) -> None:
    found = data(bundled, url)
    assert found["centre"]["kind"] == kind
    assert found["nodes"]
    if kind != "source":
        assert found["centre"]["iri"] in {each["id"] for each in found["nodes"]}


def test_without_a_centre_it_is_the_concept_of_most_claims(bundled: Graph) -> None:
    assert data(bundled, "/network")["centre"]["name"] == "magnesium"


def test_the_list_and_the_table_hold_what_is_drawn(bundled: Graph) -> None:
    url = "/network?concept=magnesium-glycinate"
    found, text = data(bundled, url), get(bundled, url).body.decode()
    assert len(re.findall(r'<tr class="(?:for|against|equal|open|plain)">', text)) == len(
        found["edges"]
    )
    assert len(re.findall(r"data-expand=", text)) == len(found["nodes"])
    rows = list(csv.DictReader(io.StringIO(get(bundled, url, "csv").body.decode())))
    assert [(each["from"], each["says"], each["to"]) for each in rows] == [
        (each["source"], each["label"], each["target"]) for each in found["edges"]
    ]


def test_the_picture_shows_the_same_nodes(bundled: Graph) -> None:
    url = "/network?concept=magnesium-glycinate"
    answer = get(bundled, url, "svg")
    assert answer.media_type == "image/svg+xml"
    root = ElementTree.fromstring(answer.body)
    drawn = {iri for each in root.iter() if (iri := each.get("data-iri"))}
    assert drawn == {each["id"] for each in data(bundled, url)["nodes"]}


def test_without_scripts_or_assets_the_picture_is_there(
    bundled: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "/network?concept=magnesium-glycinate"
    monkeypatch.setattr(assets, "available", lambda: True)
    assert re.search(r"<noscript><figure.*<img src=\"/network\.svg\?concept=", page(bundled, url))
    monkeypatch.setattr(assets, "available", lambda: False)
    text = page(bundled, url)
    assert '<img src="/network.svg?concept=' in text
    assert "<noscript>" not in text
    assert "cytoscape" not in text


def page(graph: Graph, url: str) -> str:
    return get(graph, url).body.decode()


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        ("/network?concept=magnesum", 404, "magnesium"),
        ("/network?concept=sciatica&view=claim", 404, "claims"),
        ("/network?concept=sciatica&study=pan-2011", 400, "around one thing"),
        ("/network?concept=sciatica&nodes=301", 400, "from 1 to 300"),
        ("/network?concept=sciatica&nodes=0", 400, "from 1 to 300"),
        ("/network?concept=sciatica&expand=" + "&expand=".join(map(str, range(13))), 400, "12"),
        ("/network?concept=sciatica&expand=urn:nothing", 404, "urn:nothing"),
        ("/network?concept=sciatica&expand=%3E%20%7D", 400, "not an IRI"),
    ],
)
def test_what_cannot_be_drawn_is_told(bundled: Graph, url: str, status: int, said: str) -> None:
    assert said in json.dumps(data(bundled, url, status))


def test_hostile_labels_are_text() -> None:
    bad = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u202e"
    names = {LABEL, SKOS + "prefLabel"}
    quads = [
        ox.Quad(each.subject, each.predicate, ox.Literal(bad), each.graph_name)
        if each.predicate.value in names
        else each
        for each in small.quads()
    ]
    graph = small.in_memory(small.project(), quads)
    for view in VIEWS:
        text = page(graph, f"/network?view={view}")
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "alert(1)" in text
        ElementTree.fromstring(get(graph, f"/network?view={view}", "svg").body)
