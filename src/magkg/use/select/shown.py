"""What a notebook shows of a subgraph: a small one as a picture, any other as counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from magkg.errors import InputError
from magkg.use.report.markup import Html, tag

if TYPE_CHECKING:
    from magkg.use.select.subgraph import Subgraph

__all__ = ["picture", "table"]

# A picture of more boxes does not fit on a screen; so many claims are read at a glance.
_BOXES, _CLAIMS = 60, 2000
_CELL = "text-align:left;padding:.1em 1em .1em 0"


def picture(subgraph: Subgraph) -> str | None:
    """Give the network of propositions as SVG, None where it is none or more than a screenful."""
    from magkg.use.export.formats import Options
    from magkg.use.export.picture import svg

    if not 0 < len(subgraph) <= _CLAIMS:
        return None
    try:
        drawn, counts = svg.drawn(subgraph, Options(), _BOXES)
    except InputError:
        # Too many boxes, or a text that XML cannot carry; the table shows it escaped.
        return None
    return drawn if counts["nodes"] else None


def table(subgraph: Subgraph) -> Html:
    """Give the selection and what it holds as an HTML table; a large one is counted, not read."""
    rows = [("selection", str(subgraph.selection)), ("claims", f"{len(subgraph):,}")]
    if len(subgraph) <= _CLAIMS:
        held = subgraph.content
        said = Counter(each.polarity or "no polarity" for each in held.claims)
        rows += [(f"… {name}", f"{number:,}") for name, number in sorted(said.items())]
        rows += [
            ("propositions", f"{len(held.propositions):,}"),
            ("concepts", f"{len(held.concepts):,}"),
            ("studies", f"{len(held.studies):,}"),
            ("sources", f"{len(held.sources):,}"),
        ]
    cells = [
        tag("tr", tag("th", name, scope="row", style=_CELL), tag("td", value, style=_CELL))
        for name, value in rows
    ]
    return tag("table", cells)
