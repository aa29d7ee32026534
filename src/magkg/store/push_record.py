"""What was pushed to a server, on disk: where the next push goes on, and what it may replace."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from magkg.errors import OutputError
from magkg.store.manifest import write_atomically

__all__ = ["Part", "Record"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part that was sent: the graph ("" for the one without a name), triples, SHA-256."""

    graph: str
    triples: int
    sha256: str


@dataclass(slots=True)
class Record:
    """What was pushed from here to one server, and what the server has confirmed of it.

    ``content`` and ``default_graph`` say which graph is under way, ``parts`` which parts of it the
    server has confirmed, in the order in which they were sent, ``sending`` the one that may have
    arrived without a word. ``left`` is the number of triples by graph after the pushes that came to
    their end, and what was there when one began. The file is named by a digest of the URL and is
    replaced whole. No password is known here.
    """

    path: Path
    url: str
    content: str = ""
    default_graph: str | None = None
    parts: list[Part] = field(default_factory=list)
    sending: Part | None = None
    left: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, cache: Path, url: str) -> Record:
        """Find the record of a server; one that cannot be read counts as none."""
        key = hashlib.sha256(url.encode()).hexdigest()
        path = cache / "push" / f"{key[:32]}.json"
        try:
            found = json.loads(path.read_bytes())
            return cls(
                path,
                url,
                str(found["content"]),
                found["default_graph"],
                [Part(**each) for each in found["parts"]],
                None if found["sending"] is None else Part(**found["sending"]),
                {str(name): int(number) for name, number in found["left"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(path, url)

    def is_of(self, content: str, default_graph: str | None) -> bool:
        """Say whether the last push was one of this graph to this place."""
        return (self.content, self.default_graph) == (content, default_graph)

    def explains(self, graph: str, number: int) -> bool:
        """Say whether so many triples in a graph there are what the pushes from here left."""
        confirmed = [each.triples for each in self.parts if each.graph == graph]
        coming = 0
        if self.sending is not None and self.sending.graph == graph:
            coming = self.sending.triples
        if confirmed:
            return sum(confirmed) <= number <= sum(confirmed) + coming
        return number <= coming or number == self.left.get(graph)

    def begin(
        self,
        content: str,
        default_graph: str | None,
        parts: Iterable[Part],
        there: Mapping[str, int],
    ) -> None:
        """Record that a push begins, or goes on behind ``parts``; ``there`` may be replaced."""
        self.left = {**self._held(), **there}
        self.content, self.default_graph = content, default_graph
        self.parts, self.sending = list(parts), None
        self._write()

    def send(self, part: Part) -> None:
        """Record a part that is about to be sent."""
        self.sending = part
        self._write()

    def confirm(self) -> None:
        """Record that the server has confirmed the part that was sent."""
        assert self.sending is not None, "a part is sent before it is confirmed"
        self.parts.append(self.sending)
        self.sending = None
        self._write()

    def end(self, held: Mapping[str, int], *, content: str, default_graph: str | None) -> None:
        """Record what a push has left; ``content`` is "" where the server answers otherwise."""
        self.left = {**self._held(), **held}
        self.content, self.default_graph = content, default_graph
        self.parts, self.sending = [], None
        self._write()

    def _held(self) -> dict[str, int]:
        held = Counter[str]()
        for each in self.parts:
            held[each.graph] += each.triples
        return {**self.left, **held}

    def _write(self) -> None:
        told = asdict(self)
        del told["path"]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, json.dumps(told, indent=1).encode())
        except OSError as error:
            raise OutputError(
                f"what the server confirmed cannot be recorded in {self.path.parent}:"
                f" {error.strerror or error}",
                hint="Free space there, or name another cache folder with MAGKG_CACHE.",
            ) from None
