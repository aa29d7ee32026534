"""Pictures of networks: what is drawn, that it can be read, also in grey, and as PNG."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
from collections import defaultdict
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import networkx as nx
import pytest

from magkg.errors import InputError, MagkgError
from magkg.use.export.formats import VIEWS, Options
from magkg.use.export.picture import drawing, layout, png, svg
from magkg.use.export.picture.picture import render
from magkg.use.plain import one_line
from tests.use.export import nasty

if TYPE_CHECKING:
    from magkg.use.graph import Graph

OXIDE = "https://w3id.org/magkg/source/shechter-2012#oxide-not-poorer"
NS = "{http://www.w3.org/2000/svg}"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
SELECTIONS: list[dict[str, Any]] = [
    {"concept": "insomnia"},
    {"concept": "magnesium-oxide"},
    {"source": "five-ways-sciatica"},
    {"tension": "any"},
]
WORDS = {
    "denies": ": denied",
    "reportsNoDifference": ": no difference",
    "reportsLackOfEvidence": ": evidence lacking",
}
# What a picture says of itself once a browser has laid it out.
MEASURE = """<script>addEventListener("load", () => {
  const out = [], all = [...document.querySelectorAll("svg text")].map((e) =>
    [e.textContent, e.getBoundingClientRect(), e.closest(".box")]);
  const page = document.querySelector("svg").getBoundingClientRect();
  for (const [text, a, box] of all) {
    const b = box ? box.querySelector("rect").getBoundingClientRect() : page;
    if (a.left < b.left || a.right > b.right || a.top < b.top - 1 || a.bottom > b.bottom + 1)
      out.push("outside: " + text);
  }
  for (let i = 0; i < all.length; i++) for (let j = 0; j < i; j++) {
    const a = all[i][1], b = all[j][1];
    if (a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom)
      out.push("overlap: " + all[i][0] + " / " + all[j][0]);
  }
  const told = document.createElement("pre");
  told.textContent = JSON.stringify({texts: all.length, out});
  document.body.replaceChildren(told);
})</script>"""


def picture(graph: Graph, view: str = VIEWS[0], **words: Any) -> tuple[str, ElementTree.Element]:
    out = io.BytesIO()
    svg.write(graph.subgraph(**words), out, Options(view=view), "svg")
    text = out.getvalue().decode()
    return text, ElementTree.fromstring(out.getvalue())


def boxes(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [each for each in root.iter(f"{NS}g") if each.get("class") == "box"]


def lines(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [each for each in root.iter(f"{NS}g") if each.get("data-start")]


def title(element: ElementTree.Element) -> str:
    found = element.find(f"{NS}title")
    return "" if found is None else found.text or ""


def look(line: ElementTree.Element) -> str:
    """How a line looks on a sheet printed in grey."""
    shapes = [each for each in line if each.tag != f"{NS}title" and each.get("class") != "hit"]
    said = [
        (each.tag, each.get("stroke-dasharray"), each.get("fill") == "none", len(each.get("d", "")))
        if each.tag != f"{NS}path" or each.get("class") == "way"
        else (re.sub(r"[-\d. ]+", " ", each.get("d", "")),)
        for each in shapes
    ]
    return str([each[:3] for each in said])


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("words", SELECTIONS[:2], ids=str)
def test_everything_of_the_network_is_drawn(bundled: Graph, view: str, words: Any) -> None:
    _, root = picture(bundled, view, **words)
    made = bundled.subgraph(**words).network(view)
    assert {(each.get("data-iri"), each.get("data-label")) for each in boxes(root)} == {
        (iri, held["label"]) for iri, held in made.nodes(data=True)
    }
    drawn: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for each in lines(root):
        for relation in each.get("data-relation", "").split():
            ends = (each.get("data-start", ""), each.get("data-end", ""), relation)
            drawn[ends] |= set(each.get("data-polarity", "").split())
    for start, end, held in made.edges(data=True):
        if held["relation"] != "same_proposition":
            polarity = held.get("polarity")
            assert drawn[start, end, held["relation"]] >= ({polarity} if polarity else set())


@pytest.mark.parametrize("words", SELECTIONS, ids=str)
def test_a_line_carries_what_its_propositions_hold(bundled: Graph, words: Any) -> None:
    _, root = picture(bundled, **words)
    made = bundled.subgraph(**words).network()
    ports = {text.text for box in boxes(root) for text in box.iter(f"{NS}text")}
    held = defaultdict(list)
    for start, end, each in made.edges(data=True):
        held[start, end, each["predicate"], each["polarity"]].append(each)
    assert len(lines(root)) == len(held)
    for line in lines(root):
        ends = [line.get(f"data-{name}", "") for name in ("start", "end", "predicate", "polarity")]
        edges = held[tuple(ends)]  # type: ignore[index]
        for name, attribute in (
            ("claims", "claims"), ("certainty", "certainties"), ("attribution", "attributions"),
        ):  # fmt: skip
            assert set(line.get(f"data-{name}", "").split()) == {
                value for each in edges for value in each[attribute]
            }
        assert (line.get("data-contested") == "true") == any(each["contested"] for each in edges)
        ranks = [each["held_rank"] for each in edges if "held_rank" in each]
        way = next(each for each in line if each.get("class") == "way")
        least = drawing.WIDTHS[max(ranks, default=None)]
        assert float(way.get("stroke-width", "0")) >= least
        said = str(edges[0]["predicate_label"]) + WORDS.get(ends[3], "")
        assert said in ports
        assert title(line).split(" | ")[1] == said
        assert all(one_line(gist) in title(line) for each in edges for gist in each["gists"])


def test_polarities_differ_without_colour(bundled: Graph) -> None:
    _, root = picture(bundled, tension="any")
    looks = defaultdict(set)
    for each in lines(root):
        if each.get("data-contested") == "false":
            looks[each.get("data-polarity")].add(look(each))
    assert len(looks) == 4
    assert all(len(each) == 1 for each in looks.values())
    assert len({*map(str, looks.values())}) == 4
    plain = {each.get("data-polarity"): len(list(each)) for each in lines(root)
             if each.get("data-contested") == "false"}  # fmt: skip
    marked = {each.get("data-polarity"): len(list(each)) for each in lines(root)
              if each.get("data-contested") == "true"}  # fmt: skip
    assert marked
    assert all(number == plain[polarity] + 1 for polarity, number in marked.items())


def test_widths_grow_with_strength() -> None:
    widths = [drawing.WIDTHS[rank] for rank in (0, 1, 2, 3, 4)]
    assert all(other - one > 0.8 for one, other in pairwise(widths))


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
@pytest.mark.parametrize("view", VIEWS)
def test_no_text_is_cut_or_lies_on_another(bundled: Graph, tmp_path: Path, view: str) -> None:
    for number, words in enumerate(SELECTIONS if view == VIEWS[0] else SELECTIONS[:2]):
        text, _ = picture(bundled, view, **words)
        page = tmp_path / f"{number}.html"
        page.write_text(
            f"<meta charset=utf-8><body>{text.partition('?>')[2]}{MEASURE}</body>", "utf-8"
        )
        measured = browse("--dump-dom", page.as_uri(), home=tmp_path)
        found = re.search(r"<pre>(.*?)</pre>", measured, re.DOTALL)
        assert found, measured[-500:]
        told = json.loads(unescape(found[1]))
        assert told["texts"] > 10
        assert told["out"] == []


def browse(*words: str, home: Path) -> str:
    assert BROWSER is not None
    return subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={home / 'profile'}", *words,
        ],
        capture_output=True, text=True, timeout=120, env={**os.environ, "HOME": str(home)},
        check=True,
    ).stdout  # fmt: skip


def test_the_same_bytes_again(bundled: Graph) -> None:
    words = {"concept": "magnesium-oxide"}
    assert picture(bundled, **words)[0] == picture(bundled, **words)[0]


def test_the_head_says_what_is_seen_and_what_is_not(bundled: Graph) -> None:
    text, root = picture(bundled, source="five-ways-sciatica")
    assert root.get("role") == "img"
    assert title(root) == "Claims selected by: source=five-ways-sciatica"
    said = root.find(f"{NS}desc")
    assert said is not None
    assert "192 claims: 89 concepts, 132 propositions. 2 claims without a triple" in str(said.text)
    assert bundled.manifest is not None
    assert bundled.manifest.root[:12] in text
    words = {each.text for each in root.iter(f"{NS}text")}
    assert {"affirmed", "denied", "contested in the graph", "strength low", "not rated"} <= words
    assert "evidence said to be lacking" not in words


def test_a_title_heads_it_and_the_selection_stands_below(bundled: Graph) -> None:
    text, _ = svg.drawn(bundled.subgraph(claim=OXIDE), Options(title=" Oxide <1> "))
    root = ElementTree.fromstring(text.encode())
    assert title(root) == "Oxide <1>"
    shown = " ".join(each.text or "" for each in root.iter(f"{NS}text"))
    assert shown.startswith("Oxide <1> ")
    assert f"Claims selected by: claim={OXIDE[:40]}" in shown


def test_opposed_claims_carry_a_diamond_on_both_sides(bundled: Graph) -> None:
    _, root = picture(bundled, tension="opposite_polarity")
    drawn = list(lines(root))
    assert drawn
    assert {each.get("data-contested") for each in drawn} == {"true"}
    made = bundled.subgraph(tension="opposite_polarity")
    text, _ = svg.drawn(made, Options(view="claims"))
    ties = [
        each
        for each in lines(ElementTree.fromstring(text.encode()))
        if each.get("data-relation") == "opposite_polarity"
    ]
    ends = {each.get(f"data-{end}") for each in ties for end in ("start", "end")}
    assert ends == set(made.claims)
    assert {each.get("data-contested") for each in ties} == {"true"}


def test_a_predicate_with_its_polarity_is_whole(bundled: Graph) -> None:
    _, root = picture(bundled, predicate="hasBioavailability")
    shown = {each.text for each in root.iter(f"{NS}text")}
    assert "has bioavailability: evidence lacking" in shown
    assert not any("…" in str(each) for each in shown)


def test_too_large_a_picture_is_refused_with_a_way_out(bundled: Graph) -> None:
    with pytest.raises(InputError, match=r"would have \d{3} boxes, and more than 150") as error:
        picture(bundled)
    assert "Most lines lead to magnesium (" in error.value.hint
    assert "graphml" in error.value.hint


def test_nothing_selected_is_said(bundled: Graph) -> None:
    text, root = picture(bundled, polarity="denies", not_polarity="denies")
    assert "There is nothing to draw." in text
    assert not boxes(root)


def labelled(texts: list[str]) -> nx.MultiDiGraph:
    """A ring of concepts with these labels, whose edges have them as predicates and wordings."""
    made = nx.MultiDiGraph(view="propositions", selection="", claim_count=len(texts))
    for number, text in enumerate(texts):
        made.add_node(f"urn:n{number}", kind="concept", label=text, iri=f"urn:n{number}")
    for number, text in enumerate(texts):
        made.add_edge(
            f"urn:n{number}", f"urn:n{(number + 1) % len(texts)}", relation="states", label=text,
            predicate="urn:p", predicate_label=text, polarity="affirms", contested=False,
            claims=[f"urn:c{number}"], gists=[text], claim_count=1, source_count=1,
        )  # fmt: skip
    return made


def test_nasty_strings_come_back() -> None:
    texts = nasty.strings(xml=True)
    found = []
    for start in range(0, len(texts), svg.MOST):
        part = list(texts[start : start + svg.MOST])
        text, count = render(labelled(part), "")
        assert count == len(part)
        root = ElementTree.fromstring(text.encode())
        held = {each.get("data-iri"): each.get("data-label") for each in boxes(root)}
        found += [held[f"urn:n{number}"] for number in range(len(part))]
        gists = {each.get("data-claims"): title(each) for each in lines(root)}
        for number, wording in enumerate(part):
            assert one_line(wording) in gists[f"urn:c{number}"]
        shown = "".join(each.text or "" for each in root.iter(f"{NS}text"))
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\n\r\t]", shown)
    assert found == list(texts)
    assert len(found) == nasty.COUNT


def test_a_nasty_graph_is_drawn() -> None:
    _, root = picture(nasty.graph(xml=True))
    assert len({each.get("data-iri") for each in boxes(root)}) == 50
    claims = {iri for each in lines(root) for iri in each.get("data-claims", "").split()}
    assert len(claims) == nasty.COUNT


def test_what_xml_cannot_carry_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"nasty#c0 .*U\+000B"):
        picture(nasty.control())
    with pytest.raises(InputError, match=r"nasty#c0 .*U\+D800"):
        picture(nasty.surrogate())


def node(key: str) -> layout.Node:
    return layout.Node(key, 100, 20, 50)


def test_a_cycle_ends_in_a_repetition() -> None:
    links = [
        layout.Link(f"{one}{other}", one, other, "p") for one, other in ("ab", "bc", "ca", "cc")
    ]
    made = layout.lay_out([node(each) for each in "abc"], links)
    again = [each.repeats for each in made.spots if each.repeats]
    assert again
    assert set(again) < {"a", "b", "c"}
    assert {each.key for each in made.spots} > {"a", "b", "c"}
    assert made.lines.keys() == {"ab", "bc", "ca", "cc"}
    assert all(start[0] < end[0] for start, end in made.lines.values())


def test_a_wide_fan_is_taken_apart() -> None:
    ends = [f"end{number:02}" for number in range(70)]
    links = [layout.Link(end, "hub", end, "p") for end in ends]
    made = layout.lay_out([node(each) for each in ("hub", *ends)], links)
    hubs = [each for each in made.spots if "hub" in (each.key, each.repeats)]
    assert len(hubs) == 4
    assert sum(1 for each in made.spots if not each.repeats) == 71
    assert made.height < 1000


def test_a_long_chain_is_cut() -> None:
    keys = [f"n{number:03}" for number in range(100)]
    links = [layout.Link(one, one, other, "p") for one, other in pairwise(keys)]
    made = layout.lay_out([node(each) for each in keys], links)
    assert made.lines.keys() == {*keys[:-1]}
    assert len({each.x for each in made.spots}) <= 4 * 7
    assert made.width < 6000


def test_boxes_do_not_overlap_and_lines_end_at_them(bundled: Graph) -> None:
    made = bundled.subgraph(tension="any").network()
    links = [
        layout.Link(key, start, end, str(held["predicate_label"]))
        for start, end, key, held in made.edges(keys=True, data=True)
    ]
    found = layout.lay_out([node(each) for each in made], links)
    spots = found.spots
    for at, one in enumerate(spots):
        assert 0 <= one.x <= one.x + one.width <= found.width + 0.01
        assert 0 <= one.y <= one.y + one.height <= found.height + 0.01
        for other in spots[:at]:
            apart = one.x >= other.x + other.width or other.x >= one.x + one.width
            assert apart or one.y >= other.y + other.height or other.y >= one.y + one.height
    for start, end in found.lines.values():
        # No box stands in the room that a line crosses.
        assert start[0] < end[0]
        assert not any(each.x < end[0] - 0.01 and each.x + each.width > start[0] + 0.01
                       for each in spots)  # fmt: skip


def as_png(graph: Graph, **words: Any) -> bytes:
    out = io.BytesIO()
    png.write(graph.subgraph(**words), out, Options(), "png")
    return out.getvalue()


def test_png_is_the_picture_at_twice_its_size(bundled: Graph) -> None:
    pytest.importorskip("resvg_py")
    data = as_png(bundled, concept="insomnia")
    _, root = picture(bundled, concept="insomnia")
    size = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG\r\n")
    assert size == (2 * int(root.get("width", "0")), 2 * int(root.get("height", "0")))


def test_png_without_its_extra_names_it(bundled: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(MagkgError, match="resvg-py") as error:
        as_png(bundled, concept="insomnia")
    assert "magkg[png]" in error.value.hint


def test_png_without_fonts_is_refused(bundled: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    resvg = pytest.importorskip("resvg_py")
    real = resvg.svg_to_bytes
    monkeypatch.setattr(
        resvg, "svg_to_bytes", lambda **words: real(**words, skip_system_fonts=True)
    )
    with pytest.raises(MagkgError, match="no font was found"):
        as_png(bundled, concept="insomnia")
