"""What a worker says of its graph and of itself once it is ready."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Facts"]


@dataclass(frozen=True, slots=True)
class Facts:
    """The graph that is served, and how far its workers are walled off.

    ``content`` and ``root`` are digests of the manifest, ``counts`` its figures (None, None and
    empty over an endpoint), ``graphs`` the names of the named graphs. ``isolation`` is
    ``namespace``, ``seccomp``, ``none`` or ``endpoint``; ``reason`` says it in a sentence.
    ``engine`` is what answers questions about the whole graph (``engines.told``).
    """

    content: str | None
    root: str | None
    counts: Mapping[str, int]
    graphs: tuple[str, ...]
    prefixes: Mapping[str, str] = field(default_factory=dict)
    isolation: str = "none"
    reason: str = ""
    engine: str = "store"

    def encode(self) -> bytes:
        """Give the facts as a worker sends them."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Facts:
        """Make facts from what a worker sent."""
        return cls(**{**found, "graphs": tuple(found["graphs"])})
