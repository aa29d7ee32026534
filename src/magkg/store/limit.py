"""A time limit for work that cannot be told to stop: it runs in a thread, the waiting ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

from magkg.errors import QueryTimeout

__all__ = ["within"]

_T = TypeVar("_T")
# How many parts wait for a slow reader, and how often an unread answer looks whether to give up.
_AHEAD = 4
_LOOK = 0.5


def within(produce: Callable[[], Iterator[_T]], limit: float) -> Iterator[_T]:
    """Run ``produce()`` in a daemon thread and give its parts; no part is awaited past the limit.

    ``limit`` is in seconds over the whole answer and counts waiting only. The iterator is made,
    read and dropped in that thread, because answers of pyoxigraph may not change threads. Raises
    what ``produce`` raises, and QueryTimeout; after that the thread ends with its work or with
    the process. Where the reader drops the iterator, the thread stops at the next part.
    """
    parts: Queue[tuple[bool, _T | BaseException | None]] = Queue(_AHEAD)
    dropped = Event()
    Thread(target=_work, args=(produce, parts, dropped), daemon=True, name="magkg-query").start()
    try:
        left = limit
        while True:
            began = time.monotonic()
            try:
                more, part = parts.get(timeout=max(left, 0))
            except Empty:
                raise QueryTimeout(limit) from None
            left -= time.monotonic() - began
            if isinstance(part, BaseException):
                raise part
            if not more:
                return
            yield part  # type: ignore[misc]  # a part that is no error and not the end
    finally:
        dropped.set()


def _work(
    produce: Callable[[], Iterator[_T]],
    parts: Queue[tuple[bool, _T | BaseException | None]],
    dropped: Event,
) -> None:
    last: tuple[bool, _T | BaseException | None] = (False, None)
    try:
        for part in produce():
            if not _put(parts, (True, part), dropped):
                return
    except BaseException as error:
        # Its traceback would carry the answer, which must not leave this thread.
        error.__context__ = error.__cause__ = None
        last = (False, error.with_traceback(None))
    _put(parts, last, dropped)


def _put(
    parts: Queue[tuple[bool, _T | BaseException | None]],
    part: tuple[bool, _T | BaseException | None],
    dropped: Event,
) -> bool:
    while not dropped.is_set():
        try:
            parts.put(part, timeout=_LOOK)
        except Full:
            continue
        return True
    return False
