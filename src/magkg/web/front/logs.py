"""Structured log: one JSON object a line on standard error, which no request can forge."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Protocol

__all__ = ["Log", "joined_by_uvicorn", "write"]

# No field of a request is longer in a line, in characters.
_LONGEST = 2000


class Log(Protocol):
    """Takes an event and its fields."""

    def __call__(self, event: str, /, **fields: object) -> None:
        """Write a line."""


def write(event: str, /, **fields: object) -> None:
    """Write an event as one line of ASCII: every control character stands as an escape."""
    line: dict[str, Any] = {"time": datetime.now(UTC).isoformat(timespec="milliseconds")}
    line["event"] = event
    for name, value in fields.items():
        plain = value if isinstance(value, int | float | bool | None) else str(value)
        line[name] = plain[:_LONGEST] if isinstance(plain, str) else plain
    try:
        sys.stderr.write(json.dumps(line).replace("\x7f", "\\u007f") + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        # Whoever read the log has gone; the site goes on.
        return


class _Joined(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        fields = {"message": record.getMessage().strip()}
        if record.exc_info and record.exc_info[1]:
            fields["trace"] = "".join(traceback.format_exception(record.exc_info[1]))[-_LONGEST:]
        self._log("server", **fields)


def joined_by_uvicorn(log: Log) -> None:
    """Have uvicorn and asyncio write their warnings as lines of this log, and nothing else."""
    for name in ("uvicorn", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [_Joined(log)]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
