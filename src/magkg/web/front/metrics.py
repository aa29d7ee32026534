"""Figures of the running site in the Prometheus text format."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

__all__ = ["MEDIA_TYPE", "Metrics"]

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Upper bounds of the durations, in seconds.
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts of requests by route and status, their durations, and what is going on now."""

    def __init__(self) -> None:
        self.running = 0
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: Counter[tuple[str, int]] = Counter()
        self._sums: Counter[str] = Counter()
        self._bytes = 0

    def add(self, route: str, method: str, status: int, seconds: float, size: int) -> None:
        """Count a request that is over; ``size`` is of its answer, in bytes."""
        self._requests[route, method, status] += 1
        self._buckets[route, bisect_left(_BOUNDS, seconds)] += 1
        self._sums[route] += seconds  # type: ignore[assignment]
        self._bytes += size

    def text(self, cache: Mapping[str, float], pool: Mapping[str, float]) -> bytes:
        """Write all figures; those of the cache and of the pool are given."""
        lines = [*self._own(), *_gauges("magkg_cache", cache), *_gauges("magkg_pool", pool)]
        lines += _gauges("process", {"resident_memory_bytes": _resident()})
        return ("\n".join(lines) + "\n").encode()

    def _own(self) -> Iterator[str]:
        yield "# HELP magkg_requests_total Requests answered, by route, method and status."
        yield "# TYPE magkg_requests_total counter"
        for (route, method, status), count in sorted(self._requests.items()):
            labels = f'route="{route}",method="{method}",status="{status}"'
            yield f"magkg_requests_total{{{labels}}} {count}"
        yield "# HELP magkg_request_seconds From the head of a request to the end of its answer."
        yield "# TYPE magkg_request_seconds histogram"
        for route in sorted(self._sums):
            total = 0
            for place, bound in enumerate((*_BOUNDS, "+Inf")):
                total += self._buckets[route, place]
                yield f'magkg_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}'
            yield f'magkg_request_seconds_sum{{route="{route}"}} {self._sums[route]:.6f}'
            yield f'magkg_request_seconds_count{{route="{route}"}} {total}'
        yield "# HELP magkg_response_bytes_total Bytes of the bodies sent."
        yield "# TYPE magkg_response_bytes_total counter"
        yield f"magkg_response_bytes_total {self._bytes}"
        yield "# HELP magkg_requests_running Requests being answered now."
        yield "# TYPE magkg_requests_running gauge"
        yield f"magkg_requests_running {self.running}"


def _gauges(prefix: str, figures: Mapping[str, float]) -> Iterator[str]:
    for name, value in sorted(figures.items()):
        full = f"{prefix}_{re.sub('[^a-zA-Z0-9_]', '_', name)}"
        yield f"# TYPE {full} gauge"
        yield f"{full} {value:g}" if value != int(value) else f"{full} {int(value)}"


def _resident() -> int:
    # /proc is of Linux; elsewhere the figure is 0.
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0
