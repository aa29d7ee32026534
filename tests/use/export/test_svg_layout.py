"""What a picture spares the eye: lines that cross, and lines that say the same again."""

from __future__ import annotations

from itertools import combinations

import pyoxigraph as ox

from magkg.use.export.formats import Options
from magkg.use.export.picture import svg
from magkg.use.export.picture.layout import Link, Node, lay_out
from tests import small
from tests.use.export import nasty


def test_boxes_are_sorted_so_that_no_line_crosses_another() -> None:
    ends = [("a", "y"), ("b", "x"), ("c", "x"), ("c", "y")]
    placed = lay_out(
        [Node(key, 100, 20, 40) for key in "abcxy"],
        [Link(f"{one}{other}", one, other, one) for one, other in ends],
    )
    assert len(placed.lines) == len(ends)
    for one, other in combinations(placed.lines.values(), 2):
        starts, arrivals = (one[at][1] - other[at][1] for at in (0, 1))
        assert starts * arrivals > 0, "the upper line arrives above the lower one"


def test_claims_of_one_proposition_are_tied_to_the_first_of_them_only() -> None:
    text = nasty.HEAD + "".join(
        f"src:s\\#c{number} a mag:Claim ; mag:subject con:a ; mag:predicate mag:increases ; "
        "mag:object con:b ; mag:polarity mag:affirms ; mag:kind mag:mechanismClaim .\n"
        for number in range(4)
    )
    quads = small.filled(ox.parse(text, format=ox.RdfFormat.TURTLE))
    subgraph = small.in_memory(small.project(), quads).subgraph()
    _, counts = svg.drawn(subgraph, Options(view="claims"))
    assert (counts["nodes"], counts["edges"], counts["lines"]) == (4, 6, 3)
