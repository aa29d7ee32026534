"""What a server has confirmed of a push, on disk, so that the next push goes on from there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
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
    """The confirmed parts of one graph on one server, in the order in which they were sent.

    The file is named by a digest of the URL, of the name of the default graph and of the content,
    and is replaced whole. No password is known here.
    """

    path: Path
    url: str
    content: str
    parts: list[Part] = field(default_factory=list)

    @classmethod
    def read(cls, cache: Path, url: str, default_graph: str | None, content: str) -> Record:
        """Find the record of a push; one that cannot be read counts as none."""
        key = hashlib.sha256(json.dumps([url, default_graph, content]).encode()).hexdigest()
        record = cls(cache / "push" / f"{key[:32]}.json", url, content)
        try:
            found = json.loads(record.path.read_bytes())
            record.parts = [Part(**each) for each in found["parts"]]
        except (OSError, ValueError, KeyError, TypeError):
            record.parts = []
        return record

    def keep(self, parts: Iterable[Part]) -> None:
        """Let the record hold these parts."""
        kept = list(parts)
        if kept != self.parts:
            self.parts = kept
            self._write()

    def add(self, part: Part) -> None:
        """Record one more part that the server has confirmed."""
        self.parts.append(part)
        self._write()

    def forget(self) -> None:
        """Remove the record: the push has come to its end."""
        self.path.unlink(missing_ok=True)

    def _write(self) -> None:
        told = {"url": self.url, "content": self.content, "parts": list(map(asdict, self.parts))}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, json.dumps(told, indent=1).encode())
        except OSError as error:
            raise OutputError(
                f"what the server confirmed cannot be recorded in {self.path.parent}:"
                f" {error.strerror or error}",
                hint="Free space there, or name another cache folder with MAGKG_CACHE.",
            ) from None
