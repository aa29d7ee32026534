"""A network in layers from left to right: what stands where, and between which points lines run.

Nodes have ports on their left, one below the other, at which lines arrive; lines leave on the
right. A node stands one layer right of the first one that leads to it, so that lines run between
neighbouring layers and never behind a box. What would run within a layer or back leads to a
repetition of its end further right instead; a node that leads to very many is repeated as well, and
a long chain goes on from a repetition (``Spot.repeats`` names the node). Within the layers the
order saves crossings by barycentres (Sugiyama, Tagawa and Toda 1981), and boxes stand as near as
they can to what they are linked with. The same network gives the same places.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

__all__ = ["PORT", "Link", "Node", "Picture", "Point", "Spot", "lay_out"]

# Heights of a port, and what it and a box gain with each more line, in pixels.
PORT = 14.0
_ARRIVING, _LEAVING, _MOST = 3.0, 3.0, 150.0
# Room between boxes, between parts, and between layers (more with more lines).
_GAP, _APART = 8.0, 26.0
_BETWEEN, _PER_LINE, _BETWEEN_MOST = 90.0, 1.5, 190.0
_SWEEPS = 24
# A picture is made of up to so many strips side by side, to be about so much wider than high.
_STRIPS, _WIDER = 4, 1.4
# A node that leads to more others than this is drawn several times; a longer chain is cut.
_FAN, _DEEP = 20, 6
_AGAIN = "\n"
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A box: the width and least height of its text, and how wide its ports are if it has any."""

    key: str
    width: float
    height: float
    ports: float = 0.0


@dataclass(frozen=True, slots=True)
class Link:
    """A line from a node to a port of another."""

    key: str
    start: str
    end: str
    port: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a box is: left upper corner, size; the middle of each port; what it repeats, or ""."""

    key: str
    x: float
    y: float
    width: float
    height: float
    ports: Mapping[str, float]
    repeats: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes, the two ends of the line of each link by its key, and the size of it all."""

    spots: tuple[Spot, ...]
    lines: Mapping[str, tuple[Point, Point]]
    width: float
    height: float


def lay_out(nodes: Iterable[Node], links: Iterable[Link]) -> Picture:
    """Place the boxes of a network and the ends of its lines; sizes are in pixels."""
    known = {each.key: each for each in sorted(nodes, key=lambda node: node.key)}
    depth, led = _layered(known, sorted(links, key=lambda link: link.key))
    parts = [_Part(found, depth, chosen) for found, chosen in _parts(known, depth, led)]
    parts.sort(key=lambda part: (-part.height, part.first))
    made = [_strips(parts, number) for number in range(1, _STRIPS + 1)]
    return min(made, key=_uneven)


def _uneven(made: Picture) -> float:
    ratio = made.height * _WIDER / made.width
    return max(ratio, 1 / ratio)


def _layered(known: Mapping[str, Node], links: Sequence[Link]) -> tuple[dict[str, int], list[Link]]:
    """Give each node its layer, and lead lines that would not run one layer on to repetitions."""
    out: dict[str, set[str]] = defaultdict(set)
    reached: dict[str, int] = defaultdict(int)
    for link in links:
        out[link.start].add(link.end)
        reached[link.end] += link.start != link.end
    depth: dict[str, int] = {}
    roots = [key for key in known if not reached[key]]
    others = sorted(known, key=lambda key: (reached[key] - len(out[key]), key))
    for seeds in (roots, *([key] for key in others)):
        layer = [key for key in seeds if key not in depth]
        depth |= dict.fromkeys(layer, 0)
        while layer:
            following = sorted({end for key in layer for end in out[key] if end not in depth})
            depth |= dict.fromkeys(following, depth[layer[0]] + 1)
            layer = following
    led = []
    for link in links:
        at = depth[link.start] + 1
        near = depth[link.end] == at and at % _DEEP
        name = link.end if near else f"{link.end}{_AGAIN}{at}"
        depth.setdefault(name, at)
        led.append(replace(link, end=name))
    return depth, _fanned(depth, led)


