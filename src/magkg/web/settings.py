"""How a site is served: one frozen value that the front, the pool and the workers share."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COLUMNS", "LEAST", "Settings"]

# Bytes of address space for a worker, unless told, and for one that asks the columns of a graph;
# and the least with which that is done.
_STORE, COLUMNS, LEAST = 2 << 30, 6 << 30, 4 << 30


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``magkg serve`` was told.

    ``place`` is the folder of a built graph or the URL of an endpoint, ``sources`` the folder of
    texts or "". ``timeout`` is in seconds for each job, its waiting included, ``memory`` in bytes
    of address space for each worker (0: as the engine needs), ``rows`` the most rows or triples
    and ``largest`` the most bytes of one answer. ``base`` is the public URL, without a slash at its
    end. ``proxies`` are the addresses whose X-Forwarded-For is believed. ``engine`` is "oxigraph",
    "columnar" or "auto": columnar where a large graph has columns and a worker room for them.
    """

    place: str
    sources: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 3
    timeout: float = 15.0
    memory: int = 0
    rows: int = 100_000
    largest: int = 64 << 20
    base: str = ""
    proxies: tuple[str, ...] = ()
    engine: str = "auto"

    def __post_init__(self) -> None:
        if not self.memory:
            found = COLUMNS if self.engine == "columnar" else _STORE
            object.__setattr__(self, "memory", found)

    @property
    def is_endpoint(self) -> bool:
        """Whether the graph stands behind the URL of an endpoint."""
        return self.place.lower().startswith(("http://", "https://"))

    @property
    def patience(self) -> float:
        """The most seconds that a job waits for a worker; it runs for what is left of its time."""
        return self.timeout / 2
