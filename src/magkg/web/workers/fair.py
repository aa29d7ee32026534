"""Fair use: seconds of a worker that each client may use up, and that come back with time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

__all__ = ["FREE", "RATE", "Budgets"]

# Seconds of each job that cost nothing, and seconds that come back in a second.
FREE, RATE = 0.5, 0.25
# So many clients are known before those are forgotten that owe nothing. (Few owe at once: what a
# client owes was worked by a worker, and comes back.)
_CLIENTS = 10_000


class Budgets:
    """How many seconds of a worker each client has left, of ``capacity``.

    The last job may cost more than is left: the client then waits until that has come back.
    """

    def __init__(self, capacity: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = capacity
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def charge(self, client: str, seconds: float) -> None:
        """Take what a job cost that ran so many seconds."""
        cost = seconds - FREE
        if cost <= 0:
            return
        now = self._clock()
        if len(self._left) >= _CLIENTS:
            self._forget()
        self._left[client] = (self.left(client) - cost, now)

    def left(self, client: str) -> float:
        """Give the seconds that a client has left; below zero it owes them."""
        if client not in self._left:
            return self._capacity
        left, then = self._left[client]
        return min(self._capacity, left + (self._clock() - then) * RATE)

    def used(self, client: str) -> float:
        """Give the seconds that a client has used and that have not come back yet."""
        return self._capacity - self.left(client)

    def wait(self, client: str, running: float = 0.0) -> int:
        """Give the seconds until a client may go on, 0 for now.

        ``running`` is what its jobs at work have cost so far.
        """
        left = self.left(client) - running
        return 0 if left > 0 else math.floor(-left / RATE) + 1

    def _forget(self) -> None:
        for client in [each for each in self._left if self.left(each) >= self._capacity]:
            del self._left[client]
