"""The columns of one build: a folder of their own, and an end at once when a signal asks for it."""

from __future__ import annotations

import signal
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from magkg.store.columns.tables import Columns, full

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["session"]


@contextmanager
def session(beside: Path, memory: int) -> Iterator[Columns]:
    """Give columns that lie in a new folder in ``beside`` and may take ``memory`` (bytes).

    Raises what the handler of SIGINT or SIGTERM raised, and MagkgError where memory is at its end.
    """
    with tempfile.TemporaryDirectory(prefix=".new-columns-", dir=beside) as folder:
        columns = Columns(Path(folder), memory)
        try:
            with _ended(columns):
                yield columns
        finally:
            columns.close()


@contextmanager
def _ended(columns: Columns) -> Iterator[None]:
    """End the query that runs with the handler of a signal, and raise what that handler raised.

    DuckDB asks for signals by itself, but waits for its other threads to finish the query unless
    it is interrupted, and raises an error of its own in the place of the handler's.
    """
    raised: list[BaseException] = []
    kept: dict[signal.Signals, Callable[[int, FrameType | None], object]] = {}

    def note(number: int, frame: FrameType | None) -> None:
        columns.sql.interrupt()
        try:
            kept[signal.Signals(number)](number, frame)
        except BaseException as error:
            raised.append(error)
            raise

    try:
        if threading.current_thread() is threading.main_thread():
            for each in (signal.SIGINT, signal.SIGTERM):
                if callable(handler := signal.getsignal(each)):
                    kept[each] = handler
                    signal.signal(each, note)
        yield
    except Exception as error:
        if raised:
            raise raised[0] from None
        if isinstance(error, MemoryError):
            raise full(error) from None
        raise
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)
