"""What one statement rests on, drawn: sources, claims, evidence lines, studies, roots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from magkg.store.interface import Literal
from magkg.use.describe import Description, describe, label, text
from magkg.use.independence import provenance
from magkg.use.lettering import wrapped
from magkg.use.report.diagram import draw, room
from magkg.use.report.layers import Box, Edge
from magkg.use.report.markup import Html, join, tag
from magkg.use.report.matrix import plural, said
from magkg.use.report.signs import LEVELS, WORDS, strength
from magkg.vocabulary import MAG

if TYPE_CHECKING:
    import networkx as nx

    from magkg.store.interface import Store
    from magkg.use.report.holdings import Statement

__all__ = ["figure"]

KINDS = ("source", "claim", "line", "study", "root")
HEADS = ("sources", "claims", "evidence lines", "studies", "roots")
# The size of small print.
NOTE = 9.5
# A layer with more boxes than this is no picture any more.
MOST = 14
_STRENGTHS = ("strengthNone", "strengthVeryLow", "strengthLow", "strengthModerate", "strengthHigh")
_POLARITIES = {
    "affirms": ("+", "affirms"),
    "denies": ("−", "denies"),
    "reportsNoDifference": ("=", "reports no difference"),
    "reportsLackOfEvidence": ("∅", "reports a lack of evidence"),
}
_VOTES = {"supports": ("▲", "for"), "disputes": ("▼", "against"), "inconclusive": ("●", "open")}
_OPPOSITE = {"supports": "disputes", "disputes": "supports"}
_FACTS = ("design", "species", "size")


def figure(store: Store, statement: Statement, number: int) -> Html:
    """Draw the provenance of a statement, with a caption that says what it amounts to."""
    graph = provenance(store, statement.iri)
    boxes, edges, left = _picture(store, graph)
    verdict = WORDS[statement.verdict][0]
    lack = ", and found lacking" if statement.lacking and verdict != "found lacking" else ""
    roots = statement.number
    far = sum(not held.get("stated", True) for _, held in graph.nodes(data=True))
    more = f", and {far} of another scope bear on it" if far else ""
    about = (
        f"{plural(statement.number('claimCount'), 'claim')} in "
        f"{plural(statement.number('sourceCount'), 'source')}{more}; "
        f"{plural(roots('studyCount'), 'study')}, {roots('rootCount')} independent: "
        f"{roots('rootsFor')} for, {roots('rootsAgainst')} against, "
        f"{roots('rootsInconclusive')} open. Strength: {strength(statement)}."
    )
    drawn = draw(f"p{number}", f"Provenance of: {statement.text}", about, HEADS, boxes, edges)
    head = join(f"{number}. ", said(statement))
    rest = f" Not drawn: {left}." if left else ""
    caption = tag(
        "figcaption", head, ": ", tag("em", f"{verdict}{lack}"), ". ", about, rest,
    )  # fmt: skip
    box = tag("div", drawn, class_="scroll", tabindex="0", role="region", aria_label="diagram")
    return tag("figure", caption, box, id=f"d-{statement.key}")


def _picture(store: Store, graph: nx.DiGraph) -> tuple[list[Box], list[Edge], str]:
    """Turn the graph into boxes and links; what is too much for a picture is said in words."""
    data: Mapping[str, Mapping[str, Any]] = dict(graph.nodes(data=True))
    merged = _merged(graph, data)
    kept: set[str] = set()
    left = []
    for kind in KINDS:
        names = sorted({merged.get(node, node) for node in data if data[node]["kind"] == kind})
        names.sort(key=lambda name: (name.startswith("+"), -_reach(graph, name)))
        kept |= set(names[:MOST])
        if len(names) > MOST:
            left.append(plural(len(names) - MOST, {"line": "evidence line"}.get(kind, kind)))
    facts = _facts(store, [node for node in kept if node in data and data[node]["kind"] == "study"])
    boxes = [_box(graph, data, node, facts) for node in sorted(kept) if node in data]
    boxes += [_crowd(merged, node) for node in sorted(kept) if node not in data]
    edges = {
        Edge(merged.get(start, start), merged.get(end, end), _way(graph, data, start, end))
        for start, end in graph.edges
    }
    drawn = [each for each in edges if each.start in kept and each.end in kept]
    return boxes, sorted(drawn, key=lambda each: (each.start, each.end, each.way)), ", ".join(left)


def _reach(graph: nx.DiGraph, node: str) -> int:
    return int(graph.degree(node)) if node in graph else 0


def _merged(graph: nx.DiGraph, data: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Name one box for all the claims of a source that say the same and cite nothing."""
    crowds: dict[str, list[str]] = {}
    for node, held in data.items():
        if held["kind"] != "claim" or any(data[end]["kind"] == "line" for end in graph[node]):
            continue
        for source in graph.predecessors(node):
            crowds.setdefault(f"+{held['direction']} {source}", []).append(node)
    return {node: name for name, nodes in crowds.items() if len(nodes) > 1 for node in nodes}