def _fanned(depth: dict[str, int], links: Sequence[Link]) -> list[Link]:
    """Repeat a node that leads to very many, so that its fan is several of a size to be read.

    Only ends that nothing else leads to are moved; ``depth`` gains the repetitions.
    """
    ends: dict[str, dict[str, None]] = defaultdict(dict)
    starts: dict[str, set[str]] = defaultdict(set)
    for link in links:
        ends[link.start][link.end] = None
        starts[link.end].add(link.start)
    moved: dict[tuple[str, str], str] = {}
    for key, held in ends.items():
        free = [end for end in held if len(starts[end]) == 1]
        kept = max(_FAN - (len(held) - len(free)), 0)
        rest = free[kept:] if len(free) - kept > _FAN // 4 else []
        groups = -(-len(rest) // _FAN)
        for at in range(groups):
            name = f"{key}{_AGAIN}again {at}"
            depth[name] = depth[key]
            share = rest[at * len(rest) // groups : (at + 1) * len(rest) // groups]
            moved |= {(key, end): name for end in share}
    return [replace(link, start=moved.get((link.start, link.end), link.start)) for link in links]


def _parts(
    known: Mapping[str, Node], depth: Mapping[str, int], links: Sequence[Link]
) -> list[tuple[dict[str, Node], list[Link]]]:
    """Take the network apart where nothing connects it."""
    near: dict[str, list[str]] = defaultdict(list)
    for link in links:
        near[link.start].append(link.end)
        near[link.end].append(link.start)
    number: dict[str, int] = {}
    for root in sorted(depth):
        rest, at = [root], len(number)
        while rest:
            key = rest.pop()
            if key not in number:
                number[key] = at
                rest += near[key]
    groups: dict[int, tuple[dict[str, Node], list[Link]]] = defaultdict(lambda: ({}, []))
    for key in sorted(depth):
        groups[number[key]][0][key] = replace(known[key.partition(_AGAIN)[0]], key=key)
    for link in links:
        groups[number[link.start]][1].append(link)
    return list(groups.values())


class _Part:
    """A connected part, laid out from the point 0, 0."""

    def __init__(
        self, nodes: Mapping[str, Node], depth: Mapping[str, int], links: Sequence[Link]
    ) -> None:
        self.nodes, self.links, self.first = nodes, links, min(nodes)
        self.leaving: dict[str, list[Link]] = {key: [] for key in nodes}
        self.coming: dict[str, dict[str, list[Link]]] = {key: {} for key in nodes}
        for link in links:
            self.leaving[link.start].append(link)
            self.coming[link.end].setdefault(link.port, []).append(link)
        lowest = min(depth[key] for key in nodes)
        self.layers: list[list[str]] = [
            [] for _ in range(max(depth[key] for key in nodes) - lowest + 1)
        ]
        for key in nodes:
            self.layers[depth[key] - lowest].append(key)
        self.before = {
            key: [link.start for held in ports.values() for link in held]
            for key, ports in self.coming.items()
        }
        self.after = {key: [link.end for link in held] for key, held in self.leaving.items()}
        self.heights = {key: self._height(key) for key in nodes}
        self.widths = {
            key: node.width + (node.ports if self.coming[key] else 0) for key, node in nodes.items()
        }
        self._order()
        self.tops = self._tops()
        self.height = max(self.tops[key] + self.heights[key] for key in nodes)

    def _height(self, key: str) -> float:
        arriving = sum(_port_height(len(held)) for held in self.coming[key].values())
        leaving = min(len(self.leaving[key]) * _LEAVING, _MOST)
        return max(self.nodes[key].height, arriving + 4, leaving + 8)

    def _order(self) -> None:
        """Sort the layers to and fro by the mean place of neighbours; keep the best order seen."""
        best, least = [list(each) for each in self.layers], self._crossings()
        for sweep in range(_SWEEPS):
            steps = range(1, len(self.layers))
            if sweep % 2 == 0:
                for at in steps:
                    self._sort(at, at - 1, self.before)
            else:
                for at in reversed(steps):
                    self._sort(at - 1, at, self.after)
            crossings = self._crossings()
            if crossings < least:
                best, least = [list(each) for each in self.layers], crossings
        self.layers = best

    def _sort(self, at: int, beside: int, near: Mapping[str, list[str]]) -> None:
        layer, other = self.layers[at], self.layers[beside]
        places = {key: place / len(other) for place, key in enumerate(other)}

        def mean(place: int, key: str) -> float:
            held = [places[each] for each in near[key]]
            return sum(held) / len(held) if held else place / len(layer)

        keyed = sorted((round(mean(place, key), 9), place) for place, key in enumerate(layer))
        self.layers[at] = [layer[place] for _, place in keyed]

    def _crossings(self) -> int:
        place = {key: at for layer in self.layers for at, key in enumerate(layer)}
        found = 0
        for layer in self.layers:
            seen: list[int] = []
            pairs = [(place[key], place[end]) for key in layer for end in self.after[key]]
            for _, end in sorted(pairs):
                at = bisect_right(seen, end)
                found += len(seen) - at
                seen.insert(at, end)
        return found

    def _tops(self) -> dict[str, float]:
        """Place the boxes of each layer near what they link to, in their order, none on another."""
        tops: dict[str, float] = {}
        for layer in self.layers:
            tops |= self._settled(layer, [0.0] * len(layer))
        for sweep in range(_SWEEPS * 2):
            forth = sweep % 2 == 0
            near = self.before if forth else self.after
            for layer in self.layers if forth else reversed(self.layers):
                wanted = []
                for key in layer:
                    held = near[key] or (*self.before[key], *self.after[key])
                    middles = [tops[each] + self.heights[each] / 2 for each in held]
                    middle = sum(middles) / len(middles) if middles else 0.0
                    wanted.append(middle - self.heights[key] / 2)
                tops |= self._settled(layer, wanted)
        least = min(tops.values())
        return {key: top - least for key, top in tops.items()}

    def _settled(self, layer: Sequence[str], wanted: Sequence[float]) -> dict[str, float]:
        """Give the places nearest to those wanted (least squares) that keep order and room.

        Boxes that would touch form a block, which stands at its mean (pool adjacent violators).
        """
        offsets, at = [], 0.0
        for key in layer:
            offsets.append(at)
            at += self.heights[key] + _GAP
        blocks: list[tuple[float, int]] = []
        for wish, offset in zip(wanted, offsets, strict=True):
            total, count = wish - offset, 1
            while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
                more, number = blocks.pop()
                total, count = total + more, count + number
            blocks.append((total, count))
        bases = [total / count for total, count in blocks for _ in range(count)]
        return {key: base + offset for key, base, offset in zip(layer, bases, offsets, strict=True)}

    def columns(self) -> list[float]:
        """Give the width of each layer, and after it that of the room behind it, in turn."""
        found = []
        for layer in self.layers:
            found.append(max(self.widths[key] for key in layer))
            lines = sum(len(self.leaving[key]) for key in layer)
            found.append(min(_BETWEEN + _PER_LINE * lines, _BETWEEN_MOST) if lines else 0.0)
        return found

    def spots(self, rights: Sequence[float], y: float) -> list[Spot]:
        """Give the boxes: where each layer ends on the right, how far down the part is.

        Ports are in the order of where their lines come from.
        """
        return [
            Spot(
                key, rights[at] - self.widths[key], y + self.tops[key], self.widths[key],
                self.heights[key], self._ports(key, y), key.partition(_AGAIN)[0] * (_AGAIN in key),
            )
            for at, layer in enumerate(self.layers)
            for key in layer
        ]  # fmt: skip

    def _ports(self, key: str, y: float) -> dict[str, float]:
        def source(port: str) -> tuple[float, str]:
            middles = [self._middle(link.start) for link in self.coming[key][port]]
            return sum(middles) / len(middles), port

        ports = {port: _port_height(len(self.coming[key][port])) for port in self.coming[key]}
        at = y + self.tops[key] + (self.heights[key] - sum(ports.values())) / 2
        found = {}
        for port in sorted(ports, key=source):
            found[port] = at + ports[port] / 2
            at += ports[port]
        return found

    def _middle(self, key: str) -> float:
        return self.tops[key] + self.heights[key] / 2

    def lines(self, spots: Mapping[str, Spot]) -> dict[str, tuple[Point, Point]]:
        """Give the ends of each line between boxes; lines at one place stand side by side."""
        arrivals: dict[str, Point] = {}
        for key, ports in self.coming.items():
            for port, held in ports.items():
                held.sort(key=lambda link: (self._middle(link.start), link.key))
                room = _port_height(len(held)) - 9
                found = _spread(held, spots[key].ports[port], room)
                arrivals |= {name: (spots[key].x, at) for name, at in found.items()}
        exits: dict[str, Point] = {}
        for key, held in self.leaving.items():
            held.sort(key=lambda link: (arrivals[link.key][1], link.key))
            spot = spots[key]
            found = _spread(held, spot.y + spot.height / 2, spot.height - 8)
            exits |= {name: (spot.x + spot.width, at) for name, at in found.items()}
        return {link.key: (exits[link.key], arrivals[link.key]) for link in self.links}


def _port_height(lines: int) -> float:
    return min(PORT + (lines - 1) * _ARRIVING, _MOST)


def _spread(links: Sequence[Link], middle: float, room: float) -> dict[str, float]:
    step = min(room / max(len(links) - 1, 1), 8.0)
    first = middle - step * (len(links) - 1) / 2
    return {link.key: first + step * at for at, link in enumerate(links)}


def _strips(parts: Sequence[_Part], number: int) -> Picture:
    """Put the parts below one another in so many strips, the highest first."""
    strips: list[list[_Part]] = [[] for _ in range(min(number, max(len(parts), 1)))]
    filled = [0.0] * len(strips)
    for part in parts:
        at = filled.index(min(filled))
        strips[at].append(part)
        filled[at] += part.height + _APART
    spots: list[Spot] = []
    lines: dict[str, tuple[Point, Point]] = {}
    x = 0.0
    for strip in strips:
        steps = [max(each) for each in zip_longest(*(p.columns() for p in strip), fillvalue=0.0)]
        rights = [x + sum(steps[: at + 1]) for at in range(0, len(steps), 2)]
        y = 0.0
        for part in strip:
            found = part.spots(rights, y)
            spots += found
            lines |= part.lines({each.key: each for each in found})
            y += part.height + _APART
        x += sum(steps) + 2 * _APART
    height = max(filled) - _APART
    return Picture(tuple(spots), lines, max(x - 2 * _APART, 1.0), max(height, 1.0))
