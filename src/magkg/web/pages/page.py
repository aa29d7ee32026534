"""What a page is made from, and what it is before it is written in a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from magkg.errors import InputError

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts
    from magkg.use.graph import Graph
    from magkg.use.select.language import Selection
    from magkg.web.pages.links import Links

__all__ = ["Context", "Download", "Page", "Table"]

Table = tuple[Sequence[str], Iterable[Sequence[object]]]


@dataclass(frozen=True, slots=True)
class Context:
    """What a page is made from: the graph, the texts at hand, what was asked for.

    ``args`` are the parts of the path that its route leaves open, decoded; ``params`` the values
    of each parameter of the URL, decoded, in their order.
    """

    graph: Graph
    links: Links
    texts: SourceTexts | None = None
    args: tuple[str, ...] = ()
    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    base: str = ""

    def one(self, name: str, default: str = "") -> str:
        """Give the only value of a parameter; raises InputError where there are several."""
        held = self.params.get(name, ())
        if len(held) > 1:
            raise InputError(
                f"the parameter {name} is given {len(held)} times", hint="Once is enough."
            )
        return held[0] if held else default

    def number(self, name: str, default: int, most: int) -> int:
        """Give a parameter that is a number from 1 to ``most``; raises InputError for another."""
        said = self.one(name) or str(default)
        if not (said.isascii() and said.isdecimal() and len(said) < 9 and 1 <= int(said) <= most):
            raise InputError(f"{name}={said!r} is no number from 1 to {most}")
        return int(said)


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep: the name it is offered under, its media type, its bytes."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """One page before it is written.

    ``data`` is what its template shows (as ``page``) and what ``.json`` gives, so it holds plain
    JSON values. ``table`` gives ``.csv``; ``selection``, the claims it is about, ``.ttl``, ``.nq``
    and ``.jsonld``; ``files`` any other suffix, such as ``svg``, or ``json`` where
    its shape is documented elsewhere: a media type and its bytes.
    ``linked`` is its schema.org description. ``canonical`` is its own path where another one leads
    to it as well. ``status`` is its HTTP status: a form that shows what is wrong with what was
    given has that of the fault. ``moved`` is the path that a reader of the page is sent to instead;
    ``download``, a file that the page is, whatever form was asked for.
    """

    template: str
    title: str
    data: Mapping[str, Any]
    table: Callable[[], Table] | None = None
    selection: Selection | None = None
    files: Mapping[str, Callable[[], tuple[str, bytes]]] = field(default_factory=dict)
    linked: Mapping[str, Any] | None = None
    canonical: str = ""
    status: int = 200
    moved: str = ""
    download: Download | None = None

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Give the suffixes that it can be asked for with, html first."""
        found = ["html", "json"]
        found += ["csv"] if self.table else []
        found += ["ttl", "nq", "jsonld"] if self.selection is not None else []
        return tuple(dict.fromkeys((*found, *self.files)))
