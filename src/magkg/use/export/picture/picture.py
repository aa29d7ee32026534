"""From a network to its picture: what each box and each line says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from magkg.use.export.picture.drawing import LINE, NOTE, NOTE_LINE, SIZE, Box, Line
from magkg.use.export.picture.layout import Link, Node, Point, Spot, lay_out
from magkg.use.export.picture.sheet import STRENGTHS, Heading, many, sheet
from magkg.use.lettering import width, wrapped
from magkg.use.plain import one_line

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["render"]

# Widths of the text in a box by its kind, and how many lines it may have.
_ROOM: Mapping[str, tuple[float, int]] = {"concept": (150, 3)}
_ROOM_OTHER = (220.0, 5)
# Longer than any box can show.
_SHOWN = 400
# Room for a predicate of some words with its polarity behind it.
_PORTS_MOST = 280.0
_POLARITIES = {
    "affirms": "for",
    "denies": "against",
    "reportsNoDifference": "equal",
    "reportsLackOfEvidence": "open",
}
_DIRECTIONS = {"supports": "for", "disputes": "against", "inconclusive": "open"}
_RELATIONS = {
    "same_proposition": "equal",
    "opposite_polarity": "against",
    "tension": "against",
    "other_polarity": "open",
}
_SAID = {
    "affirms": "affirmed",
    "denies": "denied",
    "reportsNoDifference": "no difference",
    "reportsLackOfEvidence": "evidence lacking",
}


class _Bundle:
    """The edges that share a line: same ends, same words at the end."""

    def __init__(self, start: str, end: str, port: str) -> None:
        self.start, self.end, self.port = start, end, port
        self.edges: list[Mapping[str, Any]] = []

    @property
    def key(self) -> str:
        return "\t".join((self.start, self.end, self.port))


def render(made: nx.MultiDiGraph, root: str, title: str = "") -> tuple[str, int]:
    """Give the picture as an SVG document, and how many lines it has.

    ``root`` is the digest of the graph, "" where there is none; ``title`` is its heading, which is
    else the selection.
    """
    view = str(made.graph["view"])
    bundles = _bundles(made, view)
    ports = {each.port: one_line(each.port[:_SHOWN]) for each in bundles}
    room = min(max((width(text, NOTE) for text in ports.values()), default=0), _PORTS_MOST)
    cut = {port: " ".join(wrapped(text, room, 1, NOTE)) for port, text in ports.items()}
    links = [Link(each.key, each.start, each.end, each.port) for each in bundles]
    placed = lay_out(_nodes(made, room + 12), links)
    known = {each.key: each for each in bundles}
    lines = [_line(made, known[key], ends, view) for key, ends in placed.lines.items()]
    boxes = [_box(made, spot, cut, room + 12) for spot in placed.spots]
    return sheet(made, placed, lines, boxes, Heading(title, root)), len(lines)


def _bundles(made: nx.MultiDiGraph, view: str) -> list[_Bundle]:
    found: dict[tuple[str, str, str], _Bundle] = {}
    tied: set[str] = set()
    for start, end, held in sorted(
        made.edges(data=True), key=lambda edge: (edge[0], edge[1], str(edge[2].get("label")))
    ):
        if held["relation"] == "same_proposition":
            # The first claim of a proposition has a line to each of the others.
            if start in tied:
                continue
            tied.add(end)
        port = _port(held, view)
        bundle = found.setdefault((start, end, port), _Bundle(start, end, port))
        bundle.edges.append(held)
    return list(found.values())


def _port(held: Mapping[str, Any], view: str) -> str:
    if view != "propositions":
        # The claim's box tells its polarity.
        return str(held.get("direction") or held["label"]).partition(" (")[0]
    polarity = str(held.get("polarity", ""))
    said = str(held["predicate_label"])
    return said if polarity == "affirms" else f"{said}: {_SAID.get(polarity, polarity or '?')}"


def _nodes(made: nx.MultiDiGraph, ports_width: float) -> Iterator[Node]:
    for iri, held in made.nodes(data=True):
        lines, notes = _texts(held)
        room, _ = _room(str(held["kind"]))
        high = LINE * len(lines) + NOTE_LINE * len(notes) + 8
        yield Node(iri, room + 14, high, ports_width)


def _room(kind: str) -> tuple[float, int]:
    return _ROOM.get(kind, _ROOM_OTHER)


def _texts(held: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    room, most = _room(str(held["kind"]))
    label = one_line(str(held["label"])[:_SHOWN])
    lines = wrapped(label, room, most, SIZE) or ("(no label)",)
    note = one_line(_note(held)[:_SHOWN])
    return lines, wrapped(note, room, 2, NOTE)


def _note(held: Mapping[str, Any]) -> str:
    kind = held["kind"]
    if kind == "claim":
        polarity = str(held.get("polarity", ""))
        rank = STRENGTHS.get(held.get("held_rank"))
        said = [
            _SAID.get(polarity, polarity or "polarity not stated"),
            str(held.get("certainty", "")),
        ]
        return ", ".join(each for each in (*said, f"strength {rank}") if each)
    if kind == "study":
        size = f"n = {held['size']}" if "size" in held else ""
        year = str(held.get("year", ""))
        retracted = "RETRACTED" if held.get("is_retracted") else ""
        design = _apart(str(held.get("design", "")))
        return ", ".join(each for each in (retracted, design, size, year) if each)
    if kind == "source":
        names = held.get("creators", ())
        # Of several authors the graph does not know which is the first.
        return " ".join([*names[: len(names) == 1], str(held.get("year", ""))]).strip()
    return ""


def _apart(name: str) -> str:
    """Write ``randomisedTrial`` as "randomised trial"."""
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name)


def _line(made: nx.MultiDiGraph, bundle: _Bundle, ends: tuple[Point, Point], view: str) -> Line:
    ranks = [_rank(each) for each in bundle.edges]
    rated = [each for each in ranks if each is not None]
    contested = any(_at_odds(each) for each in bundle.edges)
    return Line(
        ends=ends,
        way=_way(bundle.edges[0], view),
        rank=max(rated, default=None),
        contested=contested,
        about="\n".join(_about(made, bundle)),
        data=_data(bundle, contested),
    )


def _rank(held: Mapping[str, Any]) -> int | None:
    found = held.get("held_rank", held.get("rank"))
    return None if found is None else int(found)


def _at_odds(held: Mapping[str, Any]) -> bool:
    return bool(held.get("contested")) or held["relation"] in ("tension", "opposite_polarity")


def _way(held: Mapping[str, Any], view: str) -> str:
    if view == "propositions":
        return _POLARITIES.get(str(held.get("polarity")), "plain")
    if view == "claims":
        return _RELATIONS.get(str(held["relation"]), "plain")
    return _DIRECTIONS.get(str(held.get("direction")), "plain")


def _about(made: nx.MultiDiGraph, bundle: _Bundle) -> Iterator[str]:
    """Say in lines what a line stands for."""
    start, end = (one_line(str(made.nodes[each]["label"])) for each in (bundle.start, bundle.end))
    yield f"{start} | {one_line(bundle.port)} | {end}"
    for held in bundle.edges:
        notes = [*map(str, held.get("qualifier_labels", ()))]
        notes.append(f"strength {STRENGTHS[_rank(held)]}" if "polarity" in held else "")
        notes.append("contested" if _at_odds(held) else "")
        notes.append(", ".join(map(str, held.get("certainties", ()))))
        notes += [str(held[name]) for name in ("verdict", "basis", "rationale") if name in held]
        if "claim_count" in held:
            notes.append(
                f"{many(held['claim_count'], 'claim')} in {many(held['source_count'], 'source')}"
            )
        yield "; ".join(one_line(each) for each in notes if each)
        for gist in held.get("gists", ()):
            yield f"– {one_line(str(gist))}"


def _data(bundle: _Bundle, contested: bool) -> dict[str, str]:
    """Give what a line stands for, as attributes; values of the same name are a list."""

    def every(name: str) -> str:
        values = [held[name] for held in bundle.edges if name in held]
        several = [each if isinstance(each, list) else [each] for each in values]
        return " ".join(dict.fromkeys(str(each) for held in several for each in held))

    held = {
        "data-start": bundle.start,
        "data-end": bundle.end,
        "data-relation": every("relation"),
        "data-polarity": every("polarity"),
        "data-contested": str(contested).lower(),
        "data-strength": every("held" if bundle.edges[0]["relation"] == "states" else "strength"),
        "data-certainty": every("certainties"),
        "data-attribution": every("attributions"),
        "data-line": every("line"),
        "data-direction": every("direction"),
        "data-basis": every("basis"),
        "data-predicate": every("predicate"),
        "data-propositions": every("proposition"),
        "data-claims": every("claims"),
    }
    return {name: value for name, value in held.items() if value}


def _box(made: nx.MultiDiGraph, spot: Spot, ports: Mapping[str, str], ports_width: float) -> Box:
    iri = spot.repeats or spot.key
    held = made.nodes[iri]
    lines, notes = _texts(held)
    said = [str(held["label"]), _note(held)]
    if held["kind"] == "claim":
        said.append(
            " ".join(
                str(held.get(f"{name}_label", "")) for name in ("subject", "predicate", "object")
            )
        )
    return Box(
        spot=spot,
        kind=str(held["kind"]),
        lines=lines,
        notes=notes,
        ports=ports,
        ports_width=ports_width if spot.ports else 0.0,
        about="; ".join(one_line(each) for each in said if each.strip()),
        data={
            "data-iri": iri, "data-kind": str(held["kind"]), "data-label": str(held["label"]),
            **({"data-polarity": str(held["polarity"])} if "polarity" in held else {}),
        },
    )  # fmt: skip
