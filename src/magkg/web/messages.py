"""What passes between the front and a worker: a job, and its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["Answer", "Job"]

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One question to a worker.

    ``kind`` is ``page`` (``path``, still percent-encoded and without its suffix, and ``form``, a
    suffix such as ``html``), ``sparql`` (``text``, a query that has passed the gate; ``form``, a
    media type) or ``query`` (``path``, the name of a shipped query; ``form``, a media type).
    ``params`` are those of the request, in their order, decoded; ``base`` is the public URL of the
    site without a slash at its end.
    """

    kind: str
    path: str = ""
    form: str = "html"
    params: Pairs = ()
    text: str = ""
    base: str = ""

    def encode(self) -> bytes:
        """Give the job as it is sent to a worker."""
        return json.dumps({each.name: getattr(self, each.name) for each in fields(self)}).encode()

    @classmethod
    def decode(cls, sent: bytes) -> Job:
        """Read a job that was sent."""
        found: dict[str, Any] = json.loads(sent)
        pairs = tuple((name, value) for name, value in found.pop("params"))
        return cls(params=pairs, **found)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answers: an HTTP status, a media type with its charset, headers and a body.

    It is complete: nothing is sent to a client before a whole answer is at hand.
    """

    status: int
    media_type: str
    body: bytes
    headers: Pairs = field(default=())

    def encode(self) -> tuple[bytes, bytes]:
        """Give what is sent to the front: a head in JSON, and the body."""
        head = {"status": self.status, "media_type": self.media_type, "headers": self.headers}
        return json.dumps(head).encode(), self.body

    @classmethod
    def decode(cls, head: bytes, body: bytes) -> Answer:
        """Read an answer that was sent."""
        found: dict[str, Any] = json.loads(head)
        pairs = tuple((name, value) for name, value in found["headers"])
        return cls(found["status"], found["media_type"], body, pairs)
