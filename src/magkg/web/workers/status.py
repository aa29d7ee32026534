"""Exit codes of a worker that the front knows."""

from __future__ import annotations

__all__ = ["NO_MEMORY"]

# Python had no memory left (MemoryError); the engine aborts instead.
NO_MEMORY = 77
