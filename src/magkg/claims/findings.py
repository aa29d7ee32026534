"""What a check found: one fault, its place and the claim it concerns."""

from __future__ import annotations

from dataclasses import asdict, dataclass

__all__ = ["Finding"]


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One fault of what was authored.

    ``file`` as shown to the user, ``line`` from 1 (0 where the whole file is meant, shown as 1),
    ``claim`` the IRI of the node concerned ("" where none is), ``kind`` the name of the rule that
    was broken, ``message`` what is wrong and what to do, in a curator's words.
    """

    file: str
    line: int
    claim: str
    kind: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{max(self.line, 1)}"
        return ": ".join(part for part in (place, self.claim, self.message) if part)

    def as_json(self) -> dict[str, str | int | None]:
        """Give the finding in the shape of ``magkg check --json``."""
        found: dict[str, str | int | None] = asdict(self)
        return found | {"line": max(self.line, 1), "claim": self.claim or None}
