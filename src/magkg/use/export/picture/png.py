"""PNG: the picture that ``svg`` draws, at twice its size, through resvg (extra ``magkg[png]``).

Letters are drawn with the fonts of this machine, so bytes differ where fonts differ; without any
font that fits it is refused, as all text would be missing. What the SVG tells when it is pointed
at, and its data attributes, a PNG does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO

from magkg.errors import MagkgError
from magkg.use.export.picture.drawing import FONTS, element
from magkg.use.export.picture.svg import drawn

if TYPE_CHECKING:
    from types import ModuleType

    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["rasterised", "write"]

# Pixels of the image for one of the drawing.
_ZOOM = 2


def write(subgraph: Subgraph, out: BinaryIO, options: Options, form: str) -> Mapping[str, int]:
    """Write a picture of a selection as PNG; give the counts of what is drawn.

    Raises MagkgError as ``rasterised`` does, InputError as ``svg`` does.
    """
    _engine()
    text, counts = drawn(subgraph, options)
    out.write(rasterised(text))
    return counts


def rasterised(text: str) -> bytes:
    """Draw an SVG document as PNG; raises MagkgError where resvg or all fonts are missing."""
    found: bytes = _engine().svg_to_bytes(svg_string=text, zoom=_ZOOM)
    return found


def _engine() -> ModuleType:
    try:
        import resvg_py
    except ImportError:
        raise MagkgError(
            "PNG needs resvg-py, which is not installed",
            hint="Install it with: pip install 'magkg[png]'; or export svg, which needs nothing.",
        ) from None
    if _probe(resvg_py, "magkg") == _probe(resvg_py, ""):
        raise MagkgError(
            "no font was found, and a picture without its text would be of no use",
            hint="Install DejaVu Sans, Liberation Sans, Noto Sans, Arial or Helvetica; or export "
            "svg, which the browser draws.",
        )
    return resvg_py


def _probe(resvg: ModuleType, text: str) -> bytes:
    letters = element("text", {"x": 1, "y": 12, "font-size": 10, "font-family": FONTS}, text)
    size: dict[str, str | float] = {"xmlns": "http://www.w3.org/2000/svg", "width": 40}
    found: bytes = resvg.svg_to_bytes(svg_string=element("svg", size | {"height": 16}, letters))
    return found
