"""How far a long step is: what is done of how much, how fast, and how long it will still take."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Pace", "paced"]

T = TypeVar("T")

# Seconds between two lines about one step.
_BETWEEN = 1.0


class Pace:
    """One step of a build, told by ``say`` at its beginning and about once a second.

    ``total`` is how many of ``unit`` it has to do; the rate is that since its beginning.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        step: str,
        total: int,
        unit: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.say, self.step, self.total, self.unit, self.clock = say, step, total, unit, clock
        self.count = 0
        self.begun = self.told = clock()
        say(step)

    def add(self, count: int) -> None:
        """Take note of what was done since the last call."""
        self.count += count
        now = self.clock()
        if now - self.told < _BETWEEN or not self.count:
            return
        self.told = now
        rate = self.count / (now - self.begun)
        left = max(self.total - self.count, 0) / rate
        self.say(
            f"{self.step}: {self.count:,} of {self.total:,} {self.unit}, "
            f"{rate:,.0f} a second, {_duration(left)} left"
        )


def paced(say: Callable[[str], None], step: str, items: Sequence[T], unit: str) -> Iterator[T]:
    """Give items one by one, and tell how many are done."""
    pace = Pace(say, step, len(items), unit)
    for item in items:
        yield item
        pace.add(1)


def _duration(seconds: float) -> str:
    """Write seconds for people: 45 s, 3 min, 2 h 5 min."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
