"""What a notebook shows of a subgraph."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from tests.use.export import nasty

if TYPE_CHECKING:
    from magkg.use.graph import Graph


def test_a_small_subgraph_is_a_picture(bundled: Graph) -> None:
    subgraph = bundled.subgraph(concept="insomnia")
    drawn = subgraph._repr_svg_()
    assert drawn is not None
    assert ElementTree.fromstring(drawn.encode()).get("class") == "magkg"
    assert subgraph._repr_html_() is None


def test_a_larger_one_is_a_table_of_counts(bundled: Graph) -> None:
    subgraph = bundled.subgraph(source="five-ways-sciatica")
    assert subgraph._repr_svg_() is None
    shown = subgraph._repr_html_()
    assert shown is not None
    assert "source=five-ways-sciatica" in shown
    assert f">{len(subgraph)}<" in shown
    assert "affirms" in shown


def test_an_empty_one_is_a_table(bundled: Graph) -> None:
    subgraph = bundled.subgraph(polarity="denies", not_polarity="denies")
    assert subgraph._repr_svg_() is None
    assert ">0<" in str(subgraph._repr_html_())


def test_what_no_picture_can_carry_is_counted() -> None:
    subgraph = nasty.control().subgraph()
    assert subgraph._repr_svg_() is None
    assert ">1<" in str(subgraph._repr_html_())