def _crowd(merged: Mapping[str, str], name: str) -> Box:
    number = sum(each == name for each in merged.values())
    mark, words = _POLARITIES.get(name[1:].partition(" ")[0], ("", ""))
    lines = wrapped(f"{number} claims that cite nothing", room(1, mark=True), 2)
    return Box(name, 1, lines, (words,), mark, kind="claim bare", title=f"{number} claims: {words}")


def _facts(store: Store, studies: Iterable[str]) -> dict[str, str]:
    """Say design, species and size of each study in a few words."""
    known = describe(store, studies)
    values = {
        str(value)
        for node in known.values()
        for name in _FACTS
        for value in node.get(MAG + name, [])
        if not isinstance(value, Literal)
    }
    labels = describe(store, values)
    return {iri: _said(node, labels) for iri, node in known.items()}


def _said(study: Description, labels: Mapping[str, Description]) -> str:
    design, species = (text(study, MAG + name) or "" for name in ("design", "species"))
    parts = [label(labels.get(each, {}), each) for each in (design, species) if each]
    size = text(study, MAG + "size")
    retracted = ["retracted"] if MAG + "retracted" in study else []
    return ", ".join([*parts, *([f"n = {size}"] if size else []), *retracted])


def _way(graph: nx.DiGraph, data: Mapping[str, Mapping[str, Any]], start: str, end: str) -> str:
    """Say which way a link points for the statement drawn: a denial that is supported disputes."""
    kind = data[start]["kind"]
    if kind == "study":
        return str(data[start]["direction"])
    line = end if kind == "claim" else start
    return _points(graph, data, line) if data[line]["kind"] == "line" else ""


def _points(graph: nx.DiGraph, data: Mapping[str, Mapping[str, Any]], line: str) -> str:
    direction = str(data[line]["direction"])
    claims = {data[each]["direction"] for each in graph.predecessors(line)}
    if claims <= {"affirms"} or direction not in _OPPOSITE:
        return direction
    if claims <= {"denies"}:
        return _OPPOSITE[direction]
    # Whether "no difference" speaks against or stays open is what the study's vote says.
    votes = {data[each]["direction"] for each in graph[line] if data[each]["direction"]}
    return str(votes.pop()) if len(votes) == 1 else "inconclusive"


def _box(
    graph: nx.DiGraph,
    data: Mapping[str, Mapping[str, Any]],
    node: str,
    facts: Mapping[str, str],
) -> Box:
    held = data[node]
    kind, direction, named = held["kind"], held["direction"], str(held["label"])
    level = _STRENGTHS.index(held["strength"]) if held["strength"] in _STRENGTHS else None
    strong = f", {LEVELS[level]}" if level is not None else ""
    if kind == "source":
        return Box(node, 0, wrapped(named, room(0), 3), kind="source", title=named)
    if kind == "claim":
        bare = not any(data[end]["kind"] == "line" for end in graph[node])
        return _claim(node, direction, named, bare, held.get("stated", True))
    if kind == "line":
        lost = "" if any(True for _ in graph[node]) else "no study reached"
        notes = (
            *wrapped(held.get("basis", ""), room(2), 1, NOTE),
            *wrapped(lost, room(2), 2, NOTE),
        )
        look = f"line pill {_points(graph, data, node)}"
        return Box(node, 2, (direction,), notes, "", level, look, f"{direction}{strong}: {named}")
    if kind == "study":
        notes = wrapped(facts.get(node, ""), room(3), 2, NOTE)
        whole = f"{named}; {facts.get(node, '')}{strong}"
        lines = wrapped(named, room(3), 4)
        return Box(node, 3, lines, notes, "", level, f"study {direction}", whole)
    mark, words = _VOTES.get(direction, ("", direction))
    several = graph.in_degree(node)
    notes = (f"{several} studies",) if several > 1 else ()
    whole = f"Counts once, {words}{strong}: {named}"
    return Box(node, 4, (words,), notes, mark, level, f"root {direction}", whole)


def _claim(node: str, polarity: str, named: str, bare: bool, stated: bool) -> Box:
    """A claim: its polarity as a sign, and whether it cites anything, or has another scope."""
    mark, words = _POLARITIES.get(polarity, ("", polarity))
    notes = ("cites nothing",) * bare + ("about another scope",) * (not stated)
    look = "claim" + " bare" * bare + " far" * (not stated)
    lines = wrapped(named, room(1, mark=True), 4)
    return Box(node, 1, lines, notes, mark, kind=look, title=f"{words}: {named}")
