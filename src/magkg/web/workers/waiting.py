"""Jobs that wait for a worker: one client after another, each client's own in their order."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

__all__ = ["MOST", "MOST_OF_ONE", "Ticket", "Waiting"]

_T = TypeVar("_T")
# How many jobs may wait, and how many of them may be one client's.
MOST, MOST_OF_ONE = 512, 64


@dataclass(eq=False, slots=True)
class Ticket(Generic[_T]):
    """A place in the queue: whose it is, and what is given when its turn has come.

    ``asked`` and ``started`` are on the monotonic clock.
    """

    client: str
    kind: str
    turn: asyncio.Future[_T]
    asked: float = field(default_factory=time.monotonic)
    started: float = field(default=0.0)
    slow: bool = field(default=False)


class Waiting(Generic[_T]):
    """A queue that is fair between clients; it is bounded by whoever asks ``full``."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, deque[Ticket[_T]]] = OrderedDict()

    def __len__(self) -> int:
        return sum(len(each) for each in self._of.values())

    def of(self, client: str) -> int:
        """Give how many jobs of a client wait."""
        return len(self._of.get(client, ()))

    def full(self, client: str) -> bool:
        """Whether no further job of a client may wait."""
        return len(self) >= MOST or self.of(client) >= MOST_OF_ONE

    def put(self, ticket: Ticket[_T]) -> None:
        """Have a job wait behind those of its client; a new client waits behind the others."""
        self._of.setdefault(ticket.client, deque()).append(ticket)

    def remove(self, ticket: Ticket[_T]) -> None:
        """Take a job out that will not be done; it may be out already."""
        own = self._of.get(ticket.client)
        if own is not None and ticket in own:
            own.remove(ticket)
            if not own:
                del self._of[ticket.client]

    def take(self, may_run: Callable[[str], bool]) -> Ticket[_T] | None:
        """Give the next job of the first client that may run one; the client goes to the end."""
        client = next((each for each in self._of if may_run(each)), None)
        if client is None:
            return None
        own = self._of[client]
        ticket = own.popleft()
        if own:
            self._of.move_to_end(client)
        else:
            del self._of[client]
        return ticket

    def empty(self) -> list[Ticket[_T]]:
        """Take all jobs out."""
        found = [ticket for own in self._of.values() for ticket in own]
        self._of.clear()
        return found
